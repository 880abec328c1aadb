"""States and the moves between them: one machine, and a table for each kind of thing. Pure.

The diagrams in ``docs/architecture.md`` are made from the tables, and ``make check`` compares
them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from django.db.models import TextChoices

StateT = TypeVar("StateT", bound=TextChoices)
ActT = TypeVar("ActT", bound=StrEnum)


class NotAllowed(Exception):
    """The thing is not in a fit state for this; the message is what the reader sees."""


@dataclass(frozen=True)
class Move(Generic[StateT, ActT]):
    """From these states, this act leads to that state; None stays where it is.

    ``stamp`` names the pair of fields that say who did it and when: ``signed_off`` stands for
    ``signed_off_by`` and ``signed_off_at``.
    """

    act: ActT
    before: tuple[StateT, ...]
    after: StateT | None
    stamp: str = ""


@dataclass(frozen=True)
class Option:
    """A thing that could be done here: its address, or why this person cannot do it."""

    url: str = ""
    why_not: str = ""

    def __bool__(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class Machine(Generic[StateT, ActT]):
    """The moves of one kind of thing.

    ``name`` is what sentences call it, ``refusals`` say what stands against an act in each
    state, and ``first`` is where it begins, by what is done to it (``begins``).
    """

    name: str
    first: StateT
    begins: str
    moves: tuple[Move[StateT, ActT], ...]
    refusals: Mapping[StateT, str]

    def move(self, act: ActT, state: str) -> Move[StateT, ActT] | None:
        """The move that ``act`` makes from ``state``; None where there is none."""
        return next((one for one in self.moves if one.act == act and state in one.before), None)

    def next(self, act: ActT, state: str) -> StateT:
        """The state that ``act`` leads to; raise ``NotAllowed``, saying why not."""
        move = self.move(act, state)
        if move is None:
            raise NotAllowed(self.why_not(act, state))
        return move.after or type(self.first)(state)

    def why_not(self, act: ActT, state: str) -> str:
        """The sentence that says why ``act`` is not possible now; empty where it is."""
        if self.allows(act, state):
            return ""
        reason = self.refusals[type(self.first)(state)]
        return f"You cannot {act.value} this {self.name} now: {reason}."

    def allows(self, act: ActT, state: str) -> bool:
        """Whether ``act`` is possible in ``state``."""
        return self.move(act, state) is not None

    def stamp(self, act: ActT, state: str) -> str:
        """The pair of fields that ``act`` fills from ``state``; empty where there is none."""
        move = self.move(act, state)
        return move.stamp if move else ""

    def options(self, state: str, acts: Mapping[ActT, Option]) -> dict[str, Option]:
        """Of these acts those that the state allows, by the names of the acts (``sign_off``)."""
        return {act.name.lower(): option for act, option in acts.items() if self.allows(act, state)}

    def diagram(self) -> str:
        """The moves as a Mermaid state diagram, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {_id(self.first)}: {self.begins}"]
        lines += [
            f"    {_id(before)} --> {_id(move.after or before)}: {move.act.value}"
            for move in self.moves
            for before in move.before
        ]
        return "\n".join(lines)


def _id(state: TextChoices) -> str:
    return str(state.value).replace("-", "_")
