"""Files that were damaged, made by others or mean harm: a sentence, nothing saved, little used.

Each is read in a process of its own too, which says how long it took and what it held.
"""

import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from earlyhelp.core.events.models import Event
from earlyhelp.core.files.cells import MIB
from earlyhelp.core.files.problems import FileRefused
from measures.exchange.figures import FigureFile, SheetWanted
from measures.models import Figure, Return
from tests.measures.folders import FIGURES, write_folder
from tests.workbooks import cell, ods, ods_cell, ods_row, packed, row, table, xlsx

pytestmark = pytest.mark.django_db

MOST_SECONDS, MOST_MB = 5, 200
HEADER = FIGURES.split(",")
LINES = [
    ["green", "2015-16 Q3", "closed", "3", "", ""],
    ["green", "2015-16 Q3", "hours", "1.5", "", "half a day"],
    ["blue", "2015-16 Q3", "open", "", "not-provided", "The system was down"],
]
# What stands in a cell that should hold something else.
TEXTS = [
    "", " ", "nil", "-3", "1,5", "1e999", "NaN", "4500%", "\u0663", "1\u00a0061", "=1+2", "'=1", "0" * 400,
    "gre\u200ben", "\u202e", "x" * 20_000, "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "2015-16 Q9", "not-applicable", "a;b", 'a"b', "sep=;", "_xD800_", "_x0000_",
]  # fmt: skip
XLSX_CELLS = [
    "<c><f>1+2</f><v>3</v></c>", '<c t="b"><v>1</v></c>', '<c t="s"><v>99</v></c>', '<c t="s"><v>-1</v></c>',
    '<c t="e"><v>#N/A</v></c>', '<c s="7"><v>1</v></c>', '<c r="A1"><v>1</v></c>', '<c r="XFD1"><v>1</v></c>',
    '<c r="?"><v>1</v></c>', "<c><v>1e309</v></c>", "<c><v>x</v></c>", '<c t="d"><v>2016</v></c>', "<c",
    "<row><c/></row>", "</row>", "<mergeCell ref='A1:B2'/>", "&bomb;", "<c t='inlineStr'><is/></c>",
]  # fmt: skip
ODS_CELLS = [
    ods_cell("3", 'table:formula="of:=1+2"'), ods_cell("3", 'table:number-rows-spanned="2"'),
    ods_cell("3", 'table:number-columns-repeated="9999999"'), ods_cell("3", 'table:number-columns-repeated="x"'),
    ods_cell("3", 'office:value-type="percentage" office:value="x"'), "<table:covered-table-cell/>",
    ods_cell("3", 'office:value-type="float" office:value="1e999"'), "<text:p>", "&bomb;",
    ods_cell("<text:s text:c='999999999'/>"), "<table:table/>", "</table:table>",
]  # fmt: skip


def whole(form: str, luck: random.Random) -> bytes:
    """A file of which at most one cell is not what it should be."""
    lines = [list(line) for line in (HEADER, *LINES)]
    at, place = luck.randrange(len(lines)), luck.randrange(len(HEADER))
    odd = luck.random() < 0.7
    if form == "csv":
        if odd:
            lines[at][place] = luck.choice(TEXTS)
        mark = luck.choice(",;\t")
        return "".join(mark.join(line) + "\n" for line in lines).encode()
    make = cell if form == "xlsx" else ods_cell
    cells = [[make(text) for text in line] for line in lines]
    if odd:
        raw = XLSX_CELLS if form == "xlsx" else ODS_CELLS
        safe = [one for one in TEXTS if not set(one) & set("<&")]
        cells[at][place] = luck.choice([*raw, *(make(text) for text in safe)])
    if form == "ods":
        rows = "".join(ods_row(*line) for line in cells)
        return ods(*[table(f"S{n}", rows) for n in range(luck.choice([1, 1, 1, 2]))])
    rows = "".join(f"<row>{''.join(line)}</row>" for line in cells)
    more = luck.choice(["", "", "", "<mergeCells><mergeCell ref='A1:B1'/></mergeCells>"])
    state = luck.choice(["visible", "visible", "visible", "hidden", "nonsense"])
    return xlsx(*[rows] * luck.choice([1, 1, 1, 2]), state=state, more=more)


