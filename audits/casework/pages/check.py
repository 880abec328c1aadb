"""Check what you found, and the receipt: the two pages around submitting an audit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.casework import answers as rules
from audits.casework.answers import Answer, Judgement
from audits.casework.indicators import box_of, grades_quality
from audits.casework.pages.grading import written
from audits.grades import Threshold, judgement_label
from audits.models import CaseAudit, Given, Indicator
from audits.verbs import AuditsVerb
from earlyhelp.core.events.models import Event
from teams.models import User
from teams.personal_data import Noticed, noticed


@dataclass(frozen=True)
class CheckRow:
    """One answer, its comment, and where to change it."""

    name: str
    shown: str
    comment: str
    change: str
    is_answered: bool


@dataclass(frozen=True)
class Check:
    """The page; ``missing`` has the box to go to and the sentence for each."""

    rows: Sequence[CheckRow]
    missing: Sequence[tuple[str, str]]
    noticed: Sequence[Noticed]
    judgement: Judgement
    overall: str
    threshold: str
    grades_quality: bool
    is_a_concern: bool

    @property
    def answered(self) -> int:
        """How many indicators are answered."""
        return sum(row.is_answered for row in self.rows)


def check(audit: CaseAudit, indicators: Sequence[Indicator]) -> Check:
    """Everything that would be submitted, what is missing, and what looks like a person.

    ``indicators`` come with choices. Two queries, and three where there are words.
    """
    rows = {row.indicator_id: Answer.of(row) for row in Given.objects.of(audit)}
    given = {one.pk: rows.get(one.pk, Answer()) for one in indicators}
    judgement = Judgement.of(audit)
    missing = rules.what_is_missing(indicators, given, judgement)
    by_id = {one.pk: one for one in indicators}
    return Check(
        rows=[
            CheckRow(
                name=one.name,
                shown=given[one.pk].label_for(one),
                comment=given[one.pk].comment,
                change=box_of(one),
                is_answered=given[one.pk].answers(one.kind),
            )
            for one in indicators
        ],
        missing=[(_box(key, by_id, given), text) for key, text in missing.items()],
        noticed=noticed(written(indicators, given, judgement)),
        judgement=judgement,
        overall=judgement_label(judgement.overall, is_unsafe=judgement.is_unsafe),
        threshold=Threshold(judgement.threshold).label if judgement.threshold else "Not judged",
        grades_quality=grades_quality(indicators),
        is_a_concern=judgement.is_a_concern,
    )


def _box(key: int | str, by_id: dict[int, Indicator], given: dict[int, Answer]) -> str:
    """The box on the page of the case that something missing is about."""
    if isinstance(key, str):
        return "overall-1" if key == "overall" else key
    one = by_id[key]
    return f"comment-{one.code}" if given[key].answers(one.kind) else box_of(one)


@dataclass(frozen=True)
class Receipt:
    """What was submitted, when, by whom, under which number of the record."""

    reference: str
    at: dt.datetime
    by: str
    answers: int
    told: Sequence[str]
    next_step: str


def receipt(audit: CaseAudit) -> Receipt | None:
    """The receipt of an audit that was submitted; None before. Four queries at most."""
    if audit.submitted_at is None:
        return None
    event = Event.objects.about(audit).filter(verb=AuditsVerb.SUBMITTED).order_by("-id").first()
    if event is None:
        return None
    if audit.moderated_at is not None:
        next_step = f"{audit.moderated_by} moderated it: read it to see what was said."
    elif audit.moderator is not None:
        next_step = (
            f"{audit.moderator} moderates it: they confirm your grades or change them, and both "
            "are kept."
        )
    else:
        next_step = "It counts in the results of its round from now on."
    return Receipt(
        reference=f"A{event.pk}",
        at=audit.submitted_at,
        by=str(audit.auditor),
        answers=audit.given.count(),
        told=people_told(audit) if audit.is_a_concern else [],
        next_step=next_step,
    )


def people_told(audit: CaseAudit) -> list[str]:
    """Who was told of a concern, by name, from the record. Two queries."""
    events = Event.objects.about(audit).filter(verb=AuditsVerb.TOLD)
    ids = {pk for event in events for pk in (event.after or {}).get("people", [])}
    return [str(person) for person in User.objects.filter(pk__in=ids).order_by("name", "pk")]
