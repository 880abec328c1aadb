"""The first lines of a round's results: how many cases, how far it is, the headline numbers."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from audits.grades import Grade
from audits.models import CaseAudit
from audits.results.pages.areas import Place
from audits.results.pages.completion import said
from audits.results.pages.scored import score
from audits.results.scored_rounds import PROGRAMME, Reading, RoundResults, completion_of_year
from teams.quarters import Quarter


@dataclass(frozen=True)
class Stat:
    """One headline number; the words may lead somewhere."""

    number: str
    words: str
    url: str = ""
    link: str = ""


def audits_of(reading: Reading, place: Place) -> list[CaseAudit]:
    """The audits of a place, done or not."""
    return [audit for audit in reading.audits if place.area.covers(audit)]


def lead(reading: Reading, place: Place, found: RoundResults) -> str:
    """``20 cases in 5 localities. 19 of 20 audited, 18 on time and 1 late.``"""
    audits = audits_of(reading, place)
    cases = len({audit.case_id for audit in audits})
    words = f"{cases:,} case{'' if cases == 1 else 's'}"
    localities = {audit.case.locality_id for audit in audits if audit.case.locality_id}
    if place.level == "city" and localities:
        number = len(localities)
        words += f" in {number} localit{'y' if number == 1 else 'ies'}"
    agencies = {audit.agency for audit in audits}
    if len(agencies) > 1:
        words += f", looked at by {len(agencies)} agencies"
    return f"{words}. {said(found.completion)}"


def headline(found: RoundResults, today: dt.date, *, is_shown: bool) -> list[Stat]:
    """The headline numbers; of what is held back only how much is done."""
    stats = [_audited(found, today)]
    graded = found.graded
    if not is_shown or not graded.applied:
        return stats
    missing = graded[Grade.NOT_FOUND]
    documents = "document" if missing == 1 else "documents"
    return [
        *stats,
        Stat(
            score(graded.average),
            f"average score of 4, over {graded.graded} graded answers; {missing} not found",
        ),
        Stat(str(missing), f"{documents} not found on file"),
        Stat(str(graded[Grade.OUTSTANDING]), "graded outstanding"),
    ]


def _audited(found: RoundResults, today: dt.date) -> Stat:
    """Done of allocated, beside the programme of the year where the round belongs to it."""
    done = str(found.completion.done)
    if found.round.kind not in PROGRAMME:
        return Stat(done, "audited")
    year = Quarter.containing(found.round.ends).year
    of_year = completion_of_year(year, today=today).done
    url = reverse("audit-year", args=[year.start])
    return Stat(done, "audited", url, f"the year: {of_year}")
