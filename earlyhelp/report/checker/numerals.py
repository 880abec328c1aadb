"""The numbers in a text, and which of them are no figures: dates, ages, durations, names.

What is not a figure is said by patterns over the text (:data:`NOT_FIGURES`), in an order that
does not matter: a number that lies within any of them is none. Everything else could be one.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from earlyhelp.report.checker.periods import find_periods, is_digits

_ONES = {
    "zero": 0,
    "no": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_LOTS = {"dozen": 12, "hundred": 100}
_PARTS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "twentieth": 20,
}
_TIMES: dict[str, Fraction] = {
    "doubled": Fraction(2),
    "double": Fraction(2),
    "doubling": Fraction(2),
    "twofold": Fraction(2),
    "two-fold": Fraction(2),
    "twice": Fraction(2),
    "trebled": Fraction(3),
    "tripled": Fraction(3),
    "threefold": Fraction(3),
    "three-fold": Fraction(3),
    "quadrupled": Fraction(4),
    "halved": Fraction(1, 2),
    "halving": Fraction(1, 2),
}
_ONE = "one|two|three|four|five|six|seven|eight|nine"
_SMALL = f"{_ONE}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS_WORDS = "|".join(_TENS)
_UNDER_100 = rf"(?:(?:{_TENS_WORDS})(?:[- ](?:{_ONE}))?|{_SMALL})"
_UNDER_1000 = rf"(?:(?:{_ONE}|a) hundred(?: and {_UNDER_100})?|{_UNDER_100})"
_WORD = (
    rf"(?:(?:{_UNDER_1000}|a) thousand(?:(?:,|,? and)? {_UNDER_1000})?"
    rf"|(?:{_ONE}|ten|half a|a) dozen|zero|{_UNDER_1000})"
)
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_PERCENT = r"(?:\s?%|\s?per\s?cent\b(?!age)|\s?percent\b(?!age))"
_POINTS = r"(?:[\s-](?:percentage[\s-])?points?\b|\s?pp\b|\s?ppts?\b|\s?pts?\b)"
_PART_WORD = r"thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?"
_AGE = r"(?:years?|yrs?|months?)"
_TIME = r"(?:day|week|month|year|hour|minute|night|fortnight|session)s?"
_AS_DAYS = r"(?:working|school|calendar|consecutive|full|whole)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# "A rise of 46 in quarter 3" is no "of the four quarters".
_LINKS = r"(?:in|of|for|at|by|to|from|over|on|per|a|an|and|or|than|this|last|each|every)"
_N = rf"(?:{_DIGITS}|{_WORD})"
_STRUCTURE = (
    r"localit(?:y|ies)|areas?|districts?|clusters?|hubs?|neighbourhoods?|teams?|quarters?|years?"
    r"|halves|services|wards?|zones?|patches|boroughs|counties|councils?|measures?|headings?"
    r"|questions?|themes?|sections?|tables?|charts?|figures?|priorities|points|columns|rows"
)

# What is not a figure: a name for each kind, and where it stands.
NOT_FIGURES: tuple[tuple[str, str], ...] = (
    ("date", rf"\b[0-9]{{1,2}}(?:st|nd|rd|th)?(?:\s(?:of\s)?)(?:and\s[0-9]{{1,2}}(?:st|nd|rd|th)?\s)?{_MONTH}\b\.?(?:,?\s(?:19|20)[0-9][0-9]\b)?"),
    ("date", rf"\b{_MONTH}\s[0-9]{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)[0-9][0-9]\b"),
    ("date", rf"\b{_MONTH}\.?,?\s(?:19|20)[0-9][0-9]\b(?:\s?(?:[-–/]|to|and)\s?(?:{_MONTH}\s)?(?:19|20)?[0-9][0-9]\b)?"),
    ("date", r"\b[0-9]{1,2}[./][0-9]{1,2}[./](?:19|20)?[0-9][0-9]\b(?![.,]?[0-9]|%)"),
    ("date", r"\b(?:19|20)[0-9][0-9]-[0-9][0-9]-[0-9][0-9]\b"),
    ("date", r"\bw/?c\.?\s[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9][0-9](?:[0-9][0-9])?)?\b"),
    ("year", r"\b(?:19|20)[0-9][0-9]\s?[-–/]\s?(?:(?:19|20)[0-9][0-9]|[0-9][0-9])\b(?!%)"),
    ("year", r"\b(?:in|since|of|from|until|till|to|between|by|before|after|during|for|early|late|mid|and|than|spring|summer|autumn|winter|year|calendar|christmas|easter|january|with|mid-|act|regulations|report|census|together|framework|programme|strategy|review)[\s-](?:19|20)[0-9][0-9](?:[/–-][0-9][0-9])?\b(?![,.][0-9]|\s?%|\s(?:cases|families|children|people|surveys|contacts|of\sthe|out\sof|assessments|plans|referrals|visits|young|households|were|was\sthe\stotal|more|fewer|closed|open))"),
    ("year", r"\(\s?(?:19|20)[0-9][0-9](?:[/–-][0-9][0-9])?\s?\)"),
    ("year", r"\b(?:19|20)[0-9]0s\b"),
    ("quarter", r"\b(?:q|qtr\.?\s?)[1-4](?:\s?(?:[-–/&,]|to|and|or)\s?q?[1-4])*\b(?![.,]?[0-9]|%)"),
    ("quarter", r"\b(?:quarters?|terms?|half[\s-]terms?)\s(?:x\s)?(?:[1-4]|one|two|three|four)\b(?:\s?(?:[-–/&,]|to|and|or)\s?(?:[1-4]|one|two|three|four)\b)*(?![.,]?[0-9]|%|\s(?:cases|families|children))"),
    ("quarter", r"\bh[12]\b"),
    ("quarter", rf"\b(?:first|last|next|final|past|previous|all|other|these|those|both|remaining|each\sof\sthe|the|over|in)\s(?:x\s)?(?:{_N})\s(?:financial\s|reporting\s|full\s)?(?:quarters|years|months|weeks|days|terms)\b"),
    ("age", rf"\b(?:aged?|ages)\s(?:of\s)?(?:between\s|under\s|over\s|up\sto\s|from\s)?{_N}(?:\s?(?:[-–]|to|and|or)\s?{_N})?(?:\s(?:or\s(?:over|under|older|younger)|and\s(?:over|under)|years?))?(?!\s?%)"),
    ("age", r"\b(?:under|over)[\s-]?(?:the\sage\sof\s)?[0-9]{1,2}(?:['’]?s)\b"),
    ("age", r"\bunder[\s-](?:fives|fours|threes|twos|ones)\b|\bu[0-9]{1,2}s?\b"),
    ("age", rf"\bthe\sage\sof\s{_N}"),
    ("age", rf"\b{_N}(?:\s?(?:[-–]|to|and|or)\s?{_N})?[\s-]{_AGE}[\s-](?:olds?|of\sage)\b"),
    ("age", r"\b[0-9]{1,2}\s?[-–]\s?(?:1[0-9]|2[0-5])\s(?:service|offer|provision|team|healthy|public|programme|year|age|pathway|nurs)\w*"),
    ("age", r"\b0\s?[-–]\s?(?:5|19|25)s?\b"),
    ("age", r"\bunder(?:s)?[\s-](?:11|5|18|16|8|4|2)['’]?s?\b(?=\s(?:mat|team|case|provision|s\b))"),
    ("duration", rf"\b(?:within|after|every|for|in|over|under|than|by|at\sleast|up\sto|last|past|next|first|previous|following|about|around|some|to|minimum\sof|maximum\sof|of|least|nearly|almost|another|further|a|the|and|or|between|per)?\s?\b{_N}(?:\s?(?:[-–]|to|or|and)\s?{_N})?[\s-](?:{_AS_DAYS}[\s-])?{_TIME}\b(?:['’])?"),
    ("duration", rf"\b{_N}\sand\sa\shalf\s{_TIME}"),
    ("frequency", rf"\b(?:once|twice|thrice|{_N}\s?times|{_N})\s(?:a|an|per|each|every)\s{_TIME}\b(?!\s(?:ago|earlier|before|previously|later)\b)"),
    ("frequency", r"\b(?:once|twice)\b(?!\s(?:as|the|that))"),
    ("frequency", rf"\b(?:every|each)\s{_N}\s{_TIME}\b"),
    ("instruction", rf"\b(?:x\s?)?(?:[0-9]{{1,2}}|{_WORD})\s(?:\w+\s){{0,2}}?(?:per|a|each|every|for\seach|for\severy)\s(?:team\s)?(?:manager|worker|practitioner|auditor|team|head|supervisor|month|week|quarter|term|year|person|member|school)s?\b"),
    ("instruction", rf"\b(?:dip[\s-]sample|must|should|will|is\sto|are\sto)\s(?:audit|sample|review|look\sat|read|dip[\s-]sample|check|complete)?\s?(?:x\s?)?{_N}\s\w+\s(?:each|every|per|a)\b"),
    ("name", r"\b(?:section|sections|s\.|part|paragraph|para|clause|chapter|article|schedule|regulation|appendix|annex|theme|table|figure|fig\.?|chart|graph|box|note|page|pages|p\.|pp\.|priority|objective|outcome|action|actions|recommendation|goal|aim|phase|stage|step|level|levels|tier|tiers|band|grade|key\sstage|version|v|draft|volume|issue|no\.|number|item|question|form|room|unit|building|route|zone|group|cohort|locality|localities|area|district|cluster|hub|neighbourhood|ward|team|patch|year\sgroup|key\sline|line|standard|principle|strand|pillar|domain|criterion|indicator|option|test|wave|round)\s(?:no\.?\s)?(?:[0-9]+(?:\.[0-9]+)*[a-z]?|[ivx]+)(?:\s?(?:[,/&–-]|and|or|to|and\s(?:section|level|tier|locality))\s?[0-9]+(?:\.[0-9]+)*[a-z]?)*(?![0-9]|\.[0-9]|,[0-9]|\s?%)\b"),
    ("name", r"\b24/7\b|\b7/7\b|\b50/50\b|\b360[\s-]degree\b|\b9\sto\s5\b|(?<![0-9,.])(?:999|101|111)\b(?![,.][0-9]|\s?%)(?=\s(?:call|number|line|service|emergency))"),
    ("name", r"\b(?:covid|sars-cov)[-–\s]?[0-9]+\b|\b(?!x[0-9]+\b)[a-z]+[0-9]+[a-z0-9]*\b|\b[0-9]{1,2}[a-h]\b"),
    ("name", r"\b[0-9]+(?:st|nd|rd|th)\b"),
    ("name", r"\b(?:one|1)[\s-](?:stop|off|way|page|sided?|parent|year|worker)\b(?!s)|\btwo[\s-](?:way|parent|stage|page|tier|year|thirds?\smajority)\b"),
    ("name", r"\biso\s?[0-9]+(?::[0-9]+)?|\bwcag\s[0-9](?:\.[0-9])?|\bgdpr\s\(?[0-9]+/[0-9]+|\b\(?eu\)?\s[0-9]{4}/[0-9]+"),
    ("idiom", r"\b(?:any|every|some|each|no|this|that|another|the\sother|(?:at|in|from|on)\s(?:any|no))[\s-]one\b(?!\s(?:in|out\sof)\s)|\bone\s(?:another|day|hand|side|thing|way|voice|place|front\sdoor|would|might|could|can|must|should|point|(?:\w+\s)?(?:reason|example|explanation|factor|cause|area|exception|such))\b|\bone[\s-]to[\s-]one\b|\bone[\s-]by[\s-]one\b|\b(?:the|at|as|is|was|into|only|which|right|wrong|new|single|big|good|small|important|key|common)\sone\b(?!\s(?:in|out\sof)\s)|\bone\s(?:or\smore\s)?of\s(?:the|these|those|our|its|their|them|us|which|several|many)\b|\bday\sone\b|\bnumber\sone\b|\bfirst\sand\sforemost\b|\bsquare\sone\b"),
    ("idiom", rf"\b(?:the|these|those|all|both|our|its|their|other|across|in|every\sone\sof\sthe|of|between|remaining)\s(?:the\s)?(?:{_WORD}|[0-9]{{1,2}})\s(?:(?!{_LINKS}\b)\w+\s)?(?:{_STRUCTURE})\b"),
    ("idiom", r"\b(?:the|these|those|all|both)\s(?:two|three|four|other\stwo)\b(?=\s?(?:[.,;:]|are|were|have|had|of\sthem|together|combined))"),
    ("idiom", r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\s(?:main\s|key\s|clear\s|important\s|broad\s|different\s|new\s|good\s|possible\s|further\s|other\s)*(?:reasons?|priorit(?:y|ies)|themes?|ways?|things?|points?|parts?|sections?|questions?|strands?|stages?|steps?|aims?|outcomes?|recommendations?|kinds?|types?|sides?|sources?|lessons?|messages?|changes?|factors?|challenges?|examples?|pieces?|sets?|approach(?:es)?|partners?|agencies|services?|organisations?|documents?|pages?|paragraphs?|headings?|explanations?)\b"),
    ("time", r"\b[0-9]{1,2}(?:[:.][0-9][0-9])?\s?(?:am|pm|noon|midnight|o['’]clock)\b|\b(?:[01]?[0-9]|2[0-3]):[0-5][0-9]\b"),
    ("telephone", r"\b(?:\+44\s?\(?0?\)?|0)[0-9]{2,5}[\s-][0-9]{3,8}(?:[\s-][0-9]{3,6})?\b|\b0[0-9]{9,10}\b"),
    ("money", r"[£$€]\s?[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:m|k|bn|million|thousand|billion)?\b|\b[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:pounds|pence|million\spounds)\b"),
    ("reference", r"\[\^[\w-]+\]:?|\[[a-z][\w-]*\]:?|(?<=[^\s\[(])\[[0-9]{1,3}\](?!\()|^\[[0-9]{1,3}\]:|\b(?:see|note|source|reference)\s\[[0-9]{1,3}\]|\bhttps?://\S+|\bwww\.\S+|\S+@\S+\.\w+|\b[A-Z]{1,2}[0-9][0-9A-Z]?\s[0-9][A-Z]{2}\b|\b(?:ref|reference|case|id)\.?\s?(?:no\.?\s)?[:#]?\s?[A-Z]*[-/]?[0-9]{3,}\b|#[0-9]+\b"),
    ("reference", r"\b[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?:\.[0-9]+)?\b"),
    ("page", r"^\s*(?:#+\s*)?(?:\**\s*)?[0-9]+(?:\.[0-9]+)*[.)]?\s(?=\s*[A-Z*])(?=.*$)(?<=[.)]\s)"),
    ("page", r"^\s*#+\s*\**[0-9]+(?:\.[0-9]+)*[.)]?\s"),
    ("page", r"^\s*(?:[-*•]\s)?\(?(?:[0-9]{1,2}|[a-z]|[ivx]+)[.)]\s"),
    ("page", r"^\s*(?:page\s)?[0-9]{1,3}(?:\sof\s[0-9]{1,3})?\s*$"),
    ("page", r"^\s*[0-9]{1,2}(?:\.[0-9]{1,2})+(?=\t|\s{2,}|\s*\||\s*$)"),
    ("page", r"\bpage\s[0-9]+(?:\sof\s[0-9]+)?"),
)  # fmt: skip
_COMPILED = [(kind, re.compile(rule, re.IGNORECASE | re.MULTILINE)) for kind, rule in NOT_FIGURES]
# Kinds that the board may still ask about: no figure of the data, but not free of a source.
ASKED_ABOUT = frozenset({"money"})
# "Two cases per manager" is an instruction; "45 families a month" is a figure.
MOST_INSTRUCTED = 10

_NUMBER = re.compile(
    rf"(?P<fold>\b(?:(?:{_ONE}|ten|[0-9]+(?:\.[0-9]+)?)\stimes(?=\s(?:as|more|the|that|higher|larger)\b)|(?:half|(?:a|one)[\s-](?:third|quarter|fifth)|two[\s-]thirds|three[\s-]quarters)(?=\sas\s(?:many|much|high|large|likely)\b)))"
    rf"|(?P<fraction>\b(?:(?:{_ONE}|a|an)[\s-](?:{_PART_WORD})\b(?!\s(?:of\s(?:the\s)?(?:year|20)|earlier|ago|before|later|party|sector|on\squarter|end))"
    rf"|three[\s-]quarters\b(?!\sof\s(?:the\syear|20))"
    rf"|(?<!first\s)(?<!second\s)(?<!other\s)(?<!this\s)(?<!and\sa\s)(?<!a\s)\bhalf\b(?![\s-](?:year|term|day|hour|way|time|yearly|hearted|of\s(?:the\s|this\s)?(?:financial\s)?(?:year|20)))(?!\sa\s)))"
    rf"|(?P<onein>\b(?:(?:one|two|three|four|five|six|seven|eight|nine|[1-9])\sin\s(?:every\s)?(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|a\shundred|[2-9]|10|12|20|50|100)|(?:{_ONE})\sout\sof\s(?:every\s)?(?:five|ten|four|three|eight))\b(?![.,]?[0-9]|%|\s?(?:localit|areas|teams|quarters|months|years)))"
    rf"|(?P<times>\b(?:doubl(?:ed|ing)|double|trebled|tripled|quadrupled|halved|halving|two-?fold|three-?fold|twice(?=\s(?:as|the|that)))\b)"
    rf"|(?P<digits>(?:(?<![\w.,])|(?<=\b[xX]))[+−–-]?(?:{_DIGITS})(?![0-9]|\.[0-9]|,[0-9]{{3}}))(?P<tail>{_PERCENT}|(?={_POINTS}))?"
    rf"|(?P<word>\b{_WORD}\b)(?P<wordtail>{_PERCENT})?",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """A number that could be a figure, where it stands and what it says.

    ``unit`` is ``count``, ``%``, ``points``, ``part`` (two thirds, one in five) or ``times``
    (doubled). ``places`` are the decimals typed; ``is_word`` says that it is spelt out.
    """

    start: int
    end: int
    typed: str
    value: Fraction
    unit: str = "count"
    places: int = 0
    is_word: bool = False
    sign: int = 0

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole, as a percentage or in words."""
        return self.unit in ("%", "part")


