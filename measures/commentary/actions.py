"""The story behind a figure, written beside the number."""

from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core.change import (
    Entry,
    Stale,
    changing,
    compare_version,
    create,
    lock,
    record,
    refuse,
)
from measures.models import Commentary, Measure, ReportingQuarter
from measures.permissions import comments_on
from measures.verbs import MeasuresVerb
from teams.authority import Actor
from teams.models import Locality
from teams.quarters import Quarter

NOT_YOURS = "The area's head of service writes this commentary."


def write_commentary(
    *,
    measure: Measure,
    locality: Locality | None,
    quarter: Quarter,
    text: str,
    version: int,
    by: Actor,
) -> Commentary | None:
    """Write the commentary of a measure in a locality (None is the city) and a quarter.

    ``version`` is that of the text it was made from, 0 where there was none. An emptied
    text removes the commentary, on record, and gives None. Raises ``Refused``, ``Stale``, or
    ValidationError for a quarter that was never opened.
    """
    if not comments_on(by.authority, locality.pk if locality else None):
        refuse(NOT_YOURS)
    text, area = text.strip(), {"measure": measure, "locality": locality, "quarter": quarter}
    with transaction.atomic():
        # Two who write the first one meet at their quarter's row.
        if not ReportingQuarter.objects.opened().select_for_update().filter(pk=quarter.index):
            raise ValidationError({"text": f"{quarter} has not been opened yet"})
        found = Commentary.objects.filter(**area).first()
        if found is None:
            return _write_first(Commentary(text=text, **area), version, by)
        if not text:
            _remove(found, version, by)
            return None
        verb = MeasuresVerb.COMMENTARY_WRITTEN
        with changing(found, verb, by, version=version, reason=text) as found:
            found.text = text
            found.written_at, found.written_by = by.now, by.person
    return found


def _write_first(commentary: Commentary, version: int, by: Actor) -> Commentary | None:
    """The first of an area; somebody removed it meanwhile where there was one."""
    if not commentary.text:
        return None
    if version != 0:
        commentary.text, commentary.version = "", 0
        raise Stale(commentary)
    commentary.written_at, commentary.written_by = by.now, by.person
    after = {"version": commentary.version}
    verb = MeasuresVerb.COMMENTARY_WRITTEN
    return create(commentary, verb, by, reason=commentary.text, after=after)


def _remove(commentary: Commentary, version: int, by: Actor) -> None:
    found = lock(commentary)
    compare_version(found, version)
    before, after = {"version": version}, {"version": version + 1}
    record([Entry(MeasuresVerb.COMMENTARY_REMOVED, found, "", before, after)], by)
    found.delete()
