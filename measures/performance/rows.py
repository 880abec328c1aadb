"""A measure in an area and a period, as one row of a page: every word and number ready to print."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

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
)
from measures.counting.display import rounded, shown, with_decimals, written
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, Period, RollUp
from measures.models import Measure
from measures.performance.charts import Point, Spark, spark
from measures.performance.choices import Choices
from measures.performance.targets_and_commentary import Comment
from teams.quarters import Quarter

MAY_COUNT_TWICE = "may count a person more than once"
_ARROWS = {Direction.UP: "▲", Direction.DOWN: "▼", Direction.SAME: "="}
_CHANGE_CLASSES = {
    Meaning.IMPROVED: "eh-change eh-change--improved",
    Meaning.WORSENED: "eh-change eh-change--worsened",
}
NOT_COMPARABLE = (Meaning.NOT_COMPARABLE, Meaning.PART_OF_AREA, Meaning.FIRST)
_VERDICTS = {
    TargetVerdict.MET: ("met", "eh-change--improved"),
    TargetVerdict.CLOSE: ("close", ""),
    TargetVerdict.MISSED: ("missed", "eh-change--worsened"),
}


@dataclass(frozen=True)
class Row:
    """One line of a table of measures (or of areas, for one measure)."""

    name: str
    url: str
    below: str
    before: str
    now: str
    is_number: bool
    opens: str
    change: str
    change_words: str
    change_class: str
    meaning: Meaning
    target: str
    target_words: str
    target_class: str
    spark: Spark
    spark_words: str
    reporting: str
    is_part: bool
    missing: str
    is_provisional: bool
    is_revised: bool
    comments: Sequence[Comment] = ()
    comment_url: str = ""


@dataclass(frozen=True)
class Counted:
    """One area's figures, added up, and who reported them."""

    rollup: RollUp
    reporting: Reporting
    keys: Collection[Key] | None = field(default=None)

    @classmethod
    def of(cls, tally: Tally, keys: Collection[Key] | None) -> "Counted":
        """The figures of these team-quarters; None for the whole council."""
        return cls(RollUp(tally, keys), Reporting(tally, keys), keys)


def parts(cell: Cell) -> str:
    """What a figure is made of: ``499 of 700 closures``; ``at 31 March 2016`` for a snapshot."""
    measure = cell.measure
    if not measure.is_ratio:
        if not measure.is_snapshot or cell.last is None:
            return ""
        day = cell.last.last_day
        return f"at {day.day} {day:%B %Y}"
    if cell.numerator is None or cell.denominator is None:
        return ""
    top = f"{with_decimals(cell.numerator, measure.numerator.decimals):,}"
    bottom = f"{with_decimals(cell.denominator, measure.denominator_decimals):,}"
    above = measure.numerator.counts
    below = " and ".join(dict.fromkeys(item.counts for item in measure.denominators if item.counts))
    if not above or not below or above == below:
        return f"{top} of {bottom} {below or above}".strip()
    return f"{top} {above} for {bottom} {below}"


def change_of(choices: Choices, now: Cell, before: Cell) -> Change:
    """What happened between the two periods; a count of part of a year is held against nothing."""
    if not choices.counts_all_of(now.measure):
        return Change(Meaning.NONE)
    return compare(now, before)


def difference(change: Change, measure: MeasureSpec) -> str:
    """``▼ 7.5 points``; nothing where there is nothing to subtract."""
    if change.difference is None or change.direction is None:
        return ""
    if change.meaning is Meaning.PART_OF_AREA and not measure.is_ratio:
        return ""  # fewer teams count less: the difference would say nothing
    if change.direction is Direction.SAME:
        return "no change"
    size = f"{rounded(abs(change.difference), measure.decimals):,}"
    points = " points" if measure.unit == "%" else ""
    return f"{_ARROWS[change.direction]} {size}{points}"


def change_words(change: Change, choices: Choices, now: Cell, before: Cell) -> str:
    """What a change means, in words."""
    if change.meaning is Meaning.NONE:
        return "" if choices.counts_all_of(now.measure) else "the year is not over"
    if change.meaning is Meaning.SAME:
        return ""
    if change.meaning is Meaning.FIRST:
        if before.last is None or not before.expected:
            return "not collected before"
        return "no earlier figure"
    if change.meaning is Meaning.NOT_COMPARABLE:
        return f"not comparable: {'; '.join(change.reasons)}"
    if change.meaning is Meaning.PART_OF_AREA:
        return "other teams reported"
    return change.meaning.value


def before_shown(before: Cell) -> str:
    """The earlier figure; "not collected" where nobody was asked."""
    return shown(before) if before.expected else "not collected"


def basis_words(counted: Counted, choices: Choices, measure: MeasureSpec) -> str:
    """Whether a figure is signed off as it stands, or provisional."""
    is_provisional = counted.reporting.is_provisional(measure, choices.period)
    return "Provisional" if is_provisional else "Signed off"


def reporting_words(reporting: Reporting, measure: MeasureSpec, period: Period, cell: Cell) -> str:
    """``14 of 15``: the teams that answered in the whole period, of those that were expected."""
    if isinstance(period, Quarter):
        return f"{cell.answered} of {cell.expected}" if cell.expected else "–"
    expected = reporting.expected(measure, period) | cell.missing
    return f"{len(expected - cell.missing)} of {len(expected)}" if expected else "–"


