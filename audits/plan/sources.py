"""Where an action of the plan comes from, told by an upper room; the plan itself knows no audits.

``audits`` registers at start-up what it knows of the actions that come from its findings.
"""

from collections.abc import Callable
from dataclasses import dataclass

from audits.plan.models import Action, Source
from teams.authority import Actor


@dataclass(frozen=True)
class Origin:
    """What an action comes from: its words, and where they were said."""

    text: str
    place: str


@dataclass(frozen=True)
class Provider:
    """What an upper room knows of the actions of one source.

    ``origin`` gives what an action comes from, if that is known. ``carry_over(old, new, by)``
    has the same hold of an action carried over into a later plan, in its transaction.
    """

    origin: Callable[[Action], Origin | None]
    carry_over: Callable[[Action, Action, Actor], None]


_providers: dict[str, Provider] = {}


def register(source: Source, provider: Provider) -> None:
    """Have ``provider`` asked about every action of this source."""
    _providers[source] = provider


def origin(action: Action) -> Origin | None:
    """What an action comes from, where an upper room knows it; the provider's queries."""
    provider = _providers.get(action.source)
    return provider.origin(action) if provider else None


def carry_over(old: Action, new: Action, *, by: Actor) -> None:
    """Have the new action come from what the old one came from."""
    provider = _providers.get(old.source)
    if provider:
        provider.carry_over(old, new, by)
