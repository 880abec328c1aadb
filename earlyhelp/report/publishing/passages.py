"""Passages of a frozen document: found by their place, dated, and overwritten."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from earlyhelp.report.tree import (
    AskedAs,
    ChartBlock,
    CountedAs,
    Document,
    Paragraph,
    PlacedFigure,
    Quote,
    Run,
    SourceNote,
    Subheading,
    TableBlock,
    TableCell,
    TableColumn,
    TableRow,
    from_plain,
)
from earlyhelp.report.words import sentence_at

TAKEN_OUT = "[taken out]"
_PASSAGES = (Paragraph, Quote, Subheading, TableCell)
# Passages that are a field of a node, and stand beside other passages in it.
_TEXTS: dict[type, tuple[str, ...]] = {
    TableBlock: ("title",),
    TableColumn: ("head",),
    ChartBlock: ("title", "description"),
    SourceNote: ("what", "when", "who"),
    CountedAs: ("name", "definition"),
    AskedAs: ("name", "counts"),
}
# What of a document has words beside its sections.
_AROUND = ("title", "authors", "sources", "counted")
# What a drawing is called and says within itself.
_NAMED = re.compile(r"<(title|desc)\b.*?</\1>", re.DOTALL)
# What stands for a placed number where words are compared.
_NUMBER = "[number]"


@dataclass(frozen=True)
class FoundPassage:
    """A paragraph, quote, heading, title or cell of a document; ``place`` leads to it."""

    place: str
    section: str
    text: str
    words: str

    @property
    def where(self) -> str:
        """In which section it stands, without the words of the heading: they may go later."""
        number = self.place.partition(".")[0]
        return "Front, sources and measures" if number in _AROUND else f"Section {int(number) + 1}"

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
    """Every passage of a document: section by section in order, then what stands around them."""
    for number, section in enumerate(document.sections):
        yield from _found(section.heading, f"{number}.heading", section.heading)
        yield from _found(section.blocks, f"{number}", section.heading)
    for name in _AROUND:
        yield from _found(getattr(document, name), name, document.title)


def _found(node: Any, place: str, section: str) -> Iterator[FoundPassage]:
    for where, passage in _walk(node, place):
        is_text = isinstance(passage, str)
        text = passage if is_text else text_of(passage)
        if text.strip():
            words = text if is_text else _words_of(passage, text)
            yield FoundPassage(where, section, text, words)


def section_at(document: Document, place: str) -> str:
    """The heading above a place, as it stands now; the title above what is in no section."""
    number = place.partition(".")[0]
    return document.title if number in _AROUND else document.sections[int(number)].heading


def passage_at(text: str, place: str) -> FoundPassage | None:
    """The passage of a canonical text at a place; None where there is none."""
    found = passages_of(document_of(text))
    return next((one for one in found if one.place == place), None)


def without(text: str, digest: str) -> Document:
    """The document with every passage of this digest overwritten, wherever it stands.

    Numbers that stood in them alone go with them: from the figures, and from how each was made.
    """
    document = document_of(text)
    taken = _TakenOut(document, digest)
    left = _changed(document, taken.change)
    gone = _placed(document) - _placed(left)

    def unexplained(node: Any, place: str) -> Any:
        if isinstance(node, TableRow) and any(one.figure in gone for one in node.cells[0].runs):
            return replace(node, cells=(node.cells[0], *(_BLANK for _ in node.cells[1:])))
        return None

    figures = (_emptied(one) if one.reference in gone else one for one in left.figures)
    named = (
        replace(one, section=TAKEN_OUT) if one.section in taken.headings else one for one in figures
    )
    return replace(_changed(left, unexplained), figures=tuple(named))


class _TakenOut:
    """What becomes of a document when every passage of a digest goes."""

    def __init__(self, document: Document, digest: str) -> None:
        places = {one.place for one in passages_of(document) if one.digest == digest}
        # The numbers of a chart stand under its own title.
        numbers = {f"{one[: -len('title')]}table.title" for one in places if one.endswith(".title")}
        self._places = places | numbers
        sections = enumerate(document.sections)
        gone = {at: one for at, one in sections if f"{at}.heading" in places}
        self.headings = {one.heading for one in gone.values()}
        self._anchors = {one.anchor: f"taken-out-{at}" for at, one in gone.items()}

    def change(self, node: Any, place: str) -> Any:
        """What a node at its place becomes; None where what is below it is looked at."""
        if isinstance(node, _PASSAGES):
            return self._passage(node, place)
        return self._text(node, place) if isinstance(node, str) else None

    def _passage(self, node: Any, place: str) -> Any:
        if place in self._places:
            return _blank(node, place)
        if isinstance(node, Subheading):
            return replace(node, anchor=self._anchor(node.anchor))
        return node

    def _text(self, text: str, place: str) -> str:
        if place in self._places:
            return TAKEN_OUT
        before, _, name = place.rpartition(".")
        if name == "anchor":
            return self._anchor(text)
        if name == "svg" and {f"{before}.title", f"{before}.description"} & self._places:
            return _NAMED.sub("", text)
        return text

    def _anchor(self, anchor: str) -> str:
        """Those within a section begin with its own, which is made of its heading's words."""
        for made_of_words, other in self._anchors.items():
            if f"{anchor}-".startswith(f"{made_of_words}-"):
                return f"{other}{anchor.removeprefix(made_of_words)}"
        return anchor


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
    if isinstance(node, (*_PASSAGES, str)):
        yield place, node
    elif isinstance(node, tuple):
        for number, one in enumerate(node):
            yield from _walk(one, f"{place}.{number}")
    elif is_dataclass(node):
        texts = _TEXTS.get(type(node), ())
        for field in fields(node):
            below = getattr(node, field.name)
            if field.name in texts or not isinstance(below, str):
                yield from _walk(below, f"{place}.{field.name}")


# What a node at its place becomes; None where what is below it is looked at.
Change = Callable[[Any, str], Any]


def _changed(document: Document, change: Change) -> Document:
    """The document with what ``change`` makes of it, by the places of ``passages_of``."""
    sections = tuple(
        replace(
            section,
            heading=_made_anew(section.heading, f"{number}.heading", change),
            anchor=_made_anew(section.anchor, f"{number}.anchor", change),
            blocks=_made_anew(section.blocks, f"{number}", change),
        )
        for number, section in enumerate(document.sections)
    )
    around = {name: _made_anew(getattr(document, name), name, change) for name in _AROUND}
    return replace(document, sections=sections, **around)


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


_BLANK = TableCell((Run(TAKEN_OUT),))


def _blank(node: Any, place: str) -> Any:
    if isinstance(node, Subheading):
        # Its anchor is made of its words.
        at = place.replace(".", "-")
        return replace(node, text=TAKEN_OUT, anchor=f"taken-out-at-{at}")
    if isinstance(node, Quote):
        return Quote((Paragraph((Run(TAKEN_OUT),)),), "")
    if isinstance(node, TableCell):
        return _BLANK
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
