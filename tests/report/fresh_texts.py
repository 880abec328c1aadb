"""A fourth set of claims, about a fifth council, by somebody who had not read the checker.

A county whose districts are called after rivers, in the manner of the reports that officers write:
numbers are marked with ``{}`` in a sentence, and the fault is planted into one of them or its words.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from earlyhelp.report.checker.facts import CITY, MeasureFact, TargetFact
from earlyhelp.report.checker.figures import rounded
from earlyhelp.report.checker.periods import Period
from tests.report.councils import Council, filled, is_clear, item_of, measures_of
from tests.report.texts import BEFORE, NOUNS, SHARES, YEAR, Claim, Writer

_ORDINALS = ("first", "second", "third", "fourth")
_ENDS = ("June 2015", "September 2015", "December 2015", "March 2016")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = ("", "-one", "-two", "-three", "-four", "-five", "-six", "-seven", "-eight", "-nine")


def dales(seed: int = 31) -> Council:
    """A county council with an intensive programme, family hubs and an advice line, in five districts."""
    items = {
        one.code: one
        for one in (
            item_of("programme", "Families on the intensive programme", "families", is_snapshot=True),
            item_of("leavers", "Families leaving the programme", "families"),
            item_of("leavers-achieved", "Families leaving with their outcomes achieved", "families"),
            item_of("hub-referrals", "Referrals to the family hubs", "referrals"),
            item_of("hub-prompt", "Hub referrals answered within five working days", "referrals"),
            item_of("calls", "Calls to the advice line", "calls"),
            item_of("calls-lost", "Calls to the advice line abandoned", "calls"),
            item_of("births", "New birth visits due", "visits"),
            item_of("births-made", "New birth visits made within 14 days", "visits"),
            item_of("places-due", "Two-year-olds eligible for a funded place", "children", is_snapshot=True),
            item_of("places-taken", "Two-year-olds in a funded place", "children", is_snapshot=True),
            item_of("grants", "Hardship grants awarded", "grants"),
            item_of("neet", "Young people not in education, employment or training (NEET)", "young people", is_snapshot=True),
            item_of("entrants", "First-time entrants to the youth justice system", "young people"),
            item_of("notifications", "Domestic abuse notifications received", "notifications", breaks=((2015 * 4, "New police recording"),)),
        )
    }  # fmt: skip
    measures = measures_of(
        items,
        counts=(
            "programme", "leavers", "hub-referrals", "calls", "births", "places-due", "grants", "neet", "entrants",
            "notifications",
        ),
        shares=(
            ("achieved", "Outcomes achieved by families leaving the programme", "leavers-achieved", "leavers"),
            ("prompt", "Hub referrals answered within five working days", "hub-prompt", "hub-referrals"),
            ("abandoned", "Calls abandoned", "calls-lost", "calls"),
            ("birth-visits", "New birth visits within 14 days", "births-made", "births"),
            ("take-up", "Take-up of funded places", "places-taken", "places-due"),
        ),
    )  # fmt: skip
    council = Council(
        "Dalesmoor County Council",
        "Dalesmoor",
        [(name.lower(), name) for name in ("Aire", "Esk", "Nidd", "Swale", "Wharfe")],
        items,
        [replace(one, good="lower") if one.code == "abandoned" else one for one in measures],
        whole_only=frozenset({"entrants"}),
        targets={
            ("achieved", CITY, 2015): TargetFact(Fraction(60), Fraction(3)),
            ("birth-visits", CITY, 2015): TargetFact(Fraction(50), Fraction(2)),
            ("take-up", CITY, 2015): TargetFact(Fraction(45), Fraction(2)),
        },
    )
    wholes = {
        "leavers-achieved": "leavers",
        "hub-prompt": "hub-referrals",
        "calls-lost": "calls",
        "births-made": "births",
        "places-taken": "places-due",
    }
    return filled(council, random.Random(seed), wholes)


NOUNS |= {
    "programme": ["families on the intensive programme"],
    "leavers": ["families leaving the programme", "families who left the programme"],
    "hub-referrals": ["referrals to the family hubs", "hub referrals"],
    "calls": ["calls to the advice line", "advice line calls"],
    "births": ["new birth visits due"],
    "places-due": ["two-year-olds eligible for a funded place"],
    "grants": ["hardship grants", "hardship grants awarded"],
    "neet": [
        "young people who were NEET",
        "young people not in education, employment or training",
    ],
    "entrants": ["first-time entrants to the youth justice system", "first-time entrants"],
    "notifications": ["domestic abuse notifications", "notifications of domestic abuse"],
}
SHARES |= {
    "achieved": [
        (
            "families leaving the programme",
            "had achieved their outcomes",
            "the proportion of families leaving with their outcomes achieved",
        )
    ],
    "prompt": [
        (
            "referrals to the family hubs",
            "were answered within five working days",
            "the share of hub referrals answered within five working days",
        )
    ],
    "abandoned": [
        ("calls to the advice line", "were abandoned", "the proportion of calls abandoned")
    ],
    "birth-visits": [
        (
            "new birth visits due",
            "were made within 14 days",
            "the share of new birth visits made within 14 days",
        )
    ],
    "take-up": [("eligible two-year-olds", "were in a funded place", "take-up of funded places")],
}
# What happened, as a sentence says it: who or what, and the verb.
EVENTS: dict[str, tuple[str, str]] = {
    "programme": ("families", "were on the intensive programme"),
    "leavers": ("families", "left the programme"),
    "hub-referrals": ("referrals", "were made to the family hubs"),
    "calls": ("calls", "were taken by the advice line"),
    "births": ("new birth visits", "fell due"),
    "places-due": ("two-year-olds", "were eligible for a funded place"),
    "grants": ("hardship grants", "were awarded"),
    "neet": ("young people", "were not in education, employment or training"),
    "entrants": ("young people", "entered the youth justice system for the first time"),
}


@dataclass(frozen=True)
class Num:
    """A number as it is to be typed."""

    value: Fraction
    form: str = "count"

    def typed(self) -> str:
        """As it stands in the text."""
        value = self.value
        if self.form == "count":
            return f"{int(value):,}"
        if self.form == "change":
            return f"{int(value):+,}"
        if self.form == "word":
            return _TENS[int(value) // 10 - 2] + _ONES[int(value) % 10]
        return f"{float(rounded(value, 1)):.1f}" + "%" * (self.form == "pc")


def pc(value: Fraction) -> Num:
    """A percentage of one decimal."""
    return Num(value, "pc")


class FreshWriter(Writer):
    """Sentences in the manner of published reports."""

    def makers(self) -> list[Callable[[bool], Claim | None]]:
        return [
            self.as_against, self.up_from, self.passive, self.although, self.while_other, self.fraction_and_share,
            self.words_for_numbers, self.words_for_difference, self.headlines, self.quarter_table, self.change_table,
            self.varied_between, self.six_months, self.second_half, self.so_far, self.at_the_target, self.target_word,
            self.target_table, self.met_and_missed, self.busiest_district, self.quietest_quarter, self.went_to_district,
            self.each_district, self.a_month, self.doubled, self.continued, self.after_rising, self.from_districts,
            self.footnote, self.starred, self.of_another_whole, self.all_but, self.lowest_and_highest_share, self.apart,
            self.by_to, self.in_brackets_change, self.any_other_quarter, self.any_quarter_end, self.same_quarter,
            self.compared_to, self.in_district_list, self.more_likely, self.both_years, self.every_district, self.exception,
            self.two_quarters, self.last_years, self.quarter_alone, self.of_whom, self.has_improved, self.from_june_to_march,
            self.three_quarters_running, self.of_them_in, self.same_six_months, self.second_most, self.between_them,
            self.quarter_ends_added, self.change_of_recording, self.busier, self.two_in_one, self.rounded_to, self.year_rows,
        ]  # fmt: skip

    # -- helpers --------------------------------------------------------------------------------

    def flow(self, *, local: bool = False) -> MeasureFact:
        return self.count(snapshot=False, local=local)

    def two_flows(self, *, local: bool = False) -> tuple[MeasureFact, MeasureFact]:
        """Two flows that are not the same."""
        first = second = self.flow(local=local)
        while second is first:
            second = self.flow(local=local)
        return first, second

    def both(self, m: MeasureFact, area: str = CITY) -> tuple[Fraction, Fraction]:
        """This year and the one before."""
        return self.value(m, YEAR, area), self.value(m, BEFORE, area)

    def by_quarter(self, m: MeasureFact, area: str = CITY) -> list[Fraction]:
        return [self.value(m, one, area) for one in YEAR.quarters]

    def by_district(self, m: MeasureFact, period: Period = YEAR) -> dict[str, Fraction]:
        return {name: self.value(m, period, code) for code, name in self.council.areas}

    def up(self, text: str) -> str:
        return text[0].upper() + text[1:]

    def wrong_number(self, number: Num) -> Num:
        """The same number, wrongly typed."""
        if number.form == "pc":
            return replace(number, value=abs(self.off_pc(number.value)))
        if number.form == "points":
            return replace(number, value=number.value + Fraction(self.rng.randint(8, 40), 10))
        if number.form == "word":
            other = int(number.value) + self.rng.choice([-13, -4, 3, 5, 11])
            return replace(number, value=Fraction(min(99, max(20, other))))
        if number.form == "change":
            return replace(number, value=-number.value)
        digits = str(int(number.value))
        places = [at for at, (a, b) in enumerate(pairwise(digits)) if a != b and (at or b != "0")]
        if places and self.rng.random() < 0.5:
            at = self.rng.choice(places)
            digits = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
            return replace(number, value=Fraction(digits))
        return replace(number, value=Fraction(self.off(number.value)))

    def told(
        self,
        text: str,
        kind: str,
        wrong: bool,
        *numbers: Num | Fraction | int,
        at: int | None = None,
        keep: tuple[int, int] | None = None,
    ) -> Claim | None:
        """A sentence with its numbers; the fault goes into one of them, which keeps the order of two."""
        right = [one if isinstance(one, Num) else Num(Fraction(one)) for one in numbers]
        typed = list(right)
        place = self.rng.randrange(len(typed)) if at is None else at
        if wrong:
            typed[place] = self.wrong_number(typed[place])
        if keep is not None:
            a, b = keep
            if (typed[a].value < typed[b].value) != (right[a].value < right[b].value):
                return None
        if wrong and typed[place].typed() == right[place].typed():
            return None
        return self.said(text, kind, {place} if wrong else set(), *typed)

    def said(self, text: str, kind: str, faulty: set[int], *numbers: Num | Fraction | int) -> Claim:
        """A sentence with its numbers, some of them faulty."""
        typed = [(one if isinstance(one, Num) else Num(Fraction(one))).typed() for one in numbers]
        every = frozenset(range(len(typed)))
        return Claim(text.format(*typed), kind, frozenset(faulty), every - faulty)

    def silent(self, text: str, kind: str, wrong: bool) -> Claim:
        """A sentence that claims something without a number."""
        return Claim(self.up(text), kind, without_number=wrong)

    def apart_enough(self, *values: Fraction) -> bool:
        """That no two of them are nearly the same."""
        order = sorted(values)
        return all(b - a > max(Fraction(2), a / 25) for a, b in pairwise(order))

    # -- two years ------------------------------------------------------------------------------

    def as_against(self, wrong: bool) -> Claim | None:
        m = self.count(snapshot=True)
        now, was = self.both(m)
        noun = self.noun(m)
        text = f"The year closed with {{}} {noun}, as against {{}} twelve months previously."
        if wrong and self.apart_enough(now, was) and self.rng.random() < 0.5:
            return self.said(text, "swapped", {0, 1}, was, now)
        return self.told(text, "figure", wrong, now, was)

    def up_from(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.both(m)
        if not self.apart_enough(now, was):
            return None
        up = (now > was) != wrong
        text = f"{self.up(self.noun(m))} came to {{}} in 2015-16, {'up' if up else 'down'} from {{}} in 2014-15."
        return self.said(text, "direction", {0} if wrong else set(), now, was)

    def passive(self, wrong: bool) -> Claim | None:
        m = self.flow()
        what, did = EVENTS[m.code]
        text = self.pick(
            f"A total of {{}} {what} {did} in the course of 2015-16.",
            f"During the year to 31 March 2016, {{}} {what} {did} in Dalesmoor.",
            f"{{}} {what} {did} during 2015-16, which placed considerable demands on the teams.",
        )
        return self.told(text, "figure", wrong, self.value(m))

    def although(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows()
        (x, x0), (y, y0) = self.both(a), self.both(b)
        first, second = ("rose" if x > x0 else "fell"), ("rose" if y > y0 else "fell")
        join = "Although" if first != second else "Just as"
        text = (
            f"{join} the number of {self.noun(a)} {first} from {{}} in 2014-15 to {{}} in 2015-16, "
            f"that of {self.noun(b)} {second} from {{}} to {{}}."
        )
        at = self.rng.randrange(4)
        return self.told(
            text, "figure", wrong, x0, x, y0, y, at=at, keep=(at // 2 * 2, at // 2 * 2 + 1)
        )

    def while_other(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows()
        (x, x0), (y, y0) = self.both(a), self.both(b)
        if not self.apart_enough(x, x0) or not self.apart_enough(y, y0):
            return None
        what, did = EVENTS[b.code]
        more = "more" if (y > y0) != wrong else "fewer"
        text = (
            f"while the number of {self.noun(a)} {'increased' if x > x0 else 'decreased'}, "
            f"{more} {what} {did} in 2015-16 than in 2014-15."
        )
        return self.silent(text, "direction", wrong)

    def by_to(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.both(m)
        if not self.apart_enough(now, was):
            return None
        turned = wrong and self.rng.random() < 0.5
        verb = "increased" if (now > was) != turned else "reduced"
        text = f"In 2015-16 the number of {self.noun(m)} {verb} by {{}} to {{}}."
        if turned:
            return self.said(text, "direction", {0}, abs(now - was), now)
        return self.told(text, "difference", wrong, abs(now - was), now, at=0)

    def in_brackets_change(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.both(m)
        sign = "+" if now > was else "-"
        text = f"{self.up(self.noun(m))}: {{}} in 2015-16 ({sign}{{}} on 2014-15)"
        return self.told(text, "difference", wrong, now, pc(abs(now - was) * 100 / was), at=1)

    def compared_to(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.both(m)
        change = "an increase" if now > was else "a reduction"
        text = (
            f"Compared to the {{}} {self.noun(m)} of 2014-15, this year's {{}} is {change} of {{}}."
        )
        return self.told(text, "difference", wrong, was, now, abs(now - was), at=2)

    def last_years(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.both(m)
        text = f"Last year's {{}} {self.noun(m)} became {{}} in 2015-16."
        if wrong and self.apart_enough(now, was):
            return self.said(text, "swapped", {0, 1}, now, was)
        return self.told(text, "figure", wrong, was, now)

    def busier(self, wrong: bool) -> Claim | None:
        m = self.facts.by_code[self.pick("calls", "hub-referrals")]
        now, was = self.both(m)
        if not self.apart_enough(now, was):
            return None
        what, did = EVENTS[m.code]
        more = "busier" if (now > was) != wrong else "quieter"
        text = f"It was a {more} year than the last: {{}} {what} {did}, against {{}} in 2014-15."
        return self.said(text, "direction", {0} if wrong else set(), now, was)

    def words_for_difference(self, wrong: bool) -> Claim | None:
        code, name = self.rng.choice(self.council.areas)
        m = self.flow(local=True)
        now, was = self.both(m, code)
        if not 21 <= abs(now - was) <= 99:
            return None
        what, did = EVENTS[m.code]
        more = "more" if now > was else "fewer"
        text = f"In {name} {{}} {more} {what} {did} in 2015-16 than in the previous year."
        return self.told(text, "difference", wrong, Num(abs(now - was), "word"))

    def change_of_recording(self, wrong: bool) -> Claim:
        m = self.facts.by_code["notifications"]
        now, was = self.both(m)
        verb = "risen" if now > was else "fallen"
        told = "" if wrong else (
            " The police changed how they record them in April 2015, so that the two years cannot be compared."
        )  # fmt: skip
        text = f"Since 2014-15 {self.noun(m)} have {verb} from {{}} to {{}}.{told}"
        return self.said(text, "break", {1} if wrong else set(), was, now)

    def year_rows(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows()
        numbers = [self.value(m, period) for m in (a, b) for period in (BEFORE, YEAR)]
        text = (
            "Key indicator\t2014-15\t2015-16\n"
            f"{self.up(self.noun(a))}\t{{}}\t{{}}\n{self.up(self.noun(b))}\t{{}}\t{{}}"
        )
        if wrong and self.apart_enough(*numbers[:2]) and self.rng.random() < 0.5:
            return self.said(text, "table", {0, 1}, numbers[1], numbers[0], *numbers[2:])
        return self.told(text, "table", wrong, *numbers)

    def headlines(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows()
        (x, x0), (y, y0) = self.both(a), self.both(b)
        text = (
            "Headline figures for 2015-16 (2014-15 in brackets):\n\n"
            f"- {self.up(self.noun(a))}: {{}} ({{}})\n- {self.up(self.noun(b))}: {{}} ({{}})"
        )
        if wrong and self.apart_enough(y, y0) and self.rng.random() < 0.5:
            return self.said(text, "swapped", {2, 3}, x, x0, y0, y)
        return self.told(text, "figure", wrong, x, x0, y, y0)

    def two_in_one(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows()
        (what, did), (what2, did2) = EVENTS[a.code], EVENTS[b.code]
        text = f"In 2015-16 {{}} {what} {did} and {{}} {what2} {did2}."
        x, y = self.value(a), self.value(b)
        if wrong and self.apart_enough(x, y) and self.rng.random() < 0.5:
            return self.said(text, "swapped", {0, 1}, y, x)
        return self.told(text, "figure", wrong, x, y)

    def footnote(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.both(m)
        text = f"In all, there were {{}} {self.noun(m)} in 2015-16.[^1]\n\n[^1]: In 2014-15 there were {{}}."
        return self.told(text, "figure", wrong, now, was)

    def starred(self, wrong: bool) -> Claim | None:
        m = self.flow()
        half, whole = self.value(m, Period(2015 * 4, 2)), self.value(m)
        text = f"We recorded {{}}* {self.noun(m)} this year.\n\n\\* Of these, {{}} were recorded in the first half of the year."
        return self.told(text, "period", wrong, whole, half)

    # -- quarters and halves --------------------------------------------------------------------

    def words_for_numbers(self, wrong: bool) -> Claim | None:
        code, name = self.rng.choice(self.council.areas)
        m, at = self.flow(local=True), self.rng.randrange(4)
        value = self.by_quarter(m, code)[at]
        if not 21 <= value <= 99:
            return None
        what, did = EVENTS[m.code]
        text = f"In the {_ORDINALS[at]} quarter of 2015-16, {{}} {what} {did} in {name}."
        return self.told(text, "figure", wrong, Num(value, "word"))

    def quarter_table(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows()
        numbers = [one for m in (a, b) for one in (*self.by_quarter(m), self.value(m))]
        row = "| {} " * 5 + "|"
        text = (
            "Table 4: Activity by quarter, 2015-16\n\n| Measure | Q1 | Q2 | Q3 | Q4 | Year |\n|---|---|---|---|---|---|\n"
            f"| {a.name} {row}\n| {b.name} {row}"
        )
        if wrong and self.apart_enough(numbers[6], numbers[7]) and self.rng.random() < 0.5:
            numbers[6], numbers[7] = numbers[7], numbers[6]
            return self.said(text, "table", {6, 7}, *numbers)
        return self.told(text, "table", wrong, *numbers)

    def varied_between(self, wrong: bool) -> Claim | None:
        m = self.flow()
        values = self.by_quarter(m)
        if not self.apart_enough(*values):
            return None
        low, high = min(values), max(values)
        a, b = values.index(low) + 1, values.index(high) + 1
        if wrong:
            a, b = b, a
        text = f"The quarterly number of {self.noun(m)} varied between {{}} (quarter {a}) and {{}} (quarter {b}) in 2015-16."
        return self.said(text, "period", {0, 1} if wrong else set(), low, high)

    def six_months(self, wrong: bool) -> Claim | None:
        m = self.flow()
        first, second = (self.value(m, Period(2015 * 4 + at, 2)) for at in (0, 2))
        what, did = EVENTS[m.code]
        text = (
            f"{{}} {what} {did} in the first six months of 2015-16 and {{}} in the second six, "
            "which makes {} for the year."
        )
        return self.told(text, "parts", wrong, first, second, first + second)

    def second_half(self, wrong: bool) -> Claim | None:
        m = self.flow()
        first, second = (self.value(m, Period(2015 * 4 + at, 2)) for at in (0, 2))
        if not self.apart_enough(first, second):
            return None
        what, did = EVENTS[m.code]
        more = "more" if (second > first) != wrong else "fewer"
        text = f"{more} {what} {did} in the second half of 2015-16 than in the first."
        return self.silent(text, "direction", wrong)

    def so_far(self, wrong: bool) -> Claim | None:
        m, quarters = self.flow(), self.rng.choice((2, 3))
        right, slip = (
            self.value(m, Period(2015 * 4, quarters)),
            self.value(m, Period(2015 * 4, 5 - quarters)),
        )
        what, did = EVENTS[m.code]
        text = f"Between 1 April 2015 and the end of {_ENDS[quarters - 1]}, {{}} {what} {did}."
        if wrong and self.rng.random() < 0.5:
            return self.said(text, "period", {0}, slip)
        return self.told(text, "period", wrong, right)

    def quietest_quarter(self, wrong: bool) -> Claim | None:
        m = self.flow()
        values = self.by_quarter(m)
        if not self.apart_enough(*values):
            return None
        value = sorted(values)[self.rng.choice((1, 2, 3)) if wrong else 0]
        what, did = EVENTS[m.code]
        text = f"Quarter {values.index(value) + 1} of 2015-16 had the lowest figure of the year, when {{}} {what} {did}."
        return self.said(text, "order", {0} if wrong else set(), value)

    def any_other_quarter(self, wrong: bool) -> Claim | None:
        m = self.flow()
        values = self.by_quarter(m)
        if not self.apart_enough(*values):
            return None
        value = sorted(values)[self.rng.choice((0, 1, 2)) if wrong else 3]
        what, did = EVENTS[m.code]
        text = f"more {what} {did} in quarter {values.index(value) + 1} than in any other quarter of 2015-16."
        return self.silent(text, "order", wrong)

    def any_quarter_end(self, wrong: bool) -> Claim | None:
        m = self.count(snapshot=True)
        values = self.by_quarter(m)
        if not self.apart_enough(*values):
            return None
        low, high = min(values), max(values)
        lowest = self.rng.random() < 0.5
        value = (
            (max(values[:3]) if lowest else min(values[:3])) if wrong else (low if lowest else high)
        )
        if wrong and value == (low if lowest else high):
            return None
        word = "lower" if lowest else "higher"
        text = (
            f"the number of {self.noun(m)} was {word} at the end of {_ENDS[values.index(value)]} "
            "than at any other quarter end in 2015-16."
        )
        return self.silent(text, "order", wrong)

    def same_quarter(self, wrong: bool) -> Claim | None:
        m, at = self.flow(), self.rng.randrange(4)
        now, was = self.by_quarter(m)[at], self.value(m, BEFORE.quarters[at])
        other = self.value(m, BEFORE.quarters[(at + 1) % 4])
        what, did = EVENTS[m.code]
        text = f"{{}} {what} {did} in quarter {at + 1} of 2015-16, compared to {{}} in the same quarter of 2014-15."
        if wrong and self.apart_enough(was, other):
            return self.said(text, "period", {1}, now, other)
        return self.told(text, "figure", wrong, now, was)

    def same_six_months(self, wrong: bool) -> Claim | None:
        m = self.flow()
        now, was = self.value(m, Period(2015 * 4, 2)), self.value(m, Period(2014 * 4, 2))
        slip = self.value(m, Period(2014 * 4 + 2, 2))
        text = f"From April to September 2015 there were {{}} {self.noun(m)}; in the same six months of 2014 there were {{}}."
        if wrong and self.apart_enough(was, slip):
            return self.said(text, "period", {1}, now, slip)
        return self.told(text, "figure", wrong, now, was)

    def two_quarters(self, wrong: bool) -> Claim | None:
        m, at = self.flow(), self.rng.choice((0, 1, 2))
        values = self.by_quarter(m)
        what, did = EVENTS[m.code]
        text = f"In quarters {at + 1} and {at + 2} of 2015-16 combined, {{}} {what} {did}."
        return self.told(text, "sum", wrong, values[at] + values[at + 1])

    def quarter_alone(self, wrong: bool) -> Claim | None:
        m, at = self.flow(), self.rng.randrange(4)
        values = self.by_quarter(m)
        share = values[at] * 100 / sum(values, Fraction(0))
        text = f"Quarter {at + 1} alone accounted for {{}} of the {self.noun(m)} of 2015-16."
        return self.told(text, "share", wrong, pc(share))

    def from_june_to_march(self, wrong: bool) -> Claim | None:
        m = self.count(snapshot=True)
        values = self.by_quarter(m)
        if not self.apart_enough(values[0], values[3]):
            return None
        verb = "rose" if values[3] > values[0] else "fell"
        text = f"The number of {self.noun(m)} {verb} from {{}} at the end of June 2015 to {{}} at the end of March 2016."
        slip = values[self.rng.choice((1, 2))]
        if wrong and self.apart_enough(values[0], slip) and (slip < values[3]) == (verb == "rose"):
            return self.said(text, "period", {0}, slip, values[3])
        return self.told(text, "figure", wrong, values[0], values[3], keep=(0, 1))

    def continued(self, wrong: bool) -> Claim | None:
        m, at = self.count(), self.rng.choice((2, 3))
        values = self.by_quarter(m)
        if not self.apart_enough(*values[at - 2 : at + 1]):
            return None
        down, still = values[at - 1] < values[at - 2], values[at] < values[at - 1]
        if (down == still) == wrong:
            return None
        text = f"the number of {self.noun(m)} continued to {'fall' if down else 'rise'} in quarter {at + 1} of 2015-16."
        return self.silent(text, "trend", wrong)

    def after_rising(self, wrong: bool) -> Claim | None:
        m, at = self.count(), self.rng.choice((1, 2))
        values = self.by_quarter(m)
        if not self.apart_enough(*values[at - 1 : at + 2]):
            return None
        first, then = values[at] > values[at - 1], values[at + 1] > values[at]
        if first == then:
            return None
        a, b = ("rising", "fell") if first != wrong else ("falling", "rose")
        text = f"after {a} in quarter {at + 1} of 2015-16, the number of {self.noun(m)} {b} in quarter {at + 2}."
        return self.silent(text, "direction", wrong)

    def three_quarters_running(self, wrong: bool) -> Claim | None:
        found = []
        for m in self.council.measures:
            if m.is_ratio or m.of or m.numerator.breaks:
                continue
            values = self.by_quarter(m)
            steps = {b > a for a, b in pairwise(values)}
            if self.apart_enough(*values) and (len(steps) == 1) != wrong:
                found.append((m, True in steps))
        if not found:
            return None
        m, up = self.rng.choice(found)
        text = f"the number of {self.noun(m)} {'rose' if up else 'fell'} from each quarter to the next throughout 2015-16."
        return self.silent(text, "trend", wrong)

    def doubled(self, wrong: bool) -> Claim | None:
        low, high = (
            (Fraction(12, 10), Fraction(15, 10)) if wrong else (Fraction(2), Fraction(24, 10))
        )
        found = []
        for m in self.council.measures:
            if (
                m.is_ratio
                or m.of
                or m.is_snapshot
                or m.numerator.breaks
                or m.code in self.council.whole_only
            ):
                continue
            for code, name in self.council.areas:
                values = self.by_quarter(m, code)
                was, now = self.value(m, BEFORE.quarters[0], code), values[3]
                if low <= now / was <= high:
                    found.append((m, name, was, now, "more than doubled"))
                if low <= was / now <= high:
                    found.append((m, name, was, now, "more than halved"))
        if not found:
            return None
        m, name, was, now, word = self.rng.choice(found)
        text = f"In {name} the number of {self.noun(m)} {word} between quarter 1 of 2014-15 and quarter 4 of 2015-16, from {{}} to {{}}."
        claim = self.said(text, "size", set(), was, now)
        faulty = frozenset([0] if wrong else [])
        return Claim(claim.text, "size", faulty, frozenset(range(3)) - faulty)

    def quarter_ends_added(self, wrong: bool) -> Claim:
        m = self.count(snapshot=True)
        values = self.by_quarter(m)
        if wrong:
            what, did = EVENTS[m.code]
            return self.said(
                f"Across the four quarters of 2015-16, {{}} {what} {did}.",
                "snapshots",
                {0},
                sum(values),
            )
        text = f"Across the four quarter ends of 2015-16 there were on average {{}} {self.noun(m)}."
        return self.said(text, "snapshots", set(), rounded(sum(values, Fraction(0)) / 4, 0))

    # -- districts ------------------------------------------------------------------------------

    def change_table(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        rows, numbers = [], list[Num]()
        for code, name in self.council.areas[:3]:
            now, was = self.both(m, code)
            rows.append(f"| {name} | {{}} | {{}} | {{}} |")
            numbers += [Num(was), Num(now), Num(now - was, "change")]
            if now == was:
                return None
        text = (
            f"{self.up(self.noun(m))}\n\n| District | 2014-15 | 2015-16 | Change |\n|---|---|---|---|\n"
            + "\n".join(rows)
        )
        at = self.rng.choice((2, 5, 8, self.rng.randrange(9)))
        return self.told(text, "table", wrong, *numbers, at=at)

    def busiest_district(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        values = self.by_district(m)
        if not self.apart_enough(*values.values()):
            return None
        order = sorted(values, key=lambda one: values[one])
        most = self.rng.random() < 0.5
        name = order[self.rng.choice((1, 2, 3))] if wrong else order[-1 if most else 0]
        word = "highest" if most else "lowest"
        text = (
            f"{name} had the {word} number of {self.noun(m)} of any district in 2015-16, at {{}}."
        )
        return self.said(text, "order", {0} if wrong else set(), values[name])

    def second_most(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        values = self.by_district(m)
        if not self.apart_enough(*values.values()):
            return None
        order = sorted(values, key=lambda one: values[one])
        name = order[self.rng.choice((0, 1, 2))] if wrong else order[-2]
        text = f"only {order[-1]} had more {self.noun(m)} than {name} in 2015-16."
        return self.silent(text, "order", wrong)

    def went_to_district(self, wrong: bool) -> Claim | None:
        words = {
            "a third": Fraction(100, 3),
            "a quarter": Fraction(25),
            "a fifth": Fraction(20),
            "a tenth": Fraction(10),
        }
        m = self.flow(local=True)
        name, value = self.rng.choice(list(self.by_district(m).items()))
        share = value * 100 / self.value(m)
        fit = [
            word for word, level in words.items()
            if (abs(share - level) > 6 if wrong else abs(share - level) <= Fraction(15, 10))
        ]  # fmt: skip
        if not fit:
            return None
        text = f"About {self.rng.choice(fit)} of all {self.noun(m)} in 2015-16 ({{}}) came from {name}."
        claim = self.said(text, "size", set(), value)
        faulty = frozenset([0] if wrong else [])
        return Claim(claim.text, "size", faulty, frozenset((0, 1)) - faulty)

    def each_district(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        mean = rounded(self.value(m) / 5, 0)
        text = f"The districts averaged {{}} {self.noun(m)} each in 2015-16, of a total of {{}}."
        return self.told(text, "mean", wrong, mean, self.value(m), at=0)

    def a_month(self, wrong: bool) -> Claim | None:
        m = self.flow()
        text = (
            f"The county's {{}} {self.noun(m)} in 2015-16 work out at an average of {{}} a month."
        )
        return self.told(text, "mean", wrong, self.value(m), rounded(self.value(m) / 12, 0), at=1)

    def from_districts(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        values = self.by_district(m)
        listed = ", ".join(f"{{}} in {name}" for name in list(values)[:-1])
        text = f"In 2015-16 there were {listed} and {{}} in {list(values)[-1]}, giving a county total of {{}} {self.noun(m)}."
        return self.told(text, "parts", wrong, *values.values(), self.value(m))

    def in_district_list(self, wrong: bool) -> Claim | None:
        a, b = self.two_flows(local=True)
        (code, name), (other, _) = self.rng.sample(self.council.areas, 2)
        x, y, slip = (
            self.value(a, YEAR, code),
            self.value(b, YEAR, code),
            self.value(b, YEAR, other),
        )
        text = f"In {name}, 2015-16 brought:\n\n- {{}} {self.noun(a)};\n- {{}} {self.noun(b)}."
        if wrong and self.apart_enough(y, slip):
            return self.said(text, "area", {1}, x, slip)
        return self.told(text, "figure", wrong, x, y)

    def of_them_in(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        (a, first), (b, second) = self.rng.sample(self.council.areas, 2)
        x, y = self.value(m, YEAR, a), self.value(m, YEAR, b)
        text = f"The county recorded {{}} {self.noun(m)} in 2015-16, {{}} of them in {first} and {{}} in {second}."
        if wrong and self.apart_enough(x, y):
            return self.said(text, "area", {1, 2}, self.value(m), y, x)
        return self.told(text, "figure", wrong, self.value(m), x, y)

    def between_them(self, wrong: bool) -> Claim | None:
        m = self.flow(local=True)
        values = self.by_district(m)
        first, second = self.rng.sample(sorted(values), 2)
        share = (values[first] + values[second]) * 100 / self.value(m)
        if (share > 45) if wrong else (share < 52):
            return None
        text = f"{first} and {second} between them had more than half of the {self.noun(m)} in 2015-16."
        return Claim(text, "size", frozenset([0] if wrong else []), frozenset([] if wrong else [0]))

    def every_district(self, wrong: bool) -> Claim | None:
        return self._how_many_up(
            {1, 2} if wrong else {0},
            "in every district, {} {} {} in 2015-16 than in 2014-15.",
            wrong,
        )

    def exception(self, wrong: bool) -> Claim | None:
        return self._how_many_up(
            {2, 3} if wrong else {1},
            "in all districts except {3}, {0} {1} {2} in 2015-16 than in 2014-15.",
            wrong,
        )

    def _how_many_up(self, wanted: set[int], text: str, wrong: bool) -> Claim | None:
        """A sentence about all districts, of a measure in which so many went the other way."""
        found = []
        for m in self.council.measures:
            if (
                m.is_ratio
                or m.of
                or m.is_snapshot
                or m.numerator.breaks
                or m.code in self.council.whole_only
            ):
                continue
            both = {name: self.both(m, code) for code, name in self.council.areas}
            ups = [name for name, (now, was) in both.items() if now > was]
            downs = [name for name, (now, was) in both.items() if now < was]
            if len(ups) + len(downs) < 5 or not all(
                self.apart_enough(*pair) for pair in both.values()
            ):
                continue
            for more, others in (("more", downs), ("fewer", ups)):
                if len(others) in wanted:
                    found.append((m, more, others))
        if not found:
            return None
        m, more, others = self.rng.choice(found)
        what, did = EVENTS[m.code]
        return self.silent(text.format(more, what, did, *others[:1]), "areas", wrong)

    # -- shares ---------------------------------------------------------------------------------

    def fraction_and_share(self, wrong: bool) -> Claim | None:
        words: dict[str, Fraction | int] = {
            "a quarter": 25, "three in ten": 30, "a third": Fraction(100, 3), "two fifths": 40, "half": 50, "three fifths": 60,
            "two thirds": Fraction(200, 3), "seven in ten": 70, "three quarters": 75, "four fifths": 80, "one in five": 20,
        }  # fmt: skip
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = rounded(self.value(m), 1)
        fit = [
            word
            for word, level in words.items()
            if (6 < abs(value - level) < 25 if wrong else abs(value - level) <= 2)
        ]
        if not fit:
            return None
        text = f"Around {self.rng.choice(fit)} of the {of} ({{}}) {did} in 2015-16."
        claim = self.said(text, "size", set(), pc(value))
        faulty = frozenset([0] if wrong else [])
        return Claim(claim.text, "size", faulty, frozenset((0, 1)) - faulty)

    def rounded_to(self, wrong: bool) -> Claim | None:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        top, under = self.parts_of(m)
        typed = int(rounded(self.value(m), 0)) + (self.rng.choice((-7, -4, 4, 7)) if wrong else 0)
        text = f"Of {{}} {of} in 2015-16, {{}} (or {typed} per cent) {did}."
        claim = self.said(text, "figure", set(), under, top)
        faulty = frozenset([2] if wrong else [])
        return Claim(claim.text, "figure", faulty, frozenset(range(3)) - faulty)

    def of_another_whole(self, wrong: bool) -> Claim | None:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        code, name = self.rng.choice(self.council.areas)
        (top, under), whole = self.parts_of(m, YEAR, code), self.parts_of(m)[1]
        share = Fraction(top * 100, whole if wrong else under)
        text = f"In {name}, {{}} of the {{}} {of} {did} in 2015-16; that is {{}}."
        return self.said(text, "wrong whole", {2} if wrong else set(), top, under, pc(share))

    def all_but(self, wrong: bool) -> Claim | None:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        top, under = self.parts_of(m)
        if 2 * top < under:
            return None
        text = f"All but {{}} of the {{}} {of} {did} in 2015-16."
        return self.told(text, "complement", wrong, under - top, under, at=0)

    def of_whom(self, wrong: bool) -> Claim | None:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        top, under = self.parts_of(m)
        text = f"There were {{}} {of} in 2015-16, {{}} of which ({{}}) {did}."
        if "families" in of or "olds" in of:
            text = text.replace("of which", "of whom")
        return self.told(text, "figure", wrong, under, top, pc(self.value(m)))

    def both_years(self, wrong: bool) -> Claim | None:
        m = self.clear_share()
        if m is None:
            return None
        of, did, _ = self.rng.choice(SHARES[m.code])
        (a, b), (c, d) = self.parts_of(m), self.parts_of(m, BEFORE)
        text = f"{{}} of {{}} {of} {did} in 2015-16 ({{}}), compared to {{}} of {{}} in 2014-15 ({{}})."
        return self.told(
            text, "figure", wrong, a, b, pc(self.value(m)), c, d, pc(self.value(m, BEFORE))
        )

    def has_improved(self, wrong: bool) -> Claim | None:
        m = self.clear_share()
        if m is None:
            return None
        _, _, name = self.rng.choice(SHARES[m.code])
        now, was = self.both(m)
        better = ((now > was) != (m.good == "lower")) != wrong
        text = f"{self.up(name)} ({{}} in 2014-15) has {'improved' if better else 'worsened'}, and now stands at {{}}."
        return self.said(text, "direction", {1} if wrong else set(), pc(was), pc(now))

    def lowest_and_highest_share(self, wrong: bool) -> Claim | None:
        m = self.share()
        _, _, name = self.rng.choice(SHARES[m.code])
        values = self.by_district(m)
        if not self.apart_enough(*values.values()):
            return None
        order = sorted(values, key=lambda one: values[one])
        low, high = order[0], order[-1]
        names = (high, low) if wrong else (low, high)
        text = (
            f"{self.up(name)} ranged from {{}} in {names[0]} to {{}} in {names[1]} in 2015-16; "
            "for the county as a whole it was {}."
        )
        faulty = {0, 1} if wrong else set[int]()
        return self.said(text, "area", faulty, pc(values[low]), pc(values[high]), pc(self.value(m)))

    def apart(self, wrong: bool) -> Claim | None:
        m = self.share()
        _, _, name = self.rng.choice(SHARES[m.code])
        (a, first), (b, second) = self.rng.sample(self.council.areas, 2)
        x, y = (rounded(self.value(m, YEAR, code), 1) for code in (a, b))
        if abs(x - y) < 2:
            return None
        text = f"In 2015-16 {name} was {{}} in {first} and {{}} in {second}, a gap of {{}} percentage points."
        return self.told(text, "difference", wrong, pc(x), pc(y), Num(abs(x - y), "points"), at=2)

    def more_likely(self, wrong: bool) -> Claim | None:
        m = self.facts.by_code[self.pick("achieved", "abandoned", "prompt")]
        of, did, _ = SHARES[m.code][0]
        (a, first), (b, second) = self.rng.sample(self.council.areas, 2)
        x, y = (tuple(map(Fraction, self.parts_of(m, YEAR, code))) for code in (a, b))
        if not is_clear("", x, y):  # type: ignore[arg-type]
            return None
        higher = (x[0] / x[1] > y[0] / y[1]) != wrong
        text = f"a {'higher' if higher else 'lower'} proportion of {of} {did} in {first} than in {second} in 2015-16."
        return self.silent(text, "areas", wrong)

    # -- targets --------------------------------------------------------------------------------

    def aim(self) -> tuple[MeasureFact, Fraction, str, str, str]:
        """A measure with a target, the target, and how people write of the measure."""
        (code, _, _), target = self.rng.choice(list(self.council.targets.items()))
        assert target.level is not None
        return self.facts.by_code[code], target.level, *self.rng.choice(SHARES[code])

    def at_the_target(self, wrong: bool) -> Claim | None:
        m, level, _, _, name = self.aim()
        value = rounded(self.value(m), 1)
        if abs(value - level) < 4:
            return None
        over = (value > level) != wrong
        text = f"At {{}}, {name} {'exceeded' if over else 'fell below'} the target of {int(level)}% for 2015-16."
        claim = self.said(text, "target", set(), pc(value))
        faulty = frozenset([0] if wrong else [])
        return Claim(claim.text, "target", faulty, frozenset((0, 1)) - faulty)

    def target_word(self, wrong: bool) -> Claim | None:
        m, level, _, _, name = self.aim()
        if abs(self.value(m) - level) < 4:
            return None
        met = (self.value(m) > level) != wrong
        text = f"the target for {name} was {'met' if met else 'not met'} in 2015-16."
        return self.silent(text, "target", wrong)

    def target_table(self, wrong: bool) -> Claim | None:
        m, level, _, _, _ = self.aim()
        value = rounded(self.value(m), 1)
        aimed = int(level) + (self.rng.choice((-5, 5, 10)) if wrong else 0)
        text = f"| Measure | Target 2015-16 | Actual 2015-16 |\n|---|---|---|\n| {m.name} | {aimed}% | {{}} |"
        claim = self.said(text, "target", set(), pc(value))
        faulty = frozenset([0] if wrong else [])
        return Claim(claim.text, "target", faulty, frozenset((0, 1)) - faulty)

    def met_and_missed(self, wrong: bool) -> Claim | None:
        (a, x, _, _, first), (b, y, _, _, second) = self.aim(), self.aim()
        if a is b or min(abs(self.value(a) - x), abs(self.value(b) - y)) < 4:
            return None
        one, two = self.value(a) > x, (self.value(b) > y) != wrong
        text = (
            f"in 2015-16 the target for {first} was {'achieved' if one else 'missed'}, "
            f"{'and' if one == two else 'but'} that for {second} was {'achieved' if two else 'missed'}."
        )
        return self.silent(text, "target", wrong)


def fresh_writer(seed: int) -> Writer:
    """A writer of the fourth set of sentences, about a fifth council."""
    return FreshWriter(dales(seed), seed)
