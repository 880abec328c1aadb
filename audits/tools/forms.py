"""An audit tool as it is typed: its name, and a block of boxes for each indicator.

The blocks stand in the order of the posted ``row`` keys. A block has ``name-<key>``,
``kind-<key>``, ``code-<key>`` (kept through a change of name), ``guidance-<key>``,
``grade-<key>-<grade>`` and ``choices-<key>`` (a choice a line). Blocks that say nothing are left
out. The page works without scripts: adding, moving and taking out a block are buttons that
post everything and get the page back.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.http import QueryDict

from audits.grades import QUALITY, QUALITY_CHOICES, IndicatorKind
from audits.models import Tool
from audits.tools.actions import IndicatorSpec, specs_of
from earlyhelp.core.pages.posted import clean, version_of, whole_number
from earlyhelp.core.pages.versioned_edit import MINE, THEIRS

LONGEST_NAME = 200
LONGEST_TEXT = 5000
MOST_BLOCKS = 100
# Blank blocks that a new tool begins with.
BLANK_BLOCKS = 3
# What of a tool two people may leave differently, beside its indicators.
NAME, ORDER = "name", "order"
_INDICATOR = "indicator-"
# The boxes of a block, beside those of its grades.
_BOXES = ("name", "kind", "code", "guidance", "choices")
# Where a button moves a block.
_MOVES = {"up": -1, "down": 1}


@dataclass
class Block:
    """The boxes of one indicator, as they were typed; ``key`` names them in the form."""

    key: int
    name: str = ""
    kind: str = IndicatorKind.GRADED
    code: str = ""
    guidance: str = ""
    grades: dict[str, str] = field(default_factory=dict)
    choices: str = ""
    error: str = ""

    @classmethod
    def of(cls, key: int, spec: IndicatorSpec) -> "Block":
        """The boxes before anybody types: what the tool asks."""
        grades, choices = dict(spec.grade_guidance), "\n".join(spec.choices)
        return cls(key, spec.name, spec.kind, spec.code, spec.guidance, grades, choices)

    @classmethod
    def read(cls, key: int, post: QueryDict) -> "Block":
        """The boxes as they were posted; a kind that there is not is none."""
        boxes = {name: clean(post.get(f"{name}-{key}", "")) for name in _BOXES}
        if boxes["kind"] not in IndicatorKind.values:
            boxes["kind"] = ""
        grades = {grade.value: clean(post.get(f"grade-{key}-{grade}", "")) for grade in QUALITY}
        return cls(key, **boxes, grades=grades)

    def fields(self) -> Iterator[tuple[str, str]]:
        """The boxes by the names that they post."""
        yield "row", str(self.key)
        for name in _BOXES:
            yield f"{name}-{self.key}", getattr(self, name)
        for grade, text in self.grades.items():
            yield f"grade-{self.key}-{grade}", text

    @property
    def has_guidance(self) -> bool:
        """Whether it says what a grade looks like."""
        return any(self.grades.values())

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything into it."""
        return not (self.name or self.guidance or self.choices or self.has_guidance)

    @property
    def grade_boxes(self) -> list[tuple[str, str, str]]:
        """Each grade with its label and what it looks like."""
        return [(grade, label, self.grades.get(grade, "")) for grade, label in QUALITY_CHOICES]

    def spec(self) -> IndicatorSpec:
        """What the block asks, as the action takes it."""
        return IndicatorSpec(
            name=self.name,
            kind=IndicatorKind(self.kind or IndicatorKind.GRADED),
            code=self.code,
            guidance=self.guidance,
            grade_guidance={grade: text for grade, text in self.grades.items() if text},
            choices=[line.strip() for line in self.choices.splitlines() if line.strip()],
        )

    def problem(self) -> str:
        """What is wrong with it by itself; the action looks at indicators side by side."""
        if not self.name:
            return "Every indicator needs a name"
        if len(self.name) > LONGEST_NAME:
            return f"Shorten “{self.name[:40]}…” to {LONGEST_NAME} characters"
        if not self.kind:
            return f"Select how “{self.name}” is answered"
        if any(len(text) > LONGEST_TEXT for text in (self.guidance, *self.grades.values())):
            return f"Shorten the guidance of “{self.name}” to {LONGEST_TEXT:,} characters"
        if any(len(label) > LONGEST_NAME for label in self.spec().choices):
            return f"Shorten a choice of “{self.name}” to {LONGEST_NAME} characters"
        return ""


