"""Several web hosts before one database: whatever one of them began another goes on with."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audits.plan.models import Plan
from measures.models import Figure
from teams.models import User
from tests.cast import Cast
from tests.concurrency.gunicorn import serving
from tests.factories import PASSWORD
from tests.running.surfers import Surfer

HEADER = "team,quarter,item,value,answer,note\n"
FIGURES = f"{HEADER}north-family,2016-17 Q1,cases-closed,31,,\n"


@pytest.fixture
def officer(transactional_db: None, council: Cast, settings: Any) -> User:
    """Somebody whose password a server can read: the tests' own are hashed quickly."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    council.person["officer"].set_password(PASSWORD)
    council.person["officer"].save()
    return council.person["officer"]


@pytest.fixture
def hosts(officer: User, tmp_path: Path) -> Iterator[list[str]]:
    """Two servers, each with processes, memory and folders of its own."""
    with ExitStack() as both:
        servers = []
        for name in ("first", "second"):
            own = tmp_path / name
            own.mkdir()
            more = {"EARLYHELP_VAR": str(own), "TMPDIR": str(own)}
            servers.append(both.enter_context(serving(own, threads=2, **more)))
        yield [server.url for server in servers]
        assert [server.errors for server in servers] == [[], []]


def test_what_began_on_one_host_goes_on_at_another(
    hosts: list[str], officer: User, council: Cast
) -> None:
    """The session, the file that waits for a yes, a form sent before, the count of wrong passwords."""
    first, second = hosts
    somebody = Surfer(first, officer.email, PASSWORD)
    assert (somebody.reply.status, somebody.reply.location) == (302, "/")
    somebody.server = second
    assert somebody.get("/").status == 200

    somebody.server = first
    file = SimpleUploadedFile("q1.csv", FIGURES.encode())
    page = somebody.post("/import/", {"file": file, "becomes": "drafts"})
    form = dict(re.findall(r'name="(token|form_key)" value="([^"]+)"', page.text))
    assert set(form) == {"token", "form_key"}
    somebody.server = second
    assert somebody.post("/import/confirm/", form).location == "/import/"
    somebody.server = first
    assert "q1.csv: 1 figure loaded into 1 return" in somebody.get("/import/").text
    closed = Figure.objects.get(
        return_made=council.made("north-family"), item=council.item["cases-closed"]
    )
    assert closed.value == 31

    plan = {"year": 2016, "title": "What is done", "form_key": form["form_key"]}
    made = {host: _sent_at(host, somebody, plan) for host in hosts}
    assert made[first] == made[second] == "/actions/2016/"
    assert Plan.objects.count() == 1

    somebody.server = second
    somebody.post("/accounts/logout/", {})
    somebody.server = first
    assert somebody.get("/").location.startswith("/accounts/login/")
    _wrong_passwords_count_together(hosts, officer.email)


def _sent_at(host: str, somebody: Surfer, plan: dict[str, Any]) -> str:
    """Where a form leads that is sent at a host."""
    somebody.server = host
    return somebody.post("/actions/new/", plan).location


def _wrong_passwords_count_together(hosts: list[str], email: str) -> None:
    for number in range(5):
        wrong = Surfer(hosts[number % 2], email, "not the password")
        assert "Too many" not in wrong.reply.text
    for host in hosts:
        assert "Too many" in Surfer(host, email, PASSWORD).reply.text
