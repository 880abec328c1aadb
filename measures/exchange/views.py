"""Figures from a file in the browser: look at what it would do, then load it.

The file waits on the server between the two, for the person who sent it only, and is read
and checked again when it is loaded.
"""

import io
import secrets
from dataclasses import dataclass

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from earlyhelp.core.actor import Route
from earlyhelp.core.files.problems import FileRefused
from measures.exchange import figures as exchange
from measures.exchange.forms import ImportForm
from measures.exchange.pages import done, preview_page
from measures.permissions import MeasuresPermission
from teams.http import SignedInRequest, signed_in
from teams.permissions import require

KEPT_SECONDS = 30 * 60


@dataclass(frozen=True)
class KeptFile:
    """A file that waits to be confirmed."""

    name: str
    content: bytes
    signed_off: bool


def _key(request: SignedInRequest, token: str) -> str:
    return f"import-figures:{request.user.pk}:{token}"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def import_figures(request: SignedInRequest) -> HttpResponse:
    """Take a file and show what it would do, or everything that is wrong with it."""
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    if request.method != "POST":
        return render(request, "measures/exchange/import.html", {"form": ImportForm()})
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "measures/exchange/import.html", {"form": form})
    file = form.cleaned_data["file"]
    kept = KeptFile(file.name, file.read(), form.cleaned_data["becomes"] == ImportForm.HISTORY)
    try:
        found = exchange.preview(
            io.BytesIO(kept.content),
            kept.name,
            signed_off=kept.signed_off,
            by=request.actor.by_route(Route.IMPORT),
        )
    except FileRefused as refused:
        return _show_problems(request, form, refused)
    token = secrets.token_urlsafe(16)
    cache.set(_key(request, token), kept, KEPT_SECONDS)
    context = {"page": preview_page(kept.name, found, signed_off=kept.signed_off), "token": token}
    return render(request, "measures/exchange/import_preview.html", context)


def _show_problems(
    request: SignedInRequest, form: ImportForm, refused: FileRefused
) -> HttpResponse:
    context = {"form": form, "refused": refused.problems}
    return render(request, "measures/exchange/import.html", context)


@signed_in
@require_POST
def import_confirm(request: SignedInRequest) -> HttpResponse:
    """Load the file that was looked at; checked again, all of it or nothing."""
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    key = _key(request, request.POST.get("token", "")[:64])
    kept: KeptFile | None = cache.get(key)
    if kept is None:
        messages.warning(request, "That file is no longer here. Choose it again.")
        return redirect("import-figures")
    try:
        loaded = exchange.import_figures(
            io.BytesIO(kept.content),
            kept.name,
            signed_off=kept.signed_off,
            by=request.actor.by_route(Route.IMPORT),
        )
    except FileRefused as refused:
        return _show_problems(request, ImportForm(), refused)
    cache.delete(key)
    messages.success(request, done(kept.name, loaded))
    return redirect("import-figures")


urlpatterns = [
    path("import/", import_figures, name="import-figures"),
    path("import/confirm/", import_confirm, name="import-confirm"),
]
