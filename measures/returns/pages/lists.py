"""Returns in lists, and one return as everybody who sees it reads it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from earlyhelp.core.compiled_queries import fetch
from measures.models import ReportingQuarter, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns.status import late, ready_line, why_closed
from measures.workflow import ReturnState
from teams.permissions import Authority, Scope
from teams.quarters import Quarter


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
    if made.state == ReturnState.RETURNED:
        return NextStep("Correct and resubmit", fill_in)
    if is_complete and on_return(authority, MeasuresPermission.SUBMIT, made):
        return NextStep("Check and submit", reverse("return-check", args=[made.pk]))
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
            f"Fill in all {number} on one sheet",
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
class ReturnList:
    """The list of one quarter's returns, and the quarters that have others."""

    quarter: ReportingQuarter
    rows: Sequence[ReturnRow]
    open_quarters: Sequence[QuarterLink]
    past_quarters: Sequence[QuarterLink]
    together: Sequence[NextStep]
    tally: str


def return_list(
    scope: Scope, authority: Authority, today: dt.date, wanted: Quarter | None
) -> ReturnList | None:
    """The returns of ``wanted``, or of the latest open quarter; None where there are none.

    Two queries.
    """
    quarters: list[ReportingQuarter] = fetch(_with_returns, scope)
    open_ones = [one for one in quarters if one.is_open]
    chosen = _chosen(quarters, open_ones, wanted)
    if chosen is None:
        return None
    listed = rows(fetch(_returns, scope, chosen.quarter), authority, today)
    signed_off = sum(row.made.state == ReturnState.SIGNED_OFF for row in listed)
    return ReturnList(
        quarter=chosen,
        rows=listed,
        open_quarters=[_link(one, chosen) for one in open_ones],
        past_quarters=[_link(one, chosen) for one in quarters if not one.is_open],
        together=together(listed, authority),
        tally=f"{signed_off} of {len(listed)} signed off",
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


def _returns(scope: Scope, quarter: Quarter) -> QuerySet[Return]:
    here = Return.objects.within(scope).for_quarter(quarter)
    return here.for_pages().with_counts().in_order()


def _link(quarter: ReportingQuarter, chosen: ReportingQuarter) -> QuarterLink:
    return QuarterLink(quarter.quarter.short, quarter.quarter.slug, quarter.pk == chosen.pk)
