"""What the documentation shows is what the code does."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

import draw_structure
from audits.plan.workflow import ACTION
from audits.workflow import CASE_AUDIT, ROUND
from earlyhelp.core.workflow import Machine
from measures.workflow import QUARTER, RETURN

DOCS = Path(__file__).parent.parent / "docs"


MACHINES = [QUARTER, RETURN, ROUND, CASE_AUDIT, ACTION]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.name)
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


def test_every_table_is_sorted_by_how_much_it_needs() -> None:
    text = (DOCS / "data-protection.md").read_text(encoding="utf-8")
    part = text.partition("## What is kept, by how much it needs")[2].partition("\n## ")[0]
    rows = [line.split("|")[2:4] for line in part.splitlines() if line.startswith("| ")]
    assert all(kept.strip() for _, kept in rows)
    sorted_in = [name for tables, _ in rows for name in re.findall(r"`(\w+)`", tables)]
    assert sorted(sorted_in) == sorted(model._meta.db_table for model in apps.get_models())


def test_every_file_that_a_document_names_is_there() -> None:
    named = [
        (document, base / path)
        for document in [*DOCS.parent.glob("*.md"), *DOCS.rglob("*.md")]
        for pattern, base in [
            (r"`([a-z][\w./-]*/[\w.-]+\.(?:py|md|html|css|toml))`", DOCS.parent),
            (r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.parent),
        ]
        for path in re.findall(pattern, document.read_text(encoding="utf-8"))
    ]
    # Within the project folder files are also called as they are there: `core/change.py`.
    inside = DOCS.parent / "earlyhelp"
    missing = [
        f"{document.name}: {path.relative_to(DOCS.parent)}"
        for document, path in named
        if not path.exists() and not (inside / path.relative_to(DOCS.parent)).exists()
    ]
    assert len(named) > 50
    assert missing == []


CHANGES = re.findall(
    r"^\| [^|]+ \| `([\w/]+\.py)`: `(\w+)` \|$",
    (DOCS / "architecture.md").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


@pytest.mark.parametrize(("path", "name"), CHANGES)
def test_where_to_change_something_is_where_it_stands(path: str, name: str) -> None:
    tree = ast.parse((DOCS.parent / path).read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    assert name in defined | {ast.unparse(target) for target in assigned}


def test_twenty_questions_are_answered() -> None:
    assert len(CHANGES) >= 20


def test_the_house_is_drawn_from_the_imports() -> None:
    assert draw_structure.main(["--check"]) == 0
