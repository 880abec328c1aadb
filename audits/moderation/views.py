"""A moderator looks at what was graded: confirms or changes it, and both are kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from audits.casework import actions as casework
from audits.casework.access import audit_typed_into, seen_audit
from audits.casework.actions import AuditRefused, Submitted
from audits.casework.answers import indicators_of
from audits.models import CaseAudit
from audits.moderation import pages as page
from audits.moderation.forms import ModerationForm, write_snapshot
from audits.permissions import sees_case_number, why_not_moderate
from audits.workflow import CASE_AUDIT, CaseAct, CaseState
from earlyhelp.core import clock
from earlyhelp.core.change import PartlySaved, refuse
from earlyhelp.core.pages.forms import get_or_post
from earlyhelp.core.pages.posted import posted_version
from earlyhelp.core.pages.saving import answer_save, is_autosave, not_saved, saved_and_not
from earlyhelp.core.pages.versioned_edit import show_conflict
from teams.authority import Actor
from teams.http import SignedInRequest, signed_in
from teams.personal_data import KEEP_WORDS, noticed


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


def _show_form(
    request: SignedInRequest, audit: CaseAudit, form: ModerationForm, *, was: str = ""
) -> HttpResponse:
    """The page; ``was`` is what it brings back, where that is not what it came with."""
    shown = sees_case_number(request.actor.authority, audit)
    asked = indicators_of(audit, "grade_guidance")
    context = {
        "audit": audit,
        "case_number": audit.case.case_number if shown else "",
        "page": page.moderation_page(form, audit, asked, clock.now()),
        "version": audit.version if form.version is None else form.version,
        "was": was or write_snapshot(form.was or form.now),
        "saved_and_not": saved_and_not(form),
        "keep_words_wrong": form.errors.get("keep-words", ""),
    }
    return render(request, "audits/moderation/moderate.html", context)


def _moderate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Save what is valid; where all is, and it is asked for, the moderation is given."""
    audit, locked = audit_typed_into(
        request.actor.authority, pk, why_not_moderate, role="moderator"
    )
    form = ModerationForm(audit, request.POST)
    if locked:
        if is_autosave(request):
            return not_saved(locked)
        return _show_locked(request, audit, form, locked)
    gives = request.POST.get("then", "moderate") == "moderate" and not is_autosave(request)
    if gives and not form.errors and not form.keeps_words and noticed(page.written(form)):
        form.errors["keep-words"] = KEEP_WORDS

    def save() -> PartlySaved[CaseAudit]:
        version, by = posted_version(request), request.actor
        if gives and not form.errors:
            try:
                given = _give(audit, form, version, by)
            except AuditRefused:
                pass  # what is valid of it is saved
            else:
                return PartlySaved(given.audit, {}, is_new=True)
        return casework.save_moderation(
            audit, form.valid_decisions, form.valid_judgement, version=version, by=by
        )

    return answer_save(
        request,
        form,
        save,
        show=lambda _: _show_unsaved(request, pk, form),
        then=lambda saved: _after_saving(request, saved),
        conflict=lambda: _show_conflict(request, pk),
        locked=lambda why: _show_locked(request, audit, form, why),
    )


def _give(audit: CaseAudit, form: ModerationForm, version: int, by: Actor) -> Submitted:
    said = form.judgement
    return casework.moderate(
        audit,
        form.decisions,
        overall=said.overall,
        is_unsafe=said.is_unsafe,
        comment=said.comment,
        version=version,
        by=by,
    )


def _after_saving(request: SignedInRequest, saved: CaseAudit) -> HttpResponse:
    """On to the audit where it is moderated, away where it is to be carried on."""
    if saved.state != CaseState.MODERATED:
        messages.success(request, f"{saved.name} is saved. Carry on when you like.")
        return redirect("auditing")
    messages.success(request, f"{saved.name} is moderated. Both grades are kept; yours count.")
    return redirect("audit-case", pk=saved.pk)


def _show_unsaved(request: SignedInRequest, pk: int, saved: ModerationForm) -> HttpResponse:
    """The page over what is saved now, with what is not as it was typed."""
    audit = seen_audit(request.actor.authority, pk)
    form = ModerationForm(audit, request.POST).with_errors_of(saved)
    return _show_form(request, audit, form, was=saved.snapshot())


def _show_conflict(request: SignedInRequest, pk: int) -> HttpResponse:
    """Saved meanwhile and typed here, side by side."""
    current = seen_audit(request.actor.authority, pk)
    return show_conflict(request, page.conflict(current, ModerationForm(current, request.POST)))


def _show_locked(
    request: HttpRequest, audit: CaseAudit, form: ModerationForm, locked: str
) -> HttpResponse:
    """Nothing can be saved any more: what was typed, to be passed on."""
    context = {"audit": audit, "locked": locked, "typed": page.what_was_typed(form)}
    return render(request, "audits/moderation/moderate_locked.html", context, status=409)


urlpatterns = [path("audits/cases/<int:pk>/moderate/", audit_moderate, name="audit-moderate")]
