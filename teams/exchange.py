"""Files of rows in and out, as import-export resources; and the files of the organisation.

One resource says what stands in one file of a council folder (files.md): its columns, which of
them name a row, and the action that saves it. ``load_council`` and the administration pages
both read it, and its export is what either takes in again.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from import_export import resources
from import_export.fields import Field
from import_export.results import RowResult

from earlyhelp.core.files import spreadsheet_safety
from earlyhelp.core.files.tables import Row, fault_of
from earlyhelp.core.files.widgets import (
    CellWidget,
    ChoiceWidget,
    CodeWidget,
    DayWidget,
    ExactWidget,
    Indexes,
    ReferencesWidget,
    ReferenceWidget,
    TextWidget,
    YesWidget,
    refuse_odd_year,
)
from teams.actions import keep, place_last, plain
from teams.authority import AnyActor
from teams.models import Council, Locality, Placement, Team, TeamType
from teams.quarters import FinancialYear, Quarter, QuarterField

# The rows that a cell names by several codes, by the attribute of each such column in the file.
Lists = dict[str, list[Any]]


class QuarterWidget(CellWidget):
    """A quarter, like 2015-16 Q4."""

    def read(self, text: str) -> Quarter:
        """The quarter, in the years that a council can mean."""
        quarter = Quarter.parse(text)
        refuse_odd_year(quarter.year.start, "a quarter")
        return quarter


class YearWidget(CellWidget):
    """A financial year, like 2015-16, kept as the year in which it starts."""

    def read(self, text: str) -> int:
        """The year, one that a council can mean."""
        year = FinancialYear.parse(text).start
        refuse_odd_year(year, "a financial year")
        return year

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """As it is written."""
        return "" if value is None else str(FinancialYear(value))


_WIDGETS: dict[type[Any], type[CellWidget]] = {
    models.SlugField: CodeWidget,
    models.CharField: TextWidget,
    models.TextField: TextWidget,
    models.BooleanField: YesWidget,
    models.DateField: DayWidget,
    models.DecimalField: ExactWidget,
    models.ForeignKey: ReferenceWidget,
    models.ManyToManyField: ReferencesWidget,
    QuarterField: QuarterWidget,
}


class ActionResource(resources.ModelResource):
    """Rows of one model as a file; each is saved through the action that keeps it.

    ``noun`` is what the lists of problems call a row; ``optional`` columns may be left out of
    a folder's file; ``own_reference`` is the column that names another row of the same file;
    ``reason_in_folder`` goes on record where a folder changes a row. ``warnings`` collects what
    an action let through, and people should know.
    """

    noun: ClassVar[str] = ""
    optional: ClassVar[frozenset[str]] = frozenset()
    own_reference: ClassVar[str] = ""
    reason_in_folder: ClassVar[str] = ""
    between_keys: ClassVar[str] = " "

    class Meta:
        use_transactions = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = {field.attribute: field.column_name for field in self.get_import_fields()}
        self.key_columns = [self.fields[name].column_name for name in self.get_import_id_fields()]
        self._keys: set[tuple[str, ...]] = set()
        self._lists: dict[str, list[Any]] = {}
        self._wrote = False
        self.warnings: list[str] = []
        self._new: dict[str, dict[str, Any]] = {}

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: Any, readonly: bool) -> Field:
        """A column for a field of the model."""
        if django_field.choices:
            codes = [code for code, _ in django_field.choices]
            widget: CellWidget = ChoiceWidget(codes, needed=not django_field.blank)
        else:
            kinds = type(django_field).__mro__
            widget = next(_WIDGETS[kind] for kind in kinds if kind in _WIDGETS).for_field(
                django_field
            )
        return Field(field_name, field_name, widget, readonly=readonly)

    def act(self, row: Any, lists: Lists, *, by: AnyActor, reason: str) -> bool:
        """Save ``row`` through its action; gives whether anything was written."""
        return keep(row, by=by, reason=reason)

    # -- a table whose problems are all listed ----------------------------------------------

    def read(self, row: Row, indexes: Indexes) -> dict[str, Any]:
        """The values of a row by their attributes; what is wrong with it is reported.

        Cells with several references are looked at first, then the others in their order.
        """
        fields = self.get_import_fields()
        fields.sort(key=lambda field: not isinstance(field.widget, ReferencesWidget))
        return {
            field.attribute: field.widget.take(row, field.column_name, indexes)
            for field in fields
            if row.has(field.column_name)
        }

    def key(self, instance: Any) -> Any:
        """What tells a row from others: its code, or several values."""
        fields = [instance._meta.get_field(name) for name in self.get_import_id_fields()]
        values = tuple(getattr(instance, field.attname) for field in fields)
        return values[0] if len(values) == 1 else values

    def fill(self, values: Mapping[str, Any], present: Mapping[Any, Any]) -> tuple[Any, Lists]:
        """The instance that the values are about, new or present by its key; and the lists."""
        lists = {name: value for name, value in values.items() if isinstance(value, list)}
        fields = {name: value for name, value in values.items() if name not in lists}
        new = self._meta.model(**fields)
        instance = present.get(self.key(new), new)
        for name, value in fields.items():
            setattr(instance, name, value)
        return instance, lists

    def listed(self, instance: Any) -> Lists:
        """The rows that now stand in each cell that names several."""
        return {}

    def says_more(self, instance: Any, lists: Lists, was: Mapping[str, Any]) -> bool:
        """Whether a row says something else than ``was`` there, or than is listed there."""
        return plain(instance) != was or self.listed(instance) != self.listed(instance) | lists

    def label(self, row: Row) -> str:
        """What a row is called when it is said what was done with it."""
        return self.between_keys.join(filter(None, (row[name] for name in self.key_columns)))

    # -- import-export's own pages ----------------------------------------------------------

    def import_data(
        self,
        dataset: Any,
        dry_run: bool = False,
        raise_errors: bool = False,
        use_transactions: bool | None = None,
        collect_failed_rows: bool = False,
        rollback_on_validation_errors: bool = False,
        **kwargs: Any,
    ) -> Any:
        """All rows in one transaction, with the warnings; a rehearsal holds nobody up.

        import-export rehearses a whole file in one, which on SQLite stops everybody else.
        """
        if dry_run:
            result = self.import_data_inner(
                dataset, dry_run, raise_errors, False, collect_failed_rows, **kwargs
            )
        else:
            result = super().import_data(
                dataset,
                dry_run,
                raise_errors,
                use_transactions,
                collect_failed_rows,
                rollback_on_validation_errors,
                **kwargs,
            )
        result.warnings = self.warnings
        return result

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> Any:
        """One row; rehearsed with the new rows before it that it refers to, and taken back."""
        if not kwargs["dry_run"]:
            return super().import_row(row, instance_loader, **kwargs)
        as_it_came = dict(row)
        with transaction.atomic():
            seen, self._keys = self._keys, set()
            for earlier in self._referred_to(row):
                super().import_row(dict(earlier), instance_loader, **kwargs)
            self._keys = seen
            result = super().import_row(row, instance_loader, **kwargs)
            transaction.set_rollback(True)
        if result.is_new():
            self._new[as_it_came.get(self.key_columns[0], "")] = as_it_came
        return result

    def _referred_to(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """The new rows of this file that a row cannot do without, first things first."""
        found: list[dict[str, Any]] = []
        while (row := self._new.get(row.get(self.own_reference, ""), {})) and row not in found:
            found.insert(0, row)
        return found

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Refuse a column that is not ours."""
        known = self.columns.values()
        unknown = next((name for name in dataset.headers or [] if name not in known), None)
        if unknown is not None:
            raise ValueError(
                f"There is no column “{unknown}” here: the columns are {', '.join(known)}"
            )

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Refuse cells that hold no value, and the second row about the same thing."""
        faults = {column: fault for column, cell in row.items() if (fault := fault_of(cell))}
        if faults:
            raise ValidationError(faults)
        for column, cell in row.items():
            row[column] = spreadsheet_safety.unescape(cell)
        key = tuple(row.get(column, "") for column in self.key_columns)
        if key in self._keys:
            raise ValidationError(f"This is the second row about {' '.join(filter(None, key))}")
        self._keys.add(key)
        self._lists = {}

    def get_instance(self, instance_loader: Any, row: dict[str, Any]) -> Any:
        """The row as it is here; none where its key cannot be read, which is said later."""
        try:
            return super().get_instance(instance_loader, row)
        except ValueError:
            return None

    def import_field(
        self, field: Field, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any
    ) -> None:
        """A cell; several rows in one are the action's to save."""
        if not isinstance(field.widget, ReferencesWidget):
            super().import_field(field, instance, row, is_m2m, **kwargs)
        elif field.column_name in row:
            self._lists[field.attribute] = field.clean(row)

    def save_instance(
        self, instance: Any, is_create: bool, row: dict[str, Any], **kwargs: Any
    ) -> None:
        """Through the action, a new row last; a dry run is taken back by its transaction."""
        if is_create:
            place_last(instance)
        self._wrote = self.act(
            instance, self._lists, by=kwargs["by"], reason=kwargs.get("reason", "")
        )

    def save_m2m(self, obj: Any, row: dict[str, Any], **kwargs: Any) -> None:
        """Nothing is left to do: the action saved what hangs on the row as well."""

    def after_import_row(self, row: dict[str, Any], row_result: Any, **kwargs: Any) -> None:
        """A row that says what was there before is left alone, and said to be."""
        if row_result.import_type == RowResult.IMPORT_TYPE_UPDATE and not self._wrote:
            row_result.import_type = RowResult.IMPORT_TYPE_SKIP

    def export_resource(self, instance: Any, selected_fields: Any = None, **kwargs: Any) -> Any:
        """Cells that are safe to open."""
        return [
            spreadsheet_safety.escape(value) if isinstance(value, str) else value
            for value in super().export_resource(instance, selected_fields, **kwargs)
        ]


