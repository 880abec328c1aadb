"""Bring the database and the static files up to this version of the code."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from measures.counting.kept_sums import keep_missing_sums


class Command(BaseCommand):
    """What a new installation needs, and an upgrade; nothing to do is fine."""

    help = "Migrate the database, keep sums, make the cache's table, collect the static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step leaves alone what is done already."""
        quiet = {"verbosity": 0}
        call_command("migrate", interactive=False, **quiet)
        keep_missing_sums()
        call_command("createcachetable", **quiet)
        call_command("collectstatic", interactive=False, **quiet)
        self.stdout.write("The database and the static files are up to date.")
