"""An auditor's list, and one case: graded as they go, checked, submitted, the receipt."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.casework import actions as casework
from audits.casework.actions import AuditRefused
from audits.casework.forms import GradingForm, snapshot
from audits.casework.pages import check as check_page
from audits.casework.pages import conflict as conflict_page
from audits.casework.pages import grading as page
from audits.casework.pages.rows import name_of
from audits.casework.pages.waiting import my_cases
from audits.casework.reading_views import seen_audit
from audits.models import CaseAudit, Given, Indicator
from audits.permissions import AuditsPermission, reads, sees_case_number, why_not_audit
from audits.responsible import was_given_to
from audits.safety.emails import tell_of_concern
from audits.stale import StaleAudit
from audits.workflow import NotAllowed
from earlyhelp.core import clock
from measures.returns.forms import version_of
from measures.returns.pages.lists import days_left
from teams.http import SignedInRequest, signed_in
from teams.models import User
from teams.permissions import Refused, require_anywhere

CHANGED_MEANWHILE = (
    "This audit was saved elsewhere while you were looking at it. Look at it again before you "
    "submit it."
)
KEEP_WORDS = (
    "Look at the words that are pointed out, then change them or tick that they name nobody"
)


@signed_in
@require_safe
def auditing(request: SignedInRequest) -> HttpResponse:
    """The cases this person audits and moderates: what is due, late and done."""
    standing = request.asked.standing
    require_anywhere(standing, [AuditsPermission.AUDIT, AuditsPermission.MODERATE])
    found = my_cases(standing, request.asked.today, request.GET.get("page"))
    audits = standing.holds(AuditsPermission.AUDIT)
    return render(request, "audits/casework/auditing.html", {"page": found, "audits": audits})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def audit_grade(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every indicator of a case on one page. POST saves all of what was typed, or nothing."""
    if request.method == "POST":
        return _save(request, pk)
    audit = _own_audit(request, pk)
    closed = page.why_closed(request.asked.standing, audit)
    if closed:
        messages.info(request, closed)
        return redirect("audit-case", pk=pk)
    return _show_form(request, audit, _form(audit))


def _own_audit(request: SignedInRequest, pk: int) -> CaseAudit:
    """An audit that this person reads (404 otherwise) and audits (403 otherwise)."""
    audit = seen_audit(request, pk)
    refusal = why_not_audit(request.asked.standing, audit)
    if refusal:
        raise Refused(refusal)
    return audit


def _form(audit: CaseAudit, request: HttpRequest | None = None) -> GradingForm:
    """The case as it is, with what was posted over it. Five queries."""
    return GradingForm(
        indicators_with_guidance(audit),
        Given.objects.of(audit),
        audit,
        None if request is None else request.POST,
    )


def indicators_with_guidance(audit: CaseAudit) -> list[Indicator]:
    """What the audit asks, in order, with choices and what each grade looks like."""
    asked = audit.case.round.tool.indicators.prefetch_related("choices", "grade_guidance")
    return list(asked.order_by("position", "code"))


def _show_form(request: SignedInRequest, audit: CaseAudit, form: GradingForm) -> HttpResponse:
    due = audit.due_on
    context = {
        "audit": audit,
        "name": name_of(audit),
        "case_number": _number(request, audit),
        "page": page.grade_page(form, audit, clock.now()),
        "days_left": days_left(due, request.asked.today),
        "version": audit.version if form.version is None else form.version,
        "was": snapshot(form.now if form.was is None else form.was),
    }
    return render(request, "audits/casework/grade.html", context)


def _number(request: SignedInRequest, audit: CaseAudit) -> str:
    shown = sees_case_number(request.asked.standing, audit)
    return audit.case.case_number if shown else ""


def _save(request: SignedInRequest, pk: int) -> HttpResponse:
    audit = get_object_or_404(CaseAudit.objects.for_pages(), pk=pk)
    standing = request.asked.standing
    refusal = why_not_audit(standing, audit)
    if refusal:
        return _no_longer_theirs(request, audit, refusal)
    if not reads(standing, audit):
        raise Http404("Its round has not been opened yet")
    form = _form(audit, request)
    if form.errors:
        return _show_form(request, audit, form)
    if form.undecided:
        return _show_conflict(request, audit, form, insisted=True)
    try:
        saved = casework.save(
            audit,
            form.given,
            form.judgement if form.judged else None,
            version=posted_version(request),
            by=request.user,
            standing=standing,
        )
    except AuditRefused as refused:
        form.refuse(refused.errors)
        return _show_form(request, audit, form)
    except StaleAudit:
        # The version is read before the answers: a save in between makes it stale, never unseen.
        current = CaseAudit.objects.for_pages().get(pk=pk)
        return _show_conflict(request, current, _form(current, request))
    except Refused as refused:
        return _no_longer_theirs(request, audit, str(refused))
    except NotAllowed as not_now:
        return _show_locked(request, audit, form, str(not_now))
    return _after_saving(request, saved, form)


def posted_version(request: HttpRequest) -> int:
    """The version that the page was made from; one that never was when it does not say."""
    version = version_of(request.POST.get("version", ""))
    return -1 if version is None else version


