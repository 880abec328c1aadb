"""What is small, case by case (docs/small-numbers.md)."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from measures.models import Figure
from measures.releases.small import Numbers, Why, reasons
from tests.cast import HISTORY, Cast
from tests.releases import mask_of, release_anew

# 40 of 200, of three teams, of people on both sides, and the rest says something of them.
PLAIN = Numbers(
    above=Fraction(40),
    below=Fraction(200),
    teams=3,
    speaks_city_wide=False,
    protects_above=True,
    protects_below=True,
    has_rest=True,
)


def whys(small: int = 5, **changed: Any) -> list[Why]:
    numbers = {
        name: Fraction(value) if name in ("above", "below") and value is not None else value
        for name, value in changed.items()
    }
    return list(reasons(replace(PLAIN, **numbers), small))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, []),
        # A count of 1 to 5; zero is shown, and so is what is not about people.
        ({"above": 0}, []),
        ({"above": 1}, [Why.COUNT]),
        ({"above": 5}, [Why.COUNT]),
        ({"above": 6}, []),
        ({"above": 3, "protects_above": False}, []),
        ({"above": 3, "below": None}, [Why.COUNT]),
        # Of 1 to 5.
        ({"above": 0, "below": 4, "has_rest": False, "protects_above": False}, [Why.WHOLE]),
        ({"above": 6, "below": 5, "protects_below": False, "has_rest": False}, []),
        # All but 1 to 5, where the rest says something.
        ({"above": 195}, [Why.REST]),
        ({"above": 194}, []),
        ({"above": 195, "has_rest": False}, []),
        # 0% and 100% of fewer than 10.
        ({"above": 0, "below": 9}, [Why.SHARE]),
        ({"above": 9, "below": 9}, [Why.SHARE]),
        ({"above": 0, "below": 10}, []),
        ({"above": 10, "below": 10}, []),
        ({"above": 0, "below": 0}, []),
        ({"above": 0, "below": 9, "protects_above": False, "has_rest": False}, []),
        # Fewer than two teams, whatever its size and whatever it counts; the city-wide return is
        # no team.
        ({"teams": 1}, [Why.TEAM]),
        ({"teams": 1, "protects_above": False, "protects_below": False, "has_rest": False},
         [Why.TEAM]),
        ({"teams": 2}, []),
        ({"teams": 1, "speaks_city_wide": True}, [Why.TEAM]),
        ({"teams": 0, "speaks_city_wide": True}, []),
    ],
)  # fmt: skip
def test_why_a_line_is_hidden_for_itself(changed: dict[str, Any], why: list[Why]) -> None:
    assert whys(**changed) == why


@pytest.mark.parametrize(
    ("small", "above", "why"),
    [(3, 4, []), (3, 3, [Why.COUNT]), (7, 7, [Why.COUNT]), (7, 8, []), (20, 20, [Why.COUNT])],
)
def test_up_to_which_number_is_small_is_said_once(small: int, above: int, why: list[Why]) -> None:
    assert whys(small, above=above) == why


@pytest.mark.parametrize(("small", "is_hidden"), [(3, False), (4, True), (5, True)])
def test_up_to_which_number_is_small_is_a_setting(
    council: Cast, settings: Any, small: int, is_hidden: bool
) -> None:
    """4 were re-opened in Q2, of more than ten in each other quarter."""
    settings.SMALL_NUMBER = small
    for team, value in zip(list(council.team)[:4], (2, 1, 1, 0), strict=True):
        figures = Figure.objects.filter(return_made=council.made(team, HISTORY[1]))
        figures.filter(item=council.item["cases-reopened"]).update(value=value)
    release_anew()
    assert mask_of(HISTORY[1]).hides("reopened") is is_hidden


def test_a_process_that_serves_pages_does_not_load_the_solver() -> None:
    """Every address is loaded here. (openpyxl loads numpy by itself where it is installed.)"""
    code = (
        "import sys, django; django.setup()\n"
        "from django.test import Client\n"
        "assert Client(SERVER_NAME='localhost').get('/live').status_code == 200\n"
        "sys.exit('highspy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "earlyhelp.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_the_docs_call_by_name_is_called_so_on_pages() -> None:
    """What stands in italics in docs/small-numbers.md are the words of pages and of files."""
    root = Path(settings.BASE_DIR)
    sources = [*(root / "templates").rglob("*.html"), *(root / "measures").rglob("*.py")]
    shown = "\n".join(" ".join(one.read_text().split()) for one in sources).lower()
    called = re.findall(
        r"(?<!\*)\*(?=\S)([^*]+)(?<=\S)\*(?!\*)", (root / "docs/small-numbers.md").read_text()
    )
    assert len(called) > 6
    assert [one for one in called if " ".join(one.split()).lower() not in shown] == []
