"""What the log says of signing in: that it succeeded, failed or ended, and by what.

Who it was stands there by the number in the database; never an address, which may be a stranger's.
"""

import logging
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

log = logging.getLogger("earlyhelp.signin")


def signed_in(request: HttpRequest, user: Any, **signal: Any) -> None:
    """For the library's ``user_logged_in``: with a password, a second step, or the directory."""
    records = get_authentication_records(request, user)
    _note("signed in", person=user.pk, by=sorted({str(one.get("method")) for one in records}))


def failed(**signal: Any) -> None:
    """For Django's ``user_login_failed``: a password that does not fit its address."""
    _note("sign-in failed", by=["password"])


def second_step_failed(person: Any) -> None:
    """A code that does not fit."""
    _note("sign-in failed", person=person.pk, by=["mfa"])


def signed_out(user: Any = None, **signal: Any) -> None:
    """For ``user_logged_out``: by themselves, by the limits of a session, or by the directory."""
    if user is not None:
        _note("signed out", person=user.pk)


def _note(message: str, **told: Any) -> None:
    log.info(message, extra={"told": told})
