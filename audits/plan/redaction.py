"""Where the words about an action or an outcome also stand (``core.redaction``)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from audits.plan.models import Aim, Occurrence, TimingChange
from earlyhelp.core.events.models import Event


def rows_with_words_of(event: Event) -> Iterable[QuerySet]:
    """The rows that keep them beside the one that the event is about."""
    about = event.subject_id
    if event.subject_type == "action":
        yield TimingChange.objects.filter(action=about)
        yield Occurrence.objects.filter(action=about)
    if event.subject_type == "outcome":
        yield Aim.objects.filter(outcome=about)
