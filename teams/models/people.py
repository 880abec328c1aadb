"""People, and what they are appointed to do, where and until when."""

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
from teams.querysets import AppointmentQuerySet
from teams.roles import CITY_ROLES, LOCALITY_ROLES, TEAM_ROLES, Role


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in with their email address."""

    def get_queryset(self) -> models.QuerySet["User"]:
        """People with their council, whose name stands on every page."""
        return super().get_queryset().select_related("council")

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address; without a password they cannot sign in with one."""
        if not email:
            raise ValueError("A person needs an email address")
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """The person who sets the site up; holds no figures by that (product.md, section 1)."""
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
        default=0, editable=False, help_text="How often all sessions were ended at once"
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
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

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
        ]

    def __str__(self) -> str:
        scope = self.team or self.locality
        return f"{self.get_role_display()}, {scope}" if scope else self.get_role_display()
