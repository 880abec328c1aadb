"""A figure's whole way, in a browser: typed, submitted, signed off, on the city page, in its CSV."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter
from tests.browser.test_entry import type_all
from tests.cast import Cast

pytestmark = pytest.mark.browser

CITY = "/performance/?period=2016-17-q1&basis=signed-off"


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_what_a_manager_types_is_what_the_director_reads(
    council: Cast, enter: Enter, javascript: bool, tmp_path: Path
) -> None:
    manager = enter("manager", "/", javascript=javascript)
    manager.get_by_role("link", name="Start North family, Q1 2016-17").click()
    type_all(manager, **{"cases-closed": "27"})
    manager.get_by_role("button", name="Save and check answers").click()
    manager.get_by_role("button", name="Submit North family").click()
    expect(manager.get_by_role("heading", name="Return submitted")).to_be_visible()

    director = enter("director", CITY, javascript=javascript)
    row = director.get_by_role("row", name="Cases closed")
    expect(row).to_contain_text("missing")

    head = enter("head", "/review/", javascript=javascript)
    head.get_by_role("link", name="Review North family").click()
    head.get_by_role("button", name="Sign off").click()
    expect(head.get_by_text("You signed off North family.")).to_be_visible()

    director.goto(CITY)
    expect(row).to_contain_text("27")
    expect(director.get_by_role("main")).to_contain_text("1 of 4 teams")
    with director.expect_download() as download:
        director.get_by_role("link", name="CSV").click()
    saved = tmp_path / "city.csv"
    download.value.save_as(saved)
    with saved.open(encoding="utf-8", newline="") as file:
        rows = {line["measure"]: line for line in csv.DictReader(file)}
    closed = rows["cases-closed"]
    assert (closed["value"], closed["answered"], closed["expected"]) == ("27", "1", "4")
    assert closed["basis"] == "signed-off"
