"""The parts of a plan as they are typed: the plan, its themes, outcomes, aims, last words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms

from audits.plan.models import Judged
from earlyhelp.core.pages.fields import laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from earlyhelp.core.pages.widgets import NumberText
from teams.personal_data import KEPT_WORDS, WordsForm
from teams.quarters import FinancialYear


class NewPlanForm(forms.Form):
    """A plan for a year that has none yet."""

    year = forms.TypedChoiceField(
        label="Financial year",
        coerce=int,
        error_messages={
            "required": "Choose the year of the plan",
            "invalid_choice": "Choose a year that has no plan yet",
        },
    )
    title = forms.CharField(
        label="What the plan is called",
        max_length=200,
        error_messages={
            "required": "Enter what the plan is called",
            "max_length": "Shorten the title to 200 characters",
        },
    )

    def __init__(self, *args: Any, years: Iterable[FinancialYear], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["year"]
        field.choices = [(one.start, str(one)) for one in years]
        self.helper = laid_out("year", "title", button="Make the plan")


class ThemeForm(forms.Form):
    """A new theme, numbered next."""

    name = forms.CharField(
        label="What the theme is called",
        max_length=200,
        error_messages={
            "required": "Enter what the theme is called",
            "max_length": "Shorten the name to 200 characters",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("name", button="Add the theme")


class OutcomeForm(WordsForm):
    """The words of an outcome."""

    words = ("text",)

    text = forms.CharField(
        label="What the plan wants to be true",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what the outcome is"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("text", *KEPT_WORDS, button="Add the outcome")


class RewordOutcomeForm(OutcomeForm, VersionedForm):
    """Other words for an outcome."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(*BROUGHT_BACK, "text", *KEPT_WORDS, button="Save")


class JudgeForm(WordsForm, VersionedForm):
    """Whether an outcome was achieved, and what that rests on."""

    words = ("why",)

    judged = forms.ChoiceField(
        label="Was it achieved?",
        choices=Judged.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it was achieved"},
    )
    why = forms.CharField(
        label="What this rests on",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            *BROUGHT_BACK,
            Field.radios("judged"),
            "why",
            *KEPT_WORDS,
            button="Save the judgement",
        )


def _level(label: str, hint: str, *, required: bool, empty: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=required,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=4,
        widget=NumberText(decimals=4),
        error_messages={
            "required": empty,
            "invalid": f"“{label}” must be a number, like 71.2",
            "min_value": f"“{label}” cannot be less than 0",
            "max_digits": f"“{label}” has too many figures",
            "max_decimal_places": f"“{label}” can have up to four decimals",
            "max_whole_digits": f"“{label}” has too many figures",
        },
    )


class AimForm(forms.Form):
    """The level of a measure that an outcome aims at."""

    measure = forms.TypedChoiceField(
        label="Measure",
        coerce=int,
        error_messages={
            "required": "Choose a measure",
            "invalid_choice": "Choose a measure from the list",
        },
    )
    locality = forms.TypedChoiceField(
        label="Where",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose a locality from the list"},
    )
    start = _level("From", "Where it stood, like 71.2. You can leave it out.", required=False)
    level = _level(
        "To",
        "In the measure’s own units, like 75.",
        required=True,
        empty="Enter the level aimed at",
    )
    year = forms.TypedChoiceField(
        label="By the end of",
        coerce=int,
        error_messages={
            "required": "Choose a year",
            "invalid_choice": "Choose a year from the list",
        },
    )

    def __init__(
        self,
        *args: Any,
        measures: Iterable[tuple[int, str]],
        localities: Iterable[tuple[int, str]],
        city: str,
        years: Iterable[FinancialYear],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["measure"].choices = [("", "Choose a measure"), *measures]
        fields["locality"].choices = [("", city), *localities]
        fields["year"].choices = [(one.start, str(one)) for one in years]
        self.helper = laid_out(*_AIM, button="Save the aim")


_AIM = ("measure", "locality", "start", "level", "year")


class ChangeAimForm(AimForm, WordsForm):
    """What an outcome aims at instead, and why; posted to where the aim that holds now is."""

    words = ("reason",)

    reason = forms.CharField(
        label="Why it changes",
        help_text="The old aim stays on record, with this beside it.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(*_AIM, "reason", *KEPT_WORDS, button="Save the aim", action=action)


class ClosingForm(WordsForm, VersionedForm):
    """What is said of a plan or a theme when its year is over; emptied, nothing is said."""

    words = ("text",)

    text = forms.CharField(
        label="What became of it",
        help_text="It stands above the actions, on the page and in every file.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(*BROUGHT_BACK, "text", *KEPT_WORDS, button="Save")
