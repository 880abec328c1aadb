"""The safety loop: what an unsafe case needs, until it is put right."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.casework.pages.rows import name_of
from audits.casework.reading_views import seen_audit, show_case
from audits.models import CaseAudit, RemedialAction
from audits.permissions import AuditsPermission, finishes_remedies, sets_remedies
from audits.safety import actions
from audits.safety.forms import DoneForm, RemedyForm
from audits.safety.pages import concerns as concerns_page
from audits.workflow import NotAllowed
from earlyhelp.core.pages.refusals import refuse
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require_anywhere

NOT_THEIRS = "You are not appointed to look after this case."


@signed_in
@require_safe
def concerns(request: SignedInRequest) -> HttpResponse:
    """The cases found inadequate or unsafe whose loop is open, within this person's scope."""
    standing = request.asked.standing
    require_anywhere(standing, [AuditsPermission.REMEDY])
    page = concerns_page(standing.scope(AuditsPermission.REMEDY), request.asked.today)
    return render(request, "audits/safety/concerns.html", {"page": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remedial_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set something to be done about a case of concern, by a day."""
    audit = seen_audit(request, pk)
    if not sets_remedies(request.asked.standing, audit):
        raise Refused(NOT_THEIRS)
    if not audit.is_a_concern:
        messages.info(request, "Only a case found inadequate or unsafe gets remedial actions.")
        return redirect("audit-case", pk=pk)
    form = RemedyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and not form.asks_about_words():
        try:
            actions.set_remedial(
                audit,
                what=form.cleaned_data["what"],
                due_on=form.cleaned_data["due_on"],
                by=request.user,
                standing=request.asked.standing,
                today=request.asked.today,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, "It is set to be done.")
            return redirect(_put_right(audit))
    context = {"audit": audit, "name": name_of(audit), "form": form}
    return render(request, "audits/safety/put_right.html", context)


def _put_right(audit: CaseAudit) -> str:
    return reverse("audit-case", args=[audit.pk]) + "#put-right"


@signed_in
@require_POST
def remedial_done(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that something set to be done was done, and on which day."""
    remedy = get_object_or_404(RemedialAction, pk=pk)
    audit = seen_audit(request, remedy.audit_id)
    if not finishes_remedies(request.asked.standing, audit):
        raise Refused(NOT_THEIRS)
    form = DoneForm(request.POST, remedy=remedy)
    if form.is_valid() and not form.asks_about_words():
        try:
            actions.finish_remedial(
                remedy,
                done_on=form.cleaned_data["done_on"],
                note=form.cleaned_data["note"],
                by=request.user,
                standing=request.asked.standing,
                today=request.asked.today,
            )
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, "It is done.")
            return redirect(_put_right(audit))
    return show_case(request, audit, form)


urlpatterns = [
    path("audits/concerns/", concerns, name="concerns"),
    path("audits/cases/<int:pk>/put-right/", remedial_new, name="remedial-new"),
    path("audits/put-right/<int:pk>/done/", remedial_done, name="remedial-done"),
]
