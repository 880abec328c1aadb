"""Words as the checker compares them: stems, everyday synonyms, and abbreviations.

The synonyms stand in ``synonyms.txt``, a group on a line; those of several words join with ``_``.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_IRREGULAR = {
    "children": "child", "people": "person", "men": "man", "women": "woman", "kids": "child",
    "heard": "hear", "felt": "feel", "met": "meet", "held": "hold", "seen": "see", "kept": "keep",
    "given": "give", "made": "make", "taken": "take", "found": "find", "left": "leave",
    "led": "lead", "gone": "go", "went": "go", "begun": "begin", "began": "begin", "lives": "life",
    "taught": "teach", "spent": "spend", "sent": "send", "better": "improv", "worse": "worsen",
    "parents": "parent", "carers": "carer", "homeless": "homeless",
    "carer": "carer",
}  # fmt: skip
_ENDINGS = (
    *("ational", "ations", "ation", "ating", "ated", "ates", "ators", "ator", "ate"),
    *("ements", "ement", "ments", "ment", "nesses", "ness", "ances", "ance", "ences", "ence"),
    *("ings", "ing", "ures", "ure", "ions", "ion", "als", "al", "edly", "ed", "ers", "er"),
    *("ies", "ied", "es", "s", "ly", "e", "y"),
)
STOP = frozenset(
    ["a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "and", "or", "as", "is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "it", "its", "they", "them", "their", "there", "this", "that", "these", "those", "which", "who", "whom", "whose", "we", "our", "us", "i", "you", "your", "not", "no", "than", "then", "so", "such", "but", "if", "all", "any", "each", "per", "into", "over", "under", "up", "down", "out", "about", "after", "before", "during", "between", "through", "very", "more", "most", "less", "least", "many", "much", "some", "other", "also", "only", "own", "number", "numbers", "total", "figure", "figures", "percentage", "percent", "proportion", "share", "rate", "rates", "average", "count", "counts", "level", "data", "year", "quarter", "said", "say", "says", "reported", "reporting", "recorded", "seen"]
)  # fmt: skip
# Too common in this field to tell one measure from another by themselves.
_WEAK = "case child family person service team early young area people household council"
_PREFIXES = r"(?<![\w-])(re|co|pre|non|multi|over|under|e|inter|anti|self|mid|de|un)[-‐‑](?=[a-z])"


@cache
def stem(word: str) -> str:
    """A word without its ending: ``closures`` and ``closed`` are ``clos``."""
    word = word.lower().replace("’", "'")
    word = re.sub(r"'s$|s'$|'$", "", word).replace("'", "")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            if ending == "s" and word.endswith("ss"):
                continue
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word.removesuffix("at") if len(word) > 6 else word


WEAK = frozenset(stem(word) for word in _WEAK.split())


@cache
def _groups() -> tuple[dict[str, frozenset[int]], dict[tuple[str, ...], int]]:
    """The groups of each single stem, and of each run of stems."""
    text = (Path(__file__).parent / "synonyms.txt").read_text(encoding="utf-8")
    single: dict[str, set[int]] = {}
    several: dict[tuple[str, ...], int] = {}
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for at, line in enumerate(lines):
        for entry in line.split():
            stems = tuple(stem(part) for part in entry.split("_"))
            if len(stems) == 1:
                single.setdefault(stems[0], set()).add(at)
            else:
                several[stems] = at
    return {word: frozenset(groups) for word, groups in single.items()}, several


@cache
def groups_of(one: str) -> frozenset[int]:
    """The groups of synonyms that a stem belongs to."""
    return _groups()[0].get(one, frozenset())


def runs() -> dict[tuple[str, ...], int]:
    """The synonyms of several words, as runs of stems."""
    return _groups()[1]


def joined(text: str) -> str:
    """A text whose prefixes stand without a hyphen, of the same length: ``re-opened``."""
    return re.sub(_PREFIXES, lambda match: match[1] + "\u2060", text, flags=re.IGNORECASE)


# "Needed to" names nothing that somebody is in need of.
_WORD = re.compile(
    r"(?<![A-Za-z’'&\u2060])(?!need(?:s|ed)?\sto\b)[A-Za-z][A-Za-z’'&\u2060]*", re.IGNORECASE
)


def tokens(text: str) -> list[tuple[int, int, str]]:
    """The words of a text with where they stand."""
    # A joiner keeps every place where it was.
    return [
        (match.start(), match.end(), match[0].replace("\u2060", ""))
        for match in _WORD.finditer(joined(text))
    ]


def content_stems(text: str) -> list[str]:
    """The stems of a text's words that say something."""
    return [stem(word) for _, _, word in tokens(text) if word.lower() not in STOP]


def initials(words: Iterable[str]) -> str:
    """What a run of words is abbreviated to."""
    return "".join(word[0] for word in words).upper()
