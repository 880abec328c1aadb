"""What a decision does to an area's measures: its figures with it and as they were."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.db.models import Q

from earlyhelp.core.pages.wording import number_of
from measures.counting import display
from measures.counting import what_if as whatif
from measures.counting.aggregates import take
from measures.counting.catalogue import MeasureSpec, load_measures
from measures.counting.rollups import RollUp
from measures.counting.spans import Spans
from measures.counting.what_if import Said
from measures.models import Figure, Return
from measures.querysets import Audience, Basis
from measures.returns.answers import GivenAnswer
from measures.returns.earlier_figures import History
from teams.models import Locality
from teams.quarters import Quarter


@dataclass(frozen=True)
class ReturnEffect:
    """What one return does to a measure of its area, as people read it: the same teams each time.

    ``last_quarter`` is theirs; ``unchanged`` is this quarter as if this team had said what it said
    last quarter, and ``with_it`` what it is. ``on`` says which teams, where not all reported;
    ``why_not`` why it cannot be compared.
    """

    measure: MeasureSpec
    last_quarter: str
    unchanged: str
    with_it: str
    on: str
    why_not: str

    @property
    def moves(self) -> bool:
        """Whether the area's figure differs by it, as it is printed."""
        return not self.why_not and self.unchanged != self.with_it


def effect_of_return(
    made: Return, figures: Collection[Figure], history: History
) -> list[ReturnEffect]:
    """What a submitted or signed-off return does to its locality (or the city), provisionally.

    Only the measures that it feeds. Empty for a return that speaks in no roll-up.
    """
    fed = _fed_by({figure.item_id for figure in figures})
    quarter = Quarter(made.quarter_id)
    where = None if made.is_city_wide else Q(locality=made.locality_id)
    # Every return is listed, as for years: what if one said something else?
    both = [quarter - 1, quarter]
    tally = take(
        fed, both, Basis.SUBMITTED, audience=Audience.INTERNAL, where=where, compared=[both]
    )
    if not any(row.return_id == made.pk and row.speaks for row in tally.returns):
        return []
    said = Said(made.pk, {figure.item_id: GivenAnswer.of(figure) for figure in figures})
    before = {pk: history.said(pk, quarter - 1) or GivenAnswer() for pk in said.answers}
    now = RollUp(tally, None)
    with_it, unchanged = Spans(now), Spans(RollUp(whatif.saying(tally, said, before), None))
    return [
        _effect(measure, quarter, with_it, unchanged, before)
        for measure in filter(now.was_asked, fed)
    ]


def _effect(
    measure: MeasureSpec,
    quarter: Quarter,
    with_it: Spans,
    unchanged: Spans,
    before: Mapping[int, GivenAnswer],
) -> ReturnEffect:
    pairing, as_before = (spans.with_last(measure, quarter) for spans in (with_it, unchanged))
    why_not = "; ".join(pairing.reasons)
    if any(before[pk].value is None for pk in measure.item_ids if pk in before):
        why_not = why_not or "this team has no figure of last quarter for it"
    now, last = (pairing.now, pairing.before) if why_not else pairing.compared
    return ReturnEffect(
        measure=measure,
        last_quarter=display.shown(last),
        unchanged="" if why_not else display.shown(as_before.compared[0]),
        with_it=display.shown(now),
        on=f"{now.answered} of {number_of(pairing.now.expected, 'team')}",
        why_not=why_not,
    )


@dataclass(frozen=True)
class CorrectionEffect:
    """One measure of one area in one quarter: what it says, and what it would say."""

    area: str
    quarter: str
    measure: str
    was: str
    becomes: str


def effect_of_correction(
    becomes: Mapping[int, Mapping[int, GivenAnswer]], returns: Sequence[Return], *, city: str
) -> list[CorrectionEffect]:
    """What other answers in signed-off returns do to their localities and the city.

    ``becomes`` holds the new answers by return id and item id; ``returns`` those returns.
    Only what would read differently is listed; ``city`` is what the whole area is called.
    """
    fed = _fed_by({item_id for answers in becomes.values() for item_id in answers})
    quarters = sorted({Quarter(made.quarter_id) for made in returns})
    before = take(fed, quarters, Basis.SIGNED_OFF, audience=Audience.INTERNAL)
    after = before
    for said in _said(returns):
        after = whatif.saying(after, said, becomes.get(said.return_id, {}))
    localities = Locality.objects.filter(pk__in={made.locality_id for made in returns})
    areas: list[tuple[str, set[int | None] | None]] = [
        (locality.name, {locality.pk}) for locality in localities
    ]
    areas.append((city, None))
    effects = (
        _would_say(area, RollUp(before, keys), RollUp(after, keys), measure, quarter)
        for area, keys in areas
        for quarter, measure in product(quarters, fed)
    )
    return [effect for effect in effects if effect.was != effect.becomes]


def _fed_by(item_ids: set[int]) -> list[MeasureSpec]:
    return [one for one in load_measures() if not one.item_ids.isdisjoint(item_ids)]


def _said(returns: Sequence[Return]) -> list[Said]:
    answers: dict[int, dict[int, GivenAnswer]] = {made.pk: {} for made in returns}
    for figure in Figure.objects.filter(return_made__in=list(answers)):
        answers[figure.return_made_id][figure.item_id] = GivenAnswer.of(figure)
    return [Said(return_id, given) for return_id, given in answers.items()]


def _would_say(
    area: str, before: RollUp, after: RollUp, measure: MeasureSpec, quarter: Quarter
) -> CorrectionEffect:
    was, becomes = (display.shown(one.cell(measure, quarter)) for one in (before, after))
    return CorrectionEffect(area, quarter.short, measure.name, was, becomes)
