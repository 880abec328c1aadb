"""What was asked, what is missing, what was corrected, and names."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.shape import Tally
from measures.counting.aggregates.span import Span
from measures.models import CorrectedFigure, Correction, Figure, Question
from measures.workflow import CorrectionState
from teams.models import Locality, Team

_NOBODY = Value(0)
_NOTHING = Value("", CharField())


def _facts(span: Span, named: bool) -> QuerySet[Figure, Any]:
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
    parts: list[QuerySet[Any, Any]] = [
        asked.order_by().values_list(
            Value("asked"), "quarter_id", "team_type_id", "item_id", _NOTHING, _NOTHING
        ),
        corrected.order_by().values_list(
            *(Value("corrected"), Subquery(corrects.values("return_made")), _NOBODY),
            *(Subquery(corrects.values("item")), _NOTHING, _NOTHING),
        ),
    ]
    if named:
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


def read_facts(span: Span, item_ids: Collection[int], *, named: bool, years: bool) -> Tally:
    """A tally without returns and sums: what is known beside them, as far as about these items."""
    questions: dict[tuple[int, int], set[int]] = defaultdict(set)
    gaps: dict[int, dict[int, str]] = defaultdict(dict)
    revised: dict[int, set[int]] = defaultdict(set)
    names: dict[str, list[tuple[int, str, str, int]]] = {"team": [], "locality": []}
    for kind, first, second, item_id, text, more in fetch(_facts, span, named):
        if kind in names:
            names[kind].append((second, text, more, first))
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
        questions={group: frozenset(items) for group, items in questions.items()},
        returns=[],
        sums={},
        gaps=dict(gaps),
        revised={pk: frozenset(items) for pk, items in revised.items()},
        for_years=years,
        team_names={pk: name for _, _, name, pk in sorted(names["team"])},
        localities=[
            Locality(pk=pk, code=code, name=name, position=position)
            for position, code, name, pk in sorted(names["locality"])
        ],
    )
