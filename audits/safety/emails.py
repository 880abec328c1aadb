"""The mail that tells a manager and a head of a case of concern: that it is there, and where.

Sent once the submission is saved, and it undoes nothing when it cannot be sent: the concern
stands on the person's home page whether the mail arrives or not.
"""

import logging
from collections.abc import Iterable

from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.http import HttpRequest
from django.urls import reverse

from audits.models import CaseAudit
from teams.models import User

SECONDS_TO_WAIT = 10  # for a mail server that does not answer, while somebody waits for a page

SUBJECT = "A case audit needs you today"
MESSAGE = (
    "A case audit found something that you need to act on today.\n\n"
    "Sign in to Early Help performance to read it and to say what is to be done:\n"
    "{address}\n\n"
    "It also stands first on your home page. This message holds no details on purpose.\n"
)

log = logging.getLogger(__name__)


def tell_of_concern(people: Iterable[User], address: str) -> list[User]:
    """Write to each of these people, ``address`` being the page of the case.

    Gives those to whom no mail could be sent; each failure is in the log.
    """
    missed = []
    message = MESSAGE.format(address=address)
    for person in people:
        try:
            connection = get_connection(timeout=SECONDS_TO_WAIT)
            EmailMessage(SUBJECT, message, to=[person.email], connection=connection).send()
        except (OSError, ImportError):
            log.exception("No mail of a case of concern could be sent to person %s", person.pk)
            missed.append(person)
    return missed


def write_to(request: HttpRequest, audit: CaseAudit, people: Iterable[User]) -> None:
    """Write to those who have to know of a concern, and say so where a mail cannot be sent."""
    address = request.build_absolute_uri(reverse("audit-case", args=[audit.pk]))
    missed = tell_of_concern(people, address)
    if missed:
        names = " and ".join(map(str, missed))
        messages.warning(
            request,
            f"The mail to {names} could not be sent. The concern stands on their home page; "
            "please call them today as well.",
        )
