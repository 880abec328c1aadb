"""The copy for outsiders is made from the releases, and nothing that they hide comes out of it."""

import re
from collections.abc import Iterable

import pytest
from django.db import connection
from django.db.models import F, Sum
from django.test import Client

from earlyhelp.report.assembly import assemble
from earlyhelp.report.models import BlockKind, Report, ReportBlock, ReportSource, Section
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tree import Document, canonical
from earlyhelp.report.writing import actions as writing
from measures.counting.display import HIDDEN
from measures.models import Figure
from measures.querysets import Audience
from measures.releases.guard import GUARDS
from measures.releases.models import ReleasedLine
from tests.cast import HISTORY, MEASURES, TODAY, Cast
from tests.releases import forget_releases, mask_of, release_anew
from tests.report import making
from tests.report.fetching import fetched
from tests.report.reading import read_docx

pytestmark = pytest.mark.django_db

YEAR = HISTORY[0].year
CODES = [row[0] for row in MEASURES]
RATIOS = [row[0] for row in MEASURES if row[4]]
PLACES = ["", " in North", " in South", " in North and South"]
WHENS = ["", " in 2015-16 Q2", " in 2015-16 H1", " next year"]
PARTS = ["parts", "base", "rest"]


def every_token() -> Iterable[str]:
    """Every way to ask for every measure."""
    for code in CODES:
        for where in PLACES:
            for when in WHENS:
                yield f"{code}{where}{when}"
                yield f"coverage of {code}{where}{when}"
                if code in RATIOS:
                    yield from (f"{part} of {code}{where}{when}" for part in PARTS)
            for since in ("Q4 since Q1", "Q2 since Q1", "since last year"):
                yield f"change in {code}{where} {since}"
                yield f"percentage change in {code}{where} {since}"
            yield f"comparison of {code}{where} Q4 with Q3"
            yield f"comparison of {code}{where} with last year"
            yield f"highest of {code}{where} over 2015-16"
            yield f"lowest of {code}{where} over 2015-16 Q1 to 2015-16 Q2"
            if code not in RATIOS:
                yield f"average of {code}{where} over 2015-16"
            yield f"difference between {code}{where} and {code}{where} Q2"
            yield f"{code}{where} as a share of {code}"


def a_report(council: Cast) -> Report:
    """Every token, and every kind of block that reads measures."""
    words = "\n\n".join(f"{{{{{token}}}}}" for token in every_token())
    report = making.begun(council, words)
    [section], by = list(report.sections.all()), council.actor("officer")
    for kind in (BlockKind.FIRST_PAGE, BlockKind.FRAMEWORK, BlockKind.QUARTERS, BlockKind.MEASURE):
        for areas in ([], ["north", "south"]):
            writing.add_block(section, kind=kind, data={"measures": CODES, "areas": areas}, by=by)
    writing.add_block(section, kind=BlockKind.FIGURES, by=by)
    return report


def outside(report: Report) -> Document:
    return assemble(report, audience=Audience.EXTERNAL, today=TODAY).document


def few(council: Cast) -> None:
    """Three cases re-opened in the second quarter: a small number, and what protects it."""
    made = Figure.objects.filter(
        return_made__quarter=HISTORY[1].index, item=council.item["cases-reopened"]
    )
    for one, value in zip(made.order_by("return_made__team__code"), (1, 1, 1, 0), strict=True):
        Figure.objects.filter(pk=one.pk).update(value=value)
    release_anew()


def test_it_says_the_same_whatever_is_hidden(council: Cast) -> None:
    """Other live figures and other hidden numbers under the same release: not a letter changes.

    What does not depend on a number cannot give it away, by whatever arithmetic.
    """
    few(council)
    report = a_report(council)
    before = canonical(outside(report))
    assert HIDDEN in before
    hidden = ReleasedLine.objects.filter(is_hidden=True)
    assert hidden.filter(numerator__isnull=False).exists()
    connection.check_constraints()
    for guard in GUARDS:
        guard.remove(connection)
    hidden.update(numerator=F("numerator") + 3, denominator=F("denominator") + 7)
    Figure.objects.filter(value__isnull=False).update(value=F("value") + 11)
    assert canonical(outside(report)) == before


