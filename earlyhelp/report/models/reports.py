"""A report while it is written: sections of blocks, sources, comments, signatures, answers."""

from typing import TYPE_CHECKING, Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from earlyhelp.core.conditions import both_or_neither, implies, says_something
from earlyhelp.report.periods import ReportPeriod, parse_period, title_of
from earlyhelp.report.workflow import ReportState
from measures.workflow import CorrectionKind
from teams.models import User

if TYPE_CHECKING:
    from earlyhelp.report.models.editions import Edition

_CODE = RegexValidator(
    r"\A[0-9]{4}-[0-9]{2}(-[a-z0-9]+)*\Z",
    "Write a code like 2015-16 or 2016-17-h1: small letters, digits and hyphens",
)


def kind_of_change() -> "models.CharField[str, str]":
    """What a new edition is for, in the words of a correction; empty for a first one."""
    kinds = CorrectionKind.choices
    return models.CharField(
        "kind of change", max_length=9, choices=kinds, blank=True, default="", db_default=""
    )


class BlockKind(models.TextChoices):
    """What a block of a section holds."""

    TEXT = "text", "Text"
    FRAMEWORK = "framework", "Table of the framework, with last year"
    QUARTERS = "quarters", "Table of quarters"
    CHART = "chart", "Chart of a measure"
    MEASURE = "measure", "A measure in detail"
    AUDIT = "audit", "A round of audits, or a cohort"
    PLAN = "plan", "The action plan"
    RESPONSE = "response", "What became of last year's plan"
    QUOTE = "quote", "A family's own words"
    SOURCES = "sources", "Sources"
    ASKED = "asked", "What the board is asked"
    FIRST_PAGE = "first-page", "One page first"
    FIGURES = "figures", "How each figure was made"
    ABBREVIATIONS = "abbreviations", "Abbreviations"

    @property
    def has_words(self) -> bool:
        """Whether somebody writes text in it."""
        return self not in (BlockKind.SOURCES, BlockKind.FIGURES)


