"""What is to be done about a case of concern, and that it was done."""

from typing import Any

from crispy_forms_gds.layout import Button
from django import forms
from django.urls import reverse

from audits.casework.forms import LONGEST
from audits.models import RemedialAction
from earlyhelp.core.pages.fields import DayField, laid_out
from teams.personal_data import KEPT_WORDS, WordsForm


class RemedyForm(WordsForm):
    """Something to be done, by a day."""

    words = ("what",)

    what = forms.CharField(
        label="What has to be done",
        help_text="In a sentence or two. No names: say “the child”, “the worker”.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Say what has to be done",
            "max_length": f"Shorten what you wrote to {LONGEST:,} characters",
        },
    )
    due_on = DayField(what="the day by which it is done", label="By when")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("what", "due_on", *KEPT_WORDS, button="Set it to be done")


class DoneForm(WordsForm):
    """That something was done, on a day, with a note."""

    words = ("note",)

    done_on = DayField(what="the day on which it was done", label="Done on")
    note = forms.CharField(
        label="What was found, if you like",
        help_text="No names.",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"Shorten what you wrote to {LONGEST:,} characters"},
    )

    def __init__(self, data: Any = None, *, remedy: RemedialAction) -> None:
        """``remedy`` is what was done; a page has a form for each that is still to be."""
        super().__init__(data, auto_id=f"id_{remedy.pk}_%s")
        self.remedy = remedy
        action = reverse("remedial-done", args=[remedy.pk])
        self.helper = laid_out(
            "done_on", "note", *KEPT_WORDS, button="Say that it is done", action=action
        )
        self.helper.layout.fields[-1] = Button.primary(
            "", "Say that it is done", css_id=f"id_{remedy.pk}_button"
        )
