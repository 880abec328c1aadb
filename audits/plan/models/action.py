"""The actions of a plan: by whom, by when, and what was reported of them."""

import datetime as dt
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import get_text_list

from audits.plan.models.plan import Outcome, Plan
from audits.plan.querysets import ActionQuerySet, UpdateQuerySet
from audits.plan.timing import ActionTiming, Every, TimingKind
from audits.plan.workflow import ActionState
from earlyhelp.core.conditions import all_of, both_or_neither, implies, none_of, says_something
from earlyhelp.core.pages.wording import long_date
from measures.models import Measure
from teams.models import Locality, User
from teams.roles import Role


class Source(models.TextChoices):
    """Where an action comes from."""

    MEASURE = "measure", "A measure"
    AUDIT_FINDING = "audit-finding", "An audit's finding"
    INSPECTION = "inspection", "An inspection"
    OTHER = "other", "Something else"


# By what a timing says: the dates that it has, and those that it has not.
_DATES = [
    (Q(timing_kind=TimingKind.ONGOING, every=""), (), ("starts_on", "start_by", "due_on")),
    (Q(timing_kind=TimingKind.FROM, every=""), ("starts_on", "start_by"), ("due_on",)),
    (
        Q(
            timing_kind__in=[TimingKind.BY, TimingKind.BY_THEN_ONGOING, TimingKind.SEVERAL],
            every="",
        ),
        ("due_on",),
        ("starts_on", "start_by"),
    ),
    (
        Q(timing_kind=TimingKind.BETWEEN, every="", due_on__gte=F("starts_on")),
        ("starts_on", "start_by", "due_on"),
        (),
    ),
    (
        Q(timing_kind=TimingKind.EVERY, every__in=Every.values, due_on__gte=F("starts_on")),
        ("starts_on", "start_by", "due_on"),
        (),
    ),
]
# By state: what was done to it so far, and what was not.
_STAMPS = [
    (Q(state=ActionState.OPEN), (), ("claimed_at", "accepted_at", "stopped_at")),
    (Q(state=ActionState.CLAIMED), ("claimed_at",), ("accepted_at", "stopped_at")),
    (Q(state=ActionState.COMPLETE), ("claimed_at", "accepted_at"), ("stopped_at",)),
    (Q(state=ActionState.NO_LONGER_NEEDED), ("stopped_at",), ("accepted_at",)),
    (Q(state=ActionState.CARRIED_OVER), (), ("accepted_at", "stopped_at")),
]


