"""People who left: whoever the directory disables is out here within five minutes.

Who signs in through the directory leaves its refresh token here, encrypted. At a request, every
five minutes at most, the directory is asked for a new one. A refusal ends all the person's
sessions; a directory that cannot be reached leaves them for a while
(``DIRECTORY_SILENCE_MINUTES``). All of it is in real time.
"""

import datetime as dt
import logging
import time
from typing import Any

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from earlyhelp.core.sealing import seal, unseal
from earlyhelp.signin.models import DirectoryGrant
from earlyhelp.signin.sessions import Next
from teams.actions import end_sessions
from teams.models import User

ASK_EVERY = dt.timedelta(minutes=5)
_ASKED = "directory_asked_at"
_PURPOSE = "directory grant"
# What a directory says of somebody who may not come in any more (RFC 6749, OpenID Connect Core).
_REFUSALS = {"invalid_grant", "interaction_required", "login_required", "consent_required"}

_log = logging.getLogger(__name__)


def keep_grant(request: HttpRequest, user: User, **signal: Any) -> None:
    """Keep the refresh token of somebody who came through the directory, for ``user_logged_in``."""
    login = signal.get("sociallogin")
    token = getattr(getattr(login, "token", None), "token_secret", "")
    if not token:
        return
    now = timezone.now()
    kept = {"token": seal(token, _PURPOSE), "asked_at": now}
    DirectoryGrant.objects.update_or_create(person=user, defaults=kept | {"answered_at": now})
    request.session[_ASKED] = time.time()


class DirectoryStillKnows:
    """Ends the sessions of somebody whom the directory they came through refuses."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask, where five minutes have passed, before any page is made."""
        asked = request.session.get(_ASKED)
        is_due = asked and time.time() - asked >= ASK_EVERY.total_seconds()
        if is_due and request.user.is_authenticated:
            request.session[_ASKED] = time.time()
            if not is_still_known(request, request.user):
                logout(request)
        return self.get_response(request)


def is_still_known(request: HttpRequest, person: User) -> bool:
    """Whether the directory still vouches for a person, or may be silent a while longer.

    Asks it unless another request did within five minutes. A refusal ends all sessions.
    """
    now = timezone.now()
    grant = DirectoryGrant.objects.filter(person=person).first()
    if grant is None:
        return False
    due = DirectoryGrant.objects.filter(pk=grant.pk, asked_at__lte=now - ASK_EVERY)
    if due.update(asked_at=now):
        try:
            grant.token = _ask(request, grant)
        except _RefusedByDirectory:
            DirectoryGrant.objects.filter(pk=grant.pk).delete()
            end_sessions(person)
            return False
        except (requests.RequestException, InvalidToken, ValueError, KeyError) as silence:
            _log.warning("The directory did not answer: %s", type(silence).__name__)
        else:
            grant.answered_at = grant.asked_at = now
            grant.save(update_fields=["token", "asked_at", "answered_at"])
    patience = dt.timedelta(minutes=settings.DIRECTORY_SILENCE_MINUTES)
    return now - grant.answered_at <= patience


class _RefusedByDirectory(Exception):
    """The directory does not vouch for the person any more."""


def _ask(request: HttpRequest, grant: DirectoryGrant) -> str:
    """Have the directory renew its leave; gives the new token, encrypted."""
    account = SocialAccount.objects.filter(user=grant.person_id).first()
    if account is None:
        raise _RefusedByDirectory
    adapter = account.get_provider(request).get_oauth2_adapter(request)
    client = {"client_id": adapter.get_provider().app.client_id}
    secret = adapter.get_provider().app.secret
    with get_adapter().get_requests_session() as asking:
        told = asking.post(
            adapter.access_token_url,
            data={
                "grant_type": "refresh_token",
                "refresh_token": unseal(grant.token, _PURPOSE),
            }
            | ({} if adapter.basic_auth else client | {"client_secret": secret}),
            auth=(client["client_id"], secret) if adapter.basic_auth else None,
        )
    answer = told.json()
    if told.status_code in (400, 401) and answer.get("error") in _REFUSALS:
        raise _RefusedByDirectory
    told.raise_for_status()
    renewed = answer.get("refresh_token")
    return seal(renewed, _PURPOSE) if renewed else grant.token
