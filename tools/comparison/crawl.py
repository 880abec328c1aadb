"""Everybody's way through the site: what each person's pages lead to, then what others see.

How many addresses of one kind somebody asks for is bounded. Which ones is drawn by a digest of
the address, so that an address more or less moves no others in or out.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from comparison import site
from comparison.archive import Answer, Request
from comparison.links import Post
from comparison.site import Person, Place, Visitor


@dataclass(frozen=True)
class Bounds:
    """How many addresses one person asks for.

    Of a kind (a URL name with what the query names): ``links`` that their own pages lead to,
    ``posts`` forms sent. Of a URL name: ``queries`` with a query, whatever it asks,
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
    posts: dict[str, Post]


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
    posts: dict[str, Post] = {}
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
            reply = visitor.ask("GET", address)
            answers.append(reply.answer)
            found |= dict.fromkeys(reply.leads.addresses)
            _collect(posts, reply.leads.posts)
        ahead = [address for address in found if address not in seen]
        seen |= {address: site.place_of(address) for address in ahead}
    return Walk(person, answers, seen, posts)


def _collect(posts: dict[str, Post], more: list[Post]) -> None:
    """By address and button, as the first page has them."""
    for post in more:
        posts.setdefault(f"{post.address} {post.button}", post)


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
    """Ask for what others see too, and send every form that this person can open.

    Each is sent empty, and filled: as it stands, with an answer wherever it has none; where
    some of these are refused, again without them; and as if somebody had saved in between.
    """
    visitor = Visitor(walked.person)
    asked = {answer.address for answer in walked.answers}
    answers = []
    posts = dict(walked.posts)
    for address in shared:
        if address not in asked:
            reply = visitor.ask("GET", address)
            answers.append(reply.answer)
            _collect(posts, reply.leads.posts)
    counted: Counter[str] = Counter()
    sent: set[str] = set()
    for key in drawn(posts, walked.person.name):
        post = posts[key]
        place = site.place_of(post.address)
        kind = f"{place.kind} {post.button}"
        if counted[kind] == bounds[place.name].posts:
            continue
        counted[kind] += 1
        if post.address not in sent:
            sent.add(post.address)
            answers.append(visitor.ask("POST", post.address).answer)
        answers += _filled_in(visitor, post)
    return answers


def _filled_in(visitor: Visitor, post: Post) -> Iterator[Answer]:
    method = f"POST filled {post.button}".strip()
    reply = visitor.ask(method, post.address, post.filled)
    yield reply.answer
    fewer = post.without(reply.leads.refused)
    if fewer != post.filled:
        yield visitor.ask(f"{method} again", post.address, fewer).answer
    if post.stale != post.filled:
        yield visitor.ask(f"{method} stale", post.address, post.stale).answer


def set_stage(people: list[Person]) -> Iterator[Answer]:
    """Bring about, by the forms and for good, what the sample's story lacks.

    A draft of a tool; a round that is planned, with a case; a case that is graded and waits to
    be submitted.
    """
    by_name = {person.name.partition("@")[0]: Visitor(person) for person in people}
    officer, auditor = by_name["officer"], by_name["auditor"]
    tools = officer.ask("GET", "/audits/tools/").leads.addresses
    yield from _do(officer, [a for a in tools if re.fullmatch(r"/audits/tools/\d+/", a)], "version")
    yield from _do(officer, ["/audits/rounds/new/"])
    rounds = officer.ask("GET", "/audits/").leads.addresses
    yield from _do(officer, [f"{a}cases/add/" for a in rounds if re.search(r"/counted-.*/$", a)])
    mine = auditor.ask("GET", "/audits/mine/").leads.addresses
    yield from _do(auditor, [a for a in mine if a.endswith("/grade/")], "grade")


def _do(visitor: Visitor, pages: list[str], form: str = "") -> list[Answer]:
    """Send the first form of the first of some pages that has one, until it is taken."""
    for page in pages:
        for post in visitor.ask("GET", page).leads.posts:
            if form not in post.address or "logout" in post.address:
                continue
            reply = visitor.ask("POST kept", post.address, post.filled, keep=True)
            answers = [reply.answer]
            fewer = post.without(reply.leads.refused)
            if fewer != post.filled:
                answers.append(
                    visitor.ask("POST kept again", post.address, fewer, keep=True).answer
                )
            return answers
    return []


def ask_again(person: Person, asked: list[Request]) -> list[Answer]:
    """Ask what an earlier recording did."""
    visitor = Visitor(person)
    return [
        visitor.ask(one.method, one.address, one.sent).answer
        for one in asked
        if not one.method.startswith("POST kept")  # the stage is set already
    ]
