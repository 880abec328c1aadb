"""What the sentences of a text say together: one thing given twice, one name for two things."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from earlyhelp.report.checker.facts import MeasureFact
from earlyhelp.report.checker.figures import Areas
from earlyhelp.report.checker.findings import Verdict
from earlyhelp.report.checker.guesses import Guess
from earlyhelp.report.checker.periods import Period
from earlyhelp.report.checker.words import content_stems

if TYPE_CHECKING:
    from earlyhelp.report.checker.checking import Checked, Checking

# Marks of sources.
_MARKS = re.compile(r"\[[0-9]+\]")
_PLAIN = frozenset({"value", "numerator", "denominator", "rest"})


def check(checking: Checking) -> None:
    """The rules of the whole text."""
    _given_twice(checking.checked)
    _known_to_nobody(checking.checked)
    _one_name(checking)


def _given_twice(checked: Sequence[Checked]) -> None:
    """The same figure given differently: where one agrees with the data, the other contradicts it."""
    right: dict[tuple[object, ...], list[Checked]] = defaultdict(list)
    for row in checked:
        if row.finding.verdict is Verdict.AGREES and row.judged.guess is not None:
            right[*row.judged.guess.key, row.judged.number.unit].append(row)
    for row in checked:
        guess = row.judged.guess
        if guess is None or row.finding.verdict is not Verdict.WRONG or not _is_plain(row, guess):
            continue
        others = right[*guess.key, row.judged.number.unit]
        if others:
            first = others[0].finding
            row.finding.verdict = Verdict.CONTRADICTS
            row.finding.why = f"Line {first.line} says {first.typed}. {row.finding.why}"


def _is_plain(row: Checked, guess: Guess) -> bool:
    """Whether a number is given as a figure by itself.

    Not what is set against another time, nor what the text's own arithmetic comes to.
    """
    is_worked = row.is_cell or row.worked is not None or row.judged.role == "earlier"
    return guess.kind in _PLAIN and not is_worked


def _known_to_nobody(checked: Sequence[Checked]) -> None:
    """Two sentences in the same words with different numbers, of which the data know neither."""
    said: dict[tuple[object, ...], list[Checked]] = defaultdict(list)
    for row in checked:
        is_alone = len(row.claims.judged) == 1 and not row.is_cell
        if is_alone and row.finding.verdict is Verdict.UNKNOWN:
            said[_words_around(row)].append(row)
    for rows in said.values():
        if len({row.judged.number.value for row in rows}) < 2:
            continue
        for row in rows:
            other = next(one for one in rows if one.judged.number.value != row.judged.number.value)
            words = f"Line {other.finding.line} says {other.finding.typed} in the same words"
            row.finding.blame(Verdict.CONTRADICTS, words)


def _words_around(row: Checked) -> tuple[object, ...]:
    """In which section a sentence stands, what it says beside a number, and in what unit."""
    text, number = row.claims.reading.text.lower(), row.judged.number
    after = _MARKS.sub("", text[number.end :]).rstrip(" .")
    return row.section, text[: number.start], after, number.unit


def _names_two(checking: Checking, row: Checked, values: Sequence[Checked]) -> list[Checked]:
    """The numbers of another measure that a number's name is used for as well."""
    best = next(one for one in row.judged.guesses if not one.flaw)
    guess = row.judged.guess
    if guess is None or not _share_a_name(best.measure, guess.measure):
        return []
    year = guess.period.its_year
    pair = [checking.figures.value(one.measure, guess.areas, year) for one in (best, guess)]
    if None in pair or pair[0] == pair[1]:
        return []
    return [one for one in values if _is_of(one, best.measure, guess.areas, year)]


def _one_name(checking: Checking) -> None:
    """One name for two measures: a number of another than the name says, which is used as well."""
    values = [row for row in checking.checked if _is_value(row)]
    for row in values:
        others = _names_two(checking, row, values)
        for one in (*others, row) if others else ():
            names = " and ".join(
                f"“{name}”" for name in sorted({_name_of(other) for other in (*others, row)})
            )
            one.finding.verdict = Verdict.CONTRADICTS
            one.finding.why = f"{names} go by one name here"


def _name_of(row: Checked) -> str:
    return row.judged.guess.measure.name if row.judged.guess is not None else ""


def _is_value(row: Checked) -> bool:
    """Whether a number is known as a measure's value by itself."""
    guess = row.judged.guess
    is_known = guess is not None and guess.kind == "value" and not guess.measure.of
    is_right = row.finding.verdict in (Verdict.AGREES, Verdict.CONTRADICTS, Verdict.MISLEADING)
    return is_known and is_right and row.judged.ratio is None


def _share_a_name(best: MeasureFact, other: MeasureFact) -> bool:
    """Whether one measure is called as another but for what stands in brackets."""
    if best is other or best.is_ratio != other.is_ratio or best.of:
        return False
    heads = [set(content_stems(re.split(r"[(,]", one.name)[0])) for one in (best, other)]
    return heads[0] == heads[1]


def _is_of(row: Checked, measure: MeasureFact, areas: Areas, year: Period) -> bool:
    guess = row.judged.guess
    if guess is None or guess.measure is not measure or guess.areas != areas:
        return False
    return guess.period.its_year == year
