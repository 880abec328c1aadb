"""The sample's people, whose password everybody can read: never on a site for real."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.models import Count, Q
from django.db.models.functions import Lower

from earlyhelp.sample.stage import read
from teams.models import User


def open_accounts() -> list[str]:
    """The addresses of the sample's people who can sign in here.

    Whose address was changed is known by the password: the sample's people share one hash, and
    everybody else's has a salt of its own.
    """
    addresses = {row["email"].lower() for row in read("people")}
    active = User.objects.filter(is_active=True).annotate(address=Lower("email"))
    unset = Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    hashes = User.objects.exclude(unset).order_by()
    shared = hashes.values("password").annotate(number=Count("pk")).filter(number__gt=1)
    found = active.filter(Q(address__in=addresses) | Q(password__in=shared.values("password")))
    return sorted(found.values_list("email", flat=True))


def _problem() -> str:
    try:
        found = [] if settings.ALLOW_SAMPLE else open_accounts()
    except DatabaseError:  # nothing is prepared yet, so nobody can sign in
        return ""
    if not found:
        return ""
    return (
        "The sample's people can sign in here with a password that everybody knows "
        f"({', '.join(found)}). Use a database without the sample."
    )


def refuse_open_accounts() -> None:
    """Stop a site for real that holds the sample; ImproperlyConfigured says what to do."""
    if problem := _problem():
        raise ImproperlyConfigured(problem)


def check_open_accounts(
    *, app_configs: Sequence[Any] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The same for ``manage.py check --deploy``."""
    problem = _problem()
    return [checks.Error(problem, id="earlyhelp.E001")] if problem else []
