"""A paragraph that is asked of a colleague: they are told, and their home page leads to it."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from earlyhelp.core.work import jobs
from earlyhelp.report.writing import actions as writing
from tests.cast import Cast
from tests.pages import text
from tests.report import making

pytestmark = pytest.mark.django_db


def test_who_is_asked_is_told_and_led_to_it_until_it_is_written(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    report = making.begun(council)
    where = f"{making.section_of(report).url}ask/"
    asked = {"of": council.person["head"].pk, "wanted": "What parents said"}
    day = {"due_on_0": "21", "due_on_1": "7", "due_on_2": "2016"}
    sign_in("officer").post(where, {**asked, **day})
    block = report.sections.get().blocks.get(asked_of=council.person["head"])

    jobs.deliver()
    [told] = mail.outbox
    assert told.to == [council.person["head"].email]
    assert f"asks you to write a paragraph of “{report.title}” by 21 July 2016" in told.body
    assert block.url in told.body

    head = sign_in("head")
    home = head.get("/")
    assert "1 paragraph to write" in text(home)
    assert f"“{report.title}” is asked of you by 21 July 2016: What parents said" in text(home)
    assert f'href="{block.url}"' in home.content.decode()
    assert head.get(block.url).status_code == 200
    assert "is asked of you" not in text(sign_in("manager").get("/"))

    words = {"text": "They would come again."}
    writing.write_block(block, words, version=block.version, by=council.actor("head"))
    assert "paragraph" not in text(head.get("/"))


def test_nobody_is_told_of_what_they_ask_themselves(council: Cast) -> None:
    making.own_words(making.begun(council), council, "officer")
    jobs.deliver()
    assert mail.outbox == []


def test_who_writes_a_paragraph_alone_is_asked_for_words_alone(
    council: Cast, sign_in: Callable[[str], Client]
) -> None:
    """Where it stands, and which source it has, is for who lays the section out."""
    block = making.own_words(making.begun(council), council)
    member = sign_in("board_member")
    page = member.get(block.url)
    assert 'name="text"' in page.content.decode()
    assert 'name="position"' not in page.content.decode()
    assert 'name="source"' not in page.content.decode()
    typed = {"text": "I sat in on audits.", "version": block.version, "position": "1"}
    member.post(block.url, typed)
    before = block.position
    block.refresh_from_db()
    assert (block.text, block.position) == ("I sat in on audits.", before)
