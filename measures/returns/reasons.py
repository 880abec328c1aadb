"""Why a figure is right, as people tick it beside their words; kept in front of those, as words."""

from collections.abc import Iterable

# By what a page posts, in the order in which they stand in an explanation.
REASONS = {
    "grew": "The team grew.",
    "shrank": "The team shrank.",
    "caught-up": "Recording caught up.",
    "one-family": "One large family.",
}


def known(ticked: Iterable[str]) -> tuple[str, ...]:
    """Those of these that are reasons, in their order."""
    wanted = set(ticked)
    return tuple(one for one in REASONS if one in wanted)


def explanation(ticked: Iterable[str], words: str) -> str:
    """The explanation that ticks and words make: ``The team grew. Two workers joined.``"""
    return " ".join(filter(None, [*(REASONS[one] for one in known(ticked)), words]))


def apart(text: str) -> tuple[tuple[str, ...], str]:
    """The ticks and the words that make exactly this explanation."""
    ticked, rest = [], text
    for one, sentence in REASONS.items():
        if rest == sentence or rest.startswith(f"{sentence} "):
            ticked.append(one)
            rest = rest[len(sentence) + 1 :]
    same = explanation(ticked, rest) == text and rest == rest.strip()
    return (tuple(ticked), rest) if same else ((), text)
