"""Figures to put into a text, found by their names, each with what it shows now."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from audits.models import Round
from audits.plan.models import Plan
from earlyhelp.report.models import Report
from earlyhelp.report.periods import year_of
from earlyhelp.report.permissions import ReportPermission
from earlyhelp.report.tokens.grammar import PLAN_WHATS, TokenError
from earlyhelp.report.tokens.resolver import Resolver
from measures.counting.catalogue import MeasureSpec
from measures.querysets import Audience
from teams.authority import Actor
from teams.models import Locality
from teams.quarters import FinancialYear

MOST_MEASURES = 6
# So many rounds are looked into for what they asked.
MOST_ROUNDS = 2


@dataclass(frozen=True)
class FoundFigure:
    """A figure that could be put in: what it is, its token, and what it shows now."""

    name: str
    token: str
    shown: str


@dataclass(frozen=True)
class FigureFinder:
    """The figures whose names hold what was typed."""

    asked: str
    found: Sequence[FoundFigure]


def audience_for(by: Actor) -> Audience:
    """Whoever reads no drafts (a scrutineer, say) is shown what outsiders are."""
    reads = by.authority.holds(ReportPermission.READ_DRAFTS)
    return Audience.INTERNAL if reads else Audience.EXTERNAL


def figure_finder(
    report: Report, asked: str, by: Actor, resolver: Resolver | None = None
) -> FigureFinder:
    """Figures by name: each with what stands in the text, and what that shows today."""
    words = asked.lower().split()
    if not words:
        return FigureFinder("", [])
    resolver = resolver or Resolver.load(report.period, by.today, audience_for(by))
    search = _Search(resolver, words)
    found = [*search.measures(), *search.plans(report), *search.rounds()]
    return FigureFinder(asked, found)


class _Search:
    """One search: its words, and the locality that they name."""

    def __init__(self, resolver: Resolver, words: Sequence[str]) -> None:
        self._resolver = resolver
        self._words = words

    def measures(self) -> Iterator[FoundFigure]:
        """Measures by their own names and those of their items, of the city or of a locality."""
        area, words = self._area()
        where = f" in {area.name}" if area is not None else ""
        known = self._resolver.counts.measures.values()
        named = [one for one in known if _holds(_names(one), words)]
        named.sort(key=lambda one: not _holds(one.name, words))
        for one in named[:MOST_MEASURES]:
            name = f"{one.name}, {area.name}" if area is not None else one.name
            for what, token in _of_measure(one, where):
                yield from self._shown(f"{name}, {what}" if what else name, [token])

    def _area(self) -> tuple[Locality | None, list[str]]:
        """The locality that is named, and the words beside its name."""
        said = " ".join(self._words)
        for one in self._resolver.counts.localities.values():
            for name in (one.name.lower(), one.code):
                if name in said:
                    return one, said.replace(name, " ").replace(" in ", " ").split()
        return None, list(self._words)

    def rounds(self) -> Iterator[FoundFigure]:
        """Rounds by name, and what they asked; the latest first."""
        looked = 0
        for one in Round.objects.opened().select_related("tool").order_by("-pk"):
            name = f"{one} {one.code}".lower()
            rest = [word for word in self._words if word not in name]
            if not rest:
                yield from self._shown(f"Cases of {one}", [f"cases of round {one.code}"])
                yield from self._shown(f"Audits done, {one}", [f"completion of round {one.code}"])
            if len(rest) < len(self._words) and looked < MOST_ROUNDS:
                looked += 1
                yield from self._asked_in(one.code, str(one), rest)

    def _asked_in(self, code: str, name: str, words: Sequence[str]) -> Iterator[FoundFigure]:
        results = self._resolver.audits.round(code)
        asked = [one.indicator for one in results.indicators if _holds(one.indicator.name, words)]
        for one in asked[:MOST_MEASURES]:
            hows = ["percentage for", "number for"] if results.is_cohort else _GRADED
            tokens = [f"{how} {one.code} in round {code}" for how in hows]
            yield from islice(self._shown(f"{one.name}, {name}", tokens), 2)

    def plans(self, report: Report) -> Iterator[FoundFigure]:
        """How the actions and outcomes of the year's plan, and of those beside it, stand."""
        year = year_of(report.period).start
        known = Plan.objects.filter(year__gte=year - 1, year__lte=year + 1).order_by("year")
        for start in known.values_list("year", flat=True):
            at = str(FinancialYear(start))
            whats = [what for what in PLAN_WHATS if _holds(f"{what} plan {at}", self._words)]
            for what in whats:
                name = f"{what.capitalize()}, plan for {at}"
                yield from self._shown(name, [f"{what} of plan {at}"])

    def _shown(self, name: str, tokens: Iterable[str]) -> Iterator[FoundFigure]:
        for token in tokens:
            try:
                shown = self._resolver.answer(token).text
            except TokenError:
                continue
            if re.search("[0-9]", shown):
                yield FoundFigure(name, f"{{{{{token}}}}}", shown)


_GRADED = ("percentage good or better for", "percentage yes for", "percentage no for")


def _of_measure(measure: MeasureSpec, where: str) -> list[tuple[str, str]]:
    """Its tokens, each with what it says beside the measure's name."""
    one = f"{measure.code}{where}"
    tokens = [
        ("", one),
        ("last year", f"{one} last year"),
        ("change since last year", f"change in {one} since last year"),
    ]
    tokens += [("how many of how many", f"parts of {one}")] if measure.is_ratio else []
    return [*tokens, ("target", f"target of {one}")]


def _names(measure: MeasureSpec) -> str:
    items = " ".join(item.name for item in measure.items)
    return f"{measure.name} {measure.code} {items}"


def _holds(name: str, words: Iterable[str]) -> bool:
    return all(word in name.lower() for word in words)
