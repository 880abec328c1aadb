"""What deserves a second look in a return: odd figures, gaps, changes since it was sent back.

Worked out for many returns at once in a fixed number of queries, so that a queue of three
hundred costs what a queue of three does.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.events.models import Event
from measures.counting.aggregates.ids import OneOf, one_of
from measures.models import Answer, DataItem, Figure, Return, SeriesBreak
from measures.querysets import Basis, FigureQuerySet, meets
from measures.returns import checks
from measures.returns.answers import GivenAnswer
from measures.returns.checks import Oddity, OddityKind
from measures.returns.earlier_figures import QUARTERS_BACK
from measures.verbs import HANDED_BACK, MeasuresVerb
from teams.quarters import Quarter


class Reason(StrEnum):
    """Why a figure is shown first, in the words of its tag."""

    UNUSUAL = "Unusual"
    ZERO = "Zero"
    REPEATED = "Same as last quarter"
    NOT_PROVIDED = "Not provided"
    NO_LONGER_APPLICABLE = "Not applicable now"
    ASKED_AGAIN = "You asked; not changed"

    @property
    def colour(self) -> str:
        """The colour of its tag: some ask for attention, the others only inform."""
        informs = (Reason.NOT_PROVIDED, Reason.NO_LONGER_APPLICABLE)
        return "" if self in informs else "yellow"


_ODD = {
    OddityKind.RANGE: Reason.UNUSUAL,
    OddityKind.ZERO: Reason.ZERO,
    OddityKind.REPEATED: Reason.REPEATED,
}


@dataclass(frozen=True)
class Look:
    """One figure to look at: why, in a word and in a sentence (which may be empty)."""

    figure: Figure
    reason: Reason
    text: str = ""


@dataclass(frozen=True)
class Changed:
    """A figure that is not what it was when the return was handed back, both as people read it."""

    figure: Figure
    was: str
    now: str


@dataclass(frozen=True)
class Attention:
    """Everything to look at in one return, its figures in the framework's order.

    ``sent_back`` is how it last went back to the team: "returned", "reopened" or not at all.
    ``earlier`` and ``breaks`` are the team's values and the series breaks, by item id.
    """

    figures: Sequence[Figure]
    looks: Sequence[Look]
    changed: Sequence[Changed]
    sent_back: str
    earlier: Mapping[int, Mapping[Quarter, int | None]]
    breaks: Mapping[int, Sequence[SeriesBreak]]

    @property
    def not_provided(self) -> int:
        """How many figures could not be provided."""
        return sum(figure.answer == Answer.NOT_PROVIDED for figure in self.figures)

    @property
    def answered(self) -> int:
        """How many questions have a number or an answer."""
        return sum(figure.is_answered for figure in self.figures)

    @property
    def is_whole(self) -> bool:
        """Whether every question is answered."""
        return self.answered == len(self.figures)


def attention(returns: Collection[Return]) -> dict[int, Attention]:
    """What to look at in each of these returns, by return id; four queries for all of them."""
    figures: dict[int, list[Figure]] = {made.pk: [] for made in returns}
    for figure in fetch(_figures, **one_of(list(figures))):
        figures[figure.return_made_id].append(figure)
    earlier = _earlier(returns)
    breaks: dict[int, list[SeriesBreak]] = defaultdict(list)
    for one in fetch(_breaks_in_order):
        breaks[one.item_id].append(one)
    before = _as_handed_back(returns)
    found = {}
    for made in returns:
        rows = figures[made.pk]
        sent_back, was = before.get(made.pk, ("", {}))
        changed = _changed(rows, was)
        past = earlier.get(made.team_id, {})
        looks = _looks(made, rows, past, breaks, {change.figure.pk for change in changed})
        found[made.pk] = Attention(rows, looks, changed, sent_back, past, breaks)
    return found


def _figures() -> FigureQuerySet:
    figures = Figure.objects.filter(OneOf("return_made_id")).select_related("item")
    return figures.order_by("item__position", "item__code")


def _earlier(returns: Collection[Return]) -> dict[int, dict[int, dict[Quarter, int | None]]]:
    """By team, item and quarter, the values that were submitted or signed off; one query."""
    if not returns:
        return {}
    quarters = [made.quarter_id for made in returns]
    found: dict[int, dict[int, dict[Quarter, int | None]]] = defaultdict(lambda: defaultdict(dict))
    teams = one_of(sorted({made.team_id for made in returns}))
    first, end = min(quarters) - QUARTERS_BACK, max(quarters)
    for team_id, item_id, quarter, value in fetch(_counted_before, first, end, **teams):
        found[team_id][item_id][Quarter(quarter)] = value
    return found


def _counted_before(first: int, end: int) -> QuerySet[Figure, Any]:
    figures = Figure.objects.filter(
        OneOf("return_made__team_id"),
        meets(Basis.SUBMITTED, "return_made__"),
        return_made__quarter__gte=first,
        return_made__quarter__lt=end,
    )
    return figures.order_by().values_list(
        "return_made__team_id", "item_id", "return_made__quarter_id", "value"
    )


def _breaks_in_order() -> QuerySet[SeriesBreak]:
    return SeriesBreak.objects.order_by("quarter")


def _looks(
    made: Return,
    figures: Sequence[Figure],
    past: Mapping[int, Mapping[Quarter, int | None]],
    breaks: Mapping[int, Sequence[SeriesBreak]],
    changed: Collection[int],
) -> list[Look]:
    quarter = Quarter(made.quarter_id)
    odd = checks.oddities(
        [figure.item for figure in figures],
        {figure.item_id: GivenAnswer.of(figure) for figure in figures},
        {
            item_id: _comparable_values(quarter, values, breaks.get(item_id, ()))
            for item_id, values in past.items()
        },
    )
    looks = (
        _look(
            figure,
            odd.get(figure.item_id),
            last=past.get(figure.item_id, {}).get(quarter - 1),
            is_unheeded=bool(figure.is_queried and made.returned_at and figure.pk not in changed),
        )
        for figure in figures
    )
    return [look for look in looks if look is not None]


def _comparable_values(
    quarter: Quarter, past: Mapping[Quarter, int | None], breaks: Sequence[SeriesBreak]
) -> list[int | None]:
    """The values of the eight quarters before ``quarter``, latest first, since the last break."""
    start = max((one.quarter for one in breaks if one.quarter <= quarter), default=Quarter(0))
    quarters = (quarter - back for back in range(1, QUARTERS_BACK + 1))
    return [past.get(one) for one in quarters if one >= start]


def _look(
    figure: Figure, odd: Oddity | None, *, last: int | None, is_unheeded: bool
) -> Look | None:
    """Why to look at a figure; ``last`` is last quarter's, and None where there is no reason."""
    if odd is not None:
        return Look(figure, _ODD[odd.kind], odd.text)
    if figure.answer == Answer.NOT_PROVIDED:
        return Look(figure, Reason.NOT_PROVIDED)
    if figure.answer == Answer.NOT_APPLICABLE and last is not None:
        return Look(figure, Reason.NO_LONGER_APPLICABLE, "It was a number last quarter.")
    return Look(figure, Reason.ASKED_AGAIN) if is_unheeded else None


