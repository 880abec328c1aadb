"""One submitted audit as a moderator looks at it: each grade confirmed or changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.casework.answers import LONGEST, Answer, Decision
from audits.casework.indicators import AnswerBox, guidance_of, options
from audits.grades import QUALITY, Grade, judgement_label
from audits.models import CaseAudit, Given, Indicator
from audits.moderation.forms import ModerationForm
from teams.personal_data import Noticed, Written, noticed


@dataclass(frozen=True)
class ModerationRow:
    """One indicator; ``grades`` is empty where the auditor gave no grade to change."""

    number: int
    code: str
    name: str
    guidance: Sequence[tuple[str, str]]
    given: str
    comment: str
    grades: Sequence[AnswerBox]
    why: str
    error: str
    error_box: str

    @property
    def grade_box(self) -> str:
        """What its radio buttons are called."""
        return f"grade-{self.code}"


@dataclass(frozen=True)
class ModerationPage:
    """The page."""

    rows: Sequence[ModerationRow]
    overall: Sequence[AnswerBox]
    is_unsafe: bool
    comment: str
    errors: dict[int | str, str]
    problems: Sequence[tuple[str, str]]
    noticed: Sequence[Noticed]


def moderation_page(
    form: ModerationForm, audit: CaseAudit, asked: Sequence[Indicator], given: Sequence[Given]
) -> ModerationPage:
    """The page for what stands in the boxes; ``asked`` come with choices and guidance."""
    by_id = {row.indicator_id: row for row in given}
    rows = [_row(form, number, one, by_id.get(one.pk)) for number, one in enumerate(asked, start=1)]
    problems = [(row.error_box, row.error) for row in rows if row.error]
    problems += [
        ("overall-1" if part == "overall" else part, text)
        for part, text in form.errors.items()
        if isinstance(part, str)
    ]
    return ModerationPage(
        rows=rows,
        overall=options("overall", [(one.value, one.label) for one in QUALITY], form.overall)
        if audit.overall
        else [],
        is_unsafe=form.is_unsafe,
        comment=form.comment,
        errors=form.errors,
        problems=problems,
        noticed=noticed(written(form)),
    )


def _row(form: ModerationForm, number: int, one: Indicator, row: Given | None) -> ModerationRow:
    answer = Answer.of(row) if row else Answer()
    decision = form.decisions.get(one.pk, Decision(""))
    ways = [(grade.value, grade.label) for grade in one.answers] if answer.grade else []
    is_about_words = decision.grade != answer.grade or len(decision.comment) > LONGEST
    return ModerationRow(
        number=number,
        code=one.code,
        name=one.name,
        guidance=guidance_of(one),
        given=answer.label_for(one),
        comment=answer.comment,
        grades=options(f"grade-{one.code}", ways, decision.grade),
        why=decision.comment,
        error=form.errors.get(one.pk, ""),
        error_box=f"comment-{one.code}" if is_about_words else f"grade-{one.code}-1",
    )


def written(form: ModerationForm) -> list[Written]:
    """Everything that the moderator wrote."""
    return [
        Written(
            f"comment-{row.indicator.code}",
            row.indicator.name,
            form.decisions[row.indicator_id].comment,
        )
        for row in form.rows
    ] + [Written("comment", "Why the judgement changes", form.comment)]


def what_was_typed(form: ModerationForm) -> list[tuple[str, str, str]]:
    """What would have changed: the indicator, the grade, why; to be passed on."""
    changes = [
        (
            row.indicator.name,
            Grade(decision.grade).label if decision.grade in Grade.values else "",
            decision.comment,
        )
        for row in form.rows
        if (decision := form.decisions[row.indicator_id]) != Decision(row.grade)
    ]
    overall = judgement_label(
        form.overall if form.overall in Grade.values else "", is_unsafe=form.is_unsafe
    )
    return [*changes, ("The case as a whole", overall, form.comment)]
