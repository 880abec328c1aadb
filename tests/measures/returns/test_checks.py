"""What is refused about figures and what is asked, with examples (``measures.returns.checks``)."""

from fractions import Fraction

import pytest

from measures.counting.catalogue import Item, MeasureSpec
from measures.models import DataItem, Heading, Measure
from measures.returns.answers import GivenAnswer
from measures.returns.checks import (
    OddityKind,
    broken_parts,
    oddities,
    refusals,
    valid_part,
    why_odd,
)
from measures.returns.usual import UsualRange, usual_range
from tests.properties import given, st


def between(low: int, high: int) -> UsualRange:
    return UsualRange(Fraction(low), Fraction(high))


def items(number: int, decimals: int = 0) -> list[DataItem]:
    return [
        DataItem(pk=pk, code=f"item-{pk}", name=f"Question {pk}", decimals=decimals)
        for pk in range(1, number + 1)
    ]


def test_a_part_is_never_more_than_its_whole() -> None:
    whole, part = items(2)
    part.part_of = whole
    given = {whole.pk: GivenAnswer(10), part.pk: GivenAnswer(11)}
    assert refusals([whole, part], given, {}) == {
        part.pk: "“Question 2” (11) cannot be more than “Question 1” (10)"
    }
    assert refusals([whole, part], {whole.pk: GivenAnswer(10), part.pk: GivenAnswer(10)}, {}) == {}


def test_an_answer_without_a_number_has_its_reason() -> None:
    (item,) = items(1)
    for note in ("", "  "):
        given = {item.pk: GivenAnswer(answer="not-provided", note=note)}
        assert refusals([item], given, {}) == {item.pk: "“Question 1”: say why there is no number"}
    assert refusals([item], {item.pk: GivenAnswer(answer="not-provided", note="Down")}, {}) == {}


def test_a_part_is_compared_in_its_own_decimals() -> None:
    """12.5 is not more than 13, though it counts 125 tenths."""
    whole, part = items(2)
    part.part_of, part.decimals = whole, 1
    assert refusals([whole, part], {whole.pk: GivenAnswer(13), part.pk: GivenAnswer(125)}, {}) == {}
    found = refusals([whole, part], {whole.pk: GivenAnswer(12), part.pk: GivenAnswer(125)}, {})
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
    assert refusals([whole, part], {whole.pk: gap, part.pk: GivenAnswer(5)}, {}) == {}
    assert refusals([whole, part], {whole.pk: GivenAnswer(5), part.pk: gap}, {}) == {}
    assert refusals([part], {part.pk: GivenAnswer(5)}, {}) == {}


@pytest.mark.parametrize(
    ("history", "usual"),
    [
        ([40, 41, 43, 38], between(21, 60)),
        ([10, 10, 10, 10], between(0, 20)),
        ([0, 0, 1, 0], between(0, 3)),
        ([0, 0, 0, 0, 0, 0, 0, 0], between(0, 3)),
        ([400, 410, 405, 395], between(341, 464)),
        # one odd quarter does not widen what is usual, but is not asked about again
        ([40, 41, 43, 400], between(22, 400)),
        ([5, 5, 5], None),
    ],
)
def test_the_usual_range(history: list[int], usual: UsualRange | None) -> None:
    found = usual_range(history, 0)
    if usual is None:
        assert found is None
        return
    assert found is not None
    assert abs(found.low - usual.low) <= 2
    assert abs(found.high - usual.high) <= 2


@given(st.lists(st.integers(0, 500), min_size=4, max_size=8))
def test_what_is_usual_does_not_depend_on_decimals(history: list[int]) -> None:
    """10, 10, 11, 10 gives 0 to 20, written as whole numbers or with any decimals."""
    whole = usual_range(history, 0)
    for decimals in (1, 2):
        assert usual_range([value * 10**decimals for value in history], decimals) == whole


def test_ten_ten_eleven_ten() -> None:
    for decimals in (0, 1, 2):
        (item,) = items(1, decimals)
        units = 10**decimals
        history = {item.pk: [10 * units, 10 * units, 11 * units, 10 * units]}
        for value, is_odd in ((0, True), (1, False), (20, False), (21, True)):
            found = oddities([item], {item.pk: GivenAnswer(value * units)}, history, [])
            assert bool(found) == is_odd, (decimals, value)
        found = oddities([item], {item.pk: GivenAnswer(25 * units)}, history, [])
        assert found[item.pk].text.endswith(" is well above this team's usual 0 to 20.")


def asked(value: int, history: list[int | None]) -> OddityKind | None:
    (item,) = items(1)
    found = oddities([item], {item.pk: GivenAnswer(value)}, {item.pk: history}, [])
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
    found = oddities([item], {item.pk: GivenAnswer(900)}, {item.pk: [65, 65, 64, 66]}, [])
    assert found[item.pk].text.startswith("90.0 is well above this team's usual ")


def repeated(values: list[int], last: list[int]) -> dict[int, OddityKind]:
    questions = items(len(values))
    given = {item.pk: GivenAnswer(value) for item, value in zip(questions, values, strict=True)}
    history = {item.pk: [value] for item, value in zip(questions, last, strict=True)}
    return {pk: odd.kind for pk, odd in oddities(questions, given, history, []).items()}


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
        assert oddities([item], {item.pk: answer}, {item.pk: [40, 41, 43, 38]}, []) == {}


# -- a part of a whole that came later --------------------------------------------------------


