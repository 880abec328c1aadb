"""The house: rooms import downward only, subjects keep their drawers; and the tree stays clean."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# From the ground floor up; a module belongs to the longest that begins its name.
ROOMS = [
    "earlyhelp.core",
    "teams",
    "measures",
    "audits.plan",
    "audits",
    "earlyhelp.report",
    "earlyhelp",
]
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("earlyhelp", "teams", "measures", "audits")
    for path in sorted((ROOT / package).rglob("*.py"))
}
# What of a subject is its own: others take its rules, its actions and what it has on file.
DRAWERS = ("forms", "pages", "views")


def imports(source: str) -> Iterator[str]:
    """Every module or name that the source imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "import_module":
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def without_types(source: str) -> str:
    """The source without what it imports for its annotations alone."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = [ast.Pass()]
    return ast.unparse(tree)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def room_of(name: str) -> str | None:
    """The room that a module or a name in it belongs to; None for what is not ours."""
    return max((one for one in ROOMS if is_within(name, one)), key=len, default=None)


def upward(module: str, source: str) -> list[str]:
    """What ``source`` imports from a room above its own."""
    own = ROOMS.index(room_of(module) or "")
    return [name for name in imports(source) if (room := room_of(name)) and ROOMS.index(room) > own]


def module_of(name: str) -> str:
    """The module that an imported name lies in, or the module itself."""
    return name if name in SOURCES else name.rpartition(".")[0]


def drawer_of(module: str) -> tuple[str, str] | None:
    """The subject and the drawer that a module lies in; None where it is nobody's own.

    ``measures.review.pages`` is the pages of review; ``earlyhelp.core`` is everybody's.
    """
    parts = module.split(".")
    if room_of(module) in (None, "earlyhelp.core"):
        return None
    for number, part in enumerate(parts):
        kind = next((one for one in DRAWERS if part == one or part.endswith(f"_{one}")), None)
        if kind and number:
            return ".".join(parts[:number]), kind
    return None


def subject_of(module: str) -> str:
    """The folder that a module lies in, leaving out that of its pages."""
    drawer = drawer_of(module)
    return drawer[0] if drawer else module.rpartition(".")[0]


def foreign_drawers(module: str, source: str) -> list[str]:
    """The forms, pages and views of other subjects that ``source`` imports.

    The site (navigation, the home page) and a subject's lists of addresses put them together.
    """
    if room_of(module) == "earlyhelp" or module.endswith((".urls", ".apps")):
        return []
    own = subject_of(module)
    return [
        name
        for name in imports(source)
        if (drawer := drawer_of(module_of(name))) and drawer[0] != own
    ]


def private_names(source: str) -> list[str]:
    """Names with an underscore in front that ``source`` takes from modules of ours."""
    tree = ast.parse(source)
    taken: list[str] = []
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and room_of(node.module):
            for alias in node.names:
                if alias.name.startswith("_"):
                    taken.append(f"{node.module}.{alias.name}")
                elif f"{node.module}.{alias.name}" in SOURCES:
                    modules.add(alias.asname or alias.name)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in modules
            and node.attr.startswith("_")
            and not node.attr.startswith("__")
        ):
            taken += [f"{node.value.id}.{node.attr}"]
    return taken


def cycles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import each other in a circle, each circle once."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(one: str) -> None:
        order[one] = low[one] = len(order)
        stack.append(one)
        for other in edges.get(one, ()):
            if other not in order:
                visit(other)
                low[one] = min(low[one], low[other])
            elif other in stack:
                low[one] = min(low[one], order[other])
        if low[one] == order[one]:
            circle = [stack.pop()]
            while circle[-1] != one:
                circle.append(stack.pop())
            if len(circle) > 1 or one in edges.get(one, ()):
                found.append(sorted(circle))

    for one in sorted(edges):
        if one not in order:
            visit(one)
    return found


def found_in(look: object) -> dict[str, list[str]]:
    """What ``look(module, source)`` finds, by module; migrations are left out."""
    return {
        module: names
        for module, path in SOURCES.items()
        if ".migrations" not in module and (names := look(module, path.read_text(encoding="utf-8")))  # type: ignore[operator]
    }


def test_nothing_imports_upward() -> None:
    assert found_in(upward) == {}
    assert len(SOURCES) > 100


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
    assert upward("teams.models", fault) != []
    assert upward("earlyhelp.core.clock", fault) != []
    assert upward("earlyhelp.settings", fault) == []


def test_the_plan_needs_nothing_of_the_other_audits() -> None:
    assert upward("audits.plan.models", "from audits.rounds.actions import open_round") != []
    assert upward("audits.rounds.actions", "from audits.plan.models import Action") == []


def test_subjects_do_not_share_their_drawers() -> None:
    assert found_in(foreign_drawers) == {}


def test_a_foreign_drawer_is_seen() -> None:
    fault = "from measures.quarters.pages import quarter_page"
    assert foreign_drawers("measures.review.pages", fault) != []
    assert foreign_drawers("measures.quarters.views", fault) == []


def test_no_module_uses_anothers_private_name() -> None:
    assert found_in(lambda module, source: private_names(source)) == {}


def test_a_private_name_is_seen() -> None:
    assert private_names("from teams.permissions import _hidden") != []
    assert private_names("from teams import permissions\npermissions._hidden") != []


def test_nothing_of_a_library_that_is_its_own_affair_is_imported() -> None:
    """What a library calls internal changes with any of its versions."""
    own = re.compile(r"^\s*(?:from|import)\s+(?!\.)\S*\.(?:internal|_\w+)\b", re.MULTILINE)
    assert own.search("from allauth.account.internal import flows\n")
    found = [
        path.relative_to(ROOT)
        for room in ("earlyhelp", "teams", "measures", "audits")
        for path in (ROOT / room).rglob("*.py")
        if own.search(path.read_text())
    ]
    assert found == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    edges: dict[str, set[str]] = defaultdict(set)
    for module, path in SOURCES.items():
        for name in imports(without_types(path.read_text(encoding="utf-8"))):
            if room_of(name) and module_of(name) in SOURCES:
                edges[module].add(module_of(name))
    assert cycles(edges) == []
    assert cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


def other_digits(source: str) -> list[str]:
    """Where ``source`` would take the digits of every script for 0 to 9.

    ``\\d`` does without ``re.ASCII``, wherever the pattern stands; ``isdigit`` and its like do, and
    hold for "²" as well, of which ``int`` makes an error.
    """
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    plain = {
        id(part)
        for call in calls
        if any(ast.unparse(one).find("re.ASCII") >= 0 for one in _arguments(call))
        for part in ast.walk(call)
    }
    patterns = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in plain
    ]
    tests = ("isdigit", "isdecimal", "isnumeric")
    return [
        *(text for text in patterns if "\\d" in text),
        *(ast.unparse(call) for call in calls if getattr(call.func, "attr", "") in tests),
    ]


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def test_only_0_to_9_are_digits() -> None:
    assert found_in(lambda module, source: other_digits(source)) == {}


@pytest.mark.parametrize(
    "fault",
    [
        r're.compile(r"(\d{4})-(\d{2})")',
        r'_FORM = r"\d{4}"',
        r're.fullmatch(rf"\d{{4}}{more}", text, re.IGNORECASE)',
        "text.isdigit()",
        "int(key) if key.isdecimal() else None",
    ],
)
def test_other_digits_are_seen(fault: str) -> None:
    assert other_digits(fault) != []


def test_a_pattern_of_plain_digits_is_none() -> None:
    assert other_digits(r're.compile(r"\d{4}", re.VERBOSE | re.ASCII)') == []
    assert other_digits('re.compile("[0-9]{4}")') == []


# Who reads the words on a figure without asking for which number they were written: the model
# that tells, who keeps and compares them. Everybody else reads ``explains``.
KEEPS_WORDS = {
    "measures.exchange.actions",
    "measures.models.returns",
    "measures.returns.actions",
    "measures.returns.answers",
    "measures.returns.forms",
    "measures.returns.pages.conflict",
}


def reads_words(source: str) -> bool:
    """Whether a module reads ``.explanation`` of anything but the words' own module."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == "explanation"
        and ast.unparse(node.value) != "reasons"
        for node in ast.walk(ast.parse(source))
    )


