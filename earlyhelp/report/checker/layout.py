"""A text as it is laid out: sections, paragraphs, sentences, points of a list, and tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from earlyhelp.report.checker.periods import is_digits


@dataclass(frozen=True)
class TextPassage:
    """A sentence, a heading or a point of a list, where it stands in the whole text.

    ``paragraph`` and ``section`` number what it is in; ``lead`` is the text that leads to it
    (what stands before a list).
    """

    start: int
    text: str
    paragraph: int
    section: int
    is_heading: bool = False
    lead: str = ""


@dataclass(frozen=True)
class TextCell:
    """A cell of a table, without its bars."""

    start: int
    text: str


@dataclass(frozen=True)
class TextTable:
    """Rows of cells; ``caption`` is the line that leads to it."""

    rows: tuple[tuple[TextCell, ...], ...]
    section: int
    caption: str = ""


@dataclass
class TextLayout:
    """What a text is made of, in order; ``headings`` by section."""

    parts: list[TextPassage | TextTable] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def heading_path(self, section: int) -> list[str]:
        """The headings that a section stands under, its own first."""
        path, level = [], 99
        for at in range(section, -1, -1):
            if self.levels[at] < level:
                path.append(self.headings[at])
                level = self.levels[at]
        return path


_HEADING = re.compile(r"^(#{1,6})\s+(.*?)[\s#]*$")
_RULE = re.compile(r"^\s*([-=*_])\1{2,}\s*$")
_POINT = re.compile(r"^\s*(?:[-*•–+]|\(?[0-9]{1,2}[.)]|\(?[a-z][.)])\s+")
_BAR_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|approx|no|dr|mr|mrs|ms|st|etc|incl|fig|para|ref)|^\s*[0-9]{1,2}(?:\.[0-9]+)*|\b[A-Z])\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?][\"'”’)*_]*(?:\[[0-9]+\])*(?=\s+[\"'“‘(*_]*(?:[A-Z0-9£]|\Z))|\n(?=\s*\n)")


def lay_out(text: str) -> TextLayout:
    """A text in its parts."""
    layout = TextLayout([], [""], [0], [""])
    lines = _lines(text)
    at = 0
    state = _State(layout)
    while at < len(lines):
        at = state.take(lines, at)
    state.flush()
    return layout


def _lines(text: str) -> list[tuple[int, str]]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append((start, line.rstrip("\r\n")))
        start += len(line)
    return found


class _State:
    """The reading of a text, line by line."""

    def __init__(self, layout: TextLayout) -> None:
        self.layout = layout
        self.held: list[tuple[int, str]] = []
        self.paragraph = 0
        self.lead = ""
        self.is_point = False

    @property
    def section(self) -> int:
        return len(self.layout.headings) - 1

    def take(self, lines: Sequence[tuple[int, str]], at: int) -> int:
        """Read what begins at a line; gives the line after it."""
        start, line = lines[at]
        if not line.strip():
            self.flush()
            return at + 1
        if (end := _table_end(lines, at)) is not None:
            self.flush()
            self._table(lines[at:end])
            return end
        after = lines[at + 1][1] if at + 1 < len(lines) else ""
        before = lines[at - 1][1] if at else ""
        if (heading := _heading(line, before, after)) is not None:
            self.flush()
            self._heading(start, line, *heading)
            return (
                at + 2
                if re.fullmatch(r"\s*(=+|-+)\s*", after) and len(after.strip()) > 2
                else at + 1
            )
        if _RULE.match(line):
            self.flush()
            return at + 1
        if _POINT.match(line):
            self.flush(keep=True)
            self.is_point = True
        self.held.append((start, line))
        return at + 1

    def flush(self, *, keep: bool = False) -> None:
        """End the paragraph or the point that was being read."""
        if self.held:
            start = self.held[0][0]
            text = _joined(self.held)
            for offset, sentence in sentences(text):
                lead = self.lead if self.is_point else ""
                self.layout.parts.append(
                    TextPassage(start + offset, sentence, self.paragraph, self.section, lead=lead)
                )
            self.layout.texts[-1] += " " + text
            if not self.is_point:
                self.lead = text.strip().rpartition("\n")[2] if text.strip().endswith(":") else ""
                self.lead = self.lead or (text if len(text) < 200 else "")
            self.held = []
        if not keep or not self.is_point:
            self.paragraph += 1
        self.is_point = False if not keep else self.is_point

    def _heading(self, start: int, line: str, level: int, words: str) -> None:
        self.layout.headings.append(words)
        self.layout.levels.append(level)
        self.layout.texts.append(words)
        self.layout.parts.append(
            TextPassage(start, line, self.paragraph, self.section, is_heading=True)
        )
        self.paragraph += 1
        self.lead = ""

    def _table(self, lines: Sequence[tuple[int, str]]) -> None:
        rows = [tuple(_cells(start, line)) for start, line in lines if not _BAR_RULE.match(line)]
        self.layout.parts.append(TextTable(tuple(rows), self.section, self.lead))
        self.layout.texts[-1] += " " + " ".join(line for _, line in lines)


def _joined(held: Sequence[tuple[int, str]]) -> str:
    """Lines as one text in which every place is as far from the start as it was."""
    text, first = "", held[0][0]
    for start, line in held:
        text += " " * (start - first - len(text)) + line
    return text


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of a paragraph, each with where it begins."""
    start = 0
    for match in _END.finditer(text):
        if _ABBREVIATION.search(text[max(0, match.start() - 12) : match.start() + 1]):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    piece = text[start:end]
    if piece.strip():
        lead = len(piece) - len(piece.lstrip())
        yield start + lead, piece.strip()


