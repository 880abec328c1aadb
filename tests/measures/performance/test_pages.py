"""The pages of the roll-ups: who reads them, what they say, and that every format says the same."""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from earlyhelp.core.actor import Route
from earlyhelp.core.files.reader import open_file, read_cells
from measures.corrections import actions as corrections
from measures.exchange.roll_ups import ASKED_FOR, COLUMNS
from measures.models import (
    Commentary,
    Figure,
    Measure,
    Question,
    ReportingQuarter,
    Return,
    SeriesBreak,
)
from measures.performance import grids, places
from measures.quarters.actions import plan_quarter, start
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import ReturnState
from teams.actions import keep
from teams.authority import command_actor
from teams.models import Placement, Team
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, Cast
from tests.pages import box, hidden, plain, text

SignIn = Callable[[str], Client]
YEAR = "?period=2015-16"
Q4 = "?period=2015-16-q4"
WITHIN = [
    "/performance/localities/",
    "/performance/localities/north/",
    "/performance/localities/north/teams/",
    "/performance/teams/north-family/",
    "/performance/measures/helped/localities/",
    "/performance/measures/helped/?area=locality:north",
    "/performance/measures/helped/?area=team:north-family",
    "/performance/made-of/?measure=helped&area=locality:north",
    "/performance/table/?area=locality:north",
    "/performance/export/?area=locality:north",
    "/performance/export/?area=localities",
    "/performance/export/?area=teams:north",
    "/performance/export/?area=team:north-family",
]
CITY = [
    "/performance/",
    "/performance/measures/helped/",
    "/performance/made-of/?measure=helped",
    "/performance/table/",
    "/performance/table/?format=xlsx",
    "/performance/export/",
]


def rows_of(response: object) -> dict[str, str]:
    """The words of each row of a page's tables, by its heading link."""
    found = {}
    content = response.content.decode()  # type: ignore[attr-defined]
    content = re.sub(r'<span class="eh-nowrap">([^<]*)</span>', r"\1", content)
    for row in re.findall(r"<tr[ >].*?</tr>", content, flags=re.DOTALL):
        name = re.search(r'<th scope="row"[^>]*>(?:<a[^>]*>)?([^<]+)', row)
        if name:
            found[unescape(name[1]).strip()] = plain(row)
    return found


# -- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["manager", "head", "director", "officer", "auditor"])
def test_who_reads_every_area(sign_in: SignIn, person: str) -> None:
    client = sign_in(person)
    for path in [*CITY, *WITHIN]:
        assert client.get(path).status_code == 200, path


def test_a_board_member_reads_the_signed_off_city_and_nothing_within(
    council: Cast, sign_in: SignIn
) -> None:
    council.submit("north-family", helped=9)
    client = sign_in("board_member")
    for path in CITY:
        assert client.get(path).status_code == 200, path
    for path in [*WITHIN, "/performance/own/"]:
        assert client.get(path).status_code == 404, path
    for path in CITY:
        joined = "&" if "?" in path else "?"
        assert client.get(f"{path}{joined}basis=submitted").status_code == 403, path
    page = client.get("/performance/made-of/?measure=helped&period=2015-16")
    assert "North" in text(page), "localities by year are in the release"
    for unseen in ("North family", "South family", "North centre", "provisional"):
        assert unseen not in text(client.get("/performance/"))
        assert unseen not in text(page)


@pytest.mark.parametrize("person", ["contributor", "administrator", "leaver"])
def test_who_reads_no_figures_of_areas(sign_in: SignIn, person: str) -> None:
    client = sign_in(person)
    for path in [*CITY, *WITHIN]:
        assert client.get(path).status_code == 403, path
    assert "do not include reading" in text(client.get("/performance/"), 403)


def test_nobody_reads_without_signing_in(council: Cast) -> None:
    for path in [*CITY, *WITHIN]:
        assert Client().get(path).status_code == 302, path


def test_own_localities_are_a_heads(sign_in: SignIn) -> None:
    assert "North" in text(sign_in("head").get(f"/performance/own/{YEAR}"))
    assert sign_in("officer").get("/performance/own/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/performance/?period=2013-14",
        "/performance/?period=2016-17-q2",
        "/performance/?period=soon",
        "/performance/?period=2015-16-Q4",
        "/performance/?period=%202015-16",
        "/performance/?period=２０１５-16",
        "/performance/table/?to=2015-16-q４",
        "/performance/table/?to=0000-01-q1",
        "/performance/export/?from=0000-01-q1&to=0000-01-q4",
        "/performance/export/?from=9999-00-q1&to=9999-00-q4",
        "/performance/?basis=draft",
        "/performance/?structure=then",
        "/performance/?against=tomorrow",
        "/performance/localities/west/",
        "/performance/teams/west/",
        "/performance/measures/nothing/",
        "/performance/made-of/?measure=nothing",
        "/performance/made-of/?measure=helped&area=planet:earth",
        "/performance/table/?area=team:north-family",
        "/performance/table/?to=2015-16",
        "/performance/table/?format=csv",
        "/performance/export/?format=pdf",
        "/performance/export/?from=2016-17-q1&to=2015-16-q1",
        "/performance/export/?from=1900-01-q1&to=2199-00-q4",
        "/performance/export/?from=2015-16&to=2015-16",
    ],
)
def test_what_there_is_not_is_not_found(sign_in: SignIn, path: str) -> None:
    assert sign_in("officer").get(path).status_code == 404


