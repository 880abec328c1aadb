"""Tokens that name a measure, or its quarters: worked out by the rules of counting."""

import difflib
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from earlyhelp.core.pages.wording import long_date
from earlyhelp.report.counted import Counts
from earlyhelp.report.periods import (
    ReportPeriod,
    in_words,
    moved,
    parse_period,
    quarters_of,
    year_of,
)
from earlyhelp.report.tokens.grammar import MeasureToken, SeriesToken, TokenError, When
from earlyhelp.report.tokens.shown import POINTS, ShownFigure, number, plain
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Meaning
from measures.counting.display import (
    denominator_shown,
    numerator_shown,
    rounded,
    shown,
    with_decimals,
)
from measures.counting.rollups import Cell
from measures.counting.spans import Pairing
from measures.models import Heading
from measures.performance.rows import reporting_words, same_teams, target_text, teams_of
from teams.quarters import FinancialYear, Quarter


def near(word: str, known: Iterable[str]) -> str:
    """``: did you mean “helped”?``, where something known is like it."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f": did you mean “{found[0]}”?" if found else ""


def period_of(when: When, own: ReportPeriod) -> ReportPeriod:
    """The period that words mean in a report about ``own``."""
    words = when.words
    if not words:
        return own
    if words in ("last year", "next year"):
        return moved(own, -1 if words == "last year" else 1)
    short, _, last = words.partition(" ")
    if short[0] in "QqHh":
        year = FinancialYear(year_of(own).start - bool(last))
        return parse_period(f"{year} {short.upper()}")
    try:
        return parse_period(words)
    except ValueError as wrong:
        raise TokenError(str(wrong)) from wrong


class MeasureTokens:
    """Answers tokens about measures from what was counted for a report about ``period``."""

    def __init__(self, counts: Counts, period: ReportPeriod) -> None:
        self.counts = counts
        self.period = period

    # -- what is meant --------------------------------------------------------------------------

    def measure(self, code: str) -> MeasureSpec:
        """The measure of this code; TokenError, with the nearest, where there is none."""
        known = self.counts.measures
        if code not in known:
            raise TokenError(f"There is no measure “{code}”{near(code, known)}")
        return known[code]

    def areas(self, names: Iterable[str]) -> tuple[str, ...]:
        """The codes of localities named by code or name; nothing for the city."""
        codes = []
        by_name = {one.name.lower(): code for code, one in self.counts.localities.items()}
        city = {self.counts.city.name.lower(), self.counts.city.code, "city", "the city"}
        for name in names:
            wanted = name.lower()
            if wanted in city:
                return ()
            code = wanted if wanted in self.counts.localities else by_name.get(wanted)
            if code is None:
                known = [*by_name, *self.counts.localities]
                raise TokenError(f"There is no area “{name}”{near(wanted, known)}")
            codes.append(code)
        return tuple(dict.fromkeys(codes))

    # -- a measure in a period ------------------------------------------------------------------

    def resolve(self, token: MeasureToken) -> ShownFigure:
        """What a token about a measure shows."""
        measure, codes = self.measure(token.measure), self.areas(token.areas)
        period = period_of(token.when, self.period)
        if token.against is not None:
            was = self._earlier(token.against, period)
            return self._against(token, measure, codes, period, was)
        if token.part in ("target", "distance to target"):
            return self._target(token, measure, codes, period)
        cell = self.counts.cell(measure, codes, period)
        return self._part(token, cell, codes, period)

    def value(
        self, code: str, codes: tuple[str, ...], period: ReportPeriod, decimals: int | None = None
    ) -> ShownFigure:
        """A measure's value, as tables place it."""
        cell = self.counts.cell(self.measure(code), codes, period)
        return self._part(MeasureToken("value", code, decimals=decimals), cell, codes, period)

    def base(self, cell: Cell, codes: tuple[str, ...], period: ReportPeriod) -> ShownFigure:
        """What every number of a cell stands on, and its value."""
        measure, counts = cell.measure, self.counts
        words, is_told = cautions(cell), bool(cell.expected) or not cell.is_hidden
        target = counts.target(measure, codes, period)
        made = ShownFigure(
            text=shown(cell),
            formula=formula(cell, period),
            exact=cell.value,
            unit=measure.unit,
            places=measure.decimals,
            measure=measure.code,
            area=counts.area(codes).area.code,
            period=str(period),
            numerator=_units(cell.numerator, measure.numerator.decimals),
            denominator=_units(cell.denominator, measure.denominator_decimals),
            answered=cell.answered if is_told else None,
            expected=cell.expected if is_told else None,
            missing=counts.missing(cell),
            is_impact=measure.heading == Heading.IMPACT,
            cautions=words,
            target=target_text(target.target, measure) if target else "",
        )
        return made.hidden() if cell.is_hidden else made

    def _part(
        self, token: MeasureToken, cell: Cell, codes: tuple[str, ...], period: ReportPeriod
    ) -> ShownFigure:
        """The part of a cell that a token names."""
        base = self.base(cell, codes, period)
        if token.part == "coverage":
            return self._coverage(cell, base, codes, period)
        if cell.is_hidden or (cell.value is None and token.part in ("value", "parts")):
            return base
        measure = cell.measure
        if token.part == "value":
            places = measure.decimals if token.decimals is None else token.decimals
            return replace(base, text=shown(cell, places), places=places)
        if not measure.is_ratio:
            if token.part == "number":
                return base
            raise TokenError(f"“{measure.name}” is a count: it has no {token.part}")
        if cell.numerator is None or cell.denominator is None:
            return base
        return _of_ratio(token, cell, base)

    def _coverage(
        self, cell: Cell, base: ShownFigure, codes: tuple[str, ...], period: ReportPeriod
    ) -> ShownFigure:
        if base.is_hidden and not cell.expected:
            return base
        reporting = self.counts.area(codes).reporting
        words = reporting_words(reporting, cell.measure, period, cell)  # type: ignore[arg-type]
        return replace(
            base,
            text=teams_of(words),
            formula=f"Teams that reported {cell.measure.name} in {in_words(period)}",
            exact=None,
            numerator="",
            denominator="",
            is_hidden=False,
            cautions=(),
        )

    # -- against something ----------------------------------------------------------------------

    def _against(
        self,
        token: MeasureToken,
        measure: MeasureSpec,
        codes: tuple[str, ...],
        period: ReportPeriod,
        was: ReportPeriod,
    ) -> ShownFigure:
        pairing, change = self.counts.pair(measure, codes, period, was)
        now = self.base(pairing.now, codes, period)
        before = self.base(pairing.before, codes, was)
        if token.part == "comparison":
            return self._comparison(now, before, was, change.meaning, pairing)
        made = self._apart(token, measure, now, before)
        reasons = tuple(f"not like for like: {one}" for one in pairing.reasons)
        made = replace(
            made,
            formula=f"{now.text} ({now.formula}) against {before.text} in {in_words(was)} "
            f"({before.formula})",
            cautions=(*now.cautions, *before.cautions, *reasons),
        )
        return made.hidden() if now.is_hidden or before.is_hidden else made

    def _apart(
        self, token: MeasureToken, measure: MeasureSpec, now: ShownFigure, before: ShownFigure
    ) -> ShownFigure:
        """How far two figures are apart: in the measure's units, or as a share of the earlier."""
        is_relative = token.part == "percentage change"
        if now.exact is None or before.exact is None or (is_relative and not before.exact):
            return replace(now, text="no figure", exact=None)
        apart = abs(now.exact - before.exact)
        unit, places = _unit_of_change(measure), measure.decimals
        if is_relative:
            apart, unit, places = 100 * apart / before.exact, "%", 1
        made = self._measured(token, now, apart, unit, places)
        return replace(made, numerator=plain(now.exact), denominator=plain(before.exact))

    def _earlier(self, when: When, period: ReportPeriod) -> ReportPeriod:
        """The period that is compared with: "last year" is a year before what is compared."""
        if when.words == "last year":
            return moved(period, -1)
        return period_of(when, self.period)

    def _comparison(
        self,
        now: ShownFigure,
        before: ShownFigure,
        was: ReportPeriod,
        meaning: Meaning,
        pairing: Pairing,
    ) -> ShownFigure:
        words = meaning.value
        if pairing.reasons:
            words = f"not comparable ({'; '.join(pairing.reasons)})"
        same = same_teams(pairing, now.places)
        text = f"{now.text}, against {before.text} in {in_words(was)}: {words}"
        made = replace(
            now,
            text=f"{text}; {same}" if same else text,
            formula=f"{now.formula}, against {before.formula}",
        )
        return made.hidden() if now.is_hidden or before.is_hidden else made

    def _target(
        self,
        token: MeasureToken,
        measure: MeasureSpec,
        codes: tuple[str, ...],
        period: ReportPeriod,
    ) -> ShownFigure:
        target = self.counts.target(measure, codes, period)
        if target is None:
            raise TokenError(f"“{measure.name}” has no target for {in_words(period)} here")
        base = ShownFigure(
            text=target_text(target.target, measure),
            formula=f"The target of {measure.name} for {year_of(period)}",
            exact=target.target,
            unit=measure.unit,
            places=measure.decimals,
            measure=measure.code,
            area=self.counts.area(codes).area.code,
            period=str(period),
            numerator=plain(target.target),
        )
        if token.part == "target":
            return base
        now = self.base(self.counts.cell(measure, codes, period), codes, period)
        if now.exact is None:
            return replace(now, exact=None)
        apart = abs(target.target - now.exact)
        words = f"{now.text} ({now.formula}) and the target of {base.text}"
        made = self._measured(token, now, apart, _unit_of_change(measure), measure.decimals)
        return replace(made, formula=words)

    def _measured(
        self, token: MeasureToken, base: ShownFigure, value: Fraction, unit: str, places: int
    ) -> ShownFigure:
        """The same figure with another number, at the decimals asked for."""
        places = places if token.decimals is None else token.decimals
        text = number(value, unit, places)
        return replace(base, text=text, exact=value, unit=unit, places=places)

    # -- over quarters --------------------------------------------------------------------------

    def series(self, token: SeriesToken) -> ShownFigure:
        """The highest, lowest or average of the quarters of a span."""
        measure, codes = self.measure(token.measure), self.areas(token.areas)
        first = quarters_of(period_of(token.first, self.period))[0]
        last = quarters_of(period_of(token.last, self.period))[-1]
        if token.which == "average" and measure.is_ratio:
            raise TokenError(
                f"“{measure.name}” is a {measure.unit}: those of quarters are never averaged. "
                f"Name the whole period instead, which pools them"
            )
        quarters = [Quarter(at) for at in range(first.index, last.index + 1)]
        bases = [self.base(self.counts.cell(measure, codes, at), codes, at) for at in quarters]
        if any(one.is_hidden for one in bases):
            return bases[-1].hidden()
        known = [one for one in bases if one.exact is not None]
        if not known:
            return bases[-1]
        listed = ", ".join(f"{one.text} in {one.period}" for one in known)
        return self._of_series(token, measure, known, f"{token.which.capitalize()} of {listed}")

    def _of_series(
        self, token: SeriesToken, measure: MeasureSpec, known: list[ShownFigure], words: str
    ) -> ShownFigure:
        values = [one.exact for one in known if one.exact is not None]
        span = f"{known[0].period} to {known[-1].period}"
        cautions = tuple(dict.fromkeys(word for one in known for word in one.cautions))
        if token.which == "average":
            value = sum(values, Fraction(0)) / len(values)
            places = measure.decimals + 1 if token.decimals is None else token.decimals
            text = number(value, measure.unit, places)
            return replace(
                known[-1],
                text=text,
                formula=words,
                exact=value,
                places=places,
                period=span,
                numerator=plain(sum(values, Fraction(0))),
                denominator=str(len(values)),
                cautions=cautions,
            )
        chosen = max if token.which == "highest" else min
        one = chosen(known, key=lambda each: each.exact or Fraction(0))
        return replace(one, formula=words, cautions=cautions)


