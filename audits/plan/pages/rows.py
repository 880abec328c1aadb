"""An action of the plan as one row: every word of it ready to print, on pages and in files."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list

from audits.plan.models import Occurrence, Owner, Source, Update
from audits.plan.pages.due import day_words
from audits.plan.permissions import why_not_report
from audits.plan.progress import LocalityProgress, Overall, Progress
from audits.plan.querysets import ActionQuerySet
from audits.plan.timing import Status
from teams.permissions import Authority
from teams.roles import Role

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


@dataclass(frozen=True)
class PlaceRow:
    """What one locality said of an action that every locality must do."""

    name: str
    status: str
    colour: str
    note: str
    has_answered: bool
    times: str
    latest: str


@dataclass(frozen=True)
class ActionRow:
    """One action: by whom, by when, how it stands.

    ``note`` says more than the status does ("was due 1 September 2016"); ``progress`` are the
    lines of the last column. ``report_url`` is empty for who does not report on it now.
    """

    pk: int
    ref: str
    theme: str
    outcome: str
    text: str
    url: str
    report_url: str
    by_whom: str
    by_when: str
    is_everywhere: bool
    due: dt.date | None
    rationale: str
    source: str
    status: Status
    colour: str
    note: str
    progress: Sequence[str]

    @property
    def progress_lines(self) -> list[str]:
        """How it stands and what was reported last, a line each, as files have it."""
        return [f"{self.status}{f' ({self.note})' if self.note else ''}", *self.progress]


def for_rows(actions: ActionQuerySet) -> ActionQuerySet:
    """With what rows say of each; an action still needs its outcome and theme. Four queries."""
    return actions.select_related("claimed_by", "accepted_by").prefetch_related(*beside_rows())


def beside_rows() -> list["Prefetch[Any]"]:
    """What rows say of an action that stands in tables of its own. Three queries."""
    updates = Update.objects.in_force().select_related("locality").order_by("on", "id")
    return [
        Prefetch("owners", Owner.objects.select_related("person").order_by("position")),
        Prefetch("updates", updates),
        Prefetch("occurrences", Occurrence.objects.order_by("due_on")),
    ]


def may_report(stands: Progress, authority: Authority) -> bool:
    """Whether there is something to report, and this person reports on it."""
    return stands.is_unfinished and not why_not_report(authority, stands.action.owners.all())


def row_of(stands: Overall, here: Progress, authority: Authority) -> ActionRow:
    """The row of an action that was loaded ``for_rows``; no queries.

    ``here`` is how it stands where it is looked at: as a whole, or within some localities.
    """
    action = stands.action
    return ActionRow(
        pk=action.pk,
        ref=action.ref,
        theme=str(action.outcome.theme),
        outcome=action.outcome.text,
        text=action.text,
        url=reverse("action", args=[action.pk]),
        report_url=(
            reverse("action-report", args=[action.pk]) if may_report(here, authority) else ""
        ),
        by_whom=by_whom(action.owners.all()),
        by_when=action.timing_words,
        is_everywhere=bool(stands.localities),
        due=here.due,
        rationale=action.rationale,
        source=Source(action.source).label,
        status=here.status,
        colour=here.status.colour,
        note=note_of(here),
        progress=_lines(stands),
    )


def by_whom(owners: Iterable[Owner]) -> str:
    """``Heads of service and IT teams``."""
    names = [EVERYBODY[Role(one.role)] if one.role else str(one) for one in owners]
    return get_text_list(names, "and")


def note_of(stands: Progress) -> str:
    """What makes a status say more: which day was missed, who claimed, why it was stopped."""
    action, late = stands.action, stands.late_since
    if late is not None:
        verb = "was due" if stands.status == Status.OVERDUE else "was to begin by"
        return f"{verb} {day_words(late)}"
    if stands.status == Status.CLAIMED and action.claimed_at:
        return f"by {action.claimed_by}, {day_words(timezone.localdate(action.claimed_at))}"
    if stands.status == Status.COMPLETE and action.accepted_at:
        on = day_words(timezone.localdate(action.accepted_at))
        return f"accepted by {action.accepted_by}, {on}"
    if stands.status == Status.NO_LONGER_NEEDED:
        return action.stop_reason
    return ""


def times_words(stands: Progress) -> str:
    """``2 of 4 times done``; nothing for an action that is done once."""
    done, all_of_them = stands.times_done
    return f"{done} of {all_of_them} times done" if all_of_them else ""


def update_words(update: Update) -> str:
    """``5 July 2016, North: The exemplar plan was sent.``"""
    where = f", {update.locality}" if update.locality else ""
    return f"{day_words(update.on)}{where}: {update.text}"


def _lines(stands: Overall) -> list[str]:
    """The last word on an action, or that of each locality, and who has said nothing."""
    said = [one for one in stands.whole.updates if one.locality_id is None]
    sides = stands.localities
    found = [times_words(stands.whole)]
    found += [update_words(one.progress.latest) for one in sides if one.progress.latest]
    if said:
        found.append(update_words(said[-1]))
    silent = [side.locality.name for side in sides if not side.has_answered]
    if silent:
        found.append(f"No answer yet: {get_text_list(silent, 'and')}")
    return [line for line in found if line]


def place_row(one: LocalityProgress) -> PlaceRow:
    """What the page of an action says of one locality."""
    stands = one.progress
    return PlaceRow(
        name=one.locality.name,
        status=str(stands.status),
        colour=stands.status.colour,
        note=note_of(stands),
        has_answered=one.has_answered,
        times=times_words(stands),
        latest=update_words(stands.latest) if stands.latest else _last_time(stands),
    )


def _last_time(stands: Progress) -> str:
    """The time that was done last, where nobody wrote an update."""
    done = [one for one in stands.occurrences if one.done_on]
    if not done:
        return ""
    last = max(done, key=lambda one: (one.done_on, one.due_on))
    note = f": {last.note}" if last.note else ""
    return f"Done on {day_words(last.done_on)}{note}" if last.done_on else ""
