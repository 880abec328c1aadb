"""Whoever reads what the record says of a row may see the row: every reader, as every person.

The record is a second copy of figures, grades and words. Words are planted in it, beside rows
that somebody may not see, and looked for wherever the record is read.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from audits.models import CaseAudit
from audits.plan.models import Action
from earlyhelp.core.events import scopes
from earlyhelp.core.events.models import Event, Remark
from measures.models import Return
from teams.models import Appointment
from tests import test_canaries as canaries
from tests.audits.making import Casework, make_action, make_casework, make_plan
from tests.cast import Cast
from tests.crawl import body_of

SignIn = Callable[[str], Client]
ROOT = Path(__file__).parent.parent
PERSONS = [
    *("contributor", "manager", "other_manager", "head", "other_head", "director", "officer"),
    *("auditor", "board_member", "administrator", "leaver"),
]

# Who asks the record without showing it: rules, and the record's own keeping.
RULES = {
    "earlyhelp/core/events/models.py": "the vocabulary itself",
    "earlyhelp/core/events/record.py": "writes it",
    "earlyhelp/core/events/chain.py": "checks its chains",
    "earlyhelp/core/verification.py": "checks it for whoever runs the site, and shows no words",
    "measures/verification.py": "holds figures against it for whoever runs the site",
    "measures/releases/verification.py": "holds releases against it for whoever runs the site",
    "measures/review/signing.py": "nobody signs what they entered: whoever asks",
    "earlyhelp/operations/disposal.py": "takes old words out, and shows none",
    "earlyhelp/report/verification.py": "holds editions against it for whoever runs the site",
    "earlyhelp/report/content.py": "nobody signs a section that they wrote: whoever asks",
    "earlyhelp/report/kept.py": "whether anything was done since, and nothing of what it was",
    "measures/returns/owed.py": "when a team was last reminded, for whoever reminds it",
    "audits/responsible.py": "to whom an audit was given",
    "audits/casework/pages/grading.py": "who saved last, for whoever typed into the audit",
    "audits/moderation/pages.py": "who saved last, for whoever moderates",
    "measures/returns/since_handed_back.py": "compares returns that are loaded within a scope",
    "earlyhelp/core/pages/stale.py": "who saved last, for whoever typed over it",
    "teams/actions.py": "takes words out",
    "teams/confirmations/pages.py": "who asked, of appointments that wait for who confirms them",
}


def in_progress(council: Cast) -> tuple[Casework, CaseAudit]:
    """An audit of a North case that its auditor has begun and not submitted."""
    work = make_casework(council)
    return work, work.save(1, plan="inadequate")


@pytest.fixture
def planted(council: Cast) -> dict[str, models.Model]:
    """A word beside every event about each of these rows: what was planted, and beside what."""
    _, audit = in_progress(council)
    _, outcome = make_plan(council)
    rows: dict[str, models.Model] = {
        "zebra-audit": audit,
        "zebra-return": council.fill_in("north-family"),
        "zebra-appointment": Appointment.objects.get(person=council.person["head"]),
        "zebra-team": council.team["north-family"],
        "zebra-action": make_action(council, outcome),
        "zebra-round": audit.case.round,
        "zebra-measure": council.measure["helped"],
    }
    for word, row in rows.items():
        events = list(Event.objects.about(row))
        assert events, f"nothing on record of {row}"
        Remark.objects.filter(event__in=events).delete()
        Remark.objects.bulk_create(
            Remark(event=event, kind=Remark.Kind.NOTE, text=f"Planted: {word}") for event in events
        )
    return rows


def readers(planted: dict[str, models.Model]) -> list[str]:
    """Every address where the record is read: in administration, searched, by row; and histories."""
    event, remark = (f"admin:events_{kind}_changelist" for kind in ("event", "remark"))
    found = [
        *(reverse(event) + asked for asked in ("", "?q=saved", "?subject_type=caseaudit", "?p=1")),
        *(reverse(remark) + asked for asked in ("", "?q=zebra", "?kind__exact=note")),
    ]
    for row in planted.values():
        events = list(Event.objects.about(row))[:3]
        found += [reverse("admin:events_event_change", args=[one.pk]) for one in events]
        words = Remark.objects.filter(event__in=events)
        found += [reverse("admin:events_remark_change", args=[one.pk]) for one in words]
        if admin.site.is_registered(type(row)):
            kind = f"{row._meta.app_label}_{row._meta.model_name}"
            found.append(reverse(f"admin:{kind}_history", args=[row.pk]))
        elif isinstance(row, CaseAudit):
            found.append(reverse("audit-case", args=[row.pk]))
        if isinstance(row, Return):
            found.append(reverse("return-history", args=[row.pk]))
            found.append(reverse("figure-history", args=[row.pk, "open-cases"]))
        if isinstance(row, Action):
            found.append(row.url)
    return found


# What each may find of what was planted; "audit" only its auditor may.
MAY_READ = {
    "contributor": {"return"},
    "manager": {"return", "action"},
    "other_manager": {"action"},
    "head": {"return", "action"},
    "other_head": {"action"},
    "director": {"return", "action"},
    "officer": {"return", "action", "team", "round", "measure"},
    "auditor": {"audit"},
    "board_member": set(),
    "administrator": {"appointment", "team"},
    "leaver": set(),
}


@pytest.mark.parametrize("person", PERSONS)
def test_who_reads_on_record_opens_the_row_itself(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    """The scope of the record is the row's own: no wider than the page that shows it."""
    rows = canaries.plant(council)
    opened = {
        **{reverse("return", args=[one.pk]): one for one in rows["returns"]},
        **{reverse("audit-case", args=[one.pk]): one for one in rows["audits"]},
        reverse("correction", args=[rows["correction"].pk]): rows["correction"],
        rows["action"].url: rows["action"],
        reverse("round", args=[rows["round"].code]): rows["round"],
        reverse("plan", args=[2016]): rows["plan"],
        rows["report"].url: rows["report"],
        reverse("report-section", args=[rows["report"].code, rows["section"].pk]): rows["section"],
    }
    client, by = sign_in(person), council.actor(person)
    wider = {
        address: row
        for address, row in opened.items()
        if Event.objects.visible_to(by, about=row).exists()
        and client.get(address).status_code != 200
    }
    assert wider == {}
    assert all(Event.objects.about(row).exists() for row in opened.values())


