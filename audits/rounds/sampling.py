"""Drawing cases by lot, so that anybody can check afterwards that the choice was fair. Pure.

The algorithm, in full: write every case number without blanks around it and in capitals; for
each, take SHA-256 of ``seed``, a line feed and the number, in UTF-8; sort the numbers by the
hexadecimal digest; the first ``n`` are drawn, in that order. Nothing else goes in: not the
order of the list, not the machine, not the version of Python. What is kept is the seed, how
many there were and how many were drawn, and a digest of the list: SHA-256 of the sorted
numbers joined by line feeds. Whoever has the list can show that it is the same list and draw
again.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """Numbers drawn by lot, in the order of the draw, and what shows that it was fair."""

    numbers: tuple[str, ...]
    seed: str
    population: int
    digest: str


def plain_number(number: str) -> str:
    """A case number as it is compared: no blanks around it, capitals."""
    return number.strip().upper()


def new_seed() -> str:
    """A seed that nobody chose: 64 random bits in hexadecimal."""
    return secrets.token_hex(8)


def digest_of(numbers: Iterable[str]) -> str:
    """What shows later that a list is the same list, in whatever order it comes."""
    listed = sorted(plain_number(number) for number in numbers)
    return hashlib.sha256("\n".join(listed).encode()).hexdigest()


def draw(numbers: Sequence[str], count: int, seed: str) -> Drawn:
    """Draw ``count`` of ``numbers`` by lot.

    Raises ValueError, with a sentence, for a count below 1 or above what there is, an empty
    seed, an empty number or one that stands in the list twice.
    """
    plain = [plain_number(number) for number in numbers]
    if not seed:
        raise ValueError("A draw needs a seed")
    if not all(plain):
        raise ValueError("The list has an empty case number")
    if len(set(plain)) != len(plain):
        raise ValueError("The list has a case number twice")
    if count < 1:
        raise ValueError("Draw at least 1 case")
    if count > len(plain):
        raise ValueError(f"You asked for {count} cases, and the list has {len(plain)}")
    in_lot = sorted(plain, key=lambda number: _lot(seed, number))
    return Drawn(tuple(in_lot[:count]), seed, len(plain), digest_of(plain))


def _lot(seed: str, number: str) -> str:
    return hashlib.sha256(f"{seed}\n{number}".encode()).hexdigest()