def _points(cells: Sequence[Cell]) -> list[Point | None]:
    return [
        None if cell.value is None else Point(cell.value, not cell.is_complete) for cell in cells
    ]


def points(rollup: RollUp, measure: MeasureSpec, quarters: Sequence[Quarter]) -> list[Point | None]:
    """The measure in each quarter, for a line; None where there is no figure."""
    return _points([rollup.cell(measure, quarter) for quarter in quarters])


def breaks(measure: MeasureSpec, quarters: Sequence[Quarter]) -> list[tuple[int, str]]:
    """Where the series breaks among the quarters, and why."""
    found: dict[int, list[str]] = {}
    for one in measure.breaks:
        if quarters[0] < one.quarter <= quarters[-1]:
            found.setdefault(one.quarter.index - quarters[0].index, []).append(one.reason)
    return [(at, "; ".join(dict.fromkeys(reasons))) for at, reasons in sorted(found.items())]


def spark_words(
    measure: MeasureSpec, line: Sequence[Point | None], quarters: Sequence[Quarter]
) -> str:
    """The small line in words: where it starts and where it ends."""
    known = [(at, one) for at, one in enumerate(line) if one is not None]
    if not known:
        return "No figures in these quarters"
    (first, start), (last, end) = known[0], known[-1]
    if first == last:
        return f"{written(end.value, measure)} in {quarters[last].short} alone"
    return (
        f"From {written(start.value, measure)} in {quarters[first].short} "
        f"to {written(end.value, measure)} in {quarters[last].short}"
    )


def _notes(
    counted: Counted, measure: MeasureSpec, choices: Choices, now: Cell, is_team: bool
) -> str:
    found = [parts(now)]
    if choices.is_year and not measure.is_snapshot:
        asked = [
            quarter for quarter in choices.quarters if counted.reporting.expected(measure, quarter)
        ]
        if asked and len(asked) < len(choices.quarters):
            names = [f"Q{quarter.number}" for quarter in asked]
            found.append(f"{' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))} only")
    if measure.is_distinct and choices.is_year:
        found.append("different people: no figure for a year")
    elif measure.is_distinct and not is_team:
        found.append(MAY_COUNT_TWICE)
    return ". ".join(filter(None, found))


@dataclass(frozen=True)
class Aim:
    """The target beside a figure; one of a coming year is shown and not judged."""

    target: TargetSpec | None
    is_judged: bool = True


def row_of(
    counted: Counted,
    measure: MeasureSpec,
    choices: Choices,
    *,
    name: str,
    url: str,
    opens: str,
    aim: Aim,
    team_names: Callable[[Collection[int]], str],
    is_team: bool = False,
    is_city_wide: bool = False,
    comments: Sequence[Comment] = (),
    comment_url: str = "",
) -> Row:
    """The row of a measure in an area."""
    cells: dict[Period, Cell] = {
        quarter: counted.rollup.cell(measure, quarter) for quarter in choices.span
    }
    line = _points(list(cells.values()))
    for period in (choices.period, choices.before):
        if period not in cells:
            cells[period] = counted.rollup.cell(measure, period)
    now, before = cells[choices.period], cells[choices.before]
    change = change_of(choices, now, before)
    verdict = None
    if aim.is_judged and choices.counts_all_of(measure):
        verdict = against_target(now, aim.target)
    words, colour = _VERDICTS[verdict] if verdict else ("", "")
    reporting = reporting_words(counted.reporting, measure, choices.period, now)
    if is_city_wide:
        reporting = "city-wide" if now.is_complete else "city-wide return missing"
    has_target = aim.target is not None and measure.good != Measure.Good.NEITHER
    return Row(
        name=name,
        url=url,
        below=_notes(counted, measure, choices, now, is_team),
        before=before_shown(before),
        now=shown(now) if now.expected else "not collected",
        is_number=now.value is not None,
        opens=opens,
        change=difference(change, measure),
        change_words=change_words(change, choices, now, before),
        change_class=_CHANGE_CLASSES.get(change.meaning, "eh-change"),
        meaning=change.meaning,
        target=target_text(aim.target.target, measure) if aim.target and has_target else "",
        target_words=words,
        target_class=colour,
        spark=spark(line, {at for at, _ in breaks(measure, choices.span)}),
        spark_words=spark_words(measure, line, choices.span),
        reporting=reporting,
        is_part=not now.is_complete,
        missing=team_names(now.missing),
        is_provisional=counted.reporting.is_provisional(measure, choices.period),
        is_revised=counted.reporting.is_revised(measure, choices.period),
        comments=comments,
        comment_url=comment_url,
    )


def target_text(value: Fraction, measure: MeasureSpec) -> str:
    """A target in the measure's own unit, without decimals it does not have: ``75%``."""
    plain = rounded(value, measure.decimals)
    if value.denominator == 1:
        plain = rounded(value, 0)
    number = f"{plain:,}"
    if measure.unit in ("count", "average"):
        return number
    return f"{number}%" if measure.unit == "%" else f"{number} {measure.unit}"


def names_from(names: Mapping[int, str]) -> Callable[[Collection[int]], str]:
    """A function that lists teams by name, in the order of ``names``."""
    places = {pk: place for place, pk in enumerate(names)}
    return lambda wanted: ", ".join(
        names[pk] for pk in sorted(wanted & names.keys(), key=places.__getitem__)
    )
