"""``manage.py verify_data``: looks through all data for what must never be."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.core.verification import checks

_MOST_SHOWN = 20


class Command(BaseCommand):
    """Runs every check that an app registered."""

    help = "Check the data as a whole: what points where, the record, figures against events."

    def add_arguments(self, parser: CommandParser) -> None:
        """For people, or for a program."""
        parser.add_argument("--json", action="store_true", help="for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run them as of one moment; CommandError where something was found."""
        with consistent_read():
            found = {check: list(check.look()) for check in checks()}
        if options["json"]:
            listed = [
                {"check": check.name, "holds": check.holds, "found": problems}
                for check, problems in found.items()
            ]
            self.stdout.write(json.dumps(listed, indent=1))
        else:
            for check, problems in found.items():
                self.stdout.write(f"{check.name}: {_said(check.holds, problems)}")
                for problem in problems[:_MOST_SHOWN]:
                    self.stdout.write(f"  {problem}")
        if number := sum(map(len, found.values())):
            raise CommandError(f"{number} found that must not be: see docs/running.md.")


def _said(holds: str, problems: list[str]) -> str:
    if not problems:
        return holds
    more = f" (the first {_MOST_SHOWN})" if len(problems) > _MOST_SHOWN else ""
    return f"NOT SO, {len(problems)} found{more}: {holds}"
