"""Words about numbers of audits and of the plan are held to them where that can be said safely."""

from fractions import Fraction

import pytest

from earlyhelp.report.publishing.said_of import Amount, MovedNumber, no_longer_holds


def share(sentence: str, shown: str, now: int, before: int | None = None) -> MovedNumber:
    """A placed percentage of a sentence that is another by now, or the same."""
    at, was = sentence.index(shown), Fraction(shown.rstrip("%"))
    then = None if before is None else Fraction(before)
    found = Amount(Fraction(now), Fraction(now))
    return MovedNumber(at, at + len(shown), "share", Amount(was, was), found, then)


@pytest.mark.parametrize(
    ("sentence", "moved"),
    [
        ("More than half of the plans were good, 55%.", {"55%": 50}),
        ("Fewer than half of the plans were good, 45%.", {"45%": 50}),
        ("Almost three quarters of the plans were good: 74%.", {"74%": 60}),
        ("One in five plans was outstanding, 20%.", {"20%": 30}),
        ("Most plans were good (55%).", {"55%": 45}),
        ("The majority were good, 55%, and 20% outstanding.", {"55%": 45, "20%": 20}),
        ("Good plans rose from 40% to 55%.", {"40%": 40, "55%": 39}),
        ("The share of good plans, 55%, was lower than the 60% of July.", {"55%": 61, "60%": 60}),
        ("It did not improve: 40% in July, 38% in May.", {"40%": 40, "38%": 41}),
        ("Plans improved from 40% to 55%.", {"40%": 55, "55%": 55}),
    ],
)
def test_words_that_were_so_and_are_not(sentence: str, moved: dict[str, int]) -> None:
    numbers = [share(sentence, shown, now) for shown, now in moved.items()]
    as_printed = [share(sentence, shown, int(shown.rstrip("%"))) for shown in moved]
    assert no_longer_holds(sentence, numbers)
    assert not no_longer_holds(sentence, as_printed)


@pytest.mark.parametrize(
    ("sentence", "moved"),
    [
        ("55% of the plans were good.", {"55%": 45}),
        ("More than half of the plans were good, 55%.", {"55%": 51}),
        ("At most 55% were good, and more work is needed.", {"55%": 45}),
        ("Half the teams met to look at the 70% that were good.", {"70%": 30}),
        ("We want to rise from 40% to more than 55%.", {"40%": 40, "55%": 39}),
        # Which of the two is meant nobody can say.
        ("More than half were good in both, 55% and 60%.", {"55%": 45, "60%": 60}),
        # Nor which of the three has risen.
        ("Good rose: 40%, 45% and 55%.", {"40%": 40, "45%": 45, "55%": 39}),
        ("Good plans rose to 55%.", {"55%": 40}),
    ],
)
def test_what_cannot_be_said_safely_is_left_to_the_reader(
    sentence: str, moved: dict[str, int]
) -> None:
    assert not no_longer_holds(sentence, [share(sentence, *one) for one in moved.items()])


@pytest.mark.parametrize(("now", "holds"), [(52, True), (50, False), (40, False)])
def test_a_direction_is_held_to_the_round_that_is_compared_with(now: int, holds: bool) -> None:
    sentence = "The share of good plans rose to 55%."
    assert no_longer_holds(sentence, [share(sentence, "55%", now, before=50)]) is not holds


def test_counts_are_set_against_counts_alone() -> None:
    sentence = "There were more complete actions, 12, than overdue ones, 3, and 2% were late."
    was, now = ("12", "3"), (2, 3)
    numbers = [
        MovedNumber(
            *(sentence.index(shown), sentence.index(shown) + len(shown), "count"),
            *(Amount(Fraction(shown)), Amount(Fraction(at))),
        )
        for shown, at in zip(was, now, strict=True)
    ]
    assert no_longer_holds(sentence, [*numbers, share(sentence, "2%", 2)])
