"""What owners and heads of service say of an action: how far it is, that it is done, why not."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from crispy_forms_gds.layout import HTML
from django import forms
from django.http import QueryDict
from django.urls import reverse

from earlyhelp.core.pages.fields import DayField, laid_out
from teams.personal_data import KEPT_WORDS, ReasonForm, WordsForm

_MORE = HTML(
    '<details class="eh-definition eh-pick"{% if form.says_more %} open{% endif %}>'
    "<summary>Evidence, or another day</summary><div>"
)
_END = HTML("</div></details>")


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
            *where, "text", _MORE, "on", "evidence_link", _END, *KEPT_WORDS, button="Save"
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
