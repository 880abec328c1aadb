"""Mail against a server of our own: none is lost, none comes twice but one that was broken off."""

import datetime as dt
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as site
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.work import jobs, mail
from earlyhelp.core.work.models import Job
from tests.cast import Cast
from tests.concurrency.gunicorn import address, free_port
from tests.post_office import PostOffice, post_office

SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _queued(settings: Any) -> None:
    settings.EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"


def write(number: int) -> list[str]:
    """Have so many messages sent; their numbers."""
    for each in range(number):
        EmailMessage(f"Message {each}", "Words", to=["a@council.example"]).send()
    return [mail.opened(one.payload)["headers"]["Message-ID"] for one in Job.objects.order_by("pk")]


def deliverer(office: PostOffice) -> "subprocess.Popen[bytes]":
    """A process of its own that delivers what waits."""
    where = {"DATABASE_URL": address(), "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(office.port)}
    command = [sys.executable, "manage.py", "deliver"]
    return subprocess.Popen(
        command, cwd=site.BASE_DIR, env=os.environ | where, stdout=subprocess.DEVNULL
    )


def in_hours(number: int) -> Any:
    """The clock, so much later."""
    now = timezone.now() + dt.timedelta(hours=number)
    return patch("django.utils.timezone.now", lambda: now)


def a_while_later() -> None:
    """So long that what is under way counts as broken off."""
    Job.objects.filter(taken_at__isnull=False).update(
        taken_at=timezone.now() - jobs.LONGEST - dt.timedelta(seconds=1)
    )


@pytest.mark.parametrize(("moment", "copies"), [("RCPT", 1), ("taken", 2)])
def test_a_process_that_is_killed_at_a_message_loses_none(
    transactional_db: None, settings: Any, moment: str, copies: int
) -> None:
    """Only what the server had taken when the process was killed comes once more."""
    written = write(4)
    with post_office() as office:
        settings.EMAIL_PORT = office.port
        times = count(1)

        def kill_at_the_second() -> None:
            if next(times) == 2:
                process.kill()
                process.wait(30)

        office.meets = {moment: kill_at_the_second}
        process = deliverer(office)
        assert process.wait(60) == -signal.SIGKILL
        office.meets = {}
        jobs.deliver()
        assert Job.objects.count() == 1, "another process may be at it"
        a_while_later()
        jobs.deliver()
    assert Counter(office.numbers()) == Counter(dict.fromkeys(written, 1) | {written[1]: copies})
    assert not Job.objects.exists()


def test_two_processes_at_once_send_each_message_once(transactional_db: None) -> None:
    written = write(40)
    with post_office() as office:
        both = [deliverer(office) for _ in range(2)]
        assert [one.wait(60) for one in both] == [0, 0]
    assert sorted(office.numbers()) == sorted(written)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_server_that_is_away_for_a_day_gets_everything_once(settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    written: list[str] = []
    for hours in range(25):
        with in_hours(hours):
            written += write(2)[-2:]
            assert jobs.deliver().given_up == 0
    with post_office(settings.EMAIL_PORT) as office:
        for hours in (25, 26):
            with in_hours(hours):
                jobs.deliver()
    assert sorted(office.numbers()) == sorted(written)
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_a_line_that_breaks_off_has_the_message_sent_once_more(settings: Any) -> None:
    """Taken or not; by its number whoever gets two can tell."""
    [number] = write(1)
    with post_office() as office:
        settings.EMAIL_PORT = office.port
        office.answers = {"taken": ""}
        assert jobs.deliver().later == 1
        office.answers = {}
        with in_hours(1):
            assert jobs.deliver().done == 1
    assert office.numbers() == [number, number]


def test_what_comes_back_is_told_to_the_administrator(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    write(1)
    with post_office() as office:
        settings.EMAIL_PORT = office.port
        office.answers = {"RCPT": "550 no such box"}
        assert jobs.deliver().given_up == 1
    administrator = sign_in("administrator")
    assert "look at Jobs in administration" in administrator.get("/status/").content.decode()
    listed = administrator.get(reverse("admin:work_job_changelist")).content.decode()
    assert "NeverPossible" in listed
    assert "a@council.example" in listed
    assert "earlyhelp_jobs_given_up 1.0" in Client().get("/metrics").content.decode()
