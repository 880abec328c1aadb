"""A page that people type into for long: a save keeps what is valid, and nothing typed is lost.

What is not valid stays in its boxes as it was typed, with what is wrong, and the page says how
much is saved and how much is not; until all is, it counts as unsaved. ``static/saving.js`` posts
what changed to the same address while somebody types, with a header that says so: it asks
nothing, and is answered with what became of it as JSON.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from earlyhelp.core import clock
from earlyhelp.core.actor import Refused
from earlyhelp.core.change import PartlySaved, Stale
from earlyhelp.core.pages.boxes import BoxesForm
from earlyhelp.core.pages.stale import own_save
from earlyhelp.core.workflow import NotAllowed

RowT = TypeVar("RowT", bound=models.Model)

_HEADER = "X-Autosave"
_FASTER = "somebody else saved meanwhile."
_CHOOSE = "Save, and you see both and choose."


def is_autosave(request: HttpRequest) -> bool:
    """Whether a page saves by itself here: nobody asked for it, and nobody waits for a page."""
    return _HEADER in request.headers


def answer_save(
    request: HttpRequest,
    form: BoxesForm,
    act: Callable[[], PartlySaved[RowT]],
    *,
    show: Callable[[RowT], HttpResponse],
    then: Callable[[RowT], HttpResponse],
    conflict: Callable[[], HttpResponse],
    locked: Callable[[str], HttpResponse],
) -> HttpResponse:
    """Save what is valid (``act``) and go on (``then``), or the page again with what is not.

    Where somebody else was faster, ``conflict`` shows both; ``locked`` shows what was typed where
    nothing can be saved any more. ``show`` gets the row as it stands after the save.
    """
    tried = try_save(form, act, request.user)
    if is_autosave(request) and tried.why:
        return not_saved(tried.why)
    if tried.is_stale:
        return conflict()
    if tried.kept is None:
        return locked(tried.why)
    if is_autosave(request):
        return _saved(form)
    return show(tried.kept.row) if form.errors else then(tried.kept.row)


@dataclass(frozen=True)
class Tried(Generic[RowT]):
    """What became of an attempt to save: what is kept, or why nothing is.

    ``is_stale`` is whether somebody else was faster, so that the person has to choose.
    """

    kept: PartlySaved[RowT] | None = None
    is_stale: bool = False
    why: str = ""


def try_save(form: BoxesForm, act: Callable[[], PartlySaved[RowT]], person: Any) -> Tried[RowT]:
    """Save what is valid of a form, unless the person was asked something and did not choose."""
    if form.undecided:
        return Tried(is_stale=True)
    try:
        kept = act()
    except Stale as stale:
        own = own_save(stale.current, person)
        return Tried(is_stale=True, why=f"{own[:1].lower()}{own[1:] or _FASTER} {_CHOOSE}")
    except (Refused, NotAllowed) as refusal:
        return Tried(why=str(refusal))
    form.take(kept)
    return Tried(kept)


def saved_and_not(*forms: BoxesForm) -> str:
    """``13 answers are saved, 1 is not.``, of all forms on a page; nothing where all is."""
    if not any(form.errors for form in forms):
        return ""
    bad = sum(len(form.bad_parts()) for form in forms)
    good = sum(form.saved_answers() for form in forms)
    if not good:
        return f"{bad:,} answer{' is' if bad == 1 else 's are'} not saved."
    saved = f"{good:,} answer{' is' if good == 1 else 's are'} saved"
    return f"{saved}, {bad:,} {'is' if bad == 1 else 'are'} not."


def _saved(form: BoxesForm) -> JsonResponse:
    """What the page brings back from now on, and what it says of itself."""
    wrong = form.sentences()
    at = f"{timezone.localtime(clock.now()):%H:%M}"
    says = f"Not saved: {wrong[0]}" if wrong else f"Saved {at}"
    if len(wrong) > 1:
        says += f" (and {len(wrong) - 1} more)"
    was: dict[str, Any] = {"version": form.version, "was": form.snapshot()}
    return JsonResponse(was | {"bad": form.bad_parts(), "says": says})


def not_saved(why: str) -> JsonResponse:
    """Nothing was saved, and nothing will be by itself: what the person can do."""
    return JsonResponse({"says": f"Not saved: {why}"}, status=409)
