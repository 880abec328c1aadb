"""Nothing typed is lost when a session has ended.

Somebody fills in a form, is signed out meanwhile, and saves. What they typed waits in the
fresh, anonymous session on the server; they sign in; and if they are the same person, one
button sends it on to where it was going. A signed cookie remembers who last signed in here,
so that somebody else at the same computer gets nothing. Passwords and files are never kept.
"""

import time
from collections.abc import Callable
from itertools import chain
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from earlyhelp.core.pages.once import KEY, keep_key
from earlyhelp.core.pages.saving import is_autosave

_KEPT = "carried"
_COOKIE_DAYS = 30
_SALT = "earlyhelp.last-person"
# A long return is a few hundred fields of a few words.
_MOST_FIELDS, _MOST_CHARACTERS = 3_000, 300_000


class CarryOver:
    """Keeps what an ended session posted, and remembers who last signed in in this browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep on the way out; let go of what arrived."""
        resent = _is_sent_on(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            if resent and response.status_code < 400:
                _let_go(request, resent)
            _remember(request, response)
        elif (
            request.method == "POST"
            and not is_autosave(request)  # a part; the whole comes with the save that follows
            and _sends_to_sign_in(response)
            and _keep(request)
        ):
            return _to_sign_in(request)
        return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale: signing in again elsewhere changes it.

    When the post plainly came from our own page, what was typed is kept and shown for the
    person to send again; anything else is refused.
    """
    if not is_autosave(request) and _from_our_own_page(request) and _keep(request):
        return redirect("carry_on") if request.user.is_authenticated else _to_sign_in(request)
    return render(request, "403_csrf.html", status=403)


@login_required
@require_http_methods(["GET", "POST"])
def carry_on(request: HttpRequest) -> HttpResponse:
    """After signing in again: what was typed, one button from where it was going.

    GET shows it; POST lets go of it. The button itself posts to the form's own address.
    """
    kept = request.session.get(_KEPT)
    if kept is None or kept["person"] != request.user.pk:
        request.session.pop(_KEPT, None)
        return redirect(settings.LOGIN_REDIRECT_URL)
    if request.method == "POST":
        del request.session[_KEPT]
        messages.info(request, "What you had typed was let go.")
        return redirect(settings.LOGIN_REDIRECT_URL)
    minutes = int((time.time() - kept["at"]) // 60)
    # The form keeps its key, which stands beside its token.
    keep_key(request, dict(kept["fields"]).get(KEY, ""))
    fields = [(name, value) for name, value in kept["fields"] if name != KEY]
    context = {"kept": kept, "fields": fields, "minutes": minutes}
    return render(request, "carry_on.html", context)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    messages.info(request, "You were signed out. What you typed is kept: sign in to carry on.")
    query = urlencode({"next": reverse("carry_on")})
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


def _sends_to_sign_in(response: HttpResponse) -> bool:
    location = urlsplit(response.headers.get("Location", "")).path
    return response.status_code == 302 and location == resolve_url(settings.LOGIN_URL)


def _from_our_own_page(request: HttpRequest) -> bool:
    """The browser's own word on where the post came from."""
    ours = f"{request.scheme}://{request.get_host()}"
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == ours
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _keep(request: HttpRequest) -> bool:
    """Put the posted fields by for the person who last signed in here; False if not to be kept."""
    person = _last_person(request)
    somebody_else = request.user.is_authenticated and request.user.pk != person
    of_signing_in = request.path.startswith(("/accounts/", reverse("carry_on")))
    if person is None or somebody_else or of_signing_in:
        return False
    fields = typed_fields(request)
    if len(fields) > _MOST_FIELDS or sum(map(len, chain(*fields))) > _MOST_CHARACTERS:
        return False
    request.session[_KEPT] = {
        "person": person,
        "path": request.get_full_path(),
        "fields": fields,
        "had_files": bool(request.FILES),
        "at": time.time(),
    }
    return True


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What was posted, without passwords, as fields of a form that posts it again."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
    ]


def _is_sent_on(request: HttpRequest) -> float | None:
    """When what this request posts was kept, if it is what was kept being sent on."""
    if request.method != "POST" or not request.user.is_authenticated:
        return None
    kept = request.session.get(_KEPT)
    return kept["at"] if kept is not None and kept["path"] == request.get_full_path() else None


def _let_go(request: HttpRequest, at: float) -> None:
    """Forget what arrived; not what was kept anew because its token was stale."""
    kept = request.session.get(_KEPT)
    if kept is not None and kept["at"] == at:
        del request.session[_KEPT]


def _last_person(request: HttpRequest) -> int | None:
    value = request.get_signed_cookie(
        settings.LAST_PERSON_COOKIE_NAME, default="", salt=_SALT, max_age=_COOKIE_DAYS * 86_400
    )
    return int(value) if value else None


def _remember(request: HttpRequest, response: HttpResponse) -> None:
    """Write who this is into the signed cookie, and drop what somebody else had typed."""
    kept = request.session.get(_KEPT)
    if kept is not None and kept["person"] != request.user.pk:
        del request.session[_KEPT]
    if _last_person(request) != request.user.pk:
        response.set_signed_cookie(
            settings.LAST_PERSON_COOKIE_NAME,
            str(request.user.pk),
            salt=_SALT,
            max_age=_COOKIE_DAYS * 86_400,
            secure=settings.LAST_PERSON_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
