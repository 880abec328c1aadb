"""The container: built as the file says, on a Debian of our own, and run as nobody.

It takes root, the programs below, and the ways to Debian and to the index of Python's packages.
Buildah's isolation is a chroot: that the file system is read-only and that nobody gains rights is
the compose file's, and what is shown here is that nothing of it is written to.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

import pytest
import yaml
from django.conf import settings

from tests.concurrency.gunicorn import free_port
from tests.running import people
from tests.running.clusters import primary
from tests.running.front import SOMEBODY, ask, is_there, signed_in_page

ROOT = Path(settings.BASE_DIR)
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
# What the image is run with: the compose file's, whose secrets lie elsewhere here.
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())


@dataclass(frozen=True)
class Buildah:
    """The program, with its store in a folder of its own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        store = ("--root", f"{self.folder}/store", "--runroot", f"{self.folder}/run")
        return ["buildah", *store, *arguments]

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, f"{arguments}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout.strip()

    def run(self, container: str, *command: str) -> list[str]:
        """A command in a container, as whom its image says, with the settings and secrets."""
        given = [f"--env={name}={value}" for name, value in self.settings.items()]
        secrets = f"--volume={self.folder}/secrets:/run/secrets:ro"
        return self.command("run", "--isolation=chroot", secrets, *given, container, "--", *command)


def base(folder: Path, buildah: Buildah) -> str:
    """An image of Debian with its Python, and with the authorities that this machine trusts."""
    root = folder / "debian"
    debian = ["debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates"]
    done = subprocess.run([*debian, "bookworm", str(root)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]
    shutil.copy(AUTHORITIES, root / AUTHORITIES.relative_to("/"))
    container = buildah("from", "scratch")
    buildah("copy", "-q", container, str(root), "/")
    buildah("config", f"--env=PIP_CERT={AUTHORITIES}", container)
    buildah("commit", "-q", "--rm", container, "localhost/base")
    shutil.rmtree(root)
    return "localhost/base"


@contextmanager
def serving(buildah: Buildah, container: str) -> Iterator[int]:
    """The image's own command, at another port."""
    port = free_port()
    told = buildah("inspect", "--format={{.OCIv1.Config.Cmd}}", container)
    command = [one.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for one in told.strip("[]").split()]
    with subprocess.Popen(buildah.run(container, *command), start_new_session=True) as process:
        try:
            people.until(lambda: is_there(port))
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


@pytest.mark.long
def test_the_image_is_built_and_serves_and_nobody_writes_to_it(tmp_path: Path) -> None:
    missing = [one for one in ("buildah", "debootstrap") if shutil.which(one) is None]
    if missing or os.getuid() != 0:
        pytest.fail(f"This test builds an image as root (on Debian: apt-get install {missing})")
    buildah = Buildah(tmp_path)
    name = base(tmp_path, buildah)
    bud = ("bud", "--isolation=chroot", f"--build-arg=BASE={name}", "-f", "deploy/Containerfile")
    buildah(*bud, "-t", "localhost/early-help", str(ROOT))
    try:
        drive(buildah)
    finally:
        buildah("rm", "--all")
        buildah("rmi", "--all", "--force")
        # What it leaves mounted, where its store can lay one file system over another.
        left = ("umount", "--lazy", f"{tmp_path}/store/overlay")
        subprocess.run(left, capture_output=True)


def drive(buildah: Buildah) -> None:
    """Migrations as a job, then pages: what watches, and one that somebody signed in to."""
    container = buildah("from", "localhost/early-help")
    mounted = Path(buildah("mount", container))
    app = mounted / "app"
    left_out = {".git", "tests", ".env"} & {one.name for one in app.iterdir()}
    assert (left_out, [one.name for one in (app / "var").iterdir()]) == (set(), ["static"])
    hidden = buildah.folder / "secrets"
    hidden.mkdir(exist_ok=True)
    with primary() as cluster:
        for file, words in {
            "secret_key": token_urlsafe(50),
            "database_url": cluster.url(),
            "email_password": "x",
        }.items():
            (hidden / file).write_text(words)
        buildah.settings.update(COMPOSE["x-site"]["environment"])
        begun = mounted / "tmp" / "begun"
        begun.touch()
        manage = (".venv/bin/python", "manage.py")
        for command in (
            ("id", "-u"),
            COMPOSE["services"]["migrations"]["command"],
            (*manage, "shell", "--no-imports", "-c", SOMEBODY),
            (*manage, "check", "--deploy", "--database", "default", "--fail-level", "WARNING"),
            (*manage, "restore_drill"),
        ):
            done = subprocess.run(buildah.run(container, *command), capture_output=True, text=True)
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            assert command != ("id", "-u") or done.stdout.strip() == "10001"
        with serving(buildah, container) as port:
            assert ask(port, "/ready")[:2] == (200, "ready\n")
            signed_in_page(port)
        newer = ("find", str(mounted), "-xdev", "-newer", str(begun), "-type", "f")
        written = subprocess.run(newer, capture_output=True, text=True, check=True).stdout.split()
        outside = [
            one
            for one in written
            if not one.startswith(tuple(f"{mounted}/{place}/" for place in ("tmp", "run")))
        ]
        assert outside == []
