"""How good the casework was, and what is done about it."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Lets permissions be granted as the site starts."""

    name = "audits"
    verbose_name = "Audits and the action plan"

    def ready(self) -> None:
        """Grant this room's verbs."""
        from audits import permissions  # noqa: F401  # grants its verbs as it is imported
