"""Stacked bars: parts that fill the bar, numbers where they have room, words for who hears it."""

from fractions import Fraction

import pytest

from audits.results.charts import bar


def test_parts_stand_one_after_the_other_and_fill_the_bar() -> None:
    made = bar([("good", "Good", 9), ("weak", "Requires improvement", 7), ("bad", "Inadequate", 1)])
    assert [(part.look, part.x, part.width, part.middle) for part in made.parts] == [
        ("good", "0.000%", "52.941%", "26.471%"),
        ("weak", "52.941%", "41.176%", "73.529%"),
        ("bad", "94.118%", "5.882%", "97.059%"),
    ]
    assert sum(Fraction(part.width.rstrip("%")) for part in made.parts) == pytest.approx(100, 1e-4)
    assert made.words == "9 good, 7 requires improvement, 1 inadequate"
    assert made.parts[1].words == "Requires improvement: 7"


def test_what_was_not_given_has_no_part() -> None:
    made = bar([("a", "A", 0), ("b", "B", 3), ("c", "C", 0)])
    assert [(part.look, part.x, part.width) for part in made.parts] == [("b", "0.000%", "100.000%")]
    assert made.words == "3 b"
    assert bar([("a", "A", 0)]).parts == ()


@pytest.mark.parametrize(
    ("count", "of", "label"),
    [(3, 100, "3"), (2, 100, ""), (10, 163, "10"), (9, 163, "9"), (12, 240, ""), (112, 163, "112")],
)
def test_a_number_stands_only_where_it_has_room(count: int, of: int, label: str) -> None:
    made = bar([("a", "A", count), ("b", "B", of - count)])
    assert made.parts[0].label == label
    assert made.words.startswith(f"{count} a")
