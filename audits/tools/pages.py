"""Audit tools as people read and compare them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from audits.grades import QUALITY_CHOICES, IndicatorKind
from audits.models import Indicator, Round, Tool
from audits.tools.actions import Asked
from audits.tools.forms import Block, ToolForm
from audits.workflow import TOOL, ToolAct, ToolState

COLOURS = {ToolState.DRAFT: "yellow", ToolState.IN_USE: "green", ToolState.RETIRED: ""}


@dataclass(frozen=True)
class ToolRow:
    """A tool in the list."""

    tool: Tool
    state: str
    colour: str
    indicators: int
    rounds: int


def tool_rows(tools: QuerySet[Tool]) -> list[ToolRow]:
    """The tools with how much they ask and how often they are used; one query."""
    counted = tools.annotate(
        asks=Count("indicators", distinct=True), used=Count("rounds", distinct=True)
    )
    return [
        ToolRow(one, ToolState(one.state).label, COLOURS[ToolState(one.state)], one.asks, one.used)
        for one in counted
    ]


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator with what its grades look like, or what can be chosen."""

    indicator: Indicator
    kind: str
    grades: Sequence[tuple[str, str]]
    choices: Sequence[str]


@dataclass(frozen=True)
class ToolPage:
    """One tool, and what can be done with it now."""

    tool: Tool
    state: str
    colour: str
    indicators: Sequence[IndicatorRow]
    rounds: Sequence[Round]
    versions: Sequence[Tool]
    can_change: bool
    can_put_in_use: bool
    can_retire: bool
    can_copy: bool


def tool_page(tool: Tool, visible: QuerySet[Tool], rounds: QuerySet[Round]) -> ToolPage:
    """The page of a tool; ``visible`` and ``rounds`` are those that this person may see."""
    state = ToolState(tool.state)
    versions = list(visible.filter(name=tool.name).order_by("-version"))
    asked = [_row(one) for one in tool.indicators.all()]
    return ToolPage(
        tool=tool,
        state=state.label,
        colour=COLOURS[state],
        indicators=asked,
        rounds=list(rounds.filter(tool=tool)),
        versions=[one for one in versions if one.pk != tool.pk],
        can_change=TOOL.allows(ToolAct.CHANGE, state),
        can_put_in_use=TOOL.allows(ToolAct.PUT_IN_USE, state) and bool(asked),
        can_retire=TOOL.allows(ToolAct.RETIRE, state),
        can_copy=state != ToolState.DRAFT
        and not any(one.state == ToolState.DRAFT for one in versions),
    )


def _row(indicator: Indicator) -> IndicatorRow:
    return IndicatorRow(
        indicator,
        IndicatorKind(indicator.kind).label,
        [(one.get_grade_display(), one.text) for one in indicator.grade_guidance.all()],
        [choice.label for choice in indicator.choices.all()],
    )


@dataclass(frozen=True)
class BlockRow:
    """One indicator's boxes on the editing page."""

    block: Block
    number: int
    error: str
    grades: Sequence[tuple[str, str, str]]
    has_guidance: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class EditPage:
    """The editing page of a tool."""

    form: ToolForm
    rows: Sequence[BlockRow]
    kinds: Sequence[tuple[str, str]]


def edit_page(form: ToolForm) -> EditPage:
    """The blocks in order, each with its boxes."""
    last = len(form.blocks)
    return EditPage(
        form,
        [
            BlockRow(
                block=block,
                number=number,
                error=form.errors.get(block.key, ""),
                grades=[
                    (grade, label, block.grades.get(grade, "")) for grade, label in QUALITY_CHOICES
                ],
                has_guidance=any(block.grades.values()),
                is_first=number == 1,
                is_last=number == last,
            )
            for number, block in enumerate(form.blocks, 1)
        ],
        IndicatorKind.choices,
    )


@dataclass(frozen=True)
class Difference:
    """One indicator that two people left differently; no words where it is not there."""

    name: str
    theirs: Sequence[str]
    mine: Sequence[str]


def differences(theirs: Sequence[Asked], mine: Sequence[Asked]) -> list[Difference]:
    """Where somebody else's version and mine differ, in my order, then what only they have."""
    there = {asked.slug: (place, asked) for place, asked in enumerate(theirs, 1)}
    here = {asked.slug: (place, asked) for place, asked in enumerate(mine, 1)}
    found = []
    for code in [*here, *(code for code in there if code not in here)]:
        left, right = there.get(code), here.get(code)
        if left is None or right is None or _words(*left) != _words(*right):
            name = (right or left or (0, Asked("")))[1].name
            found.append(
                Difference(name, _words(*left) if left else (), _words(*right) if right else ())
            )
    return found


def _words(place: int, asked: Asked) -> list[str]:
    """What can be seen of an indicator, a line each."""
    labels = dict(QUALITY_CHOICES)
    guidance = [f"{labels[grade]}: {text}" for grade, text in asked.grade_guidance.items()]
    return [
        f"{place}. {asked.name}",
        IndicatorKind(asked.kind).label,
        *filter(None, [asked.guidance]),
        *guidance,
        *(f"• {label}" for label in asked.choices),
    ]
