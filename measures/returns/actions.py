"""A team's quarter: figures are saved, confirmed and submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from earlyhelp.core.change import (
    Entry,
    changing,
    compare_version,
    lock,
    move,
    record,
    refuse,
)
from earlyhelp.core.events.record import BATCH_SIZE
from measures import workflow
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns import checks
from measures.returns.access import figures_of
from measures.returns.answers import GivenAnswer
from measures.returns.questions import questions
from measures.verbs import MeasuresVerb
from measures.workflow import RETURN, QuarterState, ReturnAct
from teams.authority import Actor, AnyActor

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


def refuse_if_locked(made: Return) -> None:
    """Raise ``NotAllowed`` when its quarter takes no changes to this return."""
    workflow.refuse_if_locked(
        QuarterState(made.quarter.state), accepted_late=made.accepted_late_at is not None
    )


def save_figures(
    made: Return, given: Mapping[int, GivenAnswer], *, version: int, by: Actor
) -> Return:
    """Save what was given for some questions of a return, by item id, as a draft.

    Only what differs is written: one upsert, and one event for each figure. Saving what is
    already there changes nothing, whatever the version. Raises ``Refused``, ``NotAllowed``,
    ``FiguresRefused`` (a rule is broken) or ``Stale`` (made from an older version);
    then nothing is saved.
    """
    with transaction.atomic():
        made = lock(made)
        if not on_return(by.authority, MeasuresPermission.ENTER_FIGURES, made):
            refuse("You are not appointed to enter figures for this team.")
        figures = {figure.item_id: figure for figure in figures_of(made)}
        changed = {
            item_id: answer
            for item_id, answer in given.items()
            if item_id in figures and answer != GivenAnswer.of(figures[item_id])
        }
        if not changed:
            return made
        refuse_if_locked(made)
        move(made, RETURN, ReturnAct.SAVE, by)
        compare_version(made, version)
        was = {pk: GivenAnswer.of(figure) for pk, figure in figures.items()}
        items = [figure.item for figure in figures.values()]
        errors = checks.refusals(items, was | changed, was)
        if errors:
            raise FiguresRefused(errors)
        for figure in figures.values():
            figure.return_made = made
        write_figures([FigureEdit(figures[pk], answer) for pk, answer in changed.items()], by=by)
        made.version += 1
        made.save(update_fields=["state", "version"])
    return made


@dataclass(frozen=True)
class FigureEdit:
    """A figure and the answer it takes; the figure comes with its item and its return."""

    figure: Figure
    answer: GivenAnswer


def write_figures(changes: Sequence[FigureEdit], *, by: AnyActor, confirmed: bool = True) -> None:
    """Write changed figures and their events; the caller holds the locks and has checked.

    ``confirmed`` is False for an extract that waits for the manager. One upsert and one
    write to the record for a return; a large load goes in batches.
    """
    by_id = by.person.pk if by.person else None
    entries = []
    for change in changes:
        figure, answer = change.figure, change.answer
        entries.append(
            Entry(
                verb=MeasuresVerb.FIGURE_SAVED,
                subject=figure.return_made,
                part=figure.item.code,
                before=GivenAnswer.of(figure).counted,
                after=answer.counted,
                remarks={"note": answer.note, "explanation": answer.explanation},
            )
        )
        figure.value, figure.answer = answer.value, answer.answer
        figure.note, figure.explanation = answer.note, answer.explanation
        if answer.is_answered:
            figure.is_confirmed = confirmed
            figure.entered_at, figure.entered_by_id = by.now, by_id
            figure.entered_route = by.route
        else:
            figure.is_confirmed = True
            figure.entered_at, figure.entered_by_id, figure.entered_route = None, None, ""
    Figure.objects.bulk_create(
        [change.figure for change in changes],
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["return_made", "item"],
        update_fields=_WRITTEN,
    )
    record(entries, by)


def confirm_figures(made: Return, *, version: int, by: Actor) -> Return:
    """The manager takes the figures loaded from an extract as the team's own.

    Raises ``Refused``, ``NotAllowed`` or ``Stale``.
    """
    with transaction.atomic():
        made = lock(made)
        if not on_return(by.authority, MeasuresPermission.SUBMIT, made):
            refuse("Only the team's manager confirms figures from an extract.")
        refuse_if_locked(made)
        move(made, RETURN, ReturnAct.SAVE, by)
        waiting = list(Figure.objects.of(made).filter(is_confirmed=False))
        if not waiting:
            return made
        compare_version(made, version)
        entries = []
        for figure in waiting:
            counted = GivenAnswer.of(figure).counted
            verb = MeasuresVerb.FIGURE_CONFIRMED
            entries.append(Entry(verb, made, figure.item.code, counted, counted))
        record(entries, by)
        Figure.objects.filter(pk__in=[figure.pk for figure in waiting]).update(is_confirmed=True)
        made.version += 1
        made.save(update_fields=["state", "version"])
    return made


def what_is_missing(made: Return, figures: list[Figure]) -> dict[int, str]:
    """Why the return cannot be submitted yet, by item id; empty when it is complete.

    Unanswered questions, figures from an extract that wait for the manager, and odd figures
    without a sentence; what breaks a rule was refused when it was saved. ``figures`` are all of
    the return's, items loaded.
    """
    missing: dict[int, str] = {}
    odd = questions([made], figures)
    for figure in figures:
        name = figure.item.name
        if not figure.is_answered:
            missing[figure.item_id] = f"Answer “{name}”"
        elif not figure.is_confirmed:
            missing[figure.item_id] = f"Confirm “{name}”, which came from an extract"
        elif figure.pk in odd and not figure.explanation.strip():
            missing[figure.item_id] = f"Say why “{name}” is right: {odd[figure.pk].text}"
    return missing


def submit(made: Return, *, version: int, by: Actor, response: str = "") -> Return:
    """Submit a complete return; sending the same submission again changes nothing.

    ``response`` is the team's answer when the return had been sent back. Raises ``Refused``,
    ``NotAllowed``, ``FiguresRefused`` (with what is missing) or ``Stale``.
    """
    response, verb = response.strip(), MeasuresVerb.SUBMITTED
    with changing(made, verb, by, version=version, reason=response) as made:
        if not on_return(by.authority, MeasuresPermission.SUBMIT, made):
            refuse("You are not appointed to submit this team's return.")
        move(made, RETURN, ReturnAct.SUBMIT, by)
        refuse_if_locked(made)
        compare_version(made, version)
        missing = what_is_missing(made, list(Figure.objects.of(made)))
        if missing:
            raise FiguresRefused(missing)
        made.response = response
    return made
