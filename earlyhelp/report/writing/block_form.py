"""What is typed about a block: the boxes that each kind has, and how a block keeps them."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from audits.models import Round
from audits.plan.models import Plan
from earlyhelp.core.pages.fields import NumberField, laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from earlyhelp.report.models import BlockKind, Report, ReportBlock, ReportSource
from earlyhelp.report.writing.forms import LONGEST
from measures.models import Heading, Measure
from teams.models import Locality

Choices = list[tuple[str, str]]

_WORDS = ("text", "source")
_BOXES: dict[BlockKind, tuple[str, ...]] = {
    BlockKind.FRAMEWORK: ("title", "headings", "measures", "areas"),
    BlockKind.QUARTERS: ("title", "measures", "areas"),
    BlockKind.CHART: ("measures", "areas"),
    BlockKind.MEASURE: ("measures",),
    BlockKind.AUDIT: ("audit_round",),
    BlockKind.PLAN: ("year",),
    BlockKind.RESPONSE: ("year",),
    BlockKind.QUOTE: ("text", "who", "given", "count", "consent", "source"),
    BlockKind.FIRST_PAGE: ("text", "measures"),
    BlockKind.SOURCES: (),
    BlockKind.FIGURES: (),
}

# What a block keeps beside its own columns: the name there of what stands in a box.
_KEPT = {
    **{name: name for name in ("title", "headings", "measures", "areas", "year")},
    **{name: name for name in ("who", "count", "consent")},
    "audit_round": "round",
    "given": "period",
}


# What says nothing of the whole framework: nobody reads thirty charts in a row.
_OF_CHOSEN = (BlockKind.CHART, BlockKind.MEASURE)


def boxes_of(kind: str) -> tuple[str, ...]:
    """The boxes that a kind of block has, besides where it stands."""
    return _BOXES.get(BlockKind(kind), _WORDS)


def initial_of(block: ReportBlock) -> dict[str, Any]:
    """What stands in the boxes of a block; nothing is asked of the database."""
    data = block.data_of
    own = {"text": block.text, "position": block.position, "source": block.source_id}
    return {
        **own,
        "version": block.version,
        **{box: data[name] for box, name in _KEPT.items() if name in data},
    }


def block_values(block: ReportBlock, typed: dict[str, Any]) -> dict[str, Any]:
    """What is typed as the fields of a block; a box that is left empty keeps nothing."""
    kept = {name: typed[box] for box, name in _KEPT.items() if box in typed}
    data = {**block.data_of, **kept}
    names = ("text", "source", "position")
    return {"data": {name: value for name, value in data.items() if value}} | {
        name: typed[name] for name in names if name in typed
    }


def _measures() -> Choices:
    return list(Measure.objects.order_by("position", "code").values_list("code", "name"))


def _areas() -> Choices:
    return list(Locality.objects.values_list("code", "name"))


def _rounds() -> Choices:
    return [("", "None yet"), *((one.code, str(one)) for one in Round.objects.order_by("-starts"))]


def _years() -> Choices:
    years = [str(one.financial_year) for one in Plan.objects.all()]
    return [("", "The one that goes with the report"), *zip(years, years, strict=True)]


_OFFERED: dict[str, Callable[[], Choices]] = {
    "headings": lambda: list(Heading.choices),
    "measures": _measures,
    "areas": _areas,
    "audit_round": _rounds,
    "year": _years,
}


def _to_tick(label: str, hint: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, help_text=hint, required=False, widget=forms.CheckboxSelectMultiple
    )


class BlockForm(VersionedForm):
    """A block's words, what it places, and where it stands in its section.

    Whoever ``lays_out`` the section says where it stands, and which source its numbers have.
    """

    text = forms.CharField(
        label="Text",
        required=False,
        max_length=LONGEST,
        strip=False,
        help_text="A number from the data stands between double braces: {{helped last year}}. "
        "A source stands after the number: {{source census}}",
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
    )
    title = forms.CharField(
        label="Title", required=False, max_length=200, help_text="Left empty, it says what it shows"
    )
    headings = _to_tick("Headings", "None ticked: all of them")
    measures = _to_tick("Measures", "None ticked: the whole framework")
    areas = _to_tick("Localities", "Several are added up. None ticked: the whole area")
    audit_round = forms.ChoiceField(label="Round of audits", required=False)
    year = forms.ChoiceField(label="Year of the plan", required=False)
    who = forms.CharField(
        label="Who said it",
        required=False,
        max_length=200,
        help_text="Not by name, for example “A mother of three”",
    )
    given = forms.CharField(
        label="When", required=False, max_length=60, help_text="For example, February 2016"
    )
    count = NumberField(
        what="How many said so",
        label="How many said so, if others did too",
        whole_digits=4,
        required=False,
    )
    consent = forms.BooleanField(
        label="They agreed to be printed in this report: it is not approved without that",
        required=False,
    )
    source = forms.ModelChoiceField(
        ReportSource.objects.none(),
        label="One source for every number here",
        required=False,
        empty_label="None",
    )
    position = NumberField(what="Position", label="Position", whole_digits=4)

    def __init__(
        self, *args: Any, report: Report, kind: str, lays_out: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        source: Any = self.fields["source"]
        source.queryset = report.sources.order_by("id")
        laying_out = {"source", "position"}
        boxes = [*boxes_of(kind), "position"]
        boxes = boxes if lays_out else [one for one in boxes if one not in laying_out]
        for name in {*_KEPT, *_WORDS, "position"} - set(boxes):
            del self.fields[name]
        for name in _OFFERED.keys() & set(boxes):
            field: Any = self.fields[name]
            field.choices = _with(_OFFERED[name](), self.initial.get(name))
        if kind in _OF_CHOSEN:
            self.fields["measures"].help_text = "None ticked: it shows nothing yet"
        self.helper = laid_out(*boxes, *BROUGHT_BACK, button="Save")
        # Buttons beside it belong to it by this name.
        self.helper.form_id = "writing"

    def clean_measures(self) -> list[str]:
        """Those that stood there in their order, then the others in the framework's."""
        ticked: list[str] = self.cleaned_data["measures"]
        before: list[str] = self.initial.get("measures", [])
        return sorted(ticked, key=lambda one: before.index(one) if one in before else len(before))


def _with(offered: Choices, there: Iterable[str] | str | None) -> Choices:
    """What is offered, and what a block names that is not: it stays until it is taken away."""
    named = [there] if isinstance(there, str) else list(there or ())
    known = {code for code, _ in offered}
    return [*offered, *((one, one) for one in named if one not in known)]
