"""Gunicorn's settings; for ``make serve`` and ``make demo`` the mail goes out beside the pages.

Whoever runs the site as services of the system sets ``EARLYHELP_DELIVER_BESIDE=false`` and starts
``manage.py deliver --watch`` as one of its own (docs/running.md).
"""

import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any

from earlyhelp import environment as env

workers, threads = 2, 4
loglevel = "warning"
# Asked to end (SIGTERM), a process answers what it was asked already.
graceful_timeout = 30
# No second way to steer it: a socket in the home of its user, who may have none.
control_socket_disable = True

# Where the processes count requests, so that each can tell for all; read as the site is loaded.
# A folder that takes itself away would go with the first process that ends.
_counted = tempfile.mkdtemp(prefix="earlyhelp-metrics-")
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", _counted)

_deliverers: list[subprocess.Popen[bytes]] = []


def on_starting(server: Any) -> None:
    """Start what delivers, before any page is served."""
    if not env.flag("EARLYHELP_DELIVER_BESIDE", True):
        return
    command = [sys.executable, "manage.py", "deliver", "--watch"]
    _deliverers.append(subprocess.Popen(command))  # noqa: S603  # our own words


def child_exit(server: Any, worker: Any) -> None:
    """Forget what only a process of its own could tell."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # untyped


def on_exit(server: Any) -> None:
    """End what delivers with the server, and forget what was counted."""
    for deliverer in _deliverers:
        deliverer.terminate()
        deliverer.wait()
    shutil.rmtree(_counted, ignore_errors=True)
