"""L6: the record is added to and never changed; the database itself sees to it."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from earlyhelp.core.actor import Route
from earlyhelp.core.change import lock
from earlyhelp.core.events import record, triggers
from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.events.triggers import check_event_triggers
from measures.corrections import actions as corrections
from measures.models import Figure, ReportingQuarter
from measures.performance.readings import record_readings
from measures.quarters import actions as quarters
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from teams.actions import take_out_words
from teams.authority import command_actor
from tests.cast import OPEN, TODAY, Cast, build_council

# Every model of ours says here whether what it holds may change.
MUTABLE = {
    # the organisation and the framework, changed through the actions, on record
    "Council", "Locality", "TeamType", "Team", "Placement", "User", "Appointment",
    "AddressChange",
    "ReportingQuarter", "DataItem", "Measure", "Target", "SeriesBreak",
    # replaced as a whole when a row's denominators, kinds of team, authors or indicators change
    "Denominator", "DataItem_team_types", "User_groups", "User_user_permissions",
    "Report_authors", "Finding_indicators",
    # the work of a quarter: every change of them is an event
    "Return", "Figure", "Commentary", "Correction",
    # people's words, which can be taken out, on record
    "Remark",
    # what waits to be done; gone when it is
    "Job",
    # what was finished, kept for a week
    "FinishedForm",
    # what the directory gave of who came through it; renewed, and gone when it refuses
    "DirectoryGrant",
    # whether the localities of a measure are left out: decided, and taken in again
    "LocalitiesLeftOut",
    # audits, findings and the plan: every change of them is an event
    "Tool", "Indicator", "GradeGuidance", "Choice", "Round", "SampledCase", "CaseAudit", "Given",
    "Given_chosen", "RemedialAction", "Finding", "FindingAction",
    "Plan", "Theme", "Outcome", "Aim", "Action", "Owner", "Update", "Occurrence",
    # a report while it is written; of an edition only its state, which the database holds
    "Report", "ReportSource", "Section", "ReportBlock", "Comment", "ChecklistAnswer",
    "Edition", "EditionFile", "EditionReader", "Redaction",
}  # fmt: skip
WRITTEN_ONCE = {
    *("Event", "Question", "CorrectedFigure", "QuarterReading", "RestoreDrill"),
    # what outsiders read, and what they had before
    *("Release", "ReleasedQuarter", "ReleasedLine", "VoidedQuarter", "KnownNumber"),
    # how cases were drawn, how a date moved, who signed a section as it then was, who opened one,
    # and what readers were told of it
    *("Draw", "TimingChange", "SectionSignature", "EditionOpening", "ToldChange"),
}


# Every app with models of ours, found by where it stands.
OURS = [
    app.label
    for app in apps.get_app_configs()
    if app.name.split(".")[0] in ("earlyhelp", "teams", "measures", "audits") and app.models
]


def our_models() -> set[str]:
    return {
        model.__name__
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def test_every_model_is_listed_as_mutable_or_not() -> None:
    assert our_models() == MUTABLE | WRITTEN_ONCE
    assert not MUTABLE & WRITTEN_ONCE


def test_nothing_in_a_quarter_s_life_changes_what_is_written_once(council: Cast) -> None:
    """Every kind of action runs; none updates or deletes a row of those tables."""
    tables = [
        model._meta.db_table
        for label in ("events", "teams", "measures")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model.__name__ in WRITTEN_ONCE
    ]
    with CaptureQueriesContext(connection) as seen:
        a_quarter_s_life(council)
    statements = [query["sql"] for query in seen.captured_queries]
    assert any("UPDATE" in sql for sql in statements)
    assert any('INSERT INTO "events_event"' in sql for sql in statements)
    for table in tables:
        for sql in statements:
            assert f'UPDATE "{table}"' not in sql
            assert f'DELETE FROM "{table}"' not in sql
    assert list(broken_chains()) == []


def a_quarter_s_life(cast: Cast) -> None:
    """Submitted, sent back, signed, reopened, signed, closed, undone, closed, read, corrected."""
    head: dict[str, Any] = {"by": cast.actor("head")}
    officer: dict[str, Any] = {"by": cast.actor("officer")}
    made = cast.submit("north-family")
    review.send_back(made, reason="Check", version=made.version, **head)
    cast.sign_off("north-family", cases_closed=22)
    made = cast.made("north-family")
    review.reopen(made, reason="Check again", version=made.version, **head)
    cast.sign_off("north-family", cases_closed=23)
    quarter = ReportingQuarter.objects.get(pk=OPEN.index)
    quarters.close_quarter(quarter, reason="The others did not answer", early=True, **officer)
    quarters.undo_closing(quarter, reason="The wrong quarter", **officer)
    quarters.close_quarter(quarter, reason="It is the end", early=True, **officer)
    for _ in range(2):
        record_readings([OPEN], by=cast.actor("board_member"))
    figure = Figure.objects.get(
        return_made=cast.made("north-family"), item=cast.item["cases-closed"]
    )
    proposed = corrections.propose({figure.pk: GivenAnswer(24)}, reason="Counted late", **officer)
    director: dict[str, Any] = {"by": cast.actor("director")}
    corrections.countersign(proposed, **director)
    review.accept_late(cast.made("south-family"), reason="They were ill", **officer)
    late = cast.submit("south-family", "other_manager")
    words = Remark.objects.filter(event__subject_id=late.pk)[0]
    take_out_words(words, by=cast.actor("administrator"), reason="A name")
    row = quarters.plan_quarter(OPEN + 1, due_on=TODAY + dt.timedelta(days=90), by=command_actor())
    quarters.open_quarter(row, **officer)


def test_entries_that_take_several_statements_keep_their_order_and_their_words(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "BATCH_SIZE", 3)
    subject = council.made("north-family")
    after = [{"value": number, "text": 'a "quoted" é'} for number in range(8)]
    entries = [
        record.Entry("tried", subject, str(n), None, value, {"note": f"note {n}", "reason": ""})
        for n, value in enumerate(after)
    ]
    at = timezone.now()
    with transaction.atomic():
        lock(subject)
        record.write(entries, by=council.person["head"], route=Route.FORM, at=at)
    written = Event.objects.filter(verb="tried")
    assert [event.after for event in written] == after
    assert {(event.at, event.by, event.subject_id, event.before) for event in written} == {
        (at, council.person["head"], subject.pk, None)
    }
    notes = [(remark.kind, remark.text) for event in written for remark in event.remarks.all()]
    assert notes == [("note", f"note {number}") for number in range(8)]
    # Nothing stands as the database's own null, not as JSON's.
    assert written.filter(before__isnull=True).count() == 8


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events_event SET verb = 'forged'",
        "UPDATE events_event SET verb = verb WHERE id = (SELECT min(id) FROM events_event)",
        "DELETE FROM events_event",
        "DELETE FROM events_event WHERE id = (SELECT min(id) FROM events_event)",
    ],
)
def test_the_database_refuses_to_change_the_record(council: Cast, statement: str) -> None:
    before = list(Event.objects.values_list())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)
    assert list(Event.objects.values_list()) == before


def test_the_record_cannot_be_truncated_or_replaced(council: Cast) -> None:
    """PostgreSQL can empty a table in one go; SQLite can replace a row by inserting it."""
    before = list(Event.objects.values_list())
    others = [field.column for field in Event._meta.concrete_fields if not field.primary_key]
    named = ", ".join(others)
    replacing = [
        "REPLACE INTO events_event SELECT * FROM events_event",
        f"REPLACE INTO events_event ({named}) SELECT {named} FROM events_event",
    ]
    emptying = ["TRUNCATE events_event CASCADE"]
    connection.check_constraints()  # PostgreSQL empties no table while some wait
    for statement in emptying if connection.vendor == "postgresql" else replacing:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)
        assert list(Event.objects.values_list()) == before


@pytest.mark.django_db(transaction=True)
def test_a_lost_trigger_is_noticed_and_comes_back_with_migrate() -> None:
    """SQLite rebuilds a table without its triggers; on PostgreSQL somebody may disable them."""
    build_council()
    assert check_event_triggers(databases=["default"]) == []
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            editor._remake_table(Event)  # type: ignore[attr-defined]
    else:
        connection.cursor().execute("ALTER TABLE events_event DISABLE TRIGGER USER")
    assert Event.objects.filter(verb="created").update(verb="forged")
    (said,) = check_event_triggers(databases=["default"])
    assert said.id == "events.W001"
    assert all(name in said.msg for name in triggers.NAMES[connection.vendor])
    call_command("migrate", verbosity=0)
    assert check_event_triggers(databases=["default"]) == []
    with pytest.raises(DatabaseError, match="never changed"):
        Event.objects.filter(verb="forged").update(verb="created")


def test_the_check_asks_only_the_databases_it_is_told(db: None) -> None:
    triggers.remove(connection)
    assert check_event_triggers(databases=None) == []
    assert [said.id for said in check_event_triggers(databases=["default"])] == ["events.W001"]
    triggers.install(connection)
    assert check_event_triggers(databases=["default"]) == []


def test_words_taken_out_leave_the_record_whole(council: Cast) -> None:
    event = Event.objects.about(council.submit("north-family")).latest("id")
    remark = Remark.objects.create(event=event, kind=Remark.Kind.REASON, text="Ask J.")
    before = Event.objects.count()
    found = take_out_words(remark, by=council.actor("administrator"), reason="A name")
    assert (found.text, found.removed_by) == ("", council.person["administrator"])
    assert Event.objects.count() == before + 1
    assert Event.objects.get(pk=event.pk).verb == event.verb
