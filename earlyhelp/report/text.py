"""A writer's text, CommonMark with tokens, as nodes of the content tree."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from earlyhelp.report.models import ReportSource
from earlyhelp.report.placing import Passage, Placing, TokenProblem
from earlyhelp.report.tokens.grammar import TOKEN, SourceToken, TokenError, parse
from earlyhelp.report.tree import Block, ListItem, Paragraph, Points, Quote, Run, Subheading

# What stands for the token of this number while the rest is read as CommonMark: letters that no
# keyboard gives, which CommonMark leaves alone.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HELD = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_LINKS = ("http://", "https://", "mailto:", "#")

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")


def source_lines(text: str) -> list[tuple[int, int]]:
    """The lines of each paragraph, point and heading of a text, in the order of reading."""
    tokens = _MARKDOWN.parse(text)
    return [(one.map[0], one.map[1]) for one in tokens if one.type == "inline" and one.map]


def plain_text(runs: Sequence[Run]) -> str:
    """What runs read as."""
    return "".join(run.text for run in runs)


@dataclass
class TextReader:
    """Reads one text; what it places goes to ``placing``.

    ``source`` declares every number of the text, ``is_copied`` says that they are declared by
    whose words they are.
    """

    placing: Placing
    source: ReportSource | None = None
    is_copied: bool = False
    anchor: str = ""
    _tokens: list[tuple[str, int]] = field(default_factory=list)
    _declared_list: bool = False

    def read(self, text: str) -> list[Block]:
        """The nodes of a text, in order."""
        held = TOKEN.sub(self._hold, text.replace("\r\n", "\n"))
        tree = SyntaxTreeNode(_MARKDOWN.parse(held.translate({0: None})))
        return [block for node in tree.children for block in self._block(node)]

    def _hold(self, found: re.Match[str]) -> str:
        line = found.string.count("\n", 0, found.start()) + 1
        self._tokens.append((found[1], line))
        return f"{_OPEN}{len(self._tokens) - 1}{_CLOSE}"

    # -- blocks ---------------------------------------------------------------------------------

    def _block(self, node: SyntaxTreeNode) -> Iterator[Block]:
        match node.type:
            case "heading":
                level = 3 if node.tag == "h1" else 4
                words = plain_text(self._runs(node))
                anchor = self.placing.anchor(f"{self.anchor}-{_slug(words)}")
                yield Subheading(level, words, anchor)
            case "paragraph":
                yield Paragraph(self._runs(node))
            case "bullet_list" | "ordered_list":
                yield self._points(node)
            case "blockquote":
                inner = [one for child in node.children for one in self._block(child)]
                yield Quote(tuple(one for one in inner if isinstance(one, Paragraph)), "")
            case "fence" | "code_block":
                yield Paragraph(self._noted([Run(_words_of(node.content))]))

    def _points(self, node: SyntaxTreeNode) -> Points:
        first = len(self.placing.passages)
        items = []
        for item in node.children:
            inner = [one for child in item.children for one in self._block(child)]
            kept = tuple(one for one in inner if isinstance(one, Paragraph | Points))
            items.append(ListItem(kept))
        if self._declared_list:
            passages = self.placing.passages
            passages[first:] = [_declared(one) for one in passages[first:]]
            self._declared_list = False
        return Points(tuple(items), is_numbered=node.type == "ordered_list")

    # -- runs -----------------------------------------------------------------------------------

    def _runs(self, node: SyntaxTreeNode) -> tuple[Run, ...]:
        """The runs of a paragraph or heading."""
        inline = node.children[0] if node.children else None
        children = inline.children if inline is not None else []
        return self._noted(run for child in children for run in self._inline(child, Run("")))

    def _noted(self, runs: Iterable[Run]) -> tuple[Run, ...]:
        """Runs with their tokens answered, noted as a passage."""
        words = _Words(self.placing, self._tokens)
        for run in runs:
            words.add(run)
        self._declared_list = self._declared_list or words.declares_list
        if self.source is not None or self.is_copied:
            words.declare_all()
        self.placing.passages.append(words.passage(is_copied=self.is_copied))
        return tuple(words.runs)

    def _inline(self, node: SyntaxTreeNode, look: Run) -> Iterator[Run]:
        match node.type:
            case "text" | "code_inline":
                yield Run(node.content, look.strong, look.emphasis, look.link)
            case "softbreak":
                yield Run(" ", look.strong, look.emphasis, look.link)
            case "hardbreak":
                yield Run("\n", look.strong, look.emphasis, look.link)
            case _:
                inner = _look(node, look)
                for child in node.children:
                    yield from self._inline(child, inner)


def _look(node: SyntaxTreeNode, look: Run) -> Run:
    if node.type == "strong":
        return Run("", True, look.emphasis, look.link)
    if node.type == "em":
        return Run("", look.strong, True, look.link)
    href = str(node.attrs.get("href", "")) if node.type == "link" else ""
    link = href if href.startswith(_LINKS) else look.link
    return Run("", look.strong, look.emphasis, link)


class _Words:
    """Runs being put together, with where their placed and declared numbers stand."""

    def __init__(self, placing: Placing, tokens: Sequence[tuple[str, int]]) -> None:
        self.runs: list[Run] = []
        self.declares_list = False
        self._placing = placing
        self._tokens = tokens
        self._length = 0
        self._declared_to = 0
        self._placed: list[tuple[int, int, str]] = []
        self._declared: list[tuple[int, int]] = []

    def add(self, run: Run) -> None:
        """A run, with each token in it answered."""
        at = 0
        for found in _HELD.finditer(run.text):
            self._append(Run(run.text[at : found.start()], run.strong, run.emphasis, run.link))
            self._token(*self._tokens[int(found[1])], run)
            at = found.end()
        self._append(Run(run.text[at:], run.strong, run.emphasis, run.link))

    def _token(self, words: str, line: int, look: Run) -> None:
        try:
            mark = parse(words)
        except TokenError:
            mark = None  # said once, with its place, where it is resolved
        if isinstance(mark, SourceToken):
            self._source(mark, line)
            return
        placed = self._placing.token(words, line)
        run = Run(
            placed.text, look.strong or placed.strong, look.emphasis, look.link, placed.figure
        )
        start = self._length
        self._append(run)
        self._placed.append((start, self._length, run.figure))

    def _source(self, mark: SourceToken, line: int) -> None:
        placing = self._placing
        source = placing.sources.get(mark.code)
        if source is None:
            placing.problems.append(
                TokenProblem(
                    *(placing.section_id, placing.block_id, line),
                    token=f"source {mark.code}",
                    message=f"There is no source “{mark.code}” in this report: give one first",
                )
            )
            return
        if mark.scope == "sentence":
            self._declared.append((self._sentence_start(), self._length))
        else:
            self._declared.append((0, 1 << 30))
        self.declares_list = self.declares_list or mark.scope == "list"
        self._declared_to = self._length
        self._append(placing.source(source))
        self._declared.append((self._declared_to, self._length))  # the number of the note

    def _sentence_start(self) -> int:
        text = plain_text(self.runs)
        ends = [found.end() for found in _SENTENCE_END.finditer(text)]
        return max([self._declared_to, *(end for end in ends if end < self._length)])

    def declare_all(self) -> None:
        """Every number of it has a source."""
        self._declared = [(0, 1 << 30)]

    def passage(self, *, is_copied: bool) -> Passage:
        """What was put together, for whoever checks the words."""
        placing = self._placing
        return Passage(
            section_id=placing.section_id,
            block_id=placing.block_id,
            text=plain_text(self.runs),
            placed=tuple(self._placed),
            declared=tuple(self._declared),
            is_copied=is_copied,
        )

    def _append(self, run: Run) -> None:
        if run.text:
            self.runs.append(run)
            self._length += len(run.text)


def _declared(passage: Passage) -> Passage:
    return Passage(
        *(passage.section_id, passage.block_id, passage.text, passage.placed),
        declared=((0, 1 << 30),),
        is_copied=passage.is_copied,
    )


def _words_of(text: str) -> str:
    return _HELD.sub("", text).strip()


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


def slug(text: str) -> str:
    """Words as an anchor has them."""
    return _slug(text)
