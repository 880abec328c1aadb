"""Corrections in the browser: proposed with a reason, seen, countersigned by somebody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from measures.corrections import actions as corrections
from measures.corrections import pages
from measures.models import Answer, Correction, Figure
from measures.quarters import actions as quarters
from measures.returns.answers import GivenAnswer
from measures.workflow import CorrectionState
from teams.authority import command_actor
from tests.cast import HISTORY, Cast
from tests.pages import text

SignIn = Callable[[str], Client]
LAST = HISTORY[-1]


def figure(council: Cast, team: str, item: str) -> Figure:
    return Figure.objects.get(return_made=council.made(team, LAST), item=council.item[item])


def propose(council: Cast, **values: int) -> Correction:
    """Propose numbers for figures of cases closed, by team (- as _)."""
    changes = {
        figure(council, team.replace("_", "-"), "cases-closed").pk: GivenAnswer(value)
        for team, value in values.items()
    }
    return corrections.propose(
        changes,
        reason="Three were entered late",
        by=council.actor("officer"),
    )


def test_choose_the_returns_of_a_closed_quarter(council: Cast, sign_in: SignIn) -> None:
    officer = sign_in("officer")
    said = text(officer.get("/corrections/new/"))
    assert "Returns of Quarter 4, 2015-16 North family" in said
    assert "Q1 2016-17" not in said, "an open quarter is reopened, not corrected"
    assert "Returns of Quarter 2, 2015-16" in text(
        officer.get("/corrections/new/?quarter=2015-16-q2")
    )
    assert officer.get("/corrections/new/?quarter=nonsense").status_code == 404


def test_what_is_ticked_stays_when_another_quarter_is_chosen(
    council: Cast, sign_in: SignIn
) -> None:
    """The quarter is chosen in the form of the ticks, like a locality, and not by a link."""
    officer, where = sign_in("officer"), "/corrections/new/"
    made = council.made("north-family", LAST)
    page = officer.get(where).content.decode()
    assert '<option value="2015-16-q4" selected>Q4 2015-16</option>' in page
    assert "?quarter=" not in page
    asked = {"return": made.pk, "quarter": "2015-16-q2", "more": "yes"}
    other = officer.get(where, asked)
    assert "Ticked already North family, Q4 2015-16 Returns of Quarter 2, 2015-16" in text(other)
    assert f'value="{made.pk}" checked' in other.content.decode()
    none = text(officer.get(where, asked | {"quarter": "2016-17-q1"}))
    assert "Ticked already North family" in none
    assert "There is no return to correct in Quarter 1, 2016-17" in none


def test_of_many_returns_a_page_or_a_locality_is_offered_and_ticks_stay(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, where = sign_in("officer"), "/corrections/new/"
    assert "Locality" not in text(officer.get(where)), "all fit on one page"
    monkeypatch.setattr(pages, "RETURNS_A_PAGE", 2)
    first = officer.get(where)
    assert "Page 1 of 3" in text(first)
    north, south = council.made("north-family", LAST), council.made("south-family", LAST)
    assert f'value="{north.pk}"' in first.content.decode()
    assert f'value="{south.pk}"' not in first.content.decode()

    asked = {"return": north.pk, "locality": "south", "more": "yes"}
    second = officer.get(where, asked)
    said, ticked = text(second), f'value="{north.pk}" checked'
    assert "Ticked already North family, Q4 2015-16" in said
    assert ticked in second.content.decode(), "it is not chosen among those shown"
    assert f'value="{south.pk}">' in second.content.decode()
    back = officer.get(where, {"return": north.pk, "page": "1"})
    assert ticked in back.content.decode()
    assert "Ticked already" not in text(back), "it stands once"
    elsewhere = text(officer.get(where, {"locality": "nowhere", "page": "9"}))
    assert "Page 3 of 3" in elsewhere


def test_propose_for_two_returns_under_one_reason(council: Cast, sign_in: SignIn) -> None:
    first = figure(council, "north-family", "cases-closed")
    second = figure(council, "south-family", "surveys-helped")
    path = f"/corrections/new/?return={first.return_made_id}&return={second.return_made_id}"
    officer = sign_in("officer")
    said = text(officer.get(path))
    assert "North family, Quarter 4, 2015-16" in said and "South family" in said

    answer = officer.post(
        path,
        {
            f"value-{first.pk}": "26",
            f"answer-{second.pk}": Answer.NOT_PROVIDED,
            f"note-{second.pk}": "The forms were lost",
            "reason": "Found at the audit",
            "kind": "late-data",
        },
    )
    made = Correction.objects.get()
    assert answer.headers["Location"] == reverse("correction", args=[made.pk])
    assert made.reason == "Found at the audit"
    assert [(line.after_value, line.after_answer) for line in made.figures.all()] == [
        (26, ""),
        (None, Answer.NOT_PROVIDED),
    ]
    first.refresh_from_db()
    assert first.value == 23, "nothing changes before it is countersigned"


@pytest.mark.parametrize(
    ("boxes", "reason", "message"),
    [
        ({"value": "12.5"}, "Counted again", "must be a whole number, like 71"),
        ({"value": "many"}, "Counted again", "must be a whole number, like 71"),
        ({"value": "5", "answer": "not-provided"}, "Counted again", "not both"),
        ({"answer": "not-provided"}, "Counted again", "say why there is no number"),
        ({"answer": "perhaps"}, "Counted again", "choose why there is no number"),
        ({"note": "Hm"}, "Counted again", "give the new number with the note"),
        ({"value": "24"}, "", "Say why the figures change"),
        ({}, "Counted again", "Change at least one figure"),
        ({"value": "23"}, "Counted again", "Change at least one figure"),
        ({"value": "24"}, "x" * 2001, "Shorten the reason"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    council: Cast, sign_in: SignIn, boxes: dict[str, str], reason: str, message: str
) -> None:
    one = figure(council, "north-family", "cases-closed")
    path = f"/corrections/new/?return={one.return_made_id}"
    answer = sign_in("officer").post(
        path,
        {
            **{f"{box}-{one.pk}": typed for box, typed in boxes.items()},
            "reason": reason,
            "kind": "error",
        },
    )
    page = answer.content.decode()
    assert message in text(answer)
    assert 'class="govuk-error-summary"' in page
    for box, typed in boxes.items():
        if box != "answer":
            assert f'name="{box}-{one.pk}" value="{typed}"' in page
    assert reason in page
    assert not Correction.objects.exists()


def test_a_broken_rule_is_refused_by_name(council: Cast, sign_in: SignIn) -> None:
    one = figure(council, "north-family", "surveys-helped")
    answer = sign_in("officer").post(
        f"/corrections/new/?return={one.return_made_id}",
        {f"value-{one.pk}": "500", "reason": "Counted again", "kind": "error"},
    )
    assert "“Helped” (500) cannot be more than “Surveys received” (15)" in text(answer)
    assert f'href="#value-{one.pk}"' in answer.content.decode()


def test_a_new_number_keeps_its_note(council: Cast, sign_in: SignIn) -> None:
    one = figure(council, "north-family", "cases-closed")
    Figure.objects.filter(pk=one.pk).update(note="With transfers")
    sign_in("officer").post(
        f"/corrections/new/?return={one.return_made_id}",
        {f"value-{one.pk}": "26", "reason": "Counted again", "kind": "error"},
    )
    assert Correction.objects.get().figures.get().after_note == "With transfers"


@pytest.mark.parametrize("query", ["return=0", "return=x", "return=999999", "return=-1"])
def test_no_such_return(council: Cast, sign_in: SignIn, query: str) -> None:
    assert sign_in("officer").get(f"/corrections/new/?{query}").status_code == 404


def test_a_return_of_an_open_quarter_is_not_offered(council: Cast, sign_in: SignIn) -> None:
    made = council.sign_off("north-family")
    assert sign_in("officer").get(f"/corrections/new/?return={made.pk}").status_code == 404


@pytest.mark.parametrize("person", ["head", "manager", "director", "auditor", "board_member"])
def test_only_officers_propose(council: Cast, sign_in: SignIn, person: str) -> None:
    one = figure(council, "north-family", "cases-closed")
    path = f"/corrections/new/?return={one.return_made_id}"
    assert sign_in(person).get(path).status_code == 403
    posted = sign_in(person).post(path, {f"value-{one.pk}": "1", "reason": "x"})
    assert posted.status_code == 403
    assert not Correction.objects.exists()


def test_the_director_sees_what_it_does_and_countersigns(council: Cast, sign_in: SignIn) -> None:
    made = propose(council, north_family=33)
    director = sign_in("director")
    said = text(director.get(reverse("correction", args=[made.pk])))
    assert "Why: “Three were entered late”" in said
    assert "North family Q4 2015-16 Cases closed 23 33" in said
    assert "Cases closed North Q4 2015-16 36 46" in said
    assert "Cases closed Testshire Q4 2015-16 75 85" in said
    confirmed = {"kind": "late-data"}
    answer = director.post(
        reverse("correction-countersign", args=[made.pk]), confirmed, follow=True
    )
    said = text(answer)
    assert "Kind of change: Late data" in said, "the countersigner chose another than the error"
    assert "The correction is countersigned: the figures are changed." in said
    assert "Countersigned by Director" in said
    assert "Would say" not in said, "it says so now"
    assert figure(council, "north-family", "cases-closed").value == 33
    again = director.post(reverse("correction-countersign", args=[made.pk]), follow=True)
    assert "This correction was decided already." in text(again)


def test_decline_says_why(council: Cast, sign_in: SignIn) -> None:
    made = propose(council, north_family=33)
    director = sign_in("director")
    path = reverse("correction-decline", args=[made.pk])
    assert "Say why the correction is declined" in text(director.post(path, {"reason": " "}))
    director.post(path, {"reason": "They belong to the next quarter"})
    made.refresh_from_db()
    assert made.state == CorrectionState.DECLINED
    assert figure(council, "north-family", "cases-closed").value == 23
    said = text(sign_in("officer").get(reverse("correction", args=[made.pk])))
    assert "Declined: “They belong to the next quarter”" in said


def test_nobody_countersigns_their_own(council: Cast, sign_in: SignIn) -> None:
    made = propose(council, north_family=33)
    officer = sign_in("officer")
    said = text(officer.get(reverse("correction", args=[made.pk])))
    assert "You proposed this correction" in said
    assert officer.post(reverse("correction-countersign", args=[made.pk])).status_code == 403
    # Also when the proposer is the director as well.
    Correction.objects.filter(pk=made.pk).update(proposed_by=council.person["director"])
    director = sign_in("director")
    assert director.post(reverse("correction-countersign", args=[made.pk])).status_code == 403
    assert (
        director.post(reverse("correction-decline", args=[made.pk]), {"reason": "x"}).status_code
        == 403
    )
    made.refresh_from_db()
    assert made.state == CorrectionState.PROPOSED


def test_people_see_the_figures_of_their_own_returns_only(council: Cast, sign_in: SignIn) -> None:
    made = propose(council, north_family=1033, south_family=2055)
    path = reverse("correction", args=[made.pk])
    for person, own, other in [("head", "1033", "2055"), ("other_manager", "2055", "1033")]:
        for page in (path, "/corrections/"):
            said = text(sign_in(person).get(page)).replace(",", "")
            assert own in said
            assert other not in said
        assert (
            sign_in(person).post(reverse("correction-countersign", args=[made.pk])).status_code
            == 403
        )
    only_south = propose(council, south_centre=40)
    assert sign_in("head").get(reverse("correction", args=[only_south.pk])).status_code == 404
    for person in ("auditor", "board_member", "administrator"):
        assert sign_in(person).get("/corrections/").status_code == 403
        assert sign_in(person).get(path).status_code == 404


def test_what_is_unusual_about_the_new_figures_is_asked(council: Cast, sign_in: SignIn) -> None:
    """A figure far from its history, and a percentage: proposer and countersigner read it."""
    made = council.sign_off("north-family")
    quarters.finish(made.quarter, reason="Two are missing", early=True, by=command_actor())
    by_code = {one.item.code: one.pk for one in Figure.objects.of(made)}
    proposed = corrections.propose(
        {
            by_code["open-cases"]: GivenAnswer(410),
            by_code["cases-closed"]: GivenAnswer(7),
            by_code["cases-reopened"]: GivenAnswer(2),
        },
        reason="Counted again",
        by=council.actor("officer"),
    )
    for person in ("officer", "director"):
        said = text(sign_in(person).get(reverse("correction", args=[proposed.pk])))
        assert "Is this right? North family, Open cases: 410 is well above this team" in said
        assert "North family, Cases closed: Families feeding back comes to 185.7% (13 of 7)" in said
        assert "Cases re-opened:" not in said
    assert "Is this right?" not in text(
        sign_in("head").get(reverse("correction", args=[proposed.pk]))
    )
    usual = propose(council, north_centre=12)
    assert "Is this right?" not in text(
        sign_in("director").get(reverse("correction", args=[usual.pk]))
    )
