"""What a moderator typed: a grade for each indicator the auditor graded, and why it changes.

``grade-<code>`` and ``comment-<code>`` for an indicator; ``overall``, ``unsafe`` and
``comment`` for the case as a whole. A grade left as it was is confirmed.
"""

from django.http import QueryDict

from audits.casework.answers import LONGEST, Errors, GradeDecision
from audits.models import CaseAudit, Given
from earlyhelp.core.pages.boxes import BoxesForm


class ModerationForm(BoxesForm):
    """A moderation as it was typed; before anything is, it confirms everything.

    ``given`` are the auditor's answers and ``graded`` those with a grade. ``keeps_words`` is
    whether the writer kept what looks like a person.
    """

    def __init__(self, audit: CaseAudit, post: QueryDict | None = None) -> None:
        """Two queries."""
        super().__init__(post)
        self.given = {row.indicator_id: row for row in Given.objects.of(audit)}
        self.graded = [row for row in self.given.values() if row.grade]
        self.errors: Errors = {}
        self.keeps_words = self.post.get("keep-words") == "yes"
        self.overall = self.text("overall", audit.overall)
        self.is_unsafe = audit.is_unsafe if post is None else self.post.get("unsafe") == "yes"
        self.comment = self.text("comment")
        self.decisions = {row.indicator_id: self._read(row) for row in self.graded}
        if len(self.comment) > LONGEST:
            self.errors["comment"] = f"Shorten what you wrote to {LONGEST:,} characters"

    def _read(self, row: Given) -> GradeDecision:
        code, name = row.indicator.code, row.indicator.name
        comment = self.text(f"comment-{code}")
        if len(comment) > LONGEST:
            sentence = f"Shorten what you wrote about “{name}” to {LONGEST:,} characters"
            self.errors[row.indicator_id] = sentence
        return GradeDecision(self.text(f"grade-{code}", row.grade), comment)
