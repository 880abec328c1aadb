"""Corrections to a closed quarter: proposed with a reason, countersigned by somebody else."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from earlyhelp.core.change import Details, changing, create, required
from measures.models import CorrectedFigure, Correction, Figure, Return
from measures.permissions import MeasuresPermission
from measures.returns import checks
from measures.returns.actions import FigureEdit, FiguresRefused, write_figures
from measures.returns.answers import GivenAnswer
from measures.verbs import MeasuresVerb
from measures.workflow import CorrectionKind, CorrectionState, NotAllowed, QuarterState, ReturnState
from teams.authority import Actor
from teams.permissions import Refused, require

NO_KIND = "Choose what kind of change it is: readers outside are told"


def propose(
    changes: Mapping[int, GivenAnswer],
    *,
    reason: str,
    kind: str = CorrectionKind.ERROR,
    by: Actor,
) -> Correction:
    """Propose new answers for signed-off figures of closed quarters, by figure id.

    Several figures can go under one reason and ``kind``, which readers outside are told. Nothing
    changes until somebody else countersigns. Raises ``Refused``, ``NotAllowed``,
    ``FiguresRefused`` (by figure id), or ValidationError without a reason or without a change.
    """
    require(by.authority, MeasuresPermission.PROPOSE_CORRECTION)
    reason = required("reason", reason, "Say why the figures change: readers will see this")
    kind = required("kind", kind, NO_KIND)
    with transaction.atomic():
        figures = _locked_figures(list(changes))
        really = {
            pk: new
            for pk, new in changes.items()
            if new.without_words() != GivenAnswer.of(figures[pk]).without_words()
        }
        if not really:
            raise ValidationError("Change at least one figure")
        for pk, new in really.items():
            _refuse_unfinished(pk, new)
        _refuse_broken_rules(figures, really)
        correction = create(
            Correction(reason=reason, kind=kind, proposed_at=by.now, proposed_by=by.person),
            MeasuresVerb.CORRECTION_PROPOSED,
            by,
            reason=reason,
            after=[_on_record(figures[pk], new) for pk, new in really.items()],
        )
        CorrectedFigure.objects.bulk_create(
            CorrectedFigure(
                correction=correction,
                figure=figures[pk],
                before_value=figures[pk].value,
                before_answer=figures[pk].answer,
                after_value=new.value,
                after_answer=new.answer,
                after_note=new.note.strip(),
            )
            for pk, new in really.items()
        )
    return correction


def _on_record(figure: Figure, new: GivenAnswer) -> dict[str, Any]:
    return {
        "return": figure.return_made_id,
        "item": figure.item.code,
        "before": GivenAnswer.of(figure).counted,
        "after": new.counted,
    }


def _refuse_unfinished(pk: int, new: GivenAnswer) -> None:
    """Raise ``FiguresRefused`` for what says nothing, or for a figure whose correction waits."""
    if not new.is_answered:
        raise FiguresRefused({pk: "Give a number, or say why there is none"})
    if new.answer and not new.note.strip():
        raise FiguresRefused({pk: "Say why there is no number"})
    if Correction.objects.waiting().filter(figures__figure=pk).exists():
        raise FiguresRefused({pk: "A correction of this figure waits already"})


def countersign(correction: Correction, *, kind: str = "", by: Actor) -> Correction:
    """Let a proposed correction take effect; the person is not the one who proposed it.

    The kind of change is confirmed with it, or another one chosen. Raises ``Refused``,
    ``NotAllowed`` (decided already, or a figure changed meanwhile) or ``FiguresRefused``.
    """
    details = Details()
    with changing(correction, MeasuresVerb.CORRECTION_COUNTERSIGNED, by, details=details) as found:
        _decide(found, CorrectionState.COUNTERSIGNED, by)
        found.kind = required("kind", kind or found.kind, NO_KIND)
        details.after["kind"] = found.kind
        lines = list(found.figures.select_related("figure"))
        figures = _locked_figures([line.figure_id for line in lines])
        new: dict[int, GivenAnswer] = {}
        for line in lines:
            figure = figures[line.figure_id]
            if (figure.value, figure.answer) != (line.before_value, line.before_answer):
                raise NotAllowed(
                    f"“{figure.item.name}” changed since this correction was proposed: "
                    "decline it and propose it again."
                )
            new[line.figure_id] = GivenAnswer(line.after_value, line.after_answer, line.after_note)
        _refuse_broken_rules(figures, new)
        write_figures([FigureEdit(figures[pk], given) for pk, given in new.items()], by=by)
        returns = {figure.return_made_id for figure in figures.values()}
        Return.objects.filter(pk__in=returns).update(version=F("version") + 1)
    return found


def decline(correction: Correction, *, reason: str, by: Actor) -> Correction:
    """Turn a proposed correction down, saying why; raises as ``countersign`` does."""
    reason = required("reason", reason, "Say why the correction is declined")
    with changing(correction, MeasuresVerb.CORRECTION_DECLINED, by, reason=reason) as found:
        _decide(found, CorrectionState.DECLINED, by, reason)
    return found


def _locked_figures(ids: list[int]) -> dict[int, Figure]:
    """The figures by id, their returns locked; each must be signed off in a closed quarter."""
    returns = {
        made.pk: made
        for made in Return.objects.select_for_update().filter(figures__in=ids).order_by("pk")
    }
    figures = {}
    for figure in Figure.objects.filter(pk__in=ids).select_related("item"):
        figure.return_made = returns[figure.return_made_id]
        figures[figure.pk] = figure
    for made in returns.values():
        if made.state != ReturnState.SIGNED_OFF:
            raise NotAllowed(
                f"The return of {made.team} is not signed off, so it needs no correction."
            )
        if made.quarter.state != QuarterState.CLOSED:
            raise NotAllowed(
                f"{made.quarter.quarter} is still open: its head of service can reopen the return."
            )
    if len(figures) != len(set(ids)):
        raise NotAllowed("A figure in this correction is not there any more.")
    return figures


def _refuse_broken_rules(figures: Mapping[int, Figure], new: Mapping[int, GivenAnswer]) -> None:
    by_return: dict[int, dict[int, GivenAnswer]] = {}
    for pk, becomes in new.items():
        by_return.setdefault(figures[pk].return_made_id, {})[figures[pk].item_id] = becomes
    errors: dict[int, str] = {}
    for return_id, changed in by_return.items():
        everything = list(
            Figure.objects.filter(return_made=return_id).select_related("item", "item__part_of")
        )
        was = {figure.item_id: GivenAnswer.of(figure) for figure in everything}
        broken = checks.refusals([figure.item for figure in everything], was | changed, was)
        errors |= {f.pk: broken[f.item_id] for f in everything if f.item_id in broken}
    if errors:
        raise FiguresRefused(errors)


def _decide(correction: Correction, state: CorrectionState, by: Actor, note: str = "") -> None:
    """Settle a correction that waits; not by whoever proposed it."""
    require(by.authority, MeasuresPermission.COUNTERSIGN)
    if correction.proposed_by_id == by.person.pk:
        raise Refused("You proposed this correction, so somebody else has to countersign it.")
    if correction.state != CorrectionState.PROPOSED:
        raise NotAllowed("This correction was decided already.")
    correction.state, correction.decision_note = state, note
    correction.decided_at, correction.decided_by = by.now, by.person