def _heading(line: str, before: str, after: str) -> tuple[int, str] | None:
    """The level and the words of a heading; None for other lines."""
    words = line.strip()
    alone = not before.strip() and not after.strip()
    if found := _HEADING.match(line):
        return len(found[1]), found[2].strip("* ")
    if re.fullmatch(r"\s*={3,}\s*", after):
        return 1, words
    if re.fullmatch(r"\s*-{3,}\s*", after) and "|" not in line and not before.strip():
        return 2, words
    if alone and (found := re.fullmatch(r"\*\*([^*]{3,80})\*\*:?", words)):
        return 5, found[1]
    return (4, words) if alone and _is_title(words) else None


def _is_title(words: str) -> bool:
    """Whether a line that stands alone is a heading: short, without a verb or a figure."""
    if len(words) >= 70 or words[-1] in ".!?:;,|" or "\t" in words:
        return False
    return (words[0].isupper() or is_digits(words[0])) and not _SAYS.search(words)


_SAYS = re.compile(
    r"[0-9][0-9,.]*\s?%|[0-9],[0-9]{3}|\b[0-9]{2,}(?![0-9-]*[-/–][0-9][0-9])\b(?<!20[0-9][0-9])|\b(?:was|were|is|are|has|have|rose|fell|had)\b",
    re.IGNORECASE,
)


def _table_end(lines: Sequence[tuple[int, str]], at: int) -> int | None:
    """The line after a table that begins here; None where there is none."""
    for is_row, least in ((_is_bar_row, 2), (_is_tab_row, 2), (_is_spaced_row, 3)):
        end = at
        while end < len(lines) and is_row(lines[end][1]):
            end += 1
        if end - at >= least:
            return end
    return None


def _is_bar_row(line: str) -> bool:
    return line.count("|") >= 2 or (line.strip().startswith("|") and line.count("|") > 1)


def _is_tab_row(line: str) -> bool:
    return "\t" in line.strip()


def _is_spaced_row(line: str) -> bool:
    return len(re.findall(r"\S\s{2,}(?=\S)", line.strip())) >= 1 and not _POINT.match(line)


def _cells(start: int, line: str) -> Iterator[TextCell]:
    if _is_bar_row(line):
        pattern = r"(?:^|(?<=\|))[^|]*(?=\||$)"
    elif _is_tab_row(line):
        pattern = r"(?:^|(?<=\t))[^\t]*(?=\t|$)"
    else:
        pattern = r"\S+(?:\s\S+)*"
    is_bar = _is_bar_row(line)
    found = [TextCell(start + match.start(), match[0]) for match in re.finditer(pattern, line)]
    if is_bar and found and not found[0].text.strip():
        found = found[1:]
    if is_bar and found and not found[-1].text.strip() and line.rstrip().endswith("|"):
        found = found[:-1]
    yield from found
