"""Actions of the plan: read, added, changed, moved, reported on, claimed, decided, carried over."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from audits.plan import action_changes as changes
from audits.plan import progress_actions as progress
from audits.plan.access import kept, seen
from audits.plan.fields import WhyForm, as_typed
from audits.plan.forms import (
    CarryOverForm,
    ChangeActionForm,
    ClaimForm,
    MoveDateForm,
    NewActionForm,
    OccurrenceForm,
    ReportForm,
    decline_form,
)
from audits.plan.models import Action, Occurrence, Outcome, Update
from audits.plan.owner_choices import nameable
from audits.plan.pages.action import action_page, reports_for
from audits.plan.pages.due import understood
from audits.plan.pages.part import action_form_page, part_page
from audits.plan.permissions import PlanPermission, why_not_accept, why_not_report
from audits.plan.workflow import ACTION, ActionAct
from earlyhelp.core.change import refuse
from earlyhelp.core.pages.forms import (
    answer,
    answer_button,
    get_or_post,
    offer_unless,
    post_only,
    posted,
)
from earlyhelp.core.pages.posted import whole_number
from earlyhelp.core.pages.wording import long_date
from measures.models import Measure
from teams.http import SignedInRequest, signed_in
from teams.models import Locality


def _own_action(request: SignedInRequest, pk: int) -> Action:
    """An action that this person reports on."""
    action = seen(request.actor.authority, Action, pk=pk)
    refuse(why_not_report(request.actor.authority, list(action.owners.all())))
    return action


def _show(request: SignedInRequest, action: Action, form: WhyForm | None = None) -> HttpResponse:
    """The page of an action; who can accept a claim has a form to decline it."""
    page = action_page(action, request.actor)
    if form is None and page.can.get("accept"):
        form = decline_form(action.pk)
    return render(request, "audits/plan/action.html", {"page": page, "form": form})


@signed_in
@require_safe
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """An action with everything that happened to it."""
    return _show(request, seen(request.actor.authority, Action, pk=pk))


# -- keeping --------------------------------------------------------------------------------


@signed_in
@get_or_post
def new(request: SignedInRequest, pk: int) -> HttpResponse:
    """A new action of an outcome."""
    outcome = kept(request.actor.authority, Outcome, pk=pk)
    measures = Measure.objects.order_by("position", "code").in_bulk()
    form = NewActionForm(
        posted(request),
        year=outcome.plan.financial_year,
        today=request.actor.today,
        choices=nameable(request.actor.today),
        offers={"measure": {"": "No measure", **measures}},
    )
    title = f"Add an action to outcome {outcome.ref}"
    return part_page(title, outcome.theme, outcome.text).answer(
        request,
        form,
        changes.add_action,
        outcome,
        done=lambda action: f"{action.ref} is added. {form.reading}.",
        then=lambda action: action.url,
    )


def _offer(request: SignedInRequest, act: ActionAct, action: Action) -> None:
    offer_unless(request, ACTION.why_not(act, action.state), action.url)


@signed_in
@get_or_post
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words or owners for an open action."""
    action = kept(request.actor.authority, Action, pk=pk)
    _offer(request, ActionAct.CHANGE, action)
    owners = changes.owners_of(action)
    form = ChangeActionForm(
        posted(request),
        choices=nameable(request.actor.today, owners),
        before=owners,
        initial=_words_of(action),
    )
    return action_form_page(f"Change action {action.ref}", action, in_form=True).edit(
        request,
        form,
        changes.change_action,
        action,
        initial=_words_of,
        done=f"{action.ref} is saved.",
    )


def _words_of(action: Action) -> Mapping[str, Any]:
    words = {"text": action.text, "rationale": action.rationale, "version": action.version}
    return as_typed(changes.owners_of(action)) | words


