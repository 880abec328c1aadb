"""Reads the files of a folder in a process of its own, and says what it took.

A line of JSON for each: what was refused, the seconds of processor time; and at the end the most
memory that the process ever held, in MB.
"""

import json
import resource
import sys
import time
from pathlib import Path

from earlyhelp.core.files.cells import Unreadable
from earlyhelp.core.files.problems import Problems
from earlyhelp.core.files.tables import Table, rows_as_they_come
from earlyhelp.report.writing.word_in import as_text, read_word

COLUMNS = ("team", "quarter", "item", "value", "answer", "note")


def peak() -> int:
    """The most memory so far, in MB."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2


def read(path: Path) -> tuple[int, list[str]]:
    """How many rows or lines a file gives, and what is refused of it."""
    with path.open("rb") as file:
        if path.suffix == ".docx":
            try:
                return len(as_text(read_word(file)).splitlines()), []
            except Unreadable as wrong:
                return 0, [f"{path.name}: {wrong}"]
        table = Table(path.name, frozenset(), Problems())
        rows = sum(1 for _ in rows_as_they_come(table, file, COLUMNS))
        return rows, [str(problem) for problem in table.problems[:5]]


def main(folder: Path) -> None:
    """Read every file of a folder, in the order of their names."""
    for path in sorted(folder.iterdir()):
        before = time.process_time()
        rows, said = read(path)
        took = time.process_time() - before
        print(json.dumps({"name": path.name, "rows": rows, "said": said, "seconds": took}))  # noqa: T201
    print(json.dumps({"peak": peak()}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
