"""From an empty machine to a page that somebody signed in to, as the page on running it says.

Short: the commands as they stand, with the environment of these tests. Long: on a Debian of our
own, with everything that is installed; it takes root, and the ways to Debian and to the index of
Python's packages.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.cast import Cast
from tests.concurrency.gunicorn import ENDS_WITHIN, free_port
from tests.running import people
from tests.running.clusters import primary
from tests.running.front import HOST, PASSWORD, is_there, signed_in_page
from tests.upgrades.test_upgrades import urls

__all__ = ["urls"]
ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs/running.md").read_text(encoding="utf-8")
STEPS = PAGE.partition("### From an empty machine\n")[2].partition("```sh\n")[2].partition("```")[0]
BACKUP = "/var/backups/early-help-2026-11-23.backup"
AUTHORITIES = "etc/ssl/certs/ca-certificates.crt"
DEBIAN = (
    "python3,python3-venv,make,ca-certificates,postgresql-client,libpango-1.0-0,libpangoft2-1.0-0"
)


@pytest.fixture
def backup(transactional_db: None, council: Cast, settings: Any, tmp_path: Path) -> Path:
    """What is left of the old machine: a council's backup, with a password that is kept for real."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    manager = council.person["contributor"]
    manager.set_password(PASSWORD)
    manager.save()
    call_command("backup", str(tmp_path / "old.backup"))
    return tmp_path / "old.backup"


def environment(url: str, folder: Path) -> dict[str, str]:
    """The old machine's settings; what is secret lies in files."""
    for name, words in {"key": "k" * 60, "url": url}.items():
        (folder / name).write_text(words)
    return {
        "EARLYHELP_ENV": "production",
        "SECRET_KEY_FILE": f"{folder}/key",
        "DATABASE_URL_FILE": f"{folder}/url",
        "ALLOWED_HOSTS": HOST,
        "EMAIL_HOST": "mail.council.gov.uk",
        "BEHIND_TLS_PROXY": "true",
        "TRUSTED_PROXIES": "1",
        "EARLYHELP_DELIVER_BESIDE": "false",
    }


@contextmanager
def serving(before: list[str], steps: str, port: int, **how: Any) -> Iterator[None]:
    """What the last of the steps serves, once the others were done; ``before`` says where."""
    first, last, served = steps.rpartition("make ")
    shell = [*before, "/bin/bash", "-euc"]
    subprocess.run([*shell, first], check=True, **how)
    process = subprocess.Popen([*shell, last + served], start_new_session=True, **how)
    try:
        people.until(lambda: is_there(port))
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(ENDS_WITHIN)


def test_a_backup_becomes_a_site_that_one_signs_in_to(
    backup: Path, council: Cast, urls: list[str], tmp_path: Path
) -> None:
    """On a machine where everything is installed, which stays as it is."""
    port, own = free_port(), tmp_path / "machine"
    own.mkdir()
    assert BACKUP in STEPS
    steps = STEPS.replace(BACKUP, str(backup)).replace("make ", "make --old-file=.venv/installed ")
    more = {"PATH": os.environ["PATH"], "PORT": str(port), "EARLYHELP_VAR": str(own / "var")}
    with serving([], steps, port, cwd=ROOT, env=environment(urls[1], own) | more):
        page = signed_in_page(port, council.person["contributor"].email)
    assert "North family" in page


def debian(root: Path) -> None:
    """A Debian with what the page says that a host has, and the code, from nothing."""
    missing = [one for one in ("debootstrap", "chroot") if shutil.which(one) is None]
    if missing or os.getuid() != 0:
        pytest.fail(f"This test makes a Debian as root (on Debian: apt-get install {missing})")
    made = ["debootstrap", "--variant=minbase", f"--include={DEBIAN}", "bookworm", str(root)]
    done = subprocess.run(made, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    shutil.copy(f"/{AUTHORITIES}", root / AUTHORITIES)
    code = root / "opt/early-help"
    code.mkdir(parents=True)
    copy = f"git archive HEAD | tar --extract --directory={code}"
    subprocess.run(["/bin/bash", "-euo", "pipefail", "-c", copy], cwd=ROOT, check=True)


@pytest.mark.long
def test_an_empty_machine_becomes_one(backup: Path, council: Cast, tmp_path: Path) -> None:
    """Debian, the code, and then the page's steps, word for word."""
    root, port = tmp_path / "root", free_port()
    debian(root)
    (root / BACKUP.strip("/")).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(backup, root / BACKUP.strip("/"))
    inside = {key: value for key, value in os.environ.items() if key.lower().endswith("_proxy")}
    inside |= {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    inside |= {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PORT": str(port)}
    inside["PIP_CERT"] = f"/{AUTHORITIES}"
    with ExitStack() as until_the_end:
        url = "sqlite:////opt/it.sqlite3"
        if connection.vendor == "postgresql":
            url = until_the_end.enter_context(primary()).url()
        given = environment(url, root)
        for name in ("SECRET_KEY_FILE", "DATABASE_URL_FILE"):
            given[name] = given[name].removeprefix(str(root))
        how = {"env": given | inside}
        there = ["chroot", str(root), "env", "--chdir=/opt/early-help"]
        until_the_end.enter_context(serving(there, STEPS, port, **how))
        page = signed_in_page(port, council.person["contributor"].email)
    assert "North family" in page
