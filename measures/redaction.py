"""Where the words about a return also stand (``core.redaction``)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from earlyhelp.core.events.models import Event
from measures.models import CorrectedFigure, Figure


def rows_with_words_of(event: Event) -> Iterable[QuerySet]:
    """The figure that a save was about, and the figures that a correction gives."""
    if event.subject_type == "return" and event.part:
        yield Figure.objects.filter(return_made=event.subject_id, item__code=event.part)
    if event.subject_type == "correction":
        yield CorrectedFigure.objects.filter(correction=event.subject_id)
