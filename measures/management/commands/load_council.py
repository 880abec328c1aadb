"""``manage.py load_council FOLDER``: the organisation and the framework from files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from earlyhelp.core.files.problems import FileRefused
from measures.exchange.council import FolderFile, load_council
from measures.management.refusal import refusal

_NAMED = 10


class Command(BaseCommand):
    """Loads a council folder, all of it or nothing."""

    help = (
        "Create or update localities, teams, quarters, questions and measures from a folder of "
        "CSV, XLSX or ODS files. Loading the same folder again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The folder, and whether to stop before saving."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was created, changed and left."""
        try:
            folder = load_council(options["folder"], dry_run=options["dry_run"])
        except FileRefused as refused:
            raise refusal(self, refused) from None
        for file in folder.files.values():
            if file.is_present:
                self.stdout.write(f"{file.table.name}: {_counts(file)}")
            for note in file.notes:
                self.stdout.write(f"  {note}")
        for name in folder.set_aside:
            self.stdout.write(f"{name}: not part of a council folder, so it was not read")
        if options["dry_run"]:
            self.stdout.write("This was a dry run: nothing was saved.")


def _counts(file: FolderFile) -> str:
    return (
        f"{len(file.created)} created{_names(file.created)}, "
        f"{len(file.changed)} changed{_names(file.changed)}, {file.left} left as they were"
    )


def _names(labels: dict[int, str]) -> str:
    """Some of them, in the order of the file."""
    if not labels:
        return ""
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return f" ({', '.join(label for _, label in sorted(labels.items())[:_NAMED])}{more})"
