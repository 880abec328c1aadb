"""The cast: a small council, its history, an open quarter, and one person of every kind.

Everything is made through the actions, as people and files make it. Two localities, North and
South, each with a family team and a children's centre; a performance team that counts for the
whole. 2015-16 is signed off from a file; 2016-17 Q1 is open; today is 5 July 2016.

    north_family, north_centre, south_family, south_centre, city_team
    contributor, manager (North's family team), other_manager (South's), head (North),
    other_head (South), director, officer, auditor, board_member, administrator, leaver
"""

import datetime as dt
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings

from earlyhelp.core.actor import Route
from measures.exchange import actions as loading
from measures.framework import actions as framework
from measures.models import DataItem, Figure, Measure, ReportingQuarter, Return, Target
from measures.quarters import actions as quarters
from measures.releases import actions as releases
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from teams.actions import keep
from teams.authority import Actor, actor_of, authority_of, command_actor
from teams.models import Council, Locality, Team, TeamType, User
from teams.permissions import Authority
from teams.quarters import Quarter, span
from teams.roles import Role
from tests.factories import (
    DataItemFactory,
    LocalityFactory,
    MeasureFactory,
    PersonFactory,
    TeamFactory,
    TeamTypeFactory,
)
from tests.snapshot import Snapshot

TODAY = dt.date(2016, 7, 5)
OPEN = Quarter.parse("2016-17 Q1")
HISTORY = span(Quarter.parse("2015-16 Q1"), Quarter.parse("2015-16 Q4"))

# code, name, group, timing, decimals, part of, asked of, counts
ITEMS = [
    ("open-cases", "Open cases", "Cases", "snapshot", 0, "", "family centre", "cases"),
    ("cases-closed", "Cases closed", "Cases", "flow", 0, "", "family centre", "cases"),
    ("cases-reopened", "Cases re-opened", "Cases", "flow", 0, "", "family centre", "cases"),
    ("surveys-received", "Surveys received", "Surveys", "flow", 0, "", "family centre", "surveys"),
    (
        "surveys-helped",
        "Helped",
        "Surveys",
        "flow",
        0,
        "surveys-received",
        "family centre",
        "surveys",
    ),
    ("staff", "Staff in post", "Staff", "snapshot", 1, "", "centre", "full-time equivalents"),
    (
        "children-in-care",
        "Children in care",
        "City-wide",
        "snapshot",
        0,
        "",
        "city-wide",
        "children",
    ),
]
# code, name, heading, numerator, denominators, scale, good, decimals
MEASURES = [
    ("open-cases", "Open cases", "how-much", "open-cases", "", 1, "neither", 0),
    ("cases-closed", "Cases closed", "how-much", "cases-closed", "", 1, "neither", 0),
    ("staff", "Staff in post", "how-much", "staff", "", 1, "neither", 1),
    (
        "feedback",
        "Families feeding back",
        "how-well",
        "surveys-received",
        "cases-closed",
        100,
        "higher",
        1,
    ),
    (
        "reopened",
        "Re-opened",
        "how-well",
        "cases-reopened",
        "open-cases cases-closed",
        100,
        "lower",
        1,
    ),
    (
        "helped",
        "Helped with identified issues",
        "impact",
        "surveys-helped",
        "surveys-received",
        100,
        "higher",
        1,
    ),
    ("children-in-care", "Children in care", "impact", "children-in-care", "", 1, "neither", 0),
]
# What every family team and centre counts in each quarter of 2015-16, by position of the team.
COUNTED = {
    "open-cases": (40, 30, 50, 20),
    "cases-closed": (20, 10, 25, 8),
    "cases-reopened": (2, 1, 3, 0),
    "surveys-received": (12, 6, 15, 4),
    "surveys-helped": (9, 5, 12, 3),
    "staff": (0, 65, 0, 48),
}


def explain(made: Return, words: str = "Counted twice, it is so.") -> None:
    """Have every number of a return explained that is not; outside the record."""
    bare = Figure.objects.filter(return_made=made, explanation="", value__isnull=False)
    bare.update(explanation=words, explained_value=F("value"))


