"""What a round is about, and its cases as they come in: pasted, in a file, or to draw from."""

import io
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.forms.models import model_to_dict
from django.utils.text import slugify

from audits.models import Round, RoundKind, Tool
from audits.rounds.actions import WRITTEN
from audits.rounds.case_list import CaseLine, CaseList, ListedTeams, read_list
from audits.rounds.exchange import listed_teams, read_file
from audits.workflow import ToolState
from earlyhelp.core.files.cells import MIB
from earlyhelp.core.pages.fields import DayField, NumberField, laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from teams.models import Team

LONGEST_NOTE = 2000
LONGEST_CODE = 60
LARGEST_FILE = 5 * MIB
LONGEST_LIST = 500_000
ERRORS_SHOWN = 50
_FILE_ENDINGS = (".csv", ".xlsx", ".ods")
# Words that addresses of rounds use for something else.
_TAKEN = {"new"}


class RoundForm(forms.Form):
    """Theme, kind, tool, period and the round it is compared with."""

    theme = forms.CharField(
        label="Theme",
        help_text="For example, “Under 11s casework”.",
        max_length=200,
        error_messages={
            "required": "Enter a theme for the round",
            "max_length": "Shorten the theme to 200 characters",
        },
    )
    period_name = forms.CharField(
        label="Period, as people call it",
        help_text="For example, “December 2015”.",
        max_length=60,
        error_messages={
            "required": "Enter which period the round looks at",
            "max_length": "Shorten the period to 60 characters",
        },
    )
    starts = DayField(what="the first day", label="First day of the period")
    ends = DayField(what="the last day", label="Last day of the period")
    kind = forms.ChoiceField(
        label="What kind of look is it?",
        help_text="In a multi-agency audit several agencies look at the same case.",
        choices=RoundKind.choices,
        initial=RoundKind.CASE_AUDIT,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what kind of look it is"},
    )
    tool = forms.ModelChoiceField(
        queryset=Tool.objects.all(),
        label="Audit tool",
        help_text="A round can be planned with a draft, and is opened once its tool is in use.",
        empty_label="Select a tool",
        error_messages={
            "required": "Select an audit tool",
            "invalid_choice": "Select a tool from the list",
        },
    )
    compares_with = forms.ModelChoiceField(
        queryset=Round.objects.opened(),
        required=False,
        label="Earlier round to compare with (optional)",
        help_text="Results stand side by side, indicator by indicator.",
        empty_label="None",
        error_messages={"invalid_choice": "Select a round from the list"},
    )
    source_note = forms.CharField(
        label="Anything readers of the results should know (optional)",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"Shorten the note to {LONGEST_NOTE:,} characters"},
    )

    def __init__(
        self, *args: Any, audit_round: Round | None = None, button: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.audit_round = audit_round
        tool: Any = self.fields["tool"]
        offered = ~Q(state=ToolState.RETIRED)
        if audit_round is not None:
            offered |= Q(pk=audit_round.tool_id)
        tool.queryset = Tool.objects.filter(offered)
        tool.label_from_instance = _tool_label
        brought_back = [name for name in BROUGHT_BACK if name in self.fields]
        self.helper = laid_out(*WRITTEN, *brought_back, button=button)

    def written(self) -> Round:
        """What was typed, as a round not saved; the code of a round stays what it was."""
        values = {name: self.cleaned_data[name] for name in WRITTEN}
        if self.audit_round is not None:
            return Round(code=self.audit_round.code, **values)
        return Round(code=free_code(f"{values['theme']} {values['period_name']}"), **values)


class ChangeRoundForm(RoundForm, VersionedForm):
    """The same over a round that several officers may be changing."""


def initial_of(audit_round: Round) -> dict[str, Any]:
    """What the boxes say of a round."""
    return {**model_to_dict(audit_round, WRITTEN), "version": audit_round.version}


def _tool_label(tool: Tool) -> str:
    """The tool, with its state where that is not the usual one."""
    return str(tool) if tool.state == ToolState.IN_USE else f"{tool} ({tool.get_state_display()})"


def free_code(title: str) -> str:
    """What addresses call a round, from its theme and period: one that no round has yet."""
    wanted = slugify(title)[:LONGEST_CODE].strip("-") or "round"
    held = set(Round.objects.filter(code__startswith=wanted[:50]).values_list("code", flat=True))
    code, number = wanted, 1
    while code in held | _TAKEN:
        number += 1
        code = f"{wanted[: LONGEST_CODE - 5]}-{number}"
    return code


# -- cases ----------------------------------------------------------------------------------


def _list_field(label: str, help_text: str, *, rows: int, required: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": required, "max_length": "The list is too long: use a file"},
    )


def _team_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=Team.objects.all(),
        required=False,
        to_field_name="code",
        label="Team of the cases that name none (optional)",
        empty_label="Not known",
        error_messages={"invalid_choice": "Select a team from the list"},
    )


