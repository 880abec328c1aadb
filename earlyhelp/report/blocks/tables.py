"""Tables of measures: the framework beside last year, the quarters, and a measure in detail."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from django.template.loader import render_to_string

from earlyhelp.core.pages.wording import part_of
from earlyhelp.report.blocks.context import (
    BlockContext,
    group_row,
    note,
    words_cell,
)
from earlyhelp.report.periods import ReportPeriod, in_words, moved, quarters_of, title_of, year_of
from earlyhelp.report.text import slug
from earlyhelp.report.tokens.shown import ShownFigure
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import (
    ChartBlock,
    Paragraph,
    Run,
    Subheading,
    TableBlock,
    TableCell,
    TableColumn,
    TableRow,
)
from measures.counting.catalogue import MeasureSpec
from measures.counting.comparison import Change, Meaning
from measures.counting.display import shown
from measures.counting.rollups import Cell
from measures.models import Heading
from measures.performance import charts
from measures.performance.rows import breaks, difference, in_part, points
from measures.performance.rows import reporting_words as teams_words
from teams.quarters import Quarter


def _token(measure: MeasureSpec, area: str, period: ReportPeriod) -> str:
    where = f" in {area}" if area else ""
    return f"{measure.code}{where} in {period}"


def framework(context: BlockContext) -> Iterator[Node]:
    """The framework by heading, beside the same period of last year."""
    now, was = context.period, moved(context.period, -1)
    rows: list[TableRow] = []
    for heading in Heading:
        if (
            context.block.data_of.get("headings")
            and heading.value not in context.block.data_of["headings"]
        ):
            continue
        of_heading = [one for one in context.measures() if one.heading == heading]
        if of_heading:
            rows.append(group_row(heading.label))
            rows += [_beside_last_year(context, one, now, was) for one in of_heading]
    yield TableBlock(
        title=context.block.data_of.get("title") or f"The framework in {title_of(now)}",
        anchor=context.anchor,
        columns=(
            TableColumn("Measure"),
            TableColumn(title_of(was), "number"),
            TableColumn(title_of(now), "number"),
            TableColumn("Change"),
            TableColumn("Teams reporting"),
        ),
        rows=tuple(rows),
        notes=tuple(_notes(context.measures(), context, [*quarters_of(was), *quarters_of(now)])),
    )


def _beside_last_year(
    context: BlockContext, measure: MeasureSpec, now: ReportPeriod, was: ReportPeriod
) -> TableRow:
    codes, counts = context.areas(), context.resolver.counts
    area = counts.area(codes).area.name if codes else ""
    pairing, change = counts.pair(measure, codes, now, was)
    cells = [
        _figure(context, cell, codes, period, area)
        for cell, period in ((pairing.before, was), (pairing.now, now))
    ]
    size = difference(change, pairing, measure.decimals)
    return TableRow(
        (
            words_cell(measure.name),
            *cells,
            words_cell(change_words(change, size, pairing.reasons)),
            words_cell(reporting(context, measure, codes, now, pairing.now)),
        )
    )


def _figure(
    context: BlockContext, cell: Cell, codes: tuple[str, ...], period: ReportPeriod, area: str
) -> TableCell:
    base = context.resolver.measures.base(cell, codes, period)
    if not cell.expected and not cell.is_hidden:
        return words_cell("not collected")
    return context.cell(base, _token(cell.measure, area, period))


def change_words(change: Change, size: str, reasons: Iterable[str] = ()) -> str:
    """A change as a table says it: ``▼ 7.5 points, improved``."""
    match change.meaning:
        case Meaning.NONE:
            return ""
        case Meaning.FIRST:
            return "not collected before"
        case Meaning.NOT_COMPARABLE:
            return f"not comparable: {'; '.join(reasons)}"
        case Meaning.SAME:
            return "no change"
        case _:
            return ", ".join(filter(None, [size, change.meaning.value]))


def reporting(
    context: BlockContext,
    measure: MeasureSpec,
    codes: tuple[str, ...],
    period: ReportPeriod,
    cell: Cell,
) -> str:
    """``14 of 15``; ``city-wide`` where the whole council answers with one return."""
    counts = context.resolver.counts.area(codes)
    words = teams_words(counts.reporting, measure, period, cell)  # type: ignore[arg-type]
    return "city-wide" if words == "1 of 1" and not codes else words


def _notes(
    measures: Iterable[MeasureSpec], context: BlockContext, quarters: list[Quarter]
) -> Iterator[Paragraph]:
    """The breaks of the series shown, and who did not report in them."""
    first, last = min(quarters), max(quarters)
    for measure in measures:
        for one in measure.breaks_between(first, last):
            words = f"{measure.name}: from {one.quarter.short} not comparable with earlier"
            yield note(f"{words} ({one.reason}).")
    for measure in measures:
        cells = {
            at: context.resolver.counts.cell(measure, context.areas(), at)
            for at in sorted(set(quarters))
        }
        parts = [
            f"{part_of(cell.answered, cell.expected, 'team')} in {at.short}"
            for at, cell in cells.items()
            if not cell.is_complete
        ]
        if parts:
            yield note(f"{measure.name}: reported by {', '.join(parts)}.")


def _columns(context: BlockContext) -> list[Quarter]:
    """The quarters of the report's period, and as many before: two years of a year's."""
    own = quarters_of(context.period)
    last, first = own[-1], quarters_of(year_of(context.period).previous)[0]
    opened = context.resolver.counts.tally.quarters
    return [Quarter(at) for at in range(first.index, last.index + 1) if at in opened]


def quarters(context: BlockContext) -> Iterator[Node]:
    """Measures quarter by quarter, over two years."""
    columns, codes = _columns(context), context.areas()
    area = context.resolver.counts.area(codes).area.name if codes else ""
    yield quarters_table(
        context,
        context.measures(),
        columns,
        codes,
        area,
        title=context.block.data_of.get("title") or "Quarter by quarter",
        anchor=context.anchor,
    )


def quarters_table(
    context: BlockContext,
    measures: list[MeasureSpec],
    columns: list[Quarter],
    codes: tuple[str, ...],
    area: str,
    *,
    title: str,
    anchor: str,
) -> TableBlock:
    """A row for each measure, a column for each quarter; a ratio's parts stand above it."""
    rows = [row for one in measures for row in _quarter_rows(context, one, columns, codes, area)]
    return TableBlock(
        title=title,
        anchor=anchor,
        columns=(TableColumn("Measure"), *(TableColumn(at.short, "number") for at in columns)),
        rows=tuple(rows),
        notes=tuple(_notes(measures, context, columns)),
    )