# -- the organisation -----------------------------------------------------------------------


class CouncilResource(ActionResource):
    """council.csv."""

    class Meta:
        model = Council
        fields = ("code", "name", "area_name")
        import_id_fields = ("code",)

    def read(self, row: Row, indexes: Indexes) -> dict[str, Any]:
        """The one council; another one is refused."""
        values = super().read(row, indexes)
        here = Council.objects.first()
        if here is not None and values["code"] not in ("", here.code):
            row.wrong("code", f"this database holds another council, “{here.code}”")
        return values


class LocalityResource(ActionResource):
    """localities.csv."""

    noun = "locality"

    class Meta:
        model = Locality
        fields = ("code", "name")
        import_id_fields = ("code",)


class TeamTypeResource(ActionResource):
    """team_types.csv."""

    noun = "team type"

    class Meta:
        model = TeamType
        fields = ("code", "name")
        import_id_fields = ("code",)


class TeamResource(ActionResource):
    """teams.csv; a team's moves between localities are a file of their own."""

    noun = "team"
    own_reference = "successor"

    class Meta:
        model = Team
        fields = ("code", "name", "type", "locality", "opened", "closed", "successor")
        import_id_fields = ("code",)


class PlacementResource(ActionResource):
    """placements.csv."""

    between_keys = " from "

    class Meta:
        model = Placement
        fields = ("team", "locality", "from_quarter")
        import_id_fields = ("team", "from_quarter")