def test_everything_that_a_release_shows_is_shown_as_it_was(council: Cast) -> None:
    resolver = Resolver.load(YEAR, TODAY, Audience.EXTERNAL)
    Figure.objects.filter(value__isnull=False).update(value=F("value") + 11)
    checked = 0
    for period in (*HISTORY, YEAR):
        for (code, where), line in mask_of(period).lines.items():
            at = f" in {where}" if where else ""
            shown = resolver.answer(f"{code}{at} in {period}")
            assert shown.is_hidden == line.is_hidden
            if not line.is_hidden and line.denominator is None and line.numerator is not None:
                places = resolver.counts.measures[code].numerator.decimals
                assert float(shown.numerator) == line.numerator / 10**places
                checked += 1
    assert checked > 20


@pytest.mark.parametrize(
    "token",
    [
        "reopened in 2015-16 Q2",
        "number of reopened in 2015-16 Q2",
        "parts of reopened in 2015-16 Q2",
        "rest of reopened in 2015-16 Q2",
        "change in reopened Q2 since Q1",
        "comparison of reopened Q2 with Q1",
        "highest of reopened over 2015-16",
        "lowest of reopened over 2015-16",
        "difference between number of reopened Q2 and cases-closed Q2",
        "number of reopened Q2 as a share of cases-closed",
        "reopened in 2015-16 H1",
        "open-cases in North in 2015-16 Q2",
        "coverage of open-cases in North in 2015-16 Q2",
        "cases-closed in North in 2015-16 H1",
        "cases-closed in North and South in 2015-16 Q4",
        "open-cases in 2016-17 Q1",
    ],
)
def test_what_is_in_no_release_is_hidden_in_every_shape(token: str, council: Cast) -> None:
    few(council)
    shown = Resolver.load(YEAR, TODAY, Audience.EXTERNAL).answer(token)
    assert (shown.text, shown.exact, shown.is_hidden) == (HIDDEN, None, True)
    assert not re.search(r"\d", f"{shown.formula}{shown.numerator}{shown.denominator}")
    assert (shown.answered, shown.missing) in [(None, ()), (4, ())]


def test_a_sum_is_hidden_where_a_part_is(council: Cast) -> None:
    line = ReleasedLine.objects.filter(
        measure__code="cases-closed", locality__code="south", period=str(YEAR)
    )
    whole = Resolver.load(YEAR, TODAY, Audience.EXTERNAL)
    together = whole.answer("cases-closed in North and South")
    assert (together.text, together.answered, together.expected) == ("276", 16, 16)
    connection.check_constraints()
    for guard in GUARDS:
        guard.remove(connection)
    line.update(is_hidden=True)
    part = Resolver.load(YEAR, TODAY, Audience.EXTERNAL)
    assert part.answer("cases-closed in North").text == "132"
    assert part.answer("cases-closed in South").text == HIDDEN
    assert part.answer("cases-closed in North and South").text == HIDDEN


def test_half_a_year_of_the_city_is_what_its_quarters_give(council: Cast) -> None:
    inside, out = (Resolver.load(YEAR, TODAY, one) for one in Audience)
    for token in ("cases-closed H1", "open-cases H2", "parts of helped H1", "helped H2"):
        assert out.answer(token).text == inside.answer(token).text != HIDDEN
    # Open at the end and closed in the half do not follow from the quarters' own ratios.
    assert out.answer("reopened H1").text == HIDDEN != inside.answer("reopened H1").text


def test_before_anything_is_released_outsiders_read_no_figure(council: Cast) -> None:
    forget_releases()
    report = making.signed(council)
    frozen = publishing.prepare(report, TODAY)
    assert {one.shown for one in frozen.external.document.figures} == {HIDDEN}
    assert {one.shown for one in frozen.internal.document.figures} != {HIDDEN}
    warned = [one.text for one in frozen.checklist.warnings]
    assert "2015-16 is not released yet: the copy for readers outside hides its figures" in warned


