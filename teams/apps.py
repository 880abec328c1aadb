"""The organisation and its people."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from teams import triggers


class TeamsConfig(AppConfig):
    """Puts the record's triggers back after every migration."""

    name = "teams"
    verbose_name = "Organisation and people"

    def ready(self) -> None:
        """SQLite rebuilds a table without its triggers, so they are put back each time."""
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="event triggers")
