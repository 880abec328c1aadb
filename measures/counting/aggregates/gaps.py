"""What was asked, what is missing, what was corrected or came late, and names."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.shape import Life, Tally
from measures.counting.aggregates.span import Span
from measures.models import (
    CorrectedFigure,
    Correction,
    Figure,
    Question,
    ReportingQuarter,
    Return,
)
from measures.workflow import CorrectionState, QuarterState
from teams.models import Locality, Placement, Team

_NOBODY = Value(0)
_NOTHING = Value("", CharField())
_Group = TypeVar("_Group")


class Facts(NamedTuple):
    """What is to be known besides questions, gaps and corrections: names; what likeness needs."""

    named: bool
    compared: bool


def _facts(span: Span, wanted: Facts) -> QuerySet[Figure, Any]:
    """Rows of several kinds, which the first column tells.

    The items are picked there: were they asked for, SQLite would leave the index of gaps aside
    and read every figure there is (fifty times slower on 2.7 million).
    """
    asked = Question.objects.filter(quarter__in=span.quarters)
    gaps = span.figures().filter(value__isnull=True)
    # Of all quarters: asked for some, SQLite would look for the few there are in all figures.
    countersigned = Correction.objects.filter(state=CorrectionState.COUNTERSIGNED)
    corrected = CorrectedFigure.objects.filter(correction__in=countersigned.order_by().values("pk"))
    # Joined, and with few corrections, SQLite can take it into its head to begin with all figures.
    corrects = Figure.objects.filter(pk=OuterRef("figure")).order_by()
    late = Return.objects.filter(accepted_late_at__isnull=False)
    parts: list[QuerySet[Any, Any]] = [
        asked.order_by().values_list(
            Value("asked"), "quarter_id", "team_type_id", "item_id", _NOTHING, _NOTHING
        ),
        corrected.order_by().values_list(
            *(Value("corrected"), Subquery(corrects.values("return_made")), _NOBODY),
            *(Subquery(corrects.values("item")), _NOTHING, _NOTHING),
        ),
        late.order_by().values_list(
            *(Value("late"), "pk", _NOBODY, _NOBODY, _text("accepted_late_at")),
            _text(Coalesce("signed_off_at", "submitted_at")),
        ),
    ]
    if wanted.compared:
        parts += _lives(span)
    if wanted.named:
        made = span.returns()
        teams = Team.objects.all()
        if span.where:
            teams = teams.filter(Exists(made.filter(team=OuterRef("pk"))))
        places = Locality.objects.filter(Exists(made.filter(locality=OuterRef("pk"))))
        parts += [
            rows.order_by().values_list(Value(kind), "pk", "position", _NOBODY, "code", "name")
            for kind, rows in (("team", teams), ("locality", places))
        ]
    return gaps.values_list(
        Value("gap"), "return_made_id", _NOBODY, "item_id", "answer", _NOTHING
    ).union(*parts, all=True)


def _text(column: str | Coalesce) -> Coalesce:
    """A day or a time as text; none is empty."""
    return Coalesce(Cast(column, CharField()), _NOTHING)


def _lives(span: Span) -> Iterable[QuerySet[Any, Any]]:
    """Who opened, closed, moved or follows whom; which quarters were closed."""

    has_days = Q(opened__isnull=False) | Q(closed__isnull=False)
    successor = Coalesce(F("successor_id"), _NOBODY, output_field=BigIntegerField())
    yield (
        Team.objects.filter(has_days)
        .order_by()
        .values_list(*(Value("life"), "pk", successor, _NOBODY, _text("opened"), _text("closed")))
    )
    yield Placement.objects.order_by().values_list(
        *(Value("move"), "team_id", F("from_quarter"), _NOBODY, _NOTHING, _NOTHING)
    )
    closed = ReportingQuarter.objects.filter(pk__in=span.quarters, state=QuarterState.CLOSED)
    yield closed.order_by().values_list(Value("closed"), "pk", _NOBODY, _NOBODY, _NOTHING, _NOTHING)


def read_facts(span: Span, item_ids: Collection[int], wanted: Facts) -> Tally:
    """A tally without returns and sums: what is known beside them, as far as about these items."""
    questions: dict[tuple[int, int], set[int]] = defaultdict(set)
    gaps: dict[int, dict[int, str]] = defaultdict(dict)
    revised: dict[int, set[int]] = defaultdict(set)
    names: dict[str, list[tuple[int, str, str, int]]] = {"team": [], "locality": []}
    lives: dict[int, Life] = {}
    moves: dict[int, list[int]] = defaultdict(list)
    closed: set[int] = set()
    late: dict[int, dt.date] = {}
    for kind, first, second, item_id, text, more in fetch(_facts, span, wanted):
        if kind in names:
            names[kind].append((second, text, more, first))
        elif kind == "life":
            lives[first] = Life(_day(text), _day(more), second or None)
        elif kind == "move":
            moves[first].append(second)
        elif kind == "closed":
            closed.add(first)
        elif kind == "late":
            late[first] = max(_day_of(text), _day_of(more or text))
        elif item_id not in item_ids:
            continue
        elif kind == "gap":
            gaps[first][item_id] = text
        elif kind == "asked":
            questions[first, second].add(item_id)
        else:
            revised[first].add(item_id)
    return Tally(
        quarters=frozenset(span.quarters),
        questions=_frozen(questions),
        returns=[],
        sums={},
        gaps=dict(gaps),
        revised=_frozen(revised),
        closed=frozenset(closed),
        lives=lives,
        moves=dict(moves),
        late=late,
        team_names={pk: name for _, _, name, pk in sorted(names["team"])},
        localities=_localities(names["locality"]),
    )


def _frozen(items: Mapping[_Group, Iterable[int]]) -> dict[_Group, frozenset[int]]:
    return {group: frozenset(ids) for group, ids in items.items()}


def _localities(rows: Iterable[tuple[int, str, str, int]]) -> list[Locality]:
    """The localities that were named, by position."""
    return [
        Locality(pk=pk, code=code, name=name, position=position)
        for position, code, name, pk in sorted(rows)
    ]


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _day_of(text: str) -> dt.date:
    """The day of a time that a database wrote as text, in UTC."""
    at = dt.datetime.fromisoformat(text)
    return timezone.localdate(at if at.tzinfo else at.replace(tzinfo=dt.UTC))
