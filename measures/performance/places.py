"""The area that a performance page is about, and who may read it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.pages.wording import part_of
from measures.counting import areas
from measures.counting.aggregates import Key, Tally, take
from measures.counting.areas import Area, Level
from measures.counting.catalogue import MeasureSpec
from measures.models import Return
from measures.performance.choices import Choices
from measures.permissions import MeasuresPermission, comments_on, sees_areas_within_city
from measures.querysets import Basis, meets
from teams.models import Council, Locality, Team, User
from teams.permissions import Authority
from teams.quarters import Quarter

# So many localities are links of a page; more are found by name, or side by side.
LOCALITIES_LINKED = 12


@dataclass(frozen=True)
class Place:
    """An area with its page. ``param`` is what ``area=`` in an address calls it.

    ``locality_ids`` are where its targets and commentary stand: None is the city's.
    """

    area: Area
    path: str
    param: str
    locality_ids: tuple[int | None, ...] = ()

    @property
    def level(self) -> Level:
        """How large it is."""
        return self.area.level

    @property
    def target_locality_id(self) -> int | None:
        """The locality whose own targets hold here; None where only the city's can."""
        return self.locality_ids[0] if self.level == Level.LOCALITY else None

    @property
    def comment_code(self) -> str:
        """What the address of its commentary calls it; nothing where none is written."""
        if self.level == Level.CITY:
            return "city"
        return self.area.code if self.level == Level.LOCALITY else ""

    def takes_comments_of(self, authority: Authority) -> bool:
        """Whether this person writes commentary here."""
        return bool(self.comment_code) and comments_on(authority, self.locality_ids[0])

    def comment_url(self, code: str, quarter: Quarter) -> str:
        """Where the commentary of a measure is written."""
        return reverse("commentary-edit", args=[code, self.comment_code, quarter.slug])

    def count(
        self,
        measures: Sequence[MeasureSpec],
        quarters: Collection[Quarter],
        choices: Choices,
        *,
        apart: bool = False,
        years: bool = True,
        compared: Sequence[Sequence[Quarter]] = (),
    ) -> Tally:
        """Add up its figures for these quarters; three queries, a few more "as it is now".

        ``apart`` keeps the localities of the city apart, for a page that shows them; without
        ``years`` only quarters may be asked of it; ``compared`` are what will be held against
        each other.
        """
        keys = self.area.keys
        where = now = None
        if self.level == Level.TEAM:
            where = Q(team__in=keys)
        elif choices.is_now and (apart or keys is not None):
            now = areas.moved()
        elif keys is not None:
            where = Q(locality__in=keys)
        return take(
            measures,
            quarters,
            choices.basis,
            audience=choices.audience,
            by_team=self.area.is_team,
            whole=keys is None and not apart,
            now=now,
            where=where,
            opened=choices.opened,
            named=True,
            years=years,
            compared=compared,
        )

    def count_teams(
        self, measures: Sequence[MeasureSpec], quarters: Collection[Quarter], choices: Choices
    ) -> tuple[Tally, list["Place"]]:
        """A locality's figures team by team, each while it counted there; and those teams.

        In the city: the teams that stand in no locality.
        """
        tally = take(
            measures,
            quarters,
            choices.basis,
            audience=choices.audience,
            by_team=True,
            where=self.returns_within(choices),
            opened=choices.opened,
            years=choices.is_year,
        )
        teams = Team.objects.filter(pk__in={row.team_id for row in tally.returns})
        return tally, [team_place(team) for team in teams]

    def reported(self, choices: Choices) -> dict[Quarter, str]:
        """Who reported in quarters not closed: ``10 of 15 teams``, or whether a team did."""
        quarters = tuple(quarter.index for quarter in choices.not_closed)
        keys = None if self.area.keys is None else tuple(sorted(self.area.keys, key=str))
        rows = fetch(_reported, quarters, keys, self.area.is_team, choices.basis)
        if self.area.is_team:
            return {Quarter(one): "reported" if spoke else "not reported" for one, spoke, _ in rows}
        return {Quarter(index): part_of(spoke, made, "team") for index, spoke, made in rows}

    def returns_within(self, choices: Choices) -> Q:
        """The returns of a locality: as each was made, or of the teams that are there now."""
        keys = self.area.keys
        if keys is None:
            return Q(locality__isnull=True)
        if not choices.is_now:
            return Q(locality__in=keys)
        return Q(team__in=[pk for pk, locality in areas.teams_now().items() if locality in keys])


def _reported(
    quarters: tuple[int, ...], keys: tuple[Key, ...] | None, is_team: bool, basis: Basis
) -> QuerySet[Return, Any]:
    """By quarter, how many returns of an area's teams speak, and how many there are."""
    within = Q(locality__isnull=False) if keys is None else Q(locality__in=keys)
    returns = Return.objects.filter(Q(team__in=keys) if is_team else within, quarter__in=quarters)
    return (
        returns.order_by()
        .values("quarter")
        .annotate(spoke=Count("pk", filter=meets(basis)), made=Count("pk"))
        .values_list("quarter", "spoke", "made")
    )


def city_of(person: User) -> Place:
    """The whole council; no query for a person who is known to belong to it."""
    council: Council | None = person.council
    area = Area(Level.CITY, council.code, council.area_name, None) if council else areas.city()
    return Place(area, reverse("performance-city"), "city", (None,))


def locality_place(locality: Locality) -> Place:
    """One locality."""
    path = reverse("performance-locality", args=[locality.code])
    return Place(areas.of_locality(locality), path, f"locality:{locality.code}", (locality.pk,))


def team_place(team: Team) -> Place:
    """One team."""
    path = reverse("performance-team", args=[team.code])
    return Place(areas.of_team(team), path, f"team:{team.code}")


def own_locality_ids(authority: Authority) -> frozenset[int]:
    """The localities that a head of service reviews, by id."""
    return authority.scope(MeasuresPermission.REVIEW).localities


def own_of(authority: Authority) -> Place:
    """A head's own localities together; "not found" for anybody else."""
    held = list(Locality.objects.filter(pk__in=own_locality_ids(authority)))
    if not held:
        raise Http404("You are not the head of service of a locality")
    ids = tuple(locality.pk for locality in held)
    return Place(areas.own(held), reverse("performance-own"), "own", ids)


def linked(places: Sequence[Place], here: Place) -> list[Place]:
    """Those to which a page about ``here`` links: of many localities none but ``here``."""
    are_many = sum(one.level == Level.LOCALITY for one in places) > LOCALITIES_LINKED
    return [
        one
        for one in places
        if not are_many or one.level != Level.LOCALITY or one.param == here.param
    ]


def place_of(
    authority: Authority, person: User, param: str, *, has_localities: bool = False
) -> Place:
    """What ``area=`` names: ``city``, ``own``, ``locality:north`` or ``team:north-family``.

    "Not found" for whoever may not read it; ``has_localities`` where outsiders may.
    """
    if param in ("", "city"):
        return city_of(person)
    kind, _, code = param.partition(":")
    if has_localities and kind == "locality":
        return locality_place(get_object_or_404(Locality, code=code))
    if sees_areas_within_city(authority):
        if param == "own":
            return own_of(authority)
        if kind == "locality":
            return locality_place(get_object_or_404(Locality, code=code))
        if kind == "team":
            return team_place(get_object_or_404(Team, code=code))
    raise Http404("There is no such area")
