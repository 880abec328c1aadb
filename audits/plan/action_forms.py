"""Actions of the plan as they are typed: added, changed, moved, reported on, claimed complete."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms_gds.layout import HTML, Field
from django import forms
from django.http import QueryDict
from django.urls import reverse

from audits.plan.fields import END, OwnersForm, TimingForm, timing_layout, who_layout
from audits.plan.models import Source
from earlyhelp.core.pages.fields import DayField, laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from teams.personal_data import KEPT_WORDS, ReasonForm, WordsForm


class NewActionForm(TimingForm, OwnersForm):
    """A new action of an outcome."""

    source = forms.ChoiceField(
        label="Where it comes from",
        choices=Source.choices,
        initial=Source.OTHER,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where the action comes from"},
    )
    measure = forms.TypedChoiceField(
        label="Which measure",
        help_text="Only for an action that comes from a measure.",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose a measure from the list"},
    )
    for_every_locality = forms.BooleanField(
        label="Every locality has to do it, and answers for itself", required=False
    )

    def __init__(self, *args: Any, measures: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["measure"]
        field.choices = [("", "No measure"), *measures]
        self.helper = laid_out(
            "text",
            *who_layout(),
            *timing_layout(),
            Field.checkbox("for_every_locality", small=True),
            "rationale",
            Field.radios("source", small=True),
            "measure",
            *KEPT_WORDS,
            button="Save the action",
        )

    def clean(self) -> dict[str, Any]:
        """A measure goes only with an action that comes from one."""
        cleaned = super().clean()
        if cleaned.get("measure") and cleaned.get("source") != Source.MEASURE:
            self.add_error("measure", "Choose “A measure” above, or no measure here")
        return cleaned


class ChangeActionForm(OwnersForm, VersionedForm):
    """Other words or owners for an open action."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            *BROUGHT_BACK,
            "text",
            *who_layout(),
            "rationale",
            *KEPT_WORDS,
            button="Save the action",
        )


class MoveDateForm(TimingForm, VersionedForm):
    """Another date for an open action, and why it moves."""

    words = ("reason",)

    reason = forms.CharField(
        label="Why it moves",
        help_text="The old date stays on record, with this beside it.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    not_compared = (*VersionedForm.not_compared, "reason", "read")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            *BROUGHT_BACK, *timing_layout(), "reason", *KEPT_WORDS, button="Move the date"
        )


class CarryOverForm(TimingForm):
    """The outcome of a later plan that an unfinished action goes on in, and by when."""

    outcome = forms.TypedChoiceField(
        label="Outcome that it goes on in",
        coerce=int,
        error_messages={
            "required": "Choose an outcome of a later plan",
            "invalid_choice": "Choose an outcome from the list",
        },
    )

    may_be_left = True

    def __init__(self, *args: Any, outcomes: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        field.choices = [("", "Choose an outcome"), *outcomes]
        self.fields["when"].label = "By when, if that changes"
        self.fields["when"].help_text = "Leave it empty to keep the date as it is."
        self.helper = laid_out("outcome", *timing_layout(), button="Carry it over")


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


class ReportForm(WordsForm):
    """A progress update, of today unless said otherwise."""

    words = ("text",)

    locality = forms.TypedChoiceField(
        label="Which locality you report for",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "Choose a locality from the list"},
    )
    text = forms.CharField(
        label="How far is it?",
        help_text="One or two sentences. No names of families or children.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    on = DayField(what="the day it speaks of", label="Day it speaks of")
    evidence_link = _link("Where a colleague can look, if there is something to see.")

    def __init__(
        self,
        *args: Any,
        today: dt.date,
        localities: Iterable[tuple[int, str]] = (),
        whole: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        listed = list(localities)
        self._today = today
        fields: dict[str, Any] = self.fields
        fields["on"].initial = today
        where: list[Any] = []
        if listed:
            everywhere = [("", "All of them together")] if whole else []
            fields["locality"].choices = [*everywhere, *listed]
            where = ["locality"]
        else:
            del fields["locality"]
        self.helper = laid_out(
            *where, "text", _MORE, "on", "evidence_link", END, *KEPT_WORDS, button="Save"
        )

    @property
    def says_more(self) -> bool:
        """Whether the part below stands open: it was used, or something there is wrong."""
        if {"on", "evidence_link"} & set(self.errors):
            return True
        return self.is_bound and (
            bool(self.data.get("evidence_link")) or self.cleaned_data.get("on") != self._today
        )


class ClaimForm(WordsForm):
    """That an action is complete, and what shows it."""

    words = ("evidence",)

    evidence = forms.CharField(
        label="What shows that it is complete?",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence_link = _link("If there is something to see.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("evidence", "evidence_link", *KEPT_WORDS, button="Claim it complete")


class OccurrenceForm(WordsForm):
    """That one of several times was done, on which day."""

    words = ("note",)

    done_on = DayField(what="the day it was done", label="Day it was done")
    note = forms.CharField(
        label="What was found, if anything",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = today
        self.helper = laid_out("done_on", "note", *KEPT_WORDS, button="It is done")


def decline_form(pk: int, post: QueryDict | None = None) -> ReasonForm:
    """What is missing, for a claim that is not accepted."""
    return ReasonForm(
        post,
        label="What is missing",
        hint="The owners see this.",
        button="Do not accept it",
        action=reverse("action-decline", args=[pk]),
        secondary=True,
    )
