"""The geometry of charts, drawn on the server as SVG by the templates. Pure.

Shapes come out as path data and positions; what they look like is the stylesheet's. A line is
not drawn across a series break or a quarter without a figure. A point with part coverage is
hollow, and stands apart: a line that fell because some have not reported yet would say what is
not so.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log10

from measures.performance.label_placing import (
    LETTER_WIDTH,
    Box,
    Place,
    along,
    centred_box,
    free_place,
    word_box,
)

SPARK_WIDTH, SPARK_HEIGHT, _SPARK_EDGE = 104, 28, 4


@dataclass(frozen=True)
class Point:
    """One quarter's value; ``is_part`` where not everybody who was expected answered."""

    value: Fraction
    is_part: bool = False


@dataclass(frozen=True)
class Spark:
    """A small line without axes: path data, empty where there is nothing to draw."""

    line: str
    dots: str
    hollow: str
    breaks: str


def spark(points: Sequence[Point | None], breaks: Collection[int]) -> Spark:
    """Draw the points from left to right between their own lowest and highest.

    ``breaks`` are the positions from which figures are not comparable with earlier ones.
    """
    # Positions need no more than a float; exact fractions would cost most of a page.
    heights = {at: float(one.value) for at, one in enumerate(points) if one}
    if not heights:
        return Spark("", "", "", "")
    step = (SPARK_WIDTH - 2 * _SPARK_EDGE) / max(len(points) - 1, 1)
    places = _spark_places(heights, step)
    parts = [at for at, one in enumerate(points) if one and one.is_part]
    last = max(places)
    return Spark(
        line=_line(_whole(points, places), breaks),
        dots="" if last in parts else _dot(places[last]),
        hollow="".join(_dot(places[at]) for at in parts),
        breaks="".join(
            f"M{_SPARK_EDGE + (at - 0.5) * step:.1f} 0V{SPARK_HEIGHT}"
            for at in sorted(set(breaks) - {0})
        ),
    )


def _spark_places(heights: Mapping[int, float], step: float) -> dict[int, Place]:
    low, high = min(heights.values()), max(heights.values())
    room = SPARK_HEIGHT - 2 * _SPARK_EDGE
    shares = {at: (one - low) / (high - low) if high > low else 0.5 for at, one in heights.items()}
    return {
        at: (_SPARK_EDGE + at * step, _SPARK_EDGE + room * (1 - share))
        for at, share in shares.items()
    }


def _whole(points: Sequence[Point | None], places: Mapping[int, Place]) -> dict[int, Place]:
    """The places of points that everybody reported: those that a line may join."""
    return {
        at: place
        for at, place in places.items()
        if (point := points[at]) is not None and not point.is_part
    }


def _line(places: Mapping[int, Place], breaks: Collection[int]) -> str:
    """Path data through the places, by position, lifted at gaps and breaks."""
    return "".join(
        f"{'L' if at - 1 in places and at not in breaks else 'M'}{x:.1f} {y:.1f}"
        for at, (x, y) in places.items()
    )


def _dot(place: Place, radius: float = 2.5) -> str:
    x, y = place
    half = f"a{radius} {radius} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius} 0{half} {-2 * radius} 0"


# -- a chart with axes ------------------------------------------------------------------------

WIDTH, HEIGHT = 820, 330
_LEFT, _RIGHT, _TOP = 64, 110, 44
_FLOOR = HEIGHT - 52
# From one line of a note to the next.
_LINE = 14
# Where the word of a target stands, from the end of its line (in _chart.svg).
TARGET_DX, TARGET_DY = 6, 4


@dataclass(frozen=True)
class Mark:
    """A word at a place."""

    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Dot:
    """A point, with its number and, in lines below it, who reported where not everybody did."""

    x: str
    y: str
    label: str
    label_y: str
    is_part: bool
    notes: Sequence[Mark] = ()


@dataclass(frozen=True)
class Rule:
    """A straight line with a word: a target, a year's figure, a break."""

    x1: str
    y1: str
    x2: str
    y2: str
    text: str


