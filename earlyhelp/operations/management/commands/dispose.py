"""``manage.py dispose --by ADDRESS``: takes out what is no longer kept."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from earlyhelp.core.actor import Route
from earlyhelp.operations.disposal import dispose, look_for
from teams.authority import actor_of
from teams.models import User
from teams.permissions import TeamsPermission


class Command(BaseCommand):
    """Disposes of words, case numbers and names whose period is over."""

    help = "Take out words, case numbers and names whose period is over; no event, no figure."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who answers for it, and whether to stop before anything is taken out."""
        parser.add_argument(
            "--by", required=True, metavar="ADDRESS", help="the administrator who answers for it"
        )
        parser.add_argument("--dry-run", action="store_true", help="say how much there is")

    def handle(self, *args: Any, **options: Any) -> None:
        """Dispose, and say of how much."""
        person = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        by = actor_of(person, route=Route.COMMAND) if person else None
        if by is None or not by.authority.holds(TeamsPermission.KEEP_PEOPLE):
            raise CommandError(f"{options['by']} is no administrator: name one who answers for it.")
        is_rehearsal = options["dry_run"]
        try:
            disposed = look_for(by.today).count if is_rehearsal else dispose(by)
        except ImproperlyConfigured as unsaid:
            raise CommandError(str(unsaid)) from None
        if is_rehearsal:
            self.stdout.write(f"{disposed} would be taken out. This was a dry run: nothing was.")
        else:
            self.stdout.write(f"{disposed} were taken out. Backups made before still hold them.")