class Report(models.Model):
    """A report to the board: its period, its title, and where it stands."""

    code = models.CharField(max_length=30, unique=True, validators=[_CODE])
    period_text = models.CharField("period", max_length=12, help_text="2015-16 or 2015-16 H1")
    title = models.CharField(max_length=200)
    marking = models.CharField("protective marking", max_length=30, default="OFFICIAL")
    authors = models.ManyToManyField(User, related_name="reports_written", blank=True)
    figures_as_at = models.DateField(null=True, blank=True)
    next_report_on = models.DateField("date of the next report", null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=ReportState.choices, default=ReportState.DRAFTING
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    sent_back_why = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # What the next edition puts right, where it takes the place of another: as it was proposed.
    next_kind = kind_of_change()
    next_why = models.TextField("why", blank=True, default="", db_default="")

    stale_message = "Somebody else changed this report while you were working on it."

    class Meta:
        ordering = ["-period_text", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="report_state_is_known"
            ),
            models.CheckConstraint(
                condition=says_something("code", "title", "marking", "period_text"),
                name="report_has_code_title_marking_and_period",
            ),
            *(
                models.CheckConstraint(
                    condition=both_or_neither(f"{stamp}_at", f"{stamp}_by"),
                    name=f"report_{stamp}_has_who_and_when",
                )
                for stamp in ("sent", "sent_back", "approved", "published")
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(state__in=[ReportState.APPROVED, ReportState.PUBLISHED]),
                    Q(approved_at__isnull=False, figures_as_at__isnull=False),
                ),
                name="report_approved_says_as_at_when",
            ),
            models.CheckConstraint(
                condition=Q(next_kind__in=["", *CorrectionKind.values]),
                name="report_next_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def period(self) -> ReportPeriod:
        """What it is about."""
        return parse_period(self.period_text)

    @property
    def period_title(self) -> str:
        """What it is about, as a title has it: April to September 2015."""
        return title_of(self.period)

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("report", args=[self.code])

    @property
    def last_published(self) -> "Edition | None":
        """The edition that came out last, withdrawn or not; one query."""
        out = self.editions.filter(published_at__isnull=False).order_by("-number")
        return out.defer("internal", "external").first()

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return ReportState(self.state).colour


class ReportSource(models.Model):
    """What declared numbers of a report rest on: what it is, of when, by whom."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sources")
    code = models.SlugField(max_length=60)
    what = models.CharField(max_length=200)
    when = models.CharField(max_length=60)
    who = models.CharField(max_length=120)

    on_record = ("code",)

    class Meta:
        ordering = ["report", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "code"],
                name="one_source_per_report_and_code",
                violation_error_message="This report has a source with this name already",
            ),
            models.CheckConstraint(
                condition=says_something("code", "what", "when", "who"),
                name="source_says_what_when_and_who",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}, {self.who}, {self.when}"


class Section(models.Model):
    """A part of a report: a heading, who writes it, who reads it before it is approved."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(default=1)
    heading = models.CharField(max_length=200)
    is_impact = models.BooleanField(
        "evidence of impact", default=False, help_text="Needs evidence, or says why there is none"
    )
    writer = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="lead writer"
    )
    reader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.ForeignKey(
        ReportSource, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    stale_message = "Somebody else changed this section while you were working on it."

    class Meta:
        ordering = ["report", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=3) & says_something("heading"),
                name="section_has_a_heading_on_one_of_three_levels",
            ),
            models.CheckConstraint(
                condition=Q(reader__isnull=True)
                | Q(writer__isnull=True)
                | ~Q(reader=models.F("writer")),
                name="nobody_reads_their_own_section",
                violation_error_message="Somebody else than the lead writer has to read a section",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("report-section", args=[self.report.code, self.pk])


class ReportBlock(models.Model):
    """One thing in a section: words, or what is put there from the data.

    ``data`` says what is meant: measures by code, a round, a plan's year, how a quote was given.
    ``copied_from`` is whose words they are where they were taken in from elsewhere.
    """

    section = models.ForeignKey(Section, models.PROTECT, related_name="blocks")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=15, choices=BlockKind.choices, default=BlockKind.TEXT)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    source = models.ForeignKey(
        ReportSource, models.PROTECT, null=True, blank=True, related_name="+"
    )
    copied_from = models.CharField(max_length=200, blank=True)
    copied_on = models.DateField(null=True, blank=True)
    only_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="written by"
    )
    asked_of = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="paragraphs_asked"
    )
    asked_for = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    stale_message = "Somebody else changed this while you were writing."

    class Meta:
        ordering = ["section", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BlockKind.values), name="block_kind_is_known"
            ),
            models.CheckConstraint(
                condition=implies(~Q(copied_from=""), Q(copied_on__isnull=False)),
                name="a_copy_says_of_which_day_it_is",
            ),
            models.CheckConstraint(
                condition=both_or_neither("asked_of", "due_on"),
                name="a_paragraph_asked_for_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{BlockKind(self.kind).label} in {self.section_id}"

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("report-block", args=[self.section.report.code, self.pk])

    @property
    def data_of(self) -> dict[str, Any]:
        """Its data as a plain mapping."""
        return dict(self.data or {})

    @property
    def has_words(self) -> bool:
        """Whether somebody writes text in it."""
        return BlockKind(self.kind).has_words


class Comment(models.Model):
    """What somebody remarks on a section; it is resolved by name before the report is approved."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="comments")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    on_record = ()

    class Meta:
        ordering = ["section", "id"]
        constraints = [
            models.CheckConstraint(
                condition=says_something("text"), name="report_comment_says_something"
            ),
            models.CheckConstraint(
                condition=both_or_neither("resolved_at", "resolved_by"),
                name="comment_resolved_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SectionSignature(models.Model):
    """A reader's signature under a section as it was: ``digest`` is of what it said."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="signatures")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["section", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "by", "digest"], name="a_section_is_signed_once_as_it_is"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}, signed by {self.by}"


class ChecklistAnswer(models.Model):
    """A warning of the checklist that somebody answered, by name; kept with the report."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="answers")
    warning = models.CharField(max_length=200, help_text="What was warned of, by its key")
    said = models.TextField(help_text="The warning as it read")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    on_record = ("warning",)

    class Meta:
        ordering = ["report", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "warning"], name="one_answer_per_report_and_warning"
            ),
            models.CheckConstraint(
                condition=says_something("warning", "text"), name="answer_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text