@dataclass(frozen=True)
class NoFigure:
    """A stretch of text in which a number is none, and why."""

    start: int
    end: int
    kind: str


def not_figures(text: str, counted: Collection[str] = ()) -> list[NoFigure]:
    """The stretches whose numbers are no figures.

    ``counted`` are units that the framework counts in (days, hours): "an average of 12.4 days" is a
    figure there.
    """
    found = [
        NoFigure(match.start(), match.end(), kind)
        for kind, rule in _COMPILED
        for match in rule.finditer(text)
        if not (kind in _MAY_BE_MEASURED and _is_measured(text, match, counted))
    ]
    found += [NoFigure(one.start, one.end, "period") for one in find_periods(text)]
    return sorted(found, key=lambda one: one.start)


_MAY_BE_MEASURED = frozenset({"duration", "frequency", "instruction"})
_LIMIT = re.compile(
    r"\b(?:within|after|every|last|past|next|first|previous|following)\s?$", re.IGNORECASE
)
_AVERAGE = re.compile(r"\b(?:average|mean|median|typical(?:ly)?)\b[^.;:|\t]{0,80}$", re.IGNORECASE)


def _is_measured(text: str, match: re.Match[str], counted: Collection[str]) -> bool:
    """Whether a stretch of time is what is measured, not how long something may take."""
    words = match[0].lower()
    if re.match(
        r"\s?(?:within|after|every|last|past|next|first|previous|following|the|per)\b", words
    ):
        return False
    before = text[max(0, match.start() - 100) : match.start()]
    if _LIMIT.search(before):
        return False
    if re.search(r"[0-9]\.[0-9]", words) or _AVERAGE.search(before + words):
        return True
    return any(unit.rstrip("s") in words for unit in counted)


