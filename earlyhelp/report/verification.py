"""What must hold of editions and their files (``core.verification``)."""

from collections.abc import Iterator

from earlyhelp.core.events.models import Event
from earlyhelp.core.verification import register
from earlyhelp.report.files import digest_of_file
from earlyhelp.report.models import Edition, EditionFile
from earlyhelp.report.tree import digest_of

_AT_ONCE = 20


def editions_that_changed() -> Iterator[str]:
    """Editions whose content has another digest than theirs, or than the one on record."""
    told = _recorded()
    for edition in Edition.objects.order_by("pk").iterator(chunk_size=_AT_ONCE):
        digests = {"internal": edition.internal_digest, "external": edition.external_digest}
        for audience, digest in digests.items():
            if digest_of(edition.content(audience)) != digest:
                yield f"edition {edition.pk}: its {audience} content has another digest"
        if told.get(edition.pk) != digests:
            yield f"edition {edition.pk}: its digests are not those on record"


def _recorded() -> dict[int, dict[str, str]]:
    """The digests that the last event about each edition's content gave."""
    events = Event.objects.filter(subject_type=Edition._meta.model_name, after__isnull=False)
    said = events.order_by("sequence").values_list("subject_id", "after")
    return {
        pk: {name: after[name] for name in ("internal", "external")}
        for pk, after in said
        if isinstance(after, dict) and "internal" in after
    }


def files_that_changed() -> Iterator[str]:
    """Files of other bytes than were built, or made from other content than their edition has."""
    files = EditionFile.objects.select_related("edition").defer(
        "edition__internal", "edition__external"
    )
    for file in files.order_by("pk").iterator(chunk_size=_AT_ONCE):
        if file.document_digest != file.edition.digest(file.audience):
            yield f"file {file.pk}: it was made from other content than its edition has"
        if digest_of_file(bytes(file.content)) != file.digest:
            yield f"file {file.pk}: its bytes have another digest"


def register_all() -> None:
    """Have all of this checked."""
    register("editions", "An edition says what was approved.", editions_that_changed)
    register("edition files", "A file is what was built from its edition.", files_that_changed)
