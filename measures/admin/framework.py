"""Administration pages for questions, measures, targets and series breaks."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from earlyhelp.core.pages.fields import NumberField
from measures.exchange.framework import (
    DataItemResource,
    MeasureResource,
    SeriesBreakResource,
    TargetResource,
    denominators_of,
)
from measures.models import DataItem, Measure, SeriesBreak, Target
from measures.permissions import MeasuresPermission
from teams.admin.base import Kept, KeptForm
from teams.exchange import ActionResource
from teams.quarters import FinancialYear


class FrameworkForm(KeptForm):
    """A row of the framework, saved as its file saves it; the page says which file."""

    resource: ActionResource

    def act(self, row: Any) -> None:
        """Through the action that keeps it, with the rows that are chosen on the form."""
        lists = {
            name: list(value)
            for name, value in self.cleaned_data.items()
            if isinstance(value, list | QuerySet)
        }
        self.resource.warnings.clear()  # of the rehearsal
        self.resource.act(row, lists, by=self.by, reason=self.reason)


class Framework(Kept):
    """Kept by those who keep the framework."""

    kept_by = MeasuresPermission.KEEP_FRAMEWORK
    form = FrameworkForm

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which needs to know its file."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.resource = self.resource_classes[0]()
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the action, with its warnings."""
        super().save_model(request, obj, form, change)
        self.warn(request, form.resource.warnings)


class DataItemForm(FrameworkForm):
    """A question and the kinds of team it is asked of."""

    class Meta:
        model = DataItem
        fields = [
            "code", "name", "group", "timing", "decimals", "counts", "distinct", "part_of",
            "team_types", "definition", "from_quarter", "to_quarter", "also_called",
            "protect",
        ]  # fmt: skip
        widgets = {"team_types": forms.CheckboxSelectMultiple()}


@admin.register(DataItem)
class DataItemPages(Framework):
    """Questions: what teams are asked."""

    form = DataItemForm
    resource_classes = [DataItemResource]
    list_display = ["name", "code", "group", "timing", "decimals", "from_quarter", "to_quarter"]
    list_filter = ["group", "timing", "team_types"]
    search_fields = ["name", "code", "definition"]


class MeasureForm(FrameworkForm):
    """A measure and what it is divided by."""

    denominators = forms.ModelMultipleChoiceField(
        DataItem.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="Added up; none for a count",
    )

    class Meta:
        model = Measure
        fields = [
            "code", "name", "heading", "numerator", "scale", "good", "decimals", "definition",
            "also_called", "rest",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["denominators"] = denominators_of(self.instance)

    def clean_denominators(self) -> list[DataItem]:
        """What was there already keeps its order, and what is new comes after it."""
        was: list[DataItem] = self.initial["denominators"]
        chosen = self.cleaned_data["denominators"]
        return [item for item in was if item in chosen] + [one for one in chosen if one not in was]


@admin.register(Measure)
class MeasurePages(Framework):
    """Measures: how what was counted is reported."""

    form = MeasureForm
    resource_classes = [MeasureResource]
    list_display = ["name", "code", "heading", "numerator", "scale", "good", "decimals"]
    list_filter = ["heading", "good"]
    list_select_related = ["numerator"]
    search_fields = ["name", "code", "definition"]


class TargetForm(FrameworkForm):
    """What a measure should reach; changing one asks why."""

    year = forms.CharField(label="Financial year", help_text="Like 2016-17")
    target = NumberField(
        what="The target",
        decimals=4,
        whole_digits=8,
        error_messages={"required": "Enter the target, like 85"},
    )
    close_within = NumberField(
        what="Close within",
        decimals=4,
        whole_digits=8,
        initial=0,
        help_text=Target._meta.get_field("close_within").help_text,
        error_messages={"required": "Enter how far from the target is still close, like 5"},
    )

    class Meta:
        error_messages = {
            "close_within": {"required": "Enter how far from the target is still close, like 5"}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["year"] = str(self.instance.financial_year)

    def clean_year(self) -> int:
        """The year in which it starts."""
        try:
            return FinancialYear.parse(self.cleaned_data["year"]).start
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


@admin.register(Target)
class TargetPages(Framework):
    """Targets for a financial year."""

    form = TargetForm
    resource_classes = [TargetResource]
    list_display = ["measure", "financial_year", "locality", "target", "close_within"]
    list_filter = ["year", "locality"]
    list_select_related = ["measure", "locality"]
    search_fields = ["measure__name", "measure__code"]


@admin.register(SeriesBreak)
class SeriesBreakPages(Framework):
    """Quarters from which a question's figures do not compare with earlier ones."""

    resource_classes = [SeriesBreakResource]
    list_display = ["item", "quarter", "reason"]
    list_select_related = ["item"]
    search_fields = ["item__name", "item__code", "reason"]
