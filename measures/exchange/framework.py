"""The framework as files: questions, measures, targets, series breaks, quarters (files.md)."""

from decimal import Decimal
from typing import Any

from import_export.fields import Field

from earlyhelp.core.files.tables import Row
from earlyhelp.core.files.widgets import ExactWidget, Indexes, ReferencesWidget, WholeWidget
from measures.framework import actions
from measures.framework.parts import broken_by_coming
from measures.models import DataItem, Measure, ReportingQuarter, SeriesBreak, Target
from teams.authority import AnyActor
from teams.exchange import ActionResource, Lists, QuarterWidget, YearWidget

_RATIO_DECIMALS = 1


class DataItemResource(ActionResource):
    """data_items.csv."""

    noun = "data item"
    optional = frozenset({"counts", "distinct", "also_called", "protect"})
    own_reference = "part_of"

    decimals = Field("decimals", "decimals", WholeWidget(range(3), empty=0))

    class Meta:
        model = DataItem
        fields = (
            *("code", "name", "group", "timing", "decimals", "part_of", "team_types"),
            *("definition", "from_quarter", "to_quarter", "counts", "distinct"),
            *("also_called", "protect"),
        )
        import_id_fields = ("code",)

    def listed(self, instance: DataItem) -> dict[str, list[Any]]:
        """The kinds of team that are asked it."""
        return {"team_types": list(instance.team_types.all()) if instance.pk else []}

    def act(self, row: DataItem, lists: Lists, *, by: AnyActor, reason: str) -> bool:
        """A question with the kinds of team it is asked of; a missing column changes nothing.

        Warns of the returns that break a part-of rule already when it comes.
        """
        asked = (self.listed(row) | lists)["team_types"]
        broken = broken_by_coming(row)
        changed = actions.keep_item(row, team_types=asked, by=by, reason=reason)
        self.warnings += broken
        return changed


class MeasureResource(ActionResource):
    """measures.csv."""

    noun = "measure"
    optional = frozenset({"also_called", "rest"})

    denominators = Field("denominators", "denominators", ReferencesWidget(DataItem))
    scale = Field("scale", "scale", WholeWidget(Measure.Scale.values))
    decimals = Field("decimals", "decimals", WholeWidget(range(5)))

    class Meta:
        model = Measure
        fields = (
            *("code", "name", "heading", "numerator", "denominators", "scale", "good"),
            *("decimals", "definition", "also_called", "rest"),
        )
        import_id_fields = ("code",)

    def dehydrate_denominators(self, measure: Measure) -> str:
        """In the order in which they are added up."""
        return " ".join(item.code for item in denominators_of(measure))

    def read(self, row: Row, indexes: Indexes) -> dict[str, Any]:
        """A ratio says its scale; a count has none."""
        values = super().read(row, indexes)
        row.text("scale", needed=bool(row["denominators"]))
        return values

    def listed(self, instance: Measure) -> dict[str, list[Any]]:
        """What it is divided by."""
        return {"denominators": denominators_of(instance)}

    def act(self, row: Measure, lists: Lists, *, by: AnyActor, reason: str) -> bool:
        """A measure with its denominators; a missing column changes nothing.

        Empty decimals stand for the item's of a count, and for 1 of a ratio.
        """
        denominators = (self.listed(row) | lists)["denominators"]
        if row.scale is None and not denominators:
            row.scale = Measure.Scale.ONE
        if row.decimals is None:
            row.decimals = _RATIO_DECIMALS if denominators else row.numerator.decimals
        return actions.keep_measure(row, denominators=denominators, by=by, reason=reason)


def denominators_of(measure: Measure) -> list[DataItem]:
    """A measure's denominators in the order in which they are added up."""
    if measure.pk is None:
        return []
    return [link.item for link in measure.denominator_items.select_related("item")]


class TargetResource(ActionResource):
    """targets.csv; changing one needs a reason, which stands on the page of the import."""

    reason_in_folder = "Changed in the council folder."

    year = Field("year", "financial_year", YearWidget())
    close_within = Field(
        "close_within", "close_within", ExactWidget(4, whole_digits=8, empty=Decimal(0))
    )

    class Meta:
        model = Target
        fields = ("measure", "year", "locality", "target", "close_within")
        import_id_fields = ("measure", "year", "locality")

    def act(self, row: Target, lists: Lists, *, by: AnyActor, reason: str) -> bool:
        """Set or changed."""
        return actions.set_target(row, by=by, reason=reason)


class SeriesBreakResource(ActionResource):
    """series_breaks.csv."""

    class Meta:
        model = SeriesBreak
        fields = ("item", "quarter", "reason")
        import_id_fields = ("item", "quarter")


class QuarterResource(ActionResource):
    """quarters.csv; on the administration pages it only goes out, for it could open and close."""

    quarter = Field("quarter", "quarter", QuarterWidget())

    class Meta:
        model = ReportingQuarter
        fields = ("quarter", "due_on", "state")
        import_id_fields = ("quarter",)
