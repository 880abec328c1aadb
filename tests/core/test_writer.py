"""Workbooks are set up to be read and printed, and have a cover."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from xml.parsers import expat

import openpyxl
import pytest

from earlyhelp.core.files.writer import (
    CellValue,
    Cover,
    FileFormat,
    Percentage,
    Sheet,
    csv_chunks,
    csv_line,
    line_chunks,
    write,
    write_sheets,
)
from tests.workbooks import value_of

COVER = Cover(
    "City performance in three years", [("Area", "Derby city")], ["One figure was revised"]
)
LONG = "A long explanation that is wider than any column should be, so that it is wrapped in it"
ROWS: list[list[CellValue]] = [["Open cases", 1061, Decimal("12.5"), LONG], ["Closed", 3, None, ""]]
SHEETS: list[Sheet] = [
    ("Data", ["measure", "numerator", "value", "note"], ROWS),
    ("data", ["share", "day"], [[Percentage(Decimal("74.7")), dt.date(2016, 3, 31)]]),
]


def written(form: FileFormat) -> io.BytesIO:
    file = io.BytesIO()
    write_sheets(form, SHEETS, file, cover=COVER)
    file.seek(0)
    return file


def test_an_excel_file_is_set_up_to_be_read_and_printed() -> None:
    book = openpyxl.load_workbook(written(FileFormat.XLSX))
    assert book.sheetnames == ["Cover", "Data", "data 2"]
    assert book.properties.title == "City performance in three years"
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        assert sheet["A1"].font.b and sheet["A1"].alignment.wrap_text
    data = book["Data"]
    assert (data["B2"].value, data["B2"].number_format) == (1061, "#,##0")
    assert (data["C2"].value, data["C2"].number_format) == (12.5, "#,##0.0")
    share, day = book["data 2"]["A2"], book["data 2"]["B2"]
    assert (share.value, share.number_format) == (0.747, "0.0%")
    assert value_of(day) == dt.date(2016, 3, 31)
    widths = [data.column_dimensions[column].width for column in "AD"]
    assert 10 < widths[0] < 15 and 45 < widths[1] < 55
    assert data.row_dimensions[2].height == 30
    assert book["Cover"].row_dimensions[1].height == 30, "the title in its column"
    cover = [[cell.value for cell in row] for row in book["Cover"].iter_rows()]
    assert cover == [
        ["Title", "City performance in three years"],
        ["Area", "Derby city"],
        ["Note", "One figure was revised"],
    ]


def test_words_stand_apart_from_a_number_and_heads_have_their_lines() -> None:
    rows: list[list[CellValue]] = [["Open cases", 633, "15 of 15"]]
    header = ["Measure", "2015-16 Q4", "Returns counted, 2015-16 Q4"]
    files = {form: io.BytesIO() for form in (FileFormat.XLSX, FileFormat.ODS)}
    for form, file in files.items():
        write(form, header, rows, file)
    sheet = openpyxl.load_workbook(files[FileFormat.XLSX])["Data"]
    assert [sheet[cell].alignment.indent for cell in ("A1", "C1", "A2", "C2")] == [0, 1, 0, 1]
    assert sheet["C2"].alignment.horizontal == "left", "or LibreOffice does not indent it"
    assert sheet.row_dimensions[1].height == 60, "four lines in a narrow column"
    with zipfile.ZipFile(files[FileFormat.ODS]) as packed:
        content = packed.read("content.xml").decode()
    assert (
        '<table:table-cell table:style-name="apart" office:value-type="string"><text:p>15 of 15'
        in (content)
    )


def test_heads_stand_above_their_numbers_and_a_group_is_named_in_bold() -> None:
    rows: list[list[CellValue]] = [["How much"], ["Open cases", 633, "15 of 15"]]
    files = {form: io.BytesIO() for form in (FileFormat.XLSX, FileFormat.ODS)}
    for form, file in files.items():
        write(form, ["Measure", "2015-16 Q4", "Counted"], rows, file)
    sheet = openpyxl.load_workbook(files[FileFormat.XLSX])["Data"]
    heads = [sheet[cell].alignment.horizontal for cell in ("A1", "B1", "C1")]
    assert heads == ["left", "right", "left"]
    assert [sheet[cell].font.b for cell in ("A2", "A3")] == [True, False]
    with zipfile.ZipFile(files[FileFormat.ODS]) as packed:
        content = packed.read("content.xml").decode()
    assert re.findall(r'style-name="([a-z-]+)" office:value-type="string"', content) == [
        *("head", "head-right", "head-apart"), "group", *("words", "apart"),
    ]  # fmt: skip


def test_words_stand_apart_from_words_and_from_nothing() -> None:
    """Whatever a row has before them: they are below each other."""
    file = io.BytesIO()
    write(FileFormat.XLSX, ["What", "How many", "Why"], [["a", 1, "b"], ["c", None, "d"]], file)
    sheet = openpyxl.load_workbook(file)["Data"]
    assert [sheet[cell].alignment.indent for cell in ("C2", "C3")] == [1, 1]


def test_what_names_a_group_makes_no_column_wide() -> None:
    """It runs on over the columns beside it, so that a plan fits on one sheet of paper."""
    file = io.BytesIO()
    rows: list[list[CellValue]] = [["1. The Early Help Performance Framework"], ["1.1", "Find it"]]
    write(FileFormat.XLSX, ["Number", "Action"], rows, file)
    assert openpyxl.load_workbook(file)["Data"].column_dimensions["A"].width < 12


def test_rows_of_an_opendocument_file_have_room_for_their_lines() -> None:
    """LibreOffice works heights out for the screen: on paper the lines of one ran into the next."""
    with zipfile.ZipFile(written(FileFormat.ODS)) as packed:
        content = packed.read("content.xml").decode()
    [height] = re.findall(r'style-name="(r\d)"><table:table-cell[^>]*><text:p>Open cases', content)
    assert height == "r2"
    assert 'style:name="r2" style:family="table-row"' in content
    assert 'row-height="30pt"' in content


def test_what_would_be_too_small_on_paper_goes_over_several_sheets_beside_each_other() -> None:
    files = {form: io.BytesIO() for form in (FileFormat.XLSX, FileFormat.ODS)}
    for form, file in files.items():
        sheets: list[Sheet] = [
            ("Data", ["code", *("abcde")], [["north", *[LONG] * 5]]),
            ("North", ["measure", "note"], [["Open cases", LONG]]),
        ]
        write_sheets(form, sheets, file)
    book = openpyxl.load_workbook(files[FileFormat.XLSX])
    wide, narrow = book.worksheets
    assert (wide.page_setup.scale, wide.print_title_cols) == (65, "$A:$A")
    assert wide.page_setup.pageOrder == "overThenDown"
    assert narrow.sheet_properties.pageSetUpPr.fitToPage and narrow.print_title_cols is None
    with zipfile.ZipFile(files[FileFormat.ODS]) as packed:
        content, styles = (packed.read(f"{one}.xml").decode() for one in ("content", "styles"))
    assert re.findall(r'table:name="(\w+)" table:style-name="(\w+)"', content) == [
        ("Data", "wide"), ("North", "sheet"),
    ]  # fmt: skip
    assert content.count("<table:table-header-columns>") == 1
    assert 'style:scale-to="70%"' in styles


@pytest.mark.parametrize("part", ["content.xml", "styles.xml", "settings.xml"])
def test_an_opendocument_file_is_made_of_sound_parts(part: str) -> None:
    with zipfile.ZipFile(written(FileFormat.ODS)) as packed:
        assert packed.namelist()[0] == "mimetype"
        assert part in packed.read("META-INF/manifest.xml").decode()
        expat.ParserCreate().Parse(packed.read(part), True)


def test_an_opendocument_file_is_set_up_to_be_read_and_printed() -> None:
    with zipfile.ZipFile(written(FileFormat.ODS)) as packed:
        content, styles, settings = (
            packed.read(f"{part}.xml").decode() for part in ("content", "styles", "settings")
        )
    assert content.count("<table:table-header-rows>") == 3
    assert 'office:value-type="percentage" office:value="0.747"' in content
    assert 'office:value-type="date" office:date-value="2016-03-31"' in content
    assert 'style:print-orientation="landscape"' in styles
    assert 'style:scale-to-X="1"' in styles
    # Without a height LibreOffice prints no footer.
    assert len(re.findall(r"<style:footer-style>\s<[^>]*min-height=", styles)) == 2
    for name in ("Cover", "Data", "data 2"):
        assert f'table:name="{name}"' in content
        assert f'config:name="{name}"' in settings


def test_a_csv_file_says_a_day_as_the_contracts_do() -> None:
    file = io.BytesIO()
    write(FileFormat.CSV, ["day"], [[dt.date(2016, 3, 31)]], file)
    assert file.getvalue() == b"day\n2016-03-31\n"


def test_some_cells_as_csv_are_what_a_whole_row_says() -> None:
    cells: list[CellValue] = ["two\nlines", 'so, "quoted"', "=1+1", "", None, Decimal("1.50"), 7]
    whole = b"".join(csv_chunks(["a"], [cells])).decode()
    assert whole == f"a\n{csv_line(cells)}\n"
    assert csv_line(["two\nlines"]) == '"two\nlines"'
    assert b"".join(line_chunks(["a"], [f"{csv_line(cells)}\n"])).decode() == whole
