"""Passages of a frozen document: found by their place, dated, and overwritten."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from earlyhelp.report.tree import (
    Document,
    DocumentSection,
    Paragraph,
    PlacedFigure,
    Quote,
    Run,
    Subheading,
    TableCell,
    TableRow,
    from_plain,
)
from earlyhelp.report.words import sentence_at

TAKEN_OUT = "[taken out]"
_PASSAGES = (Paragraph, Quote, Subheading, TableCell)
# What stands for a placed number where words are compared.
_NUMBER = "[number]"


@dataclass(frozen=True)
class FoundPassage:
    """A paragraph, quote, heading or cell of a document; ``place`` leads to it."""

    place: str
    section: str
    text: str
    words: str

    @property
    def digest(self) -> str:
        """The digest of its words, which is kept when it is gone.

        Whatever its placed numbers show: a copy for others hides them, a later one moves them.
        """
        return hashlib.sha256(self.words.encode()).hexdigest()


def document_of(text: str) -> Document:
    """The document of a canonical text."""
    document: Document = from_plain(json.loads(text))
    return document


def with_day(document: Document, day: dt.date) -> Document:
    """The document with the day on which its figures stood so."""
    return replace(document, figures_as_at=day.isoformat())


def passages_of(document: Document) -> Iterator[FoundPassage]:
    """Every passage of a document, in order."""
    for number, section in enumerate(document.sections):
        for place, node in _walk(section.blocks, f"{number}"):
            text = text_of(node)
            if text.strip():
                yield FoundPassage(place, section.heading, text, _words_of(node, text))


def passage_at(text: str, place: str) -> FoundPassage | None:
    """The passage of a canonical text at a place; None where there is none."""
    found = passages_of(document_of(text))
    return next((one for one in found if one.place == place), None)


def without(text: str, digest: str) -> Document:
    """The document with every passage of this digest overwritten, wherever it stands.

    Numbers that stood in them alone go with them: from the figures, and from how each was made.
    """
    document = document_of(text)
    places = {one.place for one in passages_of(document) if one.digest == digest}

    def blank(node: Any, place: str) -> Any:
        if isinstance(node, _PASSAGES):
            return _blank(node) if place in places else node
        return None

    left = replace(document, sections=_changed(document.sections, blank))
    gone = _placed(document) - _placed(left)

    def unexplained(node: Any, place: str) -> Any:
        if isinstance(node, TableRow) and any(one.figure in gone for one in node.cells[0].runs):
            return replace(node, cells=(node.cells[0], *map(_blank, node.cells[1:])))
        return None

    figures = (_emptied(one) if one.reference in gone else one for one in left.figures)
    return replace(left, sections=_changed(left.sections, unexplained), figures=tuple(figures))


def _emptied(figure: PlacedFigure) -> PlacedFigure:
    """A number of which its reference stays, and what it was of."""
    return replace(figure, shown=TAKEN_OUT, numerator="", denominator="", formula="")


def _placed(document: Document) -> set[str]:
    """The references of the numbers that are read somewhere, not only in how they were made."""
    return {one.figure for one in _runs(document.sections) if one.text != one.figure}


def _runs(node: Any) -> Iterator[Run]:
    if isinstance(node, Run):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from _runs(one)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _runs(getattr(node, field.name))


def _words_of(node: Any, text: str) -> str:
    """What a passage says beside its placed numbers; a label or a cell is known by its number."""
    words = text_of(node, number=_NUMBER)
    return text if isinstance(node, TableCell) or words.endswith(_NUMBER) else words


def text_of(node: Any, *, number: str = "") -> str:
    """What a node reads as; with ``number`` that stands for each placed number."""
    if isinstance(node, Run):
        return number if number and node.figure else node.text
    if isinstance(node, Subheading):
        return node.text
    if isinstance(node, Quote):
        return f"{text_of(node.paragraphs, number=number)} {node.attribution}"
    if isinstance(node, tuple):
        return "".join(text_of(one, number=number) for one in node)
    if is_dataclass(node):
        return "".join(
            text_of(getattr(node, field.name), number=number)
            for field in fields(node)
            if isinstance(getattr(node, field.name), tuple)
        )
    return ""


def _walk(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The passages below a node, with the place of each."""
    if isinstance(node, _PASSAGES):
        yield place, node
    elif isinstance(node, tuple):
        for number, one in enumerate(node):
            yield from _walk(one, f"{place}.{number}")
    elif is_dataclass(node):
        for field in fields(node):
            yield from _walk(getattr(node, field.name), f"{place}.{field.name}")


# What a node at its place becomes; None where what is below it is looked at.
Change = Callable[[Any, str], Any]


def _changed(sections: tuple[DocumentSection, ...], change: Change) -> tuple[DocumentSection, ...]:
    return tuple(
        replace(section, blocks=_made_anew(section.blocks, f"{number}", change))
        for number, section in enumerate(sections)
    )


def _made_anew(node: Any, place: str, change: Change) -> Any:
    made = change(node, place)
    if made is not None:
        return made
    if isinstance(node, tuple):
        return tuple(
            _made_anew(one, f"{place}.{number}", change) for number, one in enumerate(node)
        )
    if is_dataclass(node) and not isinstance(node, type):
        below = {
            field.name: _made_anew(getattr(node, field.name), f"{place}.{field.name}", change)
            for field in fields(node)
        }
        return replace(node, **below)
    return node


def _blank(node: Any) -> Any:
    if isinstance(node, Subheading):
        return replace(node, text=TAKEN_OUT)
    if isinstance(node, Quote):
        return Quote((Paragraph((Run(TAKEN_OUT),)),), "")
    if isinstance(node, TableCell):
        return TableCell((Run(TAKEN_OUT),))
    return replace(node, runs=(Run(TAKEN_OUT),))


def paragraphs_of(document: Document) -> Iterator[Paragraph]:
    """Every paragraph of a document that is no table's, in order."""
    for section in document.sections:
        yield from _paragraphs(section.blocks)


def passages_with_figures(document: Document, reference: str) -> list[str]:
    """The sentences of a document's paragraphs that show a figure, each once."""
    found: dict[str, None] = {}
    for paragraph in paragraphs_of(document):
        for run, at, _ in placed_in(paragraph, {}):
            if run.figure == reference:
                found[sentence_at(text_of(paragraph), at)[1]] = None
    return list(found)


def placed_in(paragraph: Paragraph, now: Mapping[str, str]) -> Iterator[tuple[Run, int, int]]:
    """The placed numbers of a paragraph with where they begin and end, each as it is ``now``."""
    at = 0
    for run in paragraph.runs:
        end = at + len(now.get(run.figure, run.text))
        if run.figure:
            yield run, at, end
        at = end


def _paragraphs(node: Any) -> Iterator[Paragraph]:
    if isinstance(node, Paragraph):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from _paragraphs(one)
    elif is_dataclass(node) and not isinstance(node, TableCell):
        for field in fields(node):
            yield from _paragraphs(getattr(node, field.name))
