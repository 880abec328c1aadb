"""One action with everything that happened to it: updates, moved dates, claims, earlier years."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits.plan import sources
from audits.plan.models import Action, Occurrence
from audits.plan.pages.due import understood
from audits.plan.pages.part import crumbs_of
from audits.plan.permissions import PlanPermission, why_not_accept, why_not_report
from audits.plan.progress import ActionProgress, overall, with_history
from audits.plan.verbs import OF_CLAIMS, PlanVerb
from audits.plan.workflow import ACTION, ActionAct, ActionState
from earlyhelp.core.events.models import Event
from earlyhelp.core.events.verbs import sentence_of
from earlyhelp.core.pages.wording import long_date
from earlyhelp.core.workflow import Option
from teams.authority import Actor, stands_in
from teams.models import Locality
from teams.permissions import Authority


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that was done, and the words written with it."""

    at: dt.datetime
    sentence: str
    words: Sequence[str]


@dataclass(frozen=True)
class TimeRow:
    """One of several times; ``done_url`` for who may say that it was done."""

    occurrence: Occurrence
    is_late: bool
    done_url: str


@dataclass(frozen=True)
class ActionPage:
    """The page of an action; ``can`` holds what this person can do, by the names of the acts."""

    action: Action
    stands: ActionProgress
    understood: str
    origin: sources.Origin | None
    crumbs: Sequence[tuple[str, str]]
    times: Sequence[TimeRow]
    times_to_come: Sequence[TimeRow]
    earlier: Sequence[Action]
    carried_to: Action | None
    history: Sequence[HistoryEntry]
    not_accepted: HistoryEntry | None
    can: Mapping[str, Option]
    keeps: bool


def reports_for(
    action: Action, authority: Authority, today: dt.date, localities: Sequence[Locality]
) -> tuple[bool, list[Locality]]:
    """Whether this person reports on the whole action, and on which localities of it."""
    owners = list(action.owners.all())
    whole = not why_not_report(authority, owners)
    if not whole or not action.for_every_locality:
        return whole, []
    here = stands_in(authority, today)
    return whole, [
        one
        for one in localities
        if not why_not_report(authority, owners, locality_id=one.pk, stands_in=here)
    ]


def action_page(action: Action, by: Actor) -> ActionPage:
    """Everything about an action that was loaded ``for_pages``.

    The same queries for any action; a few more for each year that it was carried over from.
    """
    authority, today = by.authority, by.today
    localities = list(Locality.objects.all())
    stands = overall(action, localities, today)
    whole, places = reports_for(action, authority, today, localities)
    events = list(
        Event.objects.visible_to(by, about=action)
        .select_related("by")
        .prefetch_related("remarks")
        .order_by("-id")
    )
    reported = {None, *(one.pk for one in places)} if whole else set()
    times, times_to_come = _times(action, today, reported)
    later = Action.objects.filter(carried_from=action).select_related("outcome__theme__plan")
    return ActionPage(
        action=action,
        stands=stands,
        understood=understood(action.timing, [one.due_on for one in stands.occurrences]),
        origin=sources.origin(action),
        crumbs=crumbs_of(action.plan),
        times=times,
        times_to_come=times_to_come,
        earlier=with_history(action)[1:],
        carried_to=later.first(),
        history=[_entry(one) for one in events if one.verb != PlanVerb.PROGRESS_REPORTED],
        not_accepted=_not_accepted(action, events),
        can=_options(action, authority, reports=whole),
        keeps=authority.holds(PlanPermission.KEEP_PLAN),
    )


def _times(
    action: Action, today: dt.date, reported: Collection[int | None]
) -> tuple[list[TimeRow], list[TimeRow]]:
    """What is past, done or comes next, and the later times, which are folded away.

    ``reported`` are the localities for which this person reports, None where there is none.
    """
    is_open = ACTION.allows(ActionAct.UPDATE, action.state)
    occurrences = action.occurrences.all()
    now = min((one.due_on for one in occurrences if one.due_on >= today), default=today)
    until_now: list[TimeRow] = []
    to_come: list[TimeRow] = []
    for one in occurrences:
        may = is_open and not one.is_done and one.locality_id in reported
        url = reverse("action-occurrence", args=[one.pk]) if may else ""
        rows = until_now if one.is_done or one.due_on <= now else to_come
        rows.append(TimeRow(one, one.is_late_on(today), url))
    return until_now, to_come


def _options(action: Action, authority: Authority, *, reports: bool) -> dict[str, Option]:
    """What this person can do with the action now, and why a claim is not theirs to accept."""
    keeps = authority.holds(PlanPermission.KEEP_PLAN)
    decides = authority.holds(PlanPermission.ACCEPT_COMPLETION)
    wanted = {
        "report": (ActionAct.UPDATE, reports),
        "claim": (ActionAct.CLAIM, reports),
        "edit": (ActionAct.CHANGE, keeps),
        "date": (ActionAct.CHANGE, keeps),
        "stop": (ActionAct.STOP, decides),
        "reopen": (ActionAct.REOPEN, decides),
        "carry-over": (ActionAct.CARRY_OVER, keeps),
    }
    options = {
        name.replace("-", "_"): Option(reverse(f"action-{name}", args=[action.pk]))
        for name, (act, may) in wanted.items()
        if may and ACTION.allows(act, action.state)
    }
    if ACTION.allows(ActionAct.ACCEPT, action.state):
        why_not = why_not_accept(authority, action.claimed_by_id)
        options["accept"] = Option(reverse("action-accept", args=[action.pk]), why_not)
    return options


def _not_accepted(action: Action, events: Sequence[Event]) -> HistoryEntry | None:
    """The refusal of the last claim, while the action is open again because of it."""
    last = next((event for event in events if event.verb in OF_CLAIMS), None)
    if last is None or last.verb != PlanVerb.CLAIM_DECLINED or action.state != ActionState.OPEN:
        return None
    return _entry(last)


def _entry(event: Event) -> HistoryEntry:
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    sentence = sentence_of(event.subject_type, event.verb).format(
        who=event.who,
        before=before.get("by_when", ""),
        after=after.get("by_when", ""),
        due_on=_day(after.get("due_on")),
        done_on=_day(after.get("done_on")),
    )
    words = [
        "These words were taken out." if one.removed_at else one.text for one in event.remarks.all()
    ]
    return HistoryEntry(event.at, sentence, [text for text in words if text])


def _day(written: str | None) -> str:
    return long_date(dt.date.fromisoformat(written)) if written else ""
