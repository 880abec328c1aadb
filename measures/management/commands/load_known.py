"""``manage.py load_known FILE``: numbers that outsiders have from before or from elsewhere."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.actor import Route
from earlyhelp.core.files.problems import FileRefused
from measures.management.refusal import refusal
from measures.releases.known import load_known
from teams.authority import command_actor


class Command(BaseCommand):
    """Loads a file of numbers that are known, all of it or nothing."""

    help = (
        "Load numbers that were published before or elsewhere (measure,area,period,part,value,"
        "where), so that what is released next gives nothing away beside them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many."""
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                loaded = load_known(file, path.name, by=command_actor(Route.IMPORT))
        except OSError as wrong:
            raise CommandError(f"{path} cannot be read: {wrong.strerror}") from None
        except FileRefused as refused:
            raise refusal(self, refused) from None
        self.stdout.write(f"{path.name}: {loaded.new} numbers, {loaded.known} already there.")
