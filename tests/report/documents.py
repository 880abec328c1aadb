"""A report as an officer would write it, as a document of the content tree; and long ones.

The council is nobody's; each kind of block stands in it at least once.
"""

from dataclasses import replace

from earlyhelp.report.tree import (
    Block,
    ChartBlock,
    Document,
    DocumentSection,
    ListItem,
    Paragraph,
    PlacedFigure,
    Points,
    Quote,
    Run,
    SourceNote,
    Subheading,
    TableBlock,
    TableCell,
    TableColumn,
    TableRow,
)

CODE = "2015-16"
QUARTERS = [f"2014-15 Q{n}" for n in range(1, 5)] + [f"2015-16 Q{n}" for n in range(1, 5)]
OPEN_CASES = (612, 640, 655, 671, 702, 764, 731, 688)


def text(*parts: str | Run, role: str = "text") -> Paragraph:
    """A paragraph of words and runs."""
    runs = tuple(part if isinstance(part, Run) else Run(part) for part in parts)
    return Paragraph(runs, role)  # type: ignore[arg-type]


def placed(number: int, shown: str) -> Run:
    """A figure from the data."""
    return Run(shown, figure=f"{CODE}/{number}")


def note(number: int) -> Run:
    """The mark of a source."""
    return Run(f"[{number}]", note=number)


def cell(words: str, value: str = "", *, figure: int = 0) -> TableCell:
    """A cell, its figure placed where it has a number."""
    reference = f"{CODE}/{figure}" if figure else ""
    return TableCell((Run(words, figure=reference),), value)


def number(value: int) -> TableCell:
    """A count, as it is read and as it is."""
    return cell(f"{value:,}", str(value))


