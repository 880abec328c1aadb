"""Every figure, with the columns that ``import_figures`` reads, as a file that streams.

The figures of some returns are asked for at a time, in the order of quarters and teams, so that
the first line goes out at once and memory does not grow with the council.
"""

from collections.abc import Iterator
from itertools import groupby, islice

from django.db.models import Q

from earlyhelp.core.files.writer import csv_line
from measures.exchange.figures import COLUMNS
from measures.models import DataItem, Figure, Return
from measures.returns.answers import write_number
from teams.models import Team
from teams.quarters import Quarter

# A file's first line goes out after few returns; then more of them go together.
_FIRST, _AT_ONCE = 10, 500
# Item, value, answer, note.
_Answered = tuple[int, int | None, str, str]


def figure_chunks(first: Quarter | None = None, last: Quarter | None = None) -> Iterator[bytes]:
    """Every answered figure from one quarter to another, or all, as UTF-8 CSV in pieces.

    Quarters in time order, teams and questions in the framework's. What was never answered has
    no line: that says as much to whoever reads the file in again.
    """
    items = [
        (item.pk, item.code, item.decimals)
        for item in DataItem.objects.order_by("position", "code")
    ]
    places = {pk: (place, code, decimals) for place, (pk, code, decimals) in enumerate(items)}
    yield (",".join(COLUMNS) + "\n").encode()
    waiting, at_once = _returns(first, last), _FIRST
    while some := dict(islice(waiting, at_once)):
        yield "".join(_lines(some, places)).encode()
        at_once = _AT_ONCE


def _returns(first: Quarter | None, last: Quarter | None) -> Iterator[tuple[int, str]]:
    """The returns by their ids, in order, with how their lines begin."""
    within = Q()
    if first is not None:
        within &= Q(quarter__gte=first.index)
    if last is not None:
        within &= Q(quarter__lte=last.index)
    teams = dict(Team.objects.order_by("position", "code").values_list("pk", "code"))
    order = {pk: place for place, pk in enumerate(teams)}
    found = Return.objects.filter(within).order_by("quarter").values_list("quarter", "team", "pk")
    for quarter, rows in groupby(found.iterator(), key=lambda row: row[0]):
        name = str(Quarter(quarter))
        for _, team, pk in sorted(rows, key=lambda row: order[row[1]]):
            yield pk, f"{teams[team]},{name},"


def _lines(returns: dict[int, str], places: dict[int, tuple[int, str, int]]) -> Iterator[str]:
    """The lines of some returns; codes and numbers need no quotes."""
    figures = (
        Figure.objects.filter(return_made__in=returns)
        .exclude(value=None, answer="")
        .order_by()
        .values_list("return_made", "item", "value", "answer", "note")
    )
    by_return: dict[int, list[_Answered]] = {pk: [] for pk in returns}
    for made, item, value, answer, note in figures:
        by_return[made].append((item, value, answer, note))
    for pk, begins in returns.items():
        for item, value, answer, note in sorted(by_return[pk], key=lambda one: places[one[0]]):
            _, code, decimals = places[item]
            number = "" if value is None else write_number(value, decimals) if decimals else value
            yield f"{begins}{code},{number},{answer},{csv_line([note]) if note else ''}\n"
