"""A third set of claims, about a fourth council, in the sentences that its officers might write.

Its areas are called by the compass, so that a name of an area is a plain word as well.
"""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

from earlyhelp.report.checker.facts import CITY, MeasureFact, TargetFact
from earlyhelp.report.checker.figures import rounded
from earlyhelp.report.checker.periods import Period
from tests.report.councils import Council, filled, item_of, measures_of
from tests.report.texts import BEFORE, NOUNS, SHARES, YEAR, Claim, Writer

_MONTHS = ("June", "September", "December", "March")


def unitary(seed: int = 21) -> Council:
    """A unitary council with families first teams, in four areas called by the compass."""
    items = {
        one.code: one
        for one in (
            item_of("supported", "Families being supported", "families", is_snapshot=True),
            item_of("front-door", "Contacts with the front door", "contacts"),
            item_of("front-door-none", "Contacts that needed no further action", "contacts"),
            item_of("episodes-closed", "Episodes of support closed", "episodes"),
            item_of("episodes-stepped-up", "Episodes stepped up to statutory services", "episodes"),
            item_of("meetings", "Team around the family meetings held", "meetings"),
            item_of("checks-due", "Two-year development checks due", "checks"),
            item_of("checks-done", "Two-year development checks completed", "checks"),
            item_of("carers", "Young carers assessed", "young carers"),
            item_of("wishes", "Children asked for their wishes", "children"),
            item_of("wishes-met", "Children whose wishes were acted on", "children"),
            item_of("absent", "Pupils persistently absent", "pupils", is_snapshot=True),
        )
    }
    measures = measures_of(
        items,
        counts=("supported", "front-door", "episodes-closed", "meetings", "carers", "wishes", "absent"),
        shares=(
            ("no-action", "Contacts needing no further action", "front-door-none", "front-door"),
            ("stepped-up", "Stepped up to statutory services", "episodes-stepped-up", "episodes-closed"),
            ("checks-complete", "Two-year checks completed", "checks-done", "checks-due"),
            ("acted-on", "Wishes acted on", "wishes-met", "wishes"),
        ),
    )  # fmt: skip
    council = Council(
        "Marlsea Council",
        "Marlsea",
        [("n", "North"), ("e", "East"), ("s", "South"), ("w", "West")],
        items,
        measures,
        targets={
            ("checks-complete", CITY, 2015): TargetFact(Fraction(65), Fraction(3)),
            ("acted-on", CITY, 2015): TargetFact(Fraction(55), Fraction(2)),
        },
    )
    wholes = {
        "front-door-none": "front-door",
        "episodes-stepped-up": "episodes-closed",
        "checks-done": "checks-due",
        "wishes-met": "wishes",
    }
    return filled(council, random.Random(seed), wholes)


NOUNS |= {
    "supported": ["families being supported", "families with support in place"],
    "front-door": ["contacts with the front door", "front door contacts"],
    "episodes-closed": ["episodes of support closed", "episodes closed"],
    "meetings": ["team around the family meetings", "TAF meetings"],
    "carers": ["young carers assessed", "assessments of young carers"],
    "wishes": ["children asked for their wishes", "children who were asked for their wishes"],
    "absent": ["persistently absent pupils", "pupils who were persistently absent"],
}
SHARES |= {
    "no-action": [
        ("front door contacts", "needed no further action", "Contacts needing no further action")
    ],
    "stepped-up": [
        ("closed episodes", "were stepped up to statutory services", "the step-up rate")
    ],
    "checks-complete": [
        ("two-year checks due", "were completed", "the completion of two-year checks")
    ],
    "acted-on": [("children asked for their wishes", "saw them acted on", "wishes acted on")],
}


