"""Files that wait for a yes: kept for whoever looked at them, apart from what throttles count."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.cache import caches
from import_export.tmp_storages import CacheStorage

_CACHE = "files"
SECONDS_KEPT = 30 * 60
_LONGEST_TOKEN = 64


@dataclass(frozen=True)
class WaitingFiles:
    """One person's files for one purpose (``what``), each under a token that its page carries."""

    what: str
    person_id: int

    def keep(self, file: Any) -> str:
        """Keep a file for half an hour: its token."""
        token = secrets.token_urlsafe(16)
        caches[_CACHE].set(self._key(token), file, SECONDS_KEPT)
        return token

    def get(self, token: str) -> Any:
        """The file under a token; None where there is none, any more or of this person."""
        return caches[_CACHE].get(self._key(token))

    def forget(self, token: str) -> None:
        """Let a file go that was taken."""
        caches[_CACHE].delete(self._key(token))

    def _key(self, token: str) -> str:
        return f"{self.what}:{self.person_id}:{token[:_LONGEST_TOKEN]}"


class WaitingImport(CacheStorage):
    """The same for the administration's imports, as import-export asks for them."""

    name: str | None

    def save(self, data: Any) -> None:
        """Keep a file under the storage's name, a new one unless it has one."""
        self.name = self.name or uuid4().hex
        caches[_CACHE].set(self.CACHE_PREFIX + self.name, data, self.CACHE_LIFETIME)

    def read(self) -> Any:
        """The file; None where there is none any more."""
        return caches[_CACHE].get(self.CACHE_PREFIX + self.name)

    def remove(self) -> None:
        """Let it go."""
        caches[_CACHE].delete(self.CACHE_PREFIX + self.name)
