"""One case audit to be read: who graded what, the grade that counts, what is done about it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.casework.answers import Answer
from audits.casework.forms import in_words
from audits.casework.pages.grading import grades_quality, why_closed
from audits.casework.pages.history import Entry, history
from audits.casework.pages.rows import COLOURS, days_late, found, name_of
from audits.grades import Grade, Threshold
from audits.models import CaseAudit, Given, RemedialAction
from audits.permissions import (
    AuditsPermission,
    audits_seen,
    finishes_remedies,
    sees_case_number,
    sets_remedies,
    why_not_moderate,
)
from audits.safety.forms import DoneForm
from audits.safety.loop import Step, step
from audits.workflow import CaseState
from teams.permissions import Standing

STEP_COLOURS = {
    Step.NOTHING_SET: "red",
    Step.BEING_DONE: "yellow",
    Step.TO_BE_AUDITED_AGAIN: "yellow",
    Step.BEING_AUDITED_AGAIN: "blue",
    Step.CLOSED: "green",
}


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
    name: str
    case_number: str
    state: str
    colour: str
    late: str
    rows: Sequence[AnswerRow]
    grades_quality: bool
    given: str
    moderated: str
    threshold: str
    concern: Step | None
    concern_colour: str
    remedies: Sequence[RemedyRow]
    others: Sequence[tuple[CaseAudit, str]]
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
    audit: CaseAudit, standing: Standing, today: dt.date, typed: DoneForm | None = None
) -> CasePage:
    """The page for this reader; as many queries however much was written and done.

    ``typed`` is what somebody said of one remedial action and could not be taken.
    """
    state = CaseState(audit.state)
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
        name=name_of(audit),
        case_number=audit.case.case_number if sees_case_number(standing, audit) else "",
        state=state.label,
        colour=COLOURS[state],
        late=days_late(audit.days_late_on(today)),
        rows=[
            _row(
                one.name,
                in_words(Answer.of(rows[one.pk]) if one.pk in rows else Answer(), one),
                rows.get(one.pk),
            )
            for one in asked
        ],
        grades_quality=judged,
        given=found(audit.overall, is_unsafe=audit.is_unsafe) if judged else "",
        moderated=(
            found(audit.counted_overall, is_unsafe=audit.counted_unsafe)
            if judged and audit.moderated_at is not None
            else ""
        ),
        threshold=Threshold(audit.threshold).label if audit.threshold else "",
        concern=concern,
        concern_colour=STEP_COLOURS[concern] if concern else "",
        remedies=[_remedy(one, today, typed) for one in remedies],
        others=_others(audit, standing),
        history=history(audit),
        may_grade=not why_closed(standing, audit),
        may_moderate=state == CaseState.SUBMITTED and not why_not_moderate(standing, audit),
        may_set=audit.is_a_concern and sets_remedies(standing, audit),
        may_finish=finishes_remedies(standing, audit),
        may_audit_again=(
            audit.is_a_concern and not turns and standing.holds(AuditsPermission.RUN_ROUNDS)
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


def _others(audit: CaseAudit, standing: Standing) -> list[tuple[CaseAudit, str]]:
    """Other audits of the same case that this person may read: later looks, other agencies."""
    others = (
        CaseAudit.objects.readable_by(standing, audits_seen(standing))
        .filter(case=audit.case_id)
        .exclude(pk=audit.pk)
        .select_related("case", "auditor")
        .order_by("turn", "agency")
    )
    return [(one, name_of(one)) for one in others]
