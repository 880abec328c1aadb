"""What a reviewer tells a team when a return goes back to it."""

from collections.abc import Iterable
from typing import Any

from crispy_forms_gds.layout import HTML, Field
from django import forms

from earlyhelp.core.pages.fields import PlainReasonForm


class BackToTeamForm(PlainReasonForm):
    """What the team should do, and the questions that it is about.

    ``version`` is that of the return it was written about.
    """

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
        opened = " open" if "questions" in self.data else ""
        reason, button = self.helper.layout.fields
        self.helper.layout.fields = [
            "version",
            reason,
            HTML(
                f'<details class="eh-definition eh-pick"{opened}>'
                "<summary>Name the questions it is about</summary><div>"
            ),
            Field.checkboxes("questions", small=True),
            HTML("</div></details>"),
            button,
        ]
