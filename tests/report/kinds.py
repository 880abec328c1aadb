"""Kinds of sentences that reports have, each as it is told rightly, and with each of its claims false.

A kind is a function from a :class:`Teller` to a text: the numbers and the words of direction, order
and so on that it asks the teller for are right, but for one, where the teller is told to be wrong.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from earlyhelp.report.checker import Options, check
from earlyhelp.report.checker.facts import CITY, MeasureFact
from earlyhelp.report.checker.figures import rounded
from earlyhelp.report.checker.findings import TextFinding
from earlyhelp.report.checker.periods import Period
from tests.report.councils import Council, is_clear
from tests.report.fresh_texts import EVENTS
from tests.report.texts import BEFORE, NOUNS, SHARES, YEAR

EVENTS |= {
    "plans-open": ("family plans", "were open"),
    "plans-ended": ("family plans", "were ended"),
    "referred": ("requests for support", "were received"),
    "forms": ("feedback forms", "came back"),
    "parenting": ("parents", "attended a parenting course"),
    "looked-after": ("children", "were looked after"),
}


class Unfit(Exception):
    """The figures of the council do not suit a kind."""


@dataclass
class Told:
    """What a teller said: the text, its numbers, and which of its claims is false."""

    text: str
    numbers: list[str]
    false: str
    is_word: bool

    def complaints(self, council: Council) -> list[str]:
        """What the checker gets wrong of it."""
        rows = check(self.text, council.facts(), Options(YEAR)).rows
        faults = [row.typed.lstrip("+-−") for row in rows if row.verdict.is_fault]
        if not self.false:
            agreed = [row.typed.lstrip("+-−") for row in rows if row.verdict == "agrees"]
            missed = [one for one in self.numbers if one not in agreed]
            return [f"called {row}" for row in faults] + [f"not confirmed {one}" for one in missed]
        found = bool(faults) if self.is_word else self.false in faults
        return [] if found else [f"not found: {self.false}"]

    def rows(self, council: Council) -> list[TextFinding]:
        """The rows of the checker."""
        return check(self.text, council.facts(), Options(YEAR)).rows


class Teller:
    """Tells a kind of sentence about one council; the claim number ``wrong`` is false."""

    def __init__(self, council: Council, seed: int, wrong: int | None = None) -> None:
        self.council = council
        self.facts = council.facts()
        self.rng = random.Random(seed)
        self._off = random.Random(seed + 1)
        self._wrong = wrong
        self.claims = 0
        self.numbers: list[str] = []
        self.false = ""
        self.is_word = False

    # -- what it is about ----------------------------------------------------------------------

    def flow(self, *, local: bool = True, but: Sequence[MeasureFact] = ()) -> MeasureFact:
        return self._count(is_snapshot=False, local=local, but=but)

    def snapshot(self, *, local: bool = False) -> MeasureFact:
        return self._count(is_snapshot=True, local=local, but=())

    def _count(self, *, is_snapshot: bool, local: bool, but: Sequence[MeasureFact]) -> MeasureFact:
        found = [
            one for one in self.council.measures
            if not one.is_ratio and not one.of and one.is_snapshot == is_snapshot and one not in but
            and one.code in EVENTS and not one.numerator.breaks and one.code not in self.council.incomplete
            and not (local and one.code in self.council.whole_only)
        ]  # fmt: skip
        return self.rng.choice(found)

    def share(self, *, target: bool = False) -> MeasureFact:
        found = [
            one for one in self.council.measures
            if one.is_percent and not ({item.code for item in one.items} & self.council.incomplete)
            and (not target or (one.code, CITY, 2015) in self.council.targets)
        ]  # fmt: skip
        return self.rng.choice(found)

    def clear(self) -> MeasureFact:
        """A share that moved by more than chance between the years."""
        m = self.share()
        now, was = self.facts.cell(m.code, CITY, YEAR), self.facts.cell(m.code, CITY, BEFORE)
        parts = [(one.numerator, one.denominator) for one in (now, was)]
        if not is_clear("", *parts):
            raise Unfit
        return m

    def target(self, m: MeasureFact) -> Fraction:
        return self.council.targets[m.code, CITY, 2015].level

    def noun(self, m: MeasureFact) -> str:
        return self.rng.choice(NOUNS[m.code])

    def event(self, m: MeasureFact) -> tuple[str, str]:
        return EVENTS[m.code]

    def people(self, m: MeasureFact) -> tuple[str, str, str]:
        return self.rng.choice(SHARES[m.code])

    def areas(self, number: int) -> list[tuple[str, str]]:
        return self.rng.sample(self.council.areas, number)

    def ranked(self, m: MeasureFact, period: Period = YEAR) -> list[tuple[str, str]]:
        """The areas by what they have, the least first; Unfit where two are nearly the same."""
        found = sorted(self.council.areas, key=lambda one: self.value(m, period, one[0]))
        self.apart(*(self.value(m, period, code) for code, _ in found))
        return found

    def value(self, m: MeasureFact, period: Period = YEAR, area: str = CITY) -> Fraction:
        cell = self.facts.cell(m.code, area, period)
        if cell is None or cell.value is None:
            raise Unfit
        return cell.value

    def part(self, m: MeasureFact, name: str, period: Period = YEAR, area: str = CITY) -> Fraction:
        cell = self.facts.cell(m.code, area, period)
        assert cell is not None
        return Fraction(getattr(cell, name))

    def quarters(self, m: MeasureFact, area: str = CITY) -> list[Fraction]:
        values = [self.value(m, one, area) for one in YEAR.quarters]
        if any(abs(a - b) <= 2 for at, a in enumerate(values) for b in values[at + 1 :]):
            raise Unfit
        return values

    def apart(self, *values: Fraction) -> None:
        order = sorted(values)
        if any(b - a <= max(Fraction(2), a / 25) for a, b in pairwise(order)):
            raise Unfit

    # -- what it claims ------------------------------------------------------------------------

    def _is_wrong(self) -> bool:
        self.claims += 1
        return self._wrong == self.claims - 1

    def n(self, value: Fraction | int) -> str:
        """A count."""
        off = self._off.choice([-1, 1]) * max(3, int(value) * self._off.randint(6, 19) // 100)
        return self._typed(Fraction(value), Fraction(off), lambda one: f"{int(one):,}")

    def pc(self, value: Fraction, places: int = 1) -> str:
        """A percentage."""
        return self._typed(
            value, self._points_off(), lambda one: f"{float(rounded(one, places)):.{places}f}%"
        )

    def pts(self, value: Fraction, places: int = 1) -> str:
        """A number of points."""
        return self._typed(
            value, self._points_off(), lambda one: f"{float(rounded(one, places)):.{places}f}"
        )

    def _points_off(self) -> Fraction:
        return Fraction(self._off.randint(31, 60), 10)

    def _typed(self, value: Fraction, off: Fraction, shown: Callable[[Fraction], str]) -> str:
        wrong = self._is_wrong()
        text = shown(value + off * wrong)
        self.false = text if wrong else self.false
        self.numbers.append(text)
        return text

    def says(self, is_so: bool, yes: str, no: str) -> str:
        """One of two words, by whether something is so."""
        if self._is_wrong():
            is_so, self.is_word = not is_so, True
            self.false = yes if is_so else no
        return yes if is_so else no

    def one(self, right: str, *others: str) -> str:
        """The right one of several names."""
        if self._is_wrong():
            self.is_word = True
            self.false = right = self._off.choice([one for one in others if one != right])
        return right


Kind = Callable[[Teller], str]


def tell(kind: Kind, council: Council, seed: int) -> list[Told]:
    """A kind told rightly, and wrongly in each of its claims; nothing where it does not suit."""
    teller = Teller(council, seed)
    try:
        right = kind(teller)
    except (Unfit, IndexError):
        return []
    found = [Told(right, [one for one in teller.numbers if one in right], "", is_word=False)]
    for wrong in range(teller.claims):
        other = Teller(council, seed, wrong)
        text = kind(other)
        if text != right:
            found.append(Told(text, other.numbers, other.false, other.is_word))
    return found


def up(text: str) -> str:
    """A text with a capital."""
    return text[0].upper() + text[1:]


def quarter(number: int) -> Period:
    """A quarter of the year."""
    return Period.quarter(2015, number)


def half(number: int, year: int = 2015) -> Period:
    """A half of a year."""
    return Period(year * 4 + 2 * number - 2, 2)


_ORDINALS = ("first", "second", "third", "fourth")
_ENDS = ("June 2015", "September 2015", "December 2015", "March 2016")


# fmt: off
# -- the year before in brackets, in notes, beside ----------------------------------------------


def brackets_headed(w: Teller) -> str:
    m = w.flow(local=False)
    n = w.flow(local=False, but=[m])
    head = w.rng.choice(["Figures for 2014-15 are in brackets.", "(Last year's figures in brackets.)", "Key figures, with those of 2014-15 in brackets:", "The previous year's figure is given in brackets.", "Headline figures for 2015-16 (2014-15 in brackets):", "In 2015-16 (with 2014-15 in brackets) there were:"])
    return f"{head}\n\n- {up(w.noun(m))}: {w.n(w.value(m))} ({w.n(w.value(m, BEFORE))})\n- {up(w.noun(n))}: {w.n(w.value(n))} ({w.n(w.value(n, BEFORE))})"


def brackets_labelled(w: Teller) -> str:
    m = w.flow(local=False)
    now, was = w.n(w.value(m)), w.n(w.value(m, BEFORE))
    inner = w.rng.choice([f"2014-15: {was}", f"{was} in 2014-15", f"last year {was}", f"previous year: {was}", f"{was} last year", f"{was} the year before", f"was {was} in 2014-15", f"against {was} in 2014-15"])
    return w.rng.choice([f"There were {now} {w.noun(m)} in 2015-16 ({inner}).", f"{up(w.noun(m))}: {now} ({inner})", f"In 2015-16 we recorded {now} {w.noun(m)} ({inner})."])


def brackets_moved(w: Teller) -> str:
    m = w.flow(local=False)
    now, was = w.value(m), w.value(m, BEFORE)
    w.apart(now, was)
    return f"There were {w.n(now)} {w.noun(m)} in 2015-16 ({w.says(now > was, 'up', 'down')} from {w.n(was)})."


def note(w: Teller) -> str:
    m = w.flow(local=False)
    mark, foot = w.rng.choice([("[^1]", "[^1]:"), ("*", "\\*"), ("*", "*"), ("¹", "¹"), ("[1]", "[1]"), ("†", "†")])
    said = w.rng.choice(["In 2014-15 there were {}.", "The 2014-15 figure was {}.", "{} in 2014-15.", "It had been {} the year before."])
    return f"There were {w.n(w.value(m))} {w.noun(m)} in 2015-16.{mark}\n\n{foot} {said.format(w.n(w.value(m, BEFORE)))}"


def note_half(w: Teller) -> str:
    m = w.flow(local=False)
    mark, foot = w.rng.choice([("*", "\\*"), ("[^a]", "[^a]:"), ("¹", "¹")])
    said = w.rng.choice(["Of these, {} came in the first half of the year.", "Of which {} fell in the first six months.", "{} of them were recorded in the first half of 2015-16."])
    return f"The year saw {w.n(w.value(m))}{mark} {w.noun(m)}.\n\n{foot} {said.format(w.n(w.value(m, half(1))))}"


def beside(w: Teller) -> str:
    m = w.flow(local=False)
    now, was = w.n(w.value(m)), w.n(w.value(m, BEFORE))
    return w.rng.choice([f"The number of {w.noun(m)} this year was {now}; last year's was {was}.", f"There were {now} {w.noun(m)}, where in 2014-15 there had been {was}.", f"{now} {w.noun(m)} were counted in 2015-16 and {was} the year before."])


# -- halves, parts of a year --------------------------------------------------------------------


def six_and_six(w: Teller) -> str:
    m = w.flow(local=False)
    what, did = w.event(m)
    second = w.rng.choice(["the second six", "the second six months", "the last six months", "the latter six", "the second", "the remaining six months", "the other six", "the second half", "the following six"])
    return f"{w.n(w.value(m, half(1)))} {what} {did} in the first six months of 2015-16 and {w.n(w.value(m, half(2)))} in {second}."


def months_of_halves(w: Teller) -> str:
    m = w.flow(local=False)
    what, did = w.event(m)
    return f"Between April and September 2015 {w.n(w.value(m, half(1)))} {what} {did}, and between October and March {w.n(w.value(m, half(2)))}."


def halves_total(w: Teller) -> str:
    m = w.flow(local=False)
    tail = w.rng.choice(["making {} in all", "a total of {}", "{} altogether", "which gives {} for the year as a whole"])
    a, b, c = w.n(w.value(m, half(1))), w.n(w.value(m, half(2))), w.n(w.value(m))
    return f"There were {a} {w.noun(m)} in the first half of 2015-16 and {b} in the second, {tail.format(c)}."


def day_range(w: Teller) -> str:
    m = w.flow(local=False)
    what, did = w.event(m)
    n = w.rng.choice([2, 3])
    end = _ENDS[n - 1]
    day = {2: "30", 3: "31"}[n]
    number = w.n(w.value(m, Period(2015 * 4, n)))
    when = w.rng.choice([f"From 1 April to {day} {end}", f"Between 1 April 2015 and {day} {end}", f"Between the start of April 2015 and the end of {end}", f"From the beginning of April to the end of {end}", f"In the {['', '', 'six', 'nine'][n]} months to {day} {end}", f"In the first {['', '', 'six', 'nine'][n]} months of 2015-16", f"From 1.4.15 to {day}.{ {2: '9', 3: '12'}[n]}.15"])
    return f"{when} {number} {what} {did}."


def same_of_other_year(w: Teller) -> str:
    m = w.flow(local=False)
    at = w.rng.choice([1, 2])
    months = {1: "April to September", 2: "October to December"}[at]
    period = {1: half(1), 2: quarter(3)}[at]
    name = {1: "six months", 2: "three months"}[at]
    then = w.rng.choice([f"the same {name} of 2014", "the same period of 2014", "the corresponding period of 2014-15", "the equivalent period a year earlier", "the same period the year before", "the same months of the previous year"])
    return f"From {months} 2015 there were {w.n(w.value(m, period))} {w.noun(m)}, compared with {w.n(w.value(m, period.year_before))} in {then}."


def same_quarter(w: Teller) -> str:
    m = w.flow(local=False)
    at = w.rng.randint(1, 4)
    then = w.rng.choice(["the same quarter of 2014-15", "the same quarter last year", "the corresponding quarter of 2014-15", "the equivalent quarter of the previous year", "the same quarter a year earlier", f"quarter {at} of the year before"])
    return f"In quarter {at} of 2015-16 there were {w.n(w.value(m, quarter(at)))} {w.noun(m)}, against {w.n(w.value(m, quarter(at).year_before))} in {then}."


def quarter_by_quarter(w: Teller) -> str:
    m = w.flow(local=False)
    a, b, c, d = (w.n(one) for one in w.quarters(m))
    return w.rng.choice([
        f"Quarter 1 of 2015-16 brought {a} {w.noun(m)}, quarter 2 {b}, quarter 3 {c} and quarter 4 {d}.",
        f"There were {a} {w.noun(m)} in the first quarter of 2015-16, {b} in the second, {c} in the third and {d} in the fourth.",
        f"{up(w.noun(m))} in 2015-16 by quarter: {a}, {b}, {c}, {d}.",
        f"{up(w.noun(m))} by quarter of 2015-16: Q1 {a}; Q2 {b}; Q3 {c}; Q4 {d}.",
        f"The {w.noun(m)} of 2015-16 numbered {a} (Q1), {b} (Q2), {c} (Q3) and {d} (Q4).",
    ])


def quarter_share(w: Teller) -> str:
    m = w.flow(local=False)
    at = w.rng.randint(1, 4)
    share = w.value(m, quarter(at)) * 100 / w.value(m)
    said = w.rng.choice(["{p} of the year's {n} came in quarter {q} of 2015-16.", "Of the {n} of 2015-16, {p} fell in the {o} quarter.", "Quarter {q} of 2015-16 accounted for {p} of all {n} of the year."])
    return said.format(p=w.pc(share), n=w.noun(m), q=at, o=_ORDINALS[at - 1])


def half_more(w: Teller) -> str:
    m = w.flow(local=False)
    what, did = w.event(m)
    a, b = w.value(m, half(1)), w.value(m, half(2))
    w.apart(a, b)
    more = w.says(b > a, "more", "fewer")
    return w.rng.choice([
        f"{up(more)} {what} {did} in the second half of 2015-16 than in the first.",
        f"{up(more)} {what} {did} in the last six months of 2015-16 than in the first six.",
        f"There were {more} {w.noun(m)} between October 2015 and March 2016 than between April and September 2015.",
    ])


# -- targets ------------------------------------------------------------------------------------


def target_words(w: Teller) -> str:
    m = w.share(target=True)
    value, level = rounded(w.value(m), 1), w.target(m)
    if abs(value - level) < 3:
        raise Unfit
    _, _, name = w.people(m)
    met = w.says(value > level, "exceeded|beat|was above|was better than|surpassed|met", "fell below|missed|was below|was short of|failed to reach|did not meet")
    words = dict(zip(met.split("|"), met.split("|"), strict=True))
    verb = w.rng.choice(list(words))
    return w.rng.choice([
        f"At {w.pc(value)}, {name} {verb} the target of {w.pc(level, 0)} for 2015-16.",
        f"{up(name)} was {w.pc(value)} in 2015-16, which {verb} the target of {w.pc(level, 0)}.",
        f"In 2015-16 {name}, at {w.pc(value)}, {verb} its {w.pc(level, 0)} target.",
    ])


def target_only_words(w: Teller) -> str:
    m = w.share(target=True)
    value, level = w.value(m), w.target(m)
    if abs(value - level) < 3:
        raise Unfit
    _, _, name = w.people(m)
    met = value > level
    return w.rng.choice([
        lambda: f"The target for {name} was {w.says(met, 'met', 'not met')} in 2015-16.",
        lambda: f"In 2015-16 we {w.says(met, 'met', 'missed')} the target for {name}.",
        lambda: f"{up(name)} {w.says(met, 'exceeded', 'did not reach')} its target in 2015-16.",
        lambda: f"For {name} the target of 2015-16 was {w.says(met, 'achieved', 'missed')}.",
        lambda: f"{up(name)} remained {w.says(met, 'above', 'below')} target in 2015-16.",
        lambda: f"Performance on {name} was {w.says(met, 'on or above', 'under')} target in 2015-16.",
    ])()


def target_gap(w: Teller) -> str:
    m = w.share(target=True)
    value, level = rounded(w.value(m), 1), w.target(m)
    if abs(value - level) < 3:
        raise Unfit
    _, _, name = w.people(m)
    side = w.says(value > level, "above", "below")
    return w.rng.choice([
        f"{up(name)} was {w.pc(value)} in 2015-16, {w.pts(abs(value - level))} percentage points {side} the target of {w.pc(level, 0)}.",
        f"{up(name)} ended 2015-16 {w.pts(abs(value - level))} points {side} target, at {w.pc(value)}.",
    ])


def two_targets(w: Teller) -> str:
    a, b = w.share(target=True), w.share(target=True)
    x, y = w.value(a) - w.target(a), w.value(b) - w.target(b)
    if a is b or min(abs(x), abs(y)) < 3:
        raise Unfit
    first, second = w.says(x > 0, "met", "missed"), w.says(y > 0, "met", "missed")
    return w.rng.choice([
        f"In 2015-16 the target for {w.people(a)[2]} was {first} and the one for {w.people(b)[2]} was {second}.",
        f"In 2015-16 we {first} the target for {w.people(a)[2]} but {second} that for {w.people(b)[2]}.",
        f"The target for {w.people(a)[2]} was {first} in 2015-16, while that for {w.people(b)[2]} was {second}.",
    ])


# -- tables -------------------------------------------------------------------------------------


def signs(w: Teller) -> str:
    m = w.flow()
    rows = []
    for code, name in w.council.areas:
        now, was = w.value(m, YEAR, code), w.value(m, BEFORE, code)
        w.apart(now, was)
        sign = w.says(now > was, "+", "-")
        rows.append(f"| {name} | {int(was)} | {int(now)} | {sign}{abs(int(now - was))} |")
    head = w.rng.choice(["Change", "Difference", "+/-", "Change on year"])
    return f"{up(w.noun(m))}\n\n| District | 2014-15 | 2015-16 | {head} |\n|---|---|---|---|\n" + "\n".join(rows)


def signs_percent(w: Teller) -> str:
    rows = []
    m = w.flow(local=False)
    for one in (m, w.flow(local=False, but=[m])):
        now, was = w.value(one), w.value(one, BEFORE)
        w.apart(now, was)
        sign = w.says(now > was, "+", "−")
        rows.append(f"{up(w.noun(one))}\t{int(was)}\t{int(now)}\t{sign}{w.pc(abs(now - was) * 100 / was)}")
    return "Measure\t2014-15\t2015-16\tChange (%)\n" + "\n".join(rows)


def areas_table(w: Teller) -> str:
    m, n = w.flow(), w.flow()
    rows = [f"| {name} | {w.n(w.value(m, YEAR, code))} | {w.n(w.value(n, YEAR, code))} |" for code, name in w.council.areas]
    return f"Table 2: 2015-16 by area\n\n| Area | {up(w.noun(m))} | {up(w.noun(n))} |\n|---|---|---|\n" + "\n".join(rows) + f"\n| Total | {w.n(w.value(m))} | {w.n(w.value(n))} |"


def share_table(w: Teller) -> str:
    m = w.share()
    _, _, name = w.people(m)
    rows = [f"{area}\t{w.pc(w.value(m, BEFORE, code))}\t{w.pc(w.value(m, YEAR, code))}" for code, area in w.council.areas]
    return f"{up(name)}\n\nArea\t2014-15\t2015-16\n" + "\n".join(rows)


def parts_table(w: Teller) -> str:
    m = w.share()
    of, did, _ = w.people(m)
    return f"| Year | {up(of)} | Of these, {did} | % |\n|---|---|---|---|\n" + "\n".join(
        f"| {when} | {w.n(w.part(m, 'denominator', one))} | {w.n(w.part(m, 'numerator', one))} | {w.pc(w.value(m, one))} |" for when, one in (("2014-15", BEFORE), ("2015-16", YEAR)))


# -- one and the other --------------------------------------------------------------------------


def while_other(w: Teller) -> str:
    a = w.flow(local=False)
    b = w.flow(local=False, but=[a])
    (x, x0), (y, y0) = ((w.value(one), w.value(one, BEFORE)) for one in (a, b))
    w.apart(x, x0)
    w.apart(y, y0)
    what, did = w.event(b)
    rose, more = w.says(x > x0, "rose", "fell"), w.says(y > y0, "more", "fewer")
    return w.rng.choice([
        f"While the number of {w.noun(a)} {rose}, {more} {what} {did} in 2015-16 than in 2014-15.",
        f"Although the number of {w.noun(a)} {rose} in 2015-16, {more} {what} {did} than in 2014-15.",
        f"In 2015-16 {w.noun(a)} {rose} on the year before, and {more} {what} {did}.",
        f"Compared with 2014-15, {w.noun(a)} {rose} and {w.noun(b)} {w_up(more)}.",
        f"{up(w.noun(a))} {rose} in 2015-16, whereas {w.noun(b)} {w_up(more)}.",
        f"The number of {w.noun(a)} {rose} between 2014-15 and 2015-16; the number of {w.noun(b)} {w_up(more)}.",
    ])


def w_up(more: str) -> str:
    """A verb for more and fewer."""
    return "went up" if more == "more" else "went down"


def both_moved(w: Teller) -> str:
    a = w.flow(local=False)
    b = w.flow(local=False, but=[a])
    (x, x0), (y, y0) = ((w.value(one), w.value(one, BEFORE)) for one in (a, b))
    w.apart(x, x0)
    w.apart(y, y0)
    if (x > x0) != (y > y0):
        raise Unfit
    rose = w.says(x > x0, "rose", "fell")
    return f"Both {w.noun(a)} and {w.noun(b)} {rose} in 2015-16."


def up_from(w: Teller) -> str:
    m = w.flow(local=False)
    now, was = w.value(m), w.value(m, BEFORE)
    w.apart(now, was)
    rise = w.says(now > was, "rise", "fall")
    more = {"rise": "more", "fall": "fewer"}[rise]
    a, b, d, p = now, was, abs(now - was), abs(now - was) * 100 / was
    return w.rng.choice([
        lambda: f"There were {w.n(a)} {w.noun(m)} in 2015-16, a {rise} of {w.n(d)} on 2014-15.",
        lambda: f"There were {w.n(d)} {more} {w.noun(m)} in 2015-16 than in 2014-15.",
        lambda: f"Compared to the {w.n(b)} {w.noun(m)} of 2014-15, this year's {w.n(a)} is a {rise} of {w.n(d)}.",
        lambda: f"Last year's {w.n(b)} {w.noun(m)} became {w.n(a)} in 2015-16, a {rise} of {w.pc(p)}.",
        lambda: f"{up(w.noun(m))} came to {w.n(a)} in 2015-16: a {rise} of {w.pc(p)} on the {w.n(b)} of 2014-15.",
        lambda: f"A year-on-year {rise} of {w.pc(p)} took {w.noun(m)} to {w.n(a)} in 2015-16.",
        lambda: f"{up(w.noun(m))} numbered {w.n(a)} in 2015-16, {w.n(d)} {more} than in the previous year.",
        lambda: f"With {w.n(a)} {w.noun(m)}, 2015-16 saw {w.n(d)} {more} than 2014-15.",
    ])()


def busier(w: Teller) -> str:
    m = w.flow(local=False)
    now, was = w.value(m), w.value(m, BEFORE)
    w.apart(now, was)
    what, did = w.event(m)
    more = w.says(now > was, "busier", "quieter")
    return f"It was a {more} year than the last: {w.n(now)} {what} {did}, against {w.n(was)} in 2014-15."


def brackets_then_moved(w: Teller) -> str:
    m = w.clear()
    now, was = w.value(m), w.value(m, BEFORE)
    if m.good == "neither":
        raise Unfit
    better = w.says((now > was) == (m.good == "higher"), "improved", "worsened")
    return f"{up(w.people(m)[2])} ({w.pc(was)} in 2014-15) has {better}, and now stands at {w.pc(now)}."


def to_and_from(w: Teller) -> str:
    m = w.flow(local=False)
    now, was = w.value(m), w.value(m, BEFORE)
    w.apart(now, was)
    rose = w.says(now > was, "rose", "fell")
    return w.rng.choice([
        lambda: f"The number of {w.noun(m)} {rose} to {w.n(now)} in 2015-16 from {w.n(was)} in 2014-15.",
        lambda: f"From {w.n(was)} in 2014-15, the number of {w.noun(m)} {rose} to {w.n(now)} in 2015-16.",
        lambda: f"Between 2014-15 and 2015-16 the number of {w.noun(m)} {rose} from {w.n(was)} to {w.n(now)}.",
        lambda: f"The number of {w.noun(m)} {rose} by {w.n(abs(now - was))} to {w.n(now)} in 2015-16.",
        lambda: f"In 2015-16 {w.noun(m)} {rose} by {w.pc(abs(now - was) * 100 / was)}, from {w.n(was)} to {w.n(now)}.",
        lambda: f"{up(w.noun(m))} {rose} over the year, from {w.n(was)} to {w.n(now)}.",
    ])()


def quarter_ends(w: Teller) -> str:
    m = w.flow()
    [(code, name)] = w.areas(1)
    a, b = w.value(m, Period.quarter(2014, 1), code), w.value(m, quarter(4), code)
    w.apart(a, b)
    rose = w.says(b > a, "rose", "fell")
    return w.rng.choice([
        lambda: f"In {name} the number of {w.noun(m)} {rose} between quarter 1 of 2014-15 and quarter 4 of 2015-16, from {w.n(a)} to {w.n(b)}.",
        lambda: f"From quarter 1 of 2014-15 to quarter 4 of 2015-16, {w.noun(m)} in {name} {rose} from {w.n(a)} to {w.n(b)}.",
        lambda: f"{up(w.noun(m))} in {name} {rose} from {w.n(a)} to {w.n(b)} between quarter 1 of 2014-15 and quarter 4 of 2015-16.",
    ])()


# -- areas --------------------------------------------------------------------------------------


def range_of_areas(w: Teller) -> str:
    m = w.rng.choice([w.flow(), w.share()])
    order = w.ranked(m)
    show = w.pc if m.is_ratio else w.n
    (a, x), (b, y) = order[0], order[-1]
    low, high = show(w.value(m, YEAR, a)), show(w.value(m, YEAR, b))
    x = w.one(x, y)
    subject = up(w.people(m)[2]) if m.is_ratio else f"The number of {w.noun(m)}"
    return w.rng.choice([
        f"{subject} ranged from {low} in {x} to {high} in {y} in 2015-16.",
        f"{subject} varied between {low} in {x} and {high} in {y} in 2015-16.",
        f"{subject} in 2015-16 was lowest in {x} ({low}) and highest in {y} ({high}).",
        f"Across the county {subject[0].lower() + subject[1:]} in 2015-16 ran from {low} ({x}) to {high} ({y}).",
        f"In 2015-16 {subject[0].lower() + subject[1:]} was highest in {y}, at {high}, and lowest in {x}, at {low}.",
    ])


def gap_of_areas(w: Teller) -> str:
    m = w.share()
    (a, first), (b, second) = w.areas(2)
    x, y = rounded(w.value(m, YEAR, a), 1), rounded(w.value(m, YEAR, b), 1)
    w.apart(x, y)
    name = w.people(m)[2]
    p, q, d = w.pc(x), w.pc(y), w.pts(abs(x - y))
    return w.rng.choice([
        f"In 2015-16 {name} was {p} in {first} and {q} in {second}, a gap of {d} percentage points.",
        f"{up(name)} was {p} in {first} but {q} in {second} in 2015-16: a difference of {d} points.",
        f"In 2015-16 {first} and {second} were {d} percentage points apart on {name}, at {p} and {q}.",
        f"The gap between {first} ({p}) and {second} ({q}) in {name} was {d} percentage points in 2015-16.",
    ])


def more_than_other(w: Teller) -> str:
    m = w.flow()
    (a, first), (b, second) = w.areas(2)
    x, y = w.value(m, YEAR, a), w.value(m, YEAR, b)
    w.apart(x, y)
    what, did = w.event(m)
    more = w.says(x > y, "more", "fewer")
    return w.rng.choice([
        lambda: f"{first} had {more} {w.noun(m)} than {second} in 2015-16.",
        lambda: f"{up(more)} {what} {did} in {first} than in {second} in 2015-16.",
        lambda: f"In 2015-16 there were {more} {w.noun(m)} in {first} than in {second}.",
        lambda: f"{first} had {w.n(abs(x - y))} {more} {w.noun(m)} than {second} in 2015-16.",
        lambda: f"There were {w.n(abs(x - y))} {more} {w.noun(m)} in {first} than in {second} in 2015-16.",
        lambda: f"In 2015-16 {first} ({w.n(x)}) had {more} {w.noun(m)} than {second} ({w.n(y)}).",
    ])()


def higher_share_there(w: Teller) -> str:
    m = w.share()
    (a, first), (b, second) = w.areas(2)
    x, y = w.value(m, YEAR, a), w.value(m, YEAR, b)
    w.apart(x, y)
    parts = [(w.part(m, "numerator", YEAR, one), w.part(m, "denominator", YEAR, one)) for one in (a, b)]
    if not is_clear("", *parts):
        raise Unfit
    of, did, name = w.people(m)
    higher = w.says(x > y, "higher", "lower")
    return w.rng.choice([
        f"A {higher} proportion of {of} {did} in {first} than in {second} in 2015-16.",
        f"{up(name)} was {higher} in {first} than in {second} in 2015-16.",
        f"In 2015-16 {name} was {w.pc(x)} in {first}, {higher} than the {w.pc(y)} in {second}.",
    ])


def only_had_more(w: Teller) -> str:
    m = w.flow()
    order = [name for _, name in w.ranked(m)]
    second = w.one(order[-2], *order[:-2])
    low = w.one(order[1], *order[2:])
    return w.rng.choice([
        f"Only {order[-1]} had more {w.noun(m)} than {second} in 2015-16, and only {order[0]} had fewer than {low}.",
        f"{second} had the second highest number of {w.noun(m)} in 2015-16, and {low} the second lowest.",
        f"In 2015-16 {second} was second only to {order[-1]} in {w.noun(m)}; {low} had the second fewest.",
    ])


def highest_area(w: Teller) -> str:
    m = w.flow()
    order = [name for _, name in w.ranked(m)]
    top, low = w.one(order[-1], *order[:-1]), w.one(order[0], *order[1:])
    return w.rng.choice([
        f"{top} had more {w.noun(m)} than any other area in 2015-16, {low} the fewest.",
        f"The highest number of {w.noun(m)} in 2015-16 was in {top}; the lowest was in {low}.",
        f"No area had more {w.noun(m)} in 2015-16 than {top}, and none had fewer than {low}.",
        f"The area with the most {w.noun(m)} in 2015-16 was {top}; that with the fewest was {low}.",
        f"In 2015-16 {w.noun(m)} were most numerous in {top} and least numerous in {low}.",
        f"{top} recorded the most {w.noun(m)} of all areas in 2015-16. {low} recorded the fewest.",
    ])


def every_area(w: Teller) -> str:
    m = w.flow()
    ups = [w.value(m, YEAR, code) > w.value(m, BEFORE, code) for code, _ in w.council.areas]
    for code, _ in w.council.areas:
        w.apart(w.value(m, YEAR, code), w.value(m, BEFORE, code))
    if len(set(ups)) == 1:
        more = w.says(ups[0], "more", "fewer")
    else:
        raise Unfit
    what, did = w.event(m)
    return w.rng.choice([
        f"In every area, {more} {what} {did} in 2015-16 than in 2014-15.",
        f"All areas had {more} {w.noun(m)} in 2015-16 than in 2014-15.",
        f"Every area saw {w.noun(m)} {'rise' if more == 'more' else 'fall'} in 2015-16.",
    ])


def all_but_one(w: Teller) -> str:
    m = w.flow()
    ups = {name: w.value(m, YEAR, code) > w.value(m, BEFORE, code) for code, name in w.council.areas}
    for code, _ in w.council.areas:
        w.apart(w.value(m, YEAR, code), w.value(m, BEFORE, code))
    most = sum(ups.values()) * 2 > len(ups)
    odd = [name for name, one in ups.items() if one != most]
    if len(odd) != 1:
        raise Unfit
    what, did = w.event(m)
    name = w.one(odd[0], *(one for one in ups if one != odd[0]))
    more = "more" if most else "fewer"
    return w.rng.choice([
        f"In all areas except {name}, {more} {what} {did} in 2015-16 than in 2014-15.",
        f"Every area but {name} had {more} {w.noun(m)} in 2015-16 than in 2014-15.",
        f"{up(w.noun(m))} {'rose' if most else 'fell'} in 2015-16 in every area apart from {name}.",
        f"{name} was the only area in which {w.noun(m)} {'fell' if most else 'rose'} in 2015-16.",
    ])


def mean_of_areas(w: Teller) -> str:
    m = w.flow()
    n = len(w.council.areas)
    mean = rounded(w.value(m) / n, 0)
    return w.rng.choice([
        f"The areas averaged {w.n(mean)} {w.noun(m)} each in 2015-16.",
        f"There were on average {w.n(mean)} {w.noun(m)} per area in 2015-16.",
        f"In 2015-16 each area had an average of {w.n(mean)} {w.noun(m)}.",
        f"The mean for an area was {w.n(mean)} {w.noun(m)} in 2015-16.",
    ])


def per_month(w: Teller) -> str:
    m = w.flow(local=False)
    return w.rng.choice([
        f"That is an average of {w.n(rounded(w.value(m) / 12, 0))} {w.noun(m)} a month in 2015-16.",
        f"In 2015-16 {w.noun(m)} averaged {w.n(rounded(w.value(m) / 4, 0))} a quarter.",
        f"There were about {w.n(rounded(w.value(m) / 12, 0))} {w.noun(m)} each month of 2015-16.",
    ])


def areas_listed(w: Teller) -> str:
    m = w.flow()
    numbers = [w.n(w.value(m, YEAR, code)) for code, _ in w.council.areas]
    names = [name for _, name in w.council.areas]
    pairs = list(zip(numbers, names, strict=True))
    listed = [f"{a} in {b}" for a, b in pairs]
    turned = [f"{b} ({a})" for a, b in pairs]
    had = [f"{b} {a}" for a, b in pairs]
    return w.rng.choice([
        f"In 2015-16 there were {', '.join(listed[:-1])} and {listed[-1]}, {w.n(w.value(m))} {w.noun(m)} in all.",
        f"{up(w.noun(m))} in 2015-16 by area: {', '.join(turned)}.",
        f"Of the {w.n(w.value(m))} {w.noun(m)} in 2015-16, {had[0].replace(' ' + numbers[0], f' had {numbers[0]}')}, {', '.join(had[1:-1])} and {had[-1]}.",
        f"The {w.noun(m)} of 2015-16 were in {', '.join(turned[:-1])} and {turned[-1]}.",
        f"{up(w.noun(m))}, 2015-16:\n\n" + "\n".join(f"- {b}: {a}" for a, b in pairs),
    ])


def of_them_in(w: Teller) -> str:
    m = w.flow()
    (a, first), (b, second) = w.areas(2)
    whole, x, y = w.n(w.value(m)), w.n(w.value(m, YEAR, a)), w.n(w.value(m, YEAR, b))
    return w.rng.choice([
        f"There were {whole} {w.noun(m)} in 2015-16, {x} of them in {first} and {y} in {second}.",
        f"Of the {whole} {w.noun(m)} in 2015-16, {x} were in {first} and {y} in {second}.",
        f"We recorded {whole} {w.noun(m)} in 2015-16, of which {x} in {first} and {y} in {second}.",
        f"{first} had {x} and {second} {y} of the {whole} {w.noun(m)} in 2015-16.",
        f"There were {whole} {w.noun(m)} in 2015-16. {first} had {x} of these and {second} {y}.",
    ])


def share_of_area(w: Teller) -> str:
    m = w.flow()
    [(code, name)] = w.areas(1)
    share = w.value(m, YEAR, code) * 100 / w.value(m)
    p = w.pc(share)
    return w.rng.choice([
        f"{p} of all {w.noun(m)} in 2015-16 came from {name}.",
        f"{name} accounted for {p} of the {w.noun(m)} in 2015-16.",
        f"In 2015-16 {name}'s share of the county's {w.noun(m)} was {p}.",
        f"In 2015-16 {w.n(w.value(m, YEAR, code))} {w.noun(m)} ({p} of the total) were in {name}.",
    ])


def fraction_of_area(w: Teller) -> str:
    words = {"a third": Fraction(100, 3), "a quarter": Fraction(25), "a fifth": Fraction(20), "a tenth": Fraction(10), "half": Fraction(50), "two fifths": Fraction(40)}
    m = w.flow()
    found = [(code, name, word) for code, name in w.council.areas for word, level in words.items() if abs(w.value(m, YEAR, code) * 100 / w.value(m) - level) < Fraction(3, 2)]
    code, name, word = w.rng.choice(found)
    level = words[word]
    said = w.one(word, *(one for one, other in words.items() if abs(other - level) > 8))
    return w.rng.choice([
        f"About {said} of all {w.noun(m)} in 2015-16 ({w.n(w.value(m, YEAR, code))}) came from {name}.",
        f"{name} had about {said} of the {w.noun(m)} in 2015-16.",
        f"Around {said} of {w.noun(m)} in 2015-16 were in {name}.",
    ])


def together(w: Teller) -> str:
    m = w.flow()
    (a, first), (b, second) = w.areas(2)
    total = w.value(m, YEAR, a) + w.value(m, YEAR, b)
    return w.rng.choice([
        f"{first} and {second} together had {w.n(total)} {w.noun(m)} in 2015-16.",
        f"Between them, {first} and {second} had {w.n(total)} {w.noun(m)} in 2015-16.",
        f"In 2015-16 {first} and {second} combined accounted for {w.pc(total * 100 / w.value(m))} of {w.noun(m)}.",
        f"{first} and {second} had {w.n(total)} {w.noun(m)} between them in 2015-16.",
    ])


def than_county(w: Teller) -> str:
    m = w.share()
    [(code, name)] = w.areas(1)
    x, y = rounded(w.value(m, YEAR, code), 1), rounded(w.value(m), 1)
    w.apart(x, y)
    above = w.says(x > y, "above", "below")
    return w.rng.choice([
        f"In {name} {w.people(m)[2]} was {w.pc(x)} in 2015-16, {above} the county figure of {w.pc(y)}.",
        f"At {w.pc(x)}, {w.people(m)[2]} in {name} was {above} the {w.pc(y)} of the county as a whole in 2015-16.",
        f"{up(w.people(m)[2])} in {name} was {above} the county average in 2015-16 ({w.pc(x)} against {w.pc(y)}).",
    ])


def area_moved(w: Teller) -> str:
    m = w.flow()
    (a, first), (b, second) = w.areas(2)
    rows = []
    for code, name in ((a, first), (b, second)):
        now, was = w.value(m, YEAR, code), w.value(m, BEFORE, code)
        w.apart(now, was)
        rows.append((name, w.says(now > was, "rose", "fell"), w.n(was), w.n(now)))
    (p, pr, p0, p1), (q, qr, q0, q1) = rows
    return w.rng.choice([
        f"In {p} {w.noun(m)} {pr} from {p0} in 2014-15 to {p1} in 2015-16; in {q} they {qr} from {q0} to {q1}.",
        f"Between 2014-15 and 2015-16 {w.noun(m)} {pr} from {p0} to {p1} in {p} and {qr} from {q0} to {q1} in {q}.",
    ])


# -- order and course ---------------------------------------------------------------------------


def at_first(w: Teller) -> str:
    m = w.flow(local=False)
    before = w.value(m, Period.quarter(2014, 4))
    values = [before, *w.quarters(m)]
    w.apart(*values[:3])
    steps = [now > was for was, now in pairwise(values)]
    turns = [at for at in (2, 3) if steps[0] == steps[1] != steps[at]]
    at = turns[0]
    first = w.rng.choice(["initially", "at first", "to begin with"])
    went = w.says(steps[0], "rose", "fell")
    then = w.rng.choice([f"before it {'fell' if steps[0] else 'rose'} in", f"before {'a fall' if steps[0] else 'an increase'} in"])
    return f"In 2015-16 the number of {w.noun(m)} {first} {went} slightly {then} quarter {at + 1}."


def busiest_quarter(w: Teller) -> str:
    m = w.flow(local=False)
    values = w.quarters(m)
    top, low = values.index(max(values)), values.index(min(values))
    others = [at for at in range(4) if at != top]
    first = w.one(str(top + 1), *(str(at + 1) for at in others))
    o = _ORDINALS[int(first) - 1]
    what, did = w.event(m)
    return w.rng.choice([
        lambda: f"The busiest quarter of 2015-16 for {w.noun(m)} was the {o}.",
        lambda: f"{up(w.noun(m))} peaked in quarter {first} of 2015-16.",
        lambda: f"The peak for {w.noun(m)} in 2015-16 was in the {o} quarter.",
        lambda: f"More {what} {did} in quarter {first} than in any other quarter of 2015-16.",
        lambda: f"Quarter {first} of 2015-16 had the most {w.noun(m)}.",
        lambda: f"{up(w.noun(m))} were at their highest in Q{first} of 2015-16.",
        lambda: f"Of the four quarters of 2015-16, the {o} had the highest number of {w.noun(m)}.",
        lambda: f"The quietest quarter of 2015-16 for {w.noun(m)} was the {w.one(_ORDINALS[low], *(one for at, one in enumerate(_ORDINALS) if at != low))}, and the busiest the {o}.",
    ])()


def peak_number(w: Teller) -> str:
    m = w.flow(local=False)
    values = w.quarters(m)
    top, low = values.index(max(values)), values.index(min(values))
    first = w.one(str(top + 1), *(str(at + 1) for at in range(4) if at != top))
    number = w.n(max(values))
    return w.rng.choice([
        lambda: f"{up(w.noun(m))} peaked at {number} in quarter {first} of 2015-16.",
        lambda: f"The number of {w.noun(m)} was highest in quarter {first} of 2015-16, at {number}.",
        lambda: f"The quarterly number of {w.noun(m)} varied between {w.n(min(values))} (quarter {low + 1}) and {number} (quarter {first}) in 2015-16.",
        lambda: f"The quarterly number of {w.noun(m)} in 2015-16 reached a high of {number} in quarter {first} and a low of {w.n(min(values))} in quarter {low + 1}.",
    ])()


def course(w: Teller) -> str:
    m = w.rng.choice([w.flow(local=False), w.snapshot()])
    at = w.rng.choice([1, 2])
    values = w.quarters(m)
    a, b = values[at] > values[at - 1], values[at + 1] > values[at]
    if a == b:
        raise Unfit
    first, second = w.says(a, "rise", "fall"), w.says(b, "rise", "fall")
    ing, past = {"rise": "rising", "fall": "falling"}, {"rise": "rose", "fall": "fell"}
    q, r = f"quarter {at + 1}", f"quarter {at + 2}"
    return w.rng.choice([
        f"After {ing[first]} in {q} of 2015-16, the number of {w.noun(m)} {past[second]} in {r}.",
        f"The number of {w.noun(m)} {past[first]} in {q} of 2015-16 before {ing[second]} in {r}.",
        f"The number of {w.noun(m)} {past[first]} in {q} of 2015-16 and {past[second]} in {r}.",
        f"Having {past[first].replace('rose', 'risen').replace('fell', 'fallen')} in {q} of 2015-16, the number of {w.noun(m)} {past[second]} in {r}.",
        f"A {first} in {w.noun(m)} in {q} of 2015-16 was followed by a {second} in {r}.",
    ])


def continued(w: Teller) -> str:
    m = w.rng.choice([w.flow(local=False), w.snapshot()])
    at = w.rng.choice([2, 3])
    values = w.quarters(m)
    a, b = values[at - 1] > values[at - 2], values[at] > values[at - 1]
    if a != b:
        raise Unfit
    on = w.says(b, "rise", "fall")
    return w.rng.choice([
        f"The number of {w.noun(m)} continued to {on} in quarter {at + 1} of 2015-16.",
        f"The number of {w.noun(m)} {'rose' if on == 'rise' else 'fell'} again in quarter {at + 1} of 2015-16.",
        f"There was a further {on} in {w.noun(m)} in quarter {at + 1} of 2015-16.",
    ])


def every_step(w: Teller) -> str:
    m = w.rng.choice([w.flow(local=False), w.snapshot()])
    values = w.quarters(m)
    steps = {b > a for a, b in pairwise(values)}
    if len(steps) != 1:
        raise Unfit
    rose = w.says(True in steps, "rose", "fell")
    return w.rng.choice([
        f"The number of {w.noun(m)} {rose} from each quarter to the next throughout 2015-16.",
        f"The number of {w.noun(m)} {rose} in every quarter of 2015-16.",
        f"{up(w.noun(m))} {rose} quarter on quarter in 2015-16.",
    ])


def no_steady_course(w: Teller) -> str:
    """Always false: it went up and down."""
    m = w.rng.choice([w.flow(local=False), w.snapshot()])
    values = w.quarters(m)
    if len({b > a for a, b in pairwise(values)}) == 1:
        raise Unfit
    rose = "rose" if values[3] > values[0] else "fell"
    if w.says(True, "", "x"):
        return w.rng.choice([
            f"The number of {w.noun(m)} {rose} from each quarter to the next throughout 2015-16.",
            f"The number of {w.noun(m)} {rose} in every quarter of 2015-16.",
            f"{up(w.noun(m))} {rose} steadily, quarter by quarter, through 2015-16.",
            f"Each quarter of 2015-16 brought {'more' if rose == 'rose' else 'fewer'} {w.noun(m)} than the one before.",
            f"The number of {w.noun(m)} {rose} in three successive quarters of 2015-16.",
        ])
    return f"The number of {w.noun(m)} {rose} between quarter 1 and quarter 4 of 2015-16."


def first_quarter_last(w: Teller) -> str:
    m = w.rng.choice([w.flow(local=False), w.snapshot()])
    values = w.quarters(m)
    rose = w.says(values[3] > values[0], "more", "fewer")
    return w.rng.choice([
        f"There were {rose} {w.noun(m)} in the last quarter of 2015-16 than in the first.",
        f"Quarter 4 of 2015-16 ended with {rose} {w.noun(m)} than quarter 1.",
    ]) if not m.is_snapshot else f"There were {rose} {w.noun(m)} at the end of March 2016 than at the end of June 2015."


# -- shares -------------------------------------------------------------------------------------


def of_whom(w: Teller) -> str:
    m = w.share()
    of, did, _ = w.people(m)
    top, under = w.part(m, "numerator"), w.part(m, "denominator")
    t, u, p = w.n(top), w.n(under), w.pc(w.value(m))
    return w.rng.choice([
        f"There were {u} {of} in 2015-16, {t} of which ({p}) {did}.",
        f"Of {u} {of} in 2015-16, {t} ({p}) {did}.",
        f"In 2015-16 {t} {of} {did}, out of a total of {u} ({p}).",
        f"{p} of {of} {did} in 2015-16 ({t} out of {u}).",
        f"In 2015-16, {t} of the {u} {of} {did}, or {p}.",
        f"In 2015-16, {t} of the {u} {of} {did}; that is {p}.",
        f"{t} out of {u} {of} {did} in 2015-16, which is {p}.",
        f"In 2015-16 there were {u} {of}. {t} of them ({p}) {did}.",
    ])


def both_years(w: Teller) -> str:
    m = w.clear()
    of, did, _ = w.people(m)
    a, b, p = w.n(w.part(m, "numerator")), w.n(w.part(m, "denominator")), w.pc(w.value(m))
    c, d, q = w.n(w.part(m, "numerator", BEFORE)), w.n(w.part(m, "denominator", BEFORE)), w.pc(w.value(m, BEFORE))
    return w.rng.choice([
        f"{a} of {b} {of} {did} in 2015-16 ({p}), compared to {c} of {d} in 2014-15 ({q}).",
        f"In 2015-16 {p} of {of} {did} ({a} of {b}); in 2014-15 it was {q} ({c} of {d}).",
        f"In 2014-15 {c} of {d} {of} {did} ({q}). In 2015-16 it was {a} of {b} ({p}).",
    ])


def points_moved(w: Teller) -> str:
    m = w.clear()
    now, was = w.value(m), w.value(m, BEFORE)
    name = w.people(m)[2]
    rose = w.says(now > was, "rose", "fell")
    a, b, d = w.pc(now), w.pc(was), w.pts(abs(rounded(now, 1) - rounded(was, 1)))
    return w.rng.choice([
        f"{up(name)} {rose} by {d} percentage points to {a} in 2015-16, from {b} in 2014-15.",
        f"{up(name)} {rose} from {b} in 2014-15 to {a} in 2015-16, {d} points.",
        f"At {a} in 2015-16, {name} {rose} {d} percentage points from {b} a year earlier.",
    ])


def complement(w: Teller) -> str:
    m = w.share()
    of, did, _ = w.people(m)
    top, under = w.part(m, "numerator"), w.part(m, "denominator")
    if top * 2 < under:
        raise Unfit
    return w.rng.choice([
        f"All but {w.n(under - top)} of the {w.n(under)} {of} {did} in 2015-16.",
        f"In 2015-16 {w.pc(w.value(m))} of {of} {did}; the other {w.pc(100 - rounded(w.value(m), 1))} did not.",
        f"Of {w.n(under)} {of} in 2015-16, {w.n(top)} {did} and the remaining {w.n(under - top)} did not.",
    ])


def fraction(w: Teller) -> str:
    words: dict[str, Fraction] = {"a quarter": Fraction(25), "three in ten": Fraction(30), "a third": Fraction(100, 3), "two fifths": Fraction(40), "half": Fraction(50), "three fifths": Fraction(60), "two thirds": Fraction(200, 3), "seven in ten": Fraction(70), "three quarters": Fraction(75), "four fifths": Fraction(80), "one in five": Fraction(20), "four in ten": Fraction(40), "six in every ten": Fraction(60), "one in four": Fraction(25)}
    m = w.share()
    of, did, _ = w.people(m)
    level = w.value(m)
    fit = [one for one, other in words.items() if abs(other - level) < Fraction(3, 2)]
    word = w.one(w.rng.choice(fit), *(one for one, other in words.items() if 8 < abs(other - level) < 25))
    return w.rng.choice([
        f"Around {word} of the {of} ({w.pc(level)}) {did} in 2015-16.",
        f"About {word} of {of} {did} in 2015-16.",
        f"In 2015-16, {w.pc(level)} of {of} {did}: about {word}.",
    ])


def most(w: Teller) -> str:
    m = w.share()
    of, did, _ = w.people(m)
    if abs(w.value(m) - 50) < 5:
        raise Unfit
    more = w.says(w.value(m) > 50, "More", "Fewer")
    return w.rng.choice([
        f"{more} than half of {of} {did} in 2015-16.",
        f"{'The majority' if more == 'More' else 'A minority'} of {of} {did} in 2015-16.",
        f"{'Most' if more == 'More' else 'Less than half'} of {of} {did} in 2015-16.",
    ])


def snapshot_then(w: Teller) -> str:
    m = w.snapshot()
    now, was = w.value(m), w.value(m, BEFORE)
    a, b = w.n(now), w.n(was)
    then = w.rng.choice(["twelve months previously", "a year earlier", "the year before", "at the same point in 2015", "at the end of March 2015", "at the end of 2014-15", "a year ago"])
    return w.rng.choice([
        f"The year closed with {a} {w.noun(m)}, as against {b} {then}.",
        f"At 31 March 2016 there were {a} {w.noun(m)}, compared with {b} {then}.",
        f"There were {a} {w.noun(m)} at the end of the year, where there had been {b} {then}.",
    ])


def snapshots_added(w: Teller) -> str:
    m = w.snapshot()
    values = w.quarters(m)
    what, did = w.event(m)
    wrong = w.says(True, "", "x")
    mean, total = w.n(rounded(sum(values, Fraction(0)) / 4, 0)) if not wrong else "", sum(values)
    if wrong:
        w.false = f"{int(total):,}"
        w.is_word = False
        return w.rng.choice([
            f"Across the four quarters of 2015-16, {w.false} {what} {did}.",
            f"Over 2015-16 as a whole there were {w.false} {w.noun(m)}.",
            f"In total, {w.false} {what} {did} during 2015-16.",
        ])
    return f"On average there were {mean} {w.noun(m)} at the quarter ends of 2015-16."


def doubled(w: Teller) -> str:
    found = []
    for m in [w.flow() for _ in range(6)]:
        for code, name in w.council.areas:
            for other, second in w.council.areas:
                x, y = w.value(m, YEAR, code), w.value(m, YEAR, other)
                for word, times in (("twice", 2), ("three times", 3), ("half", Fraction(1, 2))):
                    if abs(x / y - times) <= Fraction(5, 100) * times:
                        found.append((m, name, second, word))
    m, name, second, word = w.rng.choice(found)
    said = w.one(word, *(one for one in ("twice", "three times", "four times", "half") if one != word))
    return f"{name} had about {said} as many {w.noun(m)} as {second} in 2015-16."


# -- in turn, in brackets, over a column --------------------------------------------------------


def respectively(w: Teller) -> str:
    m = w.flow()
    (a, first), (b, second), (c, third) = w.areas(3)
    x, y, z = (w.n(w.value(m, YEAR, code)) for code in (a, b, c))
    return w.rng.choice([
        f"{first}, {second} and {third} recorded {x}, {y} and {z} {w.noun(m)} respectively in 2015-16.",
        f"In 2015-16 there were {x}, {y} and {z} {w.noun(m)} respectively in {first}, {second} and {third}.",
        f"The {w.noun(m)} of {first}, {second} and {third} numbered {x}, {y} and {z} respectively in 2015-16.",
    ])


def pair_in_brackets(w: Teller) -> str:
    m = w.flow()
    (a, first), (b, second) = w.areas(2)
    x, y = w.value(m, YEAR, a), w.value(m, YEAR, b)
    w.apart(x, y)
    more = w.says(x > y, "more", "fewer")
    return w.rng.choice([
        f"In 2015-16 {first} had {w.n(abs(x - y))} {more} {w.noun(m)} than {second} ({w.n(x)} and {w.n(y)}).",
        f"{first} had {more} {w.noun(m)} than {second} in 2015-16 ({w.n(x)} and {w.n(y)}).",
    ])


def corner_of_a_table(w: Teller) -> str:
    m = w.flow()
    rows = [f"| {name} | {w.n(w.value(m, BEFORE, code))} | {w.n(w.value(m, YEAR, code))} |" for code, name in w.council.areas]
    return f"| {up(w.noun(m))} | 2014-15 | 2015-16 |\n|---|---|---|\n" + "\n".join(rows)


def bounds(w: Teller) -> str:
    m = w.flow()
    order = w.ranked(m)
    low, high = (w.value(m, YEAR, order[at][0]) for at in (0, -1))
    return w.rng.choice([
        lambda: f"No area recorded fewer than {w.n(low)} {w.noun(m)} in 2015-16.",
        lambda: f"No area had more than {w.n(high)} {w.noun(m)} in 2015-16, and none fewer than {w.n(low)}.",
        lambda: f"In none of the areas were there more than {w.n(high)} {w.noun(m)} in 2015-16.",
    ])()


def some_of_the_areas(w: Teller) -> str:
    m = w.flow()
    words = {1: "One", 2: "Two", 3: "Three", 4: "Four"}
    ups = 0
    for code, _ in w.council.areas:
        now, was = w.value(m, YEAR, code), w.value(m, BEFORE, code)
        w.apart(now, was)
        ups += now > was
    if ups not in (2, 3, 4):
        raise Unfit
    said = w.one(words[ups], *(word for number, word in words.items() if number not in (1, ups)))
    size = {4: "four", 5: "five"}[len(w.council.areas)]
    return w.rng.choice([
        f"{said} of the {size} areas recorded more {w.noun(m)} in 2015-16 than the year before.",
        f"{said} of the {size} areas had more {w.noun(m)} in 2015-16 than in 2014-15.",
        f"In 2015-16 {w.noun(m)} rose in {said.lower()} of the {size} areas.",
    ])


def when_there_were(w: Teller) -> str:
    m = w.snapshot()
    now, was = w.value(m), w.value(m, BEFORE)
    w.apart(now, was)
    rise = w.says(now > was, "increase", "decrease")
    return w.rng.choice([
        f"There were {w.n(now)} {w.noun(m)} at the end of March 2016. This is {'an' if rise else 'a'} {rise} of {w.n(abs(now - was))} on the end of March 2015, when there were {w.n(was)}.",
        f"At 31 March 2016 there were {w.n(now)} {w.noun(m)}, {'a rise' if rise == 'increase' else 'a fall'} since 31 March 2015, when there were {w.n(was)}.",
    ])


def share_of_the_year(w: Teller) -> str:
    m = w.flow(local=False)
    at = w.rng.randint(1, 4)
    some, whole = w.value(m, quarter(at)), w.value(m)
    return f"{w.pc(some * 100 / whole)} of the year's {w.noun(m)} ({w.n(some)} of {w.n(whole)}) came in quarter {at} of 2015-16."


def of_them(w: Teller) -> str:
    """What the data do not know: the text's own arithmetic bears it out."""
    whole = w.rng.randint(30, 90)
    some = w.rng.randint(9, whole - 9)
    share = w.pc(Fraction(100 * some, whole))
    return w.rng.choice([
        f"An audit of {whole} case files in November 2015 judged {some} of them ({share}) to be good or better.",
        f"A sample of {whole} letters was read in May 2015, and {some} of these, {share}, were clear.",
    ])


KINDS: tuple[Kind, ...] = tuple(
    one for name, one in list(globals().items())
    if callable(one) and getattr(one, "__module__", "") == __name__ and getattr(one, "__annotations__", {}).get("w") is Teller
)  # fmt: skip