def test_words_on_a_figure_are_read_with_the_number_they_are_about() -> None:
    assert {name for name, path in SOURCES.items() if reads_words(path.read_text())} == KEEPS_WORDS
    templates = (ROOT / "templates").rglob("*.html")
    assert [path for path in templates if ".explanation" in path.read_text()] == []


def test_every_requirement_is_locked_with_hashes() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        assert len(lines) > 20
        assert "://" not in text, "the lock works with whatever index a council uses"
        assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


def settings_given(source: str) -> Iterator[str]:
    """Names that a process is given in a dictionary, or by a place in one."""
    for node in ast.walk(ast.parse(source)):
        given = node.keys if isinstance(node, ast.Dict) else []
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            given = [node.slice]
        yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


@cache
def settings_read() -> frozenset[str]:
    """The settings that are read from the environment, or from a file."""
    found = {name for path in SOURCES.values() for name in SETTING_READ.findall(path.read_text())}
    assert {"DATABASE_URL", "SECRET_KEY", "EARLYHELP_DELIVER_BESIDE"} <= found
    return frozenset(found)


def given_past_a_file(source: str) -> list[str]:
    """Settings of ours that a process is given although a file may be named for them too."""
    return sorted(settings_read() & set(settings_given(source)))


SETTING_READ = re.compile(r'\benv\.\w+\(\s*"([A-Z_]+)"')


def test_what_a_process_is_given_counts_where_a_file_is_named() -> None:
    """By ``environment.instead``: a setting and its file are refused together."""
    programs = [*SOURCES.values(), *sorted((ROOT / "benchmarks").rglob("*.py"))]
    found = {str(path): given_past_a_file(path.read_text()) for path in programs}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "fault",
    ['run(env=os.environ | {"DATABASE_URL": url})', 'os.environ["DATABASE_URL"] = url'],
)
def test_a_setting_past_its_file_is_seen(fault: str) -> None:
    assert given_past_a_file(fault) == ["DATABASE_URL"]


def test_no_test_is_left_out() -> None:
    words = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail)|unittest\.skip|pytest\.importorskip")
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path.name != Path(__file__).name]
    assert len(tests) > 20
    assert [str(path) for path in tests if words.search(path.read_text(encoding="utf-8"))] == []


def rows_of_the_wrong_database(source: str) -> list[str]:
    """Lines of a migration that ask for rows without saying of which database."""
    return [line for line in source.splitlines() if ".objects" in line and ".using(" not in line]


def test_a_migration_asks_the_database_that_it_is_run_on() -> None:
    """With several databases it would change the rows of another."""
    migrations = {
        module: path.read_text(encoding="utf-8")
        for module, path in SOURCES.items()
        if ".migrations." in module
    }
    found = {
        module: lines
        for module in migrations
        if (lines := rows_of_the_wrong_database(migrations[module]))
    }
    assert found == {}
    assert len(migrations) > 20
    assert rows_of_the_wrong_database('    for kept in of("Kept").objects.all():') != []
