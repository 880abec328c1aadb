"""The cases of a round in the browser: by hand, pasted, from a file, drawn, taken out."""

import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audits.models import Draw, Round, SampledCase
from audits.rounds import actions as rounds
from audits.rounds import sampling as drawing
from audits.rounds.case_list import CaseLine
from audits.rounds.forms import LARGEST_FILE
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.files.waiting import WaitingFiles
from tests.audits.access.rounds import plan_one
from tests.audits.making import Casework, planned
from tests.cast import Cast
from tests.pages import text

SignIn = Callable[[str], Client]
JULY = "/audits/rounds/july/"
ADD, LOAD, DRAW = f"{JULY}cases/add/", f"{JULY}cases/load/", f"{JULY}cases/draw/"
CONFIRM = f"{LOAD}confirm/"


def typed(response: Any) -> str:
    """What stands in the box of cases."""
    found = re.search(
        r'<textarea[^>]*name="cases"[^>]*>\s*(.*?)</textarea>', response.content.decode(), re.DOTALL
    )
    assert found
    return unescape(found[1])


def sample() -> list[tuple[int, str, str, str]]:
    """Serial, number, team and role of every case there is."""
    cases = SampledCase.objects.select_related("team").order_by("serial")
    return [
        (one.serial, one.case_number, one.team.code if one.team else "", one.worker_role)
        for one in cases
    ]


@pytest.fixture
def made(council: Cast) -> Round:
    """A round being planned, without cases."""
    return plan_one(council, 0)[0]


# -- by hand and pasted ----------------------------------------------------------------------


def test_a_pasted_list_names_teams_by_code_or_by_name(made: Round, sign_in: SignIn) -> None:
    lines = "Case number\tTeam\nab1\tnorth-family\tFamily worker\nAB2;South Family\nab3"
    done = sign_in("officer").post(ADD, {"cases": lines, "team": "north-centre"}, follow=True)
    assert "3 cases added. Allocate them next." in text(done)
    assert sample() == [
        (1, "AB1", "north-family", "Family worker"),
        (2, "AB2", "south-family", ""),
        (3, "AB3", "north-centre", ""),
    ]
    assert SampledCase.objects.get(serial=2).locality.code == "south"


def test_everything_wrong_with_a_list_is_said_and_nothing_is_lost(
    made: Round, sign_in: SignIn
) -> None:
    lines = "AB1\nab1\nAB2, East team\n,north-family\nAB3, north-family, Worker, Jo"
    page = sign_in("officer").post(ADD, {"cases": lines})
    said = text(page)
    assert "Line 2: the same case as on line 1" in said
    assert "Line 3: there is no team “East team”" in said
    assert "Line 4: no case number" in said
    assert "Line 5: more than a case number, a team and a worker's role" in said
    assert typed(page) == lines
    assert sample() == []


def test_a_long_list_of_errors_is_cut(made: Round, sign_in: SignIn) -> None:
    said = text(sign_in("officer").post(ADD, {"cases": "\n".join(["AB1"] * 61)}))
    assert "Line 51: the same case as on line 1" in said
    assert "Line 52:" not in said
    assert "And 10 more lines" in said


def test_a_case_stands_once_in_a_round(council: Cast, sign_in: SignIn) -> None:
    plan_one(council, 1)
    page = sign_in("officer").post(ADD, {"cases": "CASENO1\nAB2"})
    assert "Case CASENO1 is in this round already" in text(page)
    assert typed(page) == "CASENO1\nAB2"
    assert len(sample()) == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"cases": ""}, "Enter at least one case number"),
        ({"cases": "Case number"}, "Enter at least one case number"),
        ({"cases": "AB1", "team": "nowhere"}, "Select a team from the list"),
        ({"cases": "x" * 500_001}, "The list is too long: use a file"),
    ],
)
def test_what_is_no_list(made: Round, sign_in: SignIn, sent: dict[str, str], says: str) -> None:
    assert says in text(sign_in("officer").post(ADD, sent))
    assert sample() == []