def find_numbers(
    text: str, counted: Collection[str] = (), *, is_cell: bool = False
) -> list[Number]:
    """Every number in a text that could be a figure, in order; a cell of a table has no pages."""
    text = plain_digits(text)
    nothing = [one for one in not_figures(text, counted) if not (is_cell and one.kind == "page")]
    return [number for number in every_number(text) if not _inside(number, nothing)]


def _inside(number: Number, stretches: list[NoFigure]) -> bool:
    return any(one.start < number.end and number.start < one.end for one in stretches)


def every_number(text: str) -> Iterator[Number]:
    """Every number in a text, figure or not."""
    for match in _NUMBER.finditer(text):
        number = _read(match, text)
        if number is not None:
            yield number


def _read(match: re.Match[str], text: str) -> Number | None:
    start, end = match.span()
    if match["fraction"]:
        value = _fraction(match["fraction"], text[max(0, start - 25) : start], text[end : end + 12])
        return None if value is None else Number(start, end, match[0], value, "part", 2, True)
    if match["onein"]:
        some, _, whole = re.split(r"\s(in|out of)\s", match[0].lower())
        value = _word(some) / _word(whole.removeprefix("every ").replace("a hundred", "100"))
        return Number(start, end, match[0], value, "part", 2, True)
    if match["fold"]:
        return Number(start, end, match[0], _fold(match["fold"].lower()), "times", 0, True)
    if match["times"]:
        return Number(start, end, match[0], _TIMES[match[0].lower()], "times", 0, True)
    if match["word"]:
        if not _is_counted(match, text):
            return None
        unit = "%" if match["wordtail"] else "count"
        return Number(start, end, match[0], _word(match["word"].lower()), unit, 0, True)
    return _digits(match, text)


