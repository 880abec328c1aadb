"""The ways of running it: services of the system, containers, and how a process ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.fail("This test asks systemd (on Debian: apt-get install systemd).")
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/early-help", str(ROOT)))
    found = subprocess.run(
        [program, "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    said = [line for line in found.stderr.splitlines() if "earlyhelp" in line]
    assert (found.returncode, said) == (0, [])


def test_every_command_of_the_units_is_one_of_ours() -> None:
    started = [
        line.partition("=")[2]
        for unit in UNITS
        for line in unit.read_text().splitlines()
        if line.startswith("ExecStart=")
    ]
    commands = re.findall(r"manage\.py (\w+)", " ".join(started))
    assert sorted(commands) == ["backup", "deliver", "restore_drill"]
    for command in commands:
        asked = [sys.executable, str(ROOT / "manage.py"), command, "--help"]
        assert subprocess.run(asked, capture_output=True).returncode == 0
    for unit in (one for one in UNITS if one.suffix == ".service"):
        text = unit.read_text()
        for line in ("User=earlyhelp", "ProtectSystem=strict", "NoNewPrivileges=true"):
            assert f"\n{line}\n" in text, unit.name


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


def test_a_process_that_is_ended_answers_first() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "tests.slow_wsgi"),
            *("--config", "python:earlyhelp.server", "--bind", f"127.0.0.1:{port}"),
        ],
        cwd=ROOT,
        env={**os.environ, "EARLYHELP_DELIVER_BESIDE": "false"},
        stderr=subprocess.DEVNULL,
    )

    def ask(path: str) -> bytes:
        asked = HTTPConnection("127.0.0.1", port, timeout=30)
        asked.request("GET", path)
        return asked.getresponse().read()

    try:
        for _ in range(300):
            try:
                assert ask("/") == b"answered"
                break
            except OSError:
                time.sleep(0.1)
        found: list[bytes] = []
        asking = threading.Thread(target=lambda: found.append(ask("/slow")))
        asking.start()
        time.sleep(0.4)
        server.send_signal(signal.SIGTERM)
        asking.join(30)
        assert found == [b"answered"]
        assert server.wait(30) == 0
    finally:
        server.kill()
