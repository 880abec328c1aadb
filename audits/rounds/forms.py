"""What a round is about, as a performance officer types it."""

from typing import Any

from crispy_forms_gds.layout import Field
from django import forms
from django.db.models import Q
from django.utils.text import slugify

from audits.models import Round, RoundKind, Tool
from audits.rounds.actions import Planned
from audits.workflow import ToolState
from earlyhelp.core.pages.fields import DayField, laid_out

LONGEST_NOTE = 2000
LONGEST_CODE = 60
# Words that addresses of rounds use for something else.
_TAKEN = {"new"}


class RoundForm(forms.Form):
    """Theme, kind, tool, period and the round it is compared with; ``version`` for a change."""

    theme = forms.CharField(
        label="Theme",
        help_text="For example, “Under 11s casework”.",
        max_length=200,
        error_messages={
            "required": "Give the round a theme",
            "max_length": "Shorten the theme to 200 characters",
        },
    )
    period_name = forms.CharField(
        label="Period, as people call it",
        help_text="For example, “December 2015”.",
        max_length=60,
        error_messages={
            "required": "Say which period the round looks at",
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
        error_messages={"required": "Choose what kind of look it is"},
    )
    tool = forms.ModelChoiceField(
        queryset=Tool.objects.none(),
        label="Audit tool",
        help_text="A round can be planned with a draft, and is opened once its tool is in use.",
        empty_label="Choose a tool",
        error_messages={
            "required": "Choose an audit tool",
            "invalid_choice": "Choose a tool from the list",
        },
    )
    compares_with = forms.ModelChoiceField(
        queryset=Round.objects.none(),
        required=False,
        label="Earlier round to compare with (optional)",
        help_text="Results stand side by side, indicator by indicator.",
        empty_label="None",
        error_messages={"invalid_choice": "Choose a round from the list"},
    )
    source_note = forms.CharField(
        label="Anything readers of the results should know (optional)",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"Shorten the note to {LONGEST_NOTE:,} characters"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, made: Round | None = None, button: str, **kwargs: Any) -> None:
        if made is not None:
            kwargs["initial"] = as_it_is(made)
        super().__init__(*args, **kwargs)
        self.made = made
        tool: Any = self.fields["tool"]
        offered = ~Q(state=ToolState.RETIRED)
        if made is not None:
            offered |= Q(pk=made.tool_id)
        tool.queryset = Tool.objects.filter(offered)
        tool.label_from_instance = _tool_label
        earlier: Any = self.fields["compares_with"]
        earlier.queryset = Round.objects.opened()
        self.helper = laid_out(
            "theme",
            "period_name",
            "starts",
            "ends",
            Field.radios("kind", small=True),
            "tool",
            "compares_with",
            "source_note",
            "version",
            button=button,
        )

    def planned(self) -> Planned:
        """What was typed, as the action takes it; the code of a round stays what it was."""
        said = self.cleaned_data
        made = self.made
        return Planned(
            code=made.code if made else free_code(f"{said['theme']} {said['period_name']}"),
            theme=said["theme"],
            tool=said["tool"],
            period_name=said["period_name"],
            starts=said["starts"],
            ends=said["ends"],
            kind=RoundKind(said["kind"]),
            compares_with=said["compares_with"],
            is_illustrative=made.is_illustrative if made else False,
            source_note=said["source_note"],
        )

    def use_version(self, version: int) -> None:
        """Let what was typed be sent again over the round as it stands now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
        self.data["version"] = str(version)  # type: ignore[index]


def _tool_label(tool: Tool) -> str:
    """The tool, with its state where that is not the usual one."""
    return str(tool) if tool.state == ToolState.IN_USE else f"{tool} ({tool.get_state_display()})"


def as_it_is(made: Round) -> dict[str, Any]:
    """The boxes before anybody types."""
    return {
        "theme": made.theme,
        "period_name": made.period_name,
        "starts": made.starts,
        "ends": made.ends,
        "kind": made.kind,
        "tool": made.tool_id,
        "compares_with": made.compares_with_id,
        "source_note": made.source_note,
        "version": made.version,
    }


def free_code(words: str) -> str:
    """What addresses call a round, from its theme and period: one that no round has yet."""
    wanted = slugify(words)[:LONGEST_CODE].strip("-") or "round"
    held = set(Round.objects.filter(code__startswith=wanted[:50]).values_list("code", flat=True))
    code, number = wanted, 1
    while code in held | _TAKEN:
        number += 1
        code = f"{wanted[: LONGEST_CODE - 5]}-{number}"
    return code
