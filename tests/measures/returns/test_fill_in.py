"""A team's quarter on pages: fill in, be asked, check, submit, receipt; and two people at once."""

import html
import json
import re
from collections.abc import Callable, Mapping
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.exchange import actions as loading
from measures.models import Figure, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import ReturnState
from teams.actions import withdraw
from teams.authority import command_actor
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
    assert "last quarter 80.0%" in text and "· target 85% this year" in text
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
        ("twelve", "Open cases must be a whole number, like 71"),
        ("-3", "Open cases must be 0 or more"),
        ("4.5", "Open cases must be a whole number, like 71"),
        ("9" * 20, "Open cases must be less than 1,000,000,000,000"),
        ("<b>1</b>", "Open cases must be a whole number, like 71"),
    ],
)
def test_a_wrong_number_stays_as_typed_and_the_rest_is_saved(
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
    assert "1 answer is saved, 1 is not." in text
    assert (value_of(made, "cases-closed"), value_of(made, "open-cases")) == (20, None)


def test_a_part_larger_than_its_whole_is_refused_by_name(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    page = client.post(address(made), boxes(made, value_surveys_received=5, value_surveys_helped=6))
    text = page.content.decode()
    assert "“Helped” (6) cannot be more than “Surveys received” (5)" in text
    assert 'href="#value-surveys-helped"' in text
    assert "2 answers are not saved." in text
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
    # Kept while the number stays, and about that number when it changes.
    made = council.made("north-family")
    client.post(address(made), boxes(made, value_cases_closed=24))
    figure.refresh_from_db()
    assert figure.explains == "Two teams became one."
    made = council.made("north-family")
    client.post(address(made), boxes(made, value_open_cases=44))
    figure.refresh_from_db()
    assert (figure.explanation, figure.explained_value) == ("Two teams became one.", 400)
    assert figure.explains == ""


# -- a save keeps what is valid -------------------------------------------------------------


def page_of(reply: HttpResponse) -> str:
    return reply.content.decode()


def test_one_bad_box_keeps_the_other_answers_and_stays(council: Cast, sign_in: SignIn) -> None:
    """Save and leave too: it does not leave, and the page counts as unsaved where it is."""
    made, client = council.made("north-family"), sign_in("manager")
    reply = client.post(address(made), all_answered(made, value_open_cases="4o", then="leave"))
    text = page_of(reply)
    assert reply.status_code == 200
    assert "4 answers are saved, 1 is not." in text
    assert 'value="4o"' in text and text.count("data-unsaved") == 1
    assert {code: value_of(made, code) for code in ANSWERS} == ANSWERS | {"open-cases": None}
    # The page carries the new version: mended and sent again, nobody is told of a conflict.
    assert f'name="version" value="{council.made("north-family").version}"' in text
    mended = all_answered(council.made("north-family"), then="leave")
    assert client.post(address(made), mended).status_code == 302
    assert value_of(made, "open-cases") == 44


def test_what_joins_boxes_makes_all_of_them_bad(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    text = page_of(
        client.post(address(made), all_answered(made, value_surveys_helped=13, then="leave"))
    )
    assert "3 answers are saved, 2 are not." in text
    assert text.count("data-unsaved") == 2
    assert value_of(made, "surveys-received") is None and value_of(made, "surveys-helped") is None
    assert value_of(made, "open-cases") == 44


def test_a_bad_box_brings_back_what_was_there_so_that_a_conflict_is_told_right(
    council: Cast, sign_in: SignIn
) -> None:
    """What I saved with a bad box beside it is mine before; a colleague's change of it is theirs."""
    made, client = council.made("north-family"), sign_in("manager")
    text = page_of(client.post(address(made), all_answered(made, value_cases_closed="x")))
    was = html.unescape(re.search(r'name="was" value="([^"]*)"', text)[1])
    assert json.loads(was)["open-cases"]["value"] == 44
    mine = all_answered(council.made("north-family"), value_cases_closed=24) | {"was": was}
    save_as(council, "contributor", council.made("north-family"), open_cases=45)
    text = page_of(client.post(address(made), mine))
    assert 'name="keep-open-cases" value="theirs"' in text


def test_a_conflict_keeps_what_could_not_be_read(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    mine = all_answered(made, value_cases_closed="about 20", note_cases_closed="My words")
    save_as(council, "contributor", made, open_cases=60)
    reply = client.post(address(made), mine)
    assert reply.status_code == 409
    assert 'name="value-cases-closed" value="about 20"' in page_of(reply)
    assert 'name="note-cases-closed" value="My words"' in page_of(reply)
    assert value_of(made, "surveys-received") is None


def test_an_extract_is_not_confirmed_while_a_box_is_bad(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    line = loading.FigureLine(made.team, OPEN, council.item["open-cases"].pk, GivenAnswer(41))
    loading.load_figures([line], signed_off=False, by=command_actor(Route.IMPORT))
    made = council.made("north-family")
    client = sign_in("manager")
    reply = client.post(address(made), boxes(made, value_cases_closed="x", then="confirm"))
    assert reply.status_code == 200
    assert Figure.objects.of(made).filter(is_confirmed=False).count() == 1


# -- the page saves by itself ---------------------------------------------------------------


def autosave(client: Client, made: Return, **typed: object) -> HttpResponse:
    """What the script posts: what changed, with the version."""
    post = {name.replace("_", "-"): str(value) for name, value in typed.items()}
    return client.post(
        address(made), {"version": str(made.version)} | post, headers={"X-Autosave": "1"}
    )


def test_what_changed_is_saved_and_the_page_told(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    reply = autosave(client, made, value_open_cases=400)
    told = reply.json()
    assert reply.status_code == 200
    assert re.fullmatch(r"Saved \d\d:\d\d", told["says"])
    assert (told["version"], told["bad"]) == (made.version + 1, [])
    assert json.loads(told["was"])["open-cases"]["value"] == 400
    assert value_of(made, "open-cases") == 400
    assert not list(get_messages(reply.wsgi_request))
    # The version it was told is the one that the next one is made from.
    made.version = told["version"]
    assert autosave(client, made, value_cases_closed=24).json()["version"] == told["version"] + 1


def test_a_bad_box_is_not_saved_by_itself(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family")
    told = autosave(sign_in("manager"), made, value_open_cases="4o", value_cases_closed=24).json()
    assert told["bad"] == ["open-cases"] and told["says"].startswith("Not saved: Open cases")
    assert (value_of(made, "open-cases"), value_of(made, "cases-closed")) == (None, 24)


def test_nothing_is_lost_where_somebody_else_was_faster(council: Cast, sign_in: SignIn) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    save_as(council, "contributor", made, open_cases=60)
    reply = autosave(client, made, value_open_cases=50)
    assert reply.status_code == 409
    assert reply.json()["says"].startswith("Not saved: somebody else saved meanwhile")
    assert value_of(made, "open-cases") == 60
    # The save that somebody asks for shows both.
    assert client.post(address(made), boxes(made, value_open_cases=50)).status_code == 409
    # Nobody is called somebody else in a window of their own.
    own = autosave(sign_in("contributor"), made, value_open_cases=51).json()["says"]
    assert own.startswith("Not saved: you saved this in another tab or window at ")
    assert own.endswith(". Save, and you see both and choose.")


def test_a_return_that_takes_no_figures_says_so(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    reply = autosave(sign_in("manager"), made, value_open_cases=50)
    assert reply.status_code == 409
    assert reply.json()["says"].startswith("Not saved: ")
    assert value_of(made, "open-cases") != 50


# -- words belong to a number ---------------------------------------------------------------


def explained(council: Cast, sign_in: SignIn) -> tuple[Return, Client]:
    """400 open cases, explained, and changed to 350 with the same words in the box."""
    made, client = council.made("north-family"), sign_in("manager")
    words = {"why_open_cases": "Two teams became one."}
    client.post(address(made), all_answered(made, value_open_cases=400, **words))
    made = council.made("north-family")
    client.post(address(made), boxes(made, value_open_cases=350, **words))
    return council.made("north-family"), client


def test_words_about_another_number_have_to_be_confirmed(council: Cast, sign_in: SignIn) -> None:
    made, client = explained(council, sign_in)
    check = page_of(client.get(address(made, "return-check")))
    assert "Your words on “Open cases” were written about 400" in check
    assert "Two teams became one." not in check and "Submit this return" not in check
    assert f"{address(made)}#why-open-cases" in check
    page = page_of(client.get(address(made)))
    assert "Written about 400." in page and "Two teams became one.</textarea>" in page
    assert 'name="still-open-cases" value="350"' in page
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.value, figure.explained_value, figure.explains) == (350, 400, "")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"why_open_cases": "Two teams became one.", "still_open_cases": "350"}, "Two teams"),
        ({"why_open_cases": "Two teams became one.", "still_open_cases": " 350.0"}, "Two teams"),
        ({"why_open_cases": "Three teams became one."}, "Three teams"),
    ],
    ids=["ticked", "ticked as it was typed", "changed"],
)
def test_words_are_confirmed_or_changed(
    council: Cast, sign_in: SignIn, typed: dict[str, object], words: str
) -> None:
    made, client = explained(council, sign_in)
    client.post(address(made), boxes(made, **typed))
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert figure.explained_value == 350 and figure.explains.startswith(words)
    assert "Submit this return" in page_of(client.get(address(made, "return-check")))


def test_a_tick_that_was_made_for_another_number_confirms_nothing(
    council: Cast, sign_in: SignIn
) -> None:
    made, client = explained(council, sign_in)
    ticked = {"why_open_cases": "Two teams became one.", "still_open_cases": "350"}
    client.post(address(made), boxes(made, value_open_cases=340, **ticked))
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.value, figure.explained_value) == (340, 400)


def test_a_number_taken_out_and_another_typed_has_no_words_of_its_own(
    council: Cast, sign_in: SignIn
) -> None:
    """The box is empty for a moment, and the page saves by itself."""
    made, client = explained(council, sign_in)
    words = {"why_open_cases": "Two teams became one."}
    autosave(client, made, value_open_cases="", **words)
    autosave(client, council.made("north-family"), value_open_cases="18", **words)
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.value, figure.explained_value, figure.explains) == (18, 400, "")


def test_nobody_reads_words_about_another_number_as_words_on_this_one(
    council: Cast, sign_in: SignIn
) -> None:
    made, client = explained(council, sign_in)
    for page in ("return", "return-check"):
        assert "Two teams became one." not in page_of(client.get(address(made, page)))
    history = page_of(client.get(reverse("figure-history", args=[made.pk, "open-cases"])))
    assert "Explanation of 400: Two teams became one." in history
    assert "Explanation of 350" not in history
    # As signed off by a file, so that no check of ours stands between: the head reads the same.
    Return.objects.filter(pk=made.pk).update(
        state=ReturnState.SUBMITTED, submitted_at=made.quarter.opened_at,
        submitted_by=council.person["manager"],
    )  # fmt: skip
    review_page = page_of(sign_in("head").get(address(made, "return-review")))
    assert "350" in review_page and "Two teams became one." not in review_page


def test_an_extract_leaves_words_with_the_number_that_they_explained(
    council: Cast, sign_in: SignIn
) -> None:
    made, _ = explained(council, sign_in)
    line = loading.FigureLine(made.team, OPEN, council.item["open-cases"].pk, GivenAnswer(41))
    loading.load_figures([line], signed_off=False, by=command_actor(Route.IMPORT))
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.value, figure.explanation, figure.explained_value) == (
        41, "Two teams became one.", 400,
    )  # fmt: skip


