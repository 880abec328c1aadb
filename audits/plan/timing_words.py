"""What "by when" means as people write it: a grammar that accounts for every word. Pure.

Plans say "September 2016", "1.9.16", "From June 2016", "1.4.17, ongoing", "November 2016 and
February 2017", "Audits every quarter until 1.4.17" or "Ongoing". The words are cut into tokens
and read from the first to the last; where one is left over the text is refused, with what is
understood. A month is due on its last day.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audits.plan.timing import (
    ActionTiming,
    Every,
    TimingKind,
    between,
    month_end,
    recurring,
    several,
)
from teams.quarters import FinancialYear, Quarter

# How often, as it is written; numbers in words stand for digits as well.
_RECURRENCES: dict[Every, str] = {
    Every.WEEK: "weekly, every week, each week, once a week",
    Every.FORTNIGHT: "fortnightly, every fortnight, each fortnight, once a fortnight, "
    "every two weeks, every other week",
    Every.HALF_MONTH: "twice a month, twice monthly, twice each month, twice every month",
    Every.MONTH: "monthly, every month, each month, once a month",
    Every.TWO_MONTHS: "every two months, every second month, every other month",
    Every.QUARTER: "quarterly, every quarter, each quarter, once a quarter, every three months",
    Every.TERM: "termly, every term, each term, once a term",
    Every.HALF_YEAR: "six-monthly, every six months, half-yearly, every half year, "
    "twice a year, twice yearly, twice each year, twice every year",
    Every.YEAR: "yearly, annually, every year, each year, once a year",
}
_AMBIGUOUS = {
    "every two months or twice a month": "bi-monthly, bimonthly",
    "every two weeks or twice a week": "bi-weekly, biweekly",
    "twice a year or every two years": "bi-annually, biannually, bi-annual, biannual",
}
# What is done again and again may stand before how often: "five cases every month".
_THINGS = (
    *("audit", "audits", "briefing", "briefings", "case", "cases", "check", "checks"),
    *("discussion", "discussions", "figures", "meeting", "meetings", "report", "reports"),
    *("review", "reviews", "sample", "samples", "sampling", "session", "sessions"),
    *("supervision", "survey", "surveys", "training", "update", "updates"),
)
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_OF_THE_END = ("the end of", "end of", "end")
_BY = [
    *("by", "by the", "due", "due by", "due on", "on", "on the", "in", "during", "no later than"),
    *(f"{by} {end}" for by in ("by", "due by", "at", "no later than") for end in _OF_THE_END),
    *_OF_THE_END,
]
_BEFORE, _BEFORE_THE_END = ["before", "before the"], [f"before {end}" for end in _OF_THE_END]
_FROM = ["from", "starting", "starting from", "starting on", "starting in", "since"]
_UNTIL = [
    *("until", "till", "to", "up to"),
    *(f"{until} {end}" for until in ("until", "till", "to", "up to") for end in _OF_THE_END),
]
_ONWARDS = ["onwards", "onward", "on"]
_ONGOING = ["ongoing", "on-going"]
_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}

# A hyphen within a word ("six-monthly") is no more than a blank.
_TOKEN = re.compile(
    r"""
      (?P<iso>\d{4}-\d{2}-\d{2})(?!\d)
    | (?P<day>\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)(?:\d{4}|\d{2}))(?!\d)
    | (?P<year>\d{4}[-/](?:\d{4}|\d{2}))(?!\d)
    | (?P<number>\d+)(?:st|nd|rd|th)?(?![a-z\d])
    | q(?P<quarter>[1-4])(?![a-z\d])
    | (?P<word>[a-z]+)(?![a-z\d])
    | (?P<blank>[ ]+|(?<=[a-z\d])-(?=[a-z]))
    | (?P<mark>[-.,;&\u2013\u2014])
    """,
    re.VERBOSE | re.ASCII,
)
_DASHES = ("-", "\u2013", "\u2014")
# A year beyond these is a slip of the finger.
_YEARS = range(1990, 2201)

UNDERSTOOD = (
    "Write a date (1.9.16), a month (September 2016), a quarter (Q2 2016-17), a year (2016/17), "
    "“By end September 2016”, “From June 2016”, “Ongoing”, several dates with “and”, or how often ("
    + ", ".join(phrases.partition(",")[0] for phrases in _RECURRENCES.values())
    + "), with “from ...”, “until ...” or both; or keep your words and give the date beside them."
)


def parse(words: str, year: FinancialYear, added: dt.date) -> ActionTiming:
    """What ``words`` mean in a plan for ``year``; raise ValueError, with a sentence, if unread.

    The plan's year bounds a recurring action that does not say when it starts or ends, and it
    does not start before the day on which it was ``added``.
    """
    kept = " ".join(words.split())
    if not kept:
        raise ValueError("Enter by when it is to be done")
    return TimingReader(kept, list(_tokens(kept))).timing(year, added)


def names_its_day(timing: ActionTiming) -> bool:
    """Whether the words themselves give the day, so that nothing had to be read into them."""
    if timing.kind == TimingKind.ONGOING:
        return True
    if timing.kind not in (TimingKind.BY, TimingKind.BY_THEN_ONGOING) or timing.due is None:
        return False
    reader = DateReader(timing.words, list(_tokens(timing.words)))
    return any(reader.has_day(at, timing.due) for at in range(len(reader.tokens)))


@dataclass(frozen=True)
class _Span:
    """What was written as one date: a day, a month, a quarter or a year."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class _Token:
    """A word, a mark, a number, or what is a date by itself; ``at`` is where it begins."""

    kind: str
    text: str
    at: int

    @property
    def spoken(self) -> str:
        """A small number as a word."""
        known = self.kind == "number" and self.text in _IN_DIGITS
        return _IN_DIGITS[self.text] if known else self.text


