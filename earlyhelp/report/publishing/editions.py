"""The documents of editions, which never change: read once, and kept by their digests."""

from earlyhelp.report.kept import frozen
from earlyhelp.report.models import Edition
from earlyhelp.report.publishing.passages import document_of
from earlyhelp.report.tree import Document


def document_in(edition: Edition, audience: str) -> Document:
    """What one audience reads in an edition."""
    text = edition.content(audience)
    return frozen(("document", edition.digest(audience)), lambda: document_of(text))
