"""Running a quarter: how far it is, who is late, whom to chase, what closing leaves behind."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.pages.wording import days_left, long_date, part_of
from earlyhelp.core.workflow import Option
from measures.models import DataItem, ReportingQuarter, Return
from measures.permissions import MeasuresPermission
from measures.quarters import closing
from measures.quarters.opening import why_not_open
from measures.querysets import UNLOCKED, QuarterQuerySet
from measures.returns.owed import is_late, who_submits
from measures.returns.status import late
from measures.workflow import QUARTER, WITH_THE_TEAM, QuarterAct, QuarterState, ReturnState
from teams.models import Team, User
from teams.permissions import Authority
from teams.quarters import Quarter

# A page shows so many returns together; of more than that, one locality's, page by page.
RETURNS_AT_ONCE = 100
# What is counted at a glance.
COUNTED = [*ReturnState.labels, "Late"]


def all_quarters() -> QuarterQuerySet:
    """Every quarter, latest first, with how many returns it has and how many are signed off."""
    signed = Count("returns", filter=Q(returns__state=ReturnState.SIGNED_OFF))
    return ReportingQuarter.objects.annotate(expected=Count("returns"), signed=signed).order_by(
        "-index"
    )


def next_to_plan(today: dt.date) -> Quarter:
    """The quarter after the latest that is planned, or today's where none is."""
    latest = ReportingQuarter.objects.order_by("-index").first()
    return Quarter.containing(today) if latest is None else latest.quarter + 1


@dataclass(frozen=True)
class TeamRow:
    """One team's return at a glance; it comes ``with_counts``."""

    made: Return
    late: str

    @property
    def can_accept_late(self) -> bool:
        """Whether its quarter closed without it, and nobody accepted it since."""
        left_out = self.made.quarter.is_closed and self.made.state != ReturnState.SIGNED_OFF
        return left_out and self.made.accepted_late_at is None


@dataclass(frozen=True)
class LocalityCounts:
    """How many returns of a locality are in each state, and last how many are late."""

    code: str
    name: str
    counts: Sequence[int]

    @property
    def by_state(self) -> list[tuple[str, int]]:
        """The counts with what they are of."""
        return list(zip(COUNTED, self.counts, strict=True))


@dataclass(frozen=True)
class LocalityRows:
    """A locality's returns."""

    name: str
    rows: Sequence[TeamRow]


@dataclass(frozen=True)
class Chased:
    """Somebody to write to, and the returns they still owe."""

    person: User
    returns: Sequence[Return]
    is_late: bool


@dataclass(frozen=True)
class QuarterPage:
    """Everything that the page of one quarter prints.

    ``chosen`` is the code of the locality whose returns are shown, a page of them; nothing where
    all are.
    """

    row: ReportingQuarter
    lead: str
    glance: Sequence[LocalityCounts]
    chosen: str
    pages: Page[Return]
    areas: Sequence[LocalityRows]
    chase: Sequence[Chased]
    nobody: Sequence[Return]

    @property
    def total(self) -> LocalityCounts:
        """The counts of all localities."""
        return LocalityCounts("", "All", _totals(self.glance))

    @property
    def which(self) -> str:
        """Which returns the tables are about, after their names: ``, North, page 1 of 2``."""
        said = [area.name for area in self.areas[:1] if self.chosen]
        if self.pages.has_other_pages():
            said.append(f"page {self.pages.number} of {self.pages.paginator.num_pages}")
        return "".join(f", {words}" for words in said)


def quarter_page(
    row: ReportingQuarter, today: dt.date, locality: str = "", page_number: str = ""
) -> QuarterPage:
    """One quarter at a glance; six queries, whatever the number of teams.

    Of more than ``RETURNS_AT_ONCE`` returns those of one locality are shown, a page of them: the
    one asked for by its code, else the first.
    """
    glance = _glance(row, today)
    totals = _totals(glance)
    chosen = ""
    found = Return.objects.for_quarter(row.quarter).for_pages().with_counts().in_order()
    if sum(totals[:-1]) > RETURNS_AT_ONCE:
        codes = [one.code for one in glance]
        chosen = locality if locality in codes else codes[0]
        found = found.in_locality(chosen)
    returns = Paginator(found, RETURNS_AT_ONCE).get_page(page_number)
    areas: dict[str, list[TeamRow]] = defaultdict(list)
    for made in returns:
        name = made.locality.name if made.locality else "Whole area"
        areas[name].append(TeamRow(made, late(made, today)))
    chase, nobody = _chase(returns, today) if row.is_open else ([], [])
    return QuarterPage(
        row=row,
        lead=_lead(row, totals, today),
        glance=glance,
        chosen=chosen,
        pages=returns,
        areas=[LocalityRows(name, rows) for name, rows in areas.items()],
        chase=chase,
        nobody=nobody,
    )


