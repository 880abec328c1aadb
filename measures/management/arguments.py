"""What several commands are told: a quarter, and where to write."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import BaseCommand, CommandError

from earlyhelp.core.files.writer import FileFormat
from teams.exchange import QuarterWidget
from teams.quarters import Quarter


def quarter(argument: str, text: str) -> Quarter:
    """The quarter that an argument names, like ``2015-16 Q4``; CommandError."""
    try:
        return QuarterWidget().read(text)
    except ValueError as wrong:
        raise CommandError(f"{argument}: {wrong}") from None


def span_of(first: str, last: str) -> tuple[Quarter | None, Quarter | None]:
    """The quarters that ``--from`` and ``--to`` name, each of which may be left out."""
    begins = quarter("--from", first) if first else None
    ends = quarter("--to", last) if last else None
    if begins and ends and ends < begins:
        raise CommandError(f"--to {last} is before --from {first}")
    return begins, ends


def format_of(asked: str, output: Path | None) -> FileFormat:
    """The format that is asked for; without that the one that the file is named by, or CSV."""
    named = output.suffix.lower().removeprefix(".") if output else ""
    return FileFormat(asked or (named if named in FileFormat.values else FileFormat.CSV))


@contextmanager
def written_to(path: Path) -> Iterator[BinaryIO]:
    """A file to write; CommandError where that fails."""
    try:
        with path.open("wb") as file:
            yield file
    except OSError as wrong:
        raise CommandError(f"{path} cannot be written: {wrong.strerror}") from None


def write_chunks(command: BaseCommand, chunks: Iterable[bytes]) -> None:
    """Write to standard output, piece by piece."""
    # Text that a test or another command catches has no bytes underneath.
    binary: BinaryIO | None = getattr(command.stdout, "buffer", None)
    for chunk in chunks:
        if binary is None:
            command.stdout.write(chunk.decode(), ending="")
        else:
            binary.write(chunk)
            binary.flush()
