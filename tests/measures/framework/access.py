"""Examples for the framework's rows of the access table: a question that nobody was asked yet."""

from collections.abc import Callable
from typing import Any

from measures.models import DataItem
from tests.cast import Cast
from tests.examples import Example
from tests.factories import DataItemFactory

QUESTION: dict[str, Any] = {
    "name": "Families helped",
    "code": "families-helped",
    "group": "Cases",
    "definition": "Families that the team helped",
    "counts": "families",
    "timing": "flow",
    "decimals": "0",
    "part_of": "",
    "from_quarter": "",
    "to_quarter": "",
    "why": "",
}


def a_question() -> DataItem:
    """A question that nothing hangs on."""
    return DataItemFactory(
        code="families-helped", name="Families helped", group="Cases", timing="flow", team_types=[]
    )


def _list(cast: Cast) -> Example:
    return Example({"slug": "questions"})


def _new(cast: Cast) -> Example:
    return Example({"slug": "questions"}, QUESTION)


def _row(cast: Cast) -> Example:
    item = a_question()
    typed = QUESTION | {"version": str(item.version), "definition": "Families helped in any way"}
    return Example({"slug": "questions", "pk": item.pk}, typed)


def _order(cast: Cast) -> Example:
    was = list(DataItem.objects.values_list("pk", flat=True))
    places = {f"place-{pk}": str(place) for place, pk in enumerate(was, start=1)}
    places[f"place-{was[-1]}"] = "1"
    return Example({"slug": "questions"}, {"was": ",".join(map(str, was)), **places})


def _discard(cast: Cast) -> Example:
    return Example({"slug": "questions", "pk": a_question().pk}, {"why": "Asked twice by mistake"})


EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "framework-rows": _list,
    "framework-new": _new,
    "framework-row": _row,
    "framework-order": _order,
    "framework-discard": _discard,
}
