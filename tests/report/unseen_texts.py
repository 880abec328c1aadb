"""A fifth set of claims, about one more council, by somebody who had not read the checker either.

A London borough of five neighbourhoods. Each pattern is a function that writes a text from the
figures; a number in it is put there by ``say``, which knows what the number comes to and whether
the fault stands in it. The figures are added up here from what was counted, not by the checker's
rules, and ``test_unseen_texts.py`` holds the one to the other.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise, permutations
from math import floor

from earlyhelp.report.checker.facts import CITY, MeasureFact, TargetFact
from earlyhelp.report.checker.periods import Period
from tests.report.councils import Council, filled, is_clear, item_of, measures_of
from tests.report.texts import BEFORE, YEAR, Claim, Writer

Text = Callable[["UnseenWriter", bool], str]

QUARTERS = tuple(Period.quarter(2015, at) for at in range(1, 5))
QUARTERS_BEFORE = tuple(Period.quarter(2014, at) for at in range(1, 5))
HALVES = tuple(Period(QUARTERS[at].first, 2) for at in (0, 2))
HALVES_BEFORE = tuple(Period(QUARTERS_BEFORE[at].first, 2) for at in (0, 2))
MONTHS = ("April and June", "July and September", "October and December", "January and March")
ENDS = ("30 June 2015", "30 September 2015", "31 December 2015", "31 March 2016")
ORDINALS = ("first", "second", "third", "final")
FRACTIONS = {
    "a fifth": Fraction(1, 5),
    "a quarter": Fraction(1, 4),
    "a third": Fraction(1, 3),
    "two fifths": Fraction(2, 5),
    "half": Fraction(1, 2),
    "three fifths": Fraction(3, 5),
    "two thirds": Fraction(2, 3),
    "three quarters": Fraction(3, 4),
    "four fifths": Fraction(4, 5),
}
IN_SO_MANY = {
    f"{'one' if top == 1 else 'two'} in {word}": Fraction(top, under)
    for top, under, word in (
        (1, 3, "three"), (1, 4, "four"), (1, 5, "five"), (2, 5, "five"), (2, 3, "three"),
    )
}  # fmt: skip
_ONES = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS = {
    number: _ONES[number]
    if number < 20
    else _TENS[number // 10 - 2] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    for number in range(100)
}

# How its officers write of each measure: a count by its noun, a share by whom it is of, what they
# did, and its name.
FLOWS = {
    "requests": ("requests to the front door", "requests for help received at the front door"),
    "starts": ("new key work episodes", "new episodes of key work"),
    "closed": ("closed key work episodes", "closures of key work episodes"),
    "tac": ("Team Around the Child meetings",),
    "forms": ("exit questionnaires", "exit questionnaires returned"),
    "visits": ("home visits", "home visits carried out"),
    "sessions": ("youth club sessions", "youth club sessions run"),
    "attend": ("youth club attendances", "attendances at youth clubs"),
    "stepdown": ("families stepped down from social care",),
}
SNAPSHOTS = {
    "keywork": ("families with a key worker", "families supported by a key worker"),
    "cpp": ("children on a child protection plan", "children subject to a child protection plan"),
    "care": ("children in our care", "children in care"),
}
WHOM = {
    "better": ("families who returned an exit questionnaire", "said things were better"),
    "recommend": ("families who returned an exit questionnaire", "would recommend us"),
    "achieved": ("key work episodes closed", "ended with their outcomes achieved"),
    "escalated": ("key work episodes closed", "were escalated to social care"),
    "ontime": ("reviews", "were held on time"),
    "repeat": ("requests to the front door", "were repeat requests"),
    "twos": ("eligible two-year-olds", "were taking up a funded place"),
}
NAMES = {
    "better": "families saying things are better",
    "recommend": "families who would recommend us",
    "achieved": "episodes closed with outcomes achieved",
    "escalated": "episodes escalated to social care",
    "ontime": "reviews held on time",
    "repeat": "repeat requests",
    "twos": "two-year-olds taking up a funded place",
}


def _items() -> list[tuple[str, str, str]]:
    return [
        ("requests", "Requests to the front door", "requests"),
        ("repeats", "Repeat requests to the front door", "requests"),
        ("starts", "Key work episodes started", "episodes"),
        ("closed", "Key work episodes closed", "episodes"),
        ("closed-achieved", "Episodes closed with outcomes achieved", "episodes"),
        ("closed-escalated", "Episodes escalated to social care", "episodes"),
        ("tac", "Team Around the Child meetings held", "meetings"),
        ("forms", "Exit questionnaires returned", "questionnaires"),
        ("forms-better", "Families saying things are better", "questionnaires"),
        ("forms-recommend", "Families who would recommend us", "questionnaires"),
        ("visits", "Home visits carried out", "visits"),
        ("sessions", "Youth club sessions run", "sessions"),
        ("attend", "Youth club attendances", "attendances"),
        ("stepdown", "Families stepped down from social care", "families"),
        ("reviews", "Reviews held", "reviews"),
        ("reviews-timely", "Reviews held on time", "reviews"),
        ("entrants", "First-time entrants to the youth justice system", "young people"),
        ("fostering", "Private fostering notifications", "notifications"),
        ("parents", "Parents starting a parenting programme", "parents"),
    ]


def borough(seed: int = 51) -> Council:
    """A London borough with neighbourhoods."""
    rng = random.Random(seed)
    items = {code: item_of(code, name, counts) for code, name, counts in _items()}
    for code, name, counts in (
        ("keywork", "Families with a key worker", "families"),
        ("cpp", "Children on a child protection plan", "children"),
        ("care", "Children in our care", "children"),
        ("twos-eligible", "Two-year-olds eligible for a funded place", "children"),
        ("twos-taken", "Two-year-olds taking up a funded place", "children"),
    ):
        items[code] = item_of(code, name, counts, is_snapshot=True)
    items["notices"] = item_of(
        "notices",
        "Domestic abuse notifications received",
        "notifications",
        breaks=((2015 * 4, "New notification form"),),
    )
    single = [*FLOWS, *SNAPSHOTS, "entrants", "fostering", "parents", "notices", "reviews"]
    shares = [
        ("better", "Families saying things are better", "forms-better", "forms"),
        ("recommend", "Families who would recommend us", "forms-recommend", "forms"),
        ("achieved", "Episodes closed with outcomes achieved", "closed-achieved", "closed"),
        ("escalated", "Episodes escalated to social care", "closed-escalated", "closed"),
        ("ontime", "Reviews held on time", "reviews-timely", "reviews"),
        ("repeat", "Repeat requests", "repeats", "requests"),
        ("twos", "Two-year-olds taking up a funded place", "twos-taken", "twos-eligible"),
    ]
    measures = [
        MeasureFact(
            one.code, one.name, one.numerator, one.denominators, one.scale, one.decimals, "lower",
            one.definition, is_share=True,
        )
        if one.code in {"repeat", "escalated"} else one
        for one in measures_of(items, single, shares)
    ]  # fmt: skip
    measures += [
        MeasureFact(
            "persession", "Attendances per youth club session", items["attend"],
            (items["sessions"],), 1, 1, "higher", "Attendances divided by sessions run.",
        ),
        MeasureFact(
            "perclosed", "Home visits per episode closed", items["visits"],
            (items["closed"],), 1, 1, "neither", "Home visits divided by episodes closed.",
        ),
    ]  # fmt: skip
    council = Council(
        "London Borough of Harrowmere",
        "Harrowmere",
        [
            ("marsh", "Marsh Lane"),
            ("quay", "Quayside"),
            ("priory", "Priory Hill"),
            ("elm", "Elm Fields"),
            ("station", "Station Road"),
        ],
        items,
        measures,
        whole_only=frozenset({"cpp", "care", "entrants", "fostering"}),
        incomplete=frozenset({"parents"}),
    )
    filled(council, rng, {top: under for _, _, top, under in shares})
    for code, area, at in [*council.figures]:
        if code == "fostering":
            council.figures[code, area, at] = rng.randint(2, 9)
        if code in {"attend", "visits"}:
            whole, low = ("sessions", 7) if code == "attend" else ("closed", 3)
            so_many = council.figures[whole, area, at] * rng.uniform(low, 2 * low)
            council.figures[code, area, at] = round(so_many)
    return council


@dataclass(frozen=True)
class Said:
    """A number in a text: as it is typed, and what it comes to."""

    typed: str
    right: Fraction
    form: str
    planted: bool


@dataclass
class SaidClaim(Claim):
    """A claim with its numbers, and the pattern that it was written by."""

    said: tuple[Said | None, ...] = ()
    pattern: str = ""


@dataclass(frozen=True)
class Pattern:
    """A way to write a claim: the kind of its fault, and whether that stands in no number."""

    write: Text
    kind: str
    silent: bool


class NotHere(Exception):
    """These figures give no example of the pattern."""


PATTERNS: list[Pattern] = []


def pattern(kind: str, *, silent: bool = False) -> Callable[[Text], Text]:
    """Registers a function that writes a text."""

    def register(write: Text) -> Text:
        PATTERNS.append(Pattern(write, kind, silent))
        return write

    return register


def half_up(value: Fraction, places: int = 0) -> Fraction:
    """The value at so many places; half goes up."""
    return Fraction(floor(value * 10**places + Fraction(1, 2)), 10**places)


def shown(value: Fraction, form: str) -> str:
    """The value as it is typed: n, words, or p and d with the number of places."""
    if form == "n":
        return f"{int(value):,}"
    if form == "words":
        return WORDS.get(int(value), f"{int(value):,}")
    places = int(form[1])
    return f"{float(half_up(value, places)):.{places}f}" + ("%" if form[0] == "p" else "")


class UnseenWriter(Writer):
    """Writes claims by the patterns of this module."""

    def __init__(self, council: Council, seed: int) -> None:
        self.council = council
        self.measures = {one.code: one for one in council.measures}
        self.places = [code for code, _ in council.areas]
        self.numbers: list[tuple[Said | None, str]] = []
        self.asked: dict[tuple[str, Period, str], Fraction] = {}
        self.levels = self._levels(random.Random(seed))
        for code, level in self.levels.items():
            council.targets[code, CITY, 2015] = TargetFact(Fraction(level), Fraction(1))
        super().__init__(council, seed)

    def _levels(self, rng: random.Random) -> dict[str, int]:
        codes = ("better", "achieved", "ontime", "twos", "repeat")
        return {code: round(self.v(code)) + rng.choice([-5, -3, 3, 5]) for code in codes}

    def makers(self) -> list[Callable[[bool], Claim | None]]:
        return [partial(self.written, one) for one in PATTERNS]

    def written(self, one: Pattern, wrong: bool) -> SaidClaim | None:
        """The claim by a pattern, or nothing where the figures have no example."""
        self.numbers = []
        try:
            marked = one.write(self, wrong)
        except NotHere:
            return None
        order = [int(at) for at in re.findall(r"\x01(\d+)\x02", marked)]
        text = re.sub(r"\x01\d+\x02", "", marked)
        states = [self.numbers[at] for at in order]
        return SaidClaim(
            text[0].upper() + text[1:],
            one.kind,
            frozenset(at for at, (_, state) in enumerate(states) if state == "faulty"),
            frozenset(at for at, (_, state) in enumerate(states) if state == "sound"),
            without_number=one.silent and wrong,
            said=tuple(said for said, _ in states),
            pattern=one.write.__name__,
        )

    # -- the figures ------------------------------------------------------------------------------

    def added(self, item: str, period: Period, area: str) -> int:
        """What was counted of an item, added up."""
        is_snapshot = self.council.items[item].is_snapshot
        quarters = [period.last] if is_snapshot else range(period.first, period.last + 1)
        areas = self.places if area == CITY and item not in self.council.whole_only else [area]
        return sum(self.council.figures[item, one, at] for one in areas for at in quarters)

    def ab(self, code: str, period: Period = YEAR, area: str = CITY) -> tuple[int, int]:
        """The two parts of a ratio."""
        measure = self.measures[code]
        under = sum(self.added(one.code, period, area) for one in measure.denominators)
        return self.added(measure.numerator.code, period, area), under

    def v(self, code: str, period: Period = YEAR, area: str = CITY) -> Fraction:
        """What a measure comes to."""
        top, under = self.ab(code, period, area)
        value = Fraction(top * self.measures[code].scale, under) if under else Fraction(top)
        self.asked[code, period, area] = value
        return value

    def clear(self, code: str, now: tuple[Period, str], was: tuple[Period, str]) -> bool:
        """Whether two shares differ by more than chance."""
        (a, b), (c, d) = self.ab(code, *now), self.ab(code, *was)
        return bool(is_clear(code, (Fraction(a), Fraction(b)), (Fraction(c), Fraction(d))))

    # -- choices ----------------------------------------------------------------------------------

    def any_of(self, options: Sequence[str]) -> str:
        return self.rng.choice(list(options))

    def some(self, options: Sequence[str], number: int) -> list[str]:
        return self.rng.sample(list(options), number)

    def flow(self) -> tuple[str, str]:
        """A count over the quarters, and its noun."""
        code = self.any_of([*FLOWS])
        return code, self.any_of(FLOWS[code])

    def name(self, area: str) -> str:
        return dict(self.council.areas)[area]

    def moved(self, clear: bool = True) -> str:
        """A share that changed over the year: clearly, or as chance would have it."""
        found = [
            code for code in WHOM
            if self.clear(code, (YEAR, CITY), (BEFORE, CITY)) == clear
            and shown(self.v(code), "p1") != shown(self.v(code, BEFORE), "p1")
        ]  # fmt: skip
        return self.any_of(self.have(found))

    def have(self, found: Sequence[str]) -> Sequence[str]:
        if not found:
            raise NotHere
        return found

    def unlike(self, right: Fraction, others: Sequence[Fraction], form: str = "n") -> Fraction:
        """One of the others that is clearly not the right one."""
        least = Fraction(3, 10) if form != "n" else max(Fraction(2), right / 100)
        found = [one for one in others if abs(one - right) >= least]
        if not found:
            raise NotHere
        return self.rng.choice(found)

    def missed(self, right: Fraction, form: str = "n") -> Fraction:
        """A number that is mistyped: so much off, or digits exchanged."""
        if form[0] == "p":
            by = Fraction(self.rng.randint(10, 90), 10)
            return right - by if right > 50 else right + by
        if form[0] == "d":
            return right + self.rng.choice([-1, 1]) * Fraction(self.rng.randint(3, 15), 10)
        return Fraction(self.off(right))

    # -- numbers in the text ----------------------------------------------------------------------

    def say(
        self,
        right: Fraction | int,
        form: str = "n",
        wrong: bool = False,
        typed: Fraction | int | None = None,
    ) -> str:
        """A number: the right one; or faulty, the one typed or for what is said of it."""
        planted = wrong and typed is not None
        text = shown(Fraction(typed if wrong and typed is not None else right), form)
        if planted and text == shown(Fraction(right), form):
            raise NotHere
        return self.marked(text, Said(text, Fraction(right), form, planted), wrong)

    def marked(self, text: str, said: Said | None, wrong: bool = False) -> str:
        """Any words as a number of the text; without what they come to they are not judged."""
        state = "unjudged" if said is None else "faulty" if wrong else "sound"
        self.numbers.append((said, state))
        return f"{text}\x01{len(self.numbers) - 1}\x02"

    def off_say(self, right: Fraction | int, form: str = "n", wrong: bool = False) -> str:
        """A number, mistyped where that is the fault."""
        return self.say(right, form, wrong, self.missed(Fraction(right), form))

    def worded(self, share: Fraction, which: dict[str, Fraction], wrong: bool) -> str:
        """A share in words: nearly a third, just over half."""
        gaps = {word: share - one for word, one in which.items()}
        limit = Fraction(6, 100) if wrong else Fraction(17, 1000)
        fit = [w for w, gap in gaps.items() if (abs(gap) > limit if wrong else abs(gap) < limit)]
        word = self.any_of(self.have(fit))
        least = Fraction(1, 500)
        how = "nearly " if gaps[word] < -least else "just over " if gaps[word] > least else "about "
        return how + self.marked(word, Said(word, share, "share", planted=wrong), wrong)

    def share_words(self, wrong: bool, which: dict[str, Fraction]) -> tuple[str, str]:
        """A share for which there are words, and the words."""
        for code in self.some([*WHOM], len(WHOM)):
            try:
                return code, self.worded(self.v(code) / 100, which, wrong)
            except NotHere:
                continue
        raise NotHere


def listed(parts: Sequence[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


# -- wrong figures ----------------------------------------------------------------------------------


@pattern("wrong figure")
def total_in_year(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    number = w.off_say(w.v(code), wrong=wrong)
    return w.any_of([
        f"a total of {number} {noun} were recorded across the borough during 2015-16.",
        f"across Harrowmere the service recorded {number} {noun} in 2015-16, the second year of this framework.",
        f"in 2015-16 there were {number} {noun} (all neighbourhoods).",
    ])  # fmt: skip


@pattern("wrong figure")
def passive_and_long(w: UnseenWriter, wrong: bool) -> str:
    number = w.off_say(w.v("keywork"), wrong=wrong)
    return (
        "although the move to the new neighbourhood offices took up much of the spring, and several "
        f"posts were held vacant while the structure was consulted on, {number} families were being "
        "supported by a key worker across the borough at the end of March 2016."
    )


@pattern("wrong figure")
def three_counts(w: UnseenWriter, wrong: bool) -> str:
    bad = w.rng.randrange(3)
    a, b, c = (
        w.off_say(w.v(code), wrong=wrong and at == bad)
        for at, code in enumerate(("tac", "sessions", "forms"))
    )
    return (
        f"over the year the teams held {a} Team Around the Child meetings, ran {b} youth club "
        f"sessions and received {c} exit questionnaires."
    )


@pattern("wrong figure")
def bullets(w: UnseenWriter, wrong: bool) -> str:
    codes = w.some([*FLOWS], 3)
    bad = w.rng.randrange(3)
    lines = [
        f"- {FLOWS[code][0].capitalize() if code != 'tac' else FLOWS[code][0]}: "
        f"{w.off_say(w.v(code), wrong=wrong and at == bad)}"
        for at, code in enumerate(codes)
    ]
    return "headline activity, 2015-16:\n\n" + "\n".join(lines)


@pattern("wrong figure")
def share_of_whom(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*WHOM])
    whom, did = WHOM[code]
    a, b = w.ab(code)
    share = w.off_say(w.v(code), "p1", wrong)
    return f"{share} of {whom} ({w.say(a)} of {w.say(b)}) {did} in 2015-16."


@pattern("wrong figure")
def slashed(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["ontime", "better", "recommend", "achieved"])
    a, b = w.ab(code)
    top = w.off_say(a, wrong=wrong)
    return f"{NAMES[code].capitalize()}: {top}/{w.say(b)} = {w.say(w.v(code), 'p1')}"


@pattern("wrong figure")
def in_words(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["stepdown", "tac", "closed", "starts"])
    found = [
        (area, at) for area in w.places for at in range(4)
        if 12 <= w.v(code, QUARTERS[at], area) <= 80
    ]  # fmt: skip
    if not found:
        raise NotHere
    area, at = w.rng.choice(found)
    right = w.v(code, QUARTERS[at], area)
    number = w.say(right, "words", wrong, right + w.rng.choice([-1, 1]) * w.rng.randint(2, 9))
    noun = {
        "stepdown": "families were stepped down from social care",
        "tac": "Team Around the Child meetings were held",
        "closed": "key work episodes were closed",
        "starts": "key work episodes were started",
    }[code]
    return f"in the {ORDINALS[at]} quarter of 2015-16, {number} {noun} in {w.name(area)}."


@pattern("wrong figure")
def average_with_decimal(w: UnseenWriter, wrong: bool) -> str:
    now = w.off_say(w.v("persession"), "d1", wrong)
    then = w.say(w.v("persession", BEFORE), "d1")
    return (
        f"youth clubs had an average of {now} attendances per session in 2015-16, "
        f"compared with {then} in 2014-15."
    )


@pattern("wrong figure")
def average_and_its_parts(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.ab("perclosed")
    each = w.off_say(w.v("perclosed"), "d1", wrong)
    return (
        f"{w.say(a)} home visits were carried out and {w.say(b)} key work episodes closed in the "
        f"year, that is {each} home visits per episode closed."
    )


@pattern("wrong figure")
def table_by_area(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    bad = w.rng.randrange(5)
    rows = [
        f"| {w.name(area)} | {w.say(w.v(code, BEFORE, area))} | "
        f"{w.off_say(w.v(code, YEAR, area), wrong=wrong and at == bad)} |"
        for at, area in enumerate(w.places)
    ]
    head = (
        f"| {noun.capitalize() if code != 'tac' else noun} | 2014-15 | 2015-16 |\n|---|---|---|\n"
    )
    return head + "\n".join(rows)


@pattern("wrong figure")
def table_by_quarter(w: UnseenWriter, wrong: bool) -> str:
    codes = w.some(["requests", "starts", "closed", "visits"], 2)
    bad = w.rng.randrange(4)
    rows = []
    for code in codes:
        cells = [
            w.off_say(w.v(code, one), wrong=wrong and at == bad and code == codes[1])
            for at, one in enumerate(QUARTERS)
        ]
        rows.append(f"| {FLOWS[code][0].capitalize()} | {' | '.join(cells)} |")
    return "| 2015-16 | Q1 | Q2 | Q3 | Q4 |\n|---|---|---|---|---|\n" + "\n".join(rows)


@pattern("wrong figure")
def quarters_in_a_line(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    bad = w.rng.randrange(4)
    parts = [
        f"Q{at + 1} {w.off_say(w.v(code, one), wrong=wrong and at == bad)}"
        for at, one in enumerate(QUARTERS)
    ]
    return f"{noun} by quarter, 2015-16: {'; '.join(parts)}."


@pattern("wrong figure")
def the_others(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.ab("recommend")
    rest = w.off_say(b - a, wrong=wrong)
    return (
        f"{w.say(a)} of the {w.say(b)} families who returned an exit questionnaire in 2015-16 would "
        f"recommend us; the remaining {rest} would not."
    )


@pattern("wrong figure")
def complement(w: UnseenWriter, wrong: bool) -> str:
    right = w.v("ontime")
    late = w.off_say(100 - right, "p1", wrong)
    return (
        f"{w.say(right, 'p1')} of reviews were held on time in 2015-16, which means that {late} were "
        "late."
    )


@pattern("wrong figure")
def whole_borough_only(w: UnseenWriter, wrong: bool) -> str:
    number = w.off_say(w.v("entrants"), wrong=wrong)
    return (
        f"there were {number} first-time entrants to the youth justice system in Harrowmere in "
        f"2015-16 (2014-15: {w.say(w.v('entrants', BEFORE))})."
    )


@pattern("wrong figure")
def quarter_end_date(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["cpp", "care"])
    at = w.rng.randrange(4)
    number = w.off_say(w.v(code, QUARTERS[at]), wrong=wrong)
    return f"as at {ENDS[at]} there were {number} {w.any_of(SNAPSHOTS[code])}."


@pattern("wrong figure")
def under_a_heading(w: UnseenWriter, wrong: bool) -> str:
    at = w.rng.randrange(4)
    a = w.say(w.v("starts", QUARTERS[at]))
    b = w.off_say(w.v("closed", QUARTERS[at]), wrong=wrong)
    return (
        f"## Quarter {at + 1}, 2015-16\n\n{a} key work episodes were started. {b} were closed over "
        "the same period."
    )


@pattern("wrong figure")
def quarterly_average(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    each = w.say(half_up(w.v(code) / 4), "n", wrong, w.missed(half_up(w.v(code) / 4)))
    return f"on average there were {each} {noun} a quarter in 2015-16."


@pattern("wrong figure")
def table_with_change(w: UnseenWriter, wrong: bool) -> str:
    codes = w.some(["requests", "visits", "sessions", "forms", "stepdown"], 3)
    bad = w.rng.randrange(3)
    rows = []
    for at, code in enumerate(codes):
        now, was = w.v(code), w.v(code, BEFORE)
        if abs(now - was) < 10:
            raise NotHere
        cells = [w.say(was), w.say(now)]
        change = w.off_say(abs(now - was), wrong=wrong and at == bad)
        cells.append(f"{'+' if now > was else '-'}{change}")
        rows.append(f"| {FLOWS[code][0].capitalize()} | {' | '.join(cells)} |")
    return "| | 2014-15 | 2015-16 | Change |\n|---|---|---|---|\n" + "\n".join(rows)


@pattern("wrong figure")
def year_quarter_and_area(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    area = w.any_of(w.places)
    here = w.off_say(w.v(code, QUARTERS[0], area), wrong=wrong)
    return (
        f"of the {w.say(w.v(code))} {noun} in 2015-16, {w.say(w.v(code, QUARTERS[0]))} were recorded "
        f"in the first quarter, before the new structure was in place ({here} of these in "
        f"{w.name(area)})."
    )


# -- direction --------------------------------------------------------------------------------------


def _changed(
    w: UnseenWriter, codes: Sequence[str] = tuple(FLOWS)
) -> tuple[str, Fraction, Fraction]:
    """A count that differs from the year before by more than a hundredth."""
    code = w.any_of(
        w.have([c for c in codes if abs(w.v(c) - w.v(c, BEFORE)) > max(Fraction(2), w.v(c) / 100)])
    )
    return code, w.v(code), w.v(code, BEFORE)


@pattern("wrong direction")
def rose_from_to(w: UnseenWriter, wrong: bool) -> str:
    code, now, was = _changed(w)
    verb = w.any_of(
        ["rose", "increased", "went up"]
        if (now > was) != wrong
        else ["fell", "dropped", "went down"]
    )
    return (
        f"the number of {FLOWS[code][0]} {verb} from {w.say(was)} in 2014-15 to "
        f"{w.say(now, wrong=wrong)} in 2015-16."
    )


@pattern("wrong direction", silent=True)
def fewer_than_last_year(w: UnseenWriter, wrong: bool) -> str:
    code, now, was = _changed(w, ["tac", "forms", "visits", "sessions", "stepdown"])
    word = "more" if (now > was) != wrong else "fewer"
    return w.any_of([
        f"there were {word} {FLOWS[code][0]} in 2015-16 than in 2014-15.",
        f"overall, {word} {FLOWS[code][0]} were recorded this year than last year.",
    ])  # fmt: skip


@pattern("wrong direction", silent=True)
def larger_proportion(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved()
    whom, did = WHOM[code]
    word = "larger" if (w.v(code) > w.v(code, BEFORE)) != wrong else "smaller"
    return f"a {word} proportion of {whom} {did} in 2015-16 than in the previous year."


@pattern("wrong direction")
def decrease_after_bracket(w: UnseenWriter, wrong: bool) -> str:
    code, now, was = _changed(w)
    word = "increase" if (now > was) != wrong else "decrease"
    return (
        f"- {FLOWS[code][0]}: {w.say(now, wrong=wrong)}, {'an' if word == 'increase' else 'a'} "
        f"{word} from {w.say(was)} in 2014-15"
    )


@pattern("wrong direction")
def so_many_more(w: UnseenWriter, wrong: bool) -> str:
    code, now, was = _changed(w)
    word = "more" if (now > was) != wrong else "fewer"
    return (
        f"in 2015-16 there were {w.say(now)} {FLOWS[code][0]}, {w.say(abs(now - was), wrong=wrong)} "
        f"{word} than in 2014-15."
    )


@pattern("wrong direction", silent=True)
def two_movements(w: UnseenWriter, wrong: bool) -> str:
    nouns = {"closed": "closures", "starts": "new episodes of key work", "tac": "Team Around the Child meetings", "visits": "home visits"}  # fmt: skip
    a, b = w.some([*nouns], 2)
    up_a, up_b = w.v(a) > w.v(a, BEFORE), (w.v(b) > w.v(b, BEFORE)) != wrong
    first, second = ("rose" if up else "fell" for up in (up_a, up_b))
    joined = "and" if up_a == up_b else "while"
    return f"compared with 2014-15, {nouns[a]} {first} {joined} {nouns[b]} {second}."


@pattern("wrong direction")
def share_up_to(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved()
    now, was = w.v(code), w.v(code, BEFORE)
    whom, did = WHOM[code]
    word = "up" if (now > was) != wrong else "down"
    return (
        f"{w.say(now, 'p1', wrong)} of {whom} {did} this year, {word} from {w.say(was, 'p1')} in "
        "2014-15."
    )


@pattern("wrong direction")
def average_moved(w: UnseenWriter, wrong: bool) -> str:
    now, was = w.v("persession"), w.v("persession", BEFORE)
    if abs(now - was) < Fraction(1, 5):
        raise NotHere
    word = "grew" if (now > was) != wrong else "shrank"
    return (
        f"average attendances per youth club session {word} from {w.say(was, 'd1')} in 2014-15 to "
        f"{w.say(now, 'd1', wrong)} in 2015-16."
    )


@pattern("wrong direction", silent=True)
def better_or_worse(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved()
    is_better = (w.v(code) > w.v(code, BEFORE)) == (code not in {"repeat", "escalated"})
    word = "improved" if is_better != wrong else "worsened"
    return f"performance on {NAMES[code]} {word} in 2015-16 compared with 2014-15."


@pattern("wrong direction")
def last_quarter(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    at = w.rng.randrange(1, 4)
    now, was = w.v(code, QUARTERS[at]), w.v(code, QUARTERS[at - 1])
    if abs(now - was) < now / 50:
        raise NotHere
    word = "up" if (now > was) != wrong else "down"
    return (
        f"Q{at + 1} of 2015-16 saw {w.say(now, wrong=wrong)} {noun}, {word} from {w.say(was)} in the "
        "previous quarter."
    )


@pattern("wrong direction", silent=True)
def second_half(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    first, second = (w.v(code, one) for one in HALVES)
    if abs(first - second) < first / 50:
        raise NotHere
    word = "more" if (second > first) != wrong else "fewer"
    return f"there were {word} {noun} in the second half of 2015-16 than in the first half."


@pattern("wrong direction", silent=True)
def everywhere(w: UnseenWriter, wrong: bool) -> str:
    found: list[tuple[str, str]] = []
    for code in FLOWS:
        steps = [w.v(code, YEAR, area) - w.v(code, BEFORE, area) for area in w.places]
        for rising, word in ((True, "more"), (False, "fewer")):
            so_many = sum((step > 0) == rising and step != 0 for step in steps)
            if so_many == 5 if not wrong else so_many in (3, 4):
                found.append((code, word))
    if not found:
        raise NotHere
    code, word = w.rng.choice(found)
    return f"every neighbourhood had {word} {FLOWS[code][0]} in 2015-16 than in 2014-15."


@pattern("unlike spans")
def half_against_year(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    now, same, whole = w.v(code, HALVES[1]), w.v(code, HALVES_BEFORE[1]), w.v(code, BEFORE)
    if abs(now - same) < now / 50:
        raise NotHere
    text = f"{noun} between October 2015 and March 2016 came to {w.say(now, wrong=wrong)}"
    if wrong:
        return f"{text}, down from {w.say(whole)} in 2014-15."
    word = "up" if now > same else "down"
    return f"{text}, {word} from {w.say(same)} between October 2014 and March 2015."


# -- period -----------------------------------------------------------------------------------------


@pattern("wrong period")
def another_quarter(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    at = w.rng.randrange(4)
    right = w.v(code, QUARTERS[at])
    other = w.unlike(right, [w.v(code, one) for one in QUARTERS])
    number = w.say(right, "n", wrong, other)
    return w.any_of([
        f"in the {ORDINALS[at]} quarter of 2015-16 there were {number} {noun}.",
        f"{number} {noun} were recorded in Q{at + 1} 2015-16.",
        f"between {MONTHS[at]} {2015 if at < 3 else 2016} the borough recorded {number} {noun}.",
    ])  # fmt: skip


@pattern("wrong period")
def the_year_before(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    right = w.v(code)
    number = w.say(right, "n", wrong, w.unlike(right, [w.v(code, BEFORE)]))
    return f"the borough recorded {number} {noun} in the year to March 2016."


@pattern("wrong period")
def half_of_the_year(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    at = w.rng.randrange(2)
    right = w.v(code, HALVES[at])
    number = w.say(right, "n", wrong, w.unlike(right, [w.v(code, HALVES[1 - at])]))
    when = ("first half of 2015-16", "second half of 2015-16")[at]
    return f"in the {when} there were {number} {noun}."


@pattern("wrong period")
def same_half_last_year(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    right = w.v(code, HALVES_BEFORE[0])
    then = w.say(right, "n", wrong, w.unlike(right, [w.v(code, HALVES_BEFORE[1])]))
    return (
        f"{w.say(w.v(code, HALVES[0]))} {noun} were recorded in April to September 2015, compared "
        f"with {then} in the same six months of the year before."
    )


@pattern("wrong period")
def at_another_date(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*SNAPSHOTS])
    at = w.rng.randrange(4)
    right = w.v(code, QUARTERS[at])
    number = w.say(right, "n", wrong, w.unlike(right, [w.v(code, one) for one in QUARTERS]))
    return f"at the end of {ENDS[at].split(' ', 1)[1]} there were {number} {SNAPSHOTS[code][0]}."


@pattern("wrong period")
def share_of_another_year(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*WHOM])
    whom, did = WHOM[code]
    was, now = w.v(code, BEFORE), w.v(code)
    number = w.say(was, "p1", wrong, w.unlike(was, [now], "p1"))
    return f"in 2014-15, the baseline year, {number} of {whom} {did}."


@pattern("wrong period")
def referring_back(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    right = w.v(code, BEFORE)
    others = [w.v(code, HALVES[0]), w.v(code, HALVES[1]), w.v(code, QUARTERS_BEFORE[3])]
    then = w.say(right, "n", wrong, w.unlike(right, others))
    return (
        f"there were {w.say(w.v(code))} {noun} in 2015-16. The year before there had been {then}."
    )


# -- area -------------------------------------------------------------------------------------------


@pattern("wrong area")
def another_area(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    area, *others = w.some(w.places, 5)
    right = w.v(code, YEAR, area)
    number = w.say(right, "n", wrong, w.unlike(right, [w.v(code, YEAR, one) for one in others]))
    return w.any_of([
        f"{w.name(area)} recorded {number} {noun} over the year.",
        f"of the borough's {noun} in 2015-16, {number} were in the {w.name(area)} neighbourhood.",
        f"in {w.name(area)} there were {number} {noun} in 2015-16.",
    ])  # fmt: skip


@pattern("wrong area")
def share_in_area(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*WHOM])
    whom, did = WHOM[code]
    area, *others = w.some(w.places, 5)
    right = w.v(code, YEAR, area)
    other = w.unlike(right, [w.v(code, YEAR, one) for one in others], "p1")
    return f"in {w.name(area)}, {w.say(right, 'p1', wrong, other)} of {whom} {did} in 2015-16."


@pattern("wrong area")
def borough_for_area(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*WHOM])
    area = w.any_of(w.places)
    here, whole = w.v(code, YEAR, area), w.v(code)
    number = w.say(here, "p1", wrong, w.unlike(here, [whole], "p1"))
    return (
        f"{NAMES[code]}: {number} in {w.name(area)} against {w.say(whole, 'p1')} for the borough as "
        "a whole (2015-16)."
    )


@pattern("wrong area")
def families_by_area(w: UnseenWriter, wrong: bool) -> str:
    order = w.some(w.places, 3)
    bad = w.rng.randrange(3)
    parts = []
    for at, area in enumerate(order):
        right = w.v("keywork", YEAR, area)
        others = [w.v("keywork", YEAR, one) for one in w.places]
        number = w.say(right, "n", wrong and at == bad, w.unlike(right, others))
        parts.append(f"{number} in {w.name(area)}")
    return f"at 31 March 2016 the number of families with a key worker was {listed(parts)}."


@pattern("wrong area")
def average_in_area(w: UnseenWriter, wrong: bool) -> str:
    area, *others = w.some(w.places, 5)
    right = w.v("perclosed", YEAR, area)
    other = w.unlike(right, [w.v("perclosed", YEAR, one) for one in others], "d1")
    return (
        f"home visits per episode closed stood at {w.say(right, 'd1', wrong, other)} in "
        f"{w.name(area)} in 2015-16."
    )


# -- denominators, points, totals -------------------------------------------------------------------


@pattern("wrong denominator")
def percentage_of_another_whole(w: UnseenWriter, wrong: bool) -> str:
    code, other = w.any_of(["achieved", "escalated"]), w.any_of(["starts", "requests"])
    a, b = w.ab(code)
    of_other = Fraction(100 * a) / w.v(other)
    if of_other > 100:
        raise NotHere
    share = w.say(w.v(code), "p1", wrong, w.unlike(w.v(code), [of_other], "p1"))
    return f"{w.say(a)} of the {w.say(b)} key work episodes closed ({share}) {WHOM[code][1]}."


@pattern("wrong denominator")
def another_whole(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.ab("repeat")
    whole = w.say(b, "n", wrong, w.unlike(Fraction(b), [w.v("starts"), w.v("closed")]))
    return f"{w.say(a)} of the {whole} requests to the front door received in 2015-16 were repeat requests."


@pattern("wrong denominator")
def part_of_the_borough(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    area = w.any_of(w.places)
    here, whole = w.v(code, YEAR, area), w.v(code)
    other = 100 * here / w.v(code, BEFORE)
    share = w.say(100 * here / whole, "p1", wrong, w.unlike(100 * here / whole, [other], "p1"))
    return f"{w.name(area)} accounted for {share} of all {noun} in 2015-16."


@pattern("wrong denominator")
def relative_change(w: UnseenWriter, wrong: bool) -> str:
    code, now, was = _changed(w)
    change = 100 * abs(now - was) / was
    typed = w.say(change, "p1", wrong, w.unlike(change, [100 * abs(now - was) / now], "p1"))
    word = "rise" if now > was else "fall"
    return (
        f"{FLOWS[code][0]} went from {w.say(was)} in 2014-15 to {w.say(now)} in 2015-16, a {word} of "
        f"{typed}."
    )


@pattern("wrong denominator")
def quarter_of_its_year(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    part, whole = w.v(code, QUARTERS[3]), w.v(code)
    right = 100 * part / whole
    others = [100 * part / w.v(code, BEFORE), 100 * part / w.v(code, HALVES[1])]
    share = w.say(right, "p1", wrong, w.unlike(right, others, "p1"))
    return (
        f"{share} of the year's {noun} ({w.say(part)} of {w.say(whole)}) came in the final quarter."
    )


@pattern("percent for points")
def rose_by(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved()
    now, was = w.v(code), w.v(code, BEFORE)
    if abs(100 * abs(now - was) / was - abs(now - was)) < 1:
        raise NotHere
    word = "rose" if now > was else "fell"
    unit, form = ("", "p1") if wrong else (" percentage points", "d1")
    whom, did = WHOM[code]
    return (
        f"the proportion of {whom} that {did} {word} by {w.say(abs(now - was), form, wrong)}{unit} "
        "between 2014-15 and 2015-16."
    )


@pattern("percent for points")
def change_with_both_ends(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved()
    now, was = w.v(code), w.v(code, BEFORE)
    if abs(100 * abs(now - was) / was - abs(now - was)) < 1:
        raise NotHere
    word = "an increase" if now > was else "a decrease"
    unit, form = ("", "p1") if wrong else (" points", "d1")
    return (
        f"{NAMES[code]} stood at {w.say(now, 'p1')} in 2015-16 ({w.say(was, 'p1')} in 2014-15), "
        f"{word} of {w.say(abs(now - was), form, wrong)}{unit}."
    )


@pattern("wrong difference")
def gap_between_areas(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["better", "ontime", "twos", "achieved"])
    values = {area: w.v(code, YEAR, area) for area in w.places}
    top, low = max(w.places, key=values.__getitem__), min(w.places, key=values.__getitem__)
    gap = w.off_say(values[top] - values[low], "d1", wrong)
    return (
        f"the gap between the best and the weakest neighbourhood on {NAMES[code]} was {gap} "
        f"percentage points in 2015-16 ({w.say(values[top], 'p1')} in {w.name(top)}, "
        f"{w.say(values[low], 'p1')} in {w.name(low)})."
    )


@pattern("wrong total")
def areas_and_total(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    parts = [f"{w.name(area)} {w.say(w.v(code, YEAR, area))}" for area in w.places]
    return f"{noun} in 2015-16: {', '.join(parts)}; total {w.off_say(w.v(code), wrong=wrong)}."


@pattern("wrong total")
def quarters_and_total(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    parts = [w.say(w.v(code, one)) for one in QUARTERS]
    total = w.off_say(w.v(code), wrong=wrong)
    return (
        f"there were {listed(parts)} {noun} in the four quarters of 2015-16 respectively, making "
        f"{total} over the year."
    )


@pattern("wrong total")
def two_areas_together(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    one, two = w.some(w.places, 2)
    both = w.off_say(w.v(code, YEAR, one) + w.v(code, YEAR, two), wrong=wrong)
    return f"{w.name(one)} and {w.name(two)} together recorded {both} {noun} in 2015-16."


@pattern("wrong total")
def halves_and_total(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    a, b = (w.say(w.v(code, one)) for one in HALVES)
    total = w.off_say(w.v(code), wrong=wrong)
    return (
        f"of the {total} {noun} in 2015-16, {a} fell in the first half of the year and {b} in the "
        "second."
    )


@pattern("wrong total")
def parts_and_rest(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.ab("achieved")
    rest = w.off_say(b - a, wrong=wrong)
    return (
        f"of the {w.say(b)} key work episodes closed, {w.say(a)} ended with outcomes achieved and the "
        f"other {rest} did not."
    )


@pattern("wrong total")
def table_with_total(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    rows = [f"| {w.name(area)} | {w.say(w.v(code, YEAR, area))} |" for area in w.places]
    rows.append(f"| Borough total | {w.off_say(w.v(code), wrong=wrong)} |")
    head = (
        f"| Neighbourhood | {noun.capitalize() if code != 'tac' else noun}, 2015-16 |\n|---|---|\n"
    )
    return head + "\n".join(rows)


# -- swapped ----------------------------------------------------------------------------------------


@pattern("swapped")
def two_areas_swapped(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    one, two = w.some(w.places, 2)
    a, b = w.v(code, YEAR, one), w.v(code, YEAR, two)
    w.unlike(a, [b])
    return (
        f"{w.name(one)} recorded {w.say(a, 'n', wrong, b)} {noun} in 2015-16 and {w.name(two)} "
        f"{w.say(b, 'n', wrong, a)}."
    )


@pattern("swapped")
def two_years_swapped(w: UnseenWriter, wrong: bool) -> str:
    code, now, was = _changed(w)
    return (
        f"- {FLOWS[code][0]}: {w.say(was, 'n', wrong, now)} in 2014-15, "
        f"{w.say(now, 'n', wrong, was)} in 2015-16"
    )


@pattern("swapped")
def two_measures_swapped(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.v("starts"), w.v("closed")
    w.unlike(a, [b])
    return (
        f"{w.say(a, 'n', wrong, b)} key work episodes were started and {w.say(b, 'n', wrong, a)} "
        "were closed in 2015-16."
    )


@pattern("swapped")
def two_shares_swapped(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.v("better"), w.v("recommend")
    w.unlike(a, [b], "p1")
    return (
        f"among families who returned an exit questionnaire in 2015-16, {w.say(a, 'p1', wrong, b)} "
        f"said things were better and {w.say(b, 'p1', wrong, a)} would recommend us."
    )


@pattern("swapped")
def respectively(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    first, second, third = w.some(w.places, 3)
    a, b, c = (w.v(code, YEAR, area) for area in (first, second, third))
    w.unlike(b, [c])
    return (
        f"{w.name(first)}, {w.name(second)} and {w.name(third)} recorded {w.say(a)}, "
        f"{w.say(b, 'n', wrong, c)} and {w.say(c, 'n', wrong, b)} {noun} respectively in 2015-16."
    )


# -- targets ----------------------------------------------------------------------------------------


def _met(w: UnseenWriter, code: str) -> bool:
    return (w.v(code) >= w.levels[code]) != (code == "repeat")


@pattern("target")
def above_target(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["better", "achieved", "ontime", "twos"])
    whom, did = WHOM[code]
    word = "above" if _met(w, code) != wrong else "below"
    return f"at {w.say(w.v(code), 'p1', wrong)}, the share of {whom} that {did} was {word} target in 2015-16."


@pattern("target", silent=True)
def target_met(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*w.levels])
    word = "met" if _met(w, code) != wrong else "not met"
    return w.any_of([
        f"the target for {NAMES[code]} was {word} in 2015-16.",
        f"the 2015-16 target was {word} for {NAMES[code]}.",
    ])  # fmt: skip


@pattern("target")
def target_itself(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*w.levels])
    level = Fraction(w.levels[code])
    target = w.say(level, "p0", wrong, level + w.rng.choice([-10, 10]))
    return (
        f"{NAMES[code]} came to {w.say(w.v(code), 'p1')} in 2015-16 against a target of {target}."
    )


@pattern("target")
def short_of_target(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["better", "achieved", "ontime", "twos"])
    gap = w.v(code) - w.levels[code]
    distance = w.say(abs(gap), "d1", wrong, abs(gap) + Fraction(w.rng.randint(7, 40), 10))
    how = "ahead of" if gap > 0 else "short of"
    return (
        f"with {w.say(w.v(code), 'p1')}, {NAMES[code]} finished the year {distance} percentage points "
        f"{how} the target."
    )


@pattern("target", silent=True)
def two_targets(w: UnseenWriter, wrong: bool) -> str:
    one, two = w.some(["better", "achieved", "ontime", "twos"], 2)
    a, b = _met(w, one), _met(w, two) != wrong
    if a == b:
        both = "reached for both" if a else "missed for both"
        return f"in 2015-16 the target was {both} {NAMES[one]} and {NAMES[two]}."
    first, second = ("reached" if met else "missed" for met in (a, b))
    return f"in 2015-16 the target was {first} for {NAMES[one]}, but {second} for {NAMES[two]}."


@pattern("target", silent=True)
def area_against_target(w: UnseenWriter, wrong: bool) -> str:
    code, area = w.any_of(["better", "achieved", "ontime", "twos"]), w.any_of(w.places)
    gap = w.v(code, YEAR, area) - w.levels[code]
    if abs(gap) < 2:
        raise NotHere
    word = "above" if (gap > 0) != wrong else "below"
    return f"in 2015-16 {w.name(area)} was {word} the borough's target for {NAMES[code]}."


# -- rounding and words of size ---------------------------------------------------------------------


def _cut(value: Fraction, places: int) -> Fraction:
    cut = Fraction(floor(value * 10**places), 10**places)
    if cut == half_up(value, places):
        raise NotHere
    return cut


@pattern("rounding")
def cut_to_whole(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(w.have([one for one in WHOM if w.v(one) % 1 >= Fraction(1, 2)]))
    whom, did = WHOM[code]
    return f"{w.say(w.v(code), 'p0', wrong, _cut(w.v(code), 0))} of {whom} {did} in 2015-16."


@pattern("rounding")
def cut_to_tenth(w: UnseenWriter, wrong: bool) -> str:
    found = [one for one in WHOM if w.v(one) * 10 % 1 >= Fraction(1, 2)]
    code = w.any_of(w.have(found))
    a, b = w.ab(code)
    share = w.say(w.v(code), "p1", wrong, _cut(w.v(code), 1))
    return f"{NAMES[code]}, 2015-16: {w.say(a)} out of {w.say(b)}, or {share}"


@pattern("rounding")
def cut_average(w: UnseenWriter, wrong: bool) -> str:
    found = [(area, w.v("persession", YEAR, area)) for area in [*w.places, CITY]]
    found = [(area, value) for area, value in found if value * 10 % 1 >= Fraction(1, 2)]
    if not found:
        raise NotHere
    area, value = w.rng.choice(found)
    place = "borough-wide" if area == CITY else f"in {w.name(area)}"
    number = w.say(value, "d1", wrong, _cut(value, 1))
    return (
        f"the average number of attendances per youth club session {place} was {number} in 2015-16."
    )


@pattern("wrong size")
def nearly_a_third(w: UnseenWriter, wrong: bool) -> str:
    code, words = w.share_words(wrong, FRACTIONS)
    whom, did = WHOM[code]
    return f"{words} of {whom} {did} in 2015-16."


@pattern("wrong size")
def one_in_four(w: UnseenWriter, wrong: bool) -> str:
    code, words = w.share_words(wrong, IN_SO_MANY)
    whom, did = WHOM[code]
    return f"{words} {whom} {did} over the year."


@pattern("wrong size")
def more_than_half(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(w.have([one for one in WHOM if abs(w.v(one) - 50) > 3]))
    whom, did = WHOM[code]
    over = (w.v(code) > 50) != wrong
    said = Said("half", w.v(code) / 100, "over" if over else "under", planted=wrong)
    half = w.marked("half", said, wrong)
    return f"{'more' if over else 'fewer'} than {half} of {whom} {did} in 2015-16."


@pattern("wrong size")
def just_over(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    value = w.v(code)
    step = 100 if value > 2000 else 50 if value > 600 else 10
    low = value // step * step
    typed, how = (low, "just over") if value - low < low + step - value else (low + step, "nearly")
    if typed == value or 25 * abs(typed - value) > value:
        raise NotHere
    if wrong:
        far = max(1, round(value / 10 / step)) * step
        typed += far if how == "just over" else -far
    number = shown(Fraction(typed), "n")
    marked = w.marked(number, Said(number, value, "size", planted=wrong), wrong)
    return f"{how} {marked} {noun} were recorded in 2015-16."


@pattern("wrong size")
def fell_by_a_fifth(w: UnseenWriter, wrong: bool) -> str:
    for code, area in w.rng.sample([(code, area) for code in FLOWS for area in w.places], 45):
        now, was = w.v(code, YEAR, area), w.v(code, BEFORE, area)
        if abs(now - was) * 10 < was:
            continue
        try:
            words = w.worded(abs(now - was) / was, FRACTIONS, wrong)
        except NotHere:
            continue
        word = "rose" if now > was else "fell"
        return f"{FLOWS[code][0]} in {w.name(area)} {word} by {words} between 2014-15 and 2015-16."
    raise NotHere


@pattern("wrong size")
def twice_as_many(w: UnseenWriter, wrong: bool) -> str:
    found = [
        (code, one, two) for code in FLOWS for one, two in permutations(w.places, 2)
        if (w.v(code, YEAR, one) > 2 * w.v(code, YEAR, two)) != wrong
        and (not wrong or 5 * w.v(code, YEAR, one) < 8 * w.v(code, YEAR, two))
    ]  # fmt: skip
    if not found:
        raise NotHere
    code, one, two = w.rng.choice(found)
    ratio = w.v(code, YEAR, one) / w.v(code, YEAR, two)
    twice = w.marked("twice", Said("twice", ratio, "ratio", planted=wrong), wrong)
    return f"{w.name(one)} recorded more than {twice} as many {FLOWS[code][0]} as {w.name(two)} in 2015-16."


# -- chance and small numbers -----------------------------------------------------------------------


@pattern("chance")
def called_a_change(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved(clear=not wrong)
    now, was = w.v(code), w.v(code, BEFORE)
    whom, did = WHOM[code]
    word = "rose" if now > was else "fell"
    return (
        f"the percentage of {whom} that {did} {word} from {w.say(was, 'p1')} in 2014-15 to "
        f"{w.say(now, 'p1', wrong)} in 2015-16."
    )


@pattern("chance")
def said_to_be_no_change(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved(clear=False)
    now, was = w.v(code), w.v(code, BEFORE)
    text = f"{NAMES[code]} came to {w.say(now, 'p1', wrong)} in 2015-16"
    if wrong:
        word = "increase" if now > was else "reduction"
        return f"{text}, a significant {word} from {w.say(was, 'p1')} in 2014-15."
    return f"{text} and {w.say(was, 'p1')} in 2014-15, which is no clear change."


@pattern("chance", silent=True)
def improvement_by_chance(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved(clear=False)
    if not wrong:
        return f"there was no clear change in {NAMES[code]} between 2014-15 and 2015-16."
    word = "increased" if w.v(code) > w.v(code, BEFORE) else "decreased"
    return f"the percentage of {NAMES[code]} {word} between 2014-15 and 2015-16."


@pattern("chance")
def area_by_chance(w: UnseenWriter, wrong: bool) -> str:
    found = [
        (code, area) for code in WHOM for area in w.places
        if w.clear(code, (YEAR, area), (BEFORE, area)) != wrong
        and abs(w.v(code, YEAR, area) - w.v(code, BEFORE, area)) > Fraction(1, 5)
    ]  # fmt: skip
    if not found:
        raise NotHere
    code, area = w.rng.choice(found)
    now, was = w.v(code, YEAR, area), w.v(code, BEFORE, area)
    word = "an increase" if now > was else "a drop"
    points = w.say(abs(now - was), "d1", wrong)
    return f"{w.name(area)} saw {word} of {points} percentage points in {NAMES[code]} compared with 2014-15."


@pattern("small numbers")
def percentage_of_few(w: UnseenWriter, wrong: bool) -> str:
    found = [
        (at, was, now) for at, (one, two) in enumerate(pairwise(QUARTERS))
        if (was := w.v("fostering", one)) < (now := w.v("fostering", two))
    ]  # fmt: skip
    if not found:
        raise NotHere
    at, was, now = w.rng.choice(found)
    ends = f"from {w.say(was)} in Q{at + 1} to {w.say(now)} in Q{at + 2} of 2015-16."
    if not wrong:
        return f"there was a change in private fostering notifications {ends}"
    change = w.say(100 * (now - was) / was, "p0", wrong)
    return f"private fostering notifications rose by {change}, {ends}"


# -- rank -------------------------------------------------------------------------------------------


def _ranked(w: UnseenWriter, code: str) -> list[str]:
    """The areas, highest first; without ties that matter."""
    order = sorted(w.places, key=lambda area: -w.v(code, YEAR, area))
    values = [w.v(code, YEAR, area) for area in order]
    if len(set(values)) < len(values):
        raise NotHere
    return order


@pattern("wrong rank")
def highest_with_number(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = _ranked(w, code)
    area = order[w.rng.randint(1, 4)] if wrong else order[0]
    number = w.say(w.v(code, YEAR, area), wrong=wrong)
    return f"the highest number of {noun} in 2015-16 was in {w.name(area)} ({number})."


@pattern("wrong rank", silent=True)
def lowest_of_all(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = _ranked(w, code)
    area = order[w.rng.randint(0, 3)] if wrong else order[4]
    return f"of the five neighbourhoods, {w.name(area)} had the fewest {noun} in 2015-16."


@pattern("wrong rank")
def busiest_quarter(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = sorted(range(4), key=lambda at: -w.v(code, QUARTERS[at]))
    if w.v(code, QUARTERS[order[0]]) == w.v(code, QUARTERS[order[1]]):
        raise NotHere
    at = order[w.rng.randint(1, 3)] if wrong else order[0]
    number = w.say(w.v(code, QUARTERS[at]), wrong=wrong)
    return f"Q{at + 1} was the busiest quarter of 2015-16, with {number} {noun}."


@pattern("wrong rank")
def highest_for_two_years(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*FLOWS, *SNAPSHOTS])
    both = [*QUARTERS_BEFORE, *QUARTERS]
    at = max(range(8), key=lambda one: w.v(code, both[one]))
    if wrong:
        at = w.rng.choice(
            [one for one in range(4, 8) if w.v(code, both[one]) < w.v(code, both[at])]
        )
    elif at < 4:
        raise NotHere
    number = w.say(w.v(code, both[at]), wrong=wrong)
    noun = {**FLOWS, **SNAPSHOTS}[code][0]
    return f"there were {number} {noun} in Q{at - 3} of 2015-16, the highest number in the last two years."


@pattern("wrong rank", silent=True)
def one_before_another(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = _ranked(w, code)
    at, other = sorted(w.rng.sample(range(5), 2))
    first, second = (order[other], order[at]) if wrong else (order[at], order[other])
    return f"{w.name(first)} recorded more {noun} than {w.name(second)} in 2015-16."


@pattern("wrong rank")
def largest_rise(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    rises = {area: w.v(code, YEAR, area) - w.v(code, BEFORE, area) for area in w.places}
    order = sorted((area for area in w.places if rises[area] > 1), key=lambda area: -rises[area])
    if len(order) < 2 or rises[order[0]] == rises[order[1]]:
        raise NotHere
    area = w.any_of(order[1:]) if wrong else order[0]
    rise = w.say(rises[area], wrong=wrong)
    return f"the largest rise in {noun} compared with 2014-15 was in {w.name(area)}, up by {rise}."


@pattern("wrong rank", silent=True)
def best_share(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["better", "recommend", "achieved", "ontime", "twos"])
    order = _ranked(w, code)
    area = order[w.rng.randint(1, 4)] if wrong else order[0]
    return f"{w.name(area)} had the highest percentage of {NAMES[code]} in 2015-16."


@pattern("wrong rank")
def from_lowest_to_highest(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = _ranked(w, code)
    low, top = w.v(code, YEAR, order[4]), w.v(code, YEAR, order[0])
    second = w.v(code, YEAR, order[3])
    lowest = w.say(low, "n", wrong, w.unlike(low, [second]))
    return (
        f"{noun} ranged from {lowest} in {w.name(order[4])} to {w.say(top)} in {w.name(order[0])} in "
        "2015-16."
    )


@pattern("wrong rank")
def between_in_quarters(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of([*SNAPSHOTS])
    values = sorted(w.v(code, one) for one in QUARTERS)
    top = w.off_say(values[3], wrong=wrong)
    return (
        f"the number of {SNAPSHOTS[code][0]} stood between {w.say(values[0])} and {top} at the "
        "quarter ends of 2015-16."
    )


@pattern("wrong rank")
def none_had_fewer(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = _ranked(w, code)
    low, second = w.v(code, YEAR, order[4]), w.v(code, YEAR, order[3])
    least = w.say(low, "n", wrong, w.unlike(low, [second]))
    return f"no neighbourhood recorded fewer than {least} {noun} in 2015-16."


@pattern("wrong rank")
def so_many_of_five(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    so_many = sum(w.v(code, YEAR, area) > w.v(code, BEFORE, area) for area in w.places)
    if so_many not in (2, 3, 4):
        raise NotHere
    number = w.say(so_many, "words", wrong, so_many + (1 if so_many < 3 else -1))
    return (
        f"{number} of the five neighbourhoods recorded more {noun} in 2015-16 than the year before."
    )


@pattern("wrong difference")
def more_than_in_other_area(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    order = _ranked(w, code)
    at, other = sorted(w.rng.sample(range(5), 2))
    a, b = w.v(code, YEAR, order[at]), w.v(code, YEAR, order[other])
    return (
        f"in 2015-16 {w.name(order[at])} had {w.off_say(a - b, wrong=wrong)} more {noun} than "
        f"{w.name(order[other])} ({w.say(a)} and {w.say(b)})."
    )


@pattern("wrong difference")
def net_change(w: UnseenWriter, wrong: bool) -> str:
    a, b = w.v("keywork", QUARTERS[3]), w.v("keywork", QUARTERS_BEFORE[3])
    if abs(a - b) < 5:
        raise NotHere
    change = w.off_say(abs(a - b), wrong=wrong)
    word = "increase" if a > b else "decrease"
    return (
        f"{w.say(a)} families had a key worker at the end of March 2016. This is a net {word} of "
        f"{change} on the end of March 2015, when there were {w.say(b)}."
    )


@pattern("wrong difference")
def points_between_years(w: UnseenWriter, wrong: bool) -> str:
    code = w.moved()
    now, was = w.v(code), w.v(code, BEFORE)
    points = w.off_say(abs(now - was), "d1", wrong)
    word = "higher" if now > was else "lower"
    return (
        f"{NAMES[code]}: {w.say(now, 'p1')} in 2015-16, {points} percentage points {word} than the "
        f"{w.say(was, 'p1')} of 2014-15"
    )


# -- trends, snapshots, breaks, coverage ------------------------------------------------------------


@pattern("trend", silent=True)
def every_quarter(w: UnseenWriter, wrong: bool) -> str:
    found = []
    for code in FLOWS:
        for area in [CITY, *w.places]:
            # "Every quarter" may speak of the first one too: it is held against the one before.
            values = [w.v(code, one, area) for one in (QUARTERS_BEFORE[3], *QUARTERS)]
            steps = [b - a for a, b in pairwise(values)]
            for rising in (True, False):
                rises = [step != 0 and (step > 0) == rising for step in steps]
                overall = (values[4] > values[1]) == rising and values[4] != values[1]
                if overall and (not all(rises[1:]) if wrong else all(rises)):
                    found.append((code, area, rising))
    if not found:
        raise NotHere
    code, area, rising = w.rng.choice(found)
    place = "across the borough" if area == CITY else f"in {w.name(area)}"
    word = "rose" if rising else "fell"
    return f"the number of {FLOWS[code][0]} {place} {word} in every quarter of 2015-16."


@pattern("trend", silent=True)
def stable(w: UnseenWriter, wrong: bool) -> str:
    found = []
    for code in (*FLOWS, *SNAPSHOTS):
        values = [w.v(code, one) for one in QUARTERS]
        mean = sum(values, Fraction(0)) / 4
        furthest = max(abs(one - mean) for one in values) / mean
        if furthest > Fraction(15, 100) if wrong else furthest < Fraction(5, 100):
            found.append(code)
    code = w.any_of(w.have(found))
    return f"the number of {({**FLOWS, **SNAPSHOTS})[code][0]} remained stable over the four quarters of 2015-16."


@pattern("trend", silent=True)
def rise_then_fall(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    a, b, c = (w.v(code, one) for one in QUARTERS[1:])
    if min(abs(b - a), abs(c - b)) < b / 50:
        raise NotHere
    first, second = (
        "rose" if step > 0 else "fell" for step in (b - a, (c - b) * (-1 if wrong else 1))
    )
    joined = "and then" if first == second else "but then"
    return f"the number of {noun} {first} in Q3 of 2015-16 {joined} {second} in Q4."


@pattern("snapshots added")
def added_snapshots(w: UnseenWriter, wrong: bool) -> str:
    total = sum((w.v("keywork", one) for one in QUARTERS), Fraction(0))
    if wrong:
        return f"over the four quarters of 2015-16 a total of {w.say(total, 'n', wrong)} families had a key worker."
    return (
        f"at the quarter ends of 2015-16 the number of families with a key worker averaged "
        f"{w.say(half_up(total / 4))}."
    )


def _mean(w: UnseenWriter, code: str) -> Fraction:
    """The mean over the areas, which a share is not."""
    return sum((w.v(code, YEAR, area) for area in w.places), Fraction(0)) / len(w.places)


@pattern("percentages averaged")
def averaged_shares(w: UnseenWriter, wrong: bool) -> str:
    found = [
        code for code in WHOM
        if code != "twos"
        and abs(_mean(w, code) - w.v(code)) > Fraction(4, 10)
    ]  # fmt: skip
    code = w.any_of(w.have(found))
    parts = [f"{w.name(area)} {w.say(w.v(code, YEAR, area), 'p1')}" for area in w.places]
    mean = _mean(w, code)
    return f"{NAMES[code]}, 2015-16: {', '.join(parts)}; borough {w.say(w.v(code), 'p1', wrong, mean)}."


@pattern("series break")
def across_the_break(w: UnseenWriter, wrong: bool) -> str:
    now, was = w.v("notices"), w.v("notices", BEFORE)
    word = "rose" if now > was else "fell"
    text = (
        f"domestic abuse notifications {word} from {w.say(was)} in 2014-15 to "
        f"{w.say(now, wrong=wrong)} in 2015-16."
    )
    if wrong:
        return text
    return (
        f"{text} The two years are not comparable, because a new notification form was introduced in "
        "April 2015."
    )


@pattern("coverage")
def not_all_reported(w: UnseenWriter, wrong: bool) -> str:
    number = w.say(w.v("parents"), wrong=wrong)
    if wrong:
        return f"in all, {number} parents started a parenting programme in Harrowmere in 2015-16."
    teams = f"{w.marked('13', None)} of {w.marked('15', None)} teams"
    return f"{number} parents started a parenting programme in 2015-16 ({teams} reporting)."


# -- two numbers for one thing, and arithmetic on what the data do not hold -------------------------


@pattern("contradiction")
def said_twice(w: UnseenWriter, wrong: bool) -> str:
    code, noun = w.flow()
    again = w.off_say(w.v(code), wrong=wrong)
    return (
        f"there were {w.say(w.v(code))} {noun} in 2015-16. This reflects the effort that managers put "
        f"into recording over the summer.\n\nThe {again} {noun} of 2015-16 are looked at by "
        "neighbourhood in section 4."
    )


@pattern("contradiction")
def summary_and_body(w: UnseenWriter, wrong: bool) -> str:
    code = w.any_of(["better", "recommend", "ontime"])
    whom, did = WHOM[code]
    right = w.v(code)
    again = w.off_say(right, "p1", wrong)
    return (
        f"- {w.say(right, 'p1')} of {whom} {did} in 2015-16\n\nAs the summary says, {NAMES[code]} came "
        f"to {again} in 2015-16."
    )


@pattern("arithmetic")
def audit_share(w: UnseenWriter, wrong: bool) -> str:
    b = w.rng.randint(31, 79)
    a = w.rng.randint(10, b - 8)
    share = w.off_say(Fraction(100 * a, b), "p1", wrong)
    return (
        f"an audit of {w.marked(str(b), None)} case files in November 2015 judged "
        f"{w.marked(str(a), None)} of them ({share}) to be good or better."
    )


@pattern("arithmetic")
def cohort_rest(w: UnseenWriter, wrong: bool) -> str:
    b = w.rng.randint(120, 190)
    a = w.rng.randint(30, 70)
    share = w.say(Fraction(100 * a, b), "p1")
    rest = w.off_say(100 - half_up(Fraction(100 * a, b), 1), "p1", wrong)
    return (
        f"we followed up a cohort of {w.marked(str(b), None)} families who left the service two years "
        f"ago. {w.marked(str(a), None)} of them ({share}) had come back to children's services since; "
        f"{rest} had not."
    )


@pattern("arithmetic")
def parts_of_a_hundred(w: UnseenWriter, wrong: bool) -> str:
    good, poor = w.rng.randint(31, 49), w.rng.randint(5, 14)
    middle = 100 - good - poor + (w.rng.choice([-6, 5, 8]) if wrong else 0)
    a, b, c = (
        w.marked(
            f"{one}%", Said(f"{one}%", Fraction(one), "p0", planted=False) if wrong else None, wrong
        )
        for one in (good, middle, poor)
    )
    return (
        f"of the files audited in the autumn, {a} were graded good, {b} required improvement and {c} "
        "were inadequate."
    )


def unseen_writer(seed: int) -> Writer:
    """A writer of the fifth set of sentences, about one more council."""
    return UnseenWriter(borough(seed), seed)
