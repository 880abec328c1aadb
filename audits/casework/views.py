"""An auditor's list; one case as it is read, graded, checked, submitted and put right."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from audits.casework import actions as casework
from audits.casework.access import audit_typed_into, seen_audit
from audits.casework.actions import AuditRefused
from audits.casework.forms import DoneForm, GradingForm, RemedyForm, write_snapshot
from audits.casework.pages import grading as page
from audits.casework.pages.case import case_page, people_told
from audits.casework.pages.lists import my_cases, read_page
from audits.models import CaseAudit, RemedialAction
from audits.permissions import (
    AuditsPermission,
    audits_seen,
    finishes_remedies,
    reads,
    sees_case_number,
    sets_remedies,
    why_not_audit,
)
from audits.safety.actions import NO_CONCERN, NOT_RESPONSIBLE, finish_remedial, set_remedial
from audits.verbs import AuditsVerb
from audits.workflow import NotAllowed
from earlyhelp.core import clock
from earlyhelp.core.change import Stale, refuse
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.forms import answer, get_or_post, offer_unless, post_only, posted
from earlyhelp.core.pages.posted import posted_version
from earlyhelp.core.pages.saving import answer_save, is_autosave, not_saved, saved_and_not
from earlyhelp.core.pages.versioned_edit import show_conflict
from earlyhelp.core.pages.wording import days_left
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere
from teams.personal_data import KEEP_WORDS

CHANGED_MEANWHILE = (
    "This audit was saved elsewhere while you were looking at it. Look at it again before you "
    "submit it."
)


@signed_in
@require_safe
def auditing(request: SignedInRequest) -> HttpResponse:
    """The cases this person audits and moderates: what is due, late and done."""
    authority = request.actor.authority
    require_anywhere(authority, [AuditsPermission.AUDIT, AuditsPermission.MODERATE])
    cases = my_cases(authority, request.actor.today, request.GET.get("page"))
    audits = authority.holds(AuditsPermission.AUDIT)
    return render(request, "audits/casework/auditing.html", {"page": cases, "audits": audits})


@signed_in
@require_safe
def audits_read(request: SignedInRequest) -> HttpResponse:
    """The submitted audits of a person's own teams, localities or city; ``?round=`` for one."""
    authority = request.actor.authority
    require_anywhere(authority, [AuditsPermission.SEE_AUDITS])
    asked = request.GET
    read = read_page(audits_seen(authority), asked.get("round", ""), asked.get("page"))
    return render(request, "audits/casework/read.html", {"page": read})


@signed_in
@require_safe
def audit_case(request: SignedInRequest, pk: int) -> HttpResponse:
    """One audit: its answers, its moderation, what is done about it, and what happened."""
    return _show_case(request, seen_audit(request.actor.authority, pk))


def _show_case(
    request: SignedInRequest, audit: CaseAudit, typed: DoneForm | None = None
) -> HttpResponse:
    """The page; ``typed`` is what was said of a remedial action and could not be taken."""
    shown = case_page(audit, request.actor, typed)
    context = {"audit": audit, "page": shown, "form": typed}
    return render(request, "audits/casework/case.html", context)


# -- grading --------------------------------------------------------------------------------


