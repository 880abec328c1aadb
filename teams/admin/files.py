"""Files in and out of the administration pages: the columns of a council folder, all or nothing."""

import datetime as dt
import io
import zipfile
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from import_export import resources, widgets
from import_export.formats.base_formats import CSV, ODS, XLSX
from import_export.forms import ConfirmImportForm, ImportForm
from import_export.results import RowResult

from earlyhelp.core.files import spreadsheet_safety as cells
from teams.actions import keep
from teams.authority import Actor
from teams.quarters import FinancialYear, Quarter


class OpenDocument(ODS):
    """The library takes it for text, which it is not."""

    def is_binary(self) -> bool:
        """A packed file, like Excel's."""
        return True

    def get_read_mode(self) -> str:
        """Bytes."""
        return "rb"

    def create_dataset(self, in_stream: Any) -> Any:
        """Read as it is."""
        self.encoding = None
        return super().create_dataset(in_stream)

    def get_title(self) -> str:
        """As people call it."""
        return "ods"


FORMATS = [CSV, XLSX, OpenDocument]
# Far more than any framework needs; a workbook is looked at before it is unpacked.
_MOST_BYTES, _MOST_UNPACKED = 2_000_000, 20_000_000
_WHY = "Kept in the history of every row that changes"


class FileForm(ImportForm):
    """A file, its format and why it is loaded."""

    why = forms.CharField(required=False, max_length=500, help_text=_WHY)
    field_order = ["resource", "import_file", "format", "why"]

    def clean(self) -> dict[str, Any]:
        """Refuse what is too large to read, or not text where text is expected."""
        given: dict[str, Any] = super().clean()
        upload = given.get("import_file")
        if upload is None or "format" not in given:
            return given
        if upload.size > _MOST_BYTES:
            self.add_error("import_file", "The file is larger than 2 MB")
            return given
        content = upload.read()
        upload.seek(0)
        if FORMATS[int(given["format"])] is CSV:
            if not _is_text(content):
                self.add_error("import_file", "Save the file as “CSV UTF-8”: it cannot be read")
        elif not _is_small_workbook(content):
            self.add_error("import_file", "This is not a workbook, or too large a one")
        return given


class ConfirmForm(ConfirmImportForm):
    """What the first page said, sent on."""

    why = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput())
    format = forms.ChoiceField(
        choices=[(str(number), str(number)) for number in range(len(FORMATS))],
        widget=forms.HiddenInput(),
    )
    resource = forms.ChoiceField(choices=[("0", "0")], required=False, widget=forms.HiddenInput())


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _is_small_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(part.file_size for part in packed.infolist()) <= _MOST_UNPACKED
    except zipfile.BadZipFile:
        return False


class Sheet(resources.ModelResource):
    """One kind of row as a file; rows are saved through the action that keeps them."""

    class Meta:
        use_transactions = True
        clean_model_instances = False
        skip_html_diff = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._met: set[tuple[str, ...]] = set()
        self._wrote = False

    def act(self, row: Any, cells_of: dict[str, Any], *, by: Actor, reason: str) -> bool:
        """Save ``row`` through its action; gives whether anything was written."""
        return keep(row, by=by, reason=reason)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuse a column that is not ours."""
        known = {field.column_name for field in self.get_import_fields()}
        unknown = [name for name in dataset.headers or [] if name not in known]
        if unknown:
            raise ValueError(
                f"There is no column “{unknown[0]}” here: the columns are "
                + ", ".join(field.column_name for field in self.get_import_fields())
            )

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Take cells as they were meant, and refuse the second row about the same thing."""
        for name, value in row.items():
            if isinstance(value, dt.datetime):
                row[name] = value.date()
            elif isinstance(value, str):
                row[name] = cells.typed(value.strip())
        columns = [self.fields[name].column_name for name in self.get_import_id_fields()]
        key = tuple(str(row.get(column, "")) for column in columns)
        if key in self._met:
            raise ValidationError(f"This is the second row about {' '.join(filter(None, key))}")
        self._met.add(key)

    def save_instance(
        self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        """Through the action; a dry run is taken back by its transaction."""
        self._wrote = self.act(instance, row, by=kwargs["by"], reason=kwargs.get("reason", ""))

    def save_m2m(self, obj: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing is left to do: the action saved what hangs on the row as well."""

    def after_import_row(self, row: dict[str, Any], row_result: Any, **kwargs: Any) -> None:
        """A row that says what was there before is left alone, and said to be."""
        if row_result.import_type == RowResult.IMPORT_TYPE_UPDATE and not self._wrote:
            row_result.import_type = RowResult.IMPORT_TYPE_SKIP

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> Any:
        """Cells that are safe to open."""
        return [
            cells.safe(value) if isinstance(value, str) else value
            for value in super().export_resource(instance, selected_fields, **kwargs)
        ]


class ByCode(widgets.ForeignKeyWidget):
    """Another row by its code (or another ``field``); empty is none."""

    def __init__(self, model: type[models.Model], field: str = "code", **kwargs: Any) -> None:
        super().__init__(model, field, **kwargs)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The row; raise ValueError when there is none."""
        try:
            return super().clean(value, row, **kwargs)
        except self.model.DoesNotExist:
            name = self.model._meta.verbose_name
            raise ValueError(f"There is no {name} “{value}”") from None


class CodesWidget(widgets.Widget):
    """Several rows by their codes, separated by spaces, in that order."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self.model = model

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[models.Model]:
        """The rows; raise ValueError naming the code that is not there."""
        codes = str(value or "").split()
        found = {
            getattr(one, "code"): one  # noqa: B009  # every such model has a code
            for one in self.model._default_manager.filter(code__in=codes)
        }
        for code in codes:
            if code not in found:
                raise ValueError(f"There is no {self.model._meta.verbose_name} “{code}”")
        return [found[code] for code in codes]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The codes, of a relation to such rows."""
        return "" if value is None else " ".join(value.values_list("code", flat=True))


class QuarterWidget(widgets.Widget):
    """A quarter, like 2015-16 Q4."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Quarter | None:
        """The quarter; empty is none."""
        return Quarter.parse(str(value)) if value else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is written."""
        return "" if value is None else str(value)


class YearWidget(widgets.Widget):
    """A financial year, like 2015-16."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int:
        """The year in which it starts."""
        return FinancialYear.parse(str(value or "")).start

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is written."""
        return str(FinancialYear(value))


class DayWidget(widgets.Widget):
    """A date, like 2016-04-14."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> dt.date | None:
        """The date; empty is none."""
        if not value or isinstance(value, dt.date):
            return value or None
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            raise ValueError(f"“{value}” is not a date: write it like 2016-04-14") from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is written."""
        return "" if value is None else value.isoformat()


class NumberWidget(widgets.Widget):
    """An exact number, without trailing noughts; empty is ``empty``."""

    def __init__(self, empty: Decimal | None = None) -> None:
        super().__init__()
        self.empty = empty

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """The number, as it was written."""
        if value is None or value == "":
            return self.empty
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(f"“{value}” is not a number")
        return number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """A number, so that a spreadsheet counts with it."""
        return None if value is None else Decimal(f"{value.normalize():f}")


class YesWidget(widgets.Widget):
    """``yes``, or empty."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """Whether it says yes; anything else but empty and no is refused."""
        said = str(value or "").lower()
        if said not in ("yes", "no", ""):
            raise ValueError(f"“{value}” is neither yes nor empty")
        return said == "yes"

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is written."""
        return "yes" if value else ""
