"""Undeclared never approves: texts with a planted number that nobody declared, in many guises."""

import html
import random
from collections.abc import Callable

import pytest

from earlyhelp.core.workflow import NotAllowed
from earlyhelp.report.content import content_digest
from earlyhelp.report.placing import Placing
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.text import TextReader
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.words import undeclared_in
from earlyhelp.report.writing import actions as writing
from tests.cast import HISTORY, TODAY, Cast
from tests.report import making

pytestmark = pytest.mark.django_db

YEAR = HISTORY[0].year
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NOUNS = ["families", "cases", "children", "referrals", "visits", "complaints", "young carers"]
CALM = [
    "At 31 March 2016 the two services met.",
    "Children aged 5 to 11 came within 3 months.",
    "Section 17 is named in Table 2.",
    "There were {{open-cases}} open cases at the end of the year.",
    "It is done twice a year, and was in 2014-15.",
    "A census counted 812 of them {{source census}}.",
]


def digits(rng: random.Random) -> str:
    """A number in figures, as people and word processors write them."""
    number = rng.choice([rng.randint(11, 999), rng.randint(3000, 99999)])
    whole = f"{number:,}"
    return rng.choice(
        [
            whole,
            str(number),
            whole.replace(",", "\u00a0"),
            whole.replace(",", "\u2009"),
            f"{number % 100}.{rng.randint(1, 9)}%",
            f"{number % 90 + 10} per cent",
            f"{number % 90 + 10}%",
            f"**{whole}**",
            f"*{whole}*",
            f"[{whole}](https://example.org/)",
            "".join(chr(0xFF10 + int(one)) for one in str(number)),
            f"[{number}]",
            f"\\[{number}\\]",
            f"{number} of {number + 400}",
            rng.choice(["½", "¾", "⅔"]),
            f"{str(number)[0]}**{str(number)[1:]}**",
            f"{str(number)[0]}\u200b{str(number)[1:]}",
        ]
    )


def words(rng: random.Random) -> str:
    """A number in words."""
    return rng.choice(
        [
            rng.choice(TENS),
            f"{rng.choice(TENS)}-{rng.choice(['one', 'four', 'seven'])}",
            rng.choice(["eleven", "fourteen", "nineteen"]),
            f"{rng.choice(['two', 'three'])} hundred and {rng.choice(TENS)}",
            rng.choice(["half a dozen", "two dozen", "a third", "two thirds", "one in five"]),
            rng.choice(["two thousand", "a thousand and twenty", "twelve thousand, four hundred"]),
        ]
    )


SHAPES: list[Callable[[str, str], str]] = [
    lambda number, noun: f"We worked with {number} {noun}.",
    lambda number, noun: f"{number.capitalize()} {noun} came to us.",
    lambda number, noun: f"- {noun}\n- {number} {noun} more",
    lambda number, noun: f"1. First, {number} {noun}\n2. then nothing",
    lambda number, noun: f"> A worker said that {number} {noun} were met.",
    lambda number, noun: f"### The {number} {noun}",
    lambda number, noun: f"| {noun} | number |\n|---|---|\n| all | {number} {noun} |",
    lambda number, noun: f"There were {{{{open-cases}}}} open cases and {number} {noun}.",
    lambda number, noun: f"```\n{number} {noun}\n```",
    lambda number, noun: f"    {number} {noun}",
    lambda number, noun: f"We met {number} {noun} a month.",
    lambda number, noun: f"- {number}\n- of the {noun}",
    lambda number, noun: f"In 2015-16 ({number} {noun}) this was so.",
    lambda number, noun: f"A census counted 812 {{{{source census}}}}. We met {number} {noun}.",
    lambda number, noun: f"Of these, {number} {noun} were from Locality 3 in quarter 2.",
]


def planted(rng: random.Random) -> str:
    """A text with one number that nobody declared."""
    number = html.unescape(rng.choice([digits, digits, words])(rng))
    text = rng.choice(SHAPES)(number, rng.choice(NOUNS))
    return "\n\n".join([rng.choice(CALM), text, rng.choice(CALM)])


@pytest.fixture
def reading(council: Cast) -> Callable[[str], list[str]]:
    """What the checklist says has no source, in a text that is read as a report's texts are."""
    report = making.begun(council)
    officer = council.actor("officer")
    source = writing.give_source(
        report, code="census", what="Census", when="March 2011", who="ONS", by=officer
    )
    resolver = Resolver.load(YEAR, TODAY)

    def read(text: str) -> list[str]:
        placing = Placing(resolver, {"census": source}, "2015-16/")
        TextReader(placing, None, is_copied=False, anchor="a").read(text)
        assert not placing.problems
        return [one.typed for one in undeclared_in(placing.passages)]

    return read


def test_no_text_with_a_planted_number_is_without_an_error(
    reading: Callable[[str], list[str]],
) -> None:
    rng = random.Random(20160620)
    silent = [text for text in (planted(rng) for _ in range(500)) if not reading(text)]
    assert silent == []


def test_calm_texts_have_no_error(reading: Callable[[str], list[str]]) -> None:
    assert [(text, reading(text)) for text in CALM if reading(text)] == []


@pytest.mark.parametrize("seed", range(4))
def test_none_is_approved(seed: int, council: Cast) -> None:
    text = planted(random.Random(seed)).replace("{{source census}}", "")
    report = making.signed(council, text)
    with pytest.raises(NotAllowed, match="put right first"):
        publishing.approve(report, content=content_digest(report), by=council.actor("director"))


def test_a_number_in_a_heading_or_a_title_stops_approving(council: Cast) -> None:
    report, by = making.begun(council), council.actor("officer")
    [section] = report.sections.all()
    writing.add_block(section, kind="framework", data={"title": "All of the 412 families"}, by=by)
    writing.add_block(section, kind="abbreviations", text="TF: the 413 troubled families", by=by)
    writing.add_section(report, heading="Our 414 cases", by=by)
    writing.change_report(
        report, title="Early help for 415 children", marking="OFFICIAL", authors=[],
        next_report_on=None, version=report.version, by=by,
    )  # fmt: skip
    report.refresh_from_db()
    errors = [one.text for one in publishing.prepare(report, TODAY).checklist.errors]
    for number in range(412, 416):
        assert any(f"“{number}” has no source" in one for one in errors), number
