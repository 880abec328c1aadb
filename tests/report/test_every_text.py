"""Every text of an edition that somebody wrote can be taken out, and is in no file afterwards."""

import io
import re
import zipfile
from dataclasses import fields, is_dataclass, replace
from itertools import count
from typing import Any

import pytest

from earlyhelp.report import tree
from earlyhelp.report.formats import build
from earlyhelp.report.publishing.forms import RedactionForm
from earlyhelp.report.publishing.passages import (
    TAKEN_OUT,
    document_of,
    passage_at,
    passages_of,
    section_at,
    without,
)
from earlyhelp.report.tree import (
    AskedAs,
    ChartBlock,
    CountedAs,
    Document,
    DocumentSection,
    Subheading,
    canonical,
)
from tests.report import documents, reading

# By kind of node, the texts in which somebody's words stand.
WORDS = {
    "Document": ["authors", "title"],
    "DocumentSection": ["heading"],
    "Run": ["text"],
    "Subheading": ["text"],
    "Quote": ["attribution"],
    "TableBlock": ["title"],
    "TableColumn": ["head"],
    "ChartBlock": ["description", "title"],
    "SourceNote": ["what", "when", "who"],
    "CountedAs": ["definition", "name"],
    "AskedAs": ["counts", "name"],
}
# Codes, dates and numbers, what is chosen from a list, and what follows from something else.
NO_WORDS = {
    "Document": "area audience code code_version council figures_as_at language marking period"
    " published_on replaces_for state",
    "DocumentSection": "anchor",
    "Run": "figure link",
    "Subheading": "anchor",
    "Paragraph": "role",
    "TableBlock": "anchor",
    "TableColumn": "kind",
    "TableCell": "value",
    "ChartBlock": "svg",
    "CountedAs": "measure",
    "PlacedFigure": "area basis denominator formula measure missing numerator period reference"
    " section shown target token",
}
MARK = re.compile(r"quokka[0-9]+x")


def texts_of(kind: type) -> list[str]:
    """The fields of a kind of node that are text."""
    said = ("str", "Literal")
    types = {one.name: str(one.type) for one in fields(kind)}
    return sorted(
        name
        for name, held in types.items()
        if held.startswith(("<class 'str'", "typing.Literal", *said)) or held == "tuple[str, ...]"
    )


def test_each_text_of_the_tree_is_somebodys_words_or_is_not() -> None:
    known = {
        name: sorted([*WORDS.get(name, []), *NO_WORDS.get(name, "").split()])
        for name in tree._KINDS
    }
    assert {name: texts_of(kind) for name, kind in tree._KINDS.items()} == known


def marked() -> Document:
    """A report in which each text that somebody wrote is a word of its own, anchors made of them."""
    numbers = count(1)

    def word(text: str) -> str:
        return f"quokka{next(numbers)}x" if text else text

    def made(node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(made(one) for one in node)
        if not is_dataclass(node) or isinstance(node, type):
            return node
        own = WORDS.get(type(node).__name__, [])
        below = {
            one.name: (
                tuple(map(word, value))
                if one.name == "authors"
                else word(value)
                if one.name in own
                else made(value)
            )
            for one in fields(node)
            for value in [getattr(node, one.name)]
        }
        return replace(node, **below)

    document = documents.report(
        counted=(CountedAs("helped", "Helped", "Those helped", (AskedAs("Helped", "All"),)),)
    )
    document = made(document)
    return replace(document, sections=tuple(map(_anchored, document.sections)))


def _anchored(section: DocumentSection) -> DocumentSection:
    def block(one: Any) -> Any:
        if isinstance(one, Subheading):
            return replace(one, anchor=f"{section.heading}-{one.text}")
        if isinstance(one, ChartBlock):
            table = replace(one.table, anchor=f"{section.heading}-chart")
            said = f"<title>{one.title}</title><desc>{one.description}</desc></svg>"
            return replace(one, table=table, svg=one.svg.replace("</svg>", said))
        return one

    return replace(section, anchor=section.heading, blocks=tuple(map(block, section.blocks)))


def test_every_text_can_be_taken_out_alone() -> None:
    document = marked()
    text = canonical(document)
    for passage in passages_of(document):
        left = canonical(without(text, passage.digest))
        words = set(MARK.findall(passage.text))
        assert words and not words & set(MARK.findall(left)), passage.place
    assert set(MARK.findall(text)) == {
        word for one in passages_of(document) for word in MARK.findall(one.text)
    }


@pytest.mark.parametrize("form", ["html", "docx", "pdf", "xlsx", "csv"])
def test_what_was_taken_out_is_in_no_file(form: str, tmp_path: Any) -> None:
    text = canonical(marked())
    for passage in list(passages_of(document_of(text))):
        text = canonical(without(text, passage.digest))
    assert "quokka" not in text
    assert "quokka" not in everything_in(build(document_of(text), form))


def everything_in(file: bytes) -> str:
    """All that stands in a file, unpacked."""
    if file.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(file)) as packed:
            return "".join(name + everything_in(packed.read(name)) for name in packed.namelist())
    if file.startswith(b"%PDF"):
        return reading.read_pdf(file).text
    return file.decode(errors="replace")


def test_a_heading_is_not_kept_beside_the_passages_below_it() -> None:
    document = documents.report()
    below = next(one for one in passages_of(document) if one.place.startswith("1."))
    assert below.where == "Section 2"
    heading = passage_at(canonical(document), "1.heading")
    assert heading is not None
    left = without(canonical(document), heading.digest)
    assert section_at(left, below.place) == TAKEN_OUT
    assert section_at(document, "sources.0.what") == document.title


def test_a_whole_passage_is_found_though_its_words_stand_in_longer_ones() -> None:
    places = {"0.heading": "Families", "0.1": "Families were met", "2.heading": "Families"}
    form = RedactionForm({"find": "Families", "ground": "A name"}, places=places)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["find"] == "0.heading"
    form = RedactionForm({"find": "Famil", "ground": "A name"}, places=places)
    assert form.errors["find"] == ["2 passages hold these words: enter more of them"]
