"""The safety loop: the cases of concern that are not put right yet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from audits.permissions import AuditsPermission
from audits.safety.pages import concerns as concerns_page
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere


@signed_in
@require_safe
def concerns(request: SignedInRequest) -> HttpResponse:
    """The cases found inadequate or unsafe whose loop is open, within this person's scope."""
    standing = request.asked.standing
    require_anywhere(standing, [AuditsPermission.REMEDY])
    page = concerns_page(standing.scope(AuditsPermission.REMEDY), request.asked.today)
    return render(request, "audits/safety/concerns.html", {"page": page})


urlpatterns = [path("audits/concerns/", concerns, name="concerns")]
