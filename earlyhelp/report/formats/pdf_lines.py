"""The numbers of lines in the margin of a draft, from 1 on every page: what people refer to."""

from collections.abc import Iterator, Sequence
from typing import Any

from earlyhelp.report.formats.markup import element, joined

# Lines whose tops are closer than so many pixels stand beside each other: cells of one row.
_BESIDE = 6
_STYLES = """
@page { margin: 0; } body { margin: 0; }
.sheet { position: relative; height: 100%; }
.number { position: absolute; left: 20px; width: 28px; text-align: right; color: #505a5f;
  font: 7pt Arial, "Liberation Sans", sans-serif; }
"""


def line_numbers(pages: Sequence[Any]) -> str:
    """A page of numbers for each page that WeasyPrint laid out, each beside its line."""
    sheets = []
    sizes = []
    for at, page in enumerate(pages):
        sizes.append(f"@page p{at} {{ size: {page.width}px {page.height}px; }}")
        numbers = [
            element("span", str(number), class_="number", style=f"top: {top:.1f}px")
            for number, top in enumerate(_tops(page), start=1)
        ]
        look = f"page: p{at}; height: {page.height - 1}px"
        sheets.append(element("div", *numbers, class_="sheet", style=look))
    return f"<style>{_STYLES}{''.join(sizes)}</style>{joined(sheets)}"


def _tops(page: Any) -> Iterator[float]:
    """Where the lines of a page stand, from above; those of its margins left out."""
    from weasyprint.formatting_structure import boxes

    content = [one for one in page._page_box.children if not isinstance(one, boxes.MarginBox)]
    tops = sorted(
        line.position_y + max(0, (line.height - 12) / 2)
        for box in content
        for line in box.descendants()
        if isinstance(line, boxes.LineBox)
    )
    last = -_BESIDE
    for top in tops:
        if top - last >= _BESIDE:
            last = top
            yield top
