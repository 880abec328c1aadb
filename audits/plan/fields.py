"""What forms about actions of the plan have in common: who does it, and by when."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import HTML, Field
from django import forms
from django.core.exceptions import ValidationError

from audits.plan.action_changes import By
from audits.plan.owner_choices import Nameable
from audits.plan.pages.due import names_its_day, understood
from audits.plan.timing import Timing, given, parse
from earlyhelp.core.pages.fields import DayField
from earlyhelp.core.pages.forms import add_refusal
from teams.personal_data import WordsForm
from teams.quarters import FinancialYear
from teams.roles import Role

LONGEST_BODY = 120

_NAME_PEOPLE = HTML(
    '<details class="eh-definition eh-pick"{% if form.names_people %} open{% endif %}>'
    "<summary>Name people</summary><div>"
)
END = HTML("</div></details>")


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
            kwargs["initial"] = as_typed(before) | (kwargs.get("initial") or {})
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

    def refuse(self, refusal: Exception) -> None:
        """Owners are chosen in three fields; the first of them carries what is wrong with them."""
        if isinstance(refusal, ValidationError) and "owners" in getattr(refusal, "error_dict", ()):
            refusal = ValidationError({"roles": refusal.message_dict["owners"]})
        add_refusal(self, refusal)


def as_typed(owners: Sequence[By]) -> dict[str, Any]:
    """The owners as the boxes hold them."""
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
        END,
        "bodies",
    ]


LONGEST_WORDS = 120

_READING = HTML(
    "{% if form.reading %}"
    '<div class="eh-callout eh-reading" id="reading"><p><strong>{{ form.reading }}.</strong> '
    "{% if form.asks %}This is how your words were understood. Save again if that is right, "
    "or write them differently.{% else %}This is how your words were understood.{% endif %}"
    "</p></div>{% endif %}"
)
_BESIDE = HTML(
    '<details class="eh-definition eh-pick"{% if form.gives_days %} open{% endif %}>'
    "<summary>Keep your words and give the date beside them</summary><div>"
)


class TimingForm(WordsForm):
    """A form with a timing in it, read for a plan of ``year``.

    Where the words had to be interpreted (a month, "from June"), the form comes back once with
    what was understood (``asks``) before anything is saved; ``read`` is what was shown then.
    """

    when = forms.CharField(
        label="By when",
        help_text="As you would write it: 1.9.16, September 2016, From June 2016, Ongoing, "
        "November 2016 and February 2017, every quarter until 1 April 2017.",
        required=False,
        max_length=LONGEST_WORDS,
        error_messages={"max_length": f"Shorten “by when” to {LONGEST_WORDS} characters"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    starts = DayField(what="the first day", label="From", required=False)
    due = DayField(what="the last day", label="Due on", required=False)
    is_ongoing = forms.BooleanField(label="It goes on after that", required=False)
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    may_be_left = False

    def __init__(self, *args: Any, year: FinancialYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.timing: Timing | None = None
        self.asks = False

    def asks_about_words(self) -> bool:
        """Ask about its words, or whether they were understood."""
        return super().asks_about_words() or self.asks

    @property
    def the_timing(self) -> Timing:
        """The timing of a valid form that cannot be left without one."""
        if self.timing is None:
            raise ValueError("This form was saved without a timing")
        return self.timing

    @property
    def reading(self) -> str:
        """What the words were understood to mean; nothing before they could be read."""
        return understood(self.timing) if self.timing else ""

    @property
    def gives_days(self) -> bool:
        """Whether the days beside the words have been used, or are needed."""
        names = ("starts_0", "starts_1", "starts_2", "due_0", "due_1", "due_2", "is_ongoing")
        return any(self.data.get(name) for name in names) or "when" in self.errors

    def clean(self) -> dict[str, Any]:
        """Read the words, or take the days beside them; remember what has to be asked back."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"when", "starts", "due"} & set(self.errors):
            return cleaned
        words = cleaned.get("when", "")
        starts, due = cleaned.get("starts") or None, cleaned.get("due") or None
        is_ongoing = bool(cleaned.get("is_ongoing"))
        if self.may_be_left and not (words or starts or due):
            return cleaned
        try:
            if starts or due or is_ongoing:
                self.timing = given(words, starts=starts, due=due, is_ongoing=is_ongoing)
            else:
                self.timing = parse(words, self.year)
                self._ask_back(cleaned)
        except ValueError as wrong:
            self.add_error("when", str(wrong))
        return cleaned

    def _ask_back(self, cleaned: dict[str, Any]) -> None:
        """Ask once whether words that do not name their day were understood."""
        if self.timing is None or names_its_day(self.timing):
            return
        self.asks = cleaned.get("read") != self.reading
        self.data = self.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
        self.data["read"] = self.reading  # type: ignore[index]


def timing_layout() -> list[Any]:
    """The fields of a timing, in the order of the page."""
    return [
        "read",
        "when",
        _READING,
        _BESIDE,
        "starts",
        "due",
        Field.checkbox("is_ongoing", small=True),
        END,
    ]
