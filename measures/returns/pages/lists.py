"""Returns in lists, and one return as everybody who sees it reads it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from earlyhelp.core.compiled_queries import fetch
from measures.models import ReportingQuarter, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns.status import late, ready_line, why_closed
from measures.workflow import ReturnState
from teams.permissions import Authority, Scope
from teams.quarters import Quarter

RETURNS_A_PAGE = 50
# Beside all together: a switch of one locality would change nothing.
LEAST_LOCALITIES = 2


# What a return waits for, the most pressing first.
CORRECT, FILL_IN, SUBMIT, CHECK = WAITS = "to correct", "to fill in", "to submit", "to check"


@dataclass(frozen=True)
class NextStep:
    """The one obvious thing to do with a return; ``waits`` says it in a heading."""

    words: str
    url: str
    waits: str = FILL_IN


@dataclass(frozen=True)
class ReturnRow:
    """A return in a list."""

    made: Return
    answered: str
    state: str
    colour: str
    late: str
    ready: str
    next_step: NextStep


def rows(returns: Iterable[Return], authority: Authority, today: dt.date) -> list[ReturnRow]:
    """The rows of a list; ``returns`` come ``with_counts`` and ``for_pages``."""
    return [_row(made, authority, today) for made in returns]


def _row(made: Return, authority: Authority, today: dt.date) -> ReturnRow:
    asked, answered = made.asked, made.answered  # type: ignore[attr-defined]  # with_counts
    state = ReturnState(made.state)
    enters = on_return(authority, MeasuresPermission.ENTER_FIGURES, made)
    label = "Returned to you" if state == ReturnState.RETURNED and enters else state.label
    return ReturnRow(
        made=made,
        answered=f"{answered} of {asked}",
        state=label,
        colour=state.colour,
        late=late(made, today),
        ready=ready_line(made),
        next_step=_next_step(made, authority, is_complete=answered == asked, enters=enters),
    )


def _next_step(made: Return, authority: Authority, *, is_complete: bool, enters: bool) -> NextStep:
    if not enters or why_closed(made):
        return NextStep("See it", reverse("return", args=[made.pk]))
    fill_in = reverse("return-fill-in", args=[made.pk])
    submits = on_return(authority, MeasuresPermission.SUBMIT, made)
    if made.state == ReturnState.RETURNED:
        words = "Correct and resubmit" if submits else "Correct it"
        return NextStep(words, fill_in, CORRECT)
    check = reverse("return-check", args=[made.pk])
    if is_complete and submits:
        return NextStep("Check and submit", check, SUBMIT)
    if is_complete and made.ready_at is None:
        return NextStep("Check and tell the manager", check, CHECK)
    return NextStep("Start" if made.state == ReturnState.DUE else "Carry on", fill_in)


def together(rows: Iterable[ReturnRow], authority: Authority) -> list[NextStep]:
    """Where to fill in several returns of a quarter on one sheet, a link for each quarter."""
    open_ones: dict[Quarter, int] = {}
    for made in (row.made for row in rows):
        if on_return(authority, MeasuresPermission.ENTER_FIGURES, made) and not why_closed(made):
            quarter = made.quarter.quarter
            open_ones[quarter] = open_ones.get(quarter, 0) + 1
    return [
        NextStep(
            f"Fill in {'both' if number == 2 else f'all {number}'} on one sheet",
            reverse("returns-together", args=[quarter.slug]),
        )
        for quarter, number in open_ones.items()
        if number > 1
    ]


@dataclass(frozen=True)
class QuarterLink:
    """A quarter that has returns to see, and its address."""

    short: str
    slug: str
    is_chosen: bool


@dataclass(frozen=True)
class LocalityLink:
    """A locality with returns in a quarter, how many of them are signed off, and its address."""

    name: str
    query: str
    signed_off: int
    number: int
    is_chosen: bool


@dataclass(frozen=True)
class ReturnList:
    """A page of one quarter's returns, its localities, and the quarters that have others."""

    quarter: ReportingQuarter
    rows: Sequence[ReturnRow]
    pages: Page[int]
    localities: Sequence[LocalityLink]
    query: str
    open_quarters: Sequence[QuarterLink]
    past_quarters: Sequence[QuarterLink]
    together: Sequence[NextStep]
    tally: str


