"""What is typed about a report, its sections, blocks, sources and comments."""

from typing import Any

from django import forms

from earlyhelp.core.files.cells import MIB, MOST_BYTES, Unreadable
from earlyhelp.core.pages.fields import DayField, NumberField, laid_out
from earlyhelp.core.pages.versioned_edit import BROUGHT_BACK, VersionedForm
from earlyhelp.report.access import appointed
from earlyhelp.report.models import BlockKind
from earlyhelp.report.permissions import ReportPermission
from earlyhelp.report.writing.word_in import WordParagraph, as_text, read_word
from teams.models import User

P = ReportPermission

LONGEST = 50_000
# Of a whole report: some 150 pages.
LONGEST_REPORT = 400_000
# Set for each form anew: who is there changes from day to day.
NOBODY = User.objects.none()


class NewReportForm(forms.Form):
    """The code, period and title of a new report, and the shape that it begins with."""

    code = forms.SlugField(
        label="Code", help_text="It stands in addresses and references: 2016-17, or 2016-17-h1"
    )
    period = forms.CharField(label="Period", help_text="2016-17, or 2016-17 H1 for half a year")
    title = forms.CharField(label="Title", max_length=200)
    begins_with = forms.ChoiceField(label="Begin with", required=False)

    def __init__(self, *args: Any, shapes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["begins_with"]
        field.choices = [("", "No sections yet"), *shapes]
        self.helper = laid_out("code", "period", "title", "begins_with", button="Begin the report")


class ChangeReportForm(VersionedForm):
    """A report's title, marking, authors and the day of the next one."""

    title = forms.CharField(label="Title", max_length=200)
    marking = forms.CharField(label="Protective marking", max_length=30)
    authors = forms.ModelMultipleChoiceField(
        NOBODY, label="Authors", required=False, widget=forms.CheckboxSelectMultiple
    )
    next_report_on = DayField(label="When is the next report due?", what="the day", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["authors"]
        offered.queryset = appointed(P.WRITE, also=self.initial.get("authors", ()))
        fields = ("title", "marking", "authors", "next_report_on")
        self.helper = laid_out(*fields, *BROUGHT_BACK, button="Save")


class _SectionBoxes(forms.Form):
    """A section's heading, where it stands, and who writes and reads it."""

    heading = forms.CharField(label="Heading", max_length=200)
    level = forms.TypedChoiceField(
        label="Level", coerce=int, choices=[(1, "Section"), (2, "Part of one"), (3, "Below that")]
    )
    position = NumberField(
        what="Position",
        label="Position",
        whole_digits=4,
        help_text="Sections stand in this order",
    )
    writer = forms.ModelChoiceField(
        NOBODY, label="Lead writer", required=False, empty_label="Nobody yet"
    )
    reader = forms.ModelChoiceField(
        NOBODY, label="Reader who signs it", required=False, empty_label="Nobody yet"
    )
    is_impact = forms.BooleanField(
        label="It says what difference was made, so it needs evidence", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, permission in (("writer", P.WRITE), ("reader", P.READ_DRAFTS)):
            offered: Any = self.fields[name]
            offered.queryset = appointed(permission, also=[self.initial.get(name)])


SECTION_BOXES = ("heading", "level", "position", "writer", "reader", "is_impact")


class NewSectionForm(_SectionBoxes):
    """A section that is added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(*SECTION_BOXES, button="Add the section")


class SectionForm(_SectionBoxes, VersionedForm):
    """A section that is changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(*SECTION_BOXES, *BROUGHT_BACK, button="Save")


class NewBlockForm(forms.Form):
    """What kind of block is added."""

    kind = forms.ChoiceField(
        label="What is added", choices=BlockKind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="Its words, where it has any",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("kind", "text", button="Add it")


class WordForm(forms.Form):
    """A Word document whose words are taken into a section."""

    file = forms.FileField(
        label="Word document",
        help_text=f"A .docx file of up to {MOST_BYTES // MIB} MB. Headings, paragraphs, lists and "
        "the rows of tables are taken in; pictures are not.",
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        error_messages={
            "required": "Select a Word document",
            "empty": "The file is empty",
            "missing": "Select a Word document",
        },
    )

    def __init__(
        self, *args: Any, button: str = "Take it in", longest: int = LONGEST, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.longest = longest
        self.helper = laid_out("file", button=button)

    def clean_file(self) -> list[WordParagraph]:
        """The paragraphs of the document."""
        try:
            found = read_word(self.cleaned_data["file"])
        except Unreadable as wrong:
            raise forms.ValidationError(str(wrong)) from None
        if not found:
            raise forms.ValidationError("There are no words in this document")
        if len(as_text(found)) > self.longest:
            raise forms.ValidationError(
                f"It has more than {self.longest:,} letters: divide it by its sections"
            )
        return found


class SourceForm(forms.Form):
    """A source for numbers that do not come from the data."""

    code = forms.SlugField(
        label="Short name", max_length=60, help_text="It stands in the text: {{source census}}"
    )
    what = forms.CharField(label="What is it?", max_length=200)
    when = forms.CharField(label="Of when?", max_length=60)
    who = forms.CharField(label="By whom?", max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("code", "what", "when", "who", button="Give this source")


class CommentForm(forms.Form):
    """A remark on a section."""

    text = forms.CharField(
        label="Comment", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("text", button="Leave the comment", action=action, secondary=True)


class AskForm(forms.Form):
    """A paragraph asked of a colleague."""

    of = forms.ModelChoiceField(NOBODY, label="Whom do you ask?", empty_label="Select a person")
    wanted = forms.CharField(label="What is the paragraph about?", max_length=300)
    due_on = DayField(label="By when?", what="the day")
    is_own = forms.BooleanField(
        label="The words are theirs alone: nobody else changes them",
        help_text="Like those of an independent scrutineer",
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["of"]
        offered.queryset = appointed()
        self.helper = laid_out("of", "wanted", "due_on", "is_own", button="Ask for it")
