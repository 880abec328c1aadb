"""Several returns on one sheet: each saved, compared and submitted on its own; and told of."""

from collections.abc import Callable, Mapping

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from measures.exchange import actions as loading
from measures.models import Figure, Return
from measures.returns import actions as entry
from measures.returns.actions import FiguresRefused
from measures.returns.answers import GivenAnswer
from measures.returns.forms import prefix_of
from measures.returns.reasons import apart, explanation
from measures.review import actions as review
from measures.verbs import MeasuresVerb
from measures.workflow import NotAllowed, ReturnState
from teams.authority import command_actor
from teams.permissions import Refused
from tests.cast import HISTORY, OPEN, Cast, explain
from tests.pages import text

SignIn = Callable[[str], Client]
FAMILY, CENTRE = "north-family", "north-centre"


def sheet(page: str = "returns-together") -> str:
    return reverse(page, args=[OPEN.slug])


def boxes(made: Return, typed: Mapping[str, object]) -> dict[str, str]:
    """What the sheet would post for one return: every box as it stands, with ``typed`` over it."""
    post = {"version": str(made.version)}
    for figure in Figure.objects.of(made):
        code = figure.item.code
        post[f"value-{code}"] = "" if figure.value is None else str(figure.number)
        post[f"answer-{code}"], post[f"note-{code}"] = figure.answer, figure.note
    post |= {name: str(value) for name, value in typed.items()}
    return {f"{prefix_of(made)}{name}": value for name, value in post.items()}


def post_both(
    council: Cast, client: Client, family: dict[str, object], centre: dict[str, object], **more: str
) -> HttpResponse:
    """Post the sheet of North's two teams, as it stands now."""
    made = boxes(council.made(FAMILY), family) | boxes(council.made(CENTRE), centre)
    answer: HttpResponse = client.post(sheet(), made | more)
    return answer


def value_of(council: Cast, team: str, code: str = "open-cases") -> int | None:
    return Figure.objects.get(return_made=council.made(team), item__code=code).value


def test_the_sheet_has_each_team_with_its_own_questions(council: Cast, sign_in: SignIn) -> None:
    page = sign_in("manager").get(sheet())
    family, centre = prefix_of(council.made(FAMILY)), prefix_of(council.made(CENTRE))
    html = page.content.decode()
    assert f'id="{family}value-open-cases"' in html and f'id="{centre}value-staff"' in html
    assert f'id="{family}value-staff"' not in html
    assert f'data-saves-to="/returns/{council.made(CENTRE).pk}/fill-in/"' in html
    assert "not asked of North family" in text(page)
    # Each on a line of its own, so none begins with a dot.
    assert "target 85% this year" in text(page) and "· target" not in text(page)


def test_who_has_one_return_is_led_to_it(council: Cast, sign_in: SignIn) -> None:
    page = sign_in("contributor").get(sheet())
    assert page["Location"] == reverse("return-fill-in", args=[council.made(FAMILY).pk])


def test_each_return_is_saved_with_its_own_version_and_record(
    council: Cast, sign_in: SignIn
) -> None:
    page = post_both(
        council, sign_in("manager"), {"value-open-cases": 41}, {"value-staff": "6.5"}, then="leave"
    )
    assert page["Location"] == "/"
    assert value_of(council, FAMILY) == 41
    assert value_of(council, CENTRE, "staff") == 65
    for team in (FAMILY, CENTRE):
        made = council.made(team)
        assert made.version == 1
        assert Event.objects.about(made).filter(verb=MeasuresVerb.FIGURE_SAVED).count() == 1


def test_the_sheet_says_how_much_of_all_teams_is_saved_and_how_much_is_not(
    council: Cast, sign_in: SignIn
) -> None:
    family = {"value-open-cases": "forty", "value-cases-closed": 21}
    page = post_both(
        council,
        sign_in("manager"),
        family,
        {"value-open-cases": 31, "value-staff": 6},
        then="leave",
    )
    assert "There is a problem 3 answers are saved, 1 is not. North family: Open cases" in text(
        page
    )
    assert value_of(council, FAMILY, "cases-closed") == 21
    assert value_of(council, CENTRE, "staff") == 60
    page = post_both(council, sign_in("manager"), family, {}, then="leave")
    assert "3 answers are saved, 1 is not." in text(page)


