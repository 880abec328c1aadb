"""The administration pages of audits: to look at only, and without what is restricted."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.models import Round, Tool
from audits.plan.models import Outcome
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.work.models import Job
from teams.permissions import TeamsPermission
from tests.audits.making import (
    ASKED,
    CANARY,
    Casework,
    make_action,
    make_casework,
    make_round_of,
    make_tool,
)
from tests.audits.test_record import a_year, the_rest
from tests.cast import Cast
from tests.core.test_record import a_quarter_s_life

SignIn = Callable[[str], Client]


def page_of(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_what_auditors_wrote_has_no_pages_here() -> None:
    ours = ("plan", "audits")
    kept = {model.__name__ for model in admin.site._registry if model._meta.app_label in ours}
    assert kept == {"Tool", "Round", "Plan", "Action"}


def test_no_page_shows_a_case_number(casework: Casework, sign_in: SignIn) -> None:
    casework.submit(1, "inadequate")
    officer = sign_in("officer")
    round_page = officer.get(page_of(casework.round)).content.decode()
    assert "North family" in round_page, "its cases are there, by their serials"
    history = page_of(casework.round).replace("change", "history")
    assert "Cases added" in officer.get(history).content.decode()
    for path in (page_of(casework.round), history, page_of(casework.tool), "/admin/audits/round/"):
        assert CANARY not in officer.get(path).content.decode()
    found = officer.get("/admin/audits/round/", {"q": f"{CANARY}1"}).content.decode()
    assert "0 rounds" in found, "nor can it be searched for"


def test_the_history_of_every_row_is_what_is_on_record(council: Cast, sign_in: SignIn) -> None:
    """After a year of everything that can be done, whatever each event holds."""
    a_quarter_s_life(council)
    a_year(council)
    the_rest(council)
    looking = {name: sign_in(name) for name in ("officer", "administrator")}
    number = 0
    for model, pages in admin.site._registry.items():
        if model in (Event, Remark, Job):
            continue  # what was done to the record itself, and work that waits
        kept = pages.kept_by == TeamsPermission.KEEP_PEOPLE  # type: ignore[attr-defined]
        client = looking["administrator" if kept else "officer"]
        for row in model._base_manager.all():
            events = Event.objects.about(row).order_by("-id")
            label = f"admin:{model._meta.app_label}_{model._meta.model_name}_history"
            lines = client.get(reverse(label, args=[row.pk])).context["lines"]
            assert [line.event for line in lines] == list(events[:100])
            number += len(lines)
    assert number > 150


def test_nothing_is_changed_here(casework: Casework, outcome: Outcome, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    action = make_action(casework.cast, outcome)
    for row in (casework.tool, casework.round, action, outcome.theme.plan):
        shown = officer.get(page_of(row))
        assert shown.status_code == 200
        assert 'name="_save"' not in shown.content.decode()
        assert officer.post(page_of(row), {"name": "Mine", "theme": "Mine"}).status_code == 403
        assert officer.get(page_of(row).replace("change", "delete")).status_code == 403
    assert Tool.objects.get().name == "Casework"
    assert Round.objects.get().theme == "Under 11s casework"


@pytest.mark.parametrize("person", ["administrator", "director", "head"])
def test_others_do_not_see_them(casework: Casework, sign_in: SignIn, person: str) -> None:
    assert sign_in(person).get(page_of(casework.round)).status_code in (302, 403)


def test_a_round_costs_the_same_for_few_cases_and_for_many(council: Cast, sign_in: SignIn) -> None:
    make_casework(council)
    tool = make_tool(council, "Dip sample", ASKED[:1])
    officer, counted = sign_in("officer"), []
    officer.get(page_of(make_round_of(council, tool, [{"assessment": "good"}], "first")))
    for number in (1, 7):
        made = make_round_of(council, tool, [{"assessment": "good"}] * number, f"round-{number}")
        with CaptureQueriesContext(connection) as queries:
            officer.get(page_of(made))
        counted.append(len(queries))
    assert counted[0] == counted[1]
