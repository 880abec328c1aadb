"""S2: numbers and words planted in what a person may not see are in nothing that they can get.

A word stands in each kind of thing that is not for everybody. Everybody asks for every page and file
of the access table, of the planted rows where an address names one, and for the lists of
administration; workbooks and documents are unpacked. Mail and the log are read as well.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from audits.casework.answers import CaseAnswer
from audits.plan import progress_actions as doing
from earlyhelp.report.writing import actions as writing
from measures.commentary.actions import write_commentary
from measures.corrections import actions as corrections
from measures.releases import actions as releases
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from teams.actions import appoint_cover
from teams.roles import Role
from tests import access
from tests.access import PERSONAS
from tests.audits.making import CANARY, make_action, make_casework, make_plan
from tests.cast import OPEN, TODAY, Cast
from tests.measures.acting import figure
from tests.report import making

pytestmark = pytest.mark.django_db

DRAFT = 918_273
HEADS, LEADS = {"head", "other head"}, {"director", "officer"}
OF_NORTH = {"manager", "head"} | LEADS
MANAGERS = {"manager", "other manager"}
# Who may read it; somebody of them does, or looking for it would show nothing.
FOR_WHOM = {
    "draft-quokka": OF_NORTH,
    "returned-quokka": {"other manager", "other head"} | LEADS,
    "unfinished-quokka": {"auditor"},
    "finding-quokka": {"auditor", "other head"} | OF_NORTH,
    "corrected-quokka": {"contributor"} | OF_NORTH,
    "update-quokka": MANAGERS | HEADS | LEADS,
    "commented-quokka": MANAGERS | HEADS | LEADS | {"auditor"},
    "written-quokka": HEADS | LEADS,
    "remarked-quokka": HEADS | LEADS,
    "asked-quokka": HEADS | LEADS,
    "hidden-quokka": LEADS,
    "cover-quokka": {"head", "administrator"},
    CANARY: {"officer", "auditor", "other head", "manager", "head"},
    str(DRAFT): OF_NORTH,
}


def plant(cast: Cast) -> dict[str, Any]:
    """A row of each kind with its word; the rows, by what addresses call them."""
    by = cast.actor
    draft = cast.made("north-centre")
    given = GivenAnswer(value=DRAFT, note="draft-quokka", explanation="draft-quokka")
    draft = entry.save_figures(
        draft, {cast.item["open-cases"].pk: given}, version=draft.version, by=by("manager")
    )
    returned = cast.submit("south-family", "other_manager")
    review.send_back(
        returned,
        reason="returned-quokka",
        item_ids=[cast.item["cases-closed"].pk],
        version=returned.version,
        by=by("other_head"),
    )
    work = make_casework(cast)
    unfinished = work.save(2, assessment=CaseAnswer("inadequate", comment="unfinished-quokka"))
    done = work.submit(1, plan=CaseAnswer("inadequate", comment="finding-quokka"))
    of = figure(cast, "north-family", "cases-closed", OPEN - 1)
    correction = corrections.propose(
        {of.pk: GivenAnswer(44)}, reason="corrected-quokka", by=by("officer")
    )
    plan, outcome = make_plan(cast)
    action = make_action(cast, outcome)
    doing.report(action, text="update-quokka", by=by("manager"))
    write_commentary(
        measure=cast.measure["helped"],
        locality=cast.locality["north"],
        quarter=OPEN,
        text="commented-quokka",
        version=0,
        by=by("head"),
    )
    report = making.begun(cast, "written-quokka")
    section = making.section_of(report)
    block = making.block_of(report)
    writing.leave_comment(section, text="remarked-quokka", by=by("other_head"))
    asked = writing.ask_for_paragraph(
        section, of=cast.person["other_head"], wanted="asked-quokka", due_on=TODAY, by=by("officer")
    )
    releases.leave_out(cast.measure["helped"], reason="hidden-quokka", by=by("director"))
    appoint_cover(
        person=cast.person["auditor"],
        role=Role.HEAD_OF_SERVICE,
        starts=TODAY.replace(month=9),
        ends=TODAY.replace(month=10),
        by=by("head"),
        reason="cover-quokka",
        locality_id=cast.locality["north"].pk,
    )
    return {
        "returns": [draft, returned],
        "audits": [unfinished, done],
        "correction": correction,
        "action": action,
        "round": work.round,
        "plan": plan,
        "report": report,
        "section": section,
        "blocks": [block, asked],
        "mails": [str(one.message()) for one in getattr(mail, "outbox", [])],
        "outcome": outcome,
    }


@pytest.fixture(scope="module")
def planted(kept_cast: Cast) -> Iterator[dict[str, Any]]:
    with transaction.atomic():
        yield plant(kept_cast)
        transaction.set_rollback(True)


PAGES = [
    name
    for name, method in access.cells()
    if method == "GET" and not name.startswith(("account", "mfa", "social", "openid", "admin"))
]


SLUG = access.slug(OPEN)
# What addresses are asked with that name none of the planted rows.
ELSE = {
    "quarter": {"slug": SLUG},
    "returns-together": {"slug": SLUG},
    "release": {"slug": SLUG},
    "performance-locality": {"code": "north"},
    "performance-team": {"code": "north-centre"},
    "performance-measure": {"code": "helped"},
    "performance-compare": {"code": "open-cases"},
    "commentary-edit": {"measure": "helped", "area": "north", "quarter": SLUG},
    "audit-year": {"year": 2016},
    "round-indicator": {"code": "july", "indicator": "assessment"},
    "framework-rows": {"slug": "questions"},
    "framework-new": {"slug": "questions"},
}


def keys_of(planted: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What an address names, by how the name of its page begins: the longest that fits."""
    report = {"code": planted["report"].code}
    audits = [{"pk": one.pk} for one in planted["audits"]]
    return {
        **{page: [kwargs] for page, kwargs in ELSE.items()},
        "return": [{"pk": one.pk} for one in planted["returns"]],
        "figure-history": [{"pk": one.pk, "item": "open-cases"} for one in planted["returns"]],
        "audit-": audits,
        "remedial-new": audits,
        "correction": [{"pk": planted["correction"].pk}],
        "action": [{"pk": planted["action"].pk}],
        "round": [{"code": planted["round"].code}],
        "plan": [{"year": 2016}],
        "theme": [{"pk": planted["outcome"].theme_id}],
        "theme-new": [{"year": 2016}],
        "finding-new": [{"code": planted["round"].code}],
        "aim-new": [{"pk": planted["outcome"].pk}],
        "outcome": [{"pk": planted["outcome"].pk}],
        "report": [report],
        "report-draft": [report | {"kind": "csv"}],
        "report-section": [report | {"pk": planted["section"].pk}],
        "report-block": [report | {"pk": one.pk} for one in planted["blocks"]],
        "report-comment": [report | {"pk": planted["section"].pk}],
        "report-ask": [report | {"pk": planted["section"].pk}],
    }


