"""What the server's log says of an error: where it happened, never what was in it.

A message may quote what a person typed, or a row of the database (a constraint names the values
that broke it), so it is left out; its kind and the lines of the code stay.
"""

import logging
import traceback
from types import TracebackType
from typing import TypeAlias

_Raised: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


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
