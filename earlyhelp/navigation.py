"""What stands around every page: the council, who is signed in as what, and where to go."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import get_text_list

from audits.permissions import AuditsPermission as Audits
from audits.plan.permissions import PlanPermission
from earlyhelp.core import clock
from earlyhelp.report.permissions import ReportPermission as Reports
from earlyhelp.waiting import IN_AUDITS, TO_CONFIRM, what_waits
from measures.permissions import MeasuresPermission as Measures
from measures.permissions import bases_seen, review_scope
from teams.models import Council, User
from teams.permissions import Authority, TeamsPermission
from teams.roles import TEAM_ROLES, Role


@dataclass(frozen=True)
class NavLink:
    """One place to go; ``badge`` is how many things wait there."""

    label: str
    url: str
    current: bool = False
    badge: int = 0


@dataclass(frozen=True)
class Tab:
    """A place in the navigation: its words, its address, for whom it is, and what waits there."""

    label: str
    name: str
    is_for: Callable[[Authority], bool]
    badge: tuple[str, ...] = ()
    # Pages that belong here although their address lies elsewhere.
    holds: tuple[str, ...] = ()


# In the order of the page.
PLACES = [
    Tab("Home", "home", lambda authority: True),
    Tab(
        "Returns", "returns", lambda authority: authority.holds(Measures.SEE_RETURNS), ("fill in",)
    ),
    Tab(
        "Review",
        "review-queue",
        lambda authority: bool(review_scope(authority)),
        ("review",),
        holds=("return-review", "return-send-back", "return-reopen"),
    ),
    Tab(
        "Quarters",
        "quarters",
        lambda authority: authority.holds(Measures.RUN_QUARTERS),
        holds=("import-figures", "import-confirm", "import-problems"),
    ),
    Tab(
        "Corrections",
        "corrections",
        lambda authority: (
            authority.holds(Measures.PROPOSE_CORRECTION) or authority.holds(Measures.COUNTERSIGN)
        ),
    ),
    Tab("Performance", "performance-city", lambda authority: bool(bases_seen(authority))),
    Tab("Audits", "audits", lambda authority: authority.holds(Audits.SEE_CITY_RESULTS), IN_AUDITS),
    Tab("Actions", "actions", lambda authority: authority.holds(PlanPermission.SEE_PLAN)),
    Tab("Reports", "reports", lambda authority: authority.holds(Reports.READ_PUBLISHED)),
    Tab("Framework", "framework", lambda authority: authority.holds(Measures.KEEP_FRAMEWORK)),
    Tab("Cover", "cover", lambda authority: authority.holds(TeamsPermission.APPOINT_COVER)),
    Tab(
        "To confirm",
        "confirmations",
        lambda authority: authority.holds(TeamsPermission.CONFIRM),
        TO_CONFIRM,
    ),
    Tab("Status", "status", lambda authority: authority.holds(TeamsPermission.KEEP_PEOPLE)),
]


def entries(request: HttpRequest) -> list[NavLink]:
    """Where a signed-in person can go, with what waits for them there."""
    if not isinstance(getattr(request, "user", None), User):
        return []
    authority: Authority = request.actor.authority  # type: ignore[attr-defined]  # by middleware
    places = [place for place in PLACES if place.is_for(authority)]
    urls = {place.name: reverse(place.name) for place in places}
    here = _here(request, places, urls)
    waiting = what_waits(request)
    found = [
        NavLink(
            place.label,
            urls[place.name],
            place.name == here,
            sum(waiting[kind] for kind in place.badge),
        )
        for place in places
    ]
    # An officer works on the framework's own pages, and finds its files from there.
    if request.user.is_staff and authority.holds(TeamsPermission.KEEP_PEOPLE):
        found.append(NavLink("Administration", reverse("admin:index")))
    return found


def _here(request: HttpRequest, places: list[Tab], urls: dict[str, str]) -> str:
    """The place that the page belongs to: by its name, or the closest by its address."""
    page = request.resolver_match.url_name if request.resolver_match else None
    for place in places:
        if page in place.holds:
            return place.name
    within = [place.name for place in places if request.path.startswith(urls[place.name])]
    return max(within, key=lambda name: len(urls[name]), default="")


def role_line(request: HttpRequest) -> list[tuple[str, str]]:
    """The signed-in person's roles now, each with where it holds ("" is the whole city)."""
    if not isinstance(getattr(request, "user", None), User):
        return []
    authority: Authority = request.actor.authority  # type: ignore[attr-defined]  # by middleware
    places: dict[Role, list[str]] = {}
    for post in authority.appointments:
        held = places.setdefault(post.role, [])
        if post.place:
            held.append(post.place)
    return [(role.label, _where(role, held)) for role, held in places.items()]


def _where(role: Role, places: list[str]) -> str:
    if len(places) <= 2:
        return get_text_list(places, "and")
    return f"{len(places)} {'teams' if role in TEAM_ROLES else 'localities'}"


def council_name(request: HttpRequest) -> str:
    """The council's name, or nothing before one is loaded."""
    person = getattr(request, "user", None)  # none yet where a wrong host was refused
    if isinstance(person, User) and person.council is not None:
        return person.council.name
    return Council.objects.values_list("name", flat=True).first() or ""


def area_name(request: HttpRequest) -> str:
    """What the council calls its whole area: a county has no city."""
    person = getattr(request, "user", None)
    if isinstance(person, User) and person.council is not None:
        return person.council.area_name
    return Council.whole_area()


def sample_day() -> dt.date | None:
    """The day that the sample's clock stands at, if pages must say that this is the sample."""
    return settings.BUSINESS_DATE if settings.SAMPLE else None


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """For every template; each is worked out only where a page shows it."""
    return {
        "council_name": SimpleLazyObject(partial(council_name, request)),
        "area_name": SimpleLazyObject(partial(area_name, request)),
        "nav": SimpleLazyObject(partial(entries, request)),
        "role_line": SimpleLazyObject(partial(role_line, request)),
        "is_sample": settings.SAMPLE,
        "sample_day": sample_day(),
        "printed_on": clock.today(),
    }
