"""The arithmetic of audits, against examples worked by hand and a second implementation."""

import itertools
import random
from fractions import Fraction

import pytest

from audits import scoring
from audits.grades import QUALITY, Grade
from audits.scoring import Allocated, Change, Share, Tally, agreement, compare

G = Grade


def tally(**counts: int) -> Tally:
    return Tally({Grade(name.replace("_", "-")): count for name, count in counts.items()})


REVIEWS = tally(good=6, requires_improvement=7, inadequate=3, not_found=1)
ASSESSMENTS = tally(good=6, requires_improvement=7, inadequate=1, not_found=6)
PLANS = tally(good=4, requires_improvement=10, inadequate=1, not_found=5)
OVERSIGHT = tally(good=9, requires_improvement=7, inadequate=1)


@pytest.mark.parametrize(
    ("counts", "part", "of", "percent"),
    [
        (REVIEWS, 6, 17, "35.3%"),
        (ASSESSMENTS, 6, 20, "30.0%"),
        (PLANS, 4, 20, "20.0%"),
        (OVERSIGHT, 9, 17, "52.9%"),
    ],
)
def test_not_found_stays_in_the_base(counts: Tally, part: int, of: int, percent: str) -> None:
    assert (counts.good_or_better, counts.good_or_better.percent) == (Share(part, of), percent)


def test_not_applicable_leaves_the_base_and_outstanding_is_good_or_better() -> None:
    counts = tally(outstanding=1, good=2, inadequate=1, not_applicable=5, not_found=1)
    assert counts.good_or_better == Share(3, 5)
    assert counts.share(G.NOT_FOUND) == Share(1, 5)
    assert tally(not_applicable=3).good_or_better.value is None


def test_the_average_speaks_of_graded_answers_only() -> None:
    """Reviews: 6 at 3, 7 at 2, 3 at 1 is 35 over 16; the one not found is said beside it."""
    assert REVIEWS.average == Fraction(35, 16)
    assert REVIEWS[G.NOT_FOUND] == 1
    assert tally(outstanding=2).average == 4
    assert tally(not_found=4).average is None


def test_the_average_of_a_round_is_over_all_its_graded_answers() -> None:
    """(6+6+4+9)x3 + (7+7+10+7)x2 + (3+1+1+1)x1 = 143 over 62."""
    total = REVIEWS + ASSESSMENTS + PLANS + OVERSIGHT
    assert total.average == Fraction(143, 62)
    assert total[G.NOT_FOUND] == 12
    assert total[G.OUTSTANDING] == 0


def test_seven_of_eight_had_supervision_in_line_with_policy() -> None:
    found = tally(yes=7, no=1).yes
    assert (str(found), found.percent, found.is_small) == ("7 of 8", "87.5%", True)
    assert tally(yes=7, no=1, not_applicable=3).yes == Share(7, 8)


def test_under_ten_cases_a_percentage_comes_with_a_warning() -> None:
    assert Share(5, 9).is_small
    assert not Share(5, 10).is_small
    assert Share(0, 0).percent == ""


def test_a_percentage_is_rounded_once_half_up() -> None:
    assert Share(1, 2000).percent == "0.1%"
    assert Share(1, 8).percent == "12.5%"
    assert Share(133, 138).percent == "96.4%"


def test_ranking_is_by_the_exact_share_and_keeps_the_tools_order() -> None:
    order = scoring.rank(
        {
            "none": tally(not_applicable=2),
            "plan": PLANS,
            "review": REVIEWS,
            "same-as-plan": tally(good=1, inadequate=4),
            "oversight": OVERSIGHT,
        }
    )
    assert order == ["oversight", "review", "plan", "same-as-plan", "none"]


def test_a_cohorts_outcomes_overlap_and_are_never_added_up() -> None:
    found = scoring.overlapping(
        163, {"escalated": 51, "none": 112, "need": 30, "protection": 10, "care": 27}
    )
    assert {name: share.percent for name, share in found.items()} == {
        "escalated": "31.3%",
        "none": "68.7%",
        "need": "18.4%",
        "protection": "6.1%",
        "care": "16.6%",
    }
    with pytest.raises(ValueError, match="counts 164 cases of 163"):
        scoring.overlapping(163, {"escalated": 164})


def test_a_deep_dives_choices_count_cases_not_answers() -> None:
    """11 issues on 6 cases."""
    cases = [
        {"physical", "emotional"},
        {"physical", "neglect"},
        {"physical", "behaviour"},
        {"emotional", "neglect"},
        {"behaviour", "sexual"},
        {"exploitation"},
    ]
    shares, chosen = scoring.choices(cases)
    assert (shares["physical"], shares["exploitation"], chosen) == (Share(3, 6), Share(1, 6), 11)


