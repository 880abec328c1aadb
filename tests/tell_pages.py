"""Every page of the access table as text, written into the file that ``PAGES_TO`` names.

``tests/test_same_pages.py`` runs it on another database; by itself pytest does not find it.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests import access
from tests.browser.conftest import pages_of_the_table
from tests.cast import Cast
from tests.crawl import CHANCE

# What names itself, the moment, and what was drawn or made of the key of a row.
NAMES_ITSELF = {"status"}
_OF_THIS_RUN = [
    *CHANCE,
    (re.compile(r"\b\d\d:\d\d\b"), "00:00"),
    (re.compile(r"/address/[\w:-]+/"), "/address/TOKEN/"),
    (re.compile(r"(>[AS])\d+(?=<)"), r"\1N"),
    (re.compile(r'(class="eh-code">)[0-9a-f]{16}(?=<)'), r"\1SEED"),
]
# A row has another key on another database: in addresses, in names, and where it is chosen.
_KEYS = [
    (re.compile(r'(?:href|action|src)="[^"]*"'), re.compile(r'(?<=[/=:-])\d+(?=[/&"])')),
    (re.compile(r'\s(?:id|for|name|aria-\w+|data-[\w-]+)="[^"]*"'), re.compile(r"\d+")),
    (
        re.compile(r'<(?:option|button|input)\b(?![^>]*type="(?:text|number)")[^>]*>'),
        re.compile(r"\d+"),
    ),
]


def settled(body: str) -> str:
    """A page without chance and without the keys of rows."""
    for pattern, instead in _OF_THIS_RUN:
        body = pattern.sub(instead, body)
    for where, keys in _KEYS:
        body = where.sub(lambda found, keys=keys: keys.sub("N", found[0]), body)  # type: ignore[misc]
    return body


def told(cast: Cast, sessions: dict[str, str]) -> dict[str, str]:
    """By name, what a browser is given of each page."""
    pages = {}
    for name, person in pages_of_the_table():
        if name in NAMES_ITSELF:
            continue
        with transaction.atomic():
            example = access.example_for(cast, name, "GET")
            answer: Any = access.send(access.client_of(person, sessions), "GET", name, example)
            pages[name] = settled(answer.content.decode())
            transaction.set_rollback(True)
    return pages


@pytest.mark.django_db
def test_pages_are_told(cast: Cast, sessions: dict[str, str]) -> None:
    Path(os.environ["PAGES_TO"]).write_text(json.dumps(told(cast, sessions)))
