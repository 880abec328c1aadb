"""One grammar for the numbers that people type and files hold, and what to say of the others.

``static/numbers.js`` reads by the same grammar while somebody types; ``tests/numbers.json`` is
the table of cases that holds both to it.
"""

import re
import unicodedata
from decimal import Decimal

# Longer than any count, and short enough for every column that adds such numbers up.
MOST_WHOLE_DIGITS = 12

# The spaces that people and programs put between thousands; all of them are a space.
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_NUMBER = re.compile(
    r"(?P<sign>[+\u2212-]?)"
    r"(?P<whole>[1-9][0-9]{0,2}(,[0-9]{3})+|[1-9][0-9]{0,2}( [0-9]{3})+|[0-9]+|(?=\.[0-9]))"
    r"(\.(?P<fraction>[0-9]*))?"
)
_LIKE = ("a whole number, like 71", "a number, like 71.5", "a number, like 71.25")

# Not to be seen, though Unicode counts them among the letters, marks and symbols.
_UNSEEN_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
_NAMES = {
    "\t": "tab",
    "\n": "line break",
    "\r": "line break",
    "\u00a0": "no-break space",
    "\u00ad": "soft hyphen",
    "\u2007": "figure space",
    "\u2009": "thin space",
    "\u200b": "zero width space",
    "\u200c": "zero width non-joiner",
    "\u200d": "zero width joiner",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
    "\u202f": "narrow no-break space",
    "\u2060": "word joiner",
    "\u3000": "ideographic space",
    "\ufeff": "byte-order mark",
}
_LONGEST_SHOWN = 60


class NotANumber(ValueError):
    """What was typed is not a number; says what it must be, to stand after the box's name."""


def parse_units(text: str, decimals: int, *, whole_digits: int = MOST_WHOLE_DIGITS) -> int:
    """The number in whole units of its last decimal: ``1,061.5`` with one decimal is 10615.

    Thousands may be grouped by commas or by spaces of any kind; blanks around and noughts after
    the last decimal do not count. A comma elsewhere is refused: ``1,5`` is somebody's one and
    a half, and ``0,500`` somebody's half. Raises ``NotANumber`` for that, for what is below 0,
    for other digits than 0 to 9, for more decimals or for more digits than there may be.
    """
    typed = plain_spaces(text).strip(" \t\r\n")
    found = _NUMBER.fullmatch(typed)
    if not found:
        raise NotANumber(_why_not(typed, text, decimals))
    whole = re.sub("[, ]", "", found["whole"]).lstrip("0")
    fraction = (found["fraction"] or "").rstrip("0")
    if found["sign"] not in ("", "+") and (whole or fraction):
        raise NotANumber("must be 0 or more")
    if len(whole) > whole_digits:
        raise NotANumber(f"must be less than {10**whole_digits:,}")
    if len(fraction) > decimals:
        raise NotANumber(_too_fine(decimals))
    return int((whole or "0") + fraction.ljust(decimals, "0"))


def parse_decimal(text: str, decimals: int, *, whole_digits: int = MOST_WHOLE_DIGITS) -> Decimal:
    """The number with exactly so many decimals; reads and raises as ``parse_units`` does."""
    return Decimal(parse_units(text, decimals, whole_digits=whole_digits)).scaleb(-decimals)


def plain_spaces(text: str) -> str:
    """The text with every kind of space as a plain one."""
    return _SPACES.sub(" ", text)


def visible(text: str) -> str:
    """The text with characters that cannot be seen named: ``1[no-break space]061``."""
    return "".join(f"[{_name(char)}]" if _is_unseen(char) else char for char in text)


def _is_unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    return (kind[0] in "CZ" and char != " ") or char in _UNSEEN_LETTERS


def _name(char: str) -> str:
    return _NAMES.get(char) or f"U+{ord(char):04X}"


def _why_not(typed: str, text: str, decimals: int) -> str:
    """What it must be, and what is in the way; ``typed`` has plain spaces only."""
    must = f"must be {_LIKE[min(decimals, 2)]}"
    shown = visible(typed)
    if shown != typed:
        return f"{must}: {_quoted(shown)} has a character in it that cannot be seen"
    if any(unicodedata.decimal(char, None) is not None and not char.isascii() for char in typed):
        return f"{must}: only 0 to 9 are digits"
    if not re.fullmatch(r"[+\u2212-]?[0-9., ]+", typed):
        return must
    if "," in typed:
        return f"{must}: a comma groups thousands (1,061), and a decimal is written 1.5"
    if " " in typed:
        said = _quoted(visible(text.strip(" \t\r\n")))
        return f"{must}: {said} is not grouped in thousands, like 1 061"
    return must


def _too_fine(decimals: int) -> str:
    if decimals == 0:
        return f"must be {_LIKE[0]}"
    places = "1 decimal place" if decimals == 1 else f"{decimals} decimal places"
    return f"must have no more than {places}"


def _quoted(shown: str) -> str:
    return f"“{shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + '…'}”"
