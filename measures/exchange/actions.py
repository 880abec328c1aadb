"""Figures from a file: drafts for managers to confirm, or history that is signed off already."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import transaction

from earlyhelp.core.actor import Route
from earlyhelp.core.change import Entry, record
from earlyhelp.core.events.record import BATCH_SIZE
from measures.models import DataItem, Figure, ReportingQuarter, Return
from measures.returns import checks
from measures.returns.actions import FigureEdit, write_figures
from measures.returns.answers import GivenAnswer
from measures.verbs import MeasuresVerb
from measures.workflow import RETURN, ReturnAct, ReturnState
from teams.authority import AnyActor
from teams.models import Team
from teams.quarters import Quarter

# Figures by team and quarter, then by item; and a column with what is wrong in it.
Figures = dict[tuple[int, int], dict[int, Figure]]
Error = tuple[str, str]


class NamedTeam(NamedTuple):
    """A team as lines need it: a large council's are quickly read for a file of few lines."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of a file: whose, when, which question (by its id), and the answer."""

    team: Team | NamedTeam
    quarter: Quarter
    item_id: int
    answer: GivenAnswer


# Lines with their numbers. A batch has every line about its returns, and comes each time it is
# asked for, so that a file of any length need not be held as lines.
Batch = Sequence[tuple[int, FigureLine]]
Batches = Callable[[], Iterable[Batch]]


@dataclass(frozen=True)
class Loaded:
    """What a load did, or would do: numbers of figures and returns."""

    figures: int = 0
    unchanged: int = 0
    returns: int = 0
    signed_off: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            self.figures + other.figures,
            self.unchanged + other.unchanged,
            self.returns + other.returns,
            self.signed_off + other.signed_off,
        )


class LoadRefused(Exception):
    """Nothing was loaded; ``errors`` has the column and the sentence, by line number."""

    def __init__(self, errors: dict[int, Error]) -> None:
        super().__init__(f"{len(errors)} lines cannot be loaded")
        self.errors = errors


@dataclass(frozen=True)
class LoadPlan:
    """What a batch would do: the figures of its returns, which change, which returns move on."""

    figures: Figures
    changes: Sequence[FigureEdit]
    moves: Sequence[Return]
    errors: Mapping[int, Error]
    loaded: Loaded


def load_figures(lines: Sequence[FigureLine], *, signed_off: bool, by: AnyActor) -> Loaded:
    """Load figures, all of them or none (files.md, "Figures").

    Without ``signed_off`` they become drafts of returns in open quarters, unconfirmed until
    the manager takes them. With it (for history) the returns they fill become signed off *by
    import*, closed quarters included; questions that no line answers stay unanswered. Lines
    equal to what is there change nothing. A different answer for a figure that is submitted
    or signed off is refused: that is a correction. A question still unanswered in a return
    that an earlier import signed off can be filled by another such import, so that history
    can come in several files. Raises ``LoadRefused`` with every error.
    """
    batch = list(enumerate(lines))
    return load_batches(lambda: [batch], signed_off=signed_off, by=by)


def check_batches(
    batches: Batches, *, signed_off: bool, look: Callable[[LoadPlan], None] | None = None
) -> Loaded:
    """What ``load_batches`` would do; nothing is locked or written. ``look`` sees each plan."""
    loaded, errors = Loaded(), dict[int, Error]()
    for batch in batches():
        plan = _plan(batch, signed_off=signed_off)
        errors |= plan.errors
        loaded += plan.loaded
        if look is not None:
            look(plan)
    if errors:
        raise LoadRefused(dict(sorted(errors.items())))
    return loaded


