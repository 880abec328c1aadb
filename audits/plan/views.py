"""The action plan: read, printed, downloaded; its themes, outcomes and aims as they are kept."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from audits.plan import actions
from audits.plan import exchange as files
from audits.plan.access import current_plan, kept, seen
from audits.plan.fields import WhyForm
from audits.plan.forms import (
    AimForm,
    ChangeAimForm,
    ClosingForm,
    JudgeForm,
    NewPlanForm,
    OutcomeForm,
    RewordOutcomeForm,
    ThemeForm,
)
from audits.plan.models import Aim, Outcome, Plan, Theme
from audits.plan.pages import plan as plan_pages
from audits.plan.pages.aims import aim_typed, in_words
from audits.plan.pages.part import PartPage, part_page
from audits.plan.permissions import PlanPermission
from audits.plan.word import WORD_TYPE, write_word
from earlyhelp.core.change import Stale, refuse
from earlyhelp.core.consistent_read import reading
from earlyhelp.core.files.downloads import bytes_download
from earlyhelp.core.files.downloads import download as file_download
from earlyhelp.core.files.writer import FileFormat
from earlyhelp.core.pages.forms import get_or_post, offer_unless, posted
from measures.models import Measure
from teams.http import SignedInRequest, signed_in
from teams.models import Council, Locality
from teams.permissions import require, require_anywhere
from teams.quarters import FinancialYear, Quarter

# How far ahead and back of this year a plan can be made, or an aim set.
_AHEAD = 2


def page_of(request: SignedInRequest, plan: Plan) -> plan_pages.PlanPage:
    """The page that an address asks for."""
    actor = request.actor
    return plan_pages.plan_page(
        plan, actor.authority, actor.today, request.GET.dict(), request.path
    )


@signed_in
@require_safe
@reading
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
@reading
def of_year(request: SignedInRequest, year: int) -> HttpResponse:
    """The plan of a year."""
    plan = seen(request.actor.authority, Plan, year=year)
    return render(request, "audits/plan/plan.html", {"page": page_of(request, plan)})


@signed_in
@require_safe
@reading
def to_print(request: SignedInRequest, year: int) -> HttpResponse:
    """The plan as it goes on paper, with nothing around it."""
    plan = seen(request.actor.authority, Plan, year=year)
    return render(request, "audits/plan/plan_print.html", {"page": page_of(request, plan)})


@signed_in
@require_safe
@reading
def download(request: SignedInRequest, year: int) -> HttpResponseBase:
    """The plan as a file: ``?format=`` csv, xlsx, ods, or docx for Word."""
    plan = seen(request.actor.authority, Plan, year=year)
    form = request.GET.get("format", FileFormat.CSV.value)
    if form not in plan_pages.FORMATS:
        raise Http404("A plan is given out as csv, xlsx, ods or docx")
    shown, name = page_of(request, plan), f"action-plan-{plan.financial_year}"
    if form == "docx":
        held = BytesIO()
        write_word(shown, held)
        return bytes_download(f"{name}.docx", held.getvalue(), WORD_TYPE)
    chosen = FileFormat(form)
    return file_download(name, chosen, lambda file: files.write_plan(chosen, shown, file))


# -- keeping --------------------------------------------------------------------------------


def _years_around(year: int) -> list[int]:
    return list(range(year - 1, year + _AHEAD + 1))


@signed_in
@get_or_post
def plan_new(request: SignedInRequest) -> HttpResponse:
    """A plan for a year that has none."""
    require(request.actor.authority, PlanPermission.KEEP_PLAN)
    this_year = Quarter.containing(request.actor.today).year.start
    taken = set(Plan.objects.values_list("year", flat=True))
    free = [year for year in _years_around(this_year) if year not in taken]
    likely = next((year for year in free if year >= this_year), this_year)
    form = NewPlanForm(
        posted(request),
        offers={"year": {year: FinancialYear(year) for year in free}},
        initial={"year": likely, "title": "Early Help action plan"},
    )
    page = PartPage("Make a plan", "Action plan", [("Action plan", reverse("actions"))])
    return page.answer(
        request,
        form,
        actions.create_plan,
        done="The plan is made. Add its first theme.",
        then=lambda plan: plan.url,
    )


@signed_in
@get_or_post
def theme_new(request: SignedInRequest, year: int) -> HttpResponse:
    """A theme of a plan."""
    plan = kept(request.actor.authority, Plan, year=year)
    form = ThemeForm(posted(request))
    return part_page("Add a theme", plan).answer(
        request, form, actions.add_theme, plan, done=lambda theme: f"“{theme}” is added."
    )


@signed_in
@get_or_post
def outcome_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """An outcome of a theme."""
    theme = kept(request.actor.authority, Theme, pk=pk)
    form = OutcomeForm(posted(request))
    return part_page("Add an outcome", theme).answer(
        request,
        form,
        actions.add_outcome,
        theme,
        done=lambda outcome: f"Outcome {outcome.ref} is added. Give it an action.",
    )


@signed_in
@get_or_post
def outcome_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words for an outcome."""
    outcome = kept(request.actor.authority, Outcome, pk=pk)
    form = RewordOutcomeForm(posted(request), initial=_words_of(outcome))
    return part_page(f"Change outcome {outcome.ref}", outcome.theme).edit(
        request,
        form,
        actions.reword_outcome,
        outcome,
        initial=_words_of,
        done=f"Outcome {outcome.ref} is saved.",
    )


