"""What was published stays: no later change reaches an edition, and what changed is listed."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from earlyhelp.core.work import jobs
from earlyhelp.report.files import file_of
from earlyhelp.report.models import Edition
from earlyhelp.report.publishing.since import changed_since
from earlyhelp.report.tree import digest_of
from measures.corrections import actions as corrections
from measures.framework import actions as keeping
from measures.models import ReportingQuarter, Target
from measures.quarters.actions import close_quarter
from measures.querysets import Audience
from measures.returns.answers import GivenAnswer
from teams.actions import keep
from teams.authority import command_actor
from teams.models import Placement
from tests.cast import HISTORY, OPEN, TODAY, Cast
from tests.measures.acting import figure
from tests.pages import text
from tests.report import making
from tests.report.fetching import fetched

pytestmark = pytest.mark.django_db

WORDS = (
    "There were {{open-cases}} open cases. Of families {{helped}} were helped, in North "
    "{{helped in North}}, against a target of {{target of helped next year}}. Families were met at home."
)


def a_correction(cast: Cast) -> None:
    changes = {figure(cast, "north-family", "open-cases", HISTORY[3]).pk: GivenAnswer(44)}
    made = corrections.propose(changes, reason="North counted twice", by=cast.actor("officer"))
    corrections.countersign(made, by=cast.actor("director"))


def a_measure_renamed(cast: Cast) -> None:
    measure = cast.measure["open-cases"]
    measure.name = "Cases open at the end"
    keeping.keep_measure(measure, denominators=[], by=command_actor())


def another_denominator(cast: Cast) -> None:
    measure = cast.measure["helped"]
    denominators = [cast.item["cases-closed"], cast.item["surveys-received"]]
    keeping.keep_measure(measure, denominators=denominators, by=command_actor())


def a_new_target(cast: Cast) -> None:
    target = Target.objects.get(measure=cast.measure["helped"])
    target.target = 90
    keeping.set_target(target, by=command_actor(), reason="The plan")


def a_team_closed(cast: Cast) -> None:
    team = cast.team["north-centre"]
    team.closed_on = OPEN.last_day
    keep(team, by=command_actor(), reason="It closed")


def a_team_moved(cast: Cast) -> None:
    moved = Placement(
        team=cast.team["north-family"], locality=cast.locality["south"], from_quarter=OPEN + 1
    )
    keep(moved, by=command_actor(), reason="Reorganised")


CHANGES = [
    *(a_correction, a_measure_renamed, another_denominator),
    *(a_new_target, a_team_closed, a_team_moved),
]


def state(edition: Edition) -> list[object]:
    edition = Edition.objects.get(pk=edition.pk)
    kept = [(digest_of(edition.content(one)), edition.digest(one)) for one in Audience.values]
    files = [bytes(file_of(edition, one, "csv").content) for one in Audience.values]
    built = sorted(edition.files.values_list("audience", "kind", "document_digest"))
    return [edition.internal, edition.external, kept, files, built]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_no_later_change_reaches_an_edition(
    change: Callable[[Cast], None], council: Cast, sign_in: Callable[[str], Client]
) -> None:
    edition = making.published(council, WORDS)
    before, officer = state(edition), sign_in("officer")
    read = officer.get(edition.url)
    downloaded = fetched(officer, f"{edition.url}files/csv/").content
    change(council)
    assert state(edition) == before
    again = officer.get(edition.url)
    assert again.context["page"].content == read.context["page"].content
    assert fetched(officer, f"{edition.url}files/csv/").content == downloaded


def test_a_correction_is_told_inside_at_once_and_outside_from_the_next_closing(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    edition = making.published(council, WORDS)
    a_correction(council)
    [changed] = changed_since(edition, Audience.INTERNAL, TODAY)
    assert (changed.was, changed.now) == ("152", "153")
    assert (changed.on, changed.kind) == ("5 July 2016", "error in the data")
    assert changed.why == "North counted twice"
    assert list(changed.sentences) == ["There were 152 open cases."]
    assert changed_since(edition, Audience.EXTERNAL, TODAY) == []
    member = sign_in("board_member")
    assert "What changed since" not in text(member.get(edition.url))
    council.sign_off("north-family")
    quarter = ReportingQuarter.objects.get(pk=OPEN.index)
    close_quarter(quarter, reason="It is over", early=True, by=council.actor("officer"))
    jobs.deliver()
    page = text(member.get(edition.url))
    assert "was 152, is 153 since 5 July 2016 (error in the data)" in page, page
    assert "There were 152 open cases." in page
    assert "North counted twice" not in page
    assert "North counted twice" in text(sign_in("officer").get(edition.url))


def test_a_figure_keeps_its_definition_question_and_target_as_they_were(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    measure = council.measure["helped"]
    item, below = measure.numerator, list(measure.denominators.all())
    target = Target(measure=measure, year=2015, target=62, close_within=5)
    keeping.set_target(target, by=command_actor())
    edition = making.published(council, "Of families {{helped}} were helped at home.")
    was = [measure.definition, item.name, item.definition, "62%"]
    measure.definition, target.target = "Said otherwise", Decimal(91)
    keeping.keep_measure(measure, denominators=below, by=command_actor())
    item.name, item.definition = "Cases that ended", "Counted otherwise"
    keeping.keep_item(item, team_types=item.team_types.all(), by=command_actor())
    keeping.set_target(target, by=command_actor(), reason="The plan")
    page = text(sign_in("officer").get(f"{edition.url}figures/1/"))
    for one in was:
        assert one in page, one
    for later in ("Said otherwise", "Cases that ended", "Counted otherwise", "91%"):
        assert later not in page


def test_another_definition_is_told_as_such(council: Cast) -> None:
    edition = making.published(council, WORDS)
    another_denominator(council)
    kinds = {one.kind for one in changed_since(edition, Audience.INTERNAL, TODAY)}
    assert kinds == {"new definition or method"}
