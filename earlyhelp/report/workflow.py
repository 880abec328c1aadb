"""The states of a report and of an edition, and the moves between them. Pure.

``python -m earlyhelp.report.workflow`` prints the diagrams in ``docs/architecture.md``.
"""

import sys
from enum import StrEnum

from django.db.models import TextChoices

from earlyhelp.core.workflow import Machine, Move, NotAllowed

__all__ = ["NotAllowed"]


class ReportState(TextChoices):
    """Where a report stands."""

    DRAFTING = "drafting", "Being written"
    IN_REVIEW = "in-review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return {
            ReportState.DRAFTING: "yellow",
            ReportState.IN_REVIEW: "blue",
            ReportState.APPROVED: "purple",
            ReportState.PUBLISHED: "green",
        }[self]


class ReportAct(StrEnum):
    """What is done to a report, as refusals and the diagram name it."""

    WRITE = "write"
    SEND_TO_REVIEW = "send to review"
    SEND_BACK = "send back"
    APPROVE = "approve"
    PUBLISH = "publish"
    REVISE = "begin a new edition of"


REPORT = Machine(
    name="report",
    first=ReportState.DRAFTING,
    begins="begun",
    moves=(
        Move(ReportAct.WRITE, (ReportState.DRAFTING, ReportState.IN_REVIEW), None),
        Move(ReportAct.SEND_TO_REVIEW, (ReportState.DRAFTING,), ReportState.IN_REVIEW, "sent"),
        Move(
            ReportAct.SEND_BACK,
            (ReportState.IN_REVIEW, ReportState.APPROVED),
            ReportState.DRAFTING,
            "sent_back",
        ),
        Move(ReportAct.APPROVE, (ReportState.IN_REVIEW,), ReportState.APPROVED, "approved"),
        Move(ReportAct.PUBLISH, (ReportState.APPROVED,), ReportState.PUBLISHED, "published"),
        Move(ReportAct.REVISE, (ReportState.PUBLISHED,), ReportState.DRAFTING),
    ),
    refusals={
        ReportState.DRAFTING: "it is still being written",
        ReportState.IN_REVIEW: "it is in review",
        ReportState.APPROVED: "it is approved, and what is approved is what is published",
        ReportState.PUBLISHED: "it is published",
    },
)


class EditionState(TextChoices):
    """Where a frozen edition stands."""

    APPROVED = "approved", "Approved"
    SENT_BACK = "sent-back", "Not published"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REPLACED = "replaced", "Replaced by a later edition"

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return {
            EditionState.APPROVED: "purple",
            EditionState.PUBLISHED: "green",
            EditionState.WITHDRAWN: "red",
        }.get(self, "grey")


class EditionAct(StrEnum):
    """What is done to an edition."""

    SEND_BACK = "send back"
    PUBLISH = "publish"
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    REDACT = "take a passage out of"


EDITION = Machine(
    name="edition",
    first=EditionState.APPROVED,
    begins="approved",
    moves=(
        Move(EditionAct.SEND_BACK, (EditionState.APPROVED,), EditionState.SENT_BACK),
        Move(EditionAct.PUBLISH, (EditionState.APPROVED,), EditionState.PUBLISHED, "published"),
        Move(EditionAct.REPLACE, (EditionState.PUBLISHED,), EditionState.REPLACED),
        Move(
            EditionAct.WITHDRAW,
            (EditionState.PUBLISHED, EditionState.REPLACED),
            EditionState.WITHDRAWN,
            "withdrawn",
        ),
        Move(EditionAct.REDACT, (EditionState.WITHDRAWN,), None),
    ),
    refusals={
        EditionState.APPROVED: "it is approved and not published yet",
        EditionState.SENT_BACK: "it was sent back and never published",
        EditionState.PUBLISHED: "it is published",
        EditionState.WITHDRAWN: "it is withdrawn",
        EditionState.REPLACED: "a later edition stands in its place",
    },
)


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(one.diagram() for one in (REPORT, EDITION)) + "\n")