class ToolForm:
    """A tool's name and blocks, and what is wrong with them.

    ``edits`` is the count of saves that the page was made from, and ``was`` what the tool said
    then; ``undecided`` are the parts for which the conflict page asked and nothing was chosen.
    """

    kinds = IndicatorKind.choices

    def __init__(self, post: QueryDict | None = None, tool: Tool | None = None) -> None:
        self.is_bound = post is not None
        self.name_error = ""
        self.problems: list[str] = []
        self.undecided: set[str] = set()
        self.button = ""
        if post is not None:
            self.name = clean(post.get("name", ""))
            self.blocks = [Block.read(key, post) for key in _keys(post)]
            self.edits, self.was = post.get("edits", ""), post.get("was", "")
            self.button = post.get("then", "")
            if tool is not None:
                self._choose(post, tool)
        elif tool is not None:
            specs = specs_of(tool)
            self.name = tool.name
            self.blocks = [Block.of(key, spec) for key, spec in enumerate(specs, 1)]
            self.edits, self.was = str(tool.edits), snapshot(tool.name, specs)
        else:
            self.name = self.edits = self.was = ""
            self.blocks = [Block(key) for key in range(1, BLANK_BLOCKS + 1)]

    @property
    def version(self) -> int:
        """The count of saves; one that never was where the page does not say."""
        version = version_of(self.edits)
        return -1 if version is None else version

    @property
    def filled(self) -> list[Block]:
        """The blocks that say something."""
        return [block for block in self.blocks if not block.is_empty]

    def specs(self) -> list[IndicatorSpec]:
        """The indicators in order."""
        return [block.spec() for block in self.filled]

    def fields(self) -> Iterator[tuple[str, str]]:
        """Everything typed, to be posted again."""
        yield "name", self.name
        for block in self.blocks:
            yield from block.fields()

    def is_valid(self) -> bool:
        """Whether an action can take it; not while a button only rearranges the blocks."""
        if self._rearranged():
            return False
        if not self.name:
            self.name_error = "Enter a name for the tool"
        elif len(self.name) > LONGEST_NAME:
            self.name_error = f"Shorten the tool's name to {LONGEST_NAME} characters"
        for block in self.filled:
            block.error = block.problem()
        if not self.filled:
            self.problems.append("Enter at least one indicator")
        return not self.summary

    def refuse(self, refusal: Exception) -> None:
        """Take what an action refused: at its block, its box, or above them all."""
        if not isinstance(refusal, ValidationError):
            self.problems.append(str(refusal))
            return
        for name, errors in refusal.error_dict.items():
            for error in errors:
                sentence = str(error.messages[0])
                place = (error.params or {}).get("place")
                if place is not None:
                    self.filled[place].error = sentence
                elif name == "name":
                    self.name_error = sentence
                else:
                    self.problems.append(sentence)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every problem with the id of its box, in the page's order."""
        boxes = [("name", self.name_error)]
        boxes += [(f"name-{block.key}", block.error) for block in self.blocks]
        boxes += [("", sentence) for sentence in self.problems]
        return [(box, sentence) for box, sentence in boxes if sentence]

    # -- buttons that give the page back ------------------------------------------------------

    def _rearranged(self) -> bool:
        """Whether the button only gives the form back: a block added, moved (``up-3``) or out."""
        act, _, key = self.button.partition("-")
        place = self._place(lambda block: str(block.key) == key)
        if act == "add" and len(self.blocks) < MOST_BLOCKS:
            self.blocks.append(Block(self._next_key()))
        elif place is not None and act == "remove":
            del self.blocks[place]
        elif place is not None and act in _MOVES:
            self.blocks.insert(max(0, place + _MOVES[act]), self.blocks.pop(place))
        return act in ("again", "add", "remove", *_MOVES)

    def _place(self, is_it: Callable[[Block], bool]) -> int | None:
        """Where the first such block stands; None where there is none."""
        return next((at for at, block in enumerate(self.blocks) if is_it(block)), None)

    def _next_key(self) -> int:
        return max((block.key for block in self.blocks), default=0) + 1

    # -- chosen on the conflict page ----------------------------------------------------------

    def _choose(self, post: QueryDict, tool: Tool) -> None:
        """Put theirs into the boxes where the conflict page was told so."""
        theirs = {spec.slug: spec for spec in specs_of(tool)} if "choose" in post else {}
        for part in post.getlist("choose"):
            choice = post.get(f"keep-{part}")
            if choice == THEIRS:
                self._take(part, tool.name, theirs)
            elif choice != MINE:
                self.undecided.add(part)

    def _take(self, part: str, name: str, theirs: Mapping[str, IndicatorSpec]) -> None:
        if part == NAME:
            self.name = name
        elif part == ORDER:
            self._take_order(list(theirs))
        else:
            code = part.removeprefix(_INDICATOR)
            self._take_indicator(code, theirs.get(code))

    def _take_order(self, codes: Sequence[str]) -> None:
        """Have the blocks that both of us have stand in their order."""
        known = [block for block in self.blocks if block.spec().slug in codes]
        in_order = iter(sorted(known, key=lambda block: codes.index(block.spec().slug)))
        self.blocks = [next(in_order) if block in known else block for block in self.blocks]

    def _take_indicator(self, code: str, spec: IndicatorSpec | None) -> None:
        """Have a block say what theirs says, or none where they took it out."""
        place = self._place(lambda block: block.spec().slug == code)
        at = len(self.blocks) if place is None else place
        key = self._next_key() if place is None else self.blocks[at].key
        self.blocks[at : at + 1] = [Block.of(key, spec)] if spec else []


def _keys(post: QueryDict) -> list[int]:
    """The keys of the blocks, in the order of the page; what is no key is left out."""
    keys = [key for row in post.getlist("row") if (key := whole_number(row)) is not None]
    return list(dict.fromkeys(keys))[:MOST_BLOCKS]


def parts_of(name: str, specs: Sequence[IndicatorSpec]) -> dict[str, list[str]]:
    """What can be seen of a tool, by the parts that two people may leave differently.

    The name; the indicators in order, by code; and each indicator, a line each.
    """
    return {
        NAME: [name],
        ORDER: [spec.slug for spec in specs],
        **{f"{_INDICATOR}{spec.slug}": list(_lines(spec)) for spec in specs},
    }


def _lines(spec: IndicatorSpec) -> Iterator[str]:
    yield spec.name
    yield IndicatorKind(spec.kind).label
    if spec.guidance:
        yield spec.guidance
    for grade, label in QUALITY_CHOICES:
        if spec.grade_guidance.get(grade):
            yield f"{label}: {spec.grade_guidance[grade]}"
    yield from (f"• {label}" for label in spec.choices)


def snapshot(name: str, specs: Sequence[IndicatorSpec]) -> str:
    """What the tool says, for a page to bring back; what may be saved never hangs on it."""
    return json.dumps(parts_of(name, specs))
