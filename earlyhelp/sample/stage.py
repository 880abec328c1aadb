"""Who acts in the sample, on which day: what every action of audits and the plan takes."""

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils import timezone

from earlyhelp.core.actor import Route
from teams.authority import Actor, actor_of
from teams.models import User

FOLDER = Path(__file__).parent / "derby"

# A line of a file, by its columns.
Row = dict[str, str]


def read(name: str) -> list[Row]:
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
    _known: dict[tuple[str, str], Actor] = field(default_factory=dict)

    def actor(self, name: str, on: str, hour: int = 10, minute: int = 0) -> Actor:
        """Somebody, acting at a moment of a day as the files write it."""
        now = timezone.make_aware(dt.datetime.combine(day(on), dt.time(hour, minute)))
        if (name, on) not in self._known:
            person = self.people[name]
            self._known[name, on] = actor_of(person, now=now, route=Route.COMMAND)
        return replace(self._known[name, on], now=now)


def words(text: str) -> list[str]:
    """The parts of a cell that holds several, between semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]