def examples(name: str, planted: dict[str, Any]) -> list[access.Example]:
    """The page, of each planted row that its address can name."""
    page, _ = access.parts_of(name)
    keys = keys_of(planted)
    fitting = sorted((one for one in keys if page.startswith(one)), key=len)
    for kwargs in ([{}], *(keys[one] for one in reversed(fitting))):
        try:
            reverse(page, kwargs=kwargs[0] or None)
        except NoReverseMatch:
            continue
        query = {"return": planted["returns"][0].pk} if page == "correction-new" else {}
        query |= {"measure": "helped"} if page == "performance-made-of" else {}
        return [access.Example(one, query=query) for one in kwargs]
    return []


# What names a row in a state that nothing planted is in, or a secret of its own.
NOT_PLANTED = {
    *("edition", "edition?figures=yes", "edition-file", "edition-figure", "edition-publish"),
    *("edition-withdraw", "edition-redact", "aim-edit", "aim-remove", "finding-edit"),
    *("finding-to-action", "update-take-out", "appointment-waiting", "address-waiting"),
    *("address-by-link", "round-draw-check", "round-case-remove", "release-leave-out"),
    "framework-row",
}


def test_every_page_is_asked_of_what_was_planted(planted: dict[str, Any]) -> None:
    assert {name for name in PAGES if not examples(name, planted)} == NOT_PLANTED


