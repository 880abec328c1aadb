"""Uploading a file to the administration pages: its format, its size, and why it is loaded."""

import io
from codecs import BOM_UTF8
from collections.abc import Collection
from typing import Any

from django import forms
from import_export.formats.base_formats import CSV, ODS, XLSX
from import_export.forms import ConfirmImportForm, ImportForm
from tablib import Dataset

from earlyhelp.core.files.cells import Unreadable
from earlyhelp.core.files.reader import read_cells

# Far more than any framework needs; a council's first load is its folder's, by load_council.
_MOST_BYTES = 2_000_000
MOST_ROWS = 1_000
_WHY = "Kept in the history of every row that changes"


class SafelyRead:
    """Mixed into a format of import-export: files are read by our own reader.

    ``columns`` tell the sheet of a workbook that is meant; the page sets them.
    """

    columns: Collection[str] = ()

    def is_binary(self) -> bool:
        """Our reader decodes text itself."""
        return True

    def get_read_mode(self) -> str:
        """Bytes."""
        return "rb"

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """The rows under the header, each as long as it; raises ``Unreadable``."""
        ending = self.get_extension()  # type: ignore[attr-defined]  # the format's own
        rows = read_cells(io.BytesIO(in_stream), f"upload.{ending}", self.columns)
        _, header = next(rows, (1, []))
        dataset = Dataset(headers=header)
        for number, cells in rows:
            if len(dataset) == MOST_ROWS:
                raise Unreadable(f"has more than {MOST_ROWS:,} rows: divide it into smaller files")
            if any(cells[len(header) :]):
                raise Unreadable("has more cells than the header has columns", number)
            dataset.append([*cells, *[""] * len(header)][: len(header)])
        return dataset


class CsvFormat(SafelyRead, CSV):
    """CSV, which goes out with a byte-order mark."""

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """Bytes that a spreadsheet program reads right."""
        return BOM_UTF8 + str(super().export_data(dataset, **kwargs)).encode()


class XlsxFormat(SafelyRead, XLSX):
    """Excel."""


class OdsFormat(SafelyRead, ODS):
    """OpenDocument."""


FORMATS = [CsvFormat, XlsxFormat, OdsFormat]


class FileForm(ImportForm):
    """A file, its format and why it is loaded."""

    why = forms.CharField(required=False, max_length=500, help_text=_WHY)
    field_order = ["resource", "import_file", "format", "why"]

    def clean_import_file(self) -> Any:
        """Refuse what is too large for these pages."""
        upload = self.cleaned_data["import_file"]
        if upload.size > _MOST_BYTES:
            raise forms.ValidationError("The file is larger than 2 MB")
        return upload


class ConfirmForm(ConfirmImportForm):
    """What the first page said, sent on."""

    why = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput())
    format = forms.ChoiceField(
        choices=[(str(number), str(number)) for number in range(len(FORMATS))],
        widget=forms.HiddenInput(),
    )
    resource = forms.ChoiceField(choices=[("0", "0")], required=False, widget=forms.HiddenInput())
