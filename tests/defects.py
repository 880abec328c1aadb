"""Defects that ``verify_data`` has to find: for each check, ways to plant what it looks for.

Most of it the database refuses, so a table is put aside for one that has its rows and none of its
guards; the test's transaction takes that back. Whoever registers a check plants its defects here.
"""

from collections.abc import Callable

from django.db import connection
from django.db.models import F

from earlyhelp.core.events import triggers
from earlyhelp.core.events.models import Event
from earlyhelp.report.models import Edition, EditionFile
from earlyhelp.report.tree import digest_of
from measures.models import Figure, Question, ReportingQuarter, Return
from measures.releases.models import Release, ReleasedLine, ReleasedQuarter
from measures.workflow import QuarterState
from teams.models import Placement, Team
from tests.cast import HISTORY, OPEN, Cast
from tests.report import making as report_making

Plant = Callable[[Cast], object]


def unguard(*models: type) -> None:
    """Put each model's table aside for a copy without constraints, indexes and triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # What points to the table goes on pointing to its name.
            cursor.execute("PRAGMA legacy_alter_table=ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in models:
            table = model._meta.db_table
            cursor.execute(f'ALTER TABLE "{table}" RENAME TO "{table}_aside"')
            cursor.execute(f'CREATE TABLE "{table}" AS SELECT * FROM "{table}_aside"')
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA legacy_alter_table=OFF")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql)


def a_row_gone(cast: Cast) -> None:
    unguard(Question, Team)
    Team._base_manager.filter(code="city-team")._raw_delete("default")


def a_constraint_gone(cast: Cast) -> None:
    if connection.vendor == "sqlite":
        _run("DROP INDEX one_city_target_per_measure_and_year")
    else:
        _run("ALTER TABLE measures_figure DROP CONSTRAINT figure_is_not_below_zero")


def an_index_gone(cast: Cast) -> None:
    _run("DROP INDEX figure_sum")


def a_trigger_gone(cast: Cast) -> None:
    triggers.remove(connection)


def an_event_altered(cast: Cast) -> None:
    made = cast.submit("north-family")
    unguard(Event)
    Event.objects.about(made).filter(part="open-cases").update(after={"value": 7})


def an_event_gone(cast: Cast) -> None:
    made = cast.submit("north-family")
    unguard(Event)
    Event.objects.about(made).filter(sequence=2)._raw_delete("default")


def a_state_changed(cast: Cast) -> None:
    made = cast.sign_off("north-family")
    unguard(Return)
    Return.objects.filter(pk=made.pk).update(state="submitted")


def a_quarter_reopened(cast: Cast) -> None:
    ReportingQuarter.objects.filter(pk=HISTORY[3].index).update(
        state=QuarterState.OPEN, closed_at=None, closed_by=None, closing_reason=""
    )


def two_places_at_once(cast: Cast) -> None:
    unguard(Placement)
    for number, name in enumerate(("north", "south"), start=1):
        Placement.objects.create(
            pk=number,
            team=cast.team["north-family"],
            locality=cast.locality[name],
            from_quarter=OPEN + 1,
        )


def a_city_wide_team_moved(cast: Cast) -> None:
    Placement.objects.create(
        team=cast.team["city-team"], locality=cast.locality["north"], from_quarter=OPEN + 1
    )


def teams_after_each_other(cast: Cast) -> None:
    for one, other in (("north-family", "south-family"), ("south-family", "north-family")):
        Team.objects.filter(code=one).update(successor=cast.team[other])


def a_figure_changed(cast: Cast) -> None:
    figures = Figure.objects.filter(return_made=cast.made("north-family", HISTORY[1]))
    figures.filter(item__code="open-cases").update(value=F("value") + 1)


def a_figure_without_its_event(cast: Cast) -> None:
    figures = Figure.objects.filter(return_made=cast.made("south-centre"))
    figures.filter(item__code="staff").update(value=10)


def a_figure_gone(cast: Cast) -> None:
    made = cast.made("north-family", HISTORY[1])
    Figure.objects.filter(return_made=made, item__code="open-cases").delete()


def a_question_gone(cast: Cast) -> None:
    Question.objects.filter(quarter=OPEN.index, item__code="staff").delete()


def a_return_elsewhere(cast: Cast) -> None:
    Return.objects.filter(pk=cast.made("north-family").pk).update(locality=cast.locality["south"])


def a_move_behind_the_guard(cast: Cast) -> None:
    Placement.objects.create(
        team=cast.team["north-family"], locality=cast.locality["south"], from_quarter=HISTORY[2]
    )


def a_team_of_another_kind(cast: Cast) -> None:
    Team.objects.filter(code="north-family").update(type=cast.team["north-centre"].type)


def signed_off_without_submission(cast: Cast) -> None:
    made = cast.sign_off("north-family")
    unguard(Return)
    Return.objects.filter(pk=made.pk).update(submitted_at=None, submitted_by=None)


def signed_off_off_the_record(cast: Cast) -> None:
    made, head = cast.submit("north-family"), cast.person["head"]
    Return.objects.filter(pk=made.pk).update(
        state="signed-off",
        signed_off_at=F("submitted_at"),
        signed_off_by=head,
        signed_off_route="form",
    )


def signed_off_by_the_same(cast: Cast) -> None:
    made = cast.sign_off("north-family")
    unguard(Return)
    Return.objects.filter(pk=made.pk).update(signed_off_by=F("submitted_by"))


def a_return_gone(cast: Cast) -> None:
    unguard(Return, Figure)
    Return.objects.filter(team=cast.team["city-team"], quarter=OPEN.index)._raw_delete("default")


def a_mask_changed(cast: Cast) -> None:
    unguard(ReleasedLine)
    ReleasedLine.objects.filter(measure__code="staff", locality=None).update(is_hidden=True)


def a_released_number_changed(cast: Cast) -> None:
    unguard(ReleasedLine)
    ReleasedLine.objects.filter(measure__code="staff").update(numerator=F("numerator") + 1)


def who_was_asked_gone(cast: Cast) -> None:
    unguard(ReleasedQuarter)
    ReleasedQuarter.objects.filter(quarter=HISTORY[0].index)._raw_delete("default")


def what_it_rests_on_changed(cast: Cast) -> None:
    unguard(Release)
    Release.objects.update(ground={})


def an_edition_changed(cast: Cast) -> None:
    edition = report_making.approved(cast)
    unguard(Edition)
    Edition.objects.filter(pk=edition.pk).update(internal=edition.internal.replace("met", "left"))


def an_edition_digested_again(cast: Cast) -> None:
    edition = report_making.approved(cast)
    changed = edition.external.replace("met", "left")
    unguard(Edition)
    Edition.objects.filter(pk=edition.pk).update(
        external=changed, external_digest=digest_of(changed)
    )


def a_file_of_another_content(cast: Cast) -> None:
    report_making.published(cast)
    unguard(EditionFile)
    EditionFile.objects.filter(audience="external").update(document_digest="0" * 64)


def a_file_emptied(cast: Cast) -> None:
    report_making.published(cast)
    unguard(EditionFile)
    EditionFile.objects.filter(audience="internal").update(content=b"")


def a_byte_of_a_file_changed(cast: Cast) -> None:
    report_making.published(cast)
    unguard(EditionFile)
    EditionFile.objects.filter(audience="internal").update(content=b"built bef0re")


DEFECTS: dict[str, list[Plant]] = {
    "orphans": [a_row_gone],
    "guards": [a_constraint_gone, an_index_gone, a_trigger_gone],
    "record": [an_event_altered, an_event_gone],
    "states": [a_state_changed, a_quarter_reopened],
    "placements": [two_places_at_once, a_city_wide_team_moved],
    "successors": [teams_after_each_other],
    "figures": [a_figure_changed, a_figure_without_its_event, a_figure_gone],
    "questions": [a_figure_gone, a_question_gone],
    "places": [a_return_elsewhere, a_move_behind_the_guard, a_team_of_another_kind],
    "sign-off": [
        signed_off_without_submission,
        signed_off_off_the_record,
        signed_off_by_the_same,
    ],
    "returns": [a_return_gone],
    "releases": [
        a_mask_changed,
        a_released_number_changed,
        who_was_asked_gone,
        what_it_rests_on_changed,
    ],
    "editions": [an_edition_changed, an_edition_digested_again],
    "edition files": [a_file_of_another_content, a_file_emptied, a_byte_of_a_file_changed],
}
