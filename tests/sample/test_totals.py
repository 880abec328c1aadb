"""The sample's roll-ups are the published totals, line by line, out of the export itself."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from earlyhelp import sample

# Says that the test database is needed; the tests themselves only read what was exported.
pytestmark = pytest.mark.django_db

TOTALS = Path(sample.__file__).parent / "totals.csv"


def _totals() -> list[dict[str, str]]:
    with TOTALS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rows(sample: None, django_db_blocker: DjangoDbBlocker) -> dict[tuple[str, str], dict[str, str]]:
    """The city's export, by quarter and by year, of a database with the sample in it."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    with django_db_blocker.unblock():
        for period in ("quarter", "year"):
            out = io.StringIO()
            call_command(
                "export_rollup",
                "--by=city",
                "--from=2014-15 Q1",
                "--to=2015-16 Q4",
                f"--period={period}",
                stdout=out,
            )
            for row in csv.DictReader(io.StringIO(out.getvalue())):
                found[row["measure"], row["period"]] = row
    return found


# Where each item of the totals stands in the export: a count measure, or a part of a ratio.
_WHERE = {
    "spider-graphs-improving": ("spider-graphs-improving-share", "numerator"),
    "surveys-respected": ("treated-with-respect", "numerator"),
    "surveys-listened": ("workers-listened", "numerator"),
    "surveys-helped": ("helped", "numerator"),
    "cse-medium-or-high": ("cse-medium-or-high-share", "numerator"),
    "cases-reopened": ("reopened-share", "numerator"),
    "cases-escalated": ("escalated-locality-teams", "numerator"),
    "escalated-city": ("escalated-whole-service", "numerator"),
    "closed-city": ("escalated-whole-service", "denominator"),
    "case-audits-completed": ("case-audit-completion", "numerator"),
    "case-audits-due": ("case-audit-completion", "denominator"),
}


def test_every_published_total_is_listed() -> None:
    assert len(_totals()) == 102


@pytest.mark.parametrize("line", _totals(), ids=lambda line: f"{line['item']} {line['period']}")
def test_a_published_total_comes_out(
    line: dict[str, str], rows: dict[tuple[str, str], dict[str, str]]
) -> None:
    measure, column = _WHERE.get(line["item"], (line["item"], "numerator"))
    row = rows[measure, line["period"]]
    assert row[column] == line["total"]
    if line["status"] == "not provided":
        assert (row["answered"], row["value"]) == ("0", "")
        assert int(row["expected"]) > 0
    elif line["status"] == "not collected":
        assert (row["answered"], row["expected"]) == ("0", "0")
    else:
        assert int(row["answered"]) > 0


@pytest.mark.parametrize(
    ("measure", "period", "value"),
    [
        ("reopened-share", "2015-16", "5.0"),  # 66 of 633 + 700, printed as 4.9
        ("cse-medium-or-high-share", "2015-16", "10.2"),  # 37 of 363, printed as 20.3
        ("helped", "2015-16", "77.0"),  # 384 of 499, printed as 76.9
        ("families-feeding-back", "2015-16", "71.3"),  # 499 of 700, printed as 71.2
        ("escalated-locality-teams", "2015-16", "30.3"),  # 212 of 700, printed as 30.2
        ("escalated-whole-service", "2014-15", "15.6"),  # 187 of 1,199, printed as 15.5
        ("escalated-whole-service", "2015-16", "26.6"),  # 399 of 1,501, printed as 26.5
        ("case-audit-completion", "2015-16", "96.4"),  # 133 of 138
    ],
)
def test_percentages_are_worked_out_again(
    measure: str, period: str, value: str, rows: dict[tuple[str, str], dict[str, str]]
) -> None:
    assert rows[measure, period]["value"] == value


def test_three_of_fifteen_teams_gave_contacts(
    rows: dict[tuple[str, str], dict[str, str]],
) -> None:
    row = rows["contacts", "2015-16 Q3"]
    assert (row["value"], row["answered"], row["expected"]) == ("2241", "3", "15")
