"""Tables: what the head of a column and the name of a row say of the number between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earlyhelp.report.checker.claims import Claims
from earlyhelp.report.checker.layout import TextCell, TextTable
from earlyhelp.report.checker.numerals import every_number, find_numbers
from earlyhelp.report.checker.periods import Spoken, find_periods
from earlyhelp.report.checker.reading import SentenceReading

if TYPE_CHECKING:
    from earlyhelp.report.checker.checking import Checking

_CHANGE = re.compile(
    r"\b(?:change|difference|diff|movement|variance|\+/-|up/down|change\sin\spoints|points)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\btargets?\b", re.IGNORECASE)
_NUMBER = re.compile(r"^\W*(?:number|no\.?|count|how\smany|total|n)\W*$", re.IGNORECASE)
_MEAN = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)


def check(checking: Checking, table: TextTable) -> None:
    """Every number of a table, from its row and column."""
    rows = [row for row in table.rows if row]
    if not rows:
        return
    head = _head(rows)
    caption = table.caption
    for row in rows[len(head) :]:
        _row(checking, table, head, row, caption)


def _head(rows: Sequence[Sequence[TextCell]]) -> list[Sequence[TextCell]]:
    """The rows on top that hold no figures: the heads of columns."""
    head: list[Sequence[TextCell]] = []
    for row in rows[:2]:
        if any(find_numbers(cell.text, is_cell=True) for cell in row[1:]) or len(row) < 2:
            break
        head.append(row)
    return head


def _row(
    checking: Checking,
    table: TextTable,
    head: Sequence[Sequence[TextCell]],
    row: Sequence[TextCell],
    caption: str,
) -> None:
    label = " ".join(_names(row)[:2])
    for at, cell in enumerate(row):
        if not any(every_number(cell.text)) or (at == 0 and len(row) > 1):
            continue
        heads = [one[at].text for one in head if at < len(one)]
        _cell(checking, table, cell, label, " ".join(heads), caption, row)


def _names(row: Sequence[TextCell]) -> list[str]:
    """What is no number in a row; a year that it begins with is its name."""
    return [
        cell.text
        for at, cell in enumerate(row)
        if not _is_number(cell.text) or (at == 0 and find_periods(cell.text))
    ]


def _is_number(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[\W0-9]*[0-9][\W0-9]*(?:%|pp|points?|pts?)?\W*(?:\([0-9].*\))?", text.strip()
        )
    )


def _cell(
    checking: Checking,
    table: TextTable,
    cell: TextCell,
    label: str,
    head: str,
    caption: str,
    row: Sequence[TextCell],
) -> None:
    reading = SentenceReading(cell.text, checking.tools, is_cell=True)
    if not reading.numbers:
        return
    around = checking.around(table.section, [(label, 1.0), (head, 0.9), (caption, 0.4)])
    around = _placed(checking, around, label, head, caption)
    claims = Claims(reading, around, checking.figures, checking.tools)
    _set_roles(claims, label, head)
    checking.add(claims, cell.start, table.section, -1 - cell.start, is_cell=True)


def _placed(checking: Checking, around, label: str, head: str, caption: str):  # type: ignore[no-untyped-def]
    """Where the cell is in time and place, as its column, its row and the caption say."""
    spoken = around.spoken
    year = None
    for text in (caption, label, head):
        for mention in find_periods(text)[:1]:
            base = Spoken(spoken.report, year or spoken.heading, None)
            spoken = replace(spoken, heading=mention.resolve(base)[0], latest=None)
            year = spoken.heading
    areas = around.heading_areas
    for text in (caption, label, head):
        found = checking.tools.places.find(text)
        if found:
            areas = found[0].codes
        elif re.fullmatch(
            r"\W*(?:total|all|overall|city|county|borough|whole\s\w+)\W*", text, re.IGNORECASE
        ):
            areas = ("city",)
    return replace(around, spoken=spoken, heading_areas=areas, focus=())


def _set_roles(claims: Claims, label: str, head: str) -> None:
    role = ""
    both = f"{label} {head}"
    if _CHANGE.search(head) or _CHANGE.search(label):
        role = "change"
    elif _TARGET.search(both):
        role = "target"
    elif _MEAN.search(head):
        role = "mean"
    if not role:
        return
    for one in claims.judged:
        one.role = role
        claims.judge_again(one)
