"""The numbers of ``tools/measure_code.py``, over a small tree with one of everything."""

from pathlib import Path

import pytest
from django.conf import settings

import measure_code
from measure_code import Code

LONG = "def long():\n" + "".join(f"    x = {at}\n" for at in range(40))
REPEATED = "".join(f"first_{at} = {at}\n" for at in range(6))
SOURCES = {
    "a/__init__.py": "",
    "a/models.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a.rows\n",
    "a/rows.py": "import a.models\n\n\nclass Row:\n    class Meta:\n        pass\n",
    "a/long.py": LONG,
    "a/migrations/0001.py": LONG,
    "b/__init__.py": "",
    "b/one.py": f"def f():\n    from b import two\n    two._g()\n\n\n{REPEATED}class Row:\n    pass\n",
    "b/two.py": f"from b.one import f, _h\n\n{REPEATED.replace(' = ', '  =  ')}class _Row:\n    pass\n",
    "templates/a.html": "<p>\n</p>\n",
    "static/own.css": "a {\n}\n",
    "static/govuk/theirs.css": "b {\n}\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with two packages."""
    for name, source in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    write_limits(tmp_path, "")
    return tmp_path


def write_limits(tree: Path, limits: str) -> None:
    text = f'[tool.mypy]\nfiles = ["manage.py", "a", "b"]\n[tool.measure_code]\n{limits}\n'
    (tree / "pyproject.toml").write_text(text, encoding="utf-8")


def test_what_is_counted(tree: Path) -> None:
    found = {name: measured.number for name, measured in Code(tree).measures().items()}
    assert found == {
        "modules": 7,
        "lines": 3 + 6 + 41 + 13 + 10,
        "lines of a": 3 + 6 + 41,
        "lines of b": 13 + 10,
        "lines of templates": 2,
        "lines of css and js": 2,
        "functions": 2,
        "functions over 40 lines": 1,
        "functions over 40 lines, percent": 50,
        "functions with over 10 branches": 0,
        "functions with over 10 branches, percent": 0,
        "runs of 6 lines that stand twice": 1,
        "class names that stand twice": 1,
        # rows imports models, models rows (for its types only); one two, two one
        "modules imported by one other": 4,
        "import cycles": 1,
        "uses of another module's private name": 2,
    }


def test_branches_are_counted_with_the_and_and_or_of_their_conditions() -> None:
    source = """
def f(rows):
    if rows and rows[0] or not rows:
        for row in rows:
            while row:
                pass
    try:
        return [row for row in rows if row] if rows else []
    except ValueError:
        match rows:
            case []:
                return rows
"""
    function = measure_code.ast.parse(source).body[0]
    assert measure_code.branches(function) == 1 + 2 + 2 + 2 + 1 + 1 + 1


@pytest.mark.parametrize(("most", "status"), [(73, 0), (72, 1)])
def test_a_limit_that_is_passed_fails(
    tree: Path, capsys: pytest.CaptureFixture[str], most: int, status: int
) -> None:
    write_limits(tree, f"lines = {most}")
    assert measure_code.main(["--root", str(tree), "--check"]) == status
    assert ("OVER" in capsys.readouterr().out) == bool(status)


def test_a_limit_for_nothing_is_refused(tree: Path) -> None:
    write_limits(tree, "lanes = 3")
    with pytest.raises(SystemExit):
        measure_code.main(["--root", str(tree), "--check"])


def test_the_limits_of_this_code_are_of_what_is_measured() -> None:
    root = Path(settings.BASE_DIR)
    assert measure_code.limits(root).keys() <= Code(root).measures().keys()
    assert "import cycles" in measure_code.limits(root)
