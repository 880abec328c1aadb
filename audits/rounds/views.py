"""Audit rounds: the first page of audits; a round planned, its cases chosen, opened, closed."""

import io
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from audits.models import Round, SampledCase
from audits.permissions import AuditsPermission as P
from audits.rounds import actions, forms
from audits.rounds.access import managed_round, round_page
from audits.rounds.exchange import listed_teams, read_file
from audits.rounds.pages import planning
from audits.rounds.pages.audits import audits_page
from audits.rounds.pages.round import RoundPage
from audits.workflow import RoundAct, RoundState
from earlyhelp.core.files.waiting import WaitingFiles
from earlyhelp.core.pages import versioned_edit
from earlyhelp.core.pages.forms import (
    REFUSALS,
    answer,
    answer_button,
    get_or_post,
    post_only,
    post_to_own_address,
    posted,
)
from earlyhelp.core.pages.wording import number_of
from teams.http import SignedInRequest, signed_in
from teams.models import Team
from teams.permissions import require, require_anywhere
from teams.personal_data import ReasonForm

CASES_ON_A_PAGE = 200


@signed_in
@require_safe
def audits(request: SignedInRequest) -> HttpResponse:
    """What waits for this person, and the rounds they may follow."""
    authority = request.actor.authority
    require_anywhere(authority, [P.SEE_CITY_RESULTS, P.AUDIT, P.SEE_AUDITS, P.RUN_ROUNDS])
    context = {
        "page": audits_page(authority, request.actor.today),
        "runs": authority.holds(P.RUN_ROUNDS),
    }
    return render(request, "audits/rounds/audits.html", context)


@signed_in
@require_safe
def audit_round(request: SignedInRequest, code: str) -> HttpResponse:
    """One round: its cases, who audits which by when, who is late, which loops are open."""
    authority = request.actor.authority
    require_anywhere(authority, [P.RUN_ROUNDS, P.SEE_AUDITS])
    runs = authority.holds(P.RUN_ROUNDS)
    visible = Round.objects.all() if runs else Round.objects.opened()
    rounds = visible.select_related("tool", "compares_with", "opened_by", "closed_by")
    show = request.GET.get("show", "")
    page = RoundPage(get_object_or_404(rounds, code=code), request.actor, show)
    cases = Paginator(page.cases, CASES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "cases": cases, "query": urlencode({"show": show}) if show else ""}
    return render(request, "audits/rounds/round.html", context)


def _show(request: SignedInRequest, name: str, audit_round: Round, **context: Any) -> HttpResponse:
    return render(request, f"audits/rounds/{name}.html", {"round": audit_round, **context})


# -- planned and changed --------------------------------------------------------------------


@signed_in
@get_or_post
def round_new(request: SignedInRequest) -> HttpResponse:
    """Plan a round; its cases come next."""
    require(request.actor.authority, P.RUN_ROUNDS)
    form = forms.RoundForm(posted(request), button="Plan the round")
    return answer(
        request,
        form,
        lambda: actions.plan_round(form.written(), by=request.actor),
        show=lambda: render(request, "audits/rounds/edit.html", {"form": form}),
        done=lambda planned: f"{planned} is planned. Add its cases next.",
        then=lambda planned: planned.url,
    )