class FurtherWriter(Writer):
    """Sentences that the checker was made with in neither of the other sets."""

    def makers(self) -> list[Callable[[bool], Claim | None]]:
        return [
            self.than_area, self.than_area_by, self.rank, self.twice, self.area_share, self.area_rows, self.area_headings,
            self.area_paragraph, self.three_months, self.quarter_heading, self.month_end, self.opening, self.two_years_running,
            self.only_quarter, self.cumulative, self.fell_short, self.on_target, self.per_month, self.who_did_not, self.more_than_half,
            self.rise_in_words, self.unchanged, self.question, self.footnoted, self.spread, self.halves, self.remaining_areas,
            self.transposed, self.subgroup, self.outside, self.unrelated_period, self.sum_stated, self.share_moved, self.busiest_share,
        ]  # fmt: skip

    # -- helpers --------------------------------------------------------------------------------

    def local(self, m: MeasureFact, period: Period = YEAR) -> dict[str, Fraction]:
        """A measure by the names of the areas."""
        return {name: self.value(m, period, code) for code, name in self.council.areas}

    def two_areas(self, m: MeasureFact) -> tuple[str, str, Fraction, Fraction] | None:
        """Two areas that differ, the one with more first."""
        values = self.local(m)
        first, second = self.rng.sample(sorted(values), 2)
        if values[first] == values[second]:
            return None
        if values[first] < values[second]:
            first, second = second, first
        return first, second, values[first], values[second]

    def silent(self, text: str, kind: str, wrong: bool) -> Claim:
        """A claim without a number."""
        return Claim(text, kind, without_number=wrong)

    def up(self, noun: str) -> str:
        return noun[0].upper() + noun[1:]

    # -- areas against each other ---------------------------------------------------------------

    def than_area(self, wrong: bool) -> Claim | None:
        m = self.count()
        pair = self.two_areas(m)
        if pair is None:
            return None
        more, fewer, _, _ = pair
        if wrong:
            more, fewer = fewer, more
        text = self.pick(
            f"{more} had more {self.noun(m)} than {fewer} in 2015-16.",
            f"There were fewer {self.noun(m)} in {fewer} than in {more}.",
            f"In 2015-16 {fewer} saw fewer {self.noun(m)} than {more}.",
        )
        return self.silent(text, "areas", wrong)

    def than_area_by(self, wrong: bool) -> Claim | None:
        m = self.count()
        pair = self.two_areas(m)
        if pair is None:
            return None
        more, fewer, high, low = pair
        gap = self.off(high - low) if wrong else high - low
        text = self.pick(
            f"{fewer} recorded {self.n(low)} {self.noun(m)} in 2015-16, {self.n(gap)} fewer than {more}.",
            f"With {self.n(high)} {self.noun(m)} over the year, {more} had {self.n(gap)} more than {fewer}.",
        )
        return self.one(text, "areas", wrong, 1, 2)

    def rank(self, wrong: bool) -> Claim | None:
        m = self.count()
        values = self.local(m)
        order = sorted(values, key=lambda one: values[one])
        if len(set(values.values())) < len(values):
            return None
        name = order[1] if wrong else order[-1]
        low = order[2] if wrong else order[0]
        text = self.pick(
            f"No area had more {self.noun(m)} than {name} in 2015-16.",
            f"{low} is the area with the fewest {self.noun(m)} in 2015-16.",
            f"Of the four areas, {name} dealt with the largest number of {self.noun(m)} this year.",
        )
        return self.silent(text, "areas", wrong)

    def twice(self, wrong: bool) -> Claim | None:
        m = self.count()
        values = self.local(m)
        for first in values:
            for second in values:
                ratio = values[first] / values[second] if values[second] else Fraction(0)
                near = abs(ratio - 2) < Fraction(8, 100)
                far = Fraction(12, 10) < ratio < Fraction(16, 10)
                if (far if wrong else near) and first != second:
                    about = "" if wrong else "about "
                    text = (
                        f"{first} had {about}twice as many {self.noun(m)} as {second} in 2015-16."
                    )
                    return self.one(text, "areas", wrong, 0, 1)
        return None

    def area_share(self, wrong: bool) -> Claim:
        m = self.count()
        code, name = self.rng.choice(self.council.areas)
        part = self.value(m, YEAR, code)
        share = part * 100 / self.value(m)
        typed = self.pc(self.off_pc(share) if wrong else share)
        text = f"In 2015-16 {self.n(part)} of the {self.n(self.value(m))} {self.noun(m)} were in {name} ({typed})."
        return self.one(text, "areas", wrong, 2, 3)

    def area_rows(self, wrong: bool) -> Claim:
        m = self.count()
        values = self.local(m)
        at = self.rng.randint(0, 3)
        typed = [self.n(value) for value in values.values()]
        if wrong:
            typed[at] = self.n(self.off(list(values.values())[at]))
        rows = "\n".join(
            f"| {name} | {number} |" for name, number in zip(values, typed, strict=True)
        )
        text = f"| Area | {self.up(self.noun(m))}, 2015-16 |\n|---|---:|\n{rows}"
        return self.one(text, "table", wrong, at, 4)

    def area_headings(self, wrong: bool) -> Claim:
        m = self.count()
        (a, first), (b, second) = self.rng.sample(self.council.areas, 2)
        x, y = self.value(m, YEAR, a), self.value(m, YEAR, b)
        typed = self.n(self.off(y) if wrong else y)
        noun = self.noun(m)
        text = f"### {first}\n\nWe counted {self.n(x)} {noun} over the year.\n\n### {second}\n\nWe counted {typed} {noun} over the year."
        return self.one(text, "areas", wrong, 1, 2)

    def area_paragraph(self, wrong: bool) -> Claim:
        m = self.count()
        code, name = self.rng.choice(self.council.areas)
        now, was = self.value(m, YEAR, code), self.value(m, BEFORE, code)
        typed = self.n(self.off(was) if wrong else was)
        text = f"The team in {name} had a hard year. It recorded {self.n(now)} {self.noun(m)}; the year before it had been {typed}."
        return self.one(text, "areas", wrong, 1, 2)

    # -- periods --------------------------------------------------------------------------------

    def three_months(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        at = self.rng.randint(1, 4)
        value = self.value(m, Period.quarter(2015, at))
        year = 2016 if at == 4 else 2015
        typed = self.n(self.off(value) if wrong else value)
        text = f"{self.up(self.noun(m))} numbered {typed} in the three months to the end of {_MONTHS[at - 1]} {year}."
        return self.one(text, "period", wrong, 0, 1)

    def quarter_heading(self, wrong: bool) -> Claim:
        m, other = self.count(), self.count()
        period = self.quarter_of()
        x, y = self.value(m, period), self.value(other, period)
        typed = self.n(self.off(x) if wrong else x)
        text = f"## {self.q(period)[0].upper()}{self.q(period)[1:]}\n\n- {typed} {self.noun(m)}\n- {self.n(y)} {self.noun(other)}"
        text = (
            text
            if "uarter" in text or "Q" in text
            else f"## Q{period.first % 4 + 1} 2015-16\n\n- {typed} {self.noun(m)}\n- {self.n(y)} {self.noun(other)}"
        )
        return self.one(text, "period", wrong, 0, 2)

    def month_end(self, wrong: bool) -> Claim:
        m = self.count(snapshot=True)
        at = self.rng.randint(1, 4)
        value = self.value(m, Period.quarter(2015, at))
        year = 2016 if at == 4 else 2015
        typed = self.n(self.off(value) if wrong else value)
        text = f"By the end of {_MONTHS[at - 1]} {year} the figure for {self.noun(m)} had reached {typed}."
        return self.one(text, "period", wrong, 0, 1)

    def opening(self, wrong: bool) -> Claim:
        m = self.count(snapshot=True)
        start, end = self.value(m, BEFORE), self.value(m)
        typed = self.n(self.off(start) if wrong else start)
        text = f"We began 2015-16 with {typed} {self.noun(m)} and finished it with {self.n(end)}."
        return self.one(text, "period", wrong, 0, 2)

    def two_years_running(self, wrong: bool) -> Claim:
        m = self.count()
        x, y = self.value(m, BEFORE), self.value(m)
        typed = [self.n(x), self.n(self.off(y) if wrong else y)]
        text = f"The totals of {self.noun(m)} for 2014-15 and 2015-16 were {typed[0]} and {typed[1]} respectively."
        return self.one(text, "period", wrong, 1, 2)

    def only_quarter(self, wrong: bool) -> Claim | None:
        m = self.count()
        values = [self.value(m, one) for one in YEAR.quarters]
        downs = [at for at, (a, b) in enumerate(pairwise(values), 2) if b < a]
        ups = [at for at, (a, b) in enumerate(pairwise(values), 2) if b > a]
        if len(downs) + len(ups) < 3 or not ups or not downs:
            return None
        at = self.rng.choice(ups if wrong else downs)
        text = self.pick(
            f"{self.up(self.noun(m))} fell in quarter {at} of 2015-16.",
            f"In Q{at} 2015-16 there were fewer {self.noun(m)} than in the quarter before.",
        )
        return self.silent(text, "direction", wrong)

    def cumulative(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        value = self.value(m, Period(2015 * 4, 3))
        typed = self.n(self.off(value) if wrong else value)
        text = f"In the first three quarters of 2015-16 taken together there were {typed} {self.noun(m)}."
        return self.one(text, "period", wrong, 0, 1)

    def halves(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        first, second = self.value(m, Period(2015 * 4, 2)), self.value(m, Period(2015 * 4 + 2, 2))
        typed = self.n(self.off(second) if wrong else second)
        text = f"There were {self.n(first)} {self.noun(m)} in the first half of 2015-16 and {typed} in the second."
        return self.one(text, "period", wrong, 1, 2)

    def unrelated_period(self, wrong: bool) -> Claim:
        m = self.count()
        value = self.value(m)
        typed = self.n(self.off(value) if wrong else value)
        text = f"Since the new hub opened in May 2013 demand has been high: this year's {typed} {self.noun(m)} show it."
        return self.one(text, "period", wrong, 0, 1)

    # -- shares, targets, sizes -----------------------------------------------------------------

    def fell_short(self, wrong: bool) -> Claim:
        (code, _, _), target = self.rng.choice(list(self.council.targets.items()))
        m = self.facts.by_code[code]
        missed = self.value(m) < target.level
        _, _, name = self.rng.choice(SHARES[code])
        says = "fell short of" if missed != wrong else "reached"
        return self.silent(f"In 2015-16 {name} {says} the target we had set.", "target", wrong)

    def on_target(self, wrong: bool) -> Claim:
        (code, _, _), target = self.rng.choice(list(self.council.targets.items()))
        m = self.facts.by_code[code]
        of, did, _ = self.rng.choice(SHARES[code])
        value = rounded(self.value(m), 1)
        level = int(target.level) + (4 if wrong else 0)
        text = f"We wanted {level}% of {of} to be so this year; {self.pc(value)} {did}."
        text = f"The target for 2015-16 was {level}%, and {self.pc(value)} of {of} {did}."
        return self.one(text, "target", wrong, 0, 2)

    def per_month(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        value = rounded(self.value(m) / 12, 0)
        typed = self.n(self.off(value) if wrong else value)
        text = f"That is around {typed} {self.noun(m)} every month of 2015-16, or {self.n(self.value(m))} in all."
        return self.one(text, "mean", wrong, 0, 2)

    def who_did_not(self, wrong: bool) -> Claim:
        m = self.share()
        top, under = self.parts_of(m)
        of, did, _ = self.rng.choice(SHARES[m.code])
        rest = Fraction((under - top) * 100, under)
        typed = self.pc(self.off_pc(rest) if wrong else rest)
        text = f"{self.n(top)} of {self.n(under)} {of} {did} in 2015-16, which means that {typed} did not."
        return self.one(text, "complement", wrong, 2, 3)

    def more_than_half(self, wrong: bool) -> Claim | None:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = self.value(m)
        if abs(value - 50) < 2:
            return None
        most = (value > 50) != wrong
        text = (
            f"{'A majority' if most else 'A minority'} of {of} {did} in 2015-16, {self.pc(value)}."
        )
        text = f"{'More' if most else 'Fewer'} than half of the {of} ({self.pc(value)}) {did}."
        return Claim(
            text, "size", frozenset([0]) if wrong else frozenset(), frozenset([1]) if wrong else frozenset([0, 1])
        )  # fmt: skip

    def rise_in_words(self, wrong: bool) -> Claim | None:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        change = abs(now - was) * 100 / was
        words = {"a tenth": 10, "a fifth": 20, "a quarter": 25, "a third": 33, "half": 50}
        near = [word for word, level in words.items() if abs(change - level) <= Fraction(15, 10)]
        far = [word for word, level in words.items() if 6 < abs(change - level) < 30]
        if not (far if wrong else near):
            return None
        verb = "grew" if now > was else "shrank"
        text = f"The number of {self.noun(m)} {verb} by {self.rng.choice(far if wrong else near)} in 2015-16."
        return self.one(text, "difference", wrong, 0, 1)

    def unchanged(self, wrong: bool) -> Claim | None:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        change = abs(now - was) / was
        if (change < Fraction(15, 100)) if wrong else (change > Fraction(3, 100)):
            return None
        text = f"{self.up(self.noun(m))} stayed at much the same level in 2015-16 as in 2014-15."
        return self.silent(text, "stable", wrong)

    def question(self, wrong: bool) -> Claim:
        m = self.share()
        _, _, name = self.rng.choice(SHARES[m.code])
        now = self.value(m)
        typed = self.pc(self.off_pc(now) if wrong else now)
        text = f"How well did we do? On {name} the answer for 2015-16 is {typed}."
        return self.one(text, "number", wrong, 0, 1)

    def footnoted(self, wrong: bool) -> Claim:
        m = self.share()
        top, under = self.parts_of(m)
        of, did, _ = self.rng.choice(SHARES[m.code])
        typed = self.n(self.off(top) if wrong else top)
        text = f"{self.pc(self.value(m))} of {of} {did} this year.\n\nNote: {typed} of {self.n(under)}."
        return self.one(text, "arithmetic", wrong, 1, 3)

    def share_moved(self, wrong: bool) -> Claim | None:
        m = self.clear_share()
        if m is None:
            return None
        now, was = self.value(m), self.value(m, BEFORE)
        of, did, _ = self.rng.choice(SHARES[m.code])
        better = (now > was) != wrong
        text = f"A {'larger' if better else 'smaller'} share of {of} {did} in 2015-16 than in the year before."
        return self.silent(text, "direction", wrong)

    # -- sums, lists, tables --------------------------------------------------------------------

    def spread(self, wrong: bool) -> Claim:
        m = self.count()
        values = self.local(m)
        low, high = min(values.values()), max(values.values())
        typed = self.n(self.off(high) if wrong else high)
        text = f"Across the four areas, {self.noun(m)} ranged from {self.n(low)} to {typed} in 2015-16."
        return self.one(text, "areas", wrong, 1, 2)

    def remaining_areas(self, wrong: bool) -> Claim:
        m = self.count()
        code, name = self.rng.choice(self.council.areas)
        own, whole = self.value(m, YEAR, code), self.value(m)
        rest = self.off(whole - own) if wrong else whole - own
        text = f"Of {self.n(whole)} {self.noun(m)} in 2015-16, {name} had {self.n(own)} and the other three areas {self.n(rest)}."
        return self.one(text, "areas", wrong, 2, 3)

    def transposed(self, wrong: bool) -> Claim:
        m, other = self.count(), self.count()
        if m is other:
            m, other = self.facts.by_code["front-door"], self.facts.by_code["meetings"]
        rows = [
            (period, self.value(m, period), self.value(other, period)) for period in (BEFORE, YEAR)
        ]
        at = self.rng.randint(0, 3)
        typed = [self.n(value) for _, a, b in rows for value in (a, b)]
        if wrong:
            typed[at] = self.n(self.off([value for _, a, b in rows for value in (a, b)][at]))
        text = (
            f"| Year | {m.name} | {other.name} |\n|---|---|---|\n"
            f"| 2014-15 | {typed[0]} | {typed[1]} |\n| 2015-16 | {typed[2]} | {typed[3]} |"
        )
        return self.one(text, "table", wrong, at, 4)

    def sum_stated(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        values = [self.value(m, one) for one in YEAR.quarters]
        whole = self.off(sum(values, Fraction(0))) if wrong else sum(values, Fraction(0))
        listed = " + ".join(self.n(value) for value in values)
        text = f"{self.up(self.noun(m))} by quarter, 2015-16: {listed} = {self.n(whole)}."
        return self.one(text, "sum", wrong, 4, 5)

    def busiest_share(self, wrong: bool) -> Claim:
        m = self.count(snapshot=False)
        values = {one: self.value(m, one) for one in YEAR.quarters}
        top = max(values, key=lambda one: values[one])
        low = min(values, key=lambda one: values[one])
        when = low if wrong and values[low] != values[top] else top
        text = f"The busiest quarter of 2015-16 for {self.noun(m)} was the {_ORDINALS[when.first % 4]}."
        return self.silent(text, "order", wrong and values[low] != values[top])

    # -- what no data know ----------------------------------------------------------------------

    def subgroup(self, wrong: bool) -> Claim:
        """A part of a count that no measure has is left alone; the count is not."""
        m = self.count()
        value = self.value(m)
        typed = self.n(self.off(value) if wrong else value)
        some = int(value) // 7
        text = (
            f"We had {typed} {self.noun(m)} in 2015-16. Of these, {some} were new to the borough."
        )
        claim = self.one(text, "number", wrong, 0, 1)
        return Claim(claim.text, "number", claim.faulty, claim.sound)

    def outside(self, wrong: bool) -> Claim:
        """What happened in years that the data do not reach is left alone."""
        m = self.count()
        value = self.value(m)
        typed = self.n(self.off(value) if wrong else value)
        text = f"{self.up(self.noun(m))} came to {typed} in 2015-16; in 2001 Marlsea had 1,450 fewer children under five than in 2011."
        return self.one(text, "number", wrong, 0, 1)


_ORDINALS: Sequence[str] = ("first", "second", "third", "fourth")


def further_writer(seed: int) -> Writer:
    """A writer of the third set of sentences, about a fourth council."""
    return FurtherWriter(unitary(seed), seed)