def test_a_part_that_is_more_than_its_whole_already_is_refused_once_one_of_the_two_changes() -> (
    None
):
    whole, part, other = items(3)
    part.part_of = whole
    was = {whole.pk: GivenAnswer(5), part.pk: GivenAnswer(9), other.pk: GivenAnswer(1)}
    questions = [whole, part, other]
    sentence = "“Question 2” (9) cannot be more than “Question 1” (5)"
    assert refusals(questions, was, was) == {}
    assert refusals(questions, was | {other.pk: GivenAnswer(2)}, was) == {}
    assert refusals(questions, was | {part.pk: GivenAnswer(9, note="Yes")}, was) == {}
    assert broken_parts(questions, was) == {part.pk: sentence}
    assert refusals(questions, was | {whole.pk: GivenAnswer(6)}, was) == {
        part.pk: sentence.replace("(5)", "(6)")
    }
    assert refusals(questions, was | {part.pk: GivenAnswer(8)}, was) == {
        part.pk: sentence.replace("(9)", "(8)")
    }
    assert refusals(questions, was | {part.pk: GivenAnswer(5)}, was) == {}


# -- percentages ------------------------------------------------------------------------------


def ratio(numerator: DataItem, *denominators: DataItem, scale: int = 100) -> MeasureSpec:
    top, *below = (
        Item(one.pk, one.code, one.name, one.decimals, False, False, "")
        for one in (numerator, *denominators)
    )
    return MeasureSpec(
        *(1, "share", "Families feeding back", Heading.HOW_WELL, top, tuple(below)),
        *(scale, Measure.Good.HIGHER, 1, ""),
    )


def asked_of_a_ratio(
    top: int, bottom: int, before: list[tuple[int | None, int | None]], **options: bool
) -> str:
    """What is asked where the figures by themselves are usual; the earlier ones latest first."""
    below, above = items(2)
    if options.get("is_part"):
        above.part_of = below
    history = {above.pk: [one for one, _ in before], below.pk: [one for _, one in before]}
    return why_odd(
        ratio(above, below), [below, above],
        {below.pk: GivenAnswer(bottom), above.pk: GivenAnswer(top)}, history,
    )  # fmt: skip


FEEDING_BACK: list[tuple[int | None, int | None]] = [(28, 36), (30, 38), (27, 33), (31, 40)]


@pytest.mark.parametrize(
    ("top", "bottom", "why"),
    [
        (29, 36, ""),
        (55, 7, "well above this team's usual 34% to 123%"),
        (40, 36, ""),
        (50, 36, "well above this team's usual 34% to 123%"),
        (3, 36, "well below this team's usual 34% to 123%"),
        (3, 0, ""),
    ],
)
def test_a_percentage_far_from_the_team_s_usual_is_asked_about(
    top: int, bottom: int, why: str
) -> None:
    assert asked_of_a_ratio(top, bottom, FEEDING_BACK) == why


def test_a_share_of_a_whole_has_a_narrower_range_that_ends_at_the_whole() -> None:
    assert asked_of_a_ratio(17, 36, FEEDING_BACK, is_part=True) == (
        "well below this team's usual 57% to 100%"
    )
    always = [(36, 36)] * 4
    assert asked_of_a_ratio(35, 36, always, is_part=True) == ""
    assert asked_of_a_ratio(20, 36, always, is_part=True) == (
        "well below this team's usual 91% to 100%"
    )


def test_too_few_earlier_percentages_say_nothing() -> None:
    gaps: list[tuple[int | None, int | None]] = [(28, None), (None, 38), (27, 0)]
    assert asked_of_a_ratio(55, 7, FEEDING_BACK[:3] + gaps) == ""
    assert asked_of_a_ratio(55, 7, FEEDING_BACK[:3] + gaps + FEEDING_BACK[3:]) != ""


def test_nothing_before_the_last_series_break_of_any_of_its_figures() -> None:
    below, above = items(2)
    given = {below.pk: GivenAnswer(7), above.pk: GivenAnswer(55)}
    history = {above.pk: [28, 30, 27, 31], below.pk: [36, 38, 33]}
    assert why_odd(ratio(above, below), [below, above], given, history) == ""


def test_above_the_whole_is_asked_about_without_any_history() -> None:
    """A part of a part, where the one between has no number that would refuse it."""
    whole, between_, part = items(3)
    between_.part_of, part.part_of = whole, between_
    given = {whole.pk: GivenAnswer(5), part.pk: GivenAnswer(9)}
    found = oddities([whole, between_, part], given, {}, [ratio(part, whole)])
    assert found[part.pk].kind == OddityKind.RATIO
    assert found[part.pk].text == (
        "Families feeding back comes to 180.0% (9 of 5), which is more than the whole."
    )
    refused_anyhow = given | {between_.pk: GivenAnswer(6)}
    assert oddities([whole, between_, part], refused_anyhow, {}, [ratio(part, whole)]) == {}


def test_one_sentence_answers_for_a_figure_and_its_percentage() -> None:
    below, above = items(2)
    history = {above.pk: [28, 30, 27, 31], below.pk: [36, 38, 33, 40]}
    given = {below.pk: GivenAnswer(4), above.pk: GivenAnswer(29)}
    (odd,) = oddities([below, above], given, history, [ratio(above, below)]).items()
    assert odd[0] == below.pk
    assert odd[1].kind == OddityKind.RANGE
    assert "4 is well below this team's usual" in odd[1].text
    assert "Families feeding back comes to 725.0% (29 of 4), well above" in odd[1].text


def test_an_average_has_a_decimal() -> None:
    below, above = items(2)
    history = {above.pk: [90, 88, 95, 91], below.pk: [30, 29, 31, 30]}
    given = {below.pk: GivenAnswer(30), above.pk: GivenAnswer(160)}
    why = why_odd(ratio(above, below, scale=1), [below, above], given, history)
    assert why == "well above this team's usual 2.0 to 4.0"


# -- what of a change can be kept ---------------------------------------------------------------


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
