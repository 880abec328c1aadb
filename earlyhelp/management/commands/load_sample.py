"""Fill an empty database with the sample: council, figures, people, and an open quarter."""

import csv
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from earlyhelp.sample import people, story
from earlyhelp.sample.audits import Audits
from earlyhelp.sample.plan import Plans
from earlyhelp.sample.report import APPROVED, Reports
from earlyhelp.sample.stage import FOLDER, Stage, read
from measures.models import ReportingQuarter
from measures.releases import actions as releases
from teams.models import Council


class Command(BaseCommand):
    """Load the Derby sample into an empty database, all of it or nothing."""

    help = "Fill an empty database with the sample (never in production)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--if-empty`` leaves a database that holds a council as it is."""
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is a council already"
        )

    def handle(self, *args: Any, if_empty: bool = False, **options: Any) -> None:
        """Load the folder and the figures as any council would, then people and their quarter."""
        if not settings.ALLOW_SAMPLE:
            raise CommandError(
                "The sample's people have well-known passwords: production does not take them."
            )
        if Council.objects.exists():
            if not if_empty:
                raise CommandError("There is a council in this database already.")
            self.stdout.write("The database holds a council already: left as it is.")
        else:
            with transaction.atomic():
                self._load()
            self.stdout.write("The sample is loaded.")
        self._print_sign_ins()

    def _load(self) -> None:
        quiet = {"stdout": self.stdout, "stderr": self.stderr}
        call_command("load_council", str(FOLDER), **quiet)
        with tempfile.TemporaryDirectory() as folder:
            figures = _before_correction(Path(folder) / "figures.csv")
            call_command("import_figures", str(figures), signed_off=True, **quiet)
        # The report prints them, so outsiders have them: what is released reckons with that.
        call_command("load_known", str(FOLDER.parent / "known.csv"), **quiet)
        # Everything that is closed goes into one release, as of the closing of the last of it.
        releases.make(ReportingQuarter.objects.get(pk=story.LAST.index), by=story.closing())
        cast = people.load_people(Council.objects.get())
        story.Story(cast).tell()
        stage = Stage(cast)
        audits = Audits(stage)
        audits.make()
        plans, reports = Plans(stage, audits.findings), Reports(stage)
        plans.make(until=APPROVED)
        reports.publish_twice()
        reports.publish()
        reports.correct()
        plans.go_on(until=str(story.TODAY))
        reports.begin()

    def _print_sign_ins(self) -> None:
        self.stdout.write(f"\nSign in with one of these and the password {people.PASSWORD}\n")
        told: dict[str, str] = {}
        for row in read("people"):
            told.setdefault(row["email"], f"{row['name']}: {row['signs_in_for']}")
        for email, words in told.items():
            self.stdout.write(f"  {email:<32}{words}")
        self.stdout.write("")


def _before_correction(into: Path) -> Path:
    """The sample's figures as first published: one is too low until its correction."""
    team, quarter, item = story.CORRECTED
    rows = read("figures")
    for row in rows:
        if (row["team"], row["quarter"], row["item"]) == (team, str(quarter), item):
            row["value"] = str(int(row["value"]) - story.TOO_FEW)
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return into
