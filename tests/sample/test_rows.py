"""The sample has a row for every address: somebody's pages lead there, by a link or a button.

What nobody is led to in it stands in ``WITHOUT``, with why.
"""

import re
from collections import deque
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from audits.models import Tool
from audits.plan.models import Action
from audits.plan.workflow import ActionState
from earlyhelp.report.models import Section
from earlyhelp.sample.story import TODAY
from measures.models import Return
from measures.workflow import ReturnState
from teams.models import User
from tests import access

# Says that the test database is needed; the sample is loaded once for this folder.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

LEADS = re.compile(r'(?:href|action)="([^"]+)"')
# Nobody is led there who is signed in.
SIGNING_IN = ("account_", "mfa_", "openid_", "socialaccount_", "carry_on")
WITHOUT = {
    "a machine asks for it": ["live", "metrics", "ready"],
    "its link is in a mail": [
        *("address-by-link", "address-by-link-confirm", "address-by-link-decline"),
    ],
    "it comes after a form was sent": [
        *("audit-check", "audit-submit", "audit-receipt"),
        *("returns-together-check", "returns-together-submit", "returns-together-receipt"),
        *("import-confirm", "import-problems", "round-load-confirm"),
    ],
    "the sample is not in the state for it: no report is ready to be approved": [
        *("report-approve", "report-send", "edition-publish", "edition-publish-now"),
    ],
    "no edition was withdrawn": ["edition-redact", "redaction-agree"],
    "it would change what was published: no quarter closed without a return": [
        "return-accept-late",
    ],
    "a closing is undone for a few days only": ["quarter-undo-closing"],
    "the one release hides nothing that leaving out would show": [
        *("release-leave-out", "release-make", "release-take-in"),
    ],
}


def starts() -> dict[str, list[str]]:
    """Whose pages are walked, and from where besides their home page.

    A page is opened once for each person, with the first row that leads there: where more can be
    done with another row, that one is named.
    """
    signed = Return.objects.filter(state=ReturnState.SIGNED_OFF, quarter__closed_at=None)
    sections = Section.objects.filter(report__code="2015-16-h1")
    of_sections = [reverse("report-section", args=["2015-16-h1", one.pk]) for one in sections]
    done = Action.objects.filter(state=ActionState.COMPLETE, outcome__theme__plan__year=2016)
    return {
        "officer": [
            *("/quarters/2016-17-q1/", "/quarters/2016-17-q2/", "/quarters/2015-16-q4/"),
            reverse("round", args=["early-help-summer-2016"]),
            reverse("round", args=["step-down-autumn-2016"]),
            reverse("round-results", args=["under-11s-december-2015"]),
            *(reverse("audit-tool", args=[one.pk]) for one in Tool.objects.all()),
            reverse("report", args=["2015-16-h1"]),
            reverse(
                "return",
                args=[
                    Return.objects.get(team__code="performance-team", quarter__closed_at=None).pk
                ],
            ),
            *(
                "/actions/?edit=yes",
                "/reports/2015-16/",
                "/reports/2015-16/editions/1/?figures=yes",
            ),
            *of_sections,
        ],
        "director": [reverse("report", args=["2015-16-h1"])],
        "head-1-5": [
            *(reverse("return-review", args=[one.pk]) for one in signed),
            *(reverse("action", args=[one.pk]) for one in done),
            "/actions/?edit=yes",
        ],
        **{name: [] for name in ("manager-1", "manager-2", "contributor", "auditor")},
        "administrator": [],
    }


def led_to(client: Client, ahead: deque[str]) -> set[str]:
    """The names of the addresses that somebody's pages lead to, from some of them on."""
    always, opened, found = set(ahead), set(), set()
    while ahead:
        address = ahead.popleft()
        try:
            name = resolve(address.partition("?")[0]).view_name
        except Resolver404:  # of the static files
            continue
        found.add(name)
        is_file = "format=" in address or name.startswith("admin:")
        if is_file or (name in opened and address not in always):
            continue
        opened.add(name)
        always.discard(address)
        answer = client.get(address)
        if answer.headers["Content-Type"].startswith("text/html") and answer.status_code == 200:
            ahead += _addresses(answer.content.decode(), address)
    return found


def _addresses(body: str, page: str) -> list[str]:
    """What a page's links and forms lead to, on this site; a form's address only answers."""
    path = page.partition("?")[0]
    found = [unescape(one).partition("#")[0] for one in LEADS.findall(body)]
    absolute = [f"{path}{one}" if one.startswith("?") else one for one in found]
    return [one for one in absolute if one.startswith("/")]


def test_somebodys_pages_lead_to_every_address(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY
    found: set[str] = set()
    for name, listed in starts().items():
        client = Client()
        client.force_login(User.objects.get(email=f"{name}@derby.example"))
        found |= led_to(client, deque([*listed, "/"]))
    named = {name for name, _ in map(access.parts_of, (row[0] for row in access.cells()))}
    ours = {one for one in named if ":" not in one and "/" not in one}
    ours = {one for one in ours if not one.startswith(SIGNING_IN)}
    without = {one for names in WITHOUT.values() for one in names}
    assert sorted(ours - found - without) == []
    assert sorted(without & found) == [], "the sample has these by now"
    assert sorted(without - ours) == []
