"""``load_known``: numbers that were published before or elsewhere, so that outsiders have them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import BinaryIO

from django.db import IntegrityError, transaction

from earlyhelp.core.change import Entry, record
from earlyhelp.core.files.problems import FileRefused, Problem
from earlyhelp.core.files.tables import CodeIndex, Row, read_table
from earlyhelp.core.files.widgets import ChoiceWidget, ExactWidget
from measures.counting.rollups import Period
from measures.models import Measure
from measures.releases.lines import period_of
from measures.releases.models import KnownNumber
from measures.releases.verbs import ReleasesVerb
from teams.authority import AnyActor
from teams.models import Locality

COLUMNS = ("measure", "area", "period", "part", "value", "where")
CITY = "city"
MEANWHILE = "somebody loaded numbers of it while it was read: load it again"
# What makes two numbers the same, and where they were published.
_OF_A_NUMBER = ("measure_id", "locality_id", "period", "part", "where")
_PART = ChoiceWidget(KnownNumber.KnownPart)
_VALUE = ExactWidget.for_field(KnownNumber._meta.get_field("value"))
_LONGEST_PLACE = KnownNumber._meta.get_field("where").max_length or 0


@dataclass(frozen=True)
class LoadedNumbers:
    """How many numbers were new, and how many were there."""

    new: int
    known: int


def load_known(file: BinaryIO, name: str, *, by: AnyActor) -> LoadedNumbers:
    """Load a file of such numbers, all of it or nothing; raises ``FileRefused``.

    A row that is there already is left as it is. Of two files at once that say the same the
    database refuses the second.
    """
    problems: list[Problem] = []
    rows = list(_read(file, name, problems))
    if problems:
        raise FileRefused(problems)
    new = new_of(rows)
    try:
        with transaction.atomic():
            KnownNumber.objects.bulk_create(new, batch_size=500)
            record((Entry(ReleasesVerb.KNOWN, row, after=_said(row)) for row in new), by)
    except IntegrityError:
        raise FileRefused([Problem(name, MEANWHILE)]) from None
    return LoadedNumbers(len(new), len(rows) - len(new))


def new_of(rows: Iterable[KnownNumber]) -> list[KnownNumber]:
    """Those that are not there yet; one query."""
    known = set(KnownNumber.objects.order_by().values_list(*_OF_A_NUMBER))
    of = attrgetter(*_OF_A_NUMBER)
    return [row for row in rows if of(row) not in known]


def _said(row: KnownNumber) -> dict[str, str]:
    return {"value": str(row.value)}


def _read(file: BinaryIO, name: str, problems: list[Problem]) -> Iterator[KnownNumber]:
    measures = CodeIndex("measure", {one.code: one for one in Measure.objects.all()})
    localities = CodeIndex("locality", {one.code: one for one in Locality.objects.all()})
    seen: dict[tuple[str, ...], int] = {}
    for row in read_table(file, name, COLUMNS, problems).rows:
        measure = row.refer("measure", measures)
        locality = None if row["area"] == CITY else row.refer("area", localities)
        period = row.read("period", _period)
        part, value = row.read("part", _PART.read), row.read("value", _VALUE.read)
        where = row.text("where")
        if len(where) > _LONGEST_PLACE:
            row.wrong("where", f"is longer than {_LONGEST_PLACE} characters")
        _refuse_twice(row, seen)
        if row.is_good and measure and period and part and value is not None:
            yield KnownNumber(
                measure=measure,
                locality=locality,
                period=str(period),
                part=part,
                value=value,
                decimals=_decimals(row["value"]),
                where=where,
            )


def _refuse_twice(row: Row, seen: dict[tuple[str, ...], int]) -> None:
    same = tuple(row[column] for column in COLUMNS if column != "value")
    if seen.setdefault(same, row.number) != row.number:
        row.wrong("", f"row {seen[same]} is about the same number")


def _period(text: str) -> Period:
    return period_of(text)


def _decimals(written: str) -> int:
    """How many decimals a number was printed with: the interval that its rounding leaves."""
    exponent = Decimal(written.replace(",", "").strip()).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
