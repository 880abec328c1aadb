"""A release before it is made and after: what is hidden, why, what it takes, what would save it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from measures.models import ReportingQuarter
from measures.releases import actions, proposals
from measures.releases.lines import CITY, Key
from measures.releases.models import KnownNumber, LocalitiesLeftOut, Release
from measures.releases.naming import LineNames
from measures.releases.proposals import HiddenLine, HiddenShare, Proposal
from measures.releases.small import Why

_PARTS = {
    KnownNumber.KnownPart.NUMERATOR: "how many",
    KnownNumber.KnownPart.DENOMINATOR: "of how many",
    KnownNumber.KnownPart.VALUE: "the figure",
}


@dataclass(frozen=True)
class KnownLine:
    """A number that outsiders have from before or elsewhere, as it was printed."""

    measure: str
    area: str
    period: str
    what: str
    printed: str
    where: str


@dataclass(frozen=True)
class ReleasePage:
    """Everything that the page of a release prints.

    ``made`` is the release, with what is ``hidden`` in it; where there is none that stands,
    ``proposal`` is what would be hidden, as far as anybody had that worked out. ``is_asked`` is
    whether it is being worked out, ``is_being_made`` whether the release itself is.
    """

    row: ReportingQuarter
    why_not: str
    left_out: Sequence[LocalitiesLeftOut]
    known: Sequence[KnownLine]
    made: Release | None = None
    hidden: Sequence[HiddenLine] = ()
    shares: Sequence[HiddenShare] = ()
    gap: str = ""
    proposal: Proposal | None = None
    is_asked: bool = False
    is_being_made: bool = False


def release_page(row: ReportingQuarter) -> ReleasePage:
    """The release of a quarter: as it was made, or as it would be. Nothing is searched for."""
    made = Release.objects.filter(quarter=row).order_by("-pk").first()
    names = LineNames()
    page = ReleasePage(
        row,
        actions.why_not_make(row),
        list(
            LocalitiesLeftOut.objects.filter(ended_at=None).select_related("measure", "decided_by")
        ),
        [_known(one, names) for one in KnownNumber.objects.all()],
    )
    if row.is_closed and made is not None and page.why_not:
        return _as_made(page, made, names)
    return _as_proposed(page)


def _known(one: KnownNumber, names: LineNames) -> KnownLine:
    key = Key(one.measure_id, one.locality_id or CITY, one.period)
    part = KnownNumber.KnownPart(one.part)
    is_percent = part == KnownNumber.KnownPart.VALUE and names.measures[key.measure].unit == "%"
    return KnownLine(
        names.measure(key),
        names.area(key),
        key.period,
        _PARTS[part],
        f"{one.value:,.{one.decimals}f}{'%' if is_percent else ''}",
        one.where,
    )


def _as_proposed(page: ReleasePage) -> ReleasePage:
    found = proposals.proposal_of(page.row)
    return replace(
        page,
        hidden=found.hidden if found else (),
        shares=found.shares if found else (),
        gap=found.gap if found else "",
        proposal=found,
        is_asked=proposals.is_asked(page.row),
        is_being_made=actions.is_being_made(page.row),
    )


def _as_made(page: ReleasePage, made: Release, names: LineNames) -> ReleasePage:
    lines = {
        Key(one.measure_id, one.locality_id or CITY, one.period): one for one in made.lines.all()
    }
    hidden = [
        HiddenLine(
            names.measure(key),
            names.area(key),
            key.period,
            "",
            names.why(map(Why, line.why.split()), [Key(*other) for other in line.protects]),
        )
        for key, line in lines.items()
        if line.is_hidden
    ]
    gap = (made.cost - made.bound) / made.cost if made.cost > made.bound else 0
    return replace(
        page,
        made=made,
        hidden=hidden,
        shares=proposals.shares({key: line.is_hidden for key, line in lines.items()}),
        gap=f"{gap:.0%}" if gap else "",
    )
