"""What is typed when a report is approved, published, withdrawn, or a passage taken out."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from earlyhelp.core.pages.fields import DayField, laid_out, reason_field
from earlyhelp.report.access import appointed
from earlyhelp.report.permissions import ReportPermission
from measures.workflow import CorrectionKind
from teams.models import User


class PublicationForm(forms.Form):
    """The day and hour on which an edition is published, and who reads it until then."""

    day = DayField(label="On which day?", what="the day")
    hour = forms.TypedChoiceField(
        label="At what time?",
        coerce=int,
        choices=[(hour, f"{hour}:00") for hour in range(7, 20)],
        initial=10,
    )
    readers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Who reads it until then?",
        help_text="Their copies are marked as embargoed, and who opened one is recorded",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["readers"]
        offered.queryset = appointed(ReportPermission.READ_PUBLISHED)
        self.helper = laid_out("day", "hour", "readers", button="Publish it then")

    @property
    def moment(self) -> dt.datetime:
        """The day and hour, where the council is."""
        at = dt.time(self.cleaned_data["hour"])
        return timezone.make_aware(dt.datetime.combine(self.cleaned_data["day"], at))


class RevisionForm(forms.Form):
    """What kind of change a new edition is for, and why."""

    kind = forms.ChoiceField(
        label="What kind of change is it for?",
        help_text="Readers of the edition it replaces are told this. Whoever approves confirms it",
        choices=CorrectionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of change the new edition is for"},
    )
    reason = reason_field(
        "Why is there to be a new edition?",
        "Staff read this beside the edition; board members do not",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("kind", "reason", button="Begin a new edition")


class RedactionForm(forms.Form):
    """Which passage goes, and on what ground."""

    find = forms.CharField(
        label="Words of the passage",
        help_text="Enough of them to find it alone",
        max_length=500,
    )
    ground = forms.CharField(label="On what ground?", widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, places: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places
        self.helper = laid_out("find", "ground", button="Ask for it to be taken out")

    def clean_find(self) -> str:
        """The place of the one passage that holds these words."""
        typed = str(self.cleaned_data["find"]).strip()
        places = self._places.items()
        # The same words at several places go together; a whole passage may be part of a longer.
        whole = [place for place, text in places if text == typed]
        found = whole[:1] or list({text: place for place, text in places if typed in text}.values())
        if not found:
            raise ValidationError("No passage of this edition holds these words")
        if len(found) > 1:
            raise ValidationError(f"{len(found)} passages hold these words: enter more of them")
        return found[0]
