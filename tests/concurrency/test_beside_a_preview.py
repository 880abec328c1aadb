"""A file that is looked at keeps nobody waiting, however long it is."""

import threading
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from openpyxl.worksheet.worksheet import Worksheet

from earlyhelp.core.files.problems import FileRefused
from measures.exchange import figures
from measures.exchange.figures import FigureFile
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from tests.cast import OPEN, Cast

LONGEST = 10_000


@pytest.mark.parametrize(
    ("step", "rows"),
    [
        ("check_batches", 1),
        ("read_figures", 100),
        pytest.param("read_figures", LONGEST, marks=pytest.mark.long),
    ],
)
def test_a_save_beside_a_preview_does_not_wait_for_it(
    transactional_db: None,
    council: Cast,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    rows: int,
) -> None:
    """It is made and kept between a step of looking at the file and whatever follows it."""
    saved: list[int] = []

    def save() -> None:
        made = council.made("south-family")
        given = {council.item["open-cases"].pk: GivenAnswer(value=47)}
        by = council.actor("other_manager")
        saved.append(entry.save_figures(made, given, version=made.version, by=by).version)
        connection.close()

    def then_somebody_saves(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        other = threading.Thread(target=save, daemon=True)
        if not saved:
            other.start()
            other.join(20)
            assert saved, f"a save waits for {step}"
        return found

    original = getattr(figures, step)
    monkeypatch.setattr(figures, step, then_somebody_saves)
    looked_at = FigureFile("figures.xlsx", workbook(rows), signed_off=False)
    if rows > 1:
        with pytest.raises(FileRefused):
            looked_at.preview()
    else:
        looked_at.preview()
    assert saved == [1]
    assert council.made("south-family").version == 1


def workbook(rows: int) -> BytesIO:
    """A figure of North's family team, and more rows about teams that there are not."""
    sheet = openpyxl.Workbook().active
    assert isinstance(sheet, Worksheet)
    assert sheet.parent is not None
    sheet.append(["team", "quarter", "item", "value", "answer", "note"])
    sheet.append(["north-family", str(OPEN), "open-cases", 41])
    for number in range(rows - 1):
        sheet.append([f"team-{number}", str(OPEN), "open-cases", 41])
    written = BytesIO()
    sheet.parent.save(written)
    written.seek(0)
    return written
