"""A measure in an area and a period, as one row of a page: every word and number ready to print."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from django.utils.text import get_text_list

from earlyhelp.core.pages.wording import long_date, part_of
from measures.counting.aggregates import Key, Tally
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import (
    Change,
    Direction,
    Meaning,
    TargetSpec,
    TargetVerdict,
    against_target,
    compare,
    is_within_chance,
    verdict_on,
)
from measures.counting.display import (
    NOT_ASKED,
    denominator_shown,
    numerator_shown,
    places_that,
    rounded,
    shown,
    written,
)
from measures.counting.reporting import Reporting
from measures.counting.revisions import Revision
from measures.counting.rollups import Cell, Period, RollUp
from measures.counting.spans import NOT_OVER, Pairing, Spans
from measures.models import Heading, Measure
from measures.performance.charts import Point, Spark, spark
from measures.performance.choices import Choices
from measures.performance.places import Place
from measures.performance.targets_and_commentary import Annotations, CommentaryShown
from teams.quarters import FinancialYear, Quarter

MAY_COUNT_TWICE = "may count a person more than once"
_ARROWS = {Direction.UP: "▲", Direction.DOWN: "▼", Direction.SAME: "="}
# From so many tested changes on, one that looks clear may well be chance.
MANY_TESTED = 4
RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Counted:
    """One area's figures, added up, who reported them, and what they may be compared on."""

    rollup: RollUp
    reporting: Reporting
    spans: Spans

    @classmethod
    def of(
        cls, tally: Tally, keys: Collection[Key] | None, team_id: int | None = None
    ) -> "Counted":
        """The figures of these team-quarters; None for the whole council."""
        rollup = RollUp(tally, keys)
        return cls(rollup, Reporting(rollup), Spans(rollup, team_id))

    def judged(
        self, cell: Cell, target: TargetSpec | None, period: Period
    ) -> "TargetJudgement | None":
        """How a period's figure stands to a target, where that may be said (rule 10)."""
        if target is None or not self.spans.bears_verdict(cell, period):
            return None
        verdict = against_target(cell, target)
        return (
            None
            if verdict is None
            else TargetJudgement(verdict, target, is_within_chance(cell, target))
        )


@dataclass(frozen=True)
class AreaFigures:
    """A place's figures among what was tallied for a page; ``is_whole`` where those are all."""

    place: Place
    choices: Choices
    tally: Tally
    is_whole: bool = False

    @cached_property
    def counted(self) -> Counted:
        """The figures, added up."""
        area = self.place.area
        keys = None if self.is_whole else area.keys
        team_id = next(iter(area.keys or ()), None) if area.is_team else None
        return Counted.of(self.tally, keys, team_id)

    @property
    def reporting(self) -> Reporting:
        """Who reported them."""
        return self.counted.reporting

    def was_asked(self, measure: MeasureSpec) -> bool:
        """Whether any item of the measure was asked of anybody here in the span."""
        return self.counted.rollup.was_asked(measure)

    def cell(self, measure: MeasureSpec, period: Period | None = None) -> Cell:
        """A measure in a period: the one asked for, unless another is named."""
        return self.counted.rollup.cell(measure, period or self.choices.period)

    def pair(self, now: Cell, before: Cell) -> Pairing:
        """The figure of the period asked for and of the one before, and what they compare on."""
        return self.counted.spans.pair(now, before, self.choices.period, self.choices.before)

    def judged(self, cell: Cell, target: TargetSpec | None) -> "TargetJudgement | None":
        """How the period's figure stands to its target, where that may be said (rule 10)."""
        return self.counted.judged(cell, target, self.choices.period)

    def reporting_words(self, cell: Cell, period: Period | None = None) -> str:
        """Who reported a cell's measure: ``14 of 15``."""
        period = period or self.choices.period
        return reporting_words(self.reporting, cell.measure, period, cell)

    def missing(self, cell: Cell) -> str:
        """The teams that are missing from a cell, by name."""
        wanted = cell.missing
        return ", ".join(name for pk, name in self.tally.team_names.items() if pk in wanted)

    def is_provisional(self, measure: MeasureSpec) -> bool:
        """Whether the period's figure includes returns that are not signed off."""
        return self.reporting.is_provisional(measure, self.choices.period)

    def revision(self, measure: MeasureSpec, period: Period | None = None) -> Revision | None:
        """What was corrected of a figure after it was signed off."""
        return self.reporting.revision(measure, period or self.choices.period)

    def opens(self, measure: MeasureSpec, **changes: str | None) -> str:
        """Where the measure's number opens into its parts."""
        return self.choices.breakdown_url(measure.code, self.place.param, **changes)


