"""``manage.py restore_drill [FILE]``: whether a backup can be restored, tried once a month."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp import environment as env
from earlyhelp.operations.drill import drill


class Command(BaseCommand):
    """Practises a restore; the result stands on the status page."""

    help = "Restore a backup into a database of its own, check it, and take it away again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup, and where to."""
        parser.add_argument(
            "file", type=Path, nargs="?", help="a backup; without it one is made for the drill"
        )
        parser.add_argument(
            "--into",
            default=env.text("EARLYHELP_DRILL_DATABASE_URL"),
            metavar="URL",
            help="an empty database, like DATABASE_URL (EARLYHELP_DRILL_DATABASE_URL names one "
            "too, which no list of processes shows)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say how long it took; CommandError where something failed."""
        done = drill(options["file"], options["into"])
        if done.problem:
            raise CommandError(f"The drill failed after {done.seconds} seconds. {done.problem}")
        self.stdout.write(
            f"{done.rows:,} rows and {done.events:,} events were restored and checked in "
            f"{done.seconds} seconds."
        )