@dataclass
class Cast:
    """The council and its people by name; ``team["north-family"]``, ``person["head"]``."""

    team: dict[str, Team] = field(default_factory=dict)
    locality: dict[str, Locality] = field(default_factory=dict)
    person: dict[str, User] = field(default_factory=dict)
    item: dict[str, DataItem] = field(default_factory=dict)
    measure: dict[str, Measure] = field(default_factory=dict)

    def made(self, team: str, quarter: Quarter = OPEN) -> Return:
        """A team's return, fresh from the database."""
        return Return.objects.for_pages().get(team=self.team[team], quarter=quarter.index)

    def actor(
        self,
        person: str,
        *,
        today: dt.date = TODAY,
        now: dt.datetime | None = None,
        route: Route = Route.FORM,
    ) -> Actor:
        """Somebody who acts on the day of the tests, or another."""
        return actor_of(self.person[person], today=today, now=now, route=route)

    def authority(self, person: str) -> Authority:
        """What somebody is appointed to today."""
        return authority_of(self.person[person], TODAY)

    def fill_in(
        self, team: str, by: str = "manager", quarter: Quarter = OPEN, **values: int
    ) -> Return:
        """Answer every question of a return plausibly; ``values`` (by code, - as _) override."""
        made = self.made(team, quarter)
        wanted = {code.replace("_", "-"): value for code, value in values.items()}
        where = ["north-family", "north-centre", "south-family", "south-centre"]
        given = {}
        for figure in Figure.objects.of(made):
            code = figure.item.code
            usual = COUNTED[code][where.index(team)] if code in COUNTED else 450
            given[figure.item_id] = GivenAnswer(value=wanted.get(code, usual + 1))
        return entry.save_figures(made, given, version=made.version, by=self.actor(by))

    def submit(self, team: str, by: str = "manager", **values: int) -> Return:
        """Fill in and submit a return of the open quarter."""
        made = self.fill_in(team, by, OPEN, **values)
        explain(made)
        return entry.submit(made, version=made.version, by=self.actor(by))

    def sign_off(self, team: str, by: str = "head", **values: int) -> Return:
        """Fill in, submit (by that team's manager) and sign off."""
        manager = "manager" if team.startswith("north") else "other_manager"
        made = self.submit(team, manager, **values)
        return review.sign_off(
            made,
            version=made.version,
            by=self.actor(by),
        )


_kept: list[Snapshot] = []


def build_council() -> Cast:
    """The council, its history and its people in an empty database: made once, then copied."""
    if not _kept:
        made = _make_council()
        _kept.append(Snapshot())
        return made
    _kept[0].restore()
    return Cast(
        team={team.code: team for team in Team.objects.all()},
        locality={locality.code: locality for locality in Locality.objects.all()},
        person={
            person.email.split("@")[0].replace(".", "_"): person for person in User.objects.all()
        },
        item={item.code: item for item in DataItem.objects.all()},
        measure={measure.code: measure for measure in Measure.objects.all()},
    )


def _make_council() -> Cast:
    cast = Cast()
    council = Council(code="testshire", name="Testshire Council", area_name="Testshire")
    keep(council, by=command_actor())
    for name in ("North", "South"):
        cast.locality[name.lower()] = LocalityFactory(name=name)
    kinds = [("family", "Family team"), ("centre", "Children's centre"), ("city-wide", "City-wide")]
    types = {code: TeamTypeFactory(code=code, name=name) for code, name in kinds}
    for position, (code, kind, where) in enumerate(
        [
            ("north-family", "family", "north"),
            ("north-centre", "centre", "north"),
            ("south-family", "family", "south"),
            ("south-centre", "centre", "south"),
        ]
    ):
        cast.team[code] = TeamFactory(
            code=code, type=types[kind], locality=cast.locality[where], position=position
        )
    cast.team["city-team"] = TeamFactory(
        code="city-team",
        name="Performance team",
        type=types["city-wide"],
        locality=None,
        position=4,
    )
    _framework(cast, types)
    _quarters(cast)
    _people(cast)
    return cast


def _framework(cast: Cast, types: dict[str, TeamType]) -> None:
    for position, (code, name, group, timing, decimals, whole, asked, counts) in enumerate(ITEMS):
        cast.item[code] = DataItemFactory(
            code=code,
            name=name,
            group=group,
            timing=timing,
            decimals=decimals,
            part_of=cast.item.get(whole),
            counts=counts,
            position=position,
            team_types=[types[kind] for kind in asked.split()],
        )
    for position, row in enumerate(MEASURES):
        code, name, heading, numerator, denominators, scale, good, decimals = row
        cast.measure[code] = MeasureFactory(
            code=code,
            name=name,
            heading=heading,
            numerator=cast.item[numerator],
            denominators=[cast.item[one] for one in denominators.split()],
            scale=scale,
            good=good,
            decimals=decimals,
            position=position,
        )
    for code, level in [("feedback", 75), ("helped", 85)]:
        framework.set_target(
            Target(measure=cast.measure[code], year=2016, target=level, close_within=5),
            by=command_actor(),
        )


