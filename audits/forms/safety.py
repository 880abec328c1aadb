"""What is to be done about a case of concern, and that it was done."""

from collections.abc import Sequence
from typing import Any

from crispy_forms_gds.layout import HTML, Button, Field
from django import forms
from django.urls import reverse

from audits.forms.grading import LONGEST
from audits.models import RemedialAction
from teams.forms import DayField, laid_out

_NOTICED = HTML(
    "{% if form.pointed_out %}"
    '<div class="eh-callout eh-callout--warn">'
    "<p><strong>Please leave out what names or places a person.</strong></p>"
    '<ul class="govuk-list">{% for words in form.pointed_out %}<li>{{ words }}</li>{% endfor %}'
    "</ul></div>{% endif %}"
)
KEEP = "keep_words"
_KEEP = Field.checkbox(KEEP, small=True)


class WordsForm(forms.Form):
    """A form with free text: what looks like a person is pointed out, and may be kept."""

    keep_words = forms.BooleanField(
        label="Keep the words: they name nobody", required=False, widget=forms.HiddenInput
    )
    pointed_out: Sequence[str] = ()

    def point_out(self, sentences: Sequence[str]) -> bool:
        """Show what was noticed with a box to tick; False where it was ticked or nothing was."""
        if not sentences or self.cleaned_data.get(KEEP):
            return False
        self.pointed_out = sentences
        self.fields[KEEP].widget = forms.CheckboxInput()
        self.add_error(
            KEEP, "Take out what looks like a person, or tick that the words name nobody"
        )
        return True


class RemedyForm(WordsForm):
    """Something to be done, by a day."""

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
        self.helper = laid_out("what", "due_on", _NOTICED, _KEEP, button="Set it to be done")


class DoneForm(WordsForm):
    """That something was done, on a day, with a note."""

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
            "done_on", "note", _NOTICED, _KEEP, button="Say that it is done", action=action
        )
        self.helper.layout.fields[-1] = Button.primary(
            "", "Say that it is done", css_id=f"id_{remedy.pk}_button"
        )
