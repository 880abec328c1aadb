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
    authority = request.actor.authority
    require_anywhere(authority, [AuditsPermission.REMEDY])
    page = concerns_page(authority.scope(AuditsPermission.REMEDY), request.actor.today)
    return render(request, "audits/safety/concerns.html", {"page": page})


urlpatterns = [path("audits/concerns/", concerns, name="concerns")]
