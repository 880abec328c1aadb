"""The charts of a report: drawings (SVG) with a name and a description of their own.

A drawing comes from our templates, which style it by classes; where no style sheet reaches it (a
PDF, a picture for Word) it takes these looks with it.
"""

import re

from lxml import etree

from earlyhelp.core.files.spreadsheet_safety import plain
from earlyhelp.report.formats.refusals import CannotBuild

_SVG = "http://www.w3.org/2000/svg"
# What a drawing is made of; anything else is left out.
_SHAPES = frozenset({"svg", "g", "defs", "path", "line", "polyline", "polygon", "rect"}) | {
    *("circle", "ellipse", "text", "tspan", "title", "desc"),
}
_LINKS = re.compile(r"^\s*(?:javascript|data|https?|file):|url\(", re.IGNORECASE)
_SIZE = re.compile(r"[0-9.-]+ [0-9.-]+ [0-9.]+ [0-9.]+")

# As in static/earlyhelp.css, with the colours written out.
LOOKS = """
svg { font-family: Arial, "Liberation Sans", Helvetica, sans-serif; font-size: 14px; }
.eh-chart text { fill: #0b0c0c; font-size: 14px; text-anchor: middle; }
.eh-chart text.eh-chart__tick { text-anchor: end; }
.eh-chart text.eh-chart__value { font-weight: 700; }
.eh-chart text.eh-chart__quiet { fill: #505a5f; }
.eh-chart__grid { stroke: #e5e6e7; stroke-width: 1; }
.eh-chart__axis { stroke: #0b0c0c; stroke-width: 1; }
.eh-chart__line { fill: none; stroke: #12436d; stroke-width: 2.5; stroke-linejoin: round; }
.eh-chart__point { fill: #12436d; stroke: #12436d; stroke-width: 2; }
.eh-chart__point--part { fill: #fff; }
.eh-chart__break { stroke: #0b0c0c; stroke-width: 1.5; stroke-dasharray: 4 3; }
.eh-chart__target { stroke: #00703c; stroke-width: 1.5; stroke-dasharray: 8 4; }
.eh-chart__year { stroke: #505a5f; stroke-width: 1.5; }
.eh-chart__bar { fill: #12436d; }
.eh-chart__bar--before { fill: #b1b4b6; }
"""


def drawing(svg: str, title: str, description: str, anchor: str, *, looks: bool = False) -> str:
    """The drawing with its role, title and description; ``looks`` puts the styles into it."""
    root = _parsed(svg)
    if not _SIZE.fullmatch(root.get("viewBox") or ""):
        raise CannotBuild(f"The chart “{title}” does not say how large it is (viewBox).")
    root.attrib.pop("aria-label", None)
    for old in root.findall(f"{{{_SVG}}}title") + root.findall(f"{{{_SVG}}}desc"):
        root.remove(old)
    names = (f"{anchor}-title", f"{anchor}-desc")
    for place, (kind, name, words) in enumerate(
        zip(("title", "desc"), names, (title, description), strict=True)
    ):
        said = etree.Element(f"{{{_SVG}}}{kind}", {"id": name})
        said.text = plain(words)
        root.insert(place, said)
    root.set("role", "img")
    root.set("aria-labelledby", " ".join(names))
    if looks:
        style = etree.Element(f"{{{_SVG}}}style")
        style.text = LOOKS
        root.insert(2, style)
    return str(etree.tostring(root, encoding="unicode"))


def _parsed(svg: str) -> "etree._Element":
    """The elements of a drawing that shapes and words are made of, nothing that runs or loads."""
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", f'<svg xmlns="{_SVG}"', 1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(plain(svg).strip().encode(), parser)
    except etree.XMLSyntaxError as wrong:
        raise CannotBuild(f"A chart cannot be read: {wrong}") from wrong
    for part in list(root.iter()):
        if not isinstance(part.tag, str) or etree.QName(part).localname not in _SHAPES:
            _take_out(part)
            continue
        for name, value in list(part.attrib.items()):
            if str(name).lower().startswith("on") or _LINKS.search(str(value)):
                del part.attrib[name]
    return root


def _take_out(part: "etree._Element") -> None:
    """Without the element; the text after it stays."""
    parent = part.getparent()
    if parent is None:
        raise CannotBuild("A chart is not a drawing (SVG).")
    part.clear(keep_tail=True)
    before, tail = part.getprevious(), part.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(part)


def picture(svg: str, title: str, description: str, anchor: str) -> bytes:
    """The drawing as a picture (PNG), sharp in print."""
    import resvg_py

    drawn = drawing(svg, title, description, anchor, looks=True)
    made: bytes = bytes(resvg_py.svg_to_bytes(svg_string=drawn, width=_PIXELS, background="white"))
    return made


_PIXELS = 1640
