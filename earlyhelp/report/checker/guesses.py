"""What a number may be: each guess is a figure of the council, with how far-fetched it is.

A number agrees when a guess that is hardly more far-fetched than the best says so; it is wrong when
none does and the best is certain enough.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from earlyhelp.report.checker.facts import CITY, MeasureFact
from earlyhelp.report.checker.figures import Areas, Figures, mean, rounded
from earlyhelp.report.checker.naming import NameMatch
from earlyhelp.report.checker.periods import Period

SNAPSHOTS = "adds up quarter ends, so that a case open all year counts four times"
MEANS = "is an average of percentages: {} come to the pooled figure"
Weighed = Sequence[tuple[Period, float]]


@dataclass(frozen=True)
class Guess:
    """A figure that a number may be; the higher the ``cost``, the more far-fetched.

    ``kind`` is what of the measure it is; ``flaw`` says why the number misleads where this is it.
    ``also`` are other values that are as right (from rounded ends).
    """

    cost: float
    score: float
    measure: MeasureFact
    areas: Areas
    period: Period
    kind: str
    exact: Fraction
    unit: str
    earlier: Period | None = None
    flaw: str = ""
    also: tuple[Fraction, ...] = ()

    @property
    def key(self) -> tuple[str, str, Areas, Period, Period | None]:
        """What it is a figure of."""
        return self.measure.code, self.kind, self.areas, self.period, self.earlier


@dataclass(frozen=True)
class Surroundings:
    """What the sentence says around a number: the candidates for each part of a guess."""

    matches: Sequence[NameMatch]
    periods: Weighed
    areas: Sequence[tuple[Areas, float]]
    spans: Sequence[tuple[Period, Period, float]] = ()
    is_rest: bool = False
    is_mean: bool = False
    is_monthly: bool = False
    is_each: bool = False
    part: str = ""


class Guesser:
    """Makes the guesses for a number."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def values(self, place: Surroundings, unit: str) -> Iterator[Guess]:
        """A value, a part or the rest of a measure; shares of the whole."""
        for match, areas, period, cost in _combined(place):
            cell = self._figures.cell(match.measure, areas, period)
            if cell is None or cell.value is None:
                continue
            about = _About(cost, match, areas, period)
            if match.measure.is_ratio:
                yield from self._of_ratio(about, place, unit)
            else:
                yield from self._of_count(about, place, unit)

    def _of_ratio(self, about: "_About", place: Surroundings, unit: str) -> Iterator[Guess]:
        rest, own = (0.0, 0.6) if place.is_rest else (1.4, 0.0)
        if unit == "%" and about.match.measure.is_percent:
            yield from self._shares_of_ratio(about, own, rest)
        elif unit == "count":
            yield from self._parts_of_ratio(about, place, own, rest)

    def _shares_of_ratio(self, about: "_About", own: float, rest: float) -> Iterator[Guess]:
        measure = about.match.measure
        value = self._figures.value(measure, about.areas, about.period)
        if value is not None:
            yield about.guess("value", value, "%", own)
            yield about.guess("rest", 100 - value, "%", rest)
        for flawed in self._figures.mean_of_percentages(measure, about.areas, about.period):
            yield about.guess("value", flawed, "%", own, MEANS)

    def _parts_of_ratio(
        self, about: "_About", place: Surroundings, own: float, rest: float
    ) -> Iterator[Guess]:
        measure = about.match.measure
        cell = self._figures.cell(measure, about.areas, about.period)
        if cell is None or cell.value is None or cell.numerator is None or cell.denominator is None:
            return
        if not measure.is_percent:
            yield about.guess("value", cell.value, "count")
        is_under = place.part == "denominator" or (
            not place.part and about.match.part == "denominator"
        )
        top, under = (own + 0.9, 0.0) if is_under else (own, 0.7 + 0.9 * bool(place.part))
        yield about.guess("numerator", cell.numerator, "count", top)
        yield about.guess("denominator", cell.denominator, "count", under)
        yield about.guess("rest", cell.denominator - cell.numerator, "count", rest + 2 * is_under)

    def _of_count(self, about: "_About", place: Surroundings, unit: str) -> Iterator[Guess]:
        measure, areas, period = about.match.measure, about.areas, about.period
        value = self._figures.value(measure, areas, period)
        if value is None:
            return
        if unit == "count":
            yield about.guess("value", value, "count", 0.4 * place.is_monthly + 0.9 * place.is_mean)
            yield from self._over_quarters(about, place, value)
            yield from self._over_areas(about, place)
        elif unit == "%":
            yield from self._shares(about, value)

    def _over_quarters(
        self, about: "_About", place: Surroundings, value: Fraction
    ) -> Iterator[Guess]:
        measure = about.match.measure
        quarterly = self._figures.quarterly(measure, about.areas, about.period)
        if len(quarterly) < 2:
            return
        months = 3 if place.is_monthly and not measure.is_snapshot else 1
        middle = mean(quarterly) / months
        is_meant = place.is_mean and not place.is_each
        yield about.guess("mean", middle, "count", 0.0 if is_meant else 1.2)
        if measure.is_snapshot:
            yield about.guess("sum", sum(quarterly, Fraction(0)), "count", 0.0, SNAPSHOTS)

    def _over_areas(self, about: "_About", place: Surroundings) -> Iterator[Guess]:
        """The mean of the areas: "the districts averaged 12 each"."""
        by_area = list(self._figures.by_area(about.match.measure, about.period).values())
        if about.areas == (CITY,) and len(by_area) > 1 and place.is_mean and place.is_each:
            yield about.guess("mean", mean(by_area), "count")

    def _shares(self, about: "_About", value: Fraction) -> Iterator[Guess]:
        """An area's share of the whole; a quarter's share of its year."""
        measure, areas, period = about.match.measure, about.areas, about.period
        if areas != (CITY,):
            whole = self._figures.value(measure, (CITY,), period)
            if whole:
                yield about.guess("share", value * 100 / whole, "%", 0.2)
        if period.length == 1 and not measure.is_snapshot:
            whole = self._figures.value(measure, areas, period.its_year)
            if whole:
                yield about.guess("share of year", value * 100 / whole, "%", 0.3)

    def changes(self, place: Surroundings, unit: str) -> Iterator[Guess]:
        """A change of a measure between two periods, in its own units, in points or relative."""
        for match in place.matches:
            cost = _cost(match, place.matches)
            for areas, far in place.areas:
                for later, earlier, farther in place.spans:
                    about = _About(cost + far + farther, match, areas, later)
                    yield from self._changes(about, earlier, unit)

    def _changes(self, about: "_About", earlier: Period, unit: str) -> Iterator[Guess]:
        measure, areas = about.match.measure, about.areas
        now = self._figures.value(measure, areas, about.period)
        was = self._figures.value(measure, areas, earlier)
        if now is not None and was is not None:
            yield from (_since(one, earlier) for one in _change(about, now, was, unit))
        if unit == "count" and measure.is_ratio:
            yield from self._change_of_numerator(about, earlier)
        elif unit == "count" and measure.is_snapshot and about.period.length > 1:
            yield from self._change_of_sums(about, earlier)

    def between(self, place: Surroundings, than: Areas, unit: str) -> Iterator[Guess]:
        """How much more or less an area has than another, in a period."""
        for match, areas, period, cost in _combined(place):
            if areas == than or (CITY in areas and not match.measure.is_ratio):
                continue
            now = self._figures.value(match.measure, areas, period)
            was = self._figures.value(match.measure, than, period)
            if now is not None and was is not None:
                about = _About(cost, match, areas, period)
                yield from (replace(one, kind="between") for one in _change(about, now, was, unit))

    def _change_of_sums(self, about: "_About", earlier: Period) -> Iterator[Guess]:
        sums = [
            sum(self._figures.quarterly(about.match.measure, about.areas, one), Fraction(0))
            for one in (about.period, earlier)
        ]
        if all(sums):
            guess = about.guess("change", sums[0] - sums[1], "count", 0.0, SNAPSHOTS)
            yield _since(guess, earlier)

    def _change_of_numerator(self, about: "_About", earlier: Period) -> Iterator[Guess]:
        measure, areas = about.match.measure, about.areas
        now = self._figures.cell(measure, areas, about.period)
        was = self._figures.cell(measure, areas, earlier)
        if now and was and now.numerator is not None and was.numerator is not None:
            difference = now.numerator - was.numerator
            yield _since(about.guess("change", difference, "count", 0.6), earlier)

    def targets(self, place: Surroundings) -> Iterator[Guess]:
        """The target of a measure."""
        for match, areas, period, cost in _combined(place):
            for far, one in enumerate((period, Period(period.first + 4, period.length))):
                target = self._figures.facts.target(match.measure.code, areas[0], one)
                if target is not None:
                    unit = "%" if match.measure.is_percent else "count"
                    about = _About(cost + 0.4 * far, match, areas, one)
                    yield about.guess("target", target.level, unit)

    def gaps(self, place: Surroundings, unit: str) -> Iterator[Guess]:
        """How far a measure is from its target."""
        for match, areas, period, cost in _combined(place):
            target = self._figures.facts.target(match.measure.code, areas[0], period)
            value = self._figures.value(match.measure, areas, period)
            if target is not None and value is not None:
                about = _About(cost, match, areas, period)
                off = abs(target.level - value)
                near = abs(target.level - rounded(value, match.measure.decimals))
                yield about.guess("gap", off, unit, also=(near,))

    def extremes(
        self, place: Surroundings, unit: str, over: Collection[str], *, highest: bool
    ) -> Iterator[Guess]:
        """The highest or lowest of a measure over quarters, or over areas."""
        pick = max if highest else min
        kind = "highest" if highest else "lowest"
        for match, areas, period, cost in _combined(place):
            is_share = match.measure.is_percent
            if is_share != (unit == "%"):
                continue
            about = _About(cost, match, areas, period)
            quarterly = self._figures.quarterly(match.measure, areas, period.its_year)
            if len(quarterly) > 1 and "quarters" in over:
                yield about.guess(kind, pick(quarterly), unit, 0.1)
            by_area = self._figures.by_area(match.measure, period)
            if len(by_area) > 1 and "areas" in over:
                yield about.guess(f"{kind} area", pick(by_area.values()), unit, 0.1)


