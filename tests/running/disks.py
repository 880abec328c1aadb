"""A small disk of a test's own, that it fills to the last byte and makes room on again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
# Mounted where only the process below, and whoever joins it, sees it: that takes no rights.
_HOLD = "mount -t tmpfs -o size={size} tmpfs {place} && echo $$ && exec cat"


@dataclass(frozen=True)
class Disk:
    """Where it lies for who joins (``inside``), and for everybody else (``folder``)."""

    place: Path
    holder: int
    as_whom: tuple[str, ...]

    @property
    def inside(self) -> tuple[str, ...]:
        """In front of a command that is to see it."""
        joined = ("--user", "--mount", "--preserve-credentials", f"--wd={Path.cwd()}")
        return ("nsenter", f"--target={self.holder}", *joined, "--")

    @property
    def folder(self) -> Path:
        """The way in from outside; a program that looks through links ends up elsewhere."""
        return Path(f"/proc/{self.holder}/root{self.place}")

    def fill(self) -> None:
        """Take all the room there is."""
        filler = ("dd", "if=/dev/zero", f"of={self.folder}/filler", "bs=64k", "status=none")
        subprocess.run([*self.as_whom, *filler], stderr=subprocess.DEVNULL)

    def make_room(self) -> None:
        """Give back all that was taken."""
        (self.folder / "filler").unlink()


@contextmanager
def small_disk(place: Path, size: int, *as_whom: str) -> Iterator[Disk]:
    """A disk of so many bytes; ``as_whom`` comes before the command that holds it."""
    hold = _HOLD.format(size=size, place=place)
    command = [*as_whom, "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", hold]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holding:
        assert holding.stdin and holding.stdout
        said = holding.stdout.readline().strip()
        assert said, "this machine lets nobody mount a disk of their own"
        yield Disk(place, int(said), as_whom)
        holding.stdin.close()
