"""Mail to people about what changed for them, written in the transaction of the change."""

from collections.abc import Iterable
from typing import Any

from earlyhelp.core.actor import Route
from earlyhelp.core.work import mail
from teams.authority import AnyActor
from teams.models import Council


def tell(addresses: Iterable[str], template: str, by: AnyActor, **context: Any) -> None:
    """Write to each of these addresses, once; nobody is told of what a command does (history)."""
    if by.route == Route.COMMAND:
        return
    council = Council.objects.values_list("name", flat=True).first()
    for address in dict.fromkeys(addresses):
        mail.write(template, address, by=by, council_name=council, **context)
