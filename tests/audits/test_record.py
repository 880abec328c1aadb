"""Every change of a round and a plan is on record; some rows are written once; all or nothing."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

import audits
from audits.allocation import actions as allocation
from audits.casework import actions as acting
from audits.casework.answers import CaseAnswer, GradeDecision
from audits.findings import actions as findings
from audits.findings.actions import Found
from audits.models import FindingKind
from audits.plan import action_changes
from audits.plan import actions as plan
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Judged
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.safety import actions as safety
from audits.tools import actions as tools
from audits.tools.actions import IndicatorSpec
from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.events.models import Event, Remark
from teams.actions import take_out_words
from teams.quarters import FinancialYear
from teams.roles import Role
from tests.audits.making import (
    CANARY,
    DUE,
    Casework,
    by_when,
    claimed,
    make_action,
    make_aim,
    make_casework,
    make_plan,
    on_day,
    planned,
    who,
)
from tests.breaking import Broken, breaking_at
from tests.cast import TODAY, Cast

# Every model of audits says here whether what it holds may change.
MUTABLE = {
    # a draft is written anew as a whole; once in use only the tool's own state moves
    "Tool", "Indicator", "GradeGuidance", "Choice",
    "Round", "SampledCase",
    # an auditor's and a moderator's work: every change of them is an event
    "CaseAudit", "Given", "Given_chosen", "RemedialAction", "Finding", "Finding_indicators",
    "Plan", "Theme", "Outcome", "Action", "Owner", "Occurrence",
    # once set, only that it ended is written to it
    "Aim",
    # people's words, which can be taken out, on record, and are never overwritten
    "Update",
}  # fmt: skip
WRITTEN_ONCE = {"Draw", "TimingChange", "FindingAction"}
YEAR = FinancialYear(2016)


def our_models() -> dict[str, type[Any]]:
    return {
        model.__name__: model
        for label in ("plan", "audits")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def test_every_model_is_listed_as_mutable_or_not() -> None:
    assert set(our_models()) == MUTABLE | WRITTEN_ONCE
    assert not MUTABLE & WRITTEN_ONCE


def a_year(cast: Cast) -> None:
    """Every kind of action, once: a round from its tool to its findings, and a plan."""
    officer, by = who(cast, "officer"), cast.actor("officer")
    casework = make_casework(cast)
    copy = tools.new_version(casework.tool, by=by)
    tools.retire(casework.tool, by=by)
    other = rounds.plan_round(planned(copy, "other"), by=by)
    neglect = planned(copy, "other", theme="Neglect")
    other = rounds.change_round(other, neglect, version=0, by=by)
    rounds.draw_cases(other, [CaseLine(f"{CANARY}{n}") for n in range(5)], count=2, by=by)
    rounds.remove_case(other.cases.all()[0], reason="Closed", by=by)
    audit = casework.save(2, plan="good")
    allocation.reallocate(
        audit, auditor=cast.person["director"], due_on=DUE, reason="Ill", version=1, by=by
    )
    audit = casework.submit(1, "inadequate")
    drafted = {casework.indicator["plan"].pk: GradeDecision("good", "It may be there")}
    moderator = on_day(cast, "other_head")
    audit = acting.save_moderation(audit, drafted, version=audit.version, **moderator).row
    acting.moderate(
        audit,
        {casework.indicator["plan"].pk: GradeDecision("good", "It is there")},
        overall="inadequate",
        is_unsafe=False,
        version=audit.version,
        **on_day(cast, "other_head"),
    )
    remedy = safety.set_remedial(audit, what="See", due_on=DUE, **on_day(cast, "manager"))
    safety.finish_remedial(remedy, done_on=TODAY, **on_day(cast, "manager"))
    allocation.audit_again(audit, auditor=cast.person["auditor"], due_on=DUE, by=by)
    said = Found(FindingKind.IMPROVEMENT, "No plan", [casework.indicator["plan"]], 1)
    finding = findings.add_finding(casework.round, said, **officer)
    findings.change_finding(finding, Found(FindingKind.STRENGTH, "A plan"), version=1, **officer)
    rounds.close_round(casework.round, reason="Time", by=by)
    _, outcome = make_plan(cast, 2015)
    aim = make_aim(cast, outcome)
    aim = plan.change_aim(
        aim,
        measure=aim.measure,
        year=YEAR,
        level=Decimal(85),
        start=None,
        locality=None,
        reason="IndicatorSpec too little",
        **officer,
    )
    plan.remove_aim(aim, reason="No longer counted", **officer)
    action = findings.to_action(
        finding,
        outcome,
        text="Share it",
        owners=[By(role=Role.TEAM_MANAGER)],
        timing=by_when("1.9.16"),
        **officer,
    )
    action_changes.move_date(
        action, timing=by_when("June 2016 and May 2017"), reason="Ill", version=0, **officer
    )
    doing.report(action, text="Half", **on_day(cast, "manager"))
    doing.do_occurrence(action.occurrences.all()[0], done_on=TODAY, **on_day(cast, "manager"))
    action_changes.carry_over(action, make_plan(cast)[1], **officer)
    plan.judge_outcome(outcome, judged=Judged.PARTLY, why="So", version=0, **who(cast, "head"))


def the_rest(cast: Cast) -> None:
    """The kinds of action that ``a_year`` has not: also once each."""
    officer, by = who(cast, "officer"), cast.actor("officer")
    head, manager = who(cast, "head"), on_day(cast, "manager")
    tool = tools.create_tool(name="Neglect", indicators=[IndicatorSpec("Chronology")], by=by)
    asked = [IndicatorSpec("Genogram")]
    tool = tools.change_tool(tool, name="Neglect", indicators=asked, edits=tool.edits, by=by)
    tool = tools.put_in_use(tool, by=by)
    made = rounds.plan_round(planned(tool, "neglect"), by=by)
    rounds.add_cases(made, [CaseLine("N1", "north-family")], by=by)
    shared = allocation.share_out(made, auditors=[cast.person["auditor"]], due_on=DUE, by=by)
    allocation.name_moderator(shared.audits, moderator=cast.person["other_head"], by=by)
    made, outcome = make_plan(cast, 2014)
    plan.reword_outcome(outcome, text="Plans say who does what", version=0, **officer)
    action = make_action(cast, outcome)
    owners = [By(role=Role.TEAM_MANAGER)]
    action = action_changes.change_action(
        action, text="Share two", owners=owners, rationale="", version=0, **officer
    )
    update = doing.report(action, text="Half", **manager)
    doing.take_out_update(update, reason="A name", **officer)
    doing.decline(claimed(cast, action), reason="It is half", **head)
    doing.accept(claimed(cast, action), **head)
    doing.reopen(action, reason="It is not kept up", **head)
    doing.stop(action, reason="The team closed", **head)
    plan.write_closing(outcome.theme, text="It went well", version=0, **officer)


def every_action() -> dict[str, ModuleType]:
    """The public functions of the modules of actions that somebody does, by name."""
    found = {}
    for one in pkgutil.walk_packages(audits.__path__, "audits."):
        if ".pages." in one.name or ("action" not in one.name and ".allocation" not in one.name):
            continue
        module = importlib.import_module(one.name)
        for name, function in vars(module).items():
            is_ours = inspect.isfunction(function) and function.__module__ == module.__name__
            if (
                is_ours
                and not name.startswith("_")
                and "by" in inspect.signature(function).parameters
            ):
                found[name] = module
    return found


def test_every_kind_of_action_leaves_an_event(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is done once and looked at: afterwards the record holds more than before.

    A new function that somebody does fails this until it is done here.
    """
    wanted = every_action()
    left: dict[str, int] = {}

    def watched(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def done(*args: Any, **kwargs: Any) -> Any:
            before = Event.objects.count()
            result = act(*args, **kwargs)
            left[name] = min(left.get(name, 99), Event.objects.count() - before)
            return result

        return done

    ours = [one for path, one in sys.modules.items() if path.startswith("audits.")]
    for name, module in wanted.items():
        act = getattr(module, name)
        for place in ours:
            if getattr(place, name, None) is act:
                monkeypatch.setattr(place, name, watched(name, act))
    a_year(council)
    the_rest(council)
    assert set(left) == set(wanted)
    assert {name for name, number in left.items() if number < 1} == set()
    assert list(broken_chains()) == []


def test_a_year_changes_nothing_that_is_written_once(council: Cast) -> None:
    with CaptureQueriesContext(connection) as seen:
        a_year(council)
    statements = [query["sql"] for query in seen.captured_queries]
    assert any('UPDATE "audits_caseaudit"' in sql for sql in statements)
    for name in WRITTEN_ONCE | {"Update"}:
        table = our_models()[name]._meta.db_table
        assert any(f'INSERT INTO "{table}"' in sql for sql in statements)
        for verb in ("UPDATE", "DELETE FROM"):
            assert not any(sql.startswith(f'{verb} "{table}"') for sql in statements)


def test_no_case_number_and_no_words_stand_in_the_record(council: Cast) -> None:
    a_year(council)
    events = list(Event.objects.exclude(subject_type="return"))
    assert len({event.verb for event in events}) > 27
    plain = repr([(event.before, event.after, event.part) for event in events])
    for words in (CANARY, "Nobody saw the child", "It is there", "Eleven months", "Share it"):
        assert words not in plain
    assert CANARY not in repr(list(Remark.objects.values_list("text")))


def test_words_taken_out_of_the_record_are_gone_from_every_row(council: Cast) -> None:
    """A name in what was written about a case, an action and an aim: wherever it stands again."""
    name, manager = "Jo Bloggs of 4 High Street", on_day(council, "manager")
    officer = who(council, "officer")
    casework = make_casework(council)
    audit = casework.submit(1, "inadequate", plan=CaseAnswer("inadequate", comment=name))
    remedy = safety.set_remedial(audit, what=name, due_on=DUE, **manager)
    safety.finish_remedial(remedy, done_on=TODAY, note=name, **manager)
    outcome = make_plan(council)[1]
    action = make_action(council, outcome, "May 2016 and May 2017", text=name)
    times = by_when("June 2016 and May 2017")
    action_changes.move_date(action, timing=times, reason=name, version=0, **officer)
    doing.do_occurrence(action.occurrences.all()[0], done_on=TODAY, note=name, **manager)
    plan.remove_aim(make_aim(council, outcome), reason=name, **officer)
    assert repr(digest()).count(name) >= 14
    while remark := Remark.objects.filter(text=name).first():
        take_out_words(remark, by=council.actor("administrator"), reason="A name")
    assert name not in repr(digest())


# -- all or nothing -------------------------------------------------------------------------


def digest() -> dict[str, list[Any]]:
    """Every row of audits and of the record."""
    models: list[type[Any]] = [*our_models().values(), Event, Remark]
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=repr)
        for model in models
    }


