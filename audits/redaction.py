"""Where the words about an audit also stand (``core.redaction``)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from audits.models import Given, RemedialAction
from earlyhelp.core.events.models import Event


def rows_with_words_of(event: Event) -> Iterable[QuerySet]:
    """The rows that keep them beside the one that the event is about."""
    about = event.subject_id
    if event.subject_type == "caseaudit":
        yield RemedialAction.objects.filter(audit=about)
        yield Given.objects.filter(audit=about)
