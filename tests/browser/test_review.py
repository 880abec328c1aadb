"""The quarter between a head of service and a team, and the officer who runs it, in a browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from measures.corrections import actions as corrections
from measures.models import Figure, ReportingQuarter, Return
from measures.returns.answers import GivenAnswer
from measures.workflow import QuarterState, ReturnState
from tests.browser.conftest import Enter
from tests.cast import HISTORY, OPEN, Cast
from tests.keystrokes import Keyboard

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
REASON = "Closures jumped to 78: are transfers in here?"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_returned_with_a_reason_corrected_and_signed_off(
    council: Cast, enter: Enter, javascript: bool
) -> None:
    made = council.submit("north-family", cases_closed=78)
    head = enter("head", "/review/", javascript=javascript)
    head.get_by_role("link", name="Review North family").click()
    expect(head.get_by_role("row", name="Cases closed").first).to_contain_text("78")
    head.get_by_label("What should they do?").fill(REASON)
    head.get_by_role("checkbox", name="Ask about Cases closed").check()
    head.get_by_role("button", name="Return to the team").click()
    expect(head.get_by_text("You returned North family.")).to_be_visible()
    expect(head.get_by_role("row", name="North family")).to_contain_text(REASON)

    manager = enter("manager", "/", javascript=javascript)
    expect(manager.get_by_text(REASON).first).to_be_visible()
    manager.goto(f"/returns/{made.pk}/fill-in/")
    manager.locator("#value-cases-closed").fill("24")
    # The words on 78 say nothing about 24.
    manager.locator("#why-cases-closed").fill("")
    manager.get_by_role("button", name="Save and check answers").click()
    manager.locator("[name=response]").fill("The transfers are out.")
    manager.get_by_role("button", name="Submit North family").click()
    expect(manager.get_by_role("heading", name="Return submitted")).to_be_visible()

    head.goto("/review/")
    expect(head.get_by_role("row", name="North family")).to_contain_text(
        "Changed Cases closed: was"
    )
    head.get_by_role("link", name="Review North family").click()
    expect(head.get_by_text("Changed since you returned it")).to_be_visible()
    expect(head.get_by_text("The team answered: “The transfers are out.”")).to_be_visible()
    expect(head.get_by_text("You sign for all 5 figures: nothing unusual.")).to_be_visible()
    head.get_by_role("button", name="Sign off").click()
    expect(head.get_by_text("You signed off North family.")).to_be_visible()
    made.refresh_from_db()
    assert (made.state, made.signed_off_by) == (ReturnState.SIGNED_OFF, council.person["head"])


def test_review_by_keyboard_alone(council: Cast, enter: Enter) -> None:
    made = council.submit("north-family", open_cases=400)
    page = enter("head", f"/returns/{made.pk}/review/")
    page.set_viewport_size({"width": 400, "height": 600})
    keyboard = Keyboard(page)
    keyboard.tab_to(page.get_by_role("checkbox", name="Ask about Open cases"))
    keyboard.press("Space")
    keyboard.tab_to(page.get_by_label("What should they do?"))
    keyboard.type("Count again, please.")
    button = page.get_by_role("button", name="Return to the team")
    keyboard.tab_to(button)
    # The bar that keeps the decision in reach hides nothing that has the focus.
    assert button.evaluate(IS_SEEN)
    keyboard.open(button)
    expect(page.get_by_text("You returned North family.")).to_be_visible()
    named = Figure.objects.filter(return_made=made, is_queried=True)
    assert [figure.item.code for figure in named] == ["open-cases"]


# Whether what is seen at the middle of an element is the element itself.
IS_SEEN = """one => {
  const box = one.getBoundingClientRect();
  return one.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_the_decision_is_in_reach_on_a_phone_and_hides_nothing(
    council: Cast, enter: Enter, accessible: Check, javascript: bool
) -> None:
    made = council.submit("north-family", open_cases=400)
    page = enter("head", f"/returns/{made.pk}/review/", javascript=javascript)
    page.set_viewport_size({"width": 400, "height": 600})
    bar = page.locator(".eh-reach")
    expect(bar).to_be_in_viewport()
    if javascript:
        accessible(page)
    stops = page.locator("main a, main button, main summary, main input, main textarea")
    for one in stops.all():
        if one.is_visible():
            one.focus()
            assert one.evaluate(IS_SEEN) or one.get_attribute("type") == "checkbox", one
    bar.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("You signed off North family.")).to_be_visible()