@signed_in
@get_or_post
def audit_grade(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every indicator of a case on one page. POST saves what is valid, and shows the rest."""
    if request.method == "POST":
        return _save(request, pk)
    audit = _own_open_audit(request, pk)
    return _show_form(request, audit, GradingForm(audit))


def _own_audit(request: SignedInRequest, pk: int) -> CaseAudit:
    """An audit that this person reads (404 otherwise) and audits (403 otherwise)."""
    audit = seen_audit(request.actor.authority, pk)
    refuse(why_not_audit(request.actor.authority, audit))
    return audit


def _own_open_audit(request: SignedInRequest, pk: int) -> CaseAudit:
    """The same, while it can be graded; who asks later is led to where it is read."""
    audit = _own_audit(request, pk)
    closed = page.why_closed(request.actor.authority, audit)
    offer_unless(request, closed, reverse("audit-case", args=[pk]))
    return audit


def _about(request: SignedInRequest, audit: CaseAudit) -> dict[str, object]:
    """What the pages of one case have in common."""
    shown = sees_case_number(request.actor.authority, audit)
    return {
        "audit": audit,
        "case_number": audit.case.case_number if shown else "",
        "days_left": days_left(audit.due_on, request.actor.today),
    }


def _show_form(
    request: SignedInRequest, audit: CaseAudit, form: GradingForm, *, was: str = ""
) -> HttpResponse:
    """The page; ``was`` is what it brings back, where that is not what it came with."""
    context = _about(request, audit) | {
        "page": page.grade_page(form, audit, clock.now()),
        "version": audit.version if form.version is None else form.version,
        "was": was or write_snapshot(form.was or form.now),
        "saved_and_not": saved_and_not(form),
    }
    return render(request, "audits/casework/grade.html", context)


def _save(request: SignedInRequest, pk: int) -> HttpResponse:
    audit, locked = audit_typed_into(request.actor.authority, pk, why_not_audit, role="auditor")
    form = GradingForm(audit, request.POST)
    if locked:
        if is_autosave(request):
            return not_saved(locked)
        return _show_locked(request, audit, form, locked)
    return answer_save(
        request,
        form,
        lambda: casework.save_valid(
            audit,
            form.valid_answers,
            form.valid_judgement,
            version=posted_version(request),
            by=request.actor,
        ),
        show=lambda _: _show_unsaved(request, pk, form),
        then=lambda saved: _after_saving(request, saved, form),
        conflict=lambda: _show_conflict(request, pk),
        locked=lambda why: _show_locked(request, audit, form, why),
    )


def _show_unsaved(request: SignedInRequest, pk: int, saved: GradingForm) -> HttpResponse:
    """The page over what is saved now, with what is not as it was typed."""
    audit = seen_audit(request.actor.authority, pk)
    form = GradingForm(audit, request.POST).with_errors_of(saved)
    return _show_form(request, audit, form, was=saved.snapshot())


def _show_conflict(request: SignedInRequest, pk: int) -> HttpResponse:
    """Saved meanwhile and typed here, side by side."""
    # The version is read before the answers: a save in between makes it stale, never unseen.
    current = CaseAudit.objects.for_pages().get(pk=pk)
    return show_conflict(request, page.conflict(current, GradingForm(current, request.POST)))


def _show_locked(
    request: SignedInRequest, audit: CaseAudit, form: GradingForm, locked: str
) -> HttpResponse:
    """Nothing can be saved any more: what was typed, to be passed on."""
    context = {
        "audit": audit,
        "locked": locked,
        "typed": page.what_was_typed(form),
        "may_read": reads(request.actor.authority, audit),
    }
    return render(request, "audits/casework/grade_locked.html", context, status=409)


def _after_saving(request: SignedInRequest, audit: CaseAudit, form: GradingForm) -> HttpResponse:
    """Where to go: on to the check, away, or back to the indicator that was being worked on."""
    then, pk = request.POST.get("then"), audit.pk
    if then == "leave":
        messages.success(request, f"{audit.name} is saved. Carry on when you like.")
        return redirect("auditing")
    if then == "check":
        return redirect("audit-check", pk=pk)
    messages.success(request, "Saved.")
    at = request.POST.get("at", "")
    fragment = f"#q-{at}" if at in {one.code for one in form.indicators} else ""
    return redirect(reverse("audit-grade", args=[pk]) + fragment)


# -- submitting -----------------------------------------------------------------------------


@signed_in
@require_safe
def audit_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every answer on one page before it is submitted: what is missing, what looks like a name."""
    return _show_check(request, _own_open_audit(request, pk))


def _show_check(
    request: SignedInRequest, audit: CaseAudit, problem: str = "", *, box: str = ""
) -> HttpResponse:
    """The page; ``box`` is what a problem is about, if it is about one."""
    context = _about(request, audit) | {
        "page": page.check(audit),
        "problems": [(box, problem)] if problem else [],
        "keep_words_wrong": problem if box else "",
    }
    return render(request, "audits/casework/check.html", context, status=409 if problem else 200)


@signed_in
@post_only("audit-check")
def audit_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Submit a complete audit; the same submission again leads to the same receipt."""
    audit = _own_audit(request, pk)
    kept = request.POST.get("keep-words") == "yes"
    if not kept and not audit.is_done:
        checked = page.check(audit)
        if checked.noticed and not checked.missing:
            return _show_check(request, audit, KEEP_WORDS, box="keep-words")
    try:
        casework.submit(audit, version=posted_version(request), by=request.actor)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("audit-case", pk=pk)
    except Stale:
        current = seen_audit(request.actor.authority, pk)
        return _show_check(request, current, CHANGED_MEANWHILE)
    except AuditRefused:
        problem = "This audit cannot be submitted yet: see what is still missing."
        return _show_check(request, audit, problem)
    return redirect("audit-receipt", pk=pk)


@signed_in
@require_safe
def audit_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was submitted, when and by whom, who was told, and what happens next."""
    audit = _own_audit(request, pk)
    events = Event.objects.visible_to(request.actor, about=audit)
    submitted = events.filter(verb=AuditsVerb.SUBMITTED)
    event = submitted.order_by("-id").first() if audit.is_done else None
    if event is None:
        return redirect("audit-case", pk=pk)
    context = {
        "audit": audit,
        "event": event,
        "answers": audit.given.count(),
        "told": people_told(audit, request.actor) if audit.is_a_concern else [],
    }
    return render(request, "audits/casework/receipt.html", context)


# -- putting it right -----------------------------------------------------------------------


def _put_right(audit: CaseAudit) -> str:
    return reverse("audit-case", args=[audit.pk]) + "#put-right"


@signed_in
@get_or_post
def remedial_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set something to be done about a case of concern, by a day."""
    audit = seen_audit(request.actor.authority, pk)
    refuse("" if sets_remedies(request.actor.authority, audit) else NOT_RESPONSIBLE)
    offer_unless(request, "" if audit.is_a_concern else NO_CONCERN, _put_right(audit))
    form = RemedyForm(posted(request))
    return answer(
        request,
        form,
        lambda: set_remedial(
            audit,
            what=form.cleaned_data["what"],
            due_on=form.cleaned_data["due_on"],
            by=request.actor,
        ),
        show=lambda: render(
            request, "audits/casework/put_right.html", {"audit": audit, "form": form}
        ),
        done="It is set to be done.",
        then=_put_right(audit),
    )


@signed_in
@post_only(lambda pk: _put_right(get_object_or_404(RemedialAction, pk=pk).audit))
def remedial_done(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that something set to be done was done, and on which day."""
    remedy = get_object_or_404(RemedialAction, pk=pk)
    audit = seen_audit(request.actor.authority, remedy.audit_id)
    refuse("" if finishes_remedies(request.actor.authority, audit) else NOT_RESPONSIBLE)
    form = DoneForm(request.POST, remedy=remedy)
    return answer(
        request,
        form,
        lambda: finish_remedial(
            remedy,
            done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"],
            by=request.actor,
        ),
        show=lambda: _show_case(request, audit, form),
        done="It is done.",
        then=_put_right(audit),
    )


urlpatterns = [
    path("audits/mine/", auditing, name="auditing"),
    path("audits/read/", audits_read, name="audits-read"),
    path("audits/cases/<int:pk>/", audit_case, name="audit-case"),
    path("audits/cases/<int:pk>/grade/", audit_grade, name="audit-grade"),
    path("audits/cases/<int:pk>/check/", audit_check, name="audit-check"),
    path("audits/cases/<int:pk>/submit/", audit_submit, name="audit-submit"),
    path("audits/cases/<int:pk>/receipt/", audit_receipt, name="audit-receipt"),
    path("audits/cases/<int:pk>/put-right/", remedial_new, name="remedial-new"),
    path("audits/put-right/<int:pk>/done/", remedial_done, name="remedial-done"),
]
