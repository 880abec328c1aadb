"""Questions, measures, targets, breaks, teams and moves as they are typed, in words.

The boxes of a form are called as the fields of its row; what the row cannot hold itself
(the kinds of team that are asked, what a measure is divided by) is a list of rows.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, ClassVar

from crispy_forms_gds.layout import Button, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from earlyhelp.core.pages.fields import DayField, NumberField, laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from measures.models import DataItem, Heading, Measure, Protect, Target, Timing
from teams.models import Locality, Team, TeamType
from teams.quarters import FinancialYear, QuarterBox

NOT_OF_THE_ROW = (*BROUGHT_BACK, "why")
_NAMES_NOBODY = "Do not name a child or a family: everybody who keeps this can read it."


def text(label: str, hint: str = "", *, missing: str = "", longest: int = 200) -> forms.CharField:
    """A line of text; it has to be filled in where it says what is ``missing``."""
    messages = {"required": missing, "max_length": f"{label} must be {longest} characters or less"}
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(missing),
        max_length=longest,
        error_messages=messages,
    )


def paragraph(label: str, hint: str = "", *, missing: str = "") -> forms.CharField:
    """Several lines of text."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(missing),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


def code(example: str) -> forms.SlugField:
    """The code by which files name a row."""
    return forms.SlugField(
        label="Code",
        help_text=f"Files name it by this, like {example}. It stays when the words change.",
        max_length=60,
        error_messages={
            "required": f"Enter a code, like {example}",
            "invalid": "Code must be letters, digits and hyphens",
            "max_length": "Code must be 60 characters or less",
        },
    )


def one_of(label: str, choices: Any, missing: str, hint: str = "") -> forms.TypedChoiceField:
    """One of a few, as radio buttons."""
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


def row_of(
    model: type[models.Model], label: str, hint: str = "", *, missing: str = "", none: str = ""
) -> forms.ModelChoiceField:
    """One row of another kind; ``none`` is what it says where there need not be one."""
    return forms.ModelChoiceField(
        model._default_manager.all(),
        label=label,
        help_text=hint,
        required=bool(missing),
        empty_label=none or "Select one",
        error_messages={"required": missing, "invalid_choice": missing or "Select from the list"},
    )


def rows_of(
    model: type[models.Model], label: str, hint: str = "", *, missing: str = ""
) -> forms.ModelMultipleChoiceField:
    """Several rows of another kind, to tick."""
    return forms.ModelMultipleChoiceField(
        model._default_manager.all(),
        label=label,
        help_text=hint,
        required=bool(missing),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": missing},
    )


class YearField(forms.CharField):
    """A financial year, as it is written; cleaned, the year in which it starts."""

    def clean(self, value: Any) -> Any:
        """The year."""
        typed = super().clean(value)
        try:
            return FinancialYear.parse(typed).start
        except ValueError as wrong:
            raise ValidationError(str(wrong)) from wrong


def quarter(label: str, hint: str = "", *, missing: str = "") -> QuarterBox:
    """A quarter, like 2016-17 Q1."""
    return QuarterBox(
        label=label,
        help_text=hint or "Like 2016-17 Q1.",
        required=bool(missing),
        error_messages={"required": missing},
    )


def number(label: str, hint: str = "", *, missing: str = "") -> NumberField:
    """A number of up to four decimals."""
    return NumberField(
        what=label,
        decimals=4,
        whole_digits=8,
        label=label,
        help_text=hint,
        required=bool(missing),
        error_messages={"required": missing},
    )


class KeptRowForm(VersionedForm):
    """A row that is kept, with why it changes; ``row`` is None for one that is new."""

    why = paragraph("Why (optional)", f"Kept in the history. {_NAMES_NOBODY}")

    not_compared: ClassVar[Collection[str]] = NOT_OF_THE_ROW
    boxes: ClassVar[Collection[Any]] = ()
    # Fields that hold several rows: their names, and how a row gives them.
    lists: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, row: Any, button: str, preview: bool, **kwargs: Any) -> None:
        initial = {} if row is None else self.typed_of(row) | {"version": row.version}
        super().__init__(*args, initial=initial, **kwargs)
        brought_back = () if row is None else BROUGHT_BACK
        for name in set(BROUGHT_BACK) - set(brought_back):
            del self.fields[name]
        self.helper = laid_out(*self.boxes, "why", *brought_back, button=button)
        # The button beside what is seen before it is saved stands outside the form.
        self.helper.form_id = "kept"
        if preview:
            look = Button.secondary("preview", "See it before you save")
            self.helper.layout = Layout(*self.helper.layout.fields, look)

    @classmethod
    def typed_of(cls, row: Any) -> dict[str, Any]:
        """What the boxes say of a row."""
        columns = {
            name: row.serializable_value(name)
            for name in cls.base_fields
            if name not in NOT_OF_THE_ROW and name not in cls.lists
        }
        return columns | {name: [one.pk for one in of(row)] for name, of in cls.lists.items()}

    @classmethod
    def labels(cls) -> dict[str, str]:
        """What the history calls the fields: as here, without what only helps to fill them in."""
        called = {
            name: str(box.label).partition(":")[0].removesuffix(" (optional)").removesuffix("?")
            for name, box in cls.base_fields.items()
        }
        return called | {"position": "Place"}

    @classmethod
    def readers(cls) -> dict[str, Callable[[Any], str]]:
        """How the history reads values; those of a list stand there by their codes, unnamed."""
        found = {name: _reader(box) for name, box in cls.base_fields.items()}
        for name in cls.lists:
            box = cls.base_fields[name]
            named = {one.code: str(one) for one in box.queryset.all()}  # type: ignore[attr-defined]
            found[""] = partial(_named, named)
        return found | {"position": lambda value: "" if value is None else str(int(value) + 1)}

    def fill(self, row: Any) -> dict[str, list[Any]]:
        """Put what was typed into a row, and give the lists that it does not hold itself."""
        lists: dict[str, list[Any]] = {}
        for name, value in self.cleaned_data.items():
            if name in self.lists:
                lists[name] = list(value)
            elif name not in NOT_OF_THE_ROW:
                setattr(row, name, value)
        return lists


