"""Administration pages for people and what they are appointed to."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.fields import Field

from earlyhelp.core.clock import today
from earlyhelp.core.files.widgets import CellWidget, ReferenceWidget, YesWidget
from teams.actions import give, keep_person, prolong, take_away_second_step, withdraw
from teams.admin.base import Kept, KeptForm, actor_in, with_reason
from teams.authority import AnyActor
from teams.confirmations.actions import ask_for_address
from teams.exchange import ActionResource, Lists
from teams.models import Appointment, Council, User
from teams.permissions import Refused, TeamsPermission
from teams.roles import POWERFUL_ROLES, Role


class RoleWidget(CellWidget):
    """A role by its code."""

    def read(self, text: str) -> Role:
        """The role; raises ValueError with the roles there are."""
        try:
            return Role(text)
        except ValueError:
            known = ", ".join(Role.values)
            raise ValueError(f"There is no role “{text}”: the roles are {known}") from None


def make_ready(person: User) -> None:
    """A new person has no password: they choose one by “Forgotten password”."""
    person.email = person.email.lower()
    if person._state.adding:
        person.set_unusable_password()
        person.council = Council.objects.first()


class PersonResource(ActionResource):
    """People by their address."""

    is_active = Field("is_active", "can_sign_in", YesWidget(needed=False))

    class Meta:
        model = User
        fields = ("email", "name", "is_active")
        import_id_fields = ("email",)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Addresses are kept in small letters."""
        super().before_import_row(row, **kwargs)
        row["email"] = str(row.get("email") or "").lower()

    def act(self, row: User, lists: Lists, *, by: AnyActor, reason: str) -> bool:
        """Nobody shuts themselves out."""
        make_ready(row)
        if row == by.person:
            row.is_active = True
        return keep_person(row, by=by, reason=reason)


class AppointmentResource(ActionResource):
    """Appointments; a row that is there already can only be given another last day."""

    person = Field("person", "email", ReferenceWidget(User, "email"))
    role = Field("role", "role", RoleWidget())

    class Meta:
        model = Appointment
        fields = ("person", "role", "team", "locality", "starts", "ends")
        import_id_fields = ("person", "role", "team", "locality", "starts")

    def get_queryset(self) -> QuerySet[Appointment]:
        """One that was withdrawn, or lapsed, is over: the same again is a new one."""
        gone = Appointment.objects.lapsed(today())
        return Appointment.objects.filter(withdrawn_at__isnull=True).exclude(pk__in=gone)

    def act(self, row: Appointment, lists: Lists, *, by: AnyActor, reason: str) -> bool:
        """By the same actions as the form."""
        return save_appointment(row, by=by, reason=reason)


class PersonForm(KeptForm):
    """A person; nobody gives anybody a password here."""

    class Meta:
        model = User
        fields = ["email", "name", "is_active", "is_staff"]

    def clean(self) -> dict[str, Any] | None:
        """Nobody shuts themselves out."""
        given = super().clean()
        if self.instance.pk == self.by.person.pk:
            for name in ("is_active", "is_staff"):
                if not self.cleaned_data.get(name):
                    self.add_error(name, "You cannot shut yourself out: ask somebody else to")
        return given

    def act(self, row: User) -> None:
        """Through the actions, ready to sign in; another address waits."""
        make_ready(row)
        address = row.email
        keep_person(row, by=self.by, reason=self.reason)
        if row.email != address:
            ask_for_address(row, address, by=self.by, reason=self.reason)


