"""The action plan as a table for CSV and workbooks; a workbook holds what came before as well."""

from collections.abc import Iterator
from typing import BinaryIO

from django.utils import timezone

from audits.plan.models import TimingChange, Update
from audits.plan.pages.plan import OutcomePart, PlanPage
from audits.plan.pages.rows import ActionRow
from earlyhelp.core.files.writer import CellValue, FileFormat, write, write_sheets

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
UPDATES = ["Number", "Day", "Locality", "Update", "Evidence", "Reported by"]
AIMS = ["Number", "Ended on", "Aimed at", "Instead", "Why", "Ended by"]
MOVED = ["Number", "Moved on", "From", "To", "Why", "Moved by"]


def write_plan(form: FileFormat, page: PlanPage, to: BinaryIO) -> None:
    """Write the actions that a page shows; a workbook has three more sheets."""
    if form == FileFormat.CSV:
        write(form, COLUMNS, plan_rows(page), to)
        return
    sheets = [
        (f"Plan {page.plan.financial_year}", COLUMNS, plan_rows(page)),
        ("Updates", UPDATES, _updates(page)),
        ("Moved dates", MOVED, _moved(page)),
        ("Earlier aims", AIMS, _aims(page)),
    ]
    write_sheets(form, sheets, to)


def plan_rows(page: PlanPage) -> Iterator[list[CellValue]]:
    """A row for each action, in the plan's order; one for an outcome without an action."""
    for theme in page.themes:
        for part in theme.outcomes:
            for row in part.rows:
                yield _row(part, row)
            if not part.rows:
                yield [
                    part.outcome.ref,
                    str(theme.theme),
                    part.outcome.text,
                    *_NOTHING,
                    *_ends(part),
                ]


_NOTHING = [""] * 8


def _row(part: OutcomePart, row: ActionRow) -> list[CellValue]:
    return [
        row.ref,
        row.theme,
        row.outcome,
        row.text,
        row.by_whom,
        row.by_when,
        row.due.isoformat() if row.due else "",
        row.rationale,
        row.source,
        str(row.status),
        "\n".join(row.progress_lines),
        *_ends(part),
    ]


def _ends(part: OutcomePart) -> list[str]:
    """What an outcome aims at, and whether it was achieved."""
    judged = f"{part.judged}: {part.judged_why}" if part.judged else ""
    return ["\n".join(one.words for one in part.aims), judged]


def _updates(page: PlanPage) -> Iterator[list[CellValue]]:
    shown = {row.pk: row.ref for row in page.rows}
    listed = (
        Update.objects.in_force()
        .filter(action__in=list(shown))
        .select_related("locality", "by")
        .order_by("on", "id")
    )
    by_action: dict[int, list[Update]] = {pk: [] for pk in shown}
    for one in listed:
        by_action[one.action_id].append(one)
    for pk, updates in by_action.items():
        for one in updates:
            where = str(one.locality) if one.locality else ""
            yield [
                shown[pk],
                one.on.isoformat(),
                where,
                one.text,
                one.evidence_link,
                str(one.by),
            ]


def _moved(page: PlanPage) -> Iterator[list[CellValue]]:
    shown = {row.pk: row.ref for row in page.rows}
    listed = TimingChange.objects.filter(action__in=list(shown)).select_related("by")
    by_action: dict[int, list[TimingChange]] = {pk: [] for pk in shown}
    for one in listed.order_by("id"):
        by_action[one.action_id].append(one)
    for pk, changes in by_action.items():
        for one in changes:
            yield [
                shown[pk],
                timezone.localdate(one.at).isoformat(),
                one.before_words,
                one.after_words,
                one.reason,
                str(one.by),
            ]


def _aims(page: PlanPage) -> Iterator[list[CellValue]]:
    for theme in page.themes:
        for part in theme.outcomes:
            for was in part.ended:
                yield [
                    part.outcome.ref,
                    was.on.isoformat(),
                    was.words,
                    was.instead,
                    was.why,
                    was.by,
                ]
