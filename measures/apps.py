"""What was counted and when."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Registers the guard that keeps opened quarters as they were."""

    name = "measures"
    verbose_name = "Framework and returns"

    def ready(self) -> None:
        """Let ``teams`` ask before its rows change; lets permissions be granted."""
        from measures import permissions  # noqa: F401  # grants its verbs as it is imported
        from measures.history import refuse_to_rewrite
        from teams import guards

        guards.register(refuse_to_rewrite)
