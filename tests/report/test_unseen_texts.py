"""The fifth set of texts says what its council's figures come to, but where it plants a fault."""

import re
from collections.abc import Iterator
from fractions import Fraction

import pytest

from tests.report.unseen_texts import (
    FRACTIONS,
    IN_SO_MANY,
    PATTERNS,
    WORDS,
    Said,
    SaidClaim,
    UnseenWriter,
    borough,
    half_up,
    unseen_writer,
)

NUMBERS = {word: Fraction(number) for number, word in WORDS.items()}
SEEDS = range(1, 9)


def _both(pattern_at: int) -> Iterator[SaidClaim]:
    """What a pattern writes about several councils: sound texts and faulty ones."""
    for seed in SEEDS:
        writer = UnseenWriter(borough(seed), seed)
        for wrong in (False, True):
            claim = writer.written(PATTERNS[pattern_at], wrong)
            if claim is not None:
                assert bool(claim.faulty or claim.without_number) == wrong, claim.text
                yield claim


def _holds(said: Said) -> bool:
    """Whether the words as typed are the number that it comes to, worked out from the words."""
    if said.form == "share":
        return abs({**FRACTIONS, **IN_SO_MANY}[said.typed] - said.right) < Fraction(2, 100)
    if said.form in {"over", "under"}:
        return (said.right > Fraction(1, 2)) == (said.form == "over")
    if said.form == "ratio":
        return said.right > 2
    bare = said.typed.rstrip("%").replace(",", "")
    typed = NUMBERS[bare] if bare in NUMBERS else Fraction(bare)
    if said.form == "size":
        return abs(typed - said.right) <= said.right / 20
    places = len(bare.partition(".")[2])
    return abs(typed - said.right) <= Fraction(1, 2 * 10**places) and typed == half_up(
        said.right, places
    )


@pytest.mark.parametrize("at", range(len(PATTERNS)), ids=[one.write.__name__ for one in PATTERNS])
def test_a_pattern_writes_both_ways_and_its_numbers_hold(at: int) -> None:
    claims = [*_both(at)]
    assert {bool(one.faulty or one.without_number) for one in claims} == {False, True}
    for claim in claims:
        assert not re.search(r"[\x00-\x09\x0b-\x1f]", claim.text)
        assert not (claim.without_number and claim.faulty)
        for number, said in enumerate(claim.said):
            assert (said is None) == (number not in claim.faulty | claim.sound)
            assert said is None or _holds(said) != said.planted, (claim.text, said)


def test_each_number_stands_in_the_text_in_its_order() -> None:
    writer = unseen_writer(5)
    for claim in writer.claims(2 * len(PATTERNS)):
        assert isinstance(claim, SaidClaim)
        text = claim.text.lower()
        for said in claim.said:
            if said is not None:
                assert said.typed in text
                text = text.split(said.typed, 1)[1]


def test_its_own_sums_are_those_of_the_facts() -> None:
    """What is added up for the texts is what the checker is given."""
    for seed in SEEDS:
        writer = UnseenWriter(borough(seed), seed)
        [*writer.claims(2 * len(PATTERNS))]
        assert len(writer.asked) > 300
        for (code, period, area), value in writer.asked.items():
            cell = writer.facts.cell(code, area, period)
            assert cell is not None
            assert cell.value == value
