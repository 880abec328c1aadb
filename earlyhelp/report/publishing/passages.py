"""Passages of a frozen document: found by their place, dated, and overwritten."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from earlyhelp.report.tree import (
    Document,
    Paragraph,
    Quote,
    Run,
    Subheading,
    TableCell,
    from_plain,
)
from earlyhelp.report.words import sentence_at

TAKEN_OUT = "[taken out]"
_PASSAGES = (Paragraph, Quote, Subheading, TableCell)


@dataclass(frozen=True)
class FoundPassage:
    """A paragraph, quote, heading or cell of a document; ``place`` leads to it."""

    place: str
    section: str
    text: str

    @property
    def digest(self) -> str:
        """The digest of what it says, which is kept when it is gone."""
        return hashlib.sha256(self.text.encode()).hexdigest()


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
                yield FoundPassage(place, section.heading, text)


def passage_at(text: str, place: str) -> FoundPassage | None:
    """The passage of a canonical text at a place; None where there is none."""
    found = passages_of(document_of(text))
    return next((one for one in found if one.place == place), None)


def without(text: str, place: str, digest: str) -> Document:
    """The document with the passage of this digest overwritten, wherever it stands.

    A document for others may have it at another place, so all that say the same are overwritten.
    """
    document = document_of(text)
    places = {one.place for one in passages_of(document) if one.digest == digest}
    sections = tuple(
        replace(section, blocks=_overwritten(section.blocks, f"{number}", places | {place}, digest))
        for number, section in enumerate(document.sections)
    )
    return replace(document, sections=sections)


def text_of(node: Any) -> str:
    """What a node reads as."""
    if isinstance(node, Run):
        return node.text
    if isinstance(node, Subheading):
        return node.text
    if isinstance(node, Quote):
        return f"{text_of(node.paragraphs)} {node.attribution}"
    if isinstance(node, tuple):
        return "".join(text_of(one) for one in node)
    if is_dataclass(node):
        return "".join(
            text_of(getattr(node, field.name))
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


def _overwritten(node: Any, place: str, places: set[str], digest: str) -> Any:
    if isinstance(node, _PASSAGES):
        if place in places and FoundPassage(place, "", text_of(node)).digest == digest:
            return _blank(node)
        return node
    if isinstance(node, tuple):
        return tuple(
            _overwritten(one, f"{place}.{number}", places, digest)
            for number, one in enumerate(node)
        )
    if is_dataclass(node) and not isinstance(node, type):
        return replace(
            node,
            **{
                field.name: _overwritten(
                    getattr(node, field.name), f"{place}.{field.name}", places, digest
                )
                for field in fields(node)
            },
        )
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
