"""Where a word of a chart fits beside its line, its points and their numbers. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, hypot

# Of the chart's letters, on average and rounded up.
LETTER_WIDTH, LETTER_ABOVE, LETTER_BELOW = 7.0, 11.0, 3.0

Place = tuple[float, float]


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


def word_box(text: str, x: float, y: float) -> Box:
    """What a word takes up that begins at ``x`` and stands on the line ``y``."""
    return Box(x, y - LETTER_ABOVE, x + LETTER_WIDTH * len(text), y + LETTER_BELOW)


def centred_box(text: str, x: float, y: float) -> Box:
    """What a word takes up that has its middle at ``x``."""
    return word_box(text, x - LETTER_WIDTH * len(text) / 2, y)


def along(start: Place, end: Place, half: float = 2.0) -> list[Box]:
    """A straight line as a string of small boxes."""
    (x1, y1), (x2, y2) = start, end
    count = max(ceil(hypot(x2 - x1, y2 - y1) / (2 * half)), 1)
    steps = [at / count for at in range(count + 1)]
    middles = [(x1 + (x2 - x1) * step, y1 + (y2 - y1) * step) for step in steps]
    return [Box(x - half, y - half, x + half, y + half) for x, y in middles]


def free_place(
    text: str, places: Sequence[Place], words: Sequence[Box], lines: Sequence[Box]
) -> Place:
    """The first of ``places`` where the word covers nothing, or the one where it covers least.

    Covering a line is better than covering another word.
    """

    def covered(place: Place) -> tuple[float, float]:
        own = word_box(text, *place)
        return sum(own.shared(box) for box in words), sum(own.shared(box) for box in lines)

    return min(places, key=covered)
