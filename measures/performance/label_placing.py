"""Where a word of a chart fits beside its lines, its points and other words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Of the chart's letters, on average and rounded up; and from one line of a note to the next.
LETTER_WIDTH, LETTER_ABOVE, LETTER_BELOW, LINE_HEIGHT = 8.0, 11.0, 3.0, 14.0

Place = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A straight line from one place to another."""

    start: Place
    end: Place


@dataclass(frozen=True)
class Box:
    """A rectangle that something takes up."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: "Box") -> float:
        """The area that both take up."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def is_crossed_by(self, line: Line) -> bool:
        """Whether any of a line lies within: the part of it that is left after each side's cut."""
        (x, y), (x2, y2) = line.start, line.end
        first, last = 0.0, 1.0
        for start, step, low, high in (
            (x, x2 - x, self.left, self.right),
            (y, y2 - y, self.top, self.bottom),
        ):
            if step == 0:
                if not low < start < high:
                    return False
                continue
            entry, leave = sorted(((low - start) / step, (high - start) / step))
            first, last = max(first, entry), min(last, leave)
        return first < last


def block_box(texts: Sequence[str], x: float, y: float) -> Box:
    """What lines of text take up with their middle at ``x``, the first standing on ``y``."""
    half = LETTER_WIDTH * max(map(len, texts)) / 2
    bottom = y + LINE_HEIGHT * (len(texts) - 1) + LETTER_BELOW
    return Box(x - half, y - LETTER_ABOVE, x + half, bottom)


def around(place: Place, half: float = 6.0) -> Box:
    """What a point takes up."""
    x, y = place
    return Box(x - half, y - half, x + half, y + half)


@dataclass
class Room:
    """What of a chart is taken: by words and points, and by lines; ``frame`` is its edge."""

    frame: Box
    taken: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def take(self, texts: Sequence[str], places: Iterable[Place]) -> Place:
        """The first of ``places`` where lines of text cover nothing, or where they cover least.

        Rather over a line than over another word. The place is taken from then on.
        """
        best: tuple[tuple[float, int], Place, Box] | None = None
        for place in places:
            box = block_box(texts, *place)
            covered = self._covered(box)
            if best is None or covered < best[0]:
                best = covered, place, box
            if covered == (0, 0):
                break
        if best is None:
            raise ValueError("A word needs a place where it might stand")
        self.taken.append(best[2])
        return best[1]

    def _covered(self, box: Box) -> tuple[float, int]:
        outside = (box.right - box.left) * (box.bottom - box.top) - box.shared(self.frame)
        words = sum(box.shared(one) for one in self.taken)
        clear = Box(box.left - 1, box.top - 1, box.right + 1, box.bottom + 1)
        return round(outside + words, 6), sum(clear.is_crossed_by(one) for one in self.lines)


def beside(place: Place, texts: Sequence[str], *, below: bool) -> Iterable[Place]:
    """Where the words of a point may stand, the nearest first; above it, unless ``below``."""
    x, y = place
    half, more = LETTER_WIDTH * max(map(len, texts)) / 2, LINE_HEIGHT * (len(texts) - 1)
    for away in (0, 6, 12, 20, 30):
        above, under = y - 11 - away - more, y + 21 + away
        order = (under, above) if below else (above, under)
        for down in order:
            yield x, down
        for side in (half * 0.6, half, half + 8):
            for down in order:
                yield from ((x + side, down), (x - side, down))
        yield from (
            (x + half + 9 + away, y + 4 - more / 2),
            (x - half - 9 - away, y + 4 - more / 2),
        )
