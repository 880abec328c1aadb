"""Who audits which case by when, who moderates, and who looks again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from audits.models import CaseAudit, RoundKind, SampledCase
from audits.permissions import AuditsPermission
from audits.responsible import people_holding
from audits.rounds import allocation as actions
from audits.rounds.allocation_forms import (
    AgainForm,
    AllocateForm,
    ModeratorForm,
    ReallocateForm,
    ShareForm,
)
from audits.rounds.pages import allocation as page
from audits.rounds.pages.listed_cases import cases_in
from audits.rounds.views import GET_OR_POST, planned_round, posted
from audits.workflow import NotAllowed, RoundState
from earlyhelp.core.change import Stale
from earlyhelp.core.pages.refusals import refuse
from earlyhelp.core.pages.wording import long_date
from teams.http import SignedInRequest, signed_in
from teams.permissions import require


def _run_audit(request: SignedInRequest, pk: int) -> CaseAudit:
    """An audit, for those who plan and run rounds."""
    require(request.asked.standing, AuditsPermission.RUN_ROUNDS)
    return get_object_or_404(CaseAudit.objects.for_pages(), pk=pk)


def _people(request: SignedInRequest) -> dict[str, Any]:
    """Whom the forms offer, each with what they are appointed to."""
    today = request.asked.today
    return {
        "auditors": people_holding(AuditsPermission.AUDIT, today),
        "moderators": people_holding(AuditsPermission.MODERATE, today),
        "posts": page.posts_by_person(today),
    }


@signed_in
@require_http_methods(GET_OR_POST)
def round_allocate(request: SignedInRequest, code: str) -> HttpResponse:
    """Give cases that nobody audits yet to somebody, by a day."""
    made = planned_round(request, code)
    if request.method != "POST" and made.state == RoundState.CLOSED:
        messages.info(request, "This round is closed, so its cases can no longer be allocated.")
        return redirect("round", code=code)
    found = page.to_allocate(made, request.GET.get("choose", ""))
    form = AllocateForm(
        posted(request),
        initial={"cases": found.ticked},
        cases=found.choices,
        agencies=made.kind == RoundKind.MULTI_AGENCY,
        **_people(request),
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            audits = actions.allocate(
                made,
                list(SampledCase.objects.filter(pk__in=said["cases"])),
                auditor=said["auditor"],
                due_on=said["due_on"],
                agency=said.get("agency", ""),
                moderator=said["moderator"],
                by=request.actor,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(
                request,
                f"{cases_in(len(audits)).capitalize()} allocated to {said['auditor']}, "
                f"due on {long_date(said['due_on'])}.",
            )
            left = len(found.choices) > len(audits) and made.kind != RoundKind.MULTI_AGENCY
            return redirect("round-allocate" if left else "round", code=code)
    return render(
        request, "audits/rounds/round_allocate.html", {"form": form, "made": made, "page": found}
    )


@signed_in
@require_http_methods(GET_OR_POST)
def round_share(request: SignedInRequest, code: str) -> HttpResponse:
    """Share the cases that nobody audits yet out over several people, by one day."""
    made = planned_round(request, code)
    if request.method != "POST" and made.state == RoundState.CLOSED:
        messages.info(request, "This round is closed, so its cases can no longer be allocated.")
        return redirect("round", code=code)
    people = _people(request)
    form = ShareForm(
        posted(request),
        auditors=people["auditors"],
        posts=people["posts"],
        agencies=made.kind == RoundKind.MULTI_AGENCY,
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            shared = actions.share_out(
                made,
                auditors=list(said["auditors"]),
                due_on=said["due_on"],
                agency=said.get("agency", ""),
                by=request.actor,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, page.shared_words(shared, said["due_on"]))
            if shared.nobodys:
                messages.warning(request, page.nobodys_words(shared))
            return redirect("round-allocate" if shared.nobodys else "round", code=code)
    context = {"form": form, "made": made, "page": page.to_allocate(made, "")}
    return render(request, "audits/rounds/round_share.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def audit_reallocate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another auditor or another day, with a reason; what was saved stays."""
    audit = _run_audit(request, pk)
    people = _people(request)
    form = ReallocateForm(
        posted(request),
        initial={"auditor": audit.auditor_id, "due_on": audit.due_on, "version": audit.version},
        auditors=people["auditors"],
        posts=people["posts"],
    )
    context = {"form": form, "audit": audit, "name": audit.name, "stale": False}
    if not form.is_valid() or form.asks_about_words():
        return render(request, "audits/rounds/audit_reallocate.html", context)
    said = form.cleaned_data
    try:
        actions.reallocate(
            audit,
            auditor=said["auditor"],
            due_on=said["due_on"],
            reason=said["reason"],
            version=said["version"],
            by=request.actor,
        )
    except (ValidationError, NotAllowed) as wrong:
        refuse(form, wrong)
        return render(request, "audits/rounds/audit_reallocate.html", context)
    except Stale as stale:
        # The page says who has it now and by when; what was typed can be sent again.
        form.use_version(stale.current.version)
        context |= {"audit": _run_audit(request, pk), "stale": True}
        return render(request, "audits/rounds/audit_reallocate.html", context, status=409)
    messages.success(
        request, f"{audit.name} is with {said['auditor']}, due on {long_date(said['due_on'])}."
    )
    return redirect("round", code=audit.case.round.code)


@signed_in
@require_http_methods(GET_OR_POST)
def audit_moderator(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask somebody to moderate this audit, and others of the round with it."""
    audit = _run_audit(request, pk)
    people = _people(request)
    form = ModeratorForm(
        posted(request),
        initial={"moderator": audit.moderator_id},
        moderators=people["moderators"],
        posts=people["posts"],
        others=page.others_to_moderate(audit),
    )
    if form.is_valid():
        wanted = [audit.pk, *form.cleaned_data.get("others", [])]
        try:
            asked = actions.name_moderator(
                list(CaseAudit.objects.filter(pk__in=wanted)),
                moderator=form.cleaned_data["moderator"],
                by=request.actor,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            who = form.cleaned_data["moderator"]
            messages.success(request, f"{who} is asked to moderate {cases_in(len(asked))}.")
            return redirect("round", code=audit.case.round.code)
    context = {"form": form, "audit": audit, "name": audit.name}
    return render(request, "audits/rounds/audit_moderator.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def audit_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a case of concern audited again, also in a closed round."""
    audit = _run_audit(request, pk)
    if request.method != "POST" and not audit.is_a_concern:
        messages.info(request, "Only a case found inadequate or unsafe is audited again.")
        return redirect("round", code=audit.case.round.code)
    form = AgainForm(posted(request), **_people(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            again = actions.audit_again(
                audit,
                auditor=said["auditor"],
                due_on=said["due_on"],
                moderator=said["moderator"],
                by=request.actor,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(
                request,
                f"{audit.case} is to be audited again by {again.auditor}, "
                f"due on {long_date(again.due_on)}.",
            )
            return redirect("round", code=audit.case.round.code)
    context = {"form": form, "audit": audit, "name": audit.name}
    return render(request, "audits/rounds/audit_again.html", context)


urlpatterns = [
    path("audits/rounds/<slug:code>/allocate/", round_allocate, name="round-allocate"),
    path("audits/rounds/<slug:code>/share/", round_share, name="round-share"),
    path("audits/cases/<int:pk>/reallocate/", audit_reallocate, name="audit-reallocate"),
    path("audits/cases/<int:pk>/moderator/", audit_moderator, name="audit-moderator"),
    path("audits/cases/<int:pk>/again/", audit_again, name="audit-again"),
]