# -- sent back, and submitted again ---------------------------------------------------------


def sent_back(council: Cast) -> Return:
    made = council.submit("north-family")
    head = council.actor("head")
    return review.send_back(made, reason="Are transfers in?", version=made.version, by=head)


def send_again(client: Client, made: Return, response: str = "") -> HttpResponse:
    sent = {"version": Return.objects.get(pk=made.pk).version, "response": response}
    return client.post(address(made, "return-submit"), sent)


def test_a_returned_return_is_not_sent_again_as_it_was(council: Cast, sign_in: SignIn) -> None:
    made, client = sent_back(council), sign_in("manager")
    reply = send_again(client, made)
    assert reply.status_code == 409
    assert "Nothing in this return has changed since it was returned." in page_of(reply)
    assert 'href="#response"' in page_of(reply) and "Are transfers in?" in page_of(reply)
    # Changed and changed back is not changed.
    for value in (47, value_of(made, "open-cases")):
        save_as(council, "manager", Return.objects.get(pk=made.pk), open_cases=value)
    assert send_again(client, made).status_code == 409
    assert council.made("north-family").state == ReturnState.RETURNED
    assert send_again(client, made, "They are: see the guidance.").status_code == 302
    assert council.made("north-family").response == "They are: see the guidance."


@pytest.mark.parametrize(
    "typed",
    [
        {"value_cases_closed": 19, "why_cases_closed": "Without transfers."},
        {"why_cases_closed": "Without transfers."},
        {"note_cases_closed": "Without transfers."},
    ],
    ids=["a figure", "an explanation", "a note"],
)
def test_what_changed_answers_for_itself(
    council: Cast, sign_in: SignIn, typed: dict[str, object]
) -> None:
    made, client = sent_back(council), sign_in("manager")
    client.post(address(made), boxes(made, **typed))
    assert send_again(client, made).status_code == 302


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
    assert "Select which to keep for “Open cases”" in page.content.decode()
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
    assert "Somebody else saved this return while you were working on it. Look at it again" in (
        page.content.decode()
    )
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
    assert "It is ready" in text
    assert "ubmit" not in text.partition("<main")[2].replace('type="submit"', "")
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
    post = {"version": str(made.version), "response": "I took two out."}
    page = client.post(address(made, "return-submit"), post)
    assert page.status_code == 409
    assert "Somebody else saved this return" in page.content.decode()
    save_as(council, "manager", council.made("north-family"), open_cases=46)
    page = client.post(address(made, "return-submit"), post)
    assert "You saved this in another tab or window" in page.content.decode()
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
    client.post(
        address(made), boxes(made, value_cases_closed=19, why_cases_closed="Transfers left out.")
    )
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


def test_a_percentage_takes_a_sentence_before_it_is_submitted(
    council: Cast, sign_in: SignIn
) -> None:
    made, client = council.made("north-family"), sign_in("manager")
    typed = {
        "value_open_cases": 41, "value_cases_closed": 9, "value_cases_reopened": 2,
        "value_surveys_received": 22, "value_surveys_helped": 10,
    }  # fmt: skip
    page = client.post(address(made), boxes(made, **typed) | {"then": "check"})
    assert page.headers["Location"].endswith("#why-surveys-received")
    asks = "Families feeding back comes to 244.4% (22 of 9), well above this team"
    assert asks in unescape(client.get(address(made)).content.decode())
    check = client.get(reverse("return-check", args=[made.pk]))
    assert f"Say why “Surveys received” is right: {asks}" in unescape(check.content.decode())
    why = {"why_surveys_received": "Two quarters came at once."}
    client.post(address(made), boxes(council.made("north-family"), **typed, **why))
    check = client.get(reverse("return-check", args=[made.pk]))
    assert "Say why" not in check.content.decode()