class Action(models.Model):
    """Something to be done for an outcome.

    ``state`` keeps only what people said; whether it has started or is late is worked out
    from its timing and what was reported (``timing.status``). ``was_claimed`` stays when a claim
    is declined, or the action opened again: what somebody called complete has begun.
    ``timing_words`` are as written; the columns beside them are what they mean.
    """

    outcome = models.ForeignKey(Outcome, models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField(help_text="1 is shown as a, 2 as b")
    text = models.TextField()
    timing_words = models.CharField("by when", max_length=120)
    timing_kind = models.CharField(max_length=20, choices=TimingKind.choices)
    starts_on = models.DateField(null=True, blank=True)
    start_by = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    every = models.CharField(max_length=10, choices=Every.choices, blank=True)
    rationale = models.TextField(blank=True)
    source = models.CharField(max_length=15, choices=Source.choices, default=Source.OTHER)
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="actions"
    )
    for_every_locality = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=ActionState.choices, default=ActionState.OPEN)
    version = models.PositiveIntegerField(default=0)
    was_claimed = models.BooleanField(default=False, db_default=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.TextField(blank=True)
    evidence_link = models.URLField(max_length=500, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    stop_reason = models.TextField(blank=True)
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )

    objects = ActionQuerySet.as_manager()
    on_record = "state"
    stale_message = "Somebody else changed this action while you were working on it."

    class Meta:
        ordering = ["outcome", "position"]
        indexes = [models.Index(fields=["state", "due_on"], name="action_by_due_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "position"], name="one_action_per_outcome_and_position"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1) & says_something("text", "timing_words"),
                name="action_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=reduce(
                    or_, (kind & all_of(*has) & none_of(*lacks) for kind, has, lacks in _DATES)
                ),
                name="action_dates_fit_their_kind",
            ),
            models.CheckConstraint(
                condition=implies(all_of("measure"), Q(source=Source.MEASURE))
                & Q(source__in=Source.values),
                name="action_comes_from_what_its_source_says",
            ),
            models.CheckConstraint(
                condition=(none_of("claimed_at", "claimed_by") & Q(evidence="", evidence_link=""))
                | (all_of("claimed_at", "claimed_by") & says_something("evidence")),
                name="claim_has_who_when_and_evidence",
            ),
            models.CheckConstraint(
                condition=implies(all_of("claimed_at"), Q(was_claimed=True)),
                name="what_is_claimed_was_claimed",
            ),
            models.CheckConstraint(
                condition=both_or_neither("accepted_at", "accepted_by"),
                name="acceptance_of_action_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=(none_of("stopped_at", "stopped_by") & Q(stop_reason=""))
                | (all_of("stopped_at", "stopped_by") & says_something("stop_reason")),
                name="no_longer_needed_has_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=reduce(
                    or_, (state & all_of(*has) & none_of(*lacks) for state, has, lacks in _STAMPS)
                ),
                name="action_is_where_its_state_says",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("claimed_by")),
                name="nobody_accepts_their_own_claim",
            ),
            models.CheckConstraint(
                condition=Q(carried_from__isnull=True) | ~Q(carried_from=F("id")),
                name="action_is_not_carried_from_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.text}"

    @property
    def letter(self) -> str:
        """``a`` for the first action of its outcome, ``aa`` after ``z``."""
        place, letters = self.position, ""
        while place:
            place, rest = divmod(place - 1, 26)
            letters = chr(ord("a") + rest) + letters
        return letters

    @property
    def ref(self) -> str:
        """``3.4 b``; needs the outcome and its theme loaded."""
        return f"{self.outcome.ref} {self.letter}"

    @property
    def plan(self) -> Plan:
        """The plan of its outcome."""
        return self.outcome.theme.plan

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("action", args=[self.pk])

    @property
    def by_whom(self) -> str:
        """``Heads of service and IT teams``; its owners' query unless they were fetched."""
        return get_text_list([owner.everybody for owner in self.owners.all()], "and")

    @property
    def timing(self) -> ActionTiming:
        """When it is due, as a value; the occurrences are rows of their own."""
        return ActionTiming(
            words=self.timing_words,
            kind=TimingKind(self.timing_kind),
            starts=self.starts_on,
            start_by=self.start_by,
            due=self.due_on,
            every=Every(self.every) if self.every else None,
        )

    @timing.setter
    def timing(self, value: ActionTiming) -> None:
        self.timing_words, self.timing_kind = value.words, value.kind
        self.starts_on, self.start_by, self.due_on = value.starts, value.start_by, value.due
        self.every = value.every or ""


# A role that owns an action is everybody who holds it.
EVERYBODY = {
    Role.CONTRIBUTOR: "Contributors",
    Role.TEAM_MANAGER: "Team managers",
    Role.HEAD_OF_SERVICE: "Heads of service",
    Role.SERVICE_DIRECTOR: "Service director",
    Role.PERFORMANCE_OFFICER: "Performance officers",
    Role.AUDITOR: "Auditors",
    Role.BOARD_MEMBER: "Board members",
    Role.ADMINISTRATOR: "Administrators",
}


class Owner(models.Model):
    """Who is to do it: everybody of a role, one person, or a body without a sign-in here."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="owners")
    position = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=30, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="actions_owned"
    )
    body = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["action", "position"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(role__in=Role.values, person__isnull=True, body=""))
                | Q(role="", person__isnull=False, body="")
                | (Q(role="", person__isnull=True) & says_something("body")),
                name="owner_is_a_role_a_person_or_a_body",
            ),
            models.UniqueConstraint(
                fields=["action", "role", "person", "body"], name="an_owner_stands_once"
            ),
            # A missing person is different from every other in the constraint above.
            models.UniqueConstraint(
                fields=["action", "role", "body"],
                condition=Q(person__isnull=True),
                name="a_role_or_body_stands_once",
            ),
        ]

    def __str__(self) -> str:
        if self.role:
            return Role(self.role).label
        return str(self.person) if self.person else self.body

    @property
    def everybody(self) -> str:
        """The owner, a role being everybody who holds it: ``Heads of service``."""
        return EVERYBODY[Role(self.role)] if self.role else str(self)


class Update(models.Model):
    """What was reported of an action, on a day. It is added to and never overwritten.

    Words that should not have been written (a name) can be taken out, on record.
    """

    action = models.ForeignKey(Action, models.PROTECT, related_name="updates")
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="action_updates"
    )
    evidence_link = models.URLField(max_length=500, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = UpdateQuerySet.as_manager()
    on_record = ()

    class Meta:
        ordering = ["action", "on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(none_of("removed_at", "removed_by") & says_something("text"))
                | (all_of("removed_at", "removed_by") & Q(text="", evidence_link="")),
                name="update_says_something_or_was_taken_out",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def dated_text(self) -> str:
        """``5 July 2016, North: The exemplar plan was sent.``"""
        where = f", {self.locality}" if self.locality else ""
        return f"{long_date(self.on)}{where}: {self.text}"


class TimingChange(models.Model):
    """A date that was moved: what it was, what it became, and why."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="timing_changes")
    before_words = models.CharField(max_length=120)
    before_due = models.DateField(null=True, blank=True)
    after_words = models.CharField(max_length=120)
    after_due = models.DateField(null=True, blank=True)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["action", "id"]
        constraints = [
            models.CheckConstraint(
                condition=says_something("before_words", "after_words", "reason"),
                name="moved_date_keeps_both_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_words} to {self.after_words}"


class Occurrence(models.Model):
    """One of several or recurring times of an action; per locality where all have to do it."""

    action = models.ForeignKey(Action, models.PROTECT, related_name="occurrences")
    due_on = models.DateField()
    locality = models.ForeignKey(
        Locality, models.PROTECT, null=True, blank=True, related_name="occurrences"
    )
    done_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    on_record = ()

    class Meta:
        ordering = ["action", "due_on", "locality"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "due_on", "locality"],
                name="one_occurrence_per_action_day_and_locality",
            ),
            models.UniqueConstraint(
                fields=["action", "due_on"],
                condition=Q(locality__isnull=True),
                name="one_occurrence_per_action_and_day",
            ),
            models.CheckConstraint(
                condition=both_or_neither("done_on", "done_at", "done_by"),
                name="occurrence_done_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=implies(~Q(note=""), all_of("done_at")),
                name="only_a_done_occurrence_has_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} due {self.due_on}"

    @property
    def is_done(self) -> bool:
        """Whether it was done."""
        return self.done_on is not None

    def is_late_on(self, day: dt.date) -> bool:
        """Whether it is still to be done after its day."""
        return not self.is_done and day > self.due_on
