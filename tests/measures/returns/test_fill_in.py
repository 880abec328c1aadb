"""A team's quarter on pages: fill in, be asked, check, submit, receipt; and two people at once."""

from collections.abc import Callable, Mapping

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.models import Figure, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import ReturnState
from teams.actions import withdraw
from teams.models import Appointment
from tests.cast import OPEN, Cast

SignIn = Callable[[str], Client]
ANSWERS = {
    "open-cases": 44,
    "cases-closed": 24,
    "cases-reopened": 2,
    "surveys-received": 12,
    "surveys-helped": 9,
}


def address(made: Return, page: str = "return-fill-in") -> str:
    return reverse(page, args=[made.pk])


def boxes(made: Return, **typed: object) -> dict[str, str]:
    """What the page would post: every box as it stands, with ``typed`` over it."""
    post = {"version": str(made.version)}
    for figure in Figure.objects.of(made):
        code = figure.item.code
        post[f"value-{code}"] = "" if figure.value is None else str(figure.number)
        post[f"answer-{code}"] = figure.answer
        post[f"note-{code}"] = figure.note
    return post | {name.replace("_", "-"): str(value) for name, value in typed.items()}


def all_answered(made: Return, **typed: object) -> dict[str, str]:
    values = {f"value_{code.replace('-', '_')}": value for code, value in ANSWERS.items()}
    return boxes(made, **(values | typed))


def value_of(made: Return, code: str) -> int | None:
    return Figure.objects.get(return_made=made, item__code=code).value


def save_as(council: Cast, person: str, made: Return, **values: int) -> Return:
    given = {
        council.item[code.replace("_", "-")].pk: GivenAnswer(value)
        for code, value in values.items()
    }
    return entry.save_figures(
        made,
        given,
        version=made.version,
        by=council.actor(person),
    )


# -- who ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("manager", 200),
        ("contributor", 200),
        ("other_manager", 404),
        ("head", 403),
        ("other_head", 404),
        ("director", 403),
        ("officer", 403),
        ("auditor", 404),
        ("board_member", 404),
        ("administrator", 404),
        ("leaver", 404),
    ],
)
def test_the_teams_own_people_fill_in(
    council: Cast, sign_in: SignIn, person: str, expected: int
) -> None:
    made = council.made("north-family")
    client = sign_in(person)
    for page in ("return-fill-in", "return-check"):
        assert client.get(address(made, page)).status_code == expected
    posted = client.post(address(made), boxes(made, value_open_cases=41, then="leave"))
    assert posted.status_code == (302 if expected == 200 else expected)
    assert value_of(made, "open-cases") == (41 if expected == 200 else None)


def test_the_officer_fills_in_the_city_wide_return(council: Cast, sign_in: SignIn) -> None:
    made = council.made("city-team")
    page = sign_in("officer").get(address(made))
    assert "Children in care" in page.content.decode()


