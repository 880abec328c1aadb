"""What people type into the pages of cover."""

from typing import Any

from django import forms

from earlyhelp.core.pages.fields import DayField, laid_out
from teams.models import User


class CoverForm(forms.Form):
    """Who covers which appointment of those that the head can pass on, from when to when, why."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label="Who",
        empty_label="Select a person",
        error_messages={
            "required": "Select who covers",
            "invalid_choice": "Select a person from the list",
        },
    )
    post = forms.ChoiceField(
        label="Covers as",
        error_messages={
            "required": "Select what they cover",
            "invalid_choice": "Select a post from the list",
        },
    )
    starts = DayField(what="the first day", label="First day")
    ends = DayField(what="the last day", label="Last day")
    reason = forms.CharField(
        label="Why",
        help_text="Kept on record: “annual leave”, “the post is vacant”.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why cover is needed"},
    )

    def __init__(
        self, *args: Any, people: Any, coverable: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = people
        person.label_from_instance = lambda one: f"{one} ({one.email})"
        post: Any = self.fields["post"]
        post.choices = [("", "Select a post"), *coverable]
        self.helper = laid_out("person", "post", "starts", "ends", "reason", button="Appoint them")
