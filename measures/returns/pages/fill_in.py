"""The return as a team fills it in: groups of questions, what is asked, what is still missing."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.text import slugify

from earlyhelp.core.pages.wording import saved_ago
from measures.models import Answer, DataItem, Figure, Return
from measures.returns.answers import GivenAnswer, shown_number
from measures.returns.checks import Oddity
from measures.returns.forms import BoxError, FiguresForm, Typed
from measures.returns.offers import Offer, offered
from measures.returns.pages.percentages import WorkedOut
from measures.returns.pages.sheet import Past, Sheet
from measures.returns.reasons import REASONS
from measures.workflow import ReturnState
from teams.permissions import Authority
from teams.quarters import Quarter


@dataclass(frozen=True)
class AnswerChoice:
    """Something to choose: a number or why there is none, or a reason for a number."""

    id: str
    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class QuestionRow:
    """One question as it stands on the page."""

    prefix: str
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
    again: str
    is_used: bool
    is_unsaved: bool

    def id_of(self, box: str) -> str:
        """The id of one of its boxes, which is its name too."""
        return f"{self.prefix}{box}-{self.code}"

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
        return self.explains_another or bool(self.asks and not self.typed.words)

    @property
    def reasons(self) -> list[AnswerChoice]:
        """The reasons to tick beside the words."""
        return [
            AnswerChoice(self.id_of(f"because-{key}"), key, label[:-1], key in self.typed.because)
            for key, label in REASONS.items()
        ]

    @property
    def choices(self) -> list[AnswerChoice]:
        """The three ways to answer."""
        ways = [("", "There is a number"), *Answer.choices]
        return [
            AnswerChoice(
                f"{self.id_of('answer')}-{place}", value, label, value == self.typed.answer
            )
            for place, (value, label) in enumerate(ways, start=1)
        ]

    @property
    def described_by(self) -> str:
        """The ids of what a screen reader says with the box."""
        is_wrong = self.error is not None and self.error.box == "value"
        said = {"past": True, "error": is_wrong, "asks": self.asks, "offer": self.offer}
        when = [f"when-{self.code}"] if self.when else []
        return " ".join([*when, *(self.id_of(part) for part, is_there in said.items() if is_there)])


@dataclass(frozen=True)
class Group:
    """Questions that stand together, and the percentages that they feed."""

    name: str
    slug: str
    rows: Sequence[QuestionRow]
    worked: Sequence[WorkedOut]
    answered: int
    key: str
    prefix: str
    reason: str = ""
    error: str = ""

    @property
    def asked(self) -> int:
        """How many questions it has."""
        return len(self.rows)

    @property
    def nobody(self) -> list[tuple[str, str]]:
        """The button that says of all that is left blank that it could not be provided.

        One question alone has its own.
        """
        if self.asked - self.answered < 2:
            return []
        return [(f"{self.prefix}not-provided", "None could be provided")]


@dataclass(frozen=True)
class FillIn:
    """The page."""

    groups: Sequence[Group]
    columns: tuple[str, str]
    months: str
    saved: str
    came_back: bool

    @property
    def rows(self) -> list[QuestionRow]:
        """Every question, in order."""
        return [row for group in self.groups for row in group.rows]

    @property
    def asked(self) -> int:
        """How many questions there are."""
        return len(self.rows)

    @property
    def answered(self) -> int:
        """How many of them are answered."""
        return sum(group.answered for group in self.groups)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong, by the id of the box where it is."""
        rows = [(row.id_of(row.error.box), row.error.text) for row in self.rows if row.error]
        return rows + [(f"group-note-{one.key}", one.error) for one in self.groups if one.error]

    @property
    def asks(self) -> list[tuple[str, str]]:
        """The questions that want a sentence, by the id of its box."""
        return [(row.id_of("why"), row.name) for row in self.rows if row.asks_for_words]

    @property
    def queried(self) -> list[tuple[str, str]]:
        """The questions that a reviewer named, by the id of the box."""
        return [(row.id_of("value"), row.name) for row in self.rows if row.is_queried]

    @property
    def from_extract(self) -> int:
        """How many figures of an extract are not confirmed."""
        return sum(row.from_extract for row in self.rows)

    @property
    def again(self) -> int:
        """How many questions were not applicable last quarter, and are not answered yet."""
        return sum(bool(row.again) for row in self.rows)


