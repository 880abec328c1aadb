"""No page asks the database more in a larger council: every address, at two sizes.

The example of each address (tests/access.py) stands among copies of everything: teams with their
returns, cases of a round, rounds, actions of the plan. With three times as many copies the
page takes as many queries.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from audits.models import CaseAudit, Given, RemedialAction, Round, SampledCase
from audits.plan.models import Action, Occurrence, Owner, Update
from measures.models import Figure, Return
from teams.models import Placement, Team
from tests import access
from tests.access import YES
from tests.audits.making import make_action, make_casework, make_plan
from tests.cast import Cast
from tests.test_access import CELLS, is_ours

pytestmark = pytest.mark.django_db

# Who asks: of those that see a page, the one who sees most of it.
WIDEST = [
    "officer", "director", "head", "manager", "auditor", "administrator", "board member",
    "contributor", "other head", "other manager",
]  # fmt: skip
# Their examples are of nothing in particular.
AMONG_EVERYTHING = ("home", "audits")
ROWS = [name for name, method in CELLS if method == "GET" and is_ours(name)]
Ids = Mapping[int, int]


def copies(
    model: type[models.Model], change: Callable[[Any, int], None] | None = None, **parents: Ids
) -> Ids:
    """Copy the rows whose parents were copied, or all; the copies' keys by the originals'."""
    among = {f"{name}__in": list(ids) for name, ids in parents.items()}
    rows = list(model._default_manager.filter(**among).order_by("pk"))
    originals = [row.pk for row in rows]
    for number, row in enumerate(rows):
        row.pk, row._state.adding = None, True
        for name, ids in parents.items():
            if name == "pk":
                continue
            setattr(row, f"{name}_id", ids[getattr(row, f"{name}_id")])
        if change:
            change(row, number)
    created = model._default_manager.bulk_create(rows)
    return dict(zip(originals, (row.pk for row in created), strict=True))


class Growing:
    """Everything there was at first, copied as often as asked."""

    def __init__(self) -> None:
        self.times = 0
        self.originals = {
            model: {pk: pk for pk in model._default_manager.values_list("pk", flat=True)}
            for model in (Team, Round, SampledCase, Action)
        }

    def grow(self) -> None:
        """One copy more."""
        self.times += 1
        self._teams()
        self._casework()
        self._plan()

    def _named(self, row: Any, number: int) -> None:
        row.code = f"{row.code}-{self.times}"

    def _further(self, row: Any, number: int) -> None:
        row.position += 1000 * self.times

    def _teams(self) -> None:
        teams = copies(Team, self._named, pk=self.originals[Team])
        copies(Placement, team=teams)
        copies(Figure, return_made=copies(Return, team=teams))

    def _casework(self) -> None:
        rounds = copies(Round, self._named, pk=self.originals[Round])
        self._cases(self.originals[Round], again=True)
        self._cases(rounds)

    def _cases(self, rounds: Ids, *, again: bool = False) -> None:
        def another(case: Any, number: int) -> None:
            if again:
                case.serial += 1000 * self.times
                case.case_number = f"{case.case_number}-{self.times}"

        cases = copies(SampledCase, another, round=rounds, pk=self.originals[SampledCase])
        audits = copies(CaseAudit, case=cases)
        copies(Given, audit=audits)
        copies(RemedialAction, audit=audits)

    def _plan(self) -> None:
        actions = copies(Action, self._further, pk=self.originals[Action])
        for model in (Owner, Update, Occurrence):
            copies(model, action=actions)


def queries(name: str, who: str, example: Any, sessions: dict[str, str]) -> int:
    """How many queries the page takes when it is asked for the second time."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            response = access.send(access.client_of(who, sessions), "GET", name, example)
            body = getattr(response, "streaming_content", ())
            assert sum(map(len, body)) or response.content is not None
    return len(seen)


def grown(name: str, who: str, cast: Cast, sessions: dict[str, str]) -> tuple[int, int]:
    """The queries of an address among a few copies, and among three times as many."""
    with transaction.atomic():
        example = access.example_for(cast, name, "GET")
        if name in AMONG_EVERYTHING:
            make_casework(cast)
            make_action(cast, make_plan(cast)[1])
        growing = Growing()
        growing.grow()
        few = queries(name, who, example, sessions)
        for _ in range(2):
            growing.grow()
        many = queries(name, who, example, sessions)
        transaction.set_rollback(True)
    return few, many


def test_no_page_takes_more_queries_in_a_larger_council(
    cast: Cast, sessions: dict[str, str]
) -> None:
    counts = {}
    for name in ROWS:
        people = [who for who in WIDEST if CELLS[name, "GET"][who] == YES]
        for who in people if name == "home" else people[:1]:
            counts[name, who] = grown(name, who, cast, sessions)
    assert len(counts) > len(ROWS)
    more = {row: count for row, count in counts.items() if count[0] != count[1]}
    assert not more, more


@pytest.mark.parametrize(
    ("name", "who", "model"),
    [
        ("returns", "director", Team),
        ("actions", "officer", Action),
        ("audits", "officer", Round),
        ("home", "auditor", CaseAudit),
        ("auditing", "auditor", CaseAudit),
    ],
)
def test_a_page_that_asks_for_each_row_would_be_noticed(
    name: str,
    who: str,
    model: Any,
    cast: Cast,
    sessions: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = model.from_db

    def asking(*args: Any, **options: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return usual(*args, **options)

    monkeypatch.setattr(model, "from_db", asking)
    few, many = grown(name, who, cast, sessions)
    assert few < many
