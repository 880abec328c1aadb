"""What is refused about figures and what is asked, with examples (``measures.returns.checks``)."""

import pytest

from measures.models import DataItem
from measures.returns.answers import GivenAnswer
from measures.returns.checks import (
    OddityKind,
    UsualRange,
    oddities,
    refusals,
    usual_range,
    valid_part,
)


def items(number: int, decimals: int = 0) -> list[DataItem]:
    return [
        DataItem(pk=pk, code=f"item-{pk}", name=f"Question {pk}", decimals=decimals)
        for pk in range(1, number + 1)
    ]


def test_a_part_is_never_more_than_its_whole() -> None:
    whole, part = items(2)
    part.part_of = whole
    given = {whole.pk: GivenAnswer(10), part.pk: GivenAnswer(11)}
    assert refusals([whole, part], given) == {
        part.pk: "“Question 2” (11) cannot be more than “Question 1” (10)"
    }
    assert refusals([whole, part], {whole.pk: GivenAnswer(10), part.pk: GivenAnswer(10)}) == {}


def test_an_answer_without_a_number_has_its_reason() -> None:
    (item,) = items(1)
    for note in ("", "  "):
        given = {item.pk: GivenAnswer(answer="not-provided", note=note)}
        assert refusals([item], given) == {item.pk: "“Question 1”: say why there is no number"}
    assert refusals([item], {item.pk: GivenAnswer(answer="not-provided", note="Down")}) == {}


def test_a_part_is_compared_in_its_own_decimals() -> None:
    """12.5 is not more than 13, though it counts 125 tenths."""
    whole, part = items(2)
    part.part_of, part.decimals = whole, 1
    assert refusals([whole, part], {whole.pk: GivenAnswer(13), part.pk: GivenAnswer(125)}) == {}
    found = refusals([whole, part], {whole.pk: GivenAnswer(12), part.pk: GivenAnswer(125)})
    assert found == {part.pk: "“Question 2” (12.5) cannot be more than “Question 1” (12)"}


@pytest.mark.parametrize(
    "gap",
    [
        GivenAnswer(),
        GivenAnswer(answer="not-provided", note="Down"),
        GivenAnswer(answer="not-applicable", note="None here"),
    ],
)
def test_nothing_is_compared_with_a_gap(gap: GivenAnswer) -> None:
    whole, part = items(2)
    part.part_of = whole
    assert refusals([whole, part], {whole.pk: gap, part.pk: GivenAnswer(5)}) == {}
    assert refusals([whole, part], {whole.pk: GivenAnswer(5), part.pk: gap}) == {}
    assert refusals([part], {part.pk: GivenAnswer(5)}) == {}


@pytest.mark.parametrize(
    ("history", "usual"),
    [
        ([40, 41, 43, 38], UsualRange(21, 60)),
        ([10, 10, 10, 10], UsualRange(0, 20)),
        ([0, 0, 1, 0], UsualRange(0, 3)),
        ([0, 0, 0, 0, 0, 0, 0, 0], UsualRange(0, 3)),
        ([400, 410, 405, 395], UsualRange(341, 464)),
        # one odd quarter does not widen what is usual, but is not asked about again
        ([40, 41, 43, 400], UsualRange(22, 400)),
        ([5, 5, 5], None),
    ],
)
def test_the_usual_range(history: list[int], usual: UsualRange | None) -> None:
    found = usual_range(history)
    if usual is None:
        assert found is None
        return
    assert found is not None
    assert abs(found.low - usual.low) <= 2
    assert abs(found.high - usual.high) <= 2


def asked(value: int, history: list[int | None]) -> OddityKind | None:
    (item,) = items(1)
    found = oddities([item], {item.pk: GivenAnswer(value)}, {item.pk: history})
    return found[item.pk].kind if found else None


