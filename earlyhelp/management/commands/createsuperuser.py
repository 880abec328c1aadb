"""The first two people of a site: administrators, who then appoint and confirm everybody else."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import CommandError

from teams.actions import appoint, second_people
from teams.authority import command_actor
from teams.models import User
from teams.roles import Role


class Command(createsuperuser.Command):
    """Django's own, but that it makes an administrator and refuses a third person."""

    help = "Make one of the first two administrators; from then on people appoint people."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse while there are two who can confirm what the other asks for."""
        by = command_actor()
        if len(set(second_people(by))) >= 2:
            raise CommandError(
                "There are two people already who appoint and confirm others: ask them."
            )
        there = list(User.objects.values_list("pk", flat=True))
        super().handle(*args, **options)
        for person in User.objects.exclude(pk__in=there):
            appoint(person=person, role=Role.ADMINISTRATOR, starts=by.today, by=by)