def test_completion_says_what_is_late_and_whose() -> None:
    audits = [
        *[Allocated(1, True)] * 17,
        Allocated(2, True),
        Allocated(2, True, 3),
        Allocated(3, False, 4),
        Allocated(4, False, 0),
    ]
    found = scoring.completion(audits)
    assert (str(found.done), found.on_time, found.late, found.overdue) == ("19 of 21", 18, 1, 1)
    assert found.overdue_auditors == {3}
    assert found.by_auditor[2] == Share(2, 2)
    assert found.by_auditor[4] == Share(0, 1)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (Share(6, 17), None, Change.FIRST),
        (Share(6, 17), Share(0, 0), Change.FIRST),
        (Share(0, 0), Share(6, 17), Change.NONE),
        (Share(6, 9), Share(6, 17), Change.TOO_FEW),
        (Share(6, 17), Share(1, 9), Change.TOO_FEW),
        (Share(5, 20), Share(10, 40), Change.SAME),
        (Share(6, 20), Share(9, 20), Change.NO_CLEAR_CHANGE),
        (Share(18, 20), Share(6, 20), Change.IMPROVED),
        (Share(4, 20), Share(15, 20), Change.WORSENED),
        (Share(20, 20), Share(20, 20), Change.SAME),
    ],
)
def test_what_changed_since_the_last_round(now: Share, before: Share, change: Change) -> None:
    assert compare(now, before).change == change


def test_a_change_is_in_exact_percentage_points() -> None:
    assert compare(Share(6, 20), Share(9, 20)).points == -15
    assert compare(Share(1, 12), Share(1, 11)).points == Fraction(-25, 33)


def test_agreement_worked_by_hand() -> None:
    """Cohen's textbook square: 20, 5, 10, 15 of 50; 70% agreed, 50% by chance, kappa 0.4."""
    pairs = (
        [("good", "good")] * 20
        + [("good", "inadequate")] * 5
        + [("inadequate", "good")] * 10
        + [("inadequate", "inadequate")] * 15
    )
    found = agreement(pairs)
    assert found.agreed == Share(35, 50)
    assert found.kappa == Fraction(2, 5)


def test_agreement_at_its_edges() -> None:
    assert agreement([]).kappa is None
    assert agreement([("good", "")]).agreed == Share(0, 0)
    assert agreement([("good", "good")] * 5).kappa is None
    assert agreement([("good", "good"), ("inadequate", "inadequate")]).kappa == 1
    assert agreement([("good", "inadequate"), ("inadequate", "good")]).kappa == -1
    assert agreement([("good", "good"), ("good", "inadequate")]).kappa == 0


def kappa_again(pairs: list[tuple[str, str]]) -> float | None:
    """A second way: the weight of each cell of the square against what its margins foretell."""
    grades = sorted(set(itertools.chain(*pairs)))
    square = [[sum(pair == (row, column) for pair in pairs) for column in grades] for row in grades]
    total = sum(map(sum, square))
    rows = [sum(row) for row in square]
    columns = [sum(column) for column in zip(*square, strict=True)]
    disagreed = foretold = 0.0
    for i, j in itertools.product(range(len(grades)), repeat=2):
        if i != j:
            disagreed += square[i][j] / total
            foretold += rows[i] * columns[j] / total**2
    return None if foretold == 0 else 1 - disagreed / foretold


@pytest.mark.parametrize("seed", range(60))
def test_agreement_against_another_implementation(seed: int) -> None:
    dice = random.Random(seed)
    grades = [grade.value for grade in Grade][: dice.randint(1, 6)]
    pairs = [(dice.choice(grades), dice.choice(grades)) for _ in range(dice.randint(1, 60))]
    found, again = agreement(pairs), kappa_again(pairs)
    assert found.agreed == Share(sum(one == other for one, other in pairs), len(pairs))
    if again is None:
        assert found.kappa is None
    else:
        assert found.kappa is not None
        assert float(found.kappa) == pytest.approx(again, abs=1e-12)


@pytest.mark.parametrize("seed", range(60))
def test_a_tally_against_a_plain_count(seed: int) -> None:
    dice = random.Random(seed)
    offered = ["", *(grade.value for grade in (*QUALITY, G.NOT_FOUND, G.NOT_APPLICABLE))]
    answers = [dice.choice(offered) for _ in range(dice.randint(0, 40))]
    found = Tally.of(answers)
    base = [one for one in answers if one not in ("", "not-applicable")]
    assert found.good_or_better == Share(
        len([one for one in base if one in ("outstanding", "good")]), len(base)
    )
    marks = {"outstanding": 4, "good": 3, "requires-improvement": 2, "inadequate": 1}
    scored = [marks[one] for one in answers if one in marks]
    assert found.average == (Fraction(sum(scored), len(scored)) if scored else None)


def test_a_board_member_is_shown_no_result_of_few_cases() -> None:
    assert not scoring.is_shown_to_board(5)
    assert scoring.is_shown_to_board(6)
    assert not scoring.is_shown_to_board(9, least=10)
