"""Jobs: written with what asks for them, done outside of it, tried again, never lost."""

import datetime as dt
import signal
import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from earlyhelp.core.work import jobs, kinds
from earlyhelp.core.work.kinds import NeverPossible, Payload
from earlyhelp.core.work.management.commands import deliver as command
from earlyhelp.core.work.models import Job

pytestmark = pytest.mark.django_db

QUEUED = "earlyhelp.core.work.mail.QueuedBackend"


@pytest.fixture
def done() -> Iterator[list[Payload]]:
    """What the jobs of the kind "test" were called with."""
    called: list[Payload] = []
    kinds.register("test", called.append, goes_out=False)
    yield called
    del kinds.KINDS["test"]


@pytest.fixture
def delivers(settings: Any) -> None:
    """Mail goes into jobs, and from there into the test's own box."""
    settings.EMAIL_BACKEND = QUEUED
    settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def fails(error: Exception) -> None:
    def run(payload: Payload) -> None:
        raise error

    kinds.register("test", run, goes_out=False)


def later(**passed: float) -> Any:
    """The clock, so much later."""
    now = timezone.now() + dt.timedelta(**passed)
    return patch("django.utils.timezone.now", lambda: now)


def test_a_job_is_done_and_gone(done: list[Payload]) -> None:
    jobs.add("test", {"number": 1})
    jobs.add("test", {"number": 2})
    assert str(jobs.deliver()) == "2 done, 0 to be tried again, 0 given up."
    assert done == [{"number": 1}, {"number": 2}]
    assert not Job.objects.exists()
    assert not jobs.deliver()


def test_mail_does_not_wait_for_files(done: list[Payload]) -> None:
    """Forty files of a report take a minute; somebody is told of an unsafe case meanwhile."""
    kinds.register("letter", lambda payload: done.append({"letter": 1}), goes_out=True)
    try:
        jobs.add("test", {"number": 1})
        jobs.add("letter", {})
        jobs.deliver()
    finally:
        del kinds.KINDS["letter"]
    assert done == [{"letter": 1}, {"number": 1}]


def test_what_is_taken_back_is_not_done(done: list[Payload]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.add("test", {})
        _ = 1 / 0
    assert not jobs.deliver()
    assert done == []


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        jobs.add("nothing", {})
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="", created_at=timezone.now(), due_at=timezone.now())


def test_what_fails_is_tried_again_later_and_stops_nothing_else(done: list[Payload]) -> None:
    jobs.add("test", {})
    fails(RuntimeError("about Jane Doe"))
    assert jobs.deliver().later == 1
    job = Job.objects.get()
    assert (job.attempts, job.error, job.taken_at) == (1, "RuntimeError", None)
    assert not jobs.deliver(), "not at once"
    with later(minutes=1.1):
        assert jobs.deliver().later == 1
    with later(minutes=2.2):
        assert not jobs.deliver(), "each wait is longer"
    kinds.register("test", done.append, goes_out=False)
    with later(minutes=4):
        assert jobs.deliver().done == 1
    assert done == [{}]


def test_what_goes_on_failing_is_given_up(done: list[Payload]) -> None:
    jobs.add("test", {})
    fails(RuntimeError())
    Job.objects.update(attempts=jobs.MOST_ATTEMPTS - 1)
    assert jobs.deliver().given_up == 1
    with later(days=3):
        assert not jobs.deliver()


def test_what_was_refused_is_not_done_again(done: list[Payload]) -> None:
    jobs.add("test", {})
    fails(NeverPossible())
    assert jobs.deliver().given_up == 1
    with later(days=3):
        assert not jobs.deliver()
    assert Job.objects.get().error == "NeverPossible"


@pytest.mark.parametrize(("attempts", "times"), [(1, 1), (jobs.MOST_ATTEMPTS, 0)])
def test_what_was_broken_off_is_done_again_unless_it_always_is(
    done: list[Payload], attempts: int, times: int
) -> None:
    jobs.add("test", {})
    Job.objects.update(taken_at=timezone.now(), attempts=attempts)
    assert not jobs.deliver(), "somebody is doing it"
    with later(minutes=16):
        jobs.deliver()
        jobs.deliver()
    assert len(done) == times
    assert Job.objects.filter(error="BrokenOff").count() == 1 - times


@pytest.mark.django_db(transaction=True)
def test_several_that_deliver_do_each_job_once(done: list[Payload]) -> None:
    for number in range(30):
        jobs.add("test", {"number": number})

    def work(_: int) -> None:
        try:
            jobs.deliver()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert sorted(one["number"] for one in done) == list(range(30))


def test_mail_goes_out_as_it_was_written(delivers: None) -> None:
    written = EmailMultiAlternatives(
        "Subject", "Words", "us@council.example", ["a@council.example"], reply_to=["b@c.example"]
    )
    written.attach_alternative("<p>Words</p>", "text/html")
    assert written.send() == 1
    assert mail.outbox == []
    jobs.deliver()
    sent = mail.outbox[0]
    assert (sent.subject, sent.body, sent.from_email, sent.to, sent.reply_to) == (
        "Subject",
        "Words",
        "us@council.example",
        ["a@council.example"],
        ["b@c.example"],
    )
    assert [tuple(one) for one in sent.alternatives] == [("<p>Words</p>", "text/html")]
    assert sent.extra_headers["Message-ID"]