def cautions(cell: Cell) -> tuple[str, ...]:
    """What a writer should know of a cell: who did not report."""
    if cell.is_complete or not cell.expected:
        return ()
    what = "returns" if cell.expected != 1 else "return"
    return (f"{cell.answered} of {cell.expected} {what} reported",)


def formula(cell: Cell, period: ReportPeriod) -> str:
    """How a figure is made, in words: ``Surveys received 499 ÷ Cases closed 700 × 100``."""
    measure = cell.measure
    if not measure.is_ratio:
        if measure.is_snapshot and cell.last is not None:
            return f"{measure.name} at {long_date(cell.last.last_day)}"
        added = "" if isinstance(period, Quarter) else ", quarters added"
        return f"{measure.name} in {in_words(period)}{added}"
    if cell.numerator is None or cell.is_hidden:
        return f"{measure.name} in {in_words(period)}"
    scale = "" if measure.scale == 1 else f" × {measure.scale:,}"
    over = f"{measure.numerator.name} {numerator_shown(cell)}"
    return f"{over} ÷ {_under(measure)} {denominator_shown(cell)}{scale}"


def _under(measure: MeasureSpec) -> str:
    """What a denominator is made of, in brackets where it is several items."""
    name = measure.denominator_name
    return f"({name})" if len(measure.denominators) > 1 else name


