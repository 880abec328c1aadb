"""The desk of a block: figures found by name, a preview that loses nothing, buttons that mend."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from earlyhelp.core.events.models import Event
from earlyhelp.report.models import ReportBlock, ReportSource
from earlyhelp.report.placing import Placing
from earlyhelp.report.text import TextReader
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.places import TypedPlaces
from tests.cast import TODAY, Cast
from tests.pages import forms_of, text
from tests.report import making
from tests.report.fetching import fetched

pytestmark = pytest.mark.django_db

TYPED = "Families sent back 172 surveys in 2015-16. In **2015-16** 260 cases were closed."


def desk(cast: Cast, words: str = TYPED) -> tuple[str, ReportBlock]:
    """A block with these words, and its page's address."""
    report = making.begun(cast, words)
    block = making.block_of(report)
    return reverse("report-block", args=[report.code, block.pk]), block


def post(client: Client, url: str, block: ReportBlock, **more: str) -> Any:
    """The form as the page has it, with what is typed or pressed."""
    typed = {"text": block.text, "position": str(block.position), "version": str(block.version)}
    return client.post(url, {**typed, **more})


def kept(response: Any) -> str:
    """What stands in the text's box."""
    found = re.search(r"<textarea[^>]*>\s?(.*?)</textarea>", response.content.decode(), re.DOTALL)
    assert found
    return unescape(found[1])


def buttons(response: Any, kind: str) -> list[str]:
    """What the buttons of a kind post."""
    found = re.findall(rf'name="do" value="({kind}:[^"]*)"', response.content.decode())
    return [unescape(one) for one in found]


def pressed(response: Any, put: str) -> str:
    """The button that would put these words in."""
    [one] = [one for one in buttons(response, "mend") if f'"{put}"]' in one]
    return one


def test_a_figure_is_found_by_its_name_and_put_in_without_saving(
    council: Cast, client: Client
) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])
    page = post(client, url, block, text="Half a sentence about", do="find", find="open cases")
    assert "152 Open cases {{open-cases}}" in text(page)
    assert kept(page) == "Half a sentence about"
    page = post(client, url, block, text="Half a sentence about", do="put:{{open-cases}}")
    assert kept(page) == "Half a sentence about {{open-cases}}"
    assert "Half a sentence about 152" in text(page)
    block.refresh_from_db()
    assert block.text == TYPED


@pytest.mark.parametrize(
    ("asked", "token", "shown"),
    [
        ("helped issues", "helped", "81.4%"),
        ("surveys received", "feedback", "62.3%"),
        ("north open", "open-cases in North", "76"),
        ("open south", "open-cases in South", "76"),
    ],
)
def test_what_is_meant_is_found(
    asked: str, token: str, shown: str, council: Cast, client: Client
) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])
    page = post(client, url, block, do="figures", find=asked)
    assert f"{{{{{token}}}}}" in page.content.decode()
    assert shown in text(page)
    assert "<main" not in page.content.decode()


def test_a_preview_shows_each_number_and_what_names_nothing_with_its_line(
    council: Cast, client: Client
) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])
    words = "Open: {{open-cases}}.\n\nClosed: {{case-closed}}."
    for do in ("preview", "beside"):
        page = post(client, url, block, text=words, do=do)
        assert "Open: 152" in text(page)
        assert "Line 3: There is no measure “case-closed”" in text(page)
    assert "What is typed is not saved yet" in text(page)


def test_a_preview_asks_the_database_no_more_for_a_longer_text(
    council: Cast, client: Client
) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])

    def queries(words: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            post(client, url, block, text=words, do="find", find="e")
        return len(asked)

    # The first figure of a text asks for the targets of all.
    one = f"{TYPED}\n\nOpen: {{{{open-cases in North}}}}."
    queries(one)
    assert queries(one) == queries("\n\n".join([one] * 20))


def test_one_press_puts_the_right_number_or_the_data_into_what_is_typed(
    council: Cast, client: Client
) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])
    page = client.get(url)
    assert "{{surveys-received}}" not in page.content.decode()
    for put in ("276", "{{cases-closed}}"):
        done = post(client, url, block, do=pressed(page, put))
        assert kept(done) == TYPED.replace("260", put)
    block.refresh_from_db()
    assert block.text == TYPED, "only Save saves"


def test_a_button_made_for_other_words_changes_nothing(council: Cast, client: Client) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])
    press = pressed(client.get(url), "276")
    done = post(client, url, block, text=f"Now: {TYPED}", do=press)
    assert kept(done) == f"Now: {TYPED}"
    assert "look at it again" in text(done)


def test_a_finding_is_mended_from_the_section_by_one_press_and_on_record(
    council: Cast, client: Client
) -> None:
    _, block = desk(council)
    client.force_login(council.person["officer"])
    page = client.get(block.section.url)
    press = {"do": pressed(page, "276"), "version": str(block.version)}
    url = reverse("report-block-mend", args=[block.section.report.code, block.pk])
    assert client.post(url, press).status_code == 302
    block.refresh_from_db()
    assert block.text == TYPED.replace("260", "276")
    assert Event.objects.filter(verb="block changed", subject_id=block.pk).count() == 1


def test_a_press_after_somebody_else_saved_loses_nobodys_words(
    council: Cast, client: Client
) -> None:
    _, block = desk(council)
    client.force_login(council.person["officer"])
    page = client.get(block.section.url)
    press = {"do": pressed(page, "276"), "version": str(block.version)}
    theirs = f"{TYPED} Written meanwhile."
    values = {"text": theirs}
    writing.write_block(block, values, version=block.version, by=council.actor("officer"))
    url = reverse("report-block-mend", args=[block.section.report.code, block.pk])
    client.post(url, press)
    block.refresh_from_db()
    assert block.text == theirs


