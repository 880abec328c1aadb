"""Keeping a plan: a new one, its themes and outcomes, and the last word on them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from audits.models import Judged, Outcome, Plan, Theme
from audits.permissions import AuditsPermission
from audits.plan import actions
from audits.plan import progress_actions as doing
from audits.plan.forms import ClosingForm, JudgeForm, NewPlanForm, OutcomeForm, ThemeForm
from audits.plan.pages.form import FormPage, differing
from audits.plan.views import plan_of
from audits.stale import StalePlan
from earlyhelp.core.pages.refusals import refuse
from earlyhelp.core.pages.versions import use_version
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require, require_anywhere
from teams.quarters import FinancialYear, Quarter

# How far ahead and back of this year a plan can be made, or an aim set.
_AHEAD = 2
CLASH = (
    "Somebody else changed this while you were writing. Nothing that you typed is lost: it is "
    "in the form below. Save again to put it in place of theirs, or bring the two together first."
)


def show_form(
    request: SignedInRequest, page: FormPage, form: forms.Form, status: int = 200
) -> HttpResponse:
    """The page of one form about a part of the plan."""
    status = 409 if page.clash else status
    return render(
        request, "audits/plan/plan_form.html", {"page": page, "form": form}, status=status
    )


def crumbs_of(plan: Plan) -> list[tuple[str, str]]:
    """The way back to a plan."""
    return [(f"Action plan {plan.financial_year}", reverse("plan", args=[plan.year]))]


def years_around(year: int) -> list[FinancialYear]:
    """The years for which a plan can be made, or an aim set, in a year."""
    return [FinancialYear(year + ahead) for ahead in range(-1, _AHEAD + 1)]


def _theme(request: SignedInRequest, pk: int) -> Theme:
    require_anywhere(request.asked.standing, [AuditsPermission.SEE_PLAN])
    return get_object_or_404(Theme.objects.select_related("plan"), pk=pk)


def outcome_of(request: SignedInRequest, pk: int) -> Outcome:
    """An outcome, for somebody who may see the plan; "not found" otherwise."""
    require_anywhere(request.asked.standing, [AuditsPermission.SEE_PLAN])
    return get_object_or_404(Outcome.objects.select_related("theme__plan"), pk=pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: SignedInRequest) -> HttpResponse:
    """A plan for a year that has none."""
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    this_year = Quarter.containing(request.asked.today).year.start
    taken = set(Plan.objects.values_list("year", flat=True))
    free = [one for one in years_around(this_year) if one.start not in taken]
    likely = next((one.start for one in free if one.start >= this_year), this_year)
    form = NewPlanForm(
        request.POST if request.method == "POST" else None,
        years=free,
        initial={"year": likely, "title": "Early Help action plan"},
    )
    if form.is_valid():
        try:
            made = actions.create_plan(
                year=FinancialYear(form.cleaned_data["year"]),
                title=form.cleaned_data["title"],
                by=request.user,
                standing=standing,
            )
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, "The plan is made. Add its first theme.")
            return redirect("plan", year=made.year)
    page = FormPage("Make a plan", "Action plan", [("Action plan", reverse("actions"))])
    return show_form(request, page, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def theme_new(request: SignedInRequest, year: int) -> HttpResponse:
    """A theme of a plan."""
    plan = plan_of(request, year)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    form = ThemeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.add_theme(
                plan, name=form.cleaned_data["name"], by=request.user, standing=standing
            )
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"“{made}” is added.")
            return redirect("plan", year=plan.year)
    page = FormPage("Add a theme", str(plan), crumbs_of(plan))
    return show_form(request, page, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """An outcome of a theme."""
    theme = _theme(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    form = OutcomeForm(request.POST if request.method == "POST" else None, button="Add the outcome")
    if form.is_valid() and not form.asks_about_words():
        try:
            made = actions.add_outcome(
                theme, text=form.cleaned_data["text"], by=request.user, standing=standing
            )
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"Outcome {made.ref} is added. Give it an action.")
            return redirect("plan", year=theme.plan.year)
    page = FormPage("Add an outcome", str(theme), crumbs_of(theme.plan))
    return show_form(request, page, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words for an outcome."""
    outcome = outcome_of(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    plan = outcome.theme.plan
    page = FormPage(f"Change outcome {outcome.ref}", str(outcome.theme), crumbs_of(plan))
    initial = {"text": outcome.text, "version": outcome.version}
    if request.method != "POST":
        return show_form(request, page, OutcomeForm(initial=initial, button="Save"))
    form = OutcomeForm(request.POST, initial=initial, button="Save")
    if not form.is_valid() or form.asks_about_words():
        return show_form(request, page, form)
    typed, version = form.cleaned_data["text"], form.cleaned_data["version"]
    try:
        actions.reword_outcome(
            outcome,
            text=typed,
            version=-1 if version is None else version,
            by=request.user,
            standing=standing,
        )
    except StalePlan as stale:
        theirs = _outcome_now(stale)
        use_version(form, theirs.version)
        return show_form(
            request,
            FormPage(
                page.title,
                page.caption,
                page.crumbs,
                clash=CLASH,
                differing=differing(("The outcome", theirs.text, typed)),
            ),
            form,
        )
    except ValidationError as wrong:
        refuse(form, wrong)
        return show_form(request, page, form)
    messages.success(request, f"Outcome {outcome.ref} is saved.")
    return redirect("plan", year=plan.year)


def _outcome_now(stale: StalePlan) -> Outcome:
    found = stale.current
    if not isinstance(found, Outcome):
        raise TypeError("This form is about an outcome")
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def outcome_judge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether an outcome was achieved, apart from its actions."""
    outcome = outcome_of(request, pk)
    standing = request.asked.standing
    if not standing.holds(AuditsPermission.JUDGE_OUTCOMES):
        raise Refused("A head of service judges whether an outcome was achieved.")
    plan = outcome.theme.plan
    page = FormPage(
        f"Outcome {outcome.ref}: was it achieved?",
        str(outcome.theme),
        crumbs_of(plan),
        lead=outcome.text,
    )
    initial = {
        "judged": outcome.judged,
        "why": outcome.judged_why,
        "version": outcome.version,
    }
    if request.method != "POST":
        return show_form(request, page, JudgeForm(initial=initial))
    form = JudgeForm(request.POST, initial=initial)
    if not form.is_valid() or form.asks_about_words():
        return show_form(request, page, form)
    said = form.cleaned_data
    try:
        doing.judge_outcome(
            outcome,
            judged=Judged(said["judged"]),
            why=said["why"],
            version=said["version"],
            by=request.user,
            standing=standing,
        )
    except StalePlan as stale:
        theirs = _outcome_now(stale)
        use_version(form, theirs.version)
        label = Judged(said["judged"]).label
        sides = differing(
            ("The outcome", theirs.text, outcome.text),
            ("Was it achieved?", theirs.get_judged_display() or "Not judged yet", label),
            ("What this rests on", theirs.judged_why, said["why"]),
        )
        return show_form(
            request,
            FormPage(
                page.title, page.caption, page.crumbs, theirs.text, clash=CLASH, differing=sides
            ),
            form,
        )
    except ValidationError as wrong:
        refuse(form, wrong)
        return show_form(request, page, form)
    messages.success(request, f"Outcome {outcome.ref} is judged.")
    return redirect("plan", year=plan.year)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def plan_closing(request: SignedInRequest, year: int) -> HttpResponse:
    """What is said of a plan when its year is over."""
    plan = plan_of(request, year)
    return _closing(request, plan, f"The plan for {plan.financial_year}: what became of it", plan)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def theme_closing(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said of a theme when the plan's year is over."""
    theme = _theme(request, pk)
    return _closing(request, theme, f"{theme}: what became of it", theme.plan)


def _closing(request: SignedInRequest, part: Plan | Theme, title: str, plan: Plan) -> HttpResponse:
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    page = FormPage(title, str(plan), crumbs_of(plan))
    initial = {"text": part.closing_statement, "version": part.version}
    if request.method != "POST":
        return show_form(request, page, ClosingForm(initial=initial))
    form = ClosingForm(request.POST, initial=initial)
    if not form.is_valid() or form.asks_about_words():
        return show_form(request, page, form)
    typed = form.cleaned_data["text"]
    try:
        actions.write_closing(
            part,
            text=typed,
            version=form.cleaned_data["version"],
            by=request.user,
            standing=standing,
        )
    except StalePlan as stale:
        now = stale.current
        theirs = "" if isinstance(now, Outcome) else now.closing_statement
        use_version(form, now.version)
        sides = differing(("What became of it", theirs, typed))
        return show_form(
            request, FormPage(title, page.caption, page.crumbs, clash=CLASH, differing=sides), form
        )
    messages.success(request, "The closing statement is saved.")
    return redirect("plan", year=plan.year)


urlpatterns = [
    path("actions/new/", plan_new, name="plan-new"),
    path("actions/<int:year>/closing/", plan_closing, name="plan-closing"),
    path("actions/<int:year>/themes/new/", theme_new, name="theme-new"),
    path("actions/themes/<int:pk>/closing/", theme_closing, name="theme-closing"),
    path("actions/themes/<int:pk>/outcomes/new/", outcome_new, name="outcome-new"),
    path("actions/outcomes/<int:pk>/edit/", outcome_edit, name="outcome-edit"),
    path("actions/outcomes/<int:pk>/judge/", outcome_judge, name="outcome-judge"),
]