@pytest.mark.parametrize(
    ("value", "history", "kind"),
    [
        (3, [0, 0, 1, 0], None),
        (13, [10, 10, 10, 10], None),
        (7, [10, 10, 10, 10], None),
        (0, [0, 1, 0, 2], None),
        (2, [0, 0, 0, 0, 0, 0, 0, 0], None),
        (12, [0, 0, 1, 0], OddityKind.RANGE),
        (410, [40, 41, 43, 38], OddityKind.RANGE),
        (4, [40, 41, 43, 38], OddityKind.RANGE),
        (0, [40, 41, 43, 38], OddityKind.ZERO),
        (0, [3, 2, 4, 1], OddityKind.ZERO),
        (410, [40, 41, 43], None),
        (410, [40, None, 41, None, 43, None, None, None], None),
        (410, [40, None, 41, None, 43, 38, None, None], OddityKind.RANGE),
    ],
)
def test_what_is_asked_about_one_figure(
    value: int, history: list[int | None], kind: OddityKind | None
) -> None:
    assert asked(value, history) == kind


def test_the_sentence_says_the_figure_and_what_is_usual() -> None:
    (item,) = items(1, decimals=1)
    found = oddities([item], {item.pk: GivenAnswer(900)}, {item.pk: [65, 65, 64, 66]})
    assert found[item.pk].text.startswith("90.0 is well above this team's usual ")


def repeated(values: list[int], last: list[int]) -> dict[int, OddityKind]:
    questions = items(len(values))
    given = {item.pk: GivenAnswer(value) for item, value in zip(questions, values, strict=True)}
    history = {item.pk: [value] for item, value in zip(questions, last, strict=True)}
    return {pk: odd.kind for pk, odd in oddities(questions, given, history).items()}


def test_last_quarter_s_figures_repeated_in_most_boxes_are_asked_about_once() -> None:
    last = [11, 12, 13, 14, 15]
    assert repeated(last, last) == {1: OddityKind.REPEATED}
    assert repeated([99, 12, 13, 14, 15], last) == {2: OddityKind.REPEATED}
    assert repeated([99, 98, 13, 14, 15], last) == {}
    assert repeated([0, 0, 0, 0, 0], [0, 0, 0, 0, 0]) == {}
    assert repeated([11, 12, 13], [11, 12, 13]) == {}


def test_a_gap_is_never_odd() -> None:
    (item,) = items(1)
    for answer in (GivenAnswer(), GivenAnswer(answer="not-provided", note="x")):
        assert oddities([item], {item.pk: answer}, {item.pk: [40, 41, 43, 38]}) == {}


def test_what_is_left_of_a_change_is_held_against_the_rules_anew() -> None:
    """6 of 8 of 10; typed: 9 of 6 of 7. The part breaks its rule, and then 8 is more than 7."""
    whole, middle, part = items(3)
    middle.part_of, part.part_of = whole, middle
    there = {whole.pk: GivenAnswer(10), middle.pk: GivenAnswer(8), part.pk: GivenAnswer(6)}
    changed = {whole.pk: GivenAnswer(7), middle.pk: GivenAnswer(6), part.pk: GivenAnswer(9)}
    kept, refused = valid_part([whole, middle, part], there, changed)
    assert kept == {} and set(refused) == {whole.pk, middle.pk, part.pk}


def test_a_rule_that_stands_broken_refuses_nothing_that_it_does_not_join() -> None:
    whole, part, other = items(3)
    part.part_of = whole
    there = {whole.pk: GivenAnswer(5), part.pk: GivenAnswer(9), other.pk: GivenAnswer(1)}
    changed = {other.pk: GivenAnswer(2)}
    assert valid_part([whole, part, other], there, changed) == (changed, {})
    kept, refused = valid_part([whole, part, other], there, {whole.pk: GivenAnswer(6), **changed})
    assert (kept, set(refused)) == (changed, {whole.pk})


def test_an_answer_without_its_reason_is_bad_alone() -> None:
    whole, part = items(2)
    part.part_of = whole
    there = {whole.pk: GivenAnswer(5), part.pk: GivenAnswer(4)}
    changed = {whole.pk: GivenAnswer(6), part.pk: GivenAnswer(answer="not-provided")}
    kept, refused = valid_part([whole, part], there, changed)
    assert (set(kept), set(refused)) == ({whole.pk}, {part.pk})
