"""Workbooks made by hand, as programs write them and as nobody would."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from typing import Any

_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_ODS = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A packed file of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return held.getvalue()


def relations(*links: tuple[str, str, str]) -> str:
    """What a part points to: the link's name, its kind, the part."""
    said = "".join(
        f'<Relationship Id="{name}" Type="{_KIND}{kind}" Target="{part}"/>'
        for name, kind, part in links
    )
    return f"{_RELATIONS}{said}</Relationships>"


def xlsx(
    *sheets: str, state: str = "visible", shared: str = "", styles: str = "", more: str = ""
) -> bytes:
    """An Excel workbook of sheets A, B, ... with what stands in each (``row``)."""
    names = [(f"r{n}", chr(65 + n), content) for n, content in enumerate(sheets)]
    listed = "".join(
        f'<sheet name="{name}" sheetId="{link[1:]}" r:id="{link}" state="{state}"/>'
        for link, name, _ in names
    )
    links = [(link, "worksheet", f"worksheets/{name}.xml") for link, name, _ in names]
    links += [("s", "sharedStrings", "sharedStrings.xml")] if shared else []
    links += [("t", "styles", "/xl/styles.xml")] if styles else []
    return packed(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns:r="{_KIND}"><sheets>{listed}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(*links),
            "xl/sharedStrings.xml": shared,
            "xl/styles.xml": styles,
        }
        | {
            f"xl/worksheets/{name}.xml": f"<worksheet><sheetData>{content}</sheetData>{more}"
            "</worksheet>"
            for _, name, content in names
        }
    )


def cell(text: str) -> str:
    """A cell of an Excel sheet with text of its own."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def row(*texts: str) -> str:
    """A row of such cells."""
    return f"<row>{''.join(map(cell, texts))}</row>"


def ods(*tables: str, styles: str = "") -> bytes:
    """An OpenDocument workbook of these tables (``table``)."""
    return packed(
        {
            "content.xml": f"<office:document-content {_ODS}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet>"
            "</office:body></office:document-content>"
        }
    )


def table(name: str, rows: str, attributes: str = "") -> str:
    """One sheet of an OpenDocument workbook."""
    return f'<table:table table:name="{name}" {attributes}>{rows}</table:table>'


def ods_cell(text: str, attributes: str = "") -> str:
    """A cell of such a sheet; a string unless it is said to be something else."""
    kind = "" if "value-type" in attributes else 'office:value-type="string"'
    return f"<table:table-cell {kind} {attributes}><text:p>{text}</text:p></table:table-cell>"


def ods_row(*cells: str, attributes: str = "") -> str:
    """A row of such cells; those that are no XML yet are texts."""
    made = (one if one.startswith("<") else ods_cell(one) for one in cells)
    return f"<table:table-row {attributes}>{''.join(made)}</table:table-row>"


def value_of(cell: Any) -> Any:
    """What a cell holds; a day is a date."""
    return cell.value.date() if isinstance(cell.value, dt.datetime) else cell.value
