"""Opening and closing quarters: what makes returns, what locks them, and what unlocks them."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core.change import Details, Entry, changing, lock, record, required
from measures.models import Answer, DataItem, Figure, Question, ReportingQuarter, Return
from measures.permissions import MeasuresPermission
from measures.quarters import closing, opening
from measures.releases import actions as releases
from measures.returns.answers import GivenAnswer
from measures.verbs import MeasuresVerb
from measures.workflow import QUARTER, NotAllowed, QuarterAct, QuarterState, ReturnState
from teams.actions import keep
from teams.authority import Actor, AnyActor
from teams.models import Team
from teams.permissions import require
from teams.quarters import Quarter

CLOSED_BEFORE_THE_LAST_DAY = "The team closed before the last day of the quarter."


def plan_quarter(
    quarter: Quarter, *, due_on: dt.date, by: AnyActor, reason: str = ""
) -> ReportingQuarter:
    """Add a quarter that is not opened yet, or move the due date of one; keeps its state."""
    known = ReportingQuarter.objects.filter(pk=quarter.index).first()
    found = known or ReportingQuarter(index=quarter.index)
    if due_on <= quarter.first_day:
        raise ValidationError({"due_on": f"The due date cannot be before {quarter} begins"})
    found.due_on = due_on
    keep(found, by=by, reason=reason)
    return found


def why_not_move(quarter: ReportingQuarter) -> str:
    """Why the due date of a quarter cannot be moved any more; empty while it can."""
    closed = quarter.state == QuarterState.CLOSED
    return "This quarter is closed, so nothing is due in it any more." if closed else ""


def move_due_date(
    quarter: ReportingQuarter, *, due_on: dt.date, reason: str, by: Actor
) -> ReportingQuarter:
    """Give a quarter that is not closed another due date, with a reason.

    Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(by.authority, MeasuresPermission.RUN_QUARTERS)
    reason = required("reason", reason, "Enter why the due date moves: teams will see it")
    with transaction.atomic():
        found = lock(quarter)
        if why_not := why_not_move(found):
            raise NotAllowed(why_not)
        return plan_quarter(found.quarter, due_on=due_on, by=by, reason=reason)


def open_quarter(
    quarter: ReportingQuarter, *, skipping: bool = False, by: Actor
) -> ReportingQuarter:
    """Open a quarter that has begun, which makes the returns that are due; not after a later one.

    ``skipping`` says that quarters before it that were not opened never will be. Raises
    ``Refused``, ``NotAllowed`` (also the second time), or ValidationError where it would skip.
    """
    require(by.authority, MeasuresPermission.RUN_QUARTERS)
    return start(quarter, skipping=skipping, by=by)


def start(quarter: ReportingQuarter, *, skipping: bool = False, by: AnyActor) -> ReportingQuarter:
    """Open a quarter by any route; see ``open_quarter``."""
    made = Details()
    with changing(quarter, MeasuresVerb.QUARTER_OPENED, by, details=made) as found:
        # Later ones are locked, so that of two that open at once the later waits or is seen.
        list(ReportingQuarter.objects.after(found.quarter).select_for_update().order_by("index"))
        if why_not := opening.why_not_open(found, by.today):
            raise NotAllowed(why_not)
        skipped = opening.skipped_by(found.quarter)
        if skipped and not skipping:
            raise ValidationError({"skipping": opening.ask_about(skipped)})
        found.state = QUARTER.next(QuarterAct.OPEN, found.state)
        found.opened_at, found.opened_by = by.now, by.person
        made.after["returns"] = make_returns(found, by=by)
        if skipped:
            made.after["skipped"] = [str(one) for one in skipped]
    return found


def add_returns(quarter: ReportingQuarter, *, by: AnyActor) -> int:
    """Make the returns of teams that were added after an open quarter was opened; how many.

    A closed quarter keeps who was expected in it; raises ``NotAllowed``.
    """
    with transaction.atomic():
        found = lock(quarter)
        if found.state != QuarterState.OPEN:
            raise NotAllowed(f"{found.quarter} is not open.")
        made = make_returns(found, by=by)
        if made:
            record([Entry(MeasuresVerb.RETURNS_ADDED, found, after={"returns": made})], by)
    return made


def make_returns(quarter: ReportingQuarter, *, by: AnyActor) -> int:
    """Make the returns that are due in an opened quarter and missing; say how many.

    Every team open on any day of the quarter gets one, with an unanswered figure for each
    question its kind of team is asked. A team that closed before the last day has its
    quarter-end questions answered *not applicable* from the start, on record (product.md,
    section 2). Nothing else makes returns. A handful of statements, whatever the number of teams.
    """
    when = quarter.quarter
    teams = list(
        Team.objects.open_in(when).exclude(returns__quarter=quarter).prefetch_related("placements")
    )
    if not teams:
        return 0
    asked = _questions(quarter, {team.type_id for team in teams})
    returns = Return.objects.bulk_create(
        Return(
            team=team,
            quarter=quarter,
            locality_id=team.locality_id_in(when),
            team_type_id=team.type_id,
            state=ReturnState.DUE,
        )
        for team in teams
    )
    figures = Figure.objects.bulk_create(
        (
            _unanswered(made, item, gone=not team.is_open_on(when.last_day))
            for made, team in zip(returns, teams, strict=True)
            for item in asked[team.type_id]
        ),
        batch_size=5000,
    )
    _record_answers(figures, by)
    return len(returns)


