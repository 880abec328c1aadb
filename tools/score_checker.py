"""How good the checker is on texts about made-up councils: faults found, sound claims confirmed.

::

    python tools/score_checker.py                    # the claims that it was made with
    python tools/score_checker.py --seed 77          # others of the same kind
    python tools/score_checker.py --texts other      # other sentences, about another council
    python tools/score_checker.py --texts further    # a third set, written later still
    python tools/score_checker.py --texts fresh      # a fourth, by one who had not read it
    python tools/score_checker.py --texts unseen     # a fifth, likewise
    python tools/score_checker.py --misses           # and every claim that it got wrong

Each claim is checked as a text of its own. A fault is found where the row that carries it has any
verdict but ``agrees`` and ``unknown``; a sound number is confirmed where it ``agrees``.
"""

import argparse
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from earlyhelp.report.checker import Findings, Options, Period, check
from tests.report.councils import COUNCILS
from tests.report.fresh_texts import fresh_writer
from tests.report.further_texts import further_writer
from tests.report.other_texts import other_writer
from tests.report.texts import Claim, Writer
from tests.report.unseen_texts import unseen_writer

ABOUT = Options(Period.year(2015))


@dataclass
class Score:
    """What came of some claims, in numbers, and by kind."""

    found: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    confirmed: Counter[str] = field(default_factory=Counter)
    sound: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def take(self, claim: Claim, findings: Findings) -> None:
        """Count a claim with what was found in it."""
        rows = [row for row in findings.rows if row.typed]
        silent = [row for row in findings.rows if not row.typed]
        good = True
        for at in claim.faulty:
            self.faults[claim.kind] += 1
            hit = at < len(rows) and rows[at].verdict.is_fault
            self.found[claim.kind] += hit
            good &= hit
        if claim.without_number:
            self.faults[claim.kind] += 1
            self.found[claim.kind] += bool(silent)
            good &= bool(silent)
        for at in claim.sound:
            self.sound[claim.kind] += 1
            row = rows[at] if at < len(rows) else None
            self.called[claim.kind] += row is not None and row.verdict.is_fault
            self.confirmed[claim.kind] += row is not None and row.verdict == "agrees"
            good &= row is not None and row.verdict == "agrees"
        if not claim.faulty and not claim.without_number:
            self.sound[claim.kind] += not claim.sound
            self.confirmed[claim.kind] += not claim.sound and not silent
            self.called[claim.kind] += bool(silent)
            good &= not silent
        if not good:
            listed = "".join(f"\n      {row.row()}" for row in findings.rows)
            wanted = (
                f"faulty {sorted(claim.faulty)}"
                if claim.faulty
                else "faulty"
                if claim.without_number
                else "sound"
            )
            self.misses.append(f"   [{claim.kind}: {wanted}] {claim.text}{listed}")

    def line(self, name: str, kinds: list[str]) -> str:
        """One line of the table."""
        faults, sound = (sum(which[kind] for kind in kinds) for which in (self.faults, self.sound))
        found, called, confirmed = (
            sum(which[kind] for kind in kinds)
            for which in (self.found, self.called, self.confirmed)
        )
        return (
            f"{name:<16}{found:>6} of {faults:<5}{_share(found, faults):>6}"
            f"{called:>8} of {sound:<5}{_share(called, sound):>6}"
            f"{confirmed:>8}{_share(confirmed, sound):>7}"
        )


def _share(some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f}%" if whole else ""


def writers(seed: int, texts: str) -> dict[str, Writer]:
    """Who writes the claims: by council."""
    if texts == "other":
        return {"borough": other_writer(seed)}
    if texts == "further":
        return {"unitary": further_writer(seed)}
    if texts == "fresh":
        return {"dales": fresh_writer(seed)}
    if texts == "unseen":
        return {"harrowmere": unseen_writer(seed)}
    makes = enumerate(COUNCILS.items())
    return {name: Writer(make(seed + at), seed + 100 + at) for at, (name, make) in makes}


def score(seed: int, number: int, texts: str = "own") -> dict[str, Score]:
    """The scores by council."""
    found: dict[str, Score] = defaultdict(Score)
    for name, writer in writers(seed, texts).items():
        for claim in writer.claims(number):
            found[name].take(claim, check(claim.text, writer.facts, ABOUT))
    return found


def main() -> int:
    """Print the score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=400, help="claims for each council")
    sets = ["own", "other", "further", "fresh", "unseen"]
    parser.add_argument("--texts", choices=sets, default="own")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    scores = score(given.seed, given.number, given.texts)
    print(f"{'':<16}{'faults found':>20}{'sound, called a fault':>27}{'confirmed':>14}")
    for name, one in scores.items():
        kinds = sorted({*one.faults, *one.sound})
        print(one.line(name, kinds))
        for kind in kinds:
            print(one.line(f"  {kind}", [kind]))
        if given.misses:
            print("\n".join(one.misses))
    return 0


if __name__ == "__main__":
    sys.exit(main())
