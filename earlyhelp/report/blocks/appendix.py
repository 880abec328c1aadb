"""Blocks that write themselves once all else is placed: sources, and how each figure was made."""

from collections.abc import Iterator

from earlyhelp.report.blocks.context import BlockContext, note, words_row
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import (
    Paragraph,
    PlacedFigure,
    Run,
    TableBlock,
    TableCell,
    TableColumn,
    TableRow,
)


def sources(context: BlockContext) -> Iterator[Node]:
    """What the numbers that do not come from the data rest on."""
    notes = context.placing.notes
    if not notes:
        yield Paragraph((Run("Every number of this report comes from the data."),))
        return
    yield TableBlock(
        title="Sources",
        anchor=context.anchor,
        columns=tuple(TableColumn(name) for name in ("Number", "What", "Of when", "By whom")),
        rows=tuple(words_row([str(one.number), one.what, one.when, one.who]) for one in notes),
    )


def figures(context: BlockContext) -> Iterator[Node]:
    """Each placed number with its reference and how it is made."""
    names = ("Reference", "Figure", "How it is made", "Area", "Period", "Reported")
    yield TableBlock(
        title="How each figure was made",
        anchor=context.anchor,
        columns=tuple(TableColumn(name) for name in names),
        rows=tuple(_row(one) for one in context.placing.figures),
        notes=(
            note("Figures are those signed off. Reported: returns that answered, of those asked."),
        ),
    )


def _row(one: PlacedFigure) -> TableRow:
    reported = "" if one.expected is None else f"{one.answered} of {one.expected}"
    cells = (one.shown, one.formula, one.area, one.period, reported)
    reference = TableCell((Run(one.reference, figure=one.reference),))
    return TableRow((reference, *(TableCell((Run(cell),)) for cell in cells)))
