"""Arithmetic on the numbers that a text states itself, whether the data know them or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from earlyhelp.report.checker.findings import TextFinding, Verdict
from earlyhelp.report.checker.guesses import says_rest
from earlyhelp.report.checker.matching import Fit, TypedNumber
from earlyhelp.report.checker.roles import Ratio
from earlyhelp.report.checker.wording import shown

if TYPE_CHECKING:
    from earlyhelp.report.checker.checking import Checked

# So far from 100 parts may come to be meant as the parts of a whole.
_NEARLY_WHOLE = 12
_PARTS = 3
_OF_THEM = re.compile(r"\bof\s(?:them|these|those|whom|which)\b", re.IGNORECASE)
_MADE_OF = re.compile(
    r"\b(?:made\sup\sof|compris\w+|consist\w+\sof|split|divided)\b", re.IGNORECASE
)

_THAT_IS = re.compile(r"\b(?:this|that|which)\s(?:is|was|means|represents|equates\sto|amounts\sto)\b", re.IGNORECASE)  # fmt: skip


def exact_of(row: Checked) -> Fraction | None:
    """The exact value behind a number that the data know."""
    guess = row.judged.guess
    if row.worked is not None:
        return row.worked
    return None if guess is None or not row.finding.measure else guess.exact


def settle(row: Checked, fit: Fit, exact: Fraction, why: str, *, unit: str = "%") -> None:
    """What arithmetic says of a number that the data do not bear out."""
    finding, typed = row.finding, row.judged.typed
    row.worked = exact
    if fit is Fit.YES:
        finding.verdict, finding.why, finding.should_be, finding.replacement = (
            *(Verdict.AGREES, ""),
            *("", ""),
        )
        return
    right = shown(exact, typed.places, unit)
    finding.verdict = Verdict.ROUNDING if fit is Fit.CUT else Verdict.WRONG
    finding.should_be = finding.replacement = right
    finding.why = f"{why} is {right}" + (": the last digit is cut" if fit is Fit.CUT else "")


def settle_change(row: Checked, first: TypedNumber, last: TypedNumber) -> None:
    """Hold a change to the two numbers that it is between, with its sign."""
    wanted, typed = _difference(row, first, last), row.judged.typed
    if wanted is None:
        return
    is_turned = typed.sign and (last.value - first.value) * typed.sign < 0
    fit = Fit.NO if is_turned else typed.fits(wanted)
    unit = "%" if row.judged.number.unit == "%" else "count"
    settle(row, fit, wanted, f"From {_plain(first.value)} to {_plain(last.value)}", unit=unit)


def settle_share(row: Checked, some: Fraction, whole: Fraction) -> None:
    """Hold a share to the two numbers that it is of."""
    if not whole:
        return
    what = f"{_plain(some)} of {_plain(whole)}"
    settle(row, _fits(row.judged.typed, some / whole), some * 100 / whole, what)


def referred_to(rows: Sequence[Checked], before: Sequence[Checked]) -> list[Fraction]:
    """What "of them" is of: the count that the sentence before gave last."""
    counts = [row.judged.number.value for row in before if row.judged.number.unit == "count"]
    is_back = rows and _OF_THEM.search(rows[0].claims.reading.text)
    return counts[-1:] if is_back else []


def check_ratios(rows: Sequence[Checked], wholes: Sequence[Fraction]) -> None:
    """Each share of two numbers: 37 of 363 is 10.2%."""
    if not rows:
        return
    for ratio in rows[0].claims.roles.ratios:
        if ratio.value is None:
            ratio.value = _share_of(rows, ratio, wholes)
        if ratio.value is not None and ratio.numerator is not None:
            _check_share(rows, ratio, wholes)
        elif ratio.numerator is not None and ratio.denominator is not None:
            _forget_both((rows[ratio.numerator].finding, rows[ratio.denominator].finding))


def check_back(
    rows: Sequence[Checked], before: Sequence[Checked], wholes: Sequence[Fraction]
) -> None:
    """A share of what a sentence before gave: 27 of 51 ... This is 16.5% of the cohort."""
    tops = [row.judged.number.value for row in before if _is_numerator(row)]
    for row in rows:
        is_free = row.judged.ratio is None and row.judged.number.unit == "%"
        if not tops or not is_free or row.finding.verdict is Verdict.AGREES:
            continue
        fit, whole = _of_another(row.judged.typed, tops[-1], Fraction(0), wholes)
        if fit is not Fit.NO:
            _forget(row.finding)
            what = f"{_plain(tops[-1])} of {_plain(whole)}"
            settle(row, fit, tops[-1] * 100 / whole, what)


def check_counted(
    rows: Sequence[Checked], before: Sequence[Checked], wholes: Sequence[Fraction]
) -> None:
    """A count of the share that a sentence before gave: almost 70% ... that is 112 cases, of 163."""
    shares = [row for row in before if row.judged.number.unit == "%" and row.judged.ratio is None]
    if len(rows) != 1 or not shares or not _THAT_IS.search(rows[0].claims.reading.text):
        return
    row, typed = rows[0], shares[-1].judged.typed
    if row.judged.number.unit != "count" or row.finding.verdict is Verdict.AGREES:
        return
    some = row.judged.number.value
    if _of_another(typed, some, Fraction(0), wholes)[0] is Fit.YES:
        _forget(row.finding)
        row.finding.verdict, row.worked = Verdict.AGREES, some


def _is_numerator(row: Checked) -> bool:
    return row.judged.ratio is not None and row.judged.ratio.numerator == row.judged.at


def _share_of(rows: Sequence[Checked], ratio: Ratio, wholes: Sequence[Fraction]) -> int | None:
    """A share elsewhere in the sentence that two numbers come to."""
    if ratio.numerator is None or ratio.denominator is None:
        return None
    some, whole = (rows[at].judged.number.value for at in (ratio.numerator, ratio.denominator))
    for at, row in enumerate(rows):
        if row.judged.ratio is None and row.judged.number.unit == "%":
            fits = {_fits(row.judged.typed, some / one) for one in (whole, *wholes) if one}
            if fits - {Fit.NO}:
                return at
    return None


def _forget_both(parts: Sequence[TextFinding]) -> None:
    """Two parts that the data do not bear out are parts of something else."""
    if not any(part.verdict in (Verdict.AGREES, Verdict.MISLEADING) for part in parts):
        for part in parts:
            _forget(part)


def _check_share(rows: Sequence[Checked], ratio: Ratio, wholes: Sequence[Fraction]) -> None:
    value, top = rows[ratio.value or 0], rows[ratio.numerator or 0]
    some = top.judged.number.value
    if ratio.denominator is None:
        _check_of_wholes(value, some, wholes)
        return
    under = rows[ratio.denominator]
    whole = under.judged.number.value
    if not whole:
        return
    fit, parts = _fits(value.judged.typed, some / whole), (top.finding, under.finding)
    if fit is Fit.NO:
        fit, whole = _of_another(value.judged.typed, some, whole, wholes)
        for finding in (*parts, value.finding) if fit is not Fit.NO else ():
            if finding.verdict is Verdict.WRONG:
                _forget(finding)
    else:
        _forget_both(parts)
    if value.finding.verdict is not Verdict.AGREES and _may_settle(value, fit, parts):
        settle(value, fit, some * 100 / whole, f"{_plain(some)} of {_plain(whole)}")


def _may_settle(value: Checked, fit: Fit, parts: Sequence[TextFinding]) -> bool:
    """Whether arithmetic decides: it is right, or the data know neither the share nor its parts."""
    is_unknown = value.finding.verdict is Verdict.UNKNOWN
    return fit is not Fit.NO or is_unknown or not any(part.measure for part in parts)


def _check_of_wholes(value: Checked, some: Fraction, wholes: Sequence[Fraction]) -> None:
    """A share beside a number alone: of a whole that was named before."""
    typed = value.judged.typed
    under = next((one for one in wholes if one and _fits(typed, some / one) is Fit.YES), None)
    if under is not None and value.finding.verdict is not Verdict.AGREES:
        settle(value, Fit.YES, some * 100 / under, "")


def _of_another(
    typed: TypedNumber, some: Fraction, whole: Fraction, wholes: Sequence[Fraction]
) -> tuple[Fit, Fraction]:
    """Where a share is not of what stands beside it, it may be of a whole named before."""
    fits = [(_fits(typed, some / one), one) for one in wholes if one]
    for wanted in (Fit.YES, Fit.CUT):
        for fit, one in fits:
            if fit is wanted:
                return fit, one
    return Fit.NO, whole


def _fits(typed: TypedNumber, share: Fraction) -> Fit:
    return typed.fits(share * 100)


def _forget(finding: TextFinding) -> None:
    finding.measure = finding.area = finding.period = finding.why = ""
    finding.should_be = finding.replacement = ""
    finding.verdict, finding.source = Verdict.UNKNOWN, None


def _plain(value: Fraction) -> str:
    return shown(value, 0 if value.denominator == 1 else 1, "count")


def check_rests(rows: Sequence[Checked], before: Sequence[Checked]) -> None:
    """Each share that is said to be what another leaves: 31.2% did, so 68.8% did not."""
    shares = [row for row in (*before, *rows) if row.judged.number.unit == "%"]
    for row in rows:
        if row.judged.number.unit != "%" or row.finding.verdict is Verdict.AGREES:
            continue
        others = [one for one in shares if one.finding.start < row.finding.start]
        if others and _speaks_of_rest(row):
            _check_rest(row, others[-1])
        elif not others and _speaks_of_rest(row):
            _confirm_rest(row, shares)


def _speaks_of_rest(row: Checked) -> bool:
    number = row.judged.number
    reading = row.claims.reading
    before = reading.before(number, 50)
    after = re.split(r"[;.]|\s[-–—]\s", reading.after(number, 60))[0]
    return says_rest(f"{before} {after}") or bool(
        re.search(r"\b(?:meaning|leav(?:es|ing)|means)\b", before)
    )


def _confirm_rest(row: Checked, shares: Sequence[Checked]) -> None:
    """What is left may come first: 68.8% did not, against 31.2% that did."""
    for other in shares:
        rest = 100 - other.judged.typed.value
        if other.finding.verdict is Verdict.AGREES and row.judged.typed.fits(rest) is Fit.YES:
            _forget(row.finding)
            settle(row, Fit.YES, rest, "")


def _check_rest(row: Checked, other: Checked) -> None:
    typed, was = row.judged.typed, other.judged.typed
    rest = 100 - was.value
    exact = exact_of(other)
    if abs(typed.value - rest) > _NEARLY_WHOLE and row.finding.verdict is Verdict.UNKNOWN:
        return
    fit = typed.fits(rest)
    if fit is Fit.YES and other.finding.verdict is Verdict.ROUNDING:
        _blame_cut(row, other, 100 - (exact if exact is not None else was.value))
    elif fit is Fit.YES or other.worked is not None or not row.finding.measure:
        right = rest if other.worked is None else 100 - other.worked
        _forget(row.finding)
        settle(row, fit if fit is Fit.YES else Fit.NO, right, f"What {other.finding.typed} leaves")


def _blame_cut(row: Checked, other: Checked, right: Fraction) -> None:
    """What a cut share leaves is as wrong as that one is, unless it is what the exact one leaves."""
    typed = row.judged.typed
    if typed.fits(right) is Fit.YES:
        settle(row, Fit.YES, right, "")
        return
    _forget(row.finding)
    text = shown(right, typed.places, "%")
    row.finding.blame(Verdict.ROUNDING, f"It is what the cut {other.finding.typed} leaves", text)


def check_differences(rows: Sequence[Checked]) -> None:
    """Each change beside its two ends: from 740 to 633 is 107 fewer, 14.5%."""
    if not rows:
        return
    ends = rows[0].claims.roles.ends or list(_supposed_ends(rows))
    for row in rows:
        if row.judged.role != "change" or row.finding.verdict is Verdict.AGREES:
            continue
        for earlier, later in ends:
            first, last = rows[earlier].judged.typed, rows[later].judged.typed
            wanted = _difference(row, first, last)
            if wanted is None:
                continue
            fit = row.judged.typed.fits(wanted)
            if fit is Fit.YES or row.finding.verdict is Verdict.UNKNOWN:
                what = f"From {rows[earlier].finding.typed} to {rows[later].finding.typed}"
                unit = "%" if row.judged.number.unit == "%" else "count"
                settle(row, fit, wanted, what, unit=unit)


def _supposed_ends(rows: Sequence[Checked]) -> Iterator[tuple[int, int]]:
    """A value and what it is compared with: 633 against 740."""
    for at, row in enumerate(rows):
        if row.judged.role == "earlier":
            values = [one for one in range(at) if rows[one].judged.role in ("value", "later")]
            if values:
                yield at, values[-1]


def _difference(row: Checked, first: TypedNumber, last: TypedNumber) -> Fraction | None:
    """What a change comes to in its own unit between two typed ends."""
    unit = row.judged.number.unit
    if unit == "%":
        return abs(last.value - first.value) * 100 / first.value if first.value else None
    if (unit == "points") != first.is_share:
        return None
    return abs(last.value - first.value)


def check_whole(rows: Sequence[Checked]) -> None:
    """Shares that should make a whole: 35.2%, 41.1%, 17.6% and 5.9% make 99.8%."""
    shares = [row for row in rows if _is_part(row)]
    total = sum((row.judged.number.value for row in shares), Fraction(0))
    if len(shares) < _PARTS or abs(total - 100) > _NEARLY_WHOLE or _are_of_several(shares):
        return
    halves, short = _halves(shares), 100 - total
    # Rounding half up takes away less than half a digit, and adds half of one at most.
    if -halves <= short < halves:
        return
    verdict = Verdict.ROUNDING if 0 < short < 2 * halves else Verdict.WRONG
    text = shown(total, max(row.judged.number.places for row in shares), "%")
    for row in shares:
        row.finding.blame(verdict, f"The parts make {text}, not 100%")


def _halves(shares: Sequence[Checked]) -> Fraction:
    """What rounding may take away of a whole at most."""
    return sum((Fraction(1, 2 * 10**row.judged.number.places) for row in shares), Fraction(0))


def _is_part(row: Checked) -> bool:
    judged = row.judged
    return judged.number.unit == "%" and judged.role == "value" and not judged.size


def _are_of_several(shares: Sequence[Checked]) -> bool:
    """Whether the data know shares as those of several measures or areas: they make no whole."""
    known = {(row.finding.measure, row.finding.area) for row in shares if row.finding.measure}
    return len(known) > 1


def check_counts(rows: Sequence[Checked]) -> None:
    """Counts that are said to make up another: 6 cases, of which 3, 2 and 1."""
    counts = [row for row in rows if row.judged.number.unit == "count"]
    if len(counts) < _PARTS or rows[0].claims.roles.ends:
        return
    whole, parts = counts[0], counts[1:]
    between = rows[0].claims.reading.text[whole.judged.number.end : parts[0].judged.number.start]
    total = sum((row.judged.number.value for row in parts), Fraction(0))
    if total == whole.judged.number.value:
        if whole.finding.verdict is Verdict.UNKNOWN:
            whole.finding.verdict = Verdict.AGREES
    elif _MADE_OF.search(between):
        text = f"The parts make {_plain(total)}, not {whole.finding.typed}"
        for row in parts:
            row.finding.blame(Verdict.WRONG, text)
