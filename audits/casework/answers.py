"""What an auditor or a moderator gives, before it is a row; and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from django.db.models import QuerySet, prefetch_related_objects

from audits.grades import NEEDS_A_COMMENT, QUALITY, Grade, IndicatorKind, Threshold
from audits.models import CaseAudit, Given, Indicator
from earlyhelp.core.compiled_queries import fetch

LONGEST = 4000  # characters of a comment

# Errors are keyed by indicator id, or by the field's name for the case as a whole.
Errors = dict[int | str, str]


@dataclass(frozen=True)
class CaseAnswer:
    """What was given for one indicator; ``chosen`` holds the ids of choices."""

    grade: str = ""
    comment: str = ""
    text: str = ""
    chosen: frozenset[int] = frozenset()

    @classmethod
    def of(cls, given: Given | None) -> "CaseAnswer":
        """What the row says now, its choices prefetched; nothing where there is no row."""
        if given is None:
            return cls()
        chosen = frozenset(choice.pk for choice in given.chosen.all())
        return cls(given.grade, given.comment, given.text, chosen)

    def tidied(self) -> "CaseAnswer":
        """Without blanks around its words."""
        return replace(self, comment=self.comment.strip(), text=self.text.strip())

    @property
    def needs_comment(self) -> bool:
        """Whether the grade asks for a comment."""
        return self.grade in NEEDS_A_COMMENT

    @property
    def lacks_comment(self) -> bool:
        """Whether a comment has still to be written."""
        return self.needs_comment and not self.comment.strip()


@dataclass(frozen=True)
class AnsweredIndicator:
    """An indicator, its choices prefetched, and what was given for it."""

    indicator: Indicator
    answer: CaseAnswer

    @property
    def code(self) -> str:
        """The indicator's code, which its boxes are called by."""
        return self.indicator.code

    @property
    def is_answered(self) -> bool:
        """Whether it has an answer of its kind: a comment alone is none."""
        kind, answer = self.indicator.kind, self.answer
        return bool(
            answer.grade
            or (kind == IndicatorKind.CHOICES and answer.chosen)
            or (kind == IndicatorKind.TEXT and answer.text.strip())
        )

    @property
    def shown(self) -> str:
        """The answer as people read it, without its comment."""
        if self.answer.grade in Grade.values:
            return Grade(self.answer.grade).label
        if self.answer.chosen:
            choices = self.indicator.choices.all()
            return ", ".join(one.label for one in choices if one.pk in self.answer.chosen)
        return self.answer.text or "Not answered"

    @property
    def box(self) -> str:
        """The id of its first box."""
        kind = self.indicator.kind
        if kind == IndicatorKind.TEXT:
            return f"text-{self.code}"
        return f"{'choice' if kind == IndicatorKind.CHOICES else 'grade'}-{self.code}-1"


@dataclass(frozen=True)
class Judgement:
    """What was said of the case as a whole."""

    overall: str = ""
    threshold: str = ""
    is_unsafe: bool = False
    strengths: str = ""
    improvements: str = ""

    @classmethod
    def of(cls, audit: CaseAudit) -> "Judgement":
        """What the audit says now."""
        return cls(*(getattr(audit, part) for part in PARTS))

    @property
    def is_a_concern(self) -> bool:
        """Whether somebody has to act: inadequate, or unsafe."""
        return self.overall == Grade.INADEQUATE or self.is_unsafe

    def tidied(self) -> "Judgement":
        """Without blanks around its words."""
        return replace(
            self, strengths=self.strengths.strip(), improvements=self.improvements.strip()
        )


# The parts of a judgement, and what those in words are called.
PARTS = tuple(part.name for part in fields(Judgement))
WORDS = {"strengths": "Strengths", "improvements": "Areas for improvement"}


@dataclass(frozen=True)
class GradeDecision:
    """What a moderator says of one grade: the grade that counts, and why it changes."""

    grade: str
    comment: str = ""

    @classmethod
    def draft_of(cls, given: Given) -> "GradeDecision":
        """What a moderator saved; before that the auditor's grade, confirmed."""
        return cls(given.draft_grade or given.grade, given.draft_comment)


