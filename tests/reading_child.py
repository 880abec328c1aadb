"""Reads the files of a folder in a process of its own, and says what it took.

A line of JSON for each: what was refused, the seconds of processor time; and at the end the most
memory that the process ever held, in MB.
"""

import json
import resource
import sys
import time
from pathlib import Path

from earlyhelp.core.files.problems import Problems
from earlyhelp.core.files.tables import Table, rows_as_they_come

COLUMNS = ("team", "quarter", "item", "value", "answer", "note")


def peak() -> int:
    """The most memory so far, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2


def main(folder: Path) -> None:
    """Read every file of a folder, in the order of their names."""
    for path in sorted(folder.iterdir()):
        table = Table(path.name, frozenset(), Problems())
        before = time.process_time()
        with path.open("rb") as file:
            rows = sum(1 for _ in rows_as_they_come(table, file, COLUMNS))
        took = time.process_time() - before
        said = [str(problem) for problem in table.problems[:5]]
        print(json.dumps({"name": path.name, "rows": rows, "said": said, "seconds": took}))  # noqa: T201
    print(json.dumps({"peak": peak()}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
