"""What is read of a file is what a person sees in it; and no more of it than there may be."""

import io
from pathlib import Path

import openpyxl
import pytest

from earlyhelp.core.files import cells as limits
from earlyhelp.core.files import packed
from earlyhelp.core.files.cells import Formula, SheetsToChoose, Unreadable
from earlyhelp.core.files.reader import open_file, read_cells
from tests import workbooks
from tests.workbooks import cell, ods, ods_cell, ods_row, row, table, xlsx

COLUMNS = ("team", "value", "note")


def rows(content: str | bytes, name: str = "f.csv", sheet: str = "") -> list[list[str]]:
    raw = content.encode() if isinstance(content, str) else content
    return [one for _, one in open_file(io.BytesIO(raw), name, columns=COLUMNS, sheet=sheet).rows]


# -- CSV ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    ["team,value\na,1\n", "\ufeffteam;value\r\na;1", "team\tvalue\na\t1\n", "sep=;\nteam;value\na;1",
     '"sep=,"\r\nteam,value\r\na,1', "SEP=\t\nteam\tvalue\na\t1", "\n\nteam;value\n\na;1\n",
     "team,value\ra,1\r"],
)  # fmt: skip
def test_commas_semicolons_tabs_and_a_line_that_says_which(content: str) -> None:
    assert rows(content) == [["team", "value"], ["a", "1"]]


def test_rows_are_counted_as_a_person_sees_them() -> None:
    content = b'sep=;\nteam;note\n\na;"two\r\nlines, one cell"\nb;x\n'
    numbered = list(read_cells(io.BytesIO(content), "f.csv"))
    assert numbered == [
        (2, ["team", "note"]), (4, ["a", "two\nlines, one cell"]), (5, ["b", "x"]),
    ]  # fmt: skip


def test_a_comma_in_a_file_of_semicolons_is_part_of_the_cell() -> None:
    assert rows("team;value\na;1,5\n")[1] == ["a", "1,5"]


@pytest.mark.parametrize(("most", "wrong"), [(3, False), (2, True)])
def test_rows_of_csv_are_bounded_and_never_cut(
    monkeypatch: pytest.MonkeyPatch, most: int, wrong: bool
) -> None:
    monkeypatch.setitem(limits.MOST_ROWS, ".csv", most)
    file = io.BytesIO(b"team\na\nb\nc\n")
    if not wrong:
        assert len(list(read_cells(file, "f.csv"))) == 4
        return
    with pytest.raises(Unreadable, match="more than 2 rows: divide it into smaller files"):
        list(read_cells(file, "f.csv"))
    file.seek(0)
    assert len(list(open_file(file, "f.csv", any_length=True).rows)) == 4


# -- which sheet ----------------------------------------------------------------------------


def test_a_hidden_sheet_is_never_read() -> None:
    book = openpyxl.Workbook()
    lists, figures = book["Sheet"], book.create_sheet("Figures")
    lists.sheet_state = "hidden"
    lists.append(["team", "value"])
    figures.append(["team", "value"])
    figures.append(["a", 61])
    held = io.BytesIO()
    book.save(held)
    opened = open_file(io.BytesIO(held.getvalue()), "f.xlsx", columns=COLUMNS)
    assert (opened.sheet, [one for _, one in opened.rows][1]) == ("Figures", ["a", "61"])
    with pytest.raises(Unreadable, match="no visible sheet “Sheet”: it has “Figures”"):
        rows(held.getvalue(), "f.xlsx", "Sheet")
    with pytest.raises(Unreadable, match=r"has no visible sheet$"):
        rows(xlsx(row("team"), state="veryHidden"), "f.xlsx")
    hidden = (
        '<style:style style:name="h" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    sheets = [
        table("Lists", ods_row("team", "value"), 'table:style-name="h"'),
        table("Figures", ods_row("team", "note")),
    ]
    assert rows(ods(*sheets, styles=hidden), "f.ods") == [["team", "note"]]


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_of_several_sheets_it_is_the_one_with_our_columns(form: str) -> None:
    def made(*headers: list[str]) -> bytes:
        if form == "xlsx":
            return xlsx(*(row(*header) for header in headers))
        return ods(*(table(chr(65 + n), ods_row(*header)) for n, header in enumerate(headers)))

    name, ours, cover = f"f.{form}", list(COLUMNS), ["Early Help return"]
    opened = open_file(io.BytesIO(made(cover, ours)), name, columns=COLUMNS)
    assert opened.sheet == "B"
    # Of one in which a column is spelled wrongly, that is what is said.
    assert rows(made(["team"], ["team", "valeu", "note"]), name) == [["team", "valeu", "note"]]
    with pytest.raises(SheetsToChoose, match=r"more than one sheet .*“A” and “C”") as several:
        rows(made(ours, cover, ours), name)
    assert several.value.sheets == ["A", "C"]
    assert rows(made(ours, cover, [*ours, "x"]), name, sheet="C") == [[*ours, "x"]]
    with pytest.raises(Unreadable, match=r"several sheets .“A”, “B”., none of which"):
        rows(made(cover, cover), name)


