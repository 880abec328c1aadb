"""The tags of a PDF completed, its dates fixed, and what is laid over a draft's pages.

WeasyPrint tags headings, lists, tables, pictures and links. To which cells a header cell belongs
it leaves open. The file says that it is tagged; it does not claim PDF/UA, which a validator has
to show first.
"""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pikepdf

from earlyhelp.report.formats.matter import moment_of
from earlyhelp.report.tree import Document


def completed(written: bytes, document: Document, over: bytes | None = None) -> bytes:
    """The file with its tags completed and its dates fixed; ``over`` is laid over its pages."""
    with pikepdf.open(io.BytesIO(written)) as pdf:
        _scopes(pdf)
        _places_of_pictures(pdf)
        if over:
            _lay_over(pdf, over)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as said:
            said.pop("pdfuaid:part", None)
        day = moment_of(document)
        pdf.docinfo["/CreationDate"] = f"D:{day:%Y%m%d%H%M%S}Z"
        held = io.BytesIO()
        pdf.save(held, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return held.getvalue()


def _scopes(pdf: pikepdf.Pdf) -> None:
    """Say of each header cell whether it heads a column or a row."""
    for table in _parts(pdf.Root.StructTreeRoot, "/Table"):
        for row in _parts(table, "/TR"):
            cells = [one for one in _kids(row) if one.get("/S") in ("/TH", "/TD")]
            heads = [one for one in cells if one.get("/S") == "/TH"]
            is_head = len(heads) == len(cells) > 1 or _tag_above(row) == "/THead"
            for head in heads:
                _add_scope(pdf, head, "/Column" if is_head else "/Row")


def _places_of_pictures(pdf: pikepdf.Pdf) -> None:
    """Say where pictures stand in points from below: WeasyPrint says it in pixels from above."""
    for figure in _parts(pdf.Root.StructTreeRoot, "/Figure"):
        height = float(figure.Pg.MediaBox[3])
        left, top, right, bottom = (float(one) * _POINTS_A_PIXEL for one in figure.A.BBox)
        box = (left, height - bottom, right, height - top)
        figure.A.BBox = pikepdf.Array([Decimal(f"{one:.2f}") for one in box])


_POINTS_A_PIXEL = 0.75


def _add_scope(pdf: pikepdf.Pdf, head: Any, scope: str) -> None:
    entry = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name(scope))
    there = head.get("/A")
    if there is None:
        head.A = entry
    else:
        old = list(there) if isinstance(there, pikepdf.Array) else [there]
        head.A = pikepdf.Array([*old, entry])


def _tag_above(part: Any) -> str:
    above = part.get("/P")
    return str(above.get("/S", "")) if above is not None else ""


def _kids(part: Any) -> list[Any]:
    """What stands in a part of the structure, in order; contents of pages left out."""
    kids = part.get("/K")
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [one for one in listed if isinstance(one, pikepdf.Dictionary) and "/S" in one]


def _parts(part: Any, tag: str) -> Iterator[Any]:
    """Every part of a kind below another."""
    for kid in _kids(part):
        if kid.get("/S") == tag:
            yield kid
        else:
            yield from _parts(kid, tag)


def _lay_over(pdf: pikepdf.Pdf, over: bytes) -> None:
    """Lay the pages of another file over these, as what no reader of the text is told."""
    with pikepdf.open(io.BytesIO(over)) as other:
        for number, (page, above) in enumerate(zip(pdf.pages, other.pages, strict=True)):
            drawn = pdf.copy_foreign(above.as_form_xobject())
            name = page.add_resource(drawn, pikepdf.Name.XObject, pikepdf.Name(f"/Over{number}"))
            # What was there may have turned the page's axes: it is closed off.
            page.contents_add(b"q", prepend=True)
            page.contents_add(f"Q /Artifact BMC q {name} Do Q EMC".encode())
