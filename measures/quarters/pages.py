"""Running a quarter: how far it is, who is late, whom to chase, what closing leaves behind."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from earlyhelp.core.pages.wording import days_left
from measures.models import DataItem, ReportingQuarter, Return
from measures.returns.status import late
from measures.workflow import QuarterState, ReturnState
from teams.models import Appointment, Team
from teams.quarters import Quarter
from teams.roles import Role

_QUARTER_COLOURS = {
    QuarterState.UPCOMING: "",
    QuarterState.OPEN: "blue",
    QuarterState.CLOSED: "green",
}


@dataclass(frozen=True)
class QuarterRow:
    """A quarter in the list of all of them."""

    row: ReportingQuarter
    quarter: Quarter
    slug: str
    state: str
    colour: str
    progress: str


def all_quarters() -> list[QuarterRow]:
    """Every quarter, latest first, with how many of its returns are signed off; one query."""
    counted = ReportingQuarter.objects.annotate(
        expected=Count("returns"),
        signed=Count("returns", filter=Q(returns__state=ReturnState.SIGNED_OFF)),
    ).order_by("-index")
    return [
        QuarterRow(
            row=row,
            quarter=row.quarter,
            slug=row.quarter.slug,
            state=QuarterState(row.state).label,
            colour=_QUARTER_COLOURS[QuarterState(row.state)],
            progress=f"{row.signed} of {row.expected} signed off" if row.expected else "",
        )
        for row in counted
    ]


def next_to_plan(today: dt.date) -> Quarter:
    """The quarter after the latest that is planned, or today's where none is."""
    latest = ReportingQuarter.objects.order_by("-index").first()
    return Quarter.containing(today) if latest is None else latest.quarter + 1


@dataclass(frozen=True)
class TeamRow:
    """One team's return at a glance."""

    made: Return
    state: str
    colour: str
    answered: str
    late: str
    accepted_late: bool
    can_accept_late: bool


@dataclass(frozen=True)
class Chased:
    """Somebody to write to, and the returns they still owe."""

    name: str
    email: str
    returns: Sequence[Return]
    is_late: bool


@dataclass(frozen=True)
class Area:
    """A locality's returns; ``counts`` goes with the page's states, in order, then late."""

    name: str
    counts: Sequence[int]
    rows: Sequence[TeamRow]


@dataclass(frozen=True)
class QuarterPage:
    """Everything that the page of one quarter prints."""

    row: ReportingQuarter
    quarter: Quarter
    slug: str
    lead: str
    states: Sequence[str]
    areas: Sequence[Area]
    totals: Sequence[int]
    chase: Sequence[Chased]
    nobody: Sequence[Return]


def quarter_page(row: ReportingQuarter, today: dt.date) -> QuarterPage:
    """One quarter at a glance; four queries, whatever the number of teams."""
    # City-wide last, whichever way the database sorts what has no locality.
    found = Return.objects.for_quarter(row.quarter).for_pages().with_counts().in_order()
    returns = sorted(found, key=lambda made: made.is_city_wide)
    chase, nobody = _chase(returns, today) if row.is_open else ([], [])
    areas = _areas(returns, today)
    return QuarterPage(
        row=row,
        quarter=row.quarter,
        slug=row.quarter.slug,
        lead=_lead(row, returns, today),
        states=[*(state.label for state in ReturnState), "Late"],
        areas=areas,
        totals=[sum(column) for column in zip(*(area.counts for area in areas), strict=True)],
        chase=chase,
        nobody=nobody,
    )


