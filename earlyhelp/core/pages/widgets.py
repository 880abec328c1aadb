"""Boxes that people type into."""

from django import forms


class NumberText(forms.TextInput):
    """A box for a number that keeps what was typed, whatever it was.

    The Design System advises against ``type="number"``: it changes on scrolling, drops what is
    not a number without a word, and is read out poorly.
    """

    def __init__(self, *, decimals: int = 0) -> None:
        super().__init__(
            {
                "inputmode": "decimal" if decimals else "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
                "class": "eh-number",
            }
        )
