"""A finding as it is typed, and the action that it becomes."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.forms.models import model_to_dict

from audits.findings.actions import Found
from audits.models import Finding, FindingKind, Indicator
from audits.plan.fields import OwnersForm, TimingForm, timing_layout, who_layout
from audits.plan.models import Outcome
from earlyhelp.core.pages.fields import NumberField, laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from teams.personal_data import KEPT_WORDS, WordsForm

LONGEST_AGENCY = 100


class FindingForm(WordsForm):
    """Something that a round found."""

    words = ("text",)

    kind = forms.TypedChoiceField(
        coerce=FindingKind,
        label="Is it a strength, or for improvement?",
        choices=FindingKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select whether it is a strength or for improvement",
            "invalid_choice": "Select whether it is a strength or for improvement",
        },
    )
    text = forms.CharField(
        label="What was found",
        help_text="In a sentence. No names of families, children or workers.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter what was found"},
    )
    indicators = forms.TypedMultipleChoiceField(
        label="Which indicators is it about?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select indicators of this round’s tool"},
    )
    cases = NumberField(
        what="The number of cases",
        label="On how many cases was it noted?",
        required=False,
        whole_digits=4,
        validators=[MinValueValidator(1, "The number of cases must be at least 1, or empty")],
    )
    is_recommendation = forms.BooleanField(label="It recommends something", required=False)
    agency = forms.CharField(
        label="Whom is it addressed to?",
        help_text="An agency, like “Police”. Leave it empty for the service itself.",
        required=False,
        max_length=LONGEST_AGENCY,
        error_messages={"max_length": f"Shorten the agency to {LONGEST_AGENCY} characters"},
    )

    def __init__(self, *args: Any, indicators: Iterable[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_id = {str(one.pk): one for one in indicators}
        field: Any = self.fields["indicators"]
        field.coerce = by_id.__getitem__
        field.choices = [(one.pk, one.name) for one in by_id.values()]
        self.helper = laid_out(
            *(name for name in BROUGHT_BACK if name in self.fields),
            "kind",
            "text",
            "indicators",
            "cases",
            "is_recommendation",
            "agency",
            *KEPT_WORDS,
            button="Save the finding",
        )

    def found(self) -> Found:
        """The finding, once the form is valid."""
        return Found(**{part.name: self.cleaned_data[part.name] for part in fields(Found)})


class ChangeFindingForm(FindingForm, VersionedForm):
    """Other words, tags or numbers for a finding."""


def as_typed(finding: Finding) -> dict[str, Any]:
    """The boxes as they are before anybody types."""
    plain = ["kind", "text", "cases", "is_recommendation", "agency", "version"]
    indicators = [one.pk for one in finding.indicators.all()]
    return model_to_dict(finding, plain) | {"indicators": indicators}


class FindingActionForm(TimingForm, OwnersForm):
    """The action that a finding becomes: under which outcome, what, by whom, by when."""

    outcome = forms.TypedChoiceField(
        label="Outcome that it works towards",
        error_messages={
            "required": "Select an outcome of the plan",
            "invalid_choice": "Select an outcome from the list",
        },
    )
    for_every_locality = forms.BooleanField(
        label="Every locality has to do it, and answers for itself", required=False
    )

    def __init__(self, *args: Any, outcomes: Iterable[Outcome], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        by_id = {str(one.pk): one for one in outcomes}
        field.coerce = by_id.__getitem__
        field.choices = [("", "Select an outcome"), *((pk, str(one)) for pk, one in by_id.items())]
        self.fields["rationale"].help_text = "Leave it empty to name the round that found it."
        self.helper = laid_out(
            "outcome",
            "text",
            *who_layout(),
            *timing_layout(),
            "for_every_locality",
            "rationale",
            *KEPT_WORDS,
            button="Make the action",
        )
