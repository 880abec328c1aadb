"""Blocks that people write: text, quotes, what the board is asked, one page first."""

from collections.abc import Iterator
from dataclasses import replace

from earlyhelp.report.blocks.context import BlockContext, with_role, words_row
from earlyhelp.report.periods import moved
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import (
    ListItem,
    Paragraph,
    Points,
    Quote,
    Run,
    Subheading,
    TableBlock,
    TableColumn,
)
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Meaning, TargetVerdict, against_target


def text(context: BlockContext) -> Iterator[Node]:
    """A text as it was written; a copy says whose it is."""
    yield from _noted(context, context.words(context.block.text))
    if context.block.copied_from:
        yield Paragraph((Run(context.block.copied_from),), role="attribution")


def _noted(context: BlockContext, nodes: list[Node]) -> list[Node]:
    """With the mark of the block's own source at the end of its last paragraph."""
    source = context.block.source
    if source is None:
        return nodes
    mark = context.placing.source(source)
    for at in range(len(nodes) - 1, -1, -1):
        node = nodes[at]
        if isinstance(node, Paragraph):
            nodes[at] = replace(node, runs=(*node.runs, mark))
            return nodes
    return [*nodes, Paragraph((Run("Source "), mark), role="note")]


def quote(context: BlockContext) -> Iterator[Node]:
    """A family's own words, with who said them, when, and that they agreed."""
    data = context.block.data_of
    paragraphs = [one for one in context.words(context.block.text) if isinstance(one, Paragraph)]
    parts = [data.get("who", ""), data.get("period", "")]
    if data.get("count"):
        parts.append(f"one of {data['count']} who said so")
    consent = "printed with consent" if data.get("consent") else ""
    said = ", ".join(filter(None, parts))
    yield Quote(tuple(paragraphs), "; ".join(filter(None, [said, consent])))


def asked(context: BlockContext) -> Iterator[Node]:
    """What the board is asked to do."""
    yield Paragraph((Run("The board is asked to:"),), role="asked")
    yield from with_role(context.words(context.block.text), "asked")


def abbreviations(context: BlockContext) -> Iterator[Node]:
    """A line for each: ``CSE: child sexual exploitation``."""
    lines = [line.partition(":") for line in context.block.text.splitlines() if ":" in line]
    if lines:
        yield TableBlock(
            title="Abbreviations",
            anchor=context.anchor,
            columns=(TableColumn("Short"), TableColumn("In full")),
            rows=tuple(words_row([short.strip(), full.strip()]) for short, _, full in lines),
        )


def first_page(context: BlockContext) -> Iterator[Node]:
    """What improved, what did not, and what we do about it: one side of paper."""
    better, worse = _told_apart(context)
    yield Subheading(3, "What improved", f"{context.anchor}-improved")
    yield from _listed(context, better, "No measure shows a clear improvement.")
    yield Subheading(3, "What did not", f"{context.anchor}-not")
    yield from _listed(context, worse, "No measure is clearly worse, and no target is missed.")
    yield Subheading(3, "What we do about it", f"{context.anchor}-do")
    yield from context.words(context.block.text)


def _told_apart(context: BlockContext) -> tuple[list[MeasureSpec], list[MeasureSpec]]:
    """The measures that clearly improved, and those that worsened or missed their target."""
    better, worse = [], []
    for measure in context.measures():
        counts, codes = context.resolver.counts, context.areas()
        pairing, change = counts.pair(measure, codes, context.period, moved(context.period, -1))
        target = counts.target(measure, codes, context.period)
        judged = None
        if counts.bears_verdict(pairing.now, codes, context.period):
            judged = against_target(pairing.now, target)
        if judged == TargetVerdict.MISSED or change.meaning == Meaning.WORSENED:
            worse.append(measure)
        elif change.meaning == Meaning.IMPROVED:
            better.append(measure)
    return better, worse


def _listed(context: BlockContext, measures: list[MeasureSpec], nothing: str) -> Iterator[Node]:
    if not measures:
        yield Paragraph((Run(nothing),))
        return
    items = []
    for one in measures:
        comparison = context.placing.token(f"comparison of {one.code} with last year")
        runs = (Run(f"{one.name}: "), comparison)
        items.append(ListItem((Paragraph(runs),)))
    yield Points(tuple(items))
