"""Every form of the administration pages: posted as it stands it changes nothing at all, and
with one box changed it changes that and nothing else.

What is posted is what the page's HTML holds, as a browser holds it.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from measures.models import DataItem, SeriesBreak, Target
from measures.quarters import actions as quarters
from teams.actions import keep
from teams.authority import command_actor
from teams.models import Appointment, Team
from teams.quarters import Quarter
from teams.roles import Role
from tests import access
from tests.cast import OPEN, Cast
from tests.factories import (
    AppointmentFactory,
    DataItemFactory,
    LocalityFactory,
    MeasureFactory,
    PersonFactory,
    PlacementFactory,
    TeamFactory,
    TeamTypeFactory,
)
from tests.pages import PageForm, forms_of

pytestmark = pytest.mark.django_db

DJANGOS = re.compile(r"This field|valid|Ensure|correct value|already exists")
OURS = re.compile(r"^(Enter|Select|Say) |must |write it like")
DAY, LATER = dt.date(2016, 10, 1), dt.date(2018, 3, 31)
Make = Callable[[Cast], Any]


def _kept(row: Any) -> Any:
    keep(row, by=command_actor())
    return row


def _team(cast: Cast) -> Team:
    found: Team = TeamFactory(
        code="west-family",
        name="West family team",
        opened=DAY,
        closed=LATER,
        successor=cast.team["south-family"],
    )
    return found


def _item(cast: Cast) -> DataItem:
    found: DataItem = DataItemFactory(
        code="cases-waiting",
        name="Cases waiting",
        group="Cases",
        timing="snapshot",
        decimals=1,
        counts="cases",
        distinct=True,
        also_called="Queue; waiting list",
        protect="yes",
        part_of=cast.item["open-cases"],
        definition="Cases that nobody works with yet.\n\nNot those that are closed.",
        from_quarter=OPEN + 1,
        to_quarter=OPEN + 8,
        team_types=[cast.team["north-family"].type],
    )
    return found


def _target(cast: Cast) -> Target:
    measure, north = cast.measure["helped"], cast.locality["north"]
    row = Target(measure=measure, year=2017, locality=north, target="85.5", close_within="2.5")
    return _kept(row)  # type: ignore[no-any-return]


def _appointment(cast: Cast) -> Appointment:
    found: Appointment = AppointmentFactory(
        person=cast.person["auditor"],
        role=Role.TEAM_MANAGER,
        team=cast.team["south-family"],
        ends=dt.date(2017, 3, 31),
    )
    return found


@dataclass(frozen=True)
class Form:
    """A row with every field filled, and another value for each box of its form."""

    make: Make
    others: Callable[[Cast], dict[str, Any]]
    by: str = "officer"
    # Boxes that only change along with others, or with a reason.
    needs: Callable[[str], dict[str, str]] = lambda _: {}
    # Boxes whose other value waits for somebody else's yes.
    waits: frozenset[str] = frozenset()


def _named(name: str = "Another name", **boxes: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda _: {"name": name, "code": "another-code", **boxes}


FORMS = {
    "teams_council": Form(
        lambda cast: cast.person["officer"].council, _named(area_name="Testshire and around")
    ),
    "teams_locality": Form(lambda _: LocalityFactory(name="West", code="west"), _named()),
    "teams_teamtype": Form(lambda _: TeamTypeFactory(name="Outreach", code="outreach"), _named()),
    "teams_team": Form(
        _team,
        lambda cast: {
            "name": "East family team",
            "code": "east-family",
            "type": str(cast.team["north-centre"].type_id),
            "locality": str(cast.locality["south"].pk),
            "opened": "2016-11-01",
            "closed": "2018-04-01",
            "successor": str(cast.team["north-family"].pk),
        },
    ),
    "teams_placement": Form(
        lambda cast: PlacementFactory(
            team=cast.team["north-family"],
            locality=cast.locality["south"],
            from_quarter=OPEN + 2,
        ),
        lambda cast: {
            "team": str(cast.team["south-family"].pk),
            "locality": str(cast.locality["north"].pk),
            "from_quarter": str(OPEN + 5),
        },
    ),
    "teams_user": Form(
        lambda _: PersonFactory(name="Ada West", is_staff=True),
        lambda _: {
            "name": "Ada East",
            "email": "ada.east@testshire.example",
            "is_active": [],
            "is_staff": [],
        },
        by="administrator",
        waits=frozenset({"email"}),
    ),
    "teams_appointment": Form(_appointment, lambda _: {"ends": "2017-06-30"}, by="administrator"),
    "measures_dataitem": Form(
        _item,
        lambda cast: {
            "name": "Cases in the queue",
            "code": "cases-queued",
            "group": "Waiting",
            "timing": "flow",
            "decimals": "2",
            "counts": "families",
            "distinct": [],
            "also_called": "On hold",
            "protect": "no",
            "part_of": str(cast.item["cases-closed"].pk),
            "team_types": [str(cast.team["north-centre"].type_id)],
            "definition": "Cases without a worker.\n\nNot those that are closed.",
            "from_quarter": str(OPEN + 2),
            "to_quarter": str(OPEN + 9),
        },
    ),
    "measures_measure": Form(
        lambda cast: MeasureFactory(
            code="waiting",
            name="Waiting",
            heading="how-well",
            numerator=cast.item["surveys-helped"],
            denominators=[cast.item["surveys-received"], cast.item["open-cases"]],
            scale=100,
            good="higher",
            decimals=1,
            also_called="Share waiting",
            rest=True,
        ),
        lambda cast: {
            "name": "In the queue",
            "code": "queued",
            "heading": "impact",
            "numerator": str(cast.item["cases-closed"].pk),
            "denominators": [str(cast.item["open-cases"].pk)],
            "scale": "1000",
            "good": "lower",
            "decimals": "2",
            "definition": "The share that waits.",
            "also_called": "Share in the queue",
            "rest": [],
        },
    ),
    "measures_target": Form(
        _target,
        lambda cast: {
            "measure": str(cast.measure["feedback"].pk),
            "year": "2018-19",
            "locality": str(cast.locality["south"].pk),
            "target": "90.25",
            "close_within": "3",
        },
        needs=lambda box: {"why": "Asked too little"} if box in ("target", "close_within") else {},
    ),
    "measures_seriesbreak": Form(
        lambda cast: _kept(
            SeriesBreak(item=cast.item["staff"], quarter=OPEN, reason="New recording system")
        ),
        lambda cast: {
            "item": str(cast.item["open-cases"].pk),
            "quarter": str(OPEN + 1),
            "reason": "New definition",
        },
    ),
    "measures_reportingquarter": Form(
        lambda _: quarters.plan_quarter(OPEN + 1, due_on=dt.date(2016, 10, 14), by=command_actor()),
        lambda _: {"due_on": "2016-10-21"},
        needs=lambda _: {"why": "Fair week"},
    ),
}
# What has been filled in differently a box at a time; ``why`` is kept in the record only.
CASES = list(FORMS.items())


def page_form(client: Client, address: str) -> PageForm:
    """The form of a row as the page holds it."""
    page = client.get(address)
    assert page.status_code == 200
    [form] = [one for one in forms_of(page) if one.attributes.get("id", "").endswith("_form")]
    assert form.attributes["action"] == address
    return form


def said(form: PageForm) -> dict[str, list[str]]:
    """What the page says of the row."""
    return {name: form.boxes[name] for name in form.typed_into if name != "why"}


def test_every_page_on_which_something_is_kept_is_tried() -> None:
    kept = {
        kind
        for kind, people in access.kept_pages().items()
        if any({"change", "add"} & may for may in people.values())
    }
    registered = {f"{one._meta.app_label}_{one._meta.model_name}" for one in admin.site._registry}
    assert set(FORMS) == kept <= registered


@pytest.mark.parametrize(("kind", "form"), CASES)
def test_a_form_posted_as_it_stands_changes_nothing(
    kind: str, form: Form, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        row = form.make(cast)
        client = access.client_of(form.by, sessions)
        address = reverse(f"admin:{kind}_change", args=[row.pk])
        page = page_form(client, address)
        empty = [box for box in said(page) if not any(page.boxes[box])]
        assert not empty, "A row with every field filled"
        before, events = values(row), Event.objects.count()
        answer = client.post(address, page.sent)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        assert values(row) == before
        assert said(page_form(client, address)) == said(page)
        assert Event.objects.count() == events
        transaction.set_rollback(True)


@pytest.mark.parametrize(("kind", "form"), CASES)
def test_a_box_changed_alone_changes_nothing_else(
    kind: str, form: Form, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        row = form.make(cast)
        client = access.client_of(form.by, sessions)
        address = reverse(f"admin:{kind}_change", args=[row.pk])
        page = page_form(client, address)
        others = form.others(cast)
        assert set(others) == set(said(page)), "Another value for every box"
        for box, other in others.items():
            with transaction.atomic():
                answer = client.post(address, page.sent | form.needs(box) | {box: other})
                assert answer.status_code == 302, (box, answer.context["adminform"].form.errors)
                now = said(page_form(client, address))
                other = other if isinstance(other, list) else [other]
                changed = {name for name in now if now[name] != page.boxes[name]}
                assert changed == {box} - form.waits
                assert box in form.waits or same(now[box], other), box
                transaction.set_rollback(True)
        transaction.set_rollback(True)


def same(left: list[str], right: list[str]) -> bool:
    """Whether two boxes say the same; 90.25 and 90.2500 do."""

    def plain(text: str) -> str:
        return text.rstrip("0").rstrip(".") if "." in text else text

    return list(map(plain, left)) == list(map(plain, right))


def values(row: Any) -> dict[str, Any]:
    return dict(type(row)._base_manager.filter(pk=row.pk).values().get())


@pytest.mark.parametrize(
    ("kind", "box", "boxes"),
    [
        ("teams_placement", "from_quarter", {}),
        ("measures_seriesbreak", "quarter", {"reason": "New recording system"}),
    ],
)
def test_a_quarter_is_typed_as_people_write_it(
    kind: str, box: str, boxes: dict[str, str], cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        client = access.client_of("officer", sessions)
        address = reverse(f"admin:{kind}_add")
        page = page_form(client, address)
        assert page.kinds[box] == "text"
        chosen = {
            "team": cast.team["north-family"].pk,
            "locality": cast.locality["south"].pk,
            "item": cast.item["staff"].pk,
        }
        for text, problem in [
            ("16890", "16890"),
            ("2017-18", "write it like 2015-16 Q4"),
            ("", "Enter "),
        ]:
            answer = client.post(address, page.boxes | chosen | boxes | {box: text})
            assert problem in str(answer.context["adminform"].form.errors[box])
        typed = page.boxes | chosen | boxes | {box: " 2017-18 q2 "}
        assert client.post(address, typed).status_code == 302
        model = access.model_of(kind)
        assert getattr(model.objects.latest("pk"), box) == Quarter.parse("2017-18 Q2")
        transaction.set_rollback(True)


@pytest.mark.parametrize(("kind", "form"), CASES)
def test_what_is_wrong_is_said_in_our_words_with_the_name_of_its_box(
    kind: str, form: Form, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        row = form.make(cast)
        client = access.client_of(form.by, sessions)
        addresses = [reverse(f"admin:{kind}_change", args=[row.pk])]
        if kind != "teams_council":
            addresses.append(reverse(f"admin:{kind}_add"))
        told = [
            (box, sentence)
            for address in addresses
            for nonsense in ("", "zanzibar quokka " * 100)
            for box, sentences in _errors(client, address, nonsense)
            for sentence in sentences
        ]
        assert len(told) > 2
        assert not [one for one in told if DJANGOS.search(one[1]) or not OURS.search(one[1])]
        transaction.set_rollback(True)


def _errors(client: Client, address: str, nonsense: str) -> list[tuple[str, list[str]]]:
    """What the form says where every box holds this; nothing where that is good."""
    page = page_form(client, address)
    boxes = [box for box, kind in page.typed_into.items() if kind != "checkbox"]
    answer = client.post(address, page.boxes | dict.fromkeys(boxes, nonsense))
    if answer.status_code == 302:
        return []
    return list(answer.context["adminform"].form.errors.items())


# -- adding ---------------------------------------------------------------------------------


def adding(kind: str, form: Form, cast: Cast, client: Client) -> dict[str, Any]:
    """What the form that adds such a row sends: a row's own boxes, which is then taken away."""
    with transaction.atomic():
        row = form.make(cast)
        page = page_form(client, reverse(f"admin:{kind}_change", args=[row.pk]))
        transaction.set_rollback(True)
    typed = {name: page.boxes[name] for name in said(page)}
    empty = page_form(client, reverse(f"admin:{kind}_add"))
    return empty.boxes | typed | ADDED.get(kind, lambda _: {})(cast)


