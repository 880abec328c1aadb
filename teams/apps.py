"""The organisation and its people."""

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate

from earlyhelp.core.events import verbs
from teams import checks, triggers
from teams.verbs import TeamsVerb


class TeamsConfig(AppConfig):
    """Puts the event log's triggers back after every migration."""

    name = "teams"
    verbose_name = "Organisation and people"

    def ready(self) -> None:
        """SQLite rebuilds a table without its triggers, so they are put back each time."""
        post_migrate.connect(triggers.install_after_migrate, dispatch_uid="event triggers")
        register(checks.check_event_triggers, Tags.database)
        verbs.register(TeamsVerb, apps.get_models())


class AdministrationConfig(admin_apps.AdminConfig):
    """Stands in for ``django.contrib.admin`` among the installed apps."""

    default = False
    default_site = "teams.admin_site.Administration"
