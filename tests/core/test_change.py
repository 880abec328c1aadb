"""What holds for every action, proven once: a small row of words, and a return with its moves.

Each check has its fault in ``tests/planted.py``.
"""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.actor import Route
from earlyhelp.core.change import (
    Details,
    Stale,
    changing,
    compare_version,
    create,
    lock,
    move,
    not_after_today,
    refuse,
    required,
)
from earlyhelp.core.events.models import Event
from earlyhelp.core.workflow import NotAllowed
from measures.models import Commentary, Return
from measures.verbs import MeasuresVerb
from measures.workflow import RETURN, ReturnAct, ReturnState
from teams.authority import Actor, AnyActor
from teams.permissions import Refused
from tests.cast import HISTORY, OPEN, TODAY, Cast
from tests.measures.acting import digest

WRITTEN = MeasuresVerb.COMMENTARY_WRITTEN
NOW = dt.datetime(2016, 7, 5, 9, tzinfo=dt.UTC)


def commentary(cast: Cast) -> Commentary:
    """One that the head wrote, at version 1."""
    row = Commentary(
        measure=cast.measure["helped"],
        locality=cast.locality["north"],
        quarter=OPEN,
        text="More families",
        written_at=NOW,
        written_by=cast.person["head"],
    )
    return create(row, WRITTEN, cast.actor("head", now=NOW), reason=row.text)


def write(row: Commentary, text: str, by: Actor, version: int | None = None) -> Commentary:
    with changing(row, WRITTEN, by, version=version, reason=text) as found:
        found.text = text
        found.written_at, found.written_by = by.now, by.person
    return found


def sign(made: Return, by: Actor, version: int | None = None) -> Return:
    with changing(made, MeasuresVerb.SIGNED_OFF, by, version=version) as found:
        move(found, RETURN, ReturnAct.SIGN_OFF, by)
        found.signed_off_route = by.route
    return found


# -- the checks -----------------------------------------------------------------------------


def who_when_why_and_what_are_on_record(cast: Cast) -> None:
    row = commentary(cast)
    later = cast.actor("officer", now=NOW + dt.timedelta(hours=1), route=Route.ADMIN)
    changed = write(row, "Fewer", later, version=1)
    assert (changed.text, changed.version) == ("Fewer", 2)
    stored = Commentary.objects.get(pk=row.pk)
    assert (stored.text, stored.version, stored.written_by) == ("Fewer", 2, later.person)
    events = list(Event.objects.about(row))
    assert len(events) == 2
    first, second = events
    assert (first.by, first.before, first.after) == (cast.person["head"], None, None)
    assert (second.verb, second.by, second.at, second.route) == (
        WRITTEN, later.person, later.now, Route.ADMIN,
    )  # fmt: skip
    assert (second.before, second.after) == ({"version": 1}, {"version": 2})
    assert second.remarks.get().text == "Fewer"


def the_same_again_leaves_no_trace_whatever_the_version(cast: Cast) -> None:
    row = commentary(cast)
    before = digest()
    for version in (1, 0, 7, None):
        # Somebody else says it at another time: who and when alone are no change.
        unchanged = write(row, "More families", cast.actor("officer"), version)
        assert (unchanged.version, digest()) == (1, before)


def a_save_from_an_older_version_is_stale(cast: Cast) -> None:
    row = commentary(cast)
    write(row, "Fewer", cast.actor("officer"), version=1)
    before = digest()
    with pytest.raises(Stale, match="while you were writing") as stale:
        write(row, "Mine", cast.actor("head"), version=1)
    assert (stale.value.current.text, stale.value.current.version) == ("Fewer", 2)
    assert digest() == before


def what_happened_before_the_lock_is_seen(cast: Cast) -> None:
    row = commentary(cast)
    Commentary.objects.filter(pk=row.pk).update(text="Meanwhile", version=2)
    with changing(row, WRITTEN, cast.actor("head")) as found:
        assert found.text == "Meanwhile"
        found.text += ", and then"
    assert Commentary.objects.get(pk=row.pk).version == 3


def row_and_event_stand_or_fall_together(cast: Cast) -> None:
    row = commentary(cast)
    before = digest()
    nobody = AnyActor(None, cast.authority("head"), TODAY, NOW)
    # The record refuses that on a page.
    with pytest.raises(IntegrityError), changing(row, WRITTEN, nobody) as found:
        found.text = "Fewer"
    assert digest() == before


def what_a_body_refuses_takes_everything_back(cast: Cast) -> None:
    row = commentary(cast)
    before = digest()
    with pytest.raises(Refused, match="Not you"), changing(row, WRITTEN, cast.actor("head")):
        Commentary.objects.update(text="A trace")
        refuse("Not you.")
    with pytest.raises(ValidationError) as wrong:
        write(row, "", cast.actor("head"))
    assert "text" in wrong.value.message_dict
    assert digest() == before


def what_changed_is_held_against_what_did_not(cast: Cast) -> None:
    made = cast.submit("north-family")
    before = digest()
    with pytest.raises(ValidationError, match="nobody_signs_off_what_they_submitted"):
        sign(made, cast.actor("manager"))
    assert digest() == before