_IN_DIGITS = {str(number): word for number, word in enumerate(_NUMBERS, 1)}


def _tokens(words: str) -> Iterator[_Token]:
    text, at = words.lower(), 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _unread(words, at)
        if match.lastgroup != "blank":
            yield _Token(match.lastgroup, match[match.lastgroup], at)
        at = match.end()


def _unread(words: str, at: int) -> ValueError:
    rest = words[at:].strip(" .,;") if at else ""
    where = f": “{rest}” is not understood" if rest else ""
    return ValueError(f"“{words}” does not say when{where}. {UNDERSTOOD}")


@dataclass
class TokenReader:
    """The tokens of some words, taken from left to right; ``at`` is the next of them."""

    words: str
    tokens: Sequence[_Token]
    at: int = 0

    @property
    def is_at_end(self) -> bool:
        """Whether every token was taken."""
        return self.at == len(self.tokens)

    def not_understood(self) -> ValueError:
        """The refusal of what comes next."""
        return _unread(self.words, len(self.words) if self.is_at_end else self.tokens[self.at].at)

    def take(self, kind: str, *texts: str) -> _Token | None:
        """The next token, if it is of this kind and one of these."""
        if self.is_at_end or self.tokens[self.at].kind != kind:
            return None
        if texts and self.tokens[self.at].text not in texts:
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def phrase(self, *phrases: str) -> bool:
        """Take the longest of these phrases that comes next; whether there is one."""
        split = [phrase.replace("-", " ").split() for phrase in phrases]
        longest = max(len(words) if self._is_next(words) else 0 for words in split)
        self.at += longest
        return longest > 0

    def _is_next(self, words: list[str]) -> bool:
        return [one.spoken for one in self.tokens[self.at : self.at + len(words)]] == words

    def marks(self, *texts: str) -> bool:
        """Take all of these marks that come next; whether there are any."""
        start = self.at
        while self.take("mark", *texts):
            pass
        return self.at > start

    def end(self) -> None:
        """Nothing but a full stop may be left."""
        self.marks(".", ",", ";")
        if not self.is_at_end:
            raise self.not_understood()


