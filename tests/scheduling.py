"""Which process runs which tests: a file's all in one, the sample's all in one.

What a file's tests share is then made once and not once in every process. Files of a few tests
that take long come before those of many short ones, so that the processes end together.
"""

from collections import OrderedDict
from typing import Any

from xdist.scheduler import LoadScopeScheduling

# They share the sample, which takes 10 seconds of processor time to load.
TOGETHER = ("tests/sample/",)
# A browser, servers, databases of their own.
LONG = (
    "tests/browser/",
    "tests/running/",
    "tests/concurrency/",
    "tests/upgrades/",
    "tests/sample/",
)


class ByFile(LoadScopeScheduling):
    """Whole files, the long ones first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((one for one in TOGETHER if nodeid.startswith(one)), nodeid.partition("::")[0])

    def schedule(self) -> None:
        """Hand the first files out, and put the others in their order."""
        super().schedule()
        in_order = sorted(self.workqueue.items(), key=lambda unit: not unit[0].startswith(LONG))
        self.workqueue = OrderedDict(in_order)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByFile:
    """The order in which ``pytest -n`` hands tests out."""
    return ByFile(config, log)
