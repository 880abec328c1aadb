"""The shapes that a report can begin with: two come with the product, and every earlier report."""

import csv
import re
from pathlib import Path

from django.db import transaction

from earlyhelp.report.assembly import blocks_in, sections_of
from earlyhelp.report.models import Report, ReportBlock, ReportSource
from earlyhelp.report.periods import ReportPeriod, moved, parse_period, year_of
from earlyhelp.report.tokens.grammar import TOKEN
from earlyhelp.report.verbs import ReportVerb
from earlyhelp.report.writing import actions
from teams.authority import Actor

# A year, half or quarter in a token; in the code of a round it is part of a longer word.
_PERIOD = re.compile(r"(?<![-\w])[0-9]{4}-[0-9]{2}(?: [QqHh][1-4])?(?![-\w])")
_COPIED = ReportVerb.BLOCK_COPIED
FOLDER = Path(__file__).parent / "shapes"
NAMES = {
    "annual": "The shape of an annual report to the board",
    "partners": "Early help's part of the safeguarding partners' yearly report",
}


def shapes() -> list[tuple[str, str]]:
    """What a report can begin with: templates, then earlier reports, the latest first."""
    earlier = [(f"report:{one.code}", f"A copy of {one.title}") for one in Report.objects.all()]
    return [*NAMES.items(), *earlier]


def begin_with(shape: str, *, code: str, period: str, title: str, by: Actor) -> Report:
    """A new report of a shape; of an earlier report with its years moved on.

    One of another shape is offered the sources of the newest report that has any.
    """
    with transaction.atomic():
        report = actions.begin_report(code=code, period=period, title=title, by=by)
        if shape.startswith("report:"):
            earlier = Report.objects.get(code=shape.removeprefix("report:"))
            _copy(earlier, report, by)
            return report
        newest = Report.objects.exclude(pk=report.pk).filter(sources__isnull=False).first()
        if newest is not None:
            _copy_sources(newest, report, by)
        if shape:
            _from_template(shape, report, by)
    return report


def _from_template(shape: str, report: Report, by: Actor) -> None:
    with (FOLDER / f"{shape}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        section = actions.add_section(
            report,
            heading=row["heading"],
            level=int(row["level"]),
            is_impact=row["impact"] == "yes",
            by=by,
        )
        for kind in row["blocks"].split():
            text = row["text"] if kind == "text" else ""
            actions.add_block(section, kind=kind, text=text, verb=_COPIED, by=by)


def _copy(earlier: Report, report: Report, by: Actor) -> None:
    """Its sources, sections and blocks, old sentence beside new data."""
    sources = _copy_sources(earlier, report, by)
    years = year_of(report.period).start - year_of(earlier.period).start
    for section in sections_of(earlier):
        made = actions.add_section(
            report,
            heading=section.heading,
            level=section.level,
            position=section.position,
            writer=section.writer,
            reader=section.reader,
            source=sources.get(section.source_id or 0),
            is_impact=section.is_impact,
            by=by,
        )
        for block in blocks_in(section):
            actions.add_block(
                made,
                kind=block.kind,
                # What is somebody's alone they write anew.
                text="" if block.only_by_id else moved_on(block.text, years),
                data=_data_moved_on(block, years),
                source=sources.get(block.source_id or 0),
                copied_from=block.copied_from,
                copied_on=block.copied_on,
                only_by=block.only_by,
                verb=_COPIED,
                by=by,
            )


def _copy_sources(earlier: Report, report: Report, by: Actor) -> dict[int, ReportSource]:
    """Its sources, by the id of the earlier one; those that no text names are printed nowhere."""
    return {
        one.pk: actions.give_source(
            report, code=one.code, what=one.what, when=one.when, who=one.who, by=by
        )
        for one in earlier.sources.all()
    }


def moved_on(text: str, years: int) -> str:
    """A text whose tokens name periods so many years later; its words stay as they are."""

    def later(found: re.Match[str]) -> str:
        return f"{{{{{_PERIOD.sub(lambda one: _later(one[0], years), found[1])}}}}}"

    return TOKEN.sub(later, text)


def _later(text: str, years: int) -> str:
    period: ReportPeriod = parse_period(text)
    return str(moved(period, years))


def _data_moved_on(block: ReportBlock, years: int) -> dict[str, object]:
    """What a block shows, a year on; whoever is quoted agreed to last year's report alone."""
    data = block.data_of
    data.pop("consent", None)
    if "year" in data:
        data["year"] = _later(str(data["year"]), years)
    return data
