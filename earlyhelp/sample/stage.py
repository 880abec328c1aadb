"""Who acts in the sample, on which day: what every action of audits and the plan takes."""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from teams.authority import Actor, standing_of
from teams.models import Route, User
from teams.permissions import Standing

FOLDER = Path(__file__).parent / "derby"


def read(name: str) -> list[dict[str, str]]:
    """The rows of a file of the sample's folder, like ``plan/actions``."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> dt.date:
    """A day as the files write it: 2016-07-05."""
    return dt.date.fromisoformat(text)


@dataclass
class Stage:
    """The sample's people, called by name, acting on days of the past.

    Everything is done by command, so that no mail is written about what is history here.
    """

    people: Mapping[str, User]
    _standing: dict[tuple[str, dt.date], Standing] = field(default_factory=dict)

    def by(self, name: str, on: dt.date, hour: int = 10, minute: int = 0) -> dict[str, Any]:
        """``by``, ``standing``, ``route`` and ``at`` of somebody at a moment."""
        known = self._standing.get((name, on))
        if known is None:
            known = self._standing[name, on] = standing_of(self.people[name], on)
        at = timezone.make_aware(dt.datetime.combine(on, dt.time(hour, minute)))
        return {"by": self.people[name], "standing": known, "route": Route.COMMAND, "at": at}

    def actor(self, name: str, on: dt.date, hour: int = 10, minute: int = 0) -> Actor:
        """Somebody, acting at a moment."""
        who = self.by(name, on, hour, minute)
        return Actor(who["by"], who["standing"], on, who["at"], Route.COMMAND)

    def on(self, name: str, on: dt.date, hour: int = 10, minute: int = 0) -> dict[str, Any]:
        """The same with ``today``, for actions that ask for the day."""
        return {**self.by(name, on, hour, minute), "today": on}


def words(text: str, mark: str = ";") -> list[str]:
    """The parts of a cell that holds several."""
    return [part.strip() for part in text.split(mark) if part.strip()]
