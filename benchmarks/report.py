"""A board report of 60 pages in each format, each in a process of its own: time and memory.

It asks no database. ``python -m benchmarks report`` measures only this.
"""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count

import pikepdf

from benchmarks.timing import Line
from earlyhelp.report.formats import FORMATS
from earlyhelp.report.tree import canonical
from tests.report.documents import long_report

PAGES = 60
MOST_SECONDS, MOST_MIB = 20, 450


def report() -> Iterator[Line]:
    """Two lines for each format: seconds of processor time, and memory in MiB."""
    text, pages = document_of(PAGES)
    for form in FORMATS:
        seconds, mib, _ = built(form, text)
        what = f"a report of {pages} pages as {form}"
        yield Line("report", f"{what}, processor time", seconds, MOST_SECONDS, " s")
        yield Line("report", f"{what}, memory", mib, MOST_MIB, " MiB")


def document_of(pages: int) -> tuple[str, int]:
    """The text of a document of at least so many pages, and how many it has."""
    for chapters in count(pages // 5):
        text = canonical(long_report(chapters))
        with pikepdf.open(io.BytesIO(built("pdf", text)[2])) as pdf:
            found = len(pdf.pages)
        if found >= pages:
            return text, found
    raise AssertionError


def built(form: str, text: str) -> tuple[float, float, bytes]:
    """A format made by a child: seconds of processor time, memory at most, and the file."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-m", "earlyhelp.report.formats.child", form],
            stdin=subprocess.PIPE,
            stdout=out,
        )
        assert child.stdin
        child.stdin.write(text.encode())
        child.stdin.close()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, f"{form} was not made"
        out.seek(0)
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out.read()
