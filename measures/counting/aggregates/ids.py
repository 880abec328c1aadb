"""Conditions on ids that come when a compiled query is run, however many they are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BooleanField, F, Func

from earlyhelp.core.compiled_queries import Parameter


class OneOf(Func):
    """Whether an id is one of those that ``one_of`` gives, however many those are."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A list in one piece of JSON."""
        column, params = compiler.compile(self.source_expressions[0])
        listed = "(SELECT value FROM json_each(%s))"
        return f"{column} IN {listed}", (*params, Parameter("ids_as_json"))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """An array."""
        column, params = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s::bigint[])", (*params, Parameter("ids"))


def one_of(ids: Sequence[int]) -> Mapping[str, Any]:
    """The ids as either database takes them."""
    return {"ids_as_json": json.dumps(ids), "ids": list(ids)}


class Among(Func):
    """Whether two ids are one of the pairs that ``as_pairs`` gives, however many those are."""

    output_field = BooleanField()

    def __init__(self, first: str, second: str) -> None:
        super().__init__(F(first), F(second))

    def _columns(self, compiler: Any) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        return ", ".join(sql for sql, _ in parts), [one for _, given in parts for one in given]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A list in one piece of JSON."""
        columns, params = self._columns(compiler)
        pairs = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(%s)"
        return f"({columns}) IN ({pairs})", (*params, Parameter("pairs"))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Two arrays, side by side."""
        columns, params = self._columns(compiler)
        pairs = "SELECT * FROM unnest(%s::bigint[], %s::bigint[])"
        return f"({columns}) IN ({pairs})", (*params, Parameter("firsts"), Parameter("seconds"))


def as_pairs(pairs: Sequence[tuple[int, int]]) -> Mapping[str, Any]:
    """The pairs as either database takes them."""
    return {
        "pairs": json.dumps(pairs),
        "firsts": [first for first, _ in pairs],
        "seconds": [second for _, second in pairs],
    }
