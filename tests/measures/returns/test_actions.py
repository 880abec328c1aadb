"""Saving, confirming and submitting a return: what is written, what is refused, and twice is once."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.actor import Route
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event, Remark
from measures.exchange import actions as loading
from measures.models import Figure
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.actions import FiguresRefused
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import NotAllowed, ReturnState
from teams.permissions import Refused
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.acting import answers, digest, figure, reporting, unchanged_by, verbs, who


def test_a_save_writes_what_differs_and_one_event_for_each(council: Cast) -> None:
    made = council.made("north-family")
    given = answers(
        council,
        made,
        cases_closed=7,
        open_cases=GivenAnswer(answer="not-provided", note="System down"),
    )
    saved = entry.save_figures(made, given, version=0, **who(council, "manager"))
    assert (saved.state, saved.version) == (ReturnState.DRAFT, 1)
    closed = figure(council, "north-family", "cases-closed")
    assert (closed.value, closed.entered_by, closed.entered_route) == (
        7, council.person["manager"], Route.FORM,
    )  # fmt: skip
    events = {event.part: event for event in Event.objects.about(saved)}
    assert {part: (event.before, event.after) for part, event in events.items()} == {
        "cases-closed": (None, {"value": 7}),
        "open-cases": (None, {"answer": "not-provided"}),
    }
    assert [event.by for event in events.values()] == [council.person["manager"]] * 2
    assert Remark.objects.get(event=events["open-cases"]).text == "System down"

    given = answers(council, made, cases_closed=8)
    entry.save_figures(saved, given, version=1, **who(council, "contributor"))
    assert verbs(saved) == ["figure saved"] * 3
    last = Event.objects.about(saved).reverse()[0]
    assert (last.before, last.after) == ({"value": 7}, {"value": 8})


def test_a_save_takes_as_many_queries_for_every_figure_as_for_one(council: Cast) -> None:
    made = council.fill_in("north-family")
    numbers = []
    for more, items in ((1, 1), (2, None)):
        given = {
            row.item_id: GivenAnswer(row.value + more)
            for row in list(Figure.objects.of(made))[:items]
            if row.value is not None
        }
        with CaptureQueriesContext(connection) as seen:
            made = entry.save_figures(made, given, version=made.version, **who(council, "manager"))
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_an_answer_without_a_reason_is_refused_in_words(council: Cast) -> None:
    made = council.made("north-family")
    given = answers(council, made, cases_closed=7, open_cases=GivenAnswer(answer="not-provided"))
    save = partial(entry.save_figures, made, given, version=0, **who(council, "manager"))
    unchanged_by(save, FiguresRefused, "say why there is no number")


def test_a_save_keeps_what_is_valid_and_none_of_what_a_rule_joins(council: Cast) -> None:
    made = council.fill_in("north-family")
    given = answers(
        council,
        made,
        open_cases=50,
        surveys_received=5,
        surveys_helped=6,
        cases_closed=GivenAnswer(answer="not-provided"),
    )
    saved = entry.save_valid(made, given, version=made.version, **who(council, "manager"))
    assert (saved.is_new, saved.row.version) == (True, made.version + 1)
    assert set(saved.refused) == {
        council.item[code].pk for code in ("surveys-received", "surveys-helped", "cases-closed")
    }
    assert figure(council, "north-family", "open-cases").value == 50
    assert figure(council, "north-family", "surveys-received").value != 5
    assert figure(council, "north-family", "cases-closed").answer == ""


def test_a_save_of_which_nothing_is_valid_leaves_no_trace(council: Cast) -> None:
    made = council.fill_in("north-family")
    before = digest()
    given = answers(council, made, surveys_helped=600)
    saved = entry.save_valid(made, given, version=made.version, **who(council, "manager"))
    assert (saved.is_new, saved.row.version, len(saved.refused)) == (False, made.version, 1)
    assert digest() == before


def test_an_older_version_saves_nothing_of_what_is_valid(council: Cast) -> None:
    made = council.fill_in("north-family")
    given = answers(council, made, open_cases=50, surveys_helped=600)
    save = partial(
        entry.save_valid, made, given, version=made.version - 1, **who(council, "manager")
    )
    unchanged_by(save, Stale, "Somebody else saved this return")


def test_saving_what_is_there_changes_nothing_whatever_the_version(council: Cast) -> None:
    made = council.fill_in("north-family")
    before = digest()
    given = {row.item_id: GivenAnswer.of(row) for row in Figure.objects.of(made)}
    for version in (made.version, 0, 99):
        entry.save_figures(made, given, version=version, **who(council, "manager"))
    assert digest() == before


def test_an_emptied_answer_is_not_answered_and_nobody_s(council: Cast) -> None:
    made = council.fill_in("north-family")
    given = answers(council, made, cases_closed=GivenAnswer())
    entry.save_figures(made, given, version=made.version, **who(council, "manager"))
    emptied = figure(council, "north-family", "cases-closed")
    assert (emptied.value, emptied.answer, emptied.entered_by, emptied.entered_at) == (
        None, "", None, None,
    )  # fmt: skip
    assert Event.objects.about(made).reverse()[0].after is None


def test_saves_that_are_refused(council: Cast) -> None:
    made = council.made("north-family")
    one = answers(council, made, cases_closed=7)

    def save(person: str, given: dict[int, GivenAnswer], version: int = 0) -> object:
        return entry.save_figures(made, given, version=version, **who(council, person))

    for person in ("other_manager", "head", "officer", "auditor", "board_member", "administrator"):
        unchanged_by(partial(save, person, one), Refused, "not appointed to enter figures")
    unchanged_by(lambda: save("leaver", one), Refused, "not appointed to enter figures")
    elsewhere = partial(entry.save_figures, council.made("south-family"), one, version=0)
    contributor = who(council, "contributor")
    unchanged_by(lambda: elsewhere(**contributor), Refused, "not appointed to enter figures")
    part = answers(council, made, surveys_received=3, surveys_helped=4)
    unchanged_by(
        lambda: save("manager", part),
        FiguresRefused,
        "“Helped” (4) cannot be more than “Surveys received” (3)",
    )
    unchanged_by(lambda: save("manager", one, 1), Stale, "Somebody else saved")
    save("manager", one)
    unchanged_by(lambda: save("manager", answers(council, made, cases_closed=9)), Stale, "else")
    past = council.made("north-family", HISTORY[0])
    unchanged_by(
        lambda: entry.save_figures(past, one, version=past.version, **who(council, "manager")),
        NotAllowed,
        "closed",
    )
    made = council.submit("north-family")
    unchanged_by(lambda: save("manager", one, made.version), NotAllowed, "it has been submitted")


def test_a_question_that_was_not_asked_is_left_out(council: Cast) -> None:
    made = council.made("north-family")
    before = digest()
    entry.save_figures(made, answers(council, made, staff=5), version=0, **who(council, "manager"))
    assert digest() == before


def test_figures_from_an_extract_wait_for_the_manager(council: Cast) -> None:
    made = council.fill_in("north-family")
    line = loading.FigureLine(made.team, OPEN, council.item["cases-closed"].pk, GivenAnswer(30))
    loading.load_figures([line], signed_off=False, by=council.actor("officer", route=Route.IMPORT))
    made = council.made("north-family")
    assert not figure(council, "north-family", "cases-closed").is_confirmed
    manager = who(council, "manager")
    unchanged_by(
        lambda: entry.submit(made, version=made.version, **manager),
        FiguresRefused,
        "Confirm “Cases",
    )
    for person in ("contributor", "officer", "other_manager"):
        unchanged_by(
            partial(entry.confirm_figures, made, version=made.version, **who(council, person)),
            Refused,
            "Only the team's manager",
        )
    unchanged_by(lambda: entry.confirm_figures(made, version=0, **manager), Stale, "else")
    confirmed = entry.confirm_figures(made, version=made.version, **manager)
    assert (confirmed.version, verbs(made)[-1]) == (made.version + 1, "figure confirmed")
    assert figure(council, "north-family", "cases-closed").is_confirmed
    before = digest()
    entry.confirm_figures(confirmed, version=confirmed.version, **manager)
    assert digest() == before


def test_submitting_writes_who_and_when_and_twice_is_once(council: Cast) -> None:
    made = council.submit("north-family")
    assert (made.state, made.submitted_by) == (ReturnState.SUBMITTED, council.person["manager"])
    event = Event.objects.about(made).get(verb="submitted")
    assert (event.before, event.after) == (ReturnState.DRAFT, ReturnState.SUBMITTED)
    before = digest()
    again = entry.submit(made, version=made.version - 1, **who(council, "manager"))
    assert (again.version, again.submitted_at) == (made.version, made.submitted_at)
    assert digest() == before


def test_submissions_that_are_refused(council: Cast) -> None:
    made = council.made("north-family")

    def submit(person: str, version: int) -> object:
        return entry.submit(made, version=version, **who(council, person))

    unchanged_by(lambda: submit("manager", 0), FiguresRefused, "Answer “Open cases”")
    made = council.fill_in("north-family")
    version = made.version
    for person in ("contributor", "other_manager", "head", "officer", "leaver"):
        unchanged_by(partial(submit, person, version), Refused, "not appointed to submit")
    unchanged_by(lambda: submit("manager", 0), Stale, "Somebody else saved")
    given = answers(council, made, cases_closed=900)
    made = entry.save_figures(made, given, version=version, **who(council, "manager"))
    unchanged_by(
        lambda: submit("manager", made.version), FiguresRefused, "Say why “Cases closed” is right"
    )
    why = answers(
        council, made, cases_closed=GivenAnswer(900, explanation="A year's backlog was closed")
    )
    made = entry.save_figures(made, why, version=made.version, **who(council, "manager"))
    assert submit("manager", made.version)
    unchanged_by(lambda: submit("manager", made.version + 1), NotAllowed, "has been submitted")
    other = council.fill_in("south-family", "other_manager")
    quarters.close_quarter(
        reporting(), reason="It is over", early=True, by=council.actor("officer")
    )
    unchanged_by(
        lambda: entry.submit(other, version=other.version, **who(council, "other_manager")),
        NotAllowed,
        "closed",
    )


def test_a_return_that_came_back_is_submitted_with_an_answer(council: Cast) -> None:
    made = council.submit("north-family")
    review.send_back(made, reason="Look", version=made.version, by=council.actor("head"))
    made = council.made("north-family")
    sent = entry.submit(
        made, version=made.version, response=" Counted again ", **who(council, "manager")
    )
    assert (sent.response, sent.return_reason) == ("Counted again", "Look")
    event = Event.objects.about(made).filter(verb="submitted").reverse()[0]
    assert event.remarks.get().text == "Counted again"


@pytest.mark.parametrize("team", ["north-family", "city-team"])
def test_the_performance_officer_enters_the_city_wide_return_only(council: Cast, team: str) -> None:
    made = council.made(team)
    code = "children_in_care" if team == "city-team" else "cases_closed"
    given = answers(council, made, **{code: 451})
    officer = who(council, "officer")
    if team == "city-team":
        made = entry.save_figures(made, given, version=0, **officer)
        assert entry.submit(made, version=1, **officer).state == ReturnState.SUBMITTED
    else:
        unchanged_by(
            lambda: entry.save_figures(made, given, version=0, **officer), Refused, "not appointed"
        )
