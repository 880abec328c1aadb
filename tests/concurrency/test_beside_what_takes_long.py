"""What takes long to read keeps nobody waiting; what somebody changed meanwhile is refused."""

import datetime as dt
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from earlyhelp.core.files.problems import FileRefused
from earlyhelp.core.pages.once import KEY
from earlyhelp.operations.disposal import dispose
from earlyhelp.report.content import content_digest
from earlyhelp.report.models import Edition, ReportBlock
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing import telling
from earlyhelp.report.writing import actions as writing
from measures.corrections import actions as corrections
from measures.exchange import council as folders
from measures.models import Figure
from measures.releases import known
from measures.releases.models import KnownNumber
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from teams.actions import keep
from teams.authority import command_actor
from tests.cast import HISTORY, Cast
from tests.measures.acting import answers, figure
from tests.measures.folders import HEADERS, write_folder
from tests.pages import text
from tests.planted import Fault
from tests.report import making

KNOWN = "measure,area,period,part,value,where\nhelped,city,2015-16 Q2,value,81.5,Annual report\n"
LATE = dt.datetime(2026, 7, 6, 9, tzinfo=dt.UTC)
PERIODS = {f"KEEP_{name}_YEARS": 3 for name in ("WORDS", "CASE_NUMBERS", "NAMES")}


@dataclass(frozen=True)
class Met:
    """An act, the step in which it reads, what somebody else does then, and what has to hold."""

    act: Callable[[], object]
    step: str
    other: Callable[[], object]
    holds: Callable[[object], None]


def loading_a_council(cast: Cast, path: Path) -> Met:
    lines = {
        "council": ["testshire,Testshire Council,Testshire"],
        "localities": ["north,North of the city", "south,South"],
    }
    folder = write_folder(path / "town", **dict.fromkeys(HEADERS, ()) | lines)
    north = cast.locality["north"]

    def rename() -> None:
        north.name = "The north"
        keep(north, by=command_actor())

    def holds(result: object) -> None:
        assert isinstance(result, FileRefused)
        assert [one.message for one in result.problems] == [folders.MEANWHILE]
        north.refresh_from_db()
        assert north.name == "The north"

    return Met(
        lambda: folders.load_council(folder), "measures.exchange.council._look", rename, holds
    )


def loading_known_numbers(cast: Cast, path: Path) -> Met:
    def load() -> object:
        return known.load_known(io.BytesIO(KNOWN.encode()), "known.csv", by=command_actor())

    def holds(result: object) -> None:
        assert isinstance(result, FileRefused)
        assert [one.message for one in result.problems] == [known.MEANWHILE]
        assert KnownNumber.objects.count() == 1

    return Met(load, "measures.releases.known.new_of", load, holds)


def disposing(cast: Cast, path: Path) -> Met:
    made = cast.made("north-family")
    given = answers(cast, made, open_cases=GivenAnswer(answer="not-provided", note="Ask Jane"))
    entry.save_figures(made, given, version=made.version, by=cast.actor("manager"))
    late = cast.actor("administrator", today=LATE.date(), now=LATE)
    now = answers(cast, made, cases_closed=GivenAnswer(7))

    def act() -> object:
        with override_settings(**PERIODS):
            return dispose(late)

    def save() -> None:
        by = cast.actor("manager", today=LATE.date(), now=LATE)
        entry.save_figures(made, now, version=cast.made("north-family").version, by=by)

    def holds(result: object) -> None:
        assert str(result).startswith("0 words")
        assert Figure.objects.get(return_made=made, item__code="open-cases").note == "Ask Jane"

    return Met(act, "earlyhelp.operations.disposal.look_for", save, holds)


def correct(cast: Cast) -> None:
    opened = figure(cast, "north-family", "open-cases", HISTORY[3])
    by = cast.actor("officer")
    proposed = corrections.propose({opened.pk: GivenAnswer(900)}, reason="Counted twice", by=by)
    corrections.countersign(proposed, by=cast.actor("director"))


def posting(cast: Cast, person: str, name: str, code: str, data: dict[str, Any]) -> Any:
    """On its page, with the key of its form."""
    client = Client()
    client.force_login(cast.person[person])
    address = reverse(name, args=[code])
    return lambda: client.post(address, data | {KEY: "of this page"}, follow=True)


def approving(cast: Cast, path: Path) -> Met:
    report = making.signed(cast)
    act = posting(
        cast, "director", "report-approve", report.code, {"content": content_digest(report)}
    )

    def holds(result: object) -> None:
        assert "Figures changed while you read the report" in text(result)
        assert not Edition.objects.exists()

    return Met(act, f"{publishing.__name__}.prepare", lambda: correct(cast), holds)


def taking_words(cast: Cast, path: Path) -> Met:
    report = making.begun(cast)
    words, key = making.changed_in_word(report, cast)
    act = posting(cast, "officer", "report-word", report.code, {"words": words, "take": [key]})

    def write() -> None:
        block = making.block_of(report)
        by = cast.actor("officer")
        writing.write_block(block, {"text": "Rewritten."}, version=block.version, by=by)

    def holds(result: object) -> None:
        assert "Somebody changed these words meanwhile" in text(result)
        assert ReportBlock.objects.get().text == "Rewritten."

    return Met(act, "earlyhelp.report.writing.word_back.word_differences", write, holds)


def telling_readers(cast: Cast, path: Path) -> Met:
    edition = making.published(cast)
    correct(cast)
    by = cast.actor("officer")

    def holds(result: object) -> None:
        assert result == []
        assert edition.told.count() == len({one.reference for one in edition.told.all()}) == 1

    return Met(
        lambda: telling.note_changes(edition, by=by),
        "earlyhelp.report.publishing.since.changed_since",
        lambda: telling.note_changes(edition, by=by),
        holds,
    )


@pytest.mark.parametrize(
    "prepare",
    [
        *(loading_a_council, loading_known_numbers, disposing),
        *(approving, taking_words, telling_readers),
    ],
    ids=lambda prepare: prepare.__name__,
)
def test_somebody_writes_meanwhile_and_is_not_overwritten(
    transactional_db: None,
    council: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Cast, Path], Met],
) -> None:
    """Between reading and writing; it does not wait for either."""
    met = prepare(council, tmp_path)
    failed: list[BaseException] = []
    begun: list[bool] = []

    def others() -> None:
        try:
            met.other()
        except BaseException as wrong:  # noqa: BLE001  # told in the test's own thread
            failed.append(wrong)
        finally:
            connection.close()

    def and_then_somebody_writes(old: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            found = old(*args, **kwargs)
            if not begun:
                begun.append(True)
                other = threading.Thread(target=others, daemon=True)
                other.start()
                other.join(120)
                assert not other.is_alive(), f"a save waits for {met.step}"
            return found

        return watched

    Fault("", "", "", met.step, and_then_somebody_writes, ()).plant(monkeypatch)
    result: object
    try:
        result = met.act()
    except FileRefused as refused:
        result = refused
    assert begun
    assert failed == []
    met.holds(result)
