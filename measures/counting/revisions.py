"""Revised: what a published figure was, what it is, since when and why. Pure.

What it was is worked out by the same rules, from the same returns as they stood before anything
of them was corrected, and without those that their quarter closed without.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.text import get_text_list

from earlyhelp.core.pages.wording import long_date
from measures.counting.aggregates import Tally
from measures.counting.what_if import Said, saying, without
from measures.returns.answers import GivenAnswer

# The sheet of a workbook that lists what was revised in it.
SHEET = "Revised"
# Why a figure changed where a return of a closed quarter was accepted late.
CAME_LATE = "a return was accepted late"
COLUMNS = ("area", "measure", "period", "was", "is", "revised on", "why")


@dataclass(frozen=True)
class Revision:
    """A published figure that changed afterwards; outsiders are told the days and the kinds."""

    days: tuple[dt.date, ...]
    was: str = ""
    now: str = ""
    reasons: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def on(self) -> str:
        """The days on which it changed, in words."""
        return str(get_text_list([long_date(day) for day in self.days], "and"))

    @property
    def why(self) -> str:
        """The reasons that were given, or the kinds of change."""
        *first, last = self.reasons or self.kinds or ("",)
        return "; ".join([*(one.rstrip(".") for one in first), last])

    @property
    def words(self) -> str:
        """``was 1,041, is 1,044 since 12 May 2016: counted twice``; ``on 12 May 2016``."""
        if not self.was:
            return f"on {self.on}: {self.why}" if self.why else f"on {self.on}"
        changed = f"was {self.was}, is {self.now} since" if self.was != self.now else "on"
        return f"{changed} {self.on}: {self.why}"

    def __str__(self) -> str:
        return f"revised, {self.words}" if self.words.startswith("was") else f"revised {self.words}"

    def cells(self, area: str, measure: str, period: str) -> list[str]:
        """Its row in a workbook, in the order of ``COLUMNS``."""
        return [area, measure, period, self.was, self.now, self.on, self.why]


def as_it_was(tally: Tally) -> Tally:
    """The same tally before any of its returns was corrected, or accepted late."""
    numbers = {pk: Said(pk, answers).numbers for pk, answers in tally.answers.items()}
    tally = replace(tally, single={**tally.single, **numbers})
    for return_id, corrections in tally.corrections.items():
        first: dict[int, GivenAnswer] = {}
        for one in corrections:
            first.setdefault(one.item_id, one.before)
        tally = saying(tally, Said(return_id, tally.answers[return_id]), first)
    for return_id in tally.late:
        tally = without(tally, Said(return_id, tally.answers[return_id]))
    return tally
