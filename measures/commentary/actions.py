"""The story behind a figure, written beside the number."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core import clock
from measures.models import Commentary, Measure, ReportingQuarter
from measures.permissions import comments_on
from teams import record
from teams.models import Locality, Route, User
from teams.permissions import Refused, Standing
from teams.quarters import Quarter


class StaleCommentary(Exception):
    """Somebody else wrote meanwhile; ``current`` is the commentary as it stands."""

    def __init__(self, current: Commentary) -> None:
        super().__init__("Somebody else changed this commentary while you were writing.")
        self.current = current


def write_commentary(
    *,
    measure: Measure,
    locality: Locality | None,
    quarter: Quarter,
    text: str,
    version: int,
    by: User,
    standing: Standing,
    at: dt.datetime | None = None,
) -> Commentary | None:
    """Write the commentary of a measure in a locality (None is the city) and a quarter.

    ``version`` is that of the text it was made from, 0 where there was none. An emptied
    text removes the commentary, on record, and gives None. Raises ``Refused``,
    ``StaleCommentary``, or ValidationError for a quarter that was never opened.
    """
    at = at or clock.now()
    locality_id = locality.pk if locality else None
    if not comments_on(standing, locality_id):
        raise Refused("The area's head of service writes this commentary.")
    words = text.strip()
    with transaction.atomic():
        opened = ReportingQuarter.objects.opened().select_for_update().filter(pk=quarter.index)
        if not opened:
            raise ValidationError({"text": f"{quarter} has not been opened yet"})
        found = (
            Commentary.objects.select_for_update(of=("self",))
            .filter(measure=measure, locality=locality, quarter=quarter)
            .first()
        )
        was = found.version if found else 0
        if (found.text if found else "") == words:
            return found
        if version != was:
            if found is None:
                raise ValidationError({"text": "Somebody removed this commentary meanwhile"})
            raise StaleCommentary(found)
        if found is None:
            found = Commentary(measure=measure, locality=locality, quarter=quarter, version=0)
        found.version += 1
        found.written_at, found.written_by = at, by
        found._history_user = by  # type: ignore[attr-defined]  # read by simple-history
        if words:
            found.text = words
            found.full_clean()
            found.save()
        record.note(
            "commentary written" if words else "commentary removed",
            found,
            by=by,
            route=Route.FORM,
            at=at,
            reason=words,
            before={"version": was},
            after={"version": found.version},
        )
        if not words:
            found.delete()
            return None
    return found