def _quarter_rows(
    context: BlockContext,
    measure: MeasureSpec,
    columns: list[Quarter],
    codes: tuple[str, ...],
    area: str,
) -> Iterator[TableRow]:
    counts, tokens = context.resolver.counts, context.resolver.measures
    cells = {at: counts.cell(measure, codes, at) for at in columns}
    if measure.is_ratio:
        parts = [
            _parts(context, cell, tokens.base(cell, codes, at), _token(measure, area, at))
            for at, cell in cells.items()
        ]
        yield TableRow((words_cell(f"{measure.name}: how many of how many"), *parts))
    name = f"{measure.name} ({measure.unit})" if measure.is_ratio else measure.name
    yield TableRow(
        (
            words_cell(name),
            *(_figure(context, cell, codes, at, area) for at, cell in cells.items()),
        )
    )


def _parts(context: BlockContext, cell: Cell, base: ShownFigure, token: str) -> TableCell:
    if cell.is_hidden:
        return TableCell((Run(base.text),))
    if cell.value is None:
        return words_cell("" if cell.expected else "not collected")
    return TableCell((context.placing.token(f"parts of {token}"),))


# -- charts ---------------------------------------------------------------------------------------


def chart(context: BlockContext) -> Iterator[Node]:
    """A chart of each measure that the block names, with its table after it."""
    if not context.block.data_of.get("measures"):
        yield context.unchosen("a measure")
        return
    codes = context.areas()
    for measure in context.measures():
        yield chart_of(context, measure, codes)