def _glance(row: ReportingQuarter, today: dt.date) -> list[LocalityCounts]:
    """The counts of each locality in the framework's order, the whole area's last; one query."""
    in_states = {
        f"in_{place}": Count("pk", filter=Q(state=state)) for place, state in enumerate(ReturnState)
    }
    counted = Return.objects.for_quarter(row.quarter).by_locality(
        **in_states, late=Count("pk", filter=is_late(today) & UNLOCKED)
    )
    return [LocalityCounts(code, name, counts) for code, name, *counts in counted]


def _totals(glance: Sequence[LocalityCounts]) -> list[int]:
    return [sum(column) for column in zip(*(one.counts for one in glance), strict=True)]


def _lead(row: ReportingQuarter, totals: Sequence[int], today: dt.date) -> str:
    if row.state == QuarterState.UPCOMING:
        return f"Not opened yet. Returns will be due on {long_date(row.due_on)}."
    signed = totals[list(ReturnState).index(ReturnState.SIGNED_OFF)] if totals else 0
    made = sum(totals[:-1])
    so_far = f"{part_of(signed, made, 'return')} {'is' if made == 1 else 'are'} signed off."
    if row.closed_at is not None:
        by = f" by {row.closed_by}" if row.closed_by else ""
        return f"Closed on {long_date(timezone.localdate(row.closed_at))}{by}. {so_far}"
    return f"{_due(row, today)} {so_far}"


def _due(row: ReportingQuarter, today: dt.date) -> str:
    verb = "were" if today > row.due_on else "are"
    return f"Returns {verb} due on {long_date(row.due_on)}: {days_left(row.due_on, today)}."


def _chase(returns: Iterable[Return], today: dt.date) -> tuple[list[Chased], list[Return]]:
    """Whom to write to about returns that are not submitted, late ones first.

    The second list holds the returns that nobody is appointed to submit today.
    """
    owed = [made for made in returns if made.state in WITH_THE_TEAM]
    people = who_submits(owed, today)
    theirs: dict[User, list[Return]] = defaultdict(list)
    for made in owed:
        for person in people[made.pk]:
            theirs[person].append(made)
    chased = [
        Chased(person, listed, any(late(made, today) for made in listed))
        for person, listed in sorted(theirs.items(), key=lambda row: (row[0].name, row[0].email))
    ]
    chased.sort(key=lambda one: not one.is_late)
    return chased, [made for made in owed if not people[made.pk]]


def what_can_be_done(
    row: ReportingQuarter, authority: Authority, today: dt.date
) -> dict[str, Option]:
    """What this person can do with a quarter as it stands: the address, or why not."""
    if not authority.holds(MeasuresPermission.RUN_QUARTERS):
        return {}
    slug = [row.quarter.slug]
    acts = {
        QuarterAct.OPEN: Option(reverse("quarter-open", args=slug), why_not_open(row, today)),
        QuarterAct.CLOSE: Option(reverse("quarter-close", args=slug)),
        QuarterAct.UNDO_CLOSING: Option(
            reverse("quarter-undo-closing", args=slug), closing.why_not_undo(row)
        ),
    }
    return QUARTER.options(row.state, acts)


@dataclass(frozen=True)
class MissingReturns:
    """The returns of one state that a closing would leave out."""

    name: str
    returns: Sequence[Return]


@dataclass(frozen=True)
class ClosingPage:
    """What closing a quarter would leave out, by what is missing, and what speaks against it."""

    row: ReportingQuarter
    due: str
    groups: Sequence[MissingReturns]
    questions: Sequence[str]

    @property
    def number(self) -> int:
        """How many returns are left out."""
        return sum(len(group.returns) for group in self.groups)


def closing_page(row: ReportingQuarter, today: dt.date) -> ClosingPage:
    """What closing this quarter would do today; one query."""
    found = Return.objects.for_quarter(row.quarter).exclude(state=ReturnState.SIGNED_OFF)
    left = list(found.for_pages().order_by("team__position", "team__code"))
    groups = [
        MissingReturns(name, [made for made in left if made.state == state])
        for state, name in _MISSING.items()
    ]
    questions = closing.questions(row, [made.state for made in left], today)
    return ClosingPage(
        row, _due(row, today), [group for group in groups if group.returns], questions
    )


_MISSING = {
    ReturnState.SUBMITTED: "Submitted, waiting to be signed off",
    ReturnState.RETURNED: ReturnState.RETURNED.label,
    ReturnState.DRAFT: ReturnState.DRAFT.label,
    ReturnState.DUE: ReturnState.DUE.label,
}


def opening(row: ReportingQuarter) -> list[tuple[str, int, int]]:
    """What opening this quarter makes, before it does: kinds of team, returns, questions in each.

    Three queries.
    """
    teams = Team.objects.open_in(row.quarter).exclude(returns__quarter=row)
    kinds = Counter(
        (team.type_id, team.type.name)
        for team in teams.select_related("type").order_by("type__position", "position")
    )
    asked = Counter(
        DataItem.objects.asked_in(row.quarter)
        .filter(team_types__in=[pk for pk, _ in kinds])
        .order_by()
        .values_list("team_types", flat=True)
    )
    return [(name, number, asked[pk]) for (pk, name), number in kinds.items()]
