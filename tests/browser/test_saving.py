"""A page that saves by itself: what is left or stands still is saved, what is bad stays unsaved."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_started
from playwright.sync_api import Dialog, Page, Request, Route, expect

from audits.models import CaseAudit, Given
from audits.workflow import CaseState
from measures.models import Figure, Return
from tests.audits.making import make_casework
from tests.browser.conftest import Enter, let_finish, wait_until
from tests.cast import Cast

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]

SAVED = re.compile(r"^Saved \d\d:\d\d$")


def state(page: Page) -> object:
    return expect(page.locator("[data-save-state]"))


def fill_in(made: Return) -> str:
    return f"/returns/{made.pk}/fill-in/"


def value_of(made: Return, code: str) -> int | None:
    return Figure.objects.get(return_made=made, item__code=code).value


def watch(page: Page, path: str) -> list[Request]:
    """The posts of a page to an address, as they come."""
    posts: list[Request] = []
    page.on(
        "request",
        lambda one: posts.append(one) if one.method == "POST" and path in one.url else None,
    )
    return posts


def leave(page: Page) -> list[str]:
    """Try to go home, and say no when asked; what was asked."""
    asked: list[str] = []

    def no(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", no)
    page.evaluate("location.href = '/'")
    # A machine that is busy takes its time to ask, or to go.
    wait_until(page, lambda: asked or urlsplit(page.url).path == "/")
    page.wait_for_load_state()
    return asked


def test_a_box_that_is_left_is_saved_and_nothing_moves(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    posts = watch(page, fill_in(made))
    page.locator("#value-open-cases").fill("44")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent")
    state(page).to_have_text(SAVED)
    assert page.evaluate("document.activeElement.textContent") == focused
    assert value_of(made, "open-cases") == 44
    assert (
        "value-open-cases" in posts[0].post_data and "value-cases-closed" not in posts[0].post_data
    )
    # The next one is made from the version that the first came to.
    page.locator("#value-cases-closed").fill("24")
    page.locator("#value-cases-reopened").fill("2")
    page.locator("#value-surveys-received").focus()
    expect(page.locator("[name=version]")).to_have_value(str(made.version + len(posts)))
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    assert (value_of(made, "cases-closed"), value_of(made, "cases-reopened")) == (24, 2)


def test_a_box_that_stands_still_is_saved_and_a_half_typed_number_never(
    council: Cast, enter: Enter
) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.clock.install()
    posts = watch(page, fill_in(made))
    box = page.locator("#value-open-cases")
    box.press_sequentially("1,")
    page.clock.run_for(20_000)
    assert posts == [] and value_of(made, "open-cases") is None
    box.press_sequentially("204")
    page.clock.run_for(3_000)
    assert posts == []
    page.clock.run_for(3_000)
    state(page).to_have_text(SAVED)
    expect(box).to_be_focused()
    assert value_of(made, "open-cases") == 1204


def test_a_bad_box_keeps_the_page_unsaved(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.locator("#value-open-cases").fill("about forty")
    page.locator("#value-cases-closed").fill("24")
    page.keyboard.press("Tab")
    state(page).to_have_text(re.compile("^Not saved: Open cases must be"))
    expect(page.locator("[name=version]")).to_have_value(str(made.version + 1))
    assert leave(page) == ["beforeunload"]
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("1 answer is saved, 1 is not.")).to_be_visible()
    assert leave(page) == ["beforeunload"]
    expect(page.locator("#value-open-cases")).to_have_value("about forty")
    page.locator("#value-open-cases").fill("44")
    page.keyboard.press("Tab")
    state(page).to_have_text(SAVED)
    assert leave(page) == []
    assert value_of(made, "open-cases") == 44


def test_without_a_connection_it_says_so_and_tries_again(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.clock.install()
    page.route("**/fill-in/", lambda route: route.abort())
    page.locator("#value-open-cases").fill("44")
    page.keyboard.press("Tab")
    state(page).to_have_text(re.compile("^Not saved: there is no connection"))
    assert leave(page) == ["beforeunload"]
    page.unroute("**/fill-in/")
    page.clock.run_for(11_000)
    state(page).to_have_text(SAVED)
    assert value_of(made, "open-cases") == 44


def test_somebody_else_was_faster_and_the_next_save_shows_both(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    council.fill_in("north-family", "contributor", open_cases=60)
    page.locator("#value-open-cases").fill("44")
    page.keyboard.press("Tab")
    state(page).to_have_text(re.compile("^Not saved: somebody else saved meanwhile"))
    assert value_of(made, "open-cases") == 60
    page.get_by_role("button", name="Save and check answers").click()
    expect(page.locator("#keep-open-cases-theirs")).to_be_visible()


def test_a_session_that_is_over_is_said_and_nothing_is_lost(council: Cast, enter: Enter) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.context.clear_cookies()
    page.locator("#value-open-cases").fill("44")
    page.keyboard.press("Tab")
    state(page).to_have_text(re.compile("^Not saved: "))
    expect(page.locator("#value-open-cases")).to_have_value("44")
    assert leave(page) == ["beforeunload"]


def test_a_save_that_somebody_asks_for_waits_for_the_one_under_way(
    council: Cast, enter: Enter
) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    held: list[Route] = []
    page.route("**/fill-in/", lambda route: held.append(route), times=1)
    page.locator("#value-open-cases").fill("44")
    page.locator("#value-cases-closed").fill("24")
    wait_until(page, lambda: held)
    assert len(held) == 1
    page.get_by_role("button", name="Save and leave").click()
    page.wait_for_timeout(300)
    held[0].continue_()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    assert (value_of(made, "open-cases"), value_of(made, "cases-closed")) == (44, 24)


def test_words_about_another_number_are_asked_about_while_typing(
    council: Cast, enter: Enter
) -> None:
    made = council.made("north-family")
    page = enter("manager", fill_in(made))
    page.locator("#value-open-cases").fill("400")
    page.keyboard.press("Tab")
    page.locator("#why-open-cases").fill("Two teams became one.")
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    page.goto(fill_in(made))
    still = page.locator('[data-still="400"]')
    expect(still).to_be_hidden()
    page.locator("#value-open-cases").fill("350")
    expect(page.get_by_text("Written about 400.")).to_be_visible()
    page.get_by_label("This still explains 350").check()
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("North family is saved")).to_be_visible()
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    assert (figure.value, figure.explains) == (350, "Two teams became one.")


# -- a case and its moderation --------------------------------------------------------------


def given(audit: CaseAudit, code: str) -> Given:
    return Given.objects.get(audit=audit, indicator__code=code)


def test_a_case_saves_what_is_chosen_and_written(council: Cast, enter: Enter) -> None:
    audit = make_casework(council).audit(1)
    page = enter("auditor", f"/audits/cases/{audit.pk}/grade/")
    page.locator("#grade-assessment-2").check()
    state(page).to_have_text(SAVED)
    assert given(audit, "assessment").grade == "good"
    page.get_by_label("Strengths").fill("x" * 4001)
    page.keyboard.press("Tab")
    state(page).to_have_text(re.compile("^Not saved: Shorten “Strengths”"))
    assert leave(page) == ["beforeunload"]
    page.get_by_role("button", name="Save and leave").click()
    expect(page.get_by_text("1 answer is saved, 1 is not.")).to_be_visible()
    page.get_by_label("Strengths").fill("A chronology")
    page.keyboard.press("Tab")
    state(page).to_have_text(SAVED)
    assert leave(page) == []
    assert CaseAudit.objects.get(pk=audit.pk).strengths == "A chronology"


def test_a_moderation_saves_itself_once_a_change_has_its_comment(
    council: Cast, enter: Enter, accessible: Check, fits_a_phone: Check
) -> None:
    audit = make_casework(council).submit(1)
    page = enter("other_head", f"/audits/cases/{audit.pk}/moderate/")
    page.locator("#grade-assessment-4").check()
    state(page).to_have_text(re.compile("^Not saved: Enter why the grade of “Assessment” changes"))
    page.locator("#comment-assessment").fill("The child was not seen")
    page.keyboard.press("Tab")
    state(page).to_have_text(SAVED)
    assert leave(page) == []
    assert CaseAudit.objects.get(pk=audit.pk).state == CaseState.SUBMITTED
    page.goto(f"/audits/cases/{audit.pk}/moderate/")
    expect(page.locator("#grade-assessment-4")).to_be_checked()
    expect(page.locator("#comment-assessment")).to_have_value("The child was not seen")
    accessible(page)
    fits_a_phone(page)
    page.get_by_role("button", name="Moderate Case 1").click()
    expect(page.get_by_text("Case 1 is moderated.")).to_be_visible()
    assert given(audit, "assessment").moderated_grade == "inadequate"


def test_what_a_closed_window_sent_is_answered_before_the_next_test(
    live_server: Any, council: Cast, enter: Enter
) -> None:
    """It would be written into the next council, whose rows have the same keys."""
    made = council.made("north-family")
    page = enter("manager", fill_in(made))

    def is_slow(environ: dict[str, str], **kwargs: object) -> None:
        if environ["REQUEST_METHOD"] == "POST":
            time.sleep(1)

    request_started.connect(is_slow)
    try:
        with page.expect_request(lambda one: one.method == "POST"):
            page.locator("#value-open-cases").fill("41")
            page.keyboard.press("Tab")
        page.context.close()
        let_finish(live_server)
    finally:
        request_started.disconnect(is_slow)
    assert value_of(made, "open-cases") == 41
