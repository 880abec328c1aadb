"""Each kind of finding in one claim about a small council, beside the claim as it would be right."""

from fractions import Fraction

import pytest

from earlyhelp.report.checker import Options, Period, check
from earlyhelp.report.checker.facts import CITY, CouncilFacts, ItemFact, TargetFact
from tests.report.councils import Council, item_of, measures_of

AREAS = [("north", "North"), ("south", "South"), ("west", "West")]
FIRST = 2014 * 4
# By item and area: the four quarters of 2014-15, then those of 2015-16.
FIGURES = {
    "open": {
        "north": [40, 42, 44, 46, 50, 52, 54, 50],
        "south": [60, 60, 60, 60, 64, 70, 66, 60],
        "west": [30, 30, 30, 30, 30, 31, 32, 33],
    },
    "closed": {
        "north": [20, 20, 20, 20, 22, 25, 26, 27],
        "south": [30, 30, 30, 30, 31, 32, 33, 34],
        "west": [10, 10, 10, 10, 8, 9, 10, 9],
    },
    "escalated": {
        "north": [2, 2, 2, 2, 5, 6, 6, 7],
        "south": [3, 3, 3, 3, 7, 8, 9, 10],
        "west": [1, 1, 1, 1, 3, 3, 3, 4],
    },
    "surveys": {CITY: [100, 100, 100, 100, 101, 120, 130, 150]},
    "respected": {CITY: [80, 80, 80, 80, 70, 91, 98, 115]},
    "visits": {CITY: [200, 210, 220, 230, 300, 310, 320, 330]},
    "missing": {CITY: [1, 1, 1, 0, 2, 2, 1, 2]},
    "parents": {CITY: [50, 50, 50, 50, 60, 60, 60, 60]},
    "meetings": {CITY: [100, 100, 100, 100, 101, 99, 100, 101]},
    "reviews": {CITY: [30, 30, 30, 30, 30, 30, 30, 31]},
    "calls": {CITY: [100, 100, 100, 100, 200, 200, 200, 200]},
    "complaints": {CITY: [40, 40, 40, 40, 30, 28, 26, 24]},
    "reviews-all": {CITY: [90, 90, 90, 90, 90, 90, 90, 90]},
}


def _items() -> dict[str, ItemFact]:
    breaks = ((2015 * 4, "New recording system"),)
    made = (
        item_of("open", "Open cases", "cases", is_snapshot=True),
        item_of("closed", "Cases closed", "cases"),
        item_of("escalated", "Cases escalated to social care", "cases"),
        item_of("surveys", "Surveys received", "surveys"),
        item_of("respected", "Treated with respect", "surveys"),
        item_of("visits", "Home visits made", "visits", breaks=breaks),
        item_of("missing", "Children missing from school", "children"),
        item_of("parents", "Parents attending a course", "parents"),
        item_of("meetings", "Family meetings held", "meetings"),
        item_of("calls", "Helpline calls", "calls"),
        item_of("complaints", "Complaints", "complaints"),
        item_of("reviews", "Reviews held (locality teams)", "reviews"),
        item_of("reviews-all", "Reviews held (whole service)", "reviews"),
    )
    return {one.code: one for one in made}


def _council() -> CouncilFacts:
    items = _items()
    counts = [one for one in items if one not in ("escalated", "respected")]
    shares = [
        ("respect", "Families treated with respect", "respected", "surveys"),
        ("escalation", "Escalated to social care", "escalated", "closed"),
    ]
    council = Council(
        *("Smallford Council", "Smallford", AREAS, items, measures_of(items, counts, shares)),
        whole_only=frozenset(code for code, areas in FIGURES.items() if CITY in areas),
        incomplete=frozenset({"parents"}),
        targets={("respect", CITY, 2015): TargetFact(Fraction(74))},
    )
    for code, areas in FIGURES.items():
        for area, values in areas.items():
            for at, value in enumerate(values):
                council.figures[code, area, FIRST + at] = value
    return council.facts()


