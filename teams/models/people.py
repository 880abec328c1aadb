"""People, and what they are appointed to do, where and until when."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from earlyhelp.core.conditions import both_or_neither
from teams.models.organisation import Council, Locality, Team
from teams.querysets import AddressChangeQuerySet, AppointmentQuerySet
from teams.roles import CITY_ROLES, LOCALITY_ROLES, POWERFUL_ROLES, TEAM_ROLES, Role


class PeopleQuerySet(models.QuerySet["User"]):
    """People; whoever locks one (the sign-in library does) locks not their council as well."""

    def select_for_update(self, *args: Any, of: Any = ("self",), **kwargs: Any) -> Any:
        """Of the person alone: PostgreSQL locks no row that may be missing."""
        locked: Any = super().select_for_update
        return locked(*args, of=of, **kwargs)


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in with their email address."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """People with their council, whose name stands on every page."""
        return PeopleQuerySet(self.model, using=self._db).select_related("council")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address; without a password they cannot sign in with one."""
        if not email:
            raise ValueError("A person needs an email address")
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """One of the first two; what they may do is their appointment (``createsuperuser``)."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by address, whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in. What they may do hangs on their appointments alone."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=200)
    council = models.ForeignKey(Council, models.PROTECT, null=True, blank=True, editable=False)
    is_active = models.BooleanField(
        "can sign in", default=True, help_text="Untick instead of deleting: the record stays"
    )
    is_staff = models.BooleanField("can open the administration pages", default=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    sessions_ended = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="How often all sessions were ended at once",
    )

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_per_address",
                violation_error_message="Somebody with this address is already here",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        """What a session was opened with: the password, and no later end of all sessions."""
        return f"{super().get_session_auth_hash()}:{self.sessions_ended}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same by former secret keys."""
        for earlier in super().get_session_auth_fallback_hash():
            yield f"{earlier}:{self.sessions_ended}"

    def get_full_name(self) -> str:
        """The name that pages show."""
        return self.name

    get_short_name = get_full_name


class Appointment(models.Model):
    """A role held by a person for a team, a locality or the city, from a day to a day."""

    person = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=30, choices=Role.choices)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    starts = models.DateField("first day")
    ends = models.DateField("last day", null=True, blank=True)
    is_cover = models.BooleanField(
        "cover", default=False, help_text="A deputy or acting manager, for a time"
    )
    appointed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    waits_until = models.DateField(
        "can be confirmed until",
        null=True,
        blank=True,
        editable=False,
        help_text="Where a second person has to confirm it; until then it grants nothing",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    WAITS = "Waits for a second person"

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["person", "role", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=TEAM_ROLES, team__isnull=False, locality__isnull=True)
                | Q(role__in=LOCALITY_ROLES, team__isnull=True, locality__isnull=False)
                | Q(role__in=CITY_ROLES, team__isnull=True, locality__isnull=True),
                name="appointment_scope_fits_its_role",
                violation_error_message=(
                    "A contributor or team manager is appointed to a team, a head of service "
                    "to a locality, anybody else to neither"
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="appointment_ends_after_it_starts",
                violation_error_message="An appointment cannot end before it starts",
            ),
            models.CheckConstraint(
                condition=Q(is_cover=False) | Q(ends__isnull=False, appointed_by__isnull=False),
                name="cover_is_dated_and_given_by_somebody",
                violation_error_message="Cover needs a last day",
            ),
            models.CheckConstraint(
                condition=both_or_neither("withdrawn_at", "withdrawn_by"),
                name="withdrawal_has_who_and_when",
            ),
            # A command confirms by itself, and so did the upgrade: a when without a who.
            models.CheckConstraint(
                condition=Q(waits_until__isnull=True, confirmed_by__isnull=True)
                | Q(waits_until__isnull=False) & both_or_neither("confirmed_at", "confirmed_by"),
                name="confirmation_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=POWERFUL_ROLES)
                | Q(is_cover=True)
                | Q(waits_until__isnull=False)
                | Q(confirmed_at__isnull=False),
                name="powerful_appointment_waits",
                violation_error_message="A second person has to confirm this appointment",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("person"))
                & (Q(appointed_by__isnull=True) | ~Q(confirmed_by=F("appointed_by"))),
                name="appointment_is_confirmed_by_a_second_person",
                violation_error_message=(
                    "Somebody confirms it who neither asked for it nor is appointed by it"
                ),
            ),
        ]

    def __str__(self) -> str:
        scope = self.team or self.locality
        return f"{self.get_role_display()}, {scope}" if scope else self.get_role_display()

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it grants nothing because no second person confirmed it."""
        return self.waits_until is not None and self.confirmed_at is None

    def standing(self, day: dt.date) -> str:
        """How it stands on ``day``, in words."""
        if self.withdrawn_at is not None:
            return "Declined" if self.is_unconfirmed else "Withdrawn"
        if self.is_unconfirmed and self.waits_until is not None:
            return self.WAITS if self.waits_until >= day else "Lapsed"
        if self.starts > day:
            return "To come"
        return "Over" if self.ends is not None and self.ends < day else "In force"


class AddressDecision(models.TextChoices):
    """What became of a changed address."""

    CONFIRMED = "confirmed", "Confirmed"
    DECLINED = "declined", "Declined"


class AddressChange(models.Model):
    """Another address for a person, which counts once the old one or a second person says so."""

    person = models.ForeignKey(User, models.PROTECT, related_name="address_changes")
    before = models.EmailField("address until now")
    after = models.EmailField("new address")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    waits_until = models.DateField("can be confirmed until")
    decision = models.CharField(max_length=10, choices=AddressDecision.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody where it was decided by the link that was sent to the old address",
    )

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("after")), name="address_change_changes_something"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(decision__in=AddressDecision.values, decided_at__isnull=False),
                name="address_decision_has_a_when",
            ),
            models.CheckConstraint(
                condition=~Q(decision=AddressDecision.CONFIRMED)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person")),
                name="address_is_confirmed_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(decided_at__isnull=True),
                name="one_address_waits_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.after}"
