"""What was asked, what is missing, what was corrected, and names."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value

from measures.counting.aggregates.span import Span
from measures.models import CorrectedFigure, Correction, Figure, Question
from measures.workflow import CorrectionState
from teams.models import Locality, Team

_NOBODY = Value(0)
_NOTHING = Value("", CharField())


def what_is_beside(span: Span, named: bool) -> QuerySet[Figure, Any]:
    """Rows of several kinds, which the first column tells; ``Beside`` reads them.

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


class Beside:
    """Reads the rows of ``what_is_beside``, as far as they are about these items."""

    def __init__(self, item_ids: Collection[int]) -> None:
        self._item_ids = item_ids
        self.questions: dict[tuple[int, int], frozenset[int]] = {}
        self.gaps: dict[int, dict[int, str]] = {}
        self.revised: dict[int, frozenset[int]] = {}
        self.team_names: dict[int, str] = {}
        self.localities: list[Locality] = []

    def read(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Take every row for what its kind says it is."""
        questions: dict[tuple[int, int], set[int]] = defaultdict(set)
        gaps: dict[int, dict[int, str]] = defaultdict(dict)
        revised: dict[int, set[int]] = defaultdict(set)
        named: dict[str, list[tuple[int, str, str, int]]] = {"team": [], "locality": []}
        for kind, first, second, item_id, text, more in rows:
            if kind in named:
                named[kind].append((second, text, more, first))
            elif item_id not in self._item_ids:
                continue
            elif kind == "gap":
                gaps[first][item_id] = text
            elif kind == "asked":
                questions[first, second].add(item_id)
            else:
                revised[first].add(item_id)
        self.questions = {group: frozenset(items) for group, items in questions.items()}
        self.gaps = dict(gaps)
        self.revised = {pk: frozenset(items) for pk, items in revised.items()}
        self.team_names = {pk: name for _, _, name, pk in sorted(named["team"])}
        self.localities = [
            Locality(pk=pk, code=code, name=name, position=position)
            for position, code, name, pk in sorted(named["locality"])
        ]
