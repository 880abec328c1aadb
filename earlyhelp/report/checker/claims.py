"""One sentence against the figures: what each of its numbers is, and whether it is right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from earlyhelp.report.checker.between_areas import compared_after, held_against
from earlyhelp.report.checker.facts import CITY, MeasureFact
from earlyhelp.report.checker.figures import Areas, Figures
from earlyhelp.report.checker.findings import Verdict
from earlyhelp.report.checker.guesses import Guess, Guesser, Surroundings, says_rest
from earlyhelp.report.checker.matching import Fit, TypedNumber, size_before
from earlyhelp.report.checker.naming import NameMatch, Word
from earlyhelp.report.checker.numerals import Number
from earlyhelp.report.checker.periods import Mention, Period, Spoken
from earlyhelp.report.checker.reading import SentenceReading, Tools
from earlyhelp.report.checker.roles import Ratio, Roles, roles_of
from earlyhelp.report.checker.words import stem

# A guess counts where it is no more far-fetched than the best by so much.
SLACK = 1.0
# So well must a name be matched before a number is called wrong.
CERTAIN = 0.55
_ENOUGH = 0.5
# So little of a name is enough for a number that agrees; a guess this far-fetched blames none.
_CUT = 0.33
_LEAST, _LIKELY = 0.3, 1.15
_MOST = 6
# So much nearer, at most, far words may count.
_MOST_SCALED = 3.0
_SURE_NAME = 0.85
# An area that stands so near after a number is its own.
_NEXT = 15
# Numbers no farther apart than this may be listed together.
_IN_LIST = 60


@dataclass(frozen=True)
class Around:
    """What a sentence stands in: the periods spoken of, and words that lead to it.

    ``leads`` are texts whose words count where the sentence's own do not say enough, each with how
    much; ``bracketed`` is the period that numbers in brackets are said to be of; ``areas`` those of its heading; ``carried_areas`` and ``focus`` the areas and measures that the paragraph last
    spoke of.
    """

    spoken: Spoken
    leads: Sequence[tuple[str, float]] = ()
    areas: Areas = (CITY,)
    heading_areas: Areas | None = None
    carried_areas: Areas | None = None
    focus: Sequence[NameMatch] = ()
    bracketed: Period | None = None


@dataclass
class JudgedNumber:
    """A number with its role, its guesses and what became of it."""

    number: Number
    at: int
    role: str
    size: str
    guesses: list[Guess] = field(default_factory=list)
    verdict: Verdict = Verdict.UNKNOWN
    guess: Guess | None = None
    why: str = ""
    right: Fraction | None = None
    ratio: Ratio | None = None

    @property
    def typed(self) -> TypedNumber:
        """It as a number to compare."""
        return TypedNumber.of(self.number, self.size)


_LISTED = re.compile(
    r"\{[N%][0-9]+\}(?:(?:,\s(?:then\s)?|\s?[+/;]\s?)\{[N%][0-9]+\}){2,3},?(?:\s(?:and|then|and\sthen)\s\{[N%][0-9]+\})?"
)

_BY_QUARTER = re.compile(
    r"\bquarters\b|\b(?:by|each|every|per|a)\squarter\b|\bquarterly\b"
    r"|\bone\squarter\sto\s(?:the\snext|another)\b|\bquarter\s(?:to|on|after)\squarter\b",
    re.IGNORECASE,
)


def _series_in(reading: SentenceReading) -> tuple[int, ...]:
    """Four numbers in a row that are said to be of the four quarters, by where they stand."""
    found = _LISTED.search(reading.masked)
    if found is None or not _BY_QUARTER.search(reading.text):
        return ()
    listed = tuple(int(one) for one in re.findall(r"[N%]([0-9]+)", found[0]))
    return listed if len(listed) == 4 else ()


_Known = TypeVar("_Known")
_Named = tuple[Mention, list[Period], float]


def _after(back: Mention, earlier: Period) -> list[tuple[Period, float]]:
    """What comes after a quarter that something is compared with."""
    if back.relative != "quarter before" and earlier.length > 1:
        return []
    next_one = Period(earlier.last + 1, 1)
    return [(next_one, 0.1 if back.relative else 0.3), (earlier.year_after, 0.35)]


def _earlier(period: Period) -> list[tuple[Period, float]]:
    """The periods that one is compared with where nothing is said."""
    if period.length == 1:
        return [(period.one_before, 0.0), (period.year_before, 0.1)]
    ends = Period(period.first, 1), Period(period.first - 1, 1)
    return [(period.year_before, 0.0), (ends[0], 0.5), (ends[1], 0.5)]


def _begins_anew(before: str, after: str) -> bool:
    """Whether a period between two numbers begins what is said of the second."""
    following = _PIECES.split(after.lstrip(" ,"))[0]
    is_parted = re.search(r",|\band\b", before)
    return bool(is_parted and re.search(r"[0-9]|\b(?:was|were|stood|had|there)\b", following))


def _nearer(found: dict[_Known, float], one: _Known, far: float) -> None:
    """Note how far-fetched something is, where nothing nearer is known of it."""
    found[one] = min(far, found.get(one, far))


def _later_than(
    period: Period, others: Sequence[tuple[Period, float]]
) -> list[tuple[Period, float]]:
    return [one for one in others if one[0] > period]


def _as_long(period: Period, others: Sequence[tuple[Period, float]]) -> list[tuple[Period, float]]:
    return [one for one in others if one[0].length == period.length]


class _Spans:
    """Pairs of periods that a change may be between, each at its least cost."""

    def __init__(self) -> None:
        self._found: dict[tuple[Period, Period], float] = {}

    def add(self, later: Period, earlier: Period, cost: float) -> None:
        """A pair, unless the later is not later."""
        if earlier.last < later.last:
            self._found[later, earlier] = min(cost, self._found.get((later, earlier), 9.0))

    def alone(self, period: Period, cost: float) -> None:
        """A change in one period: on the one before, on the year before, or within it."""
        if period.length == 1:
            self.add(period, period.one_before, cost)
            self.add(period, period.year_before, cost + 0.25)
        else:
            self.add(period, period.year_before, cost)
            self.add(Period(period.last, 1), Period(period.first, 1), cost + 0.4)
            self.add(Period(period.last, 1), Period(period.first - 1, 1), cost + 0.4)

    def listed(self) -> list[tuple[Period, Period, float]]:
        """The pairs, the likeliest first."""
        pairs = ((later, earlier, cost) for (later, earlier), cost in self._found.items())
        return sorted(pairs, key=lambda one: one[2])[:14]


class Claims:
    """The claims of one sentence."""

    def __init__(
        self, reading: SentenceReading, around: Around, figures: Figures, tools: Tools
    ) -> None:
        self.reading = reading
        self.around = around
        self.figures = figures
        self._tools = tools
        self._guesser = Guesser(figures)
        self.roles: Roles = roles_of(reading)
        self._series = _series_in(reading)
        self._mark_earlier()
        self.judged: list[JudgedNumber] = [self._judged(at) for at in range(len(reading.numbers))]
        for one in self.judged:
            self._judge(one)
        for ratio in self.roles.ratios:
            self._settle(ratio)
        self._leave_other_targets()

    def _mark_earlier(self) -> None:
        """A number in brackets with an earlier period, or of one, is what another is held against."""
        for at, role in enumerate(self.roles.of):
            if role != "value" or not self._is_bracketed(at):
                continue
            if self._bracketed_at(at) is not None or self._has_earlier_period(at):
                self.roles.of[at] = "earlier"

    def _is_bracketed(self, at: int) -> bool:
        return bool(_OPENS.search(self.reading.text[: self.reading.numbers[at].start]))

    def _bracketed_at(self, at: int) -> Period | None:
        """The period that numbers in brackets are said to be of, of one that stands there alone."""
        number = self.reading.numbers[at]
        is_alone = re.match(r"\s?[)\]]", self.reading.text[number.end :])
        is_second = at and number.is_share == self.reading.numbers[at - 1].is_share
        is_its = is_alone and is_second and self._is_bracketed(at)
        return self.around.bracketed if is_its else None

    def _has_earlier_period(self, at: int) -> bool:
        place = self.place_of(at)
        latest = max(period.last for period, _ in self.context_periods())
        return any(
            self._owner(mention) == place and self.resolved(mention)[0].last < latest
            for mention in self.reading.periods
        )

    # -- measures, areas and periods near a place -----------------------------------------------

    def matches_at(self, *places: tuple[int, int]) -> list[NameMatch]:
        """The measures that the words near a place speak of, with what leads to the sentence.

        Of several places those of numbers are meant that are listed together.
        """
        own = self._scaled(self.reading.weighed(*places))
        found = self._match(own)
        if not found or found[0].score < 0.95:
            led = self._led(found[0].score if found else 0.0)
            if led:
                found = self._match([*own, *led])
        if (not found or found[0].score < _ENOUGH) and self.around.focus:
            found = _with_focus(found, self.around.focus)
        if not found:
            return []
        least = max(0.22, 0.6 * found[0].score)
        return [one for one in found if one.score >= least][:_MOST]

    def own_matches_at(self, place: tuple[int, int]) -> list[NameMatch]:
        """The measures that the sentence itself speaks of near a place."""
        return self._match(self._scaled(self.reading.weighed(place)))

    def _scaled(self, weighed: Sequence[tuple[Word, float]]) -> list[tuple[Word, float]]:
        """Words far from a number count as if they were nearer where none stands nearer."""
        known = [near for word, near in weighed if self._is_known(word)]
        scale = min(1 / max(known, default=1.0), _MOST_SCALED)
        return [(word, min(1.0, near * scale)) for word, near in weighed]

    def _match(self, weighed: Sequence[tuple[Word, float]]) -> list[NameMatch]:
        return self._tools.names.match(weighed, at_end=self.reading.speaks_of_an_end)

    def _led(self, best: float) -> list[tuple[Word, float]]:
        """The words of what leads here, which count less the more the sentence says itself."""
        share = 0.35 if best >= 0.75 else 0.7 if best >= _ENOUGH else 1.0
        return [
            (word, weight * share)
            for text, weight in self.around.leads
            for word in self._tools.names.words(text)
        ]

    def areas_at(self, place: tuple[int, int]) -> list[tuple[Areas, float]]:
        """The areas that may be meant at a place, each with how far-fetched that is."""
        found: dict[Areas, float] = {}
        costs = [(self._far_area(at, place), area) for at, area in enumerate(self.reading.areas)]
        for far, mention in sorted(costs, key=lambda one: one[0]):
            found.setdefault(mention.codes, far)
        context = 1.3 if any(far <= 0.6 for far, _ in costs) else 0.0
        if self.around.carried_areas and not self.reading.areas:
            refers = bool(_REFERS_BACK.search(self.reading.text))
            found.setdefault(self.around.carried_areas, 0.0 if refers else 0.5)
            context += 0.5 * refers
        if self.around.heading_areas:
            _nearer(found, self.around.heading_areas, context)
            context += 0.6
        _nearer(found, self.around.areas, context)
        return sorted(found.items(), key=lambda one: one[1])

    def _far_area(self, at: int, place: tuple[int, int]) -> float:
        """How far-fetched it is that an area is that of the number at a place."""
        mention = self.reading.areas[at]
        far = 0.2 * (1 - self.reading.nearness(mention.start, mention.end, place))
        owners = self._owners_of_area(at)
        if place in owners:
            return far
        if held_against(self.reading, at):
            return far + 1.5
        is_alone = self._stands_alone(at)
        if (owners and not is_alone) or any(
            place in self._owners_of_area(other) for other in range(len(self.reading.areas))
        ):
            return far + 1.3
        if mention.start > place[1]:
            return far + (0.35 if is_alone else 1.3)
        return far + (1.3 if self._has_area_between(at, place) else 0.0)

    def _has_area_between(self, at: int, place: tuple[int, int]) -> bool:
        """Whether another area stands between one and a number after it."""
        return any(
            one.end <= place[0] and not held_against(self.reading, other)
            for other, one in enumerate(self.reading.areas)
            if other > at
        )

    def _stands_alone(self, at: int) -> bool:
        """Whether an area is the only one of its sentence, but for those it is held against."""
        return all(
            other == at or held_against(self.reading, other)
            for other in range(len(self.reading.areas))
        )

    def _owners_of_area(self, at: int) -> list[tuple[int, int]]:
        """The numbers of an area: ``53 in Locality 1``, ``Locality 1 (53)``, ``Aire had 53``."""
        if at not in self._known_owners and at in self._respective:
            self._known_owners[at] = [self.place_of(self._respective[at])]
        elif at not in self._known_owners:
            before, after = self._before_area(at), self._after_area(at)
            numbers = self.reading.numbers
            is_other = (
                before is not None
                and after is not None
                and numbers[before].is_share == numbers[after].is_share
            )
            found = [*self._with_other_end(before), None if is_other else after]
            self._known_owners[at] = [self.place_of(one) for one in found if one is not None]
        return self._known_owners[at]

    @cached_property
    def _known_owners(self) -> dict[int, list[tuple[int, int]]]:
        return {}

    @cached_property
    def _respective(self) -> dict[int, int]:
        """The number of each area where they are listed in turn: "A and B had 1 and 2"."""
        found = _IN_ORDER.search(self.reading.masked)
        if found is None:
            return {}
        numbers = [int(one) for one in re.findall(r"[N%]([0-9]+)\}", found[0])]
        areas = [at for at, one in enumerate(self.reading.areas) if one.codes != (CITY,)]
        return dict(zip(areas, numbers, strict=True)) if len(areas) == len(numbers) else {}

    def _with_other_end(self, at: int | None) -> list[int | None]:
        """A number, and the other end of its change: "from 12 to 15 in Locality 1"."""
        ends = [pair for pair in self.roles.ends if at in pair]
        return [*ends[0]] if ends else [at]

    def _before_area(self, at: int) -> int | None:
        """The number that an area stands directly after."""
        mention = self.reading.areas[at]
        before = [number for number in self.reading.numbers if number.end <= mention.start]
        if not before or any(
            before[-1].end <= one.start < mention.start for one in self.reading.areas
        ):
            return None
        after = self.reading.text[mention.end :]
        between = self.reading.text[before[-1].end : mention.start]
        is_of = _OF.fullmatch(between) and _ENDS_THERE.match(after)
        if is_of or _BEFORE_ITS_AREA.fullmatch(between):
            return self.reading.numbers.index(before[-1])
        return None

    def _after_area(self, at: int) -> int | None:
        """The number that an area stands directly before, unless that is a change."""
        mention = self.reading.areas[at]
        for order, number in enumerate(self.reading.numbers):
            if number.start >= mention.end:
                between = self.reading.text[mention.end : number.start]
                is_own = _HAS.fullmatch(between) and self.roles.of[order] not in _CHANGES
                return order if is_own else None
        return None

    def spoken_at(self, place: int) -> Spoken:
        """What relative words refer to at a place: a period named before it in the sentence first."""
        spoken = self.around.spoken
        for mention in self.reading.periods:
            if mention.end <= place and self._is_topped(mention):
                continue
            if mention.end <= place and mention.period is not None and mention.relative != "day":
                spoken = replace(spoken, latest=mention.period)
            elif mention.end <= place and mention.relative == "part":
                spoken = replace(spoken, latest=mention.resolve(spoken)[0])
        return spoken

    def resolved(self, mention: Mention) -> list[Period]:
        """The periods that a mention may mean."""
        found = mention.resolve(self.spoken_at(mention.start))
        if mention.is_point and found and found[0].first % 4 == 3:
            found = [found[0], found[0].its_year]
        if mention.relative == "day" and mention.period is not None:
            found = [mention.period]
        return list(dict.fromkeys(found))

    def context_periods(self) -> list[tuple[Period, float]]:
        """The periods that are meant where a sentence names none."""
        spoken, found = self.around.spoken, dict[Period, float]()
        if spoken.heading:
            found[spoken.heading] = 0.0
        found.setdefault(spoken.report, 0.0 if not found else 0.5)
        if spoken.latest:
            found.setdefault(spoken.latest, 0.35)
        if spoken.report.length == 1 or spoken.report.length == 2:
            found.setdefault(Period(spoken.report.last, 1), 0.6)
        return sorted(found.items(), key=lambda one: one[1])

    def periods_at(self, place: tuple[int, int]) -> list[tuple[Period, float]]:
        """The periods that may be meant at a place, each with how far-fetched that is."""
        found: dict[Period, float] = {}
        costs = [(self._far(at, place), mention) for at, mention in enumerate(self.reading.periods)]
        for far, mention in sorted(costs, key=lambda one: one[0]):
            for order, period in enumerate(self.resolved(mention)):
                found.setdefault(period, far + 0.3 * order)
        is_named = any(far <= 0.75 for far, _ in costs)
        for period, far in self.context_periods():
            _nearer(found, period, far + 1.2 * is_named)
        return sorted(found.items(), key=lambda one: one[1])

    def _far(self, at: int, place: tuple[int, int]) -> float:
        """How far-fetched it is that a mention is the period of the number at a place."""
        mention = self.reading.periods[at]
        near = self.reading.nearness(mention.start, mention.end, place)
        owner = self._owner(mention)
        far = 0.25 * (1 - near)
        if owner == place:
            return far
        if mention.relative in _BACK or self._is_compared(mention):
            return far + 1.5
        if owner is not None:
            return far + self._far_from_owner(owner)
        others = [
            other
            for other in self.reading.periods[at + 1 :]
            if other.end <= place[0] and self._owner(other) is None and not self._is_compared(other)
        ]
        return far + 0.1 + (0.8 if others else 0.3 if mention.start > place[1] else 0.0)

    def _far_from_owner(self, owner: tuple[int, int]) -> float:
        """A period that stands with another number is this one's too where it is the only one."""
        at = next(
            order for order, number in enumerate(self.reading.numbers) if number.end == owner[1]
        )
        if self.roles.of[at] in ("earlier", "target"):
            return 1.6
        return 0.3 if len(self.reading.periods) == 1 else 1.0

    def _owner(self, mention: Mention) -> tuple[int, int] | None:
        """The numbers that a period stands directly after: ``740 in 2014-15``."""
        if mention.start not in self._owners:
            self._owners[mention.start] = self._owned_by(mention)
        return self._owners[mention.start]

    @cached_property
    def _owners(self) -> dict[int, tuple[int, int] | None]:
        return {}

    def _is_turned_round(self, mention: Mention, after: Sequence[Number]) -> bool:
        """Whether the second number is a period's: "fewer than in 2014-15: 108 against 160"."""
        if len(after) < 2 or not self._is_compared(mention):
            return False
        return bool(_AGAINST.fullmatch(self.reading.text[after[0].end : after[1].start]))

    def _owned_by(self, mention: Mention) -> tuple[int, int] | None:
        if _ITS_NUMBER.match(self.reading.text[mention.end :]):
            after = [number for number in self.reading.numbers if number.start >= mention.end]
            own = after[self._is_turned_round(mention, after) :]
            return self.place_of(self.reading.numbers.index(own[0])) if own else None
        before = [number for number in self.reading.numbers if number.end <= mention.start]
        if not before:
            return None
        between = self.reading.text[before[-1].end : mention.start]
        if not _BEFORE_ITS_PERIOD.fullmatch(between):
            return None
        is_next = _begins_anew(between, self.reading.text[mention.end :])
        return None if is_next else self.place_of(self.reading.numbers.index(before[-1]))

    def place_of(self, at: int) -> tuple[int, int]:
        """Where the numbers stand that a number stands together with."""
        roles = getattr(self, "roles", None)
        series: tuple[int, ...] = getattr(self, "_series", ())
        if at in series:
            return self.reading.numbers[series[0]].start, self.reading.numbers[series[-1]].end
        if roles is not None and at in roles.ratio:
            mates = [
                one
                for one in (
                    roles.ratio[at].numerator,
                    roles.ratio[at].denominator,
                    roles.ratio[at].value,
                )
                if one is not None
            ]
        else:
            mates = [at]
        numbers = [self.reading.numbers[one] for one in mates]
        close = [one for one in numbers if abs(one.start - self.reading.numbers[at].start) < 30]
        return min(one.start for one in close), max(one.end for one in close)

    # -- judging --------------------------------------------------------------------------------

    def _judged(self, at: int) -> JudgedNumber:
        number = self.reading.numbers[at]
        size = size_before(self.reading.before(number, 30))
        if re.match(r"\s(?:or\s(?:more|so|above)|plus)\b", self.reading.after(number, 12)):
            size = "about" if "so" in self.reading.after(number, 8) else "at least"
        is_compared = self.roles.of[at] == "earlier" or self._is_level_of_another(number)
        is_bound = self.roles.of[at] in ("high", "low")
        if (is_compared or is_bound) and size in ("over", "under"):
            size = ""  # "better than the 47% of last year" is a comparison
        return JudgedNumber(number, at, self.roles.of[at], size, ratio=self.roles.ratio.get(at))

    def _is_level_of_another(self, number: Number) -> bool:
        """Whether a number is that of an area which another is held against."""
        return any(
            0 <= area.start - number.end < _NEXT and held_against(self.reading, at)
            for at, area in enumerate(self.reading.areas)
        )

    def _judge(self, one: JudgedNumber) -> None:
        one.guesses = sorted(self._guesses(one), key=lambda guess: guess.cost)
        best = next((guess for guess in one.guesses if not guess.flaw), None)
        if best is None:
            return
        one.guess = best
        near = _Near(one, best)
        if near.right is not None and best.score >= _LEAST:
            if one.size and not _is_plausible(one, near.right):
                return  # More than 10 of what is 133: that says nothing.
            one.verdict, one.guess = Verdict.AGREES, near.right
        elif best.score >= _CUT and not self._is_elsewhere_or_else(one):
            _blame(one, best, near)

    def _is_elsewhere_or_else(self, one: JudgedNumber) -> bool:
        """Whether a number is of a time without figures ("51 of those of 2009-10"), or of others."""
        before = [mention for mention in self.reading.periods if mention.end <= one.number.start]
        named = [self.resolved(mention)[0] for mention in before[-1:]]
        likely = [*named, self.periods_at(self.place_of(one.at))[0][0]]
        is_of_other_time = not all(map(self.figures.is_known, likely))
        return (one.role == "value" and is_of_other_time) or self._counts_something_else(one)

    def _leave_other_targets(self) -> None:
        """Of two aims in a sentence that one target is guessed for, only one can be that."""
        targets = [one for one in self.judged if one.role == "target" and one.guess is not None]
        met = [one.guess.key for one in targets if one.verdict is Verdict.AGREES and one.guess]
        for one in targets:
            if one.verdict is Verdict.WRONG and one.guess is not None and one.guess.key in met:
                one.verdict, one.guess = Verdict.UNKNOWN, None

    def _settle(self, ratio: Ratio) -> None:
        """Hold what stands in one proportion to one measure: that of a part which agrees."""
        parts = {
            "numerator": ratio.numerator,
            "denominator": ratio.denominator,
            "value": ratio.value,
        }
        rows = {kind: self.judged[at] for kind, at in parts.items() if at is not None}
        sure = [
            one.guess
            for kind, one in rows.items()
            if one.verdict is Verdict.AGREES
            and one.guess is not None
            and one.guess.measure.is_ratio
            and one.guess.kind == kind
        ]
        for kind, one in rows.items():
            if sure and one.verdict is not Verdict.AGREES:
                self._hold(one, kind, sure[0])

    def _hold(self, one: JudgedNumber, kind: str, sure: Guess) -> None:
        """Judge a part of a proportion by the measure of another part."""
        cell = self.figures.cell(sure.measure, sure.areas, sure.period)
        exact = None if cell is None else getattr(cell, kind)
        if exact is None:
            return
        unit = "%" if kind == "value" and sure.measure.is_percent else "count"
        guess = replace(sure, kind=kind, exact=exact, unit=unit, also=())
        fit = _fits(one.typed, guess)
        one.guess, one.right, one.why = guess, exact, ""
        one.verdict = _FOR_FIT[fit]

    def judge_again(self, one: JudgedNumber) -> None:
        """Judge a number whose role turned out to be another."""
        one.verdict, one.guess, one.right, one.why = Verdict.UNKNOWN, None, None, ""
        self._judge(one)

    def _guesses(self, one: JudgedNumber) -> list[Guess]:
        place = self.place(one)
        unit = {"part": "%"}.get(one.number.unit, one.number.unit)
        role = one.role
        found: list[Guess] = []
        against = compared_after(self.reading, one.number.end)
        apart = self._areas_apart(one)
        if apart is not None:
            own = replace(place, areas=[(apart[0], 0.0)])
            return list(self._guesser.between(own, apart[1], unit))
        if role in ("change", "factor") and against is not None:
            found += self._guesser.between(place, against, unit)
        elif role in ("change", "factor"):
            found += self._guesser.changes(place, unit)
        elif role == "target":
            found += self._guesser.targets(place)
            found = [guess for guess in found if guess.unit == unit]
        elif role == "gap":
            found += self._guesser.gaps(place, unit)
        else:
            found += self._guesser.values(place, unit)
            if role in ("end", "high", "low"):
                found += self._extremes(one, place, unit, found)
        return found

    def _extremes(
        self, one: JudgedNumber, place: Surroundings, unit: str, values: list[Guess]
    ) -> list[Guess]:
        """The highest or the lowest, which is likelier than a value where nothing else is named."""
        over = self._ranges_over(one)
        if one.role != "end" and len(over) > 1:
            values[:] = [replace(guess, cost=guess.cost + 0.2) for guess in values]
        sides = {"high": (True,), "low": (False,)}.get(one.role, (True, False))
        return [
            guess
            for highest in sides
            for guess in self._guesser.extremes(place, unit, over, highest=highest)
        ]

    def _ranges_over(self, one: JudgedNumber) -> frozenset[str]:
        """What the highest and the lowest may be of: not of areas where one of them is named with it."""
        where = self.place_of(one.at)
        owns_area = self._owns_an_area(one.at)
        owns_quarter = any(
            self._owner(mention) == where
            and mention.relative != "this quarter"
            and self.resolved(mention)[0].length == 1
            for mention in self.reading.periods
        )
        found = {"areas": owns_area, "quarters": owns_quarter or owns_area}
        return frozenset(name for name, is_named in found.items() if not is_named)

    def _owns_an_area(self, at: int) -> bool:
        place = self.place_of(at)
        return any(place in self._owners_of_area(area) for area in range(len(self.reading.areas)))

    def _areas_apart(self, one: JudgedNumber) -> tuple[Areas, Areas] | None:
        """The two areas whose distance a number is said to be: "a gap of 12 points"."""
        if one.role != "change" or not _APART.search(self._masked_around(one)):
            return None
        named = [area.codes for area in self.reading.areas if len(area.codes) == 1]
        before = list(dict.fromkeys(named))
        return (before[0], before[1]) if len(before) == 2 else None

    def _masked_around(self, one: JudgedNumber) -> str:
        """The sentence around a number, up to where another sentence-like piece begins."""
        before = re.split(r";\s", self.reading.before(one.number, 150))[-1]
        return f"{before}#{re.split(r'[;:]', self.reading.after(one.number, 40))[0]}"

    def place(self, one: JudgedNumber) -> Surroundings:
        """What the sentence says around a number."""
        where = self.place_of(one.at)
        matches = self.matches_at(where, *self._listed_with(one.at))
        spans = self.spans(one) if one.role in ("change", "factor") else ()
        periods = self._periods_of(one)
        if one.at in self._series:
            order = self._series.index(one.at)
            periods = [
                (Period(period.its_year.first + order, 1), far) for period, far in periods[:2]
            ]
        if one.ratio is not None and one.ratio.denominator == one.at:
            periods = [*periods, *((one.its_year, far + 0.3) for one, far in periods)]
        near = self._near_words(one)
        return Surroundings(
            matches,
            periods,
            self._areas_of(one, where),
            spans,
            is_rest=self._is_rest(one, near, matches),
            is_mean=one.role == "mean",
            is_monthly=bool(_MONTHLY.search(near)),
            is_each=bool(_EACH_AREA.search(self.reading.text)),
            part=_part(one),
        )

    def _is_rest(self, one: JudgedNumber, near: str, matches: Sequence[NameMatch]) -> bool:
        """Whether a number is what is left over, and that is no part of what the measure is."""
        if _ALL_BUT.search(self.reading.before(one.number)):
            return True
        is_named = any(says_rest(match.measure.name) for match in matches[:1])
        return says_rest(near) and (not is_named or bool(_DID_NOT.search(near)))

    def _periods_of(self, one: JudgedNumber) -> list[tuple[Period, float]]:
        """The periods of a number, by its role."""
        ends = dict(zip(("earlier", "later"), self._stated_span or (), strict=False))
        if one.role in ends and not self._owns_a_period(one.at):
            return [(ends[one.role], 0.0)]
        if one.role == "earlier" and not self._is_of_another_area(one):
            return self.earlier_periods(one)
        return self.periods_at(self.place_of(one.at))

    def _owns_a_period(self, at: int) -> bool:
        place = self.place_of(at)
        return any(self._owner(mention) == place for mention in self.reading.periods)

    @cached_property
    def _stated_span(self) -> tuple[Period, Period] | None:
        """The two periods that a sentence names as the ends of a change: between the one and the other."""
        found = _STATED_SPAN.search(self.reading.masked)
        if found is None:
            return None
        first, last = (self.resolved(self.reading.periods[int(at)])[0] for at in found.groups())
        return (first, last) if first.last < last.last else None

    def _is_of_another_area(self, one: JudgedNumber) -> bool:
        """Whether what a number is compared with is another area, and no other time."""
        is_back = any(
            mention.relative in _BACK or self._owner(mention) == self.place_of(one.at)
            for mention in self.reading.periods
        )
        return one.role == "earlier" and not is_back and self._held() is not None

    def _held(self) -> Areas | None:
        """The area that the sentence holds another against."""
        held = [
            one.codes for at, one in enumerate(self.reading.areas) if held_against(self.reading, at)
        ]
        return held[0] if held and len(self.reading.areas) > 1 else None

    def _areas_of(self, one: JudgedNumber, where: tuple[int, int]) -> list[tuple[Areas, float]]:
        """The areas of a number: of what another is compared with, the one that is held against."""
        found = dict(self.areas_at(where))
        held = self._held()
        if held is not None and self._is_of_another_area(one):
            _nearer(found, held, 0.0)
        if one.ratio is not None and one.ratio.denominator == one.at:
            _nearer(found, (CITY,), 0.4)
        return sorted(found.items(), key=lambda pair: pair[1])

    def _listed_with(self, at: int) -> list[tuple[int, int]]:
        """Where the numbers stand that a number is listed with: no word of a name parts them."""
        numbers = self.reading.numbers
        first = last = at
        while first and self._is_list(numbers[first - 1], numbers[first]):
            first -= 1
        while last + 1 < len(numbers) and self._is_list(numbers[last], numbers[last + 1]):
            last += 1
        return [self.place_of(one) for one in range(first, last + 1)]

    def _is_list(self, one: Number, other: Number) -> bool:
        if one.unit != other.unit or other.start - one.end > _IN_LIST:
            return False
        return not any(
            one.end <= word.start < other.start and self._is_known(word)
            for word in self.reading.words
        )

    def _is_known(self, word: Word) -> bool:
        return word.group is not None or any(map(self._tools.names.knows, word.stems))

    def _near_words(self, one: JudgedNumber) -> str:
        """The words of the number's own piece of the sentence."""
        number = one.number
        after = _PIECES.split(self.reading.after(number, 70))[0]
        before = _PIECES.split(self.reading.before(number, 60))[-1]
        return f"{before} {after}"

    def earlier_periods(self, one: JudgedNumber) -> list[tuple[Period, float]]:
        """The periods of a number that another is compared with."""
        where = self.place_of(one.at)
        bracketed = self._bracketed_at(one.at)
        if bracketed is not None:
            return [(bracketed, 0.0)]
        owned = [mention for mention in self.reading.periods if self._owner(mention) == where]
        back = [mention for mention in self.reading.periods if mention.relative in _BACK]
        found: dict[Period, float] = {}
        for mention in owned or back:
            for order, period in enumerate(self.resolved(mention)):
                found.setdefault(period, 0.3 * order)
        return sorted((found or self._before(one)).items(), key=lambda pair: pair[1])

    def _before(self, one: JudgedNumber) -> dict[Period, float]:
        """What may come before the later end of a change, where nothing is said."""
        later = [end for first, end in self.roles.ends if first == one.at]
        found: dict[Period, float] = {}
        for period, far in self.periods_at(self.place_of(later[0] if later else one.at)):
            for earlier, farther in _earlier(period):
                found.setdefault(earlier, far + farther)
            found.setdefault(period, far + 0.8)
        return found

    def spans(self, one: JudgedNumber) -> list[tuple[Period, Period, float]]:
        """The two periods that a change may be between, the likeliest first."""
        return self.spans_at(self.place_of(one.at))

    def spans_at(self, where: tuple[int, int]) -> list[tuple[Period, Period, float]]:
        """The two periods that a change claimed at a place may be between."""
        found = _Spans()
        named = [
            (mention, self.resolved(mention), self._tied(mention, where))
            for mention in self.reading.periods
            if mention.relative != "day" and not self._is_elsewhere(mention, where)
        ]
        for mention, periods, near in named:
            for order, period in enumerate(periods):
                self._span(found, named, mention, period, 1.2 * (1 - near) + 0.3 * order, near)
        for (_, first, near), (_, second, nearer) in combinations(named, 2):
            cost = 0.1 + 1.0 * (1 - max(near, nearer))
            found.add(max(first[0], second[0]), min(first[0], second[0]), cost)
        for period, far in self.context_periods():
            found.alone(period, far + (1.5 if named else 0.0))
        return found.listed()

    def _tied(self, mention: Mention, where: tuple[int, int]) -> float:
        """How near a mention stands to a change, where the change has one of its own."""
        near = self.reading.nearness(mention.start, mention.end, where)
        if self._owner(mention) == where:
            return 1.0
        others = [one for one in self.reading.periods if self._owner(one) == where]
        return near * (0.4 if others and mention.relative not in _BACK else 0.9)

    def _span(
        self,
        found: "_Spans",
        named: Sequence["_Named"],
        mention: Mention,
        period: Period,
        cost: float,
        near: float,
    ) -> None:
        """The pairs that one named period may be an end of."""
        if mention.relative in _BACK or self._is_compared(mention):
            for later, farther in self._laters(named, mention, period):
                found.add(later, period, cost + farther)
        else:
            found.alone(period, cost + self._far_alone(named, near))

    def _far_alone(self, named: Sequence["_Named"], near: float) -> float:
        """How far-fetched a change in one period is: where others are named, one held against."""
        if any(self._is_compared(mention) for mention, _, _ in named):
            return 0.9
        return 0.45 if len(named) > 1 and near < 1.0 else 0.0

    def _laters(
        self, named: Sequence["_Named"], back: Mention, earlier: Period
    ) -> list[tuple[Period, float]]:
        """What may be compared with an earlier period."""
        others = [
            (periods[0], 0.0)
            for mention, periods, _ in named
            if mention is not back and not self._is_compared(mention)
        ]
        context = [(period, far + 0.2) for period, far in self.context_periods()]
        found = _later_than(earlier, others + context) + _after(back, earlier)
        return _as_long(earlier, _later_than(earlier, others)) or _as_long(earlier, found) or found

    def _is_compared(self, mention: Mention) -> bool:
        """Whether a period is what another is compared with: "than in 2014-15"."""
        before = self.reading.text[max(0, mention.start - 45) : mention.start]
        return bool(_COMPARED.search(before))

    def _counts_something_else(self, one: JudgedNumber) -> bool:
        """Whether a count is followed by a noun, or narrowed by words, that no measure has."""
        number = one.number
        after = self.reading.after(number, 90)
        if one.role in ("change", "factor", "target", "gap") or number.unit != "count":
            return bool(_NARROWED.match(after)) and number.unit != "points"
        if one.ratio is None and _SOME_OF_THEM.match(after) and not self._owns_an_area(one.at):
            return True
        noun = _NOUN.match(after)
        if noun and not self._is_known_noun(noun[2]):
            return True
        return bool(_NARROWED.match(after))

    def _is_known_noun(self, noun: str) -> bool:
        """Whether a measure may count what a noun says; of "two-year-olds" any part tells."""
        parts = [stem(part) for part in noun.split("-")]
        known = any(part in _GENERIC or self._tools.names.knows(part) for part in parts)
        return known or noun.lower() in _FUNCTION

    def _is_elsewhere(self, mention: Mention, where: tuple[int, int]) -> bool:
        """Whether a period is only what another piece of the sentence is held against."""
        near = self.reading.nearness(mention.start, mention.end, where)
        return near < _ENOUGH and self._is_topped(mention)

    def _is_topped(self, mention: Mention) -> bool:
        """Whether a period's figure is what another is held against: "exceeded 2014-15's"."""
        return bool(_TOPPED.search(self.reading.text[: mention.start]))

    def named_areas(self) -> Areas | None:
        """The areas that the sentence names last, but for those that others are held against."""
        own = [
            one for at, one in enumerate(self.reading.areas) if not held_against(self.reading, at)
        ]
        return own[-1].codes if own else None

    def named_periods(self) -> list[Period]:
        """The periods that the sentence names, but for days and those far back."""
        mentions = [one for one in self.reading.periods if one.relative in ("", "part")]
        return [self.resolved(mention)[0] for mention in mentions]

    def is_told(self, one: JudgedNumber, measure: MeasureFact) -> bool:
        """Whether a number is of this measure."""
        return one.guess is not None and one.guess.measure.code == measure.code


