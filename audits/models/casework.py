"""The audit of one case: what the auditor and the moderator gave, and what is done about it."""

import datetime as dt

from django.db import models
from django.db.models import F, Q

from audits.grades import (
    QUALITY,
    QUALITY_CHOICES,
    Grade,
    Threshold,
    judgement_label,
)
from audits.models.constraints import check
from audits.models.rounds import SampledCase
from audits.models.tools import Choice, Indicator
from audits.querysets import DONE, CaseAuditQuerySet, GivenQuerySet, RemedialQuerySet
from audits.workflow import CaseState, WithState
from earlyhelp.core.conditions import all_of, both_or_neither, implies, none_of, says_something
from earlyhelp.core.pages.wording import days_late
from teams.models import User


class CaseAudit(WithState, models.Model):
    """One look at one case, by one agency; ``turn`` 2 and on are the case audited again.

    Of the moderator's judgement and the auditor's both are kept, and the moderator's counts.
    What a moderator saved and has not given yet is a draft: it counts nowhere.
    ``version`` counts saves, so that a stale one is answered with both versions.
    """

    case = models.ForeignKey(SampledCase, models.PROTECT, related_name="audits")
    agency = models.CharField(max_length=100, blank=True, help_text="Empty: the service itself")
    turn = models.PositiveSmallIntegerField(default=1)
    auditor = models.ForeignKey(User, models.PROTECT, related_name="case_audits")
    due_on = models.DateField()
    moderator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="audits_to_moderate"
    )
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.ALLOCATED)
    version = models.PositiveIntegerField(default=0)
    overall = models.CharField(max_length=20, choices=QUALITY_CHOICES, blank=True)
    threshold = models.CharField(max_length=10, choices=Threshold.choices, blank=True)
    is_unsafe = models.BooleanField(default=False)
    strengths = models.TextField(blank=True)
    improvements = models.TextField(blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    moderated_at = models.DateTimeField(null=True, blank=True)
    moderated_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    moderated_overall = models.CharField(max_length=20, choices=QUALITY_CHOICES, blank=True)
    moderated_unsafe = models.BooleanField(null=True, blank=True)
    moderation_comment = models.TextField(blank=True)
    draft_overall = models.CharField(
        max_length=20, choices=QUALITY_CHOICES, blank=True, default="", db_default=""
    )
    draft_unsafe = models.BooleanField(null=True, blank=True)
    draft_comment = models.TextField(blank=True, default="", db_default="")

    objects = CaseAuditQuerySet.as_manager()
    on_record = "state"
    stale_message = "Somebody else saved this audit while you were working on it."

    class Meta:
        ordering = ["case", "agency", "turn"]
        indexes = [
            models.Index(fields=["auditor", "state", "due_on"], name="audit_by_auditor"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "agency", "turn"], name="one_audit_per_case_agency_and_turn"
            ),
            check("audit_turn_starts_at_1", Q(turn__gte=1)),
            check(
                "audit_overall_is_known",
                Q(overall__in=["", *QUALITY], moderated_overall__in=["", *QUALITY]),
            ),
            check("audit_threshold_is_known", Q(threshold__in=["", *Threshold.values])),
            check(
                "audit_submission_has_who_and_when",
                both_or_neither("submitted_on", "submitted_at", "submitted_by"),
            ),
            check(
                "moderation_has_who_and_when",
                both_or_neither("moderated_at", "moderated_by", "moderated_unsafe"),
            ),
            check(
                "audit_is_where_its_state_says",
                (
                    Q(state__in=[CaseState.ALLOCATED, CaseState.IN_PROGRESS])
                    & none_of("submitted_at", "moderated_at")
                )
                | (Q(state=CaseState.SUBMITTED) & all_of("submitted_at") & none_of("moderated_at"))
                | (Q(state=CaseState.MODERATED) & all_of("submitted_at", "moderated_at")),
            ),
            check(
                "the_auditor_submits", Q(submitted_by__isnull=True) | Q(submitted_by=F("auditor"))
            ),
            check(
                "nobody_moderates_their_own_audit",
                (Q(moderator__isnull=True) | ~Q(moderator=F("auditor")))
                & (Q(moderated_by__isnull=True) | ~Q(moderated_by=F("auditor"))),
            ),
            check(
                "only_a_moderated_audit_has_a_moderated_judgement",
                implies(
                    ~Q(moderated_overall="") | ~Q(moderation_comment=""),
                    Q(state=CaseState.MODERATED),
                ),
            ),
            check(
                "a_changed_judgement_has_its_comment",
                ~Q(state=CaseState.MODERATED)
                | (
                    Q(moderated_overall=F("overall"), moderated_unsafe=F("is_unsafe"))
                    | ~Q(moderation_comment="")
                ),
            ),
            check("audit_draft_is_known", Q(draft_overall__in=["", *QUALITY])),
            check(
                "a_draft_of_a_moderation_is_of_a_submitted_audit",
                Q(draft_overall="", draft_unsafe__isnull=True, draft_comment="")
                | Q(state=CaseState.SUBMITTED, draft_unsafe__isnull=False),
            ),
            check(
                "a_changed_draft_judgement_has_its_comment",
                Q(draft_unsafe__isnull=True)
                | Q(draft_overall=F("overall"), draft_unsafe=F("is_unsafe"))
                | ~Q(draft_comment=""),
            ),
        ]

    def __str__(self) -> str:
        turn = "" if self.turn == 1 else f", turn {self.turn}"
        return f"{self.case}{', ' + self.agency if self.agency else ''}{turn}"

    @property
    def name(self) -> str:
        """What lists call it: ``Case 7``, ``Case 7, Police``, ``Case 7, audited again``."""
        agency = f", {self.agency}" if self.agency else ""
        again = {1: "", 2: ", audited again"}.get(self.turn, f", turn {self.turn}")
        return f"{self.case}{agency}{again}"

    @property
    def judgement_label(self) -> str:
        """The auditor's judgement in words."""
        return judgement_label(self.overall, is_unsafe=self.is_unsafe)

    @property
    def counted_judgement_label(self) -> str:
        """The judgement that counts, in words."""
        return judgement_label(self.counted_overall, is_unsafe=self.counted_unsafe)

    @property
    def threshold_label(self) -> str:
        """The level of help in words; empty where it was not judged."""
        return Threshold(self.threshold).label if self.threshold else ""

    @property
    def is_done(self) -> bool:
        """Whether the auditor has submitted it."""
        return self.state in DONE

    @property
    def counted_overall(self) -> str:
        """The overall judgement that counts: the moderator's where there is one."""
        return self.moderated_overall or self.overall

    @property
    def counted_unsafe(self) -> bool:
        """Whether the case counts as unsafe: the moderator's word where there is one."""
        return self.is_unsafe if self.moderated_unsafe is None else self.moderated_unsafe

    @property
    def is_a_concern(self) -> bool:
        """Whether it was found inadequate or unsafe, so that somebody has to act."""
        return self.is_done and (self.counted_overall == Grade.INADEQUATE or self.counted_unsafe)

    def days_late_on(self, day: dt.date) -> int:
        """Days after the due date at which it was submitted, or that it is late on ``day``."""
        return max(0, ((self.submitted_on or day) - self.due_on).days)

    def late_on(self, day: dt.date) -> str:
        """``3 days late`` while it is still to be submitted after its due date."""
        return "" if self.is_done else days_late(self.days_late_on(day))


