"""A format built in a process of its own, with limits: a large report cannot take the site along.

``build_in_child`` hands the document over as its canonical text. The process has so much
processor time and memory and no more; what it refused comes back as the same refusal.
"""

import json
import resource
import subprocess
import sys
from pathlib import Path

from earlyhelp.report.formats import FORMATS, build
from earlyhelp.report.formats.refusals import CannotBuild, UnknownFormat
from earlyhelp.report.tree import Document, from_plain

# What a report of 60 pages takes stands in docs/report-formats.md; these are far beyond it.
MOST_SECONDS = 120
MOST_WAITED = 600
MOST_BYTES = 1024**3
_REFUSED, _TOO_LARGE = 3, 4
_SAID = "This report is too large for {format}: making it took more than {what}. Split it."


def build_in_child(document_json: str, format: str) -> bytes:  # noqa: A002  # as in build
    """The file of a document, given as its canonical text, made in a process of its own."""
    if format not in FORMATS:
        raise UnknownFormat(f"There is no format “{format}”: {', '.join(FORMATS)} are known.")
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-m", __spec__.name, format],
            input=document_json.encode(),
            capture_output=True,
            cwd=Path(__file__).parents[3],
            timeout=MOST_WAITED,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotBuild(
            _SAID.format(format=format, what=f"{MOST_WAITED // 60} minutes")
        ) from None
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == _REFUSED:
        raise CannotBuild(said)
    if done.returncode == _TOO_LARGE:
        what = f"{MOST_BYTES // 1024**2:,} MB of memory"
        raise CannotBuild(_SAID.format(format=format, what=what))
    if done.returncode < 0:
        what = f"{MOST_SECONDS} seconds of processor time"
        raise CannotBuild(_SAID.format(format=format, what=what))
    raise RuntimeError(f"The {format} file was not made: {said[-2000:]}")


def main() -> int:
    """Read a document, write the file that is asked for; what is refused is said."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    try:
        document: Document = from_plain(json.load(sys.stdin))
        made = build(document, sys.argv[1])
    except CannotBuild as refused:
        sys.stderr.write(str(refused))
        return _REFUSED
    except MemoryError:
        return _TOO_LARGE
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
