"""One submitted audit as a moderator looks at it: each grade confirmed or changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.casework.answers import LONGEST, CaseAnswer, GradeDecision
from audits.casework.indicators import (
    AnswerBox,
    IndicatorRow,
    options,
    overall_options,
    problems_of,
)
from audits.grades import Grade, judgement_label
from audits.models import CaseAudit, Indicator
from audits.moderation.forms import ModerationForm
from teams.personal_data import Noticed, Written, noticed


@dataclass(frozen=True)
class ModerationRow(IndicatorRow):
    """One indicator, with the auditor's answer; without a grade there is none to change."""

    decision: GradeDecision

    @property
    def grades(self) -> list[AnswerBox]:
        """Its radio buttons."""
        ways = [(grade.value, grade.label) for grade in self.indicator.answers]
        return options(f"grade-{self.code}", ways, self.decision.grade)

    @property
    def error_box(self) -> str:
        """The id of the box that the error is about."""
        changes = self.decision.grade != self.answer.grade
        is_about_words = changes or len(self.decision.comment) > LONGEST
        return f"comment-{self.code}" if is_about_words else f"grade-{self.code}-1"


@dataclass(frozen=True)
class ModerationPage:
    """The page."""

    form: ModerationForm
    rows: Sequence[ModerationRow]
    overall: Sequence[AnswerBox]
    problems: Sequence[tuple[str, str]]
    noticed: Sequence[Noticed]


def moderation_page(
    form: ModerationForm, audit: CaseAudit, asked: Iterable[Indicator]
) -> ModerationPage:
    """The page for what stands in the boxes; ``asked`` come with choices and guidance."""
    rows = [
        ModerationRow(
            one,
            CaseAnswer.of(form.given.get(one.pk)),
            number,
            form.errors.get(one.pk, ""),
            form.decisions.get(one.pk, GradeDecision("")),
        )
        for number, one in enumerate(asked, start=1)
    ]
    return ModerationPage(
        form=form,
        rows=rows,
        overall=overall_options(form.overall) if audit.overall else [],
        problems=problems_of(rows, form.errors),
        noticed=noticed(written(form)),
    )


def written(form: ModerationForm) -> list[Written]:
    """Everything that the moderator wrote."""
    return [
        Written(
            f"comment-{row.indicator.code}",
            row.indicator.name,
            form.decisions[row.indicator_id].comment,
        )
        for row in form.graded
    ] + [Written("comment", "Why the judgement changes", form.comment)]


def what_was_typed(form: ModerationForm) -> list[tuple[str, str, str]]:
    """What would have changed: the indicator, the grade, why; to be passed on."""
    labels = dict(Grade.choices)
    changes = [
        (row.indicator.name, labels.get(decision.grade, ""), decision.comment)
        for row in form.graded
        if (decision := form.decisions[row.indicator_id]) != GradeDecision(row.grade)
    ]
    overall = judgement_label(
        form.overall if form.overall in labels else "", is_unsafe=form.is_unsafe
    )
    return [*changes, ("The case as a whole", overall, form.comment)]
