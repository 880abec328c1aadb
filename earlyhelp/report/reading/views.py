"""Reading reports: the list, an edition, its files, and where a figure comes from."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from earlyhelp.report.access import edition_or_404
from earlyhelp.report.downloads import handed_over
from earlyhelp.report.files import copy_of, embargoed, stored
from earlyhelp.report.models import Edition, FileKind
from earlyhelp.report.permissions import ReportPermission
from earlyhelp.report.publishing.actions import note_opening
from earlyhelp.report.reading import pages
from earlyhelp.report.workflow import EditionState
from measures.performance.readings import record_readings
from measures.permissions import reads_for_the_board
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere


@signed_in
@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """Board reports: those being written, and those published."""
    require_anywhere(request.actor.authority, [ReportPermission.READ_PUBLISHED])
    page = pages.reports_page(request.actor)
    return render(request, "report/reports.html", {"page": page})


@signed_in
@require_safe
def edition(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """An edition to read; ``?figures=yes`` shows where its figures come from."""
    found = edition_or_404(request.actor, code, number)
    shows = request.GET.get("figures") == "yes"
    page = pages.edition_page(found, request.actor, shows_figures=shows)
    if page.is_readable:
        _opened(request, found, "page")
    return render(request, "report/edition.html", {"page": page})


@signed_in
@require_safe
def edition_file(request: SignedInRequest, code: str, number: int, kind: str) -> HttpResponse:
    """A file of an edition, the very bytes that are kept; how far it is until they are there."""
    found = edition_or_404(request.actor, code, number)
    if kind not in FileKind.values or found.state == EditionState.WITHDRAWN:
        raise Http404("There is no such file")
    audience = pages.audience_for(request.actor)
    if found.state == EditionState.APPROVED:
        file = copy_of(embargoed(found, audience), kind)
    else:
        file = stored(found, audience, kind)
    if isinstance(file, bytes):
        _opened(request, found, kind)
    name, above = f"{code}-edition-{number}", (str(found), found.url)
    return handed_over(request, file, kind, name=name, above=above)


@signed_in
@require_safe
def edition_figure(request: SignedInRequest, code: str, number: int, place: str) -> HttpResponse:
    """Where a figure of an edition comes from: a permanent address."""
    found = edition_or_404(request.actor, code, number)
    page = pages.figure_page(found, place, request.actor)
    if page is None or found.state == EditionState.WITHDRAWN:
        raise Http404("There is no such figure")
    _note_quarters(request, found)
    return render(request, "report/figure.html", {"page": page})


def _opened(request: SignedInRequest, edition: Edition, form: str) -> None:
    """Put on record who opened an edition, in which form, and what the board has read with it."""
    note_opening(edition, form, by=request.actor)
    _note_quarters(request, edition)


def _note_quarters(request: SignedInRequest, edition: Edition) -> None:
    """A closed quarter that the board has read in an edition was read as on its own page."""
    if reads_for_the_board(request.actor.authority):
        record_readings(pages.quarters_in(edition, request.actor), by=request.actor)


_EDITION = "reports/<slug:code>/editions/<int:number>/"
urlpatterns = [
    path("reports/", reports, name="reports"),
    path(_EDITION, edition, name="edition"),
    path(f"{_EDITION}files/<slug:kind>/", edition_file, name="edition-file"),
    path(f"{_EDITION}figures/<str:place>/", edition_figure, name="edition-figure"),
]
