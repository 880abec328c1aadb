"""The organisation and its people."""

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps

from earlyhelp.core import replica
from earlyhelp.core.events import scopes, verbs
from teams.verbs import TeamsVerb


class TeamsConfig(AppConfig):
    """Names what is done to the organisation, to people and to what is kept in administration."""

    name = "teams"
    verbose_name = "Organisation and people"

    def ready(self) -> None:
        """What can be kept in administration, who reads the record, what is never read late."""
        from teams import verification
        from teams.models import Appointment, User
        from teams.record import SEEN

        verbs.register(TeamsVerb, apps.get_models())
        scopes.register(SEEN)
        verification.register_all()
        replica.stays_on_primary(User, Appointment)


class AdministrationConfig(admin_apps.AdminConfig):
    """Stands in for ``django.contrib.admin`` among the installed apps."""

    default = False
    default_site = "teams.admin_site.Administration"
