"""What a board member can open: what was released, and nothing that is hidden in it.

Every page and file that can be reached is searched for numbers that were planted.
"""

import ast
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from measures.commentary.actions import write_commentary
from measures.models import Answer, Figure, Measure, ReportingQuarter
from measures.quarters.actions import finish
from teams.authority import command_actor
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, Cast
from tests.crawl import body_of, crawl
from tests.pages import text
from tests.releases import forget_releases, release, release_anew

SignIn = Callable[[str], Client]
Q1, Q2, Q3, Q4 = HISTORY
ROOT = Path(__file__).parents[3]
# Addresses that nobody links to, but that a board member may type.
TYPED = [
    "/",
    "/performance/",
    "/performance/?structure=now",
    "/performance/?change=not-comparable",
    "/performance/?period=2015-16-q3&change=neither-way&target=not-judged",
    "/performance/?period=2015-16",
    "/performance/?period=2015-16-q4&basis=signed-off",
    *(f"/performance/?period={quarter.slug}&against=year" for quarter in HISTORY),
    "/performance/table/?format=xlsx",
    "/performance/table/?format=ods",
    *(
        f"/performance/export/?{query}&format={kind}"
        for kind in ("csv", "xlsx", "ods")
        for query in ("period=2015-16", "from=2015-16-q1&to=2016-17-q1", "period=2015-16-q4")
    ),
]


BUT = ("against=", "basis=", "change=", "target=", "format=ods", "format=xlsx")


def everything(client: Client) -> dict[str, str]:
    """All that a board member can open, by address."""
    found = crawl(client, TYPED, but=BUT)
    assert set(TYPED) <= found.keys()
    assert len(found) > 40
    return found


def plant(council: Cast) -> dict[str, str]:
    """Numbers nobody outside may read, by how they are written: every team's own figures."""
    planted = {}
    for number, figure in enumerate(
        Figure.objects.filter(value__isnull=False)
        .exclude(return_made__team__code="city-team")
        .select_related("item", "return_made__team", "return_made__quarter")
        .order_by("return_made__quarter", "return_made__team", "item")
    ):
        figure.value = 20_011 + 577 * number
        figure.save()
        where = f"{figure.return_made.team}, {figure.return_made.quarter}, {figure.item}"
        planted |= dict.fromkeys(ways_to_write(figure.value), where)
    return planted


def ways_to_write(number: int) -> list[str]:
    return [str(number), f"{number:,}"]


def leaks(bodies: dict[str, str], planted: dict[str, str]) -> list[str]:
    """Where a planted number or name stands, and whose it is."""
    wanted = re.compile(
        r"(?<![\d.,])(?:" + "|".join(map(re.escape, planted)) + r")(?![\d])", re.IGNORECASE
    )
    return [
        f"{path}: {found} ({planted.get(found, '')})"
        for path, body in bodies.items()
        for found in sorted(set(wanted.findall(body)))
    ]


def city_sum(council: Cast, quarter: Quarter, item: str, *but: str) -> int:
    figures = Figure.objects.filter(return_made__quarter=quarter.index, item=council.item[item])
    values = figures.exclude(return_made__team__code__in=but).values_list("value", flat=True)
    return sum(value or 0 for value in values)


# -- teams, and quarters that are open ------------------------------------------------------------


def test_no_number_of_a_team_and_no_name_of_one_is_anywhere(council: Cast, sign_in: SignIn) -> None:
    for team in ("north-family", "north-centre", "south-family"):
        council.sign_off(team, "head" if team.startswith("north") else "other_head")
    # One team did not answer in Q3: nothing is compared for the others alone, or their earlier
    # figures without its own would give these.
    gone = Figure.objects.filter(return_made=council.made("south-centre", Q3))
    gone.update(value=None, answer=Answer.NOT_PROVIDED, note="Lost")
    planted = plant(council)
    release_anew()
    for team in list(council.team.values())[:4]:
        planted |= dict.fromkeys((team.code, team.name), "a team")
    # What one team leaves of the city gives that team's.
    for quarter in [*HISTORY, OPEN]:
        teams = {"north-family", "south-centre"} - ({"south-centre"} if quarter == Q3 else set())
        for team in sorted(teams):
            rest = city_sum(council, quarter, "cases-closed", team, "city-team")
            planted |= dict.fromkeys(ways_to_write(rest), f"without {team}")
    for item in ("cases-closed", "open-cases", "surveys-received"):
        total = city_sum(council, OPEN, item)
        planted |= dict.fromkeys(ways_to_write(total), f"{item}, open quarter")
    assert leaks({"": f" {city_sum(council, OPEN, 'cases-closed'):,} "}, planted)
    assert not leaks(everything(sign_in("board_member")), planted)