def _no_longer_theirs(request: SignedInRequest, audit: CaseAudit, refusal: str) -> HttpResponse:
    """What somebody typed into a case that was taken from them meanwhile, and nothing else."""
    standing = request.asked.standing
    if was_given_to(audit, standing.person_id, to="auditor"):
        return _show_locked(request, audit, _form(audit, request), refusal)
    if not reads(standing, audit):
        raise Http404("There is no such audit")
    raise Refused(refusal)


def _show_locked(
    request: SignedInRequest, audit: CaseAudit, form: GradingForm, locked: str
) -> HttpResponse:
    """Nothing can be saved any more: what was typed, to be passed on."""
    context = {
        "audit": audit,
        "name": name_of(audit),
        "locked": locked,
        "typed": conflict_page.what_was_typed(form),
        "may_read": reads(request.asked.standing, audit),
    }
    return render(request, "audits/casework/grade_locked.html", context, status=409)


def _show_conflict(
    request: SignedInRequest, audit: CaseAudit, form: GradingForm, *, insisted: bool = False
) -> HttpResponse:
    """What was saved meanwhile and what was typed now, side by side."""
    last = page.last_save(audit)
    context = {
        "audit": audit,
        "name": name_of(audit),
        "case_number": _number(request, audit),
        "page": conflict_page.conflict(form, insisted=insisted),
        "was": snapshot(form.now),
        "then": request.POST.get("then", ""),
        "by": last.by if last else None,
    }
    return render(request, "audits/casework/grade_conflict.html", context, status=409)


def _after_saving(request: SignedInRequest, audit: CaseAudit, form: GradingForm) -> HttpResponse:
    """Where to go: on to the check, away, or back to the indicator that was being worked on."""
    then, pk = request.POST.get("then"), audit.pk
    if then == "leave":
        messages.success(request, f"{name_of(audit)} is saved. Carry on when you like.")
        return redirect("auditing")
    if then == "check":
        return redirect("audit-check", pk=pk)
    messages.success(request, "Saved.")
    codes = {one.code for one in form.indicators}
    at = request.POST.get("at", "")
    where = f"#q-{at}" if at in codes else ""
    return redirect(reverse("audit-grade", args=[pk]) + where)


@signed_in
@require_safe
def audit_check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every answer on one page before it is submitted: what is missing, what looks like a name."""
    audit = _own_audit(request, pk)
    closed = page.why_closed(request.asked.standing, audit)
    if closed:
        messages.info(request, closed)
        return redirect("audit-case", pk=pk)
    return _show_check(request, audit)


def _show_check(
    request: SignedInRequest, audit: CaseAudit, problems: list[tuple[str, str]] | None = None
) -> HttpResponse:
    context = {
        "audit": audit,
        "name": name_of(audit),
        "case_number": _number(request, audit),
        "page": check_page.check(audit, indicators_with_guidance(audit)),
        "days_left": days_left(audit.due_on, request.asked.today),
        "problems": problems or [],
        "keep_words_wrong": dict(problems or []).get("keep-words", ""),
    }
    return render(request, "audits/casework/check.html", context, status=409 if problems else 200)


@signed_in
@require_POST
def audit_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Submit a complete audit; the same submission again leads to the same receipt."""
    audit = _own_audit(request, pk)
    kept = request.POST.get("keep-words") == "yes"
    if not kept and not audit.is_done:
        found = check_page.check(audit, indicators_with_guidance(audit))
        if found.noticed and not found.missing:
            return _show_check(request, audit, [("keep-words", KEEP_WORDS)])
    try:
        done = casework.submit(
            audit,
            version=posted_version(request),
            by=request.user,
            standing=request.asked.standing,
            today=request.asked.today,
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("audit-case", pk=pk)
    except StaleAudit:
        return _show_check(request, seen_audit(request, pk), [("", CHANGED_MEANWHILE)])
    except AuditRefused:
        problem = "This audit cannot be submitted yet: see what is still missing."
        return _show_check(request, audit, [("", problem)])
    write_to(request, done.audit, done.told)
    return redirect("audit-receipt", pk=pk)


def write_to(request: SignedInRequest, audit: CaseAudit, told: tuple[User, ...]) -> None:
    """Write to those who have to know of a concern, and say so where a mail cannot be sent."""
    address = request.build_absolute_uri(reverse("audit-case", args=[audit.pk]))
    missed = tell_of_concern(told, address)
    if missed:
        names = " and ".join(str(person) for person in missed)
        messages.warning(
            request,
            f"The mail to {names} could not be sent. The concern stands on their home page; "
            "please call them today as well.",
        )


@signed_in
@require_safe
def audit_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was submitted, when and by whom, who was told, and what happens next."""
    audit = _own_audit(request, pk)
    found = check_page.receipt(audit)
    if found is None:
        return redirect("audit-case", pk=pk)
    context = {"audit": audit, "name": name_of(audit), "receipt": found}
    return render(request, "audits/casework/receipt.html", context)


urlpatterns = [
    path("audits/mine/", auditing, name="auditing"),
    path("audits/cases/<int:pk>/grade/", audit_grade, name="audit-grade"),
    path("audits/cases/<int:pk>/check/", audit_check, name="audit-check"),
    path("audits/cases/<int:pk>/submit/", audit_submit, name="audit-submit"),
    path("audits/cases/<int:pk>/receipt/", audit_receipt, name="audit-receipt"),
]