def test_mail_that_waits_can_be_read_with_the_site_s_key_alone(
    delivers: None, settings: Any
) -> None:
    EmailMessage("Subject", "a link", to=["a@council.example"]).send()
    payload = Job.objects.get().payload
    assert payload["to"] == ["a@council.example"]
    assert set(payload) == {"to", "sealed"}
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    assert jobs.deliver().later == 1
    settings.SECRET_KEY_FALLBACKS = [key]
    with later(hours=1):
        assert jobs.deliver().done == 1
    assert mail.outbox[0].body == "a link"


def test_mail_that_waits_from_before_it_was_sealed_is_delivered(delivers: None) -> None:
    """As 0.2.0 wrote it."""
    written = {"subject": "Subject", "body": "Words", "from_email": "us@council.example"}
    people = {"to": ["a@council.example"], "cc": [], "bcc": [], "reply_to": []}
    more = {"headers": {"Message-ID": "<1@early-help>"}, "alternatives": [["<p>", "text/html"]]}
    jobs.add("mail", written | people | more)
    assert jobs.deliver().done == 1
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("Subject", "Words", ["a@council.example"])
    assert sent.extra_headers == more["headers"]


def test_mail_with_a_file_is_refused(delivers: None) -> None:
    message = EmailMessage("Subject", "Words", to=["a@council.example"])
    message.attach("a.csv", "1,2", "text/csv")
    with pytest.raises(ValueError, match="no files"):
        message.send()


@pytest.mark.parametrize(
    ("step", "error", "becomes"),
    [
        ("open", ConnectionRefusedError(), "later"),
        ("open", smtplib.SMTPServerDisconnected(), "later"),
        ("send_messages", smtplib.SMTPResponseException(451, b"busy"), "later"),
        ("send_messages", smtplib.SMTPResponseException(550, b"no such box"), "given_up"),
        ("send_messages", smtplib.SMTPRecipientsRefused({"a": (550, b"")}), "given_up"),
        ("send_messages", smtplib.SMTPRecipientsRefused({"a": (450, b"")}), "later"),
        # After the words were handed over nobody knows: twice is better than never.
        ("send_messages", smtplib.SMTPServerDisconnected(), "later"),
        ("send_messages", TimeoutError(), "later"),
    ],
)
def test_mail_that_fails_is_sent_again_unless_it_was_refused_for_good(
    delivers: None, step: str, error: Exception, becomes: str
) -> None:
    EmailMessage("Subject", "Words", to=["a@council.example"]).send()
    with patch.object(EmailBackend, step, side_effect=error):
        assert getattr(jobs.deliver(), becomes) == 1


def test_the_command_says_what_it_did(
    done: list[Payload], capsys: pytest.CaptureFixture[str]
) -> None:
    jobs.add("test", {})
    call_command("deliver")
    assert capsys.readouterr().out == "1 done, 0 to be tried again, 0 given up.\n"
    jobs.add("test", {})
    fails(NeverPossible())
    with pytest.raises(CommandError, match="1 could not be done and is not tried again"):
        call_command("deliver")


def test_it_goes_on_until_it_is_ended_also_where_the_database_fails(
    done: list[Payload], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[Any] = [OperationalError("locked"), jobs.deliver, jobs.deliver]

    def deliver() -> Any:
        if len(rounds) == 1:
            signal.raise_signal(signal.SIGTERM)
        now = rounds.pop(0)
        if isinstance(now, Exception):
            raise now
        return now()

    jobs.add("test", {"number": 1})
    monkeypatch.setattr(command, "deliver", deliver)
    monkeypatch.setattr(command, "close_old_connections", lambda: None)
    monkeypatch.setattr(command, "SECONDS_BETWEEN", 0)
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        call_command("deliver", "--watch")
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert rounds == []
    assert done == [{"number": 1}]


def test_a_page_says_that_nothing_delivers(done: list[Payload]) -> None:
    def page() -> str:
        return Client().get("/accounts/password/reset/done/").content.decode()

    jobs.add("test", {})
    assert "nothing does it" not in page()
    with later(minutes=1.1):
        assert "nothing does it" in page()
    jobs.deliver()
    with later(minutes=1.1):
        assert "nothing does it" not in page()


def test_mail_says_who_writes(delivers: None, django_user_model: Any) -> None:
    django_user_model.objects.create_user("a@council.example", "a long enough password", name="A")
    Client().post("/accounts/password/reset/", {"email": "a@council.example"})
    jobs.deliver()
    sent = mail.outbox[0]
    assert sent.subject == "Early Help performance: Choose a new password"
    assert "/accounts/password/reset/key/" in sent.body
    assert "Early Help performance" in sent.body
    assert "testserver!" not in sent.body
    assert "Hello" not in sent.body
