"""Who audits which case by when, who moderates, and who looks again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from audits.allocation import actions, forms, pages
from audits.models import CaseAudit, Round, SampledCase
from audits.permissions import AuditsPermission
from audits.rounds.access import round_page
from audits.workflow import CASE_AUDIT, CaseAct
from earlyhelp.core.pages.forms import answer, get_or_post, offer_unless, posted
from earlyhelp.core.pages.stale import stale_sentence
from earlyhelp.core.pages.versions import use_version
from earlyhelp.core.pages.wording import long_date, number_of
from teams.http import SignedInRequest, signed_in
from teams.permissions import require

_page_until_closed = round_page(
    otherwise="This round is closed, so its cases can no longer be allocated.",
)


@signed_in
@get_or_post
@_page_until_closed
def round_allocate(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """Give cases that nobody audits yet to somebody, by a day."""
    page = pages.allocation_page(audit_round, request.GET.get("choose", ""))
    form = forms.AllocateForm(
        posted(request),
        initial={"cases": page.ticked},
        cases=page.choices,
        agencies=audit_round.has_agencies,
        day=request.actor.today,
    )

    def allocate() -> list[CaseAudit]:
        details = dict(form.cleaned_data)
        cases = SampledCase.objects.filter(pk__in=details.pop("cases"))
        return actions.allocate(audit_round, cases, **details, by=request.actor)

    def then(audits: list[CaseAudit]) -> str:
        is_left = len(page.choices) > len(audits) and not audit_round.has_agencies
        return reverse("round-allocate", args=[audit_round.code]) if is_left else audit_round.url

    context = {"form": form, "round": audit_round, "page": page}
    return answer(
        request,
        form,
        allocate,
        show=lambda: render(request, "audits/allocation/allocate.html", context),
        done=lambda audits: (
            f"{number_of(len(audits), 'case')} allocated to {audits[0].auditor}, "
            f"due on {long_date(audits[0].due_on)}."
        ),
        then=then,
    )


@signed_in
@get_or_post
@_page_until_closed
def round_share(request: SignedInRequest, audit_round: Round) -> HttpResponse:
    """Share the cases that nobody audits yet out over several people, by one day."""
    form = forms.ShareOutForm(
        posted(request),
        agencies=audit_round.has_agencies,
        day=request.actor.today,
    )

    def show() -> HttpResponse:
        context = {"form": form, "round": audit_round, "page": pages.allocation_page(audit_round)}
        return render(request, "audits/allocation/share_out.html", context)

    def then(shared: actions.SharedOut) -> str:
        if not shared.nobodys:
            return audit_round.url
        messages.warning(request, pages.nobodys_sentence(shared))
        return reverse("round-allocate", args=[audit_round.code])

    return answer(
        request,
        form,
        lambda: actions.share_out(audit_round, **form.cleaned_data, by=request.actor),
        show=show,
        done=lambda shared: pages.shared_out_sentence(shared, form.cleaned_data["due_on"]),
        then=then,
    )


def _load_audit(request: SignedInRequest, pk: int) -> CaseAudit:
    """An audit, for those who plan and run rounds."""
    require(request.actor.authority, AuditsPermission.RUN_ROUNDS)
    return get_object_or_404(CaseAudit.objects.for_pages(), pk=pk)


def _show_audit(
    request: SignedInRequest, name: str, audit: CaseAudit, form: Any, status: int = 200
) -> HttpResponse:
    words = stale_sentence(audit, request.user) if status == 409 else ""
    context = {"form": form, "audit": audit, "round": audit.case.round, "stale": words}
    return render(request, f"audits/allocation/{name}.html", context, status=status)


@signed_in
@get_or_post
def audit_reallocate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another auditor or another day, with a reason; what was saved stays."""
    audit = _load_audit(request, pk)
    not_now = CASE_AUDIT.why_not(CaseAct.REALLOCATE, audit.state)
    offer_unless(request, not_now, audit.case.round.url)
    form = forms.ReallocateForm(
        posted(request),
        initial={"auditor": audit.auditor_id, "due_on": audit.due_on, "version": audit.version},
        day=request.actor.today,
    )

    def conflict(current: CaseAudit) -> HttpResponse:
        """Say who has it now and by when; what was typed can be sent again."""
        use_version(form, current.version)
        return _show_audit(request, "reallocate", current, form, status=409)

    return answer(
        request,
        form,
        lambda: actions.reallocate(
            audit,
            auditor=form.cleaned_data["auditor"],
            due_on=form.cleaned_data["due_on"],
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            by=request.actor,
        ),
        show=lambda: _show_audit(request, "reallocate", audit, form),
        done=lambda saved: (
            f"{saved.name} is with {saved.auditor}, due on {long_date(saved.due_on)}."
        ),
        then=audit.case.round.url,
        conflict=conflict,
    )


@signed_in
@get_or_post
def audit_moderator(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask somebody to moderate this audit, and others of the round with it."""
    audit = _load_audit(request, pk)
    offer_unless(request, actions.why_not_name_moderator(audit), audit.case.round.url)
    form = forms.ModeratorForm(
        posted(request),
        initial={"moderator": audit.moderator_id},
        others=pages.others_to_moderate(audit),
        day=request.actor.today,
    )

    def name_moderator() -> list[CaseAudit]:
        others = CaseAudit.objects.filter(pk__in=form.cleaned_data.get("others", []))
        moderator = form.cleaned_data["moderator"]
        return actions.name_moderator([audit, *others], moderator=moderator, by=request.actor)

    return answer(
        request,
        form,
        name_moderator,
        show=lambda: _show_audit(request, "moderator", audit, form),
        done=lambda audits: (
            f"{form.cleaned_data['moderator']} is asked to moderate "
            f"{number_of(len(audits), 'case')}."
        ),
        then=audit.case.round.url,
    )


@signed_in
@get_or_post
def audit_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a case of concern audited again, also in a closed round."""
    audit = _load_audit(request, pk)
    why_not = "" if audit.is_a_concern else actions.NO_CONCERN
    offer_unless(request, why_not, audit.case.round.url)
    form = forms.AuditAgainForm(posted(request), day=request.actor.today)
    return answer(
        request,
        form,
        lambda: actions.audit_again(audit, **form.cleaned_data, by=request.actor),
        show=lambda: _show_audit(request, "again", audit, form),
        done=lambda again: (
            f"{audit.case} is to be audited again by {again.auditor}, "
            f"due on {long_date(again.due_on)}."
        ),
        then=audit.case.round.url,
    )


urlpatterns = [
    path("audits/rounds/<slug:code>/allocate/", round_allocate, name="round-allocate"),
    path("audits/rounds/<slug:code>/share/", round_share, name="round-share"),
    path("audits/cases/<int:pk>/reallocate/", audit_reallocate, name="audit-reallocate"),
    path("audits/cases/<int:pk>/moderator/", audit_moderator, name="audit-moderator"),
    path("audits/cases/<int:pk>/again/", audit_again, name="audit-again"),
]
