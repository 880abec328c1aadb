"""``manage.py verify_data``: silent on clean data, and each check finds what was planted for it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from earlyhelp.core.verification import checks
from tests.cast import Cast
from tests.defects import DEFECTS, Plant, a_figure_changed
from tests.measures.acts import accept_late, countersign, reopen


def test_clean_data_is_clean(council: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    """After a return sent back, a correction, and one accepted late."""
    for prepare in (reopen, countersign, accept_late):
        prepare(council)()
    call_command("verify_data", "--json")
    listed = json.loads(capsys.readouterr().out)
    assert [one["check"] for one in listed if one["found"]] == []
    assert {one["check"] for one in listed} == {check.name for check in checks()}


def test_every_check_has_a_defect_to_find() -> None:
    assert set(DEFECTS) == {check.name for check in checks()}


def test_every_check_is_explained() -> None:
    explained = (Path(settings.BASE_DIR) / "docs/running.md").read_text(encoding="utf-8")
    rows = [line.split(" | ")[0] for line in explained.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall("`([^`]+)`", row)}
    assert {check.name for check in checks()} <= named


@pytest.mark.parametrize(
    ("check", "plant"),
    [(check, plant) for check, plants in DEFECTS.items() for plant in plants],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_a_check_finds_its_defect(check: str, plant: Plant, council: Cast) -> None:
    (looking,) = [one for one in checks() if one.name == check]
    plant(council)
    assert list(looking.look()) != []


def test_the_command_says_what_it_found(council: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    a_figure_changed(council)
    with pytest.raises(CommandError, match="1 found that must not be"):
        call_command("verify_data")
    out = capsys.readouterr().out
    assert "orphans: What a row points to is there.\n" in out
    assert "figures: NOT SO, 1 found: Every figure is what its last event says.\n" in out
    assert ": open-cases is not what its last event says\n" in out