def _digits(match: re.Match[str], text: str) -> Number:
    typed, tail = match["digits"], match["tail"]
    start, end = match.span()
    sign = {"+": 1, "−": -1, "–": -1, "-": -1}.get(typed[0], 0)
    plain = typed[1:] if sign else typed
    if sign and start and text[start - 1] not in " (\t|\n~":
        sign, start, typed = 0, start + 1, plain
    if typed[:1] in "–-" and re.match(r"\s", plain):
        sign, typed = 0, plain
    value = Fraction(plain.replace(",", ""))
    places = len(plain.partition(".")[2])
    unit = "points" if tail == "" else "%" if tail else "count"
    return Number(start, end, text[start:end], value, unit, places, sign=sign)


def _word(text: str) -> Fraction:
    """The value of a number word, or of digits."""
    if is_digits(text):
        return Fraction(text)
    whole = total = 0
    for part in re.split(r"[\s,-]+|\band\b", text):
        if part in _LOTS:
            total = max(total, 1) * _LOTS[part]
        elif part == "thousand":
            whole, total = max(total, 1) * 1000, 0
        else:
            total += _ONES.get(part, _TENS.get(part, 0))
    half = 2 if text.startswith("half") else 1
    return Fraction(whole + total, half)


def _fold(text: str) -> Fraction:
    """The value of "three times" and "half" (as many)."""
    first, _, last = text.replace("-", " ").partition(" ")
    if last == "times":
        return Fraction(first) if first[0] in "0123456789" else _word(first)
    if first == "half":
        return Fraction(1, 2)
    return Fraction(1 if first in ("a", "one") else _ONES[first], _PARTS[last.removesuffix("s")])


