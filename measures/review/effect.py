"""What a decision does to an area's measures: the figures with it and without it, side by side."""

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
from measures.counting.what_if import Said
from measures.models import Figure, Return
from measures.querysets import Audience, Basis
from measures.returns.answers import GivenAnswer
from teams.models import Locality
from teams.quarters import Quarter


@dataclass(frozen=True)
class ReturnEffect:
    """One measure of an area: last quarter, without a return, and with it, as people read them."""

    measure: MeasureSpec
    last_quarter: str
    without: str
    with_it: str
    coverage: str
    is_partial: bool


def effect_of_return(made: Return, figures: Collection[Figure]) -> list[ReturnEffect]:
    """What a submitted or signed-off return does to its locality (or the city), provisionally.

    Only the measures that it feeds. Empty for a return that speaks in no roll-up.
    """
    fed = _fed_by({figure.item_id for figure in figures})
    quarter = Quarter(made.quarter_id)
    where = None if made.is_city_wide else Q(locality=made.locality_id)
    # Every return is listed, as for years: what if one did not speak?
    tally = take(
        fed, [quarter - 1, quarter], Basis.SUBMITTED, audience=Audience.INTERNAL, where=where
    )
    if not any(row.return_id == made.pk and row.speaks for row in tally.returns):
        return []
    said = Said(made.pk, {figure.item_id: GivenAnswer.of(figure) for figure in figures})
    now, then = RollUp(tally, None), RollUp(whatif.without(tally, said), None)
    effects = []
    for measure in filter(now.was_asked, fed):
        with_it = now.cell(measure, quarter)
        effects.append(
            ReturnEffect(
                measure,
                display.shown(now.cell(measure, quarter - 1)),
                display.shown(then.cell(measure, quarter)),
                display.shown(with_it),
                f"{with_it.answered} of {number_of(with_it.expected, 'team')}",
                not with_it.is_complete,
            )
        )
    return effects


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
