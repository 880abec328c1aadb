"""What a moderator typed: a grade for each indicator the auditor graded, and why it changes.

``grade-<code>`` and ``comment-<code>`` for an indicator; ``overall``, ``unsafe`` and
``comment`` for the case as a whole. A grade left as it was is confirmed.
"""

from collections.abc import Mapping, Sequence

from django.http import QueryDict

from audits.casework.answers import LONGEST, Decision, Errors
from audits.models import CaseAudit, Given
from earlyhelp.core.pages.posted import clean, version_of


class ModerationForm:
    """A moderation as it was typed; before anything is, it confirms everything.

    ``rows`` are the auditor's graded answers. ``read`` holds the boxes that were pointed out
    for what looks like a person, and that the writer kept.
    """

    def __init__(
        self, rows: Sequence[Given], audit: CaseAudit, post: QueryDict | None = None
    ) -> None:
        self.rows = rows
        self.decisions = {row.indicator_id: Decision(row.grade) for row in rows}
        self.overall, self.is_unsafe, self.comment = audit.overall, audit.is_unsafe, ""
        self.errors: Errors = {}
        self.version: int | None = None
        self.keeps_words = False
        if post is not None:
            self._read(post)

    def _read(self, post: QueryDict) -> None:
        self.version = version_of(post.get("version", ""))
        self.keeps_words = post.get("keep-words") == "yes"
        for row in self.rows:
            code = row.indicator.code
            decision = Decision(
                grade=clean(post.get(f"grade-{code}", row.grade)),
                comment=clean(post.get(f"comment-{code}", "")),
            )
            self.decisions[row.indicator_id] = decision
            if len(decision.comment) > LONGEST:
                self.errors[row.indicator_id] = (
                    f"Shorten what you wrote about “{row.indicator.name}” to {LONGEST:,} characters"
                )
        self.overall = clean(post.get("overall", self.overall))
        self.is_unsafe = post.get("unsafe") == "yes"
        self.comment = clean(post.get("comment", ""))
        if len(self.comment) > LONGEST:
            self.errors["comment"] = f"Shorten what you wrote to {LONGEST:,} characters"

    def refuse(self, errors: Mapping[int | str, str]) -> None:
        """Take the sentences of an action that refused."""
        self.errors |= errors