def test_every_number_that_is_certain_is_placed_at_once(council: Cast, client: Client) -> None:
    url, block = desk(council)
    client.force_login(council.person["officer"])
    words = "276 cases were closed in 2015-16. 152 cases were open at its end. 17 picnics."
    done = post(client, url, block, text=words, do="sure")
    assert kept(done) == (
        "{{cases-closed}} cases were closed in 2015-16. {{open-cases}} cases were open at its end. "
        "17 picnics."
    )


def test_a_source_is_given_and_its_mark_put_after_the_number(council: Cast, client: Client) -> None:
    url, block = desk(council, "There were 17 picnics.")
    client.force_login(council.person["officer"])
    [press] = buttons(client.get(url), "source")
    led = post(client, url, block, text="There were 17 picnics.", do=press)
    given = {"code": "diary", "what": "Diary", "when": "2016", "who": "The teams"}
    client.post(led["Location"], given)
    block.refresh_from_db()
    assert block.text == "There were 17 {{source diary}} picnics."
    assert ReportSource.objects.get().code == "diary"
    assert "no source" not in text(client.get(url))


def test_whoever_reads_no_drafts_is_shown_what_outsiders_are(council: Cast, client: Client) -> None:
    report = making.begun(council)
    section = making.section_of(report)
    words = "Closed: {{cases-closed in North in 2015-16 Q1}}, and 260 in all."
    by = council.actor("officer")
    own = council.person["board_member"]
    block = writing.add_block(section, text=words, only_by=own, by=by)
    client.force_login(own)
    page = client.get(reverse("report-block", args=[report.code, block.pk]))
    assert "hidden: small number" in text(page), "no locality's quarter leaves the house"
    assert "276" not in text(page)
    assert "“260” has no source" in text(page)


@pytest.mark.parametrize(
    ("typed", "number", "at"),
    [
        ("There were **37** of 37.", "37", [13, 21]),
        ("[37](https://example.org/37) of {{helped}} and 37.", "37", [1, 47]),
        ("- 37 and 137\n- 37.5 and 37", "37", [2, 24]),
        ("1,370 and 370", "370", [10]),
    ],
)
def test_a_number_is_found_where_it_was_typed(
    typed: str, number: str, at: list[int], council: Cast
) -> None:
    placing = Placing(Resolver.load(making.begun(council).period, TODAY), {}, "")
    TextReader(placing).read(typed)
    places = TypedPlaces(typed, placing.passages)
    found = [
        places.span(passage, start, number)
        for passage in placing.passages
        for start in range(len(passage.text))
    ]
    assert [one[0] for one in found if one] == at


def test_two_in_one_section_lose_nothing(council: Cast) -> None:
    report = making.begun(council, "First.")
    url = reverse("report-block", args=[report.code, making.block_of(report).pk])
    officer, other = Client(), Client()
    officer.force_login(council.person["officer"])
    section = making.section_of(report)
    section.writer = council.person["head"]
    section.reader = council.person["other_head"]
    section.save()
    other.force_login(council.person["head"])
    [mine, theirs] = [
        next(one for one in forms_of(client.get(url)) if "text" in one.boxes)
        for client in (officer, other)
    ]

    def send(client: Client, form: Any, words: str) -> Any:
        return client.post(url, {**form.boxes, "text": [words]})

    assert send(officer, mine, "First, by the officer.").status_code == 302
    met = send(other, theirs, "First, by the head.")
    assert met.status_code == 409
    for words in ("First, by the officer.", "First, by the head."):
        assert words in text(met, 409)
    assert making.block_of(report).text == "First, by the officer."


def test_two_in_two_sections_do_not_meet(council: Cast) -> None:
    report = making.begun(council, "First.")
    by = council.actor("officer")
    section = writing.add_section(report, heading="Second", writer=council.person["head"], by=by)
    second = writing.add_block(section, text="Second.", by=by)
    first = ReportBlock.objects.select_related("section__report").exclude(pk=second.pk).get()
    for block, person in ((first, "officer"), (second, "head")):
        values = {"text": f"{block.text} Written by {person}."}
        writing.write_block(block, values, version=block.version, by=council.actor(person))
    texts = list(ReportBlock.objects.order_by("pk").values_list("text", flat=True))
    assert texts == ["First. Written by officer.", "Second. Written by head."]


def test_headings_that_say_the_same_do_not_stop_a_report(council: Cast, client: Client) -> None:
    report = making.begun(council, "## Families\n\nMany.\n\n## Families\n\nMore.")
    writing.add_section(report, heading="What was done", by=council.actor("officer"))
    client.force_login(council.person["officer"])
    assert fetched(client, f"{report.url}draft/html/").status_code == 200


def test_a_section_is_numbered_as_it_is_printed(council: Cast, sign_in: Any) -> None:
    report, officer = making.begun(council), council.actor("officer")
    writing.add_section(report, heading="Before all", position=1, by=officer)
    last = writing.add_section(report, heading="In the North", level=2, by=officer)
    for one, heading in [
        (report.sections.get(heading="What was done"), "2 What was done"),
        (last, "2.1 In the North"),
    ]:
        assert heading in text(sign_in("officer").get(one.url))