def _lead(row: ReportingQuarter, returns: list[Return], today: dt.date) -> str:
    if row.state == QuarterState.UPCOMING:
        return f"Not opened yet. Returns will be due on {_day(row.due_on)}."
    signed = sum(made.state == ReturnState.SIGNED_OFF for made in returns)
    so_far = f"{signed} of {len(returns)} returns are signed off."
    if row.closed_at is not None:
        by = f" by {row.closed_by}" if row.closed_by else ""
        return f"Closed on {_day(timezone.localdate(row.closed_at))}{by}. {so_far}"
    verb = "were" if row.is_late_on(today) else "are"
    return f"Returns {verb} due on {_day(row.due_on)}: {days_left(row.due_on, today)}. {so_far}"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def _areas(returns: list[Return], today: dt.date) -> list[Area]:
    grouped: dict[str, list[Return]] = {}
    for made in returns:
        grouped.setdefault(made.locality.name if made.locality else "City-wide", []).append(made)
    found = []
    for name, members in grouped.items():
        states = Counter(made.state for made in members)
        found.append(
            Area(
                name,
                [
                    *(states[state] for state in ReturnState),
                    sum(bool(late(made, today)) for made in members),
                ],
                [_row(made, today) for made in members],
            )
        )
    return found


def _row(made: Return, today: dt.date) -> TeamRow:
    state = ReturnState(made.state)
    answered, asked = made.answered, made.asked  # type: ignore[attr-defined]  # with_counts
    accepted = made.accepted_late_at is not None
    return TeamRow(
        made=made,
        state=state.label,
        colour=state.colour,
        answered=f"{answered} of {asked}",
        late=late(made, today),
        accepted_late=accepted,
        can_accept_late=made.quarter.is_closed and state != ReturnState.SIGNED_OFF and not accepted,
    )


def _chase(returns: list[Return], today: dt.date) -> tuple[list[Chased], list[Return]]:
    """Whom to write to about returns that are not submitted, late ones first.

    City-wide returns are the performance officers' own. The second list holds the returns
    that nobody is appointed to submit today.
    """
    owed = [
        made
        for made in returns
        if made.state in (ReturnState.DUE, ReturnState.DRAFT, ReturnState.RETURNED)
    ]
    posts = (
        Appointment.objects.in_force(today)
        .filter(
            Q(role=Role.TEAM_MANAGER, team__in=[made.team_id for made in owed])
            | Q(role=Role.PERFORMANCE_OFFICER),
            person__is_active=True,
        )
        .select_related("person")
        .order_by("person__name", "person__email")
    )
    by_person: dict[int, Chased] = {}
    reached: set[int] = set()
    for post in posts:
        theirs = [
            made
            for made in owed
            if (made.is_city_wide if post.team_id is None else made.team_id == post.team_id)
        ]
        if not theirs:
            continue
        reached.update(made.pk for made in theirs)
        before = by_person.get(post.person_id)
        everything = [*(before.returns if before else ()), *theirs]
        unique = list({made.pk: made for made in everything}.values())
        by_person[post.person_id] = Chased(
            post.person.name,
            post.person.email,
            unique,
            any(late(made, today) for made in unique),
        )
    people = sorted(by_person.values(), key=lambda one: not one.is_late)
    return people, [made for made in owed if made.pk not in reached]


@dataclass(frozen=True)
class Opening:
    """What opening a quarter will make: returns by kind of team, with their questions."""

    kinds: Sequence[tuple[str, int, int]]

    @property
    def returns(self) -> int:
        """How many returns it makes."""
        return sum(teams for _, teams, _ in self.kinds)


def opening(row: ReportingQuarter) -> Opening:
    """Count what opening this quarter makes, before it does; three queries."""
    teams = Team.objects.open_in(row.quarter).exclude(returns__quarter=row)
    kinds: dict[int, tuple[str, int]] = {}
    for team in teams.select_related("type").order_by("type__position", "position"):
        name, number = kinds.get(team.type_id, (team.type.name, 0))
        kinds[team.type_id] = (name, number + 1)
    asked: Counter[int] = Counter(
        DataItem.objects.asked_in(row.quarter)
        .filter(team_types__in=list(kinds))
        .order_by()
        .values_list("team_types", flat=True)
    )
    return Opening([(name, number, asked[pk]) for pk, (name, number) in kinds.items()])
