"""Each planted fault is seen: the tests that it names go red under it, and are green without."""

import os
import re
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from tests.planted import ALL_FAULTS, FAULTS, NOTHING, Fault, is_named, without_fault

ROOT = Path(__file__).parent.parent
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (\S+?::.*?)planted:([\w-]+)\]", re.MULTILINE)


def node_of(test: str) -> str:
    """A test that a fault names, without its case, as pytest calls it."""
    path, _, name = test.partition("[")[0].rpartition("::")
    files = [
        str(file.relative_to(ROOT))
        for file in (ROOT / "tests").rglob(path or "test_*.py")
        if f"\ndef {name}(" in file.read_text()
    ]
    assert len(files) == 1, f"{test} stands in {files}"
    return f"{files[0]}::{name}"


def outcomes(faults: list[Fault], folder: Path, *more: str) -> list[tuple[str, str, str]]:
    """What a process of its own says: outcome, test and fault, for these faults (and ``more``)."""
    tests = sorted({node_of(test) for fault in faults for test in fault.tests})
    plants = [f"--planted={name}" for name in (*more, *(fault.name for fault in faults))]
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--tb=no", "-p", "no:cacheprovider"]
    server = os.environ.get("DATABASE_URL", "")
    database = f"sqlite:///{folder / 'planted.sqlite3'}"
    if server.startswith("postgres"):
        database = f"{server.partition('?')[0]}_planted_{os.getpid()}"
    told = subprocess.run(
        [*command, "-n0", *plants, *tests],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    found = OUTCOME.findall(told.stdout)
    assert found, told.stdout + told.stderr
    return [(how, without_fault(test), name) for how, test, name in found]


def unseen(faults: list[Fault], folder: Path, *more: str) -> list[str]:
    """The tests that are not green without a fault, and those that are not red with theirs."""
    found = outcomes(faults, folder, *more)
    wrong = [f"{test} is red" for how, test, name in found if name == NOTHING and how != "PASSED"]
    for fault in faults:
        red = [test for how, test, name in found if how == "FAILED" and name == fault.name]
        wrong += [
            f"{test} does not see “{fault.name}”: {fault.breaks}"
            for test in fault.tests
            if not any(is_named(one, test) for one in red)
        ]
    return wrong


@pytest.mark.database
def test_some_planted_faults_are_seen(tmp_path: Path) -> None:
    """Without a fault this very run has them green, or is red itself."""
    assert unseen([fault for fault in FAULTS.values() if fault.quick], tmp_path) == []


@pytest.mark.database
@pytest.mark.long
def test_every_planted_fault_is_seen(tmp_path: Path) -> None:
    assert unseen(list(FAULTS.values()), tmp_path, NOTHING) == []


def test_every_fault_finds_its_guard_and_its_tests() -> None:
    # Of two with one name only the last would be planted.
    assert list(FAULTS.values()) == ALL_FAULTS
    for fault in ALL_FAULTS:
        resolve_name(fault.where)
        for test in fault.tests:
            assert node_of(test)
