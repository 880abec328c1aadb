"""Blocks that write themselves once all else is placed: sources, and how each figure was made."""

from collections.abc import Iterator

from earlyhelp.report.blocks.context import BlockContext, note, words_row
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import (
    CountedAs,
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
    """Each placed number with its reference and how it is made, and what its measure counts."""
    names = ("Reference", "Figure", "How it is made", "Area", "Period", "Reported")
    yield TableBlock(
        title="How each figure was made",
        anchor=context.anchor,
        columns=tuple(TableColumn(name) for name in names),
        rows=tuple(_row(context, one) for one in context.placing.figures),
        notes=(
            note("Figures are those signed off. Reported: returns that answered, of those asked."),
        ),
    )
    yield TableBlock(
        title="What these figures count",
        anchor=context.placing.anchor(f"{context.anchor}-counted"),
        columns=tuple(map(TableColumn, ("Measure", "Definition", "Asked", "Target"))),
        rows=tuple(_definition(context, one) for one in context.placing.counted),
        notes=(note("Definitions, questions and targets as they were on the day of the figures."),),
    )


def _definition(context: BlockContext, one: CountedAs) -> TableRow:
    """A measure with what it says, the questions behind it, and what its figures were to reach."""
    targets = {
        (each.target, each.period, _area(context, each)): None
        for each in context.placing.figures
        if each.measure == one.measure and each.target
    }
    asked = [f"{each.name}: {each.counts}" if each.counts else each.name for each in one.questions]
    # What is a sentence already ends as one.
    ended = " ".join(one if one.endswith(".") else f"{one}." for one in asked)
    reach = [f"{target} in {period}, {area}" for target, period, area in targets]
    return words_row([one.name, one.definition, ended, "; ".join(reach)])


def _area(context: BlockContext, one: PlacedFigure) -> str:
    """What a figure's area is called; nothing where it is of none."""
    return context.resolver.counts.names(one.area.replace("+", " ")) if one.area else ""


def _row(context: BlockContext, one: PlacedFigure) -> TableRow:
    reported = "" if one.expected is None else f"{one.answered} of {one.expected}"
    cells = (one.shown, one.formula, _area(context, one), one.period, reported)
    reference = TableCell((Run(one.reference, figure=one.reference),))
    return TableRow((reference, *(TableCell((Run(cell),)) for cell in cells)))
