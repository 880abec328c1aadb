"""A plan and its actions as they are typed: its parts, and what is done with an action."""

from collections.abc import Sequence
from typing import Any, ClassVar

from crispy_forms_gds.layout import HTML
from django import forms
from django.http import QueryDict
from django.urls import reverse

from audits.plan.fields import (
    END,
    ObjectChoiceField,
    OwnersForm,
    PlanForm,
    TimingForm,
    WhyForm,
    text_area,
    timing_layout,
    who_layout,
)
from audits.plan.models import Judged, Outcome, Source
from earlyhelp.core.pages.fields import DayField, NumberField
from earlyhelp.core.pages.versioned_edit import VersionedForm
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
        missing="Select the year of the plan",
        wrong="Select a year that has no plan yet",
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

    text = text_area("What the plan wants to be true", rows=4, missing="Enter what the outcome is")

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
        missing="Select whether it was achieved",
    )
    why = text_area("What this rests on", rows=4)

    boxes = ("judged", "why")
    words = ("why",)
    button = "Save the judgement"


def _level(label: str, hint: str, *, what: str, missing: str = "") -> NumberField:
    return NumberField(
        what=what,
        label=label,
        help_text=hint,
        required=bool(missing),
        decimals=4,
        whole_digits=8,
        error_messages={"required": missing},
    )


class AimForm(PlanForm):
    """The level of a measure that an outcome aims at."""

    measure = ObjectChoiceField(
        label="Measure", missing="Select a measure", wrong="Select a measure from the list"
    )
    locality = ObjectChoiceField(label="Where", wrong="Select a locality from the list")
    start = _level(
        "From", "Where it stood, like 71.2. You can leave it out.", what="The level it starts from"
    )
    level = _level(
        "To",
        "In the measure’s own units, like 75.",
        what="The level aimed at",
        missing="Enter the level aimed at",
    )
    year = ObjectChoiceField(
        label="By the end of", missing="Select a year", wrong="Select a year from the list"
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


# -- actions --------------------------------------------------------------------------------


class NewActionForm(TimingForm, OwnersForm):
    """A new action of an outcome."""

    source = ObjectChoiceField(
        label="Where it comes from",
        choices=Source.choices,
        coerce=Source,
        initial=Source.OTHER,
        widget=forms.RadioSelect,
        missing="Select where the action comes from",
    )
    measure = ObjectChoiceField(
        label="Which measure",
        help_text="Only for an action that comes from a measure.",
        wrong="Select a measure from the list",
    )
    for_every_locality = forms.BooleanField(
        label="Every locality has to do it, and answers for itself", required=False
    )

    boxes = (
        "text",
        *who_layout(),
        *timing_layout(),
        "for_every_locality",
        "rationale",
        "source",
        "measure",
    )
    button = "Save the action"

    def clean(self) -> dict[str, Any]:
        """A measure goes only with an action that comes from one."""
        cleaned = super().clean()
        if cleaned.get("measure") and cleaned.get("source") != Source.MEASURE:
            self.add_error("measure", "Select “A measure” above, or no measure here")
        return cleaned


class ChangeActionForm(OwnersForm, VersionedForm):
    """Other words or owners for an open action."""

    boxes = ("text", *who_layout(), "rationale")
    button = "Save the action"


class MoveDateForm(TimingForm, VersionedForm):
    """Another date for an open action, and why it moves."""

    reason = text_area("Why it moves", "The old date stays on record, with this beside it.")

    not_compared = (*VersionedForm.not_compared, "reason", "read")
    boxes = (*timing_layout(), "reason")
    words = ("reason",)
    button = "Move the date"


def _with_year(outcome: Outcome | str) -> str:
    if isinstance(outcome, str):
        return outcome
    return f"{outcome.plan.financial_year}: {outcome}"[:100]


class CarryOverForm(TimingForm):
    """The outcome of a later plan that an unfinished action goes on in, and by when."""

    outcome = ObjectChoiceField(
        label="Outcome that it goes on in",
        missing="Select an outcome of a later plan",
        wrong="Select an outcome from the list",
        shown=_with_year,
    )

    boxes = ("outcome", *timing_layout())
    button = "Carry it over"
    may_be_left = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"].label = "By when, if that changes"
        self.fields["when"].help_text = "Leave it empty to keep the date as it is."


_MORE = HTML(
    '<details class="eh-definition eh-pick"{% if form.says_more %} open{% endif %}>'
    "<summary>Evidence, or another day</summary><div>"
)


def _link(hint: str) -> forms.URLField:
    return forms.URLField(
        label="Link to the evidence",
        help_text=hint,
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": "Enter an address that begins with https://",
            "max_length": "Shorten the address to 500 characters",
        },
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )


class ReportForm(PlanForm, WordsForm):
    """A progress update, of today unless said otherwise."""

    locality = ObjectChoiceField(
        label="Which locality you report for", wrong="Select a locality from the list"
    )
    text = text_area(
        "How far is it?", "One or two sentences. No names of families or children.", rows=4
    )
    on = DayField(what="the day it speaks of", label="Day it speaks of")
    evidence_link = _link("Where a colleague can look, if there is something to see.")

    boxes = ("locality", "text", _MORE, "on", "evidence_link", END)
    words = ("text",)
    button = "Save"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not kwargs["offers"]["locality"]:
            del self.fields["locality"]
            del self.helper.layout.fields[0]

    @property
    def says_more(self) -> bool:
        """Whether the part below stands open: it was used, or something there is wrong."""
        if {"on", "evidence_link"} & set(self.errors):
            return True
        return self.is_bound and (
            bool(self.data.get("evidence_link"))
            or self.cleaned_data.get("on") != self.initial["on"]
        )


class ClaimForm(PlanForm, WordsForm):
    """That an action is complete, and what shows it."""

    evidence = text_area("What shows that it is complete?", rows=4)
    evidence_link = _link("If there is something to see.")

    boxes = ("evidence", "evidence_link")
    words = ("evidence",)
    button = "Claim it complete"


class OccurrenceForm(PlanForm, WordsForm):
    """That one of several times was done, on which day."""

    done_on = DayField(what="the day it was done", label="Day it was done")
    note = text_area("What was found, if anything")

    boxes = ("done_on", "note")
    words = ("note",)
    button = "It is done"


def decline_form(pk: int, post: QueryDict | None = None) -> WhyForm:
    """What is missing, for a claim that is not accepted."""
    return WhyForm(
        post,
        label="What is missing",
        hint="The owners see this.",
        button="Do not accept it",
        action=reverse("action-decline", args=[pk]),
        secondary=True,
    )
