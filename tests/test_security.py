"""What the application verification standard asks for and no other test holds (docs/security.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, models
from django.test import Client, override_settings

from tests.cast import Cast
from tests.earlyhelp.signin.test_sessions import code_now
from tests.factories import PASSWORD

ROOT = Path(__file__).parent.parent
SECRET = "ORSXG5BAONSWG4TFOQ======"
SIGN_IN = "/accounts/login/"


# -- what the code does not do --------------------------------------------------------------------


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in ("earlyhelp", "teams", "measures", "audits"):
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts:
                yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def imported(tree: ast.Module) -> set[str]:
    found = {
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    }
    return found | {
        f"{node.module}.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for one in node.names
    }


def called(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


LISTS = "earlyhelp/signin/passwords.py"
# A process is started of its own program, without a shell.
STARTS_A_PROCESS = {
    "earlyhelp/operations/drill.py": "our own commands, on a database made for the drill",
    "earlyhelp/operations/engines.py": "the database's own programs for a backup",
    "earlyhelp/report/formats/child.py": "a format, built in a process with limits",
    "earlyhelp/server.py": "what delivers, beside the web processes",
}


def test_no_code_runs_what_came_from_outside() -> None:
    starts = set()
    for name, tree in sources():
        names = imported(tree)
        assert not names & {"pickle", "marshal", "shelve", "yaml", "jinja2"}, name
        assert not [one for one in names if one.startswith("django.template.Template")], name
        if any(one.startswith("subprocess") for one in names):
            starts.add(name)
        for function, call in called(tree):
            assert function not in ("eval", "exec", "compile", "os.system", "os.popen"), name
            assert not [one for one in call.keywords if one.arg == "shell"], name
    assert starts == set(STARTS_A_PROCESS)


# Whose statements are written by hand: constants, and names of our own tables and columns.
WRITES_SQL = {
    *("earlyhelp/core/compiled_queries.py", "earlyhelp/core/consistent_read.py"),
    *("earlyhelp/core/events/chain.py", "earlyhelp/core/guarded.py"),
    *("earlyhelp/core/migrating.py", "earlyhelp/core/postgresql/base.py"),
    *("earlyhelp/core/replica.py", "earlyhelp/core/rows.py"),
    *("earlyhelp/core/verification.py", "earlyhelp/operations/backup.py"),
    *("earlyhelp/operations/drill.py", "earlyhelp/operations/engines.py"),
    *("earlyhelp/operations/holdings.py", "earlyhelp/operations/pages.py"),
    *("earlyhelp/operations/standing.py", "earlyhelp/report/kept.py"),
}


def test_statements_by_hand_stand_in_listed_modules() -> None:
    asks = re.compile(r"\.(?:cursor|raw|extra|executescript)$|^RawSQL$|cursor\.execute$")
    found = {name for name, tree in sources() if any(asks.search(one) for one, _ in called(tree))}
    assert found <= WRITES_SQL


def test_scripts_write_text_and_keep_nothing() -> None:
    """No markup from words, nothing in the browser's own storage, no messages between windows."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|localStorage|sessionStorage|indexedDB|postMessage|__proto__"
    )
    scripts = list((ROOT / "static").glob("*.js"))
    assert len(scripts) >= 5
    assert {file.name: forbidden.findall(file.read_text()) for file in scripts} == {
        file.name: [] for file in scripts
    }
    # The library's own of a fieldset and a button, which put what was rendered before.
    layouts = ROOT / "templates" / "gds" / "layout"
    runs = re.compile(
        r"\son(?:click|load|error|change|submit|input|focus|blur|key\w+|paste)=|javascript:"
    )
    for page in (ROOT / "templates").rglob("*.html"):
        assert not runs.search(page.read_text()), page
        assert page.is_relative_to(layouts) or not re.search(r"\|\s*safe\b", page.read_text()), page


def test_nothing_that_is_uploaded_becomes_a_file() -> None:
    assert settings.MEDIA_ROOT == ""
    kept = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, (models.FileField, models.FilePathField))
    ]
    assert kept == []


def test_cryptography_is_a_librarys() -> None:
    """No cipher and no chance of our own; passwords are kept as the framework does."""
    for name, tree in sources():
        names = imported(tree)
        primitives = {one for one in names if one.startswith("cryptography.")}
        assert primitives <= {
            *("cryptography.fernet.Fernet", "cryptography.fernet.MultiFernet"),
            "cryptography.fernet.InvalidToken",
            "cryptography.hazmat.primitives.hashes.SHA256",
            "cryptography.hazmat.primitives.kdf.hkdf.HKDF",
        }, name
        weak = {one for one, _ in called(tree) if re.search(r"hashlib\.(?:md5|sha1)$", one)}
        # Lists of stolen passwords are made of it; nothing is kept by it.
        assert weak == ({"hashlib.sha1"} if name == LISTS else set()), name
        assert "random" not in names, name
    from django.conf import global_settings

    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    assert "PASSWORD_HASHERS" not in (ROOT / "earlyhelp" / "settings.py").read_text()


# -- what it answers ------------------------------------------------------------------------------


@pytest.fixture
def clients(council: Cast) -> list[Client]:
    cache.clear()
    head = Client()
    head.force_login(council.person["head"])
    return [Client(), head]


PAGES = [SIGN_IN, "/", "/performance/", "/nowhere/", "/live", "/status/"]


