"""Releases: when they are made, of what, kept for good; voided, refused, left out."""

import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from earlyhelp.core.actor import Refused
from earlyhelp.core.work import jobs
from earlyhelp.core.work.models import Job
from measures.models import DataItem, Figure, ReportingQuarter, Return
from measures.quarters.actions import close_quarter, undo_closing
from measures.releases import actions, draft, proposals
from measures.releases.actions import CannotProtect
from measures.releases.lines import CITY, Key
from measures.releases.models import KnownNumber, Release, ReleasedLine
from measures.releases.protection.search import solve
from measures.releases.reading import published
from measures.releases.table import Known, table_of
from measures.workflow import NotAllowed
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.releases.random_releases import (
    SMALL,
    Council,
    Published,
    narrowed,
    new_council,
    publish,
)
from tests.pages import text
from tests.releases import forget_releases, mask_of, release, release_anew

SignIn = Callable[[str], Client]
YEAR = HISTORY[0].year
PAGE = "/quarters/2015-16-q4/release/"


def open_row() -> ReportingQuarter:
    return ReportingQuarter.objects.get(pk=OPEN.index)


def close(council: Cast) -> ReportingQuarter:
    return close_quarter(
        open_row(), reason="The board meets", early=True, by=council.actor("officer")
    )


def set_figures(council: Cast, quarter: Any, item: str, *values: int) -> None:
    for team, value in zip(list(council.team)[:4], values, strict=True):
        Figure.objects.filter(
            return_made=council.made(team, quarter), item=council.item[item]
        ).update(value=value)


def count_reopened(council: Cast) -> None:
    """North's teams count one in the year, South's many."""
    for quarter in HISTORY:
        set_figures(council, quarter, "cases-reopened", 1, 0, 20, 8)


def known_number(
    council: Cast, code: str, period: str, value: Any, *, part: str = "numerator", decimals: int = 0
) -> KnownNumber:
    return KnownNumber.objects.create(
        measure=council.measure[code],
        period=period,
        part=part,
        value=value,
        decimals=decimals,
        where="Annual report",
    )


def worked_out(client: Client, page: str = PAGE) -> str:
    """The page of a release once what it would hide was worked out, as somebody asked."""
    client.post(f"{page}work-out/")
    jobs.deliver()
    return text(client.get(page))


def broken_off(*_: object) -> Any:
    raise KeyboardInterrupt


# -- when, and of what ----------------------------------------------------------------------------


def test_a_release_has_the_city_by_quarter_and_year_and_localities_by_year(council: Cast) -> None:
    lines = ReleasedLine.objects.filter(measure__code="cases-closed")
    told = {(one.locality and one.locality.code, one.period) for one in lines}
    assert told == {
        *((None, str(quarter)) for quarter in HISTORY),
        *((where, "2015-16") for where in (None, "north", "south")),
    }
    assert published().quarters == frozenset(HISTORY)
    assert published().years == {YEAR}


def test_closing_has_it_made_once_the_quarter_is_closed(council: Cast, sign_in: SignIn) -> None:
    council.sign_off("north-family")
    close(council)
    assert OPEN not in published().quarters, "not inside the transaction that closes"
    assert jobs.deliver().done == 1
    assert OPEN in published().quarters
    made = Release.objects.latest("pk")
    assert (made.quarter_id, made.lines.filter(period="2015-16").count()) == (OPEN.index, 0)
    actions.run({"quarter": OPEN.index})
    assert Release.objects.latest("pk") == made
    with pytest.raises(NotAllowed, match="released at the next closing"):
        actions.have_made(open_row(), by=council.actor("officer"))