def _as_handed_back(returns: Collection[Return]) -> dict[int, tuple[str, dict[str, Any]]]:
    """How each return last went back to its team, and what figures changed since said then.

    By return; the figures by item code. Only returns that ever went back are asked about; one
    query, in the record's order.
    """
    ids = [made.pk for made in returns if made.returned_at is not None]
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    if not ids:
        return found
    for return_id, verb, part, before in fetch(_handed_back_and_saved, **one_of(ids)):
        if verb in HANDED_BACK:
            found[return_id] = (verb, {})
        elif return_id in found:
            found[return_id][1].setdefault(part, before)
    return found


def _handed_back_and_saved() -> QuerySet[Event, Any]:
    events = Event.objects.filter(
        OneOf("subject_id"),
        subject_type=Return._meta.model_name,
        verb__in=[*HANDED_BACK, MeasuresVerb.FIGURE_SAVED],
    )
    return events.order_by("id").values_list("subject_id", "verb", "part", "before")


def _changed(figures: Sequence[Figure], before: Mapping[str, Any]) -> list[Changed]:
    return [
        Changed(figure, in_words(before[figure.item.code], figure.item), figure.shown)
        for figure in figures
        if figure.item.code in before and before[figure.item.code] != GivenAnswer.of(figure).counted
    ]


def in_words(counted: dict[str, Any] | None, item: DataItem) -> str:
    """What the record kept of a figure (``GivenAnswer.counted``), as people read it."""
    if counted is None:
        return "Not answered yet"
    if counted.get("value") is not None:
        return Figure(item=item, value=int(counted["value"])).shown
    return Answer(counted["answer"]).label
