"""An edition published at its day and hour, in the name of who set them."""

from earlyhelp.core import clock
from earlyhelp.core.work.kinds import NeverPossible, Payload
from earlyhelp.report.models import Edition
from earlyhelp.report.publishing.actions import publish
from earlyhelp.report.workflow import EditionState, NotAllowed
from teams.authority import actor_of
from teams.models import User
from teams.permissions import Refused


def publish_job(payload: Payload) -> None:
    """Publish an edition whose moment has come; nothing where another moment was set since."""
    edition = Edition.objects.select_related("report").get(pk=payload["edition"])
    if edition.state != EditionState.APPROVED or edition.publish_at is None:
        return
    if edition.publish_at > clock.now():
        return
    person, site = User.objects.get(pk=payload["by"]), payload["site"]
    by = actor_of(person, now=clock.now(), site=site)  # as they said on a page
    try:
        publish(edition, by=by)
    except (Refused, NotAllowed) as refusal:
        raise NeverPossible(str(refusal)) from refusal
