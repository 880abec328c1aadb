"""Every mail that is sent: its links are answered for who receives it, and it gives nothing away.

What sends mail is found by walking: every address that is posted to, and besides what no page
does. Each kind of mail is a template; one that nothing here sends is told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import transaction
from django.db.models import Q
from django.test import Client
from django.test.signals import template_rendered
from django.urls import reverse

from audits.models import SampledCase
from earlyhelp.report.publishing import actions as publishing
from teams import actions as teams
from teams.authority import authority_of
from teams.confirmations import actions as confirmations
from teams.models import Appointment, User
from teams.permissions import TeamsPermission
from tests import access
from tests.access import YES
from tests.acts import ACTS
from tests.audits.making import make_casework
from tests.cast import TODAY, Cast
from tests.measures.acts import Act
from tests.report import making
from tests.test_access import CELLS
from tests.test_words import words_of_ours

pytestmark = pytest.mark.django_db

TEMPLATES = Path(__file__).parent.parent / "templates"
# The library writes one itself; its words are ours.
FORGOTTEN = "account/email/password_reset_key_message.txt"
KINDS = {
    str(file.relative_to(TEMPLATES))
    for file in TEMPLATES.glob("*/mail/*.txt")
    if not file.name.startswith("_")
} | {FORGOTTEN}
# What says that something was done, and asks for nothing.
LEAD_NOWHERE = {
    *(f"signin/mail/{one}.txt" for one in ("directory_account_bound", "password_changed")),
    *(f"signin/mail/{one}.txt" for one in ("recovery_codes_made", "second_step_set_up")),
    "signin/mail/second_step_taken_away.txt",
    *(f"teams/mail/{one}.txt" for one in ("address_confirmed", "address_declined", "appointed")),
    *(f"teams/mail/{one}.txt" for one in ("appointment_waits", "confirmed", "declined")),
    *(f"teams/mail/{one}.txt" for one in ("last_day", "withdrawn")),
}
POSTED = [name for name, method in CELLS if method == "POST"]
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Where a number may stand: days, hours, the period and the edition that it is about, how much of a
# return is filled in, an internet address, an address of mail.
NOT_FIGURES = re.compile(
    rf"[1-3]?[0-9] (?:{MONTHS})(?: 20[0-9]{{2}})?|(?:{MONTHS}) 20[0-9]{{2}}|[0-9]{{2}}:[0-9]{{2}}|"
    r"20[0-9]{2}-[0-9]{2}|Q(?:uarter )?[1-4]|edition [0-9]+|[0-9]+ of [0-9]+ questions? (?:is|are) answered|"
    r"[0-9]+ days?\b|(?:[0-9]{1,3}\.){3}[0-9]{1,3}|\S+@\S+|https?://\S+|\n/\S+"
)
# A whole address, or a path where no page was asked for.
LINK = re.compile(r"https?://\S+|^/\S+$", re.MULTILINE)
_SUBJECT = re.compile(r"Early Help performance: [A-Z][^{}<>&;\n]{5,90}[^.\s]")


@dataclass
class Sent:
    """A mail as it came, by its template; ``of`` is who did what it tells, and ``answered`` how
    its links were, for who received it.
    """

    kind: str
    to: str
    subject: str
    body: str
    of: User | None
    answered: dict[str, int]
    untold: set[str]

    @property
    def words(self) -> str:
        """All of it."""
        return f"{self.subject}\n{self.body}"


def decline_an_appointment(cast: Cast) -> Act:
    by = cast.actor("administrator")
    given = {"person": cast.person["leaver"], "role": "service-director", "starts": TODAY}
    appointed = teams.appoint(**given, by=by)  # type: ignore[arg-type]  # as a form says it
    return lambda: confirmations.decline(appointed, reason="Not now", by=cast.actor("director"))


def end_an_appointment(cast: Cast) -> Act:
    held = Appointment.objects.get(person=cast.person["head"])
    return lambda: teams.withdraw(held, reason="Gone", by=cast.actor("administrator"))


def another_last_day(cast: Cast) -> Act:
    held = Appointment.objects.get(person=cast.person["head"])
    ends = TODAY + timedelta(days=30)
    return lambda: teams.prolong(held, ends=ends, by=cast.actor("administrator"), reason="Leave")


def bind_an_account(cast: Cast) -> Act:
    return lambda: SocialAccount.objects.create(user=cast.person["head"], provider="x", uid="1")


def set_up_second_step(cast: Cast) -> Act:
    person = cast.person["head"]

    def act() -> None:
        for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
            Authenticator.objects.create(user=person, type=kind, data={})

    return act


def forget_the_password(cast: Cast) -> Act:
    address = cast.person["head"].email
    return lambda: Client().post("/accounts/password/reset/", {"email": address})


def submit_a_concern(cast: Cast) -> Act:
    audit = make_casework(cast).complete(1, "inadequate")
    client = Client()
    client.force_login(cast.person["auditor"])
    address = reverse("audit-submit", args=[audit.pk])
    return lambda: client.post(address, {"version": audit.version})


def publish_in_its_place(cast: Cast) -> Act:
    report = making.published(cast).report
    by = cast.actor("officer")
    publishing.revise(report, kind="error", reason="It no longer holds", by=by)
    later = making.approved_again(cast, report)
    return lambda: publishing.publish(later, by=by)


MORE = [
    *(submit_a_concern, publish_in_its_place),
    *(decline_an_appointment, end_an_appointment, another_last_day, bind_an_account),
    *(set_up_second_step, forget_the_password),
]


def posting(name: str, cast: Cast, sessions: dict[str, str]) -> Act:
    """The example of an address, by the first who may; nothing where nobody may."""
    example = access.example_for(cast, name, "POST")
    may = [who for who, word in CELLS[name, "POST"].items() if word == YES]
    return lambda: [
        access.send(access.client_of(who, sessions), "POST", name, example) for who in may[:1]
    ]


def sent_by(act: Act) -> list[Sent]:
    """The mails of an act, each read by who receives it."""
    kinds: list[tuple[str, Any]] = []

    def rendered(template: Any, context: Any, **_: Any) -> None:
        if template.name in KINDS:
            kinds.append((template.name, context.get("by")))

    mail.outbox = []
    people = dict(User.objects.values_list("email", "pk"))
    template_rendered.connect(rendered)
    try:
        act()
    finally:
        template_rendered.disconnect(rendered)
    assert len(kinds) == len(mail.outbox)
    return [
        received(kind, by, one, people) for (kind, by), one in zip(kinds, mail.outbox, strict=True)
    ]


def received(kind: str, by: Any, message: Any, people: dict[str, int]) -> Sent:
    """A mail, with its links followed and what it says that is not for its receiver.

    ``people`` are whose addresses they were: what tells of another one goes to the old one too.
    """
    at = Q(email=message.to[0]) | Q(pk=people.get(message.to[0]))
    person = User.objects.filter(at).first()
    client = Client()
    if person is not None and kind != FORGOTTEN:
        client.force_login(person)
    paths = [urlsplit(one) for one in LINK.findall(message.body)]
    answered = {
        one.path: client.get(f"{one.path}?{one.query}", follow=True).status_code for one in paths
    }
    told = Sent(
        kind,
        message.to[0],
        message.subject,
        message.body,
        getattr(by, "person", None),
        answered,
        set(),
    )
    told.untold = set(not_for(person, told))
    return told


def not_for(person: User | None, told: Sent) -> Iterator[str]:
    """Names, case numbers and figures in a mail that its receiver is not shown elsewhere."""
    authority = authority_of(person, TODAY) if person else None
    keeps_people = authority is not None and authority.holds(TeamsPermission.KEEP_PEOPLE)
    mine = {one.name for one in (person, told.of) if one is not None}
    yield from (
        one.name
        for one in User.objects.all()
        if one.name in told.words and one.name not in mine and not keeps_people
    )
    numbers = SampledCase.objects.values_list("case_number", flat=True)
    yield from (one for one in numbers if one in told.words)
    yield from re.findall(r"[0-9][0-9.,]*", NOT_FIGURES.sub("", told.words))


@pytest.fixture(scope="module")
def mails(kept_cast: Cast, sessions: dict[str, str]) -> list[Sent]:
    """Everything that is sent by everything that is done."""
    found: list[Sent] = []
    todo = [
        *(partial(posting, name, kept_cast, sessions) for name in POSTED),
        *(partial(prepare, kept_cast) for prepare in [*ACTS, *MORE]),
    ]
    for prepare in todo:
        with transaction.atomic():
            found += sent_by(prepare())
            transaction.set_rollback(True)
    return found


def test_every_kind_of_mail_is_sent(mails: list[Sent]) -> None:
    assert {one.kind for one in mails} == KINDS


def test_every_link_of_a_mail_is_answered_for_its_receiver(mails: list[Sent]) -> None:
    assert [
        (one.kind, path, status)
        for one in mails
        for path, status in one.answered.items()
        if status != 200
    ] == []
    assert {one.kind for one in mails if not one.answered} == LEAD_NOWHERE


def test_no_mail_says_what_its_receiver_may_not_see(mails: list[Sent]) -> None:
    assert [(one.kind, one.untold, one.words) for one in mails if one.untold] == []


def test_every_mail_is_in_plain_words_and_says_who_writes(mails: list[Sent]) -> None:
    for one in mails:
        assert _SUBJECT.fullmatch(one.subject), one.subject
        assert not re.search(r"[{}<>]|&\w+;|\bNone\b|\b(True|False)\b|  ", one.words), one.words
        assert words_of_ours(f"<body>{one.words}") == set(), one.words
        assert "\nEarly Help performance" in one.body, one.kind
        sentences = re.sub(LINK, "", one.body).split("\n\n")
        assert all(len(words.split()) < 60 for words in sentences), one.body
