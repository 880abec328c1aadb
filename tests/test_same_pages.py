"""A page is the same on both databases, so that what a browser makes of it is seen on one.

Tests that are marked ``looks`` rest on this (docs/decisions/0015).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests import tell_pages
from tests.cast import Cast

ROOT = Path(__file__).parent.parent


def told_on_sqlite(folder: Path) -> dict[str, str]:
    """The pages as a process of its own has them."""
    file = folder / "pages.json"
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/tell_pages.py"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": f"sqlite:///{folder / 'other.sqlite3'}", "PAGES_TO": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told: dict[str, str] = json.loads(file.read_text())
    return told


@pytest.mark.django_db
def test_a_page_says_the_same_on_both_databases(
    cast: Cast, sessions: dict[str, str], tmp_path: Path
) -> None:
    if connection.vendor == "sqlite":  # the run on a server compares itself with this one
        return
    ours, others = tell_pages.told(cast, sessions), told_on_sqlite(tmp_path)
    assert len(ours) > 100
    assert ours.keys() == others.keys()
    assert {name: page for name, page in ours.items() if page != others[name]} == {}


def test_another_word_or_number_would_be_seen() -> None:
    """Keys, times and chance are evened out, and nothing that is read."""
    page = '<a href="/returns/12/">41 cases</a> 09:30 <input type="text" value="41" id="value-7">'
    alike = '<a href="/returns/15/">41 cases</a> 17:12 <input type="text" value="41" id="value-8">'
    assert tell_pages.settled(page) == tell_pages.settled(alike)
    for other in (
        page.replace("41 c", "42 c"),
        page.replace('"41"', '"42"'),
        page.replace("cases", "case"),
    ):
        assert tell_pages.settled(page) != tell_pages.settled(other)
