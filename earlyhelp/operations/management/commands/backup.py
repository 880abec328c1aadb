"""``manage.py backup FILE``: the whole database in one file, while the site is in use."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.operations.backup import back_up
from earlyhelp.operations.engines import NotPossible


class Command(BaseCommand):
    """Writes a backup."""

    help = "Write the whole database, as it is at one moment, to a file that is not there yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say what it holds."""
        try:
            manifest = back_up(options["file"])
        except NotPossible as problem:
            raise CommandError(f"There is no backup. {problem}") from None
        except OSError as error:
            raise CommandError(f"There is no backup. {error}") from None
        self.stdout.write(f"{options['file']}: {manifest}.")
