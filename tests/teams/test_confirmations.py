"""What waits for a second person: nobody is made anybody, or becomes anybody, by one alone."""

import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from earlyhelp.core.change import NotAllowed
from earlyhelp.core.events.models import Event
from earlyhelp.core.work.mail import opened
from earlyhelp.core.work.models import Job
from teams.actions import (
    appoint,
    appoint_cover,
    keep_person,
    prolong,
    withdraw,
    withdraw_cover,
)
from teams.admin.people import save_appointment
from teams.authority import Actor, authority_of, command_actor
from teams.confirmations.actions import (
    answer_by_link,
    ask_for_address,
    change_of,
    confirm,
    confirm_address,
    decline,
    token_of,
)
from teams.models import AddressChange, AddressDecision, Appointment, User
from teams.permissions import ROLES, Refused, TeamsPermission
from teams.roles import CITY_ROLES, LOCALITY_ROLES, POWERFUL_ROLES, TEAM_ROLES, Role
from tests.cast import TODAY, Cast
from tests.factories import PASSWORD, PersonFactory
from tests.pages import text
from tests.teams.test_admin import fields_of, load, problems

SignIn = Callable[[str], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def second(council: Cast) -> User:
    """A second administrator."""
    person = PersonFactory(name="Second", appointed=[{"role": Role.ADMINISTRATOR}])
    council.person["second"] = person
    return person


@pytest.fixture
def written(settings: Any) -> Callable[[], list[tuple[str, str, str]]]:
    """Whom mail was written to since it was last asked: address, subject and words."""
    settings.EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"

    def read() -> list[tuple[str, str, str]]:
        jobs = list(Job.objects.order_by("pk"))
        Job.objects.all().delete()
        mails = [opened(job.payload) for job in jobs]
        return [(mail["to"][0], mail["subject"], mail["body"]) for mail in mails]

    return read


def ask(council: Cast, role: Role = Role.PERFORMANCE_OFFICER, **fields: Any) -> Appointment:
    """The administrator asks that the leaver be appointed."""
    who = {"person": council.person["leaver"], "starts": TODAY, "by": council.actor(ADMIN)}
    return appoint(**(who | {"role": role} | fields))


ADMIN = "administrator"


def holds(person: User, day: dt.date = TODAY) -> frozenset[Role]:
    return authority_of(person, day).roles


# -- what waits -------------------------------------------------------------------------------


def test_a_powerful_role_waits_and_grants_nothing(council: Cast, sign_in: SignIn) -> None:
    made = ask(council)
    assert holds(council.person["leaver"]) == frozenset()
    leaver, director = sign_in("leaver"), sign_in("director")
    assert "Your appointment waits for a second person: Performance officer" in text(
        leaver.get("/")
    )
    assert leaver.get(reverse("quarters")).status_code == 403
    home = text(director.get("/"))
    assert "To confirm 1 waiting" in home
    assert "1 appointment or changed address waits for you to confirm." in home
    listed = text(director.get(reverse("confirmations")))
    assert "Leaver Performance officer Administrator 19 July 2016 Confirm or decline" in listed
    page = text(director.get(reverse("appointment-waiting", args=[made.pk])))
    for words in ("Leaver (leaver@testshire.example)", "opens and closes quarters", "5 July 2016"):
        assert words in page
    answer = director.post(reverse("appointment-confirm", args=[made.pk]), follow=True)
    assert "Confirmed: Leaver, Performance officer." in text(answer)
    assert leaver.get(reverse("quarters")).status_code == 200
    made.refresh_from_db()
    assert (made.confirmed_by, made.appointed_by) == (
        council.person["director"],
        council.person["administrator"],
    )
    event = Event.objects.about(made).latest("id")
    assert (event.verb, event.by) == ("confirmed", council.person["director"])


@pytest.mark.parametrize("role", Role)
def test_which_roles_wait(council: Cast, role: Role) -> None:
    place: dict[str, Any] = {}
    if role in TEAM_ROLES:
        place["team"] = council.team["south-family"]
    if role in LOCALITY_ROLES:
        place["locality_id"] = council.locality["south"].pk
    made = ask(council, role, **place)
    waits = role not in {Role.CONTRIBUTOR, Role.TEAM_MANAGER, Role.AUDITOR, Role.BOARD_MEMBER}
    assert made.is_unconfirmed == waits
    assert (role in holds(council.person["leaver"])) != waits


def test_whoever_signs_publishes_administers_or_sees_everything_is_among_them() -> None:
    """Said of what roles hold, so that a role which is given more does not slip through."""
    alone = {
        "see everything", "confirm what waits for a second person", "keep people",
        "keep people and their appointments", "keep localities, teams and their moves",
        "review", "sign off", "countersign", "open and close", "publish",
    }  # fmt: skip
    powerful = {
        role
        for role, held in ROLES.items()
        if any(
            word in str(one.value) and not str(one.value).startswith("read ")
            for one in held
            for word in alone
        )
    }
    assert powerful == set(POWERFUL_ROLES)


@pytest.mark.parametrize("person", ["administrator", "leaver", "head", "officer", "auditor"])
def test_neither_who_asked_nor_who_gains_nor_anybody_else_confirms(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    made = ask(council)
    for name in ("appointment-confirm", "appointment-decline"):
        answer = sign_in(person).post(reverse(name, args=[made.pk]), {"reason": "No"})
        assert answer.status_code == 403
    made.refresh_from_db()
    assert made.is_unconfirmed and made.withdrawn_at is None


def test_who_gains_does_not_confirm_although_they_could_others(council: Cast, second: User) -> None:
    made = ask(council, Role.SERVICE_DIRECTOR, person=second)
    with pytest.raises(Refused, match="It is for you"):
        confirm(made, by=council.actor("second"))
    with pytest.raises(Refused, match="You asked for it"):
        confirm(made, by=council.actor(ADMIN))
    confirm(made, by=council.actor("director"))
    assert Role.SERVICE_DIRECTOR in holds(second)


def test_it_lapses_after_fourteen_days(council: Cast, sign_in: SignIn, settings: Any) -> None:
    made = ask(council)
    late = TODAY + 15 * DAY
    with pytest.raises(NotAllowed):
        confirm(made, by=council.actor("director", today=late))
    assert holds(council.person["leaver"], late) == frozenset()
    settings.BUSINESS_DATE = late
    home = text(sign_in("director").get("/"))
    assert "waiting" not in home and "To confirm" in home
    assert "Your appointment waits" not in text(sign_in("leaver").get("/"))
    settings.BUSINESS_DATE = TODAY + 14 * DAY
    assert "To confirm 1 waiting" in text(sign_in("director").get("/"))
    confirm(made, by=council.actor("director", today=TODAY + 14 * DAY))
    assert holds(council.person["leaver"]) == {Role.PERFORMANCE_OFFICER}


def test_it_is_declined_with_a_reason(council: Cast, sign_in: SignIn) -> None:
    made, director = ask(council), sign_in("director")
    address = reverse("appointment-decline", args=[made.pk])
    assert "Enter why it is declined" in text(director.post(address, {"reason": " "}))
    answer = director.post(address, {"reason": "Nobody told me"}, follow=True)
    assert "Declined: Leaver, Performance officer." in text(answer)
    event = Event.objects.about(made).latest("id")
    assert (event.verb, event.remarks.get().text) == ("declined", "Nobody told me")
    answer = director.post(reverse("appointment-confirm", args=[made.pk]), follow=True)
    assert "does not wait" in text(answer)
    assert holds(council.person["leaver"]) == frozenset()


def test_confirming_twice_is_once(council: Cast) -> None:
    made, by = ask(council), council.actor("director")
    first = confirm(made, by=by)
    confirm(made, by=replace(by, now=by.now + DAY))
    made.refresh_from_db()
    assert made.confirmed_at == first.confirmed_at
    assert Event.objects.about(made).filter(verb="confirmed").count() == 1


def test_a_withdrawn_one_counts_at_the_next_request(
    council: Cast, sign_in: SignIn, second: User
) -> None:
    director = sign_in("director")
    made = ask(council)
    withdraw(Appointment.objects.get(person=council.person["director"]), by=council.actor("second"))
    assert director.get(reverse("confirmations")).status_code == 403
    assert director.post(reverse("appointment-confirm", args=[made.pk])).status_code == 403


def test_cover_in_ones_own_locality_needs_nobody(council: Cast) -> None:
    cover = appoint_cover(
        person=council.person["other_head"],
        role=Role.HEAD_OF_SERVICE,
        starts=TODAY,
        ends=TODAY + DAY,
        by=council.actor("head"),
        reason="Leave",
        locality_id=council.locality["north"].pk,
    )
    north = council.locality["north"].pk
    assert north in authority_of(council.person["other_head"], TODAY).locality_ids
    prolong(cover, ends=TODAY + 30 * DAY, by=council.actor(ADMIN))
    held = authority_of(council.person["other_head"], TODAY + 10 * DAY)
    assert north not in held.locality_ids, "an administrator does not pass a locality on alone"


# -- what widens, and what does not ---------------------------------------------------------------


def test_a_later_last_day_waits_and_an_earlier_one_does_not(council: Cast) -> None:
    director = council.person["director"]
    post = Appointment.objects.get(person=director)
    by = council.actor(ADMIN)
    assert prolong(post, ends=TODAY + DAY, by=by)
    assert holds(director) and not holds(director, TODAY + 2 * DAY)
    for _ in range(2):
        prolong(post, ends=TODAY + 90 * DAY, by=by)
    assert not holds(director, TODAY + 2 * DAY), "it waits"
    further = Appointment.objects.get(person=director, waits_until__isnull=False)
    assert (further.starts, further.ends) == (TODAY + 2 * DAY, TODAY + 90 * DAY)
    with pytest.raises(ValidationError, match="not confirmed yet"):
        prolong(further, ends=None, by=by)
    assert prolong(further, ends=TODAY + 60 * DAY, by=by), "less is not more"


def test_who_can_sign_in_again_holds_what_is_powerful_once_it_is_confirmed(
    council: Cast, second: User
) -> None:
    officer = council.person["officer"]
    for switch in (False, True):
        officer.is_active = switch
        keep_person(officer, by=council.actor(ADMIN))
    assert holds(officer) == frozenset()
    post = Appointment.objects.get(person=officer)
    with pytest.raises(Refused):
        confirm(post, by=council.actor(ADMIN))
    confirm(post, by=council.actor("second"))
    assert holds(officer) == {Role.PERFORMANCE_OFFICER}


def test_a_file_and_the_form_keep_the_rule(council: Cast, sign_in: SignIn) -> None:
    client, leaver = sign_in(ADMIN), council.person["leaver"]
    head = "email,role,team,locality,starts,ends\n"
    row = "leaver@testshire.example,service-director,,,2016-07-01,2016-12-31\n"
    assert load(client, "teams_appointment", head + row).status_code == 302
    again = {
        "person": leaver.pk,
        "role": Role.ADMINISTRATOR,
        "team": "",
        "locality": "",
        "starts": "2016-07-01",
        "ends": "",
        "why": "",
    }
    page = client.post(reverse("admin:teams_appointment_add"), again, follow=True)
    assert "Administrator from 1 July 2016 waits for a second person" in text(page)
    assert "Waits for a second person until 19 July 2016" in text(page)
    assert holds(leaver) == frozenset()
    # The same file with a later day asks for more, once, and the form does as well.
    made = Appointment.objects.get(person=leaver, role=Role.SERVICE_DIRECTOR)
    confirm(made, by=council.actor("director"))
    for _ in range(2):
        later = row.replace("2016-12-31", "2017-06-30")
        assert load(client, "teams_appointment", head + later).status_code == 302
    (further,) = Appointment.objects.waiting(TODAY).filter(role=Role.SERVICE_DIRECTOR)
    assert (further.starts, further.ends) == (dt.date(2017, 1, 1), dt.date(2017, 6, 30))
    address = reverse("admin:teams_appointment_change", args=[made.pk])
    page = client.post(address, {"ends": "2017-09-30", "why": ""}, follow=True)
    assert "waits for a second person" in text(page)
    made.refresh_from_db()
    assert made.ends == dt.date(2016, 12, 31)


def test_nothing_in_administration_sets_the_flags_of_django_or_a_confirmation(
    council: Cast, sign_in: SignIn
) -> None:
    client, leaver = sign_in(ADMIN), council.person["leaver"]
    made = ask(council)
    address = reverse("admin:teams_user_change", args=[leaver.pk])
    flags = {"is_superuser": "on", "groups": "1", "user_permissions": "1", "password": "x"}
    client.post(address, fields_of(client.get(address)) | flags)
    address = reverse("admin:teams_appointment_change", args=[made.pk])
    filled = {"waits_until": "", "confirmed_by": council.person["director"].pk, "is_cover": "on"}
    client.post(address, fields_of(client.get(address)) | filled | {"confirmed_at_0": "2016-07-05"})
    leaver.refresh_from_db()
    made.refresh_from_db()
    assert not leaver.is_superuser and made.is_unconfirmed and not made.is_cover
    assert holds(leaver) == frozenset()


# -- the first two people ---------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_two_are_made_by_command_and_a_third_is_refused() -> None:
    for name in ("one", "two"):
        call_command(
            "createsuperuser", interactive=False, email=f"{name}@council.example", name=name
        )
    one, two = User.objects.order_by("pk")
    assert [person.is_staff for person in (one, two)] == [True, True]
    client = Client()
    client.force_login(one)
    assert client.get(reverse("admin:teams_appointment_add")).status_code == 200
    with pytest.raises(CommandError, match="There are two people already"):
        call_command("createsuperuser", interactive=False, email="c@council.example", name="C")
    assert User.objects.count() == 2
    asked = Client()
    asked.force_login(two)
    director = PersonFactory(name="Director", email="d@council.example")
    row = {"person": director.pk, "role": Role.SERVICE_DIRECTOR, "starts": "2020-01-01"}
    client.post(reverse("admin:teams_appointment_add"), row)
    made = Appointment.objects.get(person=director)
    assert asked.post(reverse("appointment-confirm", args=[made.pk])).status_code == 302
    assert holds(director, dt.date(2020, 1, 2)) == {Role.SERVICE_DIRECTOR}


def test_where_there_are_people_who_confirm_nobody_is_made_past_them(council: Cast) -> None:
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, email="c@council.example", name="C")


# -- addresses --------------------------------------------------------------------------------


def change_address(client: Client, person: User, address: str) -> Any:
    """What an administrator does on the person's page."""
    page = reverse("admin:teams_user_change", args=[person.pk])
    return client.post(page, fields_of(client.get(page)) | {"email": address}, follow=True)


def test_a_changed_address_waits_and_is_told_to_the_old_one(
    council: Cast, sign_in: SignIn, written: Any
) -> None:
    head = council.person["head"]
    EmailAddress.objects.create(user=head, email=head.email, verified=True, primary=True)
    page = text(change_address(sign_in(ADMIN), head, "New.Head@testshire.example"))
    assert "Head keeps the address head@testshire.example until that address" in page
    head.refresh_from_db()
    assert head.email == "head@testshire.example"
    (old, _, words), (other, _, more) = written()
    assert (old, other) == ("head@testshire.example", "director@testshire.example")
    assert "new.head@testshire.example" in words and "confirm/" in more
    link = re.search(r"http://testserver(/address/\S+)", words)
    assert link
    client = Client()
    asked = client.get(link[1])
    assert "head@testshire.example" in text(asked) and "no-store" in asked["Cache-Control"]
    head.refresh_from_db()
    assert head.email == "head@testshire.example", "looking decides nothing"
    client.post(link[1] + "yes/")
    head.refresh_from_db()
    assert head.email == "new.head@testshire.example"
    assert not EmailAddress.objects.filter(user=head).exists()
    told = [to for to, subject, _ in written() if "A changed address" in subject]
    assert told == [
        "head@testshire.example", "administrator@testshire.example", "new.head@testshire.example",
    ]  # fmt: skip
    assert "was confirmed" in text(client.get(link[1]))
    signed_in = client.post(
        "/accounts/login/", {"login": "head@testshire.example", "password": PASSWORD}
    )
    assert signed_in.status_code == 200
    verbs = list(Event.objects.about(head).values_list("verb", flat=True).order_by("id"))
    assert verbs[-2:] == ["another address asked for", "address changed"]


def test_the_old_address_says_no(council: Cast, written: Any) -> None:
    head = council.person["head"]
    change = ask_for_address(head, "thief@testshire.example", by=council.actor(ADMIN))
    assert change is not None
    path = reverse("address-by-link", args=[token_of(change)])
    assert "stays as it is" in text(Client().post(path + "no/", follow=True))
    with pytest.raises(NotAllowed):
        confirm_address(change, by=council.actor("director"))
    head.refresh_from_db()
    assert head.email == "head@testshire.example"
    assert "thief@testshire.example" not in [to for to, _, _ in written()]


def test_a_second_person_confirms_an_address_and_not_who_asked(
    council: Cast, sign_in: SignIn
) -> None:
    head = council.person["head"]
    change = ask_for_address(head, "new@testshire.example", by=council.actor(ADMIN), reason="Wed")
    assert change is not None
    for person in (ADMIN, "head", "officer"):
        answer = sign_in(person).post(reverse("address-confirm", args=[change.pk]))
        assert answer.status_code == 403, person
    director = sign_in("director")
    page = text(director.get(reverse("address-waiting", args=[change.pk])))
    assert "head@testshire.example" in page and "new@testshire.example" in page and "Wed" in page
    director.post(reverse("address-confirm", args=[change.pk]))
    head.refresh_from_db()
    assert head.email == "new@testshire.example"


def test_what_is_asked_anew_takes_the_earlier_back(council: Cast) -> None:
    head, by = council.person["head"], council.actor(ADMIN)
    first = ask_for_address(head, "a@testshire.example", by=by)
    assert first and ask_for_address(head, "a@testshire.example", by=by) is None
    second = ask_for_address(head, "b@testshire.example", by=by)
    assert second
    with pytest.raises(NotAllowed):
        confirm_address(first, by=council.actor("director"))
    late = council.actor("director", today=TODAY + 15 * DAY)
    with pytest.raises(NotAllowed):
        confirm_address(second, by=late)
    with pytest.raises(NotAllowed):
        answer_by_link(second, AddressDecision.CONFIRMED, by=late)
    head.refresh_from_db()
    assert head.email == "head@testshire.example"


def test_an_address_that_somebody_has_is_refused_on_the_form(
    council: Cast, sign_in: SignIn
) -> None:
    page = reverse("admin:teams_user_change", args=[council.person["head"].pk])
    client = sign_in(ADMIN)
    typed = fields_of(client.get(page)) | {"email": "Director@testshire.example"}
    assert "already here" in str(problems(client.post(page, typed)))


def test_links_that_we_did_not_write_lead_nowhere(council: Cast) -> None:
    for token in ("1", "abc:def", token_of(AddressChange(pk=99))):
        path = reverse("address-by-link", args=[token])
        assert Client().get(path).status_code == 404
        assert Client().post(path + "yes/").status_code == 404
        assert change_of(token) is None


# -- mail -------------------------------------------------------------------------------------


def test_who_is_told_of_an_appointment(council: Cast, written: Any, second: User) -> None:
    leaver, admin, director = (
        f"{one}@testshire.example" for one in ("leaver", "administrator", "director")
    )
    made = ask(council)
    assert [(to, subject) for to, subject, _ in written()] == [
        (leaver, "Early Help performance: Your appointment waits for a second person"),
        (director, "Early Help performance: Something waits for you to confirm"),
        ("second@testshire.example", "Early Help performance: Something waits for you to confirm"),
    ]
    confirm(made, by=council.actor("director"))
    assert [to for to, _, _ in written()] == [leaver, admin]
    decline(ask(council), reason="No", by=council.actor("director"))
    assert [to for to, _, _ in written()][-2:] == [leaver, admin]
    withdraw(made, by=council.actor(ADMIN))
    ((to, subject, words),) = written()
    assert (to, subject) == (leaver, "Early Help performance: Your appointment has ended")
    assert "Administrator ended your appointment: Performance officer." in words
    assert words.rstrip().endswith("Early Help performance, Testshire Council")
    ask(council, Role.AUDITOR)
    assert [to for to, _, _ in written()] == [leaver]


def cover(council: Cast) -> Appointment:
    """The head makes the leaver their deputy for a while."""
    return appoint_cover(
        person=council.person["leaver"],
        role=Role.HEAD_OF_SERVICE,
        locality_id=council.locality["north"].pk,
        starts=TODAY,
        ends=TODAY + DAY * 9,
        by=council.actor("head"),
        reason="Leave",
    )


def switch_on_again(council: Cast, made: Appointment) -> bool:
    person = User.objects.get(pk=made.person_id)
    person.is_active = True
    return keep_person(person, by=council.actor(ADMIN))


def leaves(council: Cast) -> Appointment:
    """A confirmed officer who was switched off."""
    made = confirm(ask(council), by=council.actor("director"))
    User.objects.filter(pk=made.person_id).update(is_active=False)
    return made


AUDITOR = {"role": Role.AUDITOR}
# What stands before, and what becomes of it.
BECOMES: dict[str, tuple[Callable[[Cast], Any], Callable[[Cast, Any], Any]]] = {
    "given": (lambda _: None, lambda cast, _: ask(cast, **AUDITOR)),
    "waits": (lambda _: None, lambda cast, _: ask(cast)),
    "cover": (lambda _: None, lambda cast, _: cover(cast)),
    "confirmed": (ask, lambda cast, made: confirm(made, by=cast.actor("director"))),
    "declined": (ask, lambda cast, made: decline(made, reason="No", by=cast.actor("director"))),
    "shorter": (
        lambda cast: ask(cast, **AUDITOR),
        lambda cast, made: prolong(made, ends=TODAY + DAY, by=cast.actor(ADMIN)),
    ),
    "longer": (
        lambda cast: ask(cast, **AUDITOR, ends=TODAY + DAY),
        lambda cast, made: prolong(made, ends=None, by=cast.actor(ADMIN)),
    ),
    "longer, and waits": (
        lambda cast: confirm(ask(cast, ends=TODAY + DAY), by=cast.actor("director")),
        lambda cast, made: prolong(made, ends=None, by=cast.actor(ADMIN)),
    ),
    "withdrawn": (ask, lambda cast, made: withdraw(made, by=cast.actor(ADMIN))),
    "cover ended": (
        cover,
        lambda cast, made: withdraw_cover(made, by=cast.actor("head"), team_locality_id=None),
    ),
    "waits again": (leaves, switch_on_again),
}


@pytest.mark.parametrize("what", BECOMES)
def test_whatever_becomes_of_an_appointment_is_told_to_its_person(
    council: Cast, written: Any, second: User, what: str
) -> None:
    before, act = BECOMES[what]
    made = before(council)
    written()
    last = Event.objects.latest("id").pk
    act(council, made)
    assert Event.objects.filter(pk__gt=last, subject_type="appointment").exists()
    assert "leaver@testshire.example" in [to for to, _, _ in written()]


def test_mail_is_written_with_the_change_or_not_at_all(council: Cast, written: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ask(council)
        assert Job.objects.exists()
        raise RuntimeError
    assert written() == []
    with pytest.raises(ValidationError):
        ask(council, ends=TODAY - DAY)
    assert written() == []


def test_the_rehearsal_of_a_form_writes_nothing_twice(
    council: Cast, sign_in: SignIn, written: Any
) -> None:
    row = {"person": council.person["leaver"].pk, "role": Role.AUDITOR, "starts": "2016-07-01"}
    sign_in(ADMIN).post(reverse("admin:teams_appointment_add"), row)
    assert [to for to, _, _ in written()] == ["leaver@testshire.example"]


def test_names_are_written_as_they_are(council: Cast, written: Any) -> None:
    leaver = council.person["leaver"]
    User.objects.filter(pk=leaver.pk).update(name="Ann O'Neill <x>")
    leaver.refresh_from_db()
    confirm(ask(council), by=council.actor("director"))
    assert "Ann O'Neill <x>" in written()[-1][2]


# -- an oracle: who holds what ------------------------------------------------------------------


class Walk:
    """Random acts of everybody, and what each may come to hold, worked out from the acts alone."""

    def __init__(self, council: Cast, seed: int) -> None:
        self.council, self.random = council, random.Random(seed)
        self.day = TODAY
        self.acts = 0

    def actor(self) -> Actor:
        name = self.random.choice([ADMIN, "second", "director", *self.council.person])
        return self.council.actor(name, today=self.day)

    def anybody(self) -> User:
        return self.random.choice(list(self.council.person.values()))

    def step(self) -> None:
        act = self.random.choice([self.ask, self.ask, self.confirm, self.confirm, self.prolong])
        act = self.random.choice([act, act, act, self.switch, self.withdraw, self.later])
        try:
            with transaction.atomic():
                act(self.actor())
                self.acts += 1
        except (Refused, NotAllowed, ValidationError):
            pass

    def ask(self, by: Actor) -> None:
        """By the form of administration, which only those who keep people open."""
        require_keeps(by)
        role = self.random.choice(CITY_ROLES)
        made = Appointment(person=self.anybody(), role=role, starts=self.day)
        made.ends = self.random.choice([None, self.day + 20 * DAY])
        save_appointment(made, by=by, reason="")

    def prolong(self, by: Actor) -> None:
        require_keeps(by)
        prolong(self.any_appointment(), ends=self.day + 40 * DAY, by=by)

    def switch(self, by: Actor) -> None:
        require_keeps(by)
        person = self.anybody()
        person.refresh_from_db()
        person.is_active = not person.is_active
        if person != by.person:
            keep_person(person, by=by)

    def withdraw(self, by: Actor) -> None:
        require_keeps(by)
        if self.random.random() < 0.3:
            withdraw(self.any_appointment(), by=by)

    def confirm(self, by: Actor) -> None:
        waiting = list(Appointment.objects.waiting(self.day))
        if waiting:
            confirm(self.random.choice(waiting), by=by)

    def later(self, by: Actor) -> None:
        self.day += self.random.choice([1, 5]) * DAY

    def any_appointment(self) -> Appointment:
        return self.random.choice(list(Appointment.objects.all()))


def require_keeps(by: Actor) -> None:
    if not by.authority.holds(TeamsPermission.KEEP_PEOPLE):
        raise Refused("not open")


def two_stood_behind(appointment: Appointment) -> bool:
    """Whether the record knows two others, or a command, since the appointment was last asked for.

    The oracle: it reads the record alone, and not the columns by which the site decides.
    """
    events = Event.objects.about(appointment).order_by("id")
    asked = events.filter(verb__in=["created", "made to wait again"]).last()
    assert asked is not None
    confirmed = events.filter(verb="confirmed", id__gt=asked.pk).values_list("by", flat=True)
    return asked.by_id is None or bool(set(confirmed) - {asked.by_id, appointment.person_id})


@pytest.mark.parametrize("seed", range(4))
def test_nobody_comes_to_power_by_one_alone(council: Cast, second: User, seed: int) -> None:
    walk = Walk(council, seed)
    for _ in range(60):
        walk.step()
        held = Appointment.objects.in_force(walk.day).filter(role__in=POWERFUL_ROLES)
        for one in held:
            assert two_stood_behind(one), one
    for person in User.objects.filter(is_active=True):
        powers = {Role(one.role) for one in held if one.person_id == person.pk}
        assert holds(person, walk.day) & set(POWERFUL_ROLES) == powers
    assert walk.acts > 15


@pytest.mark.parametrize("seed", range(2))
def test_one_administrator_becomes_nobody(council: Cast, seed: int) -> None:
    """Whatever one administrator does with accounts of their own making, none holds power."""
    chance, by = random.Random(seed), council.actor(ADMIN)
    mine = [PersonFactory(name=f"Mine {number}") for number in range(3)]
    council.person |= {one.name: one for one in mine}
    before = dict(User.objects.values_list("pk", "email"))
    for _ in range(40):
        person = chance.choice([*mine, council.person["director"]])
        waits = [*Appointment.objects.waiting(TODAY), *AddressChange.objects.waiting(TODAY)]
        one, other = chance.choice([None, *waits]), council.actor(chance.choice(mine).name)
        try:
            with transaction.atomic():
                if one is None:
                    role = chance.choice(CITY_ROLES)
                    appoint(person=person, role=role, starts=TODAY, by=by)
                    ask_for_address(person, f"m{chance.random()}@x.example", by=by)
                elif isinstance(one, Appointment):
                    confirm(one, by=chance.choice([by, other]))
                else:
                    confirm_address(one, by=chance.choice([by, other]))
        except (Refused, NotAllowed, ValidationError):
            continue
    for one in mine:
        assert not holds(one) & set(POWERFUL_ROLES)
    assert dict(User.objects.values_list("pk", "email")) == before


# -- what it costs ------------------------------------------------------------------------------


def test_the_list_costs_the_same_for_one_and_for_five(council: Cast, sign_in: SignIn) -> None:
    director, counted = sign_in("director"), []
    director.get(reverse("confirmations"))
    for more in (1, 4):
        for _ in range(more):
            ask(council)
        with CaptureQueriesContext(connection) as queries:
            director.get(reverse("confirmations"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_second_step_taken_away_is_told(council: Cast, sign_in: SignIn, written: Any) -> None:
    head = council.person["head"]
    Authenticator.objects.create(user=head, type=Authenticator.Type.TOTP, data={})
    written()
    sign_in(ADMIN).post(
        reverse("admin:teams_user_changelist"),
        {"action": "take_away_second_step", "_selected_action": [head.pk], "why": "Lost phone"},
    )
    ((to, subject, _),) = written()
    assert to == head.email and "second step" in subject.lower()


def test_a_command_tells_nobody(council: Cast, written: Any) -> None:
    appoint(
        person=council.person["leaver"],
        role=Role.AUDITOR,
        starts=TODAY,
        by=command_actor(),
    )
    assert written() == []