def _unit_of_change(measure: MeasureSpec) -> str:
    return POINTS if measure.unit == "%" else measure.unit


def _of_ratio(token: MeasureToken, cell: Cell, base: ShownFigure) -> ShownFigure:
    """Numerator, denominator, both, the rest, or the rest as a share."""
    measure = cell.measure
    top, under = numerator_shown(cell), denominator_shown(cell)
    if token.part == "parts":
        return replace(base, text=f"{top} of {under}")
    above = measure.numerator.exact(cell.numerator or 0)
    below = Fraction(cell.denominator or 0, 10**measure.denominator_decimals)
    if token.part == "number":
        return replace(base, text=top, exact=above, unit="count", places=measure.numerator.decimals)
    if token.part == "base":
        places = measure.denominator_decimals
        return replace(base, text=under, exact=below, unit="count", places=places)
    rest = below - above
    if token.part == "rest":
        places = max(measure.numerator.decimals, measure.denominator_decimals)
        words = f"{_under(measure)} {under} less {measure.numerator.name} {top}"
        text = f"{rounded(rest, places):,}"
        return replace(base, text=text, exact=rest, unit="count", places=places, formula=words)
    value = rest * measure.scale / below if below else None
    places = measure.decimals if token.decimals is None else token.decimals
    text = "no cases" if value is None else number(value, measure.unit, places)
    words = f"({_under(measure)} {under} less {measure.numerator.name} {top}) ÷ {under}"
    return replace(base, text=text, exact=value, places=places, formula=words)


def _units(units: int | None, decimals: int) -> str:
    return "" if units is None else str(with_decimals(units, decimals))
