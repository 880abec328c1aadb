"""``manage.py export_rollup``: measures by area and period, as every page exports them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.core.files.writer import Cover, FileFormat
from measures.counting.areas import Level, Structure, areas
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.rollups import Period
from measures.exchange.roll_ups import (
    PeriodKind,
    RollUpRow,
    cover_of,
    periods,
    rollup_chunks,
    rollup_rows,
    write_rows,
)
from measures.management.arguments import format_of, quarter, write_chunks, written_to
from measures.querysets import Audience, Basis
from measures.releases.reading import published
from teams.quarters import Quarter

_LEVELS = [Level.CITY.value, Level.LOCALITY.value, Level.TEAM.value]


class Command(BaseCommand):
    """Writes a roll-up as CSV, XLSX or ODS."""

    help = "Export measures added up by area and period, with what they cover."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, when, what, on which basis, and in which form."""
        parser.add_argument("--by", required=True, choices=_LEVELS)
        parser.add_argument("--from", required=True, dest="first", metavar="QUARTER")
        parser.add_argument("--to", required=True, dest="last", metavar="QUARTER")
        parser.add_argument("--period", choices=PeriodKind.values, default=PeriodKind.QUARTER.value)
        parser.add_argument("--basis", choices=Basis.values, default=Basis.SIGNED_OFF.value)
        parser.add_argument("--structure", choices=Structure.values, default=Structure.AS_WAS.value)
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            default=Audience.INTERNAL.value,
            help="external: what was released, small numbers hidden",
        )
        parser.add_argument(
            "--measure", action="extend", nargs="+", metavar="CODE", help="only these measures"
        )
        parser.add_argument(
            "--format",
            choices=FileFormat.values,
            default="",
            dest="form",
            help="otherwise as the name of the output says, or CSV",
        )
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="instead of standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything first, then write row by row, all of it as it was at one moment."""
        with consistent_read():
            self._export(options)

    def _export(self, options: dict[str, Any]) -> None:
        first, last = quarter("--from", options["first"]), quarter("--to", options["last"])
        if last < first:
            raise CommandError(f"--to {last} is before --from {first}")
        level, basis = Level(options["by"]), Basis(options["basis"])
        structure, audience = Structure(options["structure"]), Audience(options["audience"])
        wanted = periods(first, last, PeriodKind(options["period"]))
        if audience == Audience.EXTERNAL:
            _refuse_unreleased(level, basis, structure, wanted)
        rows = rollup_rows(
            areas(level),
            _measures(options["measure"]),
            wanted,
            basis=basis,
            structure=structure,
            audience=audience,
        )
        title = "Roll-up" if audience == Audience.INTERNAL else "Roll-up, as released"
        cover = cover_of(title, f"By {level.label.lower()}", wanted, basis, structure)
        # Text that a test or another command catches has no bytes underneath.
        binary: BinaryIO | None = getattr(self.stdout, "buffer", None)
        form = format_of(options["form"], options["output"])
        if options["output"]:
            with written_to(options["output"]) as file:
                write_rows(form, rows, file, cover=cover)
        elif binary is not None:
            _to_pipe(form, rows, binary, cover)
        elif form == FileFormat.CSV:
            write_chunks(self, rollup_chunks(rows))
        else:
            raise CommandError(f"Enter where the {form.label} file goes: --output FILE")


def _refuse_unreleased(
    level: Level, basis: Basis, structure: Structure, wanted: Sequence[Period]
) -> None:
    """Refuse what no release holds, saying what does (report.md)."""
    if basis != Basis.SIGNED_OFF or structure != Structure.AS_WAS:
        raise CommandError("A release is of signed-off figures, as it was.")
    quarters = [period for period in wanted if isinstance(period, Quarter)]
    if level == Level.TEAM or (level == Level.LOCALITY and quarters):
        raise CommandError(
            "A release has the city by quarter and by year, and localities by year: no other."
        )
    told = published()
    missing = [str(one) for one in wanted if one not in told.quarters | told.years]
    if missing:
        raise CommandError(f"Not released: {', '.join(missing)}.")


def _to_pipe(form: FileFormat, rows: Iterable[RollUpRow], to: BinaryIO, cover: Cover) -> None:
    """Workbooks are packed, which needs a file that can be gone back in."""
    if form == FileFormat.CSV:
        write_rows(form, rows, to, cover=cover)
        return
    with TemporaryFile() as held:
        write_rows(form, rows, held, cover=cover)
        held.seek(0)
        copyfileobj(held, to)


def _measures(codes: list[str] | None) -> list[MeasureSpec]:
    found = load_measures(codes)
    unknown = sorted(set(codes or ()) - {measure.code for measure in found})
    if unknown:
        raise CommandError(f"--measure: there is no measure with the code {', '.join(unknown)}")
    return found
