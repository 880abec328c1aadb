"""The story behind a figure, as it is typed."""

from typing import Any

from django import forms

from earlyhelp.core.pages.fields import laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm

LONGEST = 5000


class CommentaryForm(VersionedForm):
    """The text; its version is 0 where there was none."""

    text = forms.CharField(
        label="What is behind this figure?",
        help_text="It stands beside the number for everyone who reads it, and goes into the "
        "board report. No names of families or children. Leave it empty for no commentary.",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"Shorten the commentary to {LONGEST:,} characters"},
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("text", *BROUGHT_BACK, button="Save")
