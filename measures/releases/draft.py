"""A release before it is made: what is new in it, what is hidden, and what that takes.

Everything is read first, as of one moment; the search for what to hide comes after, outside of
any transaction.
"""

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils import timezone

from earlyhelp.core.consistent_read import consistent_read
from measures.counting.catalogue import load_measures
from measures.models import CorrectedFigure, Return
from measures.releases import reading
from measures.releases.asked import asked_in
from measures.releases.content import Content, Told, content
from measures.releases.lines import (
    CITY,
    CountedAnswer,
    Ground,
    Key,
    ReleaseLine,
    newly_told,
    period_of,
)
from measures.releases.models import KnownNumber, LocalitiesLeftOut, Release
from measures.releases.protection import SECONDS, ChosenMask, Impossible
from measures.releases.small import Why
from measures.releases.table import NEW, EarlierRelease, Known, LinePlace, ReleaseTable, table_of
from measures.workflow import CorrectionKind, CorrectionState
from teams.quarters import Quarter


@dataclass(frozen=True)
class Draft:
    """What would be released: every line that is new or changed, and the problem of hiding.

    ``asked`` are the quarters of it, by index; ``revised`` what changed since a line was released.
    """

    told: Mapping[Key, Told]
    ground: Ground
    asked: Mapping[int, Mapping[str, Any]]
    revised: Mapping[Key, Sequence[tuple[dt.date, str]]]
    table: ReleaseTable
    left_out: frozenset[int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new."""
        return not self.told and not self.asked


@dataclass(frozen=True)
class Hidden:
    """What is hidden in a draft: why each line is (for itself), and what each other one protects.

    ``impossible`` are the lines that nothing protects: then nothing is released.
    """

    whys: Mapping[Key, tuple[Why, ...]]
    protects: Mapping[Key, Sequence[Key]]
    mask: ChosenMask
    impossible: Sequence[Key] = ()

    def hides(self, key: Key) -> bool:
        """Whether a line of the draft is hidden."""
        return key in self.whys or LinePlace(NEW, key) in self.mask.hidden


def draft(everything: Content | None = None, left_out: Iterable[int] | None = None) -> Draft | None:
    """What a release would tell today; None while nothing is closed. Read as of one moment.

    ``left_out`` are the measures, by id, whose localities are not told: as was decided, unless
    others are named.
    """
    with consistent_read():
        found = everything or content()
        if found is None:
            return None
        if left_out is None:
            left_out = LocalitiesLeftOut.objects.filter(ended_at=None).values_list(
                "measure", flat=True
            )
        return _draft(found, frozenset(left_out))


def _draft(found: Content, left_out: frozenset[int]) -> Draft:
    releases = list(Release.objects.order_by("pk"))
    past = [_past(one) for one in releases]
    wanted = [key for key in found.told if key.locality == CITY or key.measure not in left_out]
    keys = _changed(found, wanted, [one.ground for one in past])
    ground = found.ground.only(keys)
    return Draft(
        {key: found.told[key] for key in found.told if key in keys},
        ground,
        _newly_asked(found, keys),
        _revised(ground, [one.ground for one in past]),
        table_of(ground, past, known_numbers(), settings.SMALL_NUMBER),
        left_out,
    )


def _changed(found: Content, wanted: Sequence[Key], past: Sequence[Ground]) -> set[Key]:
    """The lines that are new, or say something else than they did."""
    standing = reading.standing()
    changed = newly_told(found.ground.only(wanted), past)
    return {
        key for key in wanted if key in changed or standing.get(key) != facts_of(found.told[key])
    }


def _newly_asked(found: Content, keys: Collection[Key]) -> dict[int, Mapping[str, Any]]:
    """The quarters in which anything is new, with who was asked what."""
    standing = reading.asked_standing()
    touched = {period_of(key.period) for key in keys}
    asked = {at: asked_in(found.tally, at) for at in sorted(found.tally.quarters)}
    return {
        at: kept for at, kept in asked.items() if Quarter(at) in touched or standing.get(at) != kept
    }


def facts_of(told: Told) -> tuple[Any, ...]:
    """What of a line is told beside its numbers, to see whether it changed."""
    cell = told.cell
    return (cell.numerator, cell.denominator, cell.answered, cell.expected, cell.not_provided)


def _past(release: Release) -> EarlierRelease:
    hidden = release.lines.filter(is_hidden=True)
    keys = hidden.values_list("measure", "locality", "period")
    return EarlierRelease(
        release.pk,
        Ground.of(release.ground),
        frozenset(Key(measure, locality or CITY, period) for measure, locality, period in keys),
    )


def known_numbers() -> list[Known]:
    """What was published elsewhere; a percentage as the interval that rounding leaves."""
    scales = {spec.id: spec for spec in load_measures()}
    found = []
    for row in KnownNumber.objects.all():
        value = Fraction(row.value)
        key = Key(row.measure_id, row.locality_id or CITY, row.period)
        spec = scales[row.measure_id]
        if row.part == KnownNumber.KnownPart.VALUE and spec.is_ratio:
            half = Fraction(1, 2 * 10**row.decimals)
            found.append(
                Known(key, row.part, max(value - half, Fraction(0)), value + half, spec.scale)
            )
        else:
            found.append(Known(key, row.part, value, value))
    return found


# -- what changed ---------------------------------------------------------------------------------


def _revised(ground: Ground, before: Sequence[Ground]) -> dict[Key, list[tuple[dt.date, str]]]:
    """The days and kinds of what changed of lines that were released before; two queries."""
    told = {line.key: (one, line) for one in before for line in one.lines}
    new = {
        line.key: _new_answers(ground, line, *told[line.key])
        for line in ground.lines
        if line.key in told
    }
    returns = {answer.made for answers in new.values() for answer in answers}
    if not returns:
        return {}
    corrected = _corrected(returns)
    late = dict(Return.objects.filter(pk__in=returns).values_list("pk", "signed_off_at"))
    return {key: _changes(answers, corrected, late) for key, answers in new.items()}


def _changes(
    answers: Collection[CountedAnswer],
    corrected: Mapping[tuple[int, int], tuple[dt.date, str]],
    late: Mapping[int, dt.datetime | None],
) -> list[tuple[dt.date, str]]:
    """The days and kinds, in order: of corrections, else of returns that came late."""
    changes = set()
    for answer in answers:
        came = late[answer.made]
        if change := corrected.get((answer.made, answer.item)):
            changes.add(change)
        elif came is not None:
            changes.add((timezone.localdate(came), CorrectionKind.LATE_DATA.label))
    return sorted((day, kind.lower()) for day, kind in changes)


def _new_answers(
    ground: Ground, line: ReleaseLine, was: Ground, before: ReleaseLine
) -> set[CountedAnswer]:
    now = {answer for part in line.parts for answer in ground.answers(part)}
    return now - {answer for part in before.parts for answer in was.answers(part)}


def _corrected(returns: Collection[int]) -> dict[tuple[int, int], tuple[dt.date, str]]:
    """The day and kind of the last correction of each figure of these returns; one query."""
    rows = CorrectedFigure.objects.filter(
        figure__return_made__in=returns, correction__state=CorrectionState.COUNTERSIGNED
    ).order_by("correction__decided_at", "pk")
    columns = ("figure__return_made", "figure__item")
    decided = ("correction__decided_at", "correction__kind")
    return {
        (made, item): (timezone.localdate(at), CorrectionKind(kind).label if kind else "")
        for made, item, at, kind in rows.values_list(*columns, *decided)
    }


# -- what is hidden -------------------------------------------------------------------------------


def hide(made: Draft, seconds: float = SECONDS) -> Hidden:
    """Search for what to hide, for so many seconds; nothing is read or written."""
    from measures.releases.protection.search import exposed_without, solve

    try:
        mask = solve(made.table.problem, seconds)
    except Impossible as none:
        return Hidden(made.table.whys, {}, ChosenMask(frozenset()), _new(none.keys))
    exposed = exposed_without(made.table.problem, mask)
    protects = {
        place.key: _new(others) for place, others in exposed.items() if isinstance(place, LinePlace)
    }
    return Hidden(made.table.whys, protects, mask)


def _new(places: Iterable[Hashable]) -> list[Key]:
    """The lines that places are, each once, new ones or not."""
    return list(dict.fromkeys(one.key for one in places if isinstance(one, LinePlace)))
