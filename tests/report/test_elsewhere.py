"""What changed since tells of audits and of the plan as well, to who may read of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from audits.plan import actions as plan
from earlyhelp.core.work import jobs
from earlyhelp.report.models import Edition
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing import telling
from earlyhelp.report.publishing.since import GOES_ON, changed_since
from measures.models import ReportingQuarter
from measures.quarters.actions import close_quarter
from measures.querysets import Audience
from tests.audits.making import Casework, make_action, make_casework, make_plan
from tests.cast import OPEN, TODAY, Cast
from tests.pages import text
from tests.report import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_in_a_moment")]

SignIn = Callable[[str], Client]
GOOD = "{{parts good for assessment in round ROUND}}"
WORDS = (
    f"Of the assessments {GOOD} were good. There are {{{{actions of plan 2016-17}}}} actions. "
    "Families were met at home."
)


MOST = f"Most of the assessments were good, {GOOD}. Most of the work is at home."
ORDER = (
    "There were more actions in all, {{actions of plan 2016-17}}, than outcomes, "
    "{{outcomes of plan 2016-17}}."
)


def published(cast: Cast, words: str = WORDS) -> tuple[Edition, Casework]:
    """An edition that places a round's grades and the plan's actions."""
    work = make_casework(cast)
    work.submit(1, assessment="good")
    _, outcome = make_plan(cast)
    make_action(cast, outcome)
    edition = making.published(cast, words.replace("ROUND", work.round.code))
    publishing.note_opening(edition, "page", by=cast.actor("board_member"))
    return edition, work


def close(cast: Cast) -> None:
    cast.sign_off("north-family")
    quarter = ReportingQuarter.objects.get(pk=OPEN.index)
    close_quarter(quarter, reason="It is over", early=True, by=cast.actor("officer"))
    jobs.deliver()


def test_an_audit_that_came_late_is_told_inside_at_once_and_outside_at_the_next_closing(
    council: Cast, sign_in: SignIn
) -> None:
    edition, work = published(council)
    assert changed_since(edition, Audience.INTERNAL, TODAY) == []
    work.submit(2, assessment="inadequate")
    [changed] = changed_since(edition, Audience.INTERNAL, TODAY)
    assert (changed.was, changed.now) == ("1 of 1", "1 of 2")
    assert (changed.on, changed.kind) == ("5 July 2016", "late data")
    assert list(changed.sentences) == ["Of the assessments 1 of 1 were good."]
    assert changed_since(edition, Audience.EXTERNAL, TODAY) == []
    close(council)
    page = text(sign_in("board_member").get(edition.url))
    assert "was 1 of 1, is 1 of 2 since 5 July 2016 (late data)" in page


def test_a_plan_that_goes_on_is_shown_to_who_reads_plans_and_asks_for_nothing(
    council: Cast, sign_in: SignIn, mailoutbox: list[Any]
) -> None:
    edition, _ = published(council)
    outcome = plan.Outcome.objects.get()
    make_action(council, outcome, text="Share another")
    [changed] = changed_since(edition, Audience.INTERNAL, TODAY)
    assert (changed.was, changed.now, changed.kind, changed.asks) == ("1", "2", GOES_ON, False)
    telling.watch_job({"edition": edition.pk, "site": "https://early-help.example"})
    assert mailoutbox == []
    close(council)
    assert "was 1, is 2 (the plan went on)" in text(sign_in("officer").get(edition.url))
    assert "the plan went on" not in text(sign_in("board_member").get(edition.url))


def test_words_about_an_audit_that_are_not_so_any_more_ask_for_a_new_edition(
    council: Cast, sign_in: SignIn
) -> None:
    edition, work = published(council, MOST)
    work.submit(2, assessment="inadequate")
    [changed] = changed_since(edition, Audience.INTERNAL, TODAY)
    wrong = "Most of the assessments were good, 1 of 1."
    assert (list(changed.overturned), list(changed.sentences)) == ([wrong], [])
    assert changed.asks
    close(council)
    for reader in ("officer", "board_member"):
        page = text(sign_in(reader).get(edition.url))
        assert f"This sentence no longer holds: “{wrong}”" in page


def test_words_about_the_plan_are_told_of_and_ask_for_nothing(council: Cast) -> None:
    theme, outcome = make_plan(council)[0].themes.get(), plan.Outcome.objects.get()
    for number in ("one", "two"):
        make_action(council, outcome, text=f"Share {number}")
    edition = making.published(council, f"{ORDER} Families were met at home.")
    assert changed_since(edition, Audience.INTERNAL, TODAY) == []
    plan.add_outcome(theme, text="Reviews are on time", by=council.actor("officer"))
    [changed] = changed_since(edition, Audience.INTERNAL, TODAY)
    wrong = "There were more actions in all, 2, than outcomes, 1."
    assert (list(changed.overturned), changed.asks) == ([wrong], False)
