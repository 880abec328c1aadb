"""What a chart draws, read back from its marks: where words and lines lie."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from measures.performance.charts import Chart, Mark
from measures.performance.label_placing import Box, Line, block_box


def box_of(mark: Mark) -> Box:
    """What a word takes up."""
    return block_box([mark.text], float(mark.x), float(mark.y))


def words(drawn: Chart) -> list[Mark]:
    """All words within the plot, and the names of its quarters."""
    found = [level.word for level in (*drawn.breaks, *drawn.targets, *drawn.averages)]
    found += [mark for dot in drawn.dots for mark in (dot.label, *dot.notes)]
    return [mark for mark in [*found, *drawn.columns] if mark.text]


def lines(drawn: Chart) -> Iterator[Line]:
    """The line of the measure, targets, figures of years, breaks."""
    for stroke in drawn.line.split("M")[1:]:
        places = [tuple(map(float, one)) for one in re.findall(r"(-?[\d.]+) (-?[\d.]+)", stroke)]
        yield from (Line((x, y), (to_x, to_y)) for (x, y), (to_x, to_y) in pairwise(places))
    for level in (*drawn.breaks, *drawn.targets, *drawn.averages):
        rule = level.line
        yield Line((float(rule.x1), float(rule.y1)), (float(rule.x2), float(rule.y2)))


def crossings(drawn: Chart) -> Iterator[tuple[str, Line]]:
    """Each word whose box a line crosses."""
    for mark in words(drawn):
        yield from ((mark.text, line) for line in lines(drawn) if box_of(mark).is_crossed_by(line))


def overlaps(drawn: Chart) -> Iterator[tuple[str, str]]:
    """Words that cover each other, or that stand on a point."""
    marks = words(drawn)
    for one, other in combinations(marks, 2):
        # Lines of one note stand close.
        if box_of(one).shared(box_of(other)) > 0.5:
            yield one.text, other.text
    points = [(float(dot.x), float(dot.y)) for dot in drawn.dots]
    for mark in marks:
        at = box_of(mark)
        if any(at.left < x < at.right and at.top < y < at.bottom for x, y in points):
            yield mark.text, "a point"