def _record_answers(figures: Iterable[Figure], by: AnyActor) -> None:
    """Put the answers that nobody gave on record, so that replaying it rebuilds them."""
    record(
        [
            Entry(
                MeasuresVerb.ANSWERED_AT_OPENING,
                figure.return_made,
                figure.item.code,
                after=GivenAnswer.of(figure).counted,
                remarks={"note": figure.note},
            )
            for figure in figures
            if figure.is_answered
        ],
        by,
    )


def _unanswered(made: Return, item: DataItem, *, gone: bool) -> Figure:
    figure = Figure(return_made=made, item=item)
    if gone and item.is_snapshot:
        figure.answer, figure.note = Answer.NOT_APPLICABLE, CLOSED_BEFORE_THE_LAST_DAY
    return figure


def _questions(quarter: ReportingQuarter, types: set[int]) -> dict[int, list[DataItem]]:
    """What each kind of team is asked in this quarter, fixing it for kinds not asked yet."""
    known = list(Question.objects.filter(quarter=quarter).select_related("item"))
    new = types - {question.team_type_id for question in known}
    items = DataItem.objects.asked_in(quarter.quarter).prefetch_related("team_types")
    known += Question.objects.bulk_create(
        Question(quarter=quarter, team_type_id=type_id, item=item)
        for item in items
        for type_id in sorted(new & {team_type.pk for team_type in item.team_types.all()})
    )
    asked: dict[int, list[DataItem]] = defaultdict(list)
    for question in known:
        asked[question.team_type_id].append(question.item)
    return asked


def close_quarter(
    quarter: ReportingQuarter, *, reason: str, early: bool = False, by: Actor
) -> ReportingQuarter:
    """Close an open quarter: from then on it is locked for everyone.

    Its release is made once it is closed. Returns that are not signed off stay missing until they
    are accepted late; while there are any, a reason is needed. ``early`` says that it closes
    although somebody may still be at work (``closing.questions``). Raises ``Refused``,
    ``NotAllowed`` or ValidationError.
    """
    require(by.authority, MeasuresPermission.RUN_QUARTERS)
    with transaction.atomic():
        found = finish(quarter, reason=reason, early=early, by=by)
        releases.schedule(found)
    return found


def finish(
    quarter: ReportingQuarter, *, reason: str, early: bool = False, by: AnyActor
) -> ReportingQuarter:
    """Close a quarter by any route; see ``close_quarter``."""
    reason, left = reason.strip(), Details()
    verb = MeasuresVerb.QUARTER_CLOSED
    with changing(quarter, verb, by, reason=reason, details=left) as found:
        found.state = QUARTER.next(QuarterAct.CLOSE, found.state)
        # Every return is locked first, so that a save in flight ends before the quarter does.
        returns = _locked_returns(found)
        missing = [made.team_id for made in returns if made.state != ReturnState.SIGNED_OFF]
        asked = closing.questions(found, [made.state for made in returns], by.today)
        errors = {}
        if (missing or asked) and not reason:
            errors["reason"] = closing.WHY_INCOMPLETE if missing else closing.WHY_NOW
        if asked and not early:
            errors["early"] = closing.TICK
        if errors:
            raise ValidationError(errors)
        found.closed_at, found.closed_by = by.now, by.person
        found.closing_reason = reason
        left.after["not signed off"] = missing
    return found


def undo_closing(quarter: ReportingQuarter, *, reason: str, by: Actor) -> ReportingQuarter:
    """Open a closed quarter again, as it was, while nothing came of the closing.

    Raises ``Refused``, ``NotAllowed`` (``closing.why_not_undo``), or ValidationError without a
    reason.
    """
    require(by.authority, MeasuresPermission.RUN_QUARTERS)
    reason = required("reason", reason, "Enter why the closing is undone: it stays on record")
    with changing(quarter, MeasuresVerb.CLOSING_UNDONE, by, reason=reason) as found:
        # As for closing: a late acceptance or a correction in flight is seen.
        _locked_returns(found)
        if why_not := closing.why_not_undo(found):
            raise NotAllowed(why_not)
        found.state = QUARTER.next(QuarterAct.UNDO_CLOSING, found.state)
        found.closed_at = found.closed_by = None
        found.closing_reason = ""
        releases.void(found, by=by)
    return found


def _locked_returns(quarter: ReportingQuarter) -> list[Return]:
    return list(Return.objects.select_for_update().filter(quarter=quarter).order_by("pk"))
