"""The record of what was done."""

from django.apps import AppConfig

from earlyhelp.core import guarded
from earlyhelp.core.events import triggers


class EventsConfig(AppConfig):
    """Puts the record's triggers back after every migration."""

    name = "earlyhelp.core.events"
    verbose_name = "The record"

    def ready(self) -> None:
        """Have the record kept from changes."""
        guarded.register(triggers.GUARD)
