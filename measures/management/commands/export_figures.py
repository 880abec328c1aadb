"""``manage.py export_figures``: every figure, as ``import_figures`` reads them."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.core.files.writer import FileFormat
from measures.exchange.figures_out import figure_chunks
from measures.management.arguments import format_of, span_of, write_chunks, written_to


class Command(BaseCommand):
    """Writes figures as CSV, as they were at one moment."""

    help = "Export every figure with the columns that import_figures reads, as CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        """Of which quarters, and where to."""
        parser.add_argument("--from", default="", dest="first", metavar="QUARTER")
        parser.add_argument("--to", default="", dest="last", metavar="QUARTER")
        parser.add_argument(
            "--output", metavar="FILE", type=Path, help="instead of standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them as they come."""
        span = span_of(options["first"], options["last"])
        if format_of("", options["output"]) != FileFormat.CSV:
            raise CommandError(f"{options['output']}: figures are written as CSV, so name it .csv")
        with consistent_read():
            if options["output"]:
                with written_to(options["output"]) as file:
                    file.writelines(figure_chunks(*span))
            else:
                write_chunks(self, figure_chunks(*span))
