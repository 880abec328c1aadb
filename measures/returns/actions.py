"""A team's quarter: figures are saved, confirmed and submitted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from earlyhelp.core import clock
from measures import workflow
from measures.models import Figure, ReportingQuarter, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns import checks
from measures.returns.answers import Given
from measures.returns.earlier_figures import earlier_values
from measures.workflow import Act, QuarterState, ReturnState
from teams import record
from teams.models import Route, User
from teams.permissions import Refused, Standing

# The columns that a save writes; one upsert carries all the figures that changed.
_WRITTEN = [
    "value",
    "answer",
    "note",
    "explanation",
    "is_confirmed",
    "entered_at",
    "entered_by",
    "entered_route",
]


class FiguresRefused(Exception):
    """Figures break a rule; ``errors`` has the sentence for each, by item id."""

    def __init__(self, errors: dict[int, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class StaleReturn(Exception):
    """Somebody else saved meanwhile; ``current`` is the return as it stands now."""

    def __init__(self, current: Return) -> None:
        super().__init__("Somebody else saved this return while you were working on it.")
        self.current = current


def lock(made: Return) -> Return:
    """The return as it stands, locked until the transaction ends, its quarter read after it.

    The quarter is read in a statement of its own, so that a save that waited for a closing
    quarter sees it closed.
    """
    found = Return.objects.select_for_update().get(pk=made.pk)
    found.quarter = ReportingQuarter.objects.get(pk=found.quarter_id)
    return found


def refuse_if_locked(made: Return) -> None:
    """Raise ``NotAllowed`` when its quarter takes no changes to this return."""
    workflow.refuse_if_locked(
        QuarterState(made.quarter.state), accepted_late=made.accepted_late_at is not None
    )


def save_figures(
    made: Return,
    given: Mapping[int, Given],
    *,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Return:
    """Save what was given for some questions of a return, by item id, as a draft.

    Only what differs is written: one upsert, and one event for each figure. Saving what is
    already there changes nothing, whatever the version. Raises ``Refused``, ``NotAllowed``,
    ``FiguresRefused`` (a rule is broken) or ``StaleReturn`` (made from an older version);
    then nothing is saved.
    """
    at = at or clock.now()
    with transaction.atomic():
        found = lock(made)
        if not on_return(standing, MeasuresPermission.ENTER_FIGURES, found):
            raise Refused("You are not appointed to enter figures for this team.")
        listed = Figure.objects.filter(return_made=found).select_related("item").order_by()
        figures = {figure.item_id: figure for figure in listed}
        changed = {
            item_id: answer
            for item_id, answer in given.items()
            if item_id in figures and answer != Given.of(figures[item_id])
        }
        if not changed:
            return found
        refuse_if_locked(found)
        after = workflow.next_state(Act.SAVE, ReturnState(found.state))
        if found.version != version:
            raise StaleReturn(found)
        everything = {pk: Given.of(figure) for pk, figure in figures.items()} | changed
        errors = checks.refusals([figure.item for figure in figures.values()], everything)
        if errors:
            raise FiguresRefused(errors)
        for figure in figures.values():
            figure.return_made = found
        write_figures(
            [Change(figures[item_id], answer) for item_id, answer in changed.items()],
            by=by,
            route=route,
            at=at,
        )
        found.state = after
        found.version += 1
        found.save(update_fields=["state", "version"])
    return found


@dataclass(frozen=True)
class Change:
    """A figure and the answer it takes; the figure comes with its item and its return."""

    figure: Figure
    answer: Given


def write_figures(
    changes: Sequence[Change],
    *,
    by: User | None,
    route: Route,
    at: dt.datetime,
    confirmed: bool = True,
) -> None:
    """Write changed figures and their events; the caller holds the locks and has checked.

    ``confirmed`` is False for an extract that waits for the manager. One upsert and one
    write to the record for a return; a large load goes in batches.
    """
    by_id = by.pk if by else None
    entries = []
    for change in changes:
        figure, answer = change.figure, change.answer
        entries.append(
            record.Entry(
                verb="figure saved",
                subject=figure.return_made,
                part=figure.item.code,
                before=Given.of(figure).counted,
                after=answer.counted,
                remarks={"note": answer.note, "explanation": answer.explanation},
            )
        )
        figure.value, figure.answer = answer.value, answer.answer
        figure.note, figure.explanation = answer.note, answer.explanation
        if answer.is_answered:
            figure.is_confirmed = confirmed
            figure.entered_at, figure.entered_by_id, figure.entered_route = at, by_id, route
        else:
            figure.is_confirmed = True
            figure.entered_at, figure.entered_by_id, figure.entered_route = None, None, ""
    Figure.objects.bulk_create(
        [change.figure for change in changes],
        batch_size=record.BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["return_made", "item"],
        update_fields=_WRITTEN,
    )
    record.write(entries, by=by, route=route, at=at)


def confirm_figures(
    made: Return, *, version: int, by: User, standing: Standing, at: dt.datetime | None = None
) -> Return:
    """The manager takes the figures loaded from an extract as the team's own.

    Raises ``Refused``, ``NotAllowed`` or ``StaleReturn``.
    """
    at = at or clock.now()
    with transaction.atomic():
        found = lock(made)
        if not on_return(standing, MeasuresPermission.SUBMIT, found):
            raise Refused("Only the team's manager confirms figures from an extract.")
        refuse_if_locked(found)
        after = workflow.next_state(Act.SAVE, ReturnState(found.state))
        waiting = list(Figure.objects.of(found).filter(is_confirmed=False))
        if not waiting:
            return found
        if found.version != version:
            raise StaleReturn(found)
        record.write(
            [
                record.Entry(
                    verb="figure confirmed",
                    subject=found,
                    part=figure.item.code,
                    before=Given.of(figure).counted,
                    after=Given.of(figure).counted,
                )
                for figure in waiting
            ],
            by=by,
            route=Route.FORM,
            at=at,
        )
        Figure.objects.filter(pk__in=[figure.pk for figure in waiting]).update(is_confirmed=True)
        found.state = after
        found.version += 1
        found.save(update_fields=["state", "version"])
    return found


def what_is_missing(made: Return, figures: list[Figure]) -> dict[int, str]:
    """Why the return cannot be submitted yet, by item id; empty when it is complete.

    Unanswered questions, figures from an extract that wait for the manager, and odd figures
    without a sentence. ``figures`` are all of the return's, items loaded.
    """
    missing: dict[int, str] = {}
    items = [figure.item for figure in figures]
    given = {figure.item_id: Given.of(figure) for figure in figures}
    odd = checks.oddities(items, given, earlier_values(made))
    for figure in figures:
        name = figure.item.name
        if not figure.is_answered:
            missing[figure.item_id] = f"Answer “{name}”"
        elif not figure.is_confirmed:
            missing[figure.item_id] = f"Confirm “{name}”, which came from an extract"
        elif figure.item_id in odd and not figure.explanation.strip():
            missing[figure.item_id] = f"Say why “{name}” is right: {odd[figure.item_id].text}"
    missing |= checks.refusals(items, given)
    return missing


def submit(
    made: Return,
    *,
    version: int,
    by: User,
    standing: Standing,
    response: str = "",
    at: dt.datetime | None = None,
) -> Return:
    """Submit a complete return; sending the same submission again changes nothing.

    ``response`` is the team's answer when the return had been sent back. Raises ``Refused``,
    ``NotAllowed``, ``FiguresRefused`` (with what is missing) or ``StaleReturn``.
    """
    at = at or clock.now()
    with transaction.atomic():
        found = lock(made)
        if not on_return(standing, MeasuresPermission.SUBMIT, found):
            raise Refused("You are not appointed to submit this team's return.")
        again = (
            found.state == ReturnState.SUBMITTED
            and found.submitted_by_id == by.pk
            and found.version == version + 1
        )
        if again:
            return found
        refuse_if_locked(found)
        before, after = found.state, workflow.next_state(Act.SUBMIT, ReturnState(found.state))
        if found.version != version:
            raise StaleReturn(found)
        missing = what_is_missing(found, list(Figure.objects.of(found)))
        if missing:
            raise FiguresRefused(missing)
        found.state = after
        found.version += 1
        found.submitted_at, found.submitted_by = at, by
        found.response = response.strip()
        found.save(update_fields=["state", "version", "submitted_at", "submitted_by", "response"])
        record.note(
            "submitted",
            found,
            by=by,
            route=Route.FORM,
            at=at,
            reason=found.response,
            before=before,
            after=after,
        )
    return found
