"""A site that takes a second for its answer, to be ended in the middle of one."""

import time
from collections.abc import Callable, Iterable


def application(environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
    """Wait, then answer."""
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    start("200 OK", [("Content-Type", "text/plain")])
    return [b"answered"]
