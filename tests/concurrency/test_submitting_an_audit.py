"""L2 for audits: submitting twice is submitting once, and its people are told once."""

from typing import Any

import pytest
from django.urls import reverse

from audits.workflow import CaseState
from earlyhelp.core.events.models import Event
from tests.audits.access.auditing import boxes
from tests.audits.making import make_casework
from tests.cast import Cast
from tests.concurrency.crowd import Browser, all_at_once, let_them_queue


@pytest.mark.parametrize("times", [2, 12])
def test_identical_submissions_are_one_with_one_mail_to_each(
    live_server: Any, council: Cast, mailoutbox: Any, times: int
) -> None:
    let_them_queue(live_server)
    casework = make_casework(council)
    audit = casework.complete(1, "inadequate")
    address = reverse("audit-submit", args=[audit.pk])
    browser = Browser.of(live_server.url, council.person["auditor"])
    form = {"version": audit.version}
    replies = all_at_once([lambda: browser.post(address, form) for _ in range(times)])
    receipt = reverse("audit-receipt", args=[audit.pk])
    assert {(reply.status, reply.location) for reply in replies} == {(302, receipt)}
    verbs = list(Event.objects.about(audit).values_list("verb", flat=True))
    assert (verbs.count("submitted"), verbs.count("told")) == (1, 1)
    sent = casework.audit(1)
    assert (sent.state, sent.version) == (CaseState.SUBMITTED, audit.version + 1)
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("times", [8])
def test_identical_saves_are_one(live_server: Any, council: Cast, times: int) -> None:
    """Nobody is told of a conflict with themselves."""
    let_them_queue(live_server)
    casework = make_casework(council)
    audit = casework.audit(1)
    form = {
        name: value
        for name, value in boxes(casework, **{"grade-plan": "good"}).items()
        if not isinstance(value, list)
    }
    address = reverse("audit-grade", args=[audit.pk])
    browser = Browser.of(live_server.url, council.person["auditor"])
    replies = all_at_once([lambda: browser.post(address, form) for _ in range(times)])
    assert {reply.status for reply in replies} == {302}
    assert Event.objects.about(audit).filter(verb="answered").count() == 1
    assert casework.audit(1).version == 1


def test_different_answers_at_once_lose_none_without_saying_so(
    live_server: Any, council: Cast
) -> None:
    """L1: one of several windows wins, and every other is told of it."""
    let_them_queue(live_server)
    casework = make_casework(council)
    audit = casework.audit(1)
    address = reverse("audit-grade", args=[audit.pk])
    browser = Browser.of(live_server.url, council.person["auditor"])
    typed = ["good", "inadequate", "outstanding", "requires-improvement", "not-found"]
    forms = [{"version": 0, "grade-plan": grade, "comment-plan": grade} for grade in typed]
    replies = all_at_once([lambda form=form: browser.post(address, form) for form in forms])
    statuses = sorted(reply.status for reply in replies)
    assert statuses == [302, 409, 409, 409, 409]
    for form, reply in zip(forms, replies, strict=True):
        if reply.status == 409:
            assert f'name="comment-plan" value="{form["comment-plan"]}"' in reply.text
    assert Event.objects.about(audit).filter(verb="answered").count() == 1
