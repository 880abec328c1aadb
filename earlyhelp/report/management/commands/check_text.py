"""``manage.py check_text``: a text held to the signed-off figures, as CSV (report.md)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.report.checker import CouncilFacts, Options, Period, check
from earlyhelp.report.checker.facts import CITY
from earlyhelp.report.checker.findings import write_csv
from earlyhelp.report.facts import gather_facts
from teams.models import Council


class Command(BaseCommand):
    """Writes a row for each number of a text that could be a figure, and for each false claim."""

    help = "Check the numbers and claims of a text against the signed-off figures."

    def add_arguments(self, parser: CommandParser) -> None:
        """The text, and what it is about where it does not say so itself."""
        parser.add_argument("file", metavar="FILE", type=Path, help="plain text or Markdown, UTF-8")
        about = parser.add_mutually_exclusive_group(required=True)
        about.add_argument("--year", help="like 2015-16")
        about.add_argument("--period", help='like "2016-17 H1" or "2015-16 Q3"')
        parser.add_argument("--area", default=CITY, metavar="city|CODE", help="a locality's code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the text, then check all of it against the figures as they are at one moment."""
        period = _period(options["year"] or options["period"])
        text = _read(options["file"])
        with consistent_read():
            facts = gather_facts()
            about = Options(period, _area(facts, options["area"]))
            found = check(text, facts, about)
        write_csv(found.rows, self.stdout)


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as wrong:
        raise CommandError(str(wrong)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as wrong:
        raise CommandError(f"{path} cannot be read: {wrong.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8 text") from None


def _area(facts: CouncilFacts, code: str) -> str:
    codes = [area.code for area in facts.areas]
    council = Council.objects.first()
    if council is not None and code == council.code:
        return CITY
    if code not in codes:
        raise CommandError(f"--area: there is no area “{code}”: {', '.join(codes)}")
    return code
