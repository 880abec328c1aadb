"""The compose file, and what the page on running it says to run for it, where there is no engine."""

import os
import shlex
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())
PAGE = (ROOT / "docs/running.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Containers\n")[2].partition("\n## ")[0]
SECRETS, JOBS = (part.partition("```")[0] for part in SECTION.split("```sh\n")[1:])
BACKUPS = "/var/backups/early-help:/backups"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The folder that the page has somebody make, up to the engine's own command."""
    (tmp_path / "deploy").mkdir()
    lines = SECRETS.partition("cd ..")[0]
    subprocess.run(["/bin/bash", "-euc", lines], cwd=tmp_path, check=True, umask=0o077)
    return tmp_path / "deploy/secrets"


def test_every_secret_of_the_compose_file_is_made(secrets: Path) -> None:
    """For a user of the containers' own to read, in a folder that others do not enter."""
    named = {f"./secrets/{name}" for name in COMPOSE["secrets"]}
    assert {one["file"] for one in COMPOSE["secrets"].values()} == named
    modes = {file.name: file.stat().st_mode & 0o777 for file in secrets.iterdir()}
    assert modes == dict.fromkeys(COMPOSE["secrets"], 0o644)
    assert secrets.stat().st_mode & 0o777 == 0o700
    address = urlsplit((secrets / "database_url").read_text().strip())
    server = COMPOSE["services"]["database"]["environment"]
    assert address.username == server["POSTGRES_USER"]
    assert address.password == (secrets / "database_password").read_text().strip()
    assert address.path == f"/{server['POSTGRES_DB']}"
    assert address.hostname in COMPOSE["services"]


def test_every_file_of_a_setting_is_a_secret_that_is_given() -> None:
    for name, service in COMPOSE["services"].items():
        given = {f"/run/secrets/{one}" for one in service["secrets"]}
        files = {at for key, at in service["environment"].items() if key.endswith("_FILE")}
        assert files == given, name


@pytest.mark.long
def test_what_is_run_now_and_then_runs(secrets: Path, tmp_path: Path) -> None:
    """Each line of the page, on SQLite in the place of the server beside it."""
    (secrets / "database_url").write_text(f"sqlite:///{tmp_path}/it.sqlite3")
    somebody = {"EMAIL": "a@council.example", "NAME": "A", "PASSWORD": "nine tall cranes at dawn"}
    environment = {
        "PATH": os.environ["PATH"],
        "EARLYHELP_ENV": "production",
        **{f"DJANGO_SUPERUSER_{key}": value for key, value in somebody.items()},
    }
    for key, value in COMPOSE["x-site"]["environment"].items():
        environment[key] = value.replace("/run/secrets", str(secrets))
    done = [line for line in JOBS.splitlines() if line]
    for line in done:
        said = line.removeprefix("podman compose run --rm ").removeprefix(f"--volume {BACKUPS} ")
        service, _, command = said.partition(" ")
        command = command or shlex.join(COMPOSE["services"][service]["command"])
        command = command.replace("/backups/", f"{tmp_path}/")
        # Nobody is there to be asked.
        command += " --no-input" * command.endswith("createsuperuser")
        subprocess.run(["/bin/bash", "-euc", command], cwd=ROOT, env=environment, check=True)
    assert len(done) == 4
    assert len(list(tmp_path.glob("*.backup"))) == 1
