"""The checker on kinds of sentences: sound ones are confirmed, each false claim in them is found."""

import pytest

from tests.report.councils import Council, county
from tests.report.fresh_texts import dales
from tests.report.kinds import KINDS, Kind, tell

COUNCILS: tuple[Council, ...] = tuple(make(seed) for make in (county, dales) for seed in (5, 7))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_of_sentence_is_confirmed_and_its_false_claims_are_found(kind: Kind) -> None:
    told = [
        (one, council)
        for council in COUNCILS
        for seed in range(2)
        for one in tell(kind, council, seed)
    ]
    wrong = {one.text: found for one, council in told if (found := one.complaints(council))}
    assert told
    assert not [found for found in wrong.values() if found[0].startswith("called")], wrong
    # Few may still be missed or left unknown, and of no kind all.
    assert len(wrong) <= max(2, len(told) // 8), wrong
    assert len(wrong) < sum(bool(one.false) for one, _ in told), wrong