def test_a_merged_title_on_another_sheet_is_none_of_our_business() -> None:
    book = openpyxl.Workbook()
    book["Sheet"].append(["team", "value"])
    notes = book.create_sheet("Notes")
    notes.append(["How to fill this in"])
    notes.merge_cells("A1:D1")
    held = io.BytesIO()
    book.save(held)
    assert rows(held.getvalue(), "f.xlsx") == [["team", "value"]]
    with pytest.raises(Unreadable, match="merged cells"):
        rows(held.getvalue(), "f.xlsx", "Notes")


# -- what a cell shows ----------------------------------------------------------------------


def test_cells_of_excel_as_they_are_seen() -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.0%"/>'
        '<numFmt numFmtId="165" formatCode="dd/mm/yyyy"/>'
        '<numFmt numFmtId="166" formatCode="0&quot; days%&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="165"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/>'
        "</cellXfs></styleSheet>"
    )
    shared = (
        "<sst><si><t>one_x000D_&#10;two_x005F_</t></si>"
        "<si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>aloud</t></rPh></si></sst>"
    )
    content = (
        '<row r="2"><c r="B2" s="1"><v>45</v></c><c s="2"><v>0.455</v></c>'
        '<c s="3"><v>42500</v></c><c s="3"><v>42500.5</v></c><c s="4"><v>1E3</v></c></row>'
        '<row r="9"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="b"><v>1</v></c>'
        '<c t="e"><v>#N/A</v></c><c><f>1+2</f><v>3</v></c><c><v>0.1</v></c>'
        '<c t="str"><v> x </v></c><c><v>\u0663</v></c></row>'
    )
    found = list(read_cells(io.BytesIO(xlsx(content, shared=shared, styles=styles)), "f.xlsx"))
    assert found == [
        (2, ["", "4500%", "45.5%", "2016-05-10", "2016-05-10 12:00:00", "1000"]),
        (9, ["one\ntwo_", "rich", "true", "#N/A", "=1+2", "0.1", "x", "\u0663"]),
    ]
    assert isinstance(found[1][1][4], Formula)


def test_cells_of_opendocument_as_they_are_seen() -> None:
    def number(kind: str, value: str) -> str:
        return ods_cell("shown", f'office:value-type="{kind}" office:value="{value}"')

    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>aside</text:p>'
        "</office:annotation><text:p>a<text:s text:c='2'/>b<text:span>c</text:span>d</text:p>"
        "<text:p>e</text:p></table:table-cell>"
    )
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    content = ods_row(number("percentage", "45"), number("float", "1.50"), noted, blank)
    date = ods_cell("10.5.16", 'office:value-type="date" office:date-value="2016-05-10T00:00:00"')
    gap = '<table:table-row table:number-rows-repeated="5"><table:table-cell/></table:table-row>'
    book = ods(table("A", content + gap + ods_row(date)))
    assert list(read_cells(io.BytesIO(book), "f.ods")) == [
        (1, ["4500%", "1.5", "a  bcd\ne"]), (7, ["2016-05-10"]),
    ]  # fmt: skip


# -- no more than there may be --------------------------------------------------------------

