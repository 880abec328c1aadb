"""The parts of a plan as they are typed: the plan, its themes, outcomes, aims, last words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from crispy_forms_gds.layout import Field
from django import forms

from audits.plan.fields import ObjectChoiceField, PlanForm, text_area
from audits.plan.models import Judged
from earlyhelp.core.pages.versioned_edit import VersionedForm
from earlyhelp.core.pages.widgets import NumberText
from teams.personal_data import WordsForm


def _name(what: str, called: str) -> forms.CharField:
    return forms.CharField(
        label=f"What the {what} is called",
        max_length=200,
        error_messages={
            "required": f"Enter what the {what} is called",
            "max_length": f"Shorten the {called} to 200 characters",
        },
    )


class NewPlanForm(PlanForm):
    """A plan for a year that has none yet."""

    year = ObjectChoiceField(
        label="Financial year",
        missing="Choose the year of the plan",
        wrong="Choose a year that has no plan yet",
    )
    title = _name("plan", "title")

    boxes = ("year", "title")
    button = "Make the plan"


class ThemeForm(PlanForm):
    """A new theme, numbered next."""

    name = _name("theme", "name")

    boxes = ("name",)
    button = "Add the theme"


class OutcomeForm(PlanForm, WordsForm):
    """The words of an outcome."""

    text = text_area("What the plan wants to be true", rows=4, missing="Say what the outcome is")

    boxes = words = ("text",)
    button = "Add the outcome"


class RewordOutcomeForm(OutcomeForm, VersionedForm):
    """Other words for an outcome."""

    button = "Save"


class JudgeForm(PlanForm, WordsForm, VersionedForm):
    """Whether an outcome was achieved, and what that rests on."""

    judged = ObjectChoiceField(
        label="Was it achieved?",
        choices=Judged.choices,
        coerce=Judged,
        widget=forms.RadioSelect,
        missing="Choose whether it was achieved",
    )
    why = text_area("What this rests on", rows=4)

    boxes = (Field.radios("judged"), "why")
    words = ("why",)
    button = "Save the judgement"


def _level(label: str, hint: str, *, missing: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=bool(missing),
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=4,
        widget=NumberText(decimals=4),
        error_messages={
            "required": missing,
            "invalid": f"“{label}” must be a number, like 71.2",
            "min_value": f"“{label}” cannot be less than 0",
            "max_digits": f"“{label}” has too many figures",
            "max_decimal_places": f"“{label}” can have up to four decimals",
            "max_whole_digits": f"“{label}” has too many figures",
        },
    )


class AimForm(PlanForm):
    """The level of a measure that an outcome aims at."""

    measure = ObjectChoiceField(
        label="Measure", missing="Choose a measure", wrong="Choose a measure from the list"
    )
    locality = ObjectChoiceField(label="Where", wrong="Choose a locality from the list")
    start = _level("From", "Where it stood, like 71.2. You can leave it out.")
    level = _level("To", "In the measure’s own units, like 75.", missing="Enter the level aimed at")
    year = ObjectChoiceField(
        label="By the end of", missing="Choose a year", wrong="Choose a year from the list"
    )

    boxes: ClassVar[Sequence[Any]] = ("measure", "locality", "start", "level", "year")
    button = "Save the aim"


class ChangeAimForm(AimForm, WordsForm):
    """What an outcome aims at instead, and why; posted to where the aim that holds now is."""

    reason = text_area("Why it changes", "The old aim stays on record, with this beside it.")

    boxes = (*AimForm.boxes, "reason")
    words = ("reason",)


class ClosingForm(PlanForm, WordsForm, VersionedForm):
    """What is said of a plan or a theme when its year is over; emptied, nothing is said."""

    text = text_area(
        "What became of it",
        "It stands above the actions, on the page and in every file.",
        rows=8,
    )

    boxes = words = ("text",)
    button = "Save"
