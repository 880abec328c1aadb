"""A page with one form about a part of the plan, and theirs beside mine where two met."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Differing:
    """Something that somebody else saved meanwhile, beside what was typed here."""

    name: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class FormPage:
    """The words around a form; ``facts`` are what one needs to see while filling it in.

    ``clash`` says that somebody else was faster; ``differing`` is where the two differ.
    """

    title: str
    caption: str
    crumbs: Sequence[tuple[str, str]]
    lead: str = ""
    facts: Sequence[tuple[str, str]] = ()
    clash: str = ""
    differing: Sequence[Differing] = ()


def differing(*sides: tuple[str, str, str]) -> list[Differing]:
    """Of these (name, theirs, mine) the ones that are not the same."""
    return [
        Differing(name, theirs, mine)
        for name, theirs, mine in sides
        if theirs.strip().replace("\r\n", "\n") != mine.strip().replace("\r\n", "\n")
    ]
