"""The files of reports: built outside requests, each in a process of its own, served as stored.

Those of an edition are kept with it for good. A copy that is not published (a draft, or an edition
under embargo) is kept for a day by its words and figures: while none of them changes, the same
bytes are given. Whoever asks for what is not there yet is told how far it is (``Awaited``).
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import product

from django.core.cache import caches
from django.db import transaction
from django.utils import timezone

from earlyhelp.core.version import VERSION
from earlyhelp.core.work import jobs
from earlyhelp.core.work.kinds import NeverPossible, Payload
from earlyhelp.report.formats.child import build_in_child
from earlyhelp.report.formats.refusals import CannotBuild
from earlyhelp.report.models import Edition, EditionFile, FileKind
from earlyhelp.report.tree import EMBARGOED, Document, canonical, digest_of, from_plain
from measures.querysets import Audience

BUILD, COPY, PUBLISH = "report file", "report copy", "report publication"
# So long a copy is kept that is not published, and the text that it is built from.
_SECONDS_KEPT = 24 * 60 * 60


class NotBuilt(Exception):
    """A file that could not be built; the message is for the log."""


@dataclass(frozen=True)
class Awaited:
    """A file that is not there yet: how many of those it comes with are, or that it never will.

    ``waiting`` files of all reports are not begun, this one counted.
    """

    built: int
    wanted: int
    is_given_up: bool = False
    waiting: int = 0


def have_built(edition: Edition) -> None:
    """Have every file of an edition built once the transaction around this is committed."""
    for audience, kind in product(Audience.values, FileKind.values):
        jobs.add(BUILD, {"edition": edition.pk, "audience": audience, "kind": kind})


def build_job(payload: Payload) -> None:
    """Build a file that is not there yet."""
    edition = Edition.objects.filter(pk=payload["edition"]).first()
    if edition is None:
        raise NeverPossible("The edition is not there")
    with _for_good_where_refused():
        file_of(edition, payload["audience"], payload["kind"])


def stored(edition: Edition, audience: str, kind: str) -> bytes | Awaited:
    """A file of an edition as it is kept; asked for where nobody has built it yet."""
    built = edition.files.filter(audience=audience, document_digest=edition.digest(audience))
    found = built.filter(kind=kind).first()
    if found is not None:
        return bytes(found.content)
    payload = {"edition": edition.pk, "audience": audience, "kind": kind}
    return _asked(BUILD, payload, built.count(), len(FileKind))


def file_of(edition: Edition, audience: str, kind: str) -> EditionFile:
    """A file of an edition, built now where nobody has built it yet."""
    digest = edition.digest(audience)
    wanted = edition.files.filter(audience=audience, kind=kind, document_digest=digest)
    found = wanted.first()
    if found is None:
        content = build(edition.content(audience), kind)
        made = EditionFile(
            edition=edition,
            audience=audience,
            kind=kind,
            document_digest=digest,
            content=content,
            digest=digest_of_file(content),
            built_at=timezone.now(),
        )
        # Somebody else may have built the same meanwhile: theirs stands. SQLite writes one after
        # another and refuses a second such row before it would be ignored, so it is looked for.
        with transaction.atomic():
            if not wanted.exists():
                EditionFile.objects.bulk_create([made], ignore_conflicts=True)
        found = wanted.get()
    return found


def digest_of_file(content: bytes) -> str:
    """The digest of a file's own bytes."""
    return hashlib.sha256(content).hexdigest()


def copy_of(text: str, kind: str) -> bytes | Awaited:
    """A document that is not published as a file; asked for where nobody has built it yet."""
    digest = digest_of(text)
    found: bytes | None = caches["files"].get(_key(digest, kind))
    if found is not None:
        return found
    # The words wait here and not in the job: what waits is on a page of administration.
    caches["files"].set(_key(digest, "text"), text, _SECONDS_KEPT)
    return _asked(COPY, {"digest": digest, "kind": kind}, 0, 1)


def copy_job(payload: Payload) -> None:
    """Build a copy that is not there yet; after a day nobody waits for it any more."""
    digest, kind = payload["digest"], payload["kind"]
    text = caches["files"].get(_key(digest, "text"))
    if text is None or caches["files"].get(_key(digest, kind)) is not None:
        return
    with _for_good_where_refused():
        caches["files"].set(_key(digest, kind), build(text, kind), _SECONDS_KEPT)


def _key(digest: str, what: str) -> str:
    return f"report-copy:{VERSION}:{digest}:{what}"


def _asked(job: str, payload: Payload, built: int, wanted: int) -> Awaited:
    """Have a file built, unless somebody asked for it before."""
    if not jobs.is_under_way(job, **payload):
        if jobs.was_given_up(job, **payload):
            return Awaited(built, wanted, is_given_up=True)
        jobs.add(job, payload)
    return Awaited(built, wanted, waiting=jobs.how_many_wait(BUILD, COPY))


@contextmanager
def _for_good_where_refused() -> Iterator[None]:
    """What is too large for a format is so the next time as well."""
    try:
        yield
    except NotBuilt as failed:
        if isinstance(failed.__cause__, CannotBuild):
            raise NeverPossible(str(failed)) from failed
        raise


def embargoed(edition: Edition, audience: str) -> str:
    """The text of an edition that is not published yet, marked so."""
    document: Document = from_plain(json.loads(edition.content(audience)))
    return canonical(replace(document, state=EMBARGOED))


def build(text: str, kind: str) -> bytes:
    """The bytes of a document in a format, from a process of its own; raises ``NotBuilt``."""
    try:
        return build_in_child(text, kind)
    except (CannotBuild, RuntimeError) as failed:
        raise NotBuilt(str(failed)) from failed