@dataclass(frozen=True)
class Beside:
    """What stands beside the questions of a return while it is filled in.

    ``again`` has last quarter's reason where a question was not applicable, by item id; ``used``
    is the code of the question into whose box an offered number was just put.
    """

    offers: Mapping[int, Offer] = field(default_factory=dict)
    again: Mapping[int, str] = field(default_factory=dict)
    used: str = ""


def fill_in(
    sheet: Sheet, form: FiguresForm, now: dt.datetime, beside: Beside, *, prefix: str = ""
) -> FillIn:
    """The page for what stands in the boxes, which need not be saved yet."""
    return FillIn(
        groups=_groups(sheet, form, beside, prefix),
        columns=(sheet.columns[0].short, sheet.columns[1].short),
        months=sheet.quarter.months,
        saved=saved_line(sheet.figures, now),
        came_back=came_back(sheet.made),
    )


def _groups(sheet: Sheet, form: FiguresForm, beside: Beside, prefix: str) -> list[Group]:
    """The questions as they stand in the boxes, each group with the percentages it feeds."""
    given = form.answers()
    odd = sheet.oddities(given)
    worked = sheet.worked_out_after(given)
    return [
        Group(
            name=name,
            slug=f"{prefix}group-{slugify(name)}",
            rows=[
                _row(sheet, form, figure, odd.get(figure.item_id), beside, prefix)
                for figure in figures
            ],
            worked=[one for figure in figures for one in worked.get(figure.item_id, ())],
            answered=sum(given[figure.item_id].is_answered for figure in figures),
            key=slugify(name),
            prefix=prefix,
            reason=form.text(f"group-note-{slugify(name)}"),
            error=form.group_errors.get(slugify(name), ""),
        )
        for name, figures in sheet.groups()
    ]


def _row(
    sheet: Sheet,
    form: FiguresForm,
    figure: Figure,
    odd: Oddity | None,
    beside: Beside,
    prefix: str,
) -> QuestionRow:
    item = figure.item
    year_ago, last_quarter = sheet.columns
    usual = sheet.usual(figure)
    given = form.given.get(figure.item_id, GivenAnswer.of(figure))
    return QuestionRow(
        prefix=prefix,
        code=item.code,
        name=item.name,
        when=when_counted(item, sheet.quarter) if item.is_snapshot else "",
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
        offer=beside.offers.get(figure.item_id),
        again=beside.again.get(figure.item_id, "") if form.is_blank(figure) else "",
        is_used=item.code == beside.used,
        is_unsaved=form.is_unsaved(figure),
    )


def offers_of(sheet: Sheet, authority: Authority) -> dict[int, Offer]:
    """What upper rooms offer to the questions of a return, by item id."""
    return offered(sheet.made, [figure.item for figure in sheet.figures], authority)


def press(sheet: Sheet, form: FiguresForm, beside: Callable[[], Beside]) -> str | None:
    """Do what a button of the page asks for.

    The code of the question whose box an offer was to fill; None where that was not asked.
    """
    used, key = form.post.get("use"), form.post.get("not-provided", "")
    if key:
        _say_none_provided(sheet, form, key)
    elif "again" in form.post:
        _say_again(sheet, form, beside().again, form.text("again"))
    elif used is not None:
        offers = beside().offers
        for figure in sheet.figures:
            if figure.item.code == used and figure.item_id in offers:
                form.use(figure, offers[figure.item_id].number)
    return used


def pressed_at(post: QueryDict, prefix: str = "") -> str:
    """The id of where a button was that answers questions; nothing where none was pressed."""
    if f"{prefix}not-provided" in post:
        return f"{prefix}group-{post[f'{prefix}not-provided']}"
    code = post.get(f"{prefix}again")
    if code is None:
        return ""
    return f"{prefix}value-{code}" if code else "main"


def _say_none_provided(sheet: Sheet, form: FiguresForm, key: str) -> None:
    """Answer what is blank in a group of questions: could not be provided, for one reason."""
    note = form.text(f"group-note-{key}")
    for name, figures in sheet.groups():
        if slugify(name) != key:
            continue
        if not note:
            form.group_errors[key] = f"“{name}”: say why none of it could be provided"
            return
        for figure in figures:
            if form.is_blank(figure):
                form.say(figure, Answer.NOT_PROVIDED, note)


def _say_again(sheet: Sheet, form: FiguresForm, before: Mapping[int, str], code: str) -> None:
    """Answer as last quarter where a question was not applicable; every one without a code."""
    for figure in sheet.figures:
        is_meant = form.is_blank(figure) and code in ("", figure.item.code)
        if is_meant and figure.item_id in before:
            form.say(figure, Answer.NOT_APPLICABLE, before[figure.item_id])


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