_STATED_SPAN = re.compile(
    r"\b(?:between|from)\s(?:the\s)?(?:end\sof\s)?\{T([0-9]+)\}\s(?:and|to)\s(?:the\s)?(?:end\sof\s)?\{T([0-9]+)\}",
    re.IGNORECASE,
)
# What stands between a bracket and a number that is all that it holds, but for when.
_OPENS = re.compile(r"[(\[]\s?(?:[^()\[\]{};]{0,30}\s)?$")
_APART = re.compile(
    r"\b(?:gap|difference|apart|spread|margin|distance)\b[^;#]*#|#[^;]{0,25}\bapart\b",
    re.IGNORECASE,
)
_CHANGES = frozenset({"change", "factor", "gap"})
_BACK = frozenset({"last year", "same last year", "quarter before", "last quarter"})
_COMPARED = re.compile(
    r"\b(?:than|from|against|since|versus|vs\.?|compared\s(?:with|to)|comparison\s(?:with|to)"
    r"|(?:more|fewer|less|higher|lower|up|down|increase|decrease|rise|fall|reduction|drop|growth|better|worse|improvement|points?|change|\{?[0-9][0-9,.]*%?\}?)\s(?:\w+\s){0,4}?(?:on|over))"
    r"\s(?:(?:in|at|for|during|the|that|those|level|levels|figure|figures|number|total|of|end|position|same|seen|reported|recorded|it|was|were|any|\{?[0-9][0-9,.]*%?\}?|quarter)\s)*$",
    re.IGNORECASE,
)
# Whoever "did not" is the rest, even of those who need no further action.
_DID_NOT = re.compile(
    r"\b(?:did|do|does|have|has|had|were|was)\s?(?:not|n['’]t)\W*$", re.IGNORECASE
)
_ALL_BUT = re.compile(
    r"\b(?:all|every\sone)\s(?:but|except|bar|save)\s(?:for\s)?(?:about\s|some\s)?$", re.IGNORECASE
)
_EACH_AREA = re.compile(
    r"\b(?:each|per|every|an?|typical)\s(?:area|district|locality|cluster|hub|neighbourhood|zone|patch|ward|quadrant|centre)\b"
    r"|\b(?:areas|districts|localities|clusters|hubs|neighbourhoods|zones|patches|wards|quadrants|centres)\b[^.;]{0,60}\b(?:averag\w+|each|apiece)\b",
    re.IGNORECASE,
)
_MONTHLY = re.compile(r"\b(?:a|per|each|every)\smonth\b", re.IGNORECASE)
_TOPPED = re.compile(
    r"\b(?:exceed\w*|match\w*|equal\w*|above|below|beyond|than|topp\w+)\s(?:the\s)?$", re.IGNORECASE
)
# Words that an area named in the sentence before is meant by.
_REFERS_BACK = re.compile(
    r"^\W*(?:it|they|there|here|its|their|this\s(?:area|locality|team|hub|district)|the\s(?:area|locality|team|hub|district))\b",
    re.IGNORECASE,
)
# Between a number and the one that it is held against.
_AGAINST = re.compile(
    r"\s(?:\w+\s){0,2}(?:against|versus|vs\.?|compared\s(?:with|to)|rather\sthan|instead\sof)"
    r"\s(?:\w+\s)?",
    re.IGNORECASE,
)
_PIECES = re.compile(r"[,;.()]|\s[-–—]\s|\band\b|\bwhile\b|\bbut\b", re.IGNORECASE)
# Between a period and its number: "2014-15: 303", "the year before it had been 303".
_ITS_NUMBER = re.compile(
    r"\s?[:=(]?\s?[0-9]|(?:['’]s)?\s(?:(?:figure|number|total|count|level|rate|share|one)\s)?(?:was|were|had\sbeen|stood\sat|came\sto)\s(?:only\s|just\s)?[0-9]|,?\s(?:when\s|where\s)?(?:it|this|that|they|there|we|the\s(?:figure|number|total|share|rate))\s(?:had\sbeen|was|were|stood\sat|had)\s[0-9]",
    re.IGNORECASE,
)
_BEFORE_ITS_PERIOD = re.compile(
    r"\)?(?:\s[\w’'-]+){0,3}?,?\s?\(?(?:(?:in|at|for|during|on|by|of|over|as|the|end|recorded|reported|seen|achieved|from|same)\s?)*",
    re.IGNORECASE,
)
_BEFORE_ITS_AREA = re.compile(
    r"\)?(?:\s(?!and\b|but\b|while\b|were\b|was\b|had\b)[\w’'-]+){0,4}?\s(?:in|for|from|at|across)\s(?:the\s)?|%?\s\(\s?(?:in\s)?",
    re.IGNORECASE,
)
# Numbers in the order of the areas before them: with "respectively", or two of them in brackets.
_IN_TURN = r"\{[N%][0-9]+\}(?:,\s\{[N%][0-9]+\})*,?\sand\s\{[N%][0-9]+\}"
_IN_ORDER = re.compile(
    rf"\((?P<pair>{_IN_TURN})\)|(?P<listed>{_IN_TURN})(?=[^.;]{{0,120}}\brespectively\b)",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"(?:['’]s)?\s?(?:[(:=]|[-–—]\s|\s(?:had|has|with|at|saw|recorded|was|were|stood\sat)\s)\s?|\s",
    re.IGNORECASE,
)
# "The 56.4% of the county as a whole".
_OF = re.compile(r"\s(?:of|across)\s(?:the\s)?", re.IGNORECASE)
_ENDS_THERE = re.compile(
    r"(?:\sas\sa\swhole|\soverall)?(?:[.,;:)]|$|\s(?:in|for|over|and|but|during)\b)", re.IGNORECASE
)
_NOUN = re.compile(
    r"\s((?:[a-z][\w’'-]*\s){0,1}?)([a-z][\w’'-]*s|children|people|staff)\b", re.IGNORECASE
)
_SOME_OF_THEM = re.compile(r"\sof\s(?:the\sabove|these|those|them)\b", re.IGNORECASE)
_NARROWED = re.compile(
    r"(?:\s[\w’'-]+){0,3}?\s(?:aged|involving|featuring|where|because|due\sto|relating\sto|linked\sto|caused\sby|attributed|named|citing|cited|mention\w*|comment\w*)\b",
    re.IGNORECASE,
)
_FUNCTION = frozenset(
    ("was", "is", "has", "this", "its", "as", "says", "plus", "less", "does", "versus", "across")
)
_GENERIC = frozenset(
    stem(word)
    for word in (
        *("cases", "families", "children", "people", "households", "parents", "carers"),
        *("youngsters", "persons", "more", "fewer", "points", "others", "returns", "figures"),
        *("lives", "ones", "adults"),
    )
)