@admin.register(User)
class PeoplePages(Kept):
    """People who sign in."""

    kept_by = TeamsPermission.KEEP_PEOPLE
    form = PersonForm
    resource_classes = [PersonResource]
    list_display = ["name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "email"]
    actions = ["take_away_second_step"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Say so where another address waits."""
        super().save_model(request, obj, form, change)
        if change and form.cleaned_data["email"].lower() != obj.email:
            waits = (
                f"{obj} keeps the address {obj.email} until that address, or a second person, "
                "confirms the new one."
            )
            self.message_user(request, waits, messages.WARNING)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People stay on record: untick “can sign in”."""
        return False

    @with_reason(
        "Take away the second step of signing in (a lost phone)",
        "change",
        title="Take away the second step of signing in",
        button="Take it away",
    )
    def take_away_second_step(self, request: HttpRequest, people: QuerySet[User], why: str) -> None:
        """They set it up again when they next sign in."""
        for person in people:
            if person == request.user:
                self.message_user(request, "Somebody else has to take yours away.", messages.ERROR)
            elif take_away_second_step(person, by=actor_in(request), reason=why):
                self.message_user(request, f"{person} sets it up again at the next sign-in.")
            else:
                self.message_user(request, f"{person} has none.", messages.WARNING)


def save_appointment(row: Appointment, *, by: AnyActor, reason: str) -> bool:
    """Appoint, or give another last day."""
    if row._state.adding:
        return give(row, by=by, reason=reason)
    return prolong(row, ends=row.ends, by=by, reason=reason)


class AppointmentForm(KeptForm):
    """A new appointment, or another last day for one that is there."""

    class Meta:
        model = Appointment
        fields = ["person", "role", "team", "locality", "starts", "ends"]

    def act(self, row: Appointment) -> None:
        """Through the actions."""
        self.written = save_appointment(row, by=self.by, reason=self.reason)


@admin.register(Appointment)
class AppointmentPages(Kept):
    """What people are appointed to, where and until when."""

    kept_by = TeamsPermission.KEEP_PEOPLE
    form = AppointmentForm
    resource_classes = [AppointmentResource]
    list_display = [
        "person", "role", "team", "locality", "starts", "ends", "is_cover", "stands",
    ]  # fmt: skip
    list_filter = ["role", "locality", "is_cover", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["person", "team", "locality"]
    search_fields = ["person__name", "person__email", "team__name", "locality__name"]
    actions = ["withdraw_appointments"]

    @admin.display(description="stands")
    def stands(self, appointment: Appointment) -> str:
        """How it stands today, and until when it waits."""
        standing = appointment.standing(today())
        if standing != Appointment.WAITS:
            return standing
        return f"{standing} until {appointment.waits_until:%-d %B %Y}"

    def save_model(self, request: HttpRequest, obj: Appointment, form: Any, change: bool) -> None:
        """Say so where it waits, or where what was added to it does."""
        super().save_model(request, obj, form, change)
        further = Appointment.objects.waiting(today()).filter(person=obj.person, role=obj.role)
        waits = obj.is_unconfirmed or (change and form.written and obj.role in POWERFUL_ROLES)
        if waits and (last := further.order_by("pk").last()):
            self.message_user(
                request,
                f"{last} from {last.starts:%-d %B %Y} waits for a second person: another "
                f"administrator or the director confirms it by {last.waits_until:%-d %B %Y}.",
                messages.WARNING,
            )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An appointment stays what it was: withdraw it and make another."""
        if obj is None:
            return []
        return [
            "person", "role", "team", "locality", "starts",
            "is_cover", "stands", "appointed_by", "confirmed_at", "confirmed_by",
            "withdrawn_at", "withdrawn_by",
        ]  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A withdrawn appointment is over."""
        over = obj is not None and obj.withdrawn_at is not None
        return super().has_change_permission(request, obj) and not over

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Appointments stay on record: withdraw them."""
        return False

    @with_reason(
        "Withdraw, from now on",
        "change",
        title="Withdraw appointments, from now on",
        button="Withdraw",
    )
    def withdraw_appointments(
        self, request: HttpRequest, appointments: QuerySet[Appointment], why: str
    ) -> None:
        """They end at once, at the person's next request."""
        for appointment in appointments:
            try:
                withdraw(appointment, by=actor_in(request), reason=why)
            except Refused as refused:
                self.message_user(request, str(refused), messages.ERROR)
            else:
                self.message_user(request, f"Withdrawn: {appointment.person}, {appointment}.")
