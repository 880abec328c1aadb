"""Sharing cases out over several auditors, as evenly as their own lines allow. Pure."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

CaseT = TypeVar("CaseT")
PersonT = TypeVar("PersonT")


@dataclass(frozen=True)
class Shared(Generic[CaseT, PersonT]):
    """Whose case each is, by case, and the cases that none of these people may audit."""

    by_case: Mapping[CaseT, PersonT]
    nobodys: Sequence[CaseT]


def share_out(
    cases: Mapping[CaseT, Sequence[PersonT]], people: Sequence[PersonT]
) -> Shared[CaseT, PersonT]:
    """Give each case to one of the ``people`` who may audit it (``cases`` says who), evenly.

    In order, each to whoever has fewest so far; then cases are passed on, along chains of
    people, as long as somebody has two more than another. The loads are then as even as the
    lines allow: no other way of giving the same cases has a lighter heaviest load. The same
    cases and people always come out the same.
    """
    theirs: dict[PersonT, list[CaseT]] = {person: [] for person in people}
    nobodys = []
    for case, may in cases.items():
        fit = [person for person in people if person in may]
        if not fit:
            nobodys.append(case)
            continue
        theirs[min(fit, key=lambda person: len(theirs[person]))].append(case)
    while chain := _chain(theirs, cases):
        for giver, case, taker in chain:
            theirs[giver].remove(case)
            theirs[taker].append(case)
    by_case = {case: person for person, mine in theirs.items() for case in mine}
    return Shared(by_case, tuple(nobodys))


def _chain(
    theirs: Mapping[PersonT, Sequence[CaseT]], cases: Mapping[CaseT, Sequence[PersonT]]
) -> list[tuple[PersonT, CaseT, PersonT]]:
    """Who passes which case on to whom, from one who has two more than the last; or nothing."""
    for first in sorted(theirs, key=lambda person: -len(theirs[person])):
        came: dict[PersonT, tuple[PersonT, CaseT]] = {}
        waiting = deque([first])
        while waiting:
            giver = waiting.popleft()
            for case in theirs[giver]:
                for taker in cases[case]:
                    if taker not in theirs or taker == first or taker in came:
                        continue
                    came[taker] = (giver, case)
                    if len(theirs[taker]) + 2 <= len(theirs[first]):
                        return _back(came, first, taker)
                    waiting.append(taker)
    return []


def _back(
    came: Mapping[PersonT, tuple[PersonT, CaseT]], first: PersonT, last: PersonT
) -> list[tuple[PersonT, CaseT, PersonT]]:
    chain, taker = [], last
    while taker != first:
        giver, case = came[taker]
        chain.append((giver, case, taker))
        taker = giver
    return chain
