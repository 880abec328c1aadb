"""Figures from a file in the browser: look at what it would do, then load it.

The file waits on the server between the two, for the person who sent it only, and is read
and checked again when it is loaded.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from earlyhelp.core.actor import Route
from earlyhelp.core.files.problems import FileRefused
from earlyhelp.core.files.waiting import WaitingFiles
from earlyhelp.core.pages.forms import get_or_post, posted
from earlyhelp.core.pages.wording import number_of
from measures.exchange import figures
from measures.exchange.forms import ImportForm
from measures.permissions import MeasuresPermission
from teams.http import SignedInRequest, signed_in
from teams.permissions import require

T = TypeVar("T")
# Enough to see that the right file was chosen; a page is no place for 100,000 rows.
MOST_SHOWN = 100


@dataclass(frozen=True)
class KeptFile:
    """A file that waits to be confirmed."""

    name: str
    content: bytes
    signed_off: bool

    def go_through(self, step: Callable[..., T], request: SignedInRequest) -> T:
        """Preview or load it, for the person asking; raises ``FileRefused``."""
        by = request.actor.by_route(Route.IMPORT)
        return step(io.BytesIO(self.content), self.name, signed_off=self.signed_off, by=by)


def _waiting(request: SignedInRequest) -> WaitingFiles:
    return WaitingFiles("import-figures", request.user.pk)


@signed_in
@get_or_post
def import_figures(request: SignedInRequest) -> HttpResponse:
    """Take a file and show what it would do, or everything that is wrong with it."""
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    form = ImportForm(posted(request), request.FILES or None)
    if not form.is_valid():
        return _show(request, form)
    file = form.cleaned_data["file"]
    kept = KeptFile(file.name, file.read(), form.cleaned_data["becomes"] == ImportForm.HISTORY)
    try:
        found = kept.go_through(figures.preview, request)
    except FileRefused as refused:
        return _show(request, form, refused)
    context = {
        "name": kept.name,
        "page": found,
        "rows": found.rows[:MOST_SHOWN],
        "more": len(found.rows[MOST_SHOWN:]),
        "token": _waiting(request).keep(kept),
    }
    return render(request, "measures/exchange/import_preview.html", context)


def _show(
    request: SignedInRequest, form: ImportForm, refused: FileRefused | None = None
) -> HttpResponse:
    context = {"form": form, "refused": refused.problems if refused else []}
    return render(request, "measures/exchange/import.html", context)


@signed_in
@require_POST
def import_confirm(request: SignedInRequest) -> HttpResponse:
    """Load the file that was looked at; checked again, all of it or nothing."""
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    waiting, token = _waiting(request), request.POST.get("token", "")
    kept: KeptFile | None = waiting.get(token)
    if kept is None:
        messages.warning(request, "That file is no longer here. Choose it again.")
        return redirect("import-figures")
    try:
        loaded = kept.go_through(figures.import_figures, request)
    except FileRefused as refused:
        return _show(request, ImportForm(), refused)
    waiting.forget(token)
    messages.success(
        request,
        f"{kept.name}: {number_of(loaded.figures, 'figure')} loaded into "
        f"{number_of(loaded.returns, 'return')}, {loaded.unchanged} unchanged.",
    )
    return redirect("import-figures")


urlpatterns = [
    path("import/", import_figures, name="import-figures"),
    path("import/confirm/", import_confirm, name="import-confirm"),
]
