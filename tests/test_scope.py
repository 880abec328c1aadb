"""Numbers stay within their scope: canaries are planted, and pages are read for them.

Every other page of the access table is read for them where it is asked for: ``test_access.py``.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from measures.models import Return
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from tests import access
from tests.cast import Cast

pytestmark = pytest.mark.django_db

DRAFT, WORDS, TEAM_FIGURE = 918_273, "zanzibar-quokka", 734_551
OUTSIDE = [
    "anonymous",
    "other manager",
    "other head",
    "auditor",
    "board member",
    "administrator",
    "leaver",
]
PAGES = [
    name
    for name, method in access.cells()
    if method == "GET"
    and "admin" not in name
    and not name.startswith(("account", "mfa", "social", "openid"))
]
OF_A_RETURN = [
    name for name in PAGES if name.startswith("return-") or name in ("return", "figure-history")
]


def found_in(body: bytes, number: int) -> bool:
    """Whether a page shows the number, with or without its separator."""
    return str(number).encode() in body or f"{number:,}".encode() in body


@pytest.fixture(scope="module")
def draft(kept_cast: Cast) -> Return:
    """A draft of North's centre with a number and words that nobody else may read."""
    return save_draft(kept_cast)


def save_draft(cast: Cast) -> Return:
    """Keep the number and the words in a return."""
    made = cast.made("north-centre")
    given = GivenAnswer(value=DRAFT, note=WORDS, explanation=WORDS)
    return entry.save_figures(
        made,
        {cast.item["open-cases"].pk: given},
        version=made.version,
        by=cast.actor("manager"),
    )


def read(who: str, name: str, example: access.Example, sessions: dict[str, str]) -> bytes:
    return access.ask(who, "GET", name, example, sessions).body


@pytest.mark.parametrize("name", OF_A_RETURN)
def test_nobody_outside_reads_a_draft_on_its_own_pages(
    name: str, cast: Cast, draft: Return, sessions: dict[str, str]
) -> None:
    more = {"item": "open-cases"} if name == "figure-history" else {}
    example = access.Example({"pk": draft.pk, **more})
    for who in OUTSIDE:
        body = read(who, name, example, sessions)
        assert not found_in(body, DRAFT), f"{who} reads the draft on {name}"
        assert WORDS.encode() not in body, f"{who} reads the words on {name}"


def test_the_canary_is_there_for_those_it_is_for(
    cast: Cast, draft: Return, sessions: dict[str, str]
) -> None:
    """Or the scan would prove nothing."""
    for who in ["manager", "head", "director", "officer"]:
        body = read(who, "return", access.Example({"pk": draft.pk}), sessions)
        assert found_in(body, DRAFT), who
        assert WORDS.encode() in body, who


@pytest.fixture
def signed_off(cast: Cast) -> Iterator[None]:
    """Both family teams signed off, so that the city's figure is not one team's."""
    with transaction.atomic():
        cast.sign_off("north-family", open_cases=TEAM_FIGURE, cases_closed=TEAM_FIGURE)
        cast.sign_off("south-family", by="other_head", open_cases=50, cases_closed=26)
        yield
        transaction.set_rollback(True)


ROLL_UPS = [name for name in PAGES if name.startswith("performance")]


@pytest.mark.parametrize("name", ROLL_UPS)
def test_a_board_member_reads_no_figure_below_the_city(
    name: str, cast: Cast, signed_off: None, sessions: dict[str, str]
) -> None:
    page, _ = access.parts_of(name)
    codes = {
        "performance-locality": "north",
        "performance-locality-teams": "north",
        "performance-team": "north-family",
        "performance-measure": "open-cases",
        "performance-compare": "open-cases",
    }
    kwargs = {"code": codes[page]} if page in codes else {}
    query = {"measure": "open-cases"} if page == "performance-made-of" else {}
    body = read("board member", name, access.Example(kwargs, query=query), sessions)
    assert not found_in(body, TEAM_FIGURE)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_a_board_members_file_has_the_city_only(
    form: str, cast: Cast, signed_off: None, sessions: dict[str, str]
) -> None:
    client = access.client_of("board member", sessions)
    address = reverse("performance-export")
    for area in ["locality:north", "team:north-family", "own"]:
        assert client.get(address, {"format": form, "area": area}).status_code == 404
    whole: Any = client.get(address, {"format": form})
    assert whole.status_code == 200
    if form == "csv":
        body = b"".join(whole)
        assert b"city,testshire,Testshire,children-in-care" in body
        assert not found_in(body, TEAM_FIGURE + 50), "the open quarter"
        assert not found_in(body, TEAM_FIGURE)
