"""The database takes no half-set state of the framework, the returns and what comes after.

Each table says, independently of the models, which states of a row are sound. Every
combination is tried in SQL, past the actions; the constraint that answers is named.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from earlyhelp.core.actor import Route
from measures.models import (
    Commentary,
    CorrectedFigure,
    Correction,
    DataItem,
    Denominator,
    Figure,
    QuarterReading,
    Question,
    ReportingQuarter,
    Return,
    SeriesBreak,
    Target,
)
from measures.workflow import CorrectionKind, CorrectionState, QuarterState, ReturnState
from tests.cast import OPEN, Cast
from tests.constraints import every_state, names, refused_twice, violated

NOW = timezone.now()
State = dict[str, Any]

# A row, the states to try, which of them are sound, and the constraints that must be heard.
Case = tuple[
    Callable[[Cast], models.Model],
    Callable[[Cast], dict[str, list[Any]]],
    Callable[[State], bool],
    set[str],
]


def head(cast: Cast) -> int:
    return cast.person["head"].pk


def manager(cast: Cast) -> int:
    return cast.person["manager"].pk


def figure(cast: Cast) -> Figure:
    return Figure.objects.get(return_made=cast.made("north-family"), item=cast.item["cases-closed"])


def correction(cast: Cast) -> Correction:
    return Correction.objects.create(
        reason="Counted twice", proposed_at=NOW, proposed_by=cast.person["officer"]
    )


def corrected(cast: Cast) -> CorrectedFigure:
    return CorrectedFigure.objects.create(
        correction=correction(cast), figure=figure(cast), before_value=1, after_value=2
    )


def commentary(cast: Cast) -> Commentary:
    return Commentary.objects.create(
        measure=cast.measure["helped"],
        quarter=OPEN,
        text="More families",
        written_at=NOW,
        written_by=cast.person["officer"],
    )


def quarter_is_sound(state: State) -> bool:
    opened, closed = state["opened_at"] is not None, state["closed_at"] is not None
    if state["opened_by"] and not opened:
        return False
    if state["closed_by"] and not closed:
        return False
    wanted = {
        QuarterState.UPCOMING.value: (False, False),
        QuarterState.OPEN.value: (True, False),
        QuarterState.CLOSED.value: (True, True),
    }
    if wanted.get(state["state"]) != (opened, closed):
        return False
    return closed or not state["closing_reason"]


def signing_is_sound(state: State) -> bool:
    """Who and when of a submission and of a sign-off, held to the return's state."""
    sent, signed = state["submitted_at"] is not None, state["signed_off_at"] is not None
    by_import = state["signed_off_route"] == Route.IMPORT
    if state["submitted_by"] and not sent:
        return False
    if sent and not state["submitted_by"] and not by_import:
        return False
    if signed:
        route = Route.FORM if state["signed_off_by"] else Route.IMPORT
        if state["signed_off_route"] != route:
            return False
    elif state["signed_off_by"] or state["signed_off_route"]:
        return False
    if state["signed_off_by"] and state["signed_off_by"] == state["submitted_by"]:
        return False
    wanted = {
        ReturnState.DUE.value: (False, False),
        ReturnState.DRAFT.value: (False, False),
        ReturnState.SUBMITTED.value: (True, False),
        ReturnState.SIGNED_OFF.value: (True, True),
    }
    return wanted.get(state["state"]) == (sent, signed)


def sending_back_is_sound(state: State) -> bool:
    parts = [bool(state[name]) for name in ("returned_at", "returned_by", "return_reason")]
    if any(parts) != all(parts):
        return False
    return all(parts) or state["state"] != ReturnState.RETURNED


def entry_is_sound(state: State) -> bool:
    when, who, route = state["entered_at"], state["entered_by"], state["entered_route"]
    if when is None:
        return who is None and route == "" and state["is_confirmed"]
    return bool(route) if who else route in (Route.IMPORT, Route.COMMAND)


def answer_is_sound(state: State) -> bool:
    value, answer = state["value"], state["answer"]
    if value is not None and (value < 0 or answer):
        return False
    return answer in ("", "not-applicable", "not-provided") and bool(not answer or state["note"])


