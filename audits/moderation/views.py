"""A moderator looks at what was graded: confirms or changes it, and both are kept."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from audits.casework import actions as casework
from audits.casework.access import refuse_unless_given_to, seen_audit
from audits.casework.actions import AuditRefused
from audits.casework.indicators import indicators_with_guidance
from audits.models import CaseAudit, Given
from audits.moderation import pages as page
from audits.moderation.forms import ModerationForm
from audits.permissions import reads, sees_case_number, why_not_moderate
from audits.safety.emails import write_to
from audits.workflow import CASE_AUDIT, CaseAct, CaseState, NotAllowed
from earlyhelp.core.change import Stale, refuse
from earlyhelp.core.pages.posted import posted_version
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused
from teams.personal_data import KEEP_WORDS, noticed

CHANGED_MEANWHILE = (
    "Who moderates this audit changed meanwhile. What you typed is kept: send it again."
)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def audit_moderate(request: SignedInRequest, pk: int) -> HttpResponse:
    """The auditor's grades with their comments, each to be confirmed or changed."""
    if request.method == "POST":
        return _moderate(request, pk)
    audit = seen_audit(request.actor.authority, pk)
    refuse(why_not_moderate(request.actor.authority, audit))
    if not CASE_AUDIT.allows(CaseAct.MODERATE, CaseState(audit.state)):
        messages.info(request, f"{audit.name} cannot be moderated now.")
        return redirect("audit-case", pk=pk)
    given = list(Given.objects.of(audit))
    return _show_form(request, audit, given, ModerationForm(_graded(given), audit))


def _graded(given: Sequence[Given]) -> list[Given]:
    return [row for row in given if row.grade]


def _show_form(
    request: SignedInRequest, audit: CaseAudit, given: Sequence[Given], form: ModerationForm
) -> HttpResponse:
    shown = page.moderation_page(form, audit, indicators_with_guidance(audit), given)
    authority = request.actor.authority
    context = {
        "audit": audit,
        "case_number": audit.case.case_number if sees_case_number(authority, audit) else "",
        "page": shown,
        "version": audit.version if form.version is None else form.version,
        "keep_words_wrong": form.errors.get("keep-words", ""),
    }
    return render(request, "audits/moderation/moderate.html", context)


def _moderate(request: SignedInRequest, pk: int) -> HttpResponse:
    audit = get_object_or_404(CaseAudit.objects.for_pages(), pk=pk)
    authority = request.actor.authority
    refusal = why_not_moderate(authority, audit)
    if refusal:
        return _not_theirs(request, audit, refusal)
    if not reads(authority, audit):
        raise Http404("There is no such audit")
    given = list(Given.objects.of(audit))
    form = ModerationForm(_graded(given), audit, request.POST)
    if not form.errors and not form.keeps_words and noticed(page.written(form)):
        form.refuse({"keep-words": KEEP_WORDS})
    if form.errors:
        return _show_form(request, audit, given, form)
    try:
        done = casework.moderate(
            audit,
            form.decisions,
            overall=form.overall,
            is_unsafe=form.is_unsafe,
            comment=form.comment,
            version=posted_version(request),
            by=request.actor,
        )
    except AuditRefused as refused:
        form.refuse(refused.errors)
        return _show_form(request, audit, given, form)
    except Stale as stale:
        form.refuse({"": CHANGED_MEANWHILE})
        form.version = stale.current.version
        return _show_form(request, audit, given, form)
    except (Refused, NotAllowed) as refusal_now:
        return _show_locked(request, audit, form, str(refusal_now))
    write_to(request, done.audit, done.told)
    messages.success(request, f"{audit.name} is moderated. Both grades are kept; yours count.")
    return redirect("audit-case", pk=pk)


def _not_theirs(request: SignedInRequest, audit: CaseAudit, refusal: str) -> HttpResponse:
    """What somebody typed who was to moderate and is not any more; nothing for anybody else."""
    refuse_unless_given_to(request.actor.authority, audit, refusal, role="moderator")
    form = ModerationForm(_graded(list(Given.objects.of(audit))), audit, request.POST)
    return _show_locked(request, audit, form, refusal)


def _show_locked(
    request: HttpRequest, audit: CaseAudit, form: ModerationForm, locked: str
) -> HttpResponse:
    """Nothing can be saved any more: what was typed, to be passed on."""
    context = {
        "audit": audit,
        "locked": locked,
        "typed": page.what_was_typed(form),
    }
    return render(request, "audits/moderation/moderate_locked.html", context, status=409)


urlpatterns = [path("audits/cases/<int:pk>/moderate/", audit_moderate, name="audit-moderate")]
