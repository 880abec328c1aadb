"""Tokens about rounds of audits and cohorts: what they found, of the whole city."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from audits.grades import Grade
from audits.models import Round
from audits.results.scored_rounds import CITY, IndicatorResult, RoundResults, ScoredRound
from audits.scoring import Share
from earlyhelp.report.tokens.grammar import RoundToken, TokenError
from earlyhelp.report.tokens.measures import near
from earlyhelp.report.tokens.shown import ShownFigure, number, plain
from measures.counting.display import rounded

_GRADES = {
    "outstanding": Grade.OUTSTANDING,
    "good": Grade.GOOD,
    "requires-improvement": Grade.REQUIRES_IMPROVEMENT,
    "inadequate": Grade.INADEQUATE,
    "not-found": Grade.NOT_FOUND,
    "yes": Grade.YES,
    "no": Grade.NO,
}


class AuditTokens:
    """Answers tokens about rounds; each round is read once."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._known: dict[str, RoundResults] = {}

    @property
    def read(self) -> Mapping[str, RoundResults]:
        """The rounds that a document speaks of, by code."""
        return self._known

    def round(self, code: str) -> RoundResults:
        """What a round found; TokenError where there is none, or it was never opened."""
        if code not in self._known:
            opened = Round.objects.opened().select_related("tool")
            found = opened.filter(code=code).first()
            if found is None:
                codes = opened.values_list("code", flat=True)
                raise TokenError(f"There is no round “{code}”{near(code, codes)}")
            self._known[code] = ScoredRound(found).results(CITY, self._today)
        return self._known[code]

    def resolve(self, token: RoundToken) -> ShownFigure:
        """What a token about a round shows."""
        results = self.round(token.round)
        if not token.indicator:
            return self._of_round(token, results)
        one = _indicator(results, token.indicator)
        name = f"{one.indicator.name}, {results.round}"
        if token.what == "cases":
            base = one.share.of if not results.is_cohort else results.audits
            return _count(base, f"Cases to which it applied: {name}", results)
        if token.what == "average score":
            return _average(one, name, results)
        share = _share(token, results, one)
        words = _words(token, name)
        return _of_share(token, share, words, results)

    def _of_round(self, token: RoundToken, results: RoundResults) -> ShownFigure:
        done = results.completion.done
        if token.what == "cases":
            return _count(results.cases, f"Cases audited in {results.round}", results)
        if token.what == "audits":
            return _count(done.part, f"Audits completed in {results.round}", results)
        whole = RoundToken("percentage", token.round, decimals=token.decimals)
        return _of_share(whole, done, f"Audits completed in {results.round}", results)


def _indicator(results: RoundResults, code: str) -> IndicatorResult:
    codes = [one.indicator.code for one in results.indicators]
    for one in results.indicators:
        if one.indicator.code == code:
            return one
    raise TokenError(f"“{results.round}” asked nothing called “{code}”{near(code, codes)}")


def _share(token: RoundToken, results: RoundResults, one: IndicatorResult) -> Share:
    """The cases with this answer, of those that it is a share of."""
    share = _given(token, results, one)
    return Share(share.of - share.part, share.of) if token.is_rest else share


def _given(token: RoundToken, results: RoundResults, one: IndicatorResult) -> Share:
    if token.grade.startswith("choice:"):
        label = token.grade.removeprefix("choice:").lower()
        for choice in one.choices:
            if choice.label.lower() == label:
                return choice.share
        labels = [choice.label for choice in one.choices]
        raise TokenError(f"“{one.indicator.name}” has no choice “{label}”{near(label, labels)}")
    if token.grade == "good-or-better":
        return one.tally.good_or_better
    grade = _GRADES[token.grade]
    if grade in (Grade.YES, Grade.NO):
        if results.is_cohort and grade == Grade.YES:
            return results.outcome(one)
        return Share(one.tally[grade], one.tally.yes.of)
    return one.tally.share(grade)


def _words(token: RoundToken, name: str) -> str:
    answer = token.grade.removeprefix("choice:").replace("-", " ")
    if token.is_rest:
        return f"Cases without: {name}"
    return f"Cases answered “{answer}”: {name}"


def _of_share(token: RoundToken, share: Share, words: str, results: RoundResults) -> ShownFigure:
    made = _count(share.part, words, results)
    made = replace(
        made,
        formula=f"{words}, {share.part} of {share.of}",
        denominator=str(share.of),
        cautions=("fewer than 10 cases",) if share.is_small and share.of else (),
    )
    if token.what == "number":
        return made
    if token.what == "parts":
        return replace(made, text=str(share))
    if share.value is None:
        return replace(made, text="no cases", exact=None, unit="%")
    value, places = share.value * 100, 1 if token.decimals is None else token.decimals
    return replace(
        made,
        text=number(value, "%", places),
        exact=value,
        unit="%",
        places=places,
        formula=f"{words}, {share.part} ÷ {share.of} × 100",
    )


def _count(count: int, words: str, results: RoundResults) -> ShownFigure:
    return ShownFigure(
        text=f"{count:,}",
        formula=words,
        exact=Fraction(count),
        period=results.round.period_name,
        numerator=str(count),
        answered=results.completion.done.part,
        expected=results.completion.done.of,
        is_impact=results.is_cohort,
    )


def _average(one: IndicatorResult, name: str, results: RoundResults) -> ShownFigure:
    value = one.tally.average
    made = _count(one.tally.graded, f"Average score of graded cases: {name}", results)
    if value is None:
        return replace(made, text="no cases", exact=None)
    return replace(
        made,
        text=str(rounded(value, 1)),
        exact=value,
        unit="average",
        places=1,
        numerator=plain(value * one.tally.graded),
        denominator=str(one.tally.graded),
    )
