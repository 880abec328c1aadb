"""Results in words: what changed, what one case weighs, how far a moderator agreed."""

from fractions import Fraction

import pytest

from audits.grades import Grade
from audits.results.pages.completion import completion_sentence
from audits.results.pages.scored import FewCases, last_round, warning
from audits.scoring import NO_GRADES, Agreement, Completion, GradeTally, Share, compare

GRADED, YES_NO = ("graded", "case-audit"), ("yes-no", "case-audit")


@pytest.mark.parametrize(
    ("now", "before", "words", "look"),
    [
        (Share(18, 20), Share(4, 20), "improved by 70.0 points", "improved"),
        (Share(4, 20), Share(18, 20), "worsened by 70.0 points", "worsened"),
        (Share(9, 20), Share(8, 20), "no clear change", ""),
        (Share(8, 20), Share(8, 20), "the same", ""),
        (Share(9, 9), Share(0, 20), "too few to compare", ""),
        (Share(9, 20), None, "no earlier round", ""),
        (Share(0, 0), Share(8, 20), "no cases", ""),
    ],
)
def test_what_changed_since_the_last_round(
    now: Share, before: Share | None, words: str, look: str
) -> None:
    found = last_round(compare(now, before), *GRADED)
    assert (found.words, found.look) == (words, look)


def test_whether_yes_is_good_news_is_not_said() -> None:
    up = last_round(compare(Share(18, 20), Share(4, 20)), *YES_NO)
    down = last_round(compare(Share(4, 20), Share(18, 20)), *YES_NO)
    assert (up.words, up.look) == ("up by 70.0 points", "")
    assert (down.words, down.look) == ("down by 70.0 points", "")
    assert up.share == Share(4, 20)


@pytest.mark.parametrize(
    ("smallest", "largest", "words", "small"),
    [
        (
            17,
            20,
            "Percentages here stand on 17 to 20 cases: one case moves them by 5 to 6 points.",
            False,
        ),
        (10, 10, "Percentages here stand on 10 cases: one case moves them by 10 points.", False),
        (
            1,
            1,
            "Percentages here stand on 1 case: one case moves them by 100 points. "
            "With fewer than 10 cases, read the numbers rather than the percentages.",
            True,
        ),
        (
            9,
            100,
            "Percentages here stand on 9 to 100 cases: one case moves them by 1 to 11 points. "
            "With fewer than 10 cases, read the numbers rather than the percentages.",
            True,
        ),
    ],
)
def test_the_plain_warning(smallest: int, largest: int, words: str, small: bool) -> None:
    assert warning([largest, 0, smallest]) == FewCases(words, small)


def test_many_cases_need_no_warning_and_none_have_none() -> None:
    assert warning([101, 163]) is None
    assert warning([0, 0]) is None


def test_agreement_and_scores_in_words() -> None:
    assert str(Agreement(Share(11, 12), Fraction(17, 20)).rounded_kappa) == "0.85"
    assert Agreement(Share(3, 3), None).rounded_kappa is None
    assert str(GradeTally({Grade.OUTSTANDING: 1, Grade.INADEQUATE: 3}).score) == "1.8"
    assert NO_GRADES.score is None


@pytest.mark.parametrize(
    ("audits", "words"),
    [
        ([(True, 0)] * 20, "All 20 audited on time."),
        ([(True, 0)] * 18 + [(True, 2), (False, 1)], "19 of 20 audited, 18 on time and 1 late;"),
        ([(True, 0), (False, 0)], "1 of 2 audited, on time."),
        ([(False, 0)] * 3, "None of 3 audited yet."),
        ([(False, 4)] * 3, "None of 3 audited yet; 3 still to be done and overdue."),
    ],
)
def test_completion_in_words(audits: list[tuple[bool, int]], words: str) -> None:
    assert completion_sentence(Completion.of(audits)).startswith(words)