def _since(guess: Guess, earlier: Period) -> Guess:
    return replace(guess, earlier=earlier)


@dataclass(frozen=True)
class _About:
    """What a guess is about."""

    cost: float
    match: NameMatch
    areas: Areas
    period: Period

    def guess(
        self,
        kind: str,
        exact: Fraction,
        unit: str,
        more: float = 0.0,
        flaw: str = "",
        also: tuple[Fraction, ...] = (),
    ) -> Guess:
        """A guess of this kind."""
        return Guess(
            *(self.cost + more, self.match.score, self.match.measure, self.areas, self.period),
            *(kind, exact, unit),
            flaw=flaw,
            also=also,
        )


def _difference(about: _About, now: Fraction, was: Fraction, unit: str) -> Guess:
    """A change in the measure's own units, of exact or of rounded ends."""
    measure = about.match.measure
    ends: tuple[Fraction, ...] = ()
    if measure.is_ratio:
        places = {measure.decimals, 0, 1}
        ends = tuple(abs(rounded(now, at) - rounded(was, at)) for at in places)
    return about.guess("change", now - was, unit, also=ends)


def _change(about: _About, now: Fraction, was: Fraction, unit: str) -> Iterator[Guess]:
    """A change in the unit that it is told in."""
    if unit == ("points" if about.match.measure.is_percent else "count"):
        yield _difference(about, now, was, unit)
    elif was:
        yield from _relative(about, now, was, unit)


