"""A draft that came back from Word, beside the report as it stands: what differs, block by block.

Paragraphs are told apart by what they read as. What is taken over keeps its tokens and marks of
sources wherever their words still stand; nothing is taken that nobody ticked.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from earlyhelp.report.assembly import assemble, blocks_in, sections_of
from earlyhelp.report.formats.matter import SOURCES
from earlyhelp.report.models import Report, ReportBlock, Section
from earlyhelp.report.permissions import why_not_write_block
from earlyhelp.report.placing import Passage, Placing
from earlyhelp.report.text import plain_text, source_lines
from earlyhelp.report.tokens.grammar import TOKEN
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import DocumentSection, Paragraph, Points, Quote, Subheading
from earlyhelp.report.writing.marked import Marked, marked
from earlyhelp.report.writing.word_in import WordParagraph, escaped
from measures.querysets import Audience
from teams.authority import Actor

# What a draft of ours has beside the words of its blocks, by the styles of its paragraphs.
_NOT_WORDS = re.compile(
    r"(?:caption|note|source|chart|after\s?table|table.*|toc.*|contents\s?heading|fact|marking|"
    r"state|title|subtitle|attribution)",
    re.IGNORECASE,
)
_OWN = frozenset({SOURCES.text.lower()})
_NUMBER = re.compile(r"^[0-9.]+ ")
_UNITS = re.compile(r"\w+|\s+|[^\w\s]")
_PREFIX = re.compile(r"\s*(?:(?:[-+*]|[0-9]+[.)])\s+|#{1,6}\s+|>\s?)?")
_MARK = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True)
class BlockWords:
    """A block's text as it was typed, and its passages in the order of reading."""

    block_id: int
    text: str
    passages: Sequence[Passage]


@dataclass(frozen=True)
class WordDifference:
    """A paragraph that differs: what stands here (empty: it is new), and in Word (empty: gone).

    ``place`` is which paragraph of the block it is; what is new comes after that one.
    """

    block_id: int
    place: int
    mine: str
    theirs: str

    @property
    def marked(self) -> Marked:
        """Both, with what differs word by word."""
        return marked(self.mine, self.theirs)

    @property
    def key(self) -> str:
        """What a tick posts: of this very difference, whatever else changed meanwhile."""
        said = f"{self.block_id}\n{self.place}\n{self.mine}\n{self.theirs}"
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def by_heading(
    paragraphs: Sequence[WordParagraph], headings: Sequence[str]
) -> dict[str, list[str]]:
    """The words below each heading that is a section's, as the file has them."""
    known = {_bare(heading): heading for heading in headings}
    found: dict[str, list[str]] = {}
    current = ""
    for one in paragraphs:
        if one.level and _bare(one.words) in known:
            current = known[_bare(one.words)]
            found.setdefault(current, [])
        elif one.level and _bare(one.words) in _OWN:
            current = ""  # a part that a draft of ours has of itself
        elif current and not one.is_row and not _NOT_WORDS.fullmatch(one.style):
            found[current].append(one.words)
    return found


def _bare(heading: str) -> str:
    return _NUMBER.sub("", " ".join(heading.split())).lower()


def differences(blocks: Sequence[BlockWords], theirs: Sequence[str]) -> list[WordDifference]:
    """What differs between the blocks of a section and its words in the file."""
    places = [(block, at) for block in blocks for at in range(len(block.passages))]
    mine = [_spaced(block.passages[at].text) for block, at in places]
    found = []
    matcher = SequenceMatcher(None, mine, list(theirs), autojunk=False)
    for what, first, last, start, end in matcher.get_opcodes():
        if what == "equal":
            continue
        for number, (ours, words) in enumerate(
            zip_longest(range(first, last), theirs[start:end], fillvalue=None)
        ):
            at = ours if ours is not None else max(first + min(number, last - first) - 1, 0)
            if not places:
                continue
            block, place = places[at]
            said = mine[ours] if ours is not None else ""
            found.append(WordDifference(block.block_id, place, said, words or ""))
    return found


def taken_over(block: BlockWords, taken: Sequence[WordDifference]) -> str:
    """The block's text with these differences as the file has them."""
    lines = block.text.split("\n")
    spans = source_lines(block.text)
    if len(spans) != len(block.passages):
        return block.text
    # From the end, so that the lines before keep their numbers.
    ordered = sorted(taken, key=lambda each: each.place)
    for one in ordered[::-1]:
        first, last = spans[one.place]
        typed = "\n".join(lines[first:last])
        if not one.mine:
            lines[last:last] = ["", escaped(one.theirs)]
        elif one.theirs:
            prefix = _PREFIX.match(typed)
            begins = prefix[0] if prefix else ""
            lines[first:last] = [begins + carried(typed, block.passages[one.place], one.theirs)]
        else:
            lines[first:last] = []
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def carried(typed: str, passage: Passage, theirs: str) -> str:
    """Words as they came back, with the tokens of what was typed where their words still stand."""
    units = list(_units(typed, passage))
    new = _UNITS.findall(theirs)
    matcher = SequenceMatcher(None, [text for text, _, _ in units], new, autojunk=False)
    parts: list[str] = []
    words: list[str] = []
    for what, first, last, start, end in matcher.get_opcodes():
        if what != "equal":
            words += new[start:end]
            continue
        at = first
        while at < last:
            text, token, length = units[at]
            if token and at + length <= last:
                parts += [escaped("".join(words)), token]
                words = []
                at += length
            else:
                words.append(text)
                at += 1
    return "".join([*parts, escaped("".join(words))])


