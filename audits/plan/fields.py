"""What forms about parts and actions of the plan have in common: their layout, who, by when."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from crispy_forms_gds.layout import HTML
from django import forms
from django.core.exceptions import ValidationError

from audits.plan.action_changes import By
from audits.plan.owner_choices import Nameable
from audits.plan.pages.due import understood
from audits.plan.timing import ActionTiming, given
from audits.plan.timing_words import names_its_day, parse
from earlyhelp.core.pages.fields import DayField, laid_out
from earlyhelp.core.pages.forms import add_refusal
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from teams.personal_data import KEPT_WORDS, ReasonForm, WordsForm
from teams.quarters import FinancialYear
from teams.roles import Role

# Boxes that are no value of their own: they belong to the form, or are read together.
_PARTS_OF_VALUES = {
    *("keep_words", "was", "read"),
    *("roles", "people", "bodies"),
    *("when", "starts", "due", "is_ongoing"),
}


class ObjectChoiceField(forms.TypedChoiceField):
    """One of several things; cleaned, it is the thing itself. Without ``missing`` it is optional.

    ``missing`` and ``wrong`` are the sentences for nothing, and for what is not on the list.
    """

    def __init__(
        self,
        *args: Any,
        missing: str = "",
        wrong: str = "",
        shown: Callable[[Any], str] = str,
        **kwargs: Any,
    ) -> None:
        messages = {"required": missing, "invalid_choice": wrong}
        kwargs["error_messages"] = {code: words for code, words in messages.items() if words}
        super().__init__(*args, empty_value=None, required=bool(missing), **kwargs)
        self.shown = shown

    def offer(self, things: Mapping[Any, Any]) -> None:
        """Let one of these be chosen, by what is posted; "" stands for none of them."""
        by_value = {str(value): thing for value, thing in things.items()}
        self.choices = [(value, self.shown(thing)) for value, thing in things.items()]
        self.coerce = lambda value: by_value.get(str(value))


def text_area(label: str, hint: str = "", *, rows: int = 3, missing: str = "") -> forms.CharField:
    """A box for several lines; it has to be filled in where it says what is ``missing``."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(missing),
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class ValuesForm(forms.Form):
    """A form that gives what was typed as the actions take it."""

    @property
    def values(self) -> dict[str, Any]:
        """By the names of the actions' arguments."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in _PARTS_OF_VALUES
        }


class WhyForm(ValuesForm, ReasonForm):
    """A reason."""


class PlanForm(ValuesForm):
    """A form with its ``boxes`` above one ``button``, for what the actions of the plan take.

    ``offers`` are the things to choose from, by the names of their fields.
    """

    boxes: ClassVar[Sequence[Any]] = ()
    button: ClassVar[str] = ""

    def __init__(
        self,
        *args: Any,
        offers: Mapping[str, Mapping[Any, Any]] | None = None,
        action: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name, things in (offers or {}).items():
            fields[name].offer(things)
        brought_back = BROUGHT_BACK if isinstance(self, VersionedForm) else ()
        kept_words = KEPT_WORDS if getattr(self, "words", ()) else ()
        layout = (*brought_back, *self.boxes, *kept_words)
        self.helper = laid_out(*layout, button=self.button, action=action)


LONGEST_BODY = 120

_NAME_PEOPLE = HTML(
    '<details class="eh-definition eh-pick"{% if form.names_people %} open{% endif %}>'
    "<summary>Name people</summary><div>"
)
END = HTML("</div></details>")


class OwnersForm(PlanForm, WordsForm):
    """Who is to do it; ``before`` are the owners there are, whose order is kept."""

    words = ("text", "rationale")

    text = text_area("What is to be done", rows=4, missing="Enter what is to be done")
    roles = forms.MultipleChoiceField(
        label="By whom",
        help_text="Everybody who holds the role can report on it.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select roles from the list"},
    )
    people = forms.TypedMultipleChoiceField(
        label="People",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select people from the list"},
    )
    bodies = text_area(
        "Partners and others who do not sign in here",
        "One on each line: “Workforce Development Team”. An officer reports for them.",
    )
    rationale = text_area("Why", "What the action rests on: a figure, an audit, an inspection.")

    def __init__(
        self, *args: Any, choices: Nameable, before: Sequence[By] = (), **kwargs: Any
    ) -> None:
        if before:
            kwargs["initial"] = as_typed(before) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._choices, self._before = choices, before
        fields: dict[str, Any] = self.fields
        fields["roles"].choices, fields["people"].choices = choices.roles, choices.people

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

    @property
    def values(self) -> dict[str, Any]:
        """The owners are one value."""
        return super().values | {"owners": self.owners}

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
    return ["roles", _NAME_PEOPLE, "people", END, "bodies"]


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


class TimingForm(PlanForm, WordsForm):
    """A form with a timing in it, read on ``today`` for a plan of ``year``.

    Where the words had to be interpreted (a month, "from June"), the form comes back once with
    what was understood (``asks``) before anything is saved; ``read`` is what was shown then.
    """

    when = forms.CharField(
        label="By when",
        help_text="As you would write it: 1.9.16, September 2016, From June 2016, Ongoing, "
        "November 2016 and February 2017, every quarter until 1 April 2017, six-monthly.",
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

    def __init__(self, *args: Any, year: FinancialYear, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year, self.today = year, today
        self.timing: ActionTiming | None = None
        self.asks = False

    def asks_about_words(self) -> bool:
        """Ask about its words, or whether they were understood."""
        return super().asks_about_words() or self.asks

    @property
    def the_timing(self) -> ActionTiming:
        """The timing of a valid form that cannot be left without one."""
        if self.timing is None:
            raise ValueError("This form was saved without a timing")
        return self.timing

    @property
    def values(self) -> dict[str, Any]:
        """The words and the days beside them are one value."""
        return super().values | {"timing": self.timing}

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
        if not {"when", "starts", "due"} & set(self.errors):
            try:
                self.timing = self._read(cleaned)
            except ValueError as wrong:
                self.add_error("when", str(wrong))
        return cleaned

    def _read(self, cleaned: Mapping[str, Any]) -> ActionTiming | None:
        """The timing; None where none was typed and none is needed."""
        words, is_ongoing = cleaned.get("when", ""), bool(cleaned.get("is_ongoing"))
        starts, due = cleaned.get("starts") or None, cleaned.get("due") or None
        has_days = bool(starts or due)
        if self.may_be_left and not words and not has_days:
            return None
        if has_days or is_ongoing:
            return given(words, starts=starts, due=due, is_ongoing=is_ongoing)
        timing = parse(words, self.year, self.today)
        if not names_its_day(timing):
            self._ask_back(understood(timing), cleaned.get("read"))
        return timing

    def _ask_back(self, reading: str, read: str | None) -> None:
        """Ask once whether words that do not name their day were understood."""
        self.asks = read != reading
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
        data["read"] = reading
        self.data = data


def timing_layout() -> list[Any]:
    """The fields of a timing, in the order of the page."""
    return ["read", "when", _READING, _BESIDE, "starts", "due", "is_ongoing", END]
