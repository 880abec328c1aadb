"""What stands between double braces in a report's text: which number is placed there. Pure.

A token reads aloud as source: ``{{helped}}``, ``{{parts of helped last year}}``,
``{{change in open-cases since last year}}``, ``{{highest of children-in-care over 2015-16}}``,
``{{percentage good for plan in round under-11s-december-2015}}``,
``{{overdue actions of plan 2016-17}}``, ``{{helped as a share of surveys-received}}``.
docs/reports.md lists them all; a test reads each of its examples.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

TOKEN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


class TokenError(ValueError):
    """A token that names nothing; the message is what the writer sees."""


@dataclass(frozen=True)
class When:
    """A period as it was written: "" is the report's own, "last year" the same a year before."""

    words: str = ""


@dataclass(frozen=True)
class MeasureToken:
    """A measure, or a part of it, in some areas (the city without any) and a period."""

    part: str
    measure: str
    areas: tuple[str, ...] = ()
    when: When = When()
    against: When | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class SeriesToken:
    """The highest, lowest or average of a measure over the quarters of a period."""

    which: Literal["highest", "lowest", "average"]
    measure: str
    areas: tuple[str, ...]
    first: When
    last: When
    decimals: int | None = None


@dataclass(frozen=True)
class RoundToken:
    """Something that a round of audits found: ``what`` of an ``indicator``, of one ``grade``."""

    what: str
    round: str
    indicator: str = ""
    grade: str = ""
    is_rest: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class PlanToken:
    """How many actions or outcomes of a year's plan there are, or stand so."""

    what: str
    year: str


@dataclass(frozen=True)
class PairToken:
    """Two placed numbers: their difference, or the one as a share of the other."""

    how: Literal["difference", "share"]
    first: "Token"
    second: "Token"
    decimals: int | None = None


@dataclass(frozen=True)
class SourceToken:
    """What the numbers just before it are declared by."""

    code: str
    scope: Literal["sentence", "paragraph", "list"]


Token = MeasureToken | SeriesToken | RoundToken | PlanToken | PairToken


def single(token: object) -> "Iterator[object]":
    """The token, or of two placed numbers those of each."""
    if isinstance(token, PairToken):
        yield from (*single(token.first), *single(token.second))
    else:
        yield token


Mark = Token | SourceToken

PARTS = (
    *("value", "parts", "number", "base", "rest", "remaining share"),
    *("coverage", "target", "distance to target"),
)
GRADES = {
    "outstanding": "outstanding",
    "good": "good",
    "requires improvement": "requires-improvement",
    "inadequate": "inadequate",
    "not found": "not-found",
    "good or better": "good-or-better",
    "yes": "yes",
    "no": "no",
}
PLAN_WHATS = (
    *("actions", "complete actions", "overdue actions", "actions in progress"),
    *("actions not started", "actions no longer needed", "outcomes"),
    *("outcomes achieved", "outcomes partly achieved", "outcomes not achieved"),
)

_CODE = r"[a-z][a-z0-9-]*"
_YEAR = r"[0-9]{4}-[0-9]{2}"
_PERIOD = rf"(?:last year|next year|{_YEAR}(?: [QqHh][1-4])?|[QqHh][1-4](?: last year)?)"
_AREAS = r"(?P<areas>.+?)"
_WHERE = rf"(?: in (?!{_PERIOD})(?!cohort )(?!round ){_AREAS})?"
_WHEN = rf"(?: (?:in )?(?P<when>{_PERIOD}))?"
_MEASURE = rf"(?P<measure>{_CODE})"
_ROUND = rf"in (?:round|cohort) (?P<round>{_CODE}|[a-z0-9-]+)"
_INDICATOR = rf"(?P<indicator>{_CODE})"
_HOW = r"(?P<what>number|percentage|parts)"
_GRADE = "|".join(sorted(GRADES, key=len, reverse=True))
_PART = "|".join(PARTS)
_PLAN = "|".join(sorted(PLAN_WHATS, key=len, reverse=True))

_FORMS: list[tuple[re.Pattern[str], Callable[[re.Match[str], int | None], Token]]] = []


def _form(
    pattern: str,
) -> Callable[
    [Callable[[re.Match[str], int | None], Token]], Callable[[re.Match[str], int | None], Token]
]:
    def register(
        made: Callable[[re.Match[str], int | None], Token],
    ) -> Callable[[re.Match[str], int | None], Token]:
        _FORMS.append((re.compile(pattern), made))
        return made

    return register


@_form(rf"(?P<what>{_PLAN}) of plan (?P<year>{_YEAR})")
def _plan(found: re.Match[str], decimals: int | None) -> Token:
    return PlanToken(found["what"], found["year"])


@_form(r"(?P<what>cases|audits|completion) of round (?P<round>[a-z0-9-]+)")
def _of_round(found: re.Match[str], decimals: int | None) -> Token:
    return RoundToken(found["what"], found["round"], decimals=decimals)