def _words_of(outcome: Outcome) -> Mapping[str, Any]:
    return {"text": outcome.text, "version": outcome.version}


@signed_in
@get_or_post
def outcome_judge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether an outcome was achieved, apart from its actions."""
    outcome = seen(request.actor.authority, Outcome, pk=pk)
    if not request.actor.authority.holds(PlanPermission.JUDGE_OUTCOMES):
        refuse("A head of service judges whether an outcome was achieved.")
    form = JudgeForm(posted(request), initial=_judgement_of(outcome))
    title = f"Outcome {outcome.ref}: was it achieved?"
    return part_page(title, outcome.theme, outcome.text).edit(
        request,
        form,
        actions.judge_outcome,
        outcome,
        initial=_judgement_of,
        done=f"Outcome {outcome.ref} is judged.",
        saved_by=lambda row: str(row.judged_by or ""),
    )


def _judgement_of(outcome: Outcome) -> Mapping[str, Any]:
    return {"judged": outcome.judged, "why": outcome.judged_why, "version": outcome.version}


@signed_in
@get_or_post
def plan_closing(request: SignedInRequest, year: int) -> HttpResponse:
    """What is said of a plan when its year is over."""
    plan = kept(request.actor.authority, Plan, year=year)
    title = f"The plan for {plan.financial_year}: what became of it"
    return _closing(request, plan, part_page(title, plan))


@signed_in
@get_or_post
def theme_closing(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said of a theme when the plan's year is over."""
    theme = kept(request.actor.authority, Theme, pk=pk)
    return _closing(request, theme, part_page(f"{theme}: what became of it", theme.plan))


def _closing(request: SignedInRequest, part: Plan | Theme, page: PartPage) -> HttpResponse:
    form = ClosingForm(posted(request), initial=_closing_of(part))
    return page.edit(
        request,
        form,
        actions.write_closing,
        part,
        initial=_closing_of,
        done="The closing statement is saved.",
    )


def _closing_of(part: Plan | Theme) -> Mapping[str, Any]:
    return {"text": part.closing_statement, "version": part.version}


# -- what an outcome aims at ----------------------------------------------------------------


def _offers(outcome: Outcome, *also: int) -> dict[str, dict[Any, Any]]:
    """What an aim is chosen from; ``also`` are years beside those around the plan's."""
    years = sorted({*_years_around(outcome.plan.year), *also})
    measures = Measure.objects.order_by("position", "code").in_bulk()
    return {
        "measure": {"": "Select a measure", **measures},
        "locality": {"": Council.whole_area(), **Locality.objects.in_bulk()},
        "year": {year: FinancialYear(year) for year in years},
    }


