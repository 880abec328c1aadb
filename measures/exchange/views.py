"""Figures from a file in the browser: look at what it would do, then load it.

The file waits on the server between the two, for the person who sent it only, and is read
and checked again when it is loaded.
"""

import io
import zlib
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST, require_safe

from earlyhelp.core.actor import Route
from earlyhelp.core.files.downloads import csv_download
from earlyhelp.core.files.problems import FileRefused, Problem
from earlyhelp.core.files.waiting import WaitingFiles
from earlyhelp.core.files.writer import csv_chunks
from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.core.pages.forms import get_or_post, posted
from earlyhelp.core.pages.wording import number_of
from measures.exchange.figures import MOST_SHOWN, FigureFile, SheetWanted
from measures.exchange.forms import ImportForm, SheetForm
from measures.permissions import MeasuresPermission
from teams.http import SignedInRequest, signed_in
from teams.permissions import require

PROBLEM_COLUMNS = ("file", "row", "column", "value", "problem")
_GONE = "That file is no longer here. Choose it again."


@dataclass(frozen=True)
class KeptFile:
    """A file that waits to be confirmed, packed small; ``sheets`` are those to choose from."""

    name: str
    packed: bytes
    signed_off: bool
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    @property
    def figures(self) -> FigureFile:
        """What it would load."""
        content = io.BytesIO(zlib.decompress(self.packed))
        return FigureFile(self.name, content, self.signed_off, self.sheet)


def _waiting(request: SignedInRequest) -> WaitingFiles:
    return WaitingFiles("import-figures", request.user.pk)


@signed_in
@get_or_post
def import_figures(request: SignedInRequest) -> HttpResponse:
    """Take a file and show what it would do, or what is wrong with it.

    Where several sheets could be meant it asks, and takes the one chosen of the file that waits.
    """
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    if "token" in request.POST:
        return _sheet_chosen(request, request.POST["token"])
    form = ImportForm(posted(request), request.FILES or None)
    use_our_words(form)
    if not form.is_valid():
        return _show(request, form)
    file, becomes = form.cleaned_data["file"], form.cleaned_data["becomes"]
    packed = zlib.compress(file.read(), level=1)
    return _look(request, KeptFile(file.name, packed, becomes == ImportForm.HISTORY))


def _look(request: SignedInRequest, kept: KeptFile) -> HttpResponse:
    try:
        found = kept.figures.preview()
    except SheetWanted as wanted:
        kept = replace(kept, sheets=tuple(wanted.sheets))
        return _ask_for_sheet(request, kept, SheetForm(sheets=kept.sheets))
    except FileRefused as refused:
        return _show(request, ImportForm(initial={"becomes": _becomes(kept)}), refused)
    token = _waiting(request).keep(kept)
    return render(request, "measures/exchange/import_preview.html", {"page": found, "token": token})


def _becomes(kept: KeptFile) -> str:
    return ImportForm.HISTORY if kept.signed_off else ImportForm.DRAFTS


def _sheet_chosen(request: SignedInRequest, token: str) -> HttpResponse:
    kept: KeptFile | None = _waiting(request).get(token)
    if kept is None:
        return _gone(request)
    form = SheetForm(request.POST, sheets=kept.sheets)
    if not form.is_valid():
        return _ask_for_sheet(request, kept, form)
    return _look(request, replace(kept, sheet=form.cleaned_data["sheet"]))


def _ask_for_sheet(request: SignedInRequest, kept: KeptFile, form: SheetForm) -> HttpResponse:
    form.fields["token"].initial = _waiting(request).keep(kept)
    form.helper.form_action = request.path
    context = {"form": form, "name": kept.name}
    return render(request, "measures/exchange/import_sheet.html", context)


def _gone(request: SignedInRequest) -> HttpResponse:
    messages.warning(request, _GONE)
    return redirect("import-figures")


def _show(
    request: SignedInRequest, form: ImportForm, refused: FileRefused | None = None
) -> HttpResponse:
    """The page with its form; of what is wrong with a file the first hundred, and a file of all."""
    context: dict[str, object] = {"form": form, "refused": refused}
    if refused is not None:
        context["problems"] = refused.problems[:MOST_SHOWN]
        context["count"] = number_of(refused.found, "problem")
        if refused.found > MOST_SHOWN:
            context["token"] = _waiting_problems(request).keep(refused.problems)
    form.helper.form_action = request.path
    return render(request, "measures/exchange/import.html", context)


def _waiting_problems(request: SignedInRequest) -> WaitingFiles:
    return WaitingFiles("import-problems", request.user.pk)


@signed_in
@require_safe
def import_problems(request: SignedInRequest) -> HttpResponseBase:
    """Everything that is wrong with the file that was looked at (``?token=``), as CSV."""
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    problems: list[Problem] | None = _waiting_problems(request).get(request.GET.get("token", ""))
    if problems is None:
        return _gone(request)
    rows = (
        (one.file, "" if one.row is None else one.row, one.column, one.shown, one.message)
        for one in problems
    )
    return csv_download("problems", csv_chunks(PROBLEM_COLUMNS, rows))


@signed_in
@require_POST
def import_confirm(request: SignedInRequest) -> HttpResponse:
    """Load the file that was looked at; checked again, all of it or nothing."""
    require(request.actor.authority, MeasuresPermission.IMPORT_FIGURES)
    waiting, token = _waiting(request), request.POST.get("token", "")
    kept: KeptFile | None = waiting.get(token)
    if kept is None:
        return _gone(request)
    try:
        loaded = kept.figures.load(by=request.actor.by_route(Route.IMPORT))
    except (FileRefused, SheetWanted):
        # What is here changed since it was looked at: say what is wrong now.
        return _look(request, kept)
    waiting.forget(token)
    messages.success(
        request,
        f"{kept.name}: {number_of(loaded.figures, 'figure')} loaded into "
        f"{number_of(loaded.returns, 'return')}, {loaded.unchanged} unchanged.",
    )
    return redirect("import-figures")


urlpatterns = [
    path("import/", import_figures, name="import-figures"),
    path("import/problems/", import_problems, name="import-problems"),
    path("import/confirm/", import_confirm, name="import-confirm"),
]
