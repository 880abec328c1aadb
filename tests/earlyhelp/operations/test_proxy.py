"""The example for nginx, run as it stands but for its ports and where its files lie."""

import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest
from django.conf import settings

from tests.concurrency.gunicorn import ENDS_WITHIN, free_port

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
HOST = {"Host": "figures.council.gov.uk"}
_AROUND = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/early-help.conf;
}}
"""


def program() -> str:
    """Nginx, which Debian keeps among the programs of its administrator."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if found is None:
        pytest.fail("This test runs nginx (on Debian: apt-get install nginx-light).")
    return found


def certificate(folder: Path) -> None:
    """One of our own, for a day."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=figures.council.gov.uk", "-out", str(folder / "fullchain.pem")),
            *("-keyout", str(folder / "privkey.pem")),
        ],
        check=True,
        capture_output=True,
    )


def put(folder: Path, ports: dict[str, int]) -> Path:
    """The example with other ports and places."""
    places = {
        "/etc/early-help/tls": str(folder),
        "/etc/nginx/early-help-proxy.conf": str(DEPLOY / "nginx-proxy.conf"),
        "listen 80;": f"listen 127.0.0.1:{ports['http']};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports['https']} ssl;",
        "127.0.0.1:8000": f"127.0.0.1:{ports['site']}",
    }
    text = (DEPLOY / "nginx.conf").read_text()
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "early-help.conf").write_text(text)
    whole = folder / "nginx.conf"
    whole.write_text(_AROUND.format(folder=folder))
    return whole


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A process that listens at a port."""
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            asked = HTTPConnection("127.0.0.1", port, timeout=10)
            try:
                asked.connect()
            except OSError:
                time.sleep(0.1)
            else:
                break
            finally:
                asked.close()
        yield
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN)


def ask(connection: HTTPConnection, path: str) -> tuple[HTTPResponse, bytes]:
    connection.request("GET", path, headers=HOST)
    answer = connection.getresponse()
    return answer, answer.read()


def test_the_proxy_takes_the_example_and_serves_through_it(tmp_path: Path) -> None:
    certificate(tmp_path)
    ports = {"http": free_port(), "https": free_port(), "site": free_port()}
    whole = put(tmp_path, ports)
    nginx = [program(), "-p", str(tmp_path), "-c", str(whole)]
    tried = subprocess.run([*nginx, "-t"], capture_output=True, text=True)
    assert tried.returncode == 0, tried.stderr
    site = [sys.executable, "-m", "gunicorn", "tests.slow_wsgi"]
    site += ["--bind", f"127.0.0.1:{ports['site']}"]
    with running(site, ports["site"]), running(nginx, ports["https"]):
        trust = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))
        trust.check_hostname = False

        def secure() -> HTTPSConnection:
            return HTTPSConnection("127.0.0.1", ports["https"], timeout=120, context=trust)

        for path in ("/", "/accounts/login/"):
            answer, said = ask(secure(), path)
            assert (answer.status, said) == (200, b"answered")
        # Not for the world.
        for path in ("/metrics", "/ready"):
            assert ask(secure(), path)[0].status == 404
        answer, _ = ask(HTTPConnection("127.0.0.1", ports["http"], timeout=120), "/returns/")
        assert answer.status == 301
        assert answer.headers["Location"] == "https://figures.council.gov.uk/returns/"
