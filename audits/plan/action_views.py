"""Actions of the plan: read, added, changed, moved, reported on, claimed, decided, carried over."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from audits.plan import action_changes as changes
from audits.plan import progress_actions as progress
from audits.plan.access import crumbs_of, seen_action, seen_outcome
from audits.plan.action_forms import (
    CarryOverForm,
    ChangeActionForm,
    ClaimForm,
    MoveDateForm,
    NewActionForm,
    OccurrenceForm,
    ReportForm,
    decline_form,
)
from audits.plan.fields import as_typed
from audits.plan.models import Action, Occurrence, Outcome, Source, Update
from audits.plan.owner_choices import nameable
from audits.plan.pages.action import action_page, reports_for
from audits.plan.pages.due import understood
from audits.plan.pages.rows import by_whom
from audits.plan.permissions import PlanPermission, why_not_accept, why_not_report
from audits.plan.workflow import ACTION, ActionAct
from earlyhelp.core.change import refuse
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import answer, answer_button, get_or_post, post_only, posted
from earlyhelp.core.pages.versioned_edit import edit as versioned_edit
from earlyhelp.core.pages.wording import long_date
from measures.models import Measure
from teams.http import SignedInRequest, signed_in
from teams.models import Locality
from teams.permissions import require
from teams.personal_data import ReasonForm


def _address(action: Action) -> str:
    return reverse("action", args=[action.pk])


def _own_action(request: SignedInRequest, pk: int) -> Action:
    """An action that this person reports on."""
    action = seen_action(request.actor.authority, pk)
    refuse(why_not_report(request.actor.authority, list(action.owners.all())))
    return action


def _kept_action(request: SignedInRequest, pk: int) -> Action:
    """An action, for whoever keeps the plan."""
    action = seen_action(request.actor.authority, pk)
    require(request.actor.authority, PlanPermission.KEEP_PLAN)
    return action


def _decided_action(request: SignedInRequest, pk: int, refusal: str) -> Action:
    """An action, for a head of service to decide about."""
    action = seen_action(request.actor.authority, pk)
    if not request.actor.authority.holds(PlanPermission.ACCEPT_COMPLETION):
        refuse(refusal)
    return action


def _about(action: Action, title: str, *, in_form: bool = False) -> FormPage:
    """The page of a form about an action, with the action in view unless it is in the form."""
    meaning = understood(action.timing, [one.due_on for one in action.occurrences.all()])
    meaning = meaning[:1].lower() + meaning[1:]
    facts = [
        ("By whom", by_whom(list(action.owners.all()))),
        ("By when", f"{action.timing_words} ({meaning})"),
    ]
    return FormPage(
        title,
        str(action.outcome.theme),
        [*crumbs_of(action.outcome.theme.plan), (f"Action {action.ref}", _address(action))],
        lead="" if in_form else action.text,
        facts=[] if in_form else facts,
    )


def _answer(
    request: SignedInRequest,
    action: Action,
    title: str,
    form: Any,
    act: Callable[[], Any],
    *,
    done: str,
    then: str = "",
) -> HttpResponse:
    """The answer of a page with one form about an action; see ``forms.answer``."""
    return answer(
        request,
        form,
        act,
        show=lambda: _about(action, title).show(request, form),
        done=done,
        then=then or _address(action),
    )


@signed_in
@require_safe
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """An action with everything that happened to it."""
    action = seen_action(request.actor.authority, pk)
    page = action_page(action, request.actor.authority, request.actor.today)
    form = decline_form(pk) if page.can.decline else None
    return render(request, "audits/plan/action.html", {"page": page, "form": form})


# -- keeping --------------------------------------------------------------------------------


@signed_in
@get_or_post
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new action of an outcome."""
    outcome = seen_outcome(request.actor.authority, pk)
    require(request.actor.authority, PlanPermission.KEEP_PLAN)
    plan = outcome.theme.plan
    measures = {one.pk: one for one in Measure.objects.order_by("position", "code")}
    form = NewActionForm(
        posted(request),
        year=plan.financial_year,
        choices=nameable(request.actor.today),
        measures=[(pk, one.name) for pk, one in measures.items()],
    )
    title, caption = f"Add an action to outcome {outcome.ref}", str(outcome.theme)
    page = FormPage(title, caption, crumbs_of(plan), lead=outcome.text)
    return answer(
        request,
        form,
        lambda: changes.add_action(
            outcome,
            text=form.cleaned_data["text"],
            timing=form.the_timing,
            owners=form.owners,
            rationale=form.cleaned_data["rationale"],
            source=Source(form.cleaned_data["source"]),
            measure=measures.get(form.cleaned_data["measure"]),
            for_every_locality=form.cleaned_data["for_every_locality"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done=lambda action: f"{action.ref} is added. {form.reading}.",
        then=_address,
    )


def _closed(request: SignedInRequest, action: Action, act: ActionAct) -> HttpResponse | None:
    """Back to the action, saying why, where its state does not let this be done."""
    closed = ACTION.why_not(act, action.state)
    if not closed:
        return None
    messages.info(request, closed)
    return redirect(_address(action))


@signed_in
@get_or_post
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words or owners for an open action."""
    action = _kept_action(request, pk)
    if request.method != "POST" and (closed := _closed(request, action, ActionAct.CHANGE)):
        return closed
    owners = changes.owners_of(action)
    form = ChangeActionForm(
        posted(request),
        choices=nameable(request.actor.today, owners),
        before=owners,
        initial=_words_of(action),
    )
    page = _about(action, f"Change action {action.ref}", in_form=True)
    return versioned_edit(
        request,
        form,
        lambda: changes.change_action(
            action,
            text=form.cleaned_data["text"],
            owners=form.owners,
            rationale=form.cleaned_data["rationale"],
            version=form.cleaned_data["version"],
            by=request.actor,
        ),
        row=action,
        initial=_words_of,
        caption=page.caption,
        crumbs=page.crumbs,
        show=lambda: page.show(request, form),
        done=f"{action.ref} is saved.",
        then=_address(action),
    )


def _words_of(action: Action) -> Mapping[str, Any]:
    words = {"text": action.text, "rationale": action.rationale, "version": action.version}
    return as_typed(changes.owners_of(action)) | words


@signed_in
@get_or_post
def move_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another date for an open action; the old one is kept with the reason."""
    action = _kept_action(request, pk)
    if request.method != "POST" and (closed := _closed(request, action, ActionAct.CHANGE)):
        return closed
    year = action.outcome.theme.plan.financial_year
    form = MoveDateForm(posted(request), year=year, initial=_timing_of(action))
    page = _about(action, f"Move the date of {action.ref}")
    return versioned_edit(
        request,
        form,
        lambda: changes.move_date(
            action,
            timing=form.the_timing,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            by=request.actor,
        ),
        row=action,
        initial=_timing_of,
        caption=page.caption,
        crumbs=page.crumbs,
        show=lambda: page.show(request, form),
        done=lambda moved: (
            f"{action.ref} keeps its date. {form.reading}."
            if moved.version == action.version
            else f"The date of {action.ref} is moved. {form.reading}."
        ),
        then=_address(action),
    )


def _timing_of(action: Action) -> Mapping[str, Any]:
    return {"when": action.timing_words, "version": action.version}


@signed_in
@get_or_post
def carry_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry an unfinished action into an outcome of a later plan."""
    action = _kept_action(request, pk)
    if closed := _closed(request, action, ActionAct.CARRY_OVER):
        return closed
    later = {
        one.pk: one
        for one in Outcome.objects.filter(theme__plan__year__gt=action.outcome.theme.plan.year)
        .select_related("theme__plan")
        .order_by("theme__plan__year", "theme__number", "number")
    }
    chosen = request.POST.get("outcome", "")
    into = later.get(int(chosen)) if chosen.isdecimal() else None
    form = CarryOverForm(
        posted(request),
        year=(into or action.outcome).theme.plan.financial_year,
        outcomes=[
            (one.pk, f"{one.theme.plan.financial_year}: {one}"[:100]) for one in later.values()
        ],
    )
    page = _about(action, f"Carry {action.ref} over")
    return answer(
        request,
        form,
        lambda: changes.carry_over(
            action, later[form.cleaned_data["outcome"]], timing=form.timing, by=request.actor
        ),
        show=lambda: page.show(request, form),
        done=lambda new: f"It goes on as {new.ref}, with its history.",
        then=_address,
    )


# -- reporting and deciding -----------------------------------------------------------------


@signed_in
@get_or_post
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say how far an action is; earlier updates stay. ``?then=home`` leads back there."""
    action, today = _own_action(request, pk), request.actor.today
    localities = list(Locality.objects.all())
    places = reports_for(action, request.actor.authority, today, localities)[1]
    form = ReportForm(
        posted(request),
        today=today,
        localities=[(one.pk, one.name) for one in places],
        whole=len(places) == len(localities),
    )
    by_id = {one.pk: one for one in places}
    return _answer(
        request,
        action,
        f"How far is {action.ref}?",
        form,
        lambda: progress.report(
            action,
            text=form.cleaned_data["text"],
            on=form.cleaned_data["on"],
            evidence_link=form.cleaned_data["evidence_link"],
            locality=by_id.get(form.cleaned_data.get("locality") or 0),
            by=request.actor,
        ),
        done=f"Your update of {action.ref} is saved.",
        then=reverse("home") if request.GET.get("then") == "home" else "",
    )


@signed_in
@get_or_post
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """An owner says that an action is complete, with the evidence."""
    action = _own_action(request, pk)
    form = ClaimForm(posted(request))
    return _answer(
        request,
        action,
        f"Claim {action.ref} complete",
        form,
        lambda: progress.claim(
            action,
            evidence=form.cleaned_data["evidence"],
            evidence_link=form.cleaned_data["evidence_link"],
            by=request.actor,
        ),
        done=f"{action.ref} is claimed complete. A head of service has to accept it.",
    )


@signed_in
@post_only("action")
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service accepts that an action is complete."""
    action = seen_action(request.actor.authority, pk)
    return answer_button(
        request,
        lambda: progress.accept(action, by=request.actor),
        page=_address(action),
        done=f"{action.ref} is complete.",
    )


@signed_in
@post_only("action")
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service does not accept a claim, and says what is missing."""
    action = seen_action(request.actor.authority, pk)
    refuse(why_not_accept(request.actor.authority, action.claimed_by_id))
    form = decline_form(pk, request.POST)

    def show_again() -> HttpResponse:
        page = action_page(action, request.actor.authority, request.actor.today)
        return render(request, "audits/plan/action.html", {"page": page, "form": form})

    return answer(
        request,
        form,
        lambda: progress.decline(action, reason=form.cleaned_data["reason"], by=request.actor),
        show=show_again,
        done=f"The claim is not accepted: {action.ref} is open again.",
        then=_address(action),
        page=_address(action),
    )


@signed_in
@get_or_post
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service says that an action is no longer needed, and why."""
    refusal = "A head of service says that an action is no longer needed."
    action = _decided_action(request, pk, refusal)
    form = ReasonForm(
        posted(request),
        label="Why it is no longer needed",
        hint="It stands beside the action from now on.",
        button="It is no longer needed",
    )
    return _answer(
        request,
        action,
        f"{action.ref} is no longer needed",
        form,
        lambda: progress.stop(action, reason=form.cleaned_data["reason"], by=request.actor),
        done=f"{action.ref} is no longer needed.",
    )


@signed_in
@get_or_post
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service opens a finished action again, and says why."""
    action = _decided_action(request, pk, "A head of service opens an action again.")
    form = ReasonForm(
        posted(request),
        label="Why it is open again",
        hint="What was claimed or decided stays on record.",
        button="Open it again",
    )
    return _answer(
        request,
        action,
        f"Open {action.ref} again",
        form,
        lambda: progress.reopen(action, reason=form.cleaned_data["reason"], by=request.actor),
        done=f"{action.ref} is open again.",
    )


@signed_in
@get_or_post
def occurrence(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that one of several times was done."""
    time = get_object_or_404(Occurrence.objects.select_related("locality"), pk=pk)
    action = _own_action(request, time.action_id)
    form = OccurrenceForm(posted(request), today=request.actor.today)
    what = f"the time due {long_date(time.due_on)}{f', {time.locality}' if time.locality else ''}"
    return _answer(
        request,
        action,
        f"{action.ref}: {what}",
        form,
        lambda: progress.do_occurrence(
            time,
            done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"],
            by=request.actor,
        ),
        done=f"Done: {action.ref}, {what}.",
    )


@signed_in
@get_or_post
def take_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the words out of an update that should not have been written, on record."""
    update = get_object_or_404(Update, pk=pk)
    action = _kept_action(request, update.action_id)
    form = ReasonForm(
        posted(request),
        label="Why these words are taken out",
        hint="Do not repeat a name here: this reason stays on record.",
        button="Take the words out",
    )
    return _answer(
        request,
        action,
        f"Take out the update of {long_date(update.on)}",
        form,
        lambda: progress.take_out_update(
            update, reason=form.cleaned_data["reason"], by=request.actor
        ),
        done="The words are taken out.",
    )


urlpatterns = [
    path("actions/outcomes/<int:pk>/actions/new/", new, name="action-new"),
    path("actions/action/<int:pk>/", show, name="action"),
    path("actions/action/<int:pk>/edit/", edit, name="action-edit"),
    path("actions/action/<int:pk>/date/", move_date, name="action-date"),
    path("actions/action/<int:pk>/carry-over/", carry_over, name="action-carry-over"),
    path("actions/action/<int:pk>/report/", report, name="action-report"),
    path("actions/action/<int:pk>/claim/", claim, name="action-claim"),
    path("actions/action/<int:pk>/accept/", accept, name="action-accept"),
    path("actions/action/<int:pk>/decline/", decline, name="action-decline"),
    path("actions/action/<int:pk>/stop/", stop, name="action-stop"),
    path("actions/action/<int:pk>/reopen/", reopen, name="action-reopen"),
    path("actions/times/<int:pk>/", occurrence, name="action-occurrence"),
    path("actions/updates/<int:pk>/take-out/", take_out, name="update-take-out"),
]
