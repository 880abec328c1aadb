"""How good the casework was, and what is done about it."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Lets permissions be granted and counts be offered as the site starts."""

    name = "audits"
    verbose_name = "Audits and the action plan"

    def ready(self) -> None:
        """Grant this room's verbs; offer returns what audit rounds have counted."""
        from audits import permissions  # noqa: F401  # grants its verbs as it is imported
        from audits.offers import offer_audits
        from measures import offers

        offers.register(offer_audits)