def decision_is_sound(state: State) -> bool:
    if state["decided_by"] and state["decided_by"] == state["proposed_by"]:
        return False
    decided = (state["decided_at"] is not None, state["decided_by"] is not None)
    if state["state"] == CorrectionState.PROPOSED:
        return decided == (False, False)
    known = (CorrectionState.COUNTERSIGNED, CorrectionState.DECLINED)
    return state["state"] in known and decided == (True, True)


def correction_is_sound(state: State) -> bool:
    value, answer = state["after_value"], state["after_answer"]
    if value is not None:
        return value >= 0 and answer == ""
    return answer in ("not-applicable", "not-provided") and bool(state["after_note"])


CASES: dict[str, Case] = {
    "a quarter's state": (
        lambda cast: ReportingQuarter.objects.get(pk=OPEN.index),
        lambda cast: {
            "state": [*QuarterState.values, "ajar"],
            "opened_at": [None, NOW],
            "opened_by": [None, head(cast)],
            "closed_at": [None, NOW],
            "closed_by": [None, head(cast)],
            "closing_reason": ["", "It is July"],
        },
        quarter_is_sound,
        {
            "quarter_opened_by_somebody_has_a_time",
            "quarter_closed_by_somebody_has_a_time",
            "quarter_is_opened_when_its_state_says_so",
            "quarter_is_closed_when_its_state_says_so",
        },
    ),
    "a question's timing and decimals": (
        lambda cast: cast.item["cases-closed"],
        lambda cast: {"timing": ["snapshot", "flow", "daily", ""], "decimals": [0, 1, 2, 3]},
        lambda state: state["timing"] in ("snapshot", "flow") and state["decimals"] < 3,
        {"item_timing_is_snapshot_or_flow", "item_decimals_at_most_2"},
    ),
    "what small numbers of a question can tell on": (
        lambda cast: cast.item["cases-closed"],
        lambda cast: {"protect": ["yes", "no", "", "so"]},
        lambda state: state["protect"] != "so",
        {"item_protect_is_yes_no_or_empty"},
    ),
    "a question's whole and its quarters": (
        lambda cast: cast.item["cases-closed"],
        lambda cast: {
            "part_of": [None, cast.item["cases-closed"].pk, cast.item["surveys-received"].pk],
            "from_quarter": [None, OPEN, OPEN + 1],
            "to_quarter": [None, OPEN, OPEN + 1],
        },
        lambda state: (
            state["part_of"] != DataItem.objects.get(code="cases-closed").pk
            and (state["from_quarter"], state["to_quarter"]) != (OPEN + 1, OPEN)
        ),
        {"item_is_not_part_of_itself", "item_ends_after_it_starts"},
    ),
    "a measure": (
        lambda cast: cast.measure["helped"],
        lambda cast: {
            "scale": [1, 100, 1000, 10000, 100000, 10, 0],
            "heading": ["how-much", "how-well", "impact", "why", ""],
            "good": ["higher", "lower", "neither", "both", ""],
        },
        lambda state: (
            state["scale"] in (1, 100, 1000, 10000, 100000)
            and state["heading"] in ("how-much", "how-well", "impact")
            and state["good"] in ("higher", "lower", "neither")
        ),
        {"measure_scale_is_known", "measure_heading_is_known", "measure_good_direction_is_known"},
    ),
    "a target": (
        lambda cast: Target.objects.all()[0],
        lambda cast: {"target": [-1, 0, 75], "close_within": [-1, 0, 5]},
        lambda state: state["target"] >= 0 and state["close_within"] >= 0,
        {"target_is_not_negative"},
    ),
    "a return's submission and sign-off": (
        lambda cast: cast.made("north-family"),
        lambda cast: {
            "state": [*set(ReturnState.values) - {ReturnState.RETURNED}, "lost"],
            "submitted_at": [None, NOW],
            "submitted_by": [None, head(cast), manager(cast)],
            "signed_off_at": [None, NOW],
            "signed_off_by": [None, head(cast)],
            "signed_off_route": ["", *Route.values],
        },
        signing_is_sound,
        {
            "return_state_is_known",
            "submission_has_who_and_when",
            "sign_off_has_who_and_when_or_came_by_import",
            "return_is_signed_off_when_its_state_says_so",
            "return_is_submitted_when_its_state_says_so",
            "nobody_signs_off_what_they_submitted",
        },
    ),
    "a return that was sent back": (
        lambda cast: cast.made("north-family"),
        lambda cast: {
            "state": [ReturnState.DUE, ReturnState.DRAFT, ReturnState.RETURNED],
            "returned_at": [None, NOW],
            "returned_by": [None, head(cast)],
            "return_reason": ["", "Look again"],
        },
        sending_back_is_sound,
        {"a_returned_return_has_who_when_and_why", "return_was_sent_back_when_its_state_says_so"},
    ),
    "a return accepted late": (
        lambda cast: cast.made("north-family"),
        lambda cast: {"accepted_late_at": [None, NOW], "accepted_late_by": [None, head(cast)]},
        lambda state: bool(state["accepted_late_at"]) == bool(state["accepted_late_by"]),
        {"acceptance_has_who_and_when"},
    ),
    "a return that is ready": (
        lambda cast: cast.made("north-family"),
        lambda cast: {
            "state": ["draft", "returned", "due"],
            "returned_at": [NOW],
            "returned_by": [head(cast)],
            "return_reason": ["Because"],
            "ready_at": [None, NOW],
            "ready_by": [None, head(cast)],
        },
        lambda state: bool(state["ready_at"]) == bool(state["ready_by"]),
        {"readiness_has_who_and_when"},
    ),
    "a submitted return is not ready": (
        lambda cast: cast.made("north-family"),
        lambda cast: {
            "state": ["submitted"],
            "submitted_at": [NOW],
            "submitted_by": [head(cast)],
            "ready_at": [None, NOW],
            "ready_by": [None, head(cast)],
        },
        lambda state: not state["ready_at"] and not state["ready_by"],
        {"readiness_has_who_and_when", "only_a_return_with_its_team_is_ready"},
    ),
    "an answer": (
        figure,
        lambda cast: {
            "value": [None, -1, 0, 5],
            "answer": ["", "not-applicable", "not-provided", "perhaps"],
            "note": ["", "The system was down"],
        },
        answer_is_sound,
        {
            "figure_is_not_below_zero",
            "figure_has_a_value_or_an_answer_not_both",
            "figure_answer_is_known",
            "an_answer_has_its_reason",
        },
    ),
    "for which value a figure's words were written": (
        figure,
        lambda cast: {
            "value": [None, 5],
            "explanation": ["", "So it is"],
            "explained_value": [None, 5, 7],
        },
        lambda state: (
            (bool(state["explanation"]) or state["explained_value"] is None)
            and (
                not state["explanation"]
                or state["value"] is None
                or state["explained_value"] is not None
            )
        ),
        {"an_explanation_says_for_which_value"},
    ),
    "who entered a figure": (
        figure,
        lambda cast: {
            "entered_at": [None, NOW],
            "entered_by": [None, manager(cast)],
            "entered_route": ["", *Route.values],
            "is_confirmed": [True, False],
        },
        entry_is_sound,
        {
            "entry_has_who_and_when_or_came_from_a_file",
            "only_an_entered_figure_waits_for_confirmation",
        },
    ),
    "commentary": (
        commentary,
        lambda cast: {"text": ["", "More families"]},
        lambda state: bool(state["text"]),
        {"commentary_says_something"},
    ),
    "a correction": (
        correction,
        lambda cast: {"reason": ["", "Counted twice"]},
        lambda state: bool(state["reason"]),
        {"correction_has_a_reason"},
    ),
    "a correction's kind": (
        correction,
        lambda cast: {"kind": ["", *CorrectionKind.values, "a whim"]},
        lambda state: state["kind"] != "a whim",
        {"correction_kind_is_known"},
    ),
    "a correction's decision": (
        correction,
        lambda cast: {
            "state": [*CorrectionState.values, "shelved"],
            "proposed_by": [cast.person["officer"].pk],
            "decided_at": [None, NOW],
            "decided_by": [None, cast.person["officer"].pk, cast.person["director"].pk],
        },
        decision_is_sound,
        {"correction_decision_has_who_and_when", "nobody_countersigns_their_own_correction"},
    ),
    "a corrected figure": (
        corrected,
        lambda cast: {
            "after_value": [None, -1, 0, 7],
            "after_answer": ["", "not-applicable", "not-provided", "perhaps"],
            "after_note": ["", "The system was down"],
        },
        correction_is_sound,
        {"corrected_to_a_number_or_an_answer_with_its_reason"},
    ),
}

