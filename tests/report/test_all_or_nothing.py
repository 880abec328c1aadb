"""L3: approving, publishing, withdrawing or redacting that breaks off leaves nothing half done."""

from collections.abc import Callable

import pytest

from earlyhelp.report.content import content_digest
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing.passages import document_of, passages_of
from tests.breaking import half_done
from tests.cast import TODAY, Cast
from tests.measures.acts import Act
from tests.report import making

pytestmark = pytest.mark.django_db


def approve(cast: Cast) -> Act:
    report, by = making.signed(cast), cast.actor("director")
    content = content_digest(report)
    return lambda: publishing.approve(report, content=content, by=by)


def send_back(cast: Cast) -> Act:
    report, by = making.approved(cast).report, cast.actor("director")
    return lambda: publishing.send_back(report, reason="March is wrong", by=by)


def set_publication(cast: Cast) -> Act:
    edition, by = making.approved(cast), cast.actor("officer")
    readers = [cast.person["board_member"], cast.person["head"]]
    at = by.now.replace(year=TODAY.year + 1)
    return lambda: publishing.set_publication(edition, publish_at=at, readers=readers, by=by)


def publish(cast: Cast) -> Act:
    edition, by = making.approved(cast), cast.actor("officer")
    return lambda: publishing.publish(edition, by=by)


def publish_in_its_place(cast: Cast) -> Act:
    """A second edition: the first is replaced with it, or not at all."""
    report, officer = making.published(cast).report, cast.actor("officer")
    publishing.revise(report, kind="error", reason="A figure was corrected", by=officer)
    edition = making.approved_again(cast, report)
    return lambda: publishing.publish(edition, by=officer)


def withdraw(cast: Cast) -> Act:
    edition, by = making.published(cast), cast.actor("director")
    return lambda: publishing.withdraw(edition, reason="A name stands in it", by=by)


def ask_redaction(cast: Cast) -> Act:
    edition, by = making.withdrawn(cast), cast.actor("officer")
    place = next(iter(passages_of(document_of(edition.internal)))).place
    return lambda: publishing.ask_redaction(edition, place=place, ground="A name", by=by)


def redact(cast: Cast) -> Act:
    redaction, by = making.redaction(cast), cast.actor("director")
    return lambda: publishing.redact(redaction, by=by)


@pytest.mark.parametrize(
    "prepare",
    [
        *(approve, send_back, set_publication, publish, publish_in_its_place),
        *(withdraw, ask_redaction, redact),
    ],
    ids=lambda prepare: prepare.__name__,
)
def test_a_publication_that_breaks_off_is_whole_or_not_done(
    council: Cast, prepare: Callable[[Cast], Act]
) -> None:
    """Every statement, where the walk over all posts takes a few of them."""
    assert half_done(prepare(council)) == []