@signed_in
@get_or_post
@round_page(RoundAct.CHANGE, otherwise="This round was opened, so what it is about stays as it is.")
def round_edit(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """Change what a round is about, while it is being planned."""
    initial = forms.initial_of(audit_round)
    form = forms.ChangeRoundForm(
        posted(request), initial=initial, audit_round=audit_round, button="Save"
    )
    return versioned_edit.edit(
        request,
        form,
        lambda: actions.change_round(
            audit_round, form.written(), version=form.cleaned_data["version"], by=request.actor
        ),
        row=audit_round,
        initial=forms.initial_of,
        caption=str(audit_round),
        crumbs=[(str(audit_round), audit_round.url)],
        show=lambda: _show(request, "edit", audit_round, form=form),
        done="The round is saved.",
        then=audit_round.url,
    )


# -- its cases ------------------------------------------------------------------------------


_page_while_planning = round_page(
    RoundAct.CHANGE, otherwise="This round was opened, so its cases stay as they are."
)


def _show_list(
    request: SignedInRequest, name: str, audit_round: Round, form: forms.AddCasesForm
) -> HttpResponse:
    teams = Team.objects.select_related("locality")
    return _show(request, name, audit_round, form=form, teams=teams)


def _added_sentence(cases: list[SampledCase]) -> str:
    return f"{number_of(len(cases), 'case')} added. Allocate them next."


@signed_in
@get_or_post
@_page_while_planning
def round_add_cases(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """Cases typed or pasted, one a line; all of them or none."""
    form = forms.AddCasesForm(posted(request))
    return answer(
        request,
        form,
        lambda: actions.add_cases(audit_round, form.lines, by=request.actor),
        show=lambda: _show_list(request, "add_cases", audit_round, form),
        done=_added_sentence,
        then=audit_round.url,
    )


@dataclass(frozen=True)
class UploadedCases:
    """A file of cases that waits to be confirmed, for one round."""

    name: str
    content: bytes
    team: str


def _waiting(request: SignedInRequest, audit_round: Round) -> WaitingFiles:
    return WaitingFiles(f"round-cases-{audit_round.pk}", request.user.pk)


@signed_in
@get_or_post
@_page_while_planning
def round_load_cases(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """Take a file of cases and show what it would add, or everything that is wrong with it."""
    form = forms.CasesFileForm(posted(request), request.FILES or None)
    post_to_own_address(request, form)
    if not form.is_valid():
        return _show(request, "load_cases", audit_round, form=form)
    file = form.cleaned_data["file"]
    uploaded = UploadedCases(file.name, file.read(), form.team_code)
    token = _waiting(request, audit_round).keep(uploaded)
    preview = planning.cases_preview(audit_round, file.name, form.lines)
    return _show(request, "load_preview", audit_round, page=preview, token=token)


@signed_in
@post_only("round-load-cases")
def round_load_confirm(request: SignedInRequest, code: str) -> HttpResponse:
    """Add the cases of the file that was looked at; read again, all of them or none."""
    audit_round = managed_round(request.actor.authority, code)
    waiting, token = _waiting(request, audit_round), request.POST.get("token", "")
    uploaded: UploadedCases | None = waiting.get(token)
    if uploaded is None:
        messages.warning(request, "That file is no longer here. Choose it again.")
        return redirect("round-load-cases", code=code)
    file = io.BytesIO(uploaded.content)
    case_list = read_file(file, uploaded.name, listed_teams(uploaded.team))
    try:
        if case_list.errors:
            raise ValidationError(list(case_list.errors[: forms.ERRORS_SHOWN]))
        cases = actions.add_cases(audit_round, case_list.cases, by=request.actor)
    except REFUSALS as refusal:
        several = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        problems = [("", sentence) for sentence in several]
        form = forms.CasesFileForm()
        form.helper.form_action = reverse("round-load-cases", args=[code])
        return _show(request, "load_cases", audit_round, form=form, problems=problems)
    waiting.forget(token)
    messages.success(request, _added_sentence(cases))
    return redirect(audit_round.url)


@signed_in
@get_or_post
@_page_while_planning
def round_draw(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """Draw cases by lot from a pasted list; there is no looking first, so that it stays fair."""
    form = forms.DrawForm(posted(request))
    return answer(
        request,
        form,
        lambda: actions.draw_cases(
            audit_round, form.lines, count=form.cleaned_data["count"], by=request.actor
        )[0],
        show=lambda: _show_list(request, "draw", audit_round, form),
        done=lambda draw: (
            f"{number_of(draw.drawn, 'case')} drawn from {draw.population:,} "
            "and added to the round."
        ),
        then=lambda draw: reverse("round-draw-check", args=[audit_round.code, draw.pk]),
    )


@signed_in
@get_or_post
def round_draw_check(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """What was kept of a draw. POST draws from the list again and compares; nothing is kept."""
    audit_round = managed_round(request.actor.authority, code)
    draw = get_object_or_404(audit_round.draws.select_related("drawn_by"), pk=pk)
    form = forms.DrawAgainForm(posted(request))
    post_to_own_address(request, form)
    numbers = [line.number for line in form.lines] if form.is_valid() else None
    serials = list(draw.cases.order_by("serial").values_list("serial", flat=True))
    return _show(
        request,
        "draw_check",
        audit_round,
        draw=draw,
        serials=serials,
        taken_out=draw.drawn - len(serials),
        form=form,
        compared=None if numbers is None else planning.compare(draw, numbers),
    )


@signed_in
@get_or_post
@_page_while_planning
def round_case_remove(request: SignedInRequest, audit_round: Round, serial: int) -> HttpResponse:
    """Take a case out of the sample, with a reason."""
    cases = audit_round.cases.select_related("round", "team")
    case = get_object_or_404(cases, serial=serial)
    form = ReasonForm(
        posted(request),
        label="Why it is taken out",
        hint="Kept on record. No names of families or children.",
        button=f"Take {case} out",
    )
    return answer(
        request,
        form,
        lambda: actions.remove_case(case, reason=form.cleaned_data["reason"], by=request.actor),
        show=lambda: _show(request, "case_remove", audit_round, form=form, case=case),
        done=f"{case} is taken out of the round.",
        then=audit_round.url,
    )


# -- opened and closed ----------------------------------------------------------------------


@signed_in
@get_or_post
@round_page(RoundAct.OPEN, otherwise="This round was opened before.")
def round_open(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """GET says what opening does and what is missing; POST opens."""
    if request.method != "POST":
        return _show(request, "open", audit_round, opening=planning.opening_page(audit_round))
    is_planned = audit_round.state == RoundState.PLANNING
    return answer_button(
        request,
        lambda: actions.open_round(audit_round, by=request.actor),
        page=reverse("round-open", args=[audit_round.code]) if is_planned else audit_round.url,
        done=f"{audit_round} is open. Its auditors can begin.",
        then=audit_round.url,
    )


@signed_in
@get_or_post
@round_page(RoundAct.CLOSE, otherwise="Only a round that is under way can be closed.")
def round_close(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """GET lists what is not submitted; POST closes, with a reason where something is left."""
    left = list(planning.unfinished_audits(audit_round))
    form = ReasonForm(
        posted(request),
        label="Why it closes now" if left else "Anything to say about it (optional)",
        hint="Kept on record, and shown with the round.",
        button="Close the round",
    )
    return answer(
        request,
        form,
        lambda: actions.close_round(
            audit_round, reason=form.cleaned_data["reason"], by=request.actor
        ),
        show=lambda: _show(request, "close", audit_round, form=form, left=left),
        done=f"{audit_round} is closed.",
        then=audit_round.url,
    )


urlpatterns = [
    path("audits/", audits, name="audits"),
    path("audits/rounds/new/", round_new, name="round-new"),
    path("audits/rounds/<slug:code>/", audit_round, name="round"),
    path("audits/rounds/<slug:code>/edit/", round_edit, name="round-edit"),
    path("audits/rounds/<slug:code>/open/", round_open, name="round-open"),
    path("audits/rounds/<slug:code>/close/", round_close, name="round-close"),
    path("audits/rounds/<slug:code>/cases/add/", round_add_cases, name="round-add-cases"),
    path("audits/rounds/<slug:code>/cases/load/", round_load_cases, name="round-load-cases"),
    path(
        "audits/rounds/<slug:code>/cases/load/confirm/",
        round_load_confirm,
        name="round-load-confirm",
    ),
    path("audits/rounds/<slug:code>/cases/draw/", round_draw, name="round-draw"),
    path("audits/rounds/<slug:code>/draws/<int:pk>/", round_draw_check, name="round-draw-check"),
    path(
        "audits/rounds/<slug:code>/cases/<int:serial>/remove/",
        round_case_remove,
        name="round-case-remove",
    ),
]
