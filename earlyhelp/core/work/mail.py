"""Mail as jobs: written with what it is about, sent outside of it.

What waits is sealed but for its addresses: links in mail let in, or confirm, whoever has them.
"""

import json
import smtplib
from collections.abc import Sequence
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from earlyhelp.core.sealing import seal, unseal
from earlyhelp.core.work import jobs
from earlyhelp.core.work.kinds import NeverPossible, Payload

KIND = "mail"
SECONDS_TO_WAIT = 20
_FIELDS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")


class QueuedBackend(BaseEmailBackend):
    """Django's way out for mail: every message becomes a job."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Add a job for each message; ValueError for one with a file, which we never send."""
        for message in email_messages:
            if message.attachments:
                raise ValueError("Mail carries no files: send a link")
            payload: Payload = {name: getattr(message, name) for name in _FIELDS}
            # One number for all attempts, so that whoever receives two can see one.
            payload["headers"] = {"Message-ID": make_msgid(domain="early-help")} | dict(
                message.extra_headers
            )
            alternatives: Any = getattr(message, "alternatives", [])
            payload["alternatives"] = [list(alternative) for alternative in alternatives]
            jobs.add(KIND, {"to": message.to, "sealed": seal(json.dumps(payload), KIND)})
        return len(email_messages)


def write(template: str, to: str, **context: Any) -> None:
    """Have a mail sent, with the transaction around this: one line of subject, then its words."""
    subject, _, words = render_to_string(template, context).strip().partition("\n")
    EmailMessage(settings.MAIL_SUBJECT_PREFIX + subject, words.strip() + "\n", to=[to]).send()


def opened(payload: Payload) -> Payload:
    """A message as it was written; one that waits from before mail was sealed lies open."""
    if "sealed" not in payload:
        return payload
    message: Payload = json.loads(unseal(payload["sealed"], KIND))
    return message


def send(payload: Payload) -> None:
    """Send a message; what ``QueuedBackend`` wrote.

    Where the line breaks off nobody knows whether it was taken: twice is better than never, and
    both have one number.
    """
    connection = get_connection(settings.DELIVERY_BACKEND, timeout=SECONDS_TO_WAIT)
    message = EmailMultiAlternatives(**opened(payload), connection=connection)
    connection.open()  # a refusal here is of us, and not of the message
    try:
        message.send()
    except smtplib.SMTPResponseException as refused:
        if refused.smtp_code >= 500:
            raise NeverPossible from refused
        raise
    except smtplib.SMTPRecipientsRefused as refused:
        if all(code >= 500 for code, _ in refused.recipients.values()):
            raise NeverPossible from refused
        raise
    finally:
        connection.close()
