"""Check your answers, and the receipt: the two pages around submitting."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.urls import reverse

from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.wording import part_of
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns.actions import missing_in
from measures.returns.answers import GivenAnswer
from measures.returns.checks import Oddity
from measures.returns.forms import prefix_of
from measures.returns.pages.fill_in import came_back
from measures.returns.pages.percentages import WorkedOut
from measures.returns.pages.sheet import Past, Sheet, as_given
from measures.returns.status import why_closed
from measures.verbs import MeasuresVerb
from measures.workflow import ReturnState
from teams.authority import Actor
from teams.permissions import Authority


@dataclass(frozen=True)
class AnswerRow:
    """One answer, and where to change it."""

    figure: Figure
    change: str
    last_quarter: Past
    asks: str


@dataclass(frozen=True)
class AnswerGroup:
    """Answers that stand together, and the percentages that they feed."""

    name: str
    rows: Sequence[AnswerRow]
    worked: Sequence[WorkedOut]


@dataclass(frozen=True)
class Check:
    """One return on the page; ``missing`` has the box to go to and the sentence for each."""

    made: Return
    groups: Sequence[AnswerGroup]
    column: str
    missing: Sequence[tuple[str, str]]
    answered: int
    asked: int
    from_extract: int
    came_back: bool
    left: int
    response: str = ""
    problem: str = ""

    @property
    def prefix(self) -> str:
        """What the names of its boxes begin with, on a page with others."""
        return prefix_of(self.made)

    @property
    def is_filled_in(self) -> bool:
        """Whether nothing is missing but what the manager confirms."""
        return not self.left

    @property
    def unusual(self) -> list[AnswerRow]:
        """What is asked about, whether it is explained or not."""
        return [row for group in self.groups for row in group.rows if row.asks]


def check(sheet: Sheet) -> Check:
    """Everything that would be submitted, and what is missing from it."""
    given = as_given(sheet.figures)
    odd = sheet.oddities(given)
    worked = sheet.worked_out_after(given)
    missing = missing_in(sheet.figures, odd)
    return Check(
        made=sheet.made,
        column=sheet.columns[1].short,
        groups=[
            AnswerGroup(
                name,
                [_answer_row(sheet, figure, odd.get(figure.item_id)) for figure in figures],
                [one for figure in figures for one in worked.get(figure.item_id, ()) if one.shown],
            )
            for name, figures in sheet.groups()
        ],
        missing=[
            (
                _box(figure, given[figure.item_id], is_odd=figure.item_id in odd),
                missing[figure.item_id],
            )
            for figure in sheet.figures
            if figure.item_id in missing
        ],
        answered=sum(figure.is_answered for figure in sheet.figures),
        asked=len(sheet.figures),
        from_extract=sum(not figure.is_confirmed for figure in sheet.figures),
        came_back=came_back(sheet.made),
        left=len(missing_in(sheet.figures, odd, confirming=False)),
    )


def _answer_row(sheet: Sheet, figure: Figure, odd: Oddity | None) -> AnswerRow:
    before = sheet.past(figure, sheet.columns[1])
    return AnswerRow(figure, f"value-{figure.item.code}", before, odd.text if odd else "")


def _box(figure: Figure, given: GivenAnswer, *, is_odd: bool) -> str:
    """The box to go to where something is missing: words about a number, or the number."""
    wants_words = is_odd or given.explains_another
    box = "why" if wants_words and figure.is_answered and figure.is_confirmed else "value"
    return f"{box}-{figure.item.code}"


@dataclass(frozen=True)
class Checks:
    """Several returns on one page: what can be submitted now, and what cannot.

    ``submits`` is whether the person submits any of them.
    """

    returns: Sequence[Check]
    to_submit: Sequence[Check]
    submits: bool

    @property
    def lead(self) -> str:
        """How many can be submitted now; for whoever submits none, how many are filled in."""
        if self.submits:
            submit = part_of(len(self.to_submit), len(self.returns), "return")
            return f"{submit} can be submitted now."
        filled_in = sum(one.is_filled_in for one in self.returns)
        are = "is" if len(self.returns) == 1 else "are"
        return f"{part_of(filled_in, len(self.returns), 'return')} {are} filled in."

    @property
    def not_yet(self) -> list[Check]:
        """Those that cannot be submitted now, by this person or at all."""
        return [one for one in self.returns if one not in self.to_submit]


def checks(
    sheets: Sequence[Sheet],
    submits: frozenset[int],
    responses: Mapping[int, str],
    problems: Mapping[int, str],
) -> Checks:
    """Everything that would be submitted together.

    ``submits`` are the ids of the returns that the person submits; ``responses`` what was typed
    as an answer to who sent one back, with ``problems``, by return id.
    """
    found = [
        replace(
            check(sheet),
            response=responses.get(sheet.made.pk, ""),
            problem=problems.get(sheet.made.pk, ""),
        )
        for sheet in sheets
    ]
    ready = [one for one in found if not one.missing and one.made.pk in submits]
    return Checks(found, ready, bool(submits))


@dataclass(frozen=True)
class Receipt:
    """What was submitted, when, by whom, under which number of the record."""

    made: Return
    reference: str
    at: dt.datetime
    by: str
    figures: int
    next_step: str


def receipts(returns: Sequence[Return], by: Actor) -> dict[int, Receipt]:
    """The receipts of the submissions that stand, by return id; none of what no person submitted.

    The reference is the number of the event on record, so that it stays the same whatever
    happens to the return later. Two queries.
    """
    submitted = [made for made in returns if made.submitted_at and made.submitted_by]
    if not submitted:
        return {}
    ids = [made.pk for made in submitted]
    events = Event.objects.visible_to(by, about=submitted).filter(verb=MeasuresVerb.SUBMITTED)
    number = dict(events.order_by("id").values_list("subject_id", "id"))
    counted = Return.objects.filter(pk__in=ids).annotate(asked=Count("figures"))
    asked = dict(counted.order_by().values_list("pk", "asked"))
    return {
        made.pk: Receipt(
            made=made,
            reference=f"S{number[made.pk]}",
            at=made.submitted_at,
            by=str(made.submitted_by),
            figures=asked[made.pk],
            next_step=_what_is_next(made),
        )
        for made in submitted
        if made.pk in number and made.submitted_at
    }


def _what_is_next(made: Return) -> str:
    """What becomes of a submitted return."""
    if made.state == ReturnState.SIGNED_OFF:
        return "It has been signed off."
    head = f"The head of service for {made.locality}"
    signer = "The service director" if made.is_city_wide else head
    return (
        f"{signer} reviews it, and signs it off or returns it with a reason. "
        "Until it is signed off, its figures count as provisional."
    )


@dataclass(frozen=True)
class StillToDo:
    """Another return of the same quarter that is not submitted, and where to go on with it."""

    made: Return
    words: str
    url: str


def still_to_do(returns: Iterable[Return], authority: Authority) -> list[StillToDo]:
    """What is left to fill in or submit; ``returns`` come ``with_counts``."""
    found = []
    for made in returns:
        if why_closed(made):
            continue
        asked, answered = made.asked, made.answered  # type: ignore[attr-defined]  # with_counts
        is_complete = answered == asked
        submits = on_return(authority, MeasuresPermission.SUBMIT, made)
        page = "return-check" if is_complete and submits else "return-fill-in"
        words = f"{answered} of {asked} answered"
        found.append(StillToDo(made, words, reverse(page, args=[made.pk])))
    return found
