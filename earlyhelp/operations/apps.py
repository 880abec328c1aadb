"""Running the site."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Backups, drills, and what is told to those who run the site."""

    name = "earlyhelp.operations"
    verbose_name = "Running the site"
