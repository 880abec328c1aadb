"""What differs between two recordings, the same difference on many pages told once."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from comparison.archive import Archive, Key

_CONTEXT = 2


@dataclass(frozen=True)
class Intended:
    """Differences that are meant, read from a file of regular expressions.

    A line ``EXPRESSION`` takes out what it matches, ``EXPRESSION => REPLACEMENT`` puts
    something in its place, in both recordings before they are compared; ``@EXPRESSION`` leaves
    out the requests that match (``person method address``). Lines with ``#`` are comments.
    """

    changes: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    requests: list[re.Pattern[str]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Intended":
        """Raises re.error for an expression that is none."""
        intended = cls()
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if line.startswith("@"):
                intended.requests.append(re.compile(line[1:]))
            else:
                expression, _, replacement = line.partition(" => ")
                intended.changes.append((re.compile(expression, re.MULTILINE), replacement))
        return intended

    def leaves_out(self, key: Key) -> bool:
        """Whether a request is not to be compared."""
        return any(pattern.search(" ".join(key)) for pattern in self.requests)

    def applied(self, text: str) -> str:
        """A text with what is meant to differ evened out."""
        for pattern, replacement in self.changes:
            text = pattern.sub(replacement, text)
        return text


@dataclass(frozen=True)
class Hunk:
    """One place that differs: the lines that went, those that came, and those around."""

    removed: tuple[str, ...]
    added: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(
            [*(f"-{line}" for line in self.removed), *(f"+{line}" for line in self.added)]
        )


@dataclass
class Comparison:
    """Two recordings side by side."""

    compared: int = 0
    identical: int = 0
    intended: int = 0
    left_out: int = 0
    only_before: list[Key] = field(default_factory=list)
    only_after: list[Key] = field(default_factory=list)
    differing: list[Key] = field(default_factory=list)
    # By what differs: how often, and on which answers.
    hunks: dict[Hunk, list[Key]] = field(default_factory=lambda: defaultdict(list))
    context: dict[Hunk, str] = field(default_factory=dict)

    @property
    def same(self) -> bool:
        """Whether nothing differs but what is meant to."""
        return not (self.differing or self.only_before or self.only_after)


def compare(before: Archive, after: Archive, intended: Intended) -> Comparison:
    """Hold every answer of one recording against that of the other."""
    found = Comparison()
    old, new = before.digests(), after.digests()
    pairs: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key in sorted(old.keys() | new.keys()):
        if intended.leaves_out(key):
            found.left_out += 1
        elif key not in new:
            if after.fact("again"):  # it may be of a part
                found.left_out += 1
            else:
                found.only_before.append(key)
        elif key not in old:
            found.only_after.append(key)
        else:
            found.compared += 1
            if old[key] == new[key]:
                found.identical += 1
            else:
                pairs[old[key], new[key]].append(key)
    for (first, second), keys in pairs.items():
        hunks = list(
            differences(intended.applied(before.text(first)), intended.applied(after.text(second)))
        )
        if not hunks:
            found.intended += len(keys)
            continue
        found.differing += keys
        for hunk, around in hunks:
            found.hunks[hunk] += keys
            found.context.setdefault(hunk, around)
    found.differing.sort()
    return found


def differences(before: str, after: str) -> Iterator[tuple[Hunk, str]]:
    """Each place in which two texts differ, with the lines around it as a unified diff has them."""
    if before == after:
        return
    old, new = before.split("\n"), after.split("\n")
    start = _alike(old, new)
    end = _alike(old[start:][::-1], new[start:][::-1])
    matcher = difflib.SequenceMatcher(
        None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False
    )
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            continue
        i1, i2, j1, j2 = (at + start for at in (i1, i2, j1, j2))
        hunk = Hunk(tuple(old[i1:i2]), tuple(new[j1:j2]))
        above = [f" {line}" for line in old[max(0, i1 - _CONTEXT) : i1]]
        below = [f" {line}" for line in old[i2 : i2 + _CONTEXT]]
        yield hunk, "\n".join([*above, str(hunk), *below])


def _alike(old: list[str], new: list[str]) -> int:
    """How many lines two texts begin with in common."""
    return next(
        (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )


def report(found: Comparison, most: int) -> Iterator[str]:
    """What to print: the counts, and the ``most`` frequent differences."""
    yield f"{found.compared} answers compared, {found.identical} identical"
    if found.intended:
        yield f"{found.intended} differ only as intended"
    if found.left_out:
        yield f"{found.left_out} left out"
    for only, where in ((found.only_before, "before"), (found.only_after, "after")):
        if only:
            yield f"{len(only)} only {where}:"
            yield from _by_address(only, most)
    if found.differing:
        yield f"{len(found.differing)} differ, in {len(found.hunks)} ways:"
        by_count = sorted(found.hunks.items(), key=lambda item: -len(item[1]))
        for hunk, keys in by_count[:most]:
            yield ""
            yield f"@@ {len(keys)} answers, for instance"
            yield from (f"@@   {' '.join(key)}" for key in _examples(keys))
            yield found.context[hunk]
        if len(by_count) > most:
            yield f"\n... and {len(by_count) - most} more ways (--most N)"


def _examples(keys: list[Key]) -> list[Key]:
    """Up to three answers, of different addresses where there are."""
    by_address = {address: (who, method, address) for who, method, address in reversed(keys)}
    return sorted(by_address.values())[:3]


def _by_address(keys: list[Key], most: int) -> Iterator[str]:
    counted = Counter((method, address) for _, method, address in keys)
    for (method, address), count in counted.most_common(most):
        yield f"  {method} {address} ({count} people)"
    if len(counted) > most:
        yield f"  ... and {len(counted) - most} more addresses"