def test_before_and_after_a_sign_off_every_byte_is_the_same(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("board_member")
    before = everything(client)
    council.sign_off("north-family")
    council.submit("south-family", "other_manager")
    after = everything(client)
    assert {path for path in before if before[path] != after.get(path)} == set()
    assert after.keys() == before.keys()


@pytest.mark.parametrize(
    "query", ["period=2016-17-q1", "period=2016-17", "period=2016-17-q1&basis=signed-off"]
)
def test_an_open_quarter_and_a_year_that_is_not_over_are_not_found(
    council: Cast, sign_in: SignIn, query: str
) -> None:
    council.sign_off("north-family")
    client = sign_in("board_member")
    for path in (
        "/performance/?",
        "/performance/measures/cases-closed/?",
        "/performance/made-of/?measure=cases-closed&",
        "/performance/export/?",
    ):
        assert client.get(path + query).status_code == 404, path
        assert sign_in("auditor").get(path + query).status_code == 200, path
    assert client.get("/performance/table/?to=2016-17-q1").status_code == 404


def test_the_latest_closed_quarter_opens_first(council: Cast, sign_in: SignIn) -> None:
    council.sign_off("north-family")
    client = sign_in("board_member")
    assert "Quarter 4, 2015-16" in text(client.get("/performance/"))
    assert "2016-17" not in text(client.get("/performance/")).replace("Target 2016-17", "")
    assert "in Quarter 4, 2015-16" in text(client.get("/performance/measures/cases-closed/"))


def test_before_anything_is_closed_there_is_nothing(council: Cast, sign_in: SignIn) -> None:
    ReportingQuarter.objects.update(state="open", closed_at=None, closed_by=None)
    forget_releases()
    client = sign_in("board_member")
    assert "Nothing has been released yet" in text(client.get("/performance/"))
    assert client.get("/performance/export/").status_code == 404
    assert "No quarter" not in text(sign_in("head").get("/performance/"))


def test_a_year_with_an_open_quarter_is_held_against_nothing(
    council: Cast, sign_in: SignIn
) -> None:
    """2015-16 is closed but for its second quarter; 2016-17 is whole."""
    ReportingQuarter.objects.filter(pk=Q2.index).update(state="open", closed_at=None)
    release_anew()
    client = sign_in("board_member")
    assert client.get("/performance/?period=2015-16").status_code == 404
    assert client.get("/performance/?period=2015-16-q2").status_code == 404
    rows = exported(client, "from=2015-16-q1&to=2015-16-q4&measure=cases-closed")
    assert [row["answered"] for row in rows] == ["4", "0", "4", "4"]


def test_whoever_adds_figures_up_says_for_whom() -> None:
    """One door: who takes figures and forgets the audience would give outsiders everything."""
    doors = {"take", "rollup_rows"}
    silent = []
    for app in ("measures", "audits", "earlyhelp", "teams"):
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    given = {keyword.arg for keyword in node.keywords}
                    if node.func.id in doors and "audience" not in given:
                        silent.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert silent == []


# -- few teams, small numbers, and what would give them -------------------------------------------


@dataclass
class Shown:
    """What a board member is shown of the cast's closed year."""

    client: Client

    def values(self, code: str) -> list[str]:
        """A measure's values from Q1 to Q4, and of the year."""
        quarters = exported(self.client, f"from=2015-16-q1&to=2015-16-q4&measure={code}")
        year = exported(self.client, f"period=2015-16&measure={code}")[-1]
        return [row["value"] for row in [*quarters, year]]

    def parts(self, code: str) -> set[tuple[str, str, str]]:
        """The numerators, denominators and values that stand in rows that are hidden."""
        quarters = exported(self.client, f"from=2015-16-q1&to=2015-16-q4&measure={code}")
        names = ("numerator", "denominator", "value")
        return {tuple(row[name] for name in names) for row in quarters if row["value"] == "c"}  # type: ignore[misc]


def exported(client: Client, query: str) -> list[dict[str, str]]:
    body = body_of(client, f"/performance/export/?{query}")
    assert body is not None
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))