def test_a_withdrawn_appointment_counts_at_the_next_request(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("contributor")
    assert client.get(address(made)).status_code == 200
    for post in Appointment.objects.filter(person=council.person["contributor"]):
        withdraw(post, by=council.actor("administrator", route=Route.ADMIN))
    assert client.post(address(made), boxes(made, value_open_cases=41)).status_code == 404
    assert value_of(made, "open-cases") is None


# -- filling in -----------------------------------------------------------------------------


def test_the_page_shows_history_definition_and_percentages(council: Cast, sign_in: SignIn) -> None:
    made = save_as(
        council, "manager", council.made("north-family"), surveys_received=12, surveys_helped=9
    )
    text = sign_in("manager").get(address(made)).content.decode()
    assert "What counts as open cases." in text
    assert "On the last day, 30 June" in text and "April to June" in text
    assert "Q1 2015-16" in text and "Q4 2015-16" in text
    # 9 of 12 now; 12 of 15 last quarter; the target of 2016-17.
    assert "75.0% (9 of 12)" in text
    assert "last quarter 80.0% · target 85% this year" in text
    assert "2</span> of 5 answered" in text


def test_saving_keeps_everything_and_leads_to_the_check(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    posted = client.post(address(made), all_answered(made, then="check"))
    assert posted["Location"] == address(made, "return-check")
    assert {code: value_of(made, code) for code in ANSWERS} == ANSWERS
    assert council.made("north-family").state == ReturnState.DRAFT
    assert Event.objects.about(made).filter(verb="figure saved").count() == 5


def test_zero_thousands_and_decimals_are_read(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-centre"), sign_in("manager")
    client.post(
        address(made),
        boxes(made, value_cases_reopened=0, value_open_cases="1,204", value_staff=" 6.50 "),
    )
    assert value_of(made, "cases-reopened") == 0
    assert value_of(made, "open-cases") == 1204
    assert value_of(made, "staff") == 65


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("twelve", "“twelve” is not a number"),
        ("-3", "“-3” is below 0"),
        ("4.5", "“4.5” is not a whole number"),
        ("9" * 20, "is too large"),
        ("<b>1</b>", "“&lt;b&gt;1&lt;/b&gt;” is not a number"),
    ],
)
def test_a_wrong_number_keeps_what_was_typed_and_saves_nothing(
    council: Cast, sign_in: SignIn, typed: str, sentence: str
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    page = client.post(
        address(made),
        boxes(made, value_open_cases=typed, value_cases_closed=20, note_cases_closed="Two of us"),
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert sentence in text
    assert 'href="#value-open-cases"' in text
    assert 'aria-invalid="true"' in text
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in text
    assert 'value="20"' in text and "Two of us" in text
    assert value_of(made, "cases-closed") is None


def test_a_part_larger_than_its_whole_is_refused_by_name(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    page = client.post(address(made), boxes(made, value_surveys_received=5, value_surveys_helped=6))
    text = page.content.decode()
    assert "“Helped” (6) cannot be more than “Surveys received” (5)" in text
    assert 'href="#value-surveys-helped"' in text
    assert value_of(made, "surveys-received") is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"answer_open_cases": "not-provided"}, "say why there is no number"),
        (
            {"answer_open_cases": "not-provided", "note_open_cases": "x", "value_open_cases": 4},
            "give a number, or choose why there is none, not both",
        ),
        ({"answer_open_cases": "perhaps", "note_open_cases": "x"}, "choose why there is no number"),
        ({"value_open_cases": 4, "note_open_cases": "x" * 2001}, "shorten your words"),
    ],
)
def test_an_answer_in_place_of_a_number_needs_its_reason(
    council: Cast, sign_in: SignIn, typed: Mapping[str, object], sentence: str
) -> None:
    made = council.made("north-family")
    page = sign_in("manager").post(address(made), boxes(made, **typed))
    assert sentence in page.content.decode()
    assert council.made("north-family").state == ReturnState.DUE


def test_not_applicable_and_not_provided_are_answers(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    sign_in("manager").post(
        address(made),
        all_answered(
            made,
            value_open_cases="",
            answer_open_cases="not-applicable",
            note_open_cases="We hold no cases",
        ),
    )
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.answer, figure.note) == ("not-applicable", "We hold no cases")


