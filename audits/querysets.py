"""The vocabulary for asking about tools, rounds and case audits."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Coalesce, NullIf

from audits.grades import Grade
from audits.workflow import CaseState, RoundState
from teams.permissions import Authority, Scope

if TYPE_CHECKING:
    # For the type arguments.
    from audits.models import CaseAudit, Given, RemedialAction, Round, Tool  # noqa: F401

DONE = (CaseState.SUBMITTED, CaseState.MODERATED)
TO_DO = (CaseState.ALLOCATED, CaseState.IN_PROGRESS)


def covered(scope: Scope, prefix: str = "") -> Q:
    """The cases inside ``scope``: of its teams, or that stood in its localities."""
    if scope.everywhere:
        return Q()
    return Q(**{f"{prefix}team__in": scope.teams}) | Q(
        **{f"{prefix}locality__in": scope.localities}
    )


class ToolQuerySet(models.QuerySet["Tool"]):
    """Audit tools, by state."""

    def with_indicators(self) -> Self:
        """With the indicators, their guidance and choices, in order; four queries in all."""
        return self.prefetch_related("indicators__grade_guidance", "indicators__choices")

    def counted(self) -> Self:
        """With how much each ``asks``, and by how many rounds it is ``used``."""
        return self.annotate(
            asks=Count("indicators", distinct=True), used=Count("rounds", distinct=True)
        ).order_by("name", "-version")  # which grouping forgets


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds, by state and period."""

    def opened(self) -> Self:
        """Those that were opened, closed ones included."""
        return self.exclude(state=RoundState.PLANNING)

    def closed(self) -> Self:
        """Those in which auditing is over."""
        return self.filter(state=RoundState.CLOSED)


class CaseAuditQuerySet(models.QuerySet["CaseAudit"]):
    """Case audits, by who may read them and what waits to be done."""

    def within(self, scope: Scope) -> Self:
        """Audits of cases inside the scope."""
        return self.filter(covered(scope, "case__"))

    def outside(self, scope: Scope) -> Self:
        """Audits of cases that are not inside the scope."""
        return self.exclude(covered(scope, "case__"))

    def readable_by(self, authority: Authority, scope: Scope) -> Self:
        """Those whose answers this person may read.

        Their own as auditor, in any state, once the round is opened; those they were asked to
        moderate, and those in ``scope``, once submitted.
        """
        if authority.person_id is None:
            return self.none()
        own = Q(auditor=authority.person_id) & ~Q(case__round__state=RoundState.PLANNING)
        asked = Q(moderator=authority.person_id, state__in=DONE)
        inside = covered(scope, "case__") & Q(state__in=DONE) if scope else Q(pk__in=[])
        return self.filter(own | asked | inside)

    def done(self) -> Self:
        """Those that the auditor has submitted."""
        return self.filter(state__in=DONE)

    def first_look(self) -> Self:
        """The sample as it was drawn, without cases audited again: what results count."""
        return self.filter(turn=1)

    def to_be_done_by(self, person_id: int) -> Self:
        """What waits for this auditor, the earliest due first."""
        return self.filter(
            Q(case__round__state=RoundState.AUDITING)
            | Q(case__round__state=RoundState.CLOSED, turn__gt=1),
            auditor=person_id,
            state__in=TO_DO,
        ).order_by("due_on", "case__round", "case__serial", "agency")

    def to_be_moderated(self) -> Self:
        """Those submitted and not yet looked at by a moderator."""
        return self.filter(state=CaseState.SUBMITTED)

    def concerns(self) -> Self:
        """Those found inadequate or unsafe, by the judgement that counts."""
        return (
            self.done()
            .annotate(
                overall_counted=Coalesce(NullIf("moderated_overall", models.Value("")), "overall"),
                unsafe_counted=Coalesce("moderated_unsafe", "is_unsafe"),
            )
            .filter(Q(overall_counted=Grade.INADEQUATE) | Q(unsafe_counted=True))
        )

    def for_pages(self) -> Self:
        """With the names that pages show."""
        people = ("auditor", "moderator", "moderated_by")
        return self.select_related("case__round__tool", "case__team", "case__locality", *people)


class GivenQuerySet(models.QuerySet["Given"]):
    """Answers of auditors, in the tool's order."""

    def of(self, audit: "CaseAudit") -> Self:
        """The answers of one case audit with their indicators and choices, in order."""
        return (
            self.filter(audit=audit)
            .select_related("indicator")
            .prefetch_related("chosen")
            .order_by("indicator__position", "indicator__code")
        )


class RemedialQuerySet(models.QuerySet["RemedialAction"]):
    """Remedial actions, by what waits."""

    def open(self) -> Self:
        """Those not done yet."""
        return self.filter(done_at__isnull=True)

    def within(self, scope: Scope) -> Self:
        """Those about cases inside the scope."""
        return self.filter(covered(scope, "audit__case__"))
