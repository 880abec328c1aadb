"""One case audit to be read: who graded what, the grade that counts, what is done about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.casework.answers import Answer
from audits.casework.forms import DoneForm
from audits.casework.indicators import grades_quality
from audits.casework.pages.grading import why_closed
from audits.casework.pages.history import Entry, history
from audits.grades import Grade
from audits.models import CaseAudit, Given, RemedialAction
from audits.permissions import (
    AuditsPermission,
    audits_seen,
    finishes_remedies,
    sees_case_number,
    sets_remedies,
    why_not_moderate,
)
from audits.safety.loop import Step, step
from audits.workflow import CaseState
from earlyhelp.core.pages.wording import days_late
from teams.permissions import Authority


@dataclass(frozen=True)
class AnswerRow:
    """One indicator: what the auditor gave, what the moderator made of it, and their words."""

    name: str
    given: str
    moderated: str
    comment: str
    moderation_comment: str

    @property
    def changed(self) -> bool:
        """Whether the moderator's grade differs from the auditor's."""
        return bool(self.moderated) and self.moderated != self.given


@dataclass(frozen=True)
class RemedyRow:
    """Something to be done about the case, how late it is, and the form that says it is done."""

    remedy: RemedialAction
    late: str
    form: DoneForm


@dataclass(frozen=True)
class CasePage:
    """The page; what the reader may not see or do is empty or False."""

    audit: CaseAudit
    case_number: str
    late: str
    rows: Sequence[AnswerRow]
    grades_quality: bool
    given: str
    moderated: str
    concern: Step | None
    remedies: Sequence[RemedyRow]
    others: Sequence[CaseAudit]
    history: Sequence[Entry]
    may_grade: bool
    may_moderate: bool
    may_set: bool
    may_finish: bool
    may_audit_again: bool

    @property
    def is_moderated(self) -> bool:
        """Whether a moderator has looked at it."""
        return self.audit.moderated_at is not None

    @property
    def changed(self) -> bool:
        """Whether the moderator's judgement differs from the auditor's."""
        return bool(self.moderated) and self.moderated != self.given


def case_page(
    audit: CaseAudit, authority: Authority, today: dt.date, typed: DoneForm | None = None
) -> CasePage:
    """The page for this reader; as many queries however much was written and done.

    ``typed`` is what somebody said of one remedial action and could not be taken.
    """
    asked = list(
        audit.case.round.tool.indicators.prefetch_related("choices").order_by("position", "code")
    )
    rows = {row.indicator_id: row for row in Given.objects.of(audit)}
    remedies = list(audit.remedial_actions.select_related("set_by", "done_by"))
    turns = list(
        CaseAudit.objects.filter(case=audit.case_id, agency=audit.agency, turn__gt=audit.turn)
    )
    concern = step(remedies, turns) if audit.is_a_concern else None
    judged = bool(audit.overall) or audit.is_unsafe or grades_quality(asked)
    return CasePage(
        audit=audit,
        case_number=audit.case.case_number if sees_case_number(authority, audit) else "",
        late=days_late(audit.days_late_on(today)),
        rows=[
            _row(
                one.name,
                (Answer.of(rows[one.pk]) if one.pk in rows else Answer()).label_for(one),
                rows.get(one.pk),
            )
            for one in asked
        ],
        grades_quality=judged,
        given=audit.judgement_label if judged else "",
        moderated=(
            audit.counted_judgement_label if judged and audit.moderated_at is not None else ""
        ),
        concern=concern,
        remedies=[_remedy(one, today, typed) for one in remedies],
        others=_others(audit, authority),
        history=history(audit),
        may_grade=not why_closed(authority, audit),
        may_moderate=audit.state == CaseState.SUBMITTED and not why_not_moderate(authority, audit),
        may_set=audit.is_a_concern and sets_remedies(authority, audit),
        may_finish=finishes_remedies(authority, audit),
        may_audit_again=(
            audit.is_a_concern and not turns and authority.holds(AuditsPermission.RUN_ROUNDS)
        ),
    )


def _row(name: str, shown: str, row: Given | None) -> AnswerRow:
    return AnswerRow(
        name=name,
        given=shown,
        moderated=Grade(row.moderated_grade).label if row and row.moderated_grade else "",
        comment=row.comment if row else "",
        moderation_comment=row.moderation_comment if row else "",
    )


def _remedy(one: RemedialAction, today: dt.date, typed: DoneForm | None) -> RemedyRow:
    is_typed = typed is not None and typed.remedy == one
    return RemedyRow(
        remedy=one,
        late=days_late(((one.done_on or today) - one.due_on).days),
        form=typed if typed is not None and is_typed else DoneForm(remedy=one),
    )


def _others(audit: CaseAudit, authority: Authority) -> list[CaseAudit]:
    """Other audits of the same case that this person may read: later looks, other agencies."""
    others = (
        CaseAudit.objects.readable_by(authority, audits_seen(authority))
        .filter(case=audit.case_id)
        .exclude(pk=audit.pk)
        .select_related("case", "auditor")
        .order_by("turn", "agency")
    )
    return list(others)
