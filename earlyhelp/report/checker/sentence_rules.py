"""What a sentence claims beyond its numbers: a direction, an order, a level kept, a target met.

Whose row carries such a fault: the change where one is typed, else the later value; a row without a
number where the sentence has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from earlyhelp.core.pages.wording import part_of
from earlyhelp.report.checker import arithmetic, disclosure, targets
from earlyhelp.report.checker.between_areas import (
    AreasCompared,
    EveryArea,
    comparisons,
    said_of_every,
    some_areas,
)
from earlyhelp.report.checker.claims import Claims
from earlyhelp.report.checker.facts import CITY, CellFact, MeasureFact
from earlyhelp.report.checker.figures import Areas, mean
from earlyhelp.report.checker.findings import Verdict
from earlyhelp.report.checker.guesses import Guess
from earlyhelp.report.checker.layout import TextPassage
from earlyhelp.report.checker.naming import NameMatch
from earlyhelp.report.checker.periods import Period
from earlyhelp.report.checker.roles import BETTER, DOWN, PLAN, UP, WORSE
from earlyhelp.report.checker.targets import TargetSaid
from earlyhelp.report.checker.wording import areas_of, code_of
from earlyhelp.report.checker.words import content_stems, stem, tokens

if TYPE_CHECKING:
    from earlyhelp.report.checker.checking import Checked, Checking

_LESS = r"(?:fewer|less|lower|smaller|down|quieter)"
_MORE = r"(?:more|higher|greater|larger|up|bigger|busier)"
_THAN = r"(?!\sthan\s(?!in\b|last\b|the\b|at\b|during\b|for\b|a\syear\b|those\b|it\b))(?=\s(?:\S+\s){0,18}?(?:than|from|on)\b)"
# Ups and downs claim no direction.
_BOTH_WAYS = re.compile(
    rf"\b(?:(?:{UP})\s(?:and|or)\s(?:{DOWN})|(?:{DOWN})\s(?:and|or)\s(?:{UP}))\b", re.IGNORECASE
)
# What "fell" in a quarter, or fell due, is only counted there.
_LOCATED = re.compile(
    r"\b(?:fell|falls?|falling|fallen)\s(?:due|within|outside|into|to\b[^.;]{0,20}\sto\b)"
    r"|[0-9]%?\s(?:of\s(?:them|these|those|which|whom)\s)?fell\s(?:in|during|between|on)\b"
    r"|\bfell\s(?:below|under|short)\b(?=[^.;]{0,40}\btarget)",
    re.IGNORECASE,
)
# What a plan begins with is to be done.
_AIM = re.compile(rf"^\W*{PLAN}\b(?=[^.;]*\sto\b)", re.IGNORECASE)
_DIRECTIONS = (
    ("up", re.compile(rf"(?<![\w-])(?:(?:{UP})\b|{_MORE}\b{_THAN})", re.IGNORECASE)),
    ("down", re.compile(rf"(?<![\w-])(?:(?:{DOWN})\b|{_LESS}\b{_THAN})", re.IGNORECASE)),
    ("better", re.compile(rf"(?<![\w-])(?:{BETTER})\b", re.IGNORECASE)),
    ("worse", re.compile(rf"(?<![\w-])(?:{WORSE})\b", re.IGNORECASE)),
)
# Before a word of direction: what is planned, hoped for or only supposed, and what is denied.
_NOT_CLAIMED = re.compile(
    r"\b(?:to|will|would|could|should|may|might|must|can|if|further|towards?|for|of|in\sorder|why|whether|any|with|their)\s(?:\w+ly\s|be\s|been\s|the\s|a\s|an\s|see\s)?$",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:no|not|never|neither|without|n['’]t|rather\sthan|nor|than|instead\sof)\s(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
# Each quarter of a year is held to the one before it, and none to another year.
_IN_QUARTERS = re.compile(r"\bquarter\s(?:on|by|after)\squarter\b", re.IGNORECASE)
# Between a word of direction and the change that is called so.
_BY = re.compile(r"\s(?:of|by)\s(?:\w+\s){0,2}")
_EVERY = re.compile(
    r"\b(?:quarter\s(?:on|by|after)\squarter|(?:every|each)\s(?:single\s)?quarter|in\sall\sfour\squarters|steadily|consistently|continuous(?:ly)?|without\sa\sbreak|successive(?:ly)?|(?:three|four)\squarters\s(?:running|in\sa\srow))\b",
    re.IGNORECASE,
)
# One quarter after the other is spoken of: each is held to the one before it.
_IN_TURN = re.compile(
    r"\b(?:after|before|then|followed|again|continued|continuing|further|having|once\smore|next|reversed)\b",
    re.IGNORECASE,
)
# Before a word of direction: it is said of the first quarters of the year.
_AT_FIRST = re.compile(
    r"\b(?:initially|(?:at\s)?first|to\sbegin\swith|in\sthe\sbeginning),?\s(?:\w+ly\s)?$",
    re.IGNORECASE,
)
# After one: it is said of the quarter after the one that was spoken of.
_ONCE_MORE = re.compile(r"\s(?:again|afterwards|thereafter|back)\b", re.IGNORECASE)
# "Fewer in the first year than in the second": what is held against the other may come first.
_HELD_TO = re.compile(r"[^.;:]*?\bthan\b", re.IGNORECASE)
# Before a word of direction, or in its place: so many things, which no percentage is.
_SO_MANY = re.compile(r"(?:more|fewer)\s(?!than\b|likely\b)", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:until|except\w*|apart\sfrom|but\sfor|save\sfor|both)\b", re.IGNORECASE)
_STABLE = re.compile(
    r"\b(?:stable|steady|unchanged|plateau\w*|levell?ed\s(?:off|out)|flat|held\s(?:steady|level)|remained\s(?:level|constant|the\ssame|similar|broadly|at\sthe\ssame)|constant|hardly\s(?:changed|moved)|barely\s(?:changed|moved)|the\ssame\s(?:as|level))\b",
    re.IGNORECASE,
)
_HIGHEST = re.compile(
    r"\b(?:highest|most|largest|greatest|peak(?:ed)?|best|biggest|busiest|top)\b", re.IGNORECASE
)
# Before them: something is held against the highest ("as many as the highest of the year before").
_COMPARED = re.compile(
    r"\b(?:as|than|above|below|near|under|over)\s(?:the|its|their)\s$"
    r"|\b(?:exceed\w*|match\w*|equal\w*|above|below|beyond|than|topp\w+)\s(?:\S+\s)?(?:[\w/–-]+['’]s\s|the\s)?$"
)
_LOWEST = re.compile(r"\b(?:lowest|fewest|smallest|least|worst|trough)\b", re.IGNORECASE)
# Words of a share, and before or after a word of order which of them is meant.
_SHARE = re.compile(r"\b(?:proportion|percentage|share|rate|likely)\b|[0-9]%", re.IGNORECASE)
_NTH = re.compile(r"\b(second|third|fourth|next)[\s-]$", re.IGNORECASE)
_NTH_PLACE = {"second": 2, "next": 2, "third": 3, "fourth": 4}
_SECOND_ONLY = re.compile(r"\bsecond\sonly\sto\b", re.IGNORECASE)
# "Most of them", not "the most of all"; a share of them, so that it can be held to a half.
_MOST_OF = re.compile(
    r"\b(?:the|a)\s(?:\w+\s)?majority\sof\b|(?<!the\s)\bmost\sof\b|^\W*most(?=\s[a-z])",
    re.IGNORECASE,
)
_FEW_OF = re.compile(r"\b(?:the|a)\s(?:\w+\s)?minority\sof\b|^\W*few\sof\b", re.IGNORECASE)
_HALF = 50
# After them: it is the rest of the whole that is meant.
_NOT = re.compile(r"[^.;,]*?(?:\b(?:not|never)\b|n['’]t\b)", re.IGNORECASE)
# What comes after says which of a whole are meant, or is of another piece.
_OF_WHICH = re.compile(r"[.;,]|\b(?:that|which|who|whose|where)\b", re.IGNORECASE)
# So many words after "most" name what something is out of.
_OUT_OF = 4
_SHARP = re.compile(
    r"\b(?:trend|sharp\w*|significant\w*|dramatic\w*|surge\w*|steep\w*|substantial\w*|marked\w*|doubl\w+|halv\w+|trebl\w+|tripl\w+)\b",
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so\sfar|to\sdate|part[\s-]year|not\syet\s(?:over|complete)|incomplete)\b", re.IGNORECASE
)
# From so well a match on a claim without a number is judged.
_SURE = 0.58
# A target names its measure this well, or better; a period so far-fetched may be meant.
_FAIRLY, _IN_SENTENCE = 0.45, 1.3
_FEW = 10
# Without a period a claim is judged only where it names its measure as plainly as this.
_PLAINLY, _SHORT = 0.9, 16
# A period no more far-fetched than this may be meant; what is nearer than that is in one piece.
_MEANT, _SAME_PIECE = 0.9, 0.5
# Pairs of periods that are so little more far-fetched than the best may be meant as well.
_NO_FARTHER = 0.42
# Measures that a claim names so little worse than the best may be meant as well.
_NO_WORSE = 0.15
_NEAR = Fraction(5, 100)
# So many letters is a comma worth between a word of order and what it is said of, and the end of
# what could be a sentence of its own.
_APART, _FAR_APART = 15, 45


def claims_something(text: str) -> bool:
    """Whether a sentence without numbers claims a direction or an order."""
    patterns = [pattern for _, pattern in _DIRECTIONS]
    return any(pattern.search(text) for pattern in (*patterns, _HIGHEST, _LOWEST, _STABLE))


@dataclass
class Claim:
    """A claim about a measure between two periods; ``row`` is the number that carries it.

    ``place`` is where the word of direction stands, in a sentence that has several of them.
    """

    match: NameMatch
    areas: Areas
    later: Period
    earlier: Period
    row: Checked | None = None
    place: tuple[int, int] | None = None

    @property
    def measure(self) -> MeasureFact:
        """The measure that it is about."""
        return self.match.measure


class Rules:
    """The rules of one sentence."""

    def __init__(
        self, checking: Checking, claims: Claims, rows: Sequence[Checked], part: TextPassage
    ) -> None:
        self.checking = checking
        self.claims = claims
        self.rows = rows
        self.part = part
        self.figures = checking.figures
        self.text = claims.reading.text
        self._said = False

    def run(self) -> None:
        """Every rule, the weightiest first."""
        for rule in (
            self._directions,
            self._factors,
            self._areas_compared,
            self._every_quarter,
            self._stable,
            self._order,
            self._second_only,
            self._majority,
            self._target,
        ):
            rule()
        self._coverage()

    # -- saying ---------------------------------------------------------------------------------

    def blame(self, claim: Claim, verdict: Verdict, why: str, should_be: str = "") -> None:
        """Put a fault on the row that carries it, or on one without a number."""
        if claim.row is not None:
            finding = claim.row.finding
            if not finding.measure:
                finding.measure, finding.area = code_of(claim.measure), areas_of(claim.areas)
                finding.period = str(claim.later)
            finding.blame(verdict, why, should_be, of_words=True)
        elif not self._said and self._is_plain(claim):
            self._said = True
            self.checking.claim_without_number(
                self.part,
                verdict,
                why,
                should_be=should_be,
                measure=code_of(claim.measure),
                area=areas_of(claim.areas),
                period=str(claim.later),
            )

    def _is_plain(self, claim: Claim) -> bool:
        """Whether a claim without a number is plain enough: it is short, or names a period."""
        is_short = len(self.text.split()) <= _SHORT
        return bool(is_short or self.claims.reading.periods or claim.match.score >= _PLAINLY)

    # -- directions -----------------------------------------------------------------------------

    def _directions(self) -> None:
        every = said_of_every(self.claims.reading)
        if every is not None and not self.rows:
            self._everywhere(every)
            return
        some = some_areas(self.claims.reading)
        if some is not None:
            self._count_areas(self.rows[some])
            return
        for name, place in self._spoken_directions():
            said = _OTHER_WAY.get(name, name) if self._is_turned(place) else name
            for claim in self._claims_at(place):
                if self._is_settled(claim, said):
                    break

    def _is_turned(self, place: tuple[int, int]) -> bool:
        """Whether the earlier period is held against the later: "fewer in 2014-15 than in 2015-16"."""
        than = _HELD_TO.match(self.text, place[1])
        if than is None:
            return False
        mentions = self.claims.reading.periods
        own = [one for one in mentions if one.end <= than.end()]
        other = [one for one in mentions if one.start >= than.end()]
        if not own or not other or re.search(r"[.;:]", self.text[than.end() : other[0].start]):
            return False
        first, second = (self.claims.resolved(one)[0] for one in (own[-1], other[0]))
        return first.last < second.last

    def _factors(self) -> None:
        """What "doubled" is a change as well, of a few cases or across a break."""
        for row in self.rows:
            guess, is_right = row.judged.guess, row.finding.verdict is Verdict.AGREES
            if row.judged.role != "factor" or not is_right or guess is None or not guess.earlier:
                continue
            now = self.figures.cell(guess.measure, guess.areas, guess.period)
            was = self.figures.cell(guess.measure, guess.areas, guess.earlier)
            if now is not None and was is not None:
                claim = Claim(_match(guess), guess.areas, guess.period, guess.earlier, row)
                self._comparison(claim, now, was)

    def _everywhere(self, every: EveryArea) -> None:
        """Hold what is said of every area to each of them."""
        for claim, sign, moved in self._moved_areas():
            if not every.holds(moved, sign):
                listed = ", ".join(f"{float(one):+.4g} in {area}" for area, one in moved.items())
                self.blame(claim, Verdict.WRONG, f"It is {listed}")

    def _moved_areas(self) -> Iterator[tuple[Claim, int, dict[str, Fraction]]]:
        """What went which way, as is said, and by how much it went in each area."""
        for name, place in self._spoken_directions():
            about = self._about(place)
            sign = _sign(name, about[0].measure) if about is not None else 0
            if about is None or not sign:
                continue
            later, earlier, _ = self._likely(place)[0]
            now, was = (self.figures.by_area(about[0].measure, one) for one in (later, earlier))
            moved = {area: now[area] - was[area] for area in now if area in was}
            if len(moved) > 1:
                yield Claim(*about, later, earlier), sign, moved

    def _count_areas(self, row: Checked) -> None:
        """Hold a number of areas to those that went as is said: "four of the five areas"."""
        for claim, sign, moved in self._moved_areas():
            so = sum(change * sign > 0 for change in moved.values())
            claim.row = row
            if so != row.judged.number.value:
                self.blame(
                    claim, Verdict.WRONG, f"It is so in {part_of(so, len(moved), 'area')}", str(so)
                )
            elif row.finding.verdict is Verdict.UNKNOWN:
                row.finding.verdict = Verdict.AGREES

    def _spoken_directions(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """The words of direction that claim something, with where they stand."""
        for name, pattern in _DIRECTIONS:
            for match in pattern.finditer(self.text):
                before = self.text[max(0, match.start() - 40) : match.start()]
                is_taken = any(one <= match.start() < end for one, end in self._of_no_direction)
                if is_taken or _DENIED.search(before):
                    continue
                if self._is_of_a_name(match) and not self._is_of_a_change(match):
                    continue
                if self._is_unclaimed(match, before):
                    continue
                yield name, match.span()

    def _is_unclaimed(self, match: re.Match[str], before: str) -> bool:
        """Whether a direction is only wanted or supposed: "to reduce", but not "with fewer than"."""
        is_held = re.fullmatch(f"{_MORE}|{_LESS}", match[0], re.IGNORECASE)
        if is_held and before.endswith("with "):
            return False
        return bool(_NOT_CLAIMED.search(before)) and not self._row_near(match.span())

    @cached_property
    def _compared(self) -> list[AreasCompared]:
        return comparisons(self.claims.reading)

    @cached_property
    def _of_no_direction(self) -> list[tuple[int, int]]:
        """Where words of direction claim none: areas compared, ups and downs, aims."""
        found = [one.place for one in self._compared]
        found += [match.span() for match in _BOTH_WAYS.finditer(self.text)]
        found += [match.span() for match in _LOCATED.finditer(self.text)]
        return found + [match.span() for match in _AIM.finditer(self.text)]

    def _areas_compared(self) -> None:
        """An area that is said to have more, or fewer, than another."""
        for one in self._compared:
            about = self._about(one.place)
            if about is None:
                continue
            period = self.claims.periods_at(one.place)[0][0]
            values = self._with_whole(about[0].measure, period)
            if one.holds(values) is False:
                areas, row = one.own or one.than, self._carrier(one.place)
                claim = Claim(about[0], areas, period, period, row)
                self.blame(claim, Verdict.WRONG, one.told(values))

    def _with_whole(self, measure: MeasureFact, period: Period) -> dict[str, Fraction]:
        """A measure's values in the areas and, of a ratio, in the whole council."""
        values = self.figures.by_area(measure, period)
        whole = self.figures.value(measure, (CITY,), period) if measure.is_ratio else None
        return values if whole is None else {**values, CITY: whole}

    def _is_of_a_name(self, match: re.Match[str]) -> bool:
        """Whether a word of direction is part of what a measure is called: "life is better".

        Of the measure that is meant most likely, or of one whose whole name stands there.
        """
        matches = self.claims.matches_at(match.span())
        before = [word for _, _, word in tokens(self.text[: match.start()])][-1:]
        pair = [*before, match[0]]
        if any(_runs_in(one.measure, pair) for one in matches):
            return True
        said, there = stem(match[0]), set(content_stems(self.text))
        for at, one in enumerate(matches):
            names = [one.measure.name, *(item.name for item in one.measure.items)]
            for words in map(content_stems, names):
                if said in words and (at == 0 or there.issuperset(words)):
                    return True
        return False

    def _is_of_a_change(self, match: re.Match[str]) -> bool:
        """Whether a typed change is called so, which no name is: "an improvement of 4.6 points"."""
        return any(
            row.judged.role == "change"
            and _BY.fullmatch(self.text[match.end() : row.judged.number.start])
            for row in self.rows
        )

    def _row_near(self, place: tuple[int, int]) -> bool:
        """Whether a change is typed beside a word of direction."""
        return any(
            row.judged.role in ("change", "factor", "later", "earlier")
            and abs(row.judged.number.start - place[1]) < 45
            for row in self.rows
        )

    def _claims_at(self, place: tuple[int, int]) -> list[Claim]:
        """What a word of direction may be about: of the numbers beside it, or of the words."""
        row = self._carrier(place)
        guess = row.judged.guess if row is not None else None
        if guess is not None and (guess.flaw or guess.earlier is not None):
            known = guess.earlier or guess.period
            claim = Claim(_match(guess), guess.areas, guess.period, known, row)
            return [] if guess.flaw else [claim]
        matches = self._matches_of(place, row)
        if not matches:
            return []
        areas = guess.areas if guess is not None else self.claims.areas_at(place)[0][0]
        spans = self._spans(place, row)
        own = place if self._has_several else None
        return [Claim(matches[0], areas, later, earlier, row, own) for later, earlier, _ in spans]

    def _matches_of(self, place: tuple[int, int], row: Checked | None) -> list[NameMatch]:
        """The measures that a word of direction may be said of: its number's, where that is right.

        None where none is named well enough.
        """
        guess = row.judged.guess if row is not None else None
        is_right = row is not None and row.finding.verdict is Verdict.AGREES
        known = [_match(guess)] if guess is not None and is_right else []
        found = known or self.claims.matches_at(place)
        is_sure = bool(found) and found[0].score >= _SURE
        return found if is_sure and not self._is_of_others(place, found[0]) else []

    def _is_of_others(self, place: tuple[int, int], match: NameMatch) -> bool:
        """Whether "more families answered" counts what only the paragraph's percentage is of."""
        if not match.measure.is_percent or not _SO_MANY.match(self.text, place[0]):
            return False
        own = self.claims.own_matches_at(place)
        return not any(one.measure is match.measure and one.score >= _SURE for one in own)

    @cached_property
    def _has_several(self) -> bool:
        """Whether the sentence says several directions, each with its own measure and period."""
        return len(list(self._spoken_directions())) > 1

    def _spans(
        self, place: tuple[int, int], row: Checked | None
    ) -> list[tuple[Period, Period, float]]:
        earlier = self._end("earlier", place)
        if row is not None and earlier is not None and row.judged.guess and earlier.judged.guess:
            first, last = earlier.judged.guess.period, row.judged.guess.period
            if first.last < last.last:
                return [(last, first, 0.0)]
        return self._in_turn(place, self._likely(place))

    def _likely(self, place: tuple[int, int]) -> list[tuple[Period, Period, float]]:
        """The pairs of periods that are hardly more far-fetched than the best."""
        spans = self.claims.spans_at(place)
        return [one for one in spans if one[2] <= spans[0][2] + _NO_FARTHER]

    def _in_turn(
        self, place: tuple[int, int], near: list[tuple[Period, Period, float]]
    ) -> list[tuple[Period, Period, float]]:
        """Where one quarter after the other is spoken of, the step of the quarter at a place."""
        if not near or not _IN_TURN.search(self.text):
            return near
        if _AT_FIRST.search(self.text[: place[0]]):
            return [(one, one.one_before, 0.0) for one in near[0][0].its_year.quarters[:2]]
        steps = [one for one in near if one[0].length == 1 and one[1] == one[0].one_before]
        own = self._quarter_of(place)
        return [one for one in steps if one[0] == own] or self._once_more(place) or steps or near

    def _once_more(self, place: tuple[int, int]) -> list[tuple[Period, Period, float]]:
        """The step after the quarter spoken of: "rose in the third quarter and fell again"."""
        resolved = self.claims.resolved
        named = [resolved(one)[0] for one in self.claims.reading.periods if one.end <= place[0]]
        if not named or named[-1].length > 1 or not _ONCE_MORE.match(self.text, place[1]):
            return []
        after = Period(named[-1].last + 1, 1)
        return [(after, named[-1], 0.0)] if self.figures.is_known(after) else []

    def _quarter_of(self, place: tuple[int, int]) -> Period | None:
        """The quarter that a word of direction is said of: the next before another such word."""
        others = [start for _, (start, _) in self._spoken_directions() if start > place[0]]
        end = min(others, default=len(self.text))
        mentions = self.claims.reading.periods
        named = [one for one in mentions if place[1] <= one.start < end]
        return self.claims.resolved(named[0])[0] if named else None

    def _end(self, role: str, place: tuple[int, int]) -> Checked | None:
        """The end of a change that a word of direction is said of: what comes after it first."""
        found = [row for row in self.rows if row.judged.role == role]
        return min(found, key=lambda row: _after_first(row, place), default=None)

    def _carrier(self, place: tuple[int, int]) -> Checked | None:
        """The row that carries a claim: the change, else the later value, in the same piece."""
        reading = self.claims.reading
        near = [
            row
            for row in self.rows
            if reading.nearness(row.judged.number.start, row.judged.number.end, place) > _SAME_PIECE
        ]
        for roles in (("change", "gap"), ("factor",), ("later",), ("value", "mean", "high", "low")):
            found = [row for row in near if row.judged.role in roles]
            shares = [row for row in found if row.judged.number.is_share]
            if found:
                if roles == ("later",):
                    return min(found, key=lambda row: _after_first(row, place))
                return min(shares or found, key=lambda row: abs(row.judged.number.start - place[0]))
        return None

    def _is_settled(self, claim: Claim, name: str) -> bool:
        """Whether a claim could be held to the data; says what is wrong with it."""
        now = self.figures.cell(claim.measure, claim.areas, claim.later)
        was = self.figures.cell(claim.measure, claim.areas, claim.earlier)
        if now is None or was is None or now.value is None or was.value is None:
            return False
        wanted = _sign(name, claim.measure)
        is_true = wanted == 0 or self._is_so(claim, wanted, now.value - was.value)
        if not is_true:
            went = (
                "rose"
                if now.value > was.value
                else "fell"
                if now.value < was.value
                else "stayed the same"
            )
            why = f"“{claim.measure.name}” {went} from {claim.earlier} to {claim.later}"
            self.blame(claim, Verdict.WRONG, why)
        else:
            self._comparison(claim, now, was)
        return True

    def _is_so(self, claim: Claim, wanted: int, difference: Fraction) -> bool:
        """Whether it went so; of a claim without a typed change, between any periods it may mean."""
        if difference * wanted > 0:
            return True
        typed = self._typed_change(claim)
        if typed is not None:
            return typed * wanted > 0
        if claim.row is not None and claim.row.judged.role in ("change", "factor"):
            return False
        return any(change * wanted > 0 for change in self._other_changes(claim))

    def _typed_change(self, claim: Claim) -> Fraction | None:
        """The change between the two ends that a claim's sentence types."""
        place = claim.place or (0, 0)
        earlier, later = self._end("earlier", place), self._end("later", place) or claim.row
        if earlier is None or later is None or earlier is later or later.judged.role == "change":
            return None
        first, last = earlier.judged.typed, later.judged.typed
        return last.value - first.value if first.is_share == last.is_share else None

    def _other_changes(self, claim: Claim) -> Iterator[Fraction]:
        if claim.place is not None:
            likely = self._spans(claim.place, claim.row)
        else:
            likely = self._likely((0, len(self.text)))
        for measure in self._alike(claim):
            for later, earlier, _ in likely:
                now = self.figures.value(measure, claim.areas, later)
                was = self.figures.value(measure, claim.areas, earlier)
                if now is not None and was is not None:
                    yield now - was

    def _alike(self, claim: Claim) -> list[MeasureFact]:
        """The measures that a claim may be about as well, where no number says which."""
        if claim.row is not None:
            return [claim.measure]
        matches = self.claims.matches_at(claim.place or (0, len(self.text)))
        alike = [one.measure for one in matches if one.score >= matches[0].score - _NO_WORSE]
        return [claim.measure, *alike]

    # -- what a comparison may not be -----------------------------------------------------------

    def _comparison(self, claim: Claim, now: CellFact, was: CellFact) -> None:
        """A true direction that means less than it says: a break, chance, unlike spans, few cases."""
        other = self._end("earlier", claim.place or (0, 0))
        if other is not None and not _is_of(other, claim.measure):
            return  # That number is the fault, or is from elsewhere.
        section = self.checking.section_text(self.part.section)
        reasons = claim.measure.breaks_between(self._begin(claim), claim.later)
        if reasons and not disclosure.tells_break(section, reasons):
            self.blame(claim, Verdict.MISLEADING, f"Not comparable with earlier: {reasons[0]}")
        elif self._is_chance(claim, now, was):
            self.blame(
                claim, Verdict.MISLEADING, "No clear change: chance alone often gives as much"
            )
        elif _are_unlike(claim.measure, now, was) and not _SO_FAR.search(section):
            why = f"{claim.later} and {claim.earlier} are not the same quarters"
            self.blame(claim, Verdict.MISLEADING, why)
        elif self._is_of_few(claim, now, was):
            self.blame(claim, Verdict.MISLEADING, "Fewer than 10: such a change says nothing")
        else:
            self._gaps(claim, section, [now, was])

    def _begin(self, claim: Claim) -> Period:
        """From when on figures are held against each other: "quarter on quarter" within its year."""
        is_within = _IN_QUARTERS.search(self.text) and len(self.claims.reading.periods) < 2
        return claim.later.quarters[0] if is_within else claim.earlier

    def _gaps(self, claim: Claim, section: str, cells: Sequence[CellFact]) -> None:
        """A change of a total that some did not report."""
        gaps = [cell for cell in cells if not cell.is_complete]
        if gaps and not claim.measure.is_ratio and not disclosure.tells_gap(section):
            self.blame(claim, Verdict.MISLEADING, _gap(gaps[0]))

    def _is_chance(self, claim: Claim, now: CellFact, was: CellFact) -> bool:
        measure = claim.measure
        if not measure.is_share or disclosure.tells_chance(self.text):
            return False
        parts = [now.numerator, now.denominator, was.numerator, was.denominator]
        known = [part for part in parts if part is not None]
        if len(known) < 4:
            return False
        clear = self.checking.facts.is_clear(
            measure.code, (known[0], known[1]), (known[2], known[3])
        )
        return clear is False

    def _is_of_few(self, claim: Claim, now: CellFact, was: CellFact) -> bool:
        if claim.measure.is_ratio or now.value is None or was.value is None:
            return False
        is_relative = claim.row is not None and (
            claim.row.judged.number.unit in ("%", "times") or _SHARP.search(self.text)
        )
        return max(now.value, was.value) < _FEW and bool(is_relative or _SHARP.search(self.text))

    # -- trends, levels, order, targets ---------------------------------------------------------

    def _about(self, place: tuple[int, int]) -> tuple[NameMatch, Areas] | None:
        """The measure and the areas that are spoken of at a place: a share where it says so."""
        matches = self.claims.matches_at(place)
        if not matches or matches[0].score < _SURE:
            return None
        return self._meant(place, matches), self.claims.areas_at(place)[0][0]

    def _meant(self, place: tuple[int, int], matches: Sequence[NameMatch]) -> NameMatch:
        """Of some measures the one that is meant: its number's, a share where it says so."""
        row = self._carrier(place)
        if row is not None and row.finding.verdict is Verdict.AGREES:
            for one in matches:
                if self.claims.is_told(row.judged, one.measure):
                    return one
        near = self.text[max(0, place[0] - 40) : place[1] + 40]
        alike = [one for one in matches if one.score >= matches[0].score - _NO_WORSE]
        shares = [one for one in alike if one.measure.is_ratio] if _SHARE.search(near) else []
        return (shares or matches)[0]

    def _every_quarter(self) -> None:
        """Quarter on quarter: every step that way."""
        if not _EVERY.search(self.text) or _EXCEPT.search(self.text):
            return
        directions = dict(self._spoken_directions())
        if len(directions) != 1:
            return
        [(name, place)] = directions.items()
        about = self._about(place)
        wanted = _sign(name, about[0].measure) if about is not None else 0
        if about is None or not wanted:
            return
        steps = self._steps(*about, place)
        if steps and not any(_goes(values, wanted) for _, values in steps):
            period, values = steps[0]
            listed = ", ".join(f"{float(value):.4g}" for value in values)
            claim = Claim(*about, period, period, self._carrier(place))
            self.blame(claim, Verdict.WRONG, f"Not every quarter went that way: {listed}")

    def _steps(
        self, match: NameMatch, areas: Areas, place: tuple[int, int]
    ) -> list[tuple[Period, list[Fraction]]]:
        """The quarterly values of each period that may be meant at a place."""
        periods = [period for period, far in self.claims.periods_at(place) if far <= _MEANT]
        wholes = [period.its_year if period.length == 1 else period for period in periods]
        series = [(one, self.figures.quarterly(match.measure, areas, one)) for one in wholes]
        return [one for one in series if len(one[1]) > 2]

    def _stable(self) -> None:
        """Stable: within 5% of the mean, or no clear change."""
        found = _STABLE.search(self.text)
        if not found or _DENIED.search(self.text[: found.start()]):
            return
        about = self._about(found.span())
        if about is None:
            return
        match, areas = about
        periods = [period for period, far in self.claims.periods_at(found.span()) if far <= 0.9]
        verdicts = [self._is_stable(match.measure, areas, period) for period in periods]
        if False in verdicts and True not in verdicts:
            claim = Claim(match, areas, periods[0], periods[0], self._carrier(found.span()))
            self.blame(claim, Verdict.WRONG, f"“{match.measure.name}” was not stable")

    def _is_stable(self, measure: MeasureFact, areas: Areas, period: Period) -> bool | None:
        values = self.figures.quarterly(measure, areas, period)
        if len(values) < 2:
            pair = [self.figures.value(measure, areas, one) for one in (period, period.year_before)]
            values = [value for value in pair if value is not None]
        if len(values) < 2:
            return None
        middle = mean(values)
        near = max(abs(value - middle) for value in values) <= _NEAR * middle
        now = self.figures.cell(measure, areas, period)
        was = self.figures.cell(measure, areas, period.year_before)
        if near or now is None or was is None:
            return near
        match = NameMatch(measure, 1.0, 1.0)
        return self._is_chance(Claim(match, areas, period, period.year_before), now, was)

    def _order(self) -> None:
        """Highest and lowest: over the areas, or over the quarters of the year."""
        for pattern, is_highest in ((_HIGHEST, True), (_LOWEST, False)):
            for found in pattern.finditer(self.text):
                about = self._about(found.span())
                is_compared = _COMPARED.search(self.text[: found.start()])
                if about is not None and not is_compared:
                    nth = _NTH.search(self.text[: found.start()])
                    order = _NTH_PLACE[nth[1].lower()] if nth else 1
                    self._rank(found.span(), about[0], order if is_highest else -order)

    def _rank(self, place: tuple[int, int], match: NameMatch, order: int) -> None:
        """An area or a quarter that is said to be first, second, or last (-1)."""
        period = self.claims.periods_at(place)[0][0]
        code = self._area_near(place)
        if code:
            by_area = self.figures.by_area(match.measure, period)
            self._first(place, Claim(match, (code,), period, period), code, by_area, order)
            return
        quarter = self._quarter_near(place)
        if quarter is not None:
            areas = self.claims.areas_at(place)[0][0]
            values = {
                str(one): value
                for one in quarter.its_year.quarters
                if (value := self.figures.value(match.measure, areas, one)) is not None
            }
            claim = Claim(match, areas, quarter, quarter)
            self._first(place, claim, str(quarter), values, order)

    def _second_only(self) -> None:
        """An area that is second only to another."""
        for found in _SECOND_ONLY.finditer(self.text):
            about = self._about(found.span())
            named = [one for one in self.claims.reading.areas if len(one.codes) == 1]
            before = [one for one in named if one.end <= found.start()]
            if about is not None and before:
                period = self.claims.periods_at(found.span())[0][0]
                code = before[-1].codes[0]
                claim = Claim(about[0], (code,), period, period)
                values = self.figures.by_area(about[0].measure, period)
                self._first(found.span(), claim, code, values, 2)

    def _majority(self) -> None:
        """The most of a whole, or the few."""
        for pattern, wanted in ((_MOST_OF, 1), (_FEW_OF, -1)):
            for found in pattern.finditer(self.text):
                about = self._share_of(found.span())
                if about is not None:
                    is_rest = _NOT.match(self.text, found.end())
                    self._hold_to_half(found.span(), *about, -wanted if is_rest else wanted)

    def _share_of(self, place: tuple[int, int]) -> tuple[NameMatch, Areas] | None:
        """The share that "most" is said of: it is named, or what it is out of and its own words."""
        about = self._about(place)
        if about is None or about[0].measure.is_percent:
            return about
        said = _OF_WHICH.split(self.text[place[1] :])[0]
        first = " ".join(said.split()[:_OUT_OF])
        for one in self.claims.matches_at(place):
            if one.measure.is_percent and one.score >= _SURE:
                part, whole = _parted(one.measure)
                if part & set(content_stems(said)) and whole & set(content_stems(first)):
                    return one, about[1]
        return None

    def _hold_to_half(
        self, place: tuple[int, int], match: NameMatch, areas: Areas, wanted: int
    ) -> None:
        periods = [one for one, far in self.claims.periods_at(place) if far <= _MEANT]
        values = [self.figures.value(match.measure, areas, one) for one in periods[:2]]
        known = [value for value in values if value is not None]
        if known and not any((value - _HALF) * wanted > 0 for value in known):
            period = periods[0]
            claim = Claim(match, areas, period, period, self._carrier(place))
            self.blame(claim, Verdict.WRONG, f"It is {float(known[0]):.1f}%")

    def _area_near(self, place: tuple[int, int]) -> str:
        """The area that a word of order is said of: the nearest, which mostly comes after it."""
        found = [
            (_farness(one.start, place) + self._parted(one.start, place), one.codes[0])
            for one in self.claims.reading.areas
            if len(one.codes) == 1 and one.codes != (CITY,)
        ]
        return min(found, default=(0, ""))[1]

    def _parted(self, start: int, place: tuple[int, int]) -> int:
        """How much more two places are apart for what parts them."""
        between = self.text[min(start, place[1]) : max(start, place[0])]
        ends = len(re.findall(r"[;:.]\s", between))
        return _FAR_APART * ends + _APART * len(re.findall(r",\s|\b(?:and|but|while)\b", between))

    def _quarter_near(self, place: tuple[int, int]) -> Period | None:
        found = [
            (_farness(mention.start, place), self.claims.resolved(mention)[0])
            for mention in self.claims.reading.periods
        ]
        return min(((far, one) for far, one in found if one.length == 1), default=(0, None))[1]

    def _first(
        self,
        place: tuple[int, int],
        claim: Claim,
        said: str,
        values: Mapping[str, Fraction],
        order: int,
    ) -> None:
        """Hold what is said to be first, or second, to all of them."""
        if len(values) < 2 or said not in values or abs(order) > len(values):
            return
        top = sorted(values.values(), reverse=True)[order - 1 if order > 0 else order]
        if values[said] != top:
            right = next(one for one, value in values.items() if value == top)
            claim.row = self._carrier(place)
            self.blame(claim, Verdict.WRONG, f"That is {right}, not {said}", right)

    def _target(self) -> None:
        """A target met or missed."""
        for said in targets.said_of_targets(self.text):
            about = self._aimed_at(said.place)
            if about is not None:
                self._hold_to_target(said, *about)

    def _aimed_at(self, place: tuple[int, int]) -> tuple[NameMatch, Areas, Period] | None:
        """The measure, areas and period of the target that is spoken of at a place."""
        periods = [one for one, far in self.claims.periods_at(place) if far <= _IN_SENTENCE]
        areas = self.claims.areas_at(place)[0][0]
        matches = self.claims.matches_at(place)
        for match in matches:
            if match.score < max(_FAIRLY, matches[0].score - _NO_WORSE):
                continue
            for period in periods:
                if self.checking.facts.target(match.measure.code, areas[0], period) is not None:
                    return match, areas, period
        return None

    def _hold_to_target(
        self, said: TargetSaid, match: NameMatch, areas: Areas, period: Period
    ) -> None:
        measure = match.measure
        target = self.checking.facts.target(measure.code, areas[0], period)
        value = self.figures.value(measure, areas, period)
        claimed = said.is_met(measure.good)
        if target is None or value is None or measure.good == "neither" or claimed is None:
            return
        met = targets.is_met(value, target.level, measure.good)
        if met != claimed:
            claim = Claim(match, areas, period, period, self._carrier(said.place))
            self.blame(claim, Verdict.WRONG, f"The target is {'met' if met else 'not met'}")

    # -- coverage -------------------------------------------------------------------------------

    def _coverage(self) -> None:
        """A total that some did not report, given as the whole."""
        if disclosure.tells_gap(self.checking.section_text(self.part.section)):
            return
        carriers = [row for row in self.rows if row.judged.role in ("change", "later", "factor")]
        for row in carriers or self.rows:
            guess = row.judged.guess
            # What arithmetic alone bears out has no source in the data.
            is_held = row.finding.source is not None and row.finding.verdict is Verdict.AGREES
            if guess is None or not is_held:
                continue
            cell = self.figures.cell(guess.measure, guess.areas, guess.period)
            is_total = guess.kind == "value" and not guess.measure.is_ratio
            if is_total and cell is not None and not cell.is_complete:
                row.finding.blame(Verdict.MISLEADING, _gap(cell))


