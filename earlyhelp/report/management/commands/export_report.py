"""Write a board report to a file: a published edition as it is kept, or a draft as it stands."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from earlyhelp.core import clock
from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.report.assembly import assemble
from earlyhelp.report.files import NotBuilt, build, file_of
from earlyhelp.report.models import Edition, FileKind, Report
from earlyhelp.report.tree import DRAFT, canonical
from earlyhelp.report.workflow import EditionState
from measures.management.arguments import written_to
from measures.querysets import Audience

_SHOWN = (EditionState.PUBLISHED, EditionState.REPLACED)


class Command(BaseCommand):
    """The newest published edition, unless another is named; a draft only where asked for."""

    help = "Write a board report as HTML, Word, PDF, Excel or a ZIP of CSV files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The report, and what of it."""
        parser.add_argument("code", help="the report's code, like 2015-16")
        parser.add_argument("--format", required=True, choices=FileKind.values)
        parser.add_argument("--draft", action="store_true", help="as it stands, not published")
        parser.add_argument("--audience", choices=Audience.values, default=Audience.INTERNAL.value)
        parser.add_argument("--edition", type=int, help="another edition than the newest")
        parser.add_argument("--output", required=True, help="the file to write, - for stdout")

    def handle(self, *args: Any, code: str, output: str, **options: Any) -> None:
        """Find the report, and write it."""
        report = Report.objects.filter(code=code).first()
        if report is None:
            known = ", ".join(Report.objects.values_list("code", flat=True))
            raise CommandError(f"There is no report “{code}”. There are: {known or 'none'}.")
        if options["draft"] and options["edition"]:
            raise CommandError("A draft is not an edition: leave --draft or --edition out.")
        kind, audience = options["format"], options["audience"]
        try:
            if options["draft"]:
                content = self._draft(report, audience, kind)
            else:
                edition = self._edition(report, options["edition"])
                content = bytes(file_of(edition, audience, kind).content)
        except NotBuilt as failed:
            raise CommandError(f"The file could not be built: {failed}") from failed
        if output == "-":
            sys.stdout.buffer.write(content)
            return
        with written_to(Path(output)) as file:
            file.write(content)
        self.stdout.write(f"{output}: {report}, {len(content):,} bytes.")

    def _draft(self, report: Report, audience: str, kind: str) -> bytes:
        with consistent_read():
            made = assemble(
                report,
                audience=Audience(audience),
                today=clock.today(),
                state=DRAFT,
            )
        return build(canonical(made.document), kind)

    def _edition(self, report: Report, number: int | None) -> Edition:
        editions = report.editions.order_by("-number")
        if number is None:
            found = editions.filter(state=EditionState.PUBLISHED).first()
            if found is None:
                raise CommandError(
                    f"“{report}” has no published edition: --draft writes it as it stands."
                )
            return found
        found = editions.filter(number=number).first()
        if found is None:
            raise CommandError(f"“{report}” has no edition {number}.")
        if found.state not in _SHOWN:
            label = EditionState(found.state).label.lower()
            raise CommandError(f"Edition {number} of “{report}” is not published: it is {label}.")
        return found