def test_before_a_quarter_was_opened(db: None, council: Cast, sign_in: SignIn) -> None:
    client = sign_in("head")
    for path in ("/performance/", "/performance/measures/helped/", "/performance/table/"):
        ReportingQuarter.objects.update(state="upcoming", opened_at=None, closed_at=None)
        page = client.get(path)
        assert "No quarter has been opened yet" in text(page)


# -- what they say --------------------------------------------------------------------------------


def test_the_city_in_a_year(sign_in: SignIn) -> None:
    page = sign_in("head").get(f"/performance/{YEAR}")
    rows = rows_of(page)
    # 63 a quarter and four more each: 63 + 67 + 71 + 75.
    assert "276" in rows["Cases closed"]
    assert "4 of 4 teams reporting" in text(page)
    assert "of 4" not in rows["Cases closed"]
    # Open cases on the last day: 140 and 3 for each of the four teams.
    assert "at 31 March 2016" in rows["Open cases"]
    assert "152" in rows["Open cases"]
    # Re-opened 6 + 10 + 14 + 18 over 152 open at the end and 276 closed.
    assert "48 of 428 cases" in rows["Re-opened"]
    assert "11.2%" in rows["Re-opened"]
    assert "surveys for 276 cases" in rows["Families feeding back"]
    assert "not asked" in rows["Cases closed"]
    assert "20 of 20 returns signed off" in text(page)
    assert "provisional" not in "".join(rows.values())


def test_a_quarter_in_which_everybody_was_signed_off(sign_in: SignIn) -> None:
    """Returns of which there is nothing to say are counted, and none of them is listed."""
    page = sign_in("officer").get(f"/performance/{Q4}")
    assert "5 of 5 returns signed off" in text(page)
    groups = re.findall(r'scope="rowgroup"[^>]*>([^<]+)', page.content.decode())
    assert groups[-1] == "Testshire as a whole"
    assert len(groups) > 1
    assert "4 of 4 teams reporting" in text(page)


def test_a_quarter_in_which_nobody_has_answered(sign_in: SignIn) -> None:
    page = sign_in("officer").get("/performance/?period=2016-17-q1")
    assert "0 of 5 returns signed off" in text(page)
    assert "0 of 4 teams reporting" in text(page)


def test_a_quarter_is_held_against_the_one_before_or_the_year_before(sign_in: SignIn) -> None:
    client = sign_in("head")
    before = rows_of(client.get(f"/performance/{Q4}"))["Cases closed"]
    assert re.search(r"71 75 ▲ 4 more", before)
    year = rows_of(client.get(f"/performance/{Q4}&against=year"))["Cases closed"]
    assert "not asked" in year


def test_provisional_figures_say_so_and_name_the_missing(council: Cast, sign_in: SignIn) -> None:
    council.submit("north-family")
    page = sign_in("head").get("/performance/?period=2016-17-q1")
    row = rows_of(page)["Cases closed"]
    assert "Quarter 1, 2016-17 so far" in text(page)
    assert "These figures are provisional" in text(page)
    assert "1 of 4 teams reporting" in text(page)
    assert "Missing: North centre, South family, South centre" in text(page)
    assert "provisional" not in row
    # 21 against the 75 of all four says nothing; against the 23 of the same team it does.
    assert row == "Cases closed 23 21 ▼ 2 –"
    assert "that of the same teams then and now: Q4 2015-16 shows those" in text(page)
    assert "return missing" in rows_of(page)["Children in care"]


def test_it_opens_on_the_latest_closed_quarter_with_a_way_to_the_open_one(
    council: Cast, sign_in: SignIn
) -> None:
    council.submit("north-family")
    so_far = "Quarter 1 so far: {}</a>"
    for path, reported in (
        ("/performance/", "1 of 4 teams"),
        ("/performance/localities/north/", "1 of 2 teams"),
        ("/performance/teams/north-family/", "reported"),
    ):
        page = sign_in("head").get(path)
        assert "Quarter 4, 2015-16" in text(page)
        assert so_far.format(reported) in page.content.decode()
    signed = sign_in("head").get("/performance/?basis=signed-off")
    assert so_far.format("0 of 4 teams") in signed.content.decode()
    outside = text(sign_in("board_member").get("/performance/"))
    assert "Quarter 4, 2015-16" in outside
    assert "so far" not in outside


