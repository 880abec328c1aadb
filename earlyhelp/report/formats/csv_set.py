"""A report's numbers as a set of CSV files with a description (Frictionless Data Package).

``figures.csv`` has a row for every placed number; each table is a file of its own.
"""

import json
from typing import Any

from earlyhelp.core.files.writer import csv_chunks
from earlyhelp.report.formats.flat import (
    FIGURE_COLUMNS,
    HIDDEN_IN_CSV,
    FlatTable,
    figure_rows,
    flat,
)
from earlyhelp.report.formats.matter import ORIGINAL, Layout, facts, source_words, standing_words
from earlyhelp.report.formats.packing import packed
from earlyhelp.report.tree import Document

_TYPES = {"number": "number", "percentage": "number", "date": "date", "text": "string"}
_WHOLE = ("answered", "expected")
_MEANING = {
    "ref": "The permanent reference of the figure",
    "section": "The section that it stands in",
    "text": "The words around it",
    "measure": "The code of its measure; empty for what is not a measure's",
    "area": "The code of its area",
    "period": "The year, half year or quarter that it speaks of",
    "shown": "The figure as the report shows it",
    "numerator": "What was counted, exact",
    "denominator": "What it is a share of, exact; empty for a count",
    "answered": "Returns that answered",
    "expected": "Returns that were expected to",
    "missing": "The codes of teams that did not answer",
    "basis": "What the figure stands on: signed-off or submitted",
}


def build(document: Document) -> bytes:
    """The packed set."""
    layout = Layout(document)
    tables = [
        (f"tables/{layout.table_number(table):02}-{table.anchor}.csv", table, flat(table, layout))
        for _, table in document.tables()
    ]
    resources = [_figures_resource()]
    parts = [
        ("figures.csv", b"".join(csv_chunks(FIGURE_COLUMNS, figure_rows(layout, HIDDEN_IN_CSV))))
    ]
    for name, table, made in tables:
        rows = ([cell.in_csv for cell in row] for row in made.rows)
        parts.append((name, b"".join(csv_chunks(made.heads, rows))))
        resources.append(_table_resource(name, table.anchor, table.title, made))
    described = json.dumps(_package(document, resources), ensure_ascii=False, indent=2)
    return packed([("datapackage.json", described.encode()), *parts])


def _package(document: Document, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """What the set is, of whom and when."""
    said = [*(f"{label}: {words}" for label, words in facts(document)), ORIGINAL]
    if document.state:
        said.insert(0, standing_words(document))
    return {
        "profile": "tabular-data-package",
        "name": f"early-help-{document.code}".lower(),
        "title": document.title,
        "description": "\n".join(said),
        "version": str(document.edition) if document.edition else "draft",
        "contributors": [{"title": one, "role": "author"} for one in document.authors],
        "sources": [{"title": source_words(one)} for one in document.sources],
        "resources": resources,
    }


def _resource(name: str, path: str, title: str, fields: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name.lower(),
        "path": path,
        "title": title,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        # A small number that is hidden is a value that is missing.
        "schema": {"fields": fields, "missingValues": ["", HIDDEN_IN_CSV]},
    }


def _figures_resource() -> dict[str, Any]:
    fields = [
        {
            "name": name,
            "type": "integer" if name in _WHOLE else "string",
            "description": _MEANING[name],
        }
        for name in FIGURE_COLUMNS
    ]
    return _resource("figures", "figures.csv", "Every figure that comes from the data", fields)


def _table_resource(path: str, name: str, title: str, table: FlatTable) -> dict[str, Any]:
    fields = []
    for place, (head, kind) in enumerate(zip(table.heads, table.kinds, strict=True)):
        cells = [row[place] for row in table.rows]
        # Where words stand among the numbers, the column holds words.
        is_typed = all(one.is_hidden or one.value is not None or not one.words for one in cells)
        made = {"name": head, "type": _TYPES[kind] if is_typed else "string"}
        if kind == "percentage":
            made["description"] = "A percentage: 74.7 is 74.7%"
        fields.append(made)
    return _resource(name, path, title, fields)
