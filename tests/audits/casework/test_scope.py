"""Case numbers and comments stay with those they are for: canaries are planted in an audit, and
its pages are read for them by everybody whom they are not for. Every other page of the access
table is read for them where it is asked for: ``tests/test_access.py``.
"""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.urls import reverse

from audits.casework.answers import CaseAnswer
from audits.models import CaseAudit
from tests import access
from tests.audits.making import CANARY, Casework, make_casework
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WORDS = "zanzibar quokka"
# The number is shown to the auditor, the moderator, the team's manager, its head and the officer.
NO_NUMBER = [
    "anonymous",
    "contributor",
    "other manager",
    "director",
    "board member",
    "administrator",
    "leaver",
]
# The words also to the director, who reads every submitted audit.
NO_WORDS = [who for who in NO_NUMBER if who != "director"]
OF_AN_AUDIT = [
    "audit-case",
    "audit-grade",
    "audit-check",
    "audit-receipt",
    "audit-moderate",
    "remedial-new",
]


@pytest.fixture
def planted(cast: Cast) -> Iterator[Casework]:
    """A submitted audit of concern, of North's family team, with the words in it."""
    with transaction.atomic():
        casework = make_casework(cast)
        casework.submit(1, "inadequate", plan=CaseAnswer("inadequate", WORDS))
        yield casework
        transaction.set_rollback(True)


def body(who: str, name: str, pk: int, sessions: dict[str, str]) -> str:
    return access.ask(who, "GET", name, access.Example({"pk": pk}), sessions).body.decode()


def test_the_canaries_are_there_for_those_they_are_for(
    planted: Casework, sessions: dict[str, str]
) -> None:
    """Or the scan would prove nothing."""
    pk = planted.audit(1).pk
    for who in ["auditor", "other head", "manager", "head", "officer"]:
        shown = body(who, "audit-case", pk, sessions)
        assert f"{CANARY}1" in shown and WORDS in shown, who
    shown = body("director", "audit-case", pk, sessions)
    assert WORDS in shown and CANARY not in shown


@pytest.mark.parametrize("name", OF_AN_AUDIT)
def test_an_audits_own_pages(name: str, planted: Casework, sessions: dict[str, str]) -> None:
    pk = planted.audit(1).pk
    for who in NO_NUMBER:
        assert CANARY not in body(who, name, pk, sessions), f"{who} reads the number on {name}"
    for who in NO_WORDS:
        assert WORDS not in body(who, name, pk, sessions), f"{who} reads the words on {name}"


@pytest.mark.parametrize("name", OF_AN_AUDIT)
def test_what_is_not_submitted_is_its_auditors_alone(
    name: str, planted: Casework, sessions: dict[str, str]
) -> None:
    audit: CaseAudit = planted.complete(2, plan=CaseAnswer("good", WORDS))
    for who in [*NO_NUMBER, "other head", "manager", "head"]:
        shown = body(who, name, audit.pk, sessions)
        assert CANARY not in shown and WORDS not in shown, f"{who} reads the draft on {name}"
    shown = body("officer", name, audit.pk, sessions)
    assert WORDS not in shown


@pytest.mark.parametrize("name", ["home", "auditing", "audits", "audits-read", "concerns"])
def test_lists_say_neither_but_to_the_auditor(
    name: str, planted: Casework, sessions: dict[str, str]
) -> None:
    for who in access.PERSONAS:
        reply = access.client_of(who, sessions).get(reverse(name))
        shown = reply.content.decode()
        assert WORDS not in shown, f"{who} reads the words on {name}"
        if (who, name) != ("auditor", "auditing"):
            assert CANARY not in shown, f"{who} reads the number on {name}"