def _is_plausible(one: JudgedNumber, best: Guess) -> bool:
    """Whether a number may have been meant for the best guess: it is of its order of size."""
    if one.role in ("change", "factor", "gap") or one.number.unit != "count":
        return True
    typed, exact = one.typed.value, abs(best.exact)
    most = 5 if best.score >= _SURE_NAME else 4
    return bool(typed) and exact <= most * typed and typed <= most * exact


class _Near:
    """The guesses that are hardly more far-fetched than the best, by how the number fits them."""

    def __init__(self, one: JudgedNumber, best: Guess) -> None:
        typed = one.typed
        near = [guess for guess in one.guesses if guess.cost <= best.cost + SLACK]
        fits = [(guess, _fits(typed, guess)) for guess in near]
        yes = [guess for guess, fit in fits if fit is Fit.YES]
        self.right = next((guess for guess in yes if not guess.flaw), None)
        self.flawed = next((guess for guess in yes if guess.score >= CERTAIN), None)
        cut = [guess for guess, fit in fits if fit is Fit.CUT]
        self.cut = next((guess for guess in cut if not guess.flaw and not one.size), None)


def _blame(one: JudgedNumber, best: Guess, near: _Near) -> None:
    """Say what is wrong with a number that is nothing it should be."""
    one.right = best.exact
    if near.cut is not None:
        one.verdict, one.guess, one.right = Verdict.ROUNDING, near.cut, near.cut.exact
    elif best.score < CERTAIN:
        return
    elif near.flawed is not None:
        one.verdict, one.why, one.guess = Verdict.MISLEADING, near.flawed.flaw, near.flawed
    elif best.cost <= _LIKELY and _is_plausible(one, best):
        one.verdict = Verdict.WRONG


