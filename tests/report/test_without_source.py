"""Numbers without a source are one list on the checklist, with what would give each one."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.report.models import Report
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.writing import actions as writing
from tests.cast import TODAY, Cast
from tests.pages import forms_of, text
from tests.report import making

pytestmark = pytest.mark.django_db


def written(council: Cast) -> tuple[Report, str]:
    """A report in which a number of the data and one of nobody's were typed; and the first."""
    report = making.begun(council)
    [shown] = publishing.prepare(report, TODAY).internal.placing.shown.values()
    block = making.block_of(report)
    words = f"At the end of the year there were {shown.text} open cases. We held 37 picnics."
    by = council.actor("officer")
    writing.write_block(block, {"text": words}, version=block.version, by=by)
    return report, shown.text


def test_they_are_listed_with_their_buttons_and_mended_there(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    report, typed = written(council)
    officer, where = sign_in("officer"), reverse("report-checklist", args=[report.code])
    page = officer.get(where)
    assert "2 numbers have no source" in text(page)
    assert page.content.decode().count("Give a source") == 2
    [form] = [one for one in forms_of(page) if one.attributes["action"].endswith("/mend/")]
    [button] = [one for one in page.content.decode().split('"') if one.startswith("mend:")]
    pressed = {**form.sent, "do": button.replace("&quot;", '"')}

    back = officer.post(form.attributes["action"], pressed, follow=True)
    assert back.redirect_chain[-1][0] == where
    assert "1 number has no source" in text(back)
    assert "37" in text(back)
    assert making.block_of(report).text.startswith("At the end of the year there were {{open-cases")
    assert typed not in making.block_of(report).text.partition(".")[0]


def test_who_writes_nothing_reads_them_without_buttons(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    report, _ = written(council)
    page = sign_in("head").get(reverse("report-checklist", args=[report.code]))
    assert "2 numbers have no source" in text(page)
    assert "Give a source" not in text(page)
    assert not [one for one in forms_of(page) if one.attributes["action"].endswith("/mend/")]