@signed_in
@get_or_post
def move_date(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another date for an open action; the old one is kept with the reason."""
    action = kept(request.actor.authority, Action, pk=pk)
    _offer(request, ActionAct.CHANGE, action)
    year = action.plan.financial_year
    form = MoveDateForm(
        posted(request), year=year, today=request.actor.today, initial=_timing_of(action)
    )
    return action_form_page(f"Move the date of {action.ref}", action).edit(
        request,
        form,
        changes.move_date,
        action,
        initial=_timing_of,
        done=lambda moved: (
            f"{action.ref} keeps its date. {understood(moved.timing)}."
            if moved.version == action.version
            else f"The date of {action.ref} is moved. {form.reading}."
        ),
    )


def _timing_of(action: Action) -> Mapping[str, Any]:
    return {"when": action.timing_words, "version": action.version}


@signed_in
@get_or_post
def carry_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry an unfinished action into an outcome of a later plan."""
    action = kept(request.actor.authority, Action, pk=pk)
    _offer(request, ActionAct.CARRY_OVER, action)
    later = (
        Outcome.objects.filter(theme__plan__year__gt=action.plan.year)
        .select_related("theme__plan")
        .order_by("theme__plan__year", "theme__number", "number")
        .in_bulk()
    )
    chosen = whole_number(request.POST.get("outcome", ""))
    into = None if chosen is None else later.get(chosen)
    form = CarryOverForm(
        posted(request),
        year=(into or action).plan.financial_year,
        today=request.actor.today,
        offers={"outcome": {"": "Select an outcome", **later}},
    )
    return action_form_page(f"Carry {action.ref} over", action).answer(
        request,
        form,
        changes.carry_over,
        action,
        done=lambda new: f"It goes on as {new.ref}, with its history.",
        then=lambda new: new.url,
    )


# -- reporting and deciding -----------------------------------------------------------------


@signed_in
@get_or_post
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say how far an action is; earlier updates stay. ``?then=home`` leads back there."""
    action, today = _own_action(request, pk), request.actor.today
    _offer(request, ActionAct.UPDATE, action)
    localities = list(Locality.objects.all())
    places = reports_for(action, request.actor.authority, today, localities)[1]
    offered: dict[Any, Any] = {one.pk: one for one in places}
    if offered and len(places) == len(localities):
        offered = {"": "All of them together", **offered}
    form = ReportForm(posted(request), initial={"on": today}, offers={"locality": offered})
    return action_form_page(f"How far is {action.ref}?", action).answer(
        request,
        form,
        progress.report,
        action,
        done=f"Your update of {action.ref} is saved.",
        then=reverse("home") if request.GET.get("then") == "home" else "",
    )


@signed_in
@get_or_post
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """An owner says that an action is complete, with the evidence."""
    action = _own_action(request, pk)
    _offer(request, ActionAct.CLAIM, action)
    form = ClaimForm(posted(request))
    return action_form_page(f"Claim {action.ref} complete", action).answer(
        request,
        form,
        progress.claim,
        action,
        done=f"{action.ref} is claimed complete. A head of service has to accept it.",
    )


@signed_in
@post_only("action")
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service accepts that an action is complete."""
    action = seen(request.actor.authority, Action, pk=pk)
    return answer_button(
        request,
        lambda: progress.accept(action, by=request.actor),
        page=action.url,
        done=f"{action.ref} is complete.",
    )


@signed_in
@post_only("action")
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service does not accept a claim, and says what is missing."""
    action = seen(request.actor.authority, Action, pk=pk)
    refuse(why_not_accept(request.actor.authority, action.claimed_by_id))
    form = decline_form(pk, request.POST)
    return answer(
        request,
        form,
        lambda: progress.decline(action, **form.values, by=request.actor),
        show=lambda: _show(request, action, form),
        done=f"The claim is not accepted: {action.ref} is open again.",
        then=action.url,
        page=action.url,
    )


def _decide(
    request: SignedInRequest,
    pk: int,
    act: Callable[..., Action],
    move: ActionAct,
    *,
    refusal: str,
    title: str,
    done: str,
    **boxes: str,
) -> HttpResponse:
    """A head of service decides about an action, with a reason; titles have its ``{ref}``."""
    action = seen(request.actor.authority, Action, pk=pk)
    if not request.actor.authority.holds(PlanPermission.ACCEPT_COMPLETION):
        refuse(refusal)
    _offer(request, move, action)
    form = WhyForm(posted(request), **boxes)
    return action_form_page(title.format(ref=action.ref), action).answer(
        request, form, act, action, done=done.format(ref=action.ref)
    )


@signed_in
@get_or_post
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service says that an action is no longer needed, and why."""
    return _decide(
        request,
        pk,
        progress.stop,
        ActionAct.STOP,
        refusal="A head of service says that an action is no longer needed.",
        title="{ref} is no longer needed",
        done="{ref} is no longer needed.",
        label="Why it is no longer needed",
        hint="It stands beside the action from now on.",
        button="It is no longer needed",
    )


@signed_in
@get_or_post
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service opens a finished action again, and says why."""
    return _decide(
        request,
        pk,
        progress.reopen,
        ActionAct.REOPEN,
        refusal="A head of service opens an action again.",
        title="Open {ref} again",
        done="{ref} is open again.",
        label="Why it is open again",
        hint="What was claimed or decided stays on record.",
        button="Open it again",
    )


@signed_in
@get_or_post
def occurrence(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that one of several times was done."""
    time = get_object_or_404(Occurrence.objects.select_related("locality"), pk=pk)
    action = _own_action(request, time.action_id)
    _offer(request, ActionAct.UPDATE, action)
    done = f"This was done on {long_date(time.done_on)}." if time.done_on else ""
    offer_unless(request, done, action.url)
    form = OccurrenceForm(posted(request), initial={"done_on": request.actor.today})
    what = f"the time due {long_date(time.due_on)}{f', {time.locality}' if time.locality else ''}"
    return action_form_page(f"{action.ref}: {what}", action).answer(
        request, form, progress.do_occurrence, time, done=f"Done: {action.ref}, {what}."
    )


@signed_in
@get_or_post
def take_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the words out of an update that should not have been written, on record."""
    update = get_object_or_404(Update, pk=pk)
    action = kept(request.actor.authority, Action, pk=update.action_id)
    is_out = "" if update.removed_at is None else "The words of this update are taken out already."
    offer_unless(request, is_out, action.url)
    form = WhyForm(
        posted(request),
        label="Why these words are taken out",
        hint="Do not repeat a name here: this reason stays on record.",
        button="Take the words out",
    )
    title = f"Take out the update of {long_date(update.on)}"
    return action_form_page(title, action).answer(
        request, form, progress.take_out_update, update, done="The words are taken out."
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
