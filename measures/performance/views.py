"""The roll-ups: areas, areas side by side, measures, parts of a number; and all of it as files."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from earlyhelp.core.consistent_read import reading, streamed_consistently
from earlyhelp.core.files.downloads import csv_download
from earlyhelp.core.files.downloads import download as file_download
from earlyhelp.core.files.writer import FileFormat
from measures.counting.areas import Level
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.exchange.roll_ups import rollup_chunks, write_rows
from measures.performance import export, grids
from measures.performance.area import area_page
from measures.performance.breakdown import breakdown_page
from measures.performance.choices import FILTERS, Choices, choices_of, period_of
from measures.performance.find import find_page
from measures.performance.measure import measure_page
from measures.performance.places import Place, city_of, place_of
from measures.performance.readings import note_shown, readings_recorded
from measures.permissions import audience_of, bases_seen
from measures.querysets import Audience
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused
from teams.quarters import Quarter

NOTHING_OPENED = (
    "No quarter has been opened yet. Figures appear here when a performance officer has opened "
    "one and teams have submitted their returns."
)
NOTHING_RELEASED = (
    "Nothing has been released yet. Figures appear here once a quarter has closed and its release "
    "for board members is made."
)

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, Choices, P], HttpResponseBase]


def _figures(
    *also: str, is_within: bool = False
) -> Callable[[View[P]], Callable[Concatenate[Any, P], HttpResponseBase]]:
    """A page of figures: what its address asks for, read as of one moment.

    ``also`` names further parts of the query that links keep; ``is_within`` is for those who
    are shown localities. Before the first quarter is opened a page says so.
    """

    def decorated(view: View[P]) -> Callable[Concatenate[Any, P], HttpResponseBase]:
        @signed_in
        @require_safe
        @readings_recorded
        @reading
        def page(
            request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            authority = request.actor.authority
            choices = choices_of(request.GET.dict(), request.path, authority, also=also)
            if is_within and not (choices and choices.has_localities):
                raise Http404("There is no such page")
            if choices is None:
                return _nothing_yet(request)
            note_shown(request, choices.shown)
            return view(request, choices, *args, **kwargs)

        update_wrapper(page, view)
        return page

    return decorated


def _nothing_yet(request: SignedInRequest) -> HttpResponse:
    is_outsider = audience_of(request.actor.authority) == Audience.EXTERNAL
    sentence = NOTHING_RELEASED if is_outsider else NOTHING_OPENED
    return render(request, "measures/performance/empty.html", {"sentence": sentence})


def _show(request: SignedInRequest, name: str, page: Any) -> HttpResponse:
    return render(request, f"measures/performance/{name}.html", {"page": page})


def _place(request: SignedInRequest, param: str, choices: Choices | None = None) -> Place:
    has_localities = choices is not None and choices.has_localities
    return place_of(request.actor.authority, request.user, param, has_localities=has_localities)


def _measure(code: str) -> MeasureSpec:
    """The measure of this code; "not found" otherwise. One query."""
    found = load_measures([code])
    if not found:
        raise Http404("There is no such measure")
    return found[0]


@_figures(*FILTERS)
def area(request: SignedInRequest, choices: Choices, param: str, code: str = "") -> HttpResponse:
    """The city, a head's own localities together, a locality, a team."""
    place = _place(request, f"{param}:{code}" if code else param, choices)
    whole = city_of(request.user).area.name
    page = area_page(place, choices, load_measures(), request.actor.authority, whole)
    return _show(request, "area", page)


@_figures(is_within=True)
def localities(request: SignedInRequest, choices: Choices) -> HttpResponse:
    """The localities side by side, all measures."""
    number = request.GET.get("page")
    page = grids.localities_page(city_of(request.user), choices, load_measures(), number)
    return _show(request, "areas", page)


@_figures(is_within=True)
def compare(request: SignedInRequest, choices: Choices, code: str) -> HttpResponse:
    """The localities side by side for one measure."""
    number = request.GET.get("page")
    page = grids.compare_page(city_of(request.user), choices, _measure(code), number)
    return _show(request, "compare", page)


@_figures()
def locality_teams(request: SignedInRequest, choices: Choices, code: str) -> HttpResponse:
    """A locality's teams side by side, all measures."""
    place, number = _place(request, f"locality:{code}"), request.GET.get("page")
    page = grids.teams_page(place, choices, load_measures(), number)
    return _show(request, "areas", page)


@_figures("area")
def measure(request: SignedInRequest, choices: Choices, code: str) -> HttpResponse:
    """A measure in one area (``?area=``): the sentence, the chart, the numbers."""
    place = _place(request, request.GET.get("area", ""))
    authority = request.actor.authority
    page = measure_page(place, choices, _measure(code), authority, request.user)
    return _show(request, "measure", page)


