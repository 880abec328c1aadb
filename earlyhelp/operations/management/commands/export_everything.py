"""``manage.py export_everything FOLDER``: the way out, everything as documented CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.operations.exit import COLUMNS_FILE, write_everything


class Command(BaseCommand):
    """Writes every table as CSV."""

    help = "Write everything that the site holds as CSV files, with what each column is."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="a folder that is empty or not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them as of one moment, for their owner alone."""
        folder: Path = options["folder"]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty.")
            with consistent_read():
                written = write_everything(folder)
        except OSError as wrong:
            raise CommandError(f"{folder} cannot be written: {wrong.strerror}") from None
        for name, rows in written:
            self.stdout.write(f"{name}: {rows:,} rows")
        self.stdout.write(f"{COLUMNS_FILE} says what each column is (docs/exit.md).")