@_form(rf"(?P<what>cases|average score) for {_INDICATOR} {_ROUND}")
def _of_indicator(found: re.Match[str], decimals: int | None) -> Token:
    return RoundToken(found["what"], found["round"], found["indicator"], decimals=decimals)


@_form(rf"{_HOW} (?P<grade>{_GRADE}) for {_INDICATOR} {_ROUND}")
def _of_grade(found: re.Match[str], decimals: int | None) -> Token:
    grade = GRADES[found["grade"]]
    return RoundToken(found["what"], found["round"], found["indicator"], grade, decimals=decimals)


@_form(rf"{_HOW} choosing (?P<choice>.+) for {_INDICATOR} {_ROUND}")
def _of_choice(found: re.Match[str], decimals: int | None) -> Token:
    choice = f"choice:{found['choice']}"
    return RoundToken(found["what"], found["round"], found["indicator"], choice, decimals=decimals)


@_form(rf"{_HOW} (?P<rest>without|for) {_INDICATOR} {_ROUND}")
def _of_cohort(found: re.Match[str], decimals: int | None) -> Token:
    is_rest = found["rest"] == "without"
    return RoundToken(
        *(found["what"], found["round"], found["indicator"], "yes"),
        is_rest=is_rest,
        decimals=decimals,
    )


@_form(
    rf"(?P<which>highest|lowest|average) of {_MEASURE}{_WHERE}"
    rf" over (?P<first>{_PERIOD})(?: to (?P<last>{_PERIOD}))?"
)
def _series(found: re.Match[str], decimals: int | None) -> Token:
    first = When(found["first"])
    last = When(found["last"]) if found["last"] else first
    areas = _areas(found["areas"])
    which: Literal["highest", "lowest", "average"] = found["which"]  # type: ignore[assignment]
    return SeriesToken(which, found["measure"], areas, first, last, decimals)


@_form(
    rf"(?P<part>change|percentage change) in {_MEASURE}{_WHERE}{_WHEN}"
    rf" since (?P<against>{_PERIOD})"
)
@_form(rf"(?P<part>comparison) of {_MEASURE}{_WHERE}{_WHEN} with (?P<against>{_PERIOD})")
def _against(found: re.Match[str], decimals: int | None) -> Token:
    when, against = When(found["when"] or ""), When(found["against"])
    areas = _areas(found["areas"])
    return MeasureToken(found["part"], found["measure"], areas, when, against, decimals)


@_form(rf"(?:(?P<part>{_PART}) of )?{_MEASURE}{_WHERE}{_WHEN}")
def _measure(found: re.Match[str], decimals: int | None) -> Token:
    when = When(found["when"] or "")
    part = found["part"] or "value"
    areas = _areas(found["areas"])
    return MeasureToken(part, found["measure"], areas, when, None, decimals)


def _areas(words: str | None) -> tuple[str, ...]:
    """``Locality 1, Locality 2 and Locality 5`` as three."""
    if not words:
        return ()
    return tuple(one.strip() for one in re.split(r", | and ", words) if one.strip())


_SOURCE = re.compile(r"source ([a-z0-9-]+)(?: for the (paragraph|list))?")
_DECIMALS = re.compile(r"(.+) to ([0-4]) decimals?")


def parse(text: str) -> Mark:
    """What a token says; raises ``TokenError`` for what it does not understand."""
    words = " ".join(text.split())
    if found := _SOURCE.fullmatch(words):
        scope: Literal["sentence", "paragraph", "list"] = found[2] or "sentence"  # type: ignore[assignment]
        return SourceToken(found[1], scope)
    decimals = None
    if found := _DECIMALS.fullmatch(words):
        words, decimals = found[1], int(found[2])
    token = _figure(words, decimals)
    if token is None:
        raise TokenError(f"“{text.strip()}” is not a figure: put one in from the list of figures")
    return token


def _figure(words: str, decimals: int | None) -> Token | None:
    for token in _pairs(words, decimals):
        return token
    for pattern, made in _FORMS:
        if found := pattern.fullmatch(words):
            return made(found, decimals)
    return None


def _pairs(words: str, decimals: int | None) -> Iterator[Token]:
    """The two numbers of a difference or a share, wherever the words between them stand."""
    if " as a share of " in words:
        yield from _split(words, " as a share of ", "share", decimals)
    if words.startswith("difference between "):
        two = words.removeprefix("difference between ")
        yield from _split(two, " and ", "difference", decimals)


def _split(
    words: str, between: str, how: Literal["difference", "share"], decimals: int | None
) -> Iterator[Token]:
    at = words.find(between)
    while at >= 0:
        first, second = words[:at], words[at + len(between) :]
        one, other = _figure(first, None), _figure(second, None)
        if one is not None and other is not None:
            yield PairToken(how, one, other, decimals)
        at = words.find(between, at + 1)
