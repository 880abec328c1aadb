"""Spread the published totals of the sample over teams and quarters.

The report gives most numbers for the whole city and a whole year; the application holds one figure
for each team and quarter. This module makes the second from the first by a fixed rule, so that the
parts add up to the published totals exactly and anybody can make the same file again::

    python tools/split_totals.py

reads ``totals.csv`` and the council folder ``derby/`` of ``earlyhelp/sample`` and rewrites
``derby/figures.csv``. The split is illustrative: it says nothing about any real team.
``docs/sample.md`` has an example.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

SAMPLE = Path(__file__).parents[1] / "earlyhelp" / "sample"
TOTALS = SAMPLE / "totals.csv"
FOLDER = SAMPLE / "derby"
FIGURES = FOLDER / "figures.csv"
COLUMNS = ("team", "quarter", "item", "value", "answer", "note")
YEARS = ("2014-15", "2015-16")
QUARTERS = tuple(f"{year} Q{number}" for year in YEARS for number in range(1, 5))

# ---------------------------------------------------------------------------------------------
# The weights. Only their proportions matter.
# ---------------------------------------------------------------------------------------------

STEADY = (100, 104, 97, 101)
"""Quarter weights of an item and year that has none of its own."""

QUARTER_WEIGHTS: Mapping[tuple[str, str], tuple[int, int, int, int]] = {
    # Teams' closures and assessments follow the quarters that were published for the whole city.
    ("cases-closed", "2014-15"): (273, 369, 206, 351),
    ("cases-closed", "2015-16"): (453, 325, 331, 392),
    ("assessments-completed", "2014-15"): (187, 206, 254, 282),
    ("assessments-completed", "2015-16"): (56, 79, 170, 108),
    ("cases-escalated", "2015-16"): (122, 87, 93, 97),
    # Spider-graphs, surveys and screening were being taken up: they grow through the year.
    ("spider-graphs-completed", "2014-15"): (66, 72, 78, 87),
    ("spider-graphs-completed", "2015-16"): (142, 171, 191, 213),
    ("surveys-received", "2014-15"): (37, 40, 39, 44),
    ("surveys-received", "2015-16"): (99, 124, 136, 140),
    ("cse-screened", "2015-16"): (62, 88, 101, 112),
}

TYPE_WEIGHTS: Mapping[str, tuple[int, int, int]] = {
    # Under 11s, Over 11s, Children's Centres.
    "open-cases": (44, 39, 17),
    "assessments-completed": (45, 35, 20),
    "cse-screened": (22, 70, 8),
    "contacts": (18, 64, 18),
}
TYPES = ("under-11s", "over-11s", "childrens-centres")

LOCALITY_WEIGHTS: Mapping[str, int] = {
    "locality-1": 112,
    "locality-2": 94,
    "locality-3": 101,
    "locality-4": 88,
    "locality-5": 105,
}

WOBBLE = (100, 112, 91, 104, 96, 109, 88, 102, 115, 94, 106, 90, 99)
"""Percentages stepped through by team, quarter and item, so that neighbours differ a little."""

FOLLOWS: Mapping[str, str] = {
    # Split in proportion to another item's figures and never above them in any team and quarter.
    "cases-closed": "open-cases",
    "cases-reopened": "cases-closed",
    "cases-escalated": "cases-closed",
    "surveys-received": "cases-closed",
    "surveys-respected": "surveys-received",
    "surveys-listened": "surveys-received",
    "surveys-helped": "surveys-received",
    "spider-graphs-completed": "open-cases",
    "spider-graphs-improving": "spider-graphs-completed",
    "cse-medium-or-high": "cse-screened",
    "child-in-need-cases-worked": "open-cases",
    "child-protection-cases-worked": "open-cases",
    "case-audits-completed": "case-audits-due",
}

# ---------------------------------------------------------------------------------------------
# What the report does not give.
# ---------------------------------------------------------------------------------------------

PROVIDED_BY: Mapping[str, tuple[str, ...]] = {
    "contacts": ("locality-5",),
    "child-protection-cases-worked": ("locality-1", "locality-5"),
}
"""Items that only some localities provided; the others' teams could not provide them."""

WHY_NOT_PROVIDED: Mapping[str, str] = {
    "cases-escalated": "Published for the whole service only",
    "contacts": "Only the teams of Locality 5 counted contacts in this quarter",
    "child-protection-cases-worked": "Published for localities 1 and 5 only",
    "case-audits-due": "Published only as a percentage completed, without the number due",
    "case-audits-completed": "Published only as a percentage completed, without the number",
}