@_figures("area", "measure")
def breakdown(request: SignedInRequest, choices: Choices) -> HttpResponse:
    """The parts of a number (``?measure=&area=&period=``)."""
    place = _place(request, request.GET.get("area", ""), choices)
    wanted = _measure(request.GET.get("measure", ""))
    page = breakdown_page(place, choices, wanted, request.actor.authority, request.user)
    return _show(request, "breakdown", page)


@signed_in
@require_safe
def find(request: SignedInRequest) -> HttpResponseBase:
    """A team or measure by part of its name (``?q=``); its page where there is only one.

    What asks for JSON gets the names, to choose from while typing.
    """
    authority = request.actor.authority
    if not bases_seen(authority):
        raise Refused("Your appointments do not include reading the figures of areas.")
    page = find_page(request.GET.get("q", ""), authority)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"names": page.names})
    return redirect(page.only.url) if page.only else _show(request, "find", page)


@signed_in
@require_safe
@readings_recorded
@reading
def table(request: SignedInRequest) -> HttpResponseBase:
    """The table of quarters (``?area=&to=``), or with ``format=`` the workbook of all areas."""
    asked = request.GET.dict()
    last = _quarter(asked.pop("to", ""))
    asked["period"] = last.slug if last else ""
    authority = request.actor.authority
    choices = choices_of(asked, request.path, authority, also=("area",))
    if choices is None:
        return _nothing_yet(request)
    choices = grids.to_quarter(choices, last)
    note_shown(request, choices.shown)
    measures = load_measures()
    places = grids.places_of(city_of(request.user), authority)
    if "format" in request.GET:
        form = _format(request.GET["format"])
        if form == FileFormat.CSV:
            raise Http404("The table of quarters is a workbook: XLSX or ODS")
        rows = grids.rows(places, choices, measures)
        name = f"quarters-to-{choices.span[-1].slug}"
        cover = grids.cover(places, choices)
        return file_download(name, form, lambda file: write_rows(form, rows, file, cover=cover))
    place = _place(request, request.GET.get("area", ""))
    if place.level == Level.TEAM:
        raise Http404("A team has no table of quarters; its measures have pages of their own")
    return _show(request, "table", grids.quarters_page(place, places, choices, measures))


@signed_in
@require_safe
@readings_recorded
@reading
def download(request: SignedInRequest) -> HttpResponseBase:
    """The figures of a page as a file, in the columns of every export."""
    authority, asked = request.actor.authority, request.GET.dict()
    choices = choices_of(asked, request.path, authority, also=export.ASKED)
    if choices is None:
        raise Http404("No quarter has been opened yet")
    form = _format(asked.get("format", FileFormat.CSV.value))
    rows = export.rows(authority, request.user, choices, asked)
    note_shown(request, export.quarters(choices, asked))
    name = export.file_name(choices, asked)
    if form == FileFormat.CSV:
        return csv_download(name, streamed_consistently(rollup_chunks(rows)))
    cover = export.cover(authority, request.user, choices, asked)
    return file_download(name, form, lambda file: write_rows(form, rows, file, cover=cover))


def _format(asked: str) -> FileFormat:
    if asked not in FileFormat.values:
        raise Http404("Files are csv, xlsx or ods")
    return FileFormat(asked)


def _quarter(asked: str) -> Quarter | None:
    if not asked:
        return None
    try:
        found = period_of(asked)
    except ValueError as wrong:
        raise Http404(f"{wrong}; in an address, like 2015-16-q4") from None
    if not isinstance(found, Quarter):
        raise Http404("The table of quarters ends with a quarter, like 2015-16-q4")
    return found


_LOCALITIES = "performance/localities/"
urlpatterns = [
    path("performance/", area, {"param": "city"}, name="performance-city"),
    path("performance/own/", area, {"param": "own"}, name="performance-own"),
    path(_LOCALITIES, localities, name="performance-localities"),
    path(f"{_LOCALITIES}<slug:code>/", area, {"param": "locality"}, name="performance-locality"),
    path(f"{_LOCALITIES}<slug:code>/teams/", locality_teams, name="performance-locality-teams"),
    path("performance/teams/<slug:code>/", area, {"param": "team"}, name="performance-team"),
    path("performance/measures/<slug:code>/localities/", compare, name="performance-compare"),
    path("performance/measures/<slug:code>/", measure, name="performance-measure"),
    path("performance/made-of/", breakdown, name="performance-made-of"),
    path("performance/find/", find, name="performance-find"),
    path("performance/table/", table, name="performance-table"),
    path("performance/export/", download, name="performance-export"),
]
