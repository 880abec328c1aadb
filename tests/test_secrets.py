"""S8: no secret stands in the tree, and none of the site's leaves it by any way out."""

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator
from math import log2
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken
from django.conf import settings as site
from django.core.cache import cache, caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.log import configure_logging

from earlyhelp.core.sealing import seal, unseal
from earlyhelp.core.work.mail import opened
from earlyhelp.core.work.models import Job
from earlyhelp.signin.models import DirectoryGrant
from teams.models import User
from tests.cast import TODAY, Cast, build_council
from tests.test_security import ROOT, SECRET

# -- the tree -------------------------------------------------------------------------------------

# What services call their keys, and keys that are written out.
KINDS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-[\w-]{10,}|\bsk-[A-Za-z0-9_-]{20,}|\bAIza[\w-]{30,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|://[^/\s:@{}$]+:(?!(?:password|secret)@)[^/\s:@{}$]{3,}@"
)
# Something given to a name that is a secret's. What is said in words has blanks, or is plain.
GIVEN = re.compile(
    r"""(?i)\b\w*(?:secret|password|passwd|token|api_?key)\w*["']?\s*[:=]+\s*["']?([A-Za-z0-9+/=_~.-]{16,})"""
)
# Chance has more in each letter than words have.
BITS = 3.7
# Made for a test, and good for nothing: what they are of, and how they begin.
OF_TESTS = {"tests/test_security.py": "ORSXG5BAON"}


def is_chance(text: str) -> bool:
    shares = [text.count(one) / len(text) for one in set(text)]
    bits = -sum(share * log2(share) for share in shares)
    kinds = [any(map(test, text)) for test in (str.isupper, str.islower, str.isdecimal)]
    return bits > BITS and sum(kinds) >= 2 and any(map(str.isdecimal, text))


def secrets_of(name: str, text: str) -> list[str]:
    """What looks like a secret in a file."""
    found = [one[0] for one in KINDS.finditer(text)]
    given = [one[1] for one in GIVEN.finditer(text) if is_chance(one[1])]
    known = OF_TESTS.get(name, "\n")
    return [one for one in found + given if not one.startswith(known)]


def files() -> Iterator[tuple[str, str]]:
    """Every file of the tree that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  # as whoever runs the tests has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def test_no_secret_is_in_the_tree() -> None:
    read = dict(files())
    assert len(read) > 800
    found = {name: secrets_of(name, text) for name, text in read.items()}
    # Here stands what is planted below.
    found.pop("tests/test_secrets.py", None)
    assert {name: those for name, those in found.items() if those} == {}
    kept = re.compile(r"(^|/)(\.env|secrets/|id_[a-z0-9]+$)|\.(pem|key|p12|pfx|sqlite3|backup)$")
    assert [name for name in read if kept.search(name)] == []


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "aws = AKIAIOSFODNN7EXAMPLE",
        "url = postgres://earlyhelp:hunter22@db.council.gov.uk/earlyhelp",
        'SECRET_KEY = "k3Jf9a0LzQ81mVx7Tb2Rr5NwYh6"',
        "OIDC_CLIENT_SECRET=8Q~dTz0pXnV4rGkLmY1cBw9Js",
        '{"access_token": "f8Ab3kLm90QzXv71TnRy"}',
    ],
)
def test_a_secret_is_seen(planted: str) -> None:
    assert secrets_of("earlyhelp/settings.py", planted) != []


@pytest.mark.parametrize(
    "plain",
    [
        'PASSWORD = "early-help-sample"',
        "SECRET_KEY_FILE: /run/secrets/secret_key",
        "SECRET_KEY=only-to-collect-static-files-while-the-image-is-being-made",
        "token = seal(told, _PURPOSE)",
    ],
)
def test_words_are_no_secret(plain: str) -> None:
    assert secrets_of("earlyhelp/settings.py", plain) == []


# -- what goes out --------------------------------------------------------------------------------

GRANT = "canary-of-a-refresh-token"
WAITS, COUNTER = "canary-of-a-file-that-waits", "canary-of-an-address-that-guessed"
CANARIES = {
    "EMAIL_HOST_PASSWORD": "canary-of-the-mail-server",
    "METRICS_TOKEN": "canary-of-who-watches",
    "SECRET_KEY": f"canary-of-the-key-{'k' * 40}",
}


@pytest.fixture
def cast(transactional_db: None, settings: Any) -> Cast:
    """The council, committed, in a site whose every secret is a canary."""
    for name, value in CANARIES.items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "earlyhelp.core.work.mail.QueuedBackend"
    settings.BUSINESS_DATE = TODAY
    return build_council()


def unreadable(cast: Cast) -> list[str]:
    """What must stand nowhere: secrets of the site, and what is kept for the head's signing in."""
    head, now = cast.person["head"], timezone.now()
    TOTP.activate(head, SECRET)
    kept = {"token": seal(GRANT, "directory grant"), "asked_at": now, "answered_at": now}
    DirectoryGrant.objects.create(person=head, **kept)
    signed_in = Client()
    signed_in.force_login(head)
    caches["files"].set(WAITS, b"a file")
    cache.set(COUNTER, 1)
    codes = RecoveryCodes.activate(head).get_unused_codes()
    of_the_moment = [str(signed_in.session.session_key), WAITS, COUNTER]
    return [*CANARIES.values(), GRANT, SECRET, *codes, *links(head), *of_the_moment]