@dataclass(frozen=True)
class CaseDecision:
    """What a moderator says of the case as a whole, and why it changes."""

    overall: str
    is_unsafe: bool
    comment: str = ""

    @classmethod
    def draft_of(cls, audit: CaseAudit) -> "CaseDecision":
        """What a moderator saved; before that the auditor's judgement, confirmed."""
        if audit.draft_unsafe is None:
            return cls(audit.overall, audit.is_unsafe)
        return cls(audit.draft_overall, audit.draft_unsafe, audit.draft_comment)


def indicators_of(audit: CaseAudit, *also: str) -> list[Indicator]:
    """What the audit asks, in the tool's order, with choices; needs case and round."""
    asked: list[Indicator] = fetch(_asked_by, audit.case.round.tool_id)
    prefetch_related_objects(asked, "choices", *also)
    return asked


def _asked_by(tool_id: int) -> QuerySet[Indicator]:
    return Indicator.objects.filter(tool=tool_id).order_by("position", "code")


def answered(audit: CaseAudit, *also: str) -> list[AnsweredIndicator]:
    """What the audit asks, with what was given for each; four queries and those of ``also``."""
    rows = {row.indicator_id: row for row in Given.objects.of(audit)}
    asked = indicators_of(audit, *also)
    return [AnsweredIndicator(one, CaseAnswer.of(rows.get(one.pk))) for one in asked]


def grades_quality(indicators: Iterable[Indicator]) -> bool:
    """Whether any indicator is graded, so that the case has an overall judgement."""
    return any(one.kind == IndicatorKind.GRADED for one in indicators)


def refusals(asked: Mapping[int, Indicator], answers: Mapping[int, CaseAnswer]) -> Errors:
    """What cannot be saved at all: an answer that its indicator does not offer.

    ``asked`` are the tool's, by id, choices prefetched.
    """
    errors: Errors = {
        pk: _refusal(asked[pk], answer) if pk in asked else "This is no question of this audit"
        for pk, answer in answers.items()
    }
    return {pk: text for pk, text in errors.items() if text}


def _refusal(indicator: Indicator, answer: CaseAnswer) -> str:
    is_graded = indicator.kind in (IndicatorKind.GRADED, IndicatorKind.YES_NO)
    if answer.grade and answer.grade not in indicator.answers:
        return f"Select one of the answers to “{indicator.name}”"
    if answer.chosen - {choice.pk for choice in indicator.choices.all()}:
        return f"Select from the list of “{indicator.name}”"
    if answer.text and is_graded:
        return f"Write about “{indicator.name}” in its comment"
    if answer.grade and (answer.chosen or answer.text):
        grade = Grade(answer.grade).label.lower()
        return f"“{indicator.name}” is either answered or {grade}, not both"
    return ""


def refused_judgement(judgement: Judgement) -> Errors:
    """What cannot be saved of the case as a whole: a word that is not offered."""
    errors: Errors = {}
    if judgement.overall and judgement.overall not in QUALITY:
        errors["overall"] = "Select one of the four overall judgements"
    if judgement.threshold and judgement.threshold not in Threshold.values:
        errors["threshold"] = "Select one of the threshold judgements"
    return errors


def what_is_missing(rows: Sequence[AnsweredIndicator], judgement: Judgement) -> Errors:
    """Why the audit cannot be submitted yet, in the tool's order; empty when it can.

    Every indicator is answered; *inadequate* and *not found on file* have a comment. Where
    the tool grades quality there is an overall judgement, and what makes a case inadequate or
    unsafe is said in words.
    """
    missing: Errors = {}
    for row in rows:
        name = row.indicator.name
        if not row.is_answered:
            missing[row.indicator.pk] = f"Answer “{name}”"
        elif row.answer.lacks_comment:
            grade = Grade(row.answer.grade).label.lower()
            missing[row.indicator.pk] = f"Enter a comment that says why “{name}” is {grade}"
    if grades_quality(row.indicator for row in rows) and not judgement.overall:
        missing["overall"] = "Select an overall judgement"
    if judgement.is_a_concern and not judgement.improvements.strip():
        concern = "unsafe" if judgement.is_unsafe else "inadequate"
        missing["improvements"] = f"Enter what makes this case {concern}"
    return missing
