"""A file of figures, and whether it is for this quarter or history."""

from pathlib import PurePath
from typing import Any

from crispy_forms_gds.layout import Field
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from earlyhelp.core.files.reader import MIB
from earlyhelp.core.pages.fields import laid_out

# What a browser may send and we keep between preview and confirmation; larger files go by command.
LARGEST_FILE = 5 * MIB
_ENDINGS = (".csv", ".xlsx", ".ods")


class ImportForm(forms.Form):
    """The file, and what its figures become."""

    DRAFTS, HISTORY = "drafts", "history"

    file = forms.FileField(
        label="File",
        help_text="CSV, Excel (.xlsx) or OpenDocument (.ods), up to 5 MB, with the columns team, "
        "quarter, item, value, answer and note.",
        error_messages={
            "required": "Choose a file of figures",
            "empty": "The file is empty",
            "missing": "Choose a file of figures",
        },
    )
    becomes = forms.ChoiceField(
        label="What are these figures?",
        choices=[
            (DRAFTS, "Figures of an open quarter: drafts, for managers to confirm and submit"),
            (
                HISTORY,
                "History, signed off already: its returns become signed off by import, and "
                "closed quarters are allowed",
            ),
        ],
        initial=DRAFTS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what these figures are"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(_ENDINGS)
        # Also where the second page shows it again.
        action = reverse("import-figures")
        radios = Field.radios("becomes")
        self.helper = laid_out("file", radios, button="Look at it first", action=action)

    def clean_file(self) -> UploadedFile:
        """The file, of a kind and size that can be read here."""
        found: UploadedFile = self.cleaned_data["file"]
        if PurePath(found.name or "").suffix.lower() not in _ENDINGS:
            raise forms.ValidationError("Choose a CSV, XLSX or ODS file")
        if (found.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                "The file is larger than 5 MB: load it with the import_figures command"
            )
        return found