def _relative(about: _About, now: Fraction, was: Fraction, unit: str) -> Iterator[Guess]:
    """A change as a part of what it was, or as a factor."""
    measure = about.match.measure
    if unit == "times":
        yield about.guess("factor", now / was, "times")
    elif unit == "%":
        first, last = rounded(was, measure.decimals), rounded(now, measure.decimals)
        also = (abs(last - first) * 100 / first,) if first else ()
        cost = 0.3 if measure.is_percent else 0.0
        yield about.guess("relative", (now - was) * 100 / was, "%", cost, also=also)


def _cost(match: NameMatch, matches: Sequence[NameMatch]) -> float:
    top = matches[0]
    return 2.2 * (top.score + 0.02 * top.mass - match.score - 0.02 * match.mass)


def _combined(place: Surroundings) -> Iterable[tuple[NameMatch, Areas, Period, float]]:
    for match in place.matches:
        cost = _cost(match, place.matches)
        for areas, far in place.areas:
            for period, farther in place.periods:
                yield match, areas, period, cost + far + farther


_REST = re.compile(
    r"\b(?:not|no|never|all\sbut|without|n['’]t|remaining|remainder|rest|other|others|have\snot|had\snot|failed\sto|did\snot|none|nor|avoid(?:ed|ing)?|un\w+ed|neither)\b",
    re.IGNORECASE,
)


def says_rest(text: str) -> bool:
    """Whether words near a number speak of what is left over."""
    return bool(_REST.search(text))
