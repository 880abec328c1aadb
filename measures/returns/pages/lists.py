"""Returns in lists, and one return as everybody who sees it reads it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.actor import Route
from earlyhelp.core.pages.wording import days_left
from measures.models import Figure, ReportingQuarter, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns.pages.fill_in import why_closed
from measures.workflow import QuarterState, ReturnState
from teams.permissions import Scope, Standing
from teams.quarters import Quarter

# The words say the state; the colour only repeats them.
COLOURS = {
    ReturnState.DUE: "",
    ReturnState.DRAFT: "blue",
    ReturnState.SUBMITTED: "yellow",
    ReturnState.RETURNED: "red",
    ReturnState.SIGNED_OFF: "green",
}


@dataclass(frozen=True)
class NextStep:
    """The one obvious thing to do with a return."""

    words: str
    url: str


@dataclass(frozen=True)
class ReturnRow:
    """A return in a list."""

    made: Return
    answered: str
    state: str
    colour: str
    late: str
    next_step: NextStep


def with_counts(returns: QuerySet[Return]) -> QuerySet[Return]:
    """With how many questions each is asked and how many are answered, in the same query."""
    answered = Q(figures__value__isnull=False) | ~Q(figures__answer="")
    return returns.annotate(asked=Count("figures"), answered=Count("figures", filter=answered))


def in_order(returns: QuerySet[Return]) -> QuerySet[Return]:
    """By quarter, then in the framework's order of localities and teams; city-wide ones last."""
    place = F("locality__position").asc(nulls_last=True)
    return returns.order_by("quarter", place, "team__position", "team__code")


def rows(returns: Iterable[Return], standing: Standing, today: dt.date) -> list[ReturnRow]:
    """The rows of a list; ``returns`` come ``with_counts`` and ``for_pages``."""
    return [_row(made, standing, today) for made in returns]


def _row(made: Return, standing: Standing, today: dt.date) -> ReturnRow:
    asked, answered = made.asked, made.answered  # type: ignore[attr-defined]  # with_counts
    state = ReturnState(made.state)
    enters = on_return(standing, MeasuresPermission.ENTER_FIGURES, made)
    label = "Returned to you" if state == ReturnState.RETURNED and enters else state.label
    return ReturnRow(
        made=made,
        answered=f"{answered} of {asked}",
        state=label,
        colour=COLOURS[state],
        late=late(made, today),
        next_step=_next_step(made, standing, is_complete=answered == asked, enters=enters),
    )


def _next_step(made: Return, standing: Standing, *, is_complete: bool, enters: bool) -> NextStep:
    if not enters or why_closed(made):
        return NextStep("See it", reverse("return", args=[made.pk]))
    fill_in = reverse("return-fill-in", args=[made.pk])
    if made.state == ReturnState.RETURNED:
        return NextStep("Correct and resubmit", fill_in)
    if is_complete and on_return(standing, MeasuresPermission.SUBMIT, made):
        return NextStep("Check and submit", reverse("return-check", args=[made.pk]))
    return NextStep("Start" if made.state == ReturnState.DUE else "Carry on", fill_in)


def late(made: Return, today: dt.date) -> str:
    """``3 days late`` for a return still to be submitted after its due date."""
    if not made.is_late_on(today) or why_closed(made):
        return ""
    days = (today - made.quarter.due_on).days
    return f"{days} day{'' if days == 1 else 's'} late"


def due_line(made: Return, today: dt.date) -> str:
    """``Due 14 July 2016: 9 days left``."""
    due = made.quarter.due_on
    verb = "Was due" if due < today else "Due"
    return f"{verb} {due.day} {due:%B %Y}: {days_left(due, today)}"


@dataclass(frozen=True)
class QuarterLink:
    """A quarter that has returns to see, and its address."""

    short: str
    slug: str
    is_chosen: bool