@dataclass(frozen=True)
class TargetJudgement:
    """How a figure stands to its target; ``is_within_chance`` where that might be chance alone."""

    verdict: TargetVerdict
    target: TargetSpec
    is_within_chance: bool

    @property
    def colour(self) -> str:
        """What pages colour it by."""
        return self.verdict.colour

    def __str__(self) -> str:
        chance = ", within chance" if self.is_within_chance else ""
        return f"{self.verdict.value}{chance}"


@dataclass(frozen=True)
class MeasureRow:
    """One line of a table of measures (or of areas, for one measure)."""

    name: str
    url: str
    below: str
    before: str
    cell: Cell
    now: str
    opens: str
    change: str
    change_words: str
    meaning: Meaning
    target: str
    verdict: TargetJudgement | None
    spark: Spark
    spark_words: str
    reporting: str
    missing: str
    is_city_wide: bool
    is_provisional: bool
    is_tested: bool
    revision: Revision | None
    comments: Sequence[CommentaryShown]
    comment_url: str
    tag: str = ""


@dataclass(frozen=True)
class SaidOnce:
    """What is said once of all rows of a table, above it, so that a row says only what differs.

    ``reporting`` is who reported most of the measures (``8 of 15``), ``missing`` who did not.
    """

    reporting: str
    missing: str
    is_provisional: bool
    is_of_a_team: bool = False

    @classmethod
    def of_areas(cls, rows: Sequence[MeasureRow]) -> "SaidOnce":
        """Of one measure in several areas, each with its own teams: that all reported."""
        return replace(cls.of(rows), reporting="", missing="")

    @classmethod
    def of_a_team(cls, rows: Sequence[MeasureRow]) -> "SaidOnce":
        """Of one team, whose figure or the word in its place says whether it reported."""
        return replace(cls.of(rows), reporting="", missing="", is_of_a_team=True)

    @classmethod
    def of(cls, rows: Sequence[MeasureRow]) -> "SaidOnce":
        """What most of the rows have in common."""
        asked = [row for row in rows if row.cell.expected]
        by_team = [row for row in asked if not row.is_city_wide] or asked
        reported = Counter((row.reporting, row.missing) for row in by_team)
        [((reporting, missing), _)] = reported.most_common(1) or [(("", ""), 0)]
        valued = [row.is_provisional for row in asked if row.cell.answered]
        return cls(reporting, missing, valued.count(True) > valued.count(False))

    def but(self, row: MeasureRow) -> MeasureRow:
        """A row with only what differs."""
        is_said = (row.reporting, row.missing) == (self.reporting, self.missing)
        has_own = row.is_city_wide or not self.reporting
        is_whole = has_own and row.cell.is_complete
        tag = "provisional" if row.is_provisional else "signed off"
        is_apart = row.cell.answered and row.is_provisional != self.is_provisional
        if is_said or is_whole or self.is_of_a_team or not row.cell.expected:
            row = replace(row, reporting="", missing="")
        return replace(row, tag=tag if is_apart else "")


def parts(cell: Cell) -> str:
    """What a figure is made of: ``499 of 700 closures``; ``at 31 March 2016`` for a snapshot."""
    measure = cell.measure
    if not measure.is_ratio:
        return f"at {long_date(cell.last.last_day)}" if cell.last and measure.is_snapshot else ""
    if cell.numerator is None or cell.denominator is None:
        return ""
    top, bottom = numerator_shown(cell), denominator_shown(cell)
    above = measure.numerator.counts
    below = " and ".join(filter(None, dict.fromkeys(item.counts for item in measure.denominators)))
    if above and below and above != below:
        return f"{top} {above} for {bottom} {below}"
    return f"{top} of {bottom} {below or above}".strip()


def places_of(pairing: Pairing, change: Change, judged: TargetJudgement | None) -> int:
    """The decimals with which printed numbers do not contradict what is said of them (rule 8)."""
    measure, value = pairing.now.measure, pairing.now.value
    now, before = (cell.value or Fraction(0) for cell in pairing.compared)

    def tell(places: int) -> bool:
        if change.is_verdict and rounded(now, places) == rounded(before, places):
            return False
        if judged is None or value is None:
            return True
        printed = Fraction(rounded(value, places))
        return verdict_on(printed, measure.good, judged.target) == judged.verdict

    return places_that(measure, tell)


def difference(change: Change, pairing: Pairing, places: int) -> str:
    """``▼ 7.5 points``; nothing where the printed numbers show none."""
    now, before = (cell.value for cell in pairing.compared)
    if change.difference is None or change.direction is None or now is None or before is None:
        return ""
    if change.direction is Direction.SAME:
        return "no change"
    if rounded(now, places) == rounded(before, places):
        return ""
    measure, exact = pairing.now.measure, abs(change.difference)
    decimals = places_that(measure, lambda one: one >= places and rounded(exact, one) > 0)
    points = " points" if measure.unit == "%" else ""
    return f"{_ARROWS[change.direction]} {rounded(exact, decimals):,}{points}"