NOT_APPLICABLE: Mapping[tuple[str, str], str] = {
    (
        "contacts",
        "2015-16 Q4",
    ): "Contacts were sampled in quarter 3 and not counted in this quarter",
}


@dataclass(frozen=True)
class SampleTeam:
    """A team of the council folder; ``locality`` is empty for the city-wide team."""

    code: str
    type: str
    locality: str


@dataclass(frozen=True)
class SampleItem:
    """A data item of the council folder, with the quarters and team types it is asked of."""

    code: str
    timing: str
    team_types: tuple[str, ...]
    first: str
    last: str

    def asked_in(self, quarter: str) -> bool:
        """Whether the item is asked in a quarter written ``2015-16 Q1`` (these sort as text)."""
        return (not self.first or self.first <= quarter) and (not self.last or quarter <= self.last)


Cell: TypeAlias = tuple[str, str]
"""A team's and a quarter's code."""
Row: TypeAlias = tuple[str, str, str, str, str, str]
"""One line of the figures file, by ``COLUMNS``."""


def apportion(total: int, weights: Sequence[int], caps: Sequence[int] | None = None) -> list[int]:
    """Split ``total`` into whole parts in proportion to ``weights``, by largest remainder.

    Each part gets the whole number below its exact share; what is left goes, one each, to the
    largest fractions, the earlier part first where two are equal. With ``caps`` no part exceeds its
    cap: parts whose share would are set to their cap, and the rest is split again over the others.
    The parts always add up to ``total``. Raises ``ValueError`` where that is impossible.
    """
    limits = list(caps) if caps is not None else [total] * len(weights)
    if total > sum(limit for limit, weight in zip(limits, weights, strict=True) if weight):
        raise ValueError(f"{total} does not fit under the caps {limits}")
    full = _at_their_caps(total, weights, limits)
    capped = [limit if n in full else 0 for n, limit in enumerate(limits)]
    left = total - sum(capped)
    if not left:
        return capped
    free = [0 if n in full else weight for n, weight in enumerate(weights)]
    return [cap + part for cap, part in zip(capped, _by_remainder(left, free), strict=True)]


def _at_their_caps(total: int, weights: Sequence[int], limits: Sequence[int]) -> set[int]:
    """The parts whose share reaches their cap, when what these leave is split over the others."""
    full: set[int] = set()
    left = total
    while left:
        free = [n for n, weight in enumerate(weights) if weight and n not in full]
        whole = sum(weights[n] for n in free)
        reached = {n for n in free if left * weights[n] >= limits[n] * whole}
        if not reached:
            break
        # Their caps are at most their shares, so together they never take more than is left.
        full |= reached
        left -= sum(limits[n] for n in reached)
    return full