@dataclass(frozen=True)
class ReturnList:
    """The list of one quarter's returns, and the quarters that have others."""

    quarter: ReportingQuarter
    rows: Sequence[ReturnRow]
    open_quarters: Sequence[QuarterLink]
    past_quarters: Sequence[QuarterLink]
    tally: str


def return_list(
    scope: Scope, standing: Standing, today: dt.date, wanted: Quarter | None
) -> ReturnList | None:
    """The returns of ``wanted``, or of the latest open quarter; None where there are none.

    Two queries.
    """
    quarters = list(
        ReportingQuarter.objects.opened()
        .filter(pk__in=Return.objects.within(scope).values("quarter"))
        .order_by("-index")
    )
    open_ones = [one for one in quarters if one.is_open]
    chosen = next((one for one in quarters if wanted is None or one.quarter == wanted), None)
    if wanted is None and open_ones:
        chosen = open_ones[0]
    if chosen is None:
        return None
    found = in_order(
        with_counts(Return.objects.within(scope).for_quarter(chosen.quarter).for_pages())
    )
    listed = rows(found, standing, today)
    signed_off = sum(row.made.state == ReturnState.SIGNED_OFF for row in listed)
    return ReturnList(
        quarter=chosen,
        rows=listed,
        open_quarters=[_link(one, chosen) for one in open_ones],
        past_quarters=[_link(one, chosen) for one in quarters if not one.is_open],
        tally=f"{signed_off} of {len(listed)} signed off",
    )


def _link(quarter: ReportingQuarter, chosen: ReportingQuarter) -> QuarterLink:
    return QuarterLink(quarter.quarter.short, slug_of(quarter.quarter), quarter.pk == chosen.pk)


def slug_of(quarter: Quarter) -> str:
    """``2015-16-q4``, as addresses have it."""
    return str(quarter).lower().replace(" ", "-")


def quarter_of(slug: str) -> Quarter:
    """Read what ``slug_of`` wrote; ValueError for anything else."""
    year, _, number = slug.rpartition("-q")
    return Quarter.parse(f"{year} Q{number}")


def status_line(made: Return) -> str:
    """Who submitted and signed off, when; or where the return stands."""
    if made.state == ReturnState.SIGNED_OFF:
        if made.signed_off_route == Route.IMPORT:
            return f"Signed off by import on {_day(made.signed_off_at)}."
        signed = f"Signed off by {made.signed_off_by} on {_day(made.signed_off_at)}."
        return f"{_submitted(made)} {signed}"
    if made.quarter.state == QuarterState.CLOSED and made.accepted_late_at is None:
        counts = "It counts in no roll-up unless it is accepted late."
        if made.state == ReturnState.SUBMITTED:
            return f"{_submitted(made)} Not signed off before the quarter closed. {counts}"
        if made.state == ReturnState.RETURNED:
            return f"{_returned(made)} Not submitted again before the quarter closed. {counts}"
        return f"Not submitted before the quarter closed. {counts}"
    if made.state == ReturnState.SUBMITTED:
        return f"{_submitted(made)} Waiting to be signed off."
    if made.state == ReturnState.RETURNED:
        return _returned(made)
    if made.state == ReturnState.DRAFT:
        return "In progress: the team has not submitted it yet."
    return "Not started yet."


def _submitted(made: Return) -> str:
    return f"Submitted by {made.submitted_by} on {_day(made.submitted_at)}."


def _returned(made: Return) -> str:
    return f"Returned to the team by {made.returned_by} on {_day(made.returned_at)}."


def _day(when: dt.datetime | None) -> str:
    if when is None:
        return ""
    there = timezone.localtime(when)
    return f"{there.day} {there:%B %Y}"


def queried(returns: Iterable[Return]) -> dict[int, list[Figure]]:
    """The questions that the reviewer named, by return id; one query."""
    found: dict[int, list[Figure]] = {}
    for figure in (
        Figure.objects.filter(return_made__in=[made.pk for made in returns], is_queried=True)
        .select_related("item")
        .order_by("item__position", "item__code")
    ):
        found.setdefault(figure.return_made_id, []).append(figure)
    return found
