"""What an auditor can answer for an indicator, and how a case stood overall. Pure."""

from django.db.models import TextChoices


class Grade(TextChoices):
    """One answer for one indicator of one case (product.md, section 5)."""

    OUTSTANDING = "outstanding", "Outstanding"
    GOOD = "good", "Good"
    REQUIRES_IMPROVEMENT = "requires-improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"
    NOT_FOUND = "not-found", "Not found on file"
    NOT_APPLICABLE = "not-applicable", "Not applicable"
    YES = "yes", "Yes"
    NO = "no", "No"


class IndicatorKind(TextChoices):
    """How an indicator is answered."""

    GRADED = "graded", "Graded"
    YES_NO = "yes-no", "Yes or no"
    CHOICES = "choices", "One or more of a list"
    TEXT = "text", "A few words"


class Threshold(TextChoices):
    """Whether the family had the right level of help."""

    RIGHT = "right", "The right level of help"
    STEP_UP = "step-up", "Should have been stepped up"
    STEP_DOWN = "step-down", "Could have been stepped down"


# The four judgements of quality, best first.
QUALITY = (Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)

QUALITY_CHOICES = [(grade.value, grade.label) for grade in QUALITY]

# What each counts in an average score: outstanding 4 ... inadequate 1.
SCORES = {grade: 4 - place for place, grade in enumerate(QUALITY)}

# Answers that a reader cannot act on without knowing why.
NEEDS_A_COMMENT = frozenset({Grade.INADEQUATE, Grade.NOT_FOUND})

# What can be answered for each kind; a choice or a text stands in place of a grade.
ANSWERS = {
    IndicatorKind.GRADED: (*QUALITY, Grade.NOT_FOUND, Grade.NOT_APPLICABLE),
    IndicatorKind.YES_NO: (Grade.YES, Grade.NO, Grade.NOT_APPLICABLE),
    IndicatorKind.CHOICES: (Grade.NOT_FOUND, Grade.NOT_APPLICABLE),
    IndicatorKind.TEXT: (Grade.NOT_FOUND, Grade.NOT_APPLICABLE),
}


def judgement_label(overall: str, *, is_unsafe: bool) -> str:
    """A judgement of a case in words: ``Good``, ``Inadequate, unsafe``."""
    label = Grade(overall).label if overall else ""
    if not is_unsafe:
        return label or "Not judged overall"
    return f"{label}, unsafe" if label else "Unsafe"
