"""Two forms that arrive together are one: the database lets only the first be finished.

Over HTTP to gunicorn; the control is a server whose guard is taken out.
"""

from pathlib import Path

import pytest
from django.urls import reverse

from audits.plan.models import Outcome, Theme
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.once import KEY
from tests.audits.making import make_plan
from tests.cast import Cast
from tests.concurrency.crowd import Browser, all_at_once
from tests.concurrency.gunicorn import serving, unguarded


@pytest.mark.parametrize("times", [2, 12])
def test_identical_forms_at_once_make_one_row(
    transactional_db: None, council: Cast, tmp_path: Path, times: int
) -> None:
    plan, _ = make_plan(council)
    address = reverse("theme-new", args=[plan.year])
    form = {"name": "Training", KEY: "of one page"}
    with serving(tmp_path) as server:
        browser = Browser.of(server.url, council.person["officer"])
        replies = all_at_once([lambda: browser.post(address, form) for _ in range(times)])
    assert server.errors == []
    assert {(reply.status, reply.location) for reply in replies} == {(302, f"{plan.url}?edit=yes")}
    [theme] = Theme.objects.filter(plan=plan, name="Training")
    assert Event.objects.about(theme).count() == 1


@pytest.mark.parametrize("are_many", [False, True])
def test_nothing_but_the_key_says_that_an_outcome_is_added_again(
    transactional_db: None, council: Cast, tmp_path: Path, are_many: bool
) -> None:
    """With the guard one of twelve counts; without it, which is the control, several."""
    theme = make_plan(council)[1].theme
    address = reverse("outcome-new", args=[theme.pk])
    form = {"text": "Families are heard", KEY: "of one page"}
    with unguarded(tmp_path, "keys") if are_many else serving(tmp_path) as server:
        browser = Browser.of(server.url, council.person["officer"])
        replies = all_at_once([lambda: browser.post(address, form) for _ in range(12)])
    assert {reply.status for reply in replies} == {302}
    assert (Outcome.objects.filter(theme=theme, text="Families are heard").count() > 1) == are_many
