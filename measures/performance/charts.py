"""The geometry of charts, drawn on the server as SVG by the templates. Pure.

Shapes come out as path data and positions; what they look like is the stylesheet's. A line is
not drawn across a series break or a quarter without a figure. A point with part coverage is
hollow.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
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
    heights = [None if one is None else float(one.value) for one in points]
    values = [height for height in heights if height is not None]
    if not values:
        return Spark("", "", "", "")
    low, high = min(values), max(values)
    step = (SPARK_WIDTH - 2 * _SPARK_EDGE) / max(len(points) - 1, 1)
    room = SPARK_HEIGHT - 2 * _SPARK_EDGE

    def place(position: int, height: float) -> Place:
        share = (height - low) / (high - low) if high > low else 0.5
        return _SPARK_EDGE + position * step, _SPARK_EDGE + room * (1 - share)

    places = [None if one is None else place(at, one) for at, one in enumerate(heights)]
    last = max(at for at, one in enumerate(points) if one is not None)
    hollow = [places[at] for at, one in enumerate(points) if one is not None and one.is_part]
    ends = points[last]
    dots = [places[last]] if ends is not None and not ends.is_part else []
    return Spark(
        line=_line(places, breaks),
        dots="".join(_dot(at) for at in dots if at),
        hollow="".join(_dot(at) for at in hollow if at),
        breaks="".join(
            f"M{_SPARK_EDGE + (at - 0.5) * step:.1f} 0V{SPARK_HEIGHT}"
            for at in sorted(breaks)
            if at
        ),
    )


def _line(places: Sequence[Place | None], breaks: Collection[int]) -> str:
    """Path data through the places, lifted at gaps and breaks."""
    parts, drawing = [], False
    for at, place in enumerate(places):
        if place is None:
            drawing = False
            continue
        pen = "L" if drawing and at not in breaks else "M"
        parts.append(f"{pen}{place[0]:.1f} {place[1]:.1f}")
        drawing = True
    return "".join(parts)


def _dot(place: Place, radius: float = 2.5) -> str:
    x, y = place
    half = f"a{radius} {radius} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius} 0{half} {-2 * radius} 0"


def _is_dip(values: Sequence[Fraction | None], at: int) -> bool:
    """Whether both neighbours are higher, so that the line leaves upwards on both sides."""
    here = values[at]
    beside = [values[near] for near in (at - 1, at + 1) if 0 <= near < len(values)]
    return here is not None and all(one is not None and one > here for one in beside)


# -- a chart with axes ------------------------------------------------------------------------

WIDTH, HEIGHT = 820, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 110, 44, 52
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
    """A point of the line."""

    x: str
    y: str
    label: str
    label_y: str
    is_part: bool


@dataclass(frozen=True)
class Rule:
    """A straight line with a word: a target, a year's figure, a break."""

    x1: str
    y1: str
    x2: str
    y2: str
    text: str


@dataclass(frozen=True)
class Level:
    """A year's own figure: a line across its quarters, and its word where there is room."""

    line: Rule
    word: Mark


@dataclass(frozen=True)
class Chart:
    """A measure over quarters: everything that the template draws, in its order."""

    width: int
    height: int
    left: str
    right: str
    ticks: Sequence[Mark]
    line: str
    dots: Sequence[Dot]
    columns: Sequence[Mark]
    years: Sequence[Mark]
    breaks: Sequence[Rule]
    targets: Sequence[Rule]
    averages: Sequence[Level]

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


