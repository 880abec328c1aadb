"""Who acts: a person, with what authority, on which day, at which moment, by which route.

Every action takes one ``Actor`` as ``by``. This floor knows neither our people nor our roles:
``teams.authority`` names the kind of actor that the apps use.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models


class Route(models.TextChoices):
    """How a change came in."""

    FORM = "form", "on a page"
    IMPORT = "import", "from a file"
    COMMAND = "command", "by a command"
    ADMIN = "admin", "in administration"

    @property
    def said(self) -> str:
        """How readers are told, who need not know what a command is."""
        return "on the server" if self is Route.COMMAND else str(self.label)

    @property
    def nobody(self) -> str:
        """Who did it where no person is on record."""
        return "A file" if self is Route.IMPORT else "Whoever runs the site"


class Permission(StrEnum):
    """A thing that somebody may do; each app has an enumeration of its own made from this."""


class Refused(PermissionDenied):
    """Not for this person; the message is what the reader sees."""


class AnyAuthority(Protocol):
    """What a person may do: the question that every permission is put to."""

    @property
    def person_id(self) -> int | None:
        """The person's id; None where nobody acts in person."""

    def holds(self, permission: Permission) -> bool:
        """Whether the person holds this permission anywhere."""


PersonT_co = TypeVar("PersonT_co", bound=models.Model | None, covariant=True)
AuthorityT_co = TypeVar("AuthorityT_co", bound=AnyAuthority, covariant=True)


@dataclass(frozen=True)
class Actor(Generic[PersonT_co, AuthorityT_co]):
    """Who acts; ``person`` is None where a command or an import does.

    ``today`` is the date that people work by, ``now`` the moment that goes on record, ``site``
    the address that they came to, for links in mail.
    """

    person: PersonT_co
    authority: AuthorityT_co
    today: dt.date
    now: dt.datetime
    route: Route = Route.FORM
    site: str = ""

    def link(self, path: str) -> str:
        """The whole address of a page."""
        return self.site + path

    def by_route(self, route: Route) -> "Actor[PersonT_co, AuthorityT_co]":
        """The same, coming in by another route."""
        return replace(self, route=route)


AnyActor = Actor[models.Model | None, AnyAuthority]
