"""A moderator looks at what was graded: confirms or changes it, and both are kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from audits.casework import actions as casework
from audits.casework.access import audit_typed_into, seen_audit
from audits.casework.actions import AuditRefused
from audits.casework.answers import indicators_of
from audits.models import CaseAudit
from audits.moderation import pages as page
from audits.moderation.forms import ModerationForm
from audits.permissions import sees_case_number, why_not_moderate
from audits.workflow import CASE_AUDIT, CaseAct, CaseState, NotAllowed
from earlyhelp.core.change import Stale, refuse
from earlyhelp.core.pages.forms import get_or_post
from earlyhelp.core.pages.posted import posted_version
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused
from teams.personal_data import KEEP_WORDS, noticed

CHANGED_MEANWHILE = (
    "Who moderates this audit changed meanwhile. What you typed is kept: send it again."
)


@signed_in
@get_or_post
def audit_moderate(request: SignedInRequest, pk: int) -> HttpResponse:
    """The auditor's grades with their comments, each to be confirmed or changed."""
    if request.method == "POST":
        return _moderate(request, pk)
    audit = seen_audit(request.actor.authority, pk)
    refuse(why_not_moderate(request.actor.authority, audit))
    if not CASE_AUDIT.allows(CaseAct.MODERATE, CaseState(audit.state)):
        messages.info(request, f"{audit.name} cannot be moderated now.")
        return redirect("audit-case", pk=pk)
    return _show_form(request, audit, ModerationForm(audit))


def _show_form(request: SignedInRequest, audit: CaseAudit, form: ModerationForm) -> HttpResponse:
    shown = sees_case_number(request.actor.authority, audit)
    context = {
        "audit": audit,
        "case_number": audit.case.case_number if shown else "",
        "page": page.moderation_page(form, audit, indicators_of(audit, "grade_guidance")),
        "version": audit.version if form.version is None else form.version,
        "keep_words_wrong": form.errors.get("keep-words", ""),
    }
    return render(request, "audits/moderation/moderate.html", context)


def _moderate(request: SignedInRequest, pk: int) -> HttpResponse:
    audit, locked = audit_typed_into(
        request.actor.authority, pk, why_not_moderate, role="moderator"
    )
    form = ModerationForm(audit, request.POST)
    if locked:
        return _show_locked(request, audit, form, locked)
    if not form.errors and not form.keeps_words and noticed(page.written(form)):
        form.errors["keep-words"] = KEEP_WORDS
    if form.errors:
        return _show_form(request, audit, form)
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
        form.errors |= refused.errors
        return _show_form(request, audit, form)
    except Stale as stale:
        form.errors[""] = CHANGED_MEANWHILE
        form.version = stale.current.version
        return _show_form(request, audit, form)
    except (Refused, NotAllowed) as refusal:
        return _show_locked(request, audit, form, str(refusal))
    messages.success(request, f"{done.audit.name} is moderated. Both grades are kept; yours count.")
    return redirect("audit-case", pk=pk)


def _show_locked(
    request: HttpRequest, audit: CaseAudit, form: ModerationForm, locked: str
) -> HttpResponse:
    """Nothing can be saved any more: what was typed, to be passed on."""
    context = {"audit": audit, "locked": locked, "typed": page.what_was_typed(form)}
    return render(request, "audits/moderation/moderate_locked.html", context, status=409)


urlpatterns = [path("audits/cases/<int:pk>/moderate/", audit_moderate, name="audit-moderate")]
