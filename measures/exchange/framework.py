"""The framework's part of a council folder: questions, measures, targets, breaks, quarters."""

import datetime as dt
from functools import partial
from pathlib import Path

from django.db import transaction

from earlyhelp.core.files.problems import FileRefused
from measures.exchange.council import (
    Folder,
    Organisation,
    by_code,
    keep_organisation,
    read_folder,
    referred_first,
)
from measures.exchange.tables import Kept, Row
from measures.framework import actions
from measures.models import (
    DataItem,
    Heading,
    Measure,
    ReportingQuarter,
    SeriesBreak,
    Target,
    Timing,
)
from measures.quarters import actions as actions_of_quarters
from measures.workflow import QuarterState
from teams.authority import command_actor
from teams.models import Team
from teams.quarters import Quarter

CLOSED_BY_FILE = "Closed when the council folder was loaded."
CHANGED_BY_FILE = "Changed in the council folder."
_RATIO_DECIMALS = 1


def load_council(path: Path, *, dry_run: bool = False) -> Folder:
    """Load a council folder, all of it or nothing; ``dry_run`` takes it back at the end.

    Gives what was done, file by file. Raises ``FileRefused`` with every problem.
    """
    with transaction.atomic():
        folder = read_folder(path)
        organisation = keep_organisation(folder)
        items = _keep_items(folder, organisation)
        measures = _keep_measures(folder, items)
        _keep_targets(folder, measures, organisation)
        _keep_breaks(folder, items)
        # Last, because opening a quarter takes teams and questions as they are.
        _keep_quarters(folder)
        if folder.problems:
            raise FileRefused(folder.problems)
        if dry_run:
            transaction.set_rollback(True)
    return folder


def _keep_items(folder: Folder, organisation: Organisation) -> Kept[DataItem]:
    table = folder.table("data_items")
    kept = Kept("data item", by_code(DataItem), is_whole=table.is_whole)
    table.refuse_twice("code")
    place = {row.number: position for position, row in enumerate(table)}
    for row in referred_first(table, "part_of"):
        code = row.code()
        found = kept.by_code.get(code) or DataItem(code=code)
        team_types = row.refer_to_all("team_types", organisation.team_types)
        timing = row.choice("timing", Timing)
        decimals = row.one_of("decimals", range(3), empty=0)
        fields = {
            "name": row.text("name"),
            "group": row.text("group"),
            "timing": timing,
            "decimals": decimals,
            "part_of": row.refer("part_of", kept, needed=False),
            "definition": row.text("definition"),
            "from_quarter": row.quarter("from_quarter", needed=False),
            "to_quarter": row.quarter("to_quarter", needed=False),
            "position": place[row.number],
        }
        if row.has("counts"):
            fields["counts"] = row["counts"]
        if row.has("distinct"):
            fields["distinct"] = row.yes("distinct")
        if row.is_good:
            for name, value in fields.items():
                setattr(found, name, value)
            act = partial(actions.keep_item, found, team_types=team_types, by=command_actor())
            if folder.keep("data_items", row, code, act, is_new=found.pk is None):
                kept.by_code[code] = found
        if not row.is_good:
            kept.broken.add(code)
    return kept


def _keep_measures(folder: Folder, items: Kept[DataItem]) -> Kept[Measure]:
    table = folder.table("measures")
    kept = Kept("measure", by_code(Measure), is_whole=table.is_whole)
    table.refuse_twice("code")
    for position, row in enumerate(table):
        code = row.code()
        found = kept.by_code.get(code) or Measure(code=code)
        numerator = row.refer("numerator", items)
        denominators = row.refer_to_all("denominators", items)
        is_count = not row["denominators"]
        fields = {
            "name": row.text("name"),
            "heading": row.choice("heading", Heading),
            "numerator": numerator,
            "scale": row.one_of("scale", Measure.Scale.values, empty=1 if is_count else None),
            "good": row.choice("good", Measure.Good),
            "decimals": _decimals(row, numerator, is_count=is_count),
            "definition": row["definition"],
            "position": position,
        }
        if row.is_good:
            for name, value in fields.items():
                setattr(found, name, value)
            act = partial(
                actions.keep_measure, found, denominators=denominators, by=command_actor()
            )
            if folder.keep("measures", row, code, act, is_new=found.pk is None):
                kept.by_code[code] = found
        if not row.is_good:
            kept.broken.add(code)
    return kept


def _decimals(row: Row, numerator: DataItem | None, *, is_count: bool) -> int | None:
    """Empty stands for the item's decimals of a count, and for 1 of a ratio."""
    of_item = 0 if numerator is None else numerator.decimals
    return row.one_of("decimals", range(5), empty=of_item if is_count else _RATIO_DECIMALS)


