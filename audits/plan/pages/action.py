"""One action with everything that happened to it: updates, moved dates, claims, earlier years."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from audits.plan import sources
from audits.plan.models import Action, Occurrence, TimingChange, Update
from audits.plan.pages.due import understood
from audits.plan.pages.rows import ActionRow, PlaceRow, place_row, row_of
from audits.plan.permissions import PlanPermission, why_not_accept, why_not_report
from audits.plan.progress import overall, with_history
from audits.plan.verbs import OF_CLAIMS, PlanVerb
from audits.plan.workflow import ACTION, ActionAct, ActionState
from earlyhelp.core.events.models import Event
from earlyhelp.core.events.verbs import sentence_of
from measures.performance.choices import NavLink as Link
from teams.authority import stands_in
from teams.models import Locality
from teams.permissions import Authority


@dataclass(frozen=True)
class Entry:
    """One thing that was done, and the words written with it."""

    at: dt.datetime
    sentence: str
    words: Sequence[str]


@dataclass(frozen=True)
class UpdateRow:
    """A progress update; ``take_out_url`` for who may take its words out."""

    update: Update
    take_out_url: str


@dataclass(frozen=True)
class TimeRow:
    """One of several times; ``done_url`` for who may say that it was done."""

    occurrence: Occurrence
    is_late: bool
    done_url: str


@dataclass(frozen=True)
class Earlier:
    """The same action in an earlier year's plan."""

    ref: str
    year: str
    url: str
    updates: Sequence[UpdateRow]
    moved: Sequence[TimingChange]


@dataclass(frozen=True)
class Can:
    """What this person can do with the action now, each as an address, or nothing."""

    report: str = ""
    claim: str = ""
    accept: str = ""
    decline: str = ""
    edit: str = ""
    date: str = ""
    stop: str = ""
    reopen: str = ""
    carry_over: str = ""

    @property
    def anything(self) -> bool:
        """Whether there is anything at all."""
        return any(vars(self).values())


@dataclass(frozen=True)
class ActionPage:
    """The page of an action."""

    action: Action
    row: ActionRow
    understood: str
    places: Sequence[PlaceRow]
    origin: sources.Origin | None
    crumbs: Sequence[tuple[str, str]]
    updates: Sequence[UpdateRow]
    times: Sequence[TimeRow]
    times_to_come: Sequence[TimeRow]
    moved: Sequence[TimingChange]
    earlier: Sequence[Earlier]
    carried_to: Link | None
    history: Sequence[Entry]
    not_accepted: Entry | None
    can: Can
    why_not: str = field(default="")


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


def action_page(action: Action, authority: Authority, today: dt.date) -> ActionPage:
    """Everything about an action that was loaded ``for_pages``.

    The same queries for any action; a few more for each year that it was carried over from.
    """
    localities = list(Locality.objects.all())
    stands = overall(action, localities, today)
    whole, places = reports_for(action, authority, today, localities)
    chain = with_history(action)
    events = list(
        Event.objects.about(action).select_related("by").prefetch_related("remarks").order_by("-id")
    )
    history = [_entry(event) for event in events if event.verb != PlanVerb.PROGRESS_REPORTED]
    claims = [event for event in events if event.verb in OF_CLAIMS]
    declined = claims[0] if claims and claims[0].verb == PlanVerb.CLAIM_DECLINED else None
    keeps = authority.holds(PlanPermission.KEEP_PLAN)
    is_open = ACTION.allows(ActionAct.UPDATE, ActionState(action.state))
    times = [
        TimeRow(
            one,
            one.is_late_on(today),
            reverse("action-occurrence", args=[one.pk])
            if is_open and not one.is_done and _does(one, whole, places)
            else "",
        )
        for one in action.occurrences.all()
    ]
    # What is past and what comes next stand open; later times are folded away.
    now = min(
        (one.occurrence.due_on for one in times if one.occurrence.due_on >= today), default=today
    )
    plan = action.outcome.theme.plan
    return ActionPage(
        action=action,
        row=row_of(stands, stands.whole, authority),
        understood=understood(action.timing, [one.due_on for one in stands.whole.occurrences]),
        places=[place_row(one) for one in stands.localities],
        origin=sources.origin(action),
        crumbs=[(f"Action plan {plan.financial_year}", reverse("plan", args=[plan.year]))],
        updates=_updates(action, keeps=keeps),
        times=[one for one in times if one.occurrence.is_done or one.occurrence.due_on <= now],
        times_to_come=[
            one for one in times if not one.occurrence.is_done and one.occurrence.due_on > now
        ],
        moved=list(action.timing_changes.all()),
        earlier=[_earlier(one) for one in chain[1:]],
        carried_to=_carried_to(action),
        history=history,
        not_accepted=_entry(declined) if declined and action.state == ActionState.OPEN else None,
        can=_can(action, authority, reports=whole, keeps=keeps),
        why_not=_why_not(action, authority),
    )


