"""The action plan as a table for CSV and workbooks; a workbook holds what came before as well."""

from collections import defaultdict
from collections.abc import Iterator
from typing import BinaryIO

from django.utils import timezone

from audits.plan.models import TimingChange
from audits.plan.pages.plan import PlanPage
from audits.plan.pages.rows import ActionRow
from earlyhelp.core.files.writer import (
    DATA_IS_FOR_PROGRAMS,
    CellValue,
    Cover,
    FileFormat,
    write,
    write_sheets,
)
from earlyhelp.core.pages.wording import long_date

COLUMNS = [
    "Number",
    "Theme",
    "Outcome",
    "Action",
    "By whom",
    "By when",
    "Due",
    "Rationale",
    "Source",
    "Status",
    "Progress",
    "Aims at",
    "Outcome achieved",
]
# The heads of the sheet for reading, on which outcomes stand above their actions.
READ = ["Number", "Action", "By whom", "By when", "Progress"]
UPDATES = ["Number", "Day", "Locality", "Update", "Evidence", "Reported by"]
AIMS = ["Number", "Ended on", "Aimed at", "Instead", "Why", "Ended by"]
MOVED = ["Number", "Moved on", "From", "To", "Why", "Moved by"]


def write_plan(form: FileFormat, page: PlanPage, to: BinaryIO) -> None:
    """Write the actions that a page shows; a workbook has sheets for reading as well."""
    if form == FileFormat.CSV:
        write(form, COLUMNS, plan_rows(page), to)
        return
    sheets = [
        ("Data", COLUMNS, plan_rows(page)),
        (f"Plan {page.plan.financial_year}", READ, _read(page)),
        ("Updates", UPDATES, _updates(page)),
        ("Moved dates", MOVED, _moved(page)),
        ("Earlier aims", AIMS, _aims(page)),
    ]
    facts = [
        ("Plan", str(page.plan.financial_year)),
        ("Actions shown", page.shown_words or "All"),
        ("As at", long_date(page.today)),
    ]
    write_sheets(form, sheets, to, cover=Cover(page.plan.title, facts, [DATA_IS_FOR_PROGRAMS]))


def plan_rows(page: PlanPage) -> Iterator[list[CellValue]]:
    """A row for each action, in the plan's order; one for an outcome without an action."""
    for part in page.outcomes:
        outcome = part.outcome
        ends = ["\n".join(one.line for one in part.aims), outcome.judgement]
        for row in part.rows:
            yield [row.action.ref, str(outcome.theme), outcome.text, *_cells(row), *ends]
        if not part.rows:
            yield [outcome.ref, str(outcome.theme), outcome.text, *_NOTHING, *ends]


def _read(page: PlanPage) -> Iterator[list[CellValue]]:
    """The plan as people read it: each outcome above its actions, with what it aims at."""
    for theme in page.themes:
        yield [str(theme.theme)]
        for part in theme.outcomes:
            ends = [*(one.line for one in part.aims), part.outcome.judgement]
            yield [part.outcome.ref, part.outcome.text, "", "", "\n".join(filter(None, ends))]
            for row in part.rows:
                action, progress = row.action, "\n".join(row.progress_lines)
                words = (action.text, action.by_whom, action.timing_words)
                yield [action.ref, *words, progress]


_NOTHING = [""] * 8


def _cells(row: ActionRow) -> list[CellValue]:
    action = row.action
    return [
        action.text,
        action.by_whom,
        action.timing_words,
        row.here.due,
        action.rationale,
        action.get_source_display(),
        str(row.here.status),
        "\n".join(row.progress_lines),
    ]


def _updates(page: PlanPage) -> Iterator[list[CellValue]]:
    for row in page.rows:
        for one in row.stands.updates:
            where = str(one.locality or "")
            by = str(one.by)
            yield [row.action.ref, one.on, where, one.text, one.evidence_link, by]


def _moved(page: PlanPage) -> Iterator[list[CellValue]]:
    changes: dict[int, list[TimingChange]] = defaultdict(list)
    listed = TimingChange.objects.filter(action__in=[row.action.pk for row in page.rows])
    for one in listed.select_related("by").order_by("id"):
        changes[one.action_id].append(one)
    for row in page.rows:
        for one in changes[row.action.pk]:
            on = timezone.localdate(one.at)
            words = (one.before_words, one.after_words)
            yield [row.action.ref, on, *words, one.reason, str(one.by)]


def _aims(page: PlanPage) -> Iterator[list[CellValue]]:
    for part in page.outcomes:
        for was in part.ended:
            ended = (was.aim.ended_why, str(was.aim.ended_by))
            yield [part.outcome.ref, was.on, str(was), was.instead, *ended]
