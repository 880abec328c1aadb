"""The framework as files: the same columns as a council folder's."""

from decimal import Decimal
from typing import Any

from import_export.fields import Field

from measures.framework import actions as framework
from measures.models import DataItem, Measure, ReportingQuarter, SeriesBreak, Target
from teams.admin.files import (
    ByCode,
    CodesWidget,
    NumberWidget,
    QuarterWidget,
    Sheet,
    YearWidget,
    YesWidget,
)
from teams.authority import Actor
from teams.models import Locality, TeamType


class CodesField(Field):
    """Several rows by their codes: the action saves them with the row."""

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Only looked up here, so that an unknown code is an error of its column."""
        self.clean(row)

    def get_value(self, instance: Any) -> Any:
        """The codes as they stand; a row that is not saved yet has none."""
        return None if instance.pk is None else super().get_value(instance)


class DataItemSheet(Sheet):
    """data_items.csv."""

    part_of = Field("part_of", "part_of", ByCode(DataItem))
    team_types = CodesField("team_types", "team_types", CodesWidget(TeamType))
    from_quarter = Field("from_quarter", "from_quarter", QuarterWidget())
    to_quarter = Field("to_quarter", "to_quarter", QuarterWidget())
    distinct = Field("distinct", "distinct", YesWidget())

    class Meta:
        model = DataItem
        fields = (
            "code", "name", "group", "timing", "decimals", "part_of", "team_types",
            "definition", "from_quarter", "to_quarter", "counts", "distinct",
        )  # fmt: skip
        import_id_fields = ("code",)

    def act(self, row: DataItem, cells_of: dict[str, Any], *, by: Actor, reason: str) -> bool:
        """A question with the kinds of team it is asked of; a missing column changes nothing."""
        if "team_types" in cells_of:
            asked = self.fields["team_types"].clean(cells_of)
        else:
            asked = list(row.team_types.all()) if row.pk else []
        return framework.keep_item(row, team_types=asked, by=by, reason=reason)


class MeasureSheet(Sheet):
    """measures.csv."""

    numerator = Field("numerator", "numerator", ByCode(DataItem))
    denominators = CodesField("denominators", "denominators", CodesWidget(DataItem))

    class Meta:
        model = Measure
        fields = (
            "code", "name", "heading", "numerator", "denominators", "scale", "good",
            "decimals", "definition",
        )  # fmt: skip
        import_id_fields = ("code",)

    def dehydrate_denominators(self, measure: Measure) -> str:
        """In the order in which they are added up."""
        if measure.pk is None:
            return ""
        return " ".join(measure.denominator_items.values_list("item__code", flat=True))

    def act(self, row: Measure, cells_of: dict[str, Any], *, by: Actor, reason: str) -> bool:
        """A measure with its denominators; a missing column changes nothing."""
        if "denominators" in cells_of:
            divisors = self.fields["denominators"].clean(cells_of)
        else:
            divisors = denominators_of(row)
        return framework.keep_measure(row, denominators=divisors, by=by, reason=reason)


def denominators_of(measure: Measure) -> list[DataItem]:
    """A measure's denominators in the order in which they are added up."""
    if measure.pk is None:
        return []
    return [one.item for one in measure.denominator_items.select_related("item")]


class TargetSheet(Sheet):
    """targets.csv."""

    measure = Field("measure", "measure", ByCode(Measure))
    year = Field("year", "financial_year", YearWidget())
    locality = Field("locality", "locality", ByCode(Locality))
    target = Field("target", "target", NumberWidget())
    close_within = Field("close_within", "close_within", NumberWidget(Decimal(0)))

    class Meta:
        model = Target
        fields = ("measure", "year", "locality", "target", "close_within")
        import_id_fields = ("measure", "year", "locality")

    def act(self, row: Target, cells_of: dict[str, Any], *, by: Actor, reason: str) -> bool:
        """Changing one needs a reason, which stands on the first page."""
        return framework.set_target(row, by=by, reason=reason)


class SeriesBreakSheet(Sheet):
    """series_breaks.csv."""

    item = Field("item", "item", ByCode(DataItem))
    quarter = Field("quarter", "quarter", QuarterWidget())

    class Meta:
        model = SeriesBreak
        fields = ("item", "quarter", "reason")
        import_id_fields = ("item", "quarter")

    def act(self, row: SeriesBreak, cells_of: dict[str, Any], *, by: Actor, reason: str) -> bool:
        """Added or reworded."""
        return framework.keep_break(row, by=by, reason=reason)


class QuarterSheet(Sheet):
    """quarters.csv, out only: quarters are opened and closed on the site's own pages."""

    quarter = Field("quarter", "quarter", QuarterWidget())

    class Meta:
        model = ReportingQuarter
        fields = ("quarter", "due_on", "state")
