"""The sample's open quarter: a newcomer finds a return in each state, and what to do with it."""

from collections import Counter

import pytest

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from earlyhelp.core.work.models import Job
from earlyhelp.sample.story import OPEN, TODAY
from measures.models import Return
from measures.review.queue import queue
from measures.verbs import MeasuresVerb
from measures.workflow import ReturnState
from teams.authority import authority_of
from teams.models import User

# Says that the test database is needed; the sample is loaded once for this folder.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_returns_stand_in_every_state() -> None:
    states = Counter(Return.objects.filter(quarter=OPEN.index).values_list("state", flat=True))
    assert states == {
        ReturnState.DUE: 1,
        ReturnState.DRAFT: 4,
        ReturnState.RETURNED: 1,
        ReturnState.SUBMITTED: 5,
        ReturnState.SIGNED_OFF: 5,
    }


def test_one_return_can_be_signed_together_with_others_and_two_have_to_be_read() -> None:
    head = User.objects.get(email="head-1-5@derby.example")
    found = queue(authority_of(head, TODAY), TODAY)
    assert [row.made.team.code for row in found.plain] == ["childrens-centres-locality-5"]
    assert [row.made.team.code for row in found.to_look_at] == [
        "under-11s-locality-5",
        "over-11s-locality-5",
    ]


def test_business_support_said_that_one_is_ready() -> None:
    made = Return.objects.get(ready_at__isnull=False)
    assert made.team.code == "under-11s-locality-1"
    assert made.ready_by is not None and made.ready_by.email == "contributor@derby.example"
    told = Event.objects.get(verb=MeasuresVerb.READY)
    assert told.route == Route.FORM
    # What is told as history writes to nobody.
    assert not Job.objects.filter(kind="mail").exists()
