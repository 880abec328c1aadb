"""The checker: on made-up councils, and on numbers without a source."""

import random

import pytest

from earlyhelp.report.checker import Options, Period, check, undeclared
from earlyhelp.report.facts import gather_facts
from score_checker import score
from tests.report.texts import NOUNS


def test_faults_are_found_and_sound_claims_confirmed_for_councils_with_other_words() -> None:
    for name, one in score(seed=5, number=80).items():
        faults, sound = one.faults.total(), one.sound.total()
        assert faults > 30, name
        assert one.found.total() >= 0.88 * faults, (name, one.misses)
        assert one.called.total() <= 0.03 * sound, (name, one.misses)
        assert one.confirmed.total() >= 0.92 * sound, (name, one.misses)


def test_texts_in_other_sentences_reach_the_goals() -> None:
    """What report.md asks for of texts that the checker was not made with."""
    for name, one in score(seed=1, number=150, texts="other").items():
        faults, sound = one.faults.total(), one.sound.total()
        assert faults > 30, name
        assert one.found.total() >= 0.8 * faults, (name, one.misses)
        assert one.called.total() <= 0.03 * sound, (name, one.misses)
        assert one.confirmed.total() >= 0.8 * sound, (name, one.misses)


@pytest.mark.django_db
def test_what_was_not_understood_is_listed() -> None:
    found = check("Some 41 hedgehogs came.", gather_facts(), Options(Period.year(2015)))
    assert [one.text for one in found.not_understood] == ["Some 41 hedgehogs came."]


@pytest.mark.django_db
def test_two_numbers_for_a_thing_that_no_data_know_contradict_each_other() -> None:
    facts, year = gather_facts(), Options(Period.year(2015))
    twice = "Some 41 hedgehogs came in spring.\n\nWe met. Some 43 hedgehogs came in spring."
    found = check(twice, facts, year).rows
    assert [(one.typed, one.verdict.value) for one in found] == [
        ("41", "contradicts"),
        ("43", "contradicts"),
    ]
    for other in ("Some 41 hedgehogs came in spring.", "Some 43 hedgehogs came in autumn."):
        sound = f"Some 41 hedgehogs came in spring.\n\n{other}"
        assert {one.verdict.value for one in check(sound, facts, year).rows} == {"unknown"}


def test_no_planted_number_goes_undeclared() -> None:
    """500 texts with a number that has no source, between dates, ages and names that need none."""
    rng = random.Random(7)
    calm = [
        "At 31 March 2016 the two services met.", "Children aged 5 to 11 came within 3 months.",
        "Section 17 and Locality 3 are named in Table 2 of 2015-16.", "It is done twice a year.",
        "In quarter 3 the three localities agreed.", "One of the teams moved on 1.4.15.",
    ]  # fmt: skip
    for _ in range(500):
        number = rng.choice(
            [rng.randint(11, 999), rng.randint(1000, 1899), round(rng.uniform(1, 99), 1)]
        )
        typed = f"{number:,}" + rng.choice(["", "%", " per cent"] if number < 100 else [""])
        noun = rng.choice(rng.choice(list(NOUNS.values())))
        planted = rng.choice(
            [
                f"We had {typed} {noun}.",
                f"{noun}: {typed}",
                f"| {noun} | {typed} |",
                f"It rose to {typed}.",
                f"There were {typed} in all ({noun}).",
            ]
        )
        text = "\n\n".join([rng.choice(calm), planted, rng.choice(calm)])
        found = [one.typed.removesuffix("%").removesuffix(" per cent") for one in undeclared(text)]
        assert f"{number:,}" in found, text
        assert len(found) == 1, (text, found)
