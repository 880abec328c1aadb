"""Bring the database and the static files up to this version of the code."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from earlyhelp.core.migrating import migrate
from earlyhelp.operations.engines import engine

_TOO_OLD = (
    "This database was made before version 0.1.0, and its migrations were rewritten since: "
    "export what it holds with the version that made it, prepare a new database, and load it there "
    "(docs/running.md, Upgrades)."
)


class Command(BaseCommand):
    """What a new installation needs, and an upgrade; nothing to do is fine."""

    help = "Migrate the database, make the cache's table, collect the static files."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether the static files are there already, as in an image."""
        parser.add_argument("--database-only", action="store_true", help="leave static files alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each step leaves alone what is done already."""
        engine().keep_to_its_owner()
        applied = MigrationRecorder(connection).applied_migrations()
        first = [(app, "0001_initial") for app in ("teams", "events")]
        if [one in applied for one in first] == [True, False]:
            raise CommandError(_TOO_OLD)
        quiet = {"verbosity": 0}
        migrate()
        call_command("createcachetable", **quiet)
        if options["database_only"]:
            self.stdout.write("The database is up to date.")
            return
        call_command("collectstatic", interactive=False, **quiet)
        self.stdout.write("The database and the static files are up to date.")