_SIZE_BEFORE = re.compile(
    r"(?:over|under|nearly|almost|just|about|around|than|by|roughly|approximately|below|above|of|to"
    r"|exactly|some|only|up|well|from|was|were|is|are|and|at|least)\s$",
    re.IGNORECASE,
)


def _fraction(typed: str, before: str, after: str) -> Fraction | None:
    """The value of ``two thirds``; None for the quarter of a year."""
    words = re.split(r"[\s-]", typed.lower())
    if words == ["half"]:
        return Fraction(1, 2)
    some = 1 if words[0] in ("a", "an") else _ONES[words[0]]
    part = _PARTS[words[-1].removesuffix("s")]
    is_quarter = words[-1].startswith("quarter")
    follows = re.match(r"\s*(?:of\s|\(|,|\.)", after)
    if is_quarter and not (follows or (words[0] in ("a", "three") and _SIZE_BEFORE.search(before))):
        return None
    if (
        is_quarter
        and words[0] == "a"
        and re.search(r"(?:\b(?:in|per|each|every|once)|[0-9])\s$", before)
    ):
        return None
    return Fraction(some, part)


_PLURAL = re.compile(
    r"\s(?:(?!and\b|or\b|of\b|to\b|in\b|as\b|is\b|was\b|has\b|this\b|its\b|were\b|are\b)[\w’'-]+\s){0,3}?"
    r"(?:children|people|families|staff|youngsters|parents|\w{3,}(?<!s)s|child|family|person|parent|case|carer)\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\s(?:of|in|more|fewer|less|higher|lower|said|were|had|was|have|\()", re.IGNORECASE
)


