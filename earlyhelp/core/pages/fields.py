"""Fields and layout that the forms share: a day, a reason, fields above one button."""

import datetime as dt
from decimal import Decimal
from typing import Any

from crispy_forms_gds.fields import DateInputField
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Layout
from django import forms
from django.core.exceptions import ValidationError

from earlyhelp.core.numbers import MOST_WHOLE_DIGITS, NotANumber, parse_decimal
from earlyhelp.core.pages.posted import whole_number
from earlyhelp.core.pages.widgets import NumberText


def laid_out(
    *fields: Any, button: str, action: str = "", secondary: bool = False, warning: bool = False
) -> FormHelper:
    """A form that posts to ``action`` (or where it stands), its fields above one button.

    Browsers do not check it first: every error is shown in our words. ``warning`` is for what
    cannot simply be taken back.
    """
    helper = FormHelper()
    helper.form_action = action
    helper.attrs = {"novalidate": ""}
    kind = Button.secondary if secondary else Button.warning if warning else Button.primary
    helper.layout = Layout(*fields, kind("", button, css_id="id_button"))
    return helper


class DayField(DateInputField):
    """A day as three boxes, with sentences of our own for what is wrong.

    ``what`` names it in messages: "the due date".
    """

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(require_all_fields=True, help_text="For example, 14 7 2016", **kwargs)
        self.what = what
        self.error_messages["required"] = f"Enter {what}"
        for part, field in zip(("day", "month", "year"), self.fields, strict=True):
            field.validators = []
            field.error_messages["incomplete"] = f"Enter the {part} of {what}"
            field.widget.attrs["inputmode"] = "numeric"

    def compress(self, data_list: Any) -> dt.date | None:
        """The day, or ValidationError for one that no calendar has."""
        if not any(data_list):
            return None
        try:
            day, month, year = (whole_number(str(part).strip()) for part in data_list)
            found = dt.date(year or 0, month or 0, day or 0)
        except ValueError:
            raise ValidationError(f"{self._start} must be a real date, like 14 7 2016") from None
        if not 1990 <= found.year <= 2200:
            raise ValidationError(f"{self._start} must have a year of four digits, like 2016")
        return found

    @property
    def _start(self) -> str:
        return self.what[:1].upper() + self.what[1:]


class NumberField(forms.CharField):
    """A number of 0 or more as people type it, exact: whole, or with so many decimals at most.

    ``what`` names it in messages: "The level aimed at". Its number of digits is that of the
    column that takes it.
    """

    def __init__(
        self,
        *,
        what: str,
        decimals: int = 0,
        whole_digits: int = MOST_WHOLE_DIGITS,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"widget": NumberText(decimals=decimals), **kwargs})
        self.what = what
        self.decimals = decimals
        self.whole_digits = whole_digits

    def to_python(self, value: Any) -> Any:
        """The number; None for nothing."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            number = parse_decimal(text, self.decimals, whole_digits=self.whole_digits)
        except NotANumber as wrong:
            raise ValidationError(f"{self.what} {wrong}", code="invalid") from None
        return number if self.decimals else int(number)

    def prepare_value(self, value: Any) -> Any:
        """Without noughts that say nothing; what was typed stays as it was."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it is another number, however it is written."""
        try:
            return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))
        except ValidationError:
            return True


def reason_field(label: str, hint: str = "") -> forms.CharField:
    """A box for a reason; that there is one is for the action to say, by any route."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PlainReasonForm(forms.Form):
    """One reason about something that has no version: a quarter, a correction."""

    reason = reason_field("Why")

    def __init__(
        self,
        *args: Any,
        label: str,
        button: str,
        hint: str = "",
        action: str = "",
        secondary: bool = False,
        warning: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = hint
        self.helper = laid_out(
            "reason", button=button, action=action, secondary=secondary, warning=warning
        )
