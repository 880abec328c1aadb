"""What changed since an edition was frozen: which figures, why, and the sentences overturned."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Max, Q
from django.utils import timezone

from audits.models import CaseAudit
from earlyhelp.core.pages.wording import long_date
from earlyhelp.report.counted import AreaCounts, Counts
from earlyhelp.report.kept import kept
from earlyhelp.report.models import Edition
from earlyhelp.report.periods import ReportPeriod, parse_period, quarters_of
from earlyhelp.report.publishing.editions import document_in
from earlyhelp.report.publishing.overturned import (
    Turning,
    overturned_elsewhere,
    overturned_sentences,
)
from earlyhelp.report.publishing.passages import passages_with_figures
from earlyhelp.report.tokens.grammar import PlanToken, RoundToken, TokenError, parse, single
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tree import Document, PlacedFigure
from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Period
from measures.models import CorrectedFigure, Correction, Return
from measures.querysets import Audience
from measures.releases.models import Release
from measures.workflow import CorrectionKind, CorrectionState


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that an edition shows and the data now give otherwise.

    ``sentences`` are those of the edition that show it, ``overturned`` those of them that say what
    is not so any more, ``kind`` what kind of change it is; it may ask for a new edition. A reason
    can name a team, so outsiders are not told ``why``. A plan that goes on is no change of data:
    ``goes_on`` is told on the page, asks for nothing, and nobody is written to.
    """

    reference: str
    section: str
    was: str
    now: str
    on: str
    kind: str
    why: str
    sentences: Sequence[str]
    overturned: Sequence[str]
    asks: bool
    goes_on: bool = False


def changed_since(edition: Edition, audience: Audience, today: dt.date) -> list[ChangedFigure]:
    """The figures of an edition that changed.

    Outsiders read of it from the next closing on: their figures of today are the newest release's.
    """
    answered = tuple(edition.report.answers.values_list("said", flat=True))

    def made() -> list[ChangedFigure]:
        document = document_in(edition, audience)
        resolver = Resolver.load(edition.report.period, today, audience)
        is_outside = audience == Audience.EXTERNAL
        causes = (_Released if is_outside else _Corrected)(resolver.counts, edition)
        return list(_changed(edition, document, resolver, causes, answered))

    return kept(("changed", edition.pk, edition.digest(audience), audience, today, answered), made)


def _changed(
    edition: Edition,
    document: Document,
    resolver: Resolver,
    causes: "_Causes",
    answered: Sequence[str],
) -> Iterator[ChangedFigure]:
    now = {
        one.reference: text
        for one in document.figures
        if (text := _now(resolver, one, causes)) != one.shown
    }
    overturned = {
        *overturned_sentences(document, now, edition.report.period, answered),
        *overturned_elsewhere(document, now, resolver),
    }
    turning = Turning(document, resolver)
    for figure in document.figures:
        if figure.reference not in now:
            continue
        cause = causes.of(figure)
        showing = passages_with_figures(document, figure.reference)
        wrong = [one for one in showing if one in overturned]
        yield ChangedFigure(
            reference=figure.reference,
            section=figure.section,
            was=figure.shown,
            now=now[figure.reference],
            on=", ".join(long_date(day) for day in cause.days),
            kind=", ".join(cause.kinds).lower(),
            why="; ".join(cause.reasons),
            sentences=[one for one in showing if one not in wrong],
            overturned=wrong,
            asks=not cause.goes_on and (bool(wrong) or turning.asks(figure)),
            goes_on=cause.goes_on,
        )


def _now(resolver: Resolver, figure: PlacedFigure, causes: "_Causes") -> str:
    """What a figure shows today; as it was where it is hidden, untold, or has no name now."""
    if figure.is_hidden or not (figure.measure or causes.tells(figure)):
        return figure.shown
    try:
        return resolver.answer(figure.token).text
    except TokenError:
        return figure.shown


# -- why ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cause:
    """When the figures behind a number changed, what kind of change it was, and why."""

    days: Sequence[dt.date] = ()
    kinds: Sequence[str] = ()
    reasons: Sequence[str] = ()
    goes_on: bool = False


GOES_ON = "the plan went on"
# When an audit of a round came or was graded anew, and which kind of change that is.
_Audited = tuple[dt.datetime, CorrectionKind]


