"""What a moderator typed: a grade for each indicator the auditor graded, and why it changes.

``grade-<code>`` and ``comment-<code>`` for an indicator (the comment is always there, so it tells
that the indicator was on the page); ``overall``, ``unsafe`` and ``comment`` for the case as a
whole. A grade left as it was is confirmed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from django.http import QueryDict

from audits.casework.answers import LONGEST, CaseDecision, Errors, GradeDecision
from audits.models import CaseAudit, Given
from earlyhelp.core.pages.boxes import BoxesForm

# What the page calls the boxes about the case as a whole.
WHOLE_CASE = "case"


class ModerationForm(BoxesForm):
    """A moderation as it was typed; before anything is, as it was saved, or confirming everything.

    ``given`` are the auditor's answers and ``graded`` those with a grade. ``decisions`` (by
    indicator id) and ``judgement`` are the moderation as it would be, ``posted`` the keys of what
    was posted and is not to stay as it was saved elsewhere. ``was`` and ``now`` are what was saved
    when the page was made, where the page says so, and now: by the indicator's code, or
    ``WHOLE_CASE``. ``keeps_words`` is whether the writer kept what looks like a person.
    """

    def __init__(self, audit: CaseAudit, post: QueryDict | None = None) -> None:
        """Two queries."""
        super().__init__(post)
        self.given = {row.indicator_id: row for row in Given.objects.of(audit)}
        self.graded = [row for row in self.given.values() if row.grade]
        self.errors: Errors = {}
        self.keeps_words = self.post.get("keep-words") == "yes"
        self.decisions = {row.indicator_id: GradeDecision.draft_of(row) for row in self.graded}
        self.judgement = CaseDecision.draft_of(audit)
        self.now: dict[str, Any] = dict(self._by_name())
        self.was = read_snapshot(self.post.get("was", ""))
        self.posted: set[int | str] = set()
        for row in self.graded:
            code = row.indicator.code
            if f"comment-{code}" in self.post and not self.keeps_theirs(code):
                self._read(row)
        if "comment" in self.post and not self.keeps_theirs(WHOLE_CASE):
            self._read_judgement()

    def _read(self, row: Given) -> None:
        code, name, pk = row.indicator.code, row.indicator.name, row.indicator_id
        comment = self.text(f"comment-{code}")
        if len(comment) > LONGEST:
            sentence = f"Shorten what you wrote about “{name}” to {LONGEST:,} characters"
            self.errors[pk] = sentence
        self.decisions[pk] = GradeDecision(self.text(f"grade-{code}", row.grade), comment)
        self.posted.add(pk)

    def _read_judgement(self) -> None:
        comment = self.text("comment")
        if len(comment) > LONGEST:
            self.errors["comment"] = f"Shorten what you wrote to {LONGEST:,} characters"
        overall = self.text("overall", self.judgement.overall)
        self.judgement = CaseDecision(overall, self.post.get("unsafe") == "yes", comment)
        self.posted.add(WHOLE_CASE)

    def _by_name(self) -> Iterator[tuple[str, GradeDecision | CaseDecision]]:
        """What each part says, as the page names it."""
        for row in self.graded:
            yield row.indicator.code, self.decisions[row.indicator_id]
        yield WHOLE_CASE, self.judgement

    def typed(self) -> dict[str, GradeDecision | CaseDecision]:
        """What was posted, as the page names it."""
        codes = {row.indicator.code for row in self.graded if row.indicator_id in self.posted}
        codes |= {WHOLE_CASE} & self.posted
        return {name: said for name, said in self._by_name() if name in codes}

    @property
    def valid_decisions(self) -> dict[int, GradeDecision]:
        """What was posted of the grades and can be read."""
        bad = self.errors
        return {pk: one for pk, one in self.decisions.items() if pk in self.posted - set(bad)}

    @property
    def valid_judgement(self) -> CaseDecision | None:
        """The judgement, if it was posted and can be read."""
        is_good = WHOLE_CASE in self.posted and WHOLE_CASE not in self.bad_parts()
        return self.judgement if is_good else None

    def snapshot(self) -> str:
        """What is saved where this form saved it."""
        bad = self.bad_parts()
        saved = {name: said for name, said in self.typed().items() if name not in bad}
        return write_snapshot({**(self.was or self.now), **saved})

    def bad_parts(self) -> list[str]:
        """The codes of the indicators that are not saved, and the case as a whole."""
        codes = [row.indicator.code for row in self.graded if row.indicator_id in self.errors]
        return codes + ([WHOLE_CASE] if {"overall", "comment"} & set(self.errors) else [])

    def saved_answers(self) -> int:
        """How many grades are decided and saved, and the case as a whole."""
        return len(self.now) - len(self.bad_parts())

    def is_unsaved(self, name: str) -> bool:
        """Whether what stands in the boxes of a part is not what was saved."""
        return name in self.bad_parts() or dict(self._by_name())[name] != self.now[name]

    @property
    def is_case_unsaved(self) -> bool:
        """The same of the case as a whole."""
        return self.is_unsaved(WHOLE_CASE)

    def as_fields(self) -> list[tuple[str, str]]:
        """Everything typed as fields of a form, to be posted again."""
        fields = [("keep-words", "yes")] if self.keeps_words else []
        for name, said in self.typed().items():
            if isinstance(said, CaseDecision):
                fields += [("overall", said.overall), ("comment", said.comment)]
                fields += [("unsafe", "yes")] if said.is_unsafe else []
            else:
                fields += [(f"grade-{name}", said.grade), (f"comment-{name}", said.comment)]
        return fields


def write_snapshot(was: Mapping[str, GradeDecision | CaseDecision]) -> str:
    """What was saved when a page was made, for the page to bring back with a save.

    It only helps to tell whose change is whose; what may be saved never depends on it.
    """
    return json.dumps({name: asdict(said) for name, said in was.items()})


def read_snapshot(text: str) -> dict[str, GradeDecision | CaseDecision]:
    """What ``write_snapshot`` wrote; nothing for anything else."""
    try:
        return {
            name: CaseDecision(**said) if name == WHOLE_CASE else GradeDecision(**said)
            for name, said in json.loads(text).items()
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
