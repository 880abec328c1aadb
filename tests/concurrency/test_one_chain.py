"""Two at once about one subject: its chain of events stays one, and nobody's work is refused."""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audits.plan import progress_actions as doing
from earlyhelp.core.actor import Route
from earlyhelp.core.events import record
from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.events.models import Event
from tests import held
from tests.audits.making import make_action, make_plan, on_day, who
from tests.cast import TODAY, Cast, build_council
from tests.concurrency.crowd import all_at_once


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    """The council, where several transactions meet."""
    settings.BUSINESS_DATE = TODAY
    return build_council()


def write(cast: Cast) -> None:
    """An event of the council's first return, by somebody who did not lock it."""
    entry = record.Entry("tried", cast.made("north-family"))
    held.unasked([entry], by=cast.person["head"], route=Route.FORM, at=timezone.now())


def test_two_who_forget_to_lock_cannot_fork_a_chain(cast: Cast) -> None:
    """PostgreSQL refuses the second; on SQLite it waits for the first from its beginning."""
    begun, outcome = threading.Event(), []

    def second() -> None:
        begun.wait(10)
        try:
            with transaction.atomic():
                write(cast)
            outcome.append("written")
        except IntegrityError:
            outcome.append("refused")
        finally:
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        write(cast)
        begun.set()
        other.join(1)  # time enough for the other to write, were it not made to wait
        assert outcome == []
    other.join(20)
    written = Event.objects.about(cast.made("north-family")).values_list("sequence", flat=True)
    is_refused = connection.vendor == "postgresql"
    assert outcome == ["refused" if is_refused else "written"]
    assert list(written) == ([1] if is_refused else [1, 2])
    assert list(broken_chains()) == []


def test_everybody_who_reports_on_one_action_at_once_is_on_record(cast: Cast) -> None:
    action = make_action(cast, make_plan(cast)[1])
    first = doing.report(action, text="Begun", **on_day(cast, "manager"))

    def report(number: int) -> None:
        try:
            doing.report(action, text=f"Step {number}", **on_day(cast, "manager"))
        finally:
            connection.close()

    def take_out() -> None:
        try:
            doing.take_out_update(first, reason="A name", **who(cast, "officer"))
        finally:
            connection.close()

    all_at_once([*(partial(report, number) for number in range(8)), take_out])
    verbs = list(Event.objects.about(action).values_list("verb", flat=True))
    assert (verbs.count("progress reported"), verbs.count("update taken out")) == (9, 1)
    assert list(broken_chains()) == []
