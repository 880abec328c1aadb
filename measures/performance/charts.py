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
    LINE_HEIGHT,
    Box,
    Line,
    Place,
    Room,
    around,
    beside,
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

_TOP, _UNDER = 44, 52
# How far from its line a word may stand, the nearest first.
_NEAR_A_LINE = (-6, 16, -14, 24, -24, 34, -38, 48, -52, 62, -66, 76)


@dataclass(frozen=True)
class ChartSize:
    """The size of a chart, for how many quarters it has room, and where its plot begins and ends.

    Letters are as large in each, so a small window gets a chart with fewer quarters.
    """

    name: str
    width: int
    height: int
    left: int
    right: int
    quarters: int

    @property
    def floor(self) -> int:
        """Where its axis lies."""
        return self.height - _UNDER


WIDE = ChartSize("wide", 1120, 360, left=64, right=16, quarters=12)
MIDDLE = ChartSize("middle", 640, 320, left=52, right=12, quarters=8)
NARROW = ChartSize("narrow", 330, 300, left=46, right=8, quarters=4)
LAYOUTS = (WIDE, MIDDLE, NARROW)


@dataclass(frozen=True)
class Mark:
    """A word at a place: with its middle there, but for an axis label, which ends there."""

    x: str
    y: str
    text: str


@dataclass(frozen=True)
class Dot:
    """A point, with its number and, where not everybody reported, below that who did."""

    x: str
    y: str
    label: Mark
    is_part: bool
    notes: Sequence[Mark] = ()


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class Labelled:
    """A line with its word where there is room: a target, a year's own figure, a break."""

    line: Rule
    word: Mark


@dataclass(frozen=True)
class Chart:
    """A measure over quarters: everything that the template draws, in its order."""

    layout: ChartSize
    ticks: Sequence[Mark]
    line: str
    dots: Sequence[Dot]
    columns: Sequence[Mark]
    years: Sequence[Mark]
    breaks: Sequence[Labelled]
    targets: Sequence[Labelled]
    averages: Sequence[Labelled]

    @property
    def right(self) -> int:
        """Where its plot ends."""
        return self.layout.width - self.layout.right

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

    layout: ChartSize
    count: int
    highest: Fraction

    @property
    def step(self) -> float:
        layout = self.layout
        return (layout.width - layout.left - layout.right) / max(self.count, 1)

    def across(self, position: float) -> float:
        return self.layout.left + (position + 0.5) * self.step

    def down(self, value: Fraction) -> float:
        return _TOP + (self.layout.floor - _TOP) * (1 - float(value / self.highest))

    def along(self, one: Stretch) -> Line:
        """A line across the quarters for which something holds."""
        y = self.down(one.value)
        return Line((self.across(one.first - 0.35), y), (self.across(one.last + 0.35), y))

    def before(self, at: int) -> Line:
        """A line before a quarter: a break."""
        x = self.across(at - 0.5)
        return Line((x, _TOP - 26), (x, self.layout.floor))


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
    layout: ChartSize = WIDE,
) -> Chart:
    """Lay a measure's quarters out, its axis from zero.

    ``labels`` are the numbers as written, one for each point, and ``notes`` who reported; ``years``
    the names below the columns (their value is not used).
    """
    known = {at: one for at, one in enumerate(points) if one}
    levels = [one.value for one in known.values()] + [one.value for one in (*targets, *averages)]
    scale = ticks(max(levels, default=Fraction(1)))
    axes = _Axes(layout, len(points), scale[-1])
    places = {at: (axes.across(at), axes.down(one.value)) for at, one in known.items()}
    whole = _whole(points, places)
    names = [_mark(name, axes.across(at), layout.floor + 20) for at, name in enumerate(columns)]
    uprights = [(axes.before(at), why) for at, why in breaks]
    aims, means = ([(axes.along(one), one.text) for one in among] for among in (targets, averages))
    room = Room(Box(layout.left - 8, 0, layout.width, layout.floor))
    room.taken += [around(place) for place in places.values()]
    room.lines += [*_joined(whole, dict(breaks)), *(one for one, _ in (*uprights, *aims, *means))]
    said = notes or [""] * len(points)
    return Chart(
        layout=layout,
        ticks=[_mark(tick_label(one), layout.left - 10, axes.down(one) + 4) for one in scale],
        line=_line(whole, dict(breaks)),
        dots=[_dot_at(points, labels, said, at, place, room) for at, place in places.items()],
        columns=names,
        years=[
            _mark(one.text, axes.across((one.first + one.last) / 2), layout.floor + 41)
            for one in years
        ],
        breaks=[_upright(line, why, room) for line, why in uprights],
        targets=[_level(line, text, room) for line, text in aims],
        averages=[_level(line, text, room) for line, text in means],
    )


def _mark(text: str, x: float, y: float) -> Mark:
    return Mark(f"{x:.1f}", f"{y:.1f}", text)


def _rule(line: Line) -> Rule:
    (x1, y1), (x2, y2) = line.start, line.end
    return Rule(f"{x1:.1f}", f"{y1:.1f}", f"{x2:.1f}", f"{y2:.1f}")


def _joined(places: Mapping[int, Place], breaks: Collection[int]) -> list[Line]:
    """The parts of the line through the points."""
    return [
        Line(places[at - 1], place)
        for at, place in places.items()
        if at - 1 in places and at not in breaks
    ]


def _level(line: Line, text: str, room: Room) -> Labelled:
    """Its word stands above or below it, as near to its end as there is room, within the chart."""
    half = LETTER_WIDTH * len(text) / 2
    (begin, y), (end, _) = line.start, line.end
    first = min(begin + half, room.frame.right - half)
    last = max(end - half, first)
    steps = [last - (last - first) * at / 12 for at in range(13)]
    places = [(x, y + dy) for dy in _NEAR_A_LINE for x in steps]
    return Labelled(_rule(line), _mark(text, *room.take([text], places)))


def _upright(line: Line, text: str, room: Room) -> Labelled:
    """Its word stands beside its top, in as many lines as it takes."""
    x, top = line.start
    half = LETTER_WIDTH * len(text) / 2 + 6
    places = [(x + side, top + 10 + down) for down in range(0, 90, 14) for side in (half, -half)]
    return Labelled(_rule(line), _mark(text, *room.take([text], places)))


def _dot_at(
    points: Sequence[Point | None],
    labels: Sequence[str],
    notes: Sequence[str],
    at: int,
    place: Place,
    room: Room,
) -> Dot:
    """A point with its number, which stands above it but for a dip, and who reported under that."""
    point = points[at]
    is_part = point is not None and point.is_part
    texts = [labels[at], *(_folded(notes[at]) if is_part else [])]
    x, y = room.take(texts, beside(place, texts, below=_is_dip(points, at)))
    label, *said = (_mark(text, x, y + LINE_HEIGHT * n) for n, text in enumerate(texts))
    return Dot(f"{place[0]:.1f}", f"{place[1]:.1f}", label, is_part, said)


def _folded(note: str) -> list[str]:
    """``10 of 15 teams`` in two lines, as a quarter has room for it."""
    numbers, _, what = note.rpartition(" ")
    return [line for line in (numbers, what) if line]


def _is_dip(points: Sequence[Point | None], at: int) -> bool:
    """Whether both neighbours are higher, so that the line leaves upwards on both sides."""
    here = points[at]
    near_by = [points[near] for near in (at - 1, at + 1) if 0 <= near < len(points)]
    return here is not None and all(one is not None and one.value > here.value for one in near_by)
