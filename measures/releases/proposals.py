"""What a release would hide, before it is made: worked out as a job, and kept for a day.

The search takes seconds, so no page waits for it. What it found is kept with the state of the data
that it was found for, so that the page can say whether that still holds.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import caches

from earlyhelp.core import clock
from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.core.version import VERSION
from earlyhelp.core.work import jobs
from earlyhelp.core.work.kinds import NeverPossible, Payload
from measures.counting.display import shown
from measures.models import ReportingQuarter
from measures.releases.content import Content, content
from measures.releases.draft import Draft, Hidden, draft, hide
from measures.releases.lines import CITY, Key
from measures.releases.naming import LineNames
from measures.releases.standing import standing

KIND = "release proposal"
_SECONDS_KEPT = 24 * 60 * 60
# So long each measure's saving is searched for: there can be many, and somebody waits.
_SAVING_SECONDS = 2.0


@dataclass(frozen=True)
class HiddenLine:
    """A line that is hidden: which, the figure that those who see every figure read, and why."""

    measure: str
    area: str
    period: str
    figure: str
    why: str


@dataclass(frozen=True)
class HiddenShare:
    """How many lines of a kind are hidden, of how many."""

    what: str
    hidden: int
    lines: int


@dataclass(frozen=True)
class Saving:
    """What leaving out the localities of a measure would save: lines shown instead of hidden."""

    code: str
    measure: str
    lines: int


@dataclass(frozen=True)
class Proposal:
    """What the release of a quarter would hide, as figures stood at a moment.

    ``impossible`` names what nothing protects. ``gap`` is how much cheaper another choice might
    be, in per cent; nothing where this is the cheapest. Of ``of`` measures it was ``tried`` so far
    what leaving out their localities would save. ``holds`` is whether nothing changed since.
    """

    at: dt.datetime
    hidden: Sequence[HiddenLine]
    shares: Sequence[HiddenShare]
    gap: str
    impossible: Sequence[str]
    savings: Sequence[Saving] = ()
    tried: int = 0
    of: int = 0
    holds: bool = True


def ask(row: ReportingQuarter) -> None:
    """Have the proposal of an open quarter, or of one without its release, worked out anew."""
    if not is_asked(row):
        jobs.add(KIND, {"quarter": row.pk})


def ask_again(row: ReportingQuarter) -> None:
    """The same after a decision, where somebody had it worked out before."""
    if proposal_of(row) is not None:
        ask(row)


def is_asked(row: ReportingQuarter) -> bool:
    """Whether it is being worked out, or waits to be; one query."""
    return jobs.is_under_way(KIND, quarter=row.pk)


def proposal_of(row: ReportingQuarter) -> Proposal | None:
    """What was worked out last of a quarter, within a day; None where nothing was."""
    found = caches["files"].get(_key(row))
    if found is None:
        return None
    proposal: Proposal = found[0]
    stood: tuple[Any, ...] = found[1]
    return replace(proposal, holds=stood == standing(row))


def _key(row: ReportingQuarter) -> str:
    return f"release-proposal:{VERSION}:{row.pk}"


def work_out(payload: Payload) -> None:
    """Do such a job: first what is hidden, then what leaving out localities would save."""
    row = ReportingQuarter.objects.opened().filter(pk=payload["quarter"]).first()
    stood = standing(row)
    with consistent_read():
        everything = content(closing=row.quarter) if row else None
        found = draft(everything) if everything else None
    if row is None or everything is None or found is None:
        raise NeverPossible("The quarter is not open any more")
    names = LineNames()
    hidden = hide(found)
    candidates = _candidates(found, hidden, names)
    proposal = _proposal(found, hidden, names, len(candidates))
    caches["files"].set(_key(row), (proposal, stood), _SECONDS_KEPT)
    savings: list[Saving] = []
    for tried, measure in enumerate(candidates, start=1):
        savings += _saving(measure, everything, found, hidden, names)
        proposal = replace(proposal, savings=tuple(savings), tried=tried)
        caches["files"].set(_key(row), (proposal, stood), _SECONDS_KEPT)


def _proposal(found: Draft, hidden: Hidden, names: LineNames, candidates: int) -> Proposal:
    lines = [
        HiddenLine(
            names.measure(key),
            names.area(key),
            key.period,
            shown(told.cell),
            names.why(hidden.whys.get(key, ()), hidden.protects.get(key, ())),
        )
        for key, told in found.told.items()
        if hidden.hides(key)
    ]
    return Proposal(
        at=clock.now(),
        hidden=lines,
        shares=shares({key: hidden.hides(key) for key in found.told}),
        gap=f"{hidden.mask.gap:.0%}" if hidden.mask.gap else "",
        impossible=[names.of(key) for key in hidden.impossible],
        of=candidates,
    )


def shares(lines: Mapping[Key, bool]) -> list[HiddenShare]:
    """How many of these lines are hidden, by kind."""
    kinds = {
        "whole area by quarter": [key for key in lines if key.locality == CITY and not key.is_year],
        "whole area by year": [key for key in lines if key.locality == CITY and key.is_year],
        "localities by year": [key for key in lines if key.locality != CITY],
    }
    return [
        HiddenShare(what, sum(lines[key] for key in keys), len(keys))
        for what, keys in kinds.items()
    ]


def _candidates(found: Draft, hidden: Hidden, names: LineNames) -> list[int]:
    """The measures of which a locality is hidden, or cannot be protected."""
    told = [*filter(hidden.hides, found.told), *hidden.impossible]
    measures = {key.measure for key in told if key.locality != CITY}
    return sorted(measures, key=list(names.measures).index)


def _saving(
    measure: int, everything: Content, found: Draft, hidden: Hidden, names: LineNames
) -> Iterator[Saving]:
    """What leaving out a measure's localities would save; nothing where it would not do."""
    other = draft(everything, found.left_out | {measure})
    then = hide(other, _SAVING_SECONDS) if other else None
    if other is None or then is None or then.impossible:
        return
    told = filter(hidden.hides, found.told)
    others = sum(key.measure != measure or key.locality == CITY for key in told)
    spec = names.measures[measure]
    yield Saving(spec.code, spec.name, others - sum(map(then.hides, other.told)))
