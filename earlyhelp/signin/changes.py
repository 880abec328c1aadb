"""What changes about how somebody signs in, told to them by mail in the transaction of the change.

The sign-in library writes its own mail after the change, so that a crash between the two leaves a
change that nobody was told of; ours replaces it.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.utils import timezone

from teams.authority import actor_of
from teams.models import User
from teams.notices import tell

_SET_UP = {
    Authenticator.Type.TOTP: "second_step_set_up",
    Authenticator.Type.RECOVERY_CODES: "recovery_codes_made",
}


def tell_of_change(person: User, what: str) -> None:
    """Write to somebody what changed, when, and from where if that was on a page."""
    request = context.request
    where = get_adapter(request).get_client_ip(request) if request else ""
    template = f"signin/mail/{what}.txt"
    tell([person.email], template, actor_of(person), at=timezone.now(), where=where)


def second_factor_saved(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """A second step was set up, or codes for a lost phone were made; for ``post_save``."""
    if created and instance.type in _SET_UP:
        tell_of_change(instance.user, _SET_UP[Authenticator.Type(instance.type)])


def second_factor_deleted(instance: Authenticator, **kwargs: Any) -> None:
    """The second step was taken away, by whomever; for ``post_delete``."""
    if instance.type == Authenticator.Type.TOTP:
        tell_of_change(instance.user, "second_step_taken_away")


def directory_account_saved(instance: Any, created: bool, **kwargs: Any) -> None:
    """An account of the council's directory signs somebody in from now on; for ``post_save``."""
    if created:
        tell_of_change(instance.user, "directory_account_bound")
