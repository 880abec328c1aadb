"""``manage.py import_figures FILE``: figures from an extract, or history that is signed off."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.actor import Route
from earlyhelp.core.files.problems import FileRefused
from measures.exchange.figures import FigureFile, SheetWanted
from measures.management.refusal import refusal
from teams.authority import command_actor


class Command(BaseCommand):
    """Loads a file of figures, all of it or nothing."""

    help = (
        "Load figures from a CSV, XLSX or ODS file: as drafts for managers to confirm, or with "
        "--signed-off as history."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, what its figures become, and whether to stop before saving."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", metavar="NAME", default="", help="which of several sheets")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument(
            "--signed-off", action="store_true", help="the returns they fill become signed off"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how much."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                figures = FigureFile(
                    path.name, file, options["signed_off"], options["sheet"], any_length=True
                )
                if options["dry_run"]:
                    loaded = figures.preview().loaded
                else:
                    loaded = figures.load(by=command_actor(Route.IMPORT))
        except SheetWanted as wanted:
            raise CommandError(f"{path.name} {wanted}: say which, --sheet NAME") from None
        except OSError as wrong:
            raise CommandError(f"{path} cannot be read: {wrong.strerror}") from None
        except FileRefused as refused:
            raise refusal(self, refused) from None
        self.stdout.write(
            f"{path.name}: {loaded.figures} figures in {loaded.returns} returns, "
            f"{loaded.unchanged} already there; {loaded.signed_off} returns signed off by import."
        )
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was saved.")
