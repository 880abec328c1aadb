"""docs/security.md: every item of the standard once, each named test there, the count the table's."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
# The numbers of the standard's items of levels 1 and 2.
ITEMS = (Path(__file__).parent / "asvs-5.0.0-level-2.txt").read_text().split()
TEST = re.compile(r"^`(tests/[\w/]+\.py)::(test_\w+)`$")


def rows(section: str) -> list[tuple[list[str], str]]:
    """The items of each row of a table, and its last cell."""
    cells = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return [(row[0].strip().split(", "), row[-1].strip()) for row in cells if row[0][1].isdigit()]


APPLIES, DOES_NOT = TEXT.split("## What does not apply")


def test_every_item_of_the_standard_stands_here_once() -> None:
    here = [item for part in (APPLIES, DOES_NOT) for items, _ in rows(part) for item in items]
    assert sorted(here) == sorted(ITEMS)


def test_every_item_has_a_test_that_is_there_or_says_why_not() -> None:
    for items, shown in rows(APPLIES):
        found = TEST.match(shown)
        if found is None:
            assert re.match(r"(host|none): \S", shown), items
            continue
        file = ROOT / found[1]
        assert f"\ndef {found[2]}(" in (file.read_text() if file.exists() else ""), shown


def test_the_count_is_the_tables() -> None:
    kinds = [shown[:4] for items, shown in rows(APPLIES) for _ in items]
    host, none = kinds.count("host"), kinds.count("none")
    shown = len(kinds) - host - none
    left_out = sum(len(items) for items, _ in rows(DOES_NOT))
    line = (
        f"**{shown} of {len(kinds) - host} applicable items have a passing test**; {none} have none, "
        f"{host} more are the host's, {left_out} do not apply."
    )
    assert line in TEXT, line


def test_the_policy_says_within_how_many_days() -> None:
    """The graver the sooner, and never later than everything is brought up to date."""
    policy = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    within = re.findall(r"^\| (critical|high|medium|low)\b.* \| (\d+) \|$", policy, re.MULTILINE)
    days = [int(number) for _, number in within]
    assert [how for how, _ in within] == ["critical", "high", "medium", "low"]
    assert days == sorted(set(days))
    assert f"every {days[-1]} days at least" in policy
    # What is asked about everything that is locked, and what it cannot be asked about, stops it.
    assert "pip_audit --strict --require-hashes" in (ROOT / "Makefile").read_text()