def twice_is_once(cast: Cast) -> None:
    made = cast.submit("north-family")
    signed = sign(made, cast.actor("head"), version=made.version)
    assert (signed.state, signed.signed_off_by) == (ReturnState.SIGNED_OFF, cast.person["head"])
    before = digest()
    again = sign(made, cast.actor("head"), version=made.version)
    assert (again.signed_off_at, again.version) == (signed.signed_off_at, signed.version)
    sign(made, cast.actor("head"))  # also where no version is named
    assert digest() == before
    for person, version in [("other_head", made.version), ("head", made.version - 1)]:
        with pytest.raises(NotAllowed, match="You cannot sign off this return now: it is signed"):
            sign(made, cast.actor(person), version)
    assert digest() == before


CHECKS = [
    who_when_why_and_what_are_on_record,
    the_same_again_leaves_no_trace_whatever_the_version,
    a_save_from_an_older_version_is_stale,
    what_happened_before_the_lock_is_seen,
    row_and_event_stand_or_fall_together,
    what_a_body_refuses_takes_everything_back,
    what_changed_is_held_against_what_did_not,
    twice_is_once,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_change(check: Callable[[Cast], None], council: Cast) -> None:
    check(council)


# -- details --------------------------------------------------------------------------------


def test_what_hangs_on_a_row_is_a_change_and_goes_on_record(council: Cast) -> None:
    made = council.made("north-family")
    for owners, version in [(["a"], 1), (["a", "b"], 2)]:
        details = Details(before={"owners": []}, after={"owners": owners})
        with changing(made, MeasuresVerb.SUBMITTED, council.actor("head"), details=details):
            pass
        event = Event.objects.about(made).reverse()[0]
        assert (event.before, event.after) == ({"owners": []}, {"owners": owners})
        assert Return.objects.get(pk=made.pk).version == made.version + version
    same = Details(before={"owners": ["a"]}, after={"owners": ["a"]})
    before = digest()
    with changing(made, MeasuresVerb.SUBMITTED, council.actor("head"), details=same):
        pass
    assert digest() == before


def test_a_state_stands_bare_on_record_and_with_details_by_its_name(council: Cast) -> None:
    made = council.submit("north-family")
    sign(made, council.actor("head"))
    event = Event.objects.about(made).reverse()[0]
    assert (event.before, event.after) == ("submitted", "signed-off")
    details = Details(after={"questions": ["open-cases"]})
    verb = MeasuresVerb.REOPENED
    with changing(made, verb, council.actor("head"), reason="Look", details=details) as found:
        move(found, RETURN, ReturnAct.REOPEN, council.actor("head"))
        found.return_reason, found.signed_off_route = "Look", ""
        found.signed_off_at = found.signed_off_by = None
        found.submitted_at = found.submitted_by = None
    event = Event.objects.about(made).reverse()[0]
    assert event.before == "signed-off"
    assert event.after == {"state": "returned", "questions": ["open-cases"]}


def test_the_subject_of_an_event_can_be_another_row(council: Cast) -> None:
    row, made = commentary(council), council.made("north-family")
    with (
        transaction.atomic(),
        changing(row, WRITTEN, council.actor("head"), about=lock(made)) as found,
    ):
        found.text = "Fewer"
    assert [event.verb for event in Event.objects.about(made)] == [WRITTEN]


def test_small_guards(council: Cast) -> None:
    refuse("")
    assert required("why", " Ill \n", "Say why") == "Ill"
    with pytest.raises(ValidationError) as wrong:
        required("why", " \n", "Say why")
    assert wrong.value.message_dict == {"why": ["Say why"]}
    actor = council.actor("head")
    not_after_today("on", TODAY, actor, "Up to today")
    with pytest.raises(ValidationError):
        not_after_today("on", TODAY + dt.timedelta(days=1), actor, "Up to today")
    row = commentary(council)
    compare_version(row, 1)
    with pytest.raises(Stale):
        compare_version(row, 0)


def test_the_database_holds_constraints_and_their_words_are_told(council: Cast) -> None:
    """Of a new row and of a changed one; what came before in the transaction stands."""
    with CaptureQueriesContext(connection) as queries:
        row = commentary(council)
    looked = [one["sql"] for one in queries if '"measures_commentary"' in one["sql"]]
    assert [sql.split()[0] for sql in looked] == ["INSERT"]
    head = council.actor("head", now=NOW)
    with transaction.atomic():
        with changing(row, WRITTEN, head) as found:
            found.quarter, found.text = HISTORY[-1], "Fewer families"
        other = commentary(council)
        kept = Event.objects.count()
        with pytest.raises(ValidationError, match="already exists"):
            commentary(council)
        with (
            pytest.raises(ValidationError, match="already exists"),
            changing(other, WRITTEN, head) as found,
        ):
            found.quarter = HISTORY[-1]
        assert Event.objects.count() == kept
    assert {one.quarter for one in Commentary.objects.all()} == {OPEN, HISTORY[-1]}