@pytest.fixture
def shown(council: Cast, sign_in: SignIn) -> Shown:
    return Shown(sign_in("board_member"))


def set_figures(council: Cast, quarter: Quarter, item: str, *values: int | None) -> None:
    """What the four teams counted in a quarter; None could not be provided."""
    for team, value in zip(list(council.team)[:4], values, strict=True):
        answer = {} if value is not None else {"answer": Answer.NOT_PROVIDED, "note": "Lost"}
        Figure.objects.filter(
            return_made=council.made(team, quarter), item=council.item[item]
        ).update(value=value, **answer)


def hidden(shown: Shown, code: str) -> list[bool]:
    """Whether a measure is hidden in Q1 to Q4, and of the year."""
    return [value == "c" for value in shown.values(code)]


def test_a_small_protected_count_is_hidden_and_cannot_be_subtracted(
    council: Cast, shown: Shown
) -> None:
    """3 closed in Q2: it is hidden, and another quarter or the year with it."""
    set_figures(council, Q2, "cases-closed", 1, 1, 1, 0)
    release_anew()
    assert hidden(shown, "cases-closed")[1]
    assert sum(hidden(shown, "cases-closed")) >= 2
    assert shown.parts("cases-closed") == {("c", "c", "c")}


def test_a_small_numerator_hides_the_percentage_and_its_parts(council: Cast, shown: Shown) -> None:
    set_figures(council, Q2, "cases-reopened", 1, 1, 1, 0)
    release_anew()
    assert hidden(shown, "reopened")[1]
    assert shown.parts("reopened") == {("c", "c", "c")}
    assert not any(hidden(shown, "cases-closed"))


def test_zero_is_shown_and_what_is_not_protected_too(council: Cast, shown: Shown) -> None:
    for quarter in HISTORY:
        set_figures(council, quarter, "cases-reopened", 0, 0, 0, 0)
        set_figures(council, quarter, "surveys-received", 2, 1, 0, 0)
        set_figures(council, quarter, "surveys-helped", 1, 1, 0, 0)
    release_anew()
    assert set(shown.values("reopened")) == {"0.0"}
    assert set(shown.values("helped")) == {"66.7"}


def test_the_rest_of_a_ratio_is_a_cell(council: Cast, shown: Shown) -> None:
    """All but 4 of those worked with would be re-opened: the 4 that were not are few."""
    total = city_sum(council, Q2, "open-cases") + city_sum(council, Q2, "cases-closed")
    set_figures(council, Q2, "cases-reopened", total - 14, 4, 3, 3)
    release_anew()
    assert not any(hidden(shown, "reopened"))
    Measure.objects.filter(code="reopened").update(rest=True)
    release_anew()
    assert hidden(shown, "reopened")[1]


def test_a_figure_of_one_team_is_hidden_and_the_city_wide_returns_is_not(
    council: Cast, shown: Shown
) -> None:
    set_figures(council, Q3, "cases-closed", None, 900, None, None)
    release_anew()
    assert hidden(shown, "cases-closed")[2]
    assert not any(hidden(shown, "children-in-care"))


def test_two_sums_that_differ_by_one_team_are_not_both_shown(council: Cast, shown: Shown) -> None:
    """Feedback is surveys over cases closed: a team without one is in the other alone."""
    set_figures(council, Q1, "surveys-received", 12, None, 15, 4)
    release_anew()
    assert hidden(shown, "feedback")[0] != hidden(shown, "cases-closed")[0]


