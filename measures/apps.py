"""What was counted and when."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Registers the guard that keeps opened quarters as they were."""

    name = "measures"
    verbose_name = "Framework and returns"

    def ready(self) -> None:
        """Let ``teams`` ask before its rows change; grant permissions; name what is done."""
        from earlyhelp.core import redaction
        from earlyhelp.core.events import scopes, verbs
        from measures import permissions, verification  # noqa: F401  # grants its verbs as it is imported
        from measures.quarters.opened import refuse_to_rewrite
        from measures.record import SEEN
        from measures.redaction import rows_with_words_of
        from measures.verbs import MeasuresVerb
        from teams import guards

        guards.register(refuse_to_rewrite)
        redaction.register(rows_with_words_of)
        verbs.register(MeasuresVerb, self.get_models())
        scopes.register(SEEN)
        verification.register_all()
