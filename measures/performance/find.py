"""A team, a locality or a measure, found by part of its name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from measures.models import Measure
from measures.permissions import sees_areas_within_city
from teams.models import Locality, Team
from teams.permissions import Authority

# So many of each kind are listed; a name of more words says which is meant.
MOST = 50


@dataclass(frozen=True)
class Match:
    """Something with a page of its own; ``where`` says in which locality a team is."""

    name: str
    url: str
    where: str = ""


@dataclass(frozen=True)
class FindPage:
    """What was found, by kind; ``has_more`` where not all of it is listed."""

    asked: str
    groups: Sequence[tuple[str, Sequence[Match]]]
    has_more: bool

    @property
    def only(self) -> Match | None:
        """What was asked for by its whole name, or the one thing that was found."""
        found = [one for _, listed in self.groups for one in listed]
        exact = [one for one in found if one.name.casefold() == self.asked.casefold()]
        [only] = exact if len(exact) == 1 else found if len(found) == 1 else [None]
        return only if self.asked else None

    @property
    def names(self) -> list[str]:
        """All that was found, to choose from while typing."""
        return [one.name for _, listed in self.groups for one in listed]


def find_page(asked: str, authority: Authority) -> FindPage:
    """Everything with these words in its name that this person may open; three queries at most."""
    asked = " ".join(asked.split())
    groups = [(heading, list(found)) for heading, found in _groups(asked, authority)]
    return FindPage(
        asked=asked,
        groups=[(heading, listed[:MOST]) for heading, listed in groups if listed],
        has_more=any(len(listed) > MOST for _, listed in groups),
    )


def _groups(asked: str, authority: Authority) -> Iterator[tuple[str, Iterator[Match]]]:
    measures = Measure.objects.values_list("name", "code")
    yield "Measures", _pages(measures, asked, "performance-measure")
    if sees_areas_within_city(authority):
        localities = Locality.objects.values_list("name", "code")
        yield "Localities", _pages(localities, asked, "performance-locality")
        teams = Team.objects.values_list("name", "code", "locality__name")
        yield "Teams", _pages(teams, asked, "performance-team")


def _pages(named: QuerySet[Any, Any], asked: str, page: str) -> Iterator[Match]:
    for word in asked.split():
        named = named.filter(name__icontains=word)
    for name, code, *where in named[: MOST + 1]:
        # What the name says already goes without saying.
        said = [one for one in where if one and one not in name]
        yield Match(name, reverse(page, args=[code]), *said)
