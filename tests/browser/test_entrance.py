"""Signing in, the pages around it and the pages for errors, in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from teams.models import User

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.earlyhelp.pages")]

PASSWORD = "a long enough password"
Check = Callable[[Page], None]


@pytest.fixture
def manager(transactional_db: None) -> User:
    return User.objects.create_user("manager@council.example", PASSWORD, name="A manager")


def sign_in(page: Page) -> None:
    page.get_by_label("Email address").fill("manager@council.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/password/reset/", "/nowhere/", "/accounts/signup/"]
)
def test_pages_for_strangers(
    page: Page, live_server: Any, address: str, accessible: Check, fits_a_phone: Check
) -> None:
    page.goto(live_server.url + address)
    expect(page.locator("h1")).to_have_count(1)
    accessible(page)
    fits_a_phone(page)


def test_an_error_is_shown_and_leads_to_its_field(
    page: Page, live_server: Any, accessible: Check
) -> None:
    page.goto(live_server.url + "/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your password")
    accessible(page)
    page.get_by_role("link", name="Enter your password").click()
    expect(page.get_by_label("Password")).to_be_focused()
    border = page.get_by_label("Password").evaluate("e => getComputedStyle(e).borderTopColor")
    assert border != "rgb(11, 12, 12)"


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/accounts/logout/"],
)
def test_pages_about_one_s_own_sign_in(
    page: Page,
    live_server: Any,
    manager: User,
    address: str,
    accessible: Check,
    fits_a_phone: Check,
) -> None:
    page.goto(f"{live_server.url}/accounts/login/?next={address}")
    sign_in(page)
    expect(page).to_have_url(live_server.url + address)
    accessible(page)
    fits_a_phone(page)


def test_a_form_sent_after_the_session_ended_is_two_steps_from_saved(
    page: Page, live_server: Any, manager: User, accessible: Check
) -> None:
    page.goto(f"{live_server.url}/accounts/login/?next=/count/")
    sign_in(page)
    page.get_by_label("Count").fill("forty")
    page.get_by_label("Note").fill("two\nlines")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    sign_in(page)
    accessible(page)
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_label("Count")).to_have_value("forty")
    expect(page.get_by_label("Note")).to_have_value("two\nlines")
    expect(page.get_by_role("alert")).to_contain_text("Enter a number")
