"""Every token of a report answered, from what is read once for the whole of it."""

import datetime as dt

from earlyhelp.report.counted import Counts, load_counts, span_of
from earlyhelp.report.periods import ReportPeriod
from earlyhelp.report.tokens import shown
from earlyhelp.report.tokens.audits import AuditTokens
from earlyhelp.report.tokens.grammar import (
    MeasureToken,
    PairToken,
    PlanToken,
    RoundToken,
    SeriesToken,
    Token,
    TokenError,
    parse,
)
from earlyhelp.report.tokens.measures import MeasureTokens
from earlyhelp.report.tokens.plan import PlanTokens
from earlyhelp.report.tokens.shown import ShownFigure
from measures.querysets import Audience


class Resolver:
    """What the tokens of a report about a period show to one audience, on a day."""

    def __init__(self, period: ReportPeriod, counts: Counts, today: dt.date) -> None:
        self.period = period
        self.counts = counts
        self.today = today
        self.measures = MeasureTokens(counts, period)
        self.audits = AuditTokens(today)
        self.plans = PlanTokens(today)

    @classmethod
    def load(
        cls, period: ReportPeriod, today: dt.date, audience: Audience = Audience.INTERNAL
    ) -> "Resolver":
        """With the figures of two years up to the period's end."""
        counts = load_counts(span_of(period), audience=audience, today=today)
        return cls(period, counts, today)

    def resolve(self, token: Token) -> ShownFigure:
        """What a token shows; raises ``TokenError`` where it names nothing."""
        match token:
            case MeasureToken():
                return self.measures.resolve(token)
            case SeriesToken():
                return self.measures.series(token)
            case RoundToken():
                return self.audits.resolve(token)
            case PlanToken():
                return self.plans.resolve(token)
            case PairToken():
                pair = shown.difference if token.how == "difference" else shown.share
                first, second = self.resolve(token.first), self.resolve(token.second)
                return pair(first, second, token.decimals)

    def answer(self, text: str) -> ShownFigure:
        """What the words of a token show."""
        token = parse(text)
        if isinstance(token, MeasureToken | SeriesToken | RoundToken | PlanToken | PairToken):
            return self.resolve(token)
        raise TokenError("A source stands after the number that it declares")
