"""What the database adds up for a roll-up: sums by area, and the gaps in them.

Three queries, whatever the size: what was asked, the gaps, what was corrected and the names of
those who made the returns (``beside``); the returns, each or how many there are (``returns``);
the sums of what was answered, grouped, which an index that carries the value serves, with the
numbers of returns that have a gap in an item of a ratio or are left out of a year, so that
``rollups`` can take them out of the sums exactly (``sums``). Which returns those are is known by
then, so the database is told: asking it to find out again takes many times longer. Each query
is a function from plain values, so that it is compiled once (``teams.compiled_queries``).
"""

from measures.counting.aggregates.shape import Group, Key, Tally, TeamQuarter
from measures.counting.aggregates.taking import take

__all__ = ["Group", "Key", "Tally", "TeamQuarter", "take"]
