"""``manage.py deliver``: sends the mail and does the other jobs that wait."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseErrors
from django.db import close_old_connections

from earlyhelp.core.work.jobs import deliver
from earlyhelp.core.work.models import Job

SECONDS_BETWEEN = 2

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Does what waits, once or until it is ended."""

    help = "Send the mail and do the other jobs that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """Once, or for good."""
        parser.add_argument("--watch", action="store_true", help="until it is ended")

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError where something was given up, now or earlier."""
        if options["watch"]:
            self._watch()
            return
        self.stdout.write(str(deliver()))
        if given_up := Job.objects.filter(given_up_at__isnull=False).count():
            raise CommandError(
                f"{given_up} could not be done and {'is' if given_up == 1 else 'are'} not tried "
                "again: see Jobs in administration."
            )

    def _watch(self) -> None:
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        while not ended.is_set():
            close_old_connections()
            try:
                if delivered := deliver():
                    self.stdout.write(str(delivered))
            except DatabaseErrors:  # locked or gone for a while: nobody starts this again
                log.exception("Nothing was delivered")
            ended.wait(SECONDS_BETWEEN)