def test_what_changes_while_it_is_searched_for_is_in_it(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_releases()
    searched = []

    def meanwhile(made: draft.Draft) -> draft.Hidden:
        searched.append(made)
        if len(searched) == 1:
            council.made("north-family", HISTORY[0]).team.returns.update(version=9)
            set_figures(council, HISTORY[0], "cases-closed", 77, 10, 25, 8)
        return draft.hide(made)

    monkeypatch.setattr(actions, "hide", meanwhile)
    release()
    assert len(searched) == 2
    line = mask_of(HISTORY[0]).line("cases-closed")
    assert line is not None and line.numerator == 120


def test_an_undone_closing_makes_it_void_and_it_still_counts_as_known(
    council: Cast, sign_in: SignIn
) -> None:
    council.sign_off("north-family")
    close(council)
    jobs.deliver()
    undo_closing(open_row(), reason="Too early", by=council.actor("officer"))
    client = sign_in("board_member")
    assert client.get("/performance/?period=2016-17-q1").status_code == 404
    assert client.get("/performance/?period=2015-16-q4").status_code == 200
    assert Release.objects.count() == 2
    known = draft.draft()
    assert known is not None and known.is_empty
    assert {cell.key.number for cell in known.table.problem.cells} == set(
        Release.objects.values_list("pk", flat=True)
    )
    close(council)
    jobs.deliver()
    assert client.get("/performance/?period=2016-17-q1").status_code == 200
    assert "2" in text(client.get("/performance/?period=2016-17-q1"))


def test_the_officer_is_led_to_a_release_that_was_not_made(council: Cast, sign_in: SignIn) -> None:
    """As after an upgrade: everything is closed, and nothing is released."""
    forget_releases()
    board, officer = sign_in("board_member"), sign_in("officer")
    assert "Nothing has been released yet." in text(board.get("/performance/"))
    assert text(board.get("/"))
    home = officer.get("/")
    assert "Quarter 4, 2015-16 is closed and not released." in text(home)
    assert "/quarters/2015-16-q4/release/" in home.content.decode()
    assert "not released" not in text(sign_in("head").get("/"))
    officer.post("/quarters/2015-16-q4/release/make/")
    jobs.deliver()
    assert "not released" not in text(officer.get("/"))
    assert "Quarter 4, 2015-16" in text(board.get("/performance/"))
    assert published().quarters == frozenset(HISTORY)


@pytest.mark.parametrize("table", ["release", "releasedline", "releasedquarter"])
def test_the_database_refuses_to_change_a_release(council: Cast, table: str) -> None:
    name = f"releases_{table}"
    again = f"REPLACE INTO {name} SELECT * FROM {name}"
    if connection.vendor == "postgresql":
        connection.check_constraints()
        again = f"TRUNCATE {name} CASCADE"
    for statement in (f"UPDATE {name} SET id = id", f"DELETE FROM {name}", again):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)


# -- what is known besides ------------------------------------------------------------------------


def test_a_quarter_that_was_hidden_stays_hidden_when_the_year_is_released() -> None:
    """3 in Q1, hidden then; the other quarters are out when the year is added up."""
    council: Council = new_council(1, 2, 1)
    council.measures = (2,)
    council.where = {1: 1, 2: 2, 3: 1, 4: 2}
    for quarter, counted in enumerate([(1, 1, 1, 0), *[(30, 20, 40, 10)] * 3]):
        for team, value in enumerate(counted, start=1):
            council.place[team, quarter] = council.where[team]
            council.values[team, quarter] = {2: value}
    releases: list[Published] = []
    for number, closed in enumerate([[0, 1, 2], [0, 1, 2, 3]], start=1):
        releases.append(publish(council.ground(closed), releases, number))
    assert [key.period for key in releases[0].hidden] == ["2015 Q1"]
    assert narrowed(releases) == []


def test_what_something_is_divided_by_and_was_printed_elsewhere_gives_nothing_away() -> None:
    """Locality 1 closed 3 in the year: locality 2's goes with it, unless that is known already."""
    council = new_council(1, 2, 1)
    council.measures = (8,)
    council.where = {1: 1, 2: 1, 3: 2, 4: 2}
    for quarter in range(4):
        for team, closed in {1: 1, 2: 0, 3: 30, 4: 20 + quarter}.items():
            council.place[team, quarter] = council.where[team]
            council.values[team, quarter] = {2: closed if quarter < 3 or team > 2 else 0, 5: 20}
    ground = council.ground([0, 1, 2, 3])
    small, other, city = (Key(8, where, "2015") for where in (1, 2, CITY))
    assert ground.exact(next(one.below for one in ground.lines if one.key == small)) == 3

    def hidden(known: list[Known]) -> set[Key]:
        table = table_of(ground, [], known, SMALL)
        return {one.key for one in solve(table.problem).hidden} | table.whys.keys()

    assert hidden([]) == {small, other}
    printed = Fraction(sum(30 + 20 + quarter for quarter in range(4)))
    assert city in hidden([Known(other, "denominator", printed, printed)])


def test_a_percentage_that_was_printed_elsewhere_gives_nothing_away(
    council: Cast, tmp_path: Path
) -> None:
    """3 of 271 are hidden; the 1.1% was printed, so the 271 cannot be added up either."""
    set_figures(council, HISTORY[1], "cases-reopened", 1, 1, 1, 0)
    release_anew()
    parts = [mask_of(HISTORY[1]).hides(code) for code in ("open-cases", "cases-closed")]
    assert parts == [False, False]
    shares = Figure.objects.filter(
        return_made__quarter=HISTORY[1].index, item__code__in=["open-cases", "cases-closed"]
    )
    printed = round(300 / sum(shares.values_list("value", flat=True)), 1)
    path = tmp_path / "known.csv"
    path.write_text(
        "measure,area,period,part,value,where\n"
        f"reopened,city,2015-16 Q2,value,{printed},Annual report\n"
    )
    said = io.StringIO()
    call_command("load_known", str(path), stdout=said)
    call_command("load_known", str(path), stdout=said)
    assert (
        said.getvalue()
        == "known.csv: 1 numbers, 0 already there.\nknown.csv: 0 numbers, 1 already there.\n"
    )
    release_anew()
    parts = [mask_of(HISTORY[1]).hides(code) for code in ("open-cases", "cases-closed")]
    assert any(parts)


