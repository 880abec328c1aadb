"""What the board reads."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    """The board report: written around figures, approved, published, never changed."""

    name = "earlyhelp.report"
    verbose_name = "Board report"
