"""The arithmetic of audits, against examples worked by hand and a second implementation."""

import itertools
import random
from fractions import Fraction

import pytest

from audits.grades import QUALITY, Grade
from audits.scoring import Completion, GradeTally, Share, ShareChange, agreement, compare

G = Grade


def tally(**counts: int) -> GradeTally:
    return GradeTally({Grade(name.replace("_", "-")): count for name, count in counts.items()})


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
def test_not_found_stays_in_the_base(counts: GradeTally, part: int, of: int, percent: str) -> None:
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
    tallies = {
        "none": tally(not_applicable=2),
        "plan": PLANS,
        "review": REVIEWS,
        "same-as-plan": tally(good=1, inadequate=4),
        "oversight": OVERSIGHT,
    }
    order = sorted(tallies, key=lambda code: tallies[code].rank)
    assert order == ["oversight", "review", "plan", "same-as-plan", "none"]


def test_what_is_no_grade_is_not_counted_as_none() -> None:
    with pytest.raises(ValueError, match="applied"):
        REVIEWS["applied"]


def test_completion_says_what_is_late() -> None:
    audits = [*[(True, 0)] * 18, (True, 3), (False, 4), (False, 0)]
    found = Completion.of(audits)
    assert (str(found.done), found.on_time, found.late, found.overdue) == ("19 of 21", 18, 1, 1)
    assert Completion.of([]) == Completion(Share(0, 0), 0, 0, 0)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (Share(6, 17), None, ShareChange.FIRST),
        (Share(6, 17), Share(0, 0), ShareChange.FIRST),
        (Share(0, 0), Share(6, 17), ShareChange.NONE),
        (Share(6, 9), Share(6, 17), ShareChange.TOO_FEW),
        (Share(6, 17), Share(1, 9), ShareChange.TOO_FEW),
        (Share(5, 20), Share(10, 40), ShareChange.SAME),
        (Share(6, 20), Share(9, 20), ShareChange.NO_CLEAR_CHANGE),
        (Share(18, 20), Share(6, 20), ShareChange.IMPROVED),
        (Share(4, 20), Share(15, 20), ShareChange.WORSENED),
        (Share(20, 20), Share(20, 20), ShareChange.SAME),
    ],
)
def test_what_changed_since_the_last_round(now: Share, before: Share, change: ShareChange) -> None:
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
    found = GradeTally.of(answers)
    base = [one for one in answers if one not in ("", "not-applicable")]
    assert found.good_or_better == Share(
        len([one for one in base if one in ("outstanding", "good")]), len(base)
    )
    marks = {"outstanding": 4, "good": 3, "requires-improvement": 2, "inadequate": 1}
    scored = [marks[one] for one in answers if one in marks]
    assert found.average == (Fraction(sum(scored), len(scored)) if scored else None)
