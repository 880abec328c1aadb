"""A file of figures, and whether it is for this quarter or history."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from earlyhelp.core.files.cells import ENDINGS, MIB, MOST_BYTES, MOST_ROWS
from earlyhelp.core.numbers import visible
from earlyhelp.core.pages.fields import laid_out


class ImportForm(forms.Form):
    """The file, and what its figures become."""

    DRAFTS, HISTORY = "drafts", "history"

    file = forms.FileField(
        label="File",
        help_text=f"CSV of up to {MOST_ROWS['.csv']:,} rows and {MOST_BYTES // MIB} MB, Excel "
        f"(.xlsx) or OpenDocument (.ods) of up to {MOST_ROWS['.xlsx']:,} rows, with the columns "
        "team, quarter, item, value, answer and note.",
        error_messages={
            "required": "Select a file of figures",
            "empty": "The file is empty",
            "missing": "Select a file of figures",
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
        error_messages={"required": "Select what these figures are"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(ENDINGS)
        # Also where the second page shows it again.
        action = reverse("import-figures")
        self.helper = laid_out("file", "becomes", button="Look at it first", action=action)

    def clean_file(self) -> UploadedFile:
        """The file, of a kind and size that can be read here."""
        found: UploadedFile = self.cleaned_data["file"]
        if PurePath(found.name or "").suffix.lower() not in ENDINGS:
            raise forms.ValidationError("Select a CSV, XLSX or ODS file")
        if (found.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                f"The file is larger than {MOST_BYTES // MIB} MB: load it as CSV with the "
                "import_figures command"
            )
        return found


class SheetForm(forms.Form):
    """Which of several sheets of the file that waits is meant."""

    token = forms.CharField(widget=forms.HiddenInput())
    sheet = forms.ChoiceField(
        label="Which sheet holds the figures?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Select a sheet",
            "invalid_choice": "Select one of the sheets of this file",
        },
    )

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, visible(name)) for name in sheets]  # type: ignore[attr-defined]
        self.helper = laid_out("token", "sheet", button="Look at this sheet")
