"""An audit tool as it is typed: its name, and a block of boxes for each indicator.

The blocks stand in the order of the posted ``row`` keys. A block has ``name-<key>``,
``kind-<key>``, ``code-<key>`` (kept through a change of name), ``guidance-<key>``,
``grade-<key>-<grade>`` and ``choices-<key>`` (a choice a line). Blocks without a word in them are
left out. The page works without scripts: adding, moving and taking out a block are buttons that
post everything and get the page back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.http import QueryDict

from audits.grades import QUALITY, IndicatorKind
from audits.models import Tool
from audits.tools.actions import Asked, as_asked

LONGEST_NAME = 200
LONGEST_TEXT = 5000
MOST_BLOCKS = 100
# Blank blocks that a new tool begins with.
AT_FIRST = 3


@dataclass(frozen=True)
class Block:
    """The boxes of one indicator, as they were typed; ``key`` names them in the form."""

    key: int
    name: str = ""
    kind: str = IndicatorKind.GRADED
    code: str = ""
    guidance: str = ""
    grades: dict[str, str] = field(default_factory=dict)
    choices: str = ""

    @classmethod
    def of(cls, key: int, asked: Asked) -> "Block":
        """The boxes before anybody types: what the tool asks."""
        return cls(
            key,
            asked.name,
            asked.kind,
            asked.code,
            asked.guidance,
            dict(asked.grade_guidance),
            "\n".join(asked.choices),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything into it."""
        return not (self.name or self.guidance or self.choices or any(self.grades.values()))

    @property
    def labels(self) -> list[str]:
        """The choices, in order."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]

    def asked(self) -> Asked:
        """What the block asks, as the action takes it."""
        return Asked(
            name=self.name,
            kind=IndicatorKind(self.kind),
            code=self.code,
            guidance=self.guidance,
            grade_guidance={grade: text for grade, text in self.grades.items() if text},
            choices=self.labels,
        )


class ToolForm:
    """A tool's name and blocks, and what is wrong with them.

    ``errors`` holds one sentence a block, by key, and ``name_error`` what is wrong with the
    tool's own name.
    """

    def __init__(self, tool: Tool | None = None, post: QueryDict | None = None) -> None:
        self.errors: dict[int, str] = {}
        self.name_error = ""
        self.problems: list[str] = []
        if post is not None:
            self.name = _clean(post.get("name", ""))
            self.blocks = [_read(key, post) for key in _keys(post)]
        elif tool is not None:
            self.name = tool.name
            self.blocks = [Block.of(key, asked) for key, asked in enumerate(as_asked(tool), 1)]
        else:
            self.name = ""
            self.blocks = [Block(key) for key in range(1, AT_FIRST + 1)]

    @property
    def filled(self) -> list[Block]:
        """The blocks that say something."""
        return [block for block in self.blocks if not block.is_empty]

    def asked(self) -> list[Asked]:
        """The indicators in order, once ``is_good``."""
        return [block.asked() for block in self.filled]

    def is_good(self) -> bool:
        """Read what was typed; whether an action can take it."""
        if not self.name:
            self.name_error = "Give the tool a name"
        elif len(self.name) > LONGEST_NAME:
            self.name_error = f"Shorten the tool's name to {LONGEST_NAME} characters"
        for block in self.filled:
            wrong = _wrong(block)
            if wrong:
                self.errors[block.key] = wrong
        if not self.filled:
            self.problems.append("Give the tool at least one indicator")
        return not self.summary

    def refuse(self, wrong: ValidationError) -> None:
        """Take what an action refused: at its block, its box, or above them all."""
        for name, errors in wrong.error_dict.items():
            for error in errors:
                sentence = str(error.messages[0])
                place = (error.params or {}).get("place")
                if place is not None:
                    self.errors[self.filled[place].key] = sentence
                elif name == "name":
                    self.name_error = sentence
                else:
                    self.problems.append(sentence)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with the id of its box, in the page's order."""
        found = [("name", self.name_error)] if self.name_error else []
        found += [
            (f"name-{block.key}", self.errors[block.key])
            for block in self.blocks
            if block.key in self.errors
        ]
        return [*found, *(("", sentence) for sentence in self.problems)]

    # -- buttons that give the page back ------------------------------------------------------

    def add(self) -> None:
        """A blank block at the end."""
        if len(self.blocks) < MOST_BLOCKS:
            key = max((block.key for block in self.blocks), default=0) + 1
            self.blocks.append(Block(key))

    def arrange(self, wish: str) -> None:
        """Do what a block's button says: ``up-3``, ``down-3``, ``remove-3``."""
        act, _, key = wish.partition("-")
        place = next((at for at, one in enumerate(self.blocks) if str(one.key) == key), None)
        if place is None:
            return
        if act == "remove":
            del self.blocks[place]
            return
        other = place + {"up": -1, "down": 1}.get(act, 0)
        if 0 <= other < len(self.blocks):
            blocks = self.blocks
            blocks[place], blocks[other] = blocks[other], blocks[place]


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _keys(post: QueryDict) -> Iterable[int]:
    """The keys of the blocks, in the order of the page; what is no key is left out."""
    found = [int(key) for key in post.getlist("row") if key.isascii() and key.isdigit()]
    return list(dict.fromkeys(found))[:MOST_BLOCKS]


def _read(key: int, post: QueryDict) -> Block:
    name, kind, code, guidance, choices = (
        _clean(post.get(f"{box}-{key}", ""))
        for box in ("name", "kind", "code", "guidance", "choices")
    )
    grades = {grade.value: _clean(post.get(f"grade-{key}-{grade}", "")) for grade in QUALITY}
    typed = Block(key, name, kind, code, guidance, grades, choices)
    return typed if typed.kind in IndicatorKind.values else replace(typed, kind="")


def _wrong(block: Block) -> str:
    """What is wrong with one block by itself; the action looks at them side by side."""
    if not block.name:
        return "Every indicator needs a name"
    if len(block.name) > LONGEST_NAME:
        return f"Shorten “{block.name[:40]}…” to {LONGEST_NAME} characters"
    if not block.kind:
        return f"Choose how “{block.name}” is answered"
    texts: Sequence[str] = [block.guidance, *block.grades.values()]
    if any(len(text) > LONGEST_TEXT for text in texts):
        return f"Shorten the guidance of “{block.name}” to {LONGEST_TEXT:,} characters"
    if any(len(label) > LONGEST_NAME for label in block.labels):
        return f"Shorten a choice of “{block.name}” to {LONGEST_NAME} characters"
    return ""
