"""Check your answers, and the receipt: the two pages around submitting."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from earlyhelp.core.events.models import Event
from measures.models import Figure, Return
from measures.returns.actions import what_is_missing
from measures.returns.answers import GivenAnswer
from measures.returns.checks import Oddity
from measures.returns.pages.percentages import WorkedOut
from measures.returns.pages.sheet import Sheet, as_given
from measures.verbs import MeasuresVerb
from measures.workflow import ReturnState
from teams.authority import Actor


@dataclass(frozen=True)
class AnswerRow:
    """One answer, and where to change it."""

    figure: Figure
    change: str
    asks: str


@dataclass(frozen=True)
class AnswerGroup:
    """Answers that stand together, and the percentages that they feed."""

    name: str
    rows: Sequence[AnswerRow]
    worked: Sequence[WorkedOut]


@dataclass(frozen=True)
class Check:
    """The page; ``missing`` has the box to go to and the sentence for each."""

    groups: Sequence[AnswerGroup]
    missing: Sequence[tuple[str, str]]
    answered: int
    asked: int
    from_extract: int


def check(sheet: Sheet) -> Check:
    """Everything that would be submitted, and what is missing from it."""
    given = as_given(sheet.figures)
    odd = sheet.oddities(given)
    worked = sheet.worked_out_after(given)
    missing = what_is_missing(sheet.made, sheet.figures)
    return Check(
        groups=[
            AnswerGroup(
                name,
                [_answer_row(figure, odd.get(figure.item_id)) for figure in figures],
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
    )


def _answer_row(figure: Figure, odd: Oddity | None) -> AnswerRow:
    return AnswerRow(figure, f"value-{figure.item.code}", odd.text if odd else "")


def _box(figure: Figure, given: GivenAnswer, *, is_odd: bool) -> str:
    """The box to go to where something is missing: words about a number, or the number."""
    wants_words = is_odd or given.explains_another
    box = "why" if wants_words and figure.is_answered and figure.is_confirmed else "value"
    return f"{box}-{figure.item.code}"


@dataclass(frozen=True)
class Receipt:
    """What was submitted, when, by whom, under which number of the record."""

    reference: str
    at: dt.datetime
    by: str
    figures: int
    next_step: str


def receipt(made: Return, by: Actor) -> Receipt | None:
    """The receipt of the submission that stands; None where nothing stands submitted by a person.

    The reference is the number of the event on record, so that it stays the same whatever
    happens to the return later.
    """
    if made.submitted_at is None or made.submitted_by is None:
        return None
    events = Event.objects.visible_to(by, about=made).filter(verb=MeasuresVerb.SUBMITTED)
    event = events.order_by("-id").first()
    if event is None:
        return None
    head = f"The head of service for {made.locality}"
    signer = "The service director" if made.is_city_wide else head
    next_step = (
        "It has been signed off."
        if made.state == ReturnState.SIGNED_OFF
        else f"{signer} reviews it, and signs it off or returns it to you with a reason. "
        "Until it is signed off, its figures count as provisional."
    )
    return Receipt(
        reference=f"S{event.pk}",
        at=made.submitted_at,
        by=str(made.submitted_by),
        figures=made.figures.count(),
        next_step=next_step,
    )
