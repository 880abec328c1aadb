"""Addresses for those who run the site: machines that watch it, and administrators."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from earlyhelp.operations.metrics import exposition
from earlyhelp.operations.pages import status_page
from earlyhelp.operations.standing import not_ready
from teams.http import SignedInRequest, signed_in
from teams.permissions import TeamsPermission, require_anywhere

_PLAIN = "text/plain; charset=utf-8"


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """That the process answers; it asks nothing of anybody."""
    return HttpResponse("live\n", content_type=_PLAIN)


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether requests may be sent here (200), or what keeps them away (503)."""
    problems = not_ready()
    said = f"not ready: {', '.join(problems)}\n" if problems else "ready\n"
    return HttpResponse(said, content_type=_PLAIN, status=503 if problems else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """What a monitoring system reads; to anybody else the address is not there."""
    if not _may_watch(request):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_watch(request: HttpRequest) -> bool:
    """With a token whoever sends it; without one this machine, unless it asks for another."""
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "")
        return constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}")
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    address = request.META.get("REMOTE_ADDR", "")
    # A socket of this machine's has no address.
    return not address or ip_address(address).is_loopback


@signed_in
@require_safe
def status(request: SignedInRequest) -> HttpResponse:
    """How the site stands, for administrators."""
    require_anywhere(request.actor.authority, [TeamsPermission.KEEP_PEOPLE])
    return render(request, "operations/status.html", {"page": status_page()})