def _quarters(cast: Cast) -> None:
    lines = []
    for number, quarter in enumerate([*HISTORY, OPEN]):
        due = quarter.last_day + dt.timedelta(days=14)
        row = quarters.plan_quarter(quarter, due_on=due, by=command_actor())
        quarters.start(row, by=command_actor())
        if quarter == OPEN:
            continue
        for position, code in enumerate(list(cast.team)[:4]):
            for item, counted in COUNTED.items():
                if item == "staff" and not code.endswith("centre"):
                    continue
                value = counted[position] + (number if item != "staff" else 0)
                lines.append(
                    loading.FigureLine(
                        cast.team[code], quarter, cast.item[item].pk, GivenAnswer(value)
                    )
                )
        lines.append(
            loading.FigureLine(
                cast.team["city-team"],
                quarter,
                cast.item["children-in-care"].pk,
                GivenAnswer(450 + number),
            )
        )
    loading.load_figures(lines, signed_off=True, by=command_actor(Route.IMPORT))
    for quarter in HISTORY:
        row = ReportingQuarter.objects.get(pk=quarter.index)
        quarters.finish(row, reason="", by=command_actor())
    releases.make(row, by=command_actor())


def _people(cast: Cast) -> None:
    north = {"locality_id": cast.locality["north"].pk}
    south = {"locality_id": cast.locality["south"].pk}
    teams = {code: {"team": team} for code, team in cast.team.items()}
    left = {"ends": dt.date(2016, 3, 31)}
    posts: dict[str, tuple[Role, list[dict[str, Any]]]] = {
        "contributor": (Role.CONTRIBUTOR, [teams["north-family"]]),
        "manager": (Role.TEAM_MANAGER, [teams["north-family"], teams["north-centre"]]),
        "other_manager": (Role.TEAM_MANAGER, [teams["south-family"], teams["south-centre"]]),
        "head": (Role.HEAD_OF_SERVICE, [north]),
        "other_head": (Role.HEAD_OF_SERVICE, [south]),
        "director": (Role.SERVICE_DIRECTOR, [{}]),
        "officer": (Role.PERFORMANCE_OFFICER, [{}]),
        "auditor": (Role.AUDITOR, [{}]),
        "board_member": (Role.BOARD_MEMBER, [{}]),
        "administrator": (Role.ADMINISTRATOR, [{}]),
        "leaver": (Role.TEAM_MANAGER, [teams["north-family"] | left]),
    }
    for name, (role, places) in posts.items():
        cast.person[name] = PersonFactory(
            name=name.replace("_", " ").capitalize(),
            is_staff=name in ("administrator", "officer"),
            appointed=[{"role": role, **place} for place in places],
        )


@pytest.fixture
def council(db: None, settings: Any) -> Cast:
    """The council on 5 July 2016, inside the test's transaction."""
    settings.BUSINESS_DATE = TODAY
    return build_council()


@pytest.fixture(scope="module")
def kept_cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """One council for all tests of a module, which take back what they change."""
    with (
        django_db_blocker.unblock(),
        override_settings(BUSINESS_DATE=TODAY),
        transaction.atomic(),
    ):
        yield build_council()
        transaction.set_rollback(True)


@pytest.fixture
def cast(kept_cast: Cast) -> Cast:
    """The module's council in rows of the test's own: no other test changed them in memory."""
    kinds = (getattr(kept_cast, kind.name) for kind in fields(Cast))
    return Cast(*({key: copy(row) for key, row in rows.items()} for rows in kinds))


@pytest.fixture(scope="module")
def sessions(kept_cast: Cast) -> dict[str, str]:
    """A session key of each of a module's cast, by what the access table calls them."""
    keys = {}
    for name, person in kept_cast.person.items():
        client = Client()
        client.force_login(person)
        keys[name.replace("_", " ")] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


@pytest.fixture
def sign_in(council: Cast) -> Callable[[str], Client]:
    """A client that is signed in as one of the cast: ``sign_in("head")``."""

    def signed_in(person: str) -> Client:
        client = Client()
        client.force_login(council.person[person])
        return client

    return signed_in