def figure(at: int, section: str, shown: str, parts: str = "", **more: object) -> PlacedFigure:
    """A placed figure; ``parts`` is ``373/499``."""
    numerator, _, denominator = parts.partition("/")
    made = PlacedFigure(
        *(f"{CODE}/{at}", section, "{treated-with-respect}", shown, "treated-with-respect"),
        *("city", CODE, numerator or shown.replace(",", ""), denominator, 58, 60),
        *(("north-hub", "river-centre"), "signed-off", "373 of 499 surveys, four quarters added"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def families() -> TableBlock:
    """Measures of two groups with last year's, one with words for a number."""
    columns = (
        TableColumn("Measure"),
        TableColumn("2014-15", "number"),
        TableColumn("2015-16", "number"),
        TableColumn("Change", "text"),
    )
    rows = (
        TableRow((cell("How much"),), is_group=True),
        TableRow(
            (
                TableCell((Run("Open cases at the end of the year"), note(1))),
                number(671),
                cell("688", "688", figure=4),
                cell("17 more"),
            )
        ),
        TableRow((cell("Surveys received"), number(160), number(1499), cell("1,339 more"))),
        TableRow((cell("How well"),), is_group=True),
        TableRow(
            (
                cell("Cases closed"),
                cell("not collected"),
                cell("700", "700", figure=5),
                cell("no earlier figure"),
            )
        ),
        TableRow((cell("=Escalated, cases"), number(20), number(37), cell("-"))),
    )
    notes = (text("Counts of 58 of 60 team-quarters. Two returns are missing.", role="note"),)
    return TableBlock("The framework, this year and last", "framework", columns, rows, notes)


def shares() -> TableBlock:
    """Percentages and dates by locality."""
    columns = (
        TableColumn("Locality"),
        TableColumn("Treated with respect", "percentage"),
        TableColumn("Reviewed on", "date"),
    )
    rows = (
        TableRow((cell("North"), cell("74.7%", "74.7"), cell("31 March 2016", "2016-03-31"))),
        TableRow((cell("River"), cell("80.0%", "80.0"), cell("4 April 2016", "2016-04-04"))),
        TableRow((cell("Hill"), cell("3.5%", "3.5", figure=6), cell("4 April 2016", "2016-04-04"))),
    )
    return TableBlock("Families treated with respect, by locality", "respect", columns, rows)


def open_cases_chart(anchor: str = "open-cases") -> ChartBlock:
    """A line over eight quarters, drawn with the product's classes."""
    step, low, high = 90, 560, 800
    spots = [
        (60 + step * n, 250 - (one - low) * 200 / (high - low)) for n, one in enumerate(OPEN_CASES)
    ]
    line = "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in spots)
    marks = "".join(
        f'<circle class="eh-chart__point" cx="{x:.0f}" cy="{y:.1f}" r="4.5"/>'
        f'<text class="eh-chart__value" x="{x:.0f}" y="{y - 12:.1f}" text-anchor="middle">{one}</text>'
        f'<text x="{x:.0f}" y="280" text-anchor="middle">{quarter[-2:]}</text>'
        for (x, y), one, quarter in zip(spots, OPEN_CASES, QUARTERS, strict=True)
    )
    svg = (
        '<svg class="eh-chart" viewBox="0 0 820 300">'
        '<line class="eh-chart__axis" x1="40" x2="800" y1="256" y2="256"/>'
        f'<path class="eh-chart__line" d="{line}"/>{marks}</svg>'
    )
    rows = tuple(
        TableRow((cell(quarter), number(one)))
        for quarter, one in zip(QUARTERS, OPEN_CASES, strict=True)
    )
    columns = (TableColumn("Quarter"), TableColumn("Open cases", "number"))
    table = TableBlock("Open cases at the end of each quarter", anchor, columns, rows)
    words = "Open cases rose from 612 to 764 in the second quarter of 2015-16, then fell to 688."
    return ChartBlock("Open cases over two years", words, svg, table)


def plan(rows: int = 12) -> TableBlock:
    """An appendix of the plan: seven columns of words."""
    heads = ("No.", "Outcome", "Action", "By whom", "By when", "Why", "Progress")
    said = (
        *("Families say what changed", "Ask every family at the last visit, in their own words"),
        *("Heads of service", "From June 2016", "Too few surveys came back", "Begun in two teams"),
    )
    made = tuple(TableRow((cell(f"1.{n}"), *map(cell, said))) for n in range(1, rows + 1))
    return TableBlock("Actions for 2016-17", "plan", tuple(map(TableColumn, heads)), made)


def _first_page() -> DocumentSection:
    return DocumentSection(
        *("One page first", "first-page", 1),
        (
            text(
                "Of ",
                placed(2, "499"),
                " families who answered, ",
                placed(1, "74.7%"),
                " say that they were treated with respect. That is ",
                placed(3, "373 of 499"),
                ".",
            ),
            Points(
                (
                    ListItem((text(Run("Better: ", strong=True), "more families answered."),)),
                    ListItem(
                        (
                            text(Run("Worse: ", strong=True), "two returns are missing"),
                            Points((ListItem((text("both are of one quarter"),)),)),
                        )
                    ),
                )
            ),
            Points(
                (ListItem((text("Read it."),)), ListItem((text("Say what to do."),))),
                is_numbered=True,
            ),
            text("The board is asked to note the two returns that are missing.", role="asked"),
        ),
    )


def _evidence() -> DocumentSection:
    address = Run("the framework's definitions", link="https://council.example/framework")
    return DocumentSection(
        *("What families told us", "families", 2),
        (
            text("A review looked at six cases in detail", note(1), ", using ", address, "."),
            Subheading(3, "By locality", "by-locality"),
            shares(),
            Subheading(4, "In their own words", "own-words"),
            Quote(
                (text("She listened, & did what she said <at once>."),),
                "a parent, July 2015; with consent",
            ),
            text("A small number of answers came late.", role="warning"),
        ),
    )


def _figures() -> tuple[PlacedFigure, ...]:
    return (
        figure(1, "first-page", "74.7%", "373/499"),
        figure(2, "first-page", "499"),
        figure(3, "first-page", "373 of 499", "373/499"),
        figure(4, "framework-section", "688", measure="open-cases"),
        figure(5, "framework-section", "700", measure="cases-closed", answered=None, expected=None),
        figure(6, "families", "3.5%", "4/113", measure="treated-with-respect", area="hill"),
    )


def report(**changes: object) -> Document:
    """The published report of a year, for readers inside the council."""
    sections = (
        _first_page(),
        DocumentSection(
            *("How much was done, and how well", "framework-section", 1),
            (
                text("The table sets this year beside last."),
                families(),
                open_cases_chart(),
            ),
        ),
        _evidence(),
        DocumentSection("Appendix: the action plan", "appendix", 1, (plan(),), is_landscape=True),
        DocumentSection(
            *("Words used", "words", 1), (text("Escalated: referred on to social care."),)
        ),
    )
    made = Document(
        code=CODE,
        title="How early help helped in 2015-16",
        council="Anywhere Council",
        area="Anywhere town",
        period="2015-16",
        marking="OFFICIAL",
        authors=("Performance officer", "Head of service, North"),
        figures_as_at="2016-05-20",
        edition=1,
        state="",
        published_on="2016-06-20",
        audience="internal",
        sections=sections,
        figures=_figures(),
        sources=(
            SourceNote(1, "Review of six cases", "2016-03-31", "Quality assurance"),
            SourceNote(2, "Mid-year estimates of population", "June 2015", "Office for statistics"),
        ),
        code_version="1.0",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def draft() -> Document:
    """The same before it is approved."""
    return report(state="DRAFT", edition=0, published_on="")


def hidden_reference(document: Document) -> str:
    """The reference of the figure that is hidden; empty where none is."""
    return next((one.reference for one in document.figures if one.is_hidden), "")


def external(left_behind: str = "") -> Document:
    """The same for readers outside: a small number is hidden wherever it stands.

    With ``left_behind`` whoever made the document forgot the value of the cell in it.
    """
    hidden = "hidden: small number"

    def masked(row: TableRow) -> TableRow:
        return TableRow(
            tuple(
                TableCell(
                    (Run(left_behind or "[c]", figure=one.runs[0].figure),),
                    left_behind,
                    is_hidden=True,
                )
                if one.runs[0].figure == f"{CODE}/6"
                else one
                for one in row.cells
            )
        )

    def without(block: Block) -> Block:
        if isinstance(block, TableBlock) and block.anchor == "respect":
            return replace(block, rows=tuple(map(masked, block.rows)))
        return block

    inside = report()
    figures = tuple(
        replace(
            one,
            missing=("north-hub",) if left_behind else (),
            **(
                {"shown": hidden, "numerator": left_behind or "c", "denominator": "c"}
                | {"is_hidden": True}
                if one.reference == f"{CODE}/6"
                else {}
            ),
        )
        for one in inside.figures
    )
    sections = tuple(
        replace(one, blocks=tuple(map(without, one.blocks))) for one in inside.sections
    )
    return replace(inside, audience="external", figures=figures, sections=sections)


def long_report(chapters: int = 20) -> Document:
    """A report of about three pages for each chapter, each with a table, a chart and figures."""
    first = report()
    words = (
        "Every quarter the teams say what they did, and their heads of service look at it. "
        "Where a return is late its team is named, and nothing is made up in its place. "
    ) * 4
    sections: list[DocumentSection] = list(first.sections[:-2])
    figures = list(first.figures)
    for chapter in range(1, chapters + 1):
        blocks: list[Block] = []
        for _ in range(7):
            at = len(figures) + 1
            figures.append(figure(at, f"chapter-{chapter}", f"{at:,}"))
            blocks.append(text(words, "In all there were ", placed(at, f"{at:,}"), ". ", words))
        rows = tuple(
            TableRow((cell(f"Team {n}"), *(number(n * 37 + quarter) for quarter in range(8))))
            for n in range(1, 26)
        )
        heads = (TableColumn("Team"), *(TableColumn(name, "number") for name in QUARTERS))
        table = TableBlock(f"Cases by team, part {chapter}", f"teams-{chapter}", heads, rows)
        blocks[3:3] = [Subheading(3, "By team", f"by-team-{chapter}"), table]
        blocks.append(open_cases_chart(f"open-{chapter}"))
        name = f"Chapter {chapter}: what was done"
        sections.append(DocumentSection(name, f"chapter-{chapter}", 1, tuple(blocks)))
    return replace(first, sections=(*sections, *first.sections[-2:]), figures=tuple(figures))
