"""What the documentation shows is what the code does."""

from pathlib import Path

import pytest

from audits.plan.workflow import ACTION
from audits.workflow import CASE_AUDIT, ROUND
from earlyhelp.core.workflow import Machine
from measures.workflow import RETURN

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("machine", [RETURN, ROUND, CASE_AUDIT, ACTION], ids=lambda one: one.name)
def test_the_diagrams_are_the_tables_of_moves(machine: Machine) -> None:
    """`python -m measures.workflow` and `python -m audits.workflow` print them again."""
    assert machine.diagram() in (DOCS / "architecture.md").read_text(encoding="utf-8")


def test_every_setting_of_the_environment_is_in_the_documentation() -> None:
    settings = (DOCS.parent / "earlyhelp" / "settings.py").read_text(encoding="utf-8")
    running = (DOCS / "running.md").read_text(encoding="utf-8")
    named = {
        part.split('"')[1]
        for part in settings.split("env.")[1:]
        if part.split("(", 1)[0].isidentifier() and '("' in part.split(")", 1)[0]
    }
    assert len(named) > 15
    assert {name for name in named if f"`{name}`" not in running} == set()
