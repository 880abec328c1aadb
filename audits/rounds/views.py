"""Audit rounds: the first page of audits, one round, planned, opened, closed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from audits.models import Round
from audits.permissions import AuditsPermission
from audits.rounds import actions
from audits.rounds.forms import RoundForm
from audits.rounds.pages import allocation
from audits.rounds.pages import conflict as planning
from audits.rounds.pages import round as page
from audits.rounds.pages.rounds import audits_page
from audits.workflow import NotAllowed, RoundState
from earlyhelp.core.change import Stale
from earlyhelp.core.pages.refusals import refuse
from teams.http import SignedInRequest, signed_in
from teams.permissions import require, require_anywhere
from teams.personal_data import ReasonForm

GET_OR_POST = ["GET", "HEAD", "POST"]
CASES_ON_A_PAGE = 200


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, however little; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def planned_round(request: SignedInRequest, code: str) -> Round:
    """A round, for those who plan and run them."""
    require(request.asked.standing, AuditsPermission.RUN_ROUNDS)
    return get_object_or_404(Round.objects.select_related("tool"), code=code)


@signed_in
@require_safe
def audits(request: SignedInRequest) -> HttpResponse:
    """What waits for this person, and the rounds they may follow."""
    standing = request.asked.standing
    require_anywhere(
        standing,
        [
            AuditsPermission.SEE_CITY_RESULTS,
            AuditsPermission.AUDIT,
            AuditsPermission.SEE_AUDITS,
            AuditsPermission.RUN_ROUNDS,
        ],
    )
    context = {
        "page": audits_page(standing, request.asked.today),
        "runs": standing.holds(AuditsPermission.RUN_ROUNDS),
    }
    return render(request, "audits/rounds/audits.html", context)


@signed_in
@require_safe
def audit_round(request: SignedInRequest, code: str) -> HttpResponse:
    """One round: its cases, who audits which by when, who is late, which loops are open."""
    standing = request.asked.standing
    require_anywhere(standing, [AuditsPermission.RUN_ROUNDS, AuditsPermission.SEE_AUDITS])
    runs = standing.holds(AuditsPermission.RUN_ROUNDS)
    visible = Round.objects.all() if runs else Round.objects.opened()
    names = visible.select_related("tool", "compares_with", "opened_by", "closed_by")
    made = get_object_or_404(names, code=code)
    show = request.GET.get("show", "")
    found = page.round_page(made, standing, request.asked.today, show)
    cases = Paginator(found.cases, CASES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": found, "cases": cases, "query": urlencode({"show": show}) if show else ""}
    return render(request, "audits/rounds/round.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def round_new(request: SignedInRequest) -> HttpResponse:
    """Plan a round; its cases come next."""
    require(request.asked.standing, AuditsPermission.RUN_ROUNDS)
    form = RoundForm(posted(request), button="Plan the round")
    if form.is_valid():
        try:
            made = actions.plan_round(form.planned(), by=request.actor)
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"{made} is planned. Add its cases next.")
            return redirect("round", code=made.code)
    return render(request, "audits/rounds/round_edit.html", {"form": form})


@signed_in
@require_http_methods(GET_OR_POST)
def round_edit(request: SignedInRequest, code: str) -> HttpResponse:
    """Change what a round is about, while it is being planned."""
    made = planned_round(request, code)
    if request.method != "POST" and made.state != RoundState.PLANNING:
        messages.info(request, "This round was opened, so what it is about stays as it is.")
        return redirect("round", code=code)
    form = RoundForm(posted(request), made=made, button="Save")
    context = {"form": form, "made": made}
    if not form.is_valid():
        return render(request, "audits/rounds/round_edit.html", context)
    version = form.cleaned_data["version"]
    try:
        actions.change_round(
            made,
            form.planned(),
            version=-1 if version is None else version,
            by=request.actor,
        )
    except (ValidationError, NotAllowed) as wrong:
        refuse(form, wrong)
    except Stale as stale:
        current = Round.objects.select_related("tool", "compares_with").get(pk=stale.current.pk)
        context["differences"] = planning.differences(current, form.planned())
        form.use_version(current.version)
        return render(request, "audits/rounds/round_edit.html", context, status=409)
    else:
        messages.success(request, "The round is saved.")
        return redirect("round", code=code)
    return render(request, "audits/rounds/round_edit.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def round_open(request: SignedInRequest, code: str) -> HttpResponse:
    """GET says what opening does and what is missing; POST opens."""
    made = planned_round(request, code)
    if request.method == "POST":
        try:
            actions.open_round(made, by=request.actor)
        except NotAllowed as refusal:
            messages.warning(request, str(refusal))
            return redirect("round-open" if made.state == RoundState.PLANNING else "round", code)
        messages.success(request, f"{made} is open. Its auditors can begin.")
        return redirect("round", code=code)
    if made.state != RoundState.PLANNING:
        messages.info(request, "This round was opened before.")
        return redirect("round", code=code)
    context = {"made": made, "opening": allocation.opening(made)}
    return render(request, "audits/rounds/round_open.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def round_close(request: SignedInRequest, code: str) -> HttpResponse:
    """GET lists what is not submitted; POST closes, with a reason where something is left."""
    made = planned_round(request, code)
    if request.method != "POST" and made.state != RoundState.AUDITING:
        messages.info(request, "Only a round that is under way can be closed.")
        return redirect("round", code=code)
    left = allocation.undone(made)
    form = ReasonForm(
        posted(request),
        label="Why it closes now" if left else "Anything to say about it (optional)",
        hint="Kept on record, and shown with the round.",
        button="Close the round",
    )
    if form.is_valid() and not form.asks_about_words():
        try:
            actions.close_round(
                made,
                reason=form.cleaned_data["reason"],
                by=request.actor,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"{made} is closed.")
            return redirect("round", code=code)
    return render(
        request, "audits/rounds/round_close.html", {"form": form, "made": made, "left": left}
    )


urlpatterns = [
    path("audits/", audits, name="audits"),
    path("audits/rounds/new/", round_new, name="round-new"),
    path("audits/rounds/<slug:code>/", audit_round, name="round"),
    path("audits/rounds/<slug:code>/edit/", round_edit, name="round-edit"),
    path("audits/rounds/<slug:code>/open/", round_open, name="round-open"),
    path("audits/rounds/<slug:code>/close/", round_close, name="round-close"),
]
