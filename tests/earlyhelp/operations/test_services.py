"""The ways of running it: services of the system, containers, and how a process ends."""

import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

from tests.concurrency.gunicorn import ENDS_WITHIN, free_port

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
# What a unit for one of several councils has in the place of what the one council's has.
OF_SEVERAL = {
    "/opt/early-help": "/opt/early-help/%i",
    "/var/lib/early-help": "/var/lib/early-help/%i",
    "/etc/early-help/environment": "/etc/early-help/%i/environment",
    "StateDirectory=early-help": "StateDirectory=early-help/%i",
    "=earlyhelp\n": "=earlyhelp-%i\n",
    "Description=Early Help performance: ": "Description=Early Help performance of %i: ",
    "127.0.0.1:8000": "127.0.0.1:${EARLYHELP_PORT}",
    # Each council has its own day of the month, and keeps it.
    "monthly\nRandomizedDelaySec=2h": "monthly\nRandomizedDelaySec=27d\nFixedRandomDelay=true",
}


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("This test asks systemd (on Debian: apt-get install systemd).")
    for unit in UNITS:
        text = unit.read_text().replace("/opt/early-help/%i", str(ROOT))
        (tmp_path / unit.name).write_text(text.replace("/opt/early-help", str(ROOT)))
    found = subprocess.run(
        [program, "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    said = [line for line in found.stderr.splitlines() if "earlyhelp" in line]
    assert (found.returncode, said) == (0, [])


def test_the_units_for_several_councils_are_those_for_one() -> None:
    """Each with its own code, settings, user and folder, and a port of its own."""
    one = {unit.name: unit.read_text() for unit in UNITS if "@" not in unit.name}
    several = {unit.name: unit.read_text() for unit in UNITS if "@" in unit.name}
    assert set(several) == {name.replace(".", "@.") for name in one}
    for name, text in one.items():
        for ours, theirs in OF_SEVERAL.items():
            text = text.replace(ours, theirs)
        assert several[name.replace(".", "@.")] == text


def test_every_command_of_the_units_is_one_of_ours() -> None:
    started = [
        line.partition("=")[2]
        for unit in UNITS
        for line in unit.read_text().splitlines()
        if line.startswith("ExecStart=")
    ]
    commands = re.findall(r"manage\.py (\w+)", " ".join(started))
    assert sorted(commands) == sorted(["backup", "deliver", "prepare", "restore_drill"] * 2)
    for unit in (one for one in UNITS if one.suffix == ".service"):
        text = unit.read_text()
        user = "User=earlyhelp-%i" if "@" in unit.name else "User=earlyhelp"
        for line in (user, "ProtectSystem=strict", "NoNewPrivileges=true"):
            assert f"\n{line}\n" in text, unit.name


@dataclass(frozen=True)
class Service:
    """A unit as the system would start it, with the places of a test's own."""

    name: str
    folder: Path

    def said(self, key: str) -> list[str]:
        """What the unit says after a key, once for each time, as systemd reads it."""
        text = (DEPLOY / "systemd" / f"earlyhelp-{self.name}.service").read_text()
        text = text.replace("127.0.0.1:8000", "127.0.0.1:${EARLYHELP_PORT}")
        for place, ours in {"/opt/early-help": ROOT, "/var/lib/early-help": self.folder}.items():
            text = text.replace(f"{place}/%i", str(ours)).replace(place, str(ours))
        said = re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)
        return [one.replace("%i", "derby").replace("%%", "%") for one in said]

    @property
    def state(self) -> list[str]:
        """The folder that it may write to, and its mode."""
        return self.said("StateDirectory") + self.said("StateDirectoryMode")

    def run(self, key: str, **settings: str) -> list["subprocess.Popen[bytes]"]:
        """Its commands, word for word, in its environment and the administrator's file."""
        own = dict(one.split("=", 1) for said in self.said("Environment") for one in said.split())
        (umask,) = self.said("UMask")
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment = kept | administrators(self.folder) | own | settings
        return [
            subprocess.Popen(
                [re.sub(r"\$\{(\w+)\}", lambda one: environment[one[1]], word) for word in words],
                cwd=ROOT,
                env=environment,
                umask=int(umask, 8),
            )
            for words in (
                shlex.split(one.replace("$MAINPID", "${MAINPID}")) for one in self.said(key)
            )
        ]

    def start(self, **settings: str) -> "subprocess.Popen[bytes]":
        """What comes before it to its end, then the service itself."""
        for before in self.run("ExecStartPre", **settings):
            assert before.wait(120) == 0
        (service,) = self.run("ExecStart", **settings)
        return service


def administrators(folder: Path) -> dict[str, str]:
    """The administrator's file of settings; what is secret lies in files of its own."""
    for name, words in {"key": "k" * 60, "url": f"sqlite:///{folder}/it.sqlite3"}.items():
        (folder / name).write_text(words)
    return {
        "SECRET_KEY_FILE": f"{folder}/key",
        "DATABASE_URL_FILE": f"{folder}/url",
        "ALLOWED_HOSTS": "figures.council.gov.uk",
        "EMAIL_HOST": "mail.council.gov.uk",
    }


# Those for one council, and those for several: each is started below.
PREPARE, WEB, DELIVER, BACKUP, DRILL = (
    (name, f"{name}@") for name in ("prepare", "web", "deliver", "backup", "drill")
)


def test_every_service_is_started_here() -> None:
    """And what it keeps is its user's alone."""
    names = {unit.stem.removeprefix("earlyhelp-") for unit in UNITS if unit.suffix == ".service"}
    assert names == {*PREPARE, *WEB, *DELIVER, *BACKUP, *DRILL}
    for name in names:
        several = "/derby" * name.endswith("@")
        assert Service(name, ROOT).state == [f"early-help{several}", "0700"], name
    # Whatever else a unit lets it write, others must not read either.
    kinds = {kind for unit in UNITS for kind in re.findall(r"\n(\w+)Directory=", unit.read_text())}
    assert kinds == {"Working", "State"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine on which the job was run that comes before all others; twice does no harm."""
    folder = tmp_path_factory.mktemp("machine")
    for name in PREPARE:
        assert Service(name, folder).start().wait(300) == 0
    assert (folder / "static/staticfiles.json").exists()
    return folder


def test_a_new_database_is_its_owner_s_alone(prepared: Path) -> None:
    assert (prepared / "it.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", WEB)
def test_pages_are_served_and_the_system_is_told_when(
    prepared: Path, tmp_path: Path, name: str
) -> None:
    """The port of the one council alone is another one; asked to, it reads its settings again."""
    unit, port, told = Service(name, prepared), free_port(), tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(told))
        listening.settimeout(120)
        home = {"HOME": str(tmp_path / "nowhere"), "NOTIFY_SOCKET": str(told)}
        server = unit.start(EARLYHELP_PORT=str(port), **home)
        try:
            assert b"READY=1" in listening.recv(500)
            assert answers_of(port) == [("/live", 200), ("/ready", 200), ("/", 301)]
            before = workers(server.pid)
            (reload,) = unit.run("ExecReload", MAINPID=str(server.pid))
            assert reload.wait(120) == 0
            assert eventually(lambda: workers(server.pid) and not workers(server.pid) & before)
            assert answers_of(port) == [("/live", 200), ("/ready", 200), ("/", 301)]
        finally:
            server.send_signal(signal.SIGTERM)
            assert server.wait(ENDS_WITHIN) == 0
    assert not (tmp_path / "nowhere").exists(), "its user needs no home"


def workers(server: int) -> set[str]:
    """The processes that answer for a server."""
    return set(Path(f"/proc/{server}/task/{server}/children").read_text().split())


def answers_of(port: int) -> list[tuple[str, int]]:
    """What the pages that anybody may ask are answered with."""
    asked, found = HTTPConnection("127.0.0.1", port, timeout=120), []
    for path in ("/live", "/ready", "/"):
        asked.request("GET", path, headers={"Host": "figures.council.gov.uk"})
        answer = asked.getresponse()
        answer.read()
        found.append((path, answer.status))
    return found


@pytest.mark.parametrize("name", DELIVER)
def test_mail_is_delivered_until_it_is_asked_to_end(prepared: Path, name: str) -> None:
    with closing(sqlite3.connect(prepared / "it.sqlite3")) as opened:
        opened.execute("DELETE FROM work_job")
        job = "INSERT INTO work_job (kind, payload, created_at, due_at, attempts, error)"
        opened.execute(f"{job} VALUES ('nothing', '{{}}', '2016-01-01', '2016-01-01', 0, '')")
        opened.commit()
        mail = Service(name, prepared).start()
        try:
            tried = "SELECT error FROM work_job"
            assert eventually(lambda: opened.execute(tried).fetchone() == ("KeyError",))
            assert mail.poll() is None
        finally:
            mail.send_signal(signal.SIGTERM)
            assert mail.wait(30) == 0
        assert opened.execute(tried).fetchone() == ("KeyError",)


@pytest.mark.parametrize("name", BACKUP)
def test_a_backup_is_made_of_the_night(prepared: Path, name: str) -> None:
    shutil.rmtree(prepared / "backups", ignore_errors=True)
    assert Service(name, prepared).start().wait(120) == 0
    assert (prepared / "backups").stat().st_mode & 0o777 == 0o700
    [made] = (prepared / "backups").iterdir()
    assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{4}\.backup", made.name)
    assert made.stat().st_mode & 0o777 == 0o600


@pytest.mark.long
@pytest.mark.parametrize("name", DRILL)
def test_a_drill_is_held(prepared: Path, name: str) -> None:
    assert Service(name, prepared).start().wait(300) == 0


def test_the_container_writes_nothing_and_is_nobody() -> None:
    image = (DEPLOY / "Containerfile").read_text()
    assert re.search(r"^ARG BASE=.+\nFROM \$\{BASE\}$", image, re.MULTILINE)
    assert "\nUSER 10001:10001\n" in image
    assert image.index("USER 10001") < image.index("CMD [")
    assert "--require-hashes" in image
    compose = (DEPLOY / "compose.yaml").read_text()
    site = compose[: compose.index("services:")]
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", 'user: "10001'):
        assert line in site
    assert compose.count("<<: *site") == 3
    assert compose.count("service_completed_successfully") == 2
    # No secret stands in it: each is a file.
    assert re.findall(r"(?:KEY|URL|PASSWORD): ", compose) == []
    assert len(re.findall(r"_FILE: /run/secrets/", compose)) == 4


def eventually(is_so: Callable[[], object]) -> bool:
    """Whether something becomes so within two minutes."""
    for _ in range(1200):
        if is_so():
            return True
        time.sleep(0.1)
    return False


def ask(port: int, path: str) -> bytes:
    """What a server says to a request."""
    asked = HTTPConnection("127.0.0.1", port, timeout=120)
    asked.request("GET", path)
    return asked.getresponse().read()


def answers(port: int) -> bool:
    """Whether the slow site is up."""
    try:
        return ask(port, "/") == b"answered"
    except OSError:
        return False


# In the place of ours: says what it was asked, and goes on until it is ended.
STUB = """
import os, pathlib, sys, time
held = f"{os.getpid()} {' '.join(sys.argv[1:])}"
pathlib.Path("new").write_text(held)
os.replace("new", "delivers")
time.sleep(600)
"""


def test_what_delivers_begins_and_ends_with_the_server(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text(STUB)
    port = free_port()
    beside = {key: value for key, value in os.environ.items() if key != "EARLYHELP_DELIVER_BESIDE"}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "tests.slow_wsgi"),
            *("--config", "python:earlyhelp.server", "--bind", f"127.0.0.1:{port}"),
        ],
        cwd=tmp_path,
        env={**beside, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        assert eventually((tmp_path / "delivers").exists)
        number, _, asked = (tmp_path / "delivers").read_text().partition(" ")
        assert asked == "deliver --watch"
        assert eventually(lambda: answers(port))
        server.send_signal(signal.SIGTERM)
        assert server.wait(ENDS_WITHIN) == 0
        assert eventually(lambda: not is_alive(int(number)))
    finally:
        server.kill()
    make = (ROOT / "Makefile").read_text()
    assert re.search(r"^SERVER := .*--config python:earlyhelp.server", make, re.MULTILINE)
    for target in ("demo", "serve"):
        assert re.search(rf"^{target}: install\n(\t.*\n)*\t.*\$\(SERVER\)", make, re.MULTILINE)


def is_alive(number: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_of_a_working_copy_gets_into_the_image() -> None:
    """Neither a file of secrets, nor what the history leaves out."""
    ours, images = (
        {line.strip().strip("/").removeprefix("**/") for line in (ROOT / name).read_text().split()}
        for name in (".gitignore", ".dockerignore")
    )
    assert ours - images == set()
    assert {".git", ".env", "deploy/secrets", "var"} <= images


def test_a_process_that_is_ended_answers_first() -> None:
    port = free_port()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "tests.slow_wsgi"),
            *("--config", "python:earlyhelp.server", "--bind", f"127.0.0.1:{port}"),
        ],
        cwd=ROOT,
        env={**os.environ, "EARLYHELP_DELIVER_BESIDE": "false"},
        stderr=subprocess.DEVNULL,
    )

    try:
        assert eventually(lambda: answers(port))
        found: list[bytes] = []
        asking = threading.Thread(target=lambda: found.append(ask(port, "/slow")))
        asking.start()
        time.sleep(0.4)
        server.send_signal(signal.SIGTERM)
        asking.join(30)
        assert found == [b"answered"]
        assert server.wait(ENDS_WITHIN) == 0
    finally:
        server.kill()
