"""``manage.py restore FILE``: a backup put into an empty database, and compared with it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.operations.backup import is_behind, restore
from earlyhelp.operations.engines import NotPossible


class Command(BaseCommand):
    """Puts a backup back."""

    help = "Put a backup into the database that DATABASE_URL names, which has to be empty."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and whether what is there may be lost."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="lose what the database holds now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what is there."""
        try:
            manifest = restore(options["file"], replace=options["replace"])
        except NotPossible as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            f"Restored as it was at {manifest.made_at}: {manifest}. It is what was backed up. "
            "Everybody signs in again; mail that waited was given up (Jobs, in administration)."
        )
        if is_behind():
            self.stdout.write("The backup is of an earlier version: run manage.py prepare.")