# An unknown state breaks another rule as well, and PostgreSQL may name that one.
IMPLIED = {"return_state_is_known"}

UNIQUE: dict[str, Callable[[Cast], models.Model]] = {
    "a_question_is_asked_once": lambda cast: Question(
        quarter_id=OPEN.index,
        team_type=cast.team["city-team"].type,
        item=cast.item["cases-closed"],
    ),
    "a_denominator_is_added_once": lambda cast: Denominator(
        measure=cast.measure["helped"], item=cast.item["cases-closed"]
    ),
    "one_target_per_measure_year_and_locality": lambda cast: Target(
        measure=cast.measure["helped"], year=2016, locality=cast.locality["north"], target=1
    ),
    "one_city_target_per_measure_and_year": lambda cast: Target(
        measure=cast.measure["helped"], year=2018, target=1
    ),
    "one_break_per_item_and_quarter": lambda cast: SeriesBreak(
        item=cast.item["cases-closed"], quarter=OPEN, reason="A new system"
    ),
    "one_return_per_team_and_quarter": lambda cast: Return(
        team=cast.team["north-family"],
        quarter=ReportingQuarter.objects.create(index=OPEN.index + 8, due_on=NOW.date()),
        team_type=cast.team["north-family"].type,
    ),
    "one_figure_per_return_and_item": lambda cast: Figure(
        return_made=cast.made("north-family"), item=cast.item["children-in-care"]
    ),
    "one_commentary_per_measure_locality_and_quarter": lambda cast: Commentary(
        measure=cast.measure["helped"],
        locality=cast.locality["north"],
        quarter=OPEN,
        text="So it went",
        written_at=NOW,
        written_by=cast.person["head"],
    ),
    "one_city_commentary_per_measure_and_quarter": lambda cast: Commentary(
        measure=cast.measure["helped"],
        quarter=OPEN,
        text="So it went",
        written_at=NOW,
        written_by=cast.person["officer"],
    ),
    "one_reading_per_quarter_and_person": lambda cast: QuarterReading(
        quarter_id=OPEN.index, person=cast.person["board_member"], first_at=NOW
    ),
    "a_figure_stands_once_in_a_correction": lambda cast: CorrectedFigure(
        correction=correction(cast), figure=figure(cast), after_value=1
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_half_set_state_is_refused_by_the_database(council: Cast, name: str) -> None:
    find, axes, is_sound, wanted = CASES[name]
    row = find(council)
    heard = set()
    for state in every_state(axes(council)):
        constraint = violated(row, state)
        assert (constraint == "") == is_sound(state), (constraint, state)
        heard.add(constraint)
    assert heard | IMPLIED & wanted == {"", *wanted}


def test_what_there_is_once_cannot_be_there_twice(council: Cast) -> None:
    for name, make in UNIQUE.items():
        assert refused_twice(make(council)) == name


def test_every_constraint_has_its_cases() -> None:
    checked = {name for *_, wanted in CASES.values() for name in wanted}
    assert names(models.CheckConstraint, "measures") == checked
    assert names(models.UniqueConstraint, "measures") == set(UNIQUE)


def test_history_protects_what_it_hangs_on() -> None:
    """Nothing that a return or an event points at can be deleted; a measure takes its own parts."""
    cascading = {
        (model.__name__, found.name)
        for model in apps.get_app_config("measures").get_models()
        for found in model._meta.fields
        if found.remote_field and found.remote_field.on_delete is not models.PROTECT
    }
    assert cascading == {("Denominator", "measure")}
