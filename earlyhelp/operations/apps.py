"""Running the site."""

from django.apps import AppConfig, apps


class OperationsConfig(AppConfig):
    """Backups, drills, and what is told to those who run the site."""

    name = "earlyhelp.operations"
    verbose_name = "Running the site"

    def ready(self) -> None:
        """Name what is disposed of, where it is read."""
        from audits.models import Round
        from earlyhelp.core.events import verbs
        from earlyhelp.operations.disposal import SUBJECTS
        from earlyhelp.operations.verbs import OperationsVerb
        from teams.models import User

        kinds = [one for one in apps.get_models() if one._meta.model_name in SUBJECTS]
        verbs.register(OperationsVerb, [*kinds, Round, User])
