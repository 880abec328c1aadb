"""The service in a few lines, as the home page opens with it; each leads to just what it counts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.urls import reverse

from audits.permissions import AuditsPermission
from audits.safety.pages import number_open
from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.pages.wording import number_of
from measures.counting.catalogue import load_measures
from measures.models import Heading, Return
from measures.performance.filters import ByChange, ByTarget
from measures.performance.places import (
    Place,
    city_of,
    locality_place,
    own_locality_ids,
    own_of,
)
from measures.performance.standing import MeasureStanding, PlaceStanding, last_closed, standing_of
from measures.permissions import MeasuresPermission as Measures
from measures.permissions import reads_for_the_board
from measures.returns.owed import is_late, owed_within
from teams.models import Locality, User
from teams.permissions import Authority, Scope
from teams.quarters import Quarter

# So many headline measures stand on a board member's home page.
MOST_MEASURES = 8


@dataclass(frozen=True)
class ServiceLine:
    """A number, what it is of, and the page of just those; without one there are none."""

    number: int
    words: str
    url: str


@dataclass(frozen=True)
class Service:
    """The lines, and the place and the quarter that the first of them are about."""

    name: str
    lines: Sequence[ServiceLine]


def service_of(authority: Authority, person: User, *, late: int) -> Service | None:
    """The six lines of who leads the service or looks after its figures; None for others.

    A head's are of their own localities; ``late`` of the returns that they chase are late.
    The same queries for any number of teams.
    """
    if not authority.holds(Measures.REMIND):
        return None
    choices = last_closed(authority)
    lines: list[ServiceLine] = []
    name = ""
    if choices is not None:
        stands = standing_of(_place_of(authority, person), choices, load_measures())
        lines = _of_measures(stands)
        name = f"{stands.place.area.name}, {choices.period_name}"
    return Service(name, [*lines, *_of_what_waits(authority, late)])


def _place_of(authority: Authority, person: User) -> Place:
    """A head's locality, or those that they have together; else the whole area."""
    own = own_locality_ids(authority)
    if authority.is_city_wide or not own:
        return city_of(person)
    if len(own) == 1:
        return locality_place(Locality.objects.get(pk__in=own))
    return own_of(authority)


def _of_measures(stands: PlaceStanding) -> list[ServiceLine]:
    improved, worsened = (stands.changed(one) for one in (ByChange.IMPROVED, ByChange.WORSENED))
    missed, revised = stands.judged(ByTarget.MISSED), len(stands.revised)
    counted = [
        (improved, f"{_measures(improved)} improved", {"change": ByChange.IMPROVED.value}),
        (worsened, f"{_measures(worsened)} worsened", {"change": ByChange.WORSENED.value}),
        (missed, f"{_measures(missed)} missed its target", {"target": ByTarget.MISSED.value}),
        (revised, f"{_measures(revised)} revised", {"revised": "yes"}),
    ]
    return [
        ServiceLine(number, words if number == 1 else words.replace(" its ", " their "), url)
        for number, words, shown in counted
        for url in [stands.url(**shown)]
    ]


def _measures(number: int) -> str:
    return "measure" if number == 1 else "measures"


def _of_what_waits(authority: Authority, late: int) -> list[ServiceLine]:
    returns = "return" if late == 1 else "returns"
    lines = [ServiceLine(late, f"{returns} late", reverse("returns-owed") + "?show=late")]
    if authority.holds(AuditsPermission.REMEDY):
        unsafe = number_open(authority.scope(AuditsPermission.REMEDY))
        cases = "case" if unsafe == 1 else "cases"
        words = f"{cases} found inadequate or unsafe, not put right"
        lines.append(ServiceLine(unsafe, words, reverse("concerns")))
    return lines


def number_late(scope: Scope, today: dt.date) -> int:
    """How many returns within a scope are late; one query."""
    ((number,),) = fetch(_late, scope, today)
    return int(number)


def _late(scope: Scope, today: dt.date) -> QuerySet[Return, Any]:
    late = owed_within(scope).filter(is_late(today)).order_by()
    return late.values(every=Value(1)).values_list(Count("pk"))


@dataclass(frozen=True)
class ForTheBoard:
    """What a board member reads first: how the latest closed quarter came out, what was revised.

    ``headline`` are the measures that have a target, or those of impact where none has.
    """

    stands: PlaceStanding
    headline: Sequence[tuple[MeasureStanding, str]]
    revised: Sequence[tuple[MeasureStanding, str]]

    @property
    def says(self) -> str:
        """The answer, as a heading says it."""
        better, worse = (self.stands.changed(one) for one in (ByChange.IMPROVED, ByChange.WORSENED))
        what = number_of(better, "measure") if better else "No measure"
        return f"{what} improved, {worse or 'none'} worsened in {self.quarter.label}"

    @property
    def is_aimed(self) -> bool:
        """Whether any of them has a target."""
        return any(row.aimed_at for row, _ in self.headline)

    @property
    def quarter(self) -> Quarter:
        """The quarter that it is about."""
        return self.stands.quarters[-1]

    @property
    def url(self) -> str:
        """The page of all the measures."""
        return self.stands.url()


def for_the_board(authority: Authority, person: User) -> ForTheBoard | None:
    """A board member's part; None for others, and before the first quarter is closed."""
    if not reads_for_the_board(authority):
        return None
    choices = last_closed(authority)
    if choices is None:
        return None
    stands = standing_of(city_of(person), choices, load_measures())
    aimed = [row for row in stands.measures if row.target]
    headline = aimed or [row for row in stands.measures if row.measure.heading == Heading.IMPACT]
    linked = [(row, stands.measure_url(row)) for row in headline[:MOST_MEASURES]]
    revised = [(row, stands.measure_url(row)) for row in stands.revised]
    return ForTheBoard(stands, linked, revised)
