"""The checker: on made-up councils, and on numbers without a source."""

import random

import pytest

from earlyhelp.report.checker import Options, Period, check, undeclared
from earlyhelp.report.facts import gather_facts
from score_checker import score
from tests.report.councils import city
from tests.report.further_texts import unitary
from tests.report.texts import NOUNS, YEAR


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


def test_a_third_set_of_texts_reaches_the_goals() -> None:
    """Areas against each other, years down the side, quarters added up: none of them before."""
    [one] = score(seed=4711, number=150, texts="further").values()
    faults, sound = one.faults.total(), one.sound.total()
    assert one.faults["areas"] > 10
    assert one.found["areas"] >= 0.95 * one.faults["areas"], one.misses
    assert one.found.total() >= 0.85 * faults, one.misses
    assert one.called.total() <= 0.02 * sound, one.misses
    assert one.confirmed.total() >= 0.95 * sound, one.misses


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        # Ups and downs are no direction, and "2014-15's highest" is no claim about an order.
        (
            "There were increases and decreases in TAF meetings in 2015-16, but they never exceeded 2014-15's highest number.",
            [],
        ),
        # A quarter is of the year spoken of, not of the one held against it.
        (
            "Over 2015-16 TAF meetings never exceeded 2014-15's highest number, although there was an increase of {step} in quarter 3.",
            [("{step}", "agrees")],
        ),
        # A limit of time is no change.
        ("Of the families being supported X 1 less than 12 months.", [("1", "unknown")]),
        # A count of the share before it, of a whole that the section named.
        (
            "51 of 163 old cases went elsewhere.\n\nAlmost 70% of them did not. In raw terms, this is 112 cases.",
            [("51", "unknown"), ("163", "unknown"), ("70%", "unknown"), ("112", "agrees")],
        ),
        # Of two aims one can be the target.
        (
            "Increase two-year checks completed from 49% to 65% and those who are content to 85%.",
            [("49%", "wrong"), ("65%", "agrees"), ("85%", "unknown")],
        ),
    ],
)
def test_sentences_that_real_reports_have(text: str, verdicts: list[tuple[str, str]]) -> None:
    facts = unitary().facts()
    cells = [facts.cell("meetings", "city", Period.quarter(2015, at)) for at in (2, 3)]
    values = [cell.value for cell in cells if cell is not None and cell.value is not None]
    step = f"{values[1] - values[0]}"
    found = check(text.format(step=step), facts, Options(Period.year(2015))).rows
    wanted = [(typed.format(step=step), verdict) for typed, verdict in verdicts]
    assert [(one.typed, one.verdict.value) for one in found] == wanted


def test_what_one_area_gave_is_not_taken_for_a_whole() -> None:
    council = unitary()
    council.incomplete = frozenset({"meetings"})
    facts = council.facts()
    whole = facts.cell("meetings", "city", YEAR)
    assert whole is not None
    text = f"In 2015-16 there were {whole.value} TAF meetings."
    told = f"{text} This was from 1 Locality Team."
    about = Options(Period.year(2015))
    assert [one.verdict.value for one in check(text, facts, about).rows] == ["misleading"]
    assert [one.verdict.value for one in check(told, facts, about).rows] == [
        "agrees",
        "unknown",
    ]


def test_a_typed_change_has_a_direction_whatever_its_measure_is_called() -> None:
    """So "an improvement of 2 points" is no part of the name "Spider-graphs improving"."""
    facts = city().facts()
    years = Period.year(2015), Period.year(2014)
    cells = [facts.cell("improving", "locality-4", year) for year in years]
    now, was = (float(cell.value) for cell in cells if cell is not None and cell.value is not None)
    assert now < was
    text = (
        f"Spider-graphs improving stood at {now:.1f}% in Locality 4, against {was:.1f}% in 2014-15, "
        f"an improvement of {was - now:.1f} points."
    )
    found = check(text, facts, Options(Period.year(2015))).rows
    assert [one.verdict.value for one in found] == ["agrees", "agrees", "wrong"]


def test_what_arithmetic_alone_bears_out_is_no_total_of_a_measure() -> None:
    """That teams are missing from a measure says nothing of a number that is not its own."""
    council = city()
    council.incomplete = frozenset({"open-cases"})
    text = (
        "Of 163 cases that Early Help worked with in 2012/13, 51 have escalated to social care "
        "since, 31.3%; 112 have not, 68.7%."
    )
    found = check(text, council.facts(), Options(Period.year(2015))).rows
    assert [one.typed for one in found if one.verdict.is_fault] == []


def test_where_people_live_is_no_measure_of_live_cases() -> None:
    facts, about = city().facts(), Options(Period.year(2015))
    grew = "More children live in the city than before: the number grew by 3,300."
    assert [one.verdict.value for one in check(grew, facts, about).rows] == ["unknown"]
    cell = facts.cell("open-cases", "city", YEAR)
    assert cell is not None
    for text in ("{} cases were live in March 2016.", "We had {} live cases in March 2016."):
        [found] = check(text.format(cell.value), facts, about).rows
        assert (found.verdict.value, found.measure) == ("agrees", "open-cases")


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
            [
                rng.randint(11, 99),
                rng.randint(11, 999),
                rng.randint(1000, 1899),
                round(rng.uniform(1, 99), 1),
            ]
        )
        typed = f"{number:,}" + rng.choice(["", "%", " per cent"] if number < 100 else [""])
        noun = rng.choice(rng.choice(list(NOUNS.values())))
        planted = rng.choice(
            [
                f"We had {typed} {noun}.",
                f"{noun}: {typed}",
                f"| {noun} | {typed} |",
                f"It rose to {typed}.",
                f"There was a rise of {typed} in quarter 3.",
                f"There were {typed} in all ({noun}).",
            ]
        )
        text = "\n\n".join([rng.choice(calm), planted, rng.choice(calm)])
        found = [one.typed.removesuffix("%").removesuffix(" per cent") for one in undeclared(text)]
        assert f"{number:,}" in found, text
        assert len(found) == 1, (text, found)
