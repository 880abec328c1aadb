"""The roll-ups: the city, a head's localities, a locality, a team; side by side."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from earlyhelp.core.consistent_read import consistent
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.performance import side_by_side
from measures.performance.area import area_page
from measures.performance.choices import Choices, choices_of
from measures.performance.places import Place, city_of, locality_of, own_of, team_of
from measures.permissions import sees_areas_within_city
from teams.http import SignedInRequest, signed_in


def chosen(request: SignedInRequest, *also: str) -> Choices | None:
    """What the address asks for; None where no quarter was opened yet."""
    return choices_of(request.GET.dict(), request.path, request.actor.authority, also=also)


def nothing_yet(request: SignedInRequest) -> HttpResponse:
    """The page in place of figures before the first quarter was opened."""
    return render(request, "measures/performance/empty.html")


def measure_of(code: str) -> MeasureSpec:
    """The measure of this code; "not found" otherwise. One query."""
    found = load_measures([code])
    if not found:
        raise Http404("There is no such measure")
    return found[0]


@signed_in
@require_safe
@consistent
def city(request: SignedInRequest) -> HttpResponse:
    """The whole city."""
    choices = chosen(request)
    if choices is None:
        return nothing_yet(request)
    return _area(request, choices, city_of(request.user))


@signed_in
@require_safe
@consistent
def own(request: SignedInRequest) -> HttpResponse:
    """A head's own localities together, as one area."""
    choices = chosen(request)
    if choices is None:
        return nothing_yet(request)
    return _area(request, choices, own_of(request.actor.authority))


@signed_in
@require_safe
@consistent
def locality(request: SignedInRequest, code: str) -> HttpResponse:
    """One locality."""
    choices = chosen(request)
    if choices is None:
        return nothing_yet(request)
    return _area(request, choices, locality_of(request.actor.authority, code))


@signed_in
@require_safe
@consistent
def team(request: SignedInRequest, code: str) -> HttpResponse:
    """One team."""
    choices = chosen(request)
    if choices is None:
        return nothing_yet(request)
    return _area(request, choices, team_of(request.actor.authority, code))


def _area(request: SignedInRequest, choices: Choices, place: Place) -> HttpResponse:
    measures: Sequence[MeasureSpec] = load_measures()
    page = area_page(place, choices, measures, request.actor.authority)
    return render(request, "measures/performance/area.html", {"page": page})


@signed_in
@require_safe
@consistent
def localities(request: SignedInRequest) -> HttpResponse:
    """The localities side by side, all measures."""
    choices = chosen(request)
    if not sees_areas_within_city(request.actor.authority):
        raise Http404("There is no such page")
    if choices is None:
        return nothing_yet(request)
    page = side_by_side.city_page(city_of(request.user), choices, load_measures())
    return render(request, "measures/performance/areas.html", {"page": page})


@signed_in
@require_safe
@consistent
def compare(request: SignedInRequest, code: str) -> HttpResponse:
    """The localities side by side for one measure."""
    choices = chosen(request)
    if not sees_areas_within_city(request.actor.authority):
        raise Http404("There is no such page")
    if choices is None:
        return nothing_yet(request)
    page = side_by_side.localities_page(city_of(request.user), choices, measure_of(code))
    return render(request, "measures/performance/compare.html", {"page": page})


@signed_in
@require_safe
@consistent
def locality_teams(request: SignedInRequest, code: str) -> HttpResponse:
    """A locality's teams side by side, all measures."""
    choices = chosen(request)
    if choices is None:
        return nothing_yet(request)
    place = locality_of(request.actor.authority, code)
    page = side_by_side.teams_page(place, choices, load_measures())
    return render(request, "measures/performance/areas.html", {"page": page})


urlpatterns = [
    path("performance/", city, name="performance-city"),
    path("performance/own/", own, name="performance-own"),
    path("performance/localities/", localities, name="performance-localities"),
    path("performance/localities/<slug:code>/", locality, name="performance-locality"),
    path(
        "performance/localities/<slug:code>/teams/",
        locality_teams,
        name="performance-locality-teams",
    ),
    path("performance/teams/<slug:code>/", team, name="performance-team"),
    path("performance/measures/<slug:code>/localities/", compare, name="performance-compare"),
]
