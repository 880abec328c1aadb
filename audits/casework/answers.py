"""What an auditor or a moderator gives, before it is a row; and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from audits.grades import NEEDS_A_COMMENT, QUALITY, Grade, IndicatorKind, Threshold
from audits.models import CaseAudit, Given, Indicator

LONGEST = 4000  # characters of a comment

# Errors are keyed by indicator id, or by the field's name for the case as a whole.
Errors = dict[int | str, str]


@dataclass(frozen=True)
class Answer:
    """What was given for one indicator; ``chosen`` holds the ids of choices."""

    grade: str = ""
    comment: str = ""
    text: str = ""
    chosen: frozenset[int] = field(default=frozenset())

    @classmethod
    def of(cls, given: Given) -> "Answer":
        """What the row says now; needs its choices prefetched."""
        chosen = frozenset(choice.pk for choice in given.chosen.all()) if given.pk else frozenset()
        return cls(given.grade, given.comment, given.text, chosen)

    def tidied(self) -> "Answer":
        """Without blanks around its words."""
        return Answer(self.grade, self.comment.strip(), self.text.strip(), self.chosen)

    def answers(self, kind: str) -> bool:
        """Whether it answers an indicator of this kind: a comment alone does not."""
        if self.grade:
            return True
        if kind == IndicatorKind.CHOICES:
            return bool(self.chosen)
        return kind == IndicatorKind.TEXT and bool(self.text.strip())

    def label_for(self, indicator: Indicator) -> str:
        """The answer as people read it, without its comment; choices come prefetched."""
        if self.grade in Grade.values:
            return Grade(self.grade).label
        if self.chosen:
            return ", ".join(one.label for one in indicator.choices.all() if one.pk in self.chosen)
        return self.text or "Not answered"


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
        return cls(
            audit.overall, audit.threshold, audit.is_unsafe, audit.strengths, audit.improvements
        )

    @property
    def is_a_concern(self) -> bool:
        """Whether somebody has to act: inadequate, or unsafe."""
        return self.overall == Grade.INADEQUATE or self.is_unsafe

    def tidied(self) -> "Judgement":
        """Without blanks around its words."""
        return Judgement(
            self.overall,
            self.threshold,
            self.is_unsafe,
            self.strengths.strip(),
            self.improvements.strip(),
        )


@dataclass(frozen=True)
class Decision:
    """What a moderator says of one grade: the grade that counts, and why it changes."""

    grade: str
    comment: str = ""


def refusals(indicators: Iterable[Indicator], answers: Mapping[int, Answer]) -> Errors:
    """What cannot be saved at all: an answer that its indicator does not offer.

    ``indicators`` are the tool's, choices prefetched.
    """
    errors: Errors = {}
    asked = {indicator.pk: indicator for indicator in indicators}
    for indicator_id, answer in answers.items():
        indicator = asked.get(indicator_id)
        if indicator is None:
            errors[indicator_id] = "This is no question of this audit"
            continue
        if answer.grade and answer.grade not in indicator.answers:
            errors[indicator_id] = f"Choose one of the answers to “{indicator.name}”"
        elif answer.chosen - {choice.pk for choice in indicator.choices.all()}:
            errors[indicator_id] = f"Choose from the list of “{indicator.name}”"
        elif answer.text and indicator.kind in (IndicatorKind.GRADED, IndicatorKind.YES_NO):
            errors[indicator_id] = f"Write about “{indicator.name}” in its comment"
        elif answer.grade and (answer.chosen or answer.text):
            errors[indicator_id] = (
                f"“{indicator.name}” is either answered or {Grade(answer.grade).label.lower()}, "
                "not both"
            )
    return errors


def refused_judgement(judgement: Judgement) -> Errors:
    """What cannot be saved of the case as a whole: a word that is not offered."""
    errors: Errors = {}
    if judgement.overall and judgement.overall not in QUALITY:
        errors["overall"] = "Choose one of the four overall judgements"
    if judgement.threshold and judgement.threshold not in Threshold.values:
        errors["threshold"] = "Choose one of the threshold judgements"
    return errors


def what_is_missing(
    indicators: Iterable[Indicator], answers: Mapping[int, Answer], judgement: Judgement
) -> Errors:
    """Why the audit cannot be submitted yet, in the tool's order; empty when it can.

    Every indicator is answered; *inadequate* and *not found on file* have a comment. Where
    the tool grades quality there is an overall judgement, and what makes a case inadequate or
    unsafe is said in words.
    """
    missing: Errors = {}
    grades_quality = False
    for indicator in indicators:
        grades_quality = grades_quality or indicator.kind == IndicatorKind.GRADED
        answer = answers.get(indicator.pk, Answer())
        if not answer.answers(indicator.kind):
            missing[indicator.pk] = f"Answer “{indicator.name}”"
        elif answer.grade in NEEDS_A_COMMENT and not answer.comment.strip():
            missing[indicator.pk] = (
                f"Say in a comment why “{indicator.name}” is {Grade(answer.grade).label.lower()}"
            )
    if grades_quality and not judgement.overall:
        missing["overall"] = "Give an overall judgement"
    if judgement.is_a_concern and not judgement.improvements.strip():
        missing["improvements"] = "Say what makes this case " + (
            "unsafe" if judgement.is_unsafe else "inadequate"
        )
    return missing