_FOR_FIT = {Fit.YES: Verdict.AGREES, Fit.CUT: Verdict.ROUNDING, Fit.NO: Verdict.WRONG}


def _part(one: JudgedNumber) -> str:
    """Which part of a ratio in the sentence a number is."""
    if one.ratio is None:
        return ""
    return "denominator" if one.ratio.denominator == one.at else "numerator"


def _fits(typed: TypedNumber, guess: Guess) -> Fit:
    if guess.unit == "times":
        return _fits_factor(typed, guess.exact)
    if typed.sign and guess.earlier is not None and guess.exact * typed.sign < 0:
        return Fit.NO
    best = typed.fits(guess.exact)
    for other in guess.also:
        if best is Fit.YES:
            break
        if not typed.size and typed.fits(other) is Fit.YES:
            best = Fit.YES
    return best


def _fits_factor(typed: TypedNumber, exact: Fraction) -> Fit:
    """Doubled: about twice as many, or as its word of size has it."""
    value = typed.value
    near = Fraction(1, 10) * value
    if typed.size in ("over", "just over", "at least"):
        fits = exact >= value if value >= 1 else exact <= value
    elif typed.size in ("just under", "under"):
        fits = (
            value - 2 * near <= exact < value if value >= 1 else value < exact <= value + 2 * near
        )
    else:
        fits = abs(exact - value) <= near
    return Fit.YES if fits else Fit.NO


def _with_focus(found: list[NameMatch], focus: Sequence[NameMatch]) -> list[NameMatch]:
    """The measures that the paragraph speaks of, beside what little the sentence says."""
    known = {one.measure.code: one for one in found}
    for order, one in enumerate(focus):
        own = known.get(one.measure.code)
        score = min(0.9, 0.8 * one.score + (own.score * 0.4 if own else 0.0) - 0.05 * order)
        known[one.measure.code] = NameMatch(one.measure, score, one.mass, one.part)
    return sorted(known.values(), key=lambda one: -(one.score + 0.02 * one.mass))
