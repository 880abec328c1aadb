"""Gunicorn's settings for ``make serve`` and ``make demo``: the mail goes out beside the pages.

Whoever runs the site as services of the system starts ``manage.py deliver --watch`` as one of its
own instead (docs/running.md).
"""

import subprocess
import sys
from typing import Any

workers, threads = 2, 4
loglevel = "warning"

_deliverers: list[subprocess.Popen[bytes]] = []


def on_starting(server: Any) -> None:
    """Start what delivers, before any page is served."""
    command = [sys.executable, "manage.py", "deliver", "--watch"]
    _deliverers.append(subprocess.Popen(command))  # noqa: S603  # our own words


def on_exit(server: Any) -> None:
    """End it with the server."""
    for deliverer in _deliverers:
        deliverer.terminate()
        deliverer.wait()
