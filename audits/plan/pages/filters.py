"""What a page of the plan is asked to show: whose, late or soon, a theme, a locality.

All of it stands in the address, so that a page can be kept, sent and gone back to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import Http404

from audits.plan.models import Theme
from audits.plan.progress import Progress
from audits.plan.timing import Status
from teams.models import Locality


class Show(TextChoices):
    """Which actions are shown."""

    ALL = "", "All"
    MINE = "mine", "Mine"
    LATE = "late", "Late"
    SOON = "soon", "Due in the next 30 days"
    WAITING = "waiting", "Waiting to be accepted"


# By how an action stands, and whether it is the reader's own.
KEEPS: dict[Show, Callable[[Progress, bool], bool]] = {
    Show.ALL: lambda stands, mine: True,
    Show.MINE: lambda stands, mine: mine,
    Show.LATE: lambda stands, mine: stands.is_late,
    Show.SOON: lambda stands, mine: stands.is_soon,
    Show.WAITING: lambda stands, mine: stands.status == Status.CLAIMED,
}


@dataclass(frozen=True)
class Shown:
    """One choice of what to show; ``theme`` is its number in the plan."""

    show: Show = Show.ALL
    theme: int | None = None
    locality: Locality | None = None

    @property
    def query(self) -> str:
        """It, as an address says it; nothing for the whole plan."""
        said = {
            "show": self.show.value,
            "theme": self.theme,
            "locality": self.locality.code if self.locality else None,
        }
        return urlencode({key: value for key, value in said.items() if value})

    @property
    def locality_id(self) -> int | None:
        """The locality's id; None for the whole city."""
        return self.locality.pk if self.locality else None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self == Shown()


@dataclass(frozen=True)
class Choice:
    """One filter as a link, with how many actions it shows."""

    text: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True)
class ChoiceGroup:
    """Filters of which one holds."""

    label: str
    choices: Sequence[Choice]


def shown_of(
    asked: Mapping[str, str], themes: Sequence[Theme], localities: Sequence[Locality]
) -> Shown:
    """Read an address's query; "not found" for what there is not."""
    if asked.get("show", "") not in Show.values:
        raise Http404("Actions are shown as mine, late, soon or waiting")
    theme = None
    if asked.get("theme"):
        theme = next((one.number for one in themes if str(one.number) == asked["theme"]), None)
        if theme is None:
            raise Http404("There is no such theme in this plan")
    locality = None
    if asked.get("locality"):
        locality = next((one for one in localities if one.code == asked["locality"]), None)
        if locality is None:
            raise Http404("There is no such locality")
    return Shown(Show(asked.get("show", "")), theme, locality)


def groups_of(
    shown: Shown,
    path: str,
    themes: Sequence[Theme],
    localities: Sequence[Locality],
    count: Callable[[Shown], int],
) -> list[ChoiceGroup]:
    """The filters as links; each keeps what the others chose and counts within it."""

    def choice(text: str, becomes: Shown) -> Choice:
        url = f"{path}?{becomes.query}" if becomes.query else path
        return Choice(text, count(becomes), url, becomes == shown)

    found = [
        ChoiceGroup("Which actions", [choice(one.label, replace(shown, show=one)) for one in Show])
    ]
    if len(themes) > 1:
        by_theme = [
            choice("All themes", replace(shown, theme=None)),
            *(choice(str(one), replace(shown, theme=one.number)) for one in themes),
        ]
        found.append(ChoiceGroup("Theme", by_theme))
    if len(localities) > 1:
        by_place = [
            choice("All localities", replace(shown, locality=None)),
            *(choice(one.name, replace(shown, locality=one)) for one in localities),
        ]
        found.append(ChoiceGroup("Locality", by_place))
    return found
