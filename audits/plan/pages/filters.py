"""What a page of the plan is asked to show: whose, late or soon, a theme, a locality.

All of it stands in the address, so that a page can be kept, sent and gone back to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import Http404

from audits.plan.models import Theme
from audits.plan.progress import ActionProgress
from audits.plan.timing import Status
from teams.models import Locality

ThingT = TypeVar("ThingT")


class Show(TextChoices):
    """Which actions are shown."""

    ALL = "", "All"
    MINE = "mine", "Mine"
    LATE = "late", "Late"
    SOON = "soon", "Due in the next 30 days"
    WAITING = "waiting", "Waiting to be accepted"


# By how an action stands, and whether it is the reader's own.
KEEPS: dict[Show, Callable[[ActionProgress, bool], bool]] = {
    Show.ALL: lambda stands, mine: True,
    Show.MINE: lambda stands, mine: mine,
    Show.LATE: lambda stands, mine: stands.is_late,
    Show.SOON: lambda stands, mine: stands.is_soon,
    Show.WAITING: lambda stands, mine: stands.status == Status.CLAIMED,
}
_WHOLE = (Show.ALL.label, "All themes", "All localities")


@dataclass(frozen=True)
class Shown:
    """One choice of what to show, and whether to ``edit`` it; ``theme`` is its number."""

    show: Show = Show.ALL
    theme: int | None = None
    locality: Locality | None = None
    edit: bool = False

    @property
    def query(self) -> str:
        """It, as an address says it; nothing for the whole plan."""
        asked = {
            "show": self.show.value,
            "theme": self.theme,
            "locality": self.locality.code if self.locality else None,
            "edit": "yes" if self.edit else None,
        }
        return urlencode({key: value for key, value in asked.items() if value})

    @property
    def locality_id(self) -> int | None:
        """The locality's id; None for the whole city."""
        return self.locality.pk if self.locality else None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.to_read == Shown()

    @property
    def to_read(self) -> "Shown":
        """The same, without what changes it."""
        return replace(self, edit=False)

    def url(self, path: str) -> str:
        """An address that shows it."""
        if not self.query:
            return path
        return f"{path}{'&' if '?' in path else '?'}{self.query}"


@dataclass(frozen=True)
class FilterLink:
    """One filter as a link, with how many actions it shows."""

    text: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class FilterGroup:
    """Filters of which one holds."""

    label: str
    choices: Sequence[FilterLink]


def shown_of(
    asked: Mapping[str, str], themes: Sequence[Theme], localities: Sequence[Locality]
) -> Shown:
    """Read an address's query; "not found" for what there is not."""
    if asked.get("show", "") not in Show.values:
        raise Http404("Actions are shown as mine, late, soon or waiting")
    numbers = {str(one.number): one.number for one in themes}
    codes = {one.code: one for one in localities}
    return Shown(
        Show(asked.get("show", "")),
        _asked_for(asked.get("theme"), numbers, "There is no such theme in this plan"),
        _asked_for(asked.get("locality"), codes, "There is no such locality"),
        edit=asked.get("edit") == "yes",
    )


def _asked_for(value: str | None, things: Mapping[str, ThingT], missing: str) -> ThingT | None:
    if not value:
        return None
    if value not in things:
        raise Http404(missing)
    return things[value]


def groups_of(
    shown: Shown,
    path: str,
    themes: Sequence[Theme],
    localities: Sequence[Locality],
    count: Callable[[Shown], int],
) -> list[FilterGroup]:
    """The filters as links; each keeps what the others chose and counts within it."""

    def link(text: str, **change: Any) -> FilterLink:
        becomes = replace(shown, **change)
        return FilterLink(text, count(becomes), becomes.url(path), becomes == shown)

    groups = [FilterGroup("Which actions", [link(one.label, show=one) for one in Show])]
    if len(themes) > 1:
        by_theme = [link(str(one), theme=one.number) for one in themes]
        groups.append(FilterGroup("Theme", [link("All themes", theme=None), *by_theme]))
    if len(localities) > 1:
        by_place = [link(one.name, locality=one) for one in localities]
        groups.append(FilterGroup("Locality", [link("All localities", locality=None), *by_place]))
    return groups


def shown_words(groups: Sequence[FilterGroup]) -> str:
    """What is shown where it is not the whole plan: ``Late; North``."""
    chosen = [one.text for group in groups for one in group.choices if one.current]
    return "; ".join(text for text in chosen if text not in _WHOLE)