class _Causes(ABC):
    """Why numbers of an edition changed."""

    def __init__(self, counts: Counts, edition: Edition) -> None:
        self._counts = counts
        self._approved_at = edition.approved_at
        self._audited: dict[str, list[_Audited]] = {}

    def of(self, figure: PlacedFigure) -> _Cause:
        """Why a number changed; nothing for one over a span that is no period."""
        rounds, plans = _elsewhere(figure)
        if rounds:
            return _cause_in([one for code in rounds for one in self._in_round(code)])
        if plans:
            return _Cause(kinds=[GOES_ON], goes_on=True)
        return self._of_measure(figure)

    def _in_round(self, code: str) -> list[_Audited]:
        """What was done to a round's audits after the edition was frozen; one query for each."""
        if code not in self._audited:
            self._audited[code] = list(_audited_since(code, self._approved_at))
        return self._audited[code]

    def tells(self, figure: PlacedFigure) -> bool:
        """Whether readers are told that a number of no measure changed: an audit's, the plan's."""
        return any(_elsewhere(figure))

    def _of_measure(self, figure: PlacedFigure) -> _Cause:
        measure = self._counts.measures.get(figure.measure)
        try:
            period = parse_period(figure.period)
        except ValueError:
            return _Cause()
        if measure is None:
            return _Cause()
        codes = tuple(one for one in figure.area.split("+") if one in self._counts.localities)
        return self.cause(measure, self._counts.area(codes), period)

    @abstractmethod
    def cause(self, measure: MeasureSpec, area: AreaCounts, period: ReportPeriod) -> _Cause:
        """Why a measure changed in an area and a period."""


class _Released(_Causes):
    """What outsiders are told: the days and kinds that came with a release.

    They read what audits found, so they are told of it, from the next closing on. How the plan
    goes on is not theirs to read.
    """

    def __init__(self, counts: Counts, edition: Edition) -> None:
        super().__init__(counts, edition)
        self._last = Release.objects.aggregate(last=Max("made_at"))["last"]

    def tells(self, figure: PlacedFigure) -> bool:
        """Whether a release came after all that was changed in the rounds of a number."""
        rounds, plans = _elsewhere(figure)
        if plans or not rounds or self._last is None:
            return False
        done = [moment for code in rounds for moment, _ in self._in_round(code)]
        return bool(done) and max(done) <= self._last

    def cause(self, measure: MeasureSpec, area: AreaCounts, period: ReportPeriod) -> _Cause:
        periods = (period, *quarters_of(period))
        told = [area.reporting.revision(measure, cast("Period", one)) for one in periods]
        found = [one for one in told if one is not None]
        days = {day for one in found for day in one.days}
        return _Cause(sorted(days), list(dict.fromkeys(k for one in found for k in one.kinds)))


class _Corrected(_Causes):
    """What the house knows: what was corrected, or came late, after an edition was frozen."""

    def __init__(self, counts: Counts, edition: Edition) -> None:
        super().__init__(counts, edition)
        done = CorrectedFigure.objects.filter(
            correction__state=CorrectionState.COUNTERSIGNED,
            correction__decided_at__gt=edition.approved_at,
        )
        related = done.select_related("correction", "figure__return_made")
        self._corrected = list(related.order_by("correction__decided_at", "pk"))
        late = Return.objects.filter(signed_off_at__gt=edition.approved_at)
        self._late = set(late.values_list("quarter_id", "locality_id"))

    def cause(self, measure: MeasureSpec, area: AreaCounts, period: ReportPeriod) -> _Cause:
        quarters, keys = {at.index for at in quarters_of(period)}, area.area.keys

        def is_in(quarter: int, locality: int | None) -> bool:
            return quarter in quarters and (keys is None or locality in keys)

        found = [
            one.correction
            for one in self._corrected
            if one.figure.item_id in measure.item_ids
            and is_in(one.figure.return_made.quarter_id, one.figure.return_made.locality_id)
        ]
        is_late = any(is_in(*one) for one in self._late)
        return _cause_of(found) if found else _uncorrected(is_late=is_late)


def _cause_of(found: Sequence[Correction]) -> _Cause:
    return _Cause(
        sorted({timezone.localdate(one.decided_at) for one in found if one.decided_at}),
        list(dict.fromkeys(str(one.get_kind_display()) for one in found)),
        list(dict.fromkeys(one.reason for one in found)),
    )


def _uncorrected(*, is_late: bool) -> _Cause:
    kind = CorrectionKind.LATE_DATA if is_late else CorrectionKind.METHOD
    return _Cause(kinds=[str(kind.label)])


def _elsewhere(figure: PlacedFigure) -> tuple[list[str], list[str]]:
    """The rounds of audits that a number is of, and the years of plans."""
    try:
        parts = list(single(parse(figure.token)))
    except TokenError:
        return [], []
    rounds = [one.round for one in parts if isinstance(one, RoundToken)]
    return rounds, [one.year for one in parts if isinstance(one, PlanToken)]


def _audited_since(code: str, moment: dt.datetime) -> Iterator[_Audited]:
    """Audits of a round that came late, or whose grade a moderator changed."""
    audits = CaseAudit.objects.filter(case__round__code=code)
    done = audits.filter(Q(submitted_at__gt=moment) | Q(moderated_at__gt=moment))
    kinds = CorrectionKind.LATE_DATA, CorrectionKind.ERROR
    for stamps in done.values_list("submitted_at", "moderated_at"):
        yield from (
            (at, kind) for at, kind in zip(stamps, kinds, strict=True) if at and at > moment
        )


def _cause_in(done: Sequence[_Audited]) -> _Cause:
    kinds = [kind for _, kind in done] or [CorrectionKind.METHOD]
    days = sorted({timezone.localdate(at) for at, _ in done})
    return _Cause(days, list(dict.fromkeys(str(kind.label) for kind in kinds)))