def test_a_row_says_only_what_differs(council: Cast, sign_in: SignIn) -> None:
    council.submit("north-family")
    council.submit("north-centre")
    returns = Return.objects.filter(team=council.team["north-centre"], quarter=OPEN.index)
    Figure.objects.filter(return_made__in=returns, item=council.item["surveys-helped"]).update(
        value=None, answer="not-provided", note="The system was down"
    )
    made = council.submit("city-team", "officer")
    review.sign_off(made, version=made.version, by=council.actor("director"))
    page = sign_in("director").get("/performance/?period=2016-17-q1")
    rows = rows_of(page)
    assert "2 of 4 teams reporting" in text(page)
    assert "1 of 4 teams reporting Missing: North centre," in rows["Helped with identified issues"]
    assert "teams reporting" not in rows["Open cases"]
    assert "signed off" in rows["Children in care"]
    assert "signed off" not in rows["Open cases"]


def test_a_target_is_met_close_or_missed_in_words(council: Cast, sign_in: SignIn) -> None:
    for team, by in (("north-family", "manager"), ("north-centre", "manager")):
        council.submit(team, by, surveys_received=10, surveys_helped=9, cases_closed=14)
    rows = rows_of(sign_in("head").get("/performance/localities/north/?period=2016-17-q1"))
    assert "85% met" in rows["Helped with identified issues"]
    assert "75% close" in rows["Families feeding back"]
    coming = sign_in("head").get(f"/performance/localities/north/{Q4}")
    assert "Target 2016-17" in text(coming)
    assert not re.search(r"85% (met|close|missed)", text(coming))


def test_a_year_that_is_not_over_is_so_far(council: Cast, sign_in: SignIn) -> None:
    for team in ("north-family", "north-centre"):
        council.submit(team, "manager")
    page = sign_in("head").get("/performance/localities/north/?period=2016-17")
    assert "2016-17 so far" in text(page)
    rows = rows_of(page)
    assert "the year is not over" in rows["Cases closed"]
    # A count of the quarter's end too: that of June against that of March is no year's change.
    assert "the year is not over" in rows["Open cases"]


def test_a_year_so_far_ends_with_the_quarter_that_is_over(
    council: Cast, sign_in: SignIn, settings: Any
) -> None:
    """On the last day of quarter 1 the year has no figure yet; it is not a year of nobody."""
    for team in ("north-family", "north-centre"):
        council.submit(team, "manager")
    client, year = sign_in("head"), "/performance/localities/north/?period=2016-17"
    assert "2016-17 so far" in text(client.get(year))
    settings.BUSINESS_DATE = OPEN.last_day
    quarter = client.get("/performance/localities/north/?period=2016-17-q1")
    assert 'period=2016-17"' not in quarter.content.decode()
    assert client.get(year).status_code == 404
    first = HISTORY[0]
    settings.BUSINESS_DATE = first.last_day + dt.timedelta(days=1)
    row = rows_of(client.get(f"/performance/localities/north/{YEAR}"))["Cases closed"]
    assert "30" in row.split()
    assert "2015-16 so far" in text(client.get(f"/performance/localities/north/{YEAR}"))


def test_nothing_is_provisional_where_nothing_was_submitted(council: Cast, sign_in: SignIn) -> None:
    """A quarter of which some is signed off and the rest is not there yet."""
    council.sign_off("north-family")
    page = text(sign_in("head").get("/performance/?period=2016-17-q1"))
    assert "1 of 5 returns signed off" in page
    assert "provisional:" not in page
    assert "Signed off figures: what is not signed off yet is marked provisional." in page
    council.submit("north-centre")
    assert "These figures are provisional: they include returns that were submitted" in text(
        sign_in("head").get("/performance/?period=2016-17-q1")
    )


def test_a_point_of_some_teams_stands_apart_and_says_so(council: Cast, sign_in: SignIn) -> None:
    council.submit("north-family")
    page = sign_in("head").get("/performance/measures/cases-closed/?period=2016-17-q1")
    content = page.content.decode()
    line, *others = re.findall(r'class="eh-chart__line" d="([^"]*)"', content)
    assert len(others) == 2
    assert len(re.findall("[ML]", line)) == 4, "the quarters of 2015-16, which all reported"
    assert ">1 of 4</text>" in content
    assert "Q1 2016-17 21 (1 of 4 teams)." in text(page)
    city = sign_in("head").get("/performance/?period=2016-17-q1").content.decode()
    assert "to 21 in Q1 2016-17 (1 of 4 teams)" in city


def test_a_change_of_the_same_teams_is_not_for_who_sees_no_teams(
    council: Cast, sign_in: SignIn
) -> None:
    """What they lack of the whole would be what single teams counted."""
    made = council.made("north-family", HISTORY[3])
    Return.objects.filter(pk=made.pk).update(
        state=ReturnState.DRAFT, submitted_at=None, signed_off_at=None, signed_off_route=""
    )
    path = f"/performance/{Q4}&basis=signed-off"
    assert "on 3 of 4 teams, 49 to 52" in rows_of(sign_in("officer").get(path))["Cases closed"]
    board = rows_of(sign_in("board_member").get(path))
    assert " teams, " not in board["Cases closed"]


