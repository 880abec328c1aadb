"""A team's quarter: figures are saved, confirmed and submitted."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from earlyhelp.core.change import (
    Entry,
    PartlySaved,
    changing,
    compare_version,
    lock,
    move,
    record,
    refuse,
)
from earlyhelp.core.rows import insert
from measures import workflow
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns import checks
from measures.returns.access import figures_of
from measures.returns.answers import GivenAnswer
from measures.returns.checks import Oddity
from measures.returns.questions import questions
from measures.returns.since_handed_back import differs_since_handed_back
from measures.verbs import MeasuresVerb
from measures.workflow import RETURN, QuarterState, ReturnAct, ReturnState
from teams.authority import Actor, AnyActor
from teams.models import Appointment, User
from teams.notices import tell
from teams.roles import Role

# The columns that a save writes; one upsert carries all the figures that changed.
_WRITTEN = [
    "value",
    "answer",
    "note",
    "explanation",
    "explained_value",
    "is_confirmed",
    "entered_at",
    "entered_by",
    "entered_route",
]


# Which figure it is; and all of its row, for a database takes it for a new one first.
_WHICH = ["return_made", "item"]
_written_values = attrgetter(
    *("return_made_id", "item_id", "is_queried"),
    *("entered_by_id" if name == "entered_by" else name for name in _WRITTEN),
)


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
    """Save all of what was given for some questions of a return, by item id, or nothing.

    Raises ``FiguresRefused`` where a rule is broken, and as ``save_valid`` does.
    """
    with transaction.atomic():
        saved = save_valid(made, given, version=version, by=by)
        if saved.refused:
            raise FiguresRefused(dict(saved.refused))
    return saved.row


def save_valid(
    made: Return, given: Mapping[int, GivenAnswer], *, version: int, by: Actor
) -> PartlySaved[Return]:
    """Save what is valid of what was given for some questions, by item id, as a draft.

    Only what differs is written: one upsert, and one event for each figure. Saving what is
    already there changes nothing, whatever the version. Raises ``Refused``, ``NotAllowed`` or
    ``Stale`` (made from an older version); then nothing is saved.
    """
    with transaction.atomic():
        made = lock(made)
        if not on_return(by.authority, MeasuresPermission.ENTER_FIGURES, made):
            refuse("You are not appointed to enter figures for this team.")
        figures = {figure.item_id: figure for figure in figures_of(made)}
        there = {pk: GivenAnswer.of(figure) for pk, figure in figures.items()}
        changed = {pk: answer for pk, answer in given.items() if answer != there.get(pk, answer)}
        if not changed:
            return PartlySaved(made, {}, is_new=False)
        refuse_if_locked(made)
        move(made, RETURN, ReturnAct.SAVE, by)
        compare_version(made, version)
        items = [figure.item for figure in figures.values()]
        kept, refused = checks.valid_part(items, there, changed)
        if not kept:
            return PartlySaved(lock(made), refused, is_new=False)
        for figure in figures.values():
            figure.return_made = made
        write_figures([FigureEdit(figures[pk], answer) for pk, answer in kept.items()], by=by)
        made.version += 1
        made.save(update_fields=["state", "version"])
    return PartlySaved(made, refused, is_new=True)


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
                before=GivenAnswer.of(figure).on_record,
                after=answer.on_record,
                remarks={"note": answer.note, "explanation": answer.explanation},
            )
        )
        figure.value, figure.answer = answer.value, answer.answer
        figure.note = answer.note
        figure.explanation, figure.explained_value = answer.explanation, answer.explained
        if answer.is_answered:
            figure.is_confirmed = confirmed
            figure.entered_at, figure.entered_by_id = by.now, by_id
            figure.entered_route = by.route
        else:
            figure.is_confirmed = True
            figure.entered_at, figure.entered_by_id, figure.entered_route = None, None, ""
    insert(
        Figure,
        [*_WHICH, "is_queried", *_WRITTEN],
        (_written_values(change.figure) for change in changes),
        unique=_WHICH,
        update=_WRITTEN,
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
            there = GivenAnswer.of(figure).on_record
            verb = MeasuresVerb.FIGURE_CONFIRMED
            entries.append(Entry(verb, made, figure.item.code, there, there))
        record(entries, by)
        Figure.objects.filter(pk__in=[figure.pk for figure in waiting]).update(is_confirmed=True)
        made.version += 1
        made.save(update_fields=["state", "version"])
    return made


def what_is_missing(
    made: Return, figures: list[Figure], *, confirming: bool = True
) -> dict[int, str]:
    """Why the return cannot be submitted yet, by item id; empty when it is complete.

    ``figures`` are all of the return's, items loaded. Four queries; see ``missing_in``.
    """
    odd = questions([made], figures)
    asked = {figure.item_id: odd[figure.pk] for figure in figures if figure.pk in odd}
    return missing_in(figures, asked, confirming=confirming)


def missing_in(
    figures: Sequence[Figure], odd: Mapping[int, Oddity], *, confirming: bool = True
) -> dict[int, str]:
    """What is missing from a return's figures, by item id; ``odd`` has what is asked about them.

    Unanswered questions, figures from an extract that wait for the manager, words that were
    written about another number, and odd figures without a sentence; what breaks a rule was
    refused when it was saved. Without ``confirming``, what waits for the manager is left out.
    """
    missing: dict[int, str] = {}
    for figure in figures:
        name = figure.item.name
        if not figure.is_answered:
            missing[figure.item_id] = f"Answer “{name}”"
        elif not figure.is_confirmed and confirming:
            missing[figure.item_id] = f"Confirm “{name}”, which came from an extract"
        elif GivenAnswer.of(figure).explains_another:
            about = f"Your words on “{name}” were written about {figure.written_about}"
            missing[figure.item_id] = (
                f"{about}: confirm that they explain {figure.shown}, or change them"
            )
        elif figure.item_id in odd and not figure.explains.strip():
            missing[figure.item_id] = f"Say why “{name}” is right: {odd[figure.item_id].text}"
    return missing


def submit(made: Return, *, version: int, by: Actor, response: str = "") -> Return:
    """Submit a complete return; sending the same submission again changes nothing.

    ``response`` is the team's answer when the return had been sent back: without one, something
    in it is not what it was then. Raises ``Refused``, ``NotAllowed``, ``FiguresRefused`` (with
    what is missing), ``Stale``, or ValidationError where neither is so.
    """
    response, verb = response.strip(), MeasuresVerb.SUBMITTED
    with changing(made, verb, by, version=version, reason=response) as made:
        if not on_return(by.authority, MeasuresPermission.SUBMIT, made):
            refuse("You are not appointed to submit this team's return.")
        was_sent_back = made.state == ReturnState.RETURNED
        move(made, RETURN, ReturnAct.SUBMIT, by)
        refuse_if_locked(made)
        compare_version(made, version)
        missing = what_is_missing(made, list(Figure.objects.of(made)))
        if missing:
            raise FiguresRefused(missing)
        if was_sent_back and not response and not differs_since_handed_back(made):
            raise ValidationError({"response": NOTHING_CHANGED})
        made.response = response
        made.ready_at, made.ready_by = None, None
    return made


def say_ready(made: Return, *, version: int, by: Actor) -> Return:
    """Tell the team's managers that a return can be checked and submitted, by mail and on record.

    By somebody who fills it in and does not submit it. Said again it changes nothing. Raises
    ``Refused``, ``NotAllowed``, ``Stale``, or ``FiguresRefused`` (with what is missing, but for
    what is the manager's to confirm).
    """
    with changing(made, MeasuresVerb.READY, by, version=version) as made:
        if not on_return(by.authority, MeasuresPermission.ENTER_FIGURES, made):
            refuse("You are not appointed to enter figures for this team.")
        if on_return(by.authority, MeasuresPermission.SUBMIT, made):
            refuse("You submit this team's return yourself.")
        RETURN.next(ReturnAct.SAVE, made.state)
        refuse_if_locked(made)
        if made.ready_at is not None:
            return made
        compare_version(made, version)
        missing = what_is_missing(made, list(Figure.objects.of(made)), confirming=False)
        if missing:
            raise FiguresRefused(missing)
        made.ready_at, made.ready_by = by.now, by.person
        link = by.link(reverse("return-check", args=[made.pk]))
        addresses = [one.email for one in managers_of(made, by.today)]
        tell(addresses, "measures/mail/ready.txt", by, made=made, link=link)
    return made


def managers_of(made: Return, day: dt.date) -> list[User]:
    """Who manages a return's team on a day: they submit it. One query."""
    posts = Appointment.objects.in_force(day).filter(team=made.team_id, role=Role.TEAM_MANAGER)
    return list(User.objects.filter(pk__in=posts.values("person"), is_active=True).order_by("name"))


NOTHING_CHANGED = (
    "Nothing in this return has changed since it was returned. Change what was asked about, or say "
    "why it stays as it is."
)
