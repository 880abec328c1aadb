"""The boxes of each kind of block: what is typed is kept, and stands there again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.report.models import BlockKind, ReportBlock
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.block_form import boxes_of
from tests.audits.making import make_plan, make_tool, planned
from tests.cast import TODAY, Cast
from tests.pages import forms_of, text
from tests.report import making

pytestmark = pytest.mark.django_db

# What is typed or ticked in each box, and what the block keeps of it.
TYPED: dict[str, tuple[list[str], Any]] = {
    "text": (["They asked us first."], None),
    "title": (["Year by year"], ("title", "Year by year")),
    "headings": (["how-much", "impact"], ("headings", ["how-much", "impact"])),
    "measures": (["open-cases", "helped"], ("measures", ["open-cases", "helped"])),
    "areas": (["north", "south"], ("areas", ["north", "south"])),
    "audit_round": (["drift"], ("round", "drift")),
    "year": (["2016-17"], ("year", "2016-17")),
    "who": (["A father"], ("who", "A father")),
    "given": (["May 2016"], ("period", "May 2016")),
    "count": (["12"], ("count", 12)),
    "consent": (["on"], ("consent", True)),
    "source": ([""], None),
}


def made(cast: Cast, kind: str, data: dict[str, Any] | None = None) -> tuple[str, ReportBlock]:
    """A block of a kind in a report that is begun, and its page."""
    section = making.section_of(making.begun(cast))
    block = writing.add_block(section, kind=kind, data=data, by=cast.actor("officer"))
    return reverse("report-block", args=[section.report.code, block.pk]), block


def boxes(client: Client, url: str) -> dict[str, list[str]]:
    """What stands in the form of the page."""
    [form] = [one for one in forms_of(client.get(url)) if "position" in one.boxes]
    return form.boxes


@pytest.mark.parametrize("kind", BlockKind.values)
def test_every_box_is_kept_and_stands_there_again(kind: str, council: Cast, client: Client) -> None:
    make_plan(council)
    planned(make_tool(council), "drift").save()
    client.force_login(council.person["officer"])
    url, block = made(council, kind)
    typed = {name: TYPED[name][0] for name in boxes_of(kind)}
    answer = client.post(url, {**boxes(client, url), **typed})
    assert answer.status_code == 302, text(answer)
    block.refresh_from_db()
    assert block.data == dict(kept for name in boxes_of(kind) if (kept := TYPED[name][1]))
    again = boxes(client, url)
    assert {name: sorted(again.get(name, [])) for name in typed} == {
        name: sorted(values) for name, values in typed.items()
    }
    ticked = {"headings", "measures", "areas", "consent"}
    client.post(url, {**again, **{name: [] if name in ticked else [""] for name in typed}})
    block.refresh_from_db()
    assert block.data == {}


def test_what_a_writer_cannot_choose_any_more_stays(council: Cast, client: Client) -> None:
    data = {"measures": ["helped", "gone", "open-cases"]}
    url, block = made(council, BlockKind.CHART, data)
    client.force_login(council.person["officer"])
    there = boxes(client, url)
    client.post(url, {**there, "measures": [*there["measures"], "feedback"]})
    block.refresh_from_db()
    assert block.data == {"measures": ["helped", "gone", "open-cases", "feedback"]}


def test_a_quote_that_nobody_agreed_to_stops_approving(council: Cast, client: Client) -> None:
    url, block = made(council, BlockKind.QUOTE)
    report = block.section.report
    key = f"consent:{block.pk}"
    assert key in [one.key for one in publishing.prepare(report, TODAY).checklist.errors]
    client.force_login(council.person["officer"])
    client.post(url, {**boxes(client, url), "text": "They asked us.", "consent": "on"})
    assert key not in [one.key for one in publishing.prepare(report, TODAY).checklist.errors]


@pytest.mark.parametrize(
    ("kind", "data", "shown", "told"),
    [
        ("audit", {}, "choose a round of audits", "Choose a round of audits for this block"),
        ("measure", {}, "choose a measure", "Choose a measure for this block"),
        ("chart", {}, "choose a measure", "Choose a measure for this block"),
        ("plan", {"year": "2019-20"}, "the plan for 2019-20", "no action plan for 2019-20"),
        ("response", {"year": "2019-20"}, "the plan for 2019-20", "no action plan for 2019-20"),
    ],
)
def test_a_block_without_what_it_shows_says_what_to_choose(
    kind: str, data: dict[str, Any], shown: str, told: str, council: Cast, client: Client
) -> None:
    """Also where there is a plan of the year that it would show by itself."""
    make_plan(council)
    _, block = made(council, kind, data)
    report = block.section.report
    errors = [one.text for one in publishing.prepare(report, TODAY).checklist.errors]
    assert any(told in one for one in errors), errors
    client.force_login(council.person["officer"])
    assert f"[no figure: {shown}]" in text(client.get(block.section.url))