def test_as_it_is_now_moves_a_teams_past(council: Cast, sign_in: SignIn) -> None:
    coming = OPEN + 1
    move = Placement(
        team=council.team["north-family"], locality=council.locality["south"], from_quarter=coming
    )
    keep(move, by=command_actor())
    start(
        plan_quarter(coming, due_on=coming.last_day, by=command_actor()),
        by=command_actor(),
    )
    client = sign_in("head")
    north = f"/performance/localities/north/{YEAR}"
    was, now = rows_of(client.get(north)), rows_of(client.get(f"{north}&structure=now"))
    # 20 and 10 a quarter; "now" only the centre's 10, 11, 12 and 13.
    assert "132" in was["Cases closed"]
    assert "46" in now["Cases closed"]
    teams = client.get(f"/performance/localities/south/teams/{YEAR}&structure=now")
    assert "North family" in text(teams)
    parts = client.get(
        f"/performance/made-of/{YEAR}&measure=cases-closed&area=locality:south&structure=now"
    )
    assert rows_of(parts)["North family"].startswith("North family 86")
    city = f"/performance/made-of/{YEAR}&measure=cases-closed"
    assert rows_of(client.get(city))["North"].startswith("North 132")
    assert rows_of(client.get(f"{city}&structure=now"))["North"].startswith("North 46")


def test_different_people_have_no_figure_for_a_year(council: Cast, sign_in: SignIn) -> None:
    item = council.item["cases-closed"]
    type(item).objects.filter(pk=item.pk).update(distinct=True)
    client = sign_in("head")
    assert (
        "may count a person more than once"
        in rows_of(client.get(f"/performance/{Q4}"))["Cases closed"]
    )
    team = rows_of(client.get(f"/performance/teams/north-family/{Q4}"))
    assert "may count" not in team["Cases closed"]
    year = rows_of(client.get(f"/performance/{YEAR}"))["Cases closed"]
    assert "different people: no figure for a year" in year
    assert "276" not in year


def test_a_corrected_figure_is_marked_revised_all_the_way_down(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.made("north-family", HISTORY[3])
    figure = Figure.objects.get(return_made=made, item=council.item["cases-closed"])
    proposed = corrections.propose(
        {figure.pk: GivenAnswer(value=44)}, reason="Transfers left out", by=council.actor("officer")
    )
    client = sign_in("head")
    assert "revised" not in rows_of(client.get(f"/performance/{YEAR}"))["Cases closed"]
    corrections.countersign(proposed, by=council.actor("director"))
    for path in (
        f"/performance/{YEAR}",
        f"/performance/localities/north/{Q4}",
        f"/performance/teams/north-family/{Q4}",
    ):
        assert "revised" in rows_of(client.get(path))["Cases closed"], path
        assert "revised" not in rows_of(client.get(path))["Open cases"], path
    opened = client.get(f"/performance/made-of/{YEAR}&measure=cases-closed&area=team:north-family")
    assert "44 , its history revised" in text(opened)
    assert f"/returns/{made.pk}/figures/cases-closed/" in opened.content.decode()
    assert "revised" in rows_of(client.get("/performance/measures/cases-closed/"))["Q4 2015-16"]


# -- what a number is made of ---------------------------------------------------------------------


def numbers(row: str) -> list[int]:
    """The whole numbers in a row's words."""
    return [int(one.replace(",", "")) for one in re.findall(r"(?<![\d.])\d[\d,]*(?![\d.%])", row)]


def test_a_number_opens_down_to_the_return(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("head")
    asked = f"{YEAR}&measure=reopened"
    city = rows_of(client.get(f"/performance/made-of/{asked}&area=city"))
    assert [numbers(city[name]) for name in ("North", "South", "Together")] == [
        [24, 208],
        [24, 220],
        [48, 428],
    ]
    north = rows_of(client.get(f"/performance/made-of/{asked}&area=locality:north"))
    parts = [numbers(north[name]) for name in ("North family", "North centre", "Together")]
    assert [sum(column) for column in zip(*parts[:2], strict=True)] == parts[2] == [24, 208]
    team = client.get(f"/performance/made-of/{asked}&area=team:north-family")
    made = council.made("north-family", HISTORY[3])
    assert f"/returns/{made.pk}/" in team.content.decode()
    assert f"/returns/{made.pk}/figures/cases-reopened/" in team.content.decode()
    assert text(team).count("not added: counted at quarter end") == 3


def test_drilling_down_stops_where_scope_ends(council: Cast, sign_in: SignIn) -> None:
    council.fill_in("north-family", cases_closed=7777)
    path = "/performance/made-of/?period={}&measure=cases-closed&area=team:north-family"
    stranger = sign_in("other_head")
    past = stranger.get(path.format("2015-16-q4"))
    assert "23" in rows_of(past)["Quarter 4, 2015-16"]
    assert "/returns/" not in past.content.decode().split("<main", 1)[1]
    draft = stranger.get(path.format("2016-17-q1"))
    assert "7777" not in draft.content.decode().replace(",", "")
    assert "not counted" in text(draft)
    own = sign_in("head").get(path.format("2016-17-q1"))
    assert "7,777" in text(own)


def test_a_team_that_moved_within_the_year_still_adds_up(council: Cast, sign_in: SignIn) -> None:
    """Of a measure that mixes timings the city counts such a team whole, and no locality does."""
    Return.objects.filter(
        team=council.team["north-family"], quarter__in=[one.index for one in HISTORY[2:]]
    ).update(locality=council.locality["south"])
    rows = rows_of(sign_in("head").get(f"/performance/made-of/{YEAR}&measure=reopened&area=city"))
    parts = [numbers(row) for name, row in rows.items() if name != "Together"]
    assert any(name.startswith("Teams that moved") for name in rows)
    cells = [pair[-2:] for pair in parts]
    assert [sum(column) for column in zip(*cells, strict=True)] == numbers(rows["Together"])


# -- the same in every format ---------------------------------------------------------------------


def values_of(content: bytes, name: str) -> dict[tuple[str, str, str], str]:
    """A file's values by area, measure and period."""
    rows = [row for _, row in read_cells(io.BytesIO(content), name, COLUMNS)]
    header = rows[0]
    found = {}
    for row in rows[1:]:
        line = dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True))
        found[line["area"], line["measure_name"], line["period"]] = line["value"]
    return found