def load_batches(batches: Batches, *, signed_off: bool, by: AnyActor) -> Loaded:
    """Load them, all or none: checked before the transaction begins, and again under its locks."""
    check_batches(batches, signed_off=signed_off)
    loaded = Loaded()
    with transaction.atomic():
        _lock_returns(batches)
        for batch in batches():
            plan = _plan(batch, signed_off=signed_off)
            if plan.errors:
                raise LoadRefused(dict(plan.errors))
            write_figures(plan.changes, by=by, confirmed=signed_off)
            _move_on(plan.moves, signed_off, by)
            loaded += plan.loaded
    return loaded


def _lock_returns(batches: Batches) -> None:
    """In the order in which everybody locks them; one statement a quarter."""
    teams: dict[int, set[int]] = defaultdict(set)
    for batch in batches():
        for _, line in batch:
            teams[line.quarter.index].add(line.team.pk)
    for quarter, wanted in sorted(teams.items()):
        locked = Return.objects.select_for_update().filter(quarter=quarter, team__in=wanted)
        list(locked.order_by("pk").only("pk"))


def _plan(batch: Batch, *, signed_off: bool) -> LoadPlan:
    """What a batch would do to what is there."""
    lines = dict(batch)
    figures = _figures(lines.values())
    taken, errors = _taken(batch, figures, signed_off)
    changes = {
        pk: FigureEdit(figure, _with_words_of(figure, lines[number].answer))
        for pk, (number, figure) in taken.items()
        if not _same(figure, lines[number].answer)
    }
    errors |= _broken_rules(figures, changes, {pk: number for pk, (number, _) in taken.items()})
    returns = {figure.return_made_id: figure.return_made for _, figure in taken.values()}
    changed = {change.figure.return_made_id for change in changes.values()}
    moves = [
        made for made in returns.values() if made.pk in changed or _becomes_signed(made, signed_off)
    ]
    loaded = Loaded(
        figures=len(changes),
        unchanged=len(lines) - len(changes),
        returns=len(changed),
        signed_off=sum(_becomes_signed(made, signed_off) for made in moves),
    )
    return LoadPlan(figures, list(changes.values()), moves, errors, loaded)


def _taken(
    batch: Batch, figures: Figures, signed_off: bool
) -> tuple[dict[int, tuple[int, Figure]], dict[int, Error]]:
    """The figures that lines are about, by their ids with the lines' numbers; and refused lines."""
    taken: dict[int, tuple[int, Figure]] = {}
    errors: dict[int, Error] = {}
    for number, line in batch:
        found = _figure_of(line, figures, signed_off)
        if isinstance(found, Figure):
            taken[found.pk] = number, found
        else:
            errors[number] = found
    return taken, errors


def _becomes_signed(made: Return, signed_off: bool) -> bool:
    return signed_off and RETURN.allows(ReturnAct.IMPORT_SIGNED_OFF, ReturnState(made.state))


def _figures(lines: Iterable[FigureLine]) -> Figures:
    """Figures by team and quarter, then item, of the returns that lines are about.

    Three statements a quarter. The quarter is read after its returns (that a load has locked),
    so that a load that waited for a closing quarter sees it closed.
    """
    teams: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        teams[line.quarter.index].add(line.team.pk)
    items = DataItem.objects.in_bulk()
    found: Figures = {}
    for quarter, wanted in sorted(teams.items()):
        returns = Return.objects.filter(quarter=quarter, team__in=wanted).in_bulk()
        if not returns:
            continue
        row = ReportingQuarter.objects.get(pk=quarter)
        for made in returns.values():
            made.quarter = row
            found[made.team_id, quarter] = {}
        for figure in Figure.objects.filter(return_made__in=list(returns)):
            figure.return_made = made = returns[figure.return_made_id]
            figure.item = items[figure.item_id]
            found[made.team_id, quarter][figure.item_id] = figure
    return found


