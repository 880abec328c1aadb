"""What an opened quarter holds fast: the guard against changes that would rewrite it.

Wording and due dates may change. An item's timing or decimals, a team's kind, dates or
places, and a quarter's state may not, once a quarter that they shaped has been opened
(files.md, "A council folder").
"""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from measures.models import DataItem, Question, ReportingQuarter, Return
from measures.workflow import QuarterState
from teams.models import Placement, Team
from teams.quarters import Quarter


def refuse_to_rewrite(before: models.Model | None, after: models.Model) -> None:
    """Guard for ``teams.guards``: raise ValidationError, by field, for such a change."""
    if isinstance(after, Placement):
        _keep_places_of(after, before)
    elif isinstance(after, Team) and isinstance(before, Team):
        _keep_team(before, after)
    elif isinstance(after, DataItem) and isinstance(before, DataItem):
        _keep_item(before, after)
    elif isinstance(after, ReportingQuarter) and isinstance(before, ReportingQuarter):
        _keep_forward(before, after)


def _keep_forward(before: ReportingQuarter, after: ReportingQuarter) -> None:
    if QuarterState(before.state).goes_back_to(after.state):
        raise ValidationError(f"{before.quarter} is {before.state}: it cannot go back")


def _keep_item(before: DataItem, after: DataItem) -> None:
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in ("timing", "decimals")}
    changed = {name: (was, now) for name, (was, now) in pairs.items() if was != now}
    asked = Question.objects.filter(item=before).order_by("quarter").first() if changed else None
    if asked is not None:
        raise ValidationError(
            {
                name: f"“{before.name}” was asked in {asked.quarter.quarter} already, so its "
                f"{name} cannot change from {was} to {now}"
                for name, (was, now) in changed.items()
            }
        )


def _keep_team(before: Team, after: Team) -> None:
    if before.type_id != after.type_id:
        made = Return.objects.filter(team=before).order_by("quarter").first()
        if made is not None:
            raise ValidationError(
                {
                    "type": f"“{before.name}” owed a return in {made.quarter.quarter} as "
                    f"{before.type.name}: its type cannot change"
                }
            )
    moves = list(before.placements.all())
    for quarter in (row.quarter for row in ReportingQuarter.objects.opened()):
        is_open = before.is_open_in(quarter)
        if is_open != after.is_open_in(quarter):
            name = "opened" if before.opened != after.opened else "closed"
            raise ValidationError(
                {
                    name: f"{quarter} is opened already, and these dates would change whether "
                    f"“{before.name}” owes a return in it"
                }
            )
        if is_open and _place(before, moves, quarter) != _place(after, moves, quarter):
            raise _moved("locality", before, quarter)


def _keep_places_of(after: Placement, before: models.Model | None) -> None:
    team = after.team
    was = list(Placement.objects.filter(team=team))
    becomes = [move for move in was if move.pk != after.pk]
    if before is not after:  # as it is where it is deleted
        becomes.append(after)
    # A team that is new has no return yet that remembers where it stood.
    for quarter in map(Quarter, Return.objects.filter(team=team).values_list("quarter", flat=True)):
        if _place(team, was, quarter) != _place(team, becomes, quarter):
            raise _moved("from_quarter", team, quarter)


def _moved(name: str, team: Team, quarter: Quarter) -> ValidationError:
    message = f"{quarter} is opened already: “{team.name}” cannot change its locality in it"
    return ValidationError({name: message})


def _place(team: Team, moves: Iterable[Placement], quarter: Quarter) -> int | None:
    begun = [move for move in moves if move.from_quarter <= quarter]
    if not begun:
        return team.locality_id
    return max(begun, key=lambda move: move.from_quarter).locality_id
