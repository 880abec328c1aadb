"""What is done to make things better, by whom and by when."""

from django.apps import AppConfig


class PlanConfig(AppConfig):
    """The action plan, an app of its own below the audits: it knows nothing of them."""

    name = "audits.plan"
    verbose_name = "Action plan"

    def ready(self) -> None:
        """Grant permissions; name what is done; say where people's words stand."""
        from audits.plan import permissions  # noqa: F401  # grants its verbs as it is imported
        from audits.plan.record import SEEN
        from audits.plan.redaction import rows_with_words_of
        from audits.plan.verbs import PlanVerb
        from earlyhelp.core import redaction
        from earlyhelp.core.events import scopes, verbs

        redaction.register(rows_with_words_of)
        verbs.register(PlanVerb, self.get_models())
        scopes.register(SEEN)
