"""What must hold of releases (``core.verification``)."""

from collections.abc import Iterator

from earlyhelp.core.events.models import Event
from earlyhelp.core.verification import register
from measures.releases.models import Release
from measures.releases.seal import seal
from measures.releases.verbs import ReleasesVerb


def broken_seals() -> Iterator[str]:
    """Releases that say, hide or rest on something else than when they were made."""
    for release in Release.objects.iterator(chunk_size=1):
        now = seal(release.lines.all(), release.quarters.all(), release.ground)
        made = Event.objects.about(release).filter(verb=ReleasesVerb.MADE).first()
        if made is None or not isinstance(made.after, dict) or made.after.get("seal") != now:
            yield f"release {release.pk}: it is not what was made"


def register_all() -> None:
    """Have all of this checked."""
    register("releases", "A release says and hides what it did when it was made.", broken_seals)