@dataclass(frozen=True)
class Average:
    """A year's own figure: a line across its quarters, and its word where there is room."""

    line: Rule
    word: Mark


@dataclass(frozen=True)
class Chart:
    """A measure over quarters: everything that the template draws, in its order."""

    ticks: Sequence[Mark]
    line: str
    dots: Sequence[Dot]
    columns: Sequence[Mark]
    years: Sequence[Mark]
    breaks: Sequence[Rule]
    targets: Sequence[Rule]
    averages: Sequence[Average]

    width = WIDTH
    height = HEIGHT
    left = f"{_LEFT:.1f}"
    right = f"{WIDTH - _RIGHT:.1f}"

    @property
    def has_part(self) -> bool:
        """Whether any point is hollow: not everybody who was expected reported."""
        return any(dot.is_part for dot in self.dots)


@dataclass(frozen=True)
class Stretch:
    """Something that holds from one position to another: a year's target or figure."""

    first: int
    last: int
    value: Fraction
    text: str


def ticks(highest: Fraction) -> list[Fraction]:
    """Round numbers from zero to at least ``highest``, four to six of them.

    28.1 gives 0, 10, 20, 30; 633 gives 0, 200, 400, 600, 800.
    """
    if highest <= 0:
        return [Fraction(0), Fraction(1)]
    power = Fraction(10) ** floor(log10(highest))
    step = next(
        size * power
        for size in (Fraction(1, 5), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(2))
        if highest / (size * power) <= 5
    )
    count = -(-highest // step)
    return [step * at for at in range(int(count) + 1)]


@dataclass(frozen=True)
class _Axes:
    """Where positions and values lie on a chart; its axis goes from zero to ``highest``."""

    count: int
    highest: Fraction

    @property
    def step(self) -> float:
        return (WIDTH - _LEFT - _RIGHT) / max(self.count, 1)

    def across(self, position: float) -> float:
        return _LEFT + (position + 0.5) * self.step

    def down(self, value: Fraction) -> float:
        return _TOP + (_FLOOR - _TOP) * (1 - float(value / self.highest))

    def rule(self, one: Stretch) -> Rule:
        """A line across the quarters for which something holds."""
        y = f"{self.down(one.value):.1f}"
        start, end = self.across(one.first - 0.35), self.across(one.last + 0.35)
        return Rule(f"{start:.1f}", y, f"{end:.1f}", y, one.text)

    def upright(self, at: int, why: str) -> Rule:
        """A line before a quarter: a break."""
        x = f"{self.across(at - 0.5):.1f}"
        return Rule(x, f"{_TOP - 26}", x, f"{_FLOOR}", why)

    def average(self, one: Stretch, words: Sequence[Box], lines: Sequence[Box]) -> Average:
        """Its word stands below or above it, as near to its start as there is room."""
        line = self.rule(one)
        begins, ends = float(line.x1), float(line.x2) - LETTER_WIDTH * len(one.text)
        places = [
            (begins + self.step * at / 4, self.down(one.value) + dy)
            for at in range(max(int((ends - begins) / (self.step / 4)), 0) + 1)
            for dy in (16, -6)
        ]
        x, y = free_place(one.text, places, words, lines)
        return Average(line, Mark(f"{x:.1f}", f"{y:.1f}", one.text))


def chart(
    points: Sequence[Point | None],
    *,
    labels: Sequence[str],
    notes: Sequence[str] = (),
    columns: Sequence[str],
    years: Sequence[Stretch],
    tick_label: Callable[[Fraction], str],
    breaks: Sequence[tuple[int, str]],
    targets: Sequence[Stretch],
    averages: Sequence[Stretch],
) -> Chart:
    """Lay a measure's quarters out, its axis from zero.

    ``labels`` are the numbers as written, one for each point, and ``notes`` who reported; ``years``
    the names below the columns (their value is not used).
    """
    known = {at: one for at, one in enumerate(points) if one}
    levels = [one.value for one in known.values()]
    levels += [one.value for one in (*targets, *averages)]
    scale = ticks(max(levels, default=Fraction(1)))
    axes = _Axes(len(points), scale[-1])
    places = {at: (axes.across(at), axes.down(one.value)) for at, one in known.items()}
    said = notes or [""] * len(points)
    dots = [_dot_at(points, labels, said, at, place) for at, place in places.items()]
    whole = _whole(points, places)
    names = [
        Mark(f"{axes.across(at):.1f}", f"{_FLOOR + 20}", name) for at, name in enumerate(columns)
    ]
    rules = [axes.rule(one) for one in targets]
    words, lines = _words(dots, names, rules), _lines(places, whole, rules)
    return Chart(
        ticks=[Mark(f"{_LEFT - 10}", f"{axes.down(one):.1f}", tick_label(one)) for one in scale],
        line=_line(whole, dict(breaks)),
        dots=dots,
        columns=names,
        years=[
            Mark(f"{axes.across((one.first + one.last) / 2):.1f}", f"{_FLOOR + 41}", one.text)
            for one in years
        ],
        breaks=[axes.upright(at, why) for at, why in breaks],
        targets=rules,
        averages=[axes.average(one, words, lines) for one in averages],
    )


def _dot_at(
    points: Sequence[Point | None],
    labels: Sequence[str],
    notes: Sequence[str],
    at: int,
    place: Place,
) -> Dot:
    """A point with its number, which stands above it but for a dip; who reported stands below.

    Near the axis the whole of it stands above.
    """
    x, y = place
    point = points[at]
    is_part = point is not None and point.is_part
    words = _folded(notes[at]) if is_part else []
    label_y = y + (21 if not words and _is_dip(points, at) else -11)
    note_y = y + 18
    if words and note_y + _LINE * len(words) > _FLOOR:
        label_y, note_y = y - 11 - _LINE * len(words), y - 11 - _LINE * (len(words) - 1)
    said = [Mark(f"{x:.1f}", f"{note_y + _LINE * n:.1f}", text) for n, text in enumerate(words)]
    return Dot(f"{x:.1f}", f"{y:.1f}", labels[at], f"{label_y:.1f}", is_part, said)


def _folded(note: str) -> list[str]:
    """``10 of 15 teams`` in two lines, as a quarter has room for it."""
    numbers, _, what = note.rpartition(" ")
    return [line for line in (numbers, what) if line]


def _is_dip(points: Sequence[Point | None], at: int) -> bool:
    """Whether both neighbours are higher, so that the line leaves upwards on both sides."""
    here = points[at]
    beside = [points[near] for near in (at - 1, at + 1) if 0 <= near < len(points)]
    return here is not None and all(one is not None and one.value > here.value for one in beside)


def _words(dots: Sequence[Dot], columns: Sequence[Mark], targets: Sequence[Rule]) -> list[Box]:
    """The words that another has to keep clear of."""
    centred = [(dot.label, dot.x, dot.label_y) for dot in dots]
    centred += [(name.text, name.x, name.y) for name in columns]
    centred += [(note.text, note.x, note.y) for dot in dots for note in dot.notes]
    return [
        *(centred_box(text, float(x), float(y)) for text, x, y in centred),
        *(
            word_box(rule.text, float(rule.x2) + TARGET_DX, float(rule.y2) + TARGET_DY)
            for rule in targets
        ),
    ]


def _lines(
    places: Mapping[int, Place], joined: Mapping[int, Place], targets: Sequence[Rule]
) -> list[Box]:
    """The line, its points, and targets: what a word had better keep clear of."""
    boxes: list[Box] = []
    for place in places.values():
        boxes += along(place, place, half=6)
    for at, place in joined.items():
        if at + 1 in joined:
            boxes += along(place, joined[at + 1])
    for rule in targets:
        start, end = (float(rule.x1), float(rule.y1)), (float(rule.x2), float(rule.y2))
        boxes += along(start, end, half=1)
    return boxes
