"""What a person reads whose save came from an older version: who was faster, and when."""

from typing import Any

from django.db import models
from django.utils import timezone

from earlyhelp.core.change import Stale
from earlyhelp.core.clock import today
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.wording import long_date


def own_save(row: models.Model, person: Any) -> str:
    """The sentence for somebody who saved it last themselves; nothing where somebody else did."""
    last = Event.objects.about(row).order_by("-id").first() if row.pk else None
    if last is None or person is None or last.by_id != person.pk:
        return ""
    at = timezone.localtime(last.at)
    day = "" if at.date() == today() else f" on {long_date(at)}"
    return f"You saved this in another tab or window{day} at {at:%H:%M}."


def stale_sentence(row: models.Model, person: Any) -> str:
    """What is said first, to whomever it is."""
    return own_save(row, person) or str(Stale(row))
