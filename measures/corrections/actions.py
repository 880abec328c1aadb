"""Corrections to a closed quarter: proposed with a reason, countersigned by somebody else."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from earlyhelp.core import clock
from measures.counting.kept_sums import keep_sums
from measures.models import CorrectedFigure, Correction, Figure, Return
from measures.permissions import MeasuresPermission
from measures.returns import checks
from measures.returns.actions import Change, FiguresRefused, write_figures
from measures.returns.answers import Given
from measures.workflow import CorrectionState, NotAllowed, QuarterState, ReturnState
from teams import record
from teams.models import Route, User
from teams.permissions import Refused, Standing, require


def propose(
    changes: Mapping[int, Given],
    *,
    reason: str,
    by: User,
    standing: Standing,
    at: dt.datetime | None = None,
) -> Correction:
    """Propose new answers for signed-off figures of closed quarters, by figure id.

    Several figures can go under one reason. Nothing changes until somebody else
    countersigns. Raises ``Refused``, ``NotAllowed``, ``FiguresRefused`` (by figure id), or
    ValidationError without a reason or without a change.
    """
    at = at or clock.now()
    require(standing, MeasuresPermission.PROPOSE_CORRECTION)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the figures change: readers will see this"})
    with transaction.atomic():
        figures = _locked_figures(list(changes))
        really = {
            pk: new
            for pk, new in changes.items()
            if new.without_words() != Given.of(figures[pk]).without_words()
        }
        if not really:
            raise ValidationError("Change at least one figure")
        for pk, new in really.items():
            if not new.is_answered:
                raise FiguresRefused({pk: "Give a number, or say why there is none"})
            if new.answer and not new.note.strip():
                raise FiguresRefused({pk: "Say why there is no number"})
            if Correction.objects.waiting().filter(figures__figure=pk).exists():
                raise FiguresRefused({pk: "A correction of this figure waits already"})
        _refuse_broken_rules(figures, really)
        correction = Correction.objects.create(
            reason=reason.strip(), proposed_at=at, proposed_by=by
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
        record.note(
            "correction proposed",
            correction,
            by=by,
            route=Route.FORM,
            at=at,
            reason=correction.reason,
            after=[
                {
                    "return": figures[pk].return_made_id,
                    "item": figures[pk].item.code,
                    "before": Given.of(figures[pk]).counted,
                    "after": new.counted,
                }
                for pk, new in really.items()
            ],
        )
    return correction


def countersign(
    correction: Correction,
    *,
    by: User,
    standing: Standing,
    at: dt.datetime | None = None,
) -> Correction:
    """Let a proposed correction take effect; the person is not the one who proposed it.

    Raises ``Refused``, ``NotAllowed`` (decided already, or a figure changed meanwhile) or
    ``FiguresRefused``.
    """
    at = at or clock.now()
    with transaction.atomic():
        found = _to_decide(correction, by, standing)
        lines = list(found.figures.select_related("figure"))
        figures = _locked_figures([line.figure_id for line in lines])
        new: dict[int, Given] = {}
        for line in lines:
            figure = figures[line.figure_id]
            if (figure.value, figure.answer) != (line.before_value, line.before_answer):
                raise NotAllowed(
                    f"“{figure.item.name}” changed since this correction was proposed: "
                    "decline it and propose it again."
                )
            new[line.figure_id] = Given(line.after_value, line.after_answer, line.after_note)
        _refuse_broken_rules(figures, new)
        _decide(found, CorrectionState.COUNTERSIGNED, by, at, "")
        write_figures(
            [Change(figures[pk], given) for pk, given in new.items()],
            by=by,
            route=Route.FORM,
            at=at,
        )
        returns = {figure.return_made_id for figure in figures.values()}
        Return.objects.filter(pk__in=returns).update(version=F("version") + 1)
        record.note("correction countersigned", found, by=by, route=Route.FORM, at=at)
        for quarter_id in sorted({one.return_made.quarter_id for one in figures.values()}):
            keep_sums(quarter_id)
    return found


def decline(
    correction: Correction,
    *,
    note: str,
    by: User,
    standing: Standing,
    at: dt.datetime | None = None,
) -> Correction:
    """Turn a proposed correction down, saying why; raises as ``countersign`` does."""
    at = at or clock.now()
    if not note.strip():
        raise ValidationError({"note": "Say why the correction is declined"})
    with transaction.atomic():
        found = _to_decide(correction, by, standing)
        _decide(found, CorrectionState.DECLINED, by, at, note.strip())
        record.note(
            "correction declined", found, by=by, route=Route.FORM, at=at, reason=note.strip()
        )
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


def _refuse_broken_rules(figures: Mapping[int, Figure], new: Mapping[int, Given]) -> None:
    by_return: dict[int, dict[int, Given]] = {}
    for pk, becomes in new.items():
        by_return.setdefault(figures[pk].return_made_id, {})[figures[pk].item_id] = becomes
    errors: dict[int, str] = {}
    for return_id, changed in by_return.items():
        everything = list(
            Figure.objects.filter(return_made=return_id).select_related("item", "item__part_of")
        )
        given = {figure.item_id: Given.of(figure) for figure in everything} | changed
        broken = checks.refusals([figure.item for figure in everything], given)
        errors |= {f.pk: broken[f.item_id] for f in everything if f.item_id in broken}
    if errors:
        raise FiguresRefused(errors)


def _to_decide(correction: Correction, by: User, standing: Standing) -> Correction:
    require(standing, MeasuresPermission.COUNTERSIGN)
    found = Correction.objects.select_for_update().get(pk=correction.pk)
    if found.proposed_by_id == by.pk:
        raise Refused("You proposed this correction, so somebody else has to countersign it.")
    if found.state != CorrectionState.PROPOSED:
        raise NotAllowed("This correction was decided already.")
    return found


def _decide(
    correction: Correction, state: CorrectionState, by: User, at: dt.datetime, note: str
) -> None:
    correction.state = state
    correction.decided_at, correction.decided_by = at, by
    correction.decision_note = note
    correction.save()
