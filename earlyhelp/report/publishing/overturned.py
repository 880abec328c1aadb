"""Whether an edition still says what is so: sentences overturned, verdicts and directions turned.

The checker reads the frozen sentences once more, with the figures of today in the places of those
that changed; words about audits, cohorts and the plan, which it does not know, are held to their
numbers by ``said_of``. A verdict or a direction is worked out from the figure as it was and is.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from earlyhelp.report.checker.layout import sentences
from earlyhelp.report.facts import gather_facts
from earlyhelp.report.periods import ReportPeriod, moved, parse_period
from earlyhelp.report.placing import Passage
from earlyhelp.report.publishing.passages import paragraphs_of, placed_in, text_of
from earlyhelp.report.publishing.said_of import Amount, MovedNumber, no_longer_holds
from earlyhelp.report.tokens.grammar import PlanToken, RoundToken, TokenError, parse
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tree import Document, Paragraph, PlacedFigure, Subheading
from earlyhelp.report.words import check_passages, sentence_at
from measures.counting.comparison import verdict_on
from measures.querysets import Audience


def overturned_sentences(
    document: Document, now: Mapping[str, str], period: ReportPeriod, answered: Collection[str]
) -> list[str]:
    """The sentences of a document, as published, that do not hold with its figures of ``now``.

    Those are texts by reference. What was ``answered`` when it was approved is no news.
    """
    if not now:
        return []
    facts = gather_facts(Audience(document.audience))
    found: dict[str, None] = {}
    for paragraph in paragraphs_of(document):
        passage, frozen = _as_it_is(paragraph, now), _showing(paragraph, now)
        for one in check_passages([passage], period, facts) if frozen else ():
            number = sentence_at(passage.text, one.start)[0]
            is_known = any(one.finding.why in said for said in answered)
            if one.finding.is_of_words and number in frozen and not is_known:
                found[frozen[number]] = None
    return list(found)


def _showing(paragraph: Paragraph, now: Mapping[str, str]) -> dict[int, str]:
    """The sentences of a paragraph, as published, that show what changed, by their numbers."""
    text = text_of(paragraph)
    placed = placed_in(paragraph, {})
    return dict(sentence_at(text, at) for run, at, _ in placed if run.figure in now)


def overturned_elsewhere(
    document: Document, now: Mapping[str, str], resolver: Resolver
) -> list[str]:
    """The same of sentences about audits, cohorts and the plan, where that can be said safely."""
    figures = {one.reference: one for one in document.figures}
    moved = _Moved(resolver)
    found = []
    for paragraph in paragraphs_of(document):
        for start, sentence in sentences(text_of(paragraph)):
            end = start + len(sentence)
            placed = [
                (at - start, last - start, figures[run.figure])
                for run, at, last in placed_in(paragraph, {})
                if start <= at < end and run.figure in figures
            ]
            if any(one.reference in now for _, _, one in placed):
                numbers = [moved.number(*one) for one in placed]
                if no_longer_holds(sentence, [one for one in numbers if one is not None]):
                    found.append(sentence.strip())
    return found


@dataclass(frozen=True)
class _Moved:
    """Numbers of audits and of the plan, as an edition has them and as they are."""

    resolver: Resolver

    def number(self, start: int, end: int, figure: PlacedFigure) -> MovedNumber | None:
        """A placed number where it stands; None for a measure's, and for what is hidden."""
        try:
            token = parse(figure.token)
            if figure.is_hidden or not isinstance(token, RoundToken | PlanToken):
                return None
            now = self.resolver.resolve(token)
        except TokenError:
            return None
        kind = _kind(token)
        was = _amount(kind, figure.numerator, figure.denominator)
        is_now = _amount(kind, now.numerator, now.denominator)
        if was is None or is_now is None:
            return None
        return MovedNumber(start, end, kind, was, is_now, self._before(token, kind))

    def _before(self, token: RoundToken | PlanToken, kind: str) -> Fraction | None:
        """What the round found that an audit's is compared with, of the same question."""
        if isinstance(token, PlanToken) or not token.indicator:
            return None
        earlier = self.resolver.audits.round(token.round).round.compares_with
        if earlier is None:
            return None
        try:
            found = self.resolver.resolve(replace(token, round=earlier.code))
        except TokenError:
            return None  # it was not asked then
        amount = _amount(kind, found.numerator, found.denominator)
        return None if amount is None else amount.value


def _kind(token: RoundToken | PlanToken) -> str:
    """What numbers it may be set against: shares, averages, or counts."""
    if isinstance(token, RoundToken) and token.what in ("percentage", "parts", "completion"):
        return "share"
    return token.what if token.what == "average score" else "count"


def _amount(kind: str, numerator: str, denominator: str) -> Amount | None:
    """How much a number says that is made of these parts; None where it says nothing."""
    try:
        top = Fraction(numerator)
        share = 100 * top / Fraction(denominator) if denominator else None
    except (ValueError, ZeroDivisionError):
        return None
    if kind == "average score":
        return None if share is None else Amount(share / 100)
    if kind == "share":
        return None if share is None else Amount(share, share)
    return Amount(top, share)


def _as_it_is(paragraph: Paragraph, now: Mapping[str, str]) -> Passage:
    """A paragraph with the figures of now."""
    text = "".join(now.get(one.figure, one.text) for one in paragraph.runs)
    placed = ((at, end, run.figure) for run, at, end in placed_in(paragraph, now))
    return Passage(0, 0, text, tuple(placed))


@dataclass(frozen=True)
class Turning:
    """Whether a changed figure asks for a new edition (report.md: a month)."""

    document: Document
    resolver: Resolver

    def asks(self, figure: PlacedFigure) -> bool:
        """Whether it stands on the first page, or its verdict or its direction is another."""
        return figure.section in self._first_pages or any(
            was != now for was, now in self._judgements(figure)
        )

    @property
    def _first_pages(self) -> set[str]:
        return {
            one.heading
            for one in self.document.sections
            if any(isinstance(b, Subheading) and b.anchor.endswith("-improved") for b in one.blocks)
        }

    def _judgements(self, figure: PlacedFigure) -> Iterator[tuple[object, object]]:
        """What could be said of it, with the number as it was and as it is: verdict, direction."""
        counts = self.resolver.counts
        measure = counts.measures.get(figure.measure)
        codes = tuple(one for one in figure.area.split("+") if one in counts.localities)
        was = _value(figure, measure.scale if measure else 1)
        if measure is None or was is None:
            return
        try:
            period = parse_period(figure.period)
        except ValueError:
            return  # a span of quarters
        now = counts.cell(measure, codes, period).value
        before = counts.cell(measure, codes, moved(period, -1)).value
        if now is None:
            return
        target = counts.target(measure, codes, period)
        if target is not None:
            yield verdict_on(was, measure.good, target), verdict_on(now, measure.good, target)
        if before is not None:
            yield _side(was - before), _side(now - before)


def _side(change: Fraction) -> int:
    return (change > 0) - (change < 0)


def _value(figure: PlacedFigure, scale: int) -> Fraction | None:
    """The exact value of a measure as an edition shows it; None for what is none's."""
    if not figure.token.startswith(figure.measure) or not figure.numerator:
        return None
    top = Fraction(figure.numerator)
    return scale * top / Fraction(figure.denominator) if figure.denominator else top
