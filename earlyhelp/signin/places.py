"""Where somebody is signed in: their own sessions, and the way to end all but this one.

A session is known by its times; no address and no browser is kept.
"""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from earlyhelp.signin.sessions import BEGAN, SEEN
from teams.actions import end_sessions
from teams.http import SignedInRequest, signed_in
from teams.models import User


@dataclass(frozen=True)
class OpenSession:
    """A session of somebody's: since when, when they were last there, whether it is this one."""

    began: dt.datetime
    seen: dt.datetime
    is_this: bool


def places_of(person: User, this: str | None) -> list[OpenSession]:
    """Where a person is signed in now, the latest first; one query."""
    found = sorted(_live(person), key=lambda one: one[1], reverse=True)
    return [OpenSession(_moment(began), _moment(seen), key == this) for began, seen, key in found]


def _live(person: User) -> Iterator[tuple[float, float, str]]:
    """When each session began and was last seen, and its key; not those that have ended."""
    now = time.time()
    idle = now - settings.SESSION_IDLE_MINUTES * 60
    hashes = {person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()}
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        said = row.get_decoded()
        # Somebody who has just signed in has not been seen yet.
        began, seen = said.get(BEGAN, now), said.get(SEEN, now)
        is_theirs = said.get(SESSION_KEY) == str(person.pk) and said[HASH_SESSION_KEY] in hashes
        if is_theirs and seen > idle:
            yield began, seen, row.session_key


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # the library's own
def places(request: SignedInRequest) -> HttpResponse:
    """The list; its form ends the others, for whoever has just proved who they are."""
    if request.method == "POST":
        end_everywhere_else(request, request.user)
        messages.success(request, "You are signed out everywhere else.")
        return redirect("account_sessions")
    found = places_of(request.user, request.session.session_key)
    return render(request, "account/places.html", {"places": found})


def end_everywhere_else(request: HttpRequest, person: User) -> None:
    """End every session of a person's but the request's own."""
    end_sessions(person)
    update_session_auth_hash(request, person)
