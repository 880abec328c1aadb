"""What a decision would do to the roll-ups is what it then does."""

import pytest

from measures.corrections import actions as corrections
from measures.counting import what_if as whatif
from measures.counting.aggregates import Tally, take
from measures.counting.catalogue import load_measures
from measures.counting.reporting import Reporting
from measures.counting.rollups import Cell, RollUp
from measures.counting.what_if import Said
from measures.models import Answer, Figure, Return
from measures.querysets import Basis
from measures.returns.answers import GivenAnswer
from measures.review.attention import attention
from measures.review.effect import effect_of_correction, effect_of_return
from teams.quarters import Quarter
from tests.cast import HISTORY, OPEN, Cast

LAST = HISTORY[-1]


def tally(quarter: Quarter, basis: Basis) -> Tally:
    return take(load_measures(), [quarter], basis)


def cells(found: Tally, quarter: Quarter, cast: Cast) -> list[Cell]:
    areas: list[set[int | None] | None] = [None, *({one.pk} for one in cast.locality.values())]
    return [
        RollUp(found, keys).cell(measure, quarter) for keys in areas for measure in load_measures()
    ]


def said(made: Return) -> Said:
    figures = Figure.objects.of(made)
    return Said(made.pk, {figure.item_id: GivenAnswer.of(figure) for figure in figures})


def test_a_return_that_does_not_speak_changes_nothing(council: Cast) -> None:
    council.submit("north-centre")
    draft = council.fill_in("north-family")
    before = tally(OPEN, Basis.SUBMITTED)
    assert whatif.saying(before, said(draft), {}) is before


def test_a_tally_that_does_not_list_every_return_is_refused(council: Cast) -> None:
    """Years are asked of it in vain too, and who was expected in one."""
    counted = take(load_measures(), LAST.year.quarters, Basis.SIGNED_OFF, years=False)
    made = council.made("north-family", LAST)
    measure = load_measures()[0]
    with pytest.raises(ValueError, match="not every return is listed"):
        whatif.saying(counted, said(made), {})
    with pytest.raises(ValueError, match="for quarters alone"):
        RollUp(counted, None).cell(measure, LAST.year)
    with pytest.raises(ValueError, match="not every team is listed"):
        Reporting(RollUp(counted, None)).expected(measure, LAST.year)


def test_other_answers_are_what_countersigning_them_makes(council: Cast) -> None:
    made = council.made("north-family", LAST)
    figures = {figure.item.code: figure for figure in Figure.objects.of(made)}
    becomes = {
        "cases-closed": GivenAnswer(value=31),
        "surveys-received": GivenAnswer(answer=Answer.NOT_PROVIDED, note="The forms were lost"),
    }
    before = tally(LAST, Basis.SIGNED_OFF)
    expected = cells(
        whatif.saying(
            before,
            said(made),
            {figures[code].item_id: given for code, given in becomes.items()},
        ),
        LAST,
        council,
    )
    assert expected != cells(before, LAST, council)

    proposed = corrections.propose(
        {figures[code].pk: given for code, given in becomes.items()},
        reason="Counted again",
        by=council.actor("officer"),
    )
    corrections.countersign(proposed, by=council.actor("director"))
    assert cells(tally(LAST, Basis.SIGNED_OFF), LAST, council) == expected


def test_effect_of_a_return_by_hand(council: Cast) -> None:
    council.submit("north-centre", open_cases=30, cases_closed=10, cases_reopened=1)
    made = council.submit("north-family", open_cases=40, cases_closed=20, cases_reopened=4)
    found = attention([made])[made.pk]
    effects = {
        one.measure.name: one for one in effect_of_return(made, found.figures, found.history)
    }

    assert "Children in care" not in effects, "only the measures that the return feeds"
    # Quarter 4 of 2015-16: 40 + 3 and 30 + 3; then 30 and this team's 43 as it was.
    assert effects["Open cases"].last_quarter == "76"
    assert effects["Open cases"].unchanged == "73"
    assert effects["Open cases"].with_it == "70"
    # 1 + 5 of 30 + 10 + 43 + 23, and 1 + 4 of 30 + 10 + 40 + 20: pooled, never averaged.
    assert effects["Re-opened"].unchanged == "5.7%"
    assert effects["Re-opened"].with_it == "5.0%"
    assert effects["Open cases"].on == "2 of 2 teams"
    assert effects["Open cases"].moves


def test_effect_of_a_return_is_of_the_same_teams(council: Cast) -> None:
    """North's centre has not reported: what it said last quarter is left out as well."""
    made = council.submit("north-family", open_cases=43, cases_closed=20)
    found = attention([made])[made.pk]
    effects = {
        one.measure.name: one for one in effect_of_return(made, found.figures, found.history)
    }
    assert effects["Open cases"].last_quarter == "43"
    assert effects["Open cases"].on == "1 of 2 teams"
    assert not effects["Open cases"].moves
    assert (effects["Cases closed"].unchanged, effects["Cases closed"].with_it) == ("23", "20")

    Figure.objects.filter(
        return_made=council.made("north-family", LAST), item=council.item["cases-closed"]
    ).update(value=None, answer=Answer.NOT_PROVIDED, note="Lost")
    found = attention([made])[made.pk]
    (closed,) = [
        one
        for one in effect_of_return(made, found.figures, found.history)
        if one.measure.name == "Cases closed"
    ]
    assert closed.why_not == "this team has no figure of last quarter for it"
    assert not closed.moves


def test_a_draft_has_no_effect_to_show(council: Cast) -> None:
    made = council.fill_in("north-family")
    found = attention([made])[made.pk]
    assert effect_of_return(made, found.figures, found.history) == []


def test_effect_of_a_correction_lists_only_what_reads_differently(council: Cast) -> None:
    made = council.made("north-family", LAST)
    item = council.item["cases-closed"]
    # 20 + 3 becomes 33; North had 23 + 13, the city 36 + 28 + 11.
    effects = effect_of_correction({made.pk: {item.pk: GivenAnswer(33)}}, [made], city="Testshire")

    closed = [one for one in effects if one.measure == "Cases closed"]
    assert [(one.area, one.was, one.becomes) for one in closed] == [
        ("North", "36", "46"),
        ("Testshire", "75", "85"),
    ]
    assert {one.measure for one in effects} == {
        "Cases closed",
        "Families feeding back",
        "Re-opened",
    }
    assert {one.quarter for one in effects} == {"Q4 2015-16"}
