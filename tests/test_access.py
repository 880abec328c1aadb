"""The access table: docs/access.md says who may do what, and this asks the site about all of it."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from audits.models import CaseAudit
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.work import jobs
from measures.models import Commentary, SeriesBreak
from teams.models import Locality
from tests import access
from tests.access import NO, NO_SUCH_METHOD, NOT_FOUND, PERSONAS, REFUSED, SIGN_IN, YES, Answer
from tests.audits import access as audits_access
from tests.audits.casework import test_scope as audit_scope
from tests.audits.making import CANARY
from tests.cast import OPEN, Cast
from tests.test_scope import DRAFT, OUTSIDE, PAGES, save_draft
from tests.test_scope import WORDS as OF_A_DRAFT

pytestmark = pytest.mark.django_db

CELLS = access.cells()
ADDRESSES = dict(access.addresses())
KEPT = access.kept_pages()
# The sign-in library treats everybody who is signed in alike, so a few stand for all.
STAND_INS = ["anonymous", "manager", "administrator", "leaver"]
BEHIND_THE_DOOR = ["anonymous", "director", "officer", "administrator"]
TURNED_AWAY = (NO, NOT_FOUND, SIGN_IN, NO_SUCH_METHOD)
WRITE_NOTHING = {
    "carry_on",
    "import-figures",
    "import-confirm",
    "round-load-cases",
    "round-load-confirm",
    "round-draw-check",
    # What these have done beside the pages is on record once it is.
    "release-work-out",
    "release-make",
}


def is_sign_in(name: str) -> bool:
    return name.startswith(("account", "mfa_", "socialaccount", "openid_"))


def is_ours(name: str) -> bool:
    """Whether what it does is on our record."""
    return not is_sign_in(name) and ":" not in name and "/" not in name


def in_administration(name: str, where: str) -> bool:
    return where.startswith("admin/") and name not in {row for row, _ in CELLS}


def test_every_address_stands_in_the_table_and_nothing_else_does() -> None:
    known = {access.parts_of(name)[0] for name, _ in CELLS}
    missing = {
        name
        for name, where in ADDRESSES.items()
        if name not in known and not in_administration(name, where)
    }
    assert not missing, "Write a row in docs/access.md for each of these addresses"
    assert known <= set(ADDRESSES), f"No such address: {known - set(ADDRESSES)}"


def told(who: str, body: bytes) -> set[str]:
    """What a page says of a draft or of an audit to somebody whom it is not for."""
    said = {str(DRAFT): OUTSIDE, f"{DRAFT:,}": OUTSIDE, OF_A_DRAFT: OUTSIDE}
    said |= {CANARY: audit_scope.NO_NUMBER, audit_scope.WORDS: audit_scope.NO_WORDS}
    return {words for words, outside in said.items() if who in outside and words.encode() in body}


@pytest.mark.parametrize(("name", "method"), list(CELLS))
def test_a_row_of_the_table(name: str, method: str, cast: Cast, sessions: dict[str, str]) -> None:
    """Who may, and that nobody reads on the page what is not for them."""
    people = STAND_INS if is_sign_in(name) else PERSONAS
    with transaction.atomic():
        save_draft(cast)
        example = access.example_for(cast, name, method)
        CaseAudit.objects.update(strengths=audit_scope.WORDS, improvements=audit_scope.WORDS)
        answers = {who: access.ask(who, method, name, example, sessions) for who in people}
        transaction.set_rollback(True)
    words = {who: answer.word for who, answer in answers.items()}
    wrote = {who for who, answer in answers.items() if answer.recorded}
    if method == "POST" and name not in WRITE_NOTHING and is_ours(name):
        words |= {who: REFUSED for who in words if words[who] == YES and who not in wrote}
        assert wrote == {who for who in words if words[who] == YES}
    else:
        assert not wrote
    assert words == {who: CELLS[name, method][who] for who in people}
    if name in PAGES:
        leaks = {who: told(who, answer.body) for who, answer in answers.items()}
        assert leaks == {who: set() for who in people}
    # Who is turned away comes to no statement that writes, whatever would become of it.
    assert {who: answer.wrote for who, answer in answers.items() if words[who] in TURNED_AWAY} == {
        who: frozenset() for who in people if words[who] in TURNED_AWAY
    }


@pytest.mark.parametrize(
    ("name", "method"),
    [
        (name, method)
        for name in sorted({name for name, _ in CELLS if not access.parts_of(name)[1]})
        for method in ("GET", "POST")
        if (name, method) not in CELLS
    ],
)
def test_a_method_without_a_row_does_not_exist(
    name: str, method: str, cast: Cast, sessions: dict[str, str]
) -> None:
    """Whoever asks for an address that is only posted to is at most led to its page."""
    with transaction.atomic():
        example = access.example_for(cast, name, method)
        for who in STAND_INS:
            answer = access.ask(who, method, name, example, sessions)
            led_away = method == "GET" and answer.word == YES and not answer.body
            may_sign_in = who == "anonymous" and answer.word == SIGN_IN
            assert answer.word == NO_SUCH_METHOD or led_away or may_sign_in, who
            assert not answer.recorded
        transaction.set_rollback(True)


# -- the administration pages, by their rule -------------------------------------------------

NEEDS = {
    ("changelist", "GET"): "see",
    ("history", "GET"): "see",
    ("change", "GET"): "see",
    ("change", "POST"): "change",
    ("add", "GET"): "add",
    ("add", "POST"): "add",
    ("delete", "GET"): "delete",
    ("delete", "POST"): "delete",
    ("import", "GET"): "import",
    ("import", "POST"): "import",
    ("process_import", "POST"): "import",
    ("export", "GET"): "export",
    ("export", "POST"): "export",
}
LAST_PART = (
    "changelist",
    "history",
    "process_import",
    "change",
    "add",
    "delete",
    "import",
    "export",
)


def kind_and_page(name: str) -> tuple[str, str]:
    kind_page = name.removeprefix("admin:")
    for page in LAST_PART:
        if kind_page.endswith(f"_{page}"):
            return kind_page.removesuffix(f"_{page}"), page
    raise AssertionError(f"{name} is not a page that docs/access.md has a rule for")


def a_row_of(kind: str, cast: Cast) -> Any:
    """A row that can be deleted where anything of its kind can."""
    model: Any = access.model_of(kind)
    if kind == "measures_seriesbreak":
        return SeriesBreak.objects.create(
            item=cast.item["staff"], quarter=OPEN, reason="New system"
        )
    if kind == "teams_locality":
        return Locality.objects.create(code="west", name="West")
    if kind == "measures_correction":
        return access.a_correction(cast)
    if kind == "work_job":
        return jobs.add("mail", {})
    if kind == "events_remark":
        event = Event.objects.filter(subject_type="locality").latest("id")
        return Remark.objects.create(event=event, kind="note", text="A word")
    if kind == "measures_commentary":
        return Commentary.objects.create(
            measure=cast.measure["helped"],
            quarter=OPEN,
            text="It rose",
            written_at=Event.objects.latest("id").at,
            written_by=cast.person["officer"],
        )
    if kind.startswith(("plan_", "audits_")):
        return audits_access.a_row_of(kind, cast)
    if kind == "teams_placement":
        return model.objects.create(
            team=cast.team["north-family"], locality=cast.locality["south"], from_quarter=OPEN + 4
        )
    return model.objects.latest("pk")


@pytest.mark.parametrize("kind", list(KEPT))
def test_administration_pages_of_a_kind_of_row(
    kind: str, cast: Cast, sessions: dict[str, str]
) -> None:
    pages = [name for name in ADDRESSES if name.startswith(f"admin:{kind}_")]
    assert len(pages) >= 5
    with transaction.atomic():
        row = a_row_of(kind, cast)
        for name in pages:
            page = kind_and_page(name)[1]
            wants_row = page in ("change", "delete", "history")
            address = reverse(name, args=[row.pk] if wants_row else [])
            for method in ("GET", "POST"):
                need = NEEDS.get((page, method))
                if need is None:
                    continue
                # Everybody at the door; behind it those who keep something, and two who do not.
                people = PERSONAS if page == "changelist" else BEHIND_THE_DOOR
                found = {who: _visit(who, method, address, sessions) for who in people}
                rule = _by_the_rule(kind, need)
                assert found == {who: rule[who] for who in people}, f"{name} {method}"
        transaction.set_rollback(True)


def _by_the_rule(kind: str, need: str) -> dict[str, str]:
    said = dict.fromkeys(PERSONAS, NO) | {"anonymous": SIGN_IN}
    return said | {who: YES for who, may in KEPT[kind].items() if need in may}


def _visit(who: str, method: str, address: str, sessions: dict[str, str]) -> str:
    with transaction.atomic():
        client: Client = access.client_of(who, sessions)
        data = {"post": "yes", "why": "Because"}
        with access.writing() as wrote:
            response = client.get(address) if method == "GET" else client.post(address, data)
            word = access.word_for(response, client)
        assert word == YES or not wrote
        transaction.set_rollback(True)
    return word


def test_every_administration_page_has_its_rule() -> None:
    """Also the old short address of a row, which only leads on to its page."""
    for name, where in ADDRESSES.items():
        if not in_administration(name, where):
            continue
        if where.endswith("/<path:object_id>/") and name == where:
            continue
        assert kind_and_page(name)[0] in KEPT, name


def test_the_rule_would_notice(cast: Cast, sessions: dict[str, str]) -> None:
    """A cell that is wrong fails: planted here, for a return that another head may not see."""
    with transaction.atomic():
        example = access.example_for(cast, "return", "GET")
        answer: Answer = access.ask("other head", "GET", "return", example, sessions)
        assert answer.word == CELLS["return", "GET"]["other head"] != YES
        mine: Answer = access.ask("head", "GET", "return", example, sessions)
        assert mine.word == CELLS["return", "GET"]["head"] == YES
        transaction.set_rollback(True)
