"""Disposal: words, case numbers and names go when their period is over; no event, no figure."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command

from audits.models import CaseAudit, Given, Round, SampledCase
from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.redaction import TAKEN_OUT
from earlyhelp.core.verification import checks
from earlyhelp.core.work.models import Job
from earlyhelp.signin.models import DirectoryGrant
from measures.models import Figure
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from teams.models import Appointment, Team, User
from tests.audits.making import make_casework
from tests.cast import Cast
from tests.measures.acting import answers, who

NAME = "Jane Canary"


@pytest.fixture
def periods(settings: Any) -> Any:
    """A council that keeps words for 3 years, numbers for 2 and names for 6."""
    settings.KEEP_WORDS_YEARS = 3
    settings.KEEP_CASE_NUMBERS_YEARS = 2
    settings.KEEP_NAMES_YEARS = 6
    return settings


def dispose(cast: Cast, *more: str) -> None:
    call_command("dispose", "--by", cast.person["administrator"].email, *more)


def test_nothing_goes_until_the_council_has_said_for_how_long(council: Cast) -> None:
    with pytest.raises(CommandError, match=r"EARLYHELP_KEEP_WORDS_YEARS.*are not set"):
        dispose(council)
    with pytest.raises(CommandError, match="is no administrator"):
        call_command("dispose", "--by", council.person["officer"].email)


def test_what_is_over_goes_and_no_event_and_no_figure(
    council: Cast, periods: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    made = council.made("north-family")
    given = answers(
        council,
        made,
        cases_closed=GivenAnswer(3, explanation=f"{NAME} was ill"),
        open_cases=GivenAnswer(answer="not-provided", note=f"Ask {NAME}"),
    )
    entry.save_figures(made, given, version=made.version, **who(council, "manager"))
    work = make_casework(council)
    leaver = council.person["leaver"]
    User.objects.filter(pk=leaver.pk).update(
        is_active=False, date_joined=dt.datetime(2012, 1, 1, tzinfo=dt.UTC), name=NAME
    )
    beside_the_record(leaver)
    figures = list(Figure.objects.order_by("pk").values_list("pk", "value", "answer"))
    events = list(Event.objects.order_by("pk").values_list("digest", flat=True))

    periods.BUSINESS_DATE = dt.date(2018, 7, 4)
    dispose(council, "--dry-run")
    assert "0 words, 0 case numbers, 0 names would be" in capsys.readouterr().out
    Round.objects.filter(pk=work.round.pk).update(
        state="closed", closed_at=dt.datetime(2016, 7, 5, 9, tzinfo=dt.UTC), closed_by=leaver
    )
    periods.BUSINESS_DATE = dt.date(2022, 7, 6)
    appointed = Appointment.objects.filter(person=council.person["administrator"])
    assert appointed.in_force(dt.date(2022, 7, 6)).exists()
    dispose(council)
    said = capsys.readouterr().out

    assert NAME not in "".join(Remark.objects.values_list("text", flat=True))
    kept = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (kept.answer, kept.note) == ("not-provided", TAKEN_OUT)
    explained = Figure.objects.get(return_made=made, item__code="cases-closed")
    assert (explained.value, explained.explanation) == (3, TAKEN_OUT)
    numbers = SampledCase.objects.filter(round=work.round).values_list("case_number", flat=True)
    assert numbers
    assert all(number.startswith("disposed-of-") for number in numbers)
    gone = User.objects.get(pk=leaver.pk)
    assert gone.name == f"Former person {leaver.pk}"
    assert f"{len(numbers)} case numbers, 1 names were taken out" in said
    left = [model.__name__ for model in (DirectoryGrant, LogEntry, Job) if model.objects.exists()]
    assert left == []

    assert list(Figure.objects.order_by("pk").values_list("pk", "value", "answer")) == figures
    after = list(Event.objects.order_by("pk").values_list("digest", flat=True))
    assert after[: len(events)] == events
    assert len(after) > len(events)
    assert list(broken_chains()) == []
    assert [one.name for one in checks() if one.name != "states" and list(one.look())] == []

    dispose(council)
    assert "0 words, 0 case numbers, 0 names were" in capsys.readouterr().out
    assert Event.objects.count() == len(after)


def beside_the_record(person: User) -> None:
    """Where else a name or an address is kept: the directory's leave, logs, mail that came back."""
    then = dt.datetime(2012, 1, 1, tzinfo=dt.UTC)
    DirectoryGrant.objects.create(person=person, token="sealed", asked_at=then, answered_at=then)
    LogEntry.objects.log_actions(person.pk, [person], 2, "Changed.")
    LogEntry.objects.log_actions(person.pk, [Team.objects.all()[0]], 2, f"For {NAME}")
    LogEntry.objects.exclude(content_type__model="user").update(action_time=then)
    refused = {"given_up_at": then, "error": "NeverPossible", "created_at": then, "due_at": then}
    Job.objects.create(kind="mail", payload={"to": [person.email]}, **refused)


def test_words_of_an_audit_go_from_its_rows(council: Cast, periods: Any) -> None:
    work = make_casework(council)
    audit = work.save(1, plan="good")
    CaseAudit.objects.filter(pk=audit.pk).update(strengths=f"{NAME} listened")
    Given.objects.filter(audit=audit).update(comment=f"Said {NAME}")
    periods.BUSINESS_DATE = dt.date(2022, 7, 6)
    dispose(council)
    assert CaseAudit.objects.get(pk=audit.pk).strengths == TAKEN_OUT
    assert set(Given.objects.filter(audit=audit).values_list("comment", flat=True)) == {TAKEN_OUT}
