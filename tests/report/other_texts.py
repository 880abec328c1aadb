"""Claims in other sentences about another council, written when the checker had been made."""

import random
from collections.abc import Callable
from fractions import Fraction

from earlyhelp.report.checker.figures import rounded
from earlyhelp.report.checker.periods import Period
from tests.report.councils import Council, filled, item_of, measures_of
from tests.report.texts import BEFORE, NOUNS, SHARES, YEAR, Claim, Writer


def borough(seed: int = 9) -> Council:
    """A London borough with hubs."""
    items = {
        one.code: one
        for one in (
            item_of("on-caseload", "Families on the caseload", "families", is_snapshot=True),
            item_of("stepped-down", "Families stepped down to universal services", "families"),
            item_of("first-visits", "First visits made", "visits"),
            item_of("first-visits-timely", "First visits made within 10 days", "visits"),
            item_of("sessions", "Stay and play sessions held", "sessions"),
            item_of("views", "Families giving their views", "families"),
            item_of("views-better", "Families saying life is better", "families"),
            item_of("missing", "Children reported missing", "children"),
            item_of("interviews", "Return interviews held", "interviews"),
        )
    }
    measures = measures_of(
        items,
        counts=("on-caseload", "stepped-down", "first-visits", "sessions", "views", "missing"),
        shares=(
            ("visits-on-time", "First visits on time", "first-visits-timely", "first-visits"),
            ("life-better", "Life is better", "views-better", "views"),
            ("interviewed", "Missing children interviewed", "interviews", "missing"),
        ),
    )
    hubs = [
        ("riverside", "Riverside Hub"),
        ("parkway", "Parkway Hub"),
        ("old-town", "Old Town Hub"),
    ]
    council = Council("London Borough of Thamesbridge", "Thamesbridge", hubs, items, measures)
    wholes = {
        "first-visits-timely": "first-visits",
        "views-better": "views",
        "interviews": "missing",
    }
    return filled(council, random.Random(seed), wholes)


NOUNS |= {
    "on-caseload": ["families on our caseload", "families on the books"],
    "stepped-down": [
        "families stepped down to universal services",
        "families moving down to universal services",
    ],
    "first-visits": ["first visits", "initial visits"],
    "sessions": ["stay and play sessions", "stay-and-play sessions held"],
    "views": ["families giving us their views", "families who gave their views"],
    "missing": ["children reported missing", "children who were reported missing"],
}
SHARES |= {
    "visits-on-time": [("first visits", "took place within 10 days", "First visits on time")],
    "life-better": [
        ("families giving their views", "said life is better", "the share saying life is better")
    ],
    "interviewed": [
        (
            "children reported missing",
            "had a return interview",
            "return interviews for missing children",
        )
    ],
}


