"""Returns with nothing to look at, signed off together: each by itself, what moved is left."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from measures.models import Figure, Return
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.review.attention import attention
from measures.workflow import NotAllowed, ReturnState
from tests.cast import HISTORY, Cast
from tests.measures.acting import unchanged_by
from tests.pages import text

SignIn = Callable[[str], Client]
SIGN = reverse("review-sign-together")


def ticked(*returns: Return) -> dict[str, list[str]]:
    return {"return": [f"{made.pk}-{made.version}" for made in returns]}


def test_each_is_signed_by_itself_and_the_record_says_of_how_many(
    council: Cast, sign_in: SignIn
) -> None:
    returns = [council.submit("north-family"), council.submit("north-centre")]
    head = sign_in("head")
    assert "2 wait for you" in text(head.get("/review/"))
    form = ticked(*returns)
    assert "You signed off 2 returns together." in text(head.post(SIGN, form, follow=True))
    for made in returns:
        event = Event.objects.about(made).reverse()[0]
        assert (event.verb, event.after) == ("signed off", {"state": "signed-off", "together": 2})
        made.refresh_from_db()
        assert made.signed_off_by == council.person["head"]
        said = text(head.get(reverse("return-history", args=[made.pk])))
        assert "Head signed the return off, in a group of 2" in said
    # The same form again signs nothing twice, and says the same.
    before = Event.objects.count()
    assert "You signed off 2 returns together." in text(head.post(SIGN, form, follow=True))
    assert Event.objects.count() == before


def test_one_that_moved_meanwhile_is_left_and_named(council: Cast, sign_in: SignIn) -> None:
    first, second = council.submit("north-family"), council.submit("north-centre")
    Return.objects.filter(pk=second.pk).update(version=second.version + 1)
    answer = text(sign_in("head").post(SIGN, ticked(first, second), follow=True))
    assert "You signed off 1 return together." not in answer
    assert "You signed off 1 return." in answer
    assert "North centre changed while you were reading, so it was left." in answer
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ReturnState.SIGNED_OFF, ReturnState.SUBMITTED)


def test_nothing_is_signed_unread(council: Cast, sign_in: SignIn) -> None:
    """What is unusual, came back, or is a team's first is looked at by itself."""
    unusual = council.submit("north-family", open_cases=400)
    head = sign_in("head")
    answer = text(head.post(SIGN, ticked(unusual, council.submit("north-centre")), follow=True))
    assert "North family was left. It has something to look at now" in answer
    signing: dict[str, Any] = {"version": unusual.version, "by": council.actor("head")}
    unchanged_by(
        lambda: review.sign_off(unusual, together=2, **signing), NotAllowed, "something to look at"
    )
    assert review.sign_off(unusual, **signing).state == ReturnState.SIGNED_OFF


def test_what_came_back_or_is_the_first_is_not_plain(council: Cast) -> None:
    made = council.submit("north-family")
    assert attention([made])[made.pk].is_plain
    made = review.send_back(made, reason="Look", version=made.version, by=council.actor("head"))
    item = council.item["cases-closed"]
    figure = Figure.objects.get(return_made=made, item=item)
    again = {item.pk: GivenAnswer(figure.value, note="It is so", explanation="It is so")}
    made = entry.save_figures(made, again, version=made.version, by=council.actor("manager"))
    made = entry.submit(made, version=made.version, by=council.actor("manager"))
    found = attention([made])[made.pk]
    assert not found.is_plain
    # The number is as it was; the words are what changed.
    ((changed,)) = found.changed
    assert (changed.was, changed.now) == ("21", "21")
    assert changed.words_are == "It is so; It is so"

    first = council.submit("north-centre")
    Figure.objects.filter(return_made__team=first.team).exclude(return_made=first).delete()
    Return.objects.filter(team=first.team, quarter__in=[one.index for one in HISTORY]).delete()
    assert not attention([first])[first.pk].is_plain


def test_only_what_one_signs_oneself(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    assert sign_in("other_head").post(SIGN, ticked(made)).status_code == 404
    assert sign_in("director").post(SIGN, ticked(made)).status_code == 403
    assert sign_in("manager").post(SIGN, ticked(made)).status_code == 403
    head = sign_in("head")
    assert head.post(SIGN, {"return": ["x"]}).status_code == 400
    assert "Tick the returns that you sign off" in text(head.post(SIGN, {}, follow=True))
    made.refresh_from_db()
    assert made.state == ReturnState.SUBMITTED
