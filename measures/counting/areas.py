"""Where figures are added up: the city, a locality, a team, a head's localities together.

And who belongs where: "as it was" is what each return remembers; "as it is now" is worked out
here (product.md, rule 6).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.text import get_text_list

from measures.counting.aggregates import Key
from measures.models import ReportingQuarter, Return
from teams.models import Council, Locality, Placement, Team
from teams.quarters import Quarter


class Level(TextChoices):
    """How large an area is."""

    CITY = "city", "Whole area"
    LOCALITY = "locality", "Locality"
    TEAM = "team", "Team"
    OWN = "own", "Your localities"


class Structure(TextChoices):
    """In which locality a team's past counts."""

    AS_WAS = "as-was", "Teams as they were then"
    AS_NOW = "as-now", "Teams as they are today"


@dataclass(frozen=True)
class Area:
    """A place that figures are added up for.

    ``code`` is what files and addresses call it. ``keys`` picks its team-quarters for
    ``RollUp``: locality ids, or a team's id; None is the whole council.
    """

    level: Level
    code: str
    name: str
    keys: frozenset[Key] | None

    @property
    def is_team(self) -> bool:
        """Whether teams have to be kept apart to add it up."""
        return self.level == Level.TEAM


def city() -> Area:
    """The whole council, city-wide team included."""
    council = Council.objects.first()
    if council is None:
        return Area(Level.CITY, "city", "Whole area", None)
    return Area(Level.CITY, council.code, council.area_name, None)


def of_locality(locality: Locality) -> Area:
    """One locality."""
    return Area(Level.LOCALITY, locality.code, locality.name, frozenset([locality.pk]))


def of_team(team: Team) -> Area:
    """One team, wherever it stood."""
    return Area(Level.TEAM, team.code, team.name, frozenset([team.pk]))


def own(localities: Iterable[Locality]) -> Area:
    """A head's localities together, as one area."""
    listed = list(localities)
    names = get_text_list([locality.name for locality in listed], "and")
    return Area(Level.OWN, Level.OWN.value, names, frozenset(one.pk for one in listed))


def areas(level: Level) -> list[Area]:
    """Every area of a level that is the same for everyone, in the framework's order."""
    if level == Level.CITY:
        return [city()]
    if level == Level.LOCALITY:
        return [of_locality(locality) for locality in Locality.objects.all()]
    if level == Level.TEAM:
        return [of_team(team) for team in Team.objects.all()]
    raise ValueError("A head's own localities depend on the head: use own()")


def teams_now() -> dict[int, Key]:
    """The locality in which each team's past counts "as it is now", by team id; three queries.

    Every team is where it stands in the latest opened quarter. One that closed before that
    quarter's first day goes with the end of its chain of successors; where that has closed
    too, or there is none, with where it last was. A city-wide team's figures belong to no
    locality, whoever follows it (rule 7).
    """
    last = ReportingQuarter.objects.opened().order_by("-index").first()
    teams = {team.pk: team for team in Team.objects.all()}
    moves: dict[int, list[Placement]] = defaultdict(list)
    for move in Placement.objects.order_by("from_quarter"):
        moves[move.team_id].append(move)
    if last is None:
        return {pk: team.locality_id for pk, team in teams.items()}
    now: dict[int, Key] = {}
    for pk, team in teams.items():
        end = team
        if _has_gone(team, last.quarter) and _stood(team, moves[pk], last.quarter) is not None:
            while end.successor_id is not None:
                end = teams[end.successor_id]
        now[pk] = _stood(end, moves[end.pk], last.quarter)
    return now


def _has_gone(team: Team, latest: Quarter) -> bool:
    return team.closed is not None and team.closed < latest.first_day


def _stood(team: Team, moves: Iterable[Placement], latest: Quarter) -> Key:
    """Where a team stands in the latest quarter, or last stood."""
    when = latest
    if team.closed is not None and _has_gone(team, latest):
        when = Quarter.containing(team.closed)
    places = [move.locality_id for move in moves if move.from_quarter <= when]
    return places[-1] if places else team.locality_id


def moved() -> dict[int, Key]:
    """As ``teams_now``, of only those teams some of whose returns were made elsewhere.

    What ``take`` wants for "as it is now": in a settled council it is empty.
    """
    now = teams_now()
    places = Return.objects.order_by().values_list("team", "locality").distinct()
    return {team: now[team] for team, locality in places if now[team] != locality}