def test_a_file_of_known_numbers_is_refused_as_a_whole(council: Cast, tmp_path: Path) -> None:
    path = tmp_path / "known.csv"
    path.write_text(
        "measure,area,period,part,value,where\n"
        "helped,north,2015-16,numerator,37,Annual report\n"
        "nonsense,east,2015-17,percent,-1,\n"
    )
    said = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was saved: 6 problems"):
        call_command("load_known", str(path), stderr=said)
    for column in ("measure", "area", "period", "part", "value", "where"):
        assert f"row 3, {column}" in said.getvalue()
    assert not KnownNumber.objects.exists()


def test_where_nothing_protects_a_number_nothing_is_released(
    council: Cast, sign_in: SignIn
) -> None:
    """2 in Q2, and the year and the other quarters are printed elsewhere."""
    set_figures(council, HISTORY[1], "cases-closed", 1, 1, 0, 0)
    sums = [
        sum(Figure.objects.filter(return_made__quarter=one.index, item=council.item["cases-closed"])
            .values_list("value", flat=True))
        for one in HISTORY
    ]  # fmt: skip
    for period, value in [(HISTORY[0], sums[0]), (HISTORY[2], sums[2]), (HISTORY[3], sums[3]), (YEAR, sum(sums))]:  # fmt: skip
        known_number(council, "cases-closed", str(period), value)
    forget_releases()
    with pytest.raises(CannotProtect, match="“Cases closed, Testshire, 2015-16 Q2”"):
        release()
    actions.schedule(ReportingQuarter.objects.get(pk=HISTORY[3].index))
    assert jobs.deliver().given_up == 1
    assert Job.objects.get().error == "NeverPossible"
    page = text(sign_in("officer").get(PAGE))
    assert "Nothing can be released." in page
    assert "Cases closed, Testshire, 2015-16 Q2" in page


# -- left out, and shown to those who decide --------------------------------------------------------


def test_the_director_leaves_localities_out_and_nobody_lifts_the_mask(
    council: Cast, sign_in: SignIn
) -> None:
    with pytest.raises(Refused):
        actions.leave_out(council.measure["helped"], reason="So", by=council.actor("officer"))
    left_out = actions.leave_out(
        council.measure["helped"], reason="Too much is hidden", by=council.actor("director")
    )
    release_anew()
    assert mask_of(YEAR).hides("helped", "north")
    assert not mask_of(YEAR).hides("helped")
    assert not mask_of(YEAR).hides("cases-closed", "north")
    actions.take_in(left_out, by=council.actor("director"))
    release_anew()
    assert not mask_of(YEAR).hides("helped", "north")


def test_the_officer_sees_what_a_release_hides_before_it_is_made(
    council: Cast, sign_in: SignIn
) -> None:
    set_figures(council, HISTORY[1], "cases-reopened", 1, 1, 1, 0)
    forget_releases()
    officer = sign_in("officer")
    page = text(officer.get(PAGE))
    assert "Not made yet" in page, page
    assert "Worked out on" not in page
    page = worked_out(officer)
    assert "Re-opened Testshire 2015-16 Q2 1.4% A small count" in page
    assert "To protect Re-opened, Testshire, 2015-16 Q2" in page
    assert "Whole area by quarter 2 28" in page
    said = text(officer.post(f"{PAGE}make/", follow=True))
    assert "It is being made." in said
    officer.post(f"{PAGE}make/")
    assert Job.objects.count() == 1
    assert jobs.deliver().done == 1
    assert Release.objects.get().made_by == council.person["officer"]
    said = text(officer.get(PAGE))
    assert "Made on 5 July 2016" in said
    assert "A small count" in said
    council.sign_off("north-family")
    page = worked_out(officer, "/quarters/2016-17-q1/release/")
    assert "if the quarter closed as it stands now" in page
    assert "Whole area by quarter" in page