class Given(models.Model):
    """What was given for one indicator; an empty grade was not given, or a choice or text was.

    ``moderated_grade`` is empty until a moderator confirmed or changed it, and then counts;
    ``draft_grade`` is what one saved and has not given yet, and counts nowhere.
    """

    audit = models.ForeignKey(CaseAudit, models.PROTECT, related_name="given", db_index=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="given")
    grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    comment = models.TextField(blank=True)
    text = models.TextField(blank=True)
    chosen = models.ManyToManyField(Choice, related_name="given", blank=True)
    moderated_grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    moderation_comment = models.TextField(blank=True)
    draft_grade = models.CharField(
        max_length=20, choices=Grade.choices, blank=True, default="", db_default=""
    )
    draft_comment = models.TextField(blank=True, default="", db_default="")

    objects = GivenQuerySet.as_manager()

    class Meta:
        ordering = ["audit", "indicator__position"]
        verbose_name_plural = "given"
        indexes = [
            models.Index(
                fields=["audit", "indicator", "grade", "moderated_grade"], name="given_tally"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "indicator"], name="one_answer_per_audit_and_indicator"
            ),
            check(
                "given_grade_is_known",
                Q(grade__in=["", *Grade.values], moderated_grade__in=["", *Grade.values]),
            ),
            check("only_a_given_grade_is_moderated", implies(~Q(moderated_grade=""), ~Q(grade=""))),
            check(
                "a_changed_grade_has_its_comment",
                Q(moderated_grade="") | Q(moderated_grade=F("grade")) | ~Q(moderation_comment=""),
            ),
            check(
                "a_moderation_comment_has_its_grade",
                implies(~Q(moderation_comment=""), ~Q(moderated_grade="")),
            ),
            check("draft_grade_is_known", Q(draft_grade__in=["", *Grade.values])),
            check(
                "a_draft_grade_is_of_a_given_one_and_has_its_comment",
                Q(draft_grade="", draft_comment="")
                | (
                    ~Q(grade="")
                    & ~Q(draft_grade="")
                    & (Q(draft_grade=F("grade")) | ~Q(draft_comment=""))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.get_counted_display()}"

    @property
    def counted(self) -> str:
        """The grade that counts: the moderator's where there is one."""
        return self.moderated_grade or self.grade

    @property
    def words(self) -> str:
        """What the auditor wrote, in answer and beside it."""
        return "\n".join(filter(None, [self.text, self.comment]))

    @property
    def moderator_words(self) -> str:
        """What the moderator wrote, after the grade that it was where they changed it."""
        if self.moderation_comment and self.moderated_grade != self.grade:
            return f"was {Grade(self.grade).label.lower()}: {self.moderation_comment}"
        return self.moderation_comment

    def get_counted_display(self) -> str:
        """The grade that counts, in words; "Not answered yet" without one."""
        return Grade(self.counted).label if self.counted else "Not answered yet"


class RemedialAction(models.Model):
    """What is to be done at once about one inadequate or unsafe case, by when."""

    audit = models.ForeignKey(CaseAudit, models.PROTECT, related_name="remedial_actions")
    what = models.TextField()
    due_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    objects = RemedialQuerySet.as_manager()
    on_record = ()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            check("remedial_action_says_what", says_something("what")),
            check(
                "remedial_action_done_has_who_and_when",
                both_or_neither("done_on", "done_at", "done_by"),
            ),
            check(
                "only_a_done_remedial_action_has_a_note", implies(~Q(note=""), all_of("done_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.what
