"""Cells that would run as formulas go out as text, and come back as they were."""

import pytest

from earlyhelp.core.files import spreadsheet_safety as cells


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1", "＋1", "－1", "＠A"]
)
def test_what_would_run_is_marked_and_comes_back(text: str) -> None:
    assert cells.escape(text) == f"'{text}"
    assert cells.unescape(cells.escape(text)) == text


@pytest.mark.parametrize("text", ["", "North", "'quoted'", "1-2", "a=b", "'=1"])
def test_other_text_stays(text: str) -> None:
    assert cells.escape(text) == text


def test_what_is_no_text_goes() -> None:
    assert cells.escape("a\x00\x1bb\r\nc") == "ab\nc"
    assert cells.escape("\x00=1") == "'=1"
