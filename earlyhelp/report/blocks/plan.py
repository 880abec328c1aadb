"""Blocks about action plans: the plan as an appendix, and what became of last year's."""

from collections.abc import Iterator

from django.utils.text import get_text_list

from audits.plan.models import Outcome, Theme
from audits.plan.progress import ActionProgress
from earlyhelp.report.blocks.context import BlockContext, words_cell, words_row
from earlyhelp.report.periods import year_of
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tokens.plan import YearPlan
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import (
    Paragraph,
    Run,
    Subheading,
    TableBlock,
    TableColumn,
    TableRow,
)

_COLUMNS = ("", "Outcome", "Action", "By whom", "By when", "Rationale", "Progress")


def _plan_of(context: BlockContext, year: str) -> YearPlan | Paragraph:
    """The plan that a block is about, or what stands there where there is none."""
    wanted = context.block.data_of.get("year") or year
    try:
        return context.resolver.plans.plan(wanted)
    except TokenError as wrong:
        return Paragraph((context.placing.problem(f"the plan for {wanted}", str(wrong)),))


def plan(context: BlockContext) -> Iterator[Node]:
    """The whole plan, theme by theme, as people know it from committee papers."""
    found = _plan_of(context, str(year_of(context.period).next))
    if isinstance(found, Paragraph):
        yield found
        return
    for theme in found.plan.themes.all():
        yield Subheading(3, str(theme), f"{context.anchor}-{theme.number}")
        rows = [row for outcome in _of(found, theme) for row in _rows(context, found, outcome)]
        yield TableBlock(
            title=f"Theme {theme}",
            anchor=f"{context.anchor}-theme-{theme.number}",
            columns=tuple(TableColumn(name or "Number") for name in _COLUMNS),
            rows=tuple(rows),
        )


def _of(found: YearPlan, theme: Theme) -> list[Outcome]:
    return [one for one in found.outcomes if one.theme_id == theme.pk]


def _rows(context: BlockContext, found: YearPlan, outcome: Outcome) -> Iterator[TableRow]:
    """A row for each action of an outcome, whose words stand beside the first."""
    actions = [one for one in found.actions if one.action.outcome_id == outcome.pk]
    words = outcome.text
    context.taken_in(words)
    for progress in actions:
        action = progress.action
        cells = (
            *(action.ref, words, action.text, action.by_whom, action.timing_words),
            *(action.rationale, _progress(progress)),
        )
        context.taken_in(" ".join(cells[2:]))
        yield words_row(cells)
        words = ""
    if not actions:
        yield words_row([outcome.ref, outcome.text, "No action yet", "", "", "", ""])


def _progress(one: ActionProgress) -> str:
    """How an action stands, and what was said of it last, each locality's where all have to."""
    note = f" ({one.note})" if one.note else ""
    lines = [f"{one.status}{note}", one.times_text]
    lines += [side.updates[-1].dated_text for side in one.localities if side.updates]
    lines += [said.dated_text for said in one.updates if said.locality_id is None][-1:]
    silent = [str(side.locality) for side in one.localities if not side.has_answered]
    if silent:
        lines.append(f"No answer yet: {get_text_list(silent, 'and')}")
    return ". ".join(line.rstrip(".") for line in lines if line)


def response(context: BlockContext) -> Iterator[Node]:
    """What was done under each theme of last year's plan, and whether outcomes were achieved."""
    found = _plan_of(context, str(year_of(context.period)))
    if isinstance(found, Paragraph):
        yield found
        return
    year = found.plan.financial_year
    token = context.placing.token
    yield Paragraph(
        (
            Run(f"The plan for {year} had "),
            token(f"actions of plan {year}"),
            Run(" actions, of which "),
            token(f"complete actions of plan {year}"),
            Run(" are complete and "),
            token(f"overdue actions of plan {year}"),
            Run(" overdue."),
        )
    )
    for theme in found.plan.themes.all():
        yield Subheading(3, f"Theme {theme}", f"{context.anchor}-{theme.number}")
        if theme.closing_statement:
            yield context.taken_in(theme.closing_statement)
        yield _judged(context, found, theme)


def _judged(context: BlockContext, found: YearPlan, theme: Theme) -> TableBlock:
    rows = []
    for one in _of(found, theme):
        context.taken_in(f"{one.text} {one.judgement}")
        cells = [words_cell(one.ref), words_cell(one.text)]
        rows.append(TableRow((*cells, words_cell(one.judgement or "Not judged yet"))))
    return TableBlock(
        title=f"Theme {theme.number}: were the outcomes achieved?",
        anchor=f"{context.anchor}-judged-{theme.number}",
        columns=(TableColumn("Number"), TableColumn("Outcome"), TableColumn("Achieved?")),
        rows=tuple(rows),
    )