def same_teams(pairing: Pairing, places: int) -> str:
    """The same teams and quarters: ``on 14 of 15 teams, 71.2% to 73.0%``; nothing for all."""
    if pairing.same is None:
        return ""
    now, before = (shown(cell, places) for cell in pairing.same)
    return f"{pairing.on}, {before} to {now}"


def is_untested(change: Change, measure: MeasureSpec) -> bool:
    """Whether it has to be said that nobody asked whether chance alone would give a change.

    Not of a count that is neither good nor bad: it is only more, or fewer.
    """
    is_judgement = measure.is_ratio or measure.good != Measure.Good.NEITHER
    return change.is_verdict and is_judgement and not change.is_tested


def is_like_for_like(pairing: Pairing) -> bool:
    """Whether all who have reported now are compared with themselves, the others left out."""
    return pairing.same is not None and pairing.same[0].value == pairing.now.value


def _change_words(change: Change, pairing: Pairing, places: int, *, is_so_far: bool) -> str:
    before = pairing.before
    if change.meaning is Meaning.NONE:
        return ""
    if change.meaning is Meaning.FIRST and (before.last is None or not before.expected):
        return f"{NOT_ASKED} before"
    if change.meaning is Meaning.NOT_COMPARABLE:
        only = pairing.reasons == (NOT_OVER,)
        return NOT_OVER if only else f"not comparable: {'; '.join(pairing.reasons)}"
    words = [_meaning_in_words(change, is_so_far=is_so_far)]
    if is_untested(change, before.measure):
        words.append("not tested")
    if not (is_so_far and is_like_for_like(pairing)):
        words.append(same_teams(pairing, places))
    words.append(pairing.beside)
    return ", ".join(filter(None, words))


def _meaning_in_words(change: Change, *, is_so_far: bool) -> str:
    if change.meaning is Meaning.PART_OF_AREA:
        # While teams are still reporting that is so of every row, and said above.
        return "" if is_so_far else "too few reported for a verdict"
    return "" if change.meaning is Meaning.SAME else change.meaning.value


def signed_off_words(signed: int, made: int) -> str:
    """How many of these returns are signed off: of a single one, whether it is."""
    if made == 1:
        return "the return is signed off" if signed else "the return is not signed off yet"
    return f"{part_of(signed, made, 'return')} signed off"


def reporting_words(reporting: Reporting, measure: MeasureSpec, period: Period, cell: Cell) -> str:
    """``14 of 15``: the teams that answered in the whole period, of those that were expected."""
    if isinstance(period, Quarter):
        return f"{cell.answered} of {cell.expected}" if cell.expected else "–"
    if cell.released is not None:
        answered, asked = cell.released.teams
        return f"{answered} of {asked}" if asked else "–"
    expected = reporting.expected(measure, period) | cell.missing
    return f"{len(expected - cell.missing)} of {len(expected)}" if expected else "–"


def teams_of(words: str) -> str:
    """``14 of 15 teams``, ``0 of 1 team``: what ``reporting_words`` says, with its noun."""
    return f"{words} team{'' if words.endswith(' of 1') else 's'}"


def points(cells: Iterable[Cell]) -> list[Point | None]:
    """A measure quarter by quarter, for a line; None where there is no figure."""
    return [
        None if cell.value is None else Point(cell.value, not cell.is_complete) for cell in cells
    ]


def in_part(cell: Cell) -> str:
    """Who reported, where that was not everybody: `` (10 of 15 teams)``."""
    return "" if cell.is_complete else f" ({part_of(cell.answered, cell.expected, 'team')})"


def breaks(measure: MeasureSpec, quarters: Sequence[Quarter]) -> list[tuple[int, str]]:
    """Where the series breaks among the quarters, and why."""
    found: dict[int, list[str]] = {}
    for one in measure.breaks_between(quarters[0], quarters[-1]):
        found.setdefault(one.quarter.index - quarters[0].index, []).append(one.reason)
    return [(at, "; ".join(dict.fromkeys(reasons))) for at, reasons in sorted(found.items())]


def _is_revised(figures: AreaFigures, measure: MeasureSpec, quarter: Quarter) -> bool:
    """Whether a quarter's figure was revised."""
    return figures.reporting.may_be_revised and figures.revision(measure, quarter) is not None


def _spark_words(cells: Mapping[Quarter, Cell], revised: Collection[Quarter]) -> str:
    """The small line in words: where it starts and where it ends, and what of it was revised."""
    words = _ends(cells)
    if not revised:
        return words
    return f"{words}; revised: {get_text_list([one.short for one in sorted(revised)], 'and')}"


