"""Claims about made-up councils in varied words: sound ones, and each kind of fault planted in them.

A claim is a text of one or two lines with what the checker should say of the numbers in it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from earlyhelp.report.checker.facts import CITY, CouncilFacts, MeasureFact
from earlyhelp.report.checker.figures import rounded
from earlyhelp.report.checker.periods import Period
from tests.report.councils import Council, is_clear

YEAR, BEFORE = Period.year(2015), Period.year(2014)

# How people write of each measure: of a count its noun, of a share whom it is of and what they did.
NOUNS: dict[str, list[str]] = {
    "open-cases": ["open cases", "cases open to the teams", "cases open at the end of the period"],
    "cases-closed": ["cases closed", "closed cases", "case closures"],
    "surveys-received": [
        "surveys received",
        "questionnaires returned",
        "'How was it for you?' surveys received",
    ],
    "spider": ["spider-graphs completed", "completed Spidergraphs"],
    "assessments": [
        "Early Help Assessments completed",
        "completed early help assessments",
        "EHAs completed",
    ],
    "in-need": ["children in need", "CIN"],
    "cp-plans": ["child protection plans", "children's protection plans"],
    "plans-open": ["open family plans", "family plans open"],
    "plans-ended": ["family plans ended", "plans that ended", "plans closed"],
    "referred": ["requests for support", "requests for support received", "referrals for support"],
    "forms": [
        "feedback forms returned",
        "returned feedback forms",
        "feedback forms that came back",
    ],
    "parenting": ["parents attending a parenting course", "parents on a parenting course"],
    "looked-after": ["children looked after", "looked-after children", "children in care"],
    "excluded": ["pupils excluded from school", "exclusions from school", "school exclusions"],
    "wellbeing-plans": ["child's plans in place", "child's plans"],
    "concerns": ["wellbeing concerns raised", "concerns raised about a child's wellbeing"],
    "visits": ["home visits made", "visits to families at home", "home visits"],
    "groups": ["young people attending a youth group", "young people in youth groups"],
    "hearings": ["children referred to the Reporter", "referrals of children to the Reporter"],
    "kinship": ["children in kinship care", "children living in kinship care"],
    "finished": ["families whose support finished", "families finishing their support"],
}
SHARES: dict[str, list[tuple[str, str, str]]] = {
    "respect": [
        ("surveys", "said that they were treated with respect", "Treated with respect"),
        (
            "families who returned a survey",
            "felt they had been treated with respect",
            "families treated with respect",
        ),
    ],
    "listened": [
        ("surveys", "said workers listened to them", "Workers listened"),
        (
            "families who sent back a questionnaire",
            "felt listened to by their worker",
            "families who felt listened to",
        ),
    ],
    "improving": [
        ("spider-graphs", "showed an improving direction of travel", "Spider-graphs improving"),
        (
            "completed spider-graphs",
            "were improving",
            "the share of spider-graphs that were improving",
        ),
    ],
    "escalated": [
        ("closed cases", "escalated to social care", "Escalation to social care"),
        ("cases closed", "were stepped up to social care", "cases escalated to social care"),
    ],
    "reopened": [
        ("cases worked with", "were re-opened within three months", "Re-opened within 3 months"),
        ("cases", "were reopened within 3 months", "the re-opening rate"),
    ],
    "goals": [
        ("plans that ended", "met all their goals", "Plans that met their goals"),
        ("family plans ended", "had achieved every goal", "plans meeting all goals"),
    ],
    "accepted": [
        ("requests for support", "were accepted", "Requests taken on"),
        ("requests received", "were taken on", "requests accepted"),
    ],
    "satisfied": [
        ("feedback forms", "said the family was satisfied with the support", "Families satisfied"),
        (
            "families who returned a form",
            "were happy with the support they had",
            "satisfaction among families",
        ),
    ],
    "course": [
        ("parents on a course", "completed the course", "Parents finishing a course"),
        ("parents attending", "finished the parenting course", "completion of parenting courses"),
    ],
    "timely": [
        ("wellbeing concerns", "were answered within 10 working days", "Concerns answered in time"),
        ("concerns raised", "were answered in time", "concerns answered on time"),
    ],
    "confident": [
        (
            "young people in the groups",
            "said they were more confident",
            "More confident young people",
        ),
        (
            "young people attending a youth group",
            "felt more confident",
            "confidence among young people",
        ),
    ],
    "on-time": [
        ("reviews due", "were held on time", "Reviews on time"),
        ("reviews", "took place on time", "reviews held on time"),
    ],
    "back": [
        ("families whose support finished", "came back within six months", "Families coming back"),
        ("families who had finished", "returned within six months", "families coming back"),
    ],
}


@dataclass
class Claim:
    """A text, and for numbers in it (by their order) what is expected: sound, or a kind of fault."""

    text: str
    kind: str
    faulty: frozenset[int] = frozenset()
    sound: frozenset[int] = frozenset()
    without_number: bool = False


class Writer:
    """Writes claims about one council."""

    def __init__(self, council: Council, seed: int) -> None:
        self.council = council
        self.facts: CouncilFacts = council.facts()
        self.rng = random.Random(seed)

    def claims(self, number: int) -> Iterator[Claim]:
        """So many claims, sound and faulty in turn."""
        makers = list(self.makers())
        made = 0
        while made < number:
            maker = makers[made % len(makers)]
            claim = maker(bool((made // len(makers)) % 2))
            if claim is not None:
                yield claim
            made += 1

    def makers(self) -> list[Callable[[bool], Claim | None]]:
        return [
            self.level, self.two_levels, self.triple, self.triple_of, self.share_alone, self.points, self.relative,
            self.difference, self.rest, self.direction, self.quarter, self.quarters_listed, self.area, self.areas,
            self.sum_of_areas, self.size, self.part, self.target, self.gap, self.highest, self.highest_area,
            self.trend, self.broken, self.covered, self.snapshots, self.averaged, self.cut, self.whole, self.chance,
            self.points_as_percent, self.bullet, self.table, self.mean, self.share_of_whole, self.back_reference,
            self.parts, self.date, self.half, self.contradiction,
        ]  # fmt: skip

    # -- helpers ----------------------------------------------------------------------------------

    def pick(self, *options: str) -> str:
        return self.rng.choice(options)

    def count(
        self, *, snapshot: bool | None = None, local: bool = False, clean: bool = True
    ) -> MeasureFact:
        found = [
            one for one in self.council.measures
            if not one.is_ratio and not one.of
            and (snapshot is None or one.is_snapshot == snapshot)
            and (not local or one.code not in self.council.whole_only)
            and (not clean or (one.code not in self.council.incomplete and not one.numerator.breaks))
        ]  # fmt: skip
        return self.rng.choice(found)

    def share(self) -> MeasureFact:
        found = [
            one for one in self.council.measures
            if one.is_ratio and not ({item.code for item in one.items} & self.council.incomplete)
        ]  # fmt: skip
        return self.rng.choice(found)

    def noun(self, measure: MeasureFact) -> str:
        return self.rng.choice(NOUNS[measure.code])

    def value(self, measure: MeasureFact, period: Period = YEAR, area: str = CITY) -> Fraction:
        cell = self.facts.cell(measure.code, area, period)
        assert cell is not None
        assert cell.value is not None
        return cell.value

    def parts_of(
        self, measure: MeasureFact, period: Period = YEAR, area: str = CITY
    ) -> tuple[int, int]:
        cell = self.facts.cell(measure.code, area, period)
        assert cell is not None
        return int(cell.numerator or 0), int(cell.denominator or 0)

    def n(self, value: Fraction | int) -> str:
        return f"{int(value):,}"

    def pc(self, value: Fraction, places: int = 1) -> str:
        return f"{float(rounded(value, places)):.{places}f}%"

    def off(self, value: Fraction | int) -> int:
        """A count that is wrong: digits swapped, or so much off."""
        value = int(value)
        text = str(value)
        if len(text) > 1 and text[-1] != text[-2] and self.rng.random() < 0.5:
            return int(text[:-2] + text[-1] + text[-2])
        return value + self.rng.choice([-1, 1]) * max(2, round(value * self.rng.uniform(0.02, 0.2)))

    def off_pc(self, value: Fraction) -> Fraction:
        return value + self.rng.choice([-1, 1]) * Fraction(self.rng.randint(9, 80), 10)

    def quarter_of(self, year: int = 2015) -> Period:
        return Period.quarter(year, self.rng.randint(1, 4))

    def q(self, period: Period) -> str:
        number = period.first % 4 + 1
        words = ["first", "second", "third", "fourth"][number - 1]
        year = f"{period.start}-{(period.start + 1) % 100:02d}"
        return self.pick(
            f"quarter {number} of {year}",
            f"Q{number} {year}",
            f"the {words} quarter of {year}",
            f"Q{number} of {year}",
        )

    def one(self, text: str, kind: str, wrong: bool, at: int, numbers: int) -> Claim:
        every = frozenset(range(numbers))
        return Claim(
            text, kind, frozenset([at]) if wrong else frozenset(), every - {at} if wrong else every
        )

    # -- claims -----------------------------------------------------------------------------------

    def level(self, wrong: bool) -> Claim:
        m = self.count()
        value = self.value(m)
        typed = self.n(self.off(value) if wrong else value)
        noun = self.noun(m)
        text = self.pick(
            f"There were {typed} {noun} in 2015-16.",
            f"In 2015/16 the number of {noun} was {typed}.",
            f"Over the year we recorded {typed} {noun}.",
            f"{noun[0].upper()}{noun[1:]}: {typed}.",
            f"The total for {noun} came to {typed}.",
        )
        return self.one(text, "number", wrong, 0, 1)

    def two_levels(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        verb = "rose" if now > was else "fell"
        noun = self.noun(m)
        a, b = self.n(was), self.n(now)
        at = self.rng.randint(0, 1)
        if wrong:
            a, b = (self.n(self.off(was)), b) if at == 0 else (a, self.n(self.off(now)))
            if (int(a.replace(",", "")) < int(b.replace(",", ""))) != (now > was):
                return self.level(wrong)
        text = self.pick(
            f"The number of {noun} {verb} from {a} in 2014-15 to {b} in 2015-16.",
            f"{noun[0].upper()}{noun[1:]} {verb} from {a} to {b}.",
            f"Last year there were {a} {noun}; this year there were {b}.",
            f"{noun[0].upper()}{noun[1:]} stood at {a} in 2014/15, and {b} a year later.",
        )
        if "a year later" in text:
            text = text.replace("a year later", "in 2015/16")
        return self.one(text, "number", wrong, at, 2)

    def triple(self, wrong: bool) -> Claim:
        m = self.share()
        top, under = self.parts_of(m)
        of, did, _ = self.rng.choice(SHARES[m.code])
        t, u, v = self.n(top), self.n(under), self.pc(self.value(m))
        at = self.rng.randint(0, 2) if wrong else 0
        if wrong:
            t = self.n(self.off(top)) if at == 0 else t
            u = self.n(self.off(under)) if at == 1 else u
            v = self.pc(self.off_pc(self.value(m))) if at == 2 else v
        text = self.pick(
            f"In 2015-16, {t} of {u} {of} ({v}) {did}.",
            f"{t} of the {u} {of} {did} ({v}).",
            f"{t} out of {u} {of}, or {v}, {did}.",
        )
        return self.one(text, "arithmetic", wrong, at, 3)

    def triple_of(self, wrong: bool) -> Claim:
        m = self.share()
        top, under = self.parts_of(m)
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = self.off_pc(self.value(m)) if wrong else self.value(m)
        text = self.pick(
            f"Of the {self.n(under)} {of} in the year, {self.n(top)} ({self.pc(value)}) {did}.",
            f"Of {self.n(under)} {of}, {self.n(top)} {did} ({self.pc(value)}).",
        )
        return self.one(text, "arithmetic", wrong, 2, 3)

    def share_alone(self, wrong: bool) -> Claim:
        m = self.share()
        of, did, name = self.rng.choice(SHARES[m.code])
        typed = self.pc(
            self.off_pc(self.value(m)) if wrong else self.value(m), self.rng.randint(0, 1)
        )
        if wrong:
            typed = self.pc(self.off_pc(self.value(m)))
        text = self.pick(
            f"{typed} of {of} {did} in 2015-16.",
            f"Across the year {typed} of {of} {did}.",
            f"{name}: {typed}.",
        )
        return self.one(text, "number", wrong, 0, 1)

    def points(self, wrong: bool) -> Claim | None:
        m = self.clear_share()
        if m is None:
            return None
        now, was = self.value(m), self.value(m, BEFORE)
        diff = abs(rounded(now, 1) - rounded(was, 1))
        typed = f"{float(diff + (Fraction(self.rng.randint(8, 30), 10) if wrong else 0)):.1f}"
        _, _, name = self.rng.choice(SHARES[m.code])
        verb = "up" if now > was else "down"
        moved = "a rise of" if now > was else "a fall of"
        text = self.pick(
            f"{name} was {self.pc(now)}, {verb} {typed} percentage points on the {self.pc(was)} of 2014-15.",
            f"{name} went from {self.pc(was)} in 2014-15 to {self.pc(now)} in 2015-16, {moved} {typed} points.",
        )
        at = 1 if "percentage points on" in text else 2
        return self.one(text, "difference", wrong, at, 3)

    def clear_share(self, *, clear: bool = True) -> MeasureFact | None:
        found = []
        for one in self.council.measures:
            if not one.is_share or {item.code for item in one.items} & self.council.incomplete:
                continue
            now, was = self.parts_of(one), self.parts_of(one, BEFORE)
            tested = is_clear("", tuple(map(Fraction, now)), tuple(map(Fraction, was)))  # type: ignore[arg-type]
            if tested == clear and rounded(self.value(one), 1) != rounded(
                self.value(one, BEFORE), 1
            ):
                found.append(one)
        return self.rng.choice(found) if found else None

    def relative(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        change = abs(now - was) * 100 / was
        typed = self.pc(change + (Fraction(self.rng.randint(11, 70), 10) if wrong else 0))
        noun, verb = self.noun(m), "rise" if now > was else "fall"
        did = "rose" if now > was else "fell"
        text = self.pick(
            f"The number of {noun} {did} by {typed} compared with 2014-15.",
            f"There were {self.n(now)} {noun}, a {typed} {verb} on the previous year.",
        )
        return self.one(
            text, "difference", wrong, 0 if "by" in text else 1, 1 if "by" in text else 2
        )

    def difference(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        change = self.off(abs(now - was)) if wrong else abs(now - was)
        noun = self.noun(m)
        more, up = ("more", "up") if now > was else ("fewer", "down")
        text = self.pick(
            f"We recorded {self.n(now)} {noun}, {self.n(change)} {more} than in 2014-15.",
            f"{noun[0].upper()}{noun[1:]}: {self.n(now)}, {up} {self.n(change)} on the year before.",
            f"There were {self.n(now)} {noun} against {self.n(was)} the year before, a difference of {self.n(change)}.",
        )
        numbers = 3 if "against" in text else 2
        return self.one(text, "difference", wrong, numbers - 1, numbers)

    def rest(self, wrong: bool) -> Claim:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = rounded(self.value(m), 1)
        rest = 100 - value + (Fraction(self.rng.choice([10, -10, 15, 27]), 10) if wrong else 0)
        text = self.pick(
            f"{self.pc(value)} of {of} {did} in 2015-16; the remaining {self.pc(rest)} did not.",
            f"{self.pc(value)} of {of} {did}, leaving {self.pc(rest)} who did not.",
        )
        return self.one(text, "complement", wrong, 1, 2)

    def direction(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        up = (now > was) != wrong
        noun = self.noun(m)
        text = self.pick(
            f"The number of {noun} {'rose' if up else 'fell'} in 2015-16 compared with 2014-15.",
            f"There has been {'an increase' if up else 'a decrease'} in {noun} since last year.",
            f"There were {'more' if up else 'fewer'} {noun} than in 2014-15.",
        )
        return Claim(text, "direction", without_number=wrong)

    def quarter(self, wrong: bool) -> Claim:
        m = self.count()
        period = self.quarter_of()
        value = self.value(m, period)
        kind = "number"
        if wrong and self.rng.random() < 0.5:
            other = next(
                (one for one in period.its_year.quarters if self.value(m, one) != value), None
            )
            value, kind = (
                (self.value(m, other), "label") if other else (Fraction(self.off(value)), kind)
            )
        elif wrong:
            value = Fraction(self.off(value))
        noun, when = self.noun(m), self.q(period)
        text = self.pick(
            f"There were {self.n(value)} {noun} in {when}.",
            f"In {when} the figure for {noun} was {self.n(value)}.",
            f"{when[0].upper()}{when[1:]} saw {self.n(value)} {noun}.",
        )
        return self.one(text, kind, wrong, 0, 1)

    def quarters_listed(self, wrong: bool) -> Claim:
        m = self.count()
        values = [self.value(m, one) for one in YEAR.quarters]
        at = self.rng.randint(0, 3)
        typed = [
            self.n(self.off(value) if wrong and order == at else value)
            for order, value in enumerate(values)
        ]
        noun = self.noun(m)
        a, b, c, d = typed
        text = self.pick(
            f"Over 2015-16 {noun} numbered {a} in quarter 1, {b} in quarter 2, {c} in quarter 3 and {d} in quarter 4.",
            f"{noun[0].upper()}{noun[1:]} by quarter in 2015-16: Q1 {a}, Q2 {b}, Q3 {c}, Q4 {d}.",
        )
        return self.one(text, "number", wrong, at, 4)

    def area(self, wrong: bool) -> Claim:
        m = self.count(local=True)
        code, name = self.rng.choice(self.council.areas)
        value = self.value(m, YEAR, code)
        kind = "number"
        if wrong:
            others = [
                self.value(m, YEAR, other) for other, _ in self.council.areas if other != code
            ]
            value, kind = self.rng.choice(
                [(Fraction(self.off(value)), "number"), (self.rng.choice(others), "area")]
            )
        noun = self.noun(m)
        text = self.pick(
            f"{name} had {self.n(value)} {noun} in 2015-16.",
            f"In {name} there were {self.n(value)} {noun}.",
            f"Of these areas, {name} recorded {self.n(value)} {noun} over the year.",
        )
        return self.one(text, kind, wrong and value != self.value(m, YEAR, code), 0, 1)

    def areas(self, wrong: bool) -> Claim:
        m = self.count(local=True)
        (a, first), (b, second) = self.rng.sample(self.council.areas, 2)
        x, y = self.value(m, YEAR, a), self.value(m, YEAR, b)
        if wrong:
            x, y = y, x
        noun = self.noun(m)
        text = f"{first} had {self.n(x)} {noun} and {second} had {self.n(y)}."
        if wrong and x != y:
            return Claim(text, "area", frozenset([0, 1]))
        return Claim(text, "area", sound=frozenset([0, 1]))

    def sum_of_areas(self, wrong: bool) -> Claim:
        m = self.count(local=True)
        (a, first), (b, second) = self.rng.sample(self.council.areas, 2)
        total = self.value(m, YEAR, a) + self.value(m, YEAR, b)
        typed = self.n(self.off(total) if wrong else total)
        text = f"{first} and {second} together had {typed} {self.noun(m)} in 2015-16."
        return self.one(text, "sum", wrong, 0, 1)

    def size(self, wrong: bool) -> Claim | None:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = self.value(m)
        low = int(value // 5 * 5)
        if value - low < Fraction(1, 2) or value - low > Fraction(9, 2):
            return None
        if value - low <= 2:
            word = (
                self.pick("over", "more than", "just over")
                if not wrong
                else self.pick("nearly", "under", "almost")
            )
            typed = f"{low}%"
        elif low + 5 - value <= 2:
            word = (
                self.pick("nearly", "almost", "just under", "under")
                if not wrong
                else self.pick("over", "more than", "just over")
            )
            typed = f"{low + 5}%"
        else:
            word, typed = ("over", f"{low}%") if not wrong else ("over", f"{low + 5}%")
        text = self.pick(
            f"In 2015-16 {word} {typed} of {of} {did}.",
            f"{word[0].upper()}{word[1:]} {typed} of {of} {did}.",
        )
        return self.one(text, "size", wrong, 0, 1)

    def part(self, wrong: bool) -> Claim | None:
        words: dict[str, Fraction | int] = {
            "half": 50,
            "a third": Fraction(100, 3),
            "two thirds": Fraction(200, 3),
            "a quarter": 25,
            "three quarters": 75,
            "one in five": 20,
            "two in five": 40,
            "three in five": 60,
            "four in five": 80,
            "one in ten": 10,
            "nine in ten": 90,
            "a fifth": 20,
        }
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = self.value(m)
        near = [word for word, level in words.items() if abs(value - level) <= Fraction(19, 10)]
        far = [word for word, level in words.items() if 6 < abs(value - level) < 30]
        if not (far if wrong else near):
            return None
        word = self.rng.choice(far if wrong else near)
        text = self.pick(
            f"{word[0].upper()}{word[1:]} of {of} {did} in 2015-16.",
            f"This year about {word} of {of} {did}.",
        )
        return self.one(text, "size", wrong, 0, 1)

    def target(self, wrong: bool) -> Claim:
        (code, _, _), target = self.rng.choice(list(self.council.targets.items()))
        m = self.facts.by_code[code]
        _, _, name = self.rng.choice(SHARES[code])
        met = self.value(m) >= target.level
        level = target.level + (5 if wrong else 0)
        if self.rng.random() < 0.5:
            text = (
                f"{name} was {self.pc(self.value(m))} in 2015-16 against a target of {int(level)}%."
            )
            return self.one(text, "target", wrong, 1, 2)
        says = met != wrong
        text = f"{name} {'met' if says else 'missed'} its target in 2015-16."
        return Claim(text, "target", without_number=wrong)

    def gap(self, wrong: bool) -> Claim:
        (code, _, _), target = self.rng.choice(list(self.council.targets.items()))
        m = self.facts.by_code[code]
        _, _, name = self.rng.choice(SHARES[code])
        value = rounded(self.value(m), 1)
        gap = abs(value - target.level) + (Fraction(13, 10) if wrong else 0)
        side = "above" if value > target.level else "below"
        text = f"{name} was {float(gap):.1f} percentage points {side} the target in 2015-16."
        return self.one(text, "target", wrong, 0, 1)

    def highest(self, wrong: bool) -> Claim:
        m = self.count()
        values = {one: self.value(m, one) for one in YEAR.quarters}
        top = max(values, key=lambda one: values[one])
        low = min(values, key=lambda one: values[one])
        noun = self.noun(m)
        when = low if wrong else top
        text = self.pick(
            f"The number of {noun} was highest in quarter {when.first % 4 + 1} of 2015-16.",
            f"In 2015-16 {noun} peaked in Q{when.first % 4 + 1}.",
        )
        return Claim(text, "order", without_number=wrong)

    def highest_area(self, wrong: bool) -> Claim:
        m = self.count(local=True)
        values = {name: self.value(m, YEAR, code) for code, name in self.council.areas}
        top, low = (
            max(values, key=lambda one: values[one]),
            min(values, key=lambda one: values[one]),
        )
        name = low if wrong else top
        text = self.pick(
            f"{name} had the most {self.noun(m)} in 2015-16.",
            f"The highest number of {self.noun(m)} was in {name}.",
        )
        return Claim(text, "order", without_number=wrong)

    def trend(self, wrong: bool) -> Claim | None:
        m = self.count()
        values = [self.value(m, one) for one in YEAR.quarters]
        steps = [b - a for a, b in pairwise(values)]
        rises = all(step > 0 for step in steps)
        falls = all(step < 0 for step in steps)
        noun = self.noun(m)
        if not wrong and not (rises or falls):
            return None
        verb = self.pick("rose", "fell") if wrong else "rose" if rises else "fell"
        if wrong and ((verb == "rose" and rises) or (verb == "fell" and falls)):
            return None
        return Claim(
            f"The number of {noun} {verb} in every quarter of 2015-16.",
            "trend",
            without_number=wrong,
        )

    def broken(self, wrong: bool) -> Claim | None:
        found = [one for one in self.council.measures if one.numerator.breaks and not one.is_ratio]
        if not found:
            return None
        m = self.rng.choice(found)
        now, was = self.value(m), self.value(m, BEFORE)
        verb = "rose" if now > was else "fell"
        told = "" if wrong else " The two years are not comparable, because the recording changed."
        text = f"{self.noun(m)[0].upper()}{self.noun(m)[1:]} {verb} from {self.n(was)} in 2014-15 to {self.n(now)} in 2015-16.{told}"
        noun = self.noun(m)
        text = f"The number of {noun} {verb} from {self.n(was)} in 2014-15 to {self.n(now)} in 2015-16.{told}"
        return Claim(
            text,
            "break",
            frozenset([1]) if wrong else frozenset(),
            frozenset([0]) if wrong else frozenset([0, 1]),
        )

    def covered(self, wrong: bool) -> Claim | None:
        found = [
            one
            for one in self.council.measures
            if one.numerator.code in self.council.incomplete and not one.is_ratio and not one.of
        ]
        if not found:
            return None
        m = self.rng.choice(found)
        told = "" if wrong else " Two teams did not report."
        text = f"There were {self.n(self.value(m))} {self.noun(m)} in 2015-16.{told}"
        return self.one(text, "coverage", wrong, 0, 1)

    def snapshots(self, wrong: bool) -> Claim | None:
        m = self.count(snapshot=True)
        sums = [
            sum((self.value(m, one) for one in year.quarters), Fraction(0))
            for year in (BEFORE, YEAR)
        ]
        noun = self.noun(m).replace(" at the end of the period", "")
        if wrong:
            change = sums[1] - sums[0]
            if abs(change) < 3:
                return None
            more = "more" if change > 0 else "fewer"
            text = f"There were {self.n(abs(change))} {more} {noun} over 2015-16 than over 2014-15."
            if change == self.value(m) - self.value(m, BEFORE):
                return None
            return Claim(text, "snapshots", frozenset([0]))
        text = f"On average there were {self.n(rounded(sums[1] / 4, 0))} {noun} at the end of each quarter of 2015-16."
        return Claim(text, "snapshots", sound=frozenset([0]))

    def averaged(self, wrong: bool) -> Claim | None:
        m = self.share()
        values = [rounded(self.value(m, one), 1) for one in YEAR.quarters]
        average = rounded(sum(values, Fraction(0)) / 4, 1)
        pooled = rounded(self.value(m), 1)
        _, _, name = self.rng.choice(SHARES[m.code])
        if wrong and abs(average - pooled) < Fraction(2, 10):
            return None
        typed = self.pc(average if wrong else pooled)
        return self.one(f"{name} averaged {typed} over 2015-16.", "averaged", wrong, 0, 1)

    def cut(self, wrong: bool) -> Claim | None:
        m = self.share()
        value = self.value(m)
        floor = Fraction(value.numerator * 10 // value.denominator, 10)
        if floor == rounded(value, 1):
            return None
        of, did, _ = self.rng.choice(SHARES[m.code])
        typed = f"{float(floor):.1f}%" if wrong else self.pc(value)
        return self.one(f"In 2015-16 {typed} of {of} {did}.", "rounding", wrong, 0, 1)

    def whole(self, wrong: bool) -> Claim:
        a, b = self.rng.randint(20, 45), self.rng.randint(15, 30)
        c = 100 - a - b + (self.rng.choice([-4, 3, 6]) if wrong else 0)
        text = f"Of the stories families sent us, {a}% were about schools, {b}% about money and {c}% about health."
        if wrong:
            return Claim(text, "whole", frozenset([0, 1, 2]))
        return Claim(text, "whole")

    def chance(self, wrong: bool) -> Claim | None:
        m = self.clear_share(clear=not wrong)
        if m is None:
            return None
        now, was = self.value(m), self.value(m, BEFORE)
        _, _, name = self.rng.choice(SHARES[m.code])
        verb = "rose" if now > was else "fell"
        text = f"{name} {verb} from {self.pc(was)} in 2014-15 to {self.pc(now)} in 2015-16."
        if not wrong and self.rng.random() < 0.5:
            dull = self.clear_share(clear=False)
            if dull is not None:
                _, _, name = self.rng.choice(SHARES[dull.code])
                text = f"{name} was {self.pc(self.value(dull, BEFORE))} in 2014-15 and is now {self.pc(self.value(dull))}, no clear change."
        return Claim(
            text,
            "chance",
            frozenset([1]) if wrong else frozenset(),
            frozenset([0]) if wrong else frozenset([0, 1]),
        )

    def points_as_percent(self, wrong: bool) -> Claim | None:
        m = self.clear_share()
        if m is None:
            return None
        now, was = self.value(m), self.value(m, BEFORE)
        diff = abs(rounded(now, 1) - rounded(was, 1))
        relative = abs(now - was) * 100 / was
        _, _, name = self.rng.choice(SHARES[m.code])
        verb = "rose" if now > was else "fell"
        typed = self.pc(diff) if wrong else f"{float(diff):.1f} percentage points"
        if wrong and abs(relative - diff) < 1:
            return None
        return self.one(
            f"{name} {verb} by {typed} between 2014-15 and 2015-16.", "points", wrong, 0, 1
        )

    def bullet(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        first = self.n(self.off(now) if wrong else now)
        noun = self.noun(m)
        text = self.pick(
            f"- {noun[0].upper()}{noun[1:]}: {first} (2014-15: {self.n(was)})",
            f"- {noun[0].upper()}{noun[1:]} {first} ({self.n(was)} in 2014-15)",
            f"* {first} {noun} ({self.n(was)} the year before)",
        )
        return self.one(text, "number", wrong, 0, 2)

    def table(self, wrong: bool) -> Claim:
        m, other = self.count(), self.share()
        cells = [
            self.n(self.value(m, BEFORE)),
            self.n(self.value(m)),
            self.pc(self.value(other, BEFORE)),
            self.pc(self.value(other)),
        ]
        at = self.rng.randint(0, 3)
        if wrong:
            cells[at] = (
                self.n(self.off(self.value(m)))
                if at < 2
                else self.pc(self.off_pc(self.value(other)))
            )
            if at == 0:
                cells[0] = self.n(self.off(self.value(m, BEFORE)))
        text = (
            "| Measure | 2014-15 | 2015-16 |\n|---|---:|---:|\n"
            f"| {m.name} | {cells[0]} | {cells[1]} |\n| {other.name} | {cells[2]} | {cells[3]} |"
        )
        return self.one(text, "table", wrong, at, 4)

    def mean(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        value = rounded(self.value(m) / 4, 0)
        typed = self.n(self.off(value) if wrong else value)
        text = f"On average there were {typed} {self.noun(m)} a quarter in 2015-16."
        return self.one(text, "mean", wrong, 0, 1)

    def share_of_whole(self, wrong: bool) -> Claim:
        m = self.count(local=True)
        code, name = self.rng.choice(self.council.areas)
        value = self.value(m, YEAR, code) * 100 / self.value(m)
        typed = self.pc(self.off_pc(value) if wrong else value)
        text = f"{name} accounted for {typed} of all {self.noun(m)} in 2015-16."
        return self.one(text, "share", wrong, 0, 1)

    def back_reference(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        typed = self.n(self.off(was) if wrong else was)
        text = self.pick(
            f"There were {self.n(now)} {self.noun(m)} in 2015-16. This compares with {typed} the year before.",
            f"We recorded {self.n(now)} {self.noun(m)} this year. The figure for 2014-15 was {typed}.",
        )
        return self.one(text, "number", wrong, 1, 2)

    def parts(self, wrong: bool) -> Claim:
        m = self.count(local=True)
        chosen = self.council.areas[:3]
        values = [self.value(m, YEAR, code) for code, _ in chosen]
        at = self.rng.randint(0, 2)
        typed = [
            self.n(self.off(value) if wrong and order == at else value)
            for order, value in enumerate(values)
        ]
        listed = [f"{name} ({number})" for (_, name), number in zip(chosen, typed, strict=True)]
        text = f"The number of {self.noun(m)} differed from place to place: {listed[0]}, {listed[1]} and {listed[2]}."
        return self.one(text, "area", wrong, at, 3)

    def date(self, wrong: bool) -> Claim:
        m = self.count(snapshot=True)
        quarter = self.quarter_of()
        value = self.value(m, quarter)
        typed = self.n(self.off(value) if wrong else value)
        day = quarter.last_day
        noun = self.noun(m).replace(" at the end of the period", "")
        text = self.pick(
            f"At {day:%-d %B %Y} there were {typed} {noun}.",
            f"On {day:%-d %B %Y} the number of {noun} stood at {typed}.",
            f"At the end of {day:%B %Y} we had {typed} {noun}.",
        )
        return self.one(text, "number", wrong, 0, 1)

    def half(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        value = self.value(m, Period(2015 * 4, 2))
        typed = self.n(self.off(value) if wrong else value)
        text = self.pick(
            f"Between April and September 2015 there were {typed} {self.noun(m)}.",
            f"In the first half of 2015-16 we recorded {typed} {self.noun(m)}.",
        )
        return self.one(text, "number", wrong, 0, 1)

    def contradiction(self, wrong: bool) -> Claim:
        m = self.count()
        value = self.value(m)
        noun = self.noun(m)
        second = self.n(self.off(value) if wrong else value)
        text = f"There were {self.n(value)} {noun} in 2015-16.\n\nAs said above, the year's total of {second} {noun} took a good deal of work."
        return self.one(text, "contradiction", wrong, 1, 2)