def test_the_director_is_told_where_outsiders_read_another_number(council: Cast) -> None:
    Figure.objects.filter(
        return_made=council.made("north-family", HISTORY[3]), item=council.item["open-cases"]
    ).update(value=41)
    report = making.in_review(council)
    warned = [one.text for one in publishing.prepare(report, TODAY).checklist.warnings]
    assert any(
        "150 (Open cases, 2015-16): readers outside are shown 152, as it was released" in one
        for one in warned
    ), warned


TOLD = "3 cases were re-opened in quarter 2 of 2015-16."


def told_in(report: Report) -> list[str]:
    """What the checklist says of figures that the words of a report tell."""
    warned = publishing.prepare(report, TODAY).checklist.warnings
    return [one.text for one in warned if one.key.startswith("told:")]


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        (TOLD, "“3” is hidden in the release (Re-opened, Testshire, 2015-16 Q2)"),
        (
            "In quarter 2 of 2015-16 1.4% of cases were re-opened.",
            "“1.4%” is hidden in the release",
        ),
        ("Three cases were re-opened in quarter 2 of 2015-16.", "“Three” is hidden in the release"),
        (
            "In quarter 3 of 2015-16, North closed {closed} cases.",
            "is in no release (Cases closed, North, 2015-16 Q3)",
        ),
    ],
)
def test_a_typed_number_that_outsiders_are_not_shown_is_on_the_checklist(
    words: str, figure: str, council: Cast
) -> None:
    few(council)
    closed = Figure.objects.filter(
        return_made__quarter=HISTORY[2].index,
        item=council.item["cases-closed"],
        return_made__locality=council.locality["north"],
    ).aggregate(total=Sum("value"))["total"]
    report = making.in_review(council, words.format(closed=closed))
    for code in ("", "survey"):
        if code:
            source = ReportSource.objects.create(
                report=report, code=code, what="A survey", when="May 2016", who="The partnership"
            )
            Section.objects.update(source=source)
        [found] = told_in(report)
        assert figure in found
        assert "the copy for readers outside says it: “" in found


def test_what_is_released_or_placed_or_another_number_is_not_on_it(council: Cast) -> None:
    few(council)
    report = making.in_review(council)
    year = mask_of(YEAR).line("cases-closed")
    assert year is not None
    for text in (
        f"{year.numerator} cases were closed in 2015-16.",
        "{{reopened Q2}} of cases were re-opened in quarter 2 of 2015-16.",
        "7 cases were re-opened in quarter 2 of 2015-16.",
    ):
        ReportBlock.objects.update(text=text)
        assert told_in(report) == [], text
    ReportBlock.objects.update(text=TOLD)
    assert told_in(report) != []


def test_a_draft_that_leaves_the_house_in_word_has_small_numbers_hidden(
    council: Cast, client: Client
) -> None:
    few(council)
    report = making.begun(council, "In the quarter {{parts of reopened in 2015-16 Q2}} came back.")
    client.force_login(council.person["officer"])
    inside, outside = (
        read_docx(fetched(client, f"{report.url}draft/docx/{query}").content).text
        for query in ("", "?audience=external")
    )
    told = re.search(r"In the quarter (3 of [0-9]+) came back", inside)
    assert told is not None
    assert f"In the quarter {HIDDEN} came back" in outside
    assert told[1] not in outside
    assert "DRAFT" in outside


def test_of_a_period_that_is_not_released_typed_numbers_are_on_it_once(council: Cast) -> None:
    closed = mask_of(YEAR).line("cases-closed")
    assert closed is not None
    made = making.in_review(
        council,
        f"{closed.numerator} cases were closed in 2015-16.\n\n"
        f"In 2015-16 we closed {closed.numerator} cases.",
    )
    assert told_in(made) == []
    forget_releases()
    [found] = told_in(made)
    assert "2015-16 is not released yet, and the copy for readers outside has it in words" in found