def _ends(cells: Mapping[Quarter, Cell]) -> str:
    known = [
        f"{written(cell.value, cell.measure)} in {quarter.short}{in_part(cell)}"
        for quarter, cell in cells.items()
        if cell.value is not None
    ]
    if not known:
        return "No figures in these quarters"
    return f"{known[0]} alone" if len(known) == 1 else f"From {known[0]} to {known[-1]}"


def _below(figures: AreaFigures, measure: MeasureSpec, now: Cell) -> str:
    found = [parts(now), _asked_only_in(figures, measure)]
    if measure.is_distinct and figures.choices.is_year:
        found.append("different people: no figure for a year")
    elif measure.is_distinct and not figures.place.area.is_team:
        found.append(MAY_COUNT_TWICE)
    return ". ".join(filter(None, found))


def _asked_only_in(figures: AreaFigures, measure: MeasureSpec) -> str:
    """The quarters of a year in which a measure was asked, where that was not all of them."""
    choices = figures.choices
    if measure.is_snapshot or not choices.is_year:
        return ""
    asked = [
        quarter for quarter in choices.quarters if figures.reporting.expected(measure, quarter)
    ]
    if len(asked) in (0, len(choices.quarters)):
        return ""
    return f"{get_text_list([f'Q{quarter.number}' for quarter in asked], 'and')} only"


def _held_against(pairing: Pairing, choices: Choices) -> Cell:
    """The earlier figure: while teams are still reporting that of those who have."""
    if choices.is_so_far and pairing.same is not None and is_like_for_like(pairing):
        return pairing.same[1]
    return pairing.before


def row_of(
    figures: AreaFigures,
    measure: MeasureSpec,
    annotations: Annotations,
    target_year: FinancialYear,
    *,
    name: str,
    url: str,
    opens: str,
    is_city_wide: bool = False,
    comment_url: str = "",
) -> MeasureRow:
    """The row of a measure in an area; a target of a coming year is shown and not judged."""
    choices, place = figures.choices, figures.place
    line = {quarter: figures.cell(measure, quarter) for quarter in choices.span}
    cells: dict[Period, Cell] = dict(line.items())
    now, before = (
        cells.get(period) or figures.cell(measure, period)
        for period in (choices.period, choices.before)
    )
    pairing = figures.pair(now, before)
    change = compare(pairing)
    target = annotations.target(place, measure, target_year, is_year=choices.is_year)
    judged = figures.judged(now, target if target_year == choices.year else None)
    places = places_of(pairing, change, judged)
    return MeasureRow(
        name=name,
        url=url,
        below=_below(figures, measure, now),
        before=shown(_held_against(pairing, choices), places),
        cell=now,
        now=shown(now, places),
        opens=opens,
        change=difference(change, pairing, places),
        change_words=_change_words(change, pairing, places, is_so_far=choices.is_so_far),
        meaning=change.meaning,
        target=target_text(target.target, measure) if target else "",
        verdict=judged,
        spark=spark(points(line.values()), {at for at, _ in breaks(measure, choices.span)}),
        spark_words=_spark_words(line, {one for one in line if _is_revised(figures, measure, one)}),
        reporting=_city_wide_words(now) if is_city_wide else teams_of(figures.reporting_words(now)),
        missing=figures.missing(now),
        is_city_wide=is_city_wide,
        is_provisional=figures.is_provisional(measure),
        is_tested=change.is_tested,
        revision=figures.revision(measure),
        comments=() if now.is_hidden else annotations.comments.get(measure.id, ()),
        comment_url=comment_url,
    )


def _city_wide_words(cell: Cell) -> str:
    return "" if cell.is_complete else "return missing"


def target_text(value: Fraction, measure: MeasureSpec) -> str:
    """A target in the measure's own unit, with the decimals that it has: ``75%``, ``84.96%``."""
    places = next(at for at in range(5) if (value * 10**at).denominator == 1 or at == 4)
    decimals = 0 if not places else max(places, measure.decimals)
    return written(value, measure, decimals=decimals)


def like_for_like(choices: Choices) -> str:
    """What a change means while teams are still reporting; nothing once a quarter is closed."""
    if not choices.is_so_far:
        return ""
    return (
        f"Each change is that of the same teams then and now: {choices.before_name} shows those "
        "that have reported. It is judged once they carry nearly all of what was counted before."
    )


def by_chance(tested: Iterable[bool]) -> str:
    """What chance does where many changes are tested; nothing where few are."""
    if sum(tested) < MANY_TESTED:
        return ""
    return "About 1 in 20 measures that have not changed will look changed by chance alone."


def by_heading(rows: Iterable[tuple[str, RowT]]) -> list[tuple[str, list[RowT]]]:
    """Rows under their headings, in the framework's order, anything else last."""
    groups: dict[str, list[RowT]] = {heading.label: [] for heading in Heading}
    for heading, row in rows:
        groups.setdefault(heading, []).append(row)
    return [(heading, listed) for heading, listed in groups.items() if listed]