def mutant(form: str, luck: random.Random) -> bytes:
    """The same, perhaps cut off or with bytes changed."""
    content = bytearray(whole(form, luck))
    if luck.random() < 0.2:
        del content[luck.randrange(len(content)) :]
    for _ in range(luck.choice([0, 0, 0, 1, 3, 20]) if content else 0):
        content[luck.randrange(len(content))] = luck.randrange(256)
    return bytes(content)


def state() -> list[Any]:
    return [
        list(model._default_manager.order_by("pk").values()) for model in (Return, Figure, Event)
    ]


def read_apart(folder: Path) -> list[dict[str, Any]]:
    """What a process of its own said of each file; it held no more than it may."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reading_child", str(folder)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    *files, last = map(json.loads, done.stdout.splitlines())
    assert last["peak"] <= MOST_MB
    for file in files:
        assert file["seconds"] <= MOST_SECONDS, file
        assert all(problem.startswith(file["name"]) for problem in file["said"]), file
    return files


@pytest.mark.parametrize(
    "count", [34, pytest.param(667, marks=pytest.mark.long)], ids=["some", "2000"]
)
@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_mutants_give_a_sentence_and_save_nothing(tmp_path: Path, form: str, count: int) -> None:
    call_command("load_council", str(write_folder(tmp_path / "town")), stdout=io.StringIO())
    folder, luck, before = tmp_path / "mutants", random.Random(f"{form} of 2016"), state()
    folder.mkdir()
    refusals = 0
    for number in range(count):
        name = f"{number:04}.{form}"
        (folder / name).write_bytes(content := mutant(form, luck))
        try:
            FigureFile(name, io.BytesIO(content), signed_off=False).preview()
        except SheetWanted as wanted:
            assert len(wanted.sheets) == 2
        except FileRefused as wrong:
            refusals += 1
            assert all(problem.file.startswith(name) for problem in wrong.problems)
            assert all(str(problem).isprintable() for problem in wrong.problems)
    assert state() == before
    assert count / 4 < refusals < count
    assert len(read_apart(folder)) == count


# -- small files that are large inside ------------------------------------------------------

TOP = row(*HEADER)


def document(body: str) -> bytes:
    """A Word document of these paragraphs."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return packed({"word/document.xml": f'<w:d xmlns:w="{space}"><w:body>{body}</w:body></w:d>'})


QUOTED = "''"
WIDE = f"<si><t>\U0001f600{'x' * 9_000}</t></si>"


