"""What a round found for one indicator, ready to print: the bar, the share, what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from audits.grades import QUALITY, Grade
from audits.models import RoundKind
from audits.results.charts import Bar, bar
from audits.results.scored_rounds import IndicatorResult
from audits.scoring import Agreement, Change, Compared, Share, Tally
from measures.counting.display import rounded

# The parts of a bar, from left to right: its look is the grade's own name.
OF_QUALITY = (*QUALITY, Grade.NOT_FOUND)
OF_YES_NO = (Grade.YES, Grade.NO)
NOTHING = "–"


@dataclass(frozen=True)
class Beside:
    """The last round's share and what changed; ``look`` repeats a clear change in colour."""

    percent: str
    base: str
    words: str
    look: str = ""


@dataclass(frozen=True)
class Agreed:
    """How far the moderator agreed; empty where nobody moderated."""

    percent: str
    base: str
    kappa: str


@dataclass(frozen=True)
class BarRow:
    """An indicator, or an area, with its bar and its share."""

    name: str
    url: str
    bar: Bar
    percent: str
    base: str
    is_small: bool
    before: Beside | None = None
    agreed: Agreed | None = None


def bar_of(tally: Tally, grades: Iterable[Grade]) -> Bar:
    """The bar of these grades."""
    return bar((grade.value, grade.label, tally[grade]) for grade in grades)


def percent(share: Share) -> str:
    """``35.3%``, or a dash of nothing."""
    return share.percent or NOTHING


def base(share: Share) -> str:
    """``6 of 17``."""
    return str(share) if share.of else "no cases"


def row(
    one: IndicatorResult, grades: Iterable[Grade], url: str, *, has_before: bool, kind: str
) -> BarRow:
    """An indicator's row."""
    return BarRow(
        name=one.indicator.name,
        url=url,
        bar=bar_of(one.tally, grades),
        percent=percent(one.share),
        base=base(one.share),
        is_small=one.share.is_small,
        before=beside(one.compared, one.indicator.kind, kind) if has_before else None,
        agreed=agreed(one.agreement),
    )


def beside(compared: Compared, indicator_kind: str, round_kind: str) -> Beside:
    """The last round's share in words: "improved by 12.3 points", "too few to compare".

    Whether *yes* is good news depends on the question, so there only up and down are said.
    """
    before = compared.before or Share(0, 0)
    graded = indicator_kind == "graded" and round_kind != RoundKind.COHORT
    words, look = _change(compared, is_judged=graded)
    return Beside(percent(before), str(before) if before.of else "", words, look)


def _change(compared: Compared, *, is_judged: bool) -> tuple[str, str]:
    if compared.change == Change.TOO_FEW:
        return "too few to compare", ""
    if compared.change not in (Change.IMPROVED, Change.WORSENED) or compared.points is None:
        return str(compared.change), ""
    points = f"by {rounded(abs(compared.points), 1)} points"
    if is_judged:
        return f"{compared.change} {points}", str(compared.change)
    return f"{'up' if compared.points > 0 else 'down'} {points}", ""


def agreed(agreement: Agreement) -> Agreed | None:
    """Agreement in percent and as Cohen's kappa; None where nobody moderated."""
    if not agreement.agreed.of:
        return None
    kappa = "" if agreement.kappa is None else f"{rounded(agreement.kappa, 2)}"
    return Agreed(agreement.agreed.percent, str(agreement.agreed), kappa)


def score(average: Fraction | None) -> str:
    """An average score with one decimal; a dash of nothing."""
    return NOTHING if average is None else f"{rounded(average, 1)}"


@dataclass(frozen=True)
class Warned:
    """The plain warning about few cases; ``is_small`` under 10."""

    words: str
    is_small: bool


def warning(smallest: int | None, largest: int | None) -> Warned | None:
    """How much one case weighs: "stand on 17 to 20 cases: one case moves them by 5 to 6 points".

    Nothing where one case moves no percentage by a whole point.
    """
    if smallest is None or largest is None or smallest > 100:
        return None
    least, most = (int(rounded(Fraction(100, number), 0)) for number in (largest, smallest))
    cases, points = _between(smallest, largest, "case"), _between(least, most, "point")
    words = f"Percentages here stand on {cases}: one case moves them by {points}."
    small = Share(0, smallest).is_small
    if small:
        words += " With fewer than 10 cases, read the numbers rather than the percentages."
    return Warned(words, small)


def _between(low: int, high: int, what: str) -> str:
    """``17 to 20 cases``, ``1 case``."""
    if low != high:
        return f"{low} to {high} {what}s"
    return f"{low} {what}{'' if low == 1 else 's'}"