class _CaseListForm(forms.Form):
    """A form whose ``source`` field is a list of cases; ``lines`` are those of a valid form."""

    source = "cases"
    boxes: ClassVar[Sequence[str]] = ("team", "cases")
    button: ClassVar[str]
    is_secondary = False
    lines: tuple[CaseLine, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(*self.boxes, button=self.button, secondary=self.is_secondary)

    def clean(self) -> None:
        """Read the list; say what is wrong with its lines, as many as a page can take."""
        if self.errors:
            return
        case_list = self.read(listed_teams(self.team_code))
        self.lines = case_list.cases
        shown = list(case_list.errors[:ERRORS_SHOWN])
        if len(case_list.errors) > ERRORS_SHOWN:
            shown.append(f"And {len(case_list.errors) - ERRORS_SHOWN:,} more lines")
        if shown:
            self.add_error(self.source, ValidationError(shown))

    @property
    def team_code(self) -> str:
        """The code of the team that was chosen, or nothing."""
        team = self.cleaned_data.get("team")
        return team.code if team else ""

    def read(self, teams: ListedTeams) -> CaseList:
        """The list as it was typed."""
        return read_list(self.cleaned_data["cases"], teams)


class AddCasesForm(_CaseListForm):
    """Cases chosen by hand or from a list, as many as there are."""

    button = "Add these cases"
    cases = _list_field(
        "Cases",
        "One case a line: its number in the recording system, and if you like the team and the "
        "worker’s role, with commas between or as copied from a spreadsheet. No names.",
        rows=12,
        required="Enter at least one case number",
    )
    team = _team_field()


class DrawForm(AddCasesForm):
    """A list to draw from by lot, and how many."""

    boxes = ("team", "cases", "count")
    button = "Draw the cases"
    count = NumberField(
        what="How many to draw",
        label="How many to draw",
        whole_digits=4,
        validators=[MinValueValidator(1, "Draw at least 1 case")],
        error_messages={"required": "Enter how many cases to draw"},
    )


class DrawAgainForm(_CaseListForm):
    """The list that a draw was made from, to draw again and compare."""

    boxes = ("cases",)
    button = "Draw again and compare"
    is_secondary = True
    cases = _list_field(
        "The list that was drawn from",
        "One case a line, in any order. It is only compared, not kept.",
        rows=10,
        required="Paste the list that was drawn from",
    )


class CasesFileForm(_CaseListForm):
    """A file of cases from the recording system."""

    source = "file"
    boxes = ("file", "team")
    button = "Look at it first"
    file = forms.FileField(
        label="File",
        help_text="CSV, Excel (.xlsx) or OpenDocument (.ods), up to 5 MB: case number, team and "
        "worker’s role in the first three columns. A first row of headings is left out.",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(_FILE_ENDINGS)}),
        error_messages={
            "required": "Select a file of cases",
            "empty": "The file is empty",
            "missing": "Select a file of cases",
        },
    )
    team = _team_field()

    def clean_file(self) -> UploadedFile:
        """The file, of a kind and size that can be read here."""
        file: UploadedFile = self.cleaned_data["file"]
        if PurePath(file.name or "").suffix.lower() not in _FILE_ENDINGS:
            raise forms.ValidationError("Select a CSV, XLSX or ODS file")
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 5 MB: split it")
        return file

    def read(self, teams: ListedTeams) -> CaseList:
        """The list that the file holds."""
        file = self.cleaned_data["file"]
        content = io.BytesIO(file.read())
        file.seek(0)
        return read_file(content, file.name, teams)
