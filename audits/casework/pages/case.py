"""One case audit to be read: who graded what, the grade that counts, what is done about it.

What happened to it is told from the record in plain words. The answers themselves are not
repeated there: what an auditor gave before they submitted is theirs, and what counts now stands
on the page.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from audits.casework.answers import AnsweredIndicator, CaseAnswer, grades_quality, indicators_of
from audits.casework.forms import DoneForm
from audits.casework.pages.grading import why_closed
from audits.models import CaseAudit, Given
from audits.permissions import (
    AuditsPermission,
    audits_seen,
    finishes_remedies,
    sees_case_number,
    sets_remedies,
    why_not_moderate,
)
from audits.querysets import CaseAuditQuerySet
from audits.safety.loop import Step, step
from audits.verbs import SAVES, AuditsVerb
from audits.workflow import CaseState
from earlyhelp.core.events.models import Event
from earlyhelp.core.events.verbs import sentence_of
from earlyhelp.core.pages.wording import days_late, long_date, number_of
from teams.authority import Actor
from teams.models import User
from teams.permissions import Authority

_Entry = tuple[Event, str, Sequence[str]]


@dataclass(frozen=True)
class CasePage:
    """The page; what the reader may not see is empty, what they ``may`` do stands by its name.

    ``rows`` are the answers, each with its row in the database where there is one;
    ``remedies`` have the form that says that something is done, and how late it is; ``history``
    has the event that an entry begins with, its sentence, and the words that were written.
    """

    case_number: str
    late: str
    rows: Sequence[tuple[AnsweredIndicator, Given | None]]
    is_judged: bool
    concern: Step | None
    remedies: Sequence[tuple[DoneForm, str]]
    others: CaseAuditQuerySet
    history: Sequence[_Entry]
    may: Mapping[str, bool]


def case_page(audit: CaseAudit, by: Actor, typed: DoneForm | None = None) -> CasePage:
    """The page for this reader; as many queries however much was written and done.

    ``typed`` is what somebody said of one remedial action and could not be taken.
    """
    authority, today = by.authority, by.today
    asked = indicators_of(audit)
    rows = {row.indicator_id: row for row in Given.objects.of(audit)}
    remedies = list(audit.remedial_actions.select_related("set_by", "done_by"))
    same = CaseAudit.objects.filter(case=audit.case_id)
    later = list(same.filter(agency=audit.agency, turn__gt=audit.turn))
    others = same.readable_by(authority, audits_seen(authority)).exclude(pk=audit.pk)
    return CasePage(
        case_number=audit.case.case_number if sees_case_number(authority, audit) else "",
        late=days_late(audit.days_late_on(today)),
        rows=[
            (AnsweredIndicator(one, CaseAnswer.of(rows.get(one.pk))), rows.get(one.pk))
            for one in asked
        ],
        is_judged=bool(audit.overall) or audit.is_unsafe or grades_quality(asked),
        concern=step(remedies, later) if audit.is_a_concern else None,
        remedies=[
            (
                typed if typed and typed.remedy == one else DoneForm(remedy=one),
                days_late(((one.done_on or today) - one.due_on).days),
            )
            for one in remedies
        ],
        others=others.select_related("case", "auditor").order_by("turn", "agency"),
        history=_history(audit, by),
        may=_may(audit, authority, is_audited_again=bool(later)),
    )


def _may(audit: CaseAudit, authority: Authority, *, is_audited_again: bool) -> dict[str, bool]:
    """What this person may do about the audit now."""
    runs, is_new = authority.holds(AuditsPermission.RUN_ROUNDS), not is_audited_again
    is_submitted = audit.state == CaseState.SUBMITTED
    return {
        "grade": not why_closed(authority, audit),
        "moderate": is_submitted and not why_not_moderate(authority, audit),
        "set": audit.is_a_concern and sets_remedies(authority, audit),
        "finish": finishes_remedies(authority, audit),
        "audit_again": audit.is_a_concern and is_new and runs,
    }


def people_told(audit: CaseAudit, by: Actor) -> list[str]:
    """Who was told of a concern, by name, from the record. Two queries."""
    events = Event.objects.visible_to(by, about=audit).filter(verb=AuditsVerb.TOLD)
    ids = {pk for event in events for pk in (event.after or {}).get("people", [])}
    return [str(person) for person in User.objects.filter(pk__in=ids).order_by("name", "pk")]


# -- what happened --------------------------------------------------------------------------


def _history(audit: CaseAudit, by: Actor) -> list[_Entry]:
    """What happened, latest first; what was saved in one go is one entry. Three queries.

    By the moment first: what is loaded from files is not always written in the order in which
    it happened.
    """
    about = Event.objects.visible_to(by, about=audit).select_related("by")
    events = list(about.prefetch_related("remarks").order_by("-at", "-id"))
    people = User.objects.in_bulk(sorted({pk for event in events for pk in _people(event)}))
    return [_entry(list(members), people) for _, members in groupby(events, key=_together)]


def _after(event: Event) -> dict[str, Any]:
    return event.after if isinstance(event.after, dict) else {}


def _people(event: Event) -> list[int]:
    """The ids of those whom an event is about."""
    after = _after(event)
    ids = [*after.get("people", []), after.get("auditor"), after.get("moderator")]
    return [pk for pk in ids if pk is not None]


def _together(event: Event) -> tuple[Any, ...]:
    """Answers saved, or grades changed, by one person in one go belong to one entry."""
    if event.verb in SAVES:
        return "saved", event.at, event.by_id
    if event.verb == AuditsVerb.GRADE_CHANGED:
        return event.verb, event.at, event.by_id
    return (event.pk,)


def _entry(events: Sequence[Event], people: Mapping[int, User]) -> _Entry:
    first = events[0]
    after = _after(first)
    answers = sum(event.verb == AuditsVerb.ANSWERED for event in events)
    names = [str(people[pk]) for pk in _people(first) if pk in people]
    sentence = sentence_of(first.subject_type, first.verb).format(
        who=first.who,
        people=" and ".join(names) or "Nobody",
        saved=number_of(answers, "answer") if answers else "the judgement",
        grades=number_of(len(events), "grade"),
        auditor=people.get(after.get("auditor", 0), "somebody"),
        moderator=people.get(after.get("moderator") or 0, "somebody"),
        due_on=_day(after.get("due_on")),
        done_on=_day(after.get("done_on")),
    )
    is_told = first.verb in (*SAVES, AuditsVerb.GRADE_CHANGED, AuditsVerb.TOLD)
    return first, sentence, [] if is_told else _words(first)


def _words(event: Event) -> list[str]:
    return [
        "These words were taken out." if remark.removed_at else remark.text
        for remark in event.remarks.all()
    ]


def _day(written: str | None) -> str:
    return long_date(dt.date.fromisoformat(written)) if written else "no day"
