"""Forms about a quarter: its due date, a new one, opening and closing it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import get_text_list

from earlyhelp.core.pages.fields import DayField, laid_out, reason_field
from teams.quarters import Quarter


class DueDateForm(forms.Form):
    """Another due date, and why."""

    due_on = DayField(what="the due date", label="Due date")
    reason = reason_field("Why it moves", "Kept on record: teams may ask.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("due_on", "reason", button="Move the due date")


class NewQuarterForm(forms.Form):
    """When the returns of the next quarter are due; the quarter itself is not a choice."""

    quarter = forms.CharField(widget=forms.HiddenInput)
    due_on = DayField(what="the due date", label="Returns are due on")

    def __init__(self, *args: Any, quarter: Quarter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quarter"].initial = str(quarter)
        self.helper = laid_out("quarter", "due_on", button=f"Plan {quarter}")


class OpenQuarterForm(forms.Form):
    """A button; with a tick where quarters before it would never be opened."""

    skipping = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, quarter: Quarter, skipped: Sequence[Quarter], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        boxes = []
        if skipped:
            names = get_text_list([one.label for one in skipped], "and")
            self.fields["skipping"].label = f"{names} will never be opened"
            boxes = ["skipping"]
        else:
            del self.fields["skipping"]
        self.helper = laid_out(*boxes, button=f"Open {quarter}", warning=bool(skipped))


class CloseQuarterForm(forms.Form):
    """Why it closes; with a tick where somebody may still be at work (``questions``)."""

    reason = reason_field("Anything to say about it (optional)")
    early = forms.BooleanField(required=False, label="Close it all the same")

    def __init__(
        self,
        *args: Any,
        quarter: Quarter,
        asks_why: bool,
        questions: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "Kept on record, and shown with the quarter."
        if asks_why:
            self.fields["reason"].label = "Why it closes now"
        boxes: list[Any] = ["reason"]
        if questions:
            self.fields["early"].help_text = " ".join(questions)
            boxes.append("early")
        else:
            del self.fields["early"]
        self.helper = laid_out(*boxes, button=f"Close {quarter}", warning=bool(questions))
