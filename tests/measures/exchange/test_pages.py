"""Figures from a file in the browser: looked at first, then loaded; all of it or nothing."""

import codecs
import csv
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from earlyhelp.core.files.cells import MOST_BYTES
from earlyhelp.core.files.waiting import WaitingFiles
from measures.models import Figure
from measures.returns.usual import LEAST_HISTORY
from measures.workflow import ReturnState
from tests.cast import Cast
from tests.pages import text

SignIn = Callable[[str], Client]
PATH, CONFIRM = "/import/", "/import/confirm/"
HEADER = "team,quarter,item,value,answer,note\n"
GOOD = HEADER + (
    "north-family,2016-17 Q1,cases-closed,31,,\n"
    "north-family,2016-17 Q1,cases-reopened,,not-provided,No list was kept\n"
)


def send(
    client: Client, content: str | bytes, becomes: str = "drafts", name: str = "q1.csv"
) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(PATH, {"file": SimpleUploadedFile(name, raw), "becomes": becomes})


def token(response: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def closed(council: Cast) -> int | None:
    return Figure.objects.get(
        return_made=council.made("north-family"), item=council.item["cases-closed"]
    ).value


def test_looking_changes_nothing_and_loading_makes_drafts(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    events = Event.objects.count()
    looked = send(officer, GOOD)
    said = text(looked)
    assert "2 figures in 1 return would change, 0 would stay." in said
    assert "They become drafts, for managers to confirm." in said
    assert "North family 2016-17 Q1 Cases closed 31" in said
    assert "Could not be provided No list was kept" in said
    assert closed(council) is None
    assert Event.objects.count() == events

    done = officer.post(CONFIRM, {"token": token(looked)}, follow=True)
    assert "q1.csv: 2 figures loaded into 1 return, 0 unchanged." in text(done)
    assert closed(council) == 31
    figure = Figure.objects.get(
        return_made=council.made("north-family"), item=council.item["cases-closed"]
    )
    assert (figure.is_confirmed, figure.entered_route) == (False, Route.IMPORT)
    assert figure.entered_by == council.person["officer"]

    again = officer.post(CONFIRM, {"token": token(looked)}, follow=True)
    assert "That file is no longer here." in text(again)


def test_everything_wrong_is_listed_by_row_and_column(council: Cast, sign_in: SignIn) -> None:
    answer = send(
        sign_in("officer"),
        HEADER
        + "north-family,2016-17 Q1,cases-closed,-4,,\n"
        + "nowhere,2016-17 Q1,cases-closed,4,,\n"
        + "north-family,2015-16 Q4,cases-closed,99,,\n",
    )
    said = text(answer)
    assert "Nothing was loaded: 3 problems" in said
    assert "2 value -4" in said
    assert "3 team nowhere" in said
    assert "4 value 99 this figure is signed off" in said
    assert 'name="token"' not in answer.content.decode()


def test_it_is_checked_again_when_it_is_loaded(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    looked = send(officer, GOOD)
    council.sign_off("north-family")
    answer = officer.post(CONFIRM, {"token": token(looked)})
    assert "Nothing was loaded: 2 problems" in text(answer)
    assert closed(council) == 21


def test_a_file_waits_only_for_the_person_who_sent_it(council: Cast, sign_in: SignIn) -> None:
    looked = send(sign_in("officer"), GOOD)
    theirs = WaitingFiles("import-figures", council.person["officer"].pk)
    assert theirs.get(token(looked)) is not None
    assert WaitingFiles("import-figures", council.person["manager"].pk).get(token(looked)) is None
    stranger = sign_in("manager")
    assert stranger.post(CONFIRM, {"token": token(looked)}).status_code == 403
    assert closed(council) is None


def test_history_is_a_choice_of_its_own(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    looked = send(officer, GOOD, "history")
    assert "1 return would become signed off by import." in text(looked)
    assert "Load as signed-off history" in text(looked)
    officer.post(CONFIRM, {"token": token(looked)})
    assert council.made("north-family").state == ReturnState.SIGNED_OFF


@pytest.mark.parametrize(
    ("content", "name", "becomes", "message"),
    [
        (GOOD, "q1.pdf", "drafts", "Select a CSV, XLSX or ODS file"),
        ("", "q1.csv", "drafts", "The file is empty"),
        (GOOD, "q1.csv", "", "Select what these figures are"),
        (b"\x00\x01", "q1.xlsx", "drafts", "is not a spreadsheet, or is damaged"),
        ("a,b\n1,2\n", "q1.csv", "drafts", "Nothing was loaded"),
        ("x" * (MOST_BYTES + 1), "q1.csv", "drafts", "The file is larger than 20 MB"),
    ],
)
def test_what_is_no_file_of_figures(
    council: Cast, sign_in: SignIn, content: str | bytes, name: str, becomes: str, message: str
) -> None:
    assert message in text(send(sign_in("officer"), content, becomes, name))


def test_no_file_at_all(council: Cast, sign_in: SignIn) -> None:
    answer = sign_in("officer").post(PATH, {"becomes": "drafts"})
    assert "Select a file of figures" in text(answer)


@pytest.mark.parametrize("person", ["manager", "head", "director", "auditor", "board_member"])
def test_only_officers_load_files(council: Cast, sign_in: SignIn, person: str) -> None:
    client = sign_in(person)
    assert client.get(PATH).status_code == 403
    assert send(client, GOOD).status_code == 403
    assert client.post(CONFIRM, {"token": "x"}).status_code == 403


# -- what a preview says --------------------------------------------------------------------


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    del book["Sheet"]
    for name, lines in sheets:
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def figure_of(value: object) -> list[list[object]]:
    return [HEADER.strip().split(","), ["north-family", "2016-17 Q1", "cases-closed", value]]


def test_the_sheet_that_is_read_is_named(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    cover: tuple[str, list[list[object]]] = ("Cover", [["Early Help return"]])
    looked = send(officer, workbook(cover, ("Figures", figure_of(31))), name="q1.xlsx")
    assert "q1.xlsx, sheet “Figures”" in text(looked)
    wrong = send(officer, workbook(cover, ("Figures", figure_of("nil"))), name="q1.xlsx")
    assert "What is wrong with q1.xlsx, sheet “Figures”" in text(wrong)


def test_of_two_sheets_with_figures_the_page_asks_which(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    both = workbook(("June", figure_of(31)), ("July", figure_of(32)), ("Notes", [["team"]]))
    asked = send(officer, both, "history", "q1.xlsx")
    assert "More than one sheet of this file could be meant." in text(asked)
    assert "Notes" not in text(asked)
    none = officer.post(PATH, {"token": token(asked)})
    assert "Select a sheet" in text(none)
    other = officer.post(PATH, {"token": token(none), "sheet": "Notes"})
    assert "Select one of the sheets of this file" in text(other)
    looked = officer.post(PATH, {"token": token(other), "sheet": "July"})
    assert "q1.xlsx, sheet “July”" in text(looked)
    officer.post(CONFIRM, {"token": token(looked)})
    assert closed(council) == 32
    assert council.made("north-family").state == ReturnState.SIGNED_OFF
    gone = officer.post(PATH, {"token": "x", "sheet": "July"}, follow=True)
    assert "That file is no longer here." in text(gone)


def test_the_preview_asks_about_a_figure_far_from_its_history(
    council: Cast, sign_in: SignIn
) -> None:
    earlier = Figure.objects.filter(
        return_made__team__code="north-family", item=council.item["cases-closed"], value__gt=0
    )
    usual = max(earlier.values_list("value", flat=True))
    assert earlier.count() >= LEAST_HISTORY
    # In a last line without a line end nothing shows whether a digit is missing: it is a figure.
    line = "north-family,2016-17 Q1,cases-closed,{},,"
    said = text(send(sign_in("officer"), HEADER + line.format(f"{usual}7")))
    assert "Is this right? Far from what the team counted before" in said
    assert f"{usual}7 is well above this team's usual" in said
    assert "Is this right?" not in text(send(sign_in("officer"), HEADER + line.format(usual)))
    # Nobody is asked about what stays as it is.
    council.fill_in("north-family", **{"cases-closed": int(f"{usual}7")})
    said = text(send(sign_in("officer"), HEADER + line.format(f"{usual}7")))
    assert "Everything in it is here already" in said
    assert "Is this right?" not in said


def test_a_page_shows_a_hundred_problems_and_gives_a_file_of_all(
    council: Cast, sign_in: SignIn
) -> None:
    officer = sign_in("officer")
    bad = "".join(f"nowhere-{n},2016-17 Q1,cases-closed,1,,\n" for n in range(150))
    answer = send(officer, HEADER + bad)
    page = answer.content.decode()
    assert "Nothing was loaded: 150 problems" in text(answer)
    assert page.count("there is no team with the code") == 100
    address = re.search(r'href="(/import/problems/[^"]+)"', page)
    assert address
    response: Any = officer.get(address[1])
    content = b"".join(response.streaming_content)
    assert content.startswith(codecs.BOM_UTF8)
    listed = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert listed[0] == ["file", "row", "column", "value", "problem"]
    assert listed[150][:4] == ["q1.csv", "151", "team", "nowhere-149"]
    assert len(listed) == 151
    stranger = sign_in("head")
    assert stranger.get(address[1]).status_code == 403
    gone = officer.get("/import/problems/?token=x", follow=True)
    assert "That file is no longer here." in text(gone)
