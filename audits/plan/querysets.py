"""The vocabulary for asking about the plan's aims, actions and updates."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from audits.plan.workflow import UNFINISHED, ActionState
from teams.permissions import Authority

if TYPE_CHECKING:
    from audits.plan.models import Action, Aim, Update  # noqa: F401  # for the type arguments


class AimQuerySet(models.QuerySet["Aim"]):
    """What outcomes aim at, oldest first."""

    def in_force(self) -> Self:
        """Those that hold: neither changed nor removed."""
        return self.filter(ended_at__isnull=True)


class ActionQuerySet(models.QuerySet["Action"]):
    """Actions of the plan, by whose they are and when they are due."""

    def unfinished(self) -> Self:
        """Open ones, and claims that wait for a head of service."""
        return self.filter(state__in=UNFINISHED)

    def awaiting_acceptance(self) -> Self:
        """Claimed complete, and nobody has accepted it yet."""
        return self.filter(state=ActionState.CLAIMED)

    def owned_by(self, authority: Authority) -> Self:
        """Those that this person owns, by name or by a role they hold."""
        if authority.person_id is None:
            return self.none()
        owned = self.model.objects.filter(
            Q(owners__person=authority.person_id) | Q(owners__role__in=list(authority.roles))
        )
        return self.filter(pk__in=owned.values("pk"))

    def in_order(self) -> Self:
        """As the plan is read: 3.9 before 3.10, a before b."""
        return self.order_by(
            "outcome__theme__plan", "outcome__theme__number", "outcome__number", "position"
        )

    def for_pages(self) -> Self:
        """With everything that a page of the plan shows, in a fixed number of queries."""
        return self.select_related(
            "outcome__theme__plan",
            "measure",
            "claimed_by",
            "accepted_by",
            "stopped_by",
        ).prefetch_related(
            "owners__person",
            "updates__by",
            "updates__locality",
            "timing_changes__by",
            "occurrences__locality",
            "occurrences__done_by",
        )


class UpdateQuerySet(models.QuerySet["Update"]):
    """Progress updates, newest last."""

    def in_force(self) -> Self:
        """Those whose words were not taken out."""
        return self.filter(removed_at__isnull=True)
