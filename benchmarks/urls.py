"""The site's addresses, and the floor of every page."""

from django.http import HttpResponse
from django.urls import include, path

from teams.http import SignedInRequest, signed_in


@signed_in
def bare(request: SignedInRequest) -> HttpResponse:
    """A bare page: session and user, as Django has them; no template, no navigation."""
    return HttpResponse(f"<!DOCTYPE html><title>{request.user}</title>")


urlpatterns = [path("bench-bare/", bare, name="bench-bare"), path("", include("earlyhelp.urls"))]
