"""A recording on disk: one SQLite file with every answer, each different text kept once."""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from comparison.links import Fields

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE texts (digest TEXT PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE answers (
    person TEXT NOT NULL, method TEXT NOT NULL, address TEXT NOT NULL,
    name TEXT NOT NULL, status INTEGER NOT NULL, digest TEXT NOT NULL, sent TEXT NOT NULL,
    PRIMARY KEY (person, method, address)
);
"""
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Answer:
    """What somebody got for one request: the normalised text, packed.

    ``name`` is the URL name, by which addresses are counted; ``sent`` what a form sent.
    """

    person: str
    method: str
    address: str
    name: str
    status: int
    digest: str
    packed: bytes
    sent: Fields

    @classmethod
    def of(
        cls,
        person: str,
        method: str,
        address: str,
        *,
        name: str,
        status: int,
        text: str,
        sent: Fields | None = None,
    ) -> "Answer":
        """An answer with its text packed."""
        raw = text.encode("utf-8", "surrogateescape")
        digest = hashlib.sha256(raw).hexdigest()
        packed = zlib.compress(raw, 6)
        return cls(person, method, address, name, status, digest, packed, sent or [])


class Request(NamedTuple):
    """Who asked for what: the URL name, the method, the address, and what a form sent."""

    person: str
    name: str
    method: str
    address: str
    sent: Fields


class Archive:
    """A recording, open for writing (``create``) or for reading."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Raises FileNotFoundError where there is nothing to read."""
        if create:
            path.unlink(missing_ok=True)
        elif not path.is_file():
            raise FileNotFoundError(f"There is no recording at {path}")
        self._database = sqlite3.connect(path)
        if create:
            self._database.executescript(_TABLES)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.commit()
        self._database.close()

    def add(self, answers: Iterable[Answer]) -> None:
        """Keep answers; a request that was recorded already stays as it was."""
        for answer in answers:
            self._database.execute(
                "INSERT OR IGNORE INTO texts VALUES (?, ?)", (answer.digest, answer.packed)
            )
            self._database.execute(
                "INSERT OR IGNORE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    answer.person,
                    answer.method,
                    answer.address,
                    answer.name,
                    answer.status,
                    answer.digest,
                    json.dumps(answer.sent),
                ),
            )
        self._database.commit()

    def note(self, **facts: object) -> None:
        """Keep something about the recording itself."""
        for name, value in facts.items():
            self._database.execute(
                "INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value))
            )

    def fact(self, name: str) -> object:
        """What was noted about the recording; None where nothing was."""
        row = self._database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return None if row is None else json.loads(row[0])

    def requests(self) -> Iterator[Request]:
        """Every recorded request in the order of asking."""
        for person, name, method, address, sent in self._database.execute(
            "SELECT person, name, method, address, sent FROM answers"
        ):
            fields = [(field, value) for field, value in json.loads(sent)]
            yield Request(person, name, method, address, fields)

    def digests(self) -> dict[Key, str]:
        """Every recorded request with the digest of its answer."""
        rows = self._database.execute("SELECT person, method, address, digest FROM answers")
        return {(person, method, address): digest for person, method, address, digest in rows}

    def text(self, digest: str) -> str:
        """The text of an answer."""
        row = self._database.execute(
            "SELECT packed FROM texts WHERE digest = ?", (digest,)
        ).fetchone()
        return str(zlib.decompress(row[0]).decode("utf-8", "surrogateescape"))

    def counts(self) -> dict[str, int]:
        """How many answers there are by method and status, and how many different texts."""
        rows = self._database.execute(
            "SELECT method || ' ' || status, count(*) FROM answers GROUP BY method, status"
            " UNION ALL SELECT 'different texts', count(*) FROM texts"
        )
        return dict(rows)