_OTHER_WAY = {"up": "down", "down": "up"}


def _farness(start: int, place: tuple[int, int]) -> int:
    """How far a mention stands from a word of order, which mostly comes before it."""
    return start - place[1] if start >= place[1] else 2 * (place[0] - start) + 10


def _runs_in(measure: MeasureFact, words: Sequence[str]) -> bool:
    """Whether some words stand together in a measure's names: "stepped down"."""
    run = " ".join(map(stem, words))
    names = [measure.name, *(item.name for item in measure.items)]
    said = (" ".join(stem(word) for _, _, word in tokens(name)) for name in names)
    return len(words) > 1 and any(f" {run} " in f" {name} " for name in said)


def _after_first(row: Checked, place: tuple[int, int]) -> tuple[bool, int]:
    """An order of numbers: those after a word first, the nearest of them first."""
    start = row.judged.number.start
    return start < place[0], abs(start - place[0])


def _is_of(row: Checked, measure: MeasureFact) -> bool:
    """Whether the data know a number as a measure's, whether or not something is said against it."""
    guess = row.judged.guess
    is_known = row.finding.verdict not in (Verdict.WRONG, Verdict.UNKNOWN)
    return is_known and guess is not None and code_of(guess.measure) == code_of(measure)


def _match(guess: Guess) -> NameMatch:
    # What agreed with the data was named well enough.
    return NameMatch(guess.measure, max(guess.score, _SURE), 1.0)


