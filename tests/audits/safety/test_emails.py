"""The mail of a concern: to whom, what it says, and that it is written with what it is about."""

from typing import Any

import pytest
from django.db import transaction

from audits.casework import actions as acting
from earlyhelp.core.actor import Route
from earlyhelp.core.work.mail import opened
from earlyhelp.core.work.models import Job
from tests.audits.making import CANARY, Casework, on_day

SITE = "https://early-help.testshire.example"


@pytest.fixture(autouse=True)
def _mail_is_a_job(settings: Any) -> None:
    settings.EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"


def submit(casework: Casework, **how: Any) -> None:
    """The auditor finds a case inadequate, on the site's own address."""
    audit = casework.complete(1, "inadequate")
    by = on_day(casework.cast, "auditor")["by"]
    fields = {"site": SITE, "route": Route.FORM} | how
    acting.submit(audit, version=audit.version, by=type(by)(**(vars(by) | fields)))


def test_each_person_has_a_mail_of_their_own_that_leads_there_and_says_nothing(
    casework: Casework,
) -> None:
    submit(casework)
    mails = [opened(job.payload) for job in Job.objects.order_by("pk")]
    people = [casework.cast.person[one].email for one in ("head", "manager")]
    assert [mail["to"] for mail in mails] == [[address] for address in people]
    said = f"{mails[0]['subject']} {mails[0]['body']}"
    assert f"{SITE}/audits/cases/{casework.audit(1).pk}/" in said
    for detail in (CANARY, "North", "Manager", "inadequate", "unsafe", "child", "Under 11s"):
        assert detail not in said


def test_what_is_taken_back_is_not_written(casework: Casework) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        submit(casework)
        assert Job.objects.count() == 2
        raise RuntimeError
    assert not Job.objects.exists()


def test_of_what_a_command_does_nobody_is_told(casework: Casework) -> None:
    submit(casework, route=Route.COMMAND)
    assert not Job.objects.exists()
