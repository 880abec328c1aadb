"""What changed since an edition was frozen: which figures, why, and the sentences overturned."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from earlyhelp.core.pages.wording import long_date
from earlyhelp.report.counted import Counts
from earlyhelp.report.models import Edition
from earlyhelp.report.periods import ReportPeriod, parse_period, quarters_of
from earlyhelp.report.publishing.passages import document_of, passages_with_figures
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tree import Document, PlacedFigure
from measures.querysets import Audience


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that an edition shows and the data now give otherwise.

    ``sentences`` are those of the edition that show it; ``why`` is the reason; for outsiders it is
    the kind of change.
    """

    reference: str
    section: str
    was: str
    now: str
    on: str
    why: str
    sentences: Sequence[str]


def changed_since(edition: Edition, audience: Audience, today: dt.date) -> list[ChangedFigure]:
    """The figures of an edition that changed.

    Outsiders read of it from the next closing on: their figures of today are the newest release's.
    """
    document = document_of(edition.content(audience))
    resolver = Resolver.load(edition.report.period, today, audience)
    return list(_changed(document, resolver))


def _changed(document: Document, resolver: Resolver) -> Iterator[ChangedFigure]:
    for figure in document.figures:
        if not figure.measure or figure.is_hidden:
            continue
        now = _now(resolver, figure)
        if now in (None, figure.shown):
            continue
        days, reasons = _revised(resolver.counts, figure)
        yield ChangedFigure(
            reference=figure.reference,
            section=figure.section,
            was=figure.shown,
            now=now or "",
            on=", ".join(long_date(day) for day in days),
            why="; ".join(reasons),
            sentences=tuple(passages_with_figures(document, figure.reference)),
        )


def _now(resolver: Resolver, figure: PlacedFigure) -> str | None:
    """What the token of a figure shows today; None where it names nothing any more."""
    try:
        return resolver.answer(figure.token).text
    except TokenError:
        return None


def _revised(counts: Counts, figure: PlacedFigure) -> tuple[list[dt.date], list[str]]:
    """The days on which the figures behind it were corrected, and why."""
    measure = counts.measures.get(figure.measure)
    try:
        period: ReportPeriod = parse_period(figure.period)
    except ValueError:
        return [], []
    if measure is None:
        return [], []
    codes = tuple(one for one in figure.area.split("+") if one in counts.localities)
    reporting = counts.area(codes).reporting
    found = [one for at in quarters_of(period) if (one := reporting.revision(measure, at))]
    days = set().union(*(one.days for one in found))
    return sorted(days), list(
        dict.fromkeys(chain.from_iterable(one.reasons or one.kinds for one in found))
    )
