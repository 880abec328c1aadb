"""One case as an auditor grades it: every indicator in order, then the case as a whole."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits import workflow
from audits.casework.answers import LONGEST, Answer, Judgement
from audits.casework.forms import ABOUT, WORDS, GradingForm
from audits.casework.indicators import AnswerBox, box_of, grades_quality, guidance_of, options
from audits.grades import NEEDS_A_COMMENT, QUALITY, IndicatorKind, Threshold
from audits.models import CaseAudit, Indicator
from audits.permissions import why_not_audit
from audits.verbs import SAVES
from audits.workflow import CASE_AUDIT, CaseAct, NotAllowed
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.wording import saved_ago
from teams.permissions import Authority
from teams.personal_data import Noticed, Written, noticed

# What the first of the radio buttons says where a list or a few words are the answer.
_ANSWERED = {IndicatorKind.CHOICES: "As ticked above", IndicatorKind.TEXT: "As written above"}


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator as it stands on the page."""

    number: int
    indicator: Indicator
    answer: Answer
    error: str
    grades: Sequence[AnswerBox]
    choices: Sequence[AnswerBox]
    guidance: Sequence[tuple[str, str]]
    is_answered: bool

    @property
    def code(self) -> str:
        """The indicator's code, which its boxes are called by."""
        return self.indicator.code

    @property
    def grade_box(self) -> str:
        """What its radio buttons are called."""
        return f"grade-{self.code}"

    @property
    def has_text(self) -> bool:
        """Whether a few words are the answer."""
        return self.indicator.kind == IndicatorKind.TEXT

    @property
    def needs_comment(self) -> bool:
        """Whether the grade asks for a comment."""
        return self.answer.grade in NEEDS_A_COMMENT

    @property
    def lacks_comment(self) -> bool:
        """Whether a comment has still to be written."""
        return self.needs_comment and not self.answer.comment

    @property
    def is_comment_wrong(self) -> bool:
        """Whether the error is about the comment."""
        return bool(self.error) and len(self.answer.comment) > LONGEST

    @property
    def error_box(self) -> str:
        """The id of the box that the error is about."""
        if self.is_comment_wrong:
            return f"comment-{self.code}"
        if self.has_text and len(self.answer.text) > LONGEST:
            return f"text-{self.code}"
        return box_of(self.indicator)


@dataclass(frozen=True)
class GradePage:
    """The page."""

    rows: Sequence[IndicatorRow]
    overall: Sequence[AnswerBox]
    threshold: Sequence[AnswerBox]
    judgement: Judgement
    problems: Sequence[tuple[str, str]]
    errors: dict[int | str, str]
    noticed: Sequence[Noticed]
    saved: str

    @property
    def answered(self) -> int:
        """How many indicators are answered."""
        return sum(row.is_answered for row in self.rows)

    @property
    def asked(self) -> int:
        """How many there are."""
        return len(self.rows)

    @property
    def grades_quality(self) -> bool:
        """Whether the tool judges quality, so that there is an overall judgement."""
        return grades_quality(row.indicator for row in self.rows)


def grade_page(form: GradingForm, audit: CaseAudit, now: dt.datetime) -> GradePage:
    """The page for what stands in the boxes, which need not be saved yet. Four queries at most.

    The form's indicators come with choices and guidance.
    """
    rows = [_row(form, number, one) for number, one in enumerate(form.indicators, start=1)]
    problems = [(row.error_box, row.error) for row in rows if row.error]
    problems += [
        (f"{part}-1" if part in ("overall", "threshold") else part, text)
        for part, text in form.errors.items()
        if isinstance(part, str)
    ]
    last = last_save(audit)
    return GradePage(
        rows=rows,
        overall=options(
            "overall", [(one.value, one.label) for one in QUALITY], form.judgement.overall
        ),
        threshold=options("threshold", Threshold.choices, form.judgement.threshold),
        judgement=form.judgement,
        problems=problems,
        errors=form.errors,
        noticed=noticed(written(form.indicators, form.answers, form.judgement)),
        saved=saved_ago(last.at, now) if last else "",
    )


def _row(form: GradingForm, number: int, one: Indicator) -> IndicatorRow:
    answer = form.answers[one.pk]
    kind = IndicatorKind(one.kind)
    ways = [(grade.value, grade.label) for grade in one.answers]
    if kind in _ANSWERED:
        ways.insert(0, ("", _ANSWERED[kind]))
    choices = one.choices.all() if kind == IndicatorKind.CHOICES else []
    return IndicatorRow(
        number=number,
        indicator=one,
        answer=answer,
        error=form.errors.get(one.pk, ""),
        grades=options(
            f"grade-{one.code}", ways, answer.grade if answer.grade or kind in _ANSWERED else None
        ),
        choices=[
            AnswerBox(
                f"choice-{one.code}-{place}",
                str(choice.pk),
                choice.label,
                choice.pk in answer.chosen,
            )
            for place, choice in enumerate(choices, start=1)
        ],
        guidance=guidance_of(one),
        is_answered=answer.answers(one.kind),
    )


def written(
    indicators: Sequence[Indicator], answers: dict[int, Answer], judgement: Judgement
) -> list[Written]:
    """Everything that an auditor wrote about a case in their own words, box by box."""
    found = []
    for one in indicators:
        answer = answers[one.pk]
        found.append(Written(f"text-{one.code}", one.name, answer.text))
        found.append(Written(f"comment-{one.code}", one.name, answer.comment))
    return found + [Written(part, ABOUT[part], getattr(judgement, part)) for part in WORDS]


def last_save(audit: CaseAudit) -> Event | None:
    """The last save of an answer or a judgement; one query."""
    saves = Event.objects.about(audit).filter(verb__in=SAVES).select_related("by")
    return saves.order_by("-id").first()


def why_closed(authority: Authority, audit: CaseAudit) -> str:
    """Why this person cannot grade this case now; empty when they can."""
    refusal = why_not_audit(authority, audit)
    if refusal:
        return refusal
    try:
        CASE_AUDIT.next(CaseAct.SAVE, audit.state)
        workflow.refuse_unless_auditing(audit.case.round.state, turn=audit.turn)
    except NotAllowed as not_now:
        return str(not_now)
    return ""