# -- from a file -----------------------------------------------------------------------------

GOOD = "Case number,Team,Role\nAB1,north-family,Family worker\nAB2,South family,\n"


def send(client: Client, content: str | bytes, name: str = "cases.csv", **more: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(LOAD, {"file": SimpleUploadedFile(name, raw), **more})


def token(response: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_looking_adds_nothing_and_adding_adds_all(made: Round, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    events = Event.objects.count()
    looked = send(officer, GOOD)
    said = text(looked)
    assert "2 cases would be added to Under 11s casework, July 2016." in said
    assert "North family: 1, South family: 1" in said
    assert "AB1 North family Family worker AB2 South family" in said
    assert (sample(), Event.objects.count()) == ([], events)
    done = officer.post(CONFIRM, {"token": token(looked)}, follow=True)
    assert "2 cases added." in text(done)
    assert [number for _, number, _, _ in sample()] == ["AB1", "AB2"]
    again = officer.post(CONFIRM, {"token": token(looked)}, follow=True)
    assert "That file is no longer here. Choose it again." in text(again)


def test_a_spreadsheet_with_numbers_and_a_team_for_all(made: Round, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    looked = send(officer, workbook([4711], [4712, "north-centre"]), "c.xlsx", team="north-family")
    officer.post(CONFIRM, {"token": token(looked)})
    assert sample() == [(1, "4711", "north-family", ""), (2, "4712", "north-centre", "")]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (GOOD, "cases.pdf", "Select a CSV, XLSX or ODS file"),
        ("", "cases.csv", "The file is empty"),
        ("AB1\nAB1\n", "cases.csv", "Row 2: the same case as on row 1"),
        ("AB1,nowhere\n", "cases.csv", "Row 1: there is no team “nowhere”"),
        (b"\xff\xfe", "cases.csv", "is not UTF-8 text"),
        (b"\x00\x01", "cases.xlsx", "The file is not a spreadsheet, or is damaged"),
        (workbook(["AB1"], ["=A1"]), "cases.xlsx", "Row 2: the file has a formula"),
        ("AB1,north-family\nAB2", "cases.csv", "ends in the middle of a row"),
        ("AB1\n" + "".join(f"N{at}\n" for at in range(5001)), "c.csv", "more than 5,000 lines"),
        ("x" * (LARGEST_FILE + 1), "cases.csv", "The file is larger than 5 MB"),
    ],
)
def test_what_is_no_file_of_cases(
    made: Round, sign_in: SignIn, content: str | bytes, name: str, says: str
) -> None:
    page = send(sign_in("officer"), content, name)
    assert says in text(page)
    assert 'name="token"' not in page.content.decode()


def test_cases_that_are_there_already_are_shown_and_not_added(
    council: Cast, sign_in: SignIn
) -> None:
    plan_one(council, 1)
    officer = sign_in("officer")
    page = send(officer, "CASENO1\nAB2\n")
    assert "1 of them is in the round already." in text(page)
    assert "CASENO1 In the round already" in text(page)
    assert "Add these cases" not in text(page)
    refused = officer.post(CONFIRM, {"token": token(page)})
    assert "Case CASENO1 is in this round already" in text(refused)
    assert len(sample()) == 1


def test_a_file_is_read_again_when_it_is_added(council: Cast, made: Round, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    looked = send(officer, GOOD)
    rounds.add_cases(made, [CaseLine("AB2")], by=council.actor("officer"))
    assert "Case AB2 is in this round already" in text(
        officer.post(CONFIRM, {"token": token(looked)})
    )
    assert [number for _, number, _, _ in sample()] == ["AB2"], "all of it or nothing"


def test_a_file_waits_for_who_sent_it_and_for_its_round(
    council: Cast, made: Round, sign_in: SignIn
) -> None:
    looked = send(sign_in("officer"), GOOD)
    officer = council.person["officer"].pk
    assert WaitingFiles(f"round-cases-{made.pk}", officer).get(token(looked))
    assert WaitingFiles(f"round-cases-{made.pk + 1}", officer).get(token(looked)) is None
    assert sign_in("head").post(CONFIRM, {"token": token(looked)}).status_code == 403
    assert sample() == []


# -- drawn at random -------------------------------------------------------------------------

LIST = "\n".join(f"AB{at}, north-family" for at in range(1, 41))


def check_page(kept: Draw) -> str:
    return f"{JULY}draws/{kept.pk}/"


def drawn(officer: Client, count: int = 10) -> Draw:
    officer.post(DRAW, {"cases": LIST, "count": str(count)})
    return Draw.objects.get()


def test_a_draw_keeps_what_shows_that_it_was_fair(made: Round, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    done = officer.post(DRAW, {"cases": LIST, "count": "10"}, follow=True)
    kept = Draw.objects.get()
    said = text(done)
    assert "10 cases drawn from 40 and added to the round." in said
    assert "10 of 40 cases, drawn at random" in said
    assert kept.seed in said
    assert kept.list_digest in said
    assert "1, 2, 3, 4, 5, 6, 7, 8, 9, 10" in said
    numbers = [f"AB{at}" for at in range(1, 41)]
    again = drawing.draw(numbers, 10, kept.seed).numbers
    assert tuple(number for _, number, _, _ in sample()) == again
    assert {team for _, _, team, _ in sample()} == {"north-family"}
    assert "10 of 40 cases , by Officer" in text(officer.get(JULY))


def test_drawing_again_from_the_same_list_shows_the_same_cases(
    made: Round, sign_in: SignIn
) -> None:
    officer = sign_in("officer")
    kept = drawn(officer)
    events = Event.objects.count()
    backwards = "Case number\n" + "\n".join(reversed(LIST.lower().splitlines()))
    said = text(officer.post(check_page(kept), {"cases": backwards}))
    assert "The draw was fair. It is the same list" in said
    assert "gives the same 10 cases in the same order." in said
    assert Event.objects.count() == events
    assert Draw.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (LIST + "\nAB41", "The draw was from 40 cases; this list has 41."),
        (LIST.replace("AB7,", "AB77,"), "this list has 40, not the same ones."),
        ("AB1\nAB1", "Line 2: the same case as on line 1"),
        ("", "Paste the list that was drawn from"),
    ],
)
def test_another_list_shows_nothing(made: Round, sign_in: SignIn, lines: str, says: str) -> None:
    officer = sign_in("officer")
    said = text(officer.post(check_page(drawn(officer)), {"cases": lines}))
    assert says in said
    assert "The draw was fair." not in said


def test_a_case_that_was_swapped_afterwards_shows(made: Round, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    kept = drawn(officer)
    there = {number for _, number, _, _ in sample()}
    other = next(f"AB{at}" for at in range(1, 41) if f"AB{at}" not in there)
    SampledCase.objects.filter(serial=4).update(case_number=other)
    said = text(officer.post(check_page(kept), {"cases": LIST}))
    assert "This does not show that the draw was fair." in said
    assert "drawing again gives other cases than the round holds" in said


def test_cases_taken_out_since_leave_a_gap_and_no_doubt(
    council: Cast, made: Round, sign_in: SignIn
) -> None:
    officer = sign_in("officer")
    kept = drawn(officer)
    rounds.remove_case(
        SampledCase.objects.get(serial=3), reason="It moved away", by=council.actor("officer")
    )
    said = text(officer.post(check_page(kept), {"cases": LIST}))
    assert "The draw was fair." in said
    assert "1 of them was taken out of the round since, with a reason on record." in said
    assert "1, 2, 4, 5, 6, 7, 8, 9, 10 (1 taken out since)" in said


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"cases": LIST, "count": ""}, "Enter how many cases to draw"),
        ({"cases": LIST, "count": "ten"}, "must be a whole number, like 71"),
        ({"cases": LIST, "count": "1,5"}, "a comma groups thousands (1,061)"),
        ({"cases": LIST, "count": "0"}, "Draw at least 1 case"),
        ({"cases": LIST, "count": "41"}, "You asked for 41 cases, and the list has 40"),
        ({"cases": "AB1\nAB1", "count": "1"}, "Line 2: the same case as on line 1"),
        ({"cases": "", "count": "1"}, "Enter at least one case number"),
    ],
)
def test_what_cannot_be_drawn(
    made: Round, sign_in: SignIn, sent: dict[str, str], says: str
) -> None:
    page = sign_in("officer").post(DRAW, sent)
    assert says in text(page)
    assert typed(page) == sent["cases"]
    assert not Draw.objects.exists()


