"""The vocabulary for asking about the record."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from earlyhelp.core.events.models import Event  # noqa: F401  # for the type argument


class EventQuerySet(models.QuerySet["Event"]):
    """The record of what was done, oldest first."""

    def about(self, subject: models.Model) -> Self:
        """What was done to ``subject``."""
        return self.filter(subject_type=subject._meta.model_name, subject_id=subject.pk)
