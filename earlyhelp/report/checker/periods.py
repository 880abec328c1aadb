"""Quarters, half years and years: as values, and as texts name them.

A period named outright is known by itself; "quarter 3", "the year before" and "last quarter" are
resolved against what the paragraph, the heading or the report speaks of.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_NUMBERS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "final": 4,
    "last": 4,
    "closing": 4,
    "latter": 4,
    "other": 4,
    "remaining": 4,
    "following": 4,
    "next": 4,
    "former": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "opening": 1,
}
_HALF, _YEAR = 2, 4


@dataclass(frozen=True, order=True)
class Period:
    """Quarters in a row; ``first`` is 4 times the starting year, plus 0 to 3."""

    first: int
    length: int

    @classmethod
    def year(cls, start: int) -> "Period":
        """The financial year that starts in April of ``start``."""
        return cls(start * 4, _YEAR)

    @classmethod
    def quarter(cls, start: int, number: int) -> "Period":
        """Quarter 1 to 4 of a financial year."""
        return cls(start * 4 + number - 1, 1)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read ``2015-16``, ``2015-16 Q3`` or ``2016-17 H1``; ValueError for anything else."""
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?: ([QH])([1-4]))?", text.strip().upper())
        if not found or (int(found[1]) + 1) % 100 != int(found[2]):
            raise ValueError(f"“{text}” is not a period: write 2015-16, 2015-16 Q3 or 2015-16 H1")
        start, number = int(found[1]), int(found[4] or 0)
        if found[3] == "Q":
            return cls.quarter(start, number)
        if found[3] == "H":
            if number > _HALF:
                raise ValueError(f"“{text}” is not a half year: there are H1 and H2")
            return cls(start * 4 + 2 * (number - 1), _HALF)
        return cls.year(start)

    @property
    def start(self) -> int:
        """The year in which its financial year begins."""
        return self.first // 4

    @property
    def last(self) -> int:
        """Its last quarter."""
        return self.first + self.length - 1

    @property
    def quarters(self) -> tuple["Period", ...]:
        """Its quarters, in time order."""
        return tuple(Period(index, 1) for index in range(self.first, self.last + 1))

    @property
    def its_year(self) -> "Period":
        """The whole financial year in which it ends."""
        return Period.year(self.last // 4)

    @property
    def year_before(self) -> "Period":
        """The same quarters a year earlier."""
        return replace(self, first=self.first - 4)

    @property
    def year_after(self) -> "Period":
        """The same quarters a year later."""
        return replace(self, first=self.first + 4)

    @property
    def one_before(self) -> "Period":
        """As many quarters directly before it."""
        return replace(self, first=self.first - self.length)

    @property
    def last_day(self) -> dt.date:
        """The day on which it ends."""
        after = self.last + 1
        year, number = divmod(after, 4)
        month = (4, 7, 10, 1)[number]
        return dt.date(year + (number == 3), month, 1) - dt.timedelta(days=1)

    def __str__(self) -> str:
        start, at = divmod(self.first, 4)
        year = f"{start}-{(start + 1) % 100:02d}"
        if self.length == 1:
            return f"{year} Q{at + 1}"
        if self.length == _HALF and at % 2 == 0:
            return f"{year} H{at // 2 + 1}"
        if self.length == _YEAR and at == 0:
            return year
        return f"{year} Q{at + 1} to {Period(self.last, 1)}"


def is_digits(text: str) -> bool:
    """Whether a text is made of the digits 0 to 9."""
    return bool(re.fullmatch(r"[0-9]+", text))


def containing(day: dt.date) -> Period:
    """The quarter of a day."""
    start = day.year if day.month >= 4 else day.year - 1
    return Period.quarter(start, (day.month - 4) % 12 // 3 + 1)


@dataclass(frozen=True)
class Spoken:
    """What a text speaks of where it stands: the periods that relative words refer to.

    ``report`` is what the whole text is about; ``heading`` and ``latest`` what its heading and
    the paragraph so far named.
    """

    report: Period
    heading: Period | None = None
    latest: Period | None = None

    @property
    def years(self) -> list[Period]:
        """The years that may be meant by the year, the likeliest first."""
        found = [one.its_year for one in (self.latest, self.heading, self.report) if one]
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Mention:
    """A period in a text; ``relative`` says how it is found where ``period`` is not enough.

    ``is_point`` is a day (31 March 2016): of a quarter, what stood at its end. ``is_calendar`` says
    that ``number`` is a calendar year ("the same months of 2014").
    """

    start: int
    end: int
    relative: str = ""
    number: int = 0
    length: int = 0
    period: Period | None = None
    is_point: bool = False
    is_calendar: bool = False

    def resolve(self, spoken: Spoken) -> list[Period]:
        """The periods that it may mean, the likeliest first."""
        if self.period is not None:
            return [self.period]
        return list(dict.fromkeys(_RESOLVE[self.relative](self, spoken)))


def _part_of_year(mention: Mention, spoken: Spoken) -> list[Period]:
    return [Period(year.first + mention.number, mention.length) for year in spoken.years]


def _this_year(_: Mention, spoken: Spoken) -> list[Period]:
    found = [spoken.report] if spoken.report.length > 1 else []
    return [*found, *spoken.years] if not spoken.latest else [*spoken.years, *found]


def _last_year(_: Mention, spoken: Spoken) -> list[Period]:
    found = []
    if spoken.report.length == _HALF:
        found.append(spoken.report.year_before)
    latest = spoken.latest
    if latest is not None and latest.length < _YEAR:
        found.insert(0, latest.year_before)
    years = [year.year_before for year in spoken.years]
    own = spoken.report.its_year.year_before
    return [*found, own, *years] if not found else [*found, *years, own]


def _next_year(_: Mention, spoken: Spoken) -> list[Period]:
    return [year.year_after for year in spoken.years]


def _this_one(_: Mention, spoken: Spoken) -> list[Period]:
    found = [one for one in (spoken.latest, spoken.heading, spoken.report) if one]
    quarters = [one for one in found if one.length == 1]
    return quarters or [Period(spoken.report.last, 1)]


def _last_quarter(mention: Mention, spoken: Spoken) -> list[Period]:
    before = [one.one_before for one in _this_one(mention, spoken)]
    if spoken.latest is not None and spoken.latest.length == 1:
        return before
    return [Period(spoken.report.last, 1), *before]


def _quarter_before(mention: Mention, spoken: Spoken) -> list[Period]:
    return [one.one_before for one in _this_one(mention, spoken)]


def _same_last_year(mention: Mention, spoken: Spoken) -> list[Period]:
    """The same quarters a year earlier, or in the year that is named."""
    found = [one for one in (spoken.latest, spoken.heading, spoken.report) if one]
    if not mention.number:
        return [one.year_before for one in found]
    years = [mention.number - (mention.is_calendar and one.first % 4 == 3) for one in found]
    return [
        Period(year * 4 + one.first % 4, one.length) for one, year in zip(found, years, strict=True)
    ]


def _this_period(_: Mention, spoken: Spoken) -> list[Period]:
    return [spoken.report]


def _start(_: Mention, spoken: Spoken) -> list[Period]:
    return [Period(year.first, 1) for year in spoken.years]


_RESOLVE = {
    "part": _part_of_year,
    "this year": _this_year,
    "last year": _last_year,
    "next year": _next_year,
    "this quarter": _this_one,
    "last quarter": _last_quarter,
    "quarter before": _quarter_before,
    "same last year": _same_last_year,
    "this period": _this_period,
    "start": _start,
}

_YY = r"(?P<y>20[0-9][0-9])\s?[-–/]\s?(?P<z>(?:20)?[0-9][0-9])"
_SHORT = r"(?P<y>[0-3][0-9])[-/–](?P<z>[0-3][0-9])"
_MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r")\.?"
_QN = r"(?:q|qtr\.?\s?|quarter\s(?:x\s)?)"
_ORD = r"(?P<o>first|second|third|fourth|final|last|closing|opening)"
_OF = r"(?:\s*[,(]?\s*(?:of|in|for|during)?\s*(?:the\s)?(?:financial\s)?(?:year\s)?(?:fy\s?)?)"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_WORD = r"one|two|three|four|[0-9]"
_NTH = r"first|second|third|fourth|last|final|latter|closing|opening"
# The second of two parts, as it is told after the first.
_REST = r"second|last|final|latter|other|remaining|following|next|closing"
_SAME = r"(?:the\s)?(?:same|corresponding|equivalent|comparable|matching)\s(?:quarter|period|(?:three|six|nine|3|6|9)\smonths|months|half(?:[\s-]year)?|point|time|stage)"
_EARLIER = r"(?:of\s|in\s|during\s|for\s|from\s)?(?:the\s)?(?:last\s|previous\s|prior\s|preceding\s)(?:financial\s)?year|(?:a|one|the)\syear\s(?:earlier|ago|before|previously)|of\sthe\syear\sbefore"
_START = r"(?:(?:the\s)?(?:start|beginning)\sof\s|0?1(?:st)?\s(?:of\s)?)?"
_STOP = r"(?:(?:the\s)?end\sof\s|3[01](?:st|th)?\s(?:of\s)?)?"

# Read in this order: the first that fits at a place wins.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("same-of", rf"{_SAME}\s(?:of\s|in\s|during\s|for\s|from\s)?(?:{_YY}|(?P<c>20[0-9][0-9])(?![0-9-]))(?![0-9])"),
    ("quarters-year", rf"(?:quarters?|q)\s?(?P<a>[1-4])\s?(?:to|and|-|–|&)\s?(?:q|quarter\s)?(?P<b>[1-4]){_OF}{_YY}"),
    ("quarter-year", rf"{_QN}(?P<n>[1-4]|one|two|three|four){_OF}{_YY}"),
    ("quarter-year", rf"{_QN}(?P<n>[1-4]){_OF}{_SHORT}(?![0-9]|/)"),
    ("quarter-year", rf"{_YY}\s?,?\s?(?:\(?{_QN})(?P<n>[1-4])\)?"),
    ("ordinal-year", rf"{_ORD}\squarter{_OF}{_YY}"),
    ("several-year", rf"(?P<o>first|last|final)\s(?:x\s)?(?P<n>{_WORD})\squarters{_OF}{_YY}"),
    ("several-year", rf"(?P<o>first|last|final)\s(?P<t>three|nine|3|9)\smonths{_OF}{_YY}"),
    ("half-year", rf"(?:h(?P<n>[12])|(?P<o>first|{_REST})\s(?:half|(?:six|6)\smonths)){_OF}{_YY}"),
    ("half-year", rf"{_YY}\s?,?\s?\(?h(?P<n>[12])\)?"),
    ("year-to", rf"(?:financial\s)?year\s(?:to|ending|ended|up\sto)(?:\son)?(?:\sthe)?(?:\send\sof)?\s(?:{_DAY}\s)?(?P<m>mar(?:ch)?)\s(?P<y>20[0-9][0-9])"),
    ("months-to", rf"(?P<n>three|six|nine|twelve|3|6|9|12)\smonths\s(?:to|ending|ended|up\sto)(?:\sthe)?(?:\send\sof)?\s(?:{_DAY}\s)?(?P<m>{_MONTH})\s(?P<y>20[0-9][0-9])"),
    ("months", rf"{_START}(?P<m>{_MONTH})\s(?P<y>20[0-9][0-9])\s?(?:up\s)?(?:to|and|until|till|through\sto|-|–)\s?{_STOP}(?P<k>{_MONTH})\s(?P<z>20[0-9][0-9])"),
    ("months", rf"{_START}(?P<m>{_MONTH})\s?(?:up\s)?(?:to|and|until|till|through\sto|-|–)\s?{_STOP}(?P<k>{_MONTH}),?\s(?:in\s)?(?P<z>20[0-9][0-9])"),
    ("days", r"0?1[./](?P<m>[0-9]{1,2})[./](?P<y>(?:20)?[0-9][0-9])\s?(?:to|and|until|till|-|–)\s?3[01][./](?P<k>[0-9]{1,2})[./](?P<z>(?:20)?[0-9][0-9])(?![0-9])"),
    ("day", rf"(?P<d>{_DAY})\s(?:of\s)?(?P<m>{_MONTH}),?\s(?P<y>20[0-9][0-9])"),
    ("numbers", r"(?P<d>[0-9]{1,2})[./](?P<m>[0-9]{1,2})[./](?P<y>(?:20)?[0-9][0-9])(?![0-9])"),
    ("iso", r"(?P<y>20[0-9][0-9])-(?P<m>[0-9][0-9])-(?P<d>[0-9][0-9])(?![0-9])"),
    ("end-month", rf"end\sof\s(?P<m>{_MONTH})\s(?P<y>20[0-9][0-9])"),
    ("month", rf"(?P<m>{_MONTH})\s(?P<y>20[0-9][0-9])"),
    ("year", rf"{_YY}(?![0-9])"),
    ("short-year", rf"(?:in|for|during|of|since|than|year|fy|and|to)\s{_SHORT}(?![0-9]|[/.-][0-9]|%)"),
    ("same-last", rf"{_SAME}\s(?:{_EARLIER})|(?:a|one)\syear\s(?:earlier|ago|before|previously)|(?:12|twelve)\smonths\s(?:earlier|ago|before|previously)|this\stime\slast\syear"),
    ("last-year", r"(?:the\s)?(?:year\sbefore|(?:previous|prior|preceding)\s(?:financial\s)?year|last\syear(?:['’]s)?)(?!\s(?:last|but))|the\sformer\syear"),
    ("next-year", r"(?:the\s)?(?:next|following|subsequent)\s(?:financial\s)?year(?:['’]s)?|the\syear\safter(?:wards)?"),
    ("quarter-before", r"(?:the\s)?(?:quarter\sbefore|(?:previous|prior|preceding)\squarter|a\squarter\s(?:earlier|ago|before)|three\smonths\s(?:earlier|before))"),
    ("several", rf"(?P<o>first|last|final)\s(?:x\s)?(?P<n>{_WORD})\squarters"),
    ("several", r"(?P<o>first)\s(?P<t>three|nine|3|9)\smonths|(?P<l>last|final)\s(?P<u>three|nine|3|9)\smonths\sof\sthe\s(?:financial\s)?year"),
    ("last-of-year", r"(?:last|final|closing|fourth)\squarter\sof\s(?:the\s|this\s)?(?:financial\s)?year|(?:final|closing)\squarter"),
    ("ordinal", r"(?P<o>first|second|third|fourth)\squarter(?:\sof\s(?:the\s|this\s)?(?:financial\s)?year)?"),
    ("last-quarter", r"last\squarter(?:['’]s)?"),
    ("quarters", r"(?:quarters?|q)\s?(?P<a>[1-4])\s?(?:to|-|–)\s?(?:q|quarter\s)?(?P<b>[1-4])\b"),
    ("quarter", rf"{_QN}(?P<n>[1-4])(?![0-9%.][0-9]|%)\b|quarter\s(?P<w>one|two|three|four)\b"),
    ("half", rf"\bh(?P<n>[12])\b|(?P<o>first|second|latter)\shalf(?:\sof\s(?:the\s|this\s)?(?:financial\s)?year)?|(?P<p>first|{_REST})\s(?:six|6)(?:\smonths(?!\s(?:to|of\s(?:their|support|the\s(?:plan|case))|after)\b)|(?=\s?(?:[.,;)]|$|and\b|,?\swhich\b)))(?:\sof\s(?:the\s|this\s)(?:financial\s)?year)?"),
    ("months-only", rf"\b(?P<m>{_MONTH})\s?(?:to|and|until|-|–)\s?(?P<k>{_MONTH})\b"),
    ("month-only", rf"(?:end\sof|{_DAY}|at|by|since|in)\s(?P<m>{_MONTH})\b(?!\s[0-9])"),
    ("this-quarter", r"(?:this|the\scurrent|in\sthe|at\squarter)\s(?:quarter|end)\b|quarter[\s-]end|end\sof\sthe\squarter|over\sthe\squarter"),
    ("start", r"(?:the\s)?(?:start|beginning)\sof\s(?:the|this)\s(?:financial\s)?year|the\syear\sbegan"),
    ("this-period", r"this\s(?:half(?:\s|-)?year|period)|the\shalf(?:\s|-)year|the\ssix\smonths|the\speriod"),
    ("this-year", r"(?:(?:this|the\scurrent|the\sreporting)\s(?:financial\s)?year(?:['’]s)?|(?:over|during|in|for|across|through|throughout|within|end\sof)\s(?:the\s)?(?:course\sof\s)?the\s(?:whole\s|full\s|financial\s)?year(?!\s(?:before|to|earlier))|(?:the\s)?year[\s-]end|the\spast\s(?:12|twelve)\smonths|the\s(?:whole|full)\syear|the\syear\sas\sa\swhole|so\sfar\sthis\syear)"),
)  # fmt: skip
_COMPILED = [
    (kind, re.compile(rf"(?<![\w]){pattern}", re.IGNORECASE)) for kind, pattern in _PATTERNS
]


def find_periods(text: str) -> list[Mention]:
    """Every period that a text names, in order; none inside another."""
    taken: list[tuple[int, int]] = []
    found: list[Mention] = []
    if not _MAY_BE.search(text):
        return found
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            span = match.span()
            if any(span[0] < end and start < span[1] for start, end in taken):
                continue
            mention = _READ[kind](match)
            if mention is not None:
                found.append(mention)
                taken.append(span)
    found += _left_out(text, taken)
    return sorted(found, key=lambda one: one.start)


# No period is named without one of these.
_MAY_BE = re.compile(r"[0-9]|quarter|half|year|month|six|" + "|".join(_MONTHS), re.IGNORECASE)
_UNIT = re.compile(r"\b(?:(?P<quarter>quarters?)|half|halves|six\smonths)\b", re.IGNORECASE)
_NTH_ALONE = re.compile(
    rf"(?<=\bthe\s)(?P<o>{_NTH})(?=\s?(?:[.,;:()]|$|(?:and|but|with|to|than|at|had|was|saw|being|it|there|when|the|in|for|of\s(?:the|this)\syear)\b))",
    re.IGNORECASE,
)


def _left_out(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Parts of the year whose unit was said before: "in the first half than in the second"."""
    for match in _NTH_ALONE.finditer(text):
        units = list(_UNIT.finditer(text, 0, match.start()))
        if not units or any(match.start() < end and start < match.end() for start, end in taken):
            continue
        if units[-1]["quarter"]:
            number = _number(match, "o")
            yield _whole(match, relative="part", number=number - 1, length=1)
        else:
            yield _half(match)


def _whole(match: re.Match[str], **about: object) -> Mention:
    return Mention(*match.span(), **about)  # type: ignore[arg-type]


def _consecutive(match: re.Match[str]) -> int | None:
    """The starting year of ``2015-16``; None for other pairs of numbers."""
    first, second = int(match["y"]) % 100, int(match["z"]) % 100
    if (first + 1) % 100 != second:
        return None
    return 2000 + first


def _number(match: re.Match[str], *names: str) -> int:
    for name in names:
        word = match.groupdict().get(name)
        if word:
            return int(word) if is_digits(word) else _NUMBERS[word.lower()]
    return 0


def _quarter_of_year(match: re.Match[str]) -> Mention | None:
    start = _consecutive(match)
    if start is None:
        return None
    return _whole(match, period=Period.quarter(start, _number(match, "n", "o")))


def _several_of_year(match: re.Match[str]) -> Mention | None:
    start, number = _consecutive(match), _quarters_in(match)
    if start is None or not 1 <= number <= 4:
        return None
    first = start * 4 if match["o"].lower() == "first" else start * 4 + 4 - number
    return _whole(match, period=Period(first, number))


def _quarters_in(match: re.Match[str]) -> int:
    """How many quarters are said, or how many months are in them."""
    months = match.groupdict().get("t") or match.groupdict().get("u")
    if months:
        return 3 if months.lower() in ("nine", "9") else 1
    return _number(match, "n")


def _half_of_year(match: re.Match[str]) -> Mention | None:
    start = _consecutive(match)
    number = min(2, _number(match, "n", "o"))
    return None if start is None else _whole(match, period=Period(start * 4 + 2 * number - 2, 2))


def _quarters_of_year(match: re.Match[str]) -> Mention | None:
    start, a, b = _consecutive(match), int(match["a"]), int(match["b"])
    if start is None or b <= a:
        return None
    return _whole(match, period=Period(start * 4 + a - 1, b - a + 1))


def _month(name: str) -> int:
    return next(at for at, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


def _months(match: re.Match[str]) -> Mention | None:
    """April to June 2015; April 2015 to March 2016."""
    last_year = int(match["z"])
    first, last = _month(match["m"]), _month(match["k"])
    named = match.groupdict().get("y")
    first_year = int(named) if named else last_year - (first > last)
    start, end = containing(dt.date(first_year, first, 1)), containing(dt.date(last_year, last, 1))
    if end.first < start.first or (first - 1) % 3 or last % 3:
        return None
    return _whole(match, period=Period(start.first, end.first - start.first + 1))


def _days(match: re.Match[str]) -> Mention | None:
    """1.4.15 to 30.9.15."""
    ends = [
        dt.date(int(match[year][-2:]) + 2000, int(match[month]), 1) for month, year in ("my", "kz")
    ]
    start, end = map(containing, ends)
    if end.first < start.first or (ends[0].month - 1) % 3 or ends[1].month % 3:
        return None
    return _whole(match, period=Period(start.first, end.first - start.first + 1))


def _same_of(match: re.Match[str]) -> Mention | None:
    """The same quarter of 2014-15; the same months of 2014."""
    if match["c"]:
        return _whole(match, relative="same last year", number=int(match["c"]), is_calendar=True)
    start = _consecutive(match)
    return None if start is None else _whole(match, relative="same last year", number=start)


def _year_to(match: re.Match[str]) -> Mention:
    """The year to March 2016."""
    return _whole(match, period=Period.year(int(match["y"]) - 1))


def _months_to(match: re.Match[str]) -> Mention | None:
    words = {"three": 3, "six": 6, "nine": 9, "twelve": 12}
    length = words.get(match["n"].lower()) or int(match["n"])
    end = containing(dt.date(int(match["y"]), _month(match["m"]), 1)).first
    count = length // 3
    return _whole(match, period=Period(end - count + 1, count))


def _day(match: re.Match[str]) -> Mention | None:
    year, month = int(match["y"]), match["m"]
    number = int(month) if is_digits(month) else _month(month)
    try:
        day = dt.date(
            year + 2000 if year < 100 else year, number, int(re.sub(r"\D", "", match["d"]))
        )
    except ValueError:
        return None
    quarter = containing(day)
    if day == quarter.last_day:
        return _whole(match, period=quarter, is_point=True)
    return _whole(match, relative="day", period=quarter, is_point=True)


def _end_of_month(match: re.Match[str]) -> Mention | None:
    quarter = containing(dt.date(int(match["y"]), _month(match["m"]), 1))
    is_end = _month(match["m"]) == quarter.last_day.month
    return _whole(match, relative="" if is_end else "day", period=quarter, is_point=True)


def _year_named(match: re.Match[str]) -> Mention | None:
    start = _consecutive(match)
    return None if start is None else _whole(match, period=Period.year(start))


def _quarter(match: re.Match[str]) -> Mention:
    return _whole(match, relative="part", number=_number(match, "n", "w", "o") - 1, length=1)


def _several(match: re.Match[str]) -> Mention | None:
    number = _quarters_in(match)
    if not 1 <= number <= 4:
        return None
    first = 0 if (match["o"] or "").lower() == "first" else 4 - number
    return _whole(match, relative="part", number=first, length=number)


def _quarters(match: re.Match[str]) -> Mention | None:
    a, b = int(match["a"]), int(match["b"])
    return _whole(match, relative="part", number=a - 1, length=b - a + 1) if b > a else None


def _half(match: re.Match[str]) -> Mention:
    number = min(2, _number(match, "n", "o", "p"))
    return _whole(match, relative="part", number=2 * (number - 1), length=2)


def _months_only(match: re.Match[str]) -> Mention | None:
    first, last = ((_month(match[name]) - 4) % 12 for name in ("m", "k"))
    if first % 3 or last % 3 != 2 or last < first:
        return None
    return _whole(match, relative="part", number=first // 3, length=(last - first) // 3 + 1)


def _month_only(match: re.Match[str]) -> Mention | None:
    at = (_month(match["m"]) - 4) % 12
    return _whole(match, relative="part", number=at // 3, length=1, is_point=True)


def _said(relative: str) -> Callable[[re.Match[str]], Mention | None]:
    return lambda match: _whole(match, relative=relative)


def _last_of_year(match: re.Match[str]) -> Mention:
    return _whole(match, relative="part", number=3, length=1)


_READ = {
    "quarters-year": _quarters_of_year,
    "quarter-year": _quarter_of_year,
    "ordinal-year": _quarter_of_year,
    "several-year": _several_of_year,
    "half-year": _half_of_year,
    "year-to": _year_to,
    "months-to": _months_to,
    "months": _months,
    "days": _days,
    "same-of": _same_of,
    "day": _day,
    "numbers": _day,
    "iso": _day,
    "end-month": _end_of_month,
    "month": _end_of_month,
    "year": _year_named,
    "short-year": _year_named,
    "same-last": _said("same last year"),
    "last-year": _said("last year"),
    "next-year": _said("next year"),
    "quarter-before": _said("quarter before"),
    "several": _several,
    "last-of-year": _last_of_year,
    "ordinal": _quarter,
    "last-quarter": _said("last quarter"),
    "quarters": _quarters,
    "quarter": _quarter,
    "half": _half,
    "months-only": _months_only,
    "month-only": _month_only,
    "this-quarter": _said("this quarter"),
    "start": _said("start"),
    "this-period": _said("this period"),
    "this-year": _said("this year"),
}