def test_no_answer_is_for_another_origin(clients: list[Client]) -> None:
    for client in clients:
        for page in PAGES:
            answer = client.get(page, HTTP_ORIGIN="https://elsewhere.example")
            assert not [name for name in answer.headers if name.startswith("Access-Control-")]


def test_every_answer_says_its_kind(clients: list[Client]) -> None:
    for client in clients:
        for page in PAGES:
            answer = client.get(page)
            if getattr(answer, "streaming", False) or answer.content:
                assert re.search(r"^text/(html|plain); charset=utf-8$", answer["Content-Type"])


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "NONSENSE"])
def test_odd_requests_get_nothing(method: str, clients: list[Client]) -> None:
    """Nor do lists of files, or files beside the static ones."""
    for client in clients:
        assert client.generic(method, SIGN_IN).status_code == 405
    for path in ("/static/", "/static/../manage.py", "/.git/config", "/static/%2e%2e/manage.py"):
        assert clients[0].get(path).status_code in (400, 404), path


ELSEWHERE = ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)"]  # fmt: skip


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_that_leads_elsewhere_is_not_followed(address: str, council: Cast) -> None:
    cache.clear()
    typed = {"login": council.person["head"].email, "password": PASSWORD, "next": address}
    answer: Any = Client().post(SIGN_IN, typed)
    assert answer.status_code == 302
    assert answer["Location"] == "/"


# -- passwords, sessions, the second step ---------------------------------------------------------

LONG = "Ünïcode  and two blanks, seventy letters long at the very least, or so it is said "


def signed_in(person: Any, password: str) -> bool:
    answer = Client().post(SIGN_IN, {"login": person.email, "password": password})
    return answer.status_code == 302


def change_password(client: Client, before: str, after: str) -> Any:
    typed = {"oldpassword": before, "password1": after, "password2": after}
    return client.post("/accounts/password/change/", typed)


def test_a_password_is_long_and_taken_as_it_is(council: Cast, clients: list[Client]) -> None:
    head = council.person["head"]
    assert len(LONG) > 64
    assert change_password(clients[1], PASSWORD, LONG).status_code == 302
    for other in (LONG.lower(), LONG[:64], LONG.replace("  ", " "), LONG.strip()):
        assert not signed_in(head, other), other
        cache.clear()
    assert signed_in(head, LONG)
    for short in ("elevenchars", "a"):
        page = change_password(clients[1], LONG, short)
        assert "There is a problem" in page.content.decode()


def test_a_password_is_changed_with_the_one_before(council: Cast, clients: list[Client]) -> None:
    """And every other session of theirs ends with it."""
    head, other = council.person["head"], Client()
    other.force_login(head)
    wrong = change_password(clients[1], "another than that", "twelve green bottles on a wall")
    assert wrong.status_code == 200 and signed_in(head, PASSWORD)
    assert other.get("/").status_code == 200
    assert (
        change_password(clients[1], PASSWORD, "twelve green bottles on a wall").status_code == 302
    )
    assert clients[1].get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_a_box_for_a_password_can_be_filled_in_by_a_program(clients: list[Client]) -> None:
    for client, page, boxes in [
        (clients[0], SIGN_IN, {"current-password"}),
        (clients[1], "/accounts/password/change/", {"current-password", "new-password"}),
    ]:
        text = client.get(page).content.decode()
        found = re.findall(r"<input[^>]*type=\"password\"[^>]*>", text)
        assert {re.search(r'autocomplete="([^"]*)"', one)[1] for one in found} == boxes
        assert not re.search(r'<input[^>]*name="(?:old)?password[^"]*"[^>]*type="text"', text)
        assert "onpaste" not in text


def test_signing_in_makes_a_new_key_and_signing_out_ends_it(council: Cast) -> None:
    cache.clear()
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.get(SIGN_IN)
    keys = []
    for _ in range(2):
        typed = {"login": council.person["head"].email, "password": PASSWORD}
        assert client.post(SIGN_IN, typed).status_code == 302
        keys.append(client.cookies[name].value)
        assert len(keys[-1]) >= 32
        assert client.post("/accounts/logout/").status_code == 302
        thief = Client()
        thief.cookies[name] = keys[-1]
        assert thief.get("/").status_code == 302, "what was signed out of is over"
    assert len(set(keys)) == 2


def test_a_code_of_the_second_step_counts_once(council: Cast) -> None:
    cache.clear()
    head = council.person["head"]
    kept = TOTP.activate(head, SECRET)
    code = code_now(SECRET)
    assert kept.validate_code(code)
    assert not kept.validate_code(code)
    codes = RecoveryCodes.activate(head)
    [first, *_] = codes.get_unused_codes()
    assert codes.validate_code(first)
    assert not RecoveryCodes(Authenticator.objects.get(pk=codes.instance.pk)).validate_code(first)


def test_what_the_second_step_keeps_cannot_be_read(council: Cast) -> None:
    """Nor does another key of the site open it: then no code fits, not even one of an empty secret."""
    cache.clear()
    head = council.person["head"]
    totp, codes = TOTP.activate(head, SECRET), RecoveryCodes.activate(head)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(data AS TEXT) FROM mfa_authenticator")
        kept = str(cursor.fetchall())
    assert SECRET not in kept
    assert not [code for code in codes.get_unused_codes() if code in kept]
    first = codes.get_unused_codes()[0]
    with override_settings(SECRET_KEY="k" * 50):
        assert not totp.validate_code(code_now(SECRET))
        assert not totp.validate_code(code_now(""))
        assert not codes.validate_code(first)
    assert codes.validate_code(first)
