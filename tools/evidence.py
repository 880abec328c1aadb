"""Writes docs/evidence.md: each promise, what holds it, and what came of running that.

::

    python tools/evidence.py SQLite=var/evidence/sqlite.xml PostgreSQL=... [SQLite=another.xml]

reads what pytest wrote (``--junitxml``): of runs for this, or of any others, like ``make test`` and
the long tests after it; of one name several are put together. ``--tests`` prints what to run, for
the shell. Nothing in the page is written by hand; a promise whose tests did not run says so. What
holds a promise of speed was measured by ``make bench``, which wrote docs/performance.md.
"""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "evidence.md"
MEASURED = ROOT / "docs" / "performance.md"

HEAD = """# Evidence

Made by `make evidence` from the runs themselves. Each promise stands with the tests that hold it,
how many ran and how they ended, and the planted faults that were caught: a guard was taken out, and
every test that the fault names went red. Of speed it says how many goals were met when it was
measured last ([performance](performance.md)).

"""
_TABLE = "| promise | | held by | {} | planted faults caught |\n|---|---|---|{}---|\n"

_PLANTED = "tests/test_planted.py"
Results = Mapping[str, str]


def results(file: Path) -> dict[str, str]:
    """How each test ended: by its file, name and case."""
    found = {}
    for case in ElementTree.parse(file).iter("testcase"):  # noqa: S314  # our own
        path = _path(case.attrib["classname"])
        bad = [one.tag for one in case if one.tag in ("failure", "error", "skipped")]
        found[f"{path}::{case.attrib['name']}"] = bad[0] if bad else "passed"
    return found


def _path(classname: str) -> str:
    return classname.replace(".", "/") + ".py"


def held(result: Results, by: Sequence[str]) -> dict[str, str]:
    """The results that belong to a file, or to a test of one."""
    return {
        test: end
        for test, end in result.items()
        for one in by
        if test.startswith(one) and (test[len(one) :][:1] in (":", "[", ""))
    }


def told(result: Results) -> str:
    """How many ran, and how they ended."""
    if not result:
        return "not run"
    ended = Counter(result.values())
    said = [f"{ended.pop('passed', 0)} passed", *(f"{n} {end}" for end, n in sorted(ended.items()))]
    return ", ".join(said)


def caught(result: Results, faults: Mapping[str, bool]) -> str:
    """Which planted faults went red for their tests; ``faults`` says which are in every run."""
    if result.get(f"{_PLANTED}::test_every_planted_fault_is_seen") == "passed":
        seen = list(faults)
    elif result.get(f"{_PLANTED}::test_some_planted_faults_are_seen") == "passed":
        seen = [name for name, is_quick in faults.items() if is_quick]
    else:
        seen = []
    return f"{len(seen)} of {len(faults)}{': ' * bool(seen)}{', '.join(seen)}" if faults else ""


def measured(number: str, database: str, text: str = "") -> str:
    """How many goals of a promise of speed were met on a database, as measured last."""
    met: Counter[str] = Counter()
    for part in (text or MEASURED.read_text(encoding="utf-8")).split("\n## ")[1:]:
        title, _, table = part.partition("\n")
        if number in re.findall(r"P[0-9]b?", title):
            cells = [line.split(" | ") for line in table.splitlines() if line.startswith("| ")]
            met.update(row[4].strip("* |") for row in cells if row[0] == f"| {database}")
    return f"{met['yes']} of {met.total()} goals met" if met else "not measured"


def rows(runs: Mapping[str, Results]) -> Iterator[str]:
    """A line for each promise."""
    known = import_module("tests.planted").FAULTS
    everything = {test: end for one in runs.values() for test, end in one.items()}
    for number, promise in promises().items():
        own = [one for one in known.values() if number in _numbers(one.promise)]
        faults = {one.name: one.quick for one in own}
        files = dict.fromkeys(one.partition("::")[0] for one in promise.held_by)
        by = "<br>".join(f"`{one}`" for one in files)
        if not promise.held_by:
            ends = ["nothing holds it yet"] * len(runs)
        elif number.startswith("P"):
            ends = [measured(number, database) for database in runs]
        else:
            ends = [told(held(one, promise.held_by)) for one in runs.values()]
        cells = [number, promise.says, by, *ends, caught(everything, faults)]
        yield f"| {' | '.join(cells)} |"


def _numbers(promise: str) -> list[str]:
    return promise.replace(":", ";").partition(";")[0].split(", ")


def promises() -> Mapping[str, Any]:
    """Each promise by its number; the tests are no part of what is installed."""
    found: Mapping[str, Any] = import_module("tests.promises").PROMISES
    return found


def tests() -> list[str]:
    """What to run."""
    held_by = [one for promise in promises().values() for one in promise.held_by]
    files = [one for one in held_by if one.startswith("tests/") and "::" not in one]
    single = [one for one in held_by if "::" in one and one.partition("::")[0] not in files]
    return sorted({*files, *single, _PLANTED})


def page(runs: Mapping[str, Results]) -> str:
    """The whole page."""
    table = _TABLE.format(" | ".join(runs), "---|" * len(runs))
    return HEAD + table + "\n".join(rows(runs)) + "\n"


def main() -> None:
    """Write it, or say what to run."""
    if sys.argv[1:] == ["--tests"]:
        print(*tests())
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "earlyhelp.settings")
    django.setup()
    runs: dict[str, dict[str, str]] = {}
    for name, _, file in (one.partition("=") for one in sys.argv[1:]):
        runs.setdefault(name, {}).update(results(Path(file)))
    PAGE.write_text(page(runs))


if __name__ == "__main__":
    main()