def chart(
    points: Sequence[Point | None],
    *,
    labels: Sequence[str],
    columns: Sequence[str],
    years: Sequence[Stretch],
    tick_label: Callable[[Fraction], str],
    breaks: Sequence[tuple[int, str]],
    targets: Sequence[Stretch],
    averages: Sequence[Stretch],
) -> Chart:
    """Lay a measure's quarters out, its axis from zero.

    ``labels`` are the numbers as written, one for each point; ``years`` the names below the
    columns (their value is not used).
    """
    values = [one.value for one in points if one is not None]
    values += [one.value for one in (*targets, *averages)]
    scale = ticks(max(values, default=Fraction(1)))
    step = (WIDTH - _LEFT - _RIGHT) / max(len(points), 1)
    room = HEIGHT - _TOP - _BOTTOM

    def across(position: float) -> float:
        return _LEFT + (position + 0.5) * step

    def down(value: Fraction) -> float:
        return _TOP + room * (1 - float(value / scale[-1]))

    places = [
        None if one is None else (across(at), down(one.value)) for at, one in enumerate(points)
    ]
    values_at = [None if one is None else one.value for one in points]
    floor_line = HEIGHT - _BOTTOM

    def across_quarters(one: Stretch) -> Rule:
        y = f"{down(one.value):.1f}"
        return Rule(
            f"{across(one.first - 0.35):.1f}", y, f"{across(one.last + 0.35):.1f}", y, one.text
        )

    dots = [
        Dot(
            x=f"{place[0]:.1f}",
            y=f"{place[1]:.1f}",
            label=labels[at],
            label_y=f"{place[1] + (21 if _is_dip(values_at, at) else -11):.1f}",
            is_part=one.is_part,
        )
        for at, (one, place) in enumerate(zip(points, places, strict=True))
        if one is not None and place is not None
    ]
    names = [
        Mark(f"{across(at):.1f}", f"{floor_line + 20}", name) for at, name in enumerate(columns)
    ]
    rules = [across_quarters(one) for one in targets]
    words, lines = _words(dots, names, rules), _lines(places, rules)

    def average(one: Stretch) -> Level:
        """Its word stands below or above it, as near to its start as there is room."""
        line = across_quarters(one)
        begins, ends = float(line.x1), float(line.x2) - LETTER_WIDTH * len(one.text)
        beside = [
            (begins + step * at / 4, down(one.value) + dy)
            for at in range(max(int((ends - begins) / (step / 4)), 0) + 1)
            for dy in (16, -6)
        ]
        x, y = free_place(one.text, beside, words, lines)
        return Level(line, Mark(f"{x:.1f}", f"{y:.1f}", one.text))

    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=f"{_LEFT:.1f}",
        right=f"{WIDTH - _RIGHT:.1f}",
        ticks=[Mark(f"{_LEFT - 10}", f"{down(one):.1f}", tick_label(one)) for one in scale],
        line=_line(places, {at for at, _ in breaks}),
        dots=dots,
        columns=names,
        years=[
            Mark(f"{across((one.first + one.last) / 2):.1f}", f"{floor_line + 41}", one.text)
            for one in years
        ],
        breaks=[
            Rule(
                f"{across(at - 0.5):.1f}",
                f"{_TOP - 26}",
                f"{across(at - 0.5):.1f}",
                f"{floor_line}",
                why,
            )
            for at, why in breaks
        ],
        targets=rules,
        averages=[average(one) for one in averages],
    )


def _words(dots: Sequence[Dot], columns: Sequence[Mark], targets: Sequence[Rule]) -> list[Box]:
    """The words that another has to keep clear of."""
    centred = [(dot.label, dot.x, dot.label_y) for dot in dots]
    centred += [(name.text, name.x, name.y) for name in columns]
    return [
        *(centred_box(text, float(x), float(y)) for text, x, y in centred),
        *(
            word_box(rule.text, float(rule.x2) + TARGET_DX, float(rule.y2) + TARGET_DY)
            for rule in targets
        ),
    ]


def _lines(places: Sequence[Place | None], targets: Sequence[Rule]) -> list[Box]:
    """The line, its points, and targets: what a word had better keep clear of."""
    points = [box for place in places if place for box in along(place, place, half=6)]
    drawn = [(one, other) for one, other in pairwise(places) if one and other]
    levels = [
        ((float(rule.x1), float(rule.y1)), (float(rule.x2), float(rule.y2))) for rule in targets
    ]
    return [
        *points,
        *(box for start, end in drawn for box in along(start, end)),
        *(box for start, end in levels for box in along(start, end, half=1)),
    ]
