"""What a reviewer tells a team when a return goes back to it."""

from collections.abc import Iterable
from typing import Any

from django import forms

from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.pages.posted import whole_number


class BackToTeamForm(PlainReasonForm):
    """What the team should do, and the questions that it is about.

    ``version`` is that of the return it was written about. The boxes of the questions stand
    beside their figures, outside of the form, and name it by its ``ID``.
    """

    ID = "back-to-team"

    version = forms.IntegerField(widget=forms.HiddenInput)
    questions = forms.TypedMultipleChoiceField(
        label="Questions it is about",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose questions of this return"},
    )

    def __init__(self, *args: Any, questions: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["questions"]
        field.choices = list(questions)
        self.helper.form_id = self.ID
        reason, button = self.helper.layout.fields
        self.helper.layout.fields = ["version", reason, button]

    @property
    def ticked(self) -> set[int | None]:
        """The questions that were ticked, by id."""
        data: Any = self.data
        return set(map(whole_number, data.getlist("questions"))) if self.is_bound else set()
