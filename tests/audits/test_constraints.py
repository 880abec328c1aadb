"""The database takes no half-set state of tools, rounds, case audits, findings and the plan.

Each table says, independently of the models, which states of a row are sound. Every
combination is tried in SQL, past the actions; the constraint that answers is named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from audits.models import (
    CaseAudit,
    Choice,
    Draw,
    Finding,
    Given,
    GradeGuidance,
    Indicator,
    RemedialAction,
    Round,
    SampledCase,
    Tool,
)
from audits.plan.models import (
    Action,
    Aim,
    Occurrence,
    Outcome,
    Owner,
    Plan,
    Theme,
    TimingChange,
    Update,
)
from audits.safety import actions as safety
from tests.audits.making import DUE, Casework, make_action, make_casework, make_plan, on_day
from tests.cast import TODAY, Cast
from tests.constraints import all_constraints, every_state, names, refused_once, violated

NOW = timezone.now()
State = dict[str, Any]


@dataclass
class World:
    """A round under way, an audit submitted and a concern, and a plan with an action."""

    casework: Casework
    outcome: Outcome

    @property
    def cast(self) -> Cast:
        return self.casework.cast

    def pk(self, person: str) -> int:
        return self.cast.person[person].pk

    @property
    def audit(self) -> CaseAudit:
        return self.casework.audit(1)

    @property
    def action(self) -> Action:
        return Action.objects.get()


@pytest.fixture
def world(council: Cast) -> World:
    casework = make_casework(council)
    casework.submit(1, "inadequate", plan="good")
    _, outcome = make_plan(council)
    make_action(council, outcome)
    return World(casework, outcome)


def pair(state: State, *names: str) -> bool:
    """All set or none."""
    return len({state[name] is not None for name in names}) == 1


def tool_is_sound(s: State) -> bool:
    if not pair(s, "in_use_at", "in_use_by") or not pair(s, "retired_at", "retired_by"):
        return False
    wanted = {"draft": (False, False), "in-use": (True, False), "retired": (True, True)}
    return wanted.get(s["state"]) == (s["in_use_at"] is not None, s["retired_at"] is not None)


def round_is_sound(s: State) -> bool:
    if not pair(s, "opened_at", "opened_by") or not pair(s, "closed_at", "closed_by"):
        return False
    wanted = {"planning": (False, False), "auditing": (True, False), "closed": (True, True)}
    if wanted.get(s["state"]) != (s["opened_at"] is not None, s["closed_at"] is not None):
        return False
    return s["state"] == "closed" or not s["closing_reason"]


def audit_is_sound(s: State) -> bool:
    if not pair(s, "submitted_on", "submitted_at", "submitted_by"):
        return False
    if not pair(s, "moderated_at", "moderated_by", "moderated_unsafe"):
        return False
    wanted = {
        "allocated": (False, False),
        "in-progress": (False, False),
        "submitted": (True, False),
        "moderated": (True, True),
    }
    done = (s["submitted_at"] is not None, s["moderated_at"] is not None)
    if wanted.get(s["state"]) != done or s["submitted_by"] == s["not_the_auditor"]:
        return False
    return s["moderated_by"] is None or s["moderated_by"] != s["auditor"]


def judgement_is_sound(s: State) -> bool:
    known = ("", "outstanding", "good", "requires-improvement", "inadequate")
    if s["overall"] not in known or s["moderated_overall"] not in known:
        return False
    if s["threshold"] not in ("", "right", "step-up", "step-down"):
        return False
    if s["state"] != "moderated":
        return not s["moderated_overall"] and not s["moderation_comment"]
    changed = s["moderated_overall"] != s["overall"] or s["moderated_unsafe"] != s["is_unsafe"]
    return not changed or bool(s["moderation_comment"])


def draft_is_sound(s: State) -> bool:
    if s["draft_overall"] == "splendid":
        return False
    if s["draft_unsafe"] is None:
        return not s["draft_overall"] and not s["draft_comment"]
    changed = (s["draft_overall"], s["draft_unsafe"]) != (s["overall"], s["is_unsafe"])
    return not changed or bool(s["draft_comment"])


def draft_grade_is_sound(s: State) -> bool:
    if s["draft_grade"] == "splendid":
        return False
    if not s["draft_grade"]:
        return not s["draft_comment"]
    if not s["grade"]:
        return False
    return s["draft_grade"] == s["grade"] or bool(s["draft_comment"])


def given_is_sound(s: State) -> bool:
    known = ("", "good", "inadequate", "yes")
    if s["grade"] not in known or s["moderated_grade"] not in known:
        return False
    if s["moderated_grade"] and not s["grade"]:
        return False
    if s["moderation_comment"] and not s["moderated_grade"]:
        return False
    changed = s["moderated_grade"] and s["moderated_grade"] != s["grade"]
    return not changed or bool(s["moderation_comment"])


def action_is_sound(s: State) -> bool:
    claimed = (s["claimed_at"] is not None, s["claimed_by"] is not None, s["evidence"] != "")
    if len(set(claimed)) != 1 or not pair(s, "accepted_at", "accepted_by"):
        return False
    stopped = (s["stopped_at"] is not None, s["stopped_by"] is not None, s["stop_reason"] != "")
    if len(set(stopped)) != 1:
        return False
    if s["accepted_by"] is not None and s["accepted_by"] == s["claimed_by"]:
        return False
    said = (claimed[0], s["accepted_at"] is not None, stopped[0])
    return said in {
        "open": {(False, False, False)},
        "claimed": {(True, False, False)},
        "complete": {(True, True, False)},
        "no-longer-needed": {(False, False, True), (True, False, True)},
        "carried-over": {(False, False, False), (True, False, False)},
    }.get(s["state"], set())


def timing_is_sound(s: State) -> bool:
    dates = (s["starts_on"] is not None, s["start_by"] is not None, s["due_on"] is not None)
    recurs = s["every"] in ("week", "half-year")
    if s["every"] and not recurs:
        return False
    wanted = {
        "ongoing": (False, False, False),
        "from": (True, True, False),
        "by": (False, False, True),
        "by-then-ongoing": (False, False, True),
        "several": (False, False, True),
        "between": (True, True, True),
        "every": (True, True, True),
    }
    if wanted.get(s["timing_kind"]) != dates or recurs != (s["timing_kind"] == "every"):
        return False
    return not (dates[0] and dates[2]) or s["due_on"] >= s["starts_on"]


# A row, the states to try, which of them are sound, and the constraints that must be heard.
Case = tuple[
    Callable[[World], models.Model],
    Callable[[World], dict[str, list[Any]]],
    Callable[[State], bool],
    set[str],
]
LATER, EARLIER = TODAY.replace(month=9), TODAY.replace(month=5)


def words(name: str, *columns: str) -> Case:
    """Texts that cannot be empty."""
    return (
        ROWS[name],
        lambda world: {column: ["", "words"] for column in columns},
        lambda s: all(s[column] for column in columns),
        set(),
    )


def finding(world: World) -> Finding:
    return Finding.objects.create(
        round=world.casework.round,
        kind="strength",
        text="Good",
        written_at=NOW,
        written_by=world.cast.person["officer"],
    )


def update(world: World) -> Update:
    return Update.objects.create(
        action=world.action, on=TODAY, at=NOW, by=world.cast.person["manager"], text="Half"
    )


def occurrence(world: World) -> Occurrence:
    return Occurrence.objects.create(action=world.action, due_on=TODAY)


def draw(world: World) -> Draw:
    return Draw.objects.create(
        round=world.casework.round,
        population=9,
        drawn=3,
        seed="s",
        list_digest="d",
        drawn_at=NOW,
        drawn_by=world.cast.person["officer"],
    )


def moved(world: World) -> TimingChange:
    return TimingChange.objects.create(
        action=world.action,
        before_words="1.9.16",
        after_words="1.10.16",
        reason="Ill",
        at=NOW,
        by=world.cast.person["officer"],
    )


def aim(world: World) -> Aim:
    return Aim.objects.create(
        outcome=world.outcome, measure=world.cast.measure["helped"], year=2016, level=85
    )


def remedy(world: World) -> RemedialAction:
    return safety.set_remedial(
        world.audit, what="See the child", due_on=DUE, **on_day(world.cast, "manager")
    )


ROWS: dict[str, Callable[[World], models.Model]] = {
    "tool": lambda world: world.casework.tool,
    "indicator": lambda world: world.casework.indicator["plan"],
    "guidance": lambda world: GradeGuidance.objects.get(),
    "choice": lambda world: Choice.objects.all()[0],
    "round": lambda world: world.casework.round,
    "draw": draw,
    "case": lambda world: world.audit.case,
    "audit": lambda world: world.audit,
    "given": lambda world: Given.objects.get(audit=world.audit, indicator__code="plan"),
    "remedy": remedy,
    "finding": finding,
    "plan": lambda world: Plan.objects.get(),
    "theme": lambda world: Theme.objects.get(),
    "outcome": lambda world: world.outcome,
    "aim": aim,
    "action": lambda world: world.action,
    "owner": lambda world: Owner.objects.get(),
    "update": update,
    "moved": moved,
    "occurrence": occurrence,
}

CASES: dict[str, Case] = {
    "a tool's state": (
        ROWS["tool"],
        lambda w: {
            "state": ["draft", "in-use", "retired", "lost"],
            "in_use_at": [None, NOW],
            "in_use_by": [None, w.pk("officer")],
            "retired_at": [None, NOW],
            "retired_by": [None, w.pk("officer")],
        },
        tool_is_sound,
        {
            "tool_in_use_has_who_and_when",
            "tool_retired_has_who_and_when",
            "tool_is_where_its_state_says",
        },
    ),
    "a tool's name and what it is based on": (
        ROWS["tool"],
        lambda w: {
            "name": ["", "Casework"],
            "version": [0, 1],
            "based_on": [None, w.casework.tool.pk],
        },
        lambda s: bool(s["name"]) and s["version"] > 0 and s["based_on"] is None,
        {"tool_has_name_and_version", "tool_is_not_based_on_itself"},
    ),
    "an indicator": (
        ROWS["indicator"],
        lambda w: {
            "kind": ["graded", "yes-no", "choices", "text", "sung", ""],
            "name": ["", "x"],
            "code": ["", "x"],
        },
        lambda s: (
            s["kind"] in ("graded", "yes-no", "choices", "text")
            and bool(s["name"])
            and bool(s["code"])
        ),
        {"indicator_kind_is_known", "indicator_has_code_and_name"},
    ),
    "guidance": (
        ROWS["guidance"],
        lambda w: {"grade": ["outstanding", "good", "not-found", "yes", ""], "text": ["", "x"]},
        lambda s: s["grade"] in ("outstanding", "good") and bool(s["text"]),
        {"guidance_is_for_a_judgement_of_quality", "guidance_says_something"},
    ),
    "a round's state": (
        ROWS["round"],
        lambda w: {
            "state": ["planning", "auditing", "closed", "lost"],
            "opened_at": [None, NOW],
            "opened_by": [None, w.pk("officer")],
            "closed_at": [None, NOW],
            "closed_by": [None, w.pk("officer")],
            "closing_reason": ["", "Time"],
        },
        round_is_sound,
        {
            "round_opening_has_who_and_when",
            "round_closing_has_who_and_when",
            "round_is_where_its_state_says",
            "only_a_closed_round_has_a_closing_reason",
        },
    ),
    "a round's period and kind": (
        ROWS["round"],
        lambda w: {
            "theme": ["", "x"],
            "period_name": ["", "x"],
            "kind": ["case-audit", "multi-agency", "cohort", "deep-dive", "raid"],
            "starts": [TODAY, LATER],
            "ends": [TODAY, LATER],
            "compares_with": [None, w.casework.round.pk],
        },
        lambda s: (
            bool(s["theme"] and s["period_name"])
            and s["kind"] != "raid"
            and s["starts"] <= s["ends"]
            and s["compares_with"] is None
        ),
        {
            "round_has_theme_and_period",
            "round_kind_is_known",
            "round_ends_after_it_starts",
            "round_is_not_compared_with_itself",
        },
    ),
    "a draw": (
        ROWS["draw"],
        lambda w: {
            "population": [2, 3],
            "drawn": [0, 1, 3],
            "seed": ["", "s"],
            "list_digest": ["", "d"],
        },
        lambda s: 1 <= s["drawn"] <= s["population"] and bool(s["seed"] and s["list_digest"]),
        {"draw_takes_some_of_its_list", "draw_can_be_shown"},
    ),
    "a case": (
        ROWS["case"],
        lambda w: {"serial": [0, 1], "case_number": ["", "AB1"]},
        lambda s: s["serial"] > 0 and bool(s["case_number"]),
        {"case_has_serial_and_number"},
    ),
    "an audit's judgement": (
        lambda w: moderated(w),
        lambda w: {
            "overall": ["", "good", "inadequate", "not-found"],
            "moderated_overall": ["", "good", "splendid"],
            "threshold": ["", "right", "step-up", "step-down", "sideways"],
            "is_unsafe": [True, False],
            "moderated_unsafe": [True, False],
            "moderation_comment": ["", "So"],
            "state": ["moderated"],
        },
        judgement_is_sound,
        {
            "audit_overall_is_known",
            "audit_threshold_is_known",
            "a_changed_judgement_has_its_comment",
        },
    ),
    "the judgement of an audit not moderated": (
        ROWS["audit"],
        lambda w: {
            "overall": ["good"],
            "moderated_overall": ["", "good"],
            "threshold": [""],
            "moderation_comment": ["", "So"],
            "state": ["submitted"],
        },
        judgement_is_sound,
        {"only_a_moderated_audit_has_a_moderated_judgement"},
    ),
    "a moderation that is not given yet": (
        ROWS["audit"],
        lambda w: {
            "overall": ["good"],
            "draft_overall": ["", "good", "inadequate", "splendid"],
            "is_unsafe": [False],
            "draft_unsafe": [None, False, True],
            "draft_comment": ["", "So"],
            "state": ["submitted"],
        },
        draft_is_sound,
        {
            "audit_draft_is_known",
            "a_draft_of_a_moderation_is_of_a_submitted_audit",
            "a_changed_draft_judgement_has_its_comment",
        },
    ),
    "a draft of a moderation that is given": (
        lambda w: moderated(w, comment="So"),
        lambda w: {"draft_overall": ["", "good"], "draft_comment": ["", "So"]},
        lambda s: not s["draft_overall"] and not s["draft_comment"],
        {"a_draft_of_a_moderation_is_of_a_submitted_audit"},
    ),
    "a draft of a grade": (
        ROWS["given"],
        lambda w: {
            "grade": ["", "good"],
            "draft_grade": ["", "good", "inadequate", "splendid"],
            "draft_comment": ["", "So"],
        },
        draft_grade_is_sound,
        {"draft_grade_is_known", "a_draft_grade_is_of_a_given_one_and_has_its_comment"},
    ),
    "an audit's turn and moderator": (
        ROWS["audit"],
        lambda w: {
            "turn": [0, 1],
            "moderator": [None, w.pk("auditor"), w.pk("other_head")],
            "auditor": [w.pk("auditor")],
        },
        lambda s: s["turn"] == 1 and s["moderator"] != s["auditor"],
        {"audit_turn_starts_at_1", "nobody_moderates_their_own_audit"},
    ),
    "an answer": (
        ROWS["given"],
        lambda w: {
            "grade": ["", "good", "yes", "splendid"],
            "moderated_grade": ["", "good", "inadequate", "splendid"],
            "moderation_comment": ["", "So"],
        },
        given_is_sound,
        {
            "given_grade_is_known",
            "only_a_given_grade_is_moderated",
            "a_changed_grade_has_its_comment",
            "a_moderation_comment_has_its_grade",
        },
    ),
    "a remedial action": (
        ROWS["remedy"],
        lambda w: {
            "what": ["", "x"],
            "done_on": [None, TODAY],
            "done_at": [None, NOW],
            "done_by": [None, w.pk("manager")],
            "note": ["", "Seen"],
        },
        lambda s: (
            bool(s["what"])
            and pair(s, "done_on", "done_at", "done_by")
            and (s["done_at"] is not None or not s["note"])
        ),
        {
            "remedial_action_says_what",
            "remedial_action_done_has_who_and_when",
            "only_a_done_remedial_action_has_a_note",
        },
    ),
    "a finding": (
        ROWS["finding"],
        lambda w: {
            "kind": ["strength", "improvement", "gossip"],
            "text": ["", "x"],
            "cases": [None, 0, 1],
        },
        lambda s: s["kind"] != "gossip" and bool(s["text"]) and s["cases"] != 0,
        {"finding_kind_is_known", "finding_says_something", "finding_is_on_some_case"},
    ),
    "a theme": (
        ROWS["theme"],
        lambda w: {"number": [0, 1], "name": ["", "x"]},
        lambda s: s["number"] > 0 and bool(s["name"]),
        {"theme_has_number_and_name"},
    ),
    "an outcome": (
        ROWS["outcome"],
        lambda w: {
            "number": [0, 1],
            "text": ["", "x"],
            "judged": ["", "achieved", "partly", "maybe"],
            "judged_at": [None, NOW],
            "judged_by": [None, w.pk("head")],
            "judged_why": ["", "So"],
        },
        lambda s: (
            s["number"] > 0
            and bool(s["text"])
            and s["judged"] != "maybe"
            and {s["judged_at"] is not None, s["judged_by"] is not None, bool(s["judged_why"])}
            == {bool(s["judged"])}
        ),
        {"outcome_has_number_and_text", "judgement_has_who_when_and_why"},
    ),
    "an aim": (
        ROWS["aim"],
        lambda w: {"level": [-1, 0, 85], "start": [None, -1, 0]},
        lambda s: s["level"] >= 0 and s["start"] != -1,
        {"aim_is_not_negative"},
    ),
    "an aim that ended": (
        ROWS["aim"],
        lambda w: {
            "ended_at": [None, NOW],
            "ended_by": [None, w.pk("officer")],
            "ended_why": ["", "Asked too little"],
            "replaces": [None, Aim.objects.get().pk],
        },
        lambda s: (
            pair(s, "ended_at", "ended_by")
            and (s["ended_at"] is not None) == bool(s["ended_why"])
            and s["replaces"] is None
        ),
        {"ended_aim_has_who_when_and_why", "aim_does_not_replace_itself"},
    ),
    "what was said of an action": (
        ROWS["action"],
        lambda w: {
            "state": ["open", "claimed", "complete", "no-longer-needed", "carried-over", "lost"],
            "was_claimed": [True],
            "claimed_at": [None, NOW],
            "claimed_by": [None, w.pk("head")],
            "evidence": ["", "x"],
            "accepted_at": [None, NOW],
            "accepted_by": [None, w.pk("head"), w.pk("other_head")],
            "stopped_at": [None, NOW],
            "stopped_by": [None, w.pk("head")],
            "stop_reason": ["", "So"],
        },
        action_is_sound,
        {
            "claim_has_who_when_and_evidence",
            "acceptance_of_action_has_who_and_when",
            "no_longer_needed_has_who_when_and_why",
            "action_is_where_its_state_says",
            "nobody_accepts_their_own_claim",
        },
    ),
    "whether an action was ever claimed": (
        ROWS["action"],
        lambda w: {
            "state": ["claimed"],
            "was_claimed": [True, False],
            "claimed_at": [NOW],
            "claimed_by": [w.pk("head")],
            "evidence": ["x"],
        },
        lambda s: bool(s["was_claimed"]),
        {"what_is_claimed_was_claimed"},
    ),
    "when an action is due": (
        ROWS["action"],
        lambda w: {
            "timing_kind": [
                "by",
                "between",
                "from",
                "ongoing",
                "by-then-ongoing",
                "several",
                "every",
                "someday",
            ],
            "starts_on": [None, TODAY],
            "start_by": [None, TODAY],
            "due_on": [None, LATER, EARLIER],
            "every": ["", "week", "half-year", "century"],
        },
        timing_is_sound,
        {"action_dates_fit_their_kind"},
    ),
    "what an action says": (
        ROWS["action"],
        lambda w: {
            "position": [0, 1],
            "text": ["", "x"],
            "timing_words": ["", "x"],
            "carried_from": [None, w.action.pk],
        },
        lambda s: (
            s["position"] > 0
            and bool(s["text"] and s["timing_words"])
            and s["carried_from"] is None
        ),
        {"action_says_what_and_when", "action_is_not_carried_from_itself"},
    ),
    "where an action comes from": (
        ROWS["action"],
        lambda w: {
            "source": ["measure", "audit-finding", "inspection", "other", "rumour"],
            "measure": [None, w.cast.measure["helped"].pk],
        },
        lambda s: s["source"] != "rumour" and (s["measure"] is None or s["source"] == "measure"),
        {"action_comes_from_what_its_source_says"},
    ),
    "an owner": (
        ROWS["owner"],
        lambda w: {
            "role": ["", "team-manager", "king"],
            "person": [None, w.pk("head")],
            "body": ["", "IT"],
        },
        lambda s: (
            s["role"] != "king"
            and sum([bool(s["role"]), s["person"] is not None, bool(s["body"])]) == 1
        ),
        {"owner_is_a_role_a_person_or_a_body"},
    ),
    "an update": (
        ROWS["update"],
        lambda w: {
            "text": ["", "x"],
            "evidence_link": ["", "https://a.example"],
            "removed_at": [None, NOW],
            "removed_by": [None, w.pk("officer")],
        },
        lambda s: (
            pair(s, "removed_at", "removed_by")
            and (
                bool(s["text"])
                if s["removed_at"] is None
                else not s["text"] and not s["evidence_link"]
            )
        ),
        {"update_says_something_or_was_taken_out"},
    ),
    "an occurrence": (
        ROWS["occurrence"],
        lambda w: {
            "done_on": [None, TODAY],
            "done_at": [None, NOW],
            "done_by": [None, w.pk("manager")],
            "note": ["", "Five"],
        },
        lambda s: (
            pair(s, "done_on", "done_at", "done_by") and (s["done_at"] is not None or not s["note"])
        ),
        {"occurrence_done_has_who_and_when", "only_a_done_occurrence_has_a_note"},
    ),
}
CASES |= {
    "a choice": (*words("choice", "code", "label")[:3], {"choice_has_code_and_label"}),
    "a plan": (*words("plan", "title")[:3], {"plan_has_a_title"}),
    "a moved date": (
        *words("moved", "before_words", "after_words", "reason")[:3],
        {"moved_date_keeps_both_and_why"},
    ),
}


def moderated(world: World, comment: str = "") -> CaseAudit:
    """The audit as an officer moderated it."""
    audit = world.audit
    CaseAudit.objects.filter(pk=audit.pk).update(
        state="moderated",
        moderated_at=NOW,
        moderated_by=world.cast.person["officer"],
        moderated_unsafe=False,
        moderated_overall="inadequate",
        moderation_comment=comment,
    )
    return CaseAudit.objects.get(pk=audit.pk)


@pytest.mark.parametrize("name", CASES)
def test_every_half_set_state_is_refused_by_the_database(world: World, name: str) -> None:
    find, axes, is_sound, wanted = CASES[name]
    row = find(world)
    heard = set()
    for state in every_state(axes(world)):
        constraint = violated(row, state)
        assert (constraint == "") == is_sound(state), (constraint, state)
        heard.add(constraint)
    assert heard == {"", *wanted}


def test_who_and_when_of_an_audit_are_held_to_its_state(world: World) -> None:
    """By hand, since one column is only for comparison."""
    audit, heard = world.audit, set()
    axes: dict[str, list[Any]] = {
        "state": ["allocated", "in-progress", "submitted", "moderated", "lost"],
        "submitted_on": [None, TODAY],
        "submitted_at": [None, NOW],
        "submitted_by": [None, world.pk("auditor"), world.pk("director")],
        "moderated_at": [None, NOW],
        "moderated_by": [None, world.pk("auditor"), world.pk("officer")],
        "moderated_unsafe": [None, False],
    }
    for state in every_state(axes):
        moderated_overall = "inadequate" if state["state"] == "moderated" else ""
        constraint = violated(audit, {**state, "moderated_overall": moderated_overall})
        told = {
            **state,
            "auditor": world.pk("auditor"),
            "not_the_auditor": world.pk("director"),
        }
        assert (constraint == "") == audit_is_sound(told), (constraint, state)
        heard.add(constraint)
    assert heard == {"", *SUBMISSION}


SUBMISSION = {
    "audit_submission_has_who_and_when",
    "moderation_has_who_and_when",
    "audit_is_where_its_state_says",
    "the_auditor_submits",
    "nobody_moderates_their_own_audit",
}


def again(row: models.Model, **changes: Any) -> models.Model:
    """A copy of a row, to be inserted once more."""
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    return row


UNIQUE: dict[str, Callable[[World], models.Model]] = {
    "one_tool_per_name_and_version": lambda w: again(Tool.objects.get()),
    "one_indicator_per_tool_and_code": lambda w: again(Indicator.objects.all()[0]),
    "one_guidance_per_indicator_and_grade": lambda w: again(GradeGuidance.objects.get()),
    "one_choice_per_indicator_and_code": lambda w: again(Choice.objects.all()[0]),
    "one_case_per_round_and_serial": lambda w: again(
        SampledCase.objects.all()[0], case_number="OTHER"
    ),
    "a_case_stands_once_in_a_round": lambda w: again(SampledCase.objects.all()[0], serial=99),
    "one_audit_per_case_agency_and_turn": lambda w: again(w.audit),
    "one_answer_per_audit_and_indicator": lambda w: again(Given.objects.all()[0]),
    "one_theme_per_plan_and_number": lambda w: again(Theme.objects.get()),
    "one_outcome_per_theme_and_number": lambda w: again(Outcome.objects.get()),
    "one_aim_per_measure_and_locality": lambda w: again(
        Aim.objects.create(
            outcome=w.outcome,
            measure=w.cast.measure["helped"],
            year=2016,
            level=85,
            locality=w.cast.locality["north"],
        )
    ),
    "one_city_aim_per_measure": lambda w: again(aim(w)),
    "one_action_per_outcome_and_position": lambda w: again(w.action),
    "an_owner_stands_once": lambda w: again(
        Owner.objects.create(action=w.action, person=w.cast.person["head"])
    ),
    "a_role_or_body_stands_once": lambda w: again(Owner.objects.get()),
    "one_occurrence_per_action_day_and_locality": lambda w: again(
        Occurrence.objects.create(action=w.action, due_on=TODAY, locality=w.cast.locality["north"])
    ),
    "one_occurrence_per_action_and_day": lambda w: again(occurrence(w)),
}


@pytest.mark.parametrize("where", [None, "north"])
def test_an_aim_can_come_again_after_it_ended(world: World, where: str | None) -> None:
    """Only what holds stands once; what it was changed from stays beside it."""
    place = world.cast.locality[where] if where else None
    first = aim(world)
    Aim.objects.filter(pk=first.pk).update(
        locality=place, ended_at=NOW, ended_by=world.pk("officer"), ended_why="Asked too little"
    )
    second = aim(world)
    Aim.objects.filter(pk=second.pk).update(locality=place)
    assert Aim.objects.in_force().get() == second
    assert Aim.objects.get(ended_at__isnull=False) == first


@pytest.mark.parametrize("name", UNIQUE)
def test_what_there_is_once_cannot_be_there_twice(world: World, name: str) -> None:
    assert refused_once(UNIQUE[name](world)) == name


def test_every_constraint_has_its_cases() -> None:
    checked = {name for *_, wanted in CASES.values() for name in wanted} | SUBMISSION
    assert names(models.CheckConstraint, "plan", "audits") == checked
    assert names(models.UniqueConstraint, "plan", "audits") == set(UNIQUE)
    every = [found.name for _, found in all_constraints()]
    assert len(every) == len(set(every))


def test_history_protects_what_it_hangs_on() -> None:
    """Nothing that an audit or the plan points at can be deleted; a draft tool takes its parts."""
    cascading = {
        (model.__name__, found.name)
        for model in {model for model, _ in all_constraints("plan", "audits")}
        for found in model._meta.fields
        if found.remote_field and found.remote_field.on_delete is not models.PROTECT
    }
    assert cascading == {
        ("Indicator", "tool"),
        ("GradeGuidance", "indicator"),
        ("Choice", "indicator"),
    }
    assert Round._meta.get_field("tool").remote_field.on_delete is models.PROTECT
