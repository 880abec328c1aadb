"""What a report is about: a financial year, half of one, or a quarter. Pure."""

import re
from dataclasses import dataclass

from measures.counting.rollups import Period
from teams.quarters import FinancialYear, Quarter

_HALF = re.compile(r"([0-9]{4}-[0-9]{2}) ?[Hh-]+([12])")
_HALF_SAID = re.compile(r"\b[0-9]{4}-[0-9]{2} H[12]\b")


@dataclass(frozen=True, order=True, slots=True)
class HalfYear:
    """April to September (1) or October to March (2) of a financial year."""

    start: int
    number: int

    def __str__(self) -> str:
        return f"{self.year} H{self.number}"

    @property
    def slug(self) -> str:
        """``2015-16-h1``, as addresses and codes have it."""
        return f"{self.year}-h{self.number}"

    @property
    def year(self) -> FinancialYear:
        """The financial year that it is half of."""
        return FinancialYear(self.start)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Its two quarters."""
        first = 2 * (self.number - 1)
        return self.year.quarters[first : first + 2]

    @property
    def label(self) -> str:
        """``April to September 2015``, ``October 2015 to March 2016``: as people say it."""
        first, last = (one.months for one in self.quarters)
        begins, (end, year) = first.partition(" to ")[0], last.partition(" to ")[2].split()
        begun = first.split()[-1]
        return f"{begins} to {end} {year}" if begun == year else f"{begins} {begun} to {end} {year}"


ReportPeriod = Period | HalfYear


def parse_period(text: str) -> ReportPeriod:
    """Read ``2015-16``, ``2015-16 H1`` or ``2015-16 Q3``; ValueError, saying so, otherwise."""
    typed = text.strip()
    if found := _HALF.fullmatch(typed):
        return HalfYear(FinancialYear.parse(found[1]).start, int(found[2]))
    if "q" in typed.lower():
        return Quarter.parse(typed.replace("q", "Q").replace("-Q", " Q"))
    return FinancialYear.parse(typed)


def quarters_of(period: ReportPeriod) -> tuple[Quarter, ...]:
    """The quarters that a period is made of."""
    return (period,) if isinstance(period, Quarter) else tuple(period.quarters)


def year_of(period: ReportPeriod) -> FinancialYear:
    """The financial year that a period lies in."""
    return period if isinstance(period, FinancialYear) else period.year


def moved(period: ReportPeriod, years: int) -> ReportPeriod:
    """The same period so many years later."""
    if isinstance(period, Quarter):
        return period + 4 * years
    if isinstance(period, HalfYear):
        return HalfYear(period.start + years, period.number)
    return FinancialYear(period.start + years)


def in_words(period: ReportPeriod) -> str:
    """``2015-16``, ``April to September 2015`` or ``quarter 3 of 2015-16``."""
    if isinstance(period, Quarter):
        return f"quarter {period.number} of {period.year}"
    return period.label if isinstance(period, HalfYear) else str(period)


def title_of(period: ReportPeriod) -> str:
    """A period as a title has it."""
    if isinstance(period, Quarter):
        return period.label
    return in_words(period)


def spoken(text: str) -> str:
    """A text with half years as people say them: ``2015-16 H1`` is in no reader's words."""
    return _HALF_SAID.sub(lambda found: in_words(parse_period(found[0])), text)
