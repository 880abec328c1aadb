"""What owners and heads of service do with an action: report, claim, accept, stop, open again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from audits.models import Action, Occurrence, Update
from audits.permissions import AuditsPermission, why_not_accept, why_not_report
from audits.plan import progress_actions as doing
from audits.plan.action_views import about, action_of
from audits.plan.outcome_views import show_form
from audits.plan.pages.action import action_page, reports_for
from audits.plan.progress_forms import ClaimForm, OccurrenceForm, ReportForm, decline_form
from audits.workflow import NotAllowed
from earlyhelp.core.pages.refusals import refuse
from teams.http import SignedInRequest, signed_in
from teams.models import Locality
from teams.permissions import Refused, require
from teams.personal_data import ReasonForm


def _refuse_strangers(request: SignedInRequest, action: Action) -> None:
    refusal = why_not_report(request.asked.standing, list(action.owners.all()))
    if refusal:
        raise Refused(refusal)


def _refuse_who_does_not_accept(request: SignedInRequest, words: str) -> None:
    if not request.asked.standing.holds(AuditsPermission.ACCEPT_COMPLETION):
        raise Refused(words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say how far an action is; earlier updates stay. ``?then=home`` leads back there."""
    action = action_of(request, pk)
    _refuse_strangers(request, action)
    today = request.asked.today
    localities = list(Locality.objects.all())
    places = reports_for(action, request.asked.standing, today, localities)[1]
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        today=today,
        localities=[(one.pk, one.name) for one in places],
        whole=len(places) == len(localities),
    )
    if form.is_valid() and not form.asks_about_words():
        said = form.cleaned_data
        where = next((one for one in places if one.pk == said.get("locality")), None)
        try:
            doing.report(
                action,
                text=said["text"],
                on=said["on"],
                evidence_link=said["evidence_link"],
                locality=where,
                by=request.user,
                standing=request.asked.standing,
                today=today,
            )
        except (NotAllowed, ValidationError) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"Your update of {action.ref} is saved.")
            if request.GET.get("then") == "home":
                return redirect("home")
            return redirect("action", pk=pk)
    return show_form(request, about(action, f"How far is {action.ref}?"), form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """An owner says that an action is complete, with the evidence."""
    action = action_of(request, pk)
    _refuse_strangers(request, action)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not form.asks_about_words():
        try:
            doing.claim(
                action,
                evidence=form.cleaned_data["evidence"],
                evidence_link=form.cleaned_data["evidence_link"],
                by=request.user,
                standing=request.asked.standing,
                today=request.asked.today,
            )
        except (NotAllowed, ValidationError) as wrong:
            refuse(form, wrong)
        else:
            messages.success(
                request, f"{action.ref} is claimed complete. A head of service has to accept it."
            )
            return redirect("action", pk=pk)
    return show_form(request, about(action, f"Claim {action.ref} complete"), form)


@signed_in
@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service accepts that an action is complete."""
    action = action_of(request, pk)
    try:
        doing.accept(action, by=request.user, standing=request.asked.standing)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"{action.ref} is complete.")
    return redirect("action", pk=pk)


@signed_in
@require_POST
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service does not accept a claim, and says what is missing."""
    action = action_of(request, pk)
    refusal = why_not_accept(request.asked.standing, action.claimed_by_id)
    if refusal:
        raise Refused(refusal)
    form = decline_form(pk, request.POST)
    if form.is_valid() and not form.asks_about_words():
        try:
            doing.decline(
                action,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.asked.standing,
            )
        except NotAllowed as not_now:
            messages.warning(request, str(not_now))
            return redirect("action", pk=pk)
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"The claim is not accepted: {action.ref} is open again.")
            return redirect("action", pk=pk)
    page = action_page(action, request.asked.standing, request.asked.today)
    return render(request, "audits/plan/action.html", {"page": page, "form": form})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service says that an action is no longer needed, and why."""
    action = action_of(request, pk)
    _refuse_who_does_not_accept(
        request, "A head of service says that an action is no longer needed."
    )
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why it is no longer needed",
        hint="It stands beside the action from now on.",
        button="It is no longer needed",
    )
    if form.is_valid() and not form.asks_about_words():
        try:
            doing.stop(
                action,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.asked.standing,
            )
        except (NotAllowed, ValidationError) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"{action.ref} is no longer needed.")
            return redirect("action", pk=pk)
    return show_form(request, about(action, f"{action.ref} is no longer needed"), form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """A head of service opens a finished action again, and says why."""
    action = action_of(request, pk)
    _refuse_who_does_not_accept(request, "A head of service opens an action again.")
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why it is open again",
        hint="What was claimed or decided stays on record.",
        button="Open it again",
    )
    if form.is_valid() and not form.asks_about_words():
        try:
            doing.reopen(
                action,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.asked.standing,
            )
        except (NotAllowed, ValidationError) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"{action.ref} is open again.")
            return redirect("action", pk=pk)
    return show_form(request, about(action, f"Open {action.ref} again"), form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def occurrence(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that one of several times was done."""
    found = get_object_or_404(Occurrence.objects.select_related("locality"), pk=pk)
    action = action_of(request, found.action_id)
    _refuse_strangers(request, action)
    today = request.asked.today
    form = OccurrenceForm(request.POST if request.method == "POST" else None, today=today)
    where = f", {found.locality}" if found.locality else ""
    due = f"{found.due_on.day} {found.due_on:%B %Y}"
    if form.is_valid() and not form.asks_about_words():
        try:
            doing.do_occurrence(
                found,
                done_on=form.cleaned_data["done_on"],
                note=form.cleaned_data["note"],
                by=request.user,
                standing=request.asked.standing,
                today=today,
            )
        except (NotAllowed, ValidationError) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"Done: {action.ref}, the time due {due}{where}.")
            return redirect("action", pk=action.pk)
    return show_form(request, about(action, f"{action.ref}: the time due {due}{where}"), form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the words out of an update that should not have been written, on record."""
    update = get_object_or_404(Update, pk=pk)
    action = action_of(request, update.action_id)
    require(request.asked.standing, AuditsPermission.KEEP_PLAN)
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why these words are taken out",
        hint="Do not repeat a name here: this reason stays on record.",
        button="Take the words out",
    )
    if form.is_valid() and not form.asks_about_words():
        try:
            doing.take_out_update(
                update,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.asked.standing,
            )
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, "The words are taken out.")
            return redirect("action", pk=action.pk)
    day = f"{update.on.day} {update.on:%B %Y}"
    return show_form(request, about(action, f"Take out the update of {day}"), form)


urlpatterns = [
    path("actions/action/<int:pk>/report/", report, name="action-report"),
    path("actions/action/<int:pk>/claim/", claim, name="action-claim"),
    path("actions/action/<int:pk>/accept/", accept, name="action-accept"),
    path("actions/action/<int:pk>/decline/", decline, name="action-decline"),
    path("actions/action/<int:pk>/stop/", stop, name="action-stop"),
    path("actions/action/<int:pk>/reopen/", reopen, name="action-reopen"),
    path("actions/times/<int:pk>/", occurrence, name="action-occurrence"),
    path("actions/updates/<int:pk>/take-out/", take_out, name="update-take-out"),
]
