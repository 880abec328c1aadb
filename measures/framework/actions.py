"""Keeping the framework: questions, measures with their denominators, targets, breaks."""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core.change import Entry, compare_version, lock, record
from measures.models import DataItem, Denominator, Measure, Target
from measures.verbs import MeasuresVerb
from teams.actions import keep
from teams.authority import AnyActor
from teams.models import TeamType


def keep_item(
    item: DataItem,
    *,
    team_types: Collection[TeamType],
    by: AnyActor,
    reason: str = "",
    version: int | None = None,
) -> bool:
    """Create or change a question and which kinds of team are asked it from now on.

    Quarters that were opened keep the questions they were opened with. Gives whether
    anything changed; raises ValidationError by field, and ``Stale`` as ``keep`` does.
    """
    with transaction.atomic():
        _refuse_a_circle_of_parts(item)
        changed = keep(item, by=by, reason=reason, version=version)
        was = set(item.team_types.values_list("code", flat=True))
        becomes = {team_type.code for team_type in team_types}
        if was != becomes:
            if not changed and version is not None:
                compare_version(lock(item), version)
            changed = True
            item.team_types.set(team_types)
            remarks = {"reason": reason}
            record(
                [Entry(MeasuresVerb.ASKED_OF, item, "", sorted(was), sorted(becomes), remarks)], by
            )
    return changed


def _refuse_a_circle_of_parts(item: DataItem) -> None:
    """Raise ValidationError when the wholes that ``item`` is part of lead back to it."""
    seen = {item.code}
    whole = item.part_of
    while whole is not None:
        if whole.code in seen:
            raise ValidationError({"part_of": f"“{whole}” is itself part of this question"})
        seen.add(whole.code)
        whole = whole.part_of


def keep_measure(
    measure: Measure,
    *,
    denominators: Sequence[DataItem],
    by: AnyActor,
    reason: str = "",
    version: int | None = None,
) -> bool:
    """Create or change a measure; without denominators it is a count.

    Gives whether anything changed; raises ValidationError by field, and ``Stale`` as ``keep``
    does.
    """
    if len({item.pk for item in denominators}) != len(denominators):
        raise ValidationError({"denominators": "Each denominator is added once"})
    if not denominators and measure.scale != Measure.Scale.ONE:
        raise ValidationError({"scale": "A count has scale 1"})
    if not denominators and measure.decimals != measure.numerator.decimals:
        raise ValidationError(
            {"decimals": f"A count has its question's decimals: {measure.numerator.decimals}"}
        )
    with transaction.atomic():
        changed = keep(measure, by=by, reason=reason, version=version)
        was = list(measure.denominator_items.values_list("item__code", flat=True))
        becomes = [item.code for item in denominators]
        if was != becomes:
            if not changed and version is not None:
                compare_version(lock(measure), version)
            changed = True
            measure.denominator_items.all().delete()
            Denominator.objects.bulk_create(
                Denominator(measure=measure, item=item, position=position)
                for position, item in enumerate(denominators)
            )
            remarks = {"reason": reason}
            record([Entry(MeasuresVerb.DIVIDED_BY, measure, "", was, becomes, remarks)], by)
    return changed


def set_target(
    target: Target, *, by: AnyActor, reason: str = "", version: int | None = None
) -> bool:
    """Set or change a target; changing one keeps the old one on record and needs a reason.

    A measure without a good direction has no target (product.md, rule 10). Gives whether
    anything changed; raises ValidationError.
    """
    if target.measure.good == Measure.Good.NEITHER:
        raise ValidationError(
            {"measure": f"“{target.measure}” has no good direction, so it has no target"}
        )
    if target.pk is not None and not reason.strip():
        old = Target.objects.get(pk=target.pk)
        if (old.target, old.close_within) != (target.target, target.close_within):
            raise ValidationError(
                {"why": "Enter why the target changes: the old one stays on record"}
            )
    return keep(target, by=by, reason=reason, version=version)