def _aim_page(outcome: Outcome, title: str, lead: str) -> PartPage:
    return part_page(f"Outcome {outcome.ref}: {title}", outcome.theme, lead)


@signed_in
@get_or_post
def aim_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome aim at a level of a measure."""
    outcome = kept(request.actor.authority, Outcome, pk=pk)
    initial = {"year": outcome.plan.year}
    form = AimForm(posted(request), initial=initial, offers=_offers(outcome))
    return _aim_page(outcome, "aim at a measure", outcome.text).answer(
        request,
        form,
        actions.add_aim,
        outcome,
        done=f"Outcome {outcome.ref} aims at a measure now.",
    )


def _offer(request: SignedInRequest, aim: Aim) -> None:
    """Only an aim that holds is changed or removed."""
    ended = "This aim no longer holds: it was changed or removed."
    offer_unless(request, "" if aim.ended_at is None else ended, aim.outcome.plan.url)


def _stale_words(current: Aim) -> str:
    return f"{Stale(current)} It is now: {in_words(current)}."


@signed_in
@get_or_post
def aim_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome aim at something else instead; the old aim is kept with the reason."""
    aim = kept(request.actor.authority, Aim, pk=pk)
    _offer(request, aim)
    outcome = aim.outcome
    form = ChangeAimForm(
        posted(request),
        action=reverse("aim-edit", args=[pk]),
        initial=aim_typed(aim),
        offers=_offers(outcome, aim.year),
    )
    page = _aim_page(outcome, "change what it aims at", outcome.text)

    def somebody_was_faster(current: Aim) -> HttpResponse:
        """What was typed goes to the aim that holds now, so that it can be sent again."""
        form.helper.form_action = reverse("aim-edit", args=[current.pk])
        form.add_error(None, _stale_words(current))
        response = page.show(request, form)
        response.status_code = 409
        return response

    return page.answer(
        request,
        form,
        actions.change_aim,
        aim,
        done=f"What outcome {outcome.ref} aims at is saved.",
        conflict=somebody_was_faster,
    )


@signed_in
@get_or_post
def aim_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome no longer aim at something; the aim stays on record with the reason."""
    aim = kept(request.actor.authority, Aim, pk=pk)
    _offer(request, aim)
    form = WhyForm(
        posted(request),
        label="Why it is no longer aimed at",
        hint="The aim stays on record, with this beside it.",
        button="Remove the aim",
    )

    def somebody_was_faster(current: Aim) -> HttpResponse:
        messages.warning(request, _stale_words(current))
        return redirect(aim.outcome.plan.url)

    return _aim_page(aim.outcome, "remove an aim", in_words(aim)).answer(
        request,
        form,
        actions.remove_aim,
        aim,
        done=f"Outcome {aim.outcome.ref} no longer aims at it.",
        conflict=somebody_was_faster,
    )


urlpatterns = [
    path("actions/", current, name="actions"),
    path("actions/<int:year>/", of_year, name="plan"),
    path("actions/<int:year>/print/", to_print, name="plan-print"),
    path("actions/<int:year>/export/", download, name="plan-export"),
    path("actions/new/", plan_new, name="plan-new"),
    path("actions/<int:year>/closing/", plan_closing, name="plan-closing"),
    path("actions/<int:year>/themes/new/", theme_new, name="theme-new"),
    path("actions/themes/<int:pk>/closing/", theme_closing, name="theme-closing"),
    path("actions/themes/<int:pk>/outcomes/new/", outcome_new, name="outcome-new"),
    path("actions/outcomes/<int:pk>/edit/", outcome_edit, name="outcome-edit"),
    path("actions/outcomes/<int:pk>/judge/", outcome_judge, name="outcome-judge"),
    path("actions/outcomes/<int:pk>/aims/new/", aim_new, name="aim-new"),
    path("actions/aims/<int:pk>/edit/", aim_edit, name="aim-edit"),
    path("actions/aims/<int:pk>/remove/", aim_remove, name="aim-remove"),
]
