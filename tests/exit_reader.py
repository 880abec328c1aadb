"""A reader of ``manage.py export_everything`` that knows nothing of this project but docs/exit.md.

It builds the roll-ups by quarter, signed off, as it was, from the CSV files alone: what another
system would have to do to take a council's figures over. A hundred lines, no library.
"""

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

Row = dict[str, str]


class Exit:
    """The files of a folder, as dictionaries."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.items = self.by_id("measures_dataitem")
        self.teams = self.by_id("teams_team")
        self.returns = self.by_id("measures_return")
        self.asked: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self.read("measures_question"):
            self.asked[row["quarter_id"], row["team_type_id"]].add(row["item_id"])
        self.figures: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in self.read("measures_figure"):
            self.figures[row["return_id"]][row["item_id"]] = row

    def read(self, table: str) -> list[Row]:
        with (self.folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def by_id(self, table: str) -> dict[str, Row]:
        return {row["id"]: row for row in self.read(table)}

    def measures(self) -> list[tuple[Row, list[str]]]:
        """Each measure with the items below its line, in the framework's order."""
        below: dict[str, list[str]] = defaultdict(list)
        for row in sorted(self.read("measures_denominator"), key=lambda one: int(one["position"])):
            below[row["measure_id"]].append(row["item_id"])
        listed = sorted(
            self.read("measures_measure"), key=lambda one: (int(one["position"]), one["code"])
        )
        return [(row, below[row["id"]]) for row in listed]


def exact(read: Exit, figure: Row) -> Fraction:
    """A figure counts whole units of its item's last decimal."""
    decimals = int(read.items[figure["item_id"]]["decimals"])
    return Fraction(int(figure["value"]), 10**decimals)


def count(
    read: Exit, measure: Row, below: list[str], rows: list[Row]
) -> tuple[str, str, str, str, str, str]:
    """Numerator, denominator, value, answered, expected and who is missing."""
    above, needed = measure["numerator_id"], [measure["numerator_id"], *below]
    tops, bottoms, answered, expected, missing = Fraction(0), Fraction(0), 0, 0, set()
    for row in rows:
        if not read.asked[row["quarter_id"], row["team_type_id"]].issuperset(needed):
            continue
        figures = [read.figures[row["id"]][item] for item in needed]
        speaks = row["state"] == "signed-off"
        if speaks and any(one["answer"] == "not-applicable" for one in figures):
            continue
        expected += 1
        if not speaks or any(one["value"] == "" for one in figures):
            missing.add(row["team_id"])
            continue
        answered += 1
        tops += exact(read, read.figures[row["id"]][above])
        bottoms += sum((exact(read, read.figures[row["id"]][item]) for item in below), Fraction(0))
    late = sorted((read.teams[pk] for pk in missing), key=lambda one: int(one["position"]))
    says = [str(answered), str(expected), " ".join(one["code"] for one in late)]
    if not answered:
        return ("", "", "", says[0], says[1], says[2])
    top = written(tops, int(read.items[above]["decimals"]))
    if not below:
        return (top, "", top, says[0], says[1], says[2])
    bottom = written(bottoms, max(int(read.items[item]["decimals"]) for item in below))
    value = tops * int(measure["scale"]) / bottoms if bottoms else None
    shown = "" if value is None else written(value, int(measure["decimals"]))
    return (top, bottom, shown, says[0], says[1], says[2])


def written(value: Fraction, places: int) -> str:
    exactly = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exactly.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def rollup(folder: Path, quarters: range) -> list[tuple[str, ...]]:
    """Area (empty for the city), measure, quarter and what it comes to, for city and localities."""
    read = Exit(folder)
    localities = sorted(read.read("teams_locality"), key=lambda one: int(one["position"]))
    found = []
    for area, code in [("", ""), *((one["id"], one["code"]) for one in localities)]:
        mine = [row for row in read.returns.values() if area in ("", row["locality_id"])]
        ever = {i for r in mine for i in read.asked[r["quarter_id"], r["team_type_id"]]}
        for measure, below in read.measures():
            if ever.isdisjoint([measure["numerator_id"], *below]):
                continue
            for quarter in quarters:
                rows = [row for row in mine if row["quarter_id"] == str(quarter)]
                found.append(
                    (code, measure["code"], str(quarter), *count(read, measure, below, rows))
                )
    return found