def test_a_null_character_is_left_out(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    sign_in("manager").post(
        address(made), boxes(made, value_open_cases=41, note_open_cases="a\x00b\r\nc")
    )
    assert Figure.objects.get(return_made=made, item__code="open-cases").note == "ab\nc"


def test_a_question_that_was_not_on_the_page_stays_as_it_is(council: Cast, sign_in: SignIn) -> None:
    made = save_as(council, "manager", council.made("north-family"), open_cases=41)
    sign_in("manager").post(
        address(made), {"version": str(made.version), "value-cases-closed": "20"}
    )
    assert value_of(made, "open-cases") == 41
    assert value_of(made, "cases-closed") == 20


def test_save_and_leave_goes_home(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    page = sign_in("manager").post(
        address(made), boxes(made, value_open_cases=41, then="leave"), follow=True
    )
    assert page.redirect_chain[-1][0] == "/"
    assert "North family is saved" in page.content.decode()


# -- unusual figures ------------------------------------------------------------------------


def test_an_unusual_figure_asks_in_place_once_and_takes_a_sentence(
    council: Cast, sign_in: SignIn
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    unusual = all_answered(made, value_open_cases=400)
    posted = client.post(address(made), unusual)
    assert posted["Location"] == f"{address(made)}#why-open-cases"
    text = client.get(address(made)).content.decode()
    assert "Is this right?" in text and "400 is well above this team&#x27;s usual" in text
    # Not answered: the second time the check page names it instead of asking for ever.
    made = council.made("north-family")
    posted = client.post(address(made), boxes(made, why_open_cases=""))
    assert posted["Location"] == address(made, "return-check")
    check = client.get(address(made, "return-check")).content.decode()
    assert "Say why “Open cases” is right" in check
    assert f"{address(made)}#why-open-cases" in check
    assert "Submit this return" not in check
    # Answered: nothing is missing.
    client.post(address(made), boxes(made, why_open_cases="Two teams became one."))
    assert "Submit this return" in client.get(address(made, "return-check")).content.decode()


def test_a_sentence_goes_with_the_number_it_explained(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    client.post(
        address(made), boxes(made, value_open_cases=400, why_open_cases="Two teams became one.")
    )
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert figure.explanation == "Two teams became one."
    # Kept while the number stays, gone with it.
    made = council.made("north-family")
    client.post(address(made), boxes(made, value_cases_closed=24))
    figure.refresh_from_db()
    assert figure.explanation == "Two teams became one."
    made = council.made("north-family")
    client.post(address(made), boxes(made, value_open_cases=44))
    figure.refresh_from_db()
    assert figure.explanation == ""


# -- two people at once ---------------------------------------------------------------------


def test_a_stale_save_shows_theirs_and_mine_and_keeps_everything_typed(
    council: Cast, sign_in: SignIn
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    mine = boxes(made, value_open_cases=50, value_cases_closed=20, note_cases_closed="My words")
    save_as(council, "contributor", made, open_cases=60)
    page = client.post(address(made), mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert "Somebody else saved this return" in text
    assert "last saved by Contributor" in text and ">60<" in text and ">50<" in text
    assert 'name="value-cases-closed" value="20"' in text
    assert 'name="note-cases-closed" value="My words"' in text
    assert value_of(made, "open-cases") == 60
    assert value_of(made, "cases-closed") is None


@pytest.mark.parametrize(("choice", "kept"), [("mine", 50), ("theirs", 60)])
def test_what_was_chosen_is_saved_against_the_new_version(
    council: Cast, sign_in: SignIn, choice: str, kept: int
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    mine = boxes(made, value_open_cases=50, value_cases_closed=20)
    theirs = save_as(council, "contributor", made, open_cases=60)
    chosen = {
        "version": str(theirs.version),
        "choose": ["open-cases", "cases-closed"],
        "keep-open-cases": choice,
        "keep-cases-closed": "mine",
        "then": "leave",
    }
    posted = client.post(address(made), mine | chosen)
    assert posted.status_code == 302
    assert (value_of(made, "open-cases"), value_of(made, "cases-closed")) == (kept, 20)


def test_only_what_both_changed_has_to_be_chosen(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    was = client.get(address(made)).context["was"]
    mine = boxes(made, value_open_cases=50, value_cases_closed=20, was=was)
    save_as(council, "contributor", made, open_cases=60, surveys_received=12)
    differing = {
        one.name: one.chosen for one in client.post(address(made), mine).context["page"].differing
    }
    assert differing == {"open-cases": "", "cases-closed": "mine", "surveys-received": "theirs"}


def test_a_choice_that_was_not_made_is_asked_for_again(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    mine = boxes(made, value_open_cases=50)
    theirs = save_as(council, "contributor", made, open_cases=60)
    page = client.post(
        address(made), mine | {"version": str(theirs.version), "choose": "open-cases"}
    )
    assert page.status_code == 409
    assert "Choose which to keep for “Open cases”" in page.content.decode()
    assert value_of(made, "open-cases") == 60


def test_somebody_saves_again_while_one_chooses(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    mine = boxes(made, value_open_cases=50, value_cases_closed=20)
    theirs = save_as(council, "contributor", made, open_cases=60)
    again = save_as(council, "contributor", theirs, open_cases=61)
    chosen = {"choose": "open-cases", "keep-open-cases": "mine", "keep-cases-closed": "mine"}
    page = client.post(address(made), mine | chosen | {"version": str(theirs.version)})
    assert page.status_code == 409
    assert ">61<" in page.content.decode() and ">50<" in page.content.decode()
    assert value_of(made, "open-cases") == 61
    client.post(address(made), mine | chosen | {"version": str(again.version)})
    assert value_of(made, "open-cases") == 50


@pytest.mark.parametrize("was", ["", "nonsense", "[1]", '{"open-cases": 3}', "[" * 20_000])
def test_a_broken_memory_of_the_page_only_asks_more(
    council: Cast, sign_in: SignIn, was: str
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    mine = boxes(made, value_open_cases=50, was=was)
    save_as(council, "contributor", made, open_cases=60)
    page = client.post(address(made), mine)
    assert page.status_code == 409
    assert [one.chosen for one in page.context["page"].differing] == [""]


def test_a_return_submitted_meanwhile_shows_what_was_typed(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("contributor")
    mine = boxes(made, value_open_cases=50)
    council.submit("north-family")
    page = client.post(address(made), mine)
    text = page.content.decode()
    assert page.status_code == 409
    assert "it has been submitted" in text and ">50<" in text
    assert 'type="radio"' not in text
    assert value_of(made, "open-cases") == 41


def test_a_submitted_or_closed_return_is_only_read(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("manager")
    made = council.submit("north-family")
    assert client.get(address(made))["Location"] == address(made, "return")
    assert client.get(address(made, "return-check"))["Location"] == address(made, "return")
    quarters.close_quarter(
        ReportingQuarter.objects.get(pk=OPEN.index),
        reason="The year goes on",
        early=True,
        by=council.actor("officer"),
    )
    made = council.made("north-centre")
    page = client.get(address(made), follow=True)
    assert "This quarter is closed" in page.content.decode()


# -- an extract -----------------------------------------------------------------------------


def load_extract(council: Cast, made: Return) -> None:
    from measures.exchange import actions as loading

    lines = [
        loading.FigureLine(
            council.team["north-family"], OPEN, council.item[code].pk, GivenAnswer(value)
        )
        for code, value in ANSWERS.items()
    ]
    loading.load_figures(lines, signed_off=False, by=council.actor("officer", route=Route.IMPORT))


def test_figures_from_an_extract_wait_for_the_manager(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    load_extract(council, made)
    for person, may in [("contributor", False), ("manager", True)]:
        text = sign_in(person).get(address(made)).content.decode()
        assert text.count("From an extract, not confirmed yet") == 5
        assert ("Confirm all figures from the extract" in text) is may
    made = council.made("north-family")
    refused = sign_in("contributor").post(
        address(made, "return-confirm"), {"version": str(made.version)}
    )
    assert refused.status_code == 403
    sign_in("manager").post(address(made, "return-confirm"), {"version": str(made.version)})
    assert not Figure.objects.filter(return_made=made, is_confirmed=False).exists()


def test_confirming_on_the_questions_saves_what_was_typed_too(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.made("north-family")
    load_extract(council, made)
    made = council.made("north-family")
    sign_in("manager").post(address(made), boxes(made, value_open_cases=45, then="confirm"))
    assert value_of(made, "open-cases") == 45
    assert not Figure.objects.filter(return_made=made, is_confirmed=False).exists()


def test_a_stale_confirmation_changes_nothing(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    load_extract(council, made)
    page = sign_in("manager").post(address(made, "return-confirm"), {"version": "0"}, follow=True)
    assert "Somebody changed this return" in page.content.decode()
    assert Figure.objects.filter(return_made=made, is_confirmed=False).count() == 5


# -- check, submit, receipt -----------------------------------------------------------------


def test_what_is_missing_is_named_and_linked(council: Cast, sign_in: SignIn) -> None:
    made = save_as(council, "manager", council.made("north-family"), open_cases=44)
    text = sign_in("manager").get(address(made, "return-check")).content.decode()
    assert "1 of 5 questions are answered" in text
    assert "Answer “Cases closed”" in text
    assert f'href="{address(made)}#value-cases-closed"' in text
    assert "Submit this return" not in text


def test_submit_twice_is_submit_once_with_one_receipt(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    client.post(address(made), all_answered(made))
    made = council.made("north-family")
    post = {"version": str(made.version)}
    for _ in range(3):
        posted = client.post(address(made, "return-submit"), post)
        assert posted["Location"] == address(made, "return-receipt")
    event = Event.objects.about(made).get(verb="submitted")
    text = client.get(address(made, "return-receipt")).content.decode()
    assert f"S{event.pk}" in text
    assert "Manager" in text and "5 answers" in text
    assert "The head of service for North reviews it" in text


def test_a_contributor_checks_and_does_not_submit(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("contributor")
    client.post(address(made), all_answered(made))
    made = council.made("north-family")
    text = client.get(address(made, "return-check")).content.decode()
    assert "The team manager checks and submits this return" in text
    assert "Submit this return" not in text
    refused = client.post(address(made, "return-submit"), {"version": str(made.version)})
    assert refused.status_code == 403
    assert council.made("north-family").state == ReturnState.DRAFT


def test_submitting_what_changed_meanwhile_keeps_the_answer_typed(
    council: Cast, sign_in: SignIn
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    client.post(address(made), all_answered(made))
    made = council.made("north-family")
    save_as(council, "contributor", made, open_cases=45)
    page = client.post(
        address(made, "return-submit"),
        {"version": str(made.version), "response": "I took two out."},
    )
    assert page.status_code == 409
    assert "Somebody changed this return" in page.content.decode()
    assert council.made("north-family").state == ReturnState.DRAFT


def test_an_incomplete_return_is_not_submitted(council: Cast, sign_in: SignIn) -> None:
    made = save_as(council, "manager", council.made("north-family"), open_cases=44)
    page = sign_in("manager").post(address(made, "return-submit"), {"version": str(made.version)})
    assert "cannot be submitted yet" in page.content.decode()
    assert council.made("north-family").state == ReturnState.DRAFT


def test_a_returned_return_shows_why_and_takes_the_teams_answer(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.submit("north-family")
    review.send_back(
        made,
        reason="Are transfers in here?",
        item_ids=[council.item["cases-closed"].pk],
        version=made.version,
        by=council.actor("head"),
    )
    made, client = council.made("north-family"), sign_in("manager")
    text = client.get(address(made)).content.decode()
    assert "Are transfers in here?" in text and 'href="#value-cases-closed"' in text
    client.post(address(made), boxes(made, value_cases_closed=19))
    made = council.made("north-family")
    assert "What did you change?" in client.get(address(made, "return-check")).content.decode()
    client.post(
        address(made, "return-submit"),
        {"version": str(made.version), "response": "I took two transfers out."},
    )
    made = council.made("north-family")
    assert made.state == ReturnState.SUBMITTED
    text = client.get(address(made, "return")).content.decode()
    assert "Are transfers in here?" in text and "I took two transfers out." in text


def test_a_return_that_nobody_submitted_has_no_receipt(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    posted = sign_in("manager").get(address(made, "return-receipt"))
    assert posted["Location"] == address(made, "return")
