"""Cases of a round as they come in: pasted, in a file, or a list to draw from."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from earlyhelp.core.files.reader import MIB
from earlyhelp.core.pages.fields import laid_out
from teams.models import Team

LARGEST_FILE = 5 * MIB
LONGEST_LIST = 500_000
_ENDINGS = (".csv", ".xlsx", ".ods")
_ONE_A_LINE = (
    "One case a line: its number in the recording system, and if you like the team and the "
    "worker’s role, with commas between or as copied from a spreadsheet. No names."
)


class _Listed(forms.Form):
    """A list of cases, and the team of those lines that name none."""

    cases = forms.CharField(
        label="Cases",
        help_text=_ONE_A_LINE,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={
            "required": "Give at least one case number",
            "max_length": "The list is too long: use a file",
        },
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        required=False,
        to_field_name="code",
        label="Team of the cases that name none (optional)",
        empty_label="Not known",
        error_messages={"invalid_choice": "Choose a team from the list"},
    )

    button = "Add these cases"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = Team.objects.all()
        self.helper = laid_out(*self.boxes(), button=self.button)

    def boxes(self) -> list[str]:
        """The boxes in the order of the page."""
        return ["team", "cases"]

    @property
    def team_code(self) -> str:
        """The code of the team that was chosen, or nothing."""
        team = self.cleaned_data.get("team")
        return team.code if team else ""


class AddCasesForm(_Listed):
    """Cases chosen by hand or from a list, as many as there are."""


class DrawForm(_Listed):
    """A list to draw from by lot, and how many."""

    button = "Draw the cases"
    count = forms.IntegerField(
        label="How many to draw",
        min_value=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Say how many cases to draw",
            "invalid": "How many to draw must be a whole number, like 20",
            "min_value": "Draw at least 1 case",
        },
    )

    def boxes(self) -> list[str]:
        """The list first, then how many of it."""
        return ["team", "cases", "count"]


class DrawAgainForm(forms.Form):
    """The list that a draw was made from, to draw again and compare."""

    cases = forms.CharField(
        label="The list that was drawn from",
        help_text="One case a line, in any order. It is only compared, not kept.",
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": "Paste the list that was drawn from"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("cases", button="Draw again and compare", secondary=True)


class CasesFileForm(forms.Form):
    """A file of cases from the recording system."""

    file = forms.FileField(
        label="File",
        help_text="CSV, Excel (.xlsx) or OpenDocument (.ods), up to 5 MB: case number, team and "
        "worker’s role in the first three columns. A first row of headings is left out.",
        error_messages={
            "required": "Choose a file of cases",
            "empty": "The file is empty",
            "missing": "Choose a file of cases",
        },
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        required=False,
        to_field_name="code",
        label="Team of the cases that name none (optional)",
        empty_label="Not known",
        error_messages={"invalid_choice": "Choose a team from the list"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(_ENDINGS)
        team: Any = self.fields["team"]
        team.queryset = Team.objects.all()
        self.helper = laid_out("file", "team", button="Look at it first")

    def clean_file(self) -> UploadedFile:
        """The file, of a kind and size that can be read here."""
        found: UploadedFile = self.cleaned_data["file"]
        if PurePath(found.name or "").suffix.lower() not in _ENDINGS:
            raise forms.ValidationError("Choose a CSV, XLSX or ODS file")
        if (found.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 5 MB: split it")
        return found

    @property
    def team_code(self) -> str:
        """The code of the team that was chosen, or nothing."""
        team = self.cleaned_data.get("team")
        return team.code if team else ""