def _units(typed: str, passage: Passage) -> Iterator[tuple[str, str, int]]:
    """The words of a passage; the first of what a token shows with that token and its length."""
    at = 0
    for (start, end), token in zip(_shown(passage), TOKEN.finditer(typed), strict=False):
        yield from ((unit, "", 1) for unit in _UNITS.findall(passage.text[at:start]))
        shown = _UNITS.findall(passage.text[start:end])
        for number, unit in enumerate(shown):
            yield unit, token[0] if number == 0 else "", len(shown)
        at = end
    yield from ((unit, "", 1) for unit in _UNITS.findall(passage.text[at:]))


def _shown(passage: Passage) -> list[tuple[int, int]]:
    """Where tokens and marks of sources are read, in order."""
    placed = [(start, end) for start, end, _ in passage.placed]
    marks = [one.span() for one in _MARK.finditer(passage.text)] if passage.declared else []
    return sorted([*placed, *marks])


# -- a whole report ---------------------------------------------------------------------------


@dataclass(frozen=True)
class SectionDifferences:
    """What differs in a section, and the blocks that it is in.

    ``refused`` are the blocks that whoever looks may not write in: theirs is shown without a tick.
    """

    section: Section
    rows: Sequence[WordDifference]
    blocks: Mapping[int, BlockWords]
    versions: Mapping[int, int]
    refused: Collection[int]

    def taken(self, ticked: Collection[str]) -> Iterator[tuple[int, int, str]]:
        """For each block: its key, its version and its text with what was ticked taken over."""
        for key, block in self.blocks.items():
            rows = [one for one in self.rows if one.block_id == key and one.key in ticked]
            if rows:
                yield key, self.versions[key], taken_over(block, rows)


def word_differences(
    report: Report, paragraphs: Sequence[WordParagraph], by: Actor
) -> list[SectionDifferences]:
    """What differs between a draft from Word and the report as it stands, section by section."""
    sections = sections_of(report)
    made = assemble(report, audience=Audience.INTERNAL, today=by.today, of=sections)
    said = by_heading(paragraphs, [one.heading for one in sections])
    pairs = zip(sections, made.document.sections, strict=True)
    found = [
        _in_section(section, document, made.placing, said[section.heading], by)
        for section, document in pairs
        if section.heading in said
    ]
    return [one for one in found if one.rows]


def _in_section(
    section: Section, document: DocumentSection, placing: Placing, said: Sequence[str], by: Actor
) -> SectionDifferences:
    written = [one for one in blocks_in(section) if one.text and one.has_words]
    blocks = {one.pk: _block_words(one, placing) for one in written}
    fixed = _said_by_itself(document, blocks.values())
    rows = differences(list(blocks.values()), [words for words in said if words not in fixed])
    refused = {one.pk for one in written if why_not_write_block(by.authority, one)}
    versions = {one.pk: one.version for one in written}
    return SectionDifferences(section, rows, blocks, versions, refused)


def _said_by_itself(document: DocumentSection, blocks: Iterable[BlockWords]) -> set[str]:
    """What blocks say by themselves ("What improved"), which is nobody's to change."""
    own = {_spaced(each.text) for one in blocks for each in one.passages}
    return {_spaced(text) for node in document.blocks for text in _texts(node)} - own


def _block_words(block: ReportBlock, placing: Placing) -> BlockWords:
    passages = [one for one in placing.passages if one.block_id == block.pk]
    if block.source is not None and passages:
        # The mark of the block's own source stands at its end.
        mark = placing.source(block.source).text
        passages[-1] = replace(passages[-1], text=f"{passages[-1].text}{mark}")
    return BlockWords(block.pk, block.text, passages)


def _texts(node: Node) -> Iterator[str]:
    """The texts of a node, as paragraphs of a file have them."""
    match node:
        case Subheading():
            yield node.text
        case Paragraph():
            yield plain_text(node.runs)
        case Points():
            for item in node.items:
                for one in item.blocks:
                    yield from _texts(one)
        case Quote():
            for one in node.paragraphs:
                yield from _texts(one)


def _spaced(text: str) -> str:
    return " ".join(text.split())
