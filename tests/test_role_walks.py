"""S3: whatever is appointed, confirmed, withdrawn and written, nobody may more than they should.

Random walks: people are appointed, confirmed, switched off; they enter figures, write and are named;
days go by. After each step the site is held against an oracle of a few lines, which knows what
happened and nothing of the code: by its rules, and by a request of somebody who was signed in all
along.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import override_settings

from earlyhelp.core.actor import Refused
from earlyhelp.core.workflow import NotAllowed
from earlyhelp.report.models import Section
from earlyhelp.report.permissions import why_not_sign as why_not_sign_section
from earlyhelp.report.permissions import why_not_write
from earlyhelp.report.writing import actions as writing
from measures.corrections import actions as corrections
from measures.models import Correction
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review.signing import signing
from teams import actions as teams
from teams.confirmations import actions as confirmations
from teams.models import Appointment, User
from teams.permissions import why_not_confirm
from teams.roles import Role
from tests import access
from tests.access import NO, NOT_FOUND, YES
from tests.cast import TODAY, Cast
from tests.report import making

pytestmark = pytest.mark.django_db

PEOPLE = ["manager", "head", "other_head", "director", "officer", "auditor", "administrator"]
DAY = dt.timedelta(days=1)
# Who is to be confirmed by a second person, and until when that can be done.
POWERFUL = {"head-of-service", "service-director", "performance-officer", "administrator"}
WAITING_DAYS = 14


@dataclass
class Post:
    """An appointment as the oracle remembers it."""

    who: str
    role: str
    place: str
    starts: dt.date
    ends: dt.date | None = None
    asked_by: str = ""
    until: dt.date | None = None
    confirmed: bool = True
    gone: bool = False

    def holds(self, day: dt.date) -> bool:
        return (
            self.confirmed
            and not self.gone
            and self.starts <= day
            and (self.ends is None or day <= self.ends)
        )

    def waits(self, day: dt.date) -> bool:
        return (
            not self.confirmed
            and not self.gone
            and self.until is not None
            and day <= self.until
            and (self.ends is None or day <= self.ends)
        )


@dataclass
class Oracle:
    """Who may do what, from what happened."""

    day: dt.date
    posts: dict[int, Post]
    off: set[str] = field(default_factory=set)
    hands: set[str] = field(default_factory=set)
    wrote: set[str] = field(default_factory=set)
    proposed_by: str = ""
    writer: str = "officer"
    reader: str = "head"

    def roles(self, who: str) -> set[tuple[str, str]]:
        if who in self.off:
            return set()
        return {(one.role, one.place) for one in self.posts.values() if one.who == who and one.holds(self.day)}  # fmt: skip

    def has(self, who: str, *roles: str) -> bool:
        return bool({role for role, _ in self.roles(who)} & set(roles))

    def sees_return(self, who: str) -> bool:
        """North's family team's."""
        mine = {("contributor", "north-family"), ("team-manager", "north-family"), ("head-of-service", "north")}  # fmt: skip
        return bool(self.roles(who) & mine) or self.has(
            who, "service-director", "performance-officer"
        )

    def enters(self, who: str) -> bool:
        return bool(
            self.roles(who) & {("contributor", "north-family"), ("team-manager", "north-family")}
        )

    def signs(self, who: str) -> bool:
        if who in self.hands:
            return False
        if ("head-of-service", "north") in self.roles(who):
            return True
        # By who is appointed, not by who can sign in: somebody switched off is still the head.
        heads = {
            one.who
            for one in self.posts.values()
            if (one.role, one.place) == ("head-of-service", "north") and one.holds(self.day)
        }
        return self.has(who, "service-director") and (not heads or bool(heads & self.hands))

    def confirms(self, who: str, post: Post) -> bool:
        second = self.has(who, "administrator", "service-director")
        return second and who not in (post.asked_by, post.who)

    def countersigns(self, who: str) -> bool:
        return self.has(who, "service-director") and who != self.proposed_by

    def writes_section(self, who: str) -> bool:
        lead = self.has(who, "head-of-service", "service-director") and who == self.writer
        return lead or self.has(who, "performance-officer")

    def signs_section(self, who: str) -> bool:
        return who == self.reader and who not in self.wrote | self.off

    def pages(self, who: str) -> dict[str, str]:
        """What a request of theirs is answered."""
        drafts = self.has(who, "performance-officer", "head-of-service", "service-director")
        entered = NO if self.sees_return(who) else NOT_FOUND
        return {
            "return": YES if self.sees_return(who) else NOT_FOUND,
            "return-fill-in": YES if self.enters(who) else entered,
            "report": YES if drafts else NOT_FOUND,
            "status": YES if self.has(who, "administrator") else NO,
            "import-figures": YES if self.has(who, "performance-officer") else NO,
        }


class Walk:
    """A council in which things happen, and the oracle that is told of each."""

    def __init__(self, cast: Cast, random: Random) -> None:
        self.cast, self.random = cast, random
        for person in cast.person.values():
            person.refresh_from_db()
        self.made = cast.made("north-family")
        self.report = making.begun(cast)
        self.correction: Correction | None = None
        self.names = {person.pk: name for name, person in cast.person.items()}
        places = {team.pk: code for code, team in cast.team.items()}
        localities = {one.pk: code for code, one in cast.locality.items()}
        posts = {
            one.pk: Post(
                self.names[one.person_id],
                one.role,
                places.get(one.team_id, "") or localities.get(one.locality_id, ""),
                one.starts,
                one.ends,
            )
            for one in Appointment.objects.all()
        }
        self.knows = Oracle(TODAY, posts, wrote={"officer"})

    def actor(self, who: str) -> Any:
        now = dt.datetime.combine(self.knows.day, dt.time(9), dt.UTC)
        self.cast.person[who].refresh_from_db()
        return self.cast.actor(who, today=self.knows.day, now=now)

    def somebody(self) -> str:
        return self.random.choice(PEOPLE)

    def step(self) -> str:
        """Something happens, or is refused where the oracle says so."""
        steps: list[Callable[[], str]] = [
            *(self.appoints, self.appoints, self.confirms, self.confirms, self.withdraws),
            *(self.switches, self.enters, self.proposes, self.writes, self.names_another),
            *(self.a_day_goes_by, self.prolongs, self.countersigns),
        ]
        return self.random.choice(steps)()

    def appoints(self) -> str:
        by, who, role = self.somebody(), self.somebody(), self.random.choice(list(Role))
        place: dict[str, Any] = {}
        where = ""
        if role in (Role.CONTRIBUTOR, Role.TEAM_MANAGER):
            where = self.random.choice(["north-family", "south-family"])
            place = {"team": self.cast.team[where]}
        elif role == Role.HEAD_OF_SERVICE:
            where = self.random.choice(["north", "south"])
            place = {"locality_id": self.cast.locality[where].pk}
        starts = self.knows.day + self.random.choice([0, 0, 0, 2]) * DAY
        with suppress(ValidationError), transaction.atomic():
            given = teams.appoint(
                person=self.cast.person[who], role=role, starts=starts, by=self.actor(by), **place
            )
            assert who != by, "nobody appoints themselves"
            powerful = role.value in POWERFUL
            until = self.knows.day + WAITING_DAYS * DAY if powerful else None
            self.knows.posts[given.pk] = Post(
                who, role.value, where, starts, None, by, until, confirmed=not powerful
            )
        return f"{by} appoints {who} as {role} {where}"

    def confirms(self) -> str:
        waiting = [pk for pk, one in self.knows.posts.items() if one.waits(self.knows.day)]
        if not waiting:
            return "nothing waits"
        pk, by = self.random.choice(waiting), self.somebody()
        post = self.knows.posts[pk]
        may = self.knows.confirms(by, post)
        appointment = Appointment.objects.get(pk=pk)
        act = self.random.choice(["confirm", "confirm", "decline"])
        try:
            with transaction.atomic():
                if act == "confirm":
                    confirmations.confirm(appointment, by=self.actor(by))
                else:
                    confirmations.decline(appointment, reason="No", by=self.actor(by))
        except (Refused, NotAllowed):
            assert not may, f"{by} could not {act} {post}"
        else:
            assert may, f"{by} did {act} {post}"
            post.confirmed, post.gone = act == "confirm", act == "decline"
        return f"{by} does {act} {post}"

    def withdraws(self) -> str:
        pk = self.random.choice([pk for pk, one in self.knows.posts.items() if not one.gone])
        teams.withdraw(Appointment.objects.get(pk=pk), by=self.actor("administrator"))
        self.knows.posts[pk].gone = True
        return f"withdrawn: {self.knows.posts[pk]}"

    def prolongs(self) -> str:
        pk, post = self.random.choice(
            [(pk, one) for pk, one in self.knows.posts.items() if not one.gone and one.ends is None]
        )
        ends = max(self.knows.day, post.starts) + DAY
        with suppress(ValidationError), transaction.atomic():
            teams.prolong(Appointment.objects.get(pk=pk), ends=ends, by=self.actor("administrator"))
            post.ends = ends
        return f"ends on {ends}: {post}"

    def switches(self) -> str:
        who = self.somebody()
        by, person = self.actor("administrator"), User.objects.get(pk=self.cast.person[who].pk)
        person.is_active = not person.is_active
        teams.keep_person(person, by=by)
        if person.is_active:
            self.knows.off.discard(who)
            for post in self.knows.posts.values():
                over = post.ends is not None and post.ends < self.knows.day
                if post.who == who and post.role in POWERFUL and post.confirmed and not post.gone and not over:  # fmt: skip
                    post.confirmed, post.asked_by = False, "administrator"
                    post.until = self.knows.day + WAITING_DAYS * DAY
        else:
            self.knows.off.add(who)
        return f"{who} is {'on' if person.is_active else 'off'}"

    def enters(self) -> str:
        by, made = self.somebody(), self.cast.made("north-family")
        given = {self.cast.item["open-cases"].pk: GivenAnswer(self.random.randrange(30, 60))}
        may = self.knows.enters(by)
        try:
            saved = entry.save_figures(made, given, version=made.version, by=self.actor(by))
        except Refused:
            assert not may, f"{by} could not enter"
        else:
            assert may, f"{by} entered"
            if saved.version != made.version:
                self.knows.hands.add(by)
        return f"{by} enters"

    def proposes(self) -> str:
        by = self.somebody()
        if self.correction is not None:
            return "one waits"
        try:
            with transaction.atomic():
                self.correction = access.a_correction(self.cast, by)
        except Refused:
            assert not self.knows.has(by, "performance-officer"), by
        else:
            assert self.knows.has(by, "performance-officer"), by
            self.knows.proposed_by = by
        return f"{by} proposes a correction"

    def countersigns(self) -> str:
        """Tried, and taken back: the next one may try as well."""
        if self.correction is None:
            return "none waits"
        by, done = self.somebody(), True
        with transaction.atomic():
            try:
                corrections.countersign(self.correction, by=self.actor(by))
            except Refused:
                done = False
            transaction.set_rollback(True)
        assert done == self.knows.countersigns(by), f"{by} countersigned: {done}"
        return f"{by} tries to countersign"

    def writes(self) -> str:
        by, section = self.somebody(), making.section_of(self.report)
        may = self.knows.writes_section(by)
        try:
            with transaction.atomic():
                writing.add_block(section, text="Teams met families.", by=self.actor(by))
        except Refused:
            assert not may, f"{by} could not write"
        else:
            assert may, f"{by} wrote"
            self.knows.wrote.add(by)
        return f"{by} writes"

    def names_another(self) -> str:
        self.knows.writer, self.knows.reader = self.random.sample(PEOPLE, 2)
        Section.objects.filter(report=self.report).update(
            writer=self.cast.person[self.knows.writer], reader=self.cast.person[self.knows.reader]
        )
        return f"{self.knows.writer} leads, {self.knows.reader} reads"

    def a_day_goes_by(self) -> str:
        self.knows.day += self.random.choice([1, 1, 2, 31]) * DAY
        return f"it is {self.knows.day}"

    def differences(self) -> list[str]:
        """What the code says otherwise than the oracle, of everybody."""
        found = []
        of_return = signing([self.cast.made("north-family")], self.knows.day)[self.made.pk]
        section = making.section_of(self.report)
        for who in PEOPLE:
            authority, knows = self.actor(who).authority, self.knows
            said = {
                "signs": not of_return.why_not_sign(authority),
                "writes": not why_not_write(authority, section),
                "signs section": not why_not_sign_section(
                    authority, section, {self.cast.person[one].pk for one in knows.wrote}
                ),
            }
            expected = {
                "signs": knows.signs(who),
                "writes": knows.writes_section(who),
                "signs section": knows.signs_section(who),
            }
            for pk, post in knows.posts.items():
                if post.waits(knows.day):
                    name = f"confirms {pk}"
                    asked = self.cast.person[post.asked_by].pk
                    about = self.cast.person[post.who].pk
                    said[name] = not why_not_confirm(authority, asked_by=asked, about=about)
                    expected[name] = knows.confirms(who, post)
            found += [
                f"{who} {what}: {said[what]}" for what in said if said[what] != expected[what]
            ]
        return found

    def asks(self, sessions: dict[str, str]) -> str:
        """A page, asked for by somebody who was signed in all along; what is wrong with it."""
        who = self.somebody()
        page, word = self.random.choice(list(self.knows.pages(who).items()))
        kwargs = {"return": {"pk": self.made.pk}, "report": {"code": self.report.code}}
        example = access.Example(kwargs.get(page.removesuffix("-fill-in"), {}))
        answer = access.ask(who.replace("_", " "), "GET", page, example, sessions)
        if who in self.knows.off:
            word = access.SIGN_IN
        return "" if answer.word == word else f"{who} at {page}: {answer.word}, not {word}"


def walk(cast: Cast, sessions: dict[str, str], seed: int, steps: int) -> None:
    told: list[str] = []
    with transaction.atomic():
        walking = Walk(cast, Random(seed))
        for _ in range(steps):
            told.append(walking.step())
            with override_settings(BUSINESS_DATE=walking.knows.day):
                wrong = walking.differences() + list(filter(None, [walking.asks(sessions)]))
            assert wrong == [], "\n".join([f"seed {seed}", *told, *wrong])
        transaction.set_rollback(True)


@pytest.mark.parametrize("seed", range(12))
def test_nobody_may_more_than_the_oracle_says(
    cast: Cast, sessions: dict[str, str], seed: int
) -> None:
    walk(cast, sessions, seed, 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
def test_nobody_may_more_in_long_walks(cast: Cast, sessions: dict[str, str], seed: int) -> None:
    walk(cast, sessions, seed, 200)