def test_returns_with_nothing_to_look_at_are_ticked_and_signed_together(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    council.submit("north-family")
    council.submit("north-centre")
    page = enter("head", "/review/")
    accessible(page)
    fits_a_phone(page)
    page = enter("head", "/review/", javascript=False)
    for team in ("North family", "North centre"):
        page.get_by_role("checkbox", name=f"Sign off {team}").check()
    page.get_by_role("button", name="Sign off the ones ticked").click()
    expect(page.get_by_text("You signed off 2 returns together.")).to_be_visible()


def test_a_team_is_reminded(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    page = enter("officer", "/returns/owed/")
    accessible(page)
    fits_a_phone(page)
    page.get_by_role("checkbox", name="Remind South family").check()
    page.get_by_role("button", name="Remind the ones ticked").click()
    expect(page.get_by_text("You reminded 1 team by mail.")).to_be_visible()
    expect(page.get_by_role("row", name="South family")).to_contain_text("Reminded today")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Remind the ones ticked").click()
    expect(page.get_by_role("row", name="North family")).to_contain_text("Reminded today")
    expect(page.get_by_role("button", name="Remind the ones ticked")).to_be_hidden()


def test_an_error_is_announced_and_leads_to_its_box(
    council: Cast, enter: Enter, accessible: Check
) -> None:
    made = council.submit("north-family")
    page = enter("head", f"/returns/{made.pk}/review/")
    page.get_by_role("button", name="Return to the team").click()
    problem = page.get_by_role("link", name="Say what the team should do")
    expect(problem).to_be_visible()
    expect(page).to_have_title(
        "Error: Review: North family, 2016-17 Q1 – Early Help performance – Testshire Council"
    )
    accessible(page)
    problem.click()
    expect(page.get_by_label("What should they do?")).to_be_focused()


def test_an_officer_plans_opens_and_closes_a_quarter(council: Cast, enter: Enter) -> None:
    page = enter("officer", "/quarters/")
    page.get_by_role("link", name="Plan 2016-17 Q2").click()
    page.get_by_role("button", name="Plan 2016-17 Q2").click()
    page.get_by_role("link", name="Enter the due date").click()
    page.keyboard.type("14")
    page.get_by_label("Month").fill("10")
    page.get_by_label("Year").fill("2016")
    page.get_by_role("button", name="Plan 2016-17 Q2").click()
    page.get_by_role("link", name="Open the quarter").click()
    expect(page.get_by_text("Opening makes 5 returns, due on 14 October 2016.")).to_be_visible()
    page.get_by_role("button", name="Open 2016-17 Q2").click()
    expect(page.get_by_text("2016-17 Q2 is open.")).to_be_visible()
    assert Return.objects.for_quarter(OPEN + 1).count() == 5

    page.goto("/quarters/2016-17-q1/")
    page.get_by_role("link", name="Close the quarter").click()
    expect(page.get_by_text("5 returns are not signed off.")).to_be_visible()
    page.get_by_label("Why it closes now").fill("The board meets on Friday.")
    page.get_by_label("Close it all the same").check()
    page.get_by_role("button", name="Close 2016-17 Q1").click()
    expect(page.get_by_text("2016-17 Q1 is closed: it is locked for everyone.")).to_be_visible()
    assert ReportingQuarter.objects.get(pk=OPEN.index).state == QuarterState.CLOSED
    page.get_by_role("link", name="Accept late North family").click()
    page.get_by_label("Why it is accepted late").fill("The manager was ill.")
    page.get_by_role("button", name="Accept it late").click()
    expect(page.get_by_text("North family can still submit 2016-17 Q1.")).to_be_visible()


def test_a_correction_is_proposed_and_countersigned(council: Cast, enter: Enter) -> None:
    page = enter("officer", "/corrections/")
    page.get_by_role("link", name="Propose a correction").click()
    page.get_by_label("North family").check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Cases closed, North family: becomes").fill("26")
    page.get_by_label("Why the figures change").fill("Three were entered late.")
    page.get_by_label("What kind of change it is").select_option("Late data")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_text("somebody else has to countersign it")).to_be_visible()

    director = enter("director", "/corrections/")
    director.get_by_role("link", name="Correction").last.click()
    director.get_by_role("button", name="Countersign").click()
    expect(director.get_by_text("the figures are changed")).to_be_visible()
    made = council.made("north-family", HISTORY[-1])
    assert Figure.objects.get(return_made=made, item__code="cases-closed").value == 26


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_quarter_closed_too_early_is_opened_again(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check, javascript: bool
) -> None:
    council.submit("north-family")
    officer = enter("officer", "/quarters/2016-17-q1/", javascript=javascript)
    officer.get_by_role("link", name="Close the quarter").click()
    expect(officer.get_by_text("Returns are due on 14 July 2016: 9 days left.")).to_be_visible()
    expect(officer.get_by_role("rowheader", name="Submitted, waiting to be")).to_be_visible()
    officer.get_by_role("button", name="Close 2016-17 Q1").click()
    expect(officer.get_by_role("alert").get_by_role("link")).to_have_count(2)
    if javascript:
        accessible(officer)
        fits_a_phone(officer)
    officer.get_by_role("link", name="Tick the box if the quarter").click()
    expect(officer.get_by_label("Close it all the same")).to_be_focused()
    officer.keyboard.press("Space")
    officer.get_by_label("Why it closes now").fill("The board meets on Friday")
    officer.get_by_role("button", name="Close 2016-17 Q1").click()
    expect(officer.get_by_text("2016-17 Q1 is closed: it is locked for everyone.")).to_be_visible()

    officer.get_by_role("link", name="Undo the closing").click()
    expect(officer.get_by_label("Why the closing is undone")).to_be_visible()
    if javascript:
        accessible(officer)
        fits_a_phone(officer)
    officer.get_by_label("Why the closing is undone").fill("It was the wrong quarter")
    officer.keyboard.press("Tab")
    officer.keyboard.press("Enter")
    expect(officer.get_by_text("2016-17 Q1 is open again")).to_be_visible()
    assert ReportingQuarter.objects.get(pk=OPEN.index).state == QuarterState.OPEN
    assert council.made("north-family").state == ReturnState.SUBMITTED


@pytest.mark.looks
@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("head", "/review/"),
        ("head", "/returns/{submitted}/review/"),
        ("head", "/returns/{signed}/review/"),
        ("head", "/cover/"),
        ("head", "/cover/new/"),
        ("officer", "/quarters/"),
        ("officer", "/quarters/new/"),
        ("officer", "/quarters/2016-17-q1/"),
        ("officer", "/quarters/2016-17-q1/due-date/"),
        ("officer", "/quarters/2016-17-q1/close/"),
        ("officer", "/corrections/"),
        ("officer", "/corrections/new/"),
        ("officer", "/corrections/new/?return={past}"),
        ("director", "/corrections/{correction}/"),
        ("officer", "/import/"),
    ],
)
def test_every_page_reads_well_and_fits_a_phone(
    council: Cast,
    enter: Enter,
    accessible: Check,
    fits_a_phone: Check,
    person: str,
    path: str,
) -> None:
    past = council.made("north-family", HISTORY[-1])
    figure = Figure.objects.get(return_made=past, item__code="cases-closed")
    correction = corrections.propose(
        {figure.pk: GivenAnswer(26)},
        reason="Three were entered late",
        by=council.actor("officer"),
    )
    page = enter(
        person,
        path.format(
            submitted=council.submit("north-family", open_cases=400).pk,
            signed=council.sign_off("north-centre").pk,
            past=past.pk,
            correction=correction.pk,
        ),
    )
    expect(page.locator("h1")).to_have_count(1)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    accessible(page)
    fits_a_phone(page)
