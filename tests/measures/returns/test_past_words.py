"""What stands beside a box where an earlier quarter has no number: the words of all pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from measures.models import Answer, Figure
from tests.cast import HISTORY, Cast
from tests.pages import text

SignIn = Callable[[str], Client]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer.NOT_APPLICABLE, "not applicable"),
        (Answer.NOT_PROVIDED, "not provided"),
        ("", "missing"),
    ],
)
def test_no_number_is_said_in_the_words_of_all_pages(
    council: Cast, sign_in: SignIn, answer: str, words: str
) -> None:
    last = Figure.objects.filter(return_made=council.made("north-family", HISTORY[-1]))
    last.filter(item=council.item["cases-closed"]).update(value=None, answer=answer, note="So")
    made = council.fill_in("north-family")
    client = sign_in("manager")
    for page in ("return", "return-fill-in", "return-check"):
        said = text(client.get(reverse(page, args=[made.pk])))
        assert words in said and "n/a" not in said, page