def _is_counted(match: re.Match[str], text: str) -> bool:
    """Whether a number word counts something: up to ten only before a noun or of a whole."""
    value = _word(match["word"].lower())
    if match["wordtail"] or value > 10:
        return True
    after = text[match.end() : match.end() + 60]
    return bool(_PLURAL.match(after) or (_OF_THEM.match(after) and value != 1))


@dataclass(frozen=True)
class Possible:
    """A number of a text: ``kind`` is empty where it could be a figure, or says what it is."""

    number: Number
    kind: str = ""


def possible_figures(text: str, counted: Collection[str] = ()) -> list[Possible]:
    """Every number of a text with what it is where it is no figure (a date, an age, a name ...).

    What an approval asks a source for are those whose kind is empty, and money.
    """
    text = plain_digits(text)
    nothing = not_figures(text, counted)
    return [
        Possible(number, next((one.kind for one in nothing if _inside(number, [one])), ""))
        for number in (*every_number(text), *_in_signs(text))
    ]


def plain_digits(text: str) -> str:
    """The same text, as long as before, with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    values = ((sign, unicodedata.decimal(sign, None)) for sign in text)
    return "".join(sign if value is None else str(value) for sign, value in values)


def _in_signs(text: str) -> Iterator[Number]:
    """Numbers that are one sign: ``½``, ``④``; not the 2 of a square metre."""
    for at, sign in enumerate(text):
        if sign > "\x7f" and unicodedata.category(sign) in ("No", "Nl"):
            value = Fraction(unicodedata.numeric(sign)).limit_denominator(1000)
            if not (at and text[at - 1].isalpha()):
                yield Number(at, at + 1, sign, value, "part" if value < 1 else "count")


def undeclared(
    text: str, counted: Collection[str] = (), *, is_passage: bool = False
) -> list[Number]:
    """The numbers of a text that need a source: all that could be figures, and money.

    A passage, as a report has it, holds no numbers of pages: "37 of 363" alone is a figure.
    """
    asked = ASKED_ABOUT | ({"page"} if is_passage else set())
    return [
        one.number
        for one in possible_figures(text, counted)
        if not one.kind
        or one.kind in asked
        or (one.kind == "instruction" and one.number.value > MOST_INSTRUCTED)
    ]