def _figure_of(line: FigureLine, figures: Figures, signed_off: bool) -> Figure | Error:
    """The figure that a line is about, or what refuses the line."""
    by_item = figures.get((line.team.pk, line.quarter.index))
    if by_item is None:
        return "quarter", f"{line.team} owes no return for {line.quarter}"
    figure = by_item.get(line.item_id)
    if figure is None:
        return "item", f"{line.team} was not asked this in {line.quarter}"
    if RETURN.allows(ReturnAct.SAVE, figure.return_made.state):
        made = figure.return_made
        if signed_off or made.quarter.is_open or made.accepted_late_at:
            return figure
        return "quarter", f"{line.quarter} is closed"
    return _why_settled(figure, line.answer, signed_off) or figure


def _why_settled(figure: Figure, answer: GivenAnswer, signed_off: bool) -> Error | None:
    """What refuses another answer for a figure that is no longer with the team."""
    made = figure.return_made
    first_fill = signed_off and made.signed_off_route == Route.IMPORT and not figure.is_answered
    if first_fill or _same(figure, answer):
        return None
    column = "value" if answer.value is not None else "answer"
    state = made.get_state_display().lower()
    return column, f"this figure is {state} as “{figure.shown}”: propose a correction"


def _same(figure: Figure, answer: GivenAnswer) -> bool:
    """Whether the line says what is there; a line without a note leaves the note alone."""
    return (figure.value, figure.answer) == (answer.value, answer.answer) and (
        not answer.note or figure.note == answer.note
    )


def _with_words_of(figure: Figure, answer: GivenAnswer) -> GivenAnswer:
    """What the line says; the team's words stay words on the number that they were written for."""
    return replace(answer, explanation=figure.explanation, explained=figure.explained_value)


def _broken_rules(
    figures: Figures, changes: Mapping[int, FigureEdit], line_of: Mapping[int, int]
) -> dict[int, Error]:
    """What would break a rule, by line number; changes and lines are by the figure's id."""
    errors: dict[int, Error] = {}
    for by_item in figures.values():
        changed = {
            item_id: changes[figure.pk].answer
            for item_id, figure in by_item.items()
            if figure.pk in changes
        }
        if not changed:
            continue
        was = {pk: GivenAnswer.of(figure) for pk, figure in by_item.items()}
        items = [figure.item for figure in by_item.values()]
        broken = checks.refusals(items, was | changed, was)
        for item_id, sentence in broken.items():
            number = _line_about(by_item, item_id, line_of)
            if number is not None:
                errors[number] = "value", sentence
    return errors


def _line_about(
    by_item: Mapping[int, Figure], item_id: int, line_of: Mapping[int, int]
) -> int | None:
    """The line of a figure, or of the whole that it is a part of; None where neither has one."""
    part = by_item[item_id]
    whole = by_item.get(part.item.part_of_id or 0, part)
    return line_of.get(part.pk, line_of.get(whole.pk))


def _move_on(moves: Sequence[Return], signed_off: bool, by: AnyActor) -> None:
    """Move the returns that were filled to their next state."""
    entries = []
    for made in moves:
        before = ReturnState(made.state)
        signed = _becomes_signed(made, signed_off)
        made.version += 1
        if signed:
            made.state = ReturnState.SIGNED_OFF
            made.submitted_at, made.submitted_by = by.now, None
            made.signed_off_at, made.signed_off_by = by.now, None
            made.signed_off_route = Route.IMPORT
            made.ready_at, made.ready_by = None, None
            entries.append(Entry(MeasuresVerb.SIGNED_OFF, made, before=before, after=made.state))
        elif before == ReturnState.DUE:
            made.state = ReturnState.DRAFT
    Return.objects.bulk_create(
        moves,
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=[
            "state",
            "version",
            "ready_at",
            "ready_by",
            "submitted_at",
            "submitted_by",
            "signed_off_at",
            "signed_off_by",
            "signed_off_route",
        ],
    )
    if signed_off:
        Figure.objects.filter(
            return_made__in=[made.pk for made in moves], is_confirmed=False
        ).update(is_confirmed=True)
    record(entries, by.by_route(Route.IMPORT) if signed_off else by)
