"""What takes longer than a page may is built outside of the request, and kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from earlyhelp.core.work import jobs
from earlyhelp.core.work.models import Job
from earlyhelp.report import files
from earlyhelp.report.formats.refusals import CannotBuild
from earlyhelp.report.models import Edition, EditionOpening, Report
from earlyhelp.report.publishing import actions as publishing
from tests.cast import Cast
from tests.pages import text
from tests.report import making

pytestmark = pytest.mark.django_db

SignIn = Callable[[str], Client]


class Builder:
    """Stands for the process that builds a file; ``made`` are those that it built."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.fails: Exception | None = None

    def __call__(self, text: str, kind: str) -> bytes:
        if self.fails is not None:
            raise self.fails
        self.made.append(kind)
        return f"{kind} of {text}".encode()


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    caches["files"].clear()
    built = Builder()
    monkeypatch.setattr(files, "build_in_child", built)
    return built


def address_of(found: Edition | Report, kind: str = "docx") -> str:
    if isinstance(found, Edition):
        return reverse("edition-file", args=[found.report.code, found.number, kind])
    return reverse("report-draft", args=[found.code, kind])


def published(cast: Cast) -> Edition:
    return publishing.publish(making.approved(cast), by=cast.actor("officer"))


def downloads(answer: Any) -> bool:
    return answer.status_code == 200 and "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("make", [making.begun, making.approved, published])
def test_a_file_is_built_outside_of_the_request_once(
    make: Callable[[Cast], Edition | Report], council: Cast, sign_in: SignIn, builder: Builder
) -> None:
    address, officer = address_of(make(council)), sign_in("officer")
    for _ in range(2):
        answer = officer.get(address)
        assert "This file is being built" in text(answer, 202)
        assert "Look again" in text(answer, 202)
    assert not builder.made
    jobs.deliver()
    made, first = list(builder.made), officer.get(address)
    assert downloads(first)
    assert officer.get(address).content == first.content
    assert builder.made == made
    assert not Job.objects.filter(kind__in=(files.BUILD, files.COPY)).exists()


def test_who_waits_for_a_file_of_an_edition_reads_how_far_it_is(
    council: Cast, sign_in: SignIn, builder: Builder
) -> None:
    edition, officer = published(council), sign_in("officer")
    assert "Formats that are there: 0 of 5" in text(officer.get(address_of(edition)), 202)
    files.file_of(edition, "internal", "csv")
    files.file_of(edition, "external", "docx")
    assert "Formats that are there: 1 of 5" in text(officer.get(address_of(edition)), 202)
    assert not EditionOpening.objects.exists()


def test_who_waits_reads_how_many_files_wait(
    council: Cast, sign_in: SignIn, builder: Builder
) -> None:
    edition, officer = published(council), sign_in("officer")
    assert "10 files wait for their turn" in text(officer.get(address_of(edition)), 202)
    Job.objects.filter(kind=files.BUILD).exclude(payload__kind="docx").delete()
    assert "2 files wait for their turn" in text(officer.get(address_of(edition)), 202)
    Job.objects.filter(payload__audience="external").delete()
    assert "their turn" not in text(officer.get(address_of(edition)), 202)


def test_a_file_that_nobody_asked_for_is_asked_for(
    council: Cast, sign_in: SignIn, builder: Builder
) -> None:
    """As after a backup was put back, or where it was given up and the job taken away."""
    edition, officer = published(council), sign_in("officer")
    Job.objects.all().delete()
    officer.get(address_of(edition))
    officer.get(address_of(edition))
    assert [job.payload["kind"] for job in Job.objects.all()] == ["docx"]


def test_a_draft_that_changed_is_built_again(
    council: Cast, sign_in: SignIn, builder: Builder
) -> None:
    report, officer = making.begun(council, "Families were met."), sign_in("officer")
    address = address_of(report)
    officer.get(address)
    jobs.deliver()
    assert downloads(officer.get(address))
    assert officer.get(f"{address}?audience=external").status_code == 202
    type(making.block_of(report)).objects.update(text="Families were met at home.")
    assert officer.get(address).status_code == 202


@pytest.mark.parametrize("make", [making.begun, published])
def test_what_is_too_large_is_given_up_and_says_so(
    make: Callable[[Cast], Edition | Report], council: Cast, sign_in: SignIn, builder: Builder
) -> None:
    address, officer = address_of(make(council)), sign_in("officer")
    builder.fails = CannotBuild("This report is too large for docx")
    officer.get(address)
    jobs.deliver()
    for _ in range(2):
        assert "This file could not be built" in text(officer.get(address), 202)
    assert not jobs.deliver()


def test_what_only_failed_is_tried_again(council: Cast, sign_in: SignIn, builder: Builder) -> None:
    address, officer = address_of(making.begun(council)), sign_in("officer")
    builder.fails = RuntimeError("the machine is full")
    officer.get(address)
    assert jobs.deliver().later == 1
    assert "This file is being built" in text(officer.get(address), 202)
    builder.fails = None
    Job.objects.update(due_at="2000-01-01T00:00Z")
    jobs.deliver()
    assert downloads(officer.get(address))


def test_words_that_wait_no_longer_are_not_built(builder: Builder) -> None:
    jobs.add(files.COPY, {"digest": "0" * 64, "kind": "docx"})
    assert jobs.deliver().done == 1
    assert not builder.made
