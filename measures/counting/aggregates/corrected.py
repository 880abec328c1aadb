"""What was changed in the returns of a tally after closing, and what those say now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.counting.aggregates.shape import CorrectedAnswer, Tally
from measures.models import CorrectedFigure, Figure
from measures.returns.answers import GivenAnswer
from measures.workflow import CorrectionState


def with_corrections(tally: Tally) -> Tally:
    """The tally with its corrections and returns that came late; at most two queries for them.

    With what the other returns of those teams say: a year may have to leave them out.
    """
    speaking = {row.return_id: row.team_id for row in tally.returns if row.speaks}
    corrected = speaking.keys() & tally.revised.keys()
    late = {pk: day for pk, day in tally.late.items() if pk in speaking}
    if not corrected and not late:
        return replace(tally, late={})
    teams = {speaking[pk] for pk in corrected | late.keys()}
    theirs = [pk for pk, team_id in speaking.items() if team_id in teams]
    return replace(
        tally,
        corrections=_corrections(one_of(sorted(corrected)), tally.revised) if corrected else {},
        late=late,
        answers=_answers(one_of(sorted(theirs))),
    )


def _corrections(
    ids: Mapping[str, Any], revised: Mapping[int, frozenset[int]]
) -> Mapping[int, Sequence[CorrectedAnswer]]:
    found: dict[int, list[CorrectedAnswer]] = defaultdict(list)
    for return_id, item_id, value, answer, decided_at, reason in fetch(_corrected, **ids):
        if item_id in revised[return_id]:
            before, day = GivenAnswer(value, answer), timezone.localdate(decided_at)
            found[return_id].append(CorrectedAnswer(item_id, before, day, reason))
    return dict(found)


def _answers(ids: Mapping[str, Any]) -> Mapping[int, Mapping[int, GivenAnswer]]:
    found: dict[int, dict[int, GivenAnswer]] = defaultdict(dict)
    for return_id, item_id, value, answer in fetch(_figures, **ids):
        found[return_id][item_id] = GivenAnswer(value, answer)
    return dict(found)


def _corrected() -> QuerySet[CorrectedFigure, Any]:
    countersigned = CorrectedFigure.objects.filter(
        OneOf("figure__return_made_id"), correction__state=CorrectionState.COUNTERSIGNED
    )
    return countersigned.order_by("correction__decided_at", "pk").values_list(
        *("figure__return_made_id", "figure__item_id", "before_value", "before_answer"),
        *("correction__decided_at", "correction__reason"),
    )


def _figures() -> QuerySet[Figure, Any]:
    figures = Figure.objects.filter(OneOf("return_made_id")).order_by()
    return figures.values_list("return_made_id", "item_id", "value", "answer")
