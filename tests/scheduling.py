"""Which process runs which tests: a file's all in one, the sample's all in one.

What a file's tests share is then made once and not once in every process. The order stays
that of one process: tests that empty the database come after those that take back what they do.
"""

from typing import Any

from xdist.scheduler import LoadScopeScheduling

# They share the sample, which takes 10 seconds of processor time to load.
TOGETHER = ("tests/sample/",)


def of_file(nodeid: str) -> str:
    """The file of a test, or the folder of one whose files share what they need."""
    return next((one for one in TOGETHER if nodeid.startswith(one)), nodeid.partition("::")[0])


class ByFile(LoadScopeScheduling):
    """Whole files, or what stands of one together in the order of all tests."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)
        self._scopes: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        return self._scopes[nodeid]

    def schedule(self) -> None:
        """Hand the first tests out."""
        before, number = "", 0
        for nodeid in next(iter(self.registered_collections.values())):
            number += of_file(nodeid) != before
            before = of_file(nodeid)
            self._scopes[nodeid] = f"{number} {before}"
        super().schedule()


def pytest_xdist_make_scheduler(config: Any, log: Any) -> ByFile:
    """The order in which ``pytest -n`` hands tests out."""
    return ByFile(config, log)
