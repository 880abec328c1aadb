"""The site: what holds the rooms together."""

from django.apps import AppConfig


class EarlyHelpConfig(AppConfig):
    """Holds the site's own template tags and commands."""

    name = "earlyhelp"
    verbose_name = "Early Help performance"
