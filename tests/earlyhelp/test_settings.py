"""The environment is read strictly, and production refuses what belongs to the sample."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from earlyhelp import environment as env

SAFE = {
    "EARLYHELP_ENV": "production",
    "SECRET_KEY": "long and random " * 4,
    "ALLOWED_HOSTS": "figures.council.example",
    "DATABASE_URL": "postgres://user@db.example:5432/earlyhelp",
    "EMAIL_HOST": "mail.council.example",
}


IN_SHORT = (
    "from earlyhelp import settings as s;"
    "print(s.DATABASES['default']['ENGINE'], s.DATABASES['default']['NAME'],"
    " getattr(s, 'SESSION_COOKIE_NAME', '-'), s.SECOND_FACTOR_REQUIRED, s.ALLOW_SAMPLE)"
)


def start(code: str = IN_SHORT, /, **environment: str) -> str:
    """Read the settings in a fresh process: what it printed, or the refusal."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    done = subprocess.run(  # our own interpreter, our own words
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_with_nothing_set_it_is_for_development() -> None:
    assert start() == (
        f"django.db.backends.sqlite3 {settings.BASE_DIR}/var/earlyhelp.sqlite3 - False True"
    )


def test_production_turns_its_safeguards_on() -> None:
    assert start(**SAFE) == "earlyhelp.core.postgresql earlyhelp __Host-session True False"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_what_is_measured_asks_its_databases_as_the_site_does(engine: str, tmp_path: Path) -> None:
    """A councils' database of ``make bench`` differs from the site's by where it is alone."""
    code = (
        "from benchmarks import councils, settings as s;"
        "how = lambda name: {key: value for key, value in s.DATABASES[name].items()"
        " if key not in ('NAME', 'USER', 'PASSWORD', 'HOST', 'PORT')};"
        "print(how('default')['ENGINE'], {how(name) == how('default')"
        " for name in (*councils.DATABASES, councils.SERVED)})"
    )
    asked = {"sqlite": "django.db.backends.sqlite3", "postgresql": "earlyhelp.core.postgresql"}
    found = start(code, BENCH_ENGINE=engine, BENCH_FOLDER=str(tmp_path))
    assert found == f"{asked[engine]} {{True}}"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "", "SECRET_KEY must be at least 50 random characters"),
        ("SECRET_KEY", "short", "SECRET_KEY must be at least 50 random characters"),
        ("SECRET_KEY_FALLBACKS", "short", "SECRET_KEY must be at least 50 random characters"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS must name the site"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name the site, not *"),
        ("DEBUG", "true", "DEBUG shows the code and its data to strangers"),
        ("EARLYHELP_TODAY", "2016-07-05", "EARLYHELP_TODAY belongs to the sample"),
        ("EARLYHELP_SAMPLE", "yes", "EARLYHELP_SAMPLE belongs to the sample"),
        ("EARLYHELP_ALLOW_SAMPLE", "1", "EARLYHELP_ALLOW_SAMPLE belongs to the sample"),
        ("EMAIL_HOST", "", "EMAIL_HOST must name the mail server"),
    ],
)
def test_production_refuses(name: str, value: str, said: str) -> None:
    assert said in start(**(SAFE | {name: value}))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"EARLYHELP_ENV": "prod"}, "set it to development or production"),
        ({"DEBUG": "maybe"}, "set it to true or false"),
        ({"EARLYHELP_TODAY": "5/7/2016"}, "like 2016-07-05"),
        ({"EARLYHELP_TODAY": "2016-W27-2"}, "like 2016-07-05"),
        ({"EARLYHELP_TODAY": "20160705"}, "like 2016-07-05"),
        ({"EARLYHELP_TODAY": "2016-07-0５"}, "like 2016-07-05"),
        ({"SESSION_IDLE_MINUTES": "３０"}, "a whole number from 30"),
        ({"SESSION_IDLE_MINUTES": "5"}, "a whole number from 30"),
        ({"EARLYHELP_SMALL_NUMBER": "1"}, "a whole number from 2 to 20"),
        ({"EARLYHELP_SMALL_NUMBER": "21"}, "a whole number from 2 to 20"),
        ({"EARLYHELP_SMALL_NUMBER": "few"}, "a whole number from 2 to 20"),
        ({"DATABASE_URL": "mysql://root:secret@host/name"}, "set it to sqlite:////path"),
        ({"DATABASE_URL": "postgres://user@host:5432"}, "names no database"),
        ({"REPLICA_URL": "postgres://user:secret@host/name"}, "SQLite has no replicas: unset it"),
        (
            {"DATABASE_URL": "postgres://host/name", "REPLICA_URL": "sqlite:///secret"},
            "REPLICA_URL names a file: set it to postgres://",
        ),
        (
            {"DATABASE_URL": "postgres://host/name", "REPLICA_URL": "postgres://user@host"},
            "REPLICA_URL names no database",
        ),
        ({"EARLYHELP_BREACHED_PASSWORDS": "/nowhere"}, "cannot be read: FileNotFoundError"),
        ({"EARLYHELP_BREACHED_PASSWORDS": __file__}, "has to begin with a SHA-1 digest"),
        ({"REPLICA_LAG_SECONDS": "0"}, "a whole number from 1 to 600"),
        ({"OIDC_SERVER_URL": "https://login.example"}, "set OIDC_CLIENT_ID"),
        *(
            ({"OIDC_SERVER_URL": f"https://login.microsoftonline.com/{tenant}/v2.0"}, "shares")
            for tenant in (
                "common",
                "Organizations",
                "consumers",
                "9188040d-6c67-4c5b-b112-36a304b66dad",
            )
        ),
    ],
)
def test_nonsense_is_refused_with_the_fix(environment: dict[str, str], said: str) -> None:
    answer = start(**environment)
    assert said in answer
    assert "secret" not in answer


def test_a_path_of_one_s_own_holds_the_database() -> None:
    assert start(DATABASE_URL="sqlite:////tmp/a/b.sqlite3").startswith(
        "django.db.backends.sqlite3 /tmp/a/b.sqlite3 "
    )


@pytest.mark.parametrize(("word", "value"), [("Yes", True), ("off", False), ("", False)])
def test_flags(monkeypatch: pytest.MonkeyPatch, word: str, value: bool) -> None:
    monkeypatch.setenv("FLAG", word)
    assert env.flag("FLAG") is value


def test_numbers_have_a_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", "-3")
    with pytest.raises(ImproperlyConfigured, match="whole number from 0"):
        env.number("NUMBER", 1)


def test_some_numbers_have_a_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", "20")
    assert env.number("NUMBER", 5, most=20) == 20
    monkeypatch.setenv("NUMBER", "21")
    with pytest.raises(ImproperlyConfigured, match="whole number from 0 to 20"):
        env.number("NUMBER", 5, most=20)


def test_a_secret_can_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every setting can; one that is said twice, or whose file is not there, is refused."""
    (tmp_path / "key").write_text("a secret\n")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "key"))
    assert env.text("A_SECRET") == "a secret"
    monkeypatch.setenv("A_SECRET", "another")
    with pytest.raises(ImproperlyConfigured, match="A_SECRET and A_SECRET_FILE are set"):
        env.text("A_SECRET")
    monkeypatch.delenv("A_SECRET")
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read: FileNotFoundError"):
        env.text("A_SECRET", "a default")
    # What a process of our own is given counts, also over a file.
    for name, value in env.instead(A_SECRET="its own").items():
        monkeypatch.setenv(name, value)
    assert env.text("A_SECRET") == "its own"