class DateReader(TokenReader):
    """Single dates among the tokens."""

    def date(self) -> _Span:
        """A day, a month, a quarter or a year; raises ValueError."""
        start = self.at
        if token := self.take("iso"):
            return self._day(start, *map(int, token.text.split("-")))
        if token := self.take("day"):
            day, month, year = re.split(r"[./-]", token.text)
            year = year if len(year) == 4 else f"20{year}"
            return self._day(start, int(year), int(month), int(day))
        if token := self.take("year"):
            quarters = self._financial_year(token.text).quarters
            return _Span(quarters[0].first_day, quarters[3].last_day)
        if (token := self.take("quarter")) or self.phrase("quarter"):
            return self._quarter(token or self.take("number", "1", "2", "3", "4"))
        if token := self.take("number"):
            self.phrase("of")
            month = self._month()
            return self._day(start, self._calendar_year(), month, int(token.text))
        month = self._month()
        first = self._day(start, self._calendar_year(), month, 1).first
        return _Span(first, month_end(first))

    def is_date(self) -> bool:
        """Whether a date comes next; nothing is taken."""
        start = self.at
        try:
            self.date()
        except ValueError:
            return False
        finally:
            self.at = start
        return True

    def has_day(self, at: int, day: dt.date) -> bool:
        """Whether it is this day that is written at a token."""
        self.at = at
        return self.is_date() and self.date() == _Span(day, day)

    def _quarter(self, number: _Token | None) -> _Span:
        self.marks(",")
        self.phrase("of")
        year = self.take("year")
        if number is None or year is None:
            raise self.not_understood()
        quarter = Quarter.of(self._financial_year(year.text).start, int(number.text))
        return _Span(quarter.first_day, quarter.last_day)

    def _month(self) -> int:
        token = self.take("word", *_MONTHS)
        if token is None:
            raise self.not_understood()
        self.marks(".")
        return _MONTHS[token.text]

    def _calendar_year(self) -> int:
        self.marks(",")
        token = self.take("number")
        if token is None or len(token.text) != 4:
            self.at -= token is not None
            raise self.not_understood()
        return int(token.text)

    def _financial_year(self, text: str) -> FinancialYear:
        start, end = re.split(r"[-/]", text)
        following = str(int(start) + 1)
        if int(start) not in _YEARS or end not in (following, following[-2:]):
            raise ValueError(f"“{text}” is not a financial year: write it like 2016-17")
        return FinancialYear(int(start))

    def _day(self, start: int, year: int, month: int, day: int) -> _Span:
        try:
            found = dt.date(year if year in _YEARS else 0, month, day)
        except ValueError:
            ends = len(self.words) if self.is_at_end else self.tokens[self.at].at
            typed = self.words[self.tokens[start].at : ends].strip(" .,;")
            raise ValueError(f"“{typed}” in “{self.words}” is not a date") from None
        return _Span(found, found)