def save(casework: Casework) -> Callable[[], object]:
    issues = casework.indicator["issues"].choices.all()[1]
    audit = casework.complete(1)
    answers = casework.answers(plan="inadequate", assessment="not-found")
    answers[casework.indicator["issues"].pk] = CaseAnswer(chosen=frozenset([issues.pk]))
    return lambda: acting.save(
        audit, answers, version=audit.version, **who(casework.cast, "auditor")
    )


def submit(casework: Casework) -> Callable[[], object]:
    audit = casework.complete(1, "unsafe")
    return lambda: acting.submit(audit, version=audit.version, **on_day(casework.cast, "auditor"))


def moderate(casework: Casework) -> Callable[[], object]:
    audit = casework.submit(1)
    decisions = {casework.indicator["plan"].pk: GradeDecision("inadequate", "Two years old")}
    return lambda: acting.moderate(
        audit,
        decisions,
        overall="inadequate",
        is_unsafe=True,
        comment="So",
        version=audit.version,
        **on_day(casework.cast, "other_head"),
    )


def close(casework: Casework) -> Callable[[], object]:
    return lambda: rounds.close_round(
        casework.round, reason="Time", by=casework.cast.actor("officer")
    )


def change_aim(casework: Casework) -> Callable[[], object]:
    cast = casework.cast
    aim = make_aim(cast, make_plan(cast)[1])
    return lambda: plan.change_aim(
        aim,
        measure=aim.measure,
        year=YEAR,
        level=Decimal(85),
        start=None,
        locality=cast.locality["north"],
        reason="IndicatorSpec too little",
        **who(cast, "officer"),
    )


def carry(casework: Casework) -> Callable[[], object]:
    cast = casework.cast
    old = make_action(cast, make_plan(cast, 2015)[1], "June 2016 and May 2017")
    outcome = make_plan(cast)[1]
    return lambda: action_changes.carry_over(old, outcome, **who(cast, "officer"))


@pytest.mark.parametrize("prepare", [save, submit, moderate, close, carry, change_aim])
def test_an_action_that_breaks_off_anywhere_leaves_nothing_behind(
    casework: Casework, prepare: Callable[[Casework], Callable[[], object]]
) -> None:
    """Where a statement of a validation breaks, Django refuses or goes on: all or nothing too."""
    act = prepare(casework)
    before = digest()
    broken = 0
    for number in range(1, 200):
        with transaction.atomic():
            try:
                with breaking_at(number) as seen:
                    act()
            except (Broken, ValidationError):
                broken += 1
                transaction.set_rollback(False)
                assert digest() == before, seen[number - 1]
            else:
                assert digest() != before
            transaction.set_rollback(True)
        if len(seen) < number:
            break
    assert broken > 5