def _reader(box: forms.Field) -> Callable[[Any], str]:
    """How a box reads a value: as its choice says, or none of the rows that it offers."""
    if isinstance(box, forms.ModelChoiceField):
        none = "" if box.required else str(box.empty_label or "")
        return partial(_named, {"": none})
    if isinstance(box, forms.ChoiceField):
        return partial(_named, {str(value): str(label) for value, label in box.choices})  # type: ignore[misc, union-attr]
    return partial(_named, {})


def _named(names: Mapping[str, str], value: Any) -> str:
    return names.get("" if value is None else str(value), "")


class KeptQuestionForm(KeptRowForm):
    """A question and who is asked it."""

    name = text("Question", "As teams read it.", missing="Enter the question")
    code = code("open-cases")
    group = text(
        "Part of the return", "Like Cases: questions of one part stand together.",
        missing="Enter the part of the return it stands in", longest=100,
    )  # fmt: skip
    definition = paragraph(
        "What counts, and what does not", missing="Enter what counts and what does not"
    )
    also_called = text(
        "Also called (optional)", "Other names in reports, separated by semicolons.", longest=500
    )
    counts = text("What it counts, in the plural", "Like cases, families, surveys.", longest=60)
    distinct = forms.BooleanField(
        label="It counts different people, each once in the quarter: quarters are never added up",
        required=False,
    )
    protect = forms.ChoiceField(
        label="Are small numbers hidden from board members?",
        choices=[("", "Yes if it counts children, families, people or cases"), *Protect.choices],
        required=False,
    )
    timing = one_of(
        "When it is counted",
        [
            (Timing.SNAPSHOT, "On the quarter's last day, like open cases"),
            (Timing.FLOW, "Over the quarter, like cases closed"),
        ],
        "Select when it is counted",
    )
    decimals = forms.TypedChoiceField(
        label="How it is written",
        choices=[(0, "Whole numbers"), (1, "One decimal"), (2, "Two decimals")],
        coerce=int,
        error_messages={"required": "Select how it is written"},
    )
    part_of = row_of(
        DataItem, "It cannot exceed", "Surveys that say so cannot exceed surveys received.",
        none="Nothing: it stands alone",
    )  # fmt: skip
    team_types = rows_of(TeamType, "Asked of", "From the next quarter that is opened.")
    from_quarter = quarter("First quarter (optional)", "Like 2016-17 Q1. Empty: from the start.")
    to_quarter = quarter("Last quarter (optional)", "Like 2016-17 Q4. Empty: it goes on.")

    boxes = (
        *("name", "code", "also_called", "group", "definition", "counts"),
        *("distinct", "protect", "timing", "decimals", "part_of", "team_types"),
        *("from_quarter", "to_quarter"),
    )
    lists: ClassVar = {"team_types": lambda row: row.team_types.all()}


