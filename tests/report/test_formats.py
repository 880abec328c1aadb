"""One report in five files: every placed figure and every cell is the same in all of them (C4)."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from earlyhelp.report import formats
from earlyhelp.report.formats import FORMATS, build
from earlyhelp.report.formats.child import Limits, build_in_child
from earlyhelp.report.formats.drawing import drawing
from earlyhelp.report.formats.refusals import CannotBuild, UnknownFormat
from earlyhelp.report.formats.web import body, build_html
from earlyhelp.report.tree import Document, Paragraph, Run, TableBlock, canonical
from tests.report import documents, reading
from tests.report.reading import Grid, Read, squeezed

READERS = {"html": reading.read_html, "docx": reading.read_docx, "pdf": reading.read_pdf}


COLUMNS = (
    "ref,section,text,measure,area,period,shown,numerator,denominator,answered,expected,"
    "missing,basis"
)


def words(block: TableBlock) -> Grid:
    """The cells of a table as the document has them."""
    heads = [column.head for column in block.columns]
    return [heads, *(["".join(run.text for run in c.runs) for c in r.cells] for r in block.rows)]


def flattened(block: TableBlock, hidden: str, *, values: bool = False) -> Grid:
    """The same with its groups in a column and the marks of sources in another."""
    group, grouped, rows = "", any(row.is_group for row in block.rows), []
    marked = any(run.note for row in block.rows for cell in row.cells for run in cell.runs)
    for row in block.rows:
        if row.is_group:
            group = row.cells[0].runs[0].text
            continue
        cells = []
        for cell in row.cells:
            said = "".join(run.text for run in cell.runs if not run.note)
            safe = f"'{said}" if said.startswith(("=", "-")) else said
            cells.append(hidden if cell.is_hidden else (values and cell.value) or safe)
        notes = [str(run.note) for cell in row.cells for run in cell.runs if run.note]
        rows.append([*([group] * grouped), *cells, *([", ".join(notes)] * marked)])
    heads = [column.head for column in block.columns]
    return [["Group"] * grouped + heads + ["Sources"] * marked, *rows]


def places(document: Document) -> dict[str, str]:
    """The paragraphs in which figures are placed, by their references."""
    return {
        run.figure: "".join(one.text for one in block.runs)
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for run in block.runs
        if run.figure
    }


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("kind", ["report", "external"])
def test_what_people_read_is_what_the_document_says(form: str, kind: str) -> None:
    document: Document = getattr(documents, kind)()
    read: Read = READERS[form](build(document, form))
    assert read.tables == [words(table) for _, table in document.tables()]
    for paragraph in places(document).values():
        assert squeezed(paragraph) in read.text
    if form == "html":
        placed = {one.reference: one.shown for one in document.figures}
        hidden = documents.hidden_reference(document)
        assert read.figures == placed | ({hidden: "[c]"} if hidden else {})
    for source in document.sources:
        assert source.what in read.text and source.who in read.text


def test_a_list_too_wide_for_a_sheet_of_paper_is_printed_on_several() -> None:
    book = openpyxl.load_workbook(io.BytesIO(build(documents.report(), "xlsx")))
    figures, table = book["Figures"], book["Table_1"]
    assert (figures.page_setup.scale, figures.print_title_cols) == (65, "$A:$A")
    assert not figures.sheet_properties.pageSetUpPr.fitToPage
    assert table.sheet_properties.pageSetUpPr.fitToPage
    assert (figures.print_title_rows, figures.freeze_panes) == ("$2:$2", "A3")


def test_a_workbooks_cover_has_room_for_its_words() -> None:
    document = replace(documents.report(), authors=("A head of service of three localities",) * 4)
    cover = openpyxl.load_workbook(io.BytesIO(build(document, "xlsx")))["Cover"]
    [written] = [row for row in cover.iter_rows() if row[0].value == "Written by"]
    assert cover.row_dimensions[written[0].row].height == 30


@pytest.mark.parametrize("kind", ["report", "external"])
def test_the_workbook_has_every_figure_and_every_cell(kind: str) -> None:
    document: Document = getattr(documents, kind)()
    sheets = reading.read_xlsx(build(document, "xlsx"))
    tables = [table for _, table in document.tables()]
    names = [f"Table_{number}" for number in range(1, len(tables) + 1)]
    assert list(sheets) == ["Cover", "Contents", "Notes", "Figures", *names]
    for name, table in zip(names, tables, strict=True):
        expected = flattened(table, "[c]")
        assert sheets[name][0][0] == f"Table {name[6:]}: {table.title}"
        assert sheets[name][-len(expected) :] == expected
    rows = [dict(zip(sheets["Figures"][1], row, strict=True)) for row in sheets["Figures"][2:]]
    for row, figure in zip(rows, document.figures, strict=True):
        assert row["ref"] == figure.reference
        assert row["shown"] == ("[c]" if figure.is_hidden else figure.shown)
        assert row["numerator"] == ("[c]" if figure.is_hidden else figure.numerator)
        assert row["missing"] == " ".join(figure.missing)


@pytest.mark.parametrize("kind", ["report", "external"])
def test_the_set_of_csv_has_every_figure_and_every_cell(kind: str) -> None:
    document: Document = getattr(documents, kind)()
    files = reading.read_csv(build(document, "csv"))
    heads, *rows = files.pop("figures.csv")
    assert ",".join(heads) == COLUMNS
    in_text = places(document)
    for row, one in zip(rows, document.figures, strict=True):
        shown, parts = one.shown, [one.numerator, one.denominator]
        if one.is_hidden:
            shown, parts = "c", ["c", "c"]
        counted = ["" if n is None else str(n) for n in (one.answered, one.expected)]
        assert row[:2] == [one.reference, one.section]
        assert row[2] in in_text.get(one.reference, row[2])
        assert one.is_hidden or one.shown in row[2]
        assert row[3:7] == [one.measure, one.area, one.period, shown]
        assert row[7:] == [*parts, *counted, " ".join(one.missing), one.basis]
    tables = [flattened(table, "c", values=True) for _, table in document.tables()]
    assert list(files.values()) == tables


def test_a_hidden_number_that_was_left_in_the_document_is_in_no_data_file() -> None:
    canary = documents.external(left_behind="3.5")
    sheets = reading.read_xlsx(build(canary, "xlsx"))
    assert sheets["Table_3"][-1][1] == "[c]"
    assert reading.read_csv(build(canary, "csv"))["tables/03-respect.csv"][-1][1] == "c"
    figures = reading.read_csv(build(canary, "csv"))["figures.csv"]
    assert [row[6:9] for row in figures if row[0] == "2015-16/6"] == [["c", "c", "c"]]
    assert {row[11] for row in figures[1:]} == {""}, "outsiders do not read who is missing"


def test_the_set_of_csv_describes_itself() -> None:
    with zipfile.ZipFile(io.BytesIO(build(documents.external(), "csv"))) as packed:
        said = json.loads(packed.read("datapackage.json"))
        assert packed.namelist() == ["datapackage.json", *(r["path"] for r in said["resources"])]
        files = reading.read_csv(build(documents.external(), "csv"))
    assert said["name"] == "early-help-2015-16"
    for resource in said["resources"]:
        fields = [one["name"] for one in resource["schema"]["fields"]]
        assert fields == files[resource["path"]][0]
        assert resource["schema"]["missingValues"] == ["", "c"]
    types = [one["type"] for one in said["resources"][3]["schema"]["fields"]]
    assert types == ["string", "number", "date"]
    mixed = [one["type"] for one in said["resources"][1]["schema"]["fields"]]
    assert mixed == ["string", "string", "string", "number", "string", "string"], "not collected"
    assert "small numbers are hidden" in said["description"]
    assert "The web version of this report is the accessible original." in said["description"]


def test_numbers_in_the_workbook_are_numbers_and_words_never_run() -> None:
    book = openpyxl.load_workbook(io.BytesIO(build(documents.report(), "xlsx")))
    first, third = book["Table_1"], book["Table_3"]
    assert [cell.value for cell in first[first.max_row]][1] == "'=Escalated, cases"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert (third["B4"].value, third["B4"].number_format) == (0.747, "0.0%")
    assert list(first.tables) == ["Table_1_data"]
    assert not any(sheet.merged_cells.ranges for sheet in book)
    links = [cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[2:]]


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_document_is_the_same_file_on_any_day(form: str) -> None:
    """Made again by another process, with another seed of hashes, in another zone."""
    done = subprocess.run(
        [sys.executable, "-m", "earlyhelp.report.formats.child", form],
        input=canonical(documents.draft()).encode(),
        env={"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PATH": "/usr/bin:/bin"},
        cwd=Path(formats.__file__).parents[3],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == build(documents.draft(), form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_copy_that_is_not_published_says_so(form: str) -> None:
    content = build(documents.draft(), form)
    said = {
        "html": lambda: reading.read_html(content).text,
        "docx": lambda: reading.read_docx(content).text,
        "pdf": lambda: reading.read_pdf(content).text,
        "xlsx": lambda: str(reading.read_xlsx(content)["Cover"]),
        "csv": lambda: zipfile.ZipFile(io.BytesIO(content)).read("datapackage.json").decode(),
    }[form]()
    assert "DRAFT: not approved, and not to be quoted" in said
    assert "OFFICIAL" in said and "Not published yet" in said


def test_figures_are_plain_text_until_asked_where_they_come_from() -> None:
    document = documents.report()
    plain = reading.parsed(build_html(document).encode())
    assert not any("data-ref" in named for tag, named in plain.elements if tag == "a")
    opened = reading.parsed(
        build_html(document, lambda ref: f"/figures/{ref}" if ref != "2015-16/2" else None).encode()
    )
    leads = {n["data-ref"]: n.get("href") for _, n in opened.elements if "data-ref" in n}
    assert leads["2015-16/1"] == "/figures/2015-16/1" and leads["2015-16/2"] is None
    assert plain.read.text == opened.read.text


def test_nothing_that_people_wrote_becomes_markup() -> None:
    bad = "<script>alert(1)</script>"
    runs = (Run(bad), Run("here", link="javascript:alert(1)"), Run("there", link="//x.example"))
    first = documents.report().sections[0]
    chart = documents.open_cases_chart("one")
    chart = replace(
        chart, title=bad, svg=chart.svg.replace("</svg>", f'<g onclick="x()">{bad}</g></svg>')
    )
    section = replace(first, heading=bad, blocks=(Paragraph(runs), chart))
    page = build_html(replace(documents.report(), title=bad, council=bad, sections=(section,)))
    assert "<script" not in page and "onclick" not in page and "javascript:" not in page
    assert 'href="//' not in page
    assert body(documents.report()).startswith("<article")


def test_a_format_is_built_in_a_process_with_limits() -> None:
    document = documents.report()
    assert build_in_child(canonical(document), "csv") == build(document, "csv")
    with pytest.raises(UnknownFormat):
        build_in_child(canonical(document), "odt")
    chart = replace(documents.open_cases_chart(), svg="<svg>")
    broken = replace(document, sections=(replace(document.sections[0], blocks=(chart,)),))
    with pytest.raises(CannotBuild, match="A chart cannot be read"):
        build_in_child(canonical(broken), "html")
    with pytest.raises(CannotBuild, match="does not say how large it is"):
        drawing('<svg viewBox="0 0  "/>', "Cases", "They rose", "cases")
    with pytest.raises(CannotBuild, match="too large for html: making it took more than 20 MB"):
        build_in_child(canonical(documents.long_report(60)), "html", Limits(mib=20))
    with pytest.raises(CannotBuild, match="more than 1 seconds of processor time"):
        build_in_child(canonical(documents.long_report(60)), "docx", Limits(seconds=1))


def test_two_parts_with_one_anchor_are_a_fault_of_whoever_made_the_document() -> None:
    first = documents.report().sections[0]
    with pytest.raises(ValueError, match="first-page"):
        build(replace(documents.report(), sections=(first, first)), "csv")


def test_what_cannot_be_built_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownFormat, match="no format “odt”"):
        build(documents.report(), "odt")
    monkeypatch.setitem(sys.modules, "weasyprint", NoPango())
    with pytest.raises(CannotBuild, match=r"apt install libpango-1\.0-0"):
        build(documents.report(), "pdf")


class NoPango:
    """WeasyPrint on a machine without Pango."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> object:
        raise OSError("cannot load library 'libpango-1.0-0'")
