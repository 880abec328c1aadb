"""The words of pages: none of ours that nobody outside knows, and no city where there is none.

Every address is opened once, by the person who sees most of it, and its text is read.
"""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from tests import access
from tests.access import YES
from tests.audits.making import make_action, make_casework, make_plan
from tests.cast import Cast
from tests.pages import plain
from tests.test_access import CELLS, is_ours
from tests.test_query_counts import AMONG_EVERYTHING

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

READERS = ["officer", "director", "head", "manager", "auditor", "administrator", "board member"]
# What each is called on pages instead.
OURS = {
    "basis": "signed off or not",
    "coverage": "teams reporting",
    "snapshot": "at quarter end",
    "flow": "in the quarter",
    "restatement": "revised",
    "like spans": "the same teams and quarters",
    "kappa": "agreement beyond chance",
    "team-quarter": "return",
    "as it is now": "teams as they are today",
    "not collected": "not asked",
    "not expected": "not asked",
    "city": "what the council calls its area",
}
_WORDS = re.compile(rf"\b({'|'.join(OURS)})s?\b", re.IGNORECASE)
# Names that the council of the tests gave itself, and codes.
_NAMES = re.compile(r"City[ -](?:team|wide)|city-[a-z-]+", re.IGNORECASE)
PAGES = [name for name, method in CELLS if method == "GET" and is_ours(name)]


def words_of_ours(body: str) -> set[str]:
    """Those that a page says to its reader."""
    main = body[body.find("<body") :]
    main = re.sub(r"<(script|style|pre)\b.*?</\1>", "", main, flags=re.DOTALL)
    return {found.lower() for found in _WORDS.findall(_NAMES.sub("", plain(main)))}


# A number of so many, with a noun that takes its s whatever the number is.
_ALWAYS_SEVERAL = re.compile(
    r"(?:\{\{[^}]+\}\}|\{[^{}]*\}) of (?:\{\{[^}]+\}\}|\{[^{}]*\}) (?!is\b|was\b)[a-z]+s\b"
)


def always_several(source: str) -> list[str]:
    """Where it says "0 of 1 teams"."""
    return [found[0] for found in _ALWAYS_SEVERAL.finditer(source)]


def test_one_team_of_many_is_no_teams() -> None:
    assert always_several('f"{signed:,} of {made:,} returns signed off"')
    assert always_several("{{ page.answered }} of {{ page.asked }} questions are answered")
    assert not always_several("{{ one }} of {{ all }} return{{ all|pluralize }} signed off")
    found = {}
    for room in ("earlyhelp", "teams", "measures", "audits", "templates"):
        for kind in ("*.py", "*.html"):
            for path in (settings.BASE_DIR / room).rglob(kind):
                if said := always_several(path.read_text()):
                    found[str(path)] = said
    assert not found, "core.pages.wording.part_of says it of one as well"


def said_on(name: str, example: Any, sessions: dict[str, str]) -> dict[tuple[str, str], set[str]]:
    """What a page says to those who may open it, the first two of its readers."""
    found = {}
    for who in [who for who in READERS if CELLS[name, "GET"][who] == YES][:2]:
        response = access.send(access.client_of(who, sessions), "GET", name, example)
        if "text/html" in response.get("Content-Type", "") and not response.streaming:
            found[name, who] = words_of_ours(response.content.decode())
    return found


def test_a_word_of_ours_would_be_found() -> None:
    assert words_of_ours("<body><p>Coverage: 4 of 5 in the city, kappa 0.4") == {
        *("coverage", "city", "kappa"),
    }
    assert not words_of_ours("<body><p>The workflow of capacity<script>flow()</script>")


def test_no_page_says_a_word_of_ours(cast: Cast, sessions: dict[str, str]) -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for name in PAGES:
        with transaction.atomic():
            example = access.example_for(cast, name, "GET")
            if name in AMONG_EVERYTHING:
                make_casework(cast)
                make_action(cast, make_plan(cast)[1])
            found |= said_on(name, example, sessions)
            transaction.set_rollback(True)
    assert len(found) > len(PAGES) / 2
    assert not {page: said for page, said in found.items() if said}