def test_a_stale_team_is_compared_and_the_others_typing_is_kept(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("manager")
    before = council.made(FAMILY)
    council.fill_in(FAMILY, "contributor", open_cases=50)
    typed = boxes(before, {"value-open-cases": 41}) | boxes(
        council.made(CENTRE), {"value-open-cases": 31, "value-staff": "six"}
    )
    page = client.post(sheet(), typed | {"then": "leave"})
    assert page.status_code == 409
    assert "North family: somebody else saved this return" in text(page, 409)
    # The other team's number is saved, and what cannot be read comes along.
    assert (value_of(council, FAMILY), value_of(council, CENTRE)) == (50, 31)
    sent = page.content.decode()
    centre, family = prefix_of(council.made(CENTRE)), prefix_of(before)
    assert f'name="{centre}value-staff" value="six"' in sent
    again = {
        **boxes(council.made(FAMILY), {"value-open-cases": 41}),
        **boxes(council.made(CENTRE), {"value-staff": "six"}),
        "choose": f"{family}open-cases",
        f"keep-{family}open-cases": "mine",
        "then": "leave",
    }
    after = client.post(sheet(), again)
    assert value_of(council, FAMILY) == 41
    assert "North centre: Staff in post must be a number" in text(after)
    assert 'value="six"' in after.content.decode()


def test_what_a_locked_team_had_typed_is_shown_and_the_rest_goes_on(
    council: Cast, sign_in: SignIn
) -> None:
    typed = boxes(council.made(FAMILY), {"value-open-cases": 47}) | boxes(
        council.made(CENTRE), {"value-open-cases": 31}
    )
    council.submit(FAMILY)
    page = sign_in("manager").post(sheet(), typed | {"then": "check"})
    assert "North family can no longer be changed." in text(page)
    assert "Open cases: 47" in text(page)
    assert (value_of(council, FAMILY), value_of(council, CENTRE)) == (41, 31)


def test_a_group_is_not_provided_for_one_reason_and_numbers_stay(
    council: Cast, sign_in: SignIn
) -> None:
    client, family = sign_in("manager"), prefix_of(council.made(FAMILY))
    button = {f"{family}not-provided": "cases"}
    page = post_both(council, client, {"value-open-cases": 41}, {}, **button)
    assert "“Cases”: say why none of it could be provided" in text(page)
    assert value_of(council, FAMILY) == 41
    page = post_both(council, client, {}, {}, **button, **{"group-note-cases": "System down"})
    assert page["Location"].endswith(f"#{family}group-cases")
    answers = dict(
        Figure.objects.filter(return_made=council.made(FAMILY)).values_list("item__code", "answer")
    )
    assert answers["cases-closed"] == answers["cases-reopened"] == "not-provided"
    assert answers["open-cases"] == answers["surveys-received"] == ""
    assert value_of(council, CENTRE) is None


def test_not_applicable_of_last_quarter_is_offered_and_said_again(
    council: Cast, sign_in: SignIn
) -> None:
    last = council.made(FAMILY, HISTORY[-1])
    figure = Figure.objects.filter(return_made=last, item__code="cases-reopened")
    figure.update(value=None, answer="not-applicable", note="Done by the hub")
    client, made = sign_in("manager"), council.made(FAMILY)
    assert "Not applicable last quarter: Done by the hub" in text(
        client.get(reverse("return-fill-in", args=[made.pk]))
    )
    page = post_both(council, client, {}, {}, **{f"{prefix_of(made)}again": "cases-reopened"})
    assert page["Location"].endswith(f"#{prefix_of(made)}value-cases-reopened")
    said = Figure.objects.get(return_made=council.made(FAMILY), item__code="cases-reopened")
    assert (said.answer, said.note) == ("not-applicable", "Done by the hub")


def test_reasons_are_ticked_beside_the_words(council: Cast, sign_in: SignIn) -> None:
    typed = {
        "value-open-cases": 400,
        "why-open-cases": "Two joined.",
        "because-open-cases": "grew",
    }
    post_both(council, sign_in("manager"), typed, {}, then="leave")
    figure = Figure.objects.get(return_made=council.made(FAMILY), item__code="open-cases")
    assert (figure.explanation, figure.explained_value) == ("The team grew. Two joined.", 400)
    page = sign_in("manager").get(reverse("return-fill-in", args=[council.made(FAMILY).pk]))
    assert 'value="grew" checked' in page.content.decode()
    assert '"2">Two joined.</textarea>' in page.content.decode()


@pytest.mark.parametrize(
    "words",
    [
        *("", "Words", "The team grew.", "The team grew. Words", "One large family."),
        *("The team grew.Words", "The team grew.  Words", "Words The team grew."),
        *("Recording caught up. The team grew.", "The team grew. The team grew."),
        "The team grew. Recording caught up. Words\nand more",
    ],
)
def test_an_explanation_is_the_same_after_its_ticks_were_read(words: str) -> None:
    assert explanation(*apart(words)) == words


# -- submitting together --------------------------------------------------------------------


def ready(council: Cast, team: str, by: str = "manager", **values: int) -> Return:
    made = council.fill_in(team, by, **values)
    explain(made)
    return made


def versions(*returns: Return) -> dict[str, str]:
    return {f"{prefix_of(made)}version": str(made.version) for made in returns}


def test_returns_are_submitted_once_each_and_what_cannot_be_is_named(
    council: Cast, sign_in: SignIn
) -> None:
    family, centre = ready(council, FAMILY), ready(council, CENTRE)
    client = sign_in("manager")
    assert "Submit my 2 returns" in text(client.get(sheet("returns-together-check")))
    council.fill_in(CENTRE, open_cases=33)
    page = client.post(sheet("returns-together-submit"), versions(family, centre), follow=True)
    assert page.redirect_chain[-1][0] == sheet("returns-together-receipt")
    assert "1 of 2 returns submitted" in text(page)
    assert "North centre is not submitted. " in text(page)
    assert council.made(CENTRE).state == ReturnState.DRAFT
    # Sent again it is submitted once.
    client.post(sheet("returns-together-submit"), versions(family))
    events = Event.objects.about(family).filter(verb=MeasuresVerb.SUBMITTED)
    assert [f"S{event.pk}" in text(page) for event in events] == [True]
    client.post(sheet("returns-together-submit"), versions(council.made(CENTRE)))
    assert "All your returns of this quarter are submitted." in text(
        client.get(sheet("returns-together-receipt"))
    )


def test_the_page_names_what_is_missing_and_submits_the_rest(
    council: Cast, sign_in: SignIn
) -> None:
    ready(council, FAMILY)
    page = text(sign_in("manager").get(sheet("returns-together-check")))
    assert "Submit North family" in page
    assert "Not yet: North centre (6 missing)" in page


def test_a_return_that_came_back_unchanged_is_asked_about_at_its_box(
    council: Cast, sign_in: SignIn
) -> None:
    made = council.submit(FAMILY)
    review.send_back(
        made, reason="Why?", item_ids=[], version=made.version, by=council.actor("head")
    )
    centre, client = ready(council, CENTRE), sign_in("manager")
    sent = versions(council.made(FAMILY), centre)
    page = client.post(sheet("returns-together-submit"), sent)
    assert "North family: Nothing in this return has changed" in text(page, 409)
    assert council.made(CENTRE).state == ReturnState.SUBMITTED
    box = f"{prefix_of(made)}response"
    client.post(sheet("returns-together-submit"), versions(council.made(FAMILY)) | {box: "It is"})
    assert council.made(FAMILY).response == "It is"


# -- ready ----------------------------------------------------------------------------------


def test_a_contributor_reads_nothing_of_submitting(council: Cast, sign_in: SignIn) -> None:
    made = ready(council, FAMILY, "contributor")
    client, check = sign_in("contributor"), sheet("returns-together-check")
    said = text(client.get(check))
    assert "1 of 1 return is filled in." in said and "submit" not in said.lower()
    assert "and tell the manager that it is ready" in said
    entry.say_ready(made, version=made.version, by=council.actor("contributor"))
    assert "tell the manager" not in text(client.get(check)), "it is told"
    assert "0 of 2 returns can be submitted now." not in text(sign_in("manager").get(check))


def test_a_contributor_tells_the_manager_once_by_mail_and_on_record(
    council: Cast, sign_in: SignIn, mailoutbox: list[EmailMessage]
) -> None:
    made = ready(council, FAMILY, "contributor")
    client = sign_in("contributor")
    check = reverse("return-check", args=[made.pk])
    assert "Manager is written to" in text(client.get(check))
    for _ in range(2):
        told = client.post(
            reverse("return-ready", args=[made.pk]), {"version": made.version}, follow=True
        )
    assert "Ready since 5 July 2016, says Contributor" in text(told)
    (mail,) = mailoutbox
    assert mail.to == [council.person["manager"].email]
    assert "ready for you: North family" in mail.subject
    assert check in mail.body
    assert Event.objects.about(made).filter(verb=MeasuresVerb.READY).count() == 1
    for page in ("/", reverse("returns")):
        assert "Ready since 5 July 2016, says Contributor" in text(sign_in("manager").get(page))
    submitted = entry.submit(
        council.made(FAMILY), version=council.made(FAMILY).version, by=council.actor("manager")
    )
    assert submitted.ready_at is None


def test_who_may_not_say_that_a_return_is_ready(council: Cast) -> None:
    made = council.fill_in(FAMILY, "contributor", open_cases=400)
    say = entry.say_ready
    with pytest.raises(FiguresRefused, match="Say why “Open cases” is right"):
        say(made, version=made.version, by=council.actor("contributor"))
    explain(made)
    for person in ("manager", "head", "other_manager"):
        with pytest.raises(Refused):
            say(made, version=made.version, by=council.actor(person))
    with pytest.raises(Stale):
        say(made, version=made.version - 1, by=council.actor("contributor"))
    entry.submit(made, version=made.version, by=council.actor("manager"))
    with pytest.raises(NotAllowed):
        say(made, version=made.version + 1, by=council.actor("contributor"))


def test_a_return_signed_off_from_a_file_is_no_longer_ready(council: Cast) -> None:
    made = ready(council, FAMILY, "contributor")
    entry.say_ready(made, version=made.version, by=council.actor("contributor"))
    figure = Figure.objects.of(made).get(item__code="open-cases")
    line = loading.FigureLine(council.team[FAMILY], OPEN, figure.item_id, GivenAnswer(figure.value))
    loading.load_figures([line], signed_off=True, by=command_actor())
    assert council.made(FAMILY).state == ReturnState.SIGNED_OFF
    assert council.made(FAMILY).ready_at is None
