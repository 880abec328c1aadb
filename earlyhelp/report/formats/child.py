"""A format built in a process of its own, with limits: a large report cannot take the site along.

``build_in_child`` hands the document over as its canonical text. The process has so much
processor time and memory and no more; what it refused comes back as the same refusal.
"""

import json
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from earlyhelp.report.formats import FORMATS, build
from earlyhelp.report.formats.refusals import CannotBuild, UnknownFormat
from earlyhelp.report.tree import Document, from_plain

_MIB = 1024**2
_REFUSED, _OUT_OF_MEMORY = 3, 4
_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)


@dataclass(frozen=True)
class Limits:
    """What a build may take; what a report of 60 pages takes is far below (docs)."""

    seconds: int = 120
    mib: int = 1024
    waited: int = 600


def build_in_child(
    document_json: str,
    format: str,  # noqa: A002  # as in build
    limits: Limits = Limits(),  # never changed
) -> bytes:
    """The file of a document, given as its canonical text, made in a process of its own."""
    if format not in FORMATS:
        raise UnknownFormat(f"There is no format “{format}”: {', '.join(FORMATS)} are known.")
    allowed = (str(limits.seconds), str(limits.mib))
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-m", "earlyhelp.report.formats.child", format, *allowed],
            input=document_json.encode(),
            capture_output=True,
            cwd=Path(__file__).parents[3],
            timeout=limits.waited,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _too_large(format, f"{limits.waited} seconds") from late
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == _REFUSED:
        raise CannotBuild(said)
    if done.returncode == _OUT_OF_MEMORY:
        raise _too_large(format, f"{limits.mib} MB of memory")
    if done.returncode in _OUT_OF_TIME:
        raise _too_large(format, f"{limits.seconds} seconds of processor time")
    raise RuntimeError(f"The {format} file was not made: {said[-2000:]}")


def _too_large(form: str, what: str) -> CannotBuild:
    return CannotBuild(
        f"This report is too large for {form}: making it took more than {what}. "
        "Make it shorter, or leave out long tables."
    )


def main(form: str, limits: Limits) -> int:
    """Read a document, write the file that is asked for; what is refused is said."""
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (limits.mib * _MIB, limits.mib * _MIB))
    try:
        document: Document = from_plain(json.load(sys.stdin))
        made = build(document, form)
    except CannotBuild as refused:
        sys.stderr.write(str(refused))
        return _REFUSED
    except MemoryError:
        return _OUT_OF_MEMORY
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Limits(*map(int, sys.argv[2:]))))