def _keep_targets(folder: Folder, measures: Kept[Measure], organisation: Organisation) -> None:
    table = folder.table("targets")
    table.refuse_twice("measure", "financial_year", "locality")
    known = {(row.measure_id, row.year, row.locality_id): row for row in Target.objects.all()}
    for row in table:
        measure, year = row.refer("measure", measures), row.year("financial_year")
        locality = row.refer("locality", organisation.localities, needed=False)
        level, close_within = row.decimal("target", 4), row.decimal("close_within", 4)
        if not row.is_good or not measure or not year or level is None or close_within is None:
            continue
        key = (measure.pk, year.start, locality.pk if locality else None)
        found = known.get(key) or Target(measure=measure, year=year.start, locality=locality)
        # The measure as this load leaves it, not as the database had it.
        found.measure = measure
        found.target, found.close_within = level, close_within
        label = f"{measure.code} {year} {locality.code if locality else ''}".strip()
        is_new = found.pk is None
        act = partial(
            actions.set_target, found, reason="" if is_new else CHANGED_BY_FILE, by=command_actor()
        )
        columns = {"year": "financial_year"}
        folder.keep("targets", row, label, act, is_new=is_new, columns=columns)


def _keep_breaks(folder: Folder, items: Kept[DataItem]) -> None:
    table = folder.table("series_breaks")
    table.refuse_twice("item", "quarter")
    known = {(row.item_id, row.quarter): row for row in SeriesBreak.objects.all()}
    for row in table:
        item, quarter = row.refer("item", items), row.quarter("quarter")
        reason = row.text("reason")
        if row.is_good and item and quarter:
            found = known.get((item.pk, quarter)) or SeriesBreak(item=item, quarter=quarter)
            found.reason = reason
            act = partial(actions.keep_break, found, by=command_actor())
            label = f"{item.code} {quarter}"
            folder.keep("series_breaks", row, label, act, is_new=found.pk is None)


# -- quarters -------------------------------------------------------------------------------


def _keep_quarters(folder: Folder) -> None:
    table = folder.table("quarters")
    table.refuse_twice("quarter")
    known = {row.pk: row for row in ReportingQuarter.objects.all()}
    for row in table:
        quarter, due_on = row.quarter("quarter"), row.day("due_on", needed=True)
        state = row.choice("state", QuarterState)
        if not (row.is_good and quarter and due_on and state):
            continue
        found = known.get(quarter.index)
        if found is not None and _goes_back(found, state):
            row.wrong("state", f"{quarter} is {found.state}: it cannot go back")
            continue
        act = partial(_keep_quarter, folder, quarter, due_on, state)
        folder.keep("quarters", row, str(quarter), act, is_new=found is None)


def _goes_back(found: ReportingQuarter, state: QuarterState) -> bool:
    order = list(QuarterState)
    return order.index(state) < order.index(QuarterState(found.state))


def _keep_quarter(folder: Folder, quarter: Quarter, due_on: dt.date, state: QuarterState) -> bool:
    """Plan, open and close one quarter as far as the file says; whether anything changed."""
    before = ReportingQuarter.objects.filter(pk=quarter.index).first()
    found = actions_of_quarters.plan_quarter(quarter, due_on=due_on, by=command_actor())
    changed = before is None or before.due_on != due_on
    # Once something is wrong nothing will be saved, so no returns are made for nothing.
    if state == QuarterState.UPCOMING or folder.problems:
        return changed
    was = found.state
    if was == QuarterState.UPCOMING:
        actions_of_quarters.start(found, by=command_actor())
    elif was == QuarterState.OPEN:
        changed |= _late_teams(folder, found)
    else:
        _say_who_is_left_out(folder, found)
    if state == QuarterState.CLOSED and was != QuarterState.CLOSED:
        actions_of_quarters.finish(found, reason=CLOSED_BY_FILE, by=command_actor())
    return changed or was != state


def _late_teams(folder: Folder, quarter: ReportingQuarter) -> bool:
    """Teams that were added after the quarter was opened owe a return in it as well."""
    made = actions_of_quarters.add_returns(quarter, by=command_actor())
    if made:
        folder.note("quarters", f"{quarter}: {made} more returns, of teams that are new")
    return made > 0


def _say_who_is_left_out(folder: Folder, quarter: ReportingQuarter) -> None:
    """Who was expected in a closed quarter stays known: a team added later is not in it."""
    late = Team.objects.open_in(quarter.quarter).exclude(returns__quarter=quarter)
    codes = list(late.values_list("code", flat=True))
    if codes:
        folder.note("quarters", f"{quarter} is closed, so it has no return of {', '.join(codes)}")
