"""What deserves a second look in a return: odd figures, gaps, changes since it was sent back.

Worked out for many returns at once in a fixed number of queries, so that a queue of three
hundred costs what a queue of three does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from earlyhelp.core.compiled_queries import fetch
from measures.counting.aggregates.ids import OneOf, one_of
from measures.counting.catalogue import MeasureSpec, load_ratios
from measures.models import Answer, DataItem, Figure, Return
from measures.querysets import FigureQuerySet
from measures.returns import checks
from measures.returns.answers import GivenAnswer, counted_in
from measures.returns.checks import Oddity, OddityKind
from measures.returns.earlier_figures import History, histories
from measures.returns.since_handed_back import HandedBack, OnRecord, since_handed_back


class Reason(StrEnum):
    """Why a figure is shown first, in the words of its tag."""

    UNUSUAL = "Unusual"
    ZERO = "Zero"
    REPEATED = "Same as last quarter"
    NOT_PROVIDED = "Not provided"
    NO_LONGER_APPLICABLE = "Not applicable now"
    ASKED_AGAIN = "You asked; not changed"

    @property
    def colour(self) -> str:
        """The colour of its tag: some ask for attention, the others only inform."""
        informs = (Reason.NOT_PROVIDED, Reason.NO_LONGER_APPLICABLE)
        return "" if self in informs else "yellow"


_ODD = {
    OddityKind.RANGE: Reason.UNUSUAL,
    OddityKind.ZERO: Reason.ZERO,
    OddityKind.RATIO: Reason.UNUSUAL,
    OddityKind.REPEATED: Reason.REPEATED,
}


@dataclass(frozen=True)
class Look:
    """One figure to look at: why, in a word and in a sentence (which may be empty)."""

    figure: Figure
    reason: Reason
    text: str = ""


@dataclass(frozen=True)
class Changed:
    """A figure that is not what it was when the return was handed back, both as people read it.

    ``words_were`` and ``words_are`` are what the team said of it, where that is not the same.
    """

    figure: Figure
    was: str
    now: str
    words_were: str = ""
    words_are: str = ""


@dataclass(frozen=True)
class Attention:
    """Everything to look at in one return, its figures in the framework's order.

    ``sent_back`` is how it last went back to the team: "returned", "reopened" or not at all.
    ``history`` is what the team said before.
    """

    figures: Sequence[Figure]
    looks: Sequence[Look]
    changed: Sequence[Changed]
    sent_back: str
    history: History

    @property
    def not_provided(self) -> int:
        """How many figures could not be provided."""
        return sum(figure.answer == Answer.NOT_PROVIDED for figure in self.figures)

    @property
    def answered(self) -> int:
        """How many questions have a number or an answer."""
        return sum(figure.is_answered for figure in self.figures)

    @property
    def is_whole(self) -> bool:
        """Whether every question is answered."""
        return self.answered == len(self.figures)

    @property
    def is_plain(self) -> bool:
        """Whether nothing in it asks to be read by itself, so that it can be signed with others.

        Nothing unusual and nothing missing; it never went back; the team has reported before.
        """
        return not self.looks and not self.sent_back and bool(self.history.answers)


def attention(returns: Collection[Return]) -> dict[int, Attention]:
    """What to look at in each of these returns, by return id; six queries for all of them."""
    figures: dict[int, list[Figure]] = {made.pk: [] for made in returns}
    for figure in fetch(_figures, **one_of(list(figures))):
        figures[figure.return_made_id].append(figure)
    before_now, ratios = histories(returns), load_ratios()
    before = since_handed_back(returns)
    found = {}
    for made in returns:
        rows = figures[made.pk]
        back = before.get(made.pk, HandedBack("", {}))
        changed = [
            _changed(figure, *back.differing[figure.item.code])
            for figure in rows
            if figure.item.code in back.differing
        ]
        history = before_now[made.pk]
        looks = _looks(made, rows, history, ratios, {change.figure.pk for change in changed})
        found[made.pk] = Attention(rows, looks, changed, back.verb, history)
    return found


def _figures() -> FigureQuerySet:
    figures = Figure.objects.filter(OneOf("return_made_id")).select_related("item")
    return figures.order_by("item__position", "item__code")


def _looks(
    made: Return,
    figures: Sequence[Figure],
    history: History,
    ratios: Sequence[MeasureSpec],
    changed: Collection[int],
) -> list[Look]:
    items = [figure.item for figure in figures]
    given = {figure.item_id: GivenAnswer.of(figure) for figure in figures}
    odd = checks.oddities(items, given, history.comparable, ratios)
    broken = checks.broken_parts(items, given)
    looks = (
        _look(
            figure,
            odd.get(figure.item_id),
            broken.get(figure.item_id, ""),
            last=history.value(figure.item_id, history.quarter - 1),
            is_unheeded=bool(figure.is_queried and made.returned_at and figure.pk not in changed),
        )
        for figure in figures
    )
    return [look for look in looks if look is not None]


def _look(
    figure: Figure, odd: Oddity | None, broken: str, *, last: int | None, is_unheeded: bool
) -> Look | None:
    """Why to look at a figure; ``last`` is last quarter's, and None where there is no reason.

    ``broken`` is a rule that came when the figure was there already.
    """
    if broken:
        return Look(figure, Reason.UNUSUAL, f"{broken}.")
    if odd is not None:
        return Look(figure, _ODD[odd.kind], odd.text)
    if figure.answer == Answer.NOT_PROVIDED:
        return Look(figure, Reason.NOT_PROVIDED)
    if figure.answer == Answer.NOT_APPLICABLE and last is not None:
        return Look(figure, Reason.NO_LONGER_APPLICABLE, "It was a number last quarter.")
    return Look(figure, Reason.ASKED_AGAIN) if is_unheeded else None


def _changed(figure: Figure, was: OnRecord, now: OnRecord) -> Changed:
    then, words_were, words_are = in_words(was.answer, figure.item), "", ""
    if was.words != now.words:
        words_were, words_are = ("; ".join(one.words.values()) for one in (was, now))
    return Changed(figure, then, figure.shown, words_were, words_are)


def in_words(counted: dict[str, Any] | None, item: DataItem) -> str:
    """What the record kept of a figure (``GivenAnswer.on_record``), as people read it."""
    counted = counted_in(counted)
    if counted is None:
        return "Not answered yet"
    if counted.get("value") is not None:
        return Figure(item=item, value=int(counted["value"])).shown
    return Answer(counted["answer"]).label
