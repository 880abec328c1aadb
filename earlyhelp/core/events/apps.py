"""The record of what was done."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from earlyhelp.core.events import triggers


class EventsConfig(AppConfig):
    """Puts the record's triggers back after every migration."""

    name = "earlyhelp.core.events"
    verbose_name = "The record"

    def ready(self) -> None:
        """SQLite rebuilds a table without its triggers, so they are put back each time."""
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="event triggers")
        register(triggers.check_event_triggers, Tags.database)
