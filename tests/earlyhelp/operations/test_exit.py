"""The way out: everything as CSV, from which somebody else builds the same roll-ups."""

import csv
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from earlyhelp.operations.exit import COLUMNS_FILE, file_of, tables
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, Cast
from tests.exit_reader import rollup
from tests.measures.acts import countersign

# Rows that are there for a while, or that a new database makes for itself.
NOT_OURS_TO_TAKE = {"work", "auth", "contenttypes", "sessions", "admin"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def exported(level: str, folder: Path) -> list[tuple[str, ...]]:
    """What ``export_rollup`` writes, as the reader has it."""
    file, span = folder / f"{level}.csv", ("--from", str(HISTORY[0]), "--to", str(OPEN))
    call_command("export_rollup", "--by", level, *span, "--output", str(file))
    return [
        (
            "" if level == "city" else row["area_code"],
            row["measure"],
            str(Quarter.parse(row["period"]).index),
            *(row[name] for name in ("numerator", "denominator", "value", "answered")),
            *(row[name] for name in ("expected", "missing")),
        )
        for row in rows_of(file)
    ]


def test_another_reader_builds_the_same_roll_ups(council: Cast, tmp_path: Path) -> None:
    countersign(council)()
    council.sign_off("north-centre", open_cases=7)
    council.submit("south-centre", "other_manager")
    call_command("export_everything", str(tmp_path / "out"))
    built = rollup(tmp_path / "out", range(HISTORY[0].index, OPEN.index + 1))
    assert built == [*exported("city", tmp_path), *exported("locality", tmp_path)]
    assert len(built) > 80


def test_every_table_is_written_whole_and_every_column_explained(
    council: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    council.sign_off("north-family")
    call_command("export_everything", str(tmp_path / "out"))
    said = capsys.readouterr().out
    labels = {model._meta.app_label for model in tables()}
    ours = {
        one.label
        for one in apps.get_app_configs()
        if one.name.split(".")[0] in ("earlyhelp", "teams", "measures", "audits") and one.models
    }
    assert ours - NOT_OURS_TO_TAKE == labels
    explained = {(row["file"], row["column"]) for row in rows_of(tmp_path / "out" / COLUMNS_FILE)}
    for model in tables():
        name = file_of(model)
        rows = rows_of(tmp_path / "out" / name)
        assert len(rows) == model._base_manager.count()
        assert f"{name}: {len(rows):,} rows\n" in said
        if rows:
            assert {(name, column) for column in rows[0]} <= explained
    assert ("teams_user.csv", "email") in explained
    assert ("teams_user.csv", "password") not in explained
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_everything", str(tmp_path / "out"))
