"""How long somebody stays signed in, with what, and what a browser may keep of their pages.

All of it in real time: the day that the sample stands at has nothing to do with sessions.
"""

import time
from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode

from earlyhelp.core.clock import today
from earlyhelp.core.pages.saving import is_autosave
from teams.actions import end_sessions
from teams.models import Appointment, User
from teams.roles import POWERFUL_ROLES

Next = Callable[[HttpRequest], HttpResponse]

# When somebody signed in, and was last seen, in seconds; every session has both.
BEGAN, SEEN = "signed_in_at", "last_seen_at"
# Writing the time of the last visit at every request would cost more than most pages.
_SEEN_AT_MOST_EVERY = 60


class SessionLimits:
    """Ends a session that has been idle, or has lasted, too long.

    A page that saves by itself is not somebody who does something.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out first, so that the page sees nobody."""
        if request.user.is_authenticated:
            now = time.time()
            began = request.session.setdefault(BEGAN, now)
            seen = request.session.setdefault(SEEN, now)
            if (
                now - seen > settings.SESSION_IDLE_MINUTES * 60
                or now - began > settings.SESSION_LONGEST_HOURS * 3600
            ):
                logout(request)
            elif now - seen > _SEEN_AT_MOST_EVERY and not is_autosave(request):
                request.session[SEEN] = now
        return self.get_response(request)


# A second factor was given in this session, or the council's own sign-in asked for its own.
_STRONG = {"mfa", "socialaccount"}
_SET_UP_HERE = "second_factor_set_up"


def second_factor_changed(request: HttpRequest, user: User, **kwargs: object) -> None:
    """End the person's other sessions: what one was opened with counts, not what there is now.

    For the signals of ``allauth.mfa``: added, removed, made anew.
    """
    end_sessions(user)
    update_session_auth_hash(request, user)
    request.session[_SET_UP_HERE] = is_mfa_enabled(user)


class SecondFactor:
    """Asks those who must for a second factor: to give it, or first to set it up.

    What counts is what this session gave, not what the account has.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask before any page is made."""
        if (
            settings.SECOND_FACTOR_REQUIRED
            and request.user.is_authenticated
            and not self._given(request)
            and not self._may_pass(request.path_info)
            and self._needed(request)
        ):
            if is_mfa_enabled(request.user):
                where = urlencode({"next": request.get_full_path()})
                return redirect(f"{reverse('mfa_reauthenticate')}?{where}")
            messages.info(
                request,
                "Your role needs a second step when you sign in. Set it up now to carry on.",
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    @staticmethod
    def _given(request: HttpRequest) -> bool:
        if request.session.get(_SET_UP_HERE):
            return True
        given = get_authentication_records(request, request.user)
        return any(one.get("method") in _STRONG for one in given)

    @staticmethod
    def _may_pass(path: str) -> bool:
        """Setting it up, proving who one is, signing out."""
        name = resolve(path).url_name or ""
        return name.startswith("mfa_") or name in {"account_reauthenticate", "account_logout"}

    @staticmethod
    def _needed(request: HttpRequest) -> bool:
        person = request.user
        return (
            person.is_staff
            or Appointment.objects.in_force(today())
            .filter(person_id=person.pk, role__in=POWERFUL_ROLES)
            .exists()
        )


def private_pages(get_response: Next) -> Next:
    """Nothing of a signed-in person's pages stays in a browser or a proxy."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)  # no-store, private, no-cache
        return response

    return middleware
