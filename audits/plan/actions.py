"""Keeping the action plan: its themes, outcomes and aims, and what is said when it is over."""

from decimal import Decimal
from typing import Any, NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits.plan.models import Aim, Judged, Outcome, Plan, Theme
from audits.plan.permissions import PlanPermission
from audits.plan.verbs import PlanVerb
from earlyhelp.core.change import Entry, Stale, changing, create, lock, record, refuse, required
from earlyhelp.core.workflow import NotAllowed
from measures.models import Measure
from teams.authority import Actor
from teams.models import Locality
from teams.permissions import require
from teams.quarters import FinancialYear


class Goal(TypedDict):
    """What an outcome aims at: a level of a measure by a year's end, for the city or a locality."""

    measure: Measure
    year: FinancialYear
    level: Decimal
    start: NotRequired[Decimal | None]
    locality: NotRequired[Locality | None]


def create_plan(*, year: FinancialYear, title: str, by: Actor) -> Plan:
    """A year's plan, empty. Raises ``Refused`` or ValidationError by field."""
    require(by.authority, PlanPermission.KEEP_PLAN)
    plan = Plan(year=year.start, title=title.strip())
    after = {"year": plan.year, "title": plan.title}
    return create(plan, PlanVerb.PLAN_MADE, by, after=after)


def add_theme(plan: Plan, *, name: str, by: Actor, number: int | None = None) -> Theme:
    """A theme of the plan, numbered next unless a number is given."""
    require(by.authority, PlanPermission.KEEP_PLAN)
    with transaction.atomic():
        plan = lock(plan)
        theme = Theme(plan=plan, number=number or _next(plan.themes), name=name.strip())
        after = {"number": theme.number, "name": theme.name}
        return create(theme, PlanVerb.THEME_ADDED, by, after=after)


def add_outcome(theme: Theme, *, text: str, by: Actor, number: int | None = None) -> Outcome:
    """An outcome of a theme, numbered next unless a number is given."""
    require(by.authority, PlanPermission.KEEP_PLAN)
    with transaction.atomic():
        theme = lock(theme)
        outcome = Outcome(theme=theme, number=number or _next(theme.outcomes), text=text.strip())
        verb = PlanVerb.OUTCOME_ADDED
        return create(outcome, verb, by, note=outcome.text, after={"ref": outcome.ref})


def _next(numbered: Any) -> int:
    """The number after the last of these."""
    return int(numbered.aggregate(last=Max("number"))["last"] or 0) + 1


def reword_outcome(outcome: Outcome, *, text: str, version: int, by: Actor) -> Outcome:
    """Change an outcome's words. Raises ``Refused``, ``Stale`` or ValidationError."""
    require(by.authority, PlanPermission.KEEP_PLAN)
    text = required("text", text, "Enter what the outcome is")
    verb = PlanVerb.OUTCOME_REWORDED
    with changing(outcome, verb, by, version=version, note=text) as outcome:
        outcome.text = text
    return outcome


def judge_outcome(
    outcome: Outcome, *, judged: Judged, why: str, version: int, by: Actor
) -> Outcome:
    """A head of service judges whether an outcome was achieved, apart from its actions.

    Judging it anew keeps the old judgement on record. Raises ``Refused``, ``Stale`` or
    ValidationError by field.
    """
    if not by.authority.holds(PlanPermission.JUDGE_OUTCOMES):
        refuse("A head of service judges whether an outcome was achieved.")
    why = required("why", why, "Enter what this judgement rests on")
    verb = PlanVerb.OUTCOME_JUDGED
    with changing(outcome, verb, by, version=version, reason=why) as outcome:
        outcome.judged, outcome.judged_why = judged, why
        outcome.judged_at, outcome.judged_by = by.now, by.person
    return outcome


