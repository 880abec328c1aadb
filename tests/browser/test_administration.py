"""The administration pages in a browser: under the strict content policy nothing of theirs breaks.

A window of ``enter`` fails the test when the policy refused something or a script broke.
"""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from earlyhelp.core.events.models import Event
from tests.browser.conftest import Enter
from tests.cast import Cast
from tests.test_admin_round_trip import FORMS, same, values

pytestmark = pytest.mark.browser


def test_an_officer_goes_round(council: Cast, enter: Enter) -> None:
    page = enter("officer", "/admin/")
    item, made = council.item["staff"], council.made("north-family")
    for name, args in [
        ("index", []),
        ("teams_team_changelist", []),
        ("teams_team_change", [council.team["north-family"].pk]),
        ("teams_locality_history", [council.locality["north"].pk]),
        ("teams_locality_delete", [council.locality["north"].pk]),
        ("measures_dataitem_change", [item.pk]),
        ("measures_measure_add", []),
        ("measures_target_import", []),
        ("measures_target_export", []),
        ("measures_return_change", [made.pk]),
        ("events_remark_changelist", []),
    ]:
        page.goto(reverse(f"admin:{name}", args=args))
        expect(page.locator("h1").first).to_be_visible()
    page.goto(reverse("admin:measures_target_changelist"))
    page.get_by_role("link", name="Helped with identified issues").click()
    page.get_by_label("Target").fill("90")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Enter why the target changes")).to_be_visible()
    expect(page.get_by_label("Target")).to_have_value("90")
    page.get_by_label("Why").fill("The board asked for more")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    page.get_by_role("link", name="Helped with identified issues").first.click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("The board asked for more")).to_be_visible()


BOXES = """form => Array.from(form.elements, box => [box.name, box.type + " " + box.className])"""
# What a box says, as a browser sends it.
SAID = """form => {
  const said = {};
  for (const [name, value] of new FormData(form)) (said[name] ??= []).push(value);
  return said;
}"""


def form_of(page: Page) -> Locator:
    return page.locator("form[id$=_form]")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator("li.success")).to_be_visible()


def choose(box: Locator, other: Any) -> None:
    """Put another value into a box, as a person does."""
    if box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(other)
    elif box.get_attribute("type") == "checkbox":
        box.set_checked(bool(other))
    else:
        box.fill(other)


def test_every_kind_of_box_says_what_is_there_and_takes_another_value(
    council: Cast, enter: Enter
) -> None:
    """Each row saved as the browser shows it says nothing new; each kind of box is changed once."""
    pages = {by: enter(by, "/admin/") for by in ("officer", "administrator")}
    tried: set[str] = set()
    for kind, form in FORMS.items():
        row, page = form.make(council), pages[form.by]
        page.goto(reverse(f"admin:{kind}_change", args=[row.pk]))
        before, events = values(row), Event.objects.count()
        save(page)
        assert values(row) == before
        assert Event.objects.count() == events, kind
        others, said = form.others(council), form_of(page).evaluate(SAID)
        for name, box in form_of(page).evaluate(BOXES):
            if box in tried or name not in others or name in form.waits:
                continue
            tried.add(box)
            for needed, words in ({name: others[name]} | form.needs(name)).items():
                choose(page.locator(f"[name={needed}]"), words)
            save(page)
            now = form_of(page).evaluate(SAID)
            changed = {one for one in said | now if one != "csrfmiddlewaretoken"
                       and said.get(one) != now.get(one)} - {"form_key"}  # fmt: skip
            assert changed == {name}, (kind, box)
            other = others[name] if isinstance(others[name], list) else [others[name]]
            assert same(now.get(name, []), other), (kind, name)
            said = now
    assert {box.split()[0] for box in tried} == {
        *("text", "textarea", "number", "date", "checkbox", "select-one"),
    }
