"""The site's addresses, and a signed-in page with nothing on it: the floor of every page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from teams.http import signed_in


@signed_in
def empty(request: HttpRequest) -> HttpResponse:
    """The frame of every page, and nothing in it."""
    return render(request, "base.html")


urlpatterns = [path("bench-empty/", empty, name="bench-empty"), path("", include("earlyhelp.urls"))]
