"""What the server's log says of an error: where it happened, never what was in it.

A message may quote what a person typed, or a row of the database (a constraint names the values
that broke it), so it is left out; its kind and the lines of the code stay.
"""

import datetime as dt
import json
import logging
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import TypeAlias

_Raised: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

# The number of the request that is being answered; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class WithoutWords(logging.Formatter):
    """A formatter whose tracebacks hold no message of an exception and no value."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  # the name that logging calls
        """The lines of the code, and the kind of each exception of the chain."""
        _, error, _ = ei
        seen: list[str] = []
        while error is not None:
            lines = traceback.format_tb(error.__traceback__)
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            seen.insert(0, f"Traceback (most recent call last):\n{''.join(lines)}{kind}")
            error = error.__cause__ or error.__context__
        return "\n\nafter which:\n\n".join(seen)


class JsonLines(WithoutWords):
    """A line of JSON for each thing told: when, how grave, by whom, in which request.

    What a library says of an address is cut to its page (``earlyhelp.operations.requests``): an
    address may say whose page it was.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, in ASCII."""
        told = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get(),
            "message": _without_address(record),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in told.items() if value != ""}, default=str)


def _without_address(record: logging.LogRecord) -> str:
    """The message; of Django's on requests only the words before what was asked for."""
    if record.name.startswith("django.") and getattr(record, "request", None) is not None:
        return record.getMessage().partition(":")[0]
    return record.getMessage()
