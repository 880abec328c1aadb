"""The returns of a span: each, or those of note and how many others there are."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When
from django.db.models.fields import BigIntegerField

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.counting.aggregates.shape import Group, Tally, TeamQuarter
from measures.counting.aggregates.span import Keyed, Span
from measures.models import Return
from measures.querysets import meets
from measures.workflow import ReturnState

# What the line of a number of returns has in the place of a return's id.
NO_RETURN = 0


def _returns(span: Span, keyed: Keyed) -> QuerySet[Return, Any]:
    """Each of them: the columns of ``TeamQuarter``."""
    return _columns(span.returns(), span, keyed)


def _returns_of_note(span: Span, keyed: Keyed, listed: tuple[int, ...]) -> QuerySet[Return, Any]:
    """Those that are not signed off, and some that are; how many there are, by group and state.

    Of the quarters ``listed`` it is each.

    A number of returns stands in the place of the team, and no return is named.
    """
    signed_off = Q(state=ReturnState.SIGNED_OFF)
    returns = span.returns()
    groups: QuerySet[Any, Any] = (
        returns.annotate(key=keyed.key(""))
        # In the order of the index, so that nothing is sorted.
        .values("quarter_id", "key", "state", "team_type_id")
        .annotate(number=Count("*"))
        .values_list(
            Value(NO_RETURN, BigIntegerField()),
            *("number", "key", "team_type_id", "quarter_id"),
            *(Value(False, BooleanField()), "state"),
        )
    )
    return groups.union(
        _columns(returns.exclude(signed_off), span, keyed),
        _columns(returns.filter(signed_off, _of_note(listed)), span, keyed),
        all=True,
    )


def _of_note(listed: tuple[int, ...]) -> Q:
    named = Q(OneOf("pk"))
    return named | Q(quarter__in=listed) if listed else named


def _columns(returns: QuerySet[Return], span: Span, keyed: Keyed) -> QuerySet[Return, Any]:
    return returns.annotate(
        key=keyed.key(""),
        speaks=Case(When(meets(span.basis), then=True), default=False, output_field=BooleanField()),
    ).values_list("pk", "team_id", "key", "team_type_id", "quarter_id", "speaks", "state")


def with_returns(tally: Tally, span: Span, keyed: Keyed, wholly: tuple[int, ...] | None) -> Tally:
    """The tally with its returns: each is listed (without ``wholly``), or the others are counted.

    Then those of note are listed, and all those of the quarters ``wholly``.
    """
    if wholly is None:
        return replace(tally, returns=list(map(TeamQuarter._make, fetch(_returns, span, keyed))))
    of_note = one_of(sorted(tally.gaps.keys() | tally.revised.keys() | tally.late.keys()))
    listed: list[TeamQuarter] = []
    others: dict[Group, int] = defaultdict(int)
    for return_id, team_or_number, key, type_id, quarter, speaks, state in fetch(
        _returns_of_note, span, keyed, wholly, **of_note
    ):
        is_signed_off = state == ReturnState.SIGNED_OFF
        if return_id != NO_RETURN:
            row = TeamQuarter(return_id, team_or_number, key, type_id, quarter, speaks, state)
            listed.append(row)
            others[key, quarter, type_id] -= is_signed_off
        elif is_signed_off:
            others[key, quarter, type_id] += team_or_number
    others = {group: number for group, number in others.items() if number}
    return replace(tally, returns=listed, others=others)
