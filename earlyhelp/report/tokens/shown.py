"""A number as a token puts it into a report: what is read, and all that it stands on. Pure."""

from dataclasses import dataclass, replace
from fractions import Fraction

from measures.counting.display import HIDDEN, rounded

POINTS = "points"


@dataclass(frozen=True)
class ShownFigure:
    """What a token shows.

    ``exact`` is the number behind it in its own ``unit`` (``%``, ``points``, ``count`` or what a
    measure has), None where there is none. ``numerator`` and ``denominator`` are exact, as text.
    ``cautions`` say what a writer should know: too few reported, not like for like; ``target``
    is what it is judged by.
    """

    text: str
    formula: str
    exact: Fraction | None = None
    unit: str = "count"
    places: int = 0
    measure: str = ""
    area: str = ""
    period: str = ""
    numerator: str = ""
    denominator: str = ""
    answered: int | None = None
    expected: int | None = None
    missing: tuple[str, ...] = ()
    is_hidden: bool = False
    is_signed_off: bool = True
    is_impact: bool = False
    cautions: tuple[str, ...] = ()
    target: str = ""

    def hidden(self) -> "ShownFigure":
        """The same as outsiders see what is small: that it is hidden, and nothing of it."""
        return replace(
            self,
            text=HIDDEN,
            exact=None,
            numerator="c",
            denominator="c" if self.denominator else "",
            formula="hidden: small number",
            is_hidden=True,
        )


def number(value: Fraction, unit: str, places: int) -> str:
    """A number with its unit: ``7.4 points``, ``136.6%``, ``1,567``."""
    written = f"{rounded(value, places):,}"
    if unit == "%":
        return f"{written}%"
    if unit in ("count", "average"):
        return written
    return f"{written} {unit}"


def plain(value: Fraction | None) -> str:
    """An exact number as files have it: ``1709.5``, a fraction to six decimals."""
    if value is None:
        return ""
    for places in range(7):
        if (value * 10**places).denominator == 1:
            return str(rounded(value, places))
    return str(rounded(value, 6))


def difference(first: ShownFigure, second: ShownFigure, decimals: int | None) -> ShownFigure:
    """How far two placed numbers are apart; of percentages in points."""
    unit = POINTS if first.unit == second.unit == "%" else first.unit
    places = max(first.places, second.places) if decimals is None else decimals
    return _pair(first, second, "less", unit, places, _less(first, second))


def share(first: ShownFigure, second: ShownFigure, decimals: int | None) -> ShownFigure:
    """One placed number as a percentage of another."""
    value = None
    if first.exact is not None and second.exact:
        value = 100 * first.exact / second.exact
    return _pair(first, second, "as a share of", "%", 1 if decimals is None else decimals, value)


def _less(first: ShownFigure, second: ShownFigure) -> Fraction | None:
    if first.exact is None or second.exact is None:
        return None
    return abs(first.exact - second.exact)


def _pair(
    first: ShownFigure,
    second: ShownFigure,
    between: str,
    unit: str,
    places: int,
    value: Fraction | None,
) -> ShownFigure:
    formula = f"{first.text} ({first.formula}) {between} {second.text} ({second.formula})"
    is_alike = first.measure == second.measure
    made = ShownFigure(
        text="no figure" if value is None else number(value, unit, places),
        formula=formula,
        exact=value,
        unit=unit,
        places=places,
        measure=first.measure if is_alike else "",
        area=first.area if first.area == second.area else "",
        period=first.period if first.period == second.period else "",
        numerator=plain(first.exact),
        denominator=plain(second.exact),
        is_signed_off=first.is_signed_off and second.is_signed_off,
        cautions=(*first.cautions, *second.cautions),
    )
    return made.hidden() if first.is_hidden or second.is_hidden else made
