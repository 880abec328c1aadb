"""Figures of a file that are far from what their team counted before: the preview asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from measures.exchange.actions import FigureLine, LoadPlan, NamedTeam
from measures.returns.actions import FigureEdit
from measures.returns.questions import questions
from teams.quarters import Quarter


@dataclass(frozen=True)
class Unusual:
    """A figure that would change to something odd, and what is odd about it."""

    change: FigureEdit
    text: str

    def line_of(self, teams: Mapping[int, NamedTeam]) -> FigureLine:
        """The line of the file that says it."""
        made, item_id = self.change.figure.return_made, self.change.figure.item_id
        return FigureLine(
            teams[made.team_id], Quarter(made.quarter_id), item_id, self.change.answer
        )


def unusual_in(plan: LoadPlan) -> Iterator[Unusual]:
    """What the checks of a return would ask about figures that change; three queries."""
    changes = {change.figure.pk: change for change in plan.changes}
    figures = [figure for by_item in plan.figures.values() for figure in by_item.values()]
    returns = {figure.return_made_id: figure.return_made for figure in figures}
    given = {pk: change.answer for pk, change in changes.items()}
    odd = questions(list(returns.values()), figures, given)
    yield from (Unusual(change, odd[pk].text) for pk, change in changes.items() if pk in odd)
