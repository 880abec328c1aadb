"""What a typed number is in the data, as the token that would place it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from earlyhelp.report.checker import CouncilFacts, FigureSource, TextFinding, Verdict
from earlyhelp.report.checker.facts import CITY
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tokens.shown import ShownFigure

_FORMS = {
    "value": "{measure}{where}{when}",
    "numerator": "number of {measure}{where}{when}",
    "denominator": "base of {measure}{where}{when}",
    "rest": "rest of {measure}{where}{when}",
    "rest %": "remaining share of {measure}{where}{when}",
    "target": "target of {measure}{where}{when}",
    "gap": "distance to target of {measure}{where}{when}",
    "change": "change in {measure}{where}{when} since {earlier}",
    "relative": "percentage change in {measure}{where}{when} since {earlier}",
    "mean": "average of {measure}{where} over {period}",
    "highest": "highest of {measure}{where} over {period}",
    "lowest": "lowest of {measure}{where} over {period}",
}
# What follows a change of percentages, in a text and in what its token shows.
_POINTS = re.compile(r" (?:percentage )?points?\b")


@dataclass(frozen=True)
class LikelyFigure:
    """The token that would place a number, and what it shows: “points” too, where it says so."""

    token: str
    shown: ShownFigure
    takes_points: bool


class Likely:
    """Finds the tokens for what the checker recognised, as one report says them."""

    def __init__(self, resolver: Resolver, facts: CouncilFacts) -> None:
        self._resolver = resolver
        self._facts = facts

    def figure(self, finding: TextFinding) -> LikelyFigure | None:
        """The token that shows what was typed, or what would be right; None where none does."""
        if finding.source is None or not finding.typed:
            return None
        wanted = finding.typed
        if finding.verdict is not Verdict.AGREES and finding.replacement:
            wanted = finding.replacement
        for token, figure in self._shown(finding.source, finding.typed):
            bare = _POINTS.sub("", figure.text)
            if _plain(bare) == _plain(wanted):
                return LikelyFigure(f"{{{{{token}}}}}", figure, bare != figure.text)
        return None

    def _shown(self, source: FigureSource, typed: str) -> Iterator[tuple[str, ShownFigure]]:
        base = self._words(source, typed)
        if not base:
            return
        for token in (base, *(f"{base} to {places} decimals" for places in range(3))):
            try:
                figure = self._resolver.answer(token)
            except TokenError:
                continue
            if not figure.is_hidden:
                yield token, figure

    def _words(self, source: FigureSource, typed: str) -> str:
        """The words of a token; nothing where no token says it."""
        measure, kind = source.measure, source.kind
        if kind == "rest" and typed.endswith("%"):
            kind = "rest %"
        if measure.startswith("item:"):
            measure, kind = self._of_item(measure, kind)
        form = _FORMS.get(kind, "")
        areas = [code for code in source.areas if code != CITY]
        is_own = source.period == str(self._resolver.period)
        return form.format(
            measure=measure,
            where=f" in {' and '.join(areas)}" if areas else "",
            when="" if is_own else f" in {source.period}",
            period=source.period,
            earlier=source.earlier,
        )

    def _of_item(self, code: str, kind: str) -> tuple[str, str]:
        """A count that only a ratio holds, as that ratio's part."""
        ratio = self._facts.by_code.get(self._facts.by_code[code].of)
        if ratio is None or kind != "value":
            return code, ""
        item = code.removeprefix("item:")
        if ratio.numerator.code == item:
            return ratio.code, "numerator"
        is_all = [one.code for one in ratio.denominators] == [item]
        return ratio.code, "denominator" if is_all else ""


def points_after(text: str, end: int) -> int:
    """Where the words “percentage points” after a number end; where it ends without any."""
    found = _POINTS.match(text, end)
    return found.end() if found else end


def _plain(text: str) -> str:
    return re.sub(r"[,\s]|per ?cent", lambda one: "%" if one[0].startswith("per") else "", text)
