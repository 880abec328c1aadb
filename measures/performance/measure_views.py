"""A measure's own page, the table of quarters, what a number is made of, and all of it as files."""

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from earlyhelp.core.consistent_read import consistent, streamed_consistently
from earlyhelp.core.files.writer import CONTENT_TYPES, FileFormat, csv_chunks, write, write_sheets
from measures.counting.areas import Level
from measures.counting.catalogue import load_measures
from measures.exchange.roll_ups import COLUMNS
from measures.performance import breakdown as made_of
from measures.performance import export, measure
from measures.performance import table as quarters_table
from measures.performance.choices import choices_of, period_of, slug_of
from measures.performance.places import city_of, place_of
from measures.performance.views import chosen, measure_of, nothing_yet
from teams.http import SignedInRequest, signed_in
from teams.quarters import Quarter


@signed_in
@require_safe
@consistent
def show(request: SignedInRequest, code: str) -> HttpResponse:
    """A measure in one area (``?area=``): the sentence, the chart, the numbers."""
    choices = chosen(request, "area")
    if choices is None:
        return nothing_yet(request)
    authority = request.actor.authority
    place = place_of(authority, request.user, request.GET.get("area", ""))
    page = measure.measure_page(place, choices, measure_of(code), authority, request.user)
    return render(request, "measures/performance/measure.html", {"page": page})


@signed_in
@require_safe
@consistent
def opened(request: SignedInRequest) -> HttpResponse:
    """What a number is made of (``?measure=&area=&period=``)."""
    choices = chosen(request, "area", "measure")
    if choices is None:
        return nothing_yet(request)
    authority = request.actor.authority
    place = place_of(authority, request.user, request.GET.get("area", ""))
    wanted = measure_of(request.GET.get("measure", ""))
    page = made_of.made_of_page(place, choices, wanted, authority, request.user)
    return render(request, "measures/performance/breakdown.html", {"page": page})


@signed_in
@require_safe
@consistent
def table(request: SignedInRequest) -> HttpResponseBase:
    """The table of quarters (``?area=&to=``), or with ``format=`` the workbook of all areas."""
    asked = request.GET.dict()
    last = _quarter(asked.pop("to", ""))
    asked["period"] = slug_of(last) if last else ""
    authority = request.actor.authority
    choices = choices_of(asked, request.path, authority, also=("area",))
    if choices is None:
        return nothing_yet(request)
    choices = quarters_table.to_quarter(choices, last)
    measures = load_measures()
    city = city_of(request.user)
    others = quarters_table.places_of(city, authority)
    if "format" in request.GET:
        form = _format(request.GET["format"])
        if form == FileFormat.CSV:
            raise Http404("The table of quarters is a workbook: XLSX or ODS")
        file = BytesIO()
        write_sheets(form, quarters_table.sheets(others, choices, measures), file)
        name = f"quarters-to-{slug_of(choices.span[-1])}"
        return _file(file, form, name)
    place = place_of(authority, request.user, request.GET.get("area", ""))
    if place.level == Level.TEAM:
        raise Http404("A team has no table of quarters; its measures have pages of their own")
    page = quarters_table.quarters_page(place, others, choices, measures)
    return render(request, "measures/performance/table.html", {"page": page})


@signed_in
@require_safe
@consistent
def download(request: SignedInRequest) -> HttpResponseBase:
    """The figures of a page as a file, in the columns of every export."""
    choices = chosen(request, *export.ASKED)
    if choices is None:
        raise Http404("No quarter has been opened yet")
    form = _format(request.GET.get("format", FileFormat.CSV.value))
    rows = export.rows(request.actor.authority, request.user, choices, request.GET.dict())
    name = export.file_name(choices, request.GET.dict())
    cells = (row.cells() for row in rows)
    if form == FileFormat.CSV:
        response = StreamingHttpResponse(
            streamed_consistently(csv_chunks(COLUMNS, cells)),
            content_type=CONTENT_TYPES[form],
        )
        response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return response
    file = BytesIO()
    write(form, COLUMNS, cells, file)
    return _file(file, form, name)


def _file(file: BytesIO, form: FileFormat, name: str) -> FileResponse:
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{name}.{form.value}",
        content_type=CONTENT_TYPES[form],
    )


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


urlpatterns = [
    path("performance/measures/<slug:code>/", show, name="performance-measure"),
    path("performance/made-of/", opened, name="performance-made-of"),
    path("performance/table/", table, name="performance-table"),
    path("performance/export/", download, name="performance-export"),
]