class OtherWriter(Writer):
    """Sentences that the checker was not made with."""

    def makers(self) -> list[Callable[[bool], Claim | None]]:
        return [
            self.sits_at, self.clause, self.brackets, self.against, self.majority, self.minority, self.by_hub,
            self.hubs_in_a_row, self.summer, self.year_end, self.swing, self.no_longer, self.note, self.list_of, self.per_cent_words,
            self.two_measures,
        ]  # fmt: skip

    def sits_at(self, wrong: bool) -> Claim:
        m = self.count()
        value = self.value(m)
        typed = self.n(self.off(value) if wrong else value)
        return self.one(
            f"For 2015-16 as a whole we counted {typed} {self.noun(m)}, which is the figure reported to the board.",
            "number",
            wrong,
            0,
            1,
        )

    def clause(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        verb = "climbed" if now > was else "slipped"
        typed = self.n(self.off(now) if wrong else now)
        claim = f"Having been {self.n(was)} in 2014-15, the number of {self.noun(m)} {verb} to {typed} in 2015-16."
        right = (int(typed.replace(",", "")) > was) == (now > was)
        return self.one(claim, "number", wrong, 1, 2) if right else self.sits_at(wrong)

    def brackets(self, wrong: bool) -> Claim:
        m = self.share()
        top, under = self.parts_of(m)
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = self.off_pc(self.value(m)) if wrong else self.value(m)
        return self.one(
            f"In all, {self.pc(value)} of {of} {did} ({self.n(top)}/{self.n(under)}).",
            "arithmetic",
            wrong,
            0,
            3,
        )

    def against(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        typed = self.n(self.off(was) if wrong else was)
        return self.one(
            f"{self.n(now)} {self.noun(m)} were recorded, compared with {typed} twelve months before.",
            "number",
            wrong,
            1,
            2,
        )

    def majority(self, wrong: bool) -> Claim:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        most = (self.value(m) > 50) != wrong
        return self.one(
            f"{'Over' if most else 'Under'} half of {of} {did} in the year.", "size", wrong, 0, 1
        )

    def minority(self, wrong: bool) -> Claim:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        top, under = self.parts_of(m)
        rest = self.off(under - top) if wrong else under - top
        return self.one(
            f"{self.n(rest)} of {self.n(under)} {of} did not: the other {self.n(top)} {did}.".replace(
                "did not:", "have not:"
            ),
            "complement",
            wrong,
            0,
            3,
        )

    def by_hub(self, wrong: bool) -> Claim:
        m = self.count()
        code, name = self.rng.choice(self.council.areas)
        value = self.value(m, YEAR, code)
        typed = self.n(self.off(value) if wrong else value)
        return self.one(
            f"{name.removesuffix(' Hub')} reports {typed} {self.noun(m)} for the year.",
            "area",
            wrong,
            0,
            1,
        )

    def hubs_in_a_row(self, wrong: bool) -> Claim:
        m = self.count()
        values = [self.value(m, YEAR, code) for code, _ in self.council.areas]
        typed = [self.n(value) for value in values]
        if wrong:
            typed[0], typed[1] = typed[1], typed[0]
        listed = ", ".join(
            f"{number} in {name}"
            for (_, name), number in zip(self.council.areas, typed, strict=True)
        )
        claim = f"The {self.noun(m)} of 2015-16 were spread as follows: {listed}."
        if wrong and values[0] != values[1]:
            return Claim(claim, "area", frozenset([0, 1]), frozenset([2]))
        return Claim(claim, "area", sound=frozenset([0, 1, 2]))

    def summer(self, wrong: bool) -> Claim:
        m = self.count()
        value = self.value(m, Period.quarter(2015, 2))
        typed = self.n(self.off(value) if wrong else value)
        return self.one(
            f"July to September 2015 brought {typed} {self.noun(m)}.", "number", wrong, 0, 1
        )

    def year_end(self, wrong: bool) -> Claim:
        m = self.facts.by_code["on-caseload"]
        value = self.value(m)
        typed = self.n(self.off(value) if wrong else value)
        return self.one(f"We ended the year with {typed} {self.noun(m)}.", "number", wrong, 0, 1)

    def swing(self, wrong: bool) -> Claim:
        m = self.count()
        now, was = self.value(m), self.value(m, BEFORE)
        up = (now > was) != wrong
        return Claim(
            f"Compared with 2014-15, {self.noun(m)} went {'up' if up else 'down'} in 2015-16.",
            "direction",
            without_number=wrong,
        )

    def no_longer(self, wrong: bool) -> Claim:
        m = self.count()
        change = abs(self.value(m) - self.value(m, BEFORE)) * 100 / self.value(m, BEFORE)
        typed = self.pc(change + (Fraction(41, 10) if wrong else 0))
        word = "growth" if self.value(m) > self.value(m, BEFORE) else "decline"
        return self.one(
            f"Year on year this is a {word} of {typed} in {self.noun(m)}.",
            "difference",
            wrong,
            0,
            1,
        )

    def note(self, wrong: bool) -> Claim:
        m = self.share()
        now = rounded(self.value(m), 1)
        _, _, name = self.rng.choice(SHARES[m.code])
        typed = self.pc(self.off_pc(now) if wrong else now)
        return self.one(f"**{name}**: {typed} (2015-16)", "number", wrong, 0, 1)

    def list_of(self, wrong: bool) -> Claim:
        m = self.count()
        values = [self.value(m, one) for one in YEAR.quarters]
        typed = [self.n(value) for value in values]
        if wrong:
            typed[2] = self.n(self.off(values[2]))
        return self.one(
            f"In the four quarters of 2015-16 there were {typed[0]}, {typed[1]}, {typed[2]} and {typed[3]} {self.noun(m)}.",
            "series",
            wrong,
            2,
            4,
        )

    def per_cent_words(self, wrong: bool) -> Claim:
        m = self.share()
        of, did, _ = self.rng.choice(SHARES[m.code])
        value = rounded(self.value(m), 0) + (9 if wrong else 0)
        return self.one(f"Some {int(value)} per cent of {of} {did}.", "size", wrong, 0, 1)

    def two_measures(self, wrong: bool) -> Claim:
        a, b = self.facts.by_code["first-visits"], self.facts.by_code["sessions"]
        x, y = self.value(a), self.value(b)
        second = self.n(self.off(y) if wrong else y)
        return self.one(
            f"Staff made {self.n(x)} first visits and held {second} stay and play sessions in 2015-16.",
            "number",
            wrong,
            1,
            2,
        )


def other_writer(seed: int) -> Writer:
    """A writer of other sentences about another council."""
    return OtherWriter(borough(seed), seed)
