"""What rounds found, by area and for one indicator; a year's programme; results as files."""

from io import BytesIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from audits.findings.rows import FindingRow, finding_rows
from audits.models import Indicator
from audits.permissions import AuditsPermission
from audits.results.access import round_with_results
from audits.results.exchange import COLUMNS, lines
from audits.results.pages import indicator as indicator_pages
from audits.results.pages import round as page
from audits.results.pages.areas import Place, Places, city_name, places_of
from audits.results.pages.years import year_page
from audits.results.scored_rounds import Reading
from earlyhelp.core.files.writer import CONTENT_TYPES, CellValue, FileFormat, write
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require_anywhere
from teams.quarters import FinancialYear

# Years that a calendar of audits can hold.
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


def _places(request: SignedInRequest, reading: Reading) -> tuple[Places, Place]:
    """The areas of the round, and the one that ``?area=`` names."""
    found = places_of(reading.audits, city_name(request.user), request.actor.authority)
    return found, found.named(request.GET.get("area", ""))


@signed_in
@require_safe
def round_results(request: SignedInRequest, code: str) -> HttpResponse:
    """A round in an area (``?area=``), beside the round that it is compared with."""
    made = round_with_results(request.actor.authority, code)
    reading = Reading(made)
    places, place = _places(request, reading)
    authority, today = request.actor.authority, request.actor.today
    least = settings.LEAST_CASES_FOR_BOARD

    def findings() -> list[FindingRow]:
        return finding_rows(made, authority, today, least=least)

    found = page.results_page(
        reading, places, place, authority, today, least=least, findings=findings
    )
    writes = authority.holds(AuditsPermission.WRITE_FINDINGS)
    return render(
        request, "audits/results/results.html", {"page": found, "writes_findings": writes}
    )


@signed_in
@require_safe
def round_indicator(request: SignedInRequest, code: str, indicator: str) -> HttpResponse:
    """One indicator of a round: by area, what was written about it, what was found."""
    made = round_with_results(request.actor.authority, code)
    reading = Reading(made)
    places, place = _places(request, reading)
    authority, today = request.actor.authority, request.actor.today
    least = settings.LEAST_CASES_FOR_BOARD

    def findings(about: Indicator) -> list[FindingRow]:
        return finding_rows(made, authority, today, least=least, about=about)

    found = indicator_pages.indicator_page(
        reading, indicator, places, place, authority, today, least=least, findings=findings
    )
    return render(request, "audits/results/indicator.html", {"page": found})


@signed_in
@require_safe
def round_results_export(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The results of one area (``?area=``), or of every area that the reader sees, as a file."""
    made = round_with_results(request.actor.authority, code)
    asked = request.GET.get("format", FileFormat.CSV.value)
    if asked not in FileFormat.values:
        raise Http404("Files are csv, xlsx or ods")
    form = FileFormat(asked)
    reading = Reading(made)
    places, place = _places(request, reading)
    chosen = [place] if place.param else places.everything
    file = BytesIO()
    write(form, COLUMNS, _rows(request, reading, chosen), file, sheet=made.theme)
    file.seek(0)
    name = "-".join(filter(None, [made.code, place.slug]))
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.{form.value}",
        content_type=CONTENT_TYPES[form],
    )


def _rows(request: SignedInRequest, reading: Reading, places: list[Place]) -> list[list[CellValue]]:
    before = reading.before.code if reading.before else ""
    rows: list[list[CellValue]] = []
    for place in places:
        found = page.shown_to(
            request.actor.authority,
            reading.results(place.area, request.actor.today),
            settings.LEAST_CASES_FOR_BOARD,
        )
        if found is None:
            raise Refused(page.held_back(settings.LEAST_CASES_FOR_BOARD))
        rows += [line.cells() for line in lines(found, place, before)]
    return rows


@signed_in
@require_safe
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
