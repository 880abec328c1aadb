"""Keeping a plan: a new one, its themes, outcomes and aims, and the last word on them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from audits.plan import actions
from audits.plan.access import crumbs_of, seen_outcome, seen_plan, seen_theme
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
from audits.plan.models import Aim, Judged, Outcome, Plan, Theme
from audits.plan.pages.aims import aim_typed, in_words
from audits.plan.permissions import PlanPermission
from earlyhelp.core.change import Stale, refuse
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import answer, get_or_post, posted
from earlyhelp.core.pages.versioned_edit import VersionedForm, edit
from measures.models import Measure
from teams.http import SignedInRequest, signed_in
from teams.models import Council, Locality
from teams.permissions import require, require_anywhere
from teams.personal_data import ReasonForm
from teams.quarters import FinancialYear, Quarter

# How far ahead and back of this year a plan can be made, or an aim set.
_AHEAD = 2
_OVER = "This aim no longer holds: it was changed or removed."


def _years_around(year: int) -> list[FinancialYear]:
    return [FinancialYear(year + ahead) for ahead in range(-1, _AHEAD + 1)]


def _keeps(request: SignedInRequest) -> None:
    require(request.actor.authority, PlanPermission.KEEP_PLAN)


@signed_in
@get_or_post
def plan_new(request: SignedInRequest) -> HttpResponse:
    """A plan for a year that has none."""
    _keeps(request)
    this_year = Quarter.containing(request.actor.today).year.start
    taken = set(Plan.objects.values_list("year", flat=True))
    free = [one for one in _years_around(this_year) if one.start not in taken]
    likely = next((one.start for one in free if one.start >= this_year), this_year)
    initial = {"year": likely, "title": "Early Help action plan"}
    form = NewPlanForm(posted(request), years=free, initial=initial)
    page = FormPage("Make a plan", "Action plan", [("Action plan", reverse("actions"))])
    return answer(
        request,
        form,
        lambda: actions.create_plan(
            year=FinancialYear(form.cleaned_data["year"]),
            title=form.cleaned_data["title"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="The plan is made. Add its first theme.",
        then=lambda plan: reverse("plan", args=[plan.year]),
    )


@signed_in
@get_or_post
def theme_new(request: SignedInRequest, year: int) -> HttpResponse:
    """A theme of a plan."""
    plan = seen_plan(request.actor.authority, year)
    _keeps(request)
    form = ThemeForm(posted(request))
    page = FormPage("Add a theme", str(plan), crumbs_of(plan))
    return answer(
        request,
        form,
        lambda: actions.add_theme(plan, name=form.cleaned_data["name"], by=request.actor),
        show=lambda: page.show(request, form),
        done=lambda theme: f"“{theme}” is added.",
        then=_plan_page(plan),
    )


def _plan_page(plan: Plan) -> str:
    return reverse("plan", args=[plan.year])


@signed_in
@get_or_post
def outcome_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """An outcome of a theme."""
    theme = seen_theme(request.actor.authority, pk)
    _keeps(request)
    form = OutcomeForm(posted(request))
    page = FormPage("Add an outcome", str(theme), crumbs_of(theme.plan))
    return answer(
        request,
        form,
        lambda: actions.add_outcome(theme, text=form.cleaned_data["text"], by=request.actor),
        show=lambda: page.show(request, form),
        done=lambda outcome: f"Outcome {outcome.ref} is added. Give it an action.",
        then=_plan_page(theme.plan),
    )


@signed_in
@get_or_post
def outcome_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words for an outcome."""
    outcome = seen_outcome(request.actor.authority, pk)
    _keeps(request)
    form = RewordOutcomeForm(posted(request), initial=_words_of(outcome))
    return edit(
        request,
        form,
        lambda: actions.reword_outcome(outcome, **_typed(form, "text"), by=request.actor),
        row=outcome,
        initial=_words_of,
        **_around(request, form, outcome, f"Change outcome {outcome.ref}"),
        done=f"Outcome {outcome.ref} is saved.",
    )