class TimingReader(DateReader):
    """The words of one timing: what is done by when, from when, or again and again."""

    def timing(self, year: FinancialYear, added: dt.date) -> ActionTiming:
        """The whole text as one timing; raises ValueError for anything left over."""
        every = self._how_often()
        if every is not None:
            return self._recurring(every, year, added)
        is_ongoing = self._ongoing()
        self.marks(",")
        if self.phrase(*_FROM):
            return self._from()
        if is_ongoing:
            self.end()
            return ActionTiming(self.words, TimingKind.ONGOING)
        return self._once_or_several()

    def _ongoing(self) -> bool:
        """ ", and then ongoing"; takes nothing where it is not said."""
        start = self.at
        self.marks(",", ";", ".")
        self.phrase("and", "then", "and then")
        if self.phrase(*_ONGOING):
            return True
        self.at = start
        return False

    def _until(self) -> bool:
        return self.take("mark", *_DASHES) is not None or self.phrase(*_UNTIL)

    def _from(self) -> ActionTiming:
        """ "From June 2016", "from June 2016 to August 2016", after the first word."""
        first = self.date()
        if self._until():
            return self._between(first)
        self.phrase(*_ONWARDS)
        self._ongoing()
        self.end()
        return ActionTiming(self.words, TimingKind.FROM, first.first, first.last)

    def _between(self, first: _Span) -> ActionTiming:
        """ "between June 2016 and August 2016", from the second date on."""
        last = self.date()
        self.end()
        return between(self.words, first.first, first.last, last.last)

    def _once_or_several(self) -> ActionTiming:
        """One date, perhaps "ongoing" after it; two with what lies between them; or several."""
        start, is_span = self.at, self.phrase("between")
        if is_span or self.is_date():
            first = self.date()
            if self._until() or (is_span and self.phrase("and")):
                return self._between(first)
            self.at = start
        days = [self._due()]
        if self._ongoing():
            self.end()
            return ActionTiming(self.words, TimingKind.BY_THEN_ONGOING, due=days[0])
        while self._joined():
            days.append(self._due())
        self.end()
        if len(days) > 1:
            return several(self.words, days)
        return ActionTiming(self.words, TimingKind.BY, due=days[0])

    def _joined(self) -> bool:
        """Whether another date follows after ", and"; trailing marks are left."""
        start = self.at
        has_marks = self.marks(",", ";", ".", "&")
        if self.phrase("and") or (has_marks and not self.is_at_end):
            return True
        self.at = start
        return False

    def _due(self) -> dt.date:
        """ "by end September 2016": the day on which it is due."""
        if self.phrase(*_BEFORE_THE_END):
            return self.date().last - dt.timedelta(days=1)
        if self.phrase(*_BEFORE):
            return self.date().first - dt.timedelta(days=1)
        self.phrase(*_BY)
        return self.date().last

    # -- again and again ----------------------------------------------------------------

    def _how_often(self) -> Every | None:
        """How often, after what is done so often; None, having taken nothing, without it."""
        start = self.at
        self._thing()
        for meanings, phrases in _AMBIGUOUS.items():
            if self.phrase(*phrases.split(", ")):
                raise ValueError(f"“{self.words}” can mean {meanings}: write which")
        for every, phrases in _RECURRENCES.items():
            if self.phrase(*phrases.split(", ")):
                return every
        self.at = start
        return None

    def _thing(self) -> None:
        """ "five cases", "case audits": where it is not said, nothing is taken."""
        start = self.at
        self.take("number") or self.phrase(*_NUMBERS)
        if not self.phrase(*_THINGS):
            self.at = start
        while self.phrase(*_THINGS) or (self.at > start and self.marks(",")):
            pass

    def _recurring(self, every: Every, year: FinancialYear, added: dt.date) -> ActionTiming:
        """Its bounds: each may be missing, the plan's year and the day it was added then do."""
        starts, ends = max(year.quarters[0].first_day, added), year.quarters[3].last_day
        says_end = False
        self.marks(",")
        if self.phrase(*_FROM, "between"):
            first = self.date()
            starts, ends = first.first, max(ends, first.last)
            says_end = self._until() or self.phrase("and")
            self.phrase(*_ONWARDS)
        elif self.phrase("in", "during"):
            whole = self.date()
            starts, ends = max(whole.first, added), whole.last
        else:
            says_end = self._until() or self.phrase(*_BY)
        if says_end:
            ends = self.date().last
        elif self.is_date():
            which = "say whether the date is the first or the last (from ..., until ...)"
            raise ValueError(f"“{self.words}”: {which}")
        self._ongoing()
        self.end()
        if not says_end and starts > ends:
            raise ValueError(f"“{self.words}”: say until when, since the plan's year is over")
        return recurring(self.words, every, starts, ends)