def unpacked(body: bytes) -> str:
    """The text of a page or of a file, whatever it is packed in."""
    if not body.startswith(b"PK\x03\x04"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(unpacked(packed.read(name)) for name in packed.namelist())


def words_in(body: bytes) -> set[str]:
    """The planted words in an answer; a number also with its comma."""
    text = unpacked(body)
    found = set(re.findall(r"[a-z]+-quokka", text)) & set(FOR_WHOM)
    if CANARY in text:
        found.add(CANARY)
    return found | ({str(DRAFT)} if str(DRAFT) in text or f"{DRAFT:,}" in text else set())


def told(who: str, words: set[str]) -> set[str]:
    """Those of the words that are not for this person."""
    return {word for word in words if who not in FOR_WHOM[word]}


@pytest.mark.parametrize("name", [name for name in PAGES if name not in NOT_PLANTED])
def test_no_page_or_file_has_a_word_that_is_not_for_who_asks(
    name: str,
    planted: dict[str, Any],
    sessions: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for example in examples(name, planted):
        for who in PERSONAS:
            found = words_in(access.ask(who, "GET", name, example, sessions).body)
            assert told(who, found) == set(), who
    assert words_in(caplog.text.encode()) == set()


# Where each word is to be read, by somebody whom it is for.
READ = [
    ("manager", "return", "draft-quokka"),
    ("manager", "return", str(DRAFT)),
    ("other manager", "return", "returned-quokka"),
    ("auditor", "audit-grade", "unfinished-quokka"),
    ("head", "audit-case", "finding-quokka"),
    ("head", "audit-case", CANARY),
    ("director", "correction", "corrected-quokka"),
    ("other head", "action", "update-quokka"),
    ("head", "commentary-edit", "commented-quokka"),
    ("other head", "report-section", "written-quokka"),
    ("director", "report-section", "remarked-quokka"),
    ("other head", "report-block", "asked-quokka"),
    ("officer", "release", "hidden-quokka"),
]


@pytest.mark.parametrize(("who", "name", "word"), READ)
def test_each_word_is_there_for_somebody(
    who: str, name: str, word: str, planted: dict[str, Any], sessions: dict[str, str]
) -> None:
    """Or looking for it would show nothing."""
    asked = [access.ask(who, "GET", name, one, sessions) for one in examples(name, planted)]
    assert word in set().union(*(words_in(answer.body) for answer in asked))


@pytest.mark.parametrize("who", ["officer", "administrator"])
def test_no_list_and_no_file_of_administration_has_one(
    who: str, planted: dict[str, Any], sessions: dict[str, str]
) -> None:
    client = access.client_of(who, sessions)
    for kind, people in access.kept_pages().items():
        for asked in ("", "?q=quokka", f"?q={CANARY}", f"?q={DRAFT}"):
            page = client.get(reverse(f"admin:{kind}_changelist") + asked)
            body = page.content.replace(asked.encode(), b"").replace(
                asked[3:].encode() or b"\0", b""
            )
            assert told(who, words_in(body)) == set(), kind
        if "export" in people[who]:
            sent = {"format": "0", **dict.fromkeys(_boxes(client, kind), "on")}
            answer: Any = client.post(reverse(f"admin:{kind}_export"), sent)
            body = b"".join(answer) if answer.streaming else answer.content
            assert told(who, words_in(body)) == set(), kind


def _boxes(client: Any, kind: str) -> list[str]:
    page = client.get(reverse(f"admin:{kind}_export")).content.decode()
    return re.findall(r'<input type="checkbox" name="([^"]+)"', page)


def test_mail_has_none(planted: dict[str, Any]) -> None:
    """It says that there is something to read, and leads there."""
    assert planted["mails"]
    assert words_in("\n".join(planted["mails"]).encode()) == set()
