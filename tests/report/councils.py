"""Made-up councils for the checker's texts: other words, other areas, figures drawn at random."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt
from typing import Any

from earlyhelp.report.checker.facts import (
    CITY,
    AreaFact,
    CellFact,
    CouncilFacts,
    ItemFact,
    MeasureFact,
    TargetFact,
)
from earlyhelp.report.checker.periods import Period

Key = tuple[str, str, Period]
FIRST, LAST = 2014 * 4, 2015 * 4 + 3


@dataclass
class Council:
    """A council as it is made up: the framework, its areas, its figures by item, area and quarter."""

    name: str
    area_name: str
    areas: list[tuple[str, str]]
    items: dict[str, ItemFact]
    measures: list[MeasureFact]
    whole_only: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()
    targets: dict[tuple[str, str, int], TargetFact] = field(default_factory=dict)
    figures: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def facts(self) -> CouncilFacts:
        """The council as the checker takes it."""
        return CouncilFacts(
            measures=self.measures,
            areas=[AreaFact(CITY, self.area_name, True), *(AreaFact(*area) for area in self.areas)],
            cells=Cells(self),
            targets=self.targets,
            over=frozenset(range(FIRST, LAST + 1)),
            council_names=(self.name,),
            is_clear=is_clear,
        )


class Cells(Mapping[Key, CellFact]):
    """The figures of a made-up council, added up by the rules of counting."""

    def __init__(self, council: Council) -> None:
        self._council = council
        self._measures = {measure.code: measure for measure in council.measures}

    def __iter__(self) -> Iterator[Key]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, key: Key) -> CellFact:
        measure, area, period = self._measures[key[0]], key[1], key[2]
        top = self._sum(measure.numerator, area, period)
        unders = [self._sum(item, area, period) for item in measure.denominators]
        if top is None or None in unders:
            return CellFact(None)
        under = sum(one for one in unders if one is not None)
        value = Fraction(top * measure.scale, under) if under else None
        quarters = (
            (period.last,) if measure.is_snapshot else tuple(range(period.first, period.last + 1))
        )
        missing = 2 if measure.numerator.code in self._council.incomplete and area == CITY else 0
        teams = 3 * len(self._council.areas)
        return CellFact(
            value if measure.is_ratio else Fraction(top),
            Fraction(top),
            Fraction(under) if measure.is_ratio else None,
            *(teams - missing, teams, teams - missing, teams),
            quarters,
        )

    def _sum(self, item: ItemFact, area: str, period: Period) -> int | None:
        council = self._council
        if period.first < FIRST or period.last > LAST:
            return None
        if item.code in council.whole_only:
            areas = [CITY] if area == CITY else []
        else:
            areas = [code for code, _ in council.areas] if area == CITY else [area]
        if not areas:
            return None
        quarters = [period.last] if item.is_snapshot else range(period.first, period.last + 1)
        return sum(council.figures[item.code, code, at] for code in areas for at in quarters)


def is_clear(_: str, now: tuple[Fraction, Fraction], was: tuple[Fraction, Fraction]) -> bool | None:
    """The test of two proportions, without its exact form for few cases."""
    (x1, n1), (x2, n2) = ((float(top), float(under)) for top, under in (now, was))
    share = (x1 + x2) / (n1 + n2)
    if share in (0, 1):
        return False
    z = (x1 / n1 - x2 / n2) / sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
    return abs(z) > 1.96


def filled(council: Council, rng: random.Random, wholes: Mapping[str, str]) -> Council:
    """Draw figures: a level for each item and area that moves from quarter to quarter."""
    for code in council.items:
        if code in wholes:
            continue
        areas = [CITY] if code in council.whole_only else [area for area, _ in council.areas]
        for area in areas:
            level = rng.uniform(300, 900) if area == CITY else rng.uniform(25, 160)
            for at in range(FIRST, LAST + 1):
                level *= rng.uniform(0.86, 1.17)
                council.figures[code, area, at] = round(level)
    for code, whole in wholes.items():
        for area in sorted({area for item, area, _ in council.figures if item == whole}):
            share, drift = rng.uniform(0.15, 0.85), rng.uniform(-0.02, 0.02)
            for at in range(FIRST, LAST + 1):
                share = min(0.95, max(0.06, share + drift + rng.uniform(-0.04, 0.04)))
                council.figures[code, area, at] = round(council.figures[whole, area, at] * share)
    return council


def item_of(code: str, name: str, counts: str, definition: str = "", **more: Any) -> ItemFact:
    return ItemFact(code, name, counts, definition=definition or f"{name}.", **more)


def _count(item: ItemFact, name: str = "", **more: Any) -> MeasureFact:
    return MeasureFact(item.code, name or item.name, item, definition=item.definition, **more)


def _share(
    code: str, name: str, top: ItemFact, *under: ItemFact, good: str = "higher", **more: Any
) -> MeasureFact:
    is_share = more.pop("is_share", len(under) == 1)
    return MeasureFact(
        code, name, top, under, 100, 1, good, top.definition, is_share=bool(is_share), **more
    )


def _of(item: ItemFact, ratio: str) -> MeasureFact:
    return MeasureFact(f"item:{item.code}", item.name, item, of=ratio, definition=item.definition)


def measures_of(
    items: Mapping[str, ItemFact],
    counts: Sequence[str],
    shares: Sequence[tuple[str, str, str, str]],
) -> list[MeasureFact]:
    """Counts, shares of one item in another, and the counts that only those hold."""
    return [
        *(_count(items[code]) for code in counts),
        *(_share(code, name, items[top], items[under]) for code, name, top, under in shares),
        *(_of(items[top], code) for code, _, top, _ in shares),
    ]


def county(seed: int = 1) -> Council:
    """A county with districts."""
    i = {
        one.code: one
        for one in (
            item_of("plans-open", "Family plans open", "plans", is_snapshot=True),
            item_of("plans-ended", "Family plans ended", "plans"),
            item_of("plans-goals", "Plans ended with all goals met", "plans"),
            item_of("referred", "Requests for support received", "requests"),
            item_of("taken-up", "Requests accepted", "requests"),
            item_of("forms", "Feedback forms returned", "forms"),
            item_of(
                "forms-happy",
                "Satisfied with the support",
                "forms",
                "Forms in which the family was satisfied with the support it had.",
            ),
            item_of("parenting", "Parents attending a parenting course", "parents"),
            item_of("parenting-done", "Parents completing the course", "parents"),
            item_of("looked-after", "Children looked after", "children", is_snapshot=True),
            item_of(
                "excluded",
                "Pupils excluded from school",
                "pupils",
                breaks=((2015 * 4, "New definition of an exclusion"),),
            ),
        )
    }
    measures = [
        _count(i["plans-open"]),
        _count(i["plans-ended"]),
        _count(i["referred"]),
        _count(i["forms"]),
        _count(i["parenting"]),
        _count(i["looked-after"]),
        _count(i["excluded"]),
        _share("goals", "Plans that met their goals", i["plans-goals"], i["plans-ended"]),
        _share("accepted", "Requests taken on", i["taken-up"], i["referred"], good="neither"),
        _share("satisfied", "Families satisfied", i["forms-happy"], i["forms"]),
        _share("course", "Parents finishing a course", i["parenting-done"], i["parenting"]),
    ]
    measures += [
        _of(i[code], ratio)
        for code, ratio in (
            ("plans-goals", "goals"),
            ("taken-up", "accepted"),
            ("forms-happy", "satisfied"),
            ("parenting-done", "course"),
        )
    ]
    council = Council(
        "Wealdshire County Council",
        "Wealdshire",
        [
            ("ashmere", "Ashmere"),
            ("brook", "Brook Valley"),
            ("calder", "Calder"),
            ("dene", "Dene and Coast"),
        ],
        i,
        measures,
        whole_only=frozenset({"looked-after"}),
        incomplete=frozenset({"parenting"}),
        targets={
            ("satisfied", CITY, 2015): TargetFact(Fraction(70), Fraction(3)),
            ("goals", CITY, 2015): TargetFact(Fraction(60), Fraction(5)),
        },
    )
    return filled(
        council,
        random.Random(seed),
        {
            "plans-goals": "plans-ended",
            "taken-up": "referred",
            "forms-happy": "forms",
            "parenting-done": "parenting",
        },
    )


def scottish(seed: int = 2) -> Council:
    """A service in the Scottish manner, with localities called by compass and place."""
    i = {
        one.code: one
        for one in (
            item_of("wellbeing-plans", "Child's plans in place", "plans", is_snapshot=True),
            item_of("concerns", "Wellbeing concerns raised", "concerns"),
            item_of("concerns-timely", "Concerns answered within 10 working days", "concerns"),
            item_of(
                "visits",
                "Home visits made",
                "visits",
                breaks=((2015 * 4 + 1, "New case recording system"),),
            ),
            item_of("groups", "Young people attending a youth group", "young people"),
            item_of("groups-more", "Young people saying they are more confident", "young people"),
            item_of("hearings", "Children referred to the Reporter", "children"),
            item_of("kinship", "Children in kinship care", "children", is_snapshot=True),
            item_of("reviews-due", "Reviews due", "reviews"),
            item_of("reviews-done", "Reviews held on time", "reviews"),
            item_of("returned", "Families coming back within six months", "families"),
            item_of("finished", "Families whose support finished", "families"),
        )
    }
    measures = [
        _count(i["wellbeing-plans"]),
        _count(i["concerns"]),
        _count(i["visits"]),
        _count(i["groups"], "Young people in youth groups"),
        _count(i["hearings"]),
        _count(i["kinship"]),
        _count(i["finished"]),
        _share("timely", "Concerns answered in time", i["concerns-timely"], i["concerns"]),
        _share("confident", "More confident young people", i["groups-more"], i["groups"]),
        _share("on-time", "Reviews on time", i["reviews-done"], i["reviews-due"]),
        _share(
            "back",
            "Families coming back",
            i["returned"],
            i["finished"],
            good="lower",
            is_share=False,
        ),
    ]
    measures += [
        _of(i[code], ratio)
        for code, ratio in (
            ("concerns-timely", "timely"),
            ("groups-more", "confident"),
            ("reviews-done", "on-time"),
            ("reviews-due", "on-time"),
            ("returned", "back"),
        )
    ]
    council = Council(
        "Strathmore Council",
        "Strathmore",
        [("north", "North Locality"), ("harbour", "Harbour Locality"), ("glens", "Glens Locality")],
        i,
        measures,
        whole_only=frozenset({"kinship", "hearings"}),
        incomplete=frozenset({"groups"}),
        targets={("on-time", CITY, 2015): TargetFact(Fraction(75), Fraction(5))},
    )
    return filled(
        council,
        random.Random(seed),
        {
            "concerns-timely": "concerns",
            "groups-more": "groups",
            "reviews-done": "reviews-due",
            "returned": "finished",
        },
    )


def city(seed: int = 3) -> Council:
    """A city much like the sample, with numbered localities."""
    i = {
        one.code: one
        for one in (
            item_of("open-cases", "Open cases", "cases", is_snapshot=True),
            item_of("cases-closed", "Cases closed", "cases"),
            item_of("cases-reopened", "Cases re-opened within 3 months", "cases"),
            item_of("cases-escalated", "Cases escalated to social care", "cases"),
            item_of(
                "surveys-received",
                "Surveys received",
                "surveys",
                "'How was it for you?' surveys received.",
            ),
            item_of("surveys-respected", "Treated with respect", "surveys"),
            item_of("surveys-listened", "Workers listened to them", "surveys"),
            item_of("spider", "Spider-graphs completed", "spider-graphs"),
            item_of("spider-up", "With an improving direction of travel", "spider-graphs"),
            item_of(
                "assessments",
                "Early Help Assessments completed",
                "assessments",
                breaks=((2015 * 4, "New recording system"),),
            ),
            item_of("in-need", "Children in need", "children", is_snapshot=True),
            item_of("cp-plans", "Child protection plans", "plans", is_snapshot=True),
        )
    }
    measures = [
        *(
            _count(i[code])
            for code in (
                "open-cases",
                "cases-closed",
                "surveys-received",
                "spider",
                "assessments",
                "in-need",
                "cp-plans",
            )
        ),
        _share("respect", "Treated with respect", i["surveys-respected"], i["surveys-received"]),
        _share("listened", "Workers listened", i["surveys-listened"], i["surveys-received"]),
        _share("improving", "Spider-graphs improving", i["spider-up"], i["spider"]),
        _share(
            "escalated",
            "Escalated to social care",
            i["cases-escalated"],
            i["cases-closed"],
            good="neither",
        ),
        _share(
            "reopened",
            "Re-opened within 3 months",
            i["cases-reopened"],
            i["open-cases"],
            i["cases-closed"],
            good="lower",
        ),
    ]
    measures += [
        _of(i[code], ratio)
        for code, ratio in (
            ("surveys-respected", "respect"),
            ("surveys-listened", "listened"),
            ("spider-up", "improving"),
            ("cases-escalated", "escalated"),
            ("cases-reopened", "reopened"),
        )
    ]
    council = Council(
        "Milford City Council",
        "Milford city",
        [(f"locality-{at}", f"Locality {at}") for at in range(1, 6)],
        i,
        measures,
        whole_only=frozenset({"in-need", "cp-plans"}),
        incomplete=frozenset({"spider"}),
        targets={("respect", CITY, 2015): TargetFact(Fraction(80), Fraction(2))},
    )
    return filled(
        council,
        random.Random(seed),
        {
            "cases-reopened": "cases-closed",
            "cases-escalated": "cases-closed",
            "surveys-respected": "surveys-received",
            "surveys-listened": "surveys-received",
            "spider-up": "spider",
        },
    )


COUNCILS = {"city": city, "county": county, "scottish": scottish}