def bare(shown: str) -> str:
    """A number as a page shows it, without what makes it readable."""
    return shown.replace(",", "").removesuffix("%")


def body(response: object) -> bytes:
    """A response's whole content, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.content  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize(
    ("path", "area"),
    [
        (f"/performance/{YEAR}", "Testshire"),
        (f"/performance/{Q4}", "Testshire"),
        ("/performance/", "Testshire"),
        (f"/performance/localities/north/{Q4}&against=year", "North"),
        (f"/performance/own/{YEAR}", "North"),
        (f"/performance/teams/north-centre/{YEAR}&basis=signed-off", "North centre"),
    ],
)
def test_c4_a_page_and_its_files_say_the_same(
    council: Cast, sign_in: SignIn, path: str, area: str, form: str
) -> None:
    council.submit("north-centre", "manager", staff=1234567)
    client = sign_in("head")
    page = client.get(path).content.decode()
    links = [unescape(one) for one in re.findall(r'href="(/performance/export/[^"]+)"', page)]
    [link] = [one for one in links if f"format={form}" in one]
    found = values_of(body(client.get(link)), f"file.{form}")
    compared = 0
    header = re.search(r'class="eh-num">([^<]+)</th><th scope="col" class="eh-num">([^<]+)<', page)
    assert header
    for row in re.findall(r"<tr[ >].*?</tr>", page, flags=re.DOTALL):
        name = re.search(r'<th scope="row"[^>]*><a[^>]*>([^<]+)<', row)
        if not name:
            continue
        cells = [
            unescape(re.sub(r"<[^>]+>", "", cell))
            for cell in re.findall(r'<td class="eh-num.*?</td>', row)
        ]
        for title, cell in zip(header.groups(), cells, strict=True):
            period = re.sub(r"Q(\d) (\S+)", r"\2 Q\1", title).replace(" so far", "")
            value = found[area, unescape(name[1]), period]
            if value:
                assert float(bare(cell)) == float(value), (name[1], period)
                compared += 1
            else:
                assert not re.match(r"\d", cell), (name[1], period, cell)
    assert compared >= 4


def test_many_areas_stand_side_by_side_a_page_at_a_time(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows on each page, with all of them together beside them."""
    client, where = sign_in("head"), f"/performance/localities/{YEAR}"
    whole = rows_of(client.get(where))
    monkeypatch.setattr(grids, "AREAS_ACROSS", 1)
    first, second = client.get(where), client.get(f"{where}&page=2")
    assert "Page 1 of 2" in text(first)
    assert 'href="?period=2015-16&amp;page=2"' in first.content.decode()
    for page, locality, other in ((first, "north", "south"), (second, "south", "north")):
        assert f"/performance/localities/{locality}/" in page.content.decode()
        assert f"/performance/localities/{other}/" not in page.content.decode()
        assert list(rows_of(page)) == list(whole)
        for name, row in rows_of(page).items():
            assert row.split()[-1] == whole[name].split()[-1], "the whole area"
    teams = client.get(f"/performance/localities/north/teams/{YEAR}")
    assert "Page 1 of" in text(teams)


