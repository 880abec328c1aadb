"""Tables: what the head of a column and the name of a row say of the number between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earlyhelp.report.checker import arithmetic
from earlyhelp.report.checker.claims import Claims
from earlyhelp.report.checker.findings import Verdict
from earlyhelp.report.checker.layout import TextCell, TextTable
from earlyhelp.report.checker.numerals import every_number, find_numbers
from earlyhelp.report.checker.periods import Spoken, find_periods
from earlyhelp.report.checker.reading import SentenceReading

if TYPE_CHECKING:
    from earlyhelp.report.checker.checking import Checked, Checking

_CHANGE = re.compile(
    r"\b(?:change|difference|diff|movement|variance|\+/-|up/down|change\sin\spoints|points)\b",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\btargets?\b", re.IGNORECASE)
_NUMBER = re.compile(r"^\W*(?:number|no\.?|count|how\smany|total|n)\W*$", re.IGNORECASE)
_SHARE = re.compile(
    r"^\W*(?:%|per\s?cent|percentage|share|rate|proportion|as\sa\s(?:%|percentage|share))\W*(?:of\stotal)?\W*$",
    re.IGNORECASE,
)
_MEAN = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)


# How much the words over a table count where its rows and columns name measures themselves.
_OF_CAPTION = 0.4


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
    found: dict[int, Sequence[Checked]] = {}
    heads = {at: " ".join(one[at].text for one in head if at < len(one)) for at in range(len(row))}
    for at, cell in enumerate(row):
        if any(every_number(cell.text)) and (at or len(row) == 1):
            found[at] = _cell(checking, table, cell, (label, heads[at], heads[0]), caption)
    for at in found:
        _work_out(heads[at], *(found.get(one, ()) for one in (at - 2, at - 1, at)))


def _work_out(
    head: str, first: Sequence[Checked], second: Sequence[Checked], own: Sequence[Checked]
) -> None:
    """A share or a change that the data do not know, from the two numbers before it in its row."""
    if {len(first), len(second), len(own)} != {1}:
        return
    row, was, now = own[0], first[0], second[0]
    unit, are_shares = row.judged.number.unit, was.judged.number.is_share
    if are_shares != now.judged.number.is_share or (unit == "%" and are_shares):
        return
    ends = {was.finding.verdict, now.finding.verdict}
    if row.judged.role == "change" and (_is_unknown(row) or ends == {Verdict.AGREES}):
        arithmetic.settle_change(row, was.judged.typed, now.judged.typed)
    elif _SHARE.match(head) and unit == "%" and _is_unknown(row):
        arithmetic.settle_share(row, *sorted((was.judged.number.value, now.judged.number.value)))


def _is_unknown(row: Checked) -> bool:
    return row.finding.verdict is Verdict.UNKNOWN


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
    names: tuple[str, str, str],
    caption: str,
) -> Sequence[Checked]:
    label, head, corner = names
    reading = SentenceReading(cell.text, checking.tools, is_cell=True)
    if not reading.numbers:
        return ()
    is_named = _names_something(checking, f"{label} {head}")
    leads = [(label, 1.0), (head, 0.9), (caption, _OF_CAPTION if is_named else 1.0)]
    if not is_named:
        leads.append((corner, 1.0))
        leads += [(heading, 1.0) for heading in checking.layout.heading_path(table.section)[:1]]
    around = checking.around(table.section, leads)
    around = _placed(checking, around, label, head, caption)
    claims = Claims(reading, around, checking.figures, checking.tools)
    _set_roles(claims, label, head)
    return checking.add(claims, cell.start, table.section, -1 - cell.start, is_cell=True)


def _names_something(checking: Checking, text: str) -> bool:
    """Whether words can be a measure's, but for those of areas and periods."""
    reading = SentenceReading(text, checking.tools)
    names = checking.tools.names
    return any(names.knows(one) for word in reading.words for one in word.stems)


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
