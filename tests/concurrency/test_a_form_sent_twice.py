"""Two forms that arrive together are one: the database lets only the first be finished."""

from typing import Any

import pytest
from django.urls import reverse

from audits.plan.models import Theme
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.once import KEY
from tests.audits.making import make_plan
from tests.cast import Cast
from tests.concurrency.crowd import Browser, all_at_once, let_them_queue


@pytest.mark.parametrize("times", [2, 12])
def test_identical_forms_at_once_make_one_row(live_server: Any, council: Cast, times: int) -> None:
    let_them_queue(live_server)
    plan, _ = make_plan(council)
    address = reverse("theme-new", args=[plan.year])
    browser = Browser.of(live_server.url, council.person["officer"])
    form = {"name": "Training", KEY: "of one page"}
    replies = all_at_once([lambda: browser.post(address, form) for _ in range(times)])
    assert {(reply.status, reply.location) for reply in replies} == {(302, f"{plan.url}?edit=yes")}
    [theme] = Theme.objects.filter(plan=plan, name="Training")
    assert Event.objects.about(theme).count() == 1
