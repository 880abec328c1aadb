"""Thirteen claims of a real report, in words of our own, held to the sample."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from earlyhelp.report.checker import Options, Period, check
from earlyhelp.report.facts import gather_facts
from teams.authority import actor_of
from teams.models import User
from tests.report.entering import (
    BECAME,
    DECLARED,
    LEFT,
    MENDED,
    NOTHING,
    PLACED,
    SOURCES,
    entered,
)

pytestmark = pytest.mark.django_db

THIRTEEN = """
# The year 2015-16

- Open cases at the end of the year: 633.
- Early Help Assessments completed: 603.
- Case audits completed 133 (96% completion), an increase on the 47% completion of 2015-16.
- Screened for CSE: 363 cases, of which 37 (20.3%) were at medium or high risk.

Just over 21% of the cases screened for CSE turned out to be at medium or high risk.
Over 2015-16 we had 68 more open cases than in 2014-15.
At the end of quarter 4 the open cases of the locality teams stood at 659.

| | 30/06/2015 | 30/09/2015 | 31/12/2015 | 31/03/2016 |
|---|---|---|---|---|
| Early Help Assessments completed | 56 | 79 | 170 | 108 |

Children in need rose over the first two quarters of 2014-15.
From the end of quarter 1 of 2015-16 to the end of quarter 4 the number of children in need fell by 256.
Child protection plans rose by 22 in quarter 3 of 2015-16.
The whole city's Early Help Assessments went up by over 100 in the course of 2014-15.

51 of the 163 cases of an earlier year have gone to another service since, which is 31.2%; the other 69.8% have not.
27 of the 163 came into care. That is 16.5%, so 83.5% did not.
Reviews were graded good in 35.2% of files, fair in 41.1%, poor in 17.6% and missing in 5.9%.
"""
POINTED_OUT = {
    ("659", "wrong"), ("603", "contradicts"), ("47%", "wrong"), ("20.3%", "wrong"),
    ("21%", "wrong"), ("68", "wrong"), ("256", "wrong"), ("", "wrong"), ("22", "wrong"),
    ("100", "wrong"), ("69.8%", "wrong"), ("83.5%", "rounding"), ("5.9%", "rounding"),
}  # fmt: skip


@pytest.mark.usefixtures("sample")
def test_thirteen_claims_of_a_real_report_are_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(THIRTEEN, encoding="utf-8")
    out = io.StringIO()
    call_command("check_text", str(tmp_path / "report.md"), "--year", "2015-16", stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert {(row["typed"], row["verdict"]) for row in rows} >= POINTED_OUT
    assert ("633", "agrees") in {(row["typed"], row["verdict"]) for row in rows}
    with pytest.raises(CommandError, match="there is no area"):
        call_command("check_text", str(tmp_path / "report.md"), "--year", "2015-16", "--area", "x")
    with pytest.raises(CommandError, match="not a period"):
        call_command("check_text", str(tmp_path / "report.md"), "--period", "2015-17")


@pytest.mark.usefixtures("sample")
def test_what_needed_to_be_done_names_no_children_in_need() -> None:
    text = "Cases that needed to be escalated fell until quarter 4, which saw more than quarter 3."
    found = check(text, gather_facts(), Options(Period.year(2014)))
    assert "children-in-need" not in {one.measure for one in found.rows}


@pytest.mark.usefixtures("sample")
def test_a_written_report_is_entered_with_every_number_placed_or_declared() -> None:
    officer = User.objects.get(email="officer@derby.example")
    counts = entered(THIRTEEN, "2015-16", actor_of(officer))
    assert {name: counts[name] for name in BECAME} == {
        PLACED: 5,
        MENDED: 13,
        DECLARED: 12,
        SOURCES: 1,
        NOTHING: 31,
        LEFT: 0,
    }
