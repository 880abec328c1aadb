"""Administration pages for questions, measures, targets and series breaks."""

from typing import Any

from django import forms
from django.contrib import admin

from measures.exchange.framework import (
    DataItemResource,
    MeasureResource,
    SeriesBreakResource,
    TargetResource,
    denominators_of,
)
from measures.framework import actions as framework
from measures.models import DataItem, Measure, SeriesBreak, Target
from measures.permissions import MeasuresPermission
from teams.admin.base import Kept, KeptForm
from teams.quarters import FinancialYear


class Framework(Kept):
    """Kept by those who keep the framework."""

    kept_by = MeasuresPermission.KEEP_FRAMEWORK


class DataItemForm(KeptForm):
    """A question and the kinds of team it is asked of."""

    class Meta:
        model = DataItem
        fields = [
            "code", "name", "group", "timing", "decimals", "counts", "distinct", "part_of",
            "team_types", "definition", "from_quarter", "to_quarter",
        ]  # fmt: skip
        widgets = {"team_types": forms.CheckboxSelectMultiple()}

    def act(self, row: DataItem) -> None:
        """Through the action that keeps questions."""
        framework.keep_item(
            row,
            team_types=list(self.cleaned_data["team_types"]),
            by=self.by,
            reason=self.reason,
        )


@admin.register(DataItem)
class DataItemPages(Framework):
    """Questions: what teams are asked."""

    form = DataItemForm
    resource_classes = [DataItemResource]
    list_display = ["name", "code", "group", "timing", "decimals", "from_quarter", "to_quarter"]
    list_filter = ["group", "timing", "team_types"]
    search_fields = ["name", "code", "definition"]


class MeasureForm(KeptForm):
    """A measure and what it is divided by."""

    denominators = forms.ModelMultipleChoiceField(
        DataItem.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="Added up; none for a count",
    )

    class Meta:
        model = Measure
        fields = ["code", "name", "heading", "numerator", "scale", "good", "decimals", "definition"]

    field_order = ["code", "name", "heading", "numerator", "denominators"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._divisors = denominators_of(self.instance)
        self.initial["denominators"] = self._divisors

    def act(self, row: Measure) -> None:
        """Through the action that keeps measures; denominators keep their order."""
        chosen = list(self.cleaned_data["denominators"])
        kept = [item for item in self._divisors if item in chosen]
        framework.keep_measure(
            row,
            denominators=kept + [item for item in chosen if item not in kept],
            by=self.by,
            reason=self.reason,
        )


@admin.register(Measure)
class MeasurePages(Framework):
    """Measures: how what was counted is reported."""

    form = MeasureForm
    resource_classes = [MeasureResource]
    list_display = ["name", "code", "heading", "numerator", "scale", "good", "decimals"]
    list_filter = ["heading", "good"]
    list_select_related = ["numerator"]
    search_fields = ["name", "code", "definition"]


class YearField(forms.CharField):
    """A financial year, like 2016-17."""

    def prepare_value(self, value: Any) -> Any:
        """As it is written."""
        return str(FinancialYear(value)) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        """The year in which it starts."""
        if value in self.empty_values:
            return None
        try:
            return FinancialYear.parse(str(value)).start
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is written."""
        return bool(self.prepare_value(initial) != data)


class TargetForm(KeptForm):
    """What a measure should reach; changing one asks why."""

    year = YearField(label="Financial year", help_text="Like 2016-17")

    class Meta:
        model = Target
        fields = ["measure", "year", "locality", "target", "close_within"]

    field_order = ["measure", "year", "locality", "target", "close_within", "why"]

    def act(self, row: Target) -> None:
        """Through the action that sets targets."""
        framework.set_target(row, by=self.by, reason=self.reason)


@admin.register(Target)
class TargetPages(Framework):
    """Targets for a financial year."""

    form = TargetForm
    resource_classes = [TargetResource]
    list_display = ["measure", "financial_year", "locality", "target", "close_within"]
    list_filter = ["year", "locality"]
    list_select_related = ["measure", "locality"]
    search_fields = ["measure__name", "measure__code"]


class SeriesBreakForm(KeptForm):
    """From which quarter on, and what readers are told."""

    class Meta:
        model = SeriesBreak
        fields = ["item", "quarter", "reason"]

    def act(self, row: SeriesBreak) -> None:
        """Through the action that keeps breaks."""
        framework.keep_break(row, by=self.by, reason=self.reason)


@admin.register(SeriesBreak)
class SeriesBreakPages(Framework):
    """Quarters from which a question's figures do not compare with earlier ones."""

    form = SeriesBreakForm
    resource_classes = [SeriesBreakResource]
    list_display = ["item", "quarter", "reason"]
    list_select_related = ["item"]
    search_fields = ["item__name", "item__code", "reason"]
