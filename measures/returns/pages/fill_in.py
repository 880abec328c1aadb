"""The return as a team fills it in: groups of questions, what is asked, what is still missing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from earlyhelp.core.pages.wording import saved_ago
from measures.models import Answer, DataItem, Figure, Return
from measures.returns.answers import GivenAnswer, shown_number
from measures.returns.checks import Oddity
from measures.returns.forms import BoxError, FiguresForm, Typed
from measures.returns.offers import Offer
from measures.returns.pages.percentages import WorkedOut
from measures.returns.pages.sheet import Past, Sheet
from measures.workflow import ReturnState
from teams.quarters import Quarter


@dataclass(frozen=True)
class AnswerChoice:
    """One of the three ways to answer a question: a number, or why there is none."""

    id: str
    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class QuestionRow:
    """One question as it stands on the page."""

    code: str
    name: str
    when: str
    definition: str
    inputmode: str
    decimals: int
    part_of: str
    year_ago: Past
    last_quarter: Past
    break_note: str
    typed: Typed
    error: BoxError | None
    asks: str
    explained: str
    written_about: bool
    explains_another: bool
    usual: str
    low: str
    high: str
    never_zero: bool
    is_queried: bool
    from_extract: bool
    offer: Offer | None
    is_used: bool
    is_unsaved: bool

    @property
    def has_offered(self) -> bool:
        """Whether the offered number already stands in the box."""
        return self.offer is not None and self.typed.value == self.offer.number

    @property
    def is_open(self) -> bool:
        """Whether what hides behind "Can't give it?" has to be seen."""
        hidden_error = self.error is not None and self.error.box == "note"
        return hidden_error or bool(self.typed.answer or self.typed.note)

    @property
    def asks_for_words(self) -> bool:
        """Whether a sentence is wanted: there is none, or it was written about another number."""
        return self.explains_another or bool(self.asks and not self.typed.why)

    @property
    def choices(self) -> list[AnswerChoice]:
        """The three ways to answer."""
        ways = [("", "There is a number"), *Answer.choices]
        return [
            AnswerChoice(f"answer-{self.code}-{place}", value, label, value == self.typed.answer)
            for place, (value, label) in enumerate(ways, start=1)
        ]

    @property
    def described_by(self) -> str:
        """The ids of what a screen reader says with the box."""
        parts = [f"when-{self.code}", f"past-{self.code}"]
        if self.error and self.error.box == "value":
            parts.append(f"error-{self.code}")
        if self.asks:
            parts.append(f"asks-{self.code}")
        if self.offer:
            parts.append(f"offer-{self.code}")
        return " ".join(parts)


@dataclass(frozen=True)
class Group:
    """Questions that stand together, and the percentages that they feed."""

    name: str
    slug: str
    rows: Sequence[QuestionRow]
    worked: Sequence[WorkedOut]
    answered: int

    @property
    def asked(self) -> int:
        """How many questions it has."""
        return len(self.rows)


@dataclass(frozen=True)
class FillIn:
    """The page."""

    groups: Sequence[Group]
    columns: tuple[str, str]
    answered: int
    asked: int
    problems: Sequence[tuple[str, str]]
    asks: Sequence[tuple[str, str]]
    queried: Sequence[tuple[str, str]]
    from_extract: int
    saved: str

    @property
    def has_offers(self) -> bool:
        """Whether a number is offered to any question."""
        return any(row.offer for group in self.groups for row in group.rows)


def fill_in(
    sheet: Sheet,
    form: FiguresForm,
    now: dt.datetime,
    offers: Mapping[int, Offer],
    *,
    used: str = "",
) -> FillIn:
    """The page for what stands in the boxes, which need not be saved yet.

    ``used`` is the code of the question into whose box an offered number was just put.
    """
    groups = _groups(sheet, form, offers, used)
    rows = [row for group in groups for row in group.rows]
    return FillIn(
        groups=groups,
        columns=(sheet.columns[0].short, sheet.columns[1].short),
        answered=sum(group.answered for group in groups),
        asked=len(rows),
        problems=[(f"{row.error.box}-{row.code}", row.error.text) for row in rows if row.error],
        asks=[(f"why-{row.code}", row.name) for row in rows if row.asks_for_words],
        queried=[(f"value-{row.code}", row.name) for row in rows if row.is_queried],
        from_extract=sum(row.from_extract for row in rows),
        saved=saved_line(sheet.figures, now),
    )


def _groups(sheet: Sheet, form: FiguresForm, offers: Mapping[int, Offer], used: str) -> list[Group]:
    """The questions as they stand in the boxes, each group with the percentages it feeds."""
    given = form.answers()
    odd = sheet.oddities(given)
    worked = sheet.worked_out_after(given)
    groups: list[Group] = []
    for name, figures in sheet.groups():
        groups.append(
            Group(
                name=name,
                slug=f"group-{len(groups) + 1}-{slugify(name)}",
                rows=[
                    _row(
                        sheet,
                        form,
                        figure,
                        odd.get(figure.item_id),
                        offers.get(figure.item_id),
                        is_used=figure.item.code == used,
                    )
                    for figure in figures
                ],
                worked=[one for figure in figures for one in worked.get(figure.item_id, ())],
                answered=sum(given[figure.item_id].is_answered for figure in figures),
            )
        )
    return groups


def _row(
    sheet: Sheet,
    form: FiguresForm,
    figure: Figure,
    odd: Oddity | None,
    offer: Offer | None,
    *,
    is_used: bool,
) -> QuestionRow:
    item = figure.item
    year_ago, last_quarter = sheet.columns
    usual = sheet.usual(figure)
    given = form.given.get(figure.item_id, GivenAnswer.of(figure))
    return QuestionRow(
        code=item.code,
        name=item.name,
        when=when_counted(item, sheet.quarter),
        definition=item.definition,
        inputmode="decimal" if item.decimals else "numeric",
        decimals=item.decimals,
        part_of=sheet.whole_of(figure),
        year_ago=sheet.past(figure, year_ago),
        last_quarter=sheet.past(figure, last_quarter),
        break_note=sheet.break_note(figure),
        typed=form.typed[figure.item_id],
        error=form.errors.get(figure.item_id),
        asks=odd.text if odd else "",
        explained="" if given.explained is None else shown_number(given.explained, item.decimals),
        written_about=given.is_about_another,
        explains_another=given.explains_another,
        usual=str(usual) if usual else "",
        low=usual.low_shown if usual else "",
        high=usual.high_shown if usual else "",
        never_zero=bool(usual) and min(sheet.numbers_before(figure.item_id)) > 0,
        is_queried=figure.is_queried and came_back(sheet.made),
        from_extract=not figure.is_confirmed,
        offer=offer,
        is_used=is_used,
        is_unsaved=form.is_unsaved(figure),
    )


def when_counted(item: DataItem, quarter: Quarter) -> str:
    """``On the last day, 30 June`` or ``April to June``."""
    if item.is_snapshot:
        last = quarter.last_day
        return f"On the last day, {last.day} {last:%B}"
    return quarter.months.rsplit(" ", 1)[0]


def saved_line(figures: Sequence[Figure], now: dt.datetime) -> str:
    """When a figure was last saved, as people say it; nothing before the first."""
    times = [figure.entered_at for figure in figures if figure.entered_at]
    return saved_ago(max(times), now) if times else ""


def newly_asked(sheet: Sheet, given: dict[int, GivenAnswer], asked: set[str]) -> list[str]:
    """The codes of unusual figures without a sentence that the page had not asked about yet."""
    odd = sheet.oddities(given)
    return [
        figure.item.code
        for figure in sheet.figures
        if figure.item_id in odd
        and not given[figure.item_id].explains
        and figure.item.code not in asked
    ]


def came_back(made: Return) -> bool:
    """Whether a reviewer sent it back and it has not been submitted again."""
    return made.state == ReturnState.RETURNED
