"""The size and shape of the code, in numbers that a change can be held against.

What is counted: the modules (``*.py``) of the packages that ``[tool.mypy]`` names in
pyproject.toml, this folder and migrations left out: the sample's code is in, tests and benchmarks
are not. Lines are lines of the file, blank ones and comments too. Templates, style sheets and
scripts of our own are counted beside them.

::

    python tools/measure_code.py                 # what there is
    python tools/measure_code.py --root DIR      # of another checkout
    python tools/measure_code.py --names         # and where
    python tools/measure_code.py --check         # 1 where a limit is passed

The limits stand in pyproject.toml, ``[tool.measure_code]``, by the names that are printed.
"""

import argparse
import ast
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

LONG_FUNCTION = 40
MANY_BRANCHES = 10
RUN = 6
_OURS = {"lines of templates": ("templates", "*"), "lines of css and js": ("static", "*.[cj]s*")}
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCH = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)


@dataclass(frozen=True)
class Module:
    """A module: its dotted name and its source."""

    name: str
    is_package: bool
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        """The source, parsed."""
        return ast.parse(self.source)

    @property
    def nodes(self) -> Iterator[ast.AST]:
        """Everything in it."""
        return ast.walk(self.tree)

    @property
    def lines(self) -> int:
        """How many lines its file has."""
        return len(self.source.splitlines())


@dataclass(frozen=True)
class Measured:
    """A number, and what it counts."""

    number: float
    where: list[str]

    def __str__(self) -> str:
        return f"{self.number:,}"


