"""A backup: one file with the database of one moment, what it held, and what it takes to check it.

The file is a compressed tar archive, so that it can be unpacked without us: ``manifest.json``, and
the database as its own programs read it. Nothing of the database is touched before all of the file
was read and found whole.
"""

import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from earlyhelp.core.events import triggers
from earlyhelp.core.events.models import Event
from earlyhelp.core.version import VERSION
from earlyhelp.core.work.jobs import give_up_what_may_be_done
from earlyhelp.operations.engines import Engine, NotPossible, engine
from earlyhelp.operations.holdings import Holdings, holdings_of
from teams.models import Council, User

_MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 10_000_000
_CHUNK = 1024 * 1024
_DAMAGED = "This is not a backup, or not all of one: {}. Nothing was changed."


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    version: str
    made_at: str
    database: str
    digest: str
    migrations: list[str]
    holdings: Holdings

    def __str__(self) -> str:
        rows = sum(self.holdings.rows.values())
        return (
            f"{rows:,} rows in {len(self.holdings.rows)} tables, {self.holdings.events:,} events; "
            f"record {self.holdings.record[:16]}"
        )

    def as_json(self) -> str:
        """As it lies in the file."""
        return json.dumps({**vars(self), "holdings": self.holdings.as_json()}, indent=1)

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """What ``as_json`` wrote."""
        said: dict[str, Any] = json.loads(text)
        return cls(**(said | {"holdings": Holdings(**said["holdings"])}))


def back_up(to: Path) -> Manifest:
    """Write a backup to a file that is not there yet; while the site is in use. ``NotPossible``."""
    if to.exists():
        raise NotPossible(f"{to} is there already: a backup is not written over another.")
    kind = engine()
    with TemporaryDirectory(prefix="backup-", dir=to.absolute().parent) as folder:
        database, packed = Path(folder, kind.file_name), Path(folder, "packed")
        migrations = applied_migrations()
        holdings = kind.dump(database)
        kind.check(database)
        manifest = Manifest(
            VERSION,
            timezone.now().isoformat(timespec="seconds"),
            kind.file_name,
            _digest(database),
            migrations,
            holdings,
        )
        beside = Path(folder, _MANIFEST)
        beside.write_text(manifest.as_json(), encoding="utf-8")
        packed.touch(mode=0o600)
        with tarfile.open(packed, "w:gz", compresslevel=1) as archive:
            archive.add(beside, _MANIFEST)
            archive.add(database, kind.file_name)
        _settle(packed)
        packed.rename(to)
    return manifest


def restore(file: Path, *, replace: bool = False) -> Manifest:
    """Put a backup into the database; one that holds something only where it may be replaced.

    Everybody is signed out, and mail that was waiting is given up: it may have gone out since the
    backup. Raises ``NotPossible``; then nothing was changed, unless it says so.
    """
    if not replace and (held := what_it_holds()):
        raise NotPossible(
            f"The database holds something: {held}. Give an empty one in DATABASE_URL, or say "
            "--replace, which loses all of it."
        )
    kind = engine()
    with _unpacked(file, kind) as (manifest, database):
        if unknown := sorted(set(manifest.migrations) - known_migrations()):
            raise NotPossible(
                f"The backup was made by a later version ({manifest.version}) and has "
                f"{unknown[0]}: restore it with that version. Nothing was changed."
            )
        kind.check(database)
        kind.load(database)
    _compare(manifest)
    Session.objects.all().delete()
    give_up_what_may_be_done()
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself; the whole file is read. Raises ``NotPossible``."""
    with _unpacked(file, engine()) as (manifest, _):
        return manifest


def what_it_holds() -> str:
    """What the database holds that a restore would lose; empty where it is empty or prepared."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    counted = [
        (model.objects.count(), model._meta.verbose_name_plural)
        for model in (Council, User, Event)
        if model._meta.db_table in tables
    ]
    return ", ".join(f"{count} {name}" for count, name in counted if count)


def is_behind() -> bool:
    """Whether the database waits for migrations of this version."""
    return bool(known_migrations() - set(applied_migrations()))


def _compare(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        found = holdings_of(cursor, connection.vendor)
    if wrong := manifest.holdings.differing(found):
        raise NotPossible(
            f"What was restored is not what was backed up: {', '.join(wrong)} differ. Do not use "
            "the database."
        )
    if gone := triggers.missing(connection):
        raise NotPossible(f"The record can be changed: {', '.join(sorted(gone))} is missing.")


@contextmanager
def _unpacked(file: Path, kind: Engine) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and the database of a backup that is whole, in a folder that goes away."""
    with TemporaryDirectory(prefix="restore-") as folder:
        database = Path(folder, kind.file_name)
        try:
            with tarfile.open(file, "r:gz") as archive:
                manifest = Manifest.read(_member(archive, _MANIFEST).read(_LONGEST_MANIFEST))
                if manifest.database != kind.file_name:
                    raise NotPossible(
                        f"The backup is of another kind of database ({manifest.database}): "
                        "DATABASE_URL has to name one of that kind."
                    )
                _copy(_member(archive, kind.file_name), database)
        except FileNotFoundError:
            raise NotPossible(f"{file} is not there.") from None
        except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, LookupError) as error:
            raise NotPossible(_DAMAGED.format(error)) from None
        except TypeError:
            raise NotPossible(_DAMAGED.format("its manifest is another's")) from None
        if _digest(database) != manifest.digest:
            raise NotPossible(_DAMAGED.format("the database in it was altered"))
        yield manifest, database


def _member(archive: tarfile.TarFile, name: str) -> Any:
    return archive.extractfile(name)


def _copy(source: Any, to: Path) -> None:
    with to.open("wb") as file:
        while chunk := source.read(_CHUNK):
            file.write(chunk)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _settle(file: Path) -> None:
    """Have the file on the disk before it has its name."""
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def applied_migrations() -> list[str]:
    """The migrations that the database has had, as ``app.name``; one query."""
    return sorted(map(".".join, MigrationRecorder(connection).applied_migrations()))


def known_migrations() -> set[str]:
    """The migrations of this version."""
    return set(map(".".join, MigrationLoader(None, ignore_no_migrations=True).disk_migrations))
