"""By when, as people write it: the words, and days beside them where they cannot be read."""

from typing import Any

from crispy_forms_gds.layout import HTML, Field
from django import forms

from audits.plan.pages.due import names_its_day, understood
from audits.plan.timing import Timing, given, parse
from earlyhelp.core.pages.fields import DayField
from teams.personal_data import WordsForm
from teams.quarters import FinancialYear

LONGEST = 120

_READING = HTML(
    "{% if form.reading %}"
    '<div class="eh-callout eh-reading" id="reading"><p><strong>{{ form.reading }}.</strong> '
    "{% if form.asks %}This is how your words were understood. Save again if that is right, "
    "or write them differently.{% else %}This is how your words were understood.{% endif %}"
    "</p></div>{% endif %}"
)
_BESIDE = HTML(
    '<details class="eh-definition eh-pick"{% if form.gives_days %} open{% endif %}>'
    "<summary>Keep your words and give the date beside them</summary><div>"
)
_END = HTML("</div></details>")


class TimingForm(WordsForm):
    """A form with a timing in it, read for a plan of ``year``.

    Where the words had to be interpreted (a month, "from June"), the form comes back once with
    what was understood (``asks``) before anything is saved; ``read`` is what was shown then.
    """

    when = forms.CharField(
        label="By when",
        help_text="As you would write it: 1.9.16, September 2016, From June 2016, Ongoing, "
        "November 2016 and February 2017, every quarter until 1 April 2017.",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"Shorten “by when” to {LONGEST} characters"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    starts = DayField(what="the first day", label="From", required=False)
    due = DayField(what="the last day", label="Due on", required=False)
    is_ongoing = forms.BooleanField(label="It goes on after that", required=False)
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    may_be_left = False

    def __init__(self, *args: Any, year: FinancialYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        self.timing: Timing | None = None
        self.asks = False

    def can_be_saved(self) -> bool:
        """Whether it is valid and nothing is left to ask: about its words, or by when."""
        return self.is_valid() and not self.asks_about_words() and not self.asks

    @property
    def reading(self) -> str:
        """What the words were understood to mean; nothing before they could be read."""
        return understood(self.timing) if self.timing else ""

    @property
    def gives_days(self) -> bool:
        """Whether the days beside the words have been used, or are needed."""
        names = ("starts_0", "starts_1", "starts_2", "due_0", "due_1", "due_2", "is_ongoing")
        return any(self.data.get(name) for name in names) or "when" in self.errors

    def clean(self) -> dict[str, Any]:
        """Read the words, or take the days beside them; remember what has to be asked back."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"when", "starts", "due"} & set(self.errors):
            return cleaned
        words = cleaned.get("when", "")
        starts, due = cleaned.get("starts") or None, cleaned.get("due") or None
        is_ongoing = bool(cleaned.get("is_ongoing"))
        if self.may_be_left and not (words or starts or due):
            return cleaned
        try:
            if starts or due or is_ongoing:
                self.timing = given(words, starts=starts, due=due, is_ongoing=is_ongoing)
            else:
                self.timing = parse(words, self.year)
                self._ask_back(cleaned)
        except ValueError as wrong:
            self.add_error("when", str(wrong))
        return cleaned

    def _ask_back(self, cleaned: dict[str, Any]) -> None:
        """Ask once whether words that do not name their day were understood."""
        if self.timing is None or names_its_day(self.timing):
            return
        self.asks = cleaned.get("read") != self.reading
        self.data = self.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
        self.data["read"] = self.reading  # type: ignore[index]


def timing_layout() -> list[Any]:
    """The fields of a timing, in the order of the page."""
    return [
        "read",
        "when",
        _READING,
        _BESIDE,
        "starts",
        "due",
        Field.checkbox("is_ongoing", small=True),
        _END,
    ]