FACTS = _council()

_HEAD = "| | 2014-15 | 2015-16 | Change |\n|---|---|---|---|"
_PARTS = "| | Ill | All | % |\n|---|---|---|---|"

# A kind of finding; what is false, by the number that carries it ("" where it has none), the
# verdict and why; the same as it would be right.
KINDS: dict[str, tuple[str, str, str, str, str]] = {
    # What a number should be.
    "value": (
        *("In 2015-16 286 cases were closed.", "286", "wrong", "“Cases closed” in 2015-16 is 266"),
        "In 2015-16 266 cases were closed.",
    ),
    "cut": (
        "In 2015-16 74.6% of families were treated with respect.",
        *("74.6%", "rounding", "is 74.7%: the last digit is cut"),
        "In 2015-16 74.7% of families were treated with respect.",
    ),
    "rest": (
        "In 2015-16 30% of families were not treated with respect.",
        *("30%", "wrong", "The rest of “Families treated with respect” in 2015-16 is 25%"),
        "In 2015-16 25% of families were not treated with respect.",
    ),
    "quarter ends added": (
        "In 2015-16 there were 592 open cases.",
        *("592", "misleading", "This adds up quarter ends"),
        "At the end of 2015-16 there were 143 open cases.",
    ),
    "percentages averaged": (
        "On average 74.3% of families were treated with respect in the quarters of 2015-16.",
        *("74.3%", "misleading", "This is an average of percentages"),
        "Over 2015-16 74.7% of families were treated with respect.",
    ),
    "change": (
        "In 2015-16 266 cases were closed, 56 more than the 240 of 2014-15.",
        *("56", "wrong", "The change of “Cases closed” from 2014-15 to 2015-16 is 26"),
        "In 2015-16 266 cases were closed, 26 more than the 240 of 2014-15.",
    ),
    "points called per cent": (
        "Escalated to social care rose by 16.7% from 10.0% in 2014-15 to 26.7% in 2015-16.",
        *("16.7%", "wrong", "The relative change"),
        "Escalated to social care rose from 10.0% in 2014-15 to 26.7% in 2015-16, by 16.7 points.",
    ),
    "times": (
        "Cases closed doubled between 2014-15 and 2015-16.",
        *("doubled", "wrong", "is 1.11 times"),
        "Helpline calls doubled between 2014-15 and 2015-16.",
    ),
    "between areas": (
        "North closed 40 cases fewer than South in 2015-16.",
        *("40", "wrong", "The difference of “Cases closed” between the areas in 2015-16 is 30"),
        "North closed 30 cases fewer than South in 2015-16.",
    ),
    "target": (
        "In 2015-16 the target for families treated with respect was 80%.",
        *("80%", "wrong", "The target of “Families treated with respect” in 2015-16 is 74%"),
        "In 2015-16 the target for families treated with respect was 74%.",
    ),
    "distance to target": (
        "Families treated with respect stood 2.7 points above their target in 2015-16.",
        *("2.7", "wrong", "to its target in 2015-16 is 0.7"),
        "Families treated with respect stood 0.7 points above their target in 2015-16.",
    ),
    "share of the whole": (
        "In 2015-16 North closed 100 cases, 47.6% of all.",
        *("47.6%", "wrong", "The share of the whole of “Cases closed” in 2015-16 is 37.6%"),
        "In 2015-16 North closed 100 cases, 37.6% of all.",
    ),
    "out of": (
        "In 2015-16 71 of 276 closed cases were escalated to social care (26.7%).",
        *("276", "wrong", "What “Escalated to social care” is out of in 2015-16 is 266"),
        "In 2015-16 71 of 266 closed cases were escalated to social care (26.7%).",
    ),
    "part": (
        "In 2015-16 72 of 266 closed cases were escalated to social care (26.7%).",
        *("72", "wrong", "The number behind “Escalated to social care” in 2015-16 is 71"),
        "In 2015-16 71 of 266 closed cases were escalated to social care (26.7%).",
    ),
    "size": (
        "In 2015-16 almost 266 cases were closed.",
        *("266", "wrong", "“Cases closed” in 2015-16 is 266"),
        "In 2015-16 almost 270 cases were closed.",
    ),
    # Arithmetic on what no data know.
    "share of two": (
        *("37 of 363 hedgehogs were ill (20.3%).", "20.3%", "wrong", "37 of 363 is 10.2%"),
        "37 of 363 hedgehogs were ill (10.2%).",
    ),
    "share of two, the whole first": (
        *("Of 363 hedgehogs 37 were ill (20.3%).", "20.3%", "wrong", "37 of 363 is 10.2%"),
        "Of 363 hedgehogs 37 were ill (10.2%).",
    ),
    "cut share of two": (
        "37 of 363 hedgehogs were ill, 10.1%.",
        *("10.1%", "rounding", "37 of 363 is 10.2%: the last digit is cut"),
        "37 of 363 hedgehogs were ill, 10.2%.",
    ),
    "share of what was said before": (
        "51 of the 163 hedgehogs were ill (31.3%).\n\n27 of the 51 (52.9%) came late. "
        "That is 16.5% of all hedgehogs.",
        *("16.5%", "rounding", "27 of 163 is 16.6%: the last digit is cut"),
        "51 of the 163 hedgehogs were ill (31.3%).\n\n27 of the 51 (52.9%) came late. "
        "That is 16.6% of all hedgehogs.",
    ),
    "what another leaves": (
        "31.2% of hedgehogs woke, so 69.8% did not.",
        *("69.8%", "wrong", "What 31.2% leaves is 68.8%"),
        "31.2% of hedgehogs woke, so 68.8% did not.",
    ),
    "what a cut one leaves": (
        "51 of 163 hedgehogs woke, which is 31.2%; the other 68.8% did not.",
        *("68.8%", "rounding", "It is what the cut 31.2% leaves"),
        "51 of 163 hedgehogs woke, which is 31.3%; the other 68.7% did not.",
    ),
    "difference of two": (
        "Hedgehogs went from 740 to 633, 117 fewer.",
        *("117", "wrong", "From 740 to 633 is 107"),
        "Hedgehogs went from 740 to 633, 107 fewer.",
    ),
    "change of a row": (
        *(f"{_HEAD}\n| Hedgehogs | 740 | 633 | -117 |", "-117", "wrong", "From 740 to 633 is 107"),
        f"{_HEAD}\n| Hedgehogs | 740 | 633 | -107 |",
    ),
    "share of a row": (
        *(f"{_PARTS}\n| Hedgehogs | 37 | 363 | 20.3% |", "20.3%", "wrong", "37 of 363 is 10.2%"),
        f"{_PARTS}\n| Hedgehogs | 37 | 363 | 10.2% |",
    ),
    "parts that miss the whole": (
        "Hedgehogs were good in 35.2%, fair in 41.1%, poor in 17.6% and missing in 5.1%.",
        *("5.1%", "wrong", "The parts make 99.0%, not 100%"),
        "Hedgehogs were good in 35.3%, fair in 41.2%, poor in 17.6% and missing in 5.9%.",
    ),
    "parts that are cut": (
        "Hedgehogs were good in 35.2%, fair in 41.1%, poor in 17.6% and missing in 5.9%.",
        *("17.6%", "rounding", "The parts make 99.8%, not 100%"),
        "Hedgehogs were good in 35.3%, fair in 41.2%, poor in 17.6% and missing in 5.9%.",
    ),
    "counts that miss their sum": (
        "There were 6 hedgehogs, made up of 3 boys, 2 girls and 2 others.",
        *("3", "wrong", "The parts make 7, not 6"),
        "There were 7 hedgehogs, made up of 3 boys, 2 girls and 2 others.",
    ),
    # Directions, orders and levels.
    "down": (
        *("Cases closed fell in 2015-16.", "", "wrong", "rose from 2014-15 to 2015-16"),
        "Cases closed rose in 2015-16.",
    ),
    "up": (
        *("Complaints rose in 2015-16.", "", "wrong", "“Complaints” fell"),
        "Complaints fell in 2015-16.",
    ),
    "fewer than": (
        *("Fewer cases were closed in 2015-16 than in 2014-15.", "", "wrong", "rose"),
        "Fewer cases were closed in 2014-15 than in 2015-16.",
    ),
    "more than, the earlier first": (
        *("More cases were closed in 2014-15 than in 2015-16.", "", "wrong", "rose"),
        "More cases were closed in 2015-16 than in 2014-15.",
    ),
    "better": (
        *("Families treated with respect improved in quarter 1 of 2015-16.", "", "wrong", "fell"),
        "Families treated with respect got worse in quarter 1 of 2015-16; no clear change.",
    ),
    "first one way": (
        "Over 2015-16 the number of open cases first fell and then rose.",
        *("", "wrong", "“Open cases” rose from 2014-15 Q4 to 2015-16 Q1"),
        "Over 2015-16 the number of open cases first rose and then fell.",
    ),
    "and again": (
        "Cases closed rose by 5 in the second quarter of 2015-16, to 66, and fell again.",
        *("66", "wrong", "“Cases closed” rose from 2015-16 Q2 to 2015-16 Q3"),
        "Open cases rose by 9 in the second quarter of 2015-16, to 153, and fell again.",
    ),
    "every area": (
        "Cases closed rose in every area in 2015-16.",
        *("", "wrong", "It is +20 in north, +10 in south, -4 in west"),
        "Cases closed rose in every area except West in 2015-16.",
    ),
    "so many areas": (
        "Cases closed rose in 3 of the three areas in 2015-16.",
        *("3", "wrong", "It is so in 2 of 3 areas"),
        "Cases closed rose in 2 of the three areas in 2015-16.",
    ),
    "one area and another": (
        "North closed more cases than South in 2015-16.",
        *("", "wrong", "It is 100 in north, 130 in south"),
        "South closed more cases than North in 2015-16.",
    ),
    "no area more": (
        "No area closed more cases than North in 2015-16.",
        *("", "wrong", "It is 100 in north, 130 in south, 36 in west"),
        "No area closed more cases than South in 2015-16.",
    ),
    "quarter on quarter": (
        "Open cases rose quarter on quarter in 2015-16.",
        *("", "wrong", "Not every quarter went that way: 144, 153, 152, 143"),
        "Surveys received rose quarter on quarter in 2015-16.",
    ),
    "quarter on quarter, across a break": (
        "Home visits rose quarter on quarter from 2014-15 to 2015-16.",
        *("", "misleading", "Not comparable with earlier: New recording system"),
        "Home visits rose quarter on quarter in 2015-16.",
    ),
    "one against the other, the earlier first": (
        "There were fewer closures in 2014-15 than in 2015-16: 240 against 276.",
        *("276", "wrong", "“Cases closed” in 2015-16 is 266"),
        "There were fewer closures in 2014-15 than in 2015-16: 240 against 266.",
    ),
    "one against the other, the later first": (
        "There were fewer complaints than in 2014-15: 118 against 160.",
        *("118", "wrong", "“Complaints” in 2015-16 is 108"),
        "There were fewer complaints than in 2014-15: 108 against 160.",
    ),
    "one against the other, in brackets": (
        "More cases were closed than in the year before (276 compared with 240).",
        *("276", "wrong", "“Cases closed” in 2015-16 is 266"),
        "More cases were closed than in the year before (266 compared with 240).",
    ),
    "stable": (
        *("Cases closed were stable in 2015-16.", "", "wrong", "“Cases closed” was not stable"),
        "Family meetings held were stable in 2015-16.",
    ),
    "the most": (
        *("West closed the most cases in 2015-16.", "", "wrong", "That is south, not west"),
        "South closed the most cases in 2015-16.",
    ),
    "the fewest": (
        *("North closed the fewest cases in 2015-16.", "", "wrong", "That is west, not north"),
        "West closed the fewest cases in 2015-16.",
    ),
    "the second most": (
        "West closed the second most cases in 2015-16.",
        *("", "wrong", "That is north, not west"),
        "North closed the second most cases in 2015-16.",
    ),
    "second only to": (
        "West had the most cases closed in 2015-16, second only to South.",
        *("", "wrong", "That is"),
        "In 2015-16 North was second only to South in cases closed.",
    ),
    "the highest quarter": (
        "Cases closed were highest in quarter 2 of 2015-16.",
        *("", "wrong", "That is 2015-16 Q4, not 2015-16 Q2"),
        "Cases closed were highest in quarter 4 of 2015-16.",
    ),
    "majority": (
        "The majority of closures in 2015-16 escalated to social care.",
        *("", "wrong", "It is 26.7%"),
        "The majority of families were treated with respect in 2015-16.",
    ),
    "most of what it is out of": (
        "Most cases closed in 2015-16 escalated to social care.",
        *("", "wrong", "It is 26.7%"),
        "Most cases closed in 2015-16 did not escalate to social care.",
    ),
    "most, without the whole name": (
        *("Most closed cases escalated.", "", "wrong", "It is 26.7%"),
        "Most closed cases that escalated were in South.",
    ),
    "most did not": (
        "Most families were not treated with respect in 2015-16.",
        *("", "wrong", "It is 74.7%"),
        "Few of the families were not treated with respect in 2015-16.",
    ),
    "minority": (
        "A minority of families were treated with respect in 2015-16.",
        *("", "wrong", "It is 74.7%"),
        "A minority of closures in 2015-16 escalated to social care.",
    ),
    "target missed": (
        "The target for families treated with respect was missed in 2015-16.",
        *("", "wrong", "The target is met"),
        "The target for families treated with respect was met in 2015-16.",
    ),
    "below target": (
        "The share of families treated with respect was below its target in 2015-16.",
        *("", "wrong", "The target is met"),
        "The share of families treated with respect was above its target in 2015-16.",
    ),
    # True, and read wrongly.
    "break": (
        "Home visits rose from 860 in 2014-15 to 1,260 in 2015-16.",
        *("1,260", "misleading", "Not comparable with earlier: New recording system"),
        "Home visits rose from 860 in 2014-15 to 1,260 in 2015-16, with a new recording system.",
    ),
    "chance": (
        "Families treated with respect fell from 80.0% in 2014-15 to 74.7% in 2015-16.",
        *("74.7%", "misleading", "No clear change: chance alone often gives as much"),
        "Families treated with respect: 80.0% in 2014-15, 74.7% in 2015-16, no clear change.",
    ),
    "unlike spans": (
        "Cases closed fell from 240 in 2014-15 to 61 in quarter 1 of 2015-16.",
        *("61", "misleading", "2015-16 Q1 and 2014-15 are not the same quarters"),
        "Cases closed rose from 60 in quarter 1 of 2014-15 to 61 in quarter 1 of 2015-16.",
    ),
    "few": (
        "Children missing from school rose by 133.3% from 3 in 2014-15 to 7 in 2015-16.",
        *("133.3%", "misleading", "Fewer than 10: such a change says nothing"),
        "Children missing from school rose from 3 in 2014-15 to 7 in 2015-16.",
    ),
    "few that doubled": (
        "Children missing from school more than doubled from 3 in 2014-15 to 7 in 2015-16.",
        *("doubled", "misleading", "Fewer than 10: such a change says nothing"),
        "Children missing from school rose from 3 in 2014-15 to 7 in 2015-16.",
    ),
    "gap in a change": (
        *("Parents attending a course rose in 2015-16.", "", "misleading"),
        "Only 7 of 9 teams reported, which is not said",
        "Parents attending a course rose in 2015-16; 7 of 9 teams reported.",
    ),
    "gap in a total": (
        *("In 2015-16 240 parents attended a course.", "240", "misleading"),
        "Only 7 of 9 teams reported, which is not said",
        "In 2015-16 240 parents attended a course (7 of 9 teams).",
    ),
    # Against each other.
    "given twice": (
        "In 2015-16 266 cases were closed.\n\nWe met. In 2015-16 268 cases were closed.",
        *("268", "contradicts", "Line 1 says 266"),
        "In 2015-16 266 cases were closed.\n\nWe met. In 2015-16 266 cases were closed.",
    ),
    "known to nobody": (
        "Some 41 hedgehogs came in spring.\n\nWe met. Some 43 hedgehogs came in spring.",
        *("43", "contradicts", "Line 1 says 41 in the same words"),
        "Some 41 hedgehogs came in spring.\n\nWe met. Some 41 hedgehogs came in spring.",
    ),
    "one name for two": (
        "Reviews held: 121 in 2015-16.\n\nIn 2015-16 there were 360 reviews held.",
        *("360", "contradicts", "go by one name here"),
        "Reviews held by locality teams: 121 in 2015-16.",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_finding_is_told_and_what_is_right_is_not(kind: str) -> None:
    false, carrier, verdict, why, right = KINDS[kind]
    rows = check(false, FACTS, Options(Period.year(2015))).rows
    told = [(row.typed, row.verdict.value, row.why) for row in rows if row.verdict.is_fault]
    assert [one for one in told if one[:2] == (carrier, verdict) and why in one[2]], told
    sound = check(right, FACTS, Options(Period.year(2015))).rows
    assert [(row.typed, row.why) for row in sound if row.verdict.is_fault] == []


@pytest.mark.parametrize(
    "text",
    [
        # Of a time of which no figures are held.
        "Six cases were looked at in December 2015, and a follow-up of 163 closed cases of "
        "2009-10 found that 51 had escalated to social care since.",
        # What the paragraph's percentage is of is not what is counted here.
        "Families were treated with respect in 74.7% of answers. "
        "Many more families answered than in the year before.",
        # Four numbers, quarter by quarter.
        "Over 2015-16 open cases first rose and then fell from one quarter to the next: "
        "144, 153, 152 and 143.",
    ],
)
def test_what_the_data_cannot_be_held_to_is_no_fault(text: str) -> None:
    rows = check(text, FACTS, Options(Period.year(2015))).rows
    assert [(row.typed, row.why) for row in rows if row.verdict.is_fault] == []


@pytest.mark.parametrize("period", ["2014-15", "2014-15 H1", "2015-16 H1", "2015-16"])
@pytest.mark.parametrize("said", ["next year", "following year", "year after"])
def test_the_next_year_is_the_one_after_what_was_spoken_of(said: str, period: str) -> None:
    """Whatever the report is of: a half year is held to no half of it."""
    text = f"In 2014-15 240 cases were closed. In the {said} {{}} cases were closed."
    of_year = Options(Period.parse(period))
    right = check(text.format(266), FACTS, of_year).rows
    assert [(row.typed, row.verdict.value) for row in right] == [
        ("240", "agrees"),
        ("266", "agrees"),
    ]
    wrong = check(text.format(286), FACTS, of_year).rows[1]
    assert (wrong.verdict.value, wrong.period, wrong.should_be) == ("wrong", "2015-16", "266")


def test_a_next_year_without_figures_is_no_fault() -> None:
    rows = check("In the next year 286 cases were closed.", FACTS, Options(Period.year(2015))).rows
    assert [(row.typed, row.verdict.value) for row in rows] == [("286", "unknown")]
