"""``manage.py export_figures``: what it writes is what ``import_figures`` reads."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from measures.exchange import figures_out
from measures.exchange.figures_out import figure_chunks
from measures.models import Figure
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.acting import answers, who

SPAN = ("--from", "2016-17 Q1", "--to", "2016-17 Q1")
NOTE = '=1+1, "so", and\non the next line'


@pytest.fixture
def drafted(council: Cast) -> Cast:
    """A return of the open quarter with one of each kind of answer."""
    made = council.made("north-centre")
    given = answers(
        council,
        made,
        open_cases=GivenAnswer(answer="not-provided", note=NOTE),
        cases_closed=GivenAnswer(1061, note="Counted twice"),
        staff=125,
    )
    entry.save_figures(made, given, version=made.version, **who(council, "manager"))
    return council


def written(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    call_command("export_figures", *arguments)
    return capsys.readouterr().out.splitlines(keepends=True)


def test_every_kind_of_answer_is_written(drafted: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    assert "".join(written(capsys, *SPAN)) == (
        "team,quarter,item,value,answer,note\n"
        'north-centre,2016-17 Q1,open-cases,,not-provided,"\'=1+1, ""so"", and\non the next line"\n'
        "north-centre,2016-17 Q1,cases-closed,1061,,Counted twice\n"
        "north-centre,2016-17 Q1,staff,12.5,,\n"
    )


def test_it_is_in_order_and_of_the_quarters_asked_for(
    drafted: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_out, "_FIRST", 1)
    monkeypatch.setattr(figures_out, "_AT_ONCE", 3)
    lines = [line.split(",") for line in written(capsys)[1:] if line.startswith(("n", "s", "c"))]
    assert len(lines) == Figure.objects.exclude(value=None, answer="").count()
    teams, items = list(drafted.team), list(drafted.item)
    assert lines == sorted(
        lines, key=lambda one: (one[1], teams.index(one[0]), items.index(one[2]))
    )
    quarters = {line[1] for line in lines}
    assert quarters == {str(one) for one in (*HISTORY, OPEN)}
    some = written(capsys, "--from", "2015-16 Q2", "--to", "2015-16 Q3")[1:]
    assert {line.split(",")[1] for line in some} == {"2015-16 Q2", "2015-16 Q3"}
    with pytest.raises(CommandError, match="is before"):
        call_command("export_figures", "--from", "2015-16 Q3", "--to", "2015-16 Q2")
    with pytest.raises(CommandError, match="--to"):
        call_command("export_figures", "--to", "2015")


def test_importing_it_again_changes_nothing_and_a_lost_figure_comes_back(
    drafted: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for span, flags in ((("--to", "2015-16 Q4"), ["--signed-off"]), (SPAN, [])):
        file = tmp_path / "figures.csv"
        call_command("export_figures", *span, "--output", str(file))
        capsys.readouterr()
        call_command("import_figures", str(file), *flags)
        assert ": 0 figures in 0 returns" in capsys.readouterr().out
    figure = Figure.objects.get(return_made=drafted.made("north-centre"), answer="not-provided")
    Figure.objects.filter(pk=figure.pk).update(answer="", note="")
    call_command("import_figures", str(tmp_path / "figures.csv"))
    assert Figure.objects.get(pk=figure.pk).note == NOTE
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_figures", "--output", str(tmp_path))
    with pytest.raises(CommandError, match="figures are written as CSV"):
        call_command("export_figures", "--output", str(tmp_path / "figures.xlsx"))


def test_the_first_line_goes_out_at_once_and_the_rest_in_pieces(
    council: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures_out, "_FIRST", 1)
    monkeypatch.setattr(figures_out, "_AT_ONCE", 4)
    chunks: Iterator[bytes] = figure_chunks()
    with CaptureQueriesContext(connection) as seen:
        assert next(chunks).startswith(b"team,")
        assert next(chunks).startswith(b"north-family,2015-16 Q1,open-cases,40,,\n")
    assert len(seen) <= 4
    with CaptureQueriesContext(connection) as seen:
        assert len(list(chunks)) == 6
    assert len(seen) == 6