def test_a_locality_is_read_by_year_alone(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("board_member")
    for path in ("/performance/localities/", "/performance/localities/north/",
                 "/performance/measures/cases-closed/localities/"):  # fmt: skip
        assert client.get(path).status_code == 404, path
        assert client.get(f"{path}?period=2015-16-q4").status_code == 404, path
        assert client.get(f"{path}?period=2015-16").status_code == 200, path
    page = text(client.get("/performance/localities/north/?period=2015-16"))
    north = sum(
        figure.value
        for figure in Figure.objects.filter(
            item=council.item["cases-closed"],
            return_made__locality=council.locality["north"],
            return_made__quarter__in=[one.index for one in HISTORY],
        )
    )
    assert f"{north:,}" in page
    assert client.get("/performance/localities/north/teams/?period=2015-16").status_code == 404
    assert (
        client.get("/performance/export/?area=locality:north&period=2015-16-q4").status_code == 404
    )


def test_pages_charts_and_workbooks_hide_it_alike(council: Cast, sign_in: SignIn) -> None:
    """A number that is small nowhere else: 5 re-opened of 271, and what would give it."""
    set_figures(council, Q2, "cases-reopened", 3, 1, 1, 0)
    release_anew()
    asked = city_sum(council, Q2, "open-cases") + city_sum(council, Q2, "cases-closed")
    client = sign_in("board_member")
    for path in ("/performance/?period=2015-16-q2", "/performance/measures/reopened/",
                 "/performance/table/", "/performance/made-of/?measure=reopened&period=2015-16-q2"):  # fmt: skip
        assert "hidden: small number" in text(client.get(path)), path
    planted = {f"5 of {asked}": "its parts", f"{500 / asked:.1f}%": "its percentage"}
    bodies = everything(client)
    assert leaks({"": f" 5 of {asked} "}, planted)
    assert not leaks(bodies, planted)
    marks = [body for path, body in bodies.items() if "export" in path and "csv" not in path]
    assert any("[c]" in body for body in marks)
    head = text(sign_in("head").get("/performance/measures/reopened/"))
    assert f"5 {asked}" in head
    assert "hidden" not in head


def test_a_change_from_a_hidden_figure_is_not_drawn(council: Cast, sign_in: SignIn) -> None:
    set_figures(council, Q3, "cases-closed", 1, 1, 1, 0)
    release_anew()
    before, after = city_sum(council, Q3, "cases-closed"), city_sum(council, Q4, "cases-closed")
    page = text(sign_in("board_member").get("/performance/?period=2015-16-q4"))
    assert f"{after - before} " not in page
    assert "hidden: small number" in page


def test_commentary_on_a_hidden_figure_is_not_shown(council: Cast, sign_in: SignIn) -> None:
    set_figures(council, Q4, "cases-reopened", 1, 1, 1, 0)
    write_commentary(
        measure=council.measure["reopened"],
        locality=None,
        quarter=Q4,
        text="Three came back.",
        version=0,
        by=council.actor("officer"),
    )
    release_anew()
    for path in ("/performance/?period=2015-16-q4", "/performance/measures/reopened/"):
        assert "Three came back" not in text(sign_in("board_member").get(path)), path
        assert "Three came back" in text(sign_in("head").get(path)), path


def test_closing_the_open_quarter_shows_it(council: Cast, sign_in: SignIn) -> None:
    for team in ("north-family", "north-centre"):
        council.sign_off(team)
    row = ReportingQuarter.objects.get(pk=OPEN.index)
    client = sign_in("board_member")
    assert client.get("/performance/?period=2016-17-q1").status_code == 404
    finish(row, reason="The board meets", early=True, by=command_actor())
    assert client.get("/performance/?period=2016-17-q1").status_code == 404
    release()
    page = text(client.get("/performance/?period=2016-17-q1"))
    assert "2 of 4" in page
    assert client.get("/performance/?period=2016-17").status_code == 404
