"""A draw by lot comes out the same for whoever draws again, and favours nobody."""

import hashlib
import subprocess
import sys
from collections import Counter

import pytest

from audits.rounds import sampling as drawing
from audits.rounds.sampling import digest_of, draw

NUMBERS = [f"CASE{number:03}" for number in range(1, 31)]


def test_the_algorithm_as_it_is_written_down() -> None:
    """Sort by SHA-256 of seed, line feed, number; the first n."""
    by_hand = sorted(NUMBERS, key=lambda one: hashlib.sha256(b"seed\n" + one.encode()).hexdigest())
    assert draw(NUMBERS, 5, "seed").numbers == tuple(by_hand[:5])


def test_neither_the_lists_order_nor_its_writing_changes_the_draw() -> None:
    first = draw(NUMBERS, 6, "9f2c")
    again = draw([f" {number.lower()} " for number in reversed(NUMBERS)], 6, "9f2c")
    assert first == again
    assert first.population == 30


def test_it_is_the_same_in_another_process() -> None:
    """Nothing hangs on the hash seed of Python."""
    code = f"from audits.rounds.sampling import draw;print(draw({NUMBERS!r}, 4, 'abc').numbers)"
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {f"{draw(NUMBERS, 4, 'abc').numbers}\n"}


def test_anybody_with_the_list_can_show_that_the_draw_was_fair() -> None:
    kept = draw(NUMBERS, 6, "9f2c")
    assert draw(list(reversed(NUMBERS)), 6, kept.seed) == kept
    for other in (NUMBERS[:-1], [*NUMBERS[:-1], "CASE999"]):
        assert digest_of(other) != kept.digest


def test_every_case_has_the_same_chance() -> None:
    """600 draws of 5 from 30: each is drawn about 100 times (5 standard deviations: 46)."""
    counts = Counter(
        number for seed in range(600) for number in draw(NUMBERS, 5, str(seed)).numbers
    )
    assert sum(counts.values()) == 3000
    assert all(54 <= counts[number] <= 146 for number in NUMBERS)


@pytest.mark.parametrize(
    ("numbers", "count", "seed", "says"),
    [
        (NUMBERS, 0, "s", "at least 1"),
        (NUMBERS, 31, "s", "asked for 31 cases, and the list has 30"),
        (["A", " a"], 1, "s", "twice"),
        (["A", " "], 1, "s", "empty case number"),
        (NUMBERS, 5, "", "needs a seed"),
    ],
)
def test_what_cannot_be_drawn(numbers: list[str], count: int, seed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        draw(numbers, count, seed)


def test_a_seed_is_never_the_same_twice() -> None:
    assert len({drawing.new_seed() for _ in range(100)}) == 100
    assert len(drawing.new_seed()) == 16