def _typed(form: VersionedForm, *names: str) -> dict[str, Any]:
    """What was typed, with the version that it was made from."""
    return {name: form.cleaned_data[name] for name in (*names, "version")}


def _words_of(outcome: Outcome) -> Mapping[str, Any]:
    return {"text": outcome.text, "version": outcome.version}


def _around(
    request: SignedInRequest,
    form: VersionedForm,
    part: Outcome | Plan | Theme,
    title: str,
    lead: str = "",
) -> dict[str, Any]:
    """What every edit of a part of the plan has around its form."""
    theme = part.theme if isinstance(part, Outcome) else part
    plan = theme.plan if isinstance(theme, Theme) else theme
    caption = str(theme if isinstance(part, Outcome) else plan)
    page = FormPage(title, caption, crumbs_of(plan), lead)
    return {
        "caption": page.caption,
        "crumbs": page.crumbs,
        "show": lambda: page.show(request, form),
        "then": _plan_page(plan),
    }


@signed_in
@get_or_post
def outcome_judge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether an outcome was achieved, apart from its actions."""
    outcome = seen_outcome(request.actor.authority, pk)
    if not request.actor.authority.holds(PlanPermission.JUDGE_OUTCOMES):
        refuse("A head of service judges whether an outcome was achieved.")
    form = JudgeForm(posted(request), initial=_judgement_of(outcome))
    title = f"Outcome {outcome.ref}: was it achieved?"
    return edit(
        request,
        form,
        lambda: actions.judge_outcome(
            outcome,
            judged=Judged(form.cleaned_data["judged"]),
            **_typed(form, "why"),
            by=request.actor,
        ),
        row=outcome,
        initial=_judgement_of,
        **_around(request, form, outcome, title, outcome.text),
        done=f"Outcome {outcome.ref} is judged.",
        saved_by=lambda row: str(row.judged_by or ""),
    )


def _judgement_of(outcome: Outcome) -> Mapping[str, Any]:
    return {"judged": outcome.judged, "why": outcome.judged_why, "version": outcome.version}


@signed_in
@get_or_post
def plan_closing(request: SignedInRequest, year: int) -> HttpResponse:
    """What is said of a plan when its year is over."""
    plan = seen_plan(request.actor.authority, year)
    return _closing(request, plan, f"The plan for {plan.financial_year}: what became of it")


@signed_in
@get_or_post
def theme_closing(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said of a theme when the plan's year is over."""
    theme = seen_theme(request.actor.authority, pk)
    return _closing(request, theme, f"{theme}: what became of it")


def _closing(request: SignedInRequest, part: Plan | Theme, title: str) -> HttpResponse:
    _keeps(request)
    form = ClosingForm(posted(request), initial=_closing_of(part))
    return edit(
        request,
        form,
        lambda: actions.write_closing(part, **_typed(form, "text"), by=request.actor),
        row=part,
        initial=_closing_of,
        **_around(request, form, part, title),
        done="The closing statement is saved.",
    )


def _closing_of(part: Plan | Theme) -> Mapping[str, Any]:
    return {"text": part.closing_statement, "version": part.version}


# -- what an outcome aims at ----------------------------------------------------------------


def _choices(outcome: Outcome, *also: int) -> dict[str, Any]:
    """What an aim is chosen from; ``also`` are years beside those around the plan's."""
    city = Council.objects.values_list("area_name", flat=True).first() or "The city"
    years = {one.start for one in _years_around(outcome.theme.plan.year)} | set(also)
    return {
        "measures": [(one.pk, one.name) for one in Measure.objects.order_by("position", "code")],
        "localities": [(one.pk, one.name) for one in Locality.objects.all()],
        "city": city,
        "years": [FinancialYear(one) for one in sorted(years)],
    }


