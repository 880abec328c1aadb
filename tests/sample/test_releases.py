"""What hiding takes of the sample, and that nothing of what it hides can be worked out."""

from collections import defaultdict
from fractions import Fraction

import pytest
from django.test import Client

from measures.models import CorrectedFigure, DataItem, Figure, Measure
from measures.releases.draft import known_numbers
from measures.releases.models import Release, ReleasedLine
from measures.releases.table import Known
from teams.models import User
from teams.quarters import FinancialYear, Quarter
from tests.attacker import Outsider, Unknown, together
from tests.pages import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]


def test_no_city_figure_is_hidden_and_few_of_the_localities() -> None:
    lines = ReleasedLine.objects.all()
    assert not lines.filter(locality=None, is_hidden=True).exists()
    localities = lines.exclude(locality=None)
    assert localities.count() > 150
    assert 0 < localities.filter(is_hidden=True).count() * 10 <= localities.count()
    made = Release.objects.get()
    assert made.cost == made.bound, "nothing cheaper protects"


def test_what_the_report_prints_stands_on_the_page_of_every_release() -> None:
    officer = Client()
    officer.force_login(User.objects.get(email="officer@derby.example"))
    for quarter in ("2015-16-q4", "2016-17-q1"):
        page = text(officer.get(f"/quarters/{quarter}/release/"))
        for printed in (
            "Medium or high risk of CSE Derby city 2015-16 How many 37",
            "Medium or high risk of CSE Derby city 2015-16 Of how many 363",
            "Re-opened within 3 months Derby city 2014-15 The figure 12.4%",
        ):
            assert f"{printed} Early Help annual report 2015-16" in page, printed
    assert all(
        fact.low <= released(fact) * (fact.scale if fact.part == "value" else 1) <= fact.high
        for fact in known_numbers()
    )


def released(fact: Known) -> Fraction:
    """What the release says of a number that is known."""
    line = ReleasedLine.objects.get(
        measure=fact.key.measure, locality=fact.key.locality or None, period=fact.key.period
    )
    above, below = Fraction(line.numerator or 0), Fraction(line.denominator or 0)
    return {"numerator": above, "denominator": below}.get(fact.part) or above / below


class Returns:
    """Who counted what in the closed quarters; every return there is signed off."""

    def __init__(self) -> None:
        self.values: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        self.where: dict[tuple[int, int], int | None] = {}
        figures = Figure.objects.filter(return_made__quarter__state="closed", value__isnull=False)
        for team, quarter, locality, item, value in figures.values_list(
            "return_made__team", "return_made__quarter", "return_made__locality", "item", "value"
        ):
            self.values[team, quarter][item] = value
            self.where[team, quarter] = locality
        # A release stands as it was made: what was corrected since is not in it.
        since = CorrectedFigure.objects.filter(
            correction__state="countersigned",
            correction__decided_at__gt=Release.objects.get().made_at,
        )
        place = ("figure__return_made__team", "figure__return_made__quarter", "figure__item")
        for team, quarter, item, value in since.values_list(*place, "before_value"):
            self.values[team, quarter][item] = value
        self.snapshots = set(
            DataItem.objects.filter(timing="snapshot").values_list("pk", flat=True)
        )

    def sums(self, line: ReleasedLine) -> list[dict[Unknown, int]]:
        """The answers that a line's numerator and denominator add up, by rules 2 and 3."""
        measure: Measure = line.measure
        parts = [[measure.numerator_id], [one.pk for one in measure.denominators.all()]]
        items = {item for part in parts for item in part}
        period = line.period
        quarters = (
            [Quarter.parse(period)] if " " in period else FinancialYear.parse(period).quarters
        )
        last = quarters[-1].index
        rows = [
            row
            for row, values in self.values.items()
            if row[1] in {one.index for one in quarters}
            and items <= values.keys()
            and (line.locality_id is None or self.where[row] == line.locality_id)
        ]
        if items & self.snapshots:
            ended = {team for team, quarter in rows if quarter == last}
            rows = [row for row in rows if row[0] in ended]
        return [
            together(
                {(row, item): 1}
                for item in part
                for row in rows
                if row[1] == last or item not in self.snapshots
            )
            for part in parts
            if part
        ]


def test_an_outsider_works_nothing_out() -> None:
    """With no code of ours: every hidden figure keeps five values or more."""
    returns, outsider = Returns(), Outsider()
    lines = list(ReleasedLine.objects.filter(numerator__isnull=False).select_related("measure"))
    for line in lines:
        told = [line.numerator, line.denominator][: len(returns.sums(line))]
        for weights, value in zip(returns.sums(line), told, strict=True):
            assert value == sum(returns.values[row][item] for row, item in weights)  # type: ignore[misc]
            if line.is_hidden:
                outsider.knows_between(weights, min(1, value), None)
            else:
                outsider.reads(weights, value)
    for part, whole in DataItem.objects.exclude(part_of=None).values_list("pk", "part_of"):
        for row, values in returns.values.items():
            if part in values and whole in values:
                outsider.knows_between({(row, whole): 1, (row, part): -1}, 0, None)
    outsider.prepare()
    hidden = [line for line in lines if line.is_hidden]
    for line in hidden:
        low, high = outsider.bounds(returns.sums(line)[0])
        assert high - low >= 4, (line, low, high)
    assert len(hidden) >= 2
