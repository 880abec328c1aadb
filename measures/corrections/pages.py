"""Corrections to closed quarters, as their proposer, their countersigner and the team read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse

from earlyhelp.core.workflow import Option
from measures.models import CorrectedFigure, Correction, Figure, ReportingQuarter, Return
from measures.permissions import MeasuresPermission, returns_seen
from measures.querysets import ReturnQuerySet
from measures.returns.answers import GivenAnswer
from measures.returns.questions import questions
from measures.review.effect import CorrectionEffect, effect_of_correction
from measures.workflow import QuarterState, ReturnState
from teams.models import Council
from teams.permissions import Authority
from teams.quarters import Quarter

# So many returns are offered at once; of more, a page of all or of a locality.
RETURNS_A_PAGE = 50


def corrections_seen(authority: Authority) -> QuerySet[Correction]:
    """The corrections that touch a return this person may see, latest first; two queries.

    Of their figures only those of such returns.
    """
    seen = CorrectedFigure.objects.filter(
        figure__return_made__in=Return.objects.within(returns_seen(authority))
    )
    made = "figure__return_made"
    figures = seen.select_related("figure__item", f"{made}__team", f"{made}__quarter").order_by(
        f"{made}__quarter", f"{made}__team__position", "figure__item__position", "pk"
    )
    return (
        Correction.objects.filter(pk__in=seen.values("correction"))
        .select_related("proposed_by", "decided_by")
        .prefetch_related(Prefetch("figures", figures))
    )


@dataclass(frozen=True)
class CorrectionPage:
    """One correction with what it does; ``decision`` is None where nothing waits any more.

    ``asks`` says what is unusual about the new figures.
    """

    correction: Correction
    effects: Sequence[CorrectionEffect]
    decision: Option | None
    asks: Sequence[str] = ()


def correction_page(authority: Authority, correction: Correction) -> CorrectionPage:
    """What a correction does to localities and the city, while it waits, and who decides it.

    The effect is shown to those who propose and countersign: they see every area.
    """
    if not correction.is_waiting:
        return CorrectionPage(correction, [], None)
    countersigns = authority.holds(MeasuresPermission.COUNTERSIGN)
    involved = countersigns or authority.holds(MeasuresPermission.PROPOSE_CORRECTION)
    why_not = ""
    if correction.proposed_by_id == authority.person_id:
        why_not = "You proposed this correction, so somebody else has to countersign it."
    elif not countersigns:
        why_not = "It waits for the service director’s countersignature."
    return CorrectionPage(
        correction,
        _effects(correction) if involved else [],
        Option(reverse("correction-countersign", args=[correction.pk]), why_not),
        _asks(correction) if involved else [],
    )


def _asks(correction: Correction) -> list[str]:
    """What is unusual about the new figures, a sentence for each."""
    lines = list(correction.figures.all())
    returns = {line.figure.return_made_id: line.figure.return_made for line in lines}
    given = {line.figure_id: GivenAnswer(line.after_value, line.after_answer) for line in lines}
    figures = Figure.objects.filter(return_made__in=list(returns)).in_order()
    odd = questions(returns.values(), figures, given)
    return [
        f"{line.figure.return_made.team}, {line.figure.item.name}: {odd[line.figure_id].text}"
        for line in lines
        if line.figure_id in odd
    ]


def _effects(correction: Correction) -> list[CorrectionEffect]:
    becomes: dict[int, dict[int, GivenAnswer]] = {}
    returns = {}
    for line in correction.figures.all():
        made, new = line.figure.return_made, GivenAnswer(line.after_value, line.after_answer)
        returns[made.pk] = made
        becomes.setdefault(made.pk, {})[line.figure.item_id] = new
    return effect_of_correction(becomes, list(returns.values()), city=Council.whole_area())


def correctable(authority: Authority) -> ReturnQuerySet:
    """The signed-off returns of closed quarters that this person sees, with their names."""
    return (
        Return.objects.within(returns_seen(authority))
        .filter(state=ReturnState.SIGNED_OFF, quarter__state=QuarterState.CLOSED)
        .for_pages()
        .order_by("quarter", "team__position", "team__code")
    )


@dataclass(frozen=True)
class ChoosePage:
    """The returns of a closed quarter to choose from, a page of them.

    ``elsewhere`` are those that were ticked on other pages; ``ticked`` has the ids of all.
    ``localities`` are codes and names to choose among, where there is more than a page.
    """

    quarters: Sequence[Quarter]
    chosen: Quarter | None
    returns: Page[Return] | None
    localities: Sequence[tuple[str, str]]
    locality: str
    elsewhere: Sequence[Return]
    ticked: Collection[int]


def choose_page(
    authority: Authority,
    wanted: Quarter | None,
    locality: str,
    page_number: str,
    ticked: Collection[int],
) -> ChoosePage:
    """The returns of ``wanted`` or the latest closed quarter; at most four queries."""
    closed = ReportingQuarter.objects.filter(state=QuarterState.CLOSED).order_by("-index")
    quarters = [row.quarter for row in closed]
    chosen = wanted or next(iter(quarters), None)
    if chosen is None:
        return ChoosePage([], None, None, [], "", [], [])
    found = correctable(authority).for_quarter(chosen)
    areas = _areas_of_many(found)
    if locality in dict(areas):
        found = found.in_locality(locality)
    returns = Paginator(found, RETURNS_A_PAGE).get_page(page_number)
    others = set(ticked) - {made.pk for made in returns}
    return ChoosePage(
        quarters=quarters,
        chosen=chosen,
        returns=returns,
        localities=areas,
        locality=locality,
        elsewhere=list(correctable(authority).filter(pk__in=others)) if others else [],
        ticked=ticked,
    )


def _areas_of_many(found: ReturnQuerySet) -> list[tuple[str, str]]:
    """The codes and names of the localities of more returns than a page has; one query."""
    counted = list(found.by_locality(number=Count("pk")))
    if sum(number for *_, number in counted) <= RETURNS_A_PAGE:
        return []
    return [(code, name) for code, name, _ in counted]
