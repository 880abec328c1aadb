"""What the board reads."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    """The board report: written around figures, approved, published, never changed."""

    name = "earlyhelp.report"
    verbose_name = "Board report"

    def ready(self) -> None:
        """Grant permissions, name what is done, and have editions kept from changes."""
        from earlyhelp.core import guarded
        from earlyhelp.core.events import scopes, verbs
        from earlyhelp.core.work import kinds
        from earlyhelp.report import (  # noqa: F401  # permissions grants its verbs
            files,
            guard,
            permissions,
            verification,
        )
        from earlyhelp.report.publishing import telling
        from earlyhelp.report.publishing.scheduled import publish_job
        from earlyhelp.report.record import SEEN
        from earlyhelp.report.verbs import ReportVerb

        verbs.register(ReportVerb, self.get_models())
        scopes.register(SEEN)
        guarded.register(guard.EDITIONS)
        guarded.register(guard.FILES)
        guarded.register(guard.REDACTIONS)
        verification.register_all()
        kinds.register(files.BUILD, files.build_job, goes_out=False)
        kinds.register(files.COPY, files.copy_job, goes_out=False)
        kinds.register(files.PUBLISH, publish_job, goes_out=False)
        kinds.register(telling.WATCH, telling.watch_job, goes_out=False)