def _does(one: Occurrence, whole: bool, places: Sequence[Locality]) -> bool:
    return whole and (one.locality_id is None or one.locality in places)


def _can(action: Action, authority: Authority, *, reports: bool, keeps: bool) -> Can:
    state = ActionState(action.state)
    decides = authority.holds(PlanPermission.ACCEPT_COMPLETION)
    accepts = not why_not_accept(authority, action.claimed_by_id)
    wanted = {
        "report": (ActionAct.UPDATE, reports),
        "claim": (ActionAct.CLAIM, reports),
        "accept": (ActionAct.ACCEPT, accepts),
        "decline": (ActionAct.DECLINE, accepts),
        "edit": (ActionAct.CHANGE, keeps),
        "date": (ActionAct.CHANGE, keeps),
        "stop": (ActionAct.STOP, decides),
        "reopen": (ActionAct.REOPEN, decides),
        "carry_over": (ActionAct.CARRY_OVER, keeps),
    }
    return Can(
        **{
            name: reverse(f"action-{name.replace('_', '-')}", args=[action.pk])
            for name, (act, may) in wanted.items()
            if may and ACTION.allows(act, state)
        }
    )


def _why_not(action: Action, authority: Authority) -> str:
    """Why a claim that waits is not this person's to accept; empty where it is not theirs."""
    if action.state != ActionState.CLAIMED:
        return ""
    refusal = why_not_accept(authority, action.claimed_by_id)
    return f"It waits for a head of service. {refusal}" if refusal else ""


def _updates(action: Action, *, keeps: bool = False) -> list[UpdateRow]:
    """The updates, latest first."""
    listed = sorted(action.updates.all(), key=lambda one: (one.on, one.pk), reverse=True)
    return [
        UpdateRow(
            one,
            reverse("update-take-out", args=[one.pk]) if keeps and not one.removed_at else "",
        )
        for one in listed
    ]


def _earlier(action: Action) -> Earlier:
    plan = action.outcome.theme.plan
    return Earlier(
        ref=action.ref,
        year=str(plan.financial_year),
        url=reverse("action", args=[action.pk]),
        updates=_updates(action),
        moved=list(action.timing_changes.all()),
    )


def _carried_to(action: Action) -> Link | None:
    new = Action.objects.filter(carried_from=action).select_related("outcome__theme__plan").first()
    if new is None:
        return None
    words = f"{new.ref} of the plan for {new.outcome.theme.plan.financial_year}"
    return Link(words, reverse("action", args=[new.pk]))


def _entry(event: Event) -> Entry:
    who = str(event.by) if event.by else "A file"
    after = event.after if isinstance(event.after, dict) else {}
    before = event.before if isinstance(event.before, dict) else {}
    said = sentence_of(event.subject_type, event.verb).format(
        who=who,
        before=before.get("by_when", ""),
        after=after.get("by_when", ""),
        due_on=_day(after.get("due_on")),
        done_on=_day(after.get("done_on")),
    )
    words = [
        "These words were taken out." if one.removed_at else one.text for one in event.remarks.all()
    ]
    return Entry(event.at, said, [text for text in words if text])


def _day(written: str | None) -> str:
    if not written:
        return ""
    day = dt.date.fromisoformat(written)
    return f"{day.day} {day:%B %Y}"