def _by_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """The parts by largest remainder, without caps."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    ranked = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in ranked[: total - sum(parts)]:
        parts[n] += 1
    return parts


def wobble(team_number: int, quarter_number: int, item_number: int) -> int:
    """The percentage by which a cell's weight leans from its neighbours'; all numbers from 0."""
    return WOBBLE[(3 * team_number + 5 * quarter_number + 7 * item_number) % len(WOBBLE)]


class Splitter:
    """Works out every team's figure for every quarter, wholes before their parts."""

    def __init__(
        self,
        teams: Sequence[SampleTeam],
        items: Sequence[SampleItem],
        totals: Mapping[tuple[str, str], int],
    ):
        """``totals`` by item and period (a quarter or a year); absent means not published."""
        self.teams = teams
        self.items = {item.code: item for item in items}
        self.item_numbers = {item.code: number for number, item in enumerate(items)}
        self.totals = totals
        self._split: dict[str, dict[Cell, int]] = {}

    def figures(self, code: str) -> Mapping[Cell, int]:
        """The item's figures by team and quarter; a cell nobody provided is absent."""
        if code not in self._split:
            cells: dict[Cell, int] = {}
            for quarter, total in self.quarter_totals(code).items():
                cells.update(self._over_teams(code, quarter, total))
            self._split[code] = cells
        return self._split[code]

    def quarter_totals(self, code: str) -> dict[str, int]:
        """The item's total for each quarter: as published, or its year's total spread over four."""
        found = {q: self.totals[code, q] for q in QUARTERS if (code, q) in self.totals}
        for year in YEARS:
            if (code, year) in self.totals:
                quarters = [q for q in QUARTERS if q.startswith(year)]
                weights, caps = self._quarter_weights(code, year, quarters)
                found.update(
                    zip(quarters, apportion(self.totals[code, year], weights, caps), strict=True)
                )
        return found

    def _quarter_weights(
        self, code: str, year: str, quarters: Sequence[str]
    ) -> tuple[list[int], list[int] | None]:
        own = QUARTER_WEIGHTS.get((code, year))
        whole = FOLLOWS.get(code)
        if whole is None or self.items[whole].timing == "snapshot":
            return list(own or STEADY), None
        caps = [self._within(code, whole, q) for q in quarters]
        if own:
            return list(own), caps
        # A whole quarter leans a quarter as far as a team does: the city's percentages move gently.
        leaning = [300 + wobble(0, QUARTERS.index(q), self.item_numbers[code]) for q in quarters]
        return [cap * lean for cap, lean in zip(caps, leaning, strict=True)], caps

    def _within(self, code: str, whole: str, quarter: str) -> int:
        """The whole's total over the teams that provide ``code`` in a quarter."""
        return sum(self.figures(whole)[team.code, quarter] for team in self._providers(code))

    def _providers(self, code: str) -> list[SampleTeam]:
        localities = PROVIDED_BY.get(code)
        return [
            team
            for team in self.teams
            if team.type in self.items[code].team_types
            and (localities is None or team.locality in localities)
        ]

    def _over_teams(self, code: str, quarter: str, total: int) -> Iterator[tuple[Cell, int]]:
        teams = self._providers(code)
        whole = FOLLOWS.get(code)
        caps = (
            None if whole is None else [self.figures(whole)[team.code, quarter] for team in teams]
        )
        weights = []
        for place, team in enumerate(teams):
            size = self._size(code, team) if caps is None else caps[place]
            lean = wobble(self.teams.index(team), QUARTERS.index(quarter), self.item_numbers[code])
            weights.append(size * lean)
        for team, part in zip(teams, apportion(total, weights, caps), strict=True):
            yield (team.code, quarter), part

    def _size(self, code: str, team: SampleTeam) -> int:
        if not team.locality:
            return 1
        by_type = TYPE_WEIGHTS[code][TYPES.index(team.type)]
        return by_type * LOCALITY_WEIGHTS[team.locality]


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV file by column name."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_teams() -> list[SampleTeam]:
    """The sample's teams in their file's order."""
    return [
        SampleTeam(row["code"], row["type"], row["locality"])
        for row in read_rows(FOLDER / "teams.csv")
    ]


def read_items() -> list[SampleItem]:
    """The sample's data items in their file's order."""
    return [
        SampleItem(
            row["code"],
            row["timing"],
            tuple(row["team_types"].split()),
            row["from_quarter"],
            row["to_quarter"],
        )
        for row in read_rows(FOLDER / "data_items.csv")
    ]


def read_totals() -> dict[tuple[str, str], int]:
    """The published and derived totals by item and period; lines without a number are left out."""
    return {
        (row["item"], row["period"]): int(row["total"]) for row in read_rows(TOTALS) if row["total"]
    }


def figure_rows() -> Iterator[Row]:
    """Every row of ``figures.csv``, by quarter, team and item in their files' order."""
    teams, items = read_teams(), read_items()
    splitter = Splitter(teams, items, read_totals())
    for quarter in QUARTERS:
        for team in teams:
            for item in items:
                if team.type not in item.team_types or not item.asked_in(quarter):
                    continue
                value = splitter.figures(item.code).get((team.code, quarter))
                if value is not None:
                    yield team.code, quarter, item.code, str(value), "", ""
                elif (item.code, quarter) in NOT_APPLICABLE:
                    note = NOT_APPLICABLE[item.code, quarter]
                    yield team.code, quarter, item.code, "", "not-applicable", note
                else:
                    yield (
                        team.code,
                        quarter,
                        item.code,
                        "",
                        "not-provided",
                        WHY_NOT_PROVIDED[item.code],
                    )


def write_figures(path: Path) -> int:
    """Write the figures file and return how many figures it holds."""
    rows = list(figure_rows())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    print(f"{FIGURES}: {write_figures(FIGURES)} figures")
