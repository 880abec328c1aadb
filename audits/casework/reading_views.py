"""Case audits as people read them: one, and those of a manager's or a head's own cases."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from audits.casework.pages.case import case_page
from audits.casework.pages.read import read_page
from audits.models import CaseAudit
from audits.permissions import AuditsPermission, audits_seen
from audits.safety.forms import DoneForm
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere

AUDITS_A_PAGE = 50


def seen_audit(request: SignedInRequest, pk: int) -> CaseAudit:
    """The audit, if this person may read it; "not found" otherwise. One query."""
    standing = request.asked.standing
    seen = CaseAudit.objects.readable_by(standing, audits_seen(standing))
    return get_object_or_404(seen.for_pages(), pk=pk)


@signed_in
@require_safe
def audit_case(request: SignedInRequest, pk: int) -> HttpResponse:
    """One audit: its answers, its moderation, what is done about it, and what happened."""
    return show_case(request, seen_audit(request, pk))


def show_case(
    request: SignedInRequest,
    audit: CaseAudit,
    typed: DoneForm | None = None,
) -> HttpResponse:
    """The page; ``typed`` is what was said of a remedial action and could not be taken."""
    page = case_page(audit, request.asked.standing, request.asked.today, typed)
    context = {"audit": audit, "page": page, "form": typed}
    return render(request, "audits/casework/case.html", context)


@signed_in
@require_safe
def audits_read(request: SignedInRequest) -> HttpResponse:
    """The submitted audits of a person's own teams, localities or city; ``?round=`` for one."""
    standing = request.asked.standing
    require_anywhere(standing, [AuditsPermission.SEE_AUDITS])
    page = read_page(audits_seen(standing), request.GET.get("round", ""))
    found = Paginator(page.audits, AUDITS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "found": found, "rows": page.rows(found.object_list)}
    return render(request, "audits/casework/read.html", context)


urlpatterns = [
    path("audits/cases/<int:pk>/", audit_case, name="audit-case"),
    path("audits/read/", audits_read, name="audits-read"),
]
