"""What the documentation shows is what the code does."""

from pathlib import Path

import pytest

from audits import workflow as audits_workflow
from measures import workflow

DOCS = Path(__file__).parent.parent / "docs"


def test_the_diagram_is_the_table_of_moves() -> None:
    """`python -m measures.workflow` prints it again."""
    assert workflow.diagram() in (DOCS / "architecture.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("thing", ["round", "case audit", "action"])
def test_the_diagrams_of_audits_are_their_tables_of_moves(thing: str) -> None:
    """`python -m audits.workflow` prints them again."""
    drawn = audits_workflow.diagram(thing)
    assert drawn in (DOCS / "architecture.md").read_text(encoding="utf-8")


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
