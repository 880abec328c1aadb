"""Free text that looks like a person's name, birth date, address or number: pointed out.

It is a warning. Whoever wrote the words may keep them, and says so once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from crispy_forms_gds.layout import HTML
from django import forms

from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.personal_data import warnings
from teams.models import Council, Locality, Team

# What is asked where words are pointed out and nobody said yet that they name nobody.
KEEP_WORDS = (
    "Look at the words that are pointed out, then change them or tick that they name nobody"
)


@dataclass(frozen=True)
class Written:
    """Words that somebody wrote: the box they stand in, what it is about, and the words."""

    box: str
    about: str
    text: str


@dataclass(frozen=True)
class Noticed:
    """Something in a box that looks like a person: where, and the sentence."""

    box: str
    about: str
    sentence: str


def known_names() -> list[str]:
    """Names that are no person's: of teams, localities and the council. Three queries."""
    names = [*Team.objects.values_list("name", flat=True)]
    names += Locality.objects.values_list("name", flat=True)
    for name, area in Council.objects.values_list("name", "area_name"):
        names += [name, area]
    return names


def noticed(written: Iterable[Written]) -> list[Noticed]:
    """What in these boxes looks like a person, in order; asks for names only if there are words."""
    listed = [one for one in written if one.text.strip()]
    if not listed:
        return []
    known = known_names()
    return [
        Noticed(one.box, one.about, found.text)
        for one in listed
        for found in warnings(one.text, known)
    ]


_NOTICED = HTML(
    "{% if form.pointed_out %}"
    '<div class="eh-callout eh-callout--warn">'
    "<p><strong>Please leave out what names or places a person.</strong></p>"
    '<ul class="govuk-list">{% for words in form.pointed_out %}<li>{{ words }}</li>{% endfor %}'
    "</ul></div>{% endif %}"
)
_KEEP = "keep_words"
# What stands above the button of such a form, for its layout.
KEPT_WORDS = (_NOTICED, _KEEP)


class WordsForm(forms.Form):
    """A form with free text: what looks like a person is pointed out, and may be kept.

    ``words`` are the boxes that are looked at. One that says what it said before
    (``initial``) is left alone.
    """

    keep_words = forms.BooleanField(
        label="Keep the words: they name nobody", required=False, widget=forms.HiddenInput
    )
    words: ClassVar[Sequence[str]] = ()
    pointed_out: Sequence[str] = ()

    def asks_about_words(self) -> bool:
        """Point out what was noticed, with a box to tick; False where it was ticked or nothing was.

        For a form that is valid; afterwards it is not, if it asks.
        """
        if self.cleaned_data.get(_KEEP):
            return False
        changed = set(self.changed_data)
        written = [
            Written(name, "", self.cleaned_data.get(name) or "")
            for name in self.words
            if name in changed
        ]
        self.pointed_out = [one.sentence for one in noticed(written)]
        if not self.pointed_out:
            return False
        self.fields[_KEEP].widget = forms.CheckboxInput()
        self.add_error(
            _KEEP, "Take out what looks like a person, or tick that the words name nobody"
        )
        return True


class ReasonForm(WordsForm, PlainReasonForm):
    """One reason, looked at like all words of audits and of the plan."""

    words = ("reason",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        *boxes, button = self.helper.layout.fields
        self.helper.layout.fields = [*boxes, *KEPT_WORDS, button]