def test_many_localities_stand_below_each_other_a_page_at_a_time(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order and what it says are of all of them."""
    client, where = sign_in("head"), f"/performance/measures/cases-closed/localities/{YEAR}"
    whole = client.get(where)
    monkeypatch.setattr(grids, "AREAS_DOWN", 1)
    pages = [client.get(f"{where}&page={number}") for number in (1, 2)]
    rows = [list(rows_of(page)) for page in pages]
    assert [rows[0][0], *rows[1]] == list(rows_of(whole))
    order = text(whole)[text(whole).index("In order of the figure") :][:80]
    assert all(order in text(page) for page in pages)
    assert "Page 2 of 2" in text(pages[1])


def test_of_many_localities_a_page_links_those_side_by_side_and_a_box_to_find_one(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that a page is about stays; which quarter is asked for goes along."""
    client = sign_in("head")
    # Each page, how it leads to South, and to all localities.
    beside = "/performance/measures/cases-closed/localities/"
    listed = {
        "/performance/": ("/performance/localities/south/", "/performance/localities/"),
        "/performance/table/?to=2015-16-q3": (
            "/performance/table/?to=2015-16-q3&amp;area=locality:south",
            "/performance/localities/?period=2015-16-q3",
        ),
        "/performance/measures/cases-closed/": ("?area=locality:south", beside),
    }
    for number, has_south in ((2, True), (1, False)):
        monkeypatch.setattr(places, "LOCALITIES_LINKED", number)
        for path, (south, every) in listed.items():
            page = client.get(path).content.decode()
            assert (f'{south}"' in page) is has_south, path
            assert f'href="{every}"' in page or has_south, path
            assert "Go to a locality, team or measure" in text(client.get(path))
    table = client.get("/performance/table/?area=locality:south").content.decode()
    assert 'area=locality:south" aria-current="true">South</a>' in table
    assert "area=locality:north" not in table


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_c4_areas_side_by_side_and_their_files(sign_in: SignIn, form: str) -> None:
    client = sign_in("head")
    for path in (
        f"/performance/localities/{YEAR}",
        f"/performance/localities/north/teams/{YEAR}",
    ):
        page = client.get(path)
        links = re.findall(r'href="(/performance/export/[^"]+)"', page.content.decode())
        [link] = [unescape(one) for one in links if f"format={form}" in one]
        found = values_of(body(client.get(link)), f"file.{form}")
        areas = dict.fromkeys(area for area, _, _ in found)
        row = rows_of(page)["Cases closed"]
        assert row.split()[2:] == [found[area, "Cases closed", "2015-16"] for area in areas], path


def test_c4_a_measure_its_chart_and_its_file(sign_in: SignIn) -> None:
    client = sign_in("head")
    page = client.get(f"/performance/measures/helped/{Q4}")
    content = page.content.decode()
    link = unescape(re.findall(r'href="(/performance/export/[^"]+format=csv[^"]*)"', content)[0])
    lines = list(csv.DictReader(io.StringIO(body(client.get(link)).decode())))
    written = {line["period"]: f"{line['value']}%" for line in lines if line["value"]}
    wide = content[: content.index("</svg>")]
    assert list(written.values()) == re.findall(r"eh-chart__value[^>]*>([^<]+)</text>", wide)
    for period, value in written.items():
        year, number = period.split()
        assert value in rows_of(page)[f"{number} {year}"]


@pytest.mark.parametrize("to", ["%0d%0a", "2015-16-q4%0d%0aX-Evil:%201", "2015-16", "٣", "a%00b"])
def test_an_export_to_no_quarter_says_so(sign_in: SignIn, to: str) -> None:
    client = sign_in("head")
    for asked in (f"to={to}", f"from=2015-16-q1&to={to}", f"from={to}&to=2015-16-q4"):
        response = client.get(f"/performance/export/?{asked}")
        assert response.status_code == 404, asked
    odd = client.get("/performance/export/?from=2015-16-q1&to=2015-16-q4%0d%0a")
    assert odd.status_code == 404
    ours = client.get("/performance/export/?from=2015-16-q1&to=2015-16-q4")
    assert ours["Content-Disposition"] == 'attachment; filename="city-2015-16-q4.csv"'


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_c4_the_table_of_quarters_and_its_workbook(sign_in: SignIn, form: str) -> None:
    client = sign_in("head")
    page = client.get("/performance/table/?to=2015-16-q4")
    file = body(client.get(f"/performance/table/?to=2015-16-q4&format={form}"))
    opened = open_file(io.BytesIO(file), f"file.{form}", sheet="Testshire")
    rows = [row for _, row in opened.rows]
    assert rows[0][1:9] == [str(Quarter.from_slug("2014-15-q1") + at) for at in range(8)]
    assert [row[0] for row in rows[1:] if not any(row[1:])] == ["How much", "How well", "Impact"]
    for line in (row for row in rows[1:] if any(row[1:])):
        shown = rows_of(page)[line[0]].removeprefix(line[0]).split()
        numbers_shown = [float(bare(one)) for one in shown if re.match(r"\d", one)]
        numbers = [float(bare(one)) for one in line[1:9] if one]
        assert numbers_shown == numbers, line[0]
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(file))
        assert book.sheetnames == ["Cover", "Data", "Testshire", "North", "South"]
        data = list(book["Data"].values)
        assert list(data[0]) == list(COLUMNS)
        areas = {row[2] for row in data[1:]}
        assert areas == {"Testshire", "North", "South"}
    else:
        assert b"North" in _unpacked(file)
    board = sign_in("board_member")
    assert b"North" not in _unpacked(body(board.get("/performance/table/?format=ods")))


