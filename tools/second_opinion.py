"""Hold what we hide in single tables against what Tau-Argus hides: a second opinion.

``python tools/second_opinion.py [--tables 60]`` wants an environment of its own with ``pytauargus``
(Tau-Argus with HiGHS), ``highspy`` and ``numpy``; the product needs none of it but the last two.
Random tables of counts by area and quarter with their totals are protected by both; a linear
programme that knows the totals then narrows what each of them hid. It fails where something of
ours is narrowed to fewer than five values, or where Tau-Argus protects as well and for less.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from highspy import Highs

from measures.releases.protection import (
    POSSIBLE,
    Fate,
    MaskedCell,
    Puzzle,
    Secret,
    Sum,
)
from measures.releases.protection.search import solve

SMALL = 5
ALL = -1
Counts = list[list[int]]
# A row and a column; ``ALL`` is the total.
At = tuple[int, int]


def drawn(seed: int) -> Counts:
    """Three to five areas in four quarters, about half of them small."""
    draw = random.Random(seed)  # noqa: S311  # a table to try things on
    spans = [(0, 0), (0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (6, 40), (6, 40), (6, 60), (20, 90)]
    return [
        [draw.randint(*draw.choice(spans)) for _ in range(4)] for _ in range(draw.randint(3, 5))
    ]


def parts_of(counts: Counts) -> Iterator[tuple[At, list[At]]]:
    """Each cell and total, and the cells that it adds up."""
    rows, columns = range(len(counts)), range(len(counts[0]))
    for row in (*rows, ALL):
        for column in (*columns, ALL):
            over = rows if row == ALL else [row]
            yield (
                (row, column),
                [(r, c) for r in over for c in (columns if column == ALL else [column])],
            )


def value(counts: Counts, parts: Collection[At]) -> int:
    """What cells come to."""
    return sum(counts[row][column] for row, column in parts)


def ours(counts: Counts) -> set[At]:
    """What we hide: any five values have to stay possible, which is what is compared."""
    width, cells, guards = len(counts[0]), [], []
    for key, parts in parts_of(counts):
        total = Sum(tuple(sorted((row * width + column, 1) for row, column in parts)))
        number = value(counts, parts)
        is_small = 0 < number <= SMALL
        fate = Fate.HIDDEN if is_small else Fate.OPEN if number else Fate.SHOWN
        cells.append(MaskedCell(key, (total,), number, fate))
        if is_small:
            guards.append(Secret(key, total))
    truth = [number for row in counts for number in row]
    mask = solve(Puzzle(truth, cells, (), guards), 60.0)
    small = {guard.key for guard in guards}
    return {key for key, _ in parts_of(counts) if key in small or key in mask.hidden}


def theirs(counts: Counts) -> set[At]:
    """What Tau-Argus hides, of fewer than six, each to its double and to nothing."""
    from pytauargus import protect  # of this environment alone

    families = [
        {"Area": f"A{row}", "Quarter": f"Q{column}", "Families": 1.0}
        for (row, column), _ in parts_of(counts)
        if ALL not in (row, column)
        for _ in range(counts[row][column])
    ]
    with tempfile.TemporaryDirectory() as folder, chdir(folder):  # it keeps logs where it runs
        found = protect(
            families,
            ["Area", "Quarter"],
            response="Families",
            safety_rules=f"FREQ({SMALL + 1},100)",
            workdir=folder,
        )
        [table] = found.tables
        rows: list[dict[str, Any]] = list(table.rows)
    return {
        (_number(row["Area"]), _number(row["Quarter"])) for row in rows if row["status"] in "UM"
    }


def _number(code: str) -> int:
    return int(code[1:]) if code[:1] in ("A", "Q") else ALL


def narrowed(counts: Counts, hidden: Collection[At]) -> int:
    """How many of what is hidden keep fewer than five values, for all that is shown."""
    attack = Highs()  # type: ignore[no-untyped-call]
    attack.silent()
    cells = {key: attack.addVariable(lb=0, ub=1e5) for key, _ in parts_of(counts)}
    for key, parts in parts_of(counts):
        total = sum(cells[one] for one in parts)
        low = 1 if key in hidden else value(counts, parts)
        attack.addConstr(total >= low)
        if key not in hidden:
            attack.addConstr(total <= low)
    found = 0
    for key, parts in parts_of(counts):
        if key in hidden:
            ends = []
            for push in (attack.minimize, attack.maximize):
                push(sum(cells[one] for one in parts))
                ends.append(attack.getInfo().objective_function_value)
            found += ends[1] - ends[0] < POSSIBLE - 1 - 1e-6
    return found


def cost(counts: Counts, hidden: Collection[At]) -> int:
    """How many families stand in what is hidden."""
    return sum(value(counts, parts) for key, parts in parts_of(counts) if key in hidden)


def main() -> None:
    """Print a line for each table, and what they come to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tables", type=int, default=60)
    wrong, open_theirs = 0, 0
    for seed in range(parser.parse_args().tables):
        counts = drawn(seed)
        we, they = ours(counts), theirs(counts)
        open_ours, open_of_them = narrowed(counts, we), narrowed(counts, they)
        is_dearer = not open_of_them and cost(counts, we) > cost(counts, they)
        wrong += bool(open_ours) or is_dearer
        open_theirs += open_of_them
        print(
            f"table {seed}: we hide {len(we)} for {cost(counts, we)}, {open_ours} narrowed; "
            f"Tau-Argus {len(they)} for {cost(counts, they)}, {open_of_them} narrowed"
        )
    print(f"{wrong} tables to look at; {open_theirs} cells that Tau-Argus leaves narrow")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
