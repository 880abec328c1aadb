"""Free text that looks like a person's name, birth date, address or number: pointed out.

It is a warning. Whoever wrote the words may keep them, and says so once.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from earlyhelp.core.personal_data import warnings
from teams.models import Council, Locality, Team


@dataclass(frozen=True)
class Written:
    """Words that somebody wrote: the box they stand in, what it is about, and the words."""

    box: str
    about: str
    text: str


@dataclass(frozen=True)
class Noticed:
    """Something in a box that looks like a person: where, and the sentence."""

    box: str
    about: str
    sentence: str


def known_names() -> list[str]:
    """Names that are no person's: of teams, localities and the council. Three queries."""
    names = [*Team.objects.values_list("name", flat=True)]
    names += Locality.objects.values_list("name", flat=True)
    for name, area in Council.objects.values_list("name", "area_name"):
        names += [name, area]
    return names


def noticed(written: Iterable[Written]) -> list[Noticed]:
    """What in these boxes looks like a person, in order; asks for names only if there are words."""
    listed = [one for one in written if one.text.strip()]
    if not listed:
        return []
    known = known_names()
    return [
        Noticed(one.box, one.about, found.text)
        for one in listed
        for found in warnings(one.text, known)
    ]
