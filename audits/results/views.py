"""What rounds found, by area and for one indicator; a year's programme; results as files."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from audits.permissions import AuditsPermission
from audits.results.access import round_with_results
from audits.results.exchange import COLUMNS, ResultLine, lines, read_sheet
from audits.results.pages.areas import CaseAreas, areas_of, city_name
from audits.results.pages.indicator import IndicatorPage
from audits.results.pages.round import ResultsPage
from audits.results.pages.scored import ScoredPage, held_back
from audits.results.pages.years import year_page
from audits.results.scored_rounds import CaseArea, ScoredRound
from earlyhelp.core.consistent_read import reading
from earlyhelp.core.files.downloads import download
from earlyhelp.core.files.writer import (
    DATA_IS_FOR_PROGRAMS,
    Cover,
    FileFormat,
    Sheet,
    write,
    write_sheets,
)
from earlyhelp.core.pages.wording import long_date
from teams.authority import Actor
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require_anywhere
from teams.quarters import FinancialYear

# Years that a calendar of audits can hold.
_FIRST_YEAR, _LAST_YEAR = 1990, 2200
# Of more areas a workbook has one sheet for reading, the whole's.
MOST_SHEETS = 25


def _read(request: SignedInRequest, code: str) -> tuple[ScoredRound, CaseAreas, CaseArea, Actor]:
    """The results of a round, its areas, the one that ``?area=`` names, and who reads them."""
    actor = request.actor
    scored = ScoredRound(round_with_results(actor.authority, code))
    areas = areas_of(scored.audits, city_name(request.user), actor.authority)
    return scored, areas, areas.named(request.GET.get("area", "")), actor


@signed_in
@require_safe
@reading
def round_results(request: SignedInRequest, code: str) -> HttpResponse:
    """A round in an area (``?area=``), beside the round that it is compared with."""
    context = {
        "page": ResultsPage(*_read(request, code)),
        "writes_findings": request.actor.authority.holds(AuditsPermission.WRITE_FINDINGS),
    }
    return render(request, "audits/results/results.html", context)


@signed_in
@require_safe
@reading
def round_indicator(request: SignedInRequest, code: str, indicator: str) -> HttpResponse:
    """One indicator of a round: by area, what was written about it, what was found."""
    scored, areas, area, by = _read(request, code)
    asked = next((one for one in scored.indicators if one.code == indicator), None)
    if asked is None:
        raise Http404("This round did not ask about that")
    page = IndicatorPage(scored, areas, area, by, asked)
    return render(request, "audits/results/indicator.html", {"page": page})


@signed_in
@require_safe
@reading
def round_results_export(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The results of one area (``?area=``), or of every area that the reader sees, as a file."""
    asked = request.GET.get("format", FileFormat.CSV.value)
    page = ScoredPage(*_read(request, code))
    if asked not in FileFormat.values:
        raise Http404("Files are csv, xlsx or ods")
    form, found = FileFormat(asked), _lines(page)
    rows = [line.cells() for _, shown in found for line in shown]
    name = "-".join(filter(None, [code, slugify(page.area.param.replace(":", "-"))]))
    cover = Cover(
        f"Case audits: {page.made.theme}",
        [
            ("Round", page.made.code),
            ("Period", page.made.period_name),
            ("Area", page.area.name),
            ("Made on", long_date(request.actor.today)),
        ],
        [DATA_IS_FOR_PROGRAMS],
    )
    sheets: list[Sheet] = [("Data", COLUMNS, rows)]
    for area, shown in found if len(found) <= MOST_SHEETS else found[:1]:
        sheets.append((area.name, *read_sheet(shown)))
    if form == FileFormat.CSV:
        return download(name, form, lambda file: write(form, COLUMNS, rows, file))
    return download(name, form, lambda file: write_sheets(form, sheets, file, cover=cover))


def _lines(page: ScoredPage) -> list[tuple[CaseArea, list[ResultLine]]]:
    """The lines of the area asked for; of the whole with those of every area."""
    before = page.scored.before.code if page.scored.before else ""
    found = []
    for area in page.areas.everything if page.area.is_city else [page.area]:
        shown = page.shown_of(page.results_in(area))
        if shown is None:
            raise Refused(held_back())
        found.append((area, list(lines(shown, area, before))))
    return found


@signed_in
@require_safe
@reading
def audit_year(request: SignedInRequest, year: int) -> HttpResponse:
    """How much of a year's audit programme is done, beside the year before."""
    authority = request.actor.authority
    require_anywhere(authority, [AuditsPermission.SEE_CITY_RESULTS])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Http404("There is no such year")
    found = year_page(FinancialYear(year), city_name(request.user), authority, request.actor.today)
    return render(request, "audits/results/year.html", {"page": found})


urlpatterns = [
    path("audits/rounds/<slug:code>/results/", round_results, name="round-results"),
    path(
        "audits/rounds/<slug:code>/results/export/",
        round_results_export,
        name="round-results-export",
    ),
    path(
        "audits/rounds/<slug:code>/results/indicators/<slug:indicator>/",
        round_indicator,
        name="round-indicator",
    ),
    path("audits/years/<int:year>/", audit_year, name="audit-year"),
]
