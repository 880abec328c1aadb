"""Editions: what was approved, kept as it was. The database refuses to change them (``guard``)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from earlyhelp.core.conditions import both_or_neither, implies, says_something
from earlyhelp.report.models.reports import Report, kind_of_change
from earlyhelp.report.workflow import EditionState
from measures.querysets import Audience
from measures.workflow import CorrectionKind
from teams.models import User


class FileKind(models.TextChoices):
    """The formats that an edition is kept in."""

    HTML = "html", "Web page"
    DOCX = "docx", "Word"
    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel"
    CSV = "csv", "CSV files in a ZIP"


class Edition(models.Model):
    """One frozen document for each audience, as canonical text, with its digest."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    internal = models.TextField(help_text="The canonical content tree")
    external = models.TextField(help_text="The same as outsiders may read it")
    internal_digest = models.CharField(max_length=64)
    external_digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=EditionState.choices, default=EditionState.APPROVED
    )
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    publish_at = models.DateTimeField("to be published", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.TextField(blank=True)
    # What it puts right, where it takes the place of another; confirmed by who approved it.
    kind = kind_of_change()
    why = models.TextField("why", blank=True, default="", db_default="")
    version = models.PositiveIntegerField(default=0)

    stale_message = "Somebody else did something to this edition meanwhile."

    class Meta:
        ordering = ["report", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="one_edition_per_report_and_number"
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state=EditionState.PUBLISHED),
                name="one_edition_of_a_report_stands",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, state__in=EditionState.values)
                & says_something("internal", "external", "internal_digest", "external_digest"),
                name="edition_is_whole",
            ),
            models.CheckConstraint(
                condition=both_or_neither("published_at", "published_by"),
                name="edition_published_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=both_or_neither("withdrawn_at", "withdrawn_by")
                & implies(Q(withdrawn_at__isnull=False), says_something("withdrawn_why")),
                name="edition_withdrawn_has_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=implies(
                    Q(state__in=[EditionState.PUBLISHED, EditionState.REPLACED]),
                    Q(published_at__isnull=False, withdrawn_at__isnull=True),
                )
                & implies(Q(state=EditionState.WITHDRAWN), Q(withdrawn_at__isnull=False)),
                name="edition_is_where_its_state_says",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["", *CorrectionKind.values])
                & implies(~Q(kind=""), Q(number__gt=1)),
                name="edition_kind_is_known_and_of_a_later_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, edition {self.number}"

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("edition", args=[self.report.code, self.number])

    @property
    def colour(self) -> str:
        """The colour of its state's tag."""
        return EditionState(self.state).colour

    def content(self, audience: str) -> str:
        """The canonical text of one audience's document."""
        return self.external if audience == Audience.EXTERNAL else self.internal

    def digest(self, audience: str) -> str:
        """The digest of that text."""
        if audience == Audience.EXTERNAL:
            return self.external_digest
        return self.internal_digest


class EditionFile(models.Model):
    """A file of an edition, built once: the bytes that are served ever after."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="files")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    kind = models.CharField(max_length=5, choices=FileKind.choices)
    document_digest = models.CharField(max_length=64, help_text="Of the content it was made from")
    content = models.BinaryField()
    digest = models.CharField(max_length=64, help_text="Of its own bytes")
    built_at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "audience", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "audience", "kind"], name="one_file_per_audience_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values, kind__in=FileKind.values)
                & says_something("document_digest", "digest"),
                name="edition_file_is_of_a_known_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}, {self.audience} {self.kind}"


class EditionReader(models.Model):
    """Somebody who may read an edition before it is published."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="readers")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["edition", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person"], name="a_reader_is_named_once_per_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} reads {self.edition_id} before it is published"


class EditionOpening(models.Model):
    """Who opened or downloaded an edition, in which form, and when first."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="openings")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    form = models.CharField(max_length=10)
    is_before_publication = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["edition", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person", "form", "is_before_publication"],
                name="an_opening_is_recorded_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} opened {self.edition_id}"


class ToldChange(models.Model):
    """A figure of an edition that changed, as its readers were told: inside, or outside.

    ``asks`` says that it asks for a new edition: a verdict, a direction or the first page changed.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="told")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    reference = models.CharField(max_length=60)
    shows = models.TextField()
    asks = models.BooleanField(default=False)
    on = models.DateField()

    class Meta:
        ordering = ["edition", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values) & says_something("reference", "shows"),
                name="a_told_change_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} shows {self.shows} since {self.on}"


class Redaction(models.Model):
    """A passage taken out of a withdrawn edition by two people; the passage itself is not kept."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="redactions")
    section = models.CharField(max_length=200)
    place = models.CharField(max_length=60, help_text="Where in the content tree")
    passage_digest = models.CharField(max_length=64)
    ground = models.TextField()
    internal_before = models.CharField(max_length=64)
    external_before = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    on_record = ()

    class Meta:
        ordering = ["edition", "id"]
        constraints = [
            models.CheckConstraint(
                condition=says_something("ground", "place", "passage_digest"),
                name="redaction_has_a_ground_and_a_place",
            ),
            models.CheckConstraint(
                condition=both_or_neither("done_at", "done_by"),
                name="redaction_done_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | ~Q(done_by=F("asked_by")),
                name="nobody_takes_out_a_passage_alone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} of {self.edition_id}"
