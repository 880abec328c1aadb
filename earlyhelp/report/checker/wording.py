"""How findings are worded: what would be right, as it would be typed, and why."""

from fractions import Fraction

from earlyhelp.report.checker.claims import JudgedNumber
from earlyhelp.report.checker.facts import MeasureFact
from earlyhelp.report.checker.figures import Areas, rounded
from earlyhelp.report.checker.findings import FigureSource, TextFinding, Verdict
from earlyhelp.report.checker.guesses import Guess

_KINDS = {
    "value": "{name}",
    "numerator": "the number behind {name}",
    "denominator": "what {name} is out of",
    "rest": "the rest of {name}",
    "share": "the share of the whole of {name}",
    "share of year": "the quarter's share of its year of {name}",
    "mean": "the average over the quarters of {name}",
    "sum": "{name}",
    "change": "the change of {name}",
    "relative": "the relative change of {name}",
    "factor": "{name} against before",
    "between": "the difference of {name} between the areas",
    "target": "the target of {name}",
    "gap": "the distance of {name} to its target",
    "highest": "the highest quarter of {name}",
    "lowest": "the lowest quarter of {name}",
    "highest area": "the highest area of {name}",
    "lowest area": "the lowest area of {name}",
}


def code_of(measure: MeasureFact) -> str:
    """The framework's measure: the ratio's, for a count that only a ratio holds."""
    return measure.of or measure.code


def areas_of(areas: Areas) -> str:
    """An area's code, or several."""
    return " ".join(areas)


def shown(value: Fraction, places: int, unit: str) -> str:
    """A number as it would be typed."""
    number = rounded(abs(value), places)
    scaled = int(number * 10**places)
    text = f"{scaled // 10**places:,}"
    if places:
        text += f".{scaled % 10**places:0{places}d}"
    return f"{text}%" if unit == "%" else text


def right_for(judged: JudgedNumber, guess: Guess, exact: Fraction) -> str:
    """What would be right in the place of a number, at its own precision or the measure's."""
    number, measure = judged.number, guess.measure
    if guess.unit == "times":
        return f"{float(exact):.2f} times"
    places = number.places
    if guess.unit in ("%", "points"):
        if number.unit == "part" or judged.size:
            places = measure.decimals or 1
    elif not measure.is_ratio:
        is_mean = guess.kind == "mean" and exact.denominator > 1
        places = max(measure.decimals, int(is_mean))
    return shown(exact, places, guess.unit)


def what(guess: Guess) -> str:
    """What a guess is, in words."""
    words = _KINDS[guess.kind].format(name=f"“{guess.measure.name}”")
    since = f" from {guess.earlier}" if guess.earlier is not None else ""
    to = f" to {guess.period}" if since else f" in {guess.period}"
    return f"{words}{since}{to}"


def finding_of(one: JudgedNumber, line: int, at: int) -> TextFinding:
    """The row of a number."""
    number = one.number
    row = TextFinding(line, at, at + number.end - number.start, number.typed)
    guess = one.guess
    row.verdict = one.verdict
    if guess is None or (one.verdict is Verdict.UNKNOWN):
        return row
    row.measure, row.area = code_of(guess.measure), areas_of(guess.areas)
    row.period = str(guess.period)
    row.source = FigureSource(
        guess.measure.code,
        guess.areas,
        str(guess.period),
        guess.kind,
        str(guess.earlier) if guess.earlier else "",
    )
    if one.verdict is Verdict.AGREES:
        return row
    right = right_for(one, guess, one.right if one.right is not None else guess.exact)
    row.should_be = row.replacement = right
    if one.verdict is Verdict.ROUNDING:
        row.why = f"{what(guess)} is {right}: the last digit is cut, not rounded"
    elif one.verdict is Verdict.MISLEADING:
        row.why = f"This {one.why.replace('{} come', 'it does not come')}; {what(guess)} is {right}"
    else:
        row.why = f"{what(guess)} is {right}".replace("the the", "the")
    row.why = row.why[:1].upper() + row.why[1:]
    return row