PART = "has a part of more than 2 MB beside its rows"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: xlsx(row("a") * 10_002), "has more than 10,000 rows: save it as CSV"),
        (lambda: xlsx("<row/>" * 6_000), "holds more than a sheet can: copy its rows"),
        (lambda: xlsx("<b r='' s='' t=''/>" * 1_400), "holds more than a sheet can: copy its rows"),
        (lambda: xlsx("<a>" * 100), "is damaged"),
        (lambda: xlsx(f"<c r='{'x' * 3_000_000}'/>"), "is damaged"),
        (lambda: xlsx("".join(f"<a{n}/>" for n in range(50_000))), "is damaged"),
        (lambda: xlsx('<row r="3"/><row r="2"/>'), "is damaged"),
        (lambda: xlsx('<row><c r="CW1"><v>1</v></c></row>'), "more than 100 columns"),
        (lambda: xlsx(row("a"), styles="<a>" + "<b/>" * 600_000 + "</a>"), PART),
        (lambda: xlsx(row("a"), shared="x" * 51 * limits.MIB), "unpacks to more than 50 MB"),
        (
            lambda: xlsx('<row><c t="s"><v>0</v></c></row>',
                         shared=f"<sst>{'<si><t>' + chr(0x1F600) + 'x' * 9000 + '</t></si>'}"
                         + f"<si><t>{chr(0x1F600)}{'x' * 9000}</t></si>" * 2000 + "</sst>"),
            "holds more text than can be read",
        ),
        (lambda: workbooks.packed({f"{n}": "" for n in range(501)}), "more than 500 parts"),
        (lambda: workbooks.packed({f"{n}": "" for n in range(20_000)}), "more than 500 parts"),
        (lambda: b"\xd0\xcf\x11\xe0 and so on", "has a password or is of an old kind"),
        (
            lambda: workbooks.packed({"_rels/.rels": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
            "is damaged",
        ),
    ],
)  # fmt: skip
def test_no_more_is_read_of_a_workbook_than_there_may_be(
    monkeypatch: pytest.MonkeyPatch, content: object, said: str
) -> None:
    if "holds more than" in said:
        monkeypatch.setattr(packed, "MOST_MARKS", 5_000)
    with pytest.raises(Unreadable, match=said):
        rows(content(), "f.xlsx")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (ods_row("a", attributes='table:number-rows-repeated="1000000000"'), "10,000 rows"),
        (ods_row(ods_cell("a", 'table:number-columns-repeated="101"')), "more than 100 columns"),
        ("<table:table-row/>" * 6_000, "holds more than a sheet can"),
    ],
)
def test_what_repeats_in_opendocument_is_bounded(
    monkeypatch: pytest.MonkeyPatch, content: str, said: str
) -> None:
    if "holds more than" in said:
        monkeypatch.setattr(packed, "MOST_MARKS", 5_000)
    with pytest.raises(Unreadable, match=said):
        rows(ods(table("A", content)), "f.ods")


def test_sheets_are_bounded_and_what_was_parsed_to_look_at_each_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each looks at the file from its beginning: 90 sheets of few cells are 8,000 elements."""
    head = ods_row(ods_cell("team"))
    sheets = [table(f"S{n}", head if n == 50 else "") for n in range(101)]
    assert rows(ods(*sheets[:90]), "f.ods") == [["team"]]
    with pytest.raises(Unreadable, match="more than 100 sheets"):
        rows(ods(*sheets), "f.ods")
    monkeypatch.setattr(packed, "MOST_MARKS", 5_000)
    with pytest.raises(Unreadable, match="holds more than a sheet can"):
        rows(ods(*sheets[:90]), "f.ods")


def test_a_stray_cell_in_the_last_row_is_a_row_like_any_other() -> None:
    book = xlsx(row(*COLUMNS) + f'<row r="1048576">{cell("x")}</row>')
    assert list(read_cells(io.BytesIO(book), "f.xlsx"))[1] == (1_048_576, ["x"])


def test_a_cell_that_is_too_long_is_not_held_as_a_whole() -> None:
    blanks, marks = f"x{' ' * 20_000}x", "_x0020_" * 20_000
    for long in ("x" * 1_000_000, blanks, marks):
        books = [(xlsx(row(long)), "f.xlsx"), (ods(table("A", ods_row(long))), "f.ods")]
        shared = f"<sst><si><t>{long}</t></si></sst>"
        books += [(xlsx('<row><c t="s"><v>0</v></c></row>', shared=shared), "f.xlsx")]
        for content, name in books:
            ((text,),) = rows(content, name)
            assert limits.LONGEST_CELL < len(text) < 3 * limits.LONGEST_CELL


def test_a_file_that_is_too_large_is_not_read_on(tmp_path: Path) -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.taken += size
            return b"x" * size

    for ending in limits.ENDINGS:
        endless = Endless()
        with pytest.raises(Unreadable, match=r"larger than 20 MB|not proper CSV"):
            list(read_cells(endless, f"f{ending}"))  # type: ignore[arg-type]
        assert endless.taken <= limits.MOST_BYTES + 1
