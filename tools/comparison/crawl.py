"""Everybody's way through the site: what each person's pages lead to, then what others see.

How many addresses of one kind somebody asks for is bounded. Which ones is drawn by a digest of
the address, so that an address more or less moves no others in or out.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from comparison import site
from comparison.archive import Answer
from comparison.site import Person, Place, Visitor


@dataclass(frozen=True)
class Bounds:
    """How many addresses one person asks for.

    Of a kind (a URL name with what the query names): ``links`` that their own pages lead to,
    ``posts`` forms sent empty. Of a URL name: ``queries`` with a query, whatever it asks,
    ``shared`` ones that anybody's pages lead to. In the administration a third of these.
    """

    links: int = 12
    queries: int = 12
    shared: int = 3
    posts: int = 3

    def __getitem__(self, name: str) -> "Bounds":
        """What holds for a URL name: the administration's pages are all made alike."""
        if not name.startswith("admin:"):
            return self
        return Bounds(*(-(-most // 3) for most in vars(self).values()))


@dataclass(frozen=True)
class Walk:
    """What somebody was answered, where their pages lead, and which forms they can open."""

    person: Person
    answers: list[Answer]
    seen: dict[str, Place]
    posts: list[str]


def drawn(addresses: Iterable[str], person: str = "") -> list[str]:
    """Addresses in an order of this person's that depends on each of them alone."""
    return sorted(
        addresses, key=lambda address: hashlib.sha256((person + address).encode()).digest()
    )


def walk(person: Person, bounds: Bounds) -> Walk:
    """Follow every link from the home page, breadth first."""
    visitor = Visitor(person)
    answers: list[Answer] = []
    seen = {"/": site.place_of("/")}
    posts: dict[str, None] = {}
    counted: Counter[str] = Counter()
    ahead = ["/"]
    while ahead:
        found: dict[str, None] = {}
        for address in drawn(ahead, person.name):
            place, most = seen[address], bounds[seen[address].name]
            if counted[place.kind] == most.links or (
                place.asks and counted[place.name] == most.queries
            ):
                continue
            counted.update([place.kind, place.name] if place.asks else [place.kind])
            reply = visitor.get(address)
            answers.append(reply.answer)
            found |= dict.fromkeys(reply.leads.addresses)
            posts |= dict.fromkeys(reply.leads.posts)
        ahead = [address for address in found if address not in seen]
        seen |= {address: site.place_of(address) for address in ahead}
    return Walk(person, answers, seen, list(posts))


def shared_addresses(seen: dict[str, Place], bounds: Bounds) -> tuple[list[str], list[str]]:
    """What everybody is to ask for, and the URL names for which no address could be made.

    Of each URL name some that anybody's pages lead to, some of those with a query, and one with
    the arguments of another address: a row in a state in which no page leads there.
    """
    known: dict[str, list[str]] = defaultdict(list)
    arguments: dict[tuple[str, tuple[tuple[str, Any], ...]], None] = {}
    for address in drawn(seen):
        place = seen[address]
        known[f"{place.name}{'?' if place.asks else ''}"].append(address)
        arguments[place.route, place.arguments] = None
    shared = []
    for kind, addresses in known.items():
        shared += addresses[: bounds[kind].shared]
    without = []
    for name, (route, wanted) in site.patterns().items():
        filled = _filled(name, route, wanted, list(arguments), seen)
        if filled is not None:
            shared.append(filled)
        elif name not in known and "/" not in name:
            without.append(name)
    return shared, without


def _filled(
    name: str,
    route: str,
    wanted: list[str],
    arguments: list[tuple[str, tuple[tuple[str, Any], ...]]],
    seen: dict[str, Place],
) -> str | None:
    """An address of ``name`` that nobody saw, with arguments of the address most like it.

    Where no address has them all, each is taken from one that has it, or invented.
    """

    def alike(place: tuple[str, object]) -> int:
        pairs = zip(place[0], route, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))

    given = dict.fromkeys(
        tuple((argument, value) for argument, value in pairs if argument in wanted)
        for _, pairs in sorted(arguments, key=alike, reverse=True)
    )
    whole = [dict(pairs) for pairs in given if len(pairs) == len(wanted)]
    each = {argument: value for pairs in reversed(given) for argument, value in pairs}
    for filling in [*whole, dict.fromkeys(wanted, "1") | each]:
        address = site.address_for(name, route, filling)
        if address is not None and address not in seen:
            return address
    return None


def ask_shared(walked: Walk, shared: list[str], bounds: Bounds) -> list[Answer]:
    """Ask for what others see too, and send every form that this person can open, empty."""
    visitor = Visitor(walked.person)
    asked = {answer.address for answer in walked.answers}
    answers = []
    posts = dict.fromkeys(walked.posts)
    for address in shared:
        if address not in asked:
            reply = visitor.get(address)
            answers.append(reply.answer)
            posts |= dict.fromkeys(reply.leads.posts)
    counted: Counter[str] = Counter()
    for address in drawn(posts, walked.person.name):
        place = site.place_of(address)
        if counted[place.kind] < bounds[place.name].posts:
            counted[place.kind] += 1
            answers.append(visitor.post_nothing(address).answer)
    return answers


def ask_again(person: Person, asked: list[tuple[str, str]]) -> list[Answer]:
    """Ask for addresses by method, as an earlier recording did."""
    visitor = Visitor(person)
    ways = {"GET": visitor.get, "POST": visitor.post_nothing}
    return [ways[method](address).answer for method, address in asked]
