"""Each planted fault is seen: the tests that it names go red under it, and are green without."""

import os
import re
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from tests.planted import FAULTS, NOTHING, Fault

ROOT = Path(__file__).parent.parent
OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (\S+?::.*?planted:([\w-]+)\])", re.MULTILINE)


def outcomes(faults: list[Fault], folder: Path) -> list[tuple[str, str, str]]:
    """What a process of its own says: outcome, test and fault, for these faults and none."""
    tests = sorted({test.partition("[")[0] for fault in faults for test in fault.tests})
    plants = [f"--planted={name}" for name in (NOTHING, *(fault.name for fault in faults))]
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
    return found


def unseen(faults: list[Fault], folder: Path) -> list[str]:
    """The tests that are not green without a fault, and those that are not red with theirs."""
    found = outcomes(faults, folder)
    wrong = [f"{test} is red" for how, test, name in found if name == NOTHING and how != "PASSED"]
    for fault in faults:
        red = [test for how, test, name in found if how == "FAILED" and name == fault.name]
        for test in fault.tests:
            begins = f"{test[:-1]}-" if test.endswith("]") else f"{test}["
            if not any(one.startswith(begins) for one in red):
                wrong.append(f"{test} does not see “{fault.name}”: {fault.breaks}")
    return wrong


def test_some_planted_faults_are_seen(tmp_path: Path) -> None:
    assert unseen([fault for fault in FAULTS.values() if fault.quick], tmp_path) == []


@pytest.mark.long
def test_every_planted_fault_is_seen(tmp_path: Path) -> None:
    assert unseen(list(FAULTS.values()), tmp_path) == []


def test_every_fault_finds_its_guard_and_its_tests() -> None:
    for fault in FAULTS.values():
        resolve_name(fault.where)
        for test in fault.tests:
            path, _, name = test.partition("[")[0].partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(), f"{fault.name}: {test}"