def return_list(
    scope: Scope,
    authority: Authority,
    today: dt.date,
    wanted: Quarter | None,
    locality: str | None = None,
    page_number: str | None = None,
) -> ReturnList | None:
    """The returns of ``wanted``, or of the latest open quarter; None where there are none.

    All, or those of a locality by its code (``WHOLE_AREA`` for those in none), a page at a time.
    Three queries.
    """
    quarters: list[ReportingQuarter] = fetch(_with_returns, scope)
    open_ones = [one for one in quarters if one.is_open]
    chosen = _chosen(quarters, open_ones, wanted)
    if chosen is None:
        return None
    localities = _localities(scope, chosen, locality)
    shown = [one for one in localities if one.is_chosen]
    if not shown:
        return None
    signed_off, number = shown[0].signed_off, shown[0].number
    # The numbers are known, so the page is cut without counting again.
    pages = Paginator(range(number), RETURNS_A_PAGE).get_page(page_number)
    cut = slice(pages.start_index() - 1, pages.end_index())
    made = fetch(_returns, scope, chosen.quarter, locality, cut.start, cut.stop)
    listed = rows(made, authority, today)
    return ReturnList(
        quarter=chosen,
        rows=listed,
        pages=pages,
        localities=localities if len(localities) > LEAST_LOCALITIES else [],
        query=shown[0].query,
        open_quarters=[_link(one, chosen) for one in open_ones],
        past_quarters=[_link(one, chosen) for one in quarters if not one.is_open],
        together=together(listed, authority),
        tally=f"{signed_off:,} of {number:,} signed off",
    )


def _chosen(
    quarters: Sequence[ReportingQuarter],
    open_ones: Sequence[ReportingQuarter],
    wanted: Quarter | None,
) -> ReportingQuarter | None:
    """The quarter asked for; without one the latest that is open, or else the latest."""
    if wanted is None:
        return next(iter([*open_ones, *quarters]), None)
    return next((one for one in quarters if one.quarter == wanted), None)


def _with_returns(scope: Scope) -> QuerySet[ReportingQuarter]:
    theirs = Return.objects.within(scope).values("quarter")
    return ReportingQuarter.objects.opened().filter(pk__in=theirs).order_by("-index")


def _returns(
    scope: Scope, quarter: Quarter, locality: str | None, start: int, stop: int
) -> QuerySet[Return]:
    here = Return.objects.within(scope).for_quarter(quarter)
    if locality is not None:
        here = here.in_locality(locality)
    return here.for_pages().with_counts().in_order()[start:stop]


def _localities(scope: Scope, quarter: ReportingQuarter, chosen: str | None) -> list[LocalityLink]:
    """All returns of a quarter together, and by locality; one query."""
    counted = fetch(_by_locality, scope, quarter.quarter)
    asked = f"quarter={quarter.quarter.slug}"
    signed_off, number = (sum(row[at] for row in counted) for at in (2, 3))
    found = [LocalityLink("All", asked, signed_off, number, chosen is None)]
    for code, name, signed, made in counted:
        query = f"{asked}&locality={code}"
        found.append(LocalityLink(name, query, signed, made, chosen == code))
    return found


def _by_locality(scope: Scope, quarter: Quarter) -> QuerySet[Return, Any]:
    signed = Count("pk", filter=Q(state=ReturnState.SIGNED_OFF))
    within = Return.objects.within(scope).for_quarter(quarter)
    return within.by_locality(signed=signed, made=Count("pk"))


def _link(quarter: ReportingQuarter, chosen: ReportingQuarter) -> QuarterLink:
    return QuarterLink(quarter.quarter.short, quarter.quarter.slug, quarter.pk == chosen.pk)
