"""An action of the plan as one row, on pages and in files."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import get_text_list

from audits.plan.models import Action, Occurrence, Owner, Update
from audits.plan.permissions import why_not_report
from audits.plan.progress import ActionProgress
from audits.plan.querysets import ActionQuerySet
from teams.permissions import Authority


@dataclass(frozen=True)
class ActionRow:
    """One action: how it stands as a whole, and ``here``, where it is looked at.

    ``report_url`` is empty for who does not report on it now.
    """

    stands: ActionProgress
    here: ActionProgress
    report_url: str

    @property
    def action(self) -> Action:
        """The action itself."""
        return self.stands.action

    @property
    def progress(self) -> list[str]:
        """The last word on it, or that of each locality, and who has said nothing."""
        whole, sides = self.stands, self.stands.localities
        lines = [whole.times_text]
        lines += [one.updates[-1].dated_text for one in sides if one.updates]
        lines += [one.dated_text for one in whole.updates if one.locality_id is None][-1:]
        silent = [str(one.locality) for one in sides if not one.has_answered]
        if silent:
            lines.append(f"No answer yet: {get_text_list(silent, 'and')}")
        return [line for line in lines if line]

    @property
    def progress_lines(self) -> Sequence[str]:
        """How it stands and what was reported last, a line each, as files have it."""
        note = f" ({self.here.note})" if self.here.note else ""
        return [f"{self.here.status}{note}", *self.progress]


def for_rows(actions: ActionQuerySet) -> ActionQuerySet:
    """With what rows say of each; an action still needs its outcome and theme. Four queries."""
    return actions.select_related("claimed_by", "accepted_by").prefetch_related(*beside_rows())


def beside_rows() -> list["Prefetch[Any]"]:
    """What rows say of an action that stands in tables of its own. Three queries."""
    updates = Update.objects.in_force().select_related("locality", "by").order_by("on", "id")
    return [
        Prefetch("owners", Owner.objects.select_related("person").order_by("position")),
        Prefetch("updates", updates),
        Prefetch("occurrences", Occurrence.objects.order_by("due_on")),
    ]


def may_report(stands: ActionProgress, authority: Authority) -> bool:
    """Whether there is something to report, and this person reports on it."""
    return stands.is_unfinished and not why_not_report(authority, stands.action.owners.all())


def row_of(stands: ActionProgress, here: ActionProgress, authority: Authority) -> ActionRow:
    """The row of an action that was loaded ``for_rows``; no queries."""
    url = reverse("action-report", args=[stands.action.pk]) if may_report(here, authority) else ""
    return ActionRow(stands, here, url)
