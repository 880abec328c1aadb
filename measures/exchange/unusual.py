"""Figures of a file that are far from what their team counted before: the preview asks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from measures.exchange.actions import FigureLine, LoadPlan
from measures.models import Figure, SeriesBreak
from measures.querysets import Basis, meets
from measures.returns import checks
from measures.returns.actions import FigureEdit
from measures.returns.answers import GivenAnswer
from measures.returns.earlier_figures import QUARTERS_BACK, comparable_values
from teams.models import Team
from teams.quarters import Quarter

# Answers by team and item, then by the quarter in which they were given.
History = defaultdict[tuple[int, int], dict[Quarter, GivenAnswer]]


@dataclass(frozen=True)
class Unusual:
    """A figure that would change to something odd, and what is odd about it."""

    change: FigureEdit
    text: str

    def line_of(self, teams: Mapping[int, Team]) -> FigureLine:
        """The line of the file that says it."""
        made, item_id = self.change.figure.return_made, self.change.figure.item_id
        return FigureLine(
            teams[made.team_id], Quarter(made.quarter_id), item_id, self.change.answer
        )


def unusual_in(plan: LoadPlan) -> Iterator[Unusual]:
    """What the checks of a return would ask about figures that change; two queries a quarter."""
    changes: dict[tuple[int, int], dict[int, FigureEdit]] = defaultdict(dict)
    for change in plan.changes:
        made = change.figure.return_made
        changes[made.team_id, made.quarter_id][change.figure.item_id] = change
    for quarter in sorted({quarter for _, quarter in changes}):
        teams = [team for team, changed_in in changes if changed_in == quarter]
        history, starts = _history(quarter, teams), _starts(quarter)
        for team in teams:
            by_item = plan.figures[team, quarter]
            earlier = {
                item: comparable_values(
                    Quarter(quarter), history[team, item], starts.get(item, Quarter(0))
                )
                for item in by_item
            }
            yield from _odd_of(by_item, changes[team, quarter], earlier)


def _odd_of(
    by_item: Mapping[int, Figure],
    changed: Mapping[int, FigureEdit],
    earlier: Mapping[int, Sequence[int | None]],
) -> Iterator[Unusual]:
    """Of one return."""
    given = {pk: GivenAnswer.of(figure) for pk, figure in by_item.items()}
    given |= {pk: change.answer for pk, change in changed.items()}
    odd = checks.oddities([one.item for one in by_item.values()], given, earlier)
    yield from (Unusual(changed[pk], odd[pk].text) for pk in changed if pk in odd)


def _history(quarter: int, teams: list[int]) -> History:
    """What these teams submitted or signed off for the eight quarters before, by team and item."""
    found: History = defaultdict(dict)
    before = Figure.objects.filter(
        meets(Basis.SUBMITTED, "return_made__"),
        return_made__team__in=teams,
        return_made__quarter__gte=quarter - QUARTERS_BACK,
        return_made__quarter__lt=quarter,
    )
    rows = before.order_by().values_list(
        "return_made__team", "item", "return_made__quarter", "value", "answer"
    )
    for team, item, past, value, answer in rows:
        found[team, item][Quarter(past)] = GivenAnswer(value, answer)
    return found


def _starts(quarter: int) -> dict[int, Quarter]:
    """The latest series break of each item until a quarter."""
    breaks = SeriesBreak.objects.filter(quarter__lte=quarter).order_by("quarter")
    return dict(breaks.values_list("item", "quarter"))