@pytest.mark.parametrize("person", PERSONS)
def test_nobody_reads_on_record_what_they_may_not_see(
    council: Cast, sign_in: SignIn, planted: dict[str, models.Model], person: str
) -> None:
    client = sign_in(person)
    bodies = [body_of(client, path) or "" for path in readers(planted)]
    read = {found for body in bodies for found in re.findall(r"Planted: zebra-(\w+)", body)}
    assert read == MAY_READ[person]


def test_the_officer_does_not_read_grades_before_they_are_submitted(
    council: Cast, sign_in: SignIn
) -> None:
    work, audit = in_progress(council)
    saved = [one for one in Event.objects.about(audit) if "inadequate" in str(one.after)]
    assert saved
    client = sign_in("officer")
    for event in saved:
        page = client.get(reverse("admin:events_event_change", args=[event.pk]))
        assert page.status_code == 302
    listed = client.get(reverse("admin:events_event_changelist")).context["cl"].queryset
    assert not set(saved) & set(listed)
    work.submit(1)
    listed = client.get(reverse("admin:events_event_changelist")).context["cl"].queryset
    assert set(saved) <= set(listed)


def test_who_reads_is_said_of_every_kind_of_row_on_record(
    council: Cast, planted: dict[str, models.Model]
) -> None:
    """Every model that is on record, or kept in administration, has a scope."""
    kinds = set(Event.objects.order_by().values_list("subject_type", flat=True))
    ours = {
        model
        for model in apps.get_models()
        if hasattr(model, "on_record") or model._meta.model_name in kinds
    }
    unsaid = {model for model in ours if not scopes.is_known(model)} - {Remark}
    assert {model.__name__ for model in unsaid} == EVENTS_STAND_WITH_ANOTHER


# Written about with another row: a step of an action with the action, a link with its finding.
EVENTS_STAND_WITH_ANOTHER = {"Occurrence", "RemedialAction", "Update"}


def test_no_reader_asks_the_record_past_the_scope() -> None:
    """Who shows events starts with ``visible_to``; what asks otherwise is listed with its reason."""
    past = re.compile(r"\b(?:Event|Remark)\.objects\s*\.(?!visible_to)")
    found = {
        str(file.relative_to(ROOT))
        for app in ("earlyhelp", "teams", "measures", "audits")
        for file in (ROOT / app).rglob("*.py")
        if past.search(file.read_text())
    }
    assert found == set(RULES)