class Code:
    """The packages of a checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules = {module.name: module for module in self._read()}

    def _read(self) -> Iterator[Module]:
        for package in packages(self.root):
            for path in sorted((self.root / package).rglob("*.py")):
                parts = path.relative_to(self.root).with_suffix("").parts
                if "migrations" in parts:
                    continue
                is_package = parts[-1] == "__init__"
                name = ".".join(parts[:-1] if is_package else parts)
                yield Module(name, is_package, path.read_text(encoding="utf-8"))

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """By module, the modules of ours that it imports, wherever in it."""
        return {
            name: set(self._imported(module.nodes)) - {name}
            for name, module in self.modules.items()
        }

    def _imported(self, nodes: Iterator[ast.AST]) -> Iterator[str]:
        """The modules of ours that are imported; ``from a import b`` is a.b where that is one."""
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if alias.name in self.modules)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    if inner in self.modules:
                        yield inner
                    elif node.module in self.modules:
                        yield node.module

    # -- the measures ------------------------------------------------------------------------

    def measures(self) -> dict[str, Measured]:
        """Every number by its name, in the order in which they are printed."""
        found = {
            "modules": Measured(len(self.modules), []),
            "lines": Measured(sum(module.lines for module in self.modules.values()), []),
        }
        by_package: Counter[str] = Counter()
        for name, module in self.modules.items():
            by_package[name.partition(".")[0]] += module.lines
        for package, lines in by_package.items():
            found[f"lines of {package}"] = Measured(lines, [])
        for what, (folder, names) in _OURS.items():
            found[what] = Measured(_lines_in(self.root / folder, names), [])
        functions = list(self._functions())
        found["functions"] = Measured(len(functions), [])
        for what, passes in (
            (f"functions over {LONG_FUNCTION} lines", _is_long),
            (f"functions with over {MANY_BRANCHES} branches", _has_many_branches),
        ):
            where = [name for name, node in functions if passes(node)]
            found[what] = Measured(len(where), where)
            found[f"{what}, percent"] = Measured(round(100 * len(where) / len(functions), 1), [])
        for what, measure in self._lists().items():
            where = sorted(measure())
            found[what] = Measured(len(where), where)
        return found

    def _lists(self) -> dict[str, Callable[[], Iterator[str]]]:
        return {
            f"runs of {RUN} lines that stand twice": self.repeated_runs,
            "class names that stand twice": self.repeated_classes,
            "modules imported by one other": self.single_importers,
            "import cycles": self.cycles,
            "uses of another module's private name": self.private_uses,
        }

    def _functions(self) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for module in self.modules.values():
            for node in module.nodes:
                if isinstance(node, _FUNCTION):
                    yield f"{module.name}:{node.lineno} {node.name}", node

    def repeated_runs(self) -> Iterator[str]:
        """Runs of lines that are the same but for white space; each different one once.

        Imports, blank lines, comments and lines of brackets alone are left out first.
        """
        places: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for module in self.modules.values():
            lines = list(_lines_that_count(module))
            for at in range(len(lines) - RUN + 1):
                run = lines[at : at + RUN]
                places[tuple(text for _, text in run)].append(f"{module.name}:{run[0][0]}")
        for found in places.values():
            if len(found) > 1:
                yield " = ".join(found)

    def repeated_classes(self) -> Iterator[str]:
        """Public names that several classes have, those that Django looks for left out."""
        places: dict[str, list[str]] = defaultdict(list)
        for module in self.modules.values():
            for node in module.nodes:
                if isinstance(node, ast.ClassDef) and not _is_private(node.name):
                    places[node.name].append(module.name)
        for name in _DJANGO_LOOKS_FOR:
            places.pop(name, None)
        for name, found in places.items():
            if len(found) > 1:
                yield f"{name}: {', '.join(found)}"

    def single_importers(self) -> Iterator[str]:
        """Modules that exactly one other module imports."""
        importers: dict[str, list[str]] = defaultdict(list)
        for name, imported in self.imports.items():
            for other in imported:
                importers[other].append(name)
        for name, by in importers.items():
            if len(by) == 1:
                yield f"{name} by {by[0]}"

    def cycles(self) -> Iterator[str]:
        """Modules that need each other at run time, also where an import waits in a function."""
        graph = {}
        for name, module in self.modules.items():
            for_types = {
                imported
                for node in module.nodes
                if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
                for imported in self._imported(ast.walk(node))
            }
            graph[name] = self.imports[name] - for_types
        for circle in circles(graph):
            yield " = ".join(circle)

    def private_uses(self) -> Iterator[str]:
        """``from x import _y``, and ``x._y`` where x is a module of ours."""
        for module in self.modules.values():
            called: dict[str, str] = {}
            for node in module.nodes:
                if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    for alias in node.names:
                        inner = f"{node.module}.{alias.name}"
                        if inner in self.modules:
                            called[alias.asname or alias.name] = inner
                        elif node.module in self.modules and _is_private(alias.name):
                            yield f"{module.name}:{node.lineno} {inner}"
            for node in module.nodes:
                if (
                    isinstance(node, ast.Attribute)
                    and _is_private(node.attr)
                    and isinstance(node.value, ast.Name)
                    and node.value.id in called
                ):
                    yield f"{module.name}:{node.lineno} {called[node.value.id]}.{node.attr}"


_DJANGO_LOOKS_FOR = {"Meta", "Media", "Command"}


def packages(root: Path) -> list[str]:
    """The packages of the product in the order of pyproject.toml: those that mypy reads."""
    with (root / "pyproject.toml").open("rb") as file:
        named = tomllib.load(file)["tool"]["mypy"]["files"]
    return [name for name in named if (root / name / "__init__.py").is_file()]


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The sets of nodes that reach each other, of two or more (Tarjan's algorithm)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            circle = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found


def branches(function: ast.AST) -> int:
    """The ways that a function's course can part, those of functions within it too.

    ``if`` (also as an expression and in a comprehension), loops (comprehensions too),
    ``except``, ``case``, and every ``and`` or ``or``.
    """
    count = 0
    for node in ast.walk(function):
        if isinstance(node, _BRANCH):
            count += 1
        elif isinstance(node, ast.comprehension):
            count += 1 + len(node.ifs)
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
    return count


def _has_many_branches(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return branches(function) > MANY_BRANCHES


def _is_long(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """From ``def`` to its last line, decorators left out."""
    return (function.end_lineno or 0) - function.lineno + 1 > LONG_FUNCTION


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _lines_that_count(module: Module) -> Iterator[tuple[int, str]]:
    imports = {
        line
        for node in module.nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    for number, line in enumerate(module.source.splitlines(), 1):
        text = " ".join(line.split())
        if number not in imports and re.search(r"\w", text) and not text.startswith("#"):
            yield number, text


def _lines_in(folder: Path, names: str) -> int:
    """Lines of the files that we wrote: what others made is kept in folders of its own."""
    return sum(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in folder.rglob(names)
        if path.is_file() and "govuk" not in path.parts
    )


def limits(root: Path) -> dict[str, float]:
    """The most that each number may come to."""
    with (root / "pyproject.toml").open("rb") as file:
        found: dict[str, float] = tomllib.load(file)["tool"].get("measure_code", {})
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print the numbers; with ``--check`` 1 where one is over its limit."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parent.parent)
    parser.add_argument("--names", action="store_true", help="say where, too")
    parser.add_argument("--check", action="store_true", help="compare with the limits")
    given = parser.parse_args(arguments)
    most = limits(given.root) if given.check else {}
    found = Code(given.root).measures()
    if unknown := sorted(set(most) - set(found)):
        parser.error(f"pyproject.toml limits what is not measured: {', '.join(unknown)}")
    over = 0
    for name, measured in found.items():
        limit = f"  at most {most[name]:,}" if name in most else ""
        if measured.number > most.get(name, float("inf")):
            limit, over = f"{limit}: OVER", over + 1
        print(f"{measured!s:>8}  {name}{limit}")
        if given.names:
            print("".join(f"{'':>12}{where}\n" for where in measured.where), end="")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