class KeptMeasureForm(KeptRowForm):
    """A measure: how many, or how many of every so many."""

    name = text("Measure", "As a board member reads it.", missing="Enter what it is called")
    code = code("listened-to")
    also_called = text(
        "Also called (optional)", "Other names in reports, separated by semicolons.", longest=500
    )
    heading = one_of("Heading", Heading.choices, "Select a heading")
    scale = forms.TypedChoiceField(
        label="What it says",
        choices=[
            (Measure.Scale.ONE, "How many, or how many for each one (an average)"),
            (Measure.Scale.PERCENT, "How many of every 100"),
            (Measure.Scale.PER_THOUSAND, "How many for every 1,000"),
            (Measure.Scale.PER_TEN_THOUSAND, "How many for every 10,000"),
            (Measure.Scale.PER_HUNDRED_THOUSAND, "How many for every 100,000"),
        ],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it says"},
    )
    numerator = row_of(DataItem, "How many of what", missing="Select the question that is counted")
    denominators = rows_of(
        DataItem, "Out of what", "Several are added up. None: it is a plain number."
    )
    good = one_of("Which way is better", Measure.Good.choices, "Select which way is better")
    decimals = forms.TypedChoiceField(
        label="Decimals that are shown",
        choices=[(places, str(places)) for places in range(5)],
        coerce=int,
        error_messages={"required": "Select how many decimals are shown"},
    )
    rest = forms.BooleanField(
        label="Those who are left over say something about people too: a small rest is hidden",
        required=False,
    )
    definition = paragraph("What it means (optional)")

    boxes = (
        *("name", "code", "also_called", "heading", "scale", "numerator"),
        *("denominators", "good", "decimals", "rest", "definition"),
    )
    lists: ClassVar = {
        "denominators": lambda row: [
            link.item for link in row.denominator_items.select_related("item")
        ]
    }

    def clean_denominators(self) -> list[DataItem]:
        """What was there already keeps its order, and what is new comes after it."""
        was: list[int] = self.initial.get("denominators", [])
        chosen = {item.pk: item for item in self.cleaned_data["denominators"]}
        return [chosen[pk] for pk in sorted(chosen, key=lambda pk: (pk not in was, _at(was, pk)))]


def _at(listed: list[int], pk: int) -> int:
    return listed.index(pk) if pk in listed else 0


class KeptTargetForm(KeptRowForm):
    """What a measure should reach in a year."""

    measure = row_of(Measure, "Measure", missing="Select a measure")
    year = YearField(
        label="Financial year",
        help_text="Like 2016-17.",
        error_messages={"required": "Enter a financial year, like 2016-17"},
    )
    locality = row_of(
        Locality, "Where", "A locality without a target of its own takes that of the whole area "
        "where the measure is a ratio.", none="The whole area",
    )  # fmt: skip
    target = number("Target", "In the measure's own units, like 85.", missing="Enter the target")
    close_within = number(
        "Close is within", "So many of the measure's own units, like 2.",
        missing="Enter how near counts as close, or 0",
    )  # fmt: skip

    boxes = ("measure", "year", "locality", "target", "close_within")

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        if row is not None:  # the old one stays on record, with why
            self.fields["why"].label = "Why it changes"

    @classmethod
    def typed_of(cls, row: Target) -> dict[str, Any]:
        """The year as it is written."""
        return super().typed_of(row) | {"year": str(row.financial_year)}


class KeptSeriesBreakForm(KeptRowForm):
    """A quarter from which a question's figures do not compare with earlier ones."""

    item = row_of(DataItem, "Question", missing="Select a question")
    quarter = quarter("Not comparable from", missing="Enter a quarter, like 2016-17 Q1")
    reason = text(
        "Why", "Readers see it: “a new recording system”.",
        missing="Enter why earlier figures do not compare",
    )  # fmt: skip

    boxes = ("item", "quarter", "reason")


class KeptTeamForm(KeptRowForm):
    """A team that makes returns."""

    name = text("Team", missing="Enter what the team is called")
    code = code("north-1")
    type = row_of(TeamType, "Kind of team", missing="Select a kind of team")
    locality = row_of(
        Locality, "First locality", "Where it was at first. Later moves are kept apart.",
        none="None: it counts for the whole area",
    )  # fmt: skip
    opened = DayField(what="the day it opened", label="Opened (optional)", required=False)
    closed = DayField(what="the last open day", label="Last open day (optional)", required=False)
    successor = row_of(Team, "Followed by", "The team that goes on with its work.", none="Nobody")

    boxes = ("name", "code", "type", "locality", "opened", "closed", "successor")


class KeptMoveForm(KeptRowForm):
    """A team's move to another locality."""

    team = row_of(Team, "Team", missing="Select a team")
    locality = row_of(Locality, "Moves to", missing="Select a locality")
    from_quarter = quarter("From", missing="Enter a quarter, like 2016-17 Q1")

    boxes = ("team", "locality", "from_quarter")


class KeptNamedForm(KeptRowForm):
    """Something with a name and a code: a locality, a kind of team."""

    name = text("Name", missing="Enter a name")
    code = code("north")

    boxes = ("name", "code")


class DiscardForm(forms.Form):
    """Why a row is deleted."""

    why = paragraph(
        "Why it is deleted", f"Kept in the history. {_NAMES_NOBODY}",
        missing="Enter why it is deleted",
    )  # fmt: skip

    def __init__(self, data: Any, *, button: str, action: str) -> None:
        super().__init__(data, auto_id="id_delete_%s")
        self.helper = laid_out("why", button=button, action=action, secondary=True)