def test_a_list_with_a_case_of_the_round_is_refused_before_anything_is_drawn(
    council: Cast, sign_in: SignIn
) -> None:
    """Or one could draw until it is not drawn."""
    plan_one(council, 1)
    officer = sign_in("officer")
    for _ in range(5):
        page = officer.post(DRAW, {"cases": LIST + "\nCASENO1", "count": "1"})
        assert "Case CASENO1 is in this round already" in text(page)
    assert not Draw.objects.exists()


def test_a_seed_cannot_be_sent_with_the_form(made: Round, sign_in: SignIn) -> None:
    sign_in("officer").post(DRAW, {"cases": LIST, "count": "3", "seed": "mine"})
    assert Draw.objects.get().seed != "mine"


def test_a_draw_belongs_to_its_round(council: Cast, made: Round, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    kept = drawn(officer)
    rounds.plan_round(planned(made.tool, "other"), by=council.actor("officer"))
    assert officer.get("/audits/rounds/other/").status_code == 200
    assert officer.get(f"/audits/rounds/other/draws/{kept.pk}/").status_code == 404
    assert officer.get(f"{JULY}draws/{kept.pk + 1}/").status_code == 404
    assert sign_in("director").get(check_page(kept)).status_code == 403


# -- taken out -------------------------------------------------------------------------------


def test_a_case_is_taken_out_with_a_reason(council: Cast, sign_in: SignIn) -> None:
    plan_one(council, 2)
    officer = sign_in("officer")
    path = f"{JULY}cases/1/remove/"
    assert "CASENO1, North family" in text(officer.get(path))
    assert "Enter why this case is taken out" in text(officer.post(path, {"reason": " "}))
    assert len(sample()) == 2
    done = officer.post(path, {"reason": "It moved away"}, follow=True)
    assert "Case 1 is taken out of the round." in text(done)
    assert [serial for serial, *_ in sample()] == [2]
    assert Remark.objects.filter(text="It moved away").exists()
    assert officer.get(path).status_code == 404


@pytest.mark.parametrize("path", [ADD, LOAD, DRAW, f"{JULY}cases/1/remove/"])
def test_cases_of_an_opened_round_stay(casework: Casework, sign_in: SignIn, path: str) -> None:
    officer = sign_in("officer")
    away = officer.get(path, follow=True)
    assert "This round was opened, so its cases stay as they are." in text(away)
    sent: dict[str, Any] = {"cases": "AB1", "count": "1", "reason": "So"}
    if path != LOAD:
        page = officer.post(path, sent)
        assert "You cannot change this round now: auditing is under way." in text(page)
    looked = send(officer, GOOD)
    page = officer.post(CONFIRM, {"token": token(looked)})
    assert "You cannot change this round now: auditing is under way." in text(page)
    assert SampledCase.objects.count() == 6


@pytest.mark.parametrize("person", ["head", "director", "manager", "auditor", "board_member"])
def test_only_officers_choose_cases(council: Cast, sign_in: SignIn, person: str) -> None:
    plan_one(council, 1)
    client = sign_in(person)
    for path in (ADD, LOAD, DRAW, f"{JULY}cases/1/remove/", "/audits/rounds/x/cases/add/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"cases": "AB1"}).status_code == 403
    assert len(sample()) == 1
