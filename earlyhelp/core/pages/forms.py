"""How a page answers what was posted: done and on, or shown again with what is wrong."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_http_methods

from earlyhelp.core.change import Stale, current_version
from earlyhelp.core.looking import looked
from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.core.pages.once import once
from earlyhelp.core.pages.stale import own_save
from earlyhelp.core.pages.versions import use_version
from earlyhelp.core.workflow import NotAllowed

ViewT = TypeVar("ViewT", bound=Callable[..., HttpResponseBase])
DoneT = TypeVar("DoneT")
# What an action refuses that the person who typed can do something about.
Refusals = tuple[type[Exception], ...]
REFUSALS: Refusals = (NotAllowed, ValidationError)

# A page with a form at its own address.
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class NotNow(Exception):
    """A page whose form would be refused as things stand; ``page`` is where people are led."""

    def __init__(self, why_not: str, page: str) -> None:
        super().__init__(why_not)
        self.page = page

    def lead(self, request: HttpRequest) -> HttpResponse:
        """On to that page, which says why."""
        messages.info(request, str(self))
        return redirect(self.page)


def offer_unless(request: HttpRequest, why_not: str, page: str) -> None:
    """Lead who asks for a form back to ``page``, saying why it cannot be sent now; in a page.

    What is posted goes on to the action, which knows the state under its lock.
    """
    if why_not and request.method != "POST":
        raise NotNow(why_not, page)


class PageForm(Protocol):
    """A form as ``answer`` needs it: Django's, or one of ours that reads boxes of its own."""

    @property
    def is_bound(self) -> bool:
        """Whether something was posted to it."""

    def is_valid(self) -> bool:
        """Whether what was posted can be read."""


@runtime_checkable
class AsksAboutWords(Protocol):
    """A form with free text, in which what looks like a person's is pointed out."""

    def asks_about_words(self) -> bool:
        """Whether a valid form goes back once, so that the words are looked at."""


@runtime_checkable
class TakesRefusals(Protocol):
    """A form that says itself where a refusal stands."""

    def refuse(self, refusal: Exception) -> None:
        """Show what an action refused."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, however little; None when the page was only asked for."""
    return request.POST if request.method == "POST" else None


def answer(
    request: HttpRequest,
    form: PageForm,
    act: Callable[[], DoneT],
    *,
    show: Callable[[], HttpResponse],
    done: str | Callable[[DoneT], str],
    then: str | Callable[[DoneT], str],
    stale: str = "",
    conflict: Callable[[Any], HttpResponse] | None = None,
    page: str = "",
    refusals: Refusals = REFUSALS,
) -> HttpResponse:
    """The answer of a page with one form: ``act`` where it is valid, say so, go on to ``then``.

    The same form once more leads to what the first made, and does nothing (``once``). An act that
    takes long looks before the transaction begins (``core.looking``).
    Otherwise the page again (``show``), with what the action refused on the form, at its fields.
    Where somebody else was faster, ``conflict`` answers with the row as it stands
    (``versioned_edit``), or ``stale`` is what the form says. ``page`` is where a form that does not
    stand alone sends people whom the state no longer lets do this.
    """
    post_to_own_address(request, form)
    use_our_words(form)
    if not _is_ready(form):
        return show()
    try:
        write = looked(act)
        return once(request, lambda: _go_on(request, write(), done, then))
    except refusals as refusal:
        if page and isinstance(refusal, NotAllowed):
            messages.warning(request, str(refusal))
            return redirect(page)
        refuse_on(form, refusal)
        return show()
    except Stale as refusal:
        if conflict is not None:
            return conflict(refusal.current)
        if not stale or not isinstance(form, forms.Form):
            raise
        form.add_error(None, _stale_words(request, refusal, stale))
        use_version(form, current_version(refusal.current))
        return show()


def _is_ready(form: PageForm) -> bool:
    """Whether what was posted can be acted on as it stands; BadRequest where no page posted it."""
    if not form.is_bound:
        return False
    if not form.is_valid():
        if "version" in getattr(form, "errors", ()):
            raise BadRequest("The form came without its version")
        return False
    return not (isinstance(form, AsksAboutWords) and form.asks_about_words())


def _go_on(
    request: HttpRequest,
    result: DoneT,
    done: str | Callable[[DoneT], str],
    then: str | Callable[[DoneT], str],
) -> HttpResponse:
    messages.success(request, done(result) if callable(done) else done)
    return redirect(then(result) if callable(then) else then)


def answer_button(
    request: HttpRequest,
    act: Callable[[], DoneT],
    *,
    page: str,
    done: str | Callable[[DoneT], str],
    then: str | Callable[[DoneT], str] = "",
    stale: str = "",
    refusals: Refusals = REFUSALS,
) -> HttpResponse:
    """The answer to one button of a ``page``: ``act``, say so, and go on to ``then`` or back.

    What the action refused is said on the page; ``stale`` is what is said where somebody else
    was faster.
    """
    try:
        write = looked(act)
        return once(request, lambda: _go_on(request, write(), done, then or page))
    except refusals as refusal:
        words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        for sentence in words:
            messages.warning(request, sentence)
        return redirect(page)
    except Stale as refusal:
        messages.warning(request, _stale_words(request, refusal, stale or str(refusal)))
        return redirect(page)


def _stale_words(request: HttpRequest, refusal: Stale, words: str) -> str:
    """The page's own words, but to somebody who met themselves."""
    own = own_save(refusal.current, getattr(request, "user", None))
    rest = words.removeprefix(str(refusal))
    return f"{own}{rest if rest != words else ''}" if own else words


def refuse_on(form: PageForm, refusal: Exception) -> None:
    """Show what an action refused: at its field, or above them all where the form has none."""
    if isinstance(form, TakesRefusals):
        form.refuse(refusal)
        return
    if not isinstance(form, forms.Form):
        raise TypeError(f"{form!r} does not say where a refusal stands")
    add_refusal(form, refusal)


def add_refusal(form: forms.BaseForm, refusal: Exception) -> None:
    """Add to a form of Django's what an action refused, at its field where the form has it."""
    if not isinstance(refusal, ValidationError):
        form.add_error(None, str(refusal))
        return
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))


def post_to_own_address(request: HttpRequest, form: Any) -> None:
    """Have a form that is laid out without an address post to the one where it stands."""
    helper = getattr(form, "helper", None)
    if helper is not None and not helper.form_action:
        helper.form_action = request.get_full_path()


def post_only(page: str | Callable[..., str]) -> Callable[[ViewT], ViewT]:
    """An address that is only posted to; whoever asks for it otherwise is sent to its page.

    ``page`` is the name of that page's address, which takes the same arguments, or a function
    of them. It stands inside ``signed_in``.
    """

    def decorate(view: ViewT) -> ViewT:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if callable(page):
                return redirect(page(*args, **kwargs))
            return redirect(resolve_url(page, *args, **kwargs))

        return cast("ViewT", wrapped)

    return decorate
