"""An action of the plan as it is typed: what, by whom, by when, why."""

from collections.abc import Iterable, Sequence
from typing import Any

from crispy_forms_gds.layout import HTML, Field
from django import forms
from django.core.exceptions import ValidationError

from audits.models import Source
from audits.plan.actions import By
from audits.plan.owner_choices import Nameable
from audits.plan.timing_forms import TimingForm, timing_layout
from earlyhelp.core.pages.fields import laid_out
from teams.personal_data import KEPT_WORDS, WordsForm
from teams.roles import Role

LONGEST_BODY = 120

_NAME_PEOPLE = HTML(
    '<details class="eh-definition eh-pick"{% if form.names_people %} open{% endif %}>'
    "<summary>Name people</summary><div>"
)
_END = HTML("</div></details>")


class OwnersForm(WordsForm):
    """Who is to do it; ``before`` are the owners there are, whose order is kept."""

    words = ("text", "rationale")

    text = forms.CharField(
        label="What is to be done",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what is to be done"},
    )
    roles = forms.MultipleChoiceField(
        label="By whom",
        help_text="Everybody who holds the role can report on it.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose roles from the list"},
    )
    people = forms.TypedMultipleChoiceField(
        label="People",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose people from the list"},
    )
    bodies = forms.CharField(
        label="Partners and others who do not sign in here",
        help_text="One on each line: “Workforce Development Team”. An officer reports for them.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rationale = forms.CharField(
        label="Why",
        help_text="What the action rests on: a figure, an audit, an inspection.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, choices: Nameable, before: Sequence[By] = (), **kwargs: Any
    ) -> None:
        if before:
            kwargs["initial"] = _as_typed(before) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._choices, self._before = choices, before
        roles: Any = self.fields["roles"]
        roles.choices = list(choices.roles)
        people: Any = self.fields["people"]
        people.choices = list(choices.people)

    @property
    def names_people(self) -> bool:
        """Whether somebody is named, so that the list stands open."""
        return bool(self["people"].value()) or "people" in self.errors

    def clean_bodies(self) -> str:
        """Each line is one owner, of a length that a table shows."""
        typed: str = self.cleaned_data["bodies"]
        if any(len(line) > LONGEST_BODY for line in _lines(typed)):
            raise ValidationError(f"Shorten each line to {LONGEST_BODY} characters")
        return typed

    @property
    def owners(self) -> list[By]:
        """The owners chosen: those that were there first, in their order."""
        chosen = [By(role=Role(one)) for one in self.cleaned_data["roles"]]
        chosen += [By(person=self._choices.by_id[pk]) for pk in self.cleaned_data["people"]]
        chosen += [By(body=line) for line in dict.fromkeys(_lines(self.cleaned_data["bodies"]))]
        kept = [one for one in self._before if one in chosen]
        return [*kept, *(one for one in chosen if one not in kept)]


def _as_typed(owners: Sequence[By]) -> dict[str, Any]:
    return {
        "roles": [one.role.value for one in owners if one.role],
        "people": [one.person.pk for one in owners if one.person],
        "bodies": "\n".join(one.body for one in owners if one.body),
    }


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def who_layout() -> list[Any]:
    """The fields that choose the owners, in the order of the page."""
    return [
        Field.checkboxes("roles", small=True),
        _NAME_PEOPLE,
        Field.checkboxes("people", small=True),
        _END,
        "bodies",
    ]


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


class ChangeActionForm(OwnersForm):
    """Other words or owners for an open action; ``version`` is that of what was changed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            "version", "text", *who_layout(), "rationale", *KEPT_WORDS, button="Save the action"
        )


class MoveDateForm(TimingForm):
    """Another date for an open action, and why it moves."""

    words = ("reason",)

    reason = forms.CharField(
        label="Why it moves",
        help_text="The old date stays on record, with this beside it.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            "version", *timing_layout(), "reason", *KEPT_WORDS, button="Move the date"
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
