"""Every promise names what holds it, and what it names is there; the page of evidence is made so."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

import evidence
from tests.planted import FAULTS
from tests.promises import PROMISES

ROOT = Path(settings.BASE_DIR)
NUMBERS = {
    *(f"C{n}" for n in range(1, 6)),
    *(f"L{n}" for n in range(1, 10)),
    *(f"S{n}" for n in range(1, 9)),
    *(f"P{n}" for n in range(1, 10)),
    "P3b",
    *(f"U{n}" for n in range(1, 6)),
}
# Promises that nothing holds yet: the page says so.
NOT_YET: set[str] = set()


def test_every_promise_is_held_by_something() -> None:
    assert set(PROMISES) == NUMBERS
    assert {number for number, one in PROMISES.items() if not one.held_by} <= NOT_YET


@pytest.mark.parametrize("number", PROMISES)
def test_what_holds_a_promise_is_there(number: str) -> None:
    for one in PROMISES[number].held_by:
        path, _, name = one.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not name or name in functions, one
        assert number.startswith("P") or any(one.startswith("test_") for one in functions), one


def test_the_page_says_what_ran_and_what_did_not() -> None:
    replay = (
        "tests/measures/returns/test_replay.py::test_replaying_the_record_rebuilds_every_figure"
    )
    faults = [one for one in FAULTS.values() if one.promise.startswith("C2")]
    run = {
        replay: "passed",
        "tests/measures/returns/test_replay.py::test_replaying_500_random_sequences": "failure",
        "tests/core/test_record_of_others.py::test_it": "passed",
        "tests/test_planted.py::test_every_planted_fault_is_seen": "passed",
    }
    page = evidence.page({"SQLite": run, "PostgreSQL": {}})
    (row,) = [line for line in page.splitlines() if line.startswith("| L6 ")]
    assert "| 1 passed, 1 failure | not run |" in row
    (counted,) = [line for line in page.splitlines() if line.startswith("| C2 ")]
    assert f"{len(faults)} of {len(faults)}: {faults[0].name}" in counted
    (speed,) = [line for line in page.splitlines() if line.startswith("| P6 ")]
    assert "benchmarks/files.py" in speed
    assert "goals met" in speed


def test_speed_is_as_it_was_measured_last() -> None:
    text = """# Performance
## Files out (P6)

| database | what | measured | goal | met |
|---|---|---|---|---|
| SQLite | one | 3x | 10x | yes |
| SQLite | two | 173 ms | 100 ms | **no** |
| PostgreSQL | one | 3x | 10x | yes |

## Pages (P3, P3b)

| SQLite | one | 3x | 10x | yes | 5 ms |
"""
    said = [evidence.measured(number, "SQLite", text) for number in ("P6", "P3", "P3b", "P1")]
    assert said == ["1 of 2 goals met", "1 of 1 goals met", "1 of 1 goals met", "not measured"]
    assert evidence.measured("P6", "PostgreSQL", text) == "1 of 1 goals met"


def test_what_pytest_wrote_is_read(tmp_path: Path) -> None:
    (tmp_path / "run.xml").write_text(
        '<testsuites><testsuite><testcase classname="tests.core.test_record" name="test_one[a]"/>'
        '<testcase classname="tests.core.test_record" name="test_two"><failure/></testcase>'
        "</testsuite></testsuites>"
    )
    assert evidence.results(tmp_path / "run.xml") == {
        "tests/core/test_record.py::test_one[a]": "passed",
        "tests/core/test_record.py::test_two": "failure",
    }
