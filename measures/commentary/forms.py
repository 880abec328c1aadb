"""The story behind a figure, as it is typed."""

from typing import Any

from django import forms

from earlyhelp.core.pages.fields import laid_out

LONGEST = 5000


class CommentaryForm(forms.Form):
    """``version`` is that of the text that was changed, 0 where there was none."""

    text = forms.CharField(
        label="What is behind this figure?",
        help_text="It stands beside the number for everyone who reads it, and goes into the "
        "board report. No names of families or children. Leave it empty for no commentary.",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"Shorten the commentary to {LONGEST:,} characters"},
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("text", "version", button="Save")

    def use_version(self, version: int) -> None:
        """Let what was typed be sent again over the text as it stands now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
        self.data["version"] = str(version)  # type: ignore[index]