def chart_of(context: BlockContext, measure: MeasureSpec, codes: tuple[str, ...]) -> ChartBlock:
    """A measure over the quarters, drawn, and as a table; what is hidden is not drawn."""
    counts = context.resolver.counts
    columns = _columns(context)
    cells = {at: counts.cell(measure, codes, at) for at in columns}
    area = counts.area(codes).area.name
    title = f"{measure.name}, {area}, {columns[0].short} to {columns[-1].short}"
    said = [
        f"{at.short} {shown(cell)}{in_part(cell) if cell.value is not None else ''}"
        for at, cell in cells.items()
        if cell.expected
    ]
    description = f"{'; '.join(said) or 'No figures'}."
    anchor = f"{context.anchor}-{measure.code}"
    drawn = _drawn(measure, cells)
    return ChartBlock(
        title=title,
        description=description,
        svg=render_to_string(
            "measures/performance/_chart.svg", {"chart": drawn, "title": title, "desc": description}
        ).strip(),
        table=quarters_table(
            *(context, [measure], columns, codes, area if codes else ""),
            title=f"{title}: the numbers",
            anchor=anchor,
        ),
    )


def _drawn(measure: MeasureSpec, cells: dict[Quarter, Cell]) -> charts.Chart:
    columns = list(cells)
    years: dict[str, list[int]] = {}
    for at, quarter in enumerate(columns):
        years.setdefault(str(quarter.year), []).append(at)
    return charts.chart(
        points(cells.values()),
        labels=["" if cell.value is None else shown(cell) for cell in cells.values()],
        notes=[in_part(cell).strip(" ()") for cell in cells.values()],
        columns=[f"Q{at.number}" for at in columns],
        years=[charts.Stretch(at[0], at[-1], Fraction(0), year) for year, at in years.items()],
        tick_label=lambda value: f"{float(value):g}{'%' if measure.unit == '%' else ''}",
        breaks=breaks(measure, columns),
        targets=[],
        averages=[],
    )


# -- a measure in detail --------------------------------------------------------------------------


def in_detail(context: BlockContext) -> Iterator[Node]:
    """Each measure named: what it is, what it came to, chart, localities, and its commentary."""
    if not context.block.data_of.get("measures"):
        yield context.unchosen("a measure")
        return
    codes = context.areas()
    for measure in context.measures():
        yield Subheading(3, measure.name, f"{context.anchor}-{slug(measure.code)}-detail")
        if measure.definition:
            yield context.taken_in(measure.definition)
        comparison = f"comparison of {measure.code} with last year"
        yield Paragraph((Run(f"{in_words(context.period)}: "), context.placing.token(comparison)))
        yield chart_of(context, measure, codes)
        if not codes:
            yield from _localities(context, measure)
        yield from _commentary(context, measure)


def _localities(context: BlockContext, measure: MeasureSpec) -> Iterator[Node]:
    """A row for each locality that was asked; outsiders are shown them by year alone."""
    counts, period = context.resolver.counts, context.period
    rows = []
    for code, place in counts.localities.items():
        if not counts.area((code,)).rollup.was_asked(measure):
            continue
        cell = counts.cell(measure, (code,), period)
        rows.append(
            TableRow(
                (
                    words_cell(place.name),
                    _figure(context, cell, (code,), period, code),
                    words_cell(reporting(context, measure, (code,), period, cell)),
                )
            )
        )
    if rows:
        title = f"{measure.name} by locality, {title_of(period)}"
        yield TableBlock(
            title=title,
            anchor=f"{context.anchor}-{slug(measure.code)}-localities",
            columns=(
                TableColumn("Locality"),
                TableColumn(title_of(period), "number"),
                TableColumn("Teams reporting"),
            ),
            rows=tuple(rows),
        )


def _commentary(context: BlockContext, measure: MeasureSpec) -> Iterator[Node]:
    """The stories behind the figure, as copies with whose they are and of when."""
    comments = context.resolver.counts.annotations.comments.get(measure.id, ())
    own = quarters_of(context.period)
    for one in comments:
        is_citys = not one.where
        if one.quarter in own and (is_citys or not context.is_external):
            yield context.taken_in(one.text)
            where = one.where or context.resolver.counts.city.name
            yield Paragraph((Run(f"{one.by}, {where}, {one.quarter.short}"),), role="attribution")