def _gap(cell: CellFact) -> str:
    if cell.teams and cell.reporting < cell.teams:
        return f"Only {part_of(cell.reporting, cell.teams, 'team')} reported, which is not said"
    are = "is" if cell.expected == 1 else "are"
    return f"Only {part_of(cell.answered, cell.expected, 'return')} {are} in it, which is not said"


def _are_unlike(measure: MeasureFact, now: CellFact, was: CellFact) -> bool:
    """Whether a flow of fewer quarters is set beside one of more."""
    return (
        not measure.is_snapshot and not measure.is_ratio and len(now.quarters) != len(was.quarters)
    )


def _goes(values: Sequence[Fraction], wanted: int) -> bool:
    return all((last - first) * wanted > 0 for first, last in pairwise(values))


def _parted(measure: MeasureFact) -> tuple[set[str], set[str]]:
    """The stems that only the part of a share has, and those that only its whole has."""
    part = {*content_stems(measure.name), *content_stems(measure.numerator.name)}
    whole = {one for item in measure.denominators for one in content_stems(item.name)}
    return part - whole, whole - part


def _sign(name: str, measure: MeasureFact) -> int:
    """Which way a word says that a measure went; 0 where it cannot be told."""
    if name in ("up", "down"):
        return 1 if name == "up" else -1
    if measure.good == "neither":
        return 0
    good = 1 if measure.good == "higher" else -1
    return good if name == "better" else -good


def check(checking: Checking, claims: Claims, rows: Sequence[Checked], part: TextPassage) -> None:
    """The arithmetic and the claims of one sentence."""
    before = [
        row
        for row in checking.checked[: -len(rows) or None]
        if row.paragraph == part.paragraph and not row.is_cell
    ]
    wholes = [*checking.wholes(part.section), *arithmetic.referred_to(rows, before)]
    arithmetic.check_ratios(rows, wholes)
    arithmetic.check_back(rows, before, checking.wholes(part.section))
    arithmetic.check_counted(rows, before, checking.wholes(part.section))
    arithmetic.check_rests(rows, before)
    arithmetic.check_differences(rows)
    arithmetic.check_whole(rows)
    arithmetic.check_counts(rows)
    Rules(checking, claims, rows, part).run()