def _unpacked(file: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        return packed.read("content.xml")


# -- the table, the measure -----------------------------------------------------------------------


def test_a_measure_in_a_sentence(sign_in: SignIn) -> None:
    page = text(sign_in("head").get(f"/performance/measures/helped/{Q4}"))
    assert re.search(r"[\d.]+% in Quarter 4, 2015-16 \(\d+ of \d+ surveys\), against", page)
    assert "so no clear change" in page
    assert "Higher is better." in page


def test_a_share_and_its_numerator_of_one_name_have_columns_of_two(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    for address in (
        "measures/helped/?",
        "made-of/?measure=helped&",
        "made-of/?measure=helped&area=team:north-family&",
    ):
        page = f"/performance/{address}period=2015-16"
        assert ">Percentage</th>" not in client.get(page).content.decode(), page
        Measure.objects.filter(code="helped").update(name=council.item["surveys-helped"].name)
        assert ">Percentage</th>" in client.get(page).content.decode(), page
        Measure.objects.filter(code="helped").update(name="Helped with identified issues")
    count = client.get(
        "/performance/made-of/?measure=open-cases&area=team:north-family&period=2015-16"
    )
    assert count.content.decode().count(">Open cases</th>") == 1


def test_a_city_wide_measure_offers_no_localities(sign_in: SignIn) -> None:
    page = sign_in("head").get("/performance/measures/children-in-care/")
    assert "Localities side by side" not in text(page)
    assert "area=locality" not in page.content.decode()


# -- commentary -----------------------------------------------------------------------------------


def test_commentary_is_written_beside_the_number(council: Cast, sign_in: SignIn) -> None:
    head = sign_in("head")
    path = "/performance/commentary/helped/north/2015-16-q4/"
    assert path in head.get(f"/performance/localities/north/{Q4}").content.decode()
    form = head.get(path)
    assert "Helped with identified issues:" in text(form)
    answer = head.post(path, {"text": "A new worker <b>started</b>.", "version": "0"})
    assert answer.status_code == 302
    for page in (
        answer["Location"],
        f"/performance/localities/north/{Q4}",
        f"/performance/own/{Q4}",
    ):
        content = head.get(page).content.decode()
        assert "A new worker &lt;b&gt;started&lt;/b&gt;." in content, page
    assert "A new worker" not in head.get(f"/performance/{Q4}").content.decode()


def test_two_commentaries_collide_and_nothing_is_lost(council: Cast, sign_in: SignIn) -> None:
    path = "/performance/commentary/helped/north/2015-16-q4/"
    head = sign_in("head")
    mine = {"text": "Second words", "version": "0", "was": box(head.get(path), "was")}
    head.post(path, {"text": "First words", "version": "0"})
    met = head.post(path, mine)
    assert "You saved this in another tab or window at" in text(met, 409)
    assert (
        "Saved in the other one last saved by Head First words What I typed here Second words"
        in text(met, 409)
    )
    assert "checked" not in met.content.decode()
    assert Commentary.objects.get().text == "First words"

    asked = head.post(path, hidden(met))
    assert "Select which to keep for “What is behind this figure?”" in text(asked, 409)
    again = head.post(path, hidden(met) | {"keep-text": "mine", "edit": "again"})
    assert again.status_code == 200
    assert "Second words</textarea>" in again.content.decode()
    assert Commentary.objects.get().text == "First words"
    saved = head.post(path, hidden(met) | {"keep-text": "mine"})
    assert (saved.status_code, Commentary.objects.get().text) == (302, "Second words")


def test_a_removed_commentary_is_told_and_what_was_typed_is_kept(
    council: Cast, sign_in: SignIn
) -> None:
    path = "/performance/commentary/helped/north/2015-16-q4/"
    head = sign_in("head")
    page = head.post(path, {"text": "My words", "version": "3"})
    assert "Theirs Nothing Mine My words" in text(page, 409)
    assert head.post(path, hidden(page) | {"keep-text": "mine"}).status_code == 302
    assert Commentary.objects.get().text == "My words"
    too_long = head.post(path, {"text": "x" * 5001, "version": "0"})
    assert "Shorten the commentary" in text(too_long)


@pytest.mark.parametrize(
    ("person", "area", "status"),
    [
        ("head", "north", 200),
        ("head", "south", 403),
        ("head", "city", 403),
        ("other_head", "north", 403),
        ("officer", "city", 200),
        ("officer", "north", 403),
        ("manager", "north", 403),
        ("director", "city", 403),
        ("board_member", "north", 404),
        ("board_member", "city", 403),
        ("administrator", "city", 403),
        ("officer", "west", 404),
    ],
)
def test_who_writes_commentary(sign_in: SignIn, person: str, area: str, status: int) -> None:
    path = f"/performance/commentary/helped/{area}/2015-16-q4/"
    assert sign_in(person).get(path).status_code == status
    posted = sign_in(person).post(path, {"text": "Words", "version": "0"})
    assert posted.status_code == (302 if status == 200 else status)


@pytest.mark.parametrize("quarter", ["2015-16", "2019-20-q1", "soon"])
def test_commentary_is_for_an_opened_quarter(sign_in: SignIn, quarter: str) -> None:
    path = f"/performance/commentary/helped/city/{quarter}/"
    assert sign_in("officer").get(path).status_code == 404


# -- how many queries -----------------------------------------------------------------------------


def add_teams(council: Cast, number: int) -> None:
    """More family teams in North, with signed-off returns and some gaps in every quarter."""
    model = council.made("north-family", HISTORY[0])
    teams = Team.objects.bulk_create(
        Team(
            code=f"more-{at}",
            name=f"More {at}",
            type=model.team_type,
            locality=council.locality["north"],
            position=100 + at,
        )
        for at in range(number)
    )
    now = dt.datetime(2016, 7, 1, tzinfo=dt.UTC)
    for quarter in [*HISTORY, OPEN]:
        asked = Question.objects.filter(quarter=quarter.index, team_type=model.team_type)
        made = Return.objects.bulk_create(
            Return(
                team=team,
                quarter_id=quarter.index,
                locality=team.locality,
                team_type=team.type,
                state=ReturnState.SIGNED_OFF,
                submitted_at=now,
                signed_off_at=now,
                signed_off_route=Route.IMPORT,
            )
            for team in teams
        )
        Figure.objects.bulk_create(
            Figure(
                return_made=one,
                item_id=item,
                value=None if (at + place) % 7 == 0 else 5,
            )
            for at, one in enumerate(made)
            for place, item in enumerate(asked.values_list("item", flat=True))
        )


def queries(client: Client, path: str) -> int:
    """How many queries a page takes for somebody who is here already."""
    client.get(path)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


@pytest.mark.parametrize("person", ["head", "manager", "officer", "board_member"])
def test_the_city_takes_few_queries_whatever_its_size(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    client = sign_in(person)
    paths = ["/performance/", f"/performance/{YEAR}", f"/performance/{Q4}&structure=now"]
    few = [queries(client, path) for path in paths]
    add_teams(council, 30)
    assert [queries(client, path) for path in paths] == few
    # Outsiders read what was released: which releases there are, and their lines.
    assert max(few) <= (12 if person == "board_member" else 11)


def test_every_page_takes_as_many_queries_for_30_teams(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("head")
    paths = [path for path in [*CITY, *WITHIN, "/performance/own/"] if "export" not in path]
    few = {path: queries(client, path) for path in paths}
    add_teams(council, 30)
    assert {path: queries(client, path) for path in paths} == few
    assert max(few.values()) <= 18


def test_a_measures_page_counts_the_returns_of_those_who_were_asked_it(
    council: Cast, sign_in: SignIn
) -> None:
    """One return of five is asked how many children are in care."""
    council.submit("north-family")
    client, asked = sign_in("officer"), "?period=2016-17-q1&basis=submitted"
    care = text(client.get(f"/performance/measures/children-in-care/{asked}"))
    helped = text(client.get(f"/performance/measures/helped/{asked}"))
    assert "0 of 1 signed off" in care
    assert "0 of 4 signed off" in helped


def test_no_comparison_across_a_series_break_without_saying_so(
    council: Cast, sign_in: SignIn
) -> None:
    why = "A new recording system"
    SeriesBreak.objects.create(
        item=council.item["surveys-helped"], quarter=Quarter.parse("2015-16 Q3"), reason=why
    )
    client = sign_in("head")
    for quarter, is_said in (("q2", False), ("q3", True), ("q4", False)):
        row = rows_of(client.get(f"/performance/?period=2015-16-{quarter}"))[
            "Helped with identified issues"
        ]
        assert (f"not comparable: {why}, from Q3 2015-16" in row) == is_said, quarter


def test_a_workbook_says_signed_off_where_everything_is(council: Cast, sign_in: SignIn) -> None:
    council.submit("north-family")
    client = sign_in("head")

    def read(query: str) -> tuple[str, str, bool]:
        file = body(client.get(f"/performance/export/?area=city&format=xlsx&{query}"))
        book = openpyxl.load_workbook(io.BytesIO(file))
        said = [row[:2] for row in book["Cover"].iter_rows(values_only=True)]
        [basis] = {row[-1] for row in book["Data"].iter_rows(min_row=2, values_only=True)}
        return str(dict(said)["Figures"]), str(basis), ("Note", ASKED_FOR) in said

    # What was asked for is the same; the cover says what it comes to, and why the two differ.
    assert read("period=2015-16-q4") == ("Signed off", "submitted", True)
    provisional = "Provisional: with submitted returns that are not signed off yet"
    assert read("period=2016-17-q1") == (provisional, "submitted", False)
    assert read("period=2015-16-q4&basis=signed-off") == ("Signed off", "signed-off", False)
