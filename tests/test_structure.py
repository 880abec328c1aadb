"""Rooms import downward only: teams, measures, audits, earlyhelp; and the tree stays clean."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOMS = ["teams", "measures", "audits", "earlyhelp"]
ROOT = Path(settings.BASE_DIR)
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(source: str) -> Iterator[str]:
    """Every module that the source imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def upward(room: str, source: str) -> list[str]:
    """What ``source`` in ``room`` imports from a room above it."""
    above = ROOMS[ROOMS.index(room) + 1 :]
    return [name for name in imports(source) if name.split(".")[0] in above]


def test_nothing_imports_upward() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in SOURCES
        if (names := upward(path.relative_to(ROOT).parts[0], path.read_text(encoding="utf-8")))
    }
    assert found == {}
    assert len(SOURCES) > 30


@pytest.mark.parametrize(
    "fault",
    [
        "import measures.models",
        "from measures import models",
        "def f():\n    from audits.models import Round",
        "import importlib\nimportlib.import_module('earlyhelp.settings')",
    ],
)
def test_an_import_upward_is_seen_wherever_it_hides(fault: str) -> None:
    assert upward("teams", fault) != []
    assert upward("earlyhelp", fault) == []


def test_every_requirement_is_locked_with_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        assert len(lines) > 20
        assert "://" not in text, "the lock works with whatever index a council uses"
        assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def test_no_test_is_left_out() -> None:
    words = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail)|unittest\.skip|pytest\.importorskip")
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.name != Path(__file__).name]
    assert len(tests) > 20
    assert [str(path) for path in tests if words.search(path.read_text(encoding="utf-8"))] == []