def links(person: User) -> list[str]:
    """Where mail that waits lets somebody in who forgot the password: the part that is chance."""
    Client().post("/accounts/password/reset/", {"email": person.email})
    words = [opened(job.payload)["body"] for job in Job.objects.all()]
    inside = re.findall(r"/accounts/password/reset/key/[^-]+-(\S+?)/", " ".join(words))
    assert inside, words
    return inside


def as_text(file: bytes, folder: Path) -> bytes:
    """A file of a backup, with what ``pg_dump`` packs as the statements that it stands for."""
    if not file.startswith(b"PGDMP"):
        return file
    (folder / "packed").write_bytes(file)
    unpacked = ["pg_restore", "--file=-", str(folder / "packed")]
    return subprocess.run(unpacked, capture_output=True, check=True).stdout


def found(texts: dict[str, bytes], secrets: list[str]) -> dict[str, list[str]]:
    seen = {name: [one for one in secrets if one.encode() in said] for name, said in texts.items()}
    return {name: those for name, those in seen.items() if those}


def test_no_secret_is_in_a_backup_or_an_export(cast: Cast, tmp_path: Path) -> None:
    secrets = unreadable(cast)
    call_command("backup", str(tmp_path / "it.backup"))
    call_command("export_everything", str(tmp_path / "out"))
    call_command("export_figures", "--output", str(tmp_path / "figures.csv"))
    with tarfile.open(tmp_path / "it.backup") as opened:
        files = {one.name: opened.extractfile(one) for one in opened if one.isfile()}
        inside = {name: as_text(file.read(), tmp_path) for name, file in files.items() if file}
    assert len(inside) >= 2
    assert found(inside, [cast.person["head"].email]), "what is in the database can be found"
    out = {str(one): one.read_bytes() for one in (tmp_path / "out").iterdir()}
    assert len(out) > 30
    figures = {"figures": (tmp_path / "figures.csv").read_bytes()}
    assert found(inside | out | figures, secrets) == {}
    assert "token" not in (tmp_path / "out/signin_directorygrant.csv").read_text()
    passwords = [cast.person["head"].password, "md5$", "pbkdf2_"]
    assert found(out | figures, passwords) == {}, "nor the digest of a password"


@pytest.mark.urls("tests.earlyhelp.pages")
def test_no_secret_is_on_an_error_page_or_in_the_log(
    cast: Cast, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = unreadable(cast)
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.person["head"])
    key = browser.session.session_key
    json_lines = site.LOGGING | {
        "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "json"}}
    }
    configure_logging(site.LOGGING_CONFIG, json_lines)
    try:
        answers = {
            "fails": browser.post("/fails/", {"note": "x", "password": "canary-typed"}),
            "nowhere": browser.get("/nowhere/"),
            "bad": browser.post("/count/", b"x", content_type="multipart/form-data; boundary="),
            "sign in": Client().post(
                "/accounts/login/", {"login": "a@b.example", "password": "canary-typed"}
            ),
        }
    finally:
        configure_logging(site.LOGGING_CONFIG, site.LOGGING)
    assert answers["fails"].status_code == 500
    said = {name: answer.content for name, answer in answers.items()}
    written = capfd.readouterr().err
    assert "Internal Server Error" in written
    said["log"] = written.encode()
    assert found(said, [*secrets, key, "canary-typed"]) == {}


def test_what_watches_and_what_checks_say_no_secret(cast: Cast) -> None:
    secrets = unreadable(cast)
    administrator = Client()
    administrator.force_login(cast.person["administrator"])
    watching = {"HTTP_AUTHORIZATION": f"Bearer {CANARIES['METRICS_TOKEN']}"}
    said = {
        "metrics": Client().get("/metrics", **watching).content,
        "ready": Client().get("/ready").content,
        "status": administrator.get("/status/").content,
        "people": administrator.get("/admin/teams/user/").content,
    }
    for command in ("check", "verify_data"):
        out = io.StringIO()
        call_command(command, stdout=out)
        said[command] = out.getvalue().encode()
    assert b"earlyhelp_ready" in said["metrics"]
    assert found(said, secrets) == {}


def test_what_a_former_key_sealed_is_read_and_nothing_else_is(settings: Any) -> None:
    sealed, former = seal("a secret", "a purpose"), settings.SECRET_KEY
    settings.SECRET_KEY = "another long and random key of the site " * 2
    with pytest.raises(InvalidToken):
        unseal(sealed, "a purpose")
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal(sealed, "a purpose") == "a secret"
    settings.SECRET_KEY_FALLBACKS, again = [], seal("a secret", "a purpose")
    assert unseal(again, "a purpose") == "a secret", "what is sealed now is sealed with the new one"
