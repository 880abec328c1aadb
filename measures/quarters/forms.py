"""Forms about a quarter: its due date, and a new one."""

from typing import Any

from django import forms

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
