"""Many rows at once: what is written, and what is there already."""

import pytest

from earlyhelp.core import rows
from teams.models import TeamType

NAMES = ["code", "name", "position"]


@pytest.mark.django_db
def test_rows_are_written_in_order_and_rows_that_are_there_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows, "_MOST_VALUES", 6)  # two rows in one statement
    made = [(f"kind-{n}", f"Kind {n}", n) for n in range(5)]
    ids = rows.insert(TeamType, NAMES, made)
    there = TeamType.objects.filter(pk__in=ids).order_by("pk")
    assert list(there.values_list("pk", *NAMES)) == [
        (pk, *row) for pk, row in zip(ids, made, strict=True)
    ]
    again = [("kind-3", "Other", 9), ("kind-7", "New", 7)]
    changed = rows.insert(TeamType, NAMES, again, unique=["code"], update=["name"])
    assert changed[0] == ids[3]
    kinds = dict(TeamType.objects.values_list("code", "name"))
    assert (kinds["kind-3"], kinds["kind-7"], kinds["kind-4"]) == ("Other", "New", "Kind 4")
    assert TeamType.objects.get(code="kind-3").position == 3
