"""The action plan: read, kept, printed, downloaded."""

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from audits.plan import exchange as files
from audits.plan.access import current_plan, seen
from audits.plan.models import Plan
from audits.plan.pages import plan as page
from audits.plan.permissions import PlanPermission
from audits.plan.word import WORD_TYPE, write_word
from earlyhelp.core.consistent_read import consistent
from earlyhelp.core.files.writer import CONTENT_TYPES, FileFormat
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere


def page_of(request: SignedInRequest, plan: Plan) -> page.PlanPage:
    """The page that an address asks for."""
    actor = request.actor
    return page.plan_page(plan, actor.authority, actor.today, request.GET.dict(), request.path)


@signed_in
@require_safe
@consistent
def current(request: SignedInRequest) -> HttpResponse:
    """This year's plan; before there is one, what to do about it."""
    authority = request.actor.authority
    require_anywhere(authority, [PlanPermission.SEE_PLAN])
    plan = current_plan(request.actor.today)
    if plan is None:
        keeps = authority.holds(PlanPermission.KEEP_PLAN)
        return render(request, "audits/plan/plan_none.html", {"keeps": keeps})
    return render(request, "audits/plan/plan.html", {"page": page_of(request, plan)})


@signed_in
@require_safe
@consistent
def of_year(request: SignedInRequest, year: int) -> HttpResponse:
    """The plan of a year."""
    plan = seen(request.actor.authority, Plan, year=year)
    return render(request, "audits/plan/plan.html", {"page": page_of(request, plan)})


@signed_in
@require_safe
@consistent
def to_print(request: SignedInRequest, year: int) -> HttpResponse:
    """The plan as it goes on paper, with nothing around it."""
    plan = seen(request.actor.authority, Plan, year=year)
    return render(request, "audits/plan/plan_print.html", {"page": page_of(request, plan)})


@signed_in
@require_safe
@consistent
def download(request: SignedInRequest, year: int) -> HttpResponseBase:
    """The plan as a file: ``?format=`` csv, xlsx, ods, or docx for Word."""
    plan = seen(request.actor.authority, Plan, year=year)
    form = request.GET.get("format", FileFormat.CSV.value)
    if form not in page.FORMATS:
        raise Http404("A plan is given out as csv, xlsx, ods or docx")
    shown, file = page_of(request, plan), BytesIO()
    if form == "docx":
        write_word(shown, file)
        content_type = WORD_TYPE
    else:
        files.write_plan(FileFormat(form), shown, file)
        content_type = CONTENT_TYPES[FileFormat(form)]
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"action-plan-{plan.financial_year}.{form}",
        content_type=content_type,
    )


urlpatterns = [
    path("actions/", current, name="actions"),
    path("actions/<int:year>/", of_year, name="plan"),
    path("actions/<int:year>/print/", to_print, name="plan-print"),
    path("actions/<int:year>/export/", download, name="plan-export"),
]