def _aimed_at(form: AimForm) -> dict[str, Any]:
    """The aim that was typed, as the actions take it."""
    typed = form.cleaned_data
    where = typed["locality"]
    return {
        "measure": Measure.objects.get(pk=typed["measure"]),
        "year": FinancialYear(typed["year"]),
        "level": typed["level"],
        "start": typed["start"],
        "locality": Locality.objects.get(pk=where) if where is not None else None,
    }


def _aim_page(outcome: Outcome, title: str, lead: str) -> FormPage:
    crumbs = crumbs_of(outcome.theme.plan)
    return FormPage(f"Outcome {outcome.ref}: {title}", str(outcome.theme), crumbs, lead)


@signed_in
@get_or_post
def aim_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome aim at a level of a measure."""
    outcome = seen_outcome(request.actor.authority, pk)
    _keeps(request)
    plan = outcome.theme.plan
    form = AimForm(posted(request), initial={"year": plan.year}, **_choices(outcome))
    page = _aim_page(outcome, "aim at a measure", outcome.text)
    return answer(
        request,
        form,
        lambda: actions.add_aim(outcome, **_aimed_at(form), by=request.actor),
        show=lambda: page.show(request, form),
        done=f"Outcome {outcome.ref} aims at a measure now.",
        then=_plan_page(plan),
    )


def _aim(request: SignedInRequest, pk: int) -> Aim:
    """An aim, for whoever keeps the plan; "not found" for one that there is not."""
    require_anywhere(request.actor.authority, [PlanPermission.SEE_PLAN])
    aims = Aim.objects.select_related("outcome__theme__plan", "measure", "locality")
    aim = get_object_or_404(aims, pk=pk)
    _keeps(request)
    return aim


@signed_in
@get_or_post
def aim_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome aim at something else instead; the old aim is kept with the reason."""
    aim = _aim(request, pk)
    outcome = aim.outcome
    if request.method != "POST" and aim.ended_at is not None:
        messages.info(request, _OVER)
        return redirect(_plan_page(outcome.theme.plan))
    form = ChangeAimForm(
        posted(request),
        action=reverse("aim-edit", args=[pk]),
        initial=aim_typed(aim),
        **_choices(outcome, aim.year),
    )
    page = _aim_page(outcome, "change what it aims at", outcome.text)

    def somebody_was_faster(current: Aim) -> HttpResponse:
        """What was typed goes to the aim that holds now, so that it can be sent again."""
        form.helper.form_action = reverse("aim-edit", args=[current.pk])
        form.add_error(None, f"{Stale(current)} It is now: {in_words(current)}.")
        response = page.show(request, form)
        response.status_code = 409
        return response

    return answer(
        request,
        form,
        lambda: actions.change_aim(
            aim, **_aimed_at(form), reason=form.cleaned_data["reason"], by=request.actor
        ),
        show=lambda: page.show(request, form),
        done=f"What outcome {outcome.ref} aims at is saved.",
        then=_plan_page(outcome.theme.plan),
        conflict=somebody_was_faster,
    )


@signed_in
@get_or_post
def aim_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome no longer aim at something; the aim stays on record with the reason."""
    aim = _aim(request, pk)
    outcome = aim.outcome
    back = _plan_page(outcome.theme.plan)
    if request.method != "POST" and aim.ended_at is not None:
        messages.info(request, _OVER)
        return redirect(back)
    form = ReasonForm(
        posted(request),
        label="Why it is no longer aimed at",
        hint="The aim stays on record, with this beside it.",
        button="Remove the aim",
    )

    def somebody_was_faster(current: Aim) -> HttpResponse:
        messages.warning(request, f"{Stale(current)} It is now: {in_words(current)}.")
        return redirect(back)

    page = _aim_page(outcome, "remove an aim", in_words(aim))
    return answer(
        request,
        form,
        lambda: actions.remove_aim(aim, reason=form.cleaned_data["reason"], by=request.actor),
        show=lambda: page.show(request, form),
        done=f"Outcome {outcome.ref} no longer aims at it.",
        then=back,
        conflict=somebody_was_faster,
    )


urlpatterns = [
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
