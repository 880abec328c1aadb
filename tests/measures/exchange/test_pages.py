"""Figures from a file in the browser: looked at first, then loaded; all of it or nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from earlyhelp.core.files.waiting import WaitingFiles
from measures.exchange.forms import LARGEST_FILE
from measures.models import Figure
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
        (GOOD, "q1.pdf", "drafts", "Choose a CSV, XLSX or ODS file"),
        ("", "q1.csv", "drafts", "The file is empty"),
        (GOOD, "q1.csv", "", "Choose what these figures are"),
        (b"\x00\x01", "q1.xlsx", "drafts", "is not a spreadsheet, or is damaged"),
        ("a,b\n1,2\n", "q1.csv", "drafts", "Nothing was loaded"),
        ("x" * (LARGEST_FILE + 1), "q1.csv", "drafts", "The file is larger than 5 MB"),
    ],
)
def test_what_is_no_file_of_figures(
    council: Cast, sign_in: SignIn, content: str | bytes, name: str, becomes: str, message: str
) -> None:
    assert message in text(send(sign_in("officer"), content, becomes, name))


def test_no_file_at_all(council: Cast, sign_in: SignIn) -> None:
    answer = sign_in("officer").post(PATH, {"becomes": "drafts"})
    assert "Choose a file of figures" in text(answer)


@pytest.mark.parametrize("person", ["manager", "head", "director", "auditor", "board_member"])
def test_only_officers_load_files(council: Cast, sign_in: SignIn, person: str) -> None:
    client = sign_in(person)
    assert client.get(PATH).status_code == 403
    assert send(client, GOOD).status_code == 403
    assert client.post(CONFIRM, {"token": "x"}).status_code == 403