# What can only be said once, of a row that is there.
ADDED: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "teams_appointment": lambda cast: {
        "person": cast.person["auditor"].pk,
        "role": "auditor",
        "starts": "2016-07-01",
    },
    "measures_reportingquarter": lambda _: {"quarter": str(OPEN + 1)},
}


@pytest.mark.parametrize(("kind", "form"), [case for case in CASES if case[0] != "teams_council"])
def test_what_is_added_twice_is_there_once(
    kind: str, form: Form, cast: Cast, sessions: dict[str, str]
) -> None:
    with transaction.atomic():
        client = access.client_of(form.by, sessions)
        typed = adding(kind, form, cast, client)
        model, address = access.model_of(kind), reverse(f"admin:{kind}_add")
        before = model.objects.count()
        first = client.post(address, typed)
        assert first.status_code == 302, first.context["adminform"].form.errors
        made = Event.objects.count()
        assert client.post(address, typed)["Location"] == first["Location"]
        assert (model.objects.count(), Event.objects.count()) == (before + 1, made)
        transaction.set_rollback(True)


def test_a_small_window_adds_a_row_once(cast: Cast, sessions: dict[str, str]) -> None:
    with transaction.atomic():
        client = access.client_of("officer", sessions)
        address = reverse("admin:teams_locality_add")
        boxes = page_form(client, address + "?_popup=1").boxes
        typed = boxes | {"name": "West", "code": "west"}
        first, second = (client.post(address + "?_popup=1", typed) for _ in range(2))
        assert first.status_code == 200
        assert second["Location"] == reverse("admin:teams_locality_changelist")
        transaction.set_rollback(True)
