"""What people type into the pages of the organisation, and how our forms are laid out."""

import datetime as dt
from typing import Any

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Layout
from django import forms
from django.core.exceptions import ValidationError

from teams.models import User


def laid_out(*fields: Any, button: str, action: str = "", secondary: bool = False) -> FormHelper:
    """A form that posts to ``action`` (or where it stands), its fields above one button.

    Browsers do not check it first: every error is shown in our words.
    """
    helper = FormHelper()
    helper.form_action = action
    helper.attrs = {"novalidate": ""}
    kind = Button.secondary if secondary else Button.primary
    helper.layout = Layout(*fields, kind("", button, css_id="id_button"))
    return helper


class DayField(DateInputField):
    """A day as three boxes, with sentences of our own for what is wrong.

    ``what`` names it in messages: "the due date".
    """

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(require_all_fields=True, help_text="For example, 14 7 2016", **kwargs)
        self.what = what
        self.error_messages["required"] = f"Enter {what}"
        for part, field in zip(("day", "month", "year"), self.fields, strict=True):
            field.validators = []
            field.error_messages["incomplete"] = f"Enter the {part} of {what}"
            field.widget.attrs["inputmode"] = "numeric"

    def compress(self, data_list: Any) -> dt.date | None:
        """The day, or ValidationError for one that no calendar has."""
        if not any(data_list):
            return None
        try:
            day, month, year = (int(part) for part in data_list)
            found = dt.date(year, month, day)
        except ValueError:
            raise ValidationError(f"{self._start} must be a real date, like 14 7 2016") from None
        if not 1990 <= found.year <= 2200:
            raise ValidationError(f"{self._start} must have a year of four digits, like 2016")
        return found

    @property
    def _start(self) -> str:
        return self.what[:1].upper() + self.what[1:]


class CoverForm(forms.Form):
    """Who covers which post, from when to when, and why.

    ``posts`` are the posts that the head can pass on, by a key of the view's own.
    """

    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Who",
        empty_label="Choose a person",
        error_messages={
            "required": "Choose who covers",
            "invalid_choice": "Choose a person from the list",
        },
    )
    post = forms.ChoiceField(
        label="Covers as",
        error_messages={
            "required": "Choose what they cover",
            "invalid_choice": "Choose a post from the list",
        },
    )
    starts = DayField(what="the first day", label="First day")
    ends = DayField(what="the last day", label="Last day")
    reason = forms.CharField(
        label="Why",
        help_text="Kept on record: “annual leave”, “the post is vacant”.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why cover is needed"},
    )

    def __init__(
        self, *args: Any, people: Any, posts: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = people
        person.label_from_instance = lambda one: f"{one} ({one.email})"
        post: Any = self.fields["post"]
        post.choices = [("", "Choose a post"), *posts]
        self.helper = laid_out("person", "post", "starts", "ends", "reason", button="Appoint them")
