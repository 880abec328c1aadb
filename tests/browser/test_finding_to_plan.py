"""What an audit found, as one journey: an action, its owner's update, overdue, in the Word file."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import expect

from audits.plan.models import Action
from tests.audits.access.results import closed_round
from tests.audits.making import make_action, make_plan
from tests.browser.conftest import Enter
from tests.cast import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_finding_becomes_an_action_goes_late_and_stands_in_the_word_file(
    council: Cast, enter: Enter, settings: Any, tmp_path: Path, javascript: bool
) -> None:
    closed_round(council)
    make_action(council, make_plan(council)[1], "May 2017", text="Look back")
    officer = enter("officer", "/audits/rounds/june/results/", javascript=javascript)
    officer.get_by_role("link", name="Write a finding").click()
    officer.get_by_label("For improvement").check()
    officer.get_by_label("What was found").fill("Plans do not say who does what by when")
    officer.get_by_role("button", name="Save the finding").click()
    officer.get_by_role("link", name=re.compile("Make an action")).click()
    officer.get_by_label("Outcome that it works towards").select_option(index=1)
    officer.get_by_label("What is to be done").fill("Share an exemplar plan")
    officer.get_by_label("Team managers", exact=True).check()
    officer.get_by_label("By when", exact=True).fill("1.9.16")
    officer.get_by_role("button", name="Make the action").click()
    found = officer.get_by_role("row", name=re.compile("Plans do not say who does what"))
    expect(found).to_contain_text("1.1 b Share an exemplar plan")

    # Its owner: from the home page, in two clicks, once it is due soon.
    settings.BUSINESS_DATE = dt.date(2016, 8, 10)
    manager = enter("manager", "/", javascript=javascript)
    manager.get_by_role("link", name="Update 1.1 b").click()
    manager.get_by_label("How far is it?").fill("It is with two teams.")
    manager.get_by_role("button", name="Save").click()
    expect(manager.get_by_text("Your update of 1.1 b is saved.")).to_be_visible()
    officer.reload()
    expect(found).to_contain_text("In progress")

    # The head of service, on the day after it was due.
    head = enter("head", "/", javascript=javascript)
    head.get_by_role("link", name="Actions", exact=True).click()
    row = head.get_by_role("row", name="Share an exemplar plan")
    expect(row).to_contain_text("In progress")
    settings.BUSINESS_DATE = dt.date(2016, 9, 2)
    head.reload()
    expect(row).to_contain_text("Overdue was due 1 September 2016")
    officer.reload()
    expect(found).to_contain_text("Overdue")

    with head.expect_download() as download:
        head.get_by_role("link", name="Word", exact=True).click()
    file = tmp_path / "plan.docx"
    download.value.save_as(file)
    [table] = Document(str(file)).tables
    written = [[cell.text for cell in line.cells] for line in table.rows]
    actions = {line[0]: line[1:] for line in written if line[0]}
    assert {ref: line[1] for ref, line in actions.items()} == {
        "1.1 a": "Look back",
        "1.1 b": "Share an exemplar plan",
    }
    assert len(actions) == Action.objects.count()
    assert actions["1.1 b"][2:4] == ["Team managers", "1.9.16"]
    assert actions["1.1 b"][5] == (
        "Overdue (was due 1 September 2016)\n10 August 2016: It is with two teams."
    )