def filled(piece: str, size: int = 49 * MIB) -> str:
    return piece * (size // len(piece))


BOMBS: dict[str, Callable[[], bytes]] = {
    "elements.xlsx": lambda: xlsx(TOP + filled("<b/>")),
    "attributes.xlsx": lambda: xlsx(
        f"<b {' '.join(f'a{n}=' + QUOTED for n in range(15_000))}/>" * 330
    ),
    "cells.xlsx": lambda: xlsx(f"{TOP}<row>{filled('<c/>')}</row>"),
    "names.xlsx": lambda: xlsx(TOP + "".join(f"<a{n}/>" for n in range(2_000_000))),
    "depth.xlsx": lambda: xlsx(TOP + filled("<a>")),
    "token.xlsx": lambda: xlsx(f'{TOP}<row><c r="{filled("x")}"/></row>'),
    "comment.xlsx": lambda: xlsx(f"{TOP}<!--{filled('x')}-->"),
    "text.xlsx": lambda: xlsx(TOP + row(filled("x"))),
    "runs.xlsx": lambda: xlsx(
        f'{TOP}<row><c t="inlineStr"><is>{filled("<r><t>x</t></r>")}</is></c></row>'
    ),
    "strings.xlsx": lambda: xlsx(
        f'{TOP}<row><c t="s"><v>0</v></c></row>', shared=f"<sst>{filled('<si><t>x</t></si>')}</sst>"
    ),
    "wide.xlsx": lambda: xlsx(
        f'{TOP}<row><c t="s"><v>0</v></c></row>', shared=f"<sst>{filled(WIDE, 45 * MIB)}</sst>"
    ),
    "styles.xlsx": lambda: xlsx(
        f'{TOP}<row><c s="0"><v>1</v></c></row>',
        styles=f"<a><cellXfs>{filled('<xf/>', 2 * MIB - 100)}</cellXfs></a>",
    ),
    "formats.xlsx": lambda: xlsx(
        f'{TOP}<row><c s="0"><v>1</v></c></row>',
        styles=f"<a><numFmt numFmtId='164' formatCode='{'[' * MIB}'/><cellXfs><xf numFmtId='164'/>"
        "</cellXfs></a>",
    ),
    "parts.xlsx": lambda: packed({f"{n}": "" for n in range(60_000)}),
    "unpacks.xlsx": lambda: xlsx(filled(" ", 51 * MIB)),
    "rows.ods": lambda: ods(
        table("A", ods_row(*HEADER) + ods_row("x", attributes='table:number-rows-repeated="999999999"'))
    ),
    "blank.ods": lambda: ods(table("A", ods_row(*HEADER) + filled("<table:table-row/>"))),
    "spaces.ods": lambda: ods(
        table("A", ods_row(*HEADER) + ods_row(ods_cell("x" + "<text:s text:c='999999999'/>" * 5_000)))
    ),
    "columns.ods": lambda: ods(
        table("A", ods_row(*HEADER) + ods_row(*[ods_cell("x", 'table:number-columns-repeated="100"')] * 200_000))
    ),
    "sheets.ods": lambda: ods(*[table(f"S{n}", ods_row(*HEADER)) for n in range(20_000)]),
    "tables.ods": lambda: ods(*[table(f"{n}", "") for n in range(200_000)]),
    "hundred.ods": lambda: ods(
        *[table(f"S{n}", "<table:table-row/>" * 90) for n in range(100)], table("A", filled("<b/>"))
    ),
    "quote.csv": lambda: f'{FIGURES}\n"{filled("x" + chr(10), 19 * MIB)}'.encode(),
    "blank.csv": lambda: filled("\n", 19 * MIB).encode(),
    "commas.csv": lambda: f"{FIGURES}\n{filled(',', 19 * MIB)}".encode(),
    "wide.csv": lambda: filled(f"\U0001f600{'x' * 100},\n", 19 * MIB).encode(),
    "wrong.csv": lambda: f"{FIGURES}\n{'nowhere,2015-16 Q9,nothing,-1,odd,,x' + chr(10) * 1}".encode()
    + b"nowhere,2015-16 Q9,nothing,-1,odd,,x\n" * 99_000,
    "runs.docx": lambda: document(f"<w:p>{'<w:r><w:t>xxxxxxxxxx</w:t></w:r>' * 490_000}</w:p>"),
    "breaks.docx": lambda: document(f"<w:p>{'<w:br/>' * 990_000}</w:p>"),
    "cell.docx": lambda: document(
        f"<w:tbl><w:tr><w:tc>{'<w:p><w:r><w:t>xxxxxxx</w:t></w:r></w:p>' * 330_000}</w:tc></w:tr></w:tbl>"
    ),
    "points.docx": lambda: document(
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>" * 79_000
    ),
    "marks.docx": lambda: document(f"<w:p>{filled('<w:b/>')}</w:p>"),
    "attributes.docx": lambda: document(
        f"<w:b {' '.join(f'a{n}=' + QUOTED for n in range(15_000))}/>" * 330
    ),
    "paragraphs.docx": lambda: document(f"{'<w:p>' * 40}{'</w:p>' * 40}" * 24_000),
    "rows.docx": lambda: document(f"<w:tbl>{filled('<w:tr/>')}</w:tbl>"),
    "damaged.docx": lambda: document("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 130_000 + "<w:p>"),
    "names.docx": lambda: document("".join(f"<a{n}/>" for n in range(2_000_000))),
}  # fmt: skip
# Read as they are, and quickly.
HARMLESS = ["styles.xlsx", "formats.xlsx", "points.docx"]
QUICK = [
    "runs.docx",
    "paragraphs.docx",
    "names.xlsx",
    "depth.xlsx",
    "wide.xlsx",
    "parts.xlsx",
    "rows.ods",
    "spaces.ods",
]


@pytest.mark.parametrize("names", [QUICK, pytest.param(list(BOMBS), marks=pytest.mark.long)],
                         ids=["some", "all"])  # fmt: skip
def test_what_unpacks_to_too_much_takes_little_time_and_memory(
    tmp_path: Path, names: list[str]
) -> None:
    for name in names:
        (tmp_path / name).write_bytes(BOMBS[name]())
        assert (tmp_path / name).stat().st_size < 21 * MIB
    for file in read_apart(tmp_path):
        assert file["said"] or file["name"] in HARMLESS, file