def write_closing(part: Plan | Theme, *, text: str, version: int, by: Actor) -> Plan | Theme:
    """What is said of a plan or a theme when its year is over.

    Raises ``Refused`` or ``Stale``.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    verb, text = PlanVerb.CLOSING_STATEMENT_WRITTEN, text.strip()
    with changing(part, verb, by, version=version, note=text) as part:
        part.closing_statement = text
    return part


def add_aim(outcome: Outcome, *, by: Actor, **goal: Unpack[Goal]) -> Aim:
    """Have an outcome aim at a level of a measure; raises ``Refused`` or ValidationError."""
    require(by.authority, PlanPermission.KEEP_PLAN)
    with transaction.atomic():
        outcome = lock(outcome)
        aim = _new_aim(outcome, goal)
        _refuse_second_aim(aim)
        return create(aim, PlanVerb.AIM_ADDED, by, about=outcome, after=_plain(aim))


def change_aim(aim: Aim, *, reason: str, by: Actor, **goal: Unpack[Goal]) -> Aim:
    """Have an outcome aim at something else instead; the old aim stays, with why it ended.

    Gives the aim in its place; the same again changes nothing. Raises ``Refused``, ``Stale``,
    ``NotAllowed`` for one that was removed, or ValidationError by field.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    reason = required("reason", reason, "Enter why the aim changes: the old one stays on record")
    with transaction.atomic():
        aim = _lock_aim(aim)
        new = _new_aim(aim.outcome, goal)
        current = _latest(aim)
        if current.ended_at is not None:
            raise NotAllowed("Somebody removed this aim meanwhile. Add it anew if it is to hold.")
        if _plain(new) == _plain(current):
            return current
        if current != aim:
            raise Stale(current)
        new.replaces = aim
        _refuse_second_aim(new)
        _end(aim, reason, by)
        new.full_clean()
        new.save()
        _record_end(PlanVerb.AIM_CHANGED, aim, _plain(new), by)
    return new


def remove_aim(aim: Aim, *, reason: str, by: Actor) -> Aim:
    """Have an outcome no longer aim at this; the aim stays, with who removed it and why.

    Removing it again changes nothing. Raises ``Refused``, ``Stale`` where another came in its
    place, or ValidationError without a reason.
    """
    require(by.authority, PlanPermission.KEEP_PLAN)
    reason = required("reason", reason, "Enter why the aim is removed: it stays on record")
    with transaction.atomic():
        aim = _lock_aim(aim)
        current = _latest(aim)
        if current != aim:
            raise Stale(current)
        if aim.ended_at is None:
            _end(aim, reason, by)
            _record_end(PlanVerb.AIM_REMOVED, aim, None, by)
    return aim


def _new_aim(outcome: Outcome, goal: Goal) -> Aim:
    return Aim(outcome=outcome, **{**goal, "year": goal["year"].start})


def _lock_aim(aim: Aim) -> Aim:
    """The aim as it stands; aims of an outcome wait for one another at the outcome's row."""
    outcome = lock(aim.outcome)
    aim = Aim.objects.select_related("measure", "locality").get(pk=aim.pk)
    aim.outcome = outcome
    return aim


def _latest(aim: Aim) -> Aim:
    """What came in its place last, or itself; one query for each change since."""
    while aim.ended_at is not None:
        later = Aim.objects.select_related("measure", "locality").filter(replaces=aim).first()
        if later is None:
            break
        aim = later
    return aim


def _refuse_second_aim(aim: Aim) -> None:
    others = aim.outcome.aims.in_force().filter(measure=aim.measure, locality=aim.locality)
    if any(other != aim.replaces for other in others):
        raise ValidationError({"measure": "This outcome aims at this measure there already"})


def _end(aim: Aim, reason: str, by: Actor) -> None:
    aim.ended_at, aim.ended_by, aim.ended_why = by.now, by.person, reason
    aim.save(update_fields=["ended_at", "ended_by", "ended_why"])


def _record_end(verb: PlanVerb, aim: Aim, after: Any, by: Actor) -> None:
    remarks = {"reason": aim.ended_why}
    record([Entry(verb, aim.outcome, "", _plain(aim), after, remarks)], by)


def _plain(aim: Aim) -> dict[str, Any]:
    """The aim for the record."""
    return {
        "measure": aim.measure.code,
        "locality": aim.locality.code if aim.locality else "",
        "year": str(aim.financial_year),
        "from": None if aim.start is None else f"{aim.start.normalize():f}",
        "to": f"{aim.level.normalize():f}",
    }
