"""A release before it is made and after: what is hidden, why, what it takes, what would save it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from measures.counting.catalogue import load_measures
from measures.counting.display import shown
from measures.models import ReportingQuarter
from measures.releases.actions import why_not_make
from measures.releases.content import Content, content
from measures.releases.draft import Draft, Hidden, draft, hide
from measures.releases.lines import CITY, Key
from measures.releases.models import LocalitiesLeftOut, Release
from measures.releases.small import Why
from teams.models import Council, Locality

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
class ReleasePage:
    """Everything that the page of a release prints.

    ``impossible`` names what nothing protects. ``gap`` is how much cheaper another choice might
    be, in per cent; nothing where this is the cheapest.
    """

    row: ReportingQuarter
    made: Release | None
    why_not: str
    hidden: Sequence[HiddenLine]
    shares: Sequence[HiddenShare]
    gap: str
    impossible: Sequence[str]
    savings: Sequence[Saving]
    left_out: Sequence[LocalitiesLeftOut]


def release_page(row: ReportingQuarter) -> ReleasePage:
    """The release of a quarter: as it was made, or as it would be if it closed today."""
    made = Release.objects.filter(quarter=row).order_by("-pk").first()
    why_not = why_not_make(row)
    names = _Names()
    left_out = list(
        LocalitiesLeftOut.objects.filter(ended_at=None).select_related("measure", "decided_by")
    )
    if row.is_closed and made is not None and why_not:
        return _as_made(row, made, why_not, names, left_out)
    everything = content(closing=row.quarter)
    found = draft(everything) if everything else None
    if everything is None or found is None:
        return ReleasePage(row, None, why_not, [], [], "", [], [], left_out)
    return _as_drafted(row, why_not, everything, found, names, left_out)


def _as_drafted(
    row: ReportingQuarter,
    why_not: str,
    everything: Content,
    found: Draft,
    names: "_Names",
    left_out: Sequence[LocalitiesLeftOut],
) -> ReleasePage:
    hidden = hide(found)
    return ReleasePage(
        row,
        None,
        why_not,
        [_hidden_line(key, found, hidden, names) for key in found.told if hidden.hides(key)],
        _shares({key: hidden.hides(key) for key in found.told}),
        f"{hidden.mask.gap:.0%}" if hidden.mask.gap else "",
        [names.of(key) for key in hidden.impossible],
        list(_savings(everything, found, hidden, names)),
        left_out,
    )


class _Names:
    """What lines are called; three queries."""

    def __init__(self) -> None:
        self.measures = {one.id: one for one in load_measures()}
        council = Council.objects.first()
        self._areas = {CITY: council.area_name if council else "City"}
        self._areas |= dict(Locality.objects.values_list("pk", "name"))

    def area(self, key: Key) -> str:
        """The area of a line."""
        return self._areas[key.locality]

    def measure(self, key: Key) -> str:
        """The measure of a line."""
        return self.measures[key.measure].name

    def of(self, key: Key) -> str:
        """A line in one breath."""
        return f"{self.measure(key)}, {self.area(key)}, {key.period}"

    def why(self, whys: Iterable[Why], protects: Sequence[Key]) -> str:
        """Why a line is hidden: for itself, or what it protects."""
        words = [why.words for why in whys]
        if not words and protects:
            words = [f"to protect {'; '.join(self.of(key) for key in protects)}"]
        return ", ".join(words) or "to protect others"


def _hidden_line(key: Key, found: Draft, hidden: Hidden, names: _Names) -> HiddenLine:
    cell = found.told[key].cell
    return HiddenLine(
        names.measure(key),
        names.area(key),
        key.period,
        shown(cell),
        names.why(hidden.whys.get(key, ()), hidden.protects.get(key, ())),
    )


def _shares(lines: Mapping[Key, bool]) -> list[HiddenShare]:
    kinds = {
        "whole area by quarter": [key for key in lines if key.locality == CITY and not key.is_year],
        "whole area by year": [key for key in lines if key.locality == CITY and key.is_year],
        "localities by year": [key for key in lines if key.locality != CITY],
    }
    return [
        HiddenShare(what, sum(lines[key] for key in keys), len(keys))
        for what, keys in kinds.items()
    ]


def _savings(everything: Content, found: Draft, hidden: Hidden, names: _Names) -> Iterable[Saving]:
    """What leaving out each measure's localities would save, of those that have some hidden."""
    told = list(filter(hidden.hides, found.told))
    measures = {key.measure for key in (*told, *hidden.impossible) if key.locality != CITY}
    for measure in sorted(measures, key=list(names.measures).index):
        other = draft(everything, found.left_out | {measure})
        then = hide(other, _SAVING_SECONDS) if other else None
        if other is None or then is None or then.impossible:
            continue
        others = sum(key.measure != measure or key.locality == CITY for key in told)
        spec = names.measures[measure]
        yield Saving(spec.code, spec.name, others - sum(map(then.hides, other.told)))


def _as_made(
    row: ReportingQuarter,
    made: Release,
    why_not: str,
    names: _Names,
    left_out: list[LocalitiesLeftOut],
) -> ReleasePage:
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
    shares = _shares({key: line.is_hidden for key, line in lines.items()})
    words = f"{gap:.0%}" if gap else ""
    return ReleasePage(row, made, why_not, hidden, shares, words, [], [], left_out)
