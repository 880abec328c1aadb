"""The files of an edition: built once, each in a process of its own, and served as stored."""

import hashlib
import json
from dataclasses import replace
from itertools import product

from django.db import transaction
from django.utils import timezone

from earlyhelp.core.work import jobs
from earlyhelp.core.work.kinds import NeverPossible, Payload
from earlyhelp.report.formats.child import build_in_child
from earlyhelp.report.formats.refusals import CannotBuild
from earlyhelp.report.models import Edition, EditionFile, FileKind
from earlyhelp.report.tree import EMBARGOED, Document, canonical, from_plain
from measures.querysets import Audience

BUILD, PUBLISH = "report file", "report publication"


class NotBuilt(Exception):
    """A file that could not be built; the message is for the log."""


def have_built(edition: Edition) -> None:
    """Have every file of an edition built once the transaction around this is committed."""
    for audience, kind in product(Audience.values, FileKind.values):
        jobs.add(BUILD, {"edition": edition.pk, "audience": audience, "kind": kind})


def build_job(payload: Payload) -> None:
    """Build a file that is not there yet."""
    edition = Edition.objects.filter(pk=payload["edition"]).first()
    if edition is None:
        raise NeverPossible("The edition is not there")
    file_of(edition, payload["audience"], payload["kind"])


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


def embargoed(edition: Edition, audience: str, kind: str) -> bytes:
    """A copy of an edition that is not published yet, marked so; it is not kept."""
    document: Document = from_plain(json.loads(edition.content(audience)))
    return build(canonical(replace(document, state=EMBARGOED)), kind)


def build(text: str, kind: str) -> bytes:
    """The bytes of a document in a format, from a process of its own; raises ``NotBuilt``."""
    try:
        return build_in_child(text, kind)
    except (CannotBuild, RuntimeError) as failed:
        raise NotBuilt(str(failed)) from failed
