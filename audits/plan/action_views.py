"""One action of the plan: read, added, changed, moved to another date, carried over."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_safe

from audits.models import Action, Outcome, Source
from audits.permissions import AuditsPermission
from audits.plan import actions
from audits.plan.action_forms import CarryOverForm, ChangeActionForm, MoveDateForm, NewActionForm
from audits.plan.actions import By
from audits.plan.outcome_views import CLASH, crumbs_of, outcome_of, show_form
from audits.plan.owner_choices import nameable
from audits.plan.pages.action import action_page
from audits.plan.pages.due import understood
from audits.plan.pages.form import FormPage, differing
from audits.plan.pages.rows import EVERYBODY, by_whom
from audits.plan.progress_forms import decline_form
from audits.plan.workflow import ACTION, ActionAct
from audits.stale import StaleAction
from audits.workflow import NotAllowed
from earlyhelp.core.pages.refusals import refuse, refuse_owners
from earlyhelp.core.pages.versions import use_version
from measures.models import Measure
from teams.http import SignedInRequest, signed_in
from teams.permissions import require, require_anywhere


def action_of(request: SignedInRequest, pk: int) -> Action:
    """An action, for somebody who may see the plan; "not found" otherwise."""
    require_anywhere(request.asked.standing, [AuditsPermission.SEE_PLAN])
    return get_object_or_404(Action.objects.for_pages(), pk=pk)


def about(
    action: Action,
    title: str,
    *,
    clash: str = "",
    sides: Sequence[tuple[str, str, str]] = (),
    in_form: bool = False,
) -> FormPage:
    """The page of a form about an action, with the action in view unless it is in the form."""
    plan = action.outcome.theme.plan
    facts = [
        ("By whom", by_whom(list(action.owners.all()))),
        ("By when", f"{action.timing_words} ({_meaning(action)})"),
    ]
    return FormPage(
        title,
        str(action.outcome.theme),
        [*crumbs_of(plan), (f"Action {action.ref}", reverse("action", args=[action.pk]))],
        lead="" if in_form else action.text,
        facts=[] if in_form else facts,
        clash=clash,
        differing=differing(*sides),
    )


def _meaning(action: Action) -> str:
    said = understood(action.timing, [one.due_on for one in action.occurrences.all()])
    return said[:1].lower() + said[1:]


@signed_in
@require_safe
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """An action with everything that happened to it."""
    action = action_of(request, pk)
    page = action_page(action, request.asked.standing, request.asked.today)
    form = decline_form(pk) if page.can.decline else None
    return render(request, "audits/plan/action.html", {"page": page, "form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new action of an outcome."""
    outcome = outcome_of(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    plan = outcome.theme.plan
    measures = {one.pk: one for one in Measure.objects.order_by("position", "code")}
    form = NewActionForm(
        request.POST if request.method == "POST" else None,
        year=plan.financial_year,
        choices=nameable(request.asked.today),
        measures=[(pk, one.name) for pk, one in measures.items()],
    )
    if form.can_be_saved() and form.timing is not None:
        said = form.cleaned_data
        try:
            made = actions.add_action(
                outcome,
                text=said["text"],
                timing=form.timing,
                owners=form.owners,
                rationale=said["rationale"],
                source=Source(said["source"]),
                measure=measures.get(said["measure"]),
                for_every_locality=said["for_every_locality"],
                by=request.user,
                standing=standing,
            )
        except ValidationError as wrong:
            refuse_owners(form, wrong)
        else:
            messages.success(request, f"{made.ref} is added. {form.reading}.")
            return redirect("action", pk=made.pk)
    page = FormPage(
        f"Add an action to outcome {outcome.ref}",
        str(outcome.theme),
        crumbs_of(plan),
        lead=outcome.text,
    )
    return show_form(request, page, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words or owners for an open action."""
    action = action_of(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    owners = actions.owners_of(action)
    choices = nameable(request.asked.today, owners)
    title = f"Change action {action.ref}"
    initial = {"text": action.text, "rationale": action.rationale, "version": action.version}
    if request.method != "POST":
        closed = ACTION.why_not(ActionAct.CHANGE, action.state)
        if closed:
            messages.info(request, closed)
            return redirect("action", pk=pk)
        form = ChangeActionForm(choices=choices, before=owners, initial=initial)
        return show_form(request, about(action, title, in_form=True), form)
    form = ChangeActionForm(request.POST, choices=choices, before=owners, initial=initial)
    if not form.is_valid() or form.asks_about_words():
        return show_form(request, about(action, title, in_form=True), form)
    said = form.cleaned_data
    try:
        actions.change_action(
            action,
            text=said["text"],
            owners=form.owners,
            rationale=said["rationale"],
            version=said["version"],
            by=request.user,
            standing=standing,
        )
    except StaleAction as stale:
        now = stale.current
        use_version(form, now.version)
        sides = [
            ("What is to be done", now.text, said["text"]),
            ("By whom", _names(actions.owners_of(now)), _names(form.owners)),
            ("Why", now.rationale, said["rationale"]),
        ]
        return show_form(
            request, about(action, title, clash=CLASH, sides=sides, in_form=True), form
        )
    except NotAllowed as refusal:
        refuse(form, refusal)
        return show_form(request, about(action, title, in_form=True), form)
    except ValidationError as wrong:
        refuse_owners(form, wrong)
        return show_form(request, about(action, title, in_form=True), form)
    messages.success(request, f"{action.ref} is saved.")
    return redirect("action", pk=pk)


def _names(owners: Sequence[By]) -> str:
    return get_text_list(
        [EVERYBODY[one.role] if one.role else str(one.person or one.body) for one in owners],
        "and",
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def move_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another date for an open action; the old one is kept with the reason."""
    action = action_of(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    year = action.outcome.theme.plan.financial_year
    title = f"Move the date of {action.ref}"
    if request.method != "POST":
        closed = ACTION.why_not(ActionAct.CHANGE, action.state)
        if closed:
            messages.info(request, closed)
            return redirect("action", pk=pk)
        initial = {"when": action.timing_words, "version": action.version}
        return show_form(request, about(action, title), MoveDateForm(year=year, initial=initial))
    form = MoveDateForm(request.POST, year=year)
    if not form.can_be_saved() or form.timing is None:
        return show_form(request, about(action, title), form)
    said = form.cleaned_data
    try:
        moved = actions.move_date(
            action,
            timing=form.timing,
            reason=said["reason"],
            version=said["version"],
            by=request.user,
            standing=standing,
        )
    except StaleAction as stale:
        use_version(form, stale.current.version)
        sides = [
            ("By when", stale.current.timing_words, form.timing.words),
            ("What is to be done", stale.current.text, action.text),
        ]
        return show_form(request, about(stale.current, title, clash=CLASH, sides=sides), form)
    except (NotAllowed, ValidationError) as wrong:
        refuse(form, wrong)
        return show_form(request, about(action, title), form)
    if moved.version == action.version:
        messages.info(request, f"{action.ref} keeps its date. {form.reading}.")
    else:
        messages.success(request, f"The date of {action.ref} is moved. {form.reading}.")
    return redirect("action", pk=pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def carry_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry an unfinished action into an outcome of a later plan."""
    action = action_of(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    closed = ACTION.why_not(ActionAct.CARRY_OVER, action.state)
    if closed:
        messages.info(request, closed)
        return redirect("action", pk=pk)
    later = {
        one.pk: one
        for one in Outcome.objects.filter(theme__plan__year__gt=action.outcome.theme.plan.year)
        .select_related("theme__plan")
        .order_by("theme__plan__year", "theme__number", "number")
    }
    chosen = request.POST.get("outcome", "")
    into = later.get(int(chosen)) if chosen.isdecimal() else None
    year = (into or action.outcome).theme.plan.financial_year
    form = CarryOverForm(
        request.POST if request.method == "POST" else None,
        year=year,
        outcomes=[
            (one.pk, f"{one.theme.plan.financial_year}: {one}"[:100]) for one in later.values()
        ],
    )
    title = f"Carry {action.ref} over"
    if form.can_be_saved():
        try:
            made = actions.carry_over(
                action,
                later[form.cleaned_data["outcome"]],
                timing=form.timing,
                by=request.user,
                standing=standing,
            )
        except (NotAllowed, ValidationError) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"It goes on as {made.ref}, with its history.")
            return redirect("action", pk=made.pk)
    return show_form(request, about(action, title), form)


urlpatterns = [
    path("actions/outcomes/<int:pk>/actions/new/", new, name="action-new"),
    path("actions/action/<int:pk>/", show, name="action"),
    path("actions/action/<int:pk>/edit/", edit, name="action-edit"),
    path("actions/action/<int:pk>/date/", move_date, name="action-date"),
    path("actions/action/<int:pk>/carry-over/", carry_over, name="action-carry-over"),
]
