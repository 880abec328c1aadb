"""How much of what was allocated is done, in words and by area; auditors only for some."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.models import CaseAudit
from audits.results.scored_rounds import CaseArea, completion_by_auditor, completion_of
from audits.scoring import Completion


@dataclass(frozen=True)
class CompletionRow:
    """A locality, a round or an auditor; ``before`` is the share of the year before."""

    name: str
    completion: Completion
    url: str = ""
    before: str = ""


def by_auditor(audits: Iterable[CaseAudit], today: dt.date) -> list[CompletionRow]:
    """Each auditor's, those who are overdue first."""
    return [
        CompletionRow(person.name, done) for person, done in completion_by_auditor(audits, today)
    ]


def completion_in(audits: Sequence[CaseAudit], area: CaseArea, today: dt.date) -> Completion:
    """How much of the audits of an area is done."""
    return completion_of((audit for audit in audits if area.covers(audit)), today)


def completion_sentence(completion: Completion) -> str:
    """``19 of 20 audited, 18 on time and 1 late; 1 overdue.``"""
    done, of = completion.done.part, completion.done.of
    if not done:
        sentence = f"None of {of} audited yet"
    elif done == completion.on_time:
        sentence = f"{'All' if done == of else f'{done} of'} {of} audited"
        sentence += " on time" if done > 1 else ", on time"
    else:
        sentence = f"{completion.done} audited, {completion.on_time} on time"
        sentence += f" and {completion.late} late"
    if completion.overdue:
        sentence += f"; {completion.overdue} still to be done and overdue"
    return f"{sentence}."