def test_no_page_searches_and_each_says_what_its_proposal_stands_on(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_reopened(council)
    forget_releases()
    director = sign_in("director")
    searched: list[Any] = []
    monkeypatch.setattr(proposals, "hide", lambda *made: searched.append(made) or draft.hide(*made))
    assert "Work out what would be hidden" in text(director.get(PAGE))
    director.post(f"{PAGE}work-out/")
    director.post(f"{PAGE}work-out/")
    assert "is being worked out: it takes up to a minute. Look again" in text(director.get(PAGE))
    assert (Job.objects.count(), searched) == (1, [])
    jobs.deliver()
    assert len(searched) == 3, "once for itself, once without the localities of each of two"
    page = text(director.get(PAGE))
    assert "Worked out on 5 July 2016" in page
    assert "What leaving out localities would save" in page
    assert "Something changed since" not in page
    monkeypatch.setattr(proposals, "_saving", broken_off)
    director.post(f"{PAGE}work-out/")
    with pytest.raises(KeyboardInterrupt):
        jobs.deliver()
    page = text(director.get(PAGE))
    assert "A small count" in page
    assert (
        "What leaving out localities would save is being worked out: 0 of 2 measures done." in page
    )
    assert len(searched) == 4


def test_a_search_that_was_ended_says_how_much_less_another_choice_might_hide(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any time the first mask is taken: it protects, and nothing is known of cheaper ones."""
    count_reopened(council)
    forget_releases()
    officer = sign_in("officer")
    assert "Another choice" not in worked_out(officer)
    monkeypatch.setattr(proposals, "hide", lambda made: draft.hide(made, seconds=0))
    assert "Another choice might hide up to 100% less" in worked_out(officer)
    monkeypatch.setattr(actions, "hide", lambda made: draft.hide(made, seconds=0))
    made = release()
    assert made is not None and made.cost > made.bound == 0
    assert "Another choice might hide up to 100% less" in text(officer.get(PAGE))


CHANGES: dict[str, Callable[[Cast], object]] = {
    "figures": lambda council: Return.objects.filter(quarter=HISTORY[0].index).update(version=9),
    "framework": lambda council: DataItem.objects.filter(code="cases-closed").update(protect="no"),
    "left out": lambda council: actions.leave_out(
        council.measure["helped"], reason="Too much", by=council.actor("director")
    ),
    "known": lambda council: known_number(council, "helped", str(YEAR), 37),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_proposal_says_that_something_changed_since(
    what: str, council: Cast, sign_in: SignIn
) -> None:
    forget_releases()
    officer = sign_in("officer")
    assert "Something changed since" not in worked_out(officer)
    CHANGES[what](council)
    page = text(officer.get(PAGE))
    assert "Something changed since" in page
    assert "Work it out again" in page
    assert "Something changed since" not in worked_out(officer)


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_while_it_is_searched_for_it_is_done_anew(
    what: str, council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_releases()
    searched = []

    def meanwhile(made: draft.Draft) -> draft.Hidden:
        searched.append(made)
        if len(searched) == 1:
            CHANGES[what](council)
        return draft.hide(made)

    monkeypatch.setattr(actions, "hide", meanwhile)
    assert release() is not None
    assert len(searched) == 2


def test_what_was_published_elsewhere_stands_on_the_page(council: Cast, sign_in: SignIn) -> None:
    known_number(council, "helped", str(YEAR), 37)
    known_number(council, "reopened", "2015-16 Q2", Decimal("4.90"), part="value", decimals=2)
    page = text(sign_in("officer").get(PAGE))
    assert "Helped with identified issues Testshire 2015-16 How many 37 Annual report" in page, page
    assert "Re-opened Testshire 2015-16 Q2 The figure 4.90% Annual report" in page


# -- as a file ----------------------------------------------------------------------------------


def exported(*options: str) -> list[str]:
    out = io.StringIO()
    call_command("export_rollup", *options, audience="external", stdout=out)
    return out.getvalue().splitlines()


def test_a_release_is_exported_and_nothing_else(council: Cast) -> None:
    set_figures(council, HISTORY[1], "cases-reopened", 1, 1, 1, 0)
    release_anew()
    span = ["--from", "2015-16 Q1", "--to", "2015-16 Q4"]
    rows = exported("--by", "city", *span, "--measure", "reopened")
    assert rows[2].split(",")[7:10] == ["c", "c", "c"]
    assert rows[2].endswith(",4,4,,signed-off")
    assert len(exported("--by", "locality", *span, "--period", "year")) > 10
    for wrong in (
        ["--by", "team", *span],
        ["--by", "locality", *span],
        ["--by", "city", *span, "--basis", "submitted"],
        ["--by", "city", *span, "--structure", "as-now"],
        ["--by", "city", "--from", "2015-16 Q4", "--to", "2016-17 Q1"],
        ["--by", "city", "--from", "2016-17 Q1", "--to", "2016-17 Q1", "--period", "year"],
    ):
        with pytest.raises(CommandError):
            exported(*wrong)
