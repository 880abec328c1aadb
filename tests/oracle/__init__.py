"""A second roll-up, written only from the rules of counting and the file contracts.

It exists to disagree with the application when the application is wrong. So it shares no code with
it: plain rows, plain loops, ``fractions.Fraction`` from the typed figure to the printed digit, and no
thought of speed. Tests build a ``Council`` in memory, or read one from a council folder with
``read_council``, ``open_returns`` and ``fill``, and compare ``rollup`` with what the application exports.
"""

from tests.oracle.council import (
    Answer,
    Basis,
    Council,
    Figure,
    Item,
    Level,
    Locality,
    Measure,
    Period,
    Placement,
    Quarter,
    QuarterState,
    Return,
    ReturnState,
    Structure,
    Team,
    Timing,
    locality_at,
    year_label,
)
from tests.oracle.counting import COLUMNS, areas_of, half_up, locality_now, rollup
from tests.oracle.files import asked, fill, fill_from_file, open_returns, read_council
from tests.oracle.spans import Change, Spans

__all__ = [
    "COLUMNS",
    "Answer",
    "Basis",
    "Change",
    "Council",
    "Figure",
    "Item",
    "Level",
    "Locality",
    "Measure",
    "Period",
    "Placement",
    "Quarter",
    "QuarterState",
    "Return",
    "ReturnState",
    "Spans",
    "Structure",
    "Team",
    "Timing",
    "areas_of",
    "asked",
    "fill",
    "fill_from_file",
    "half_up",
    "locality_at",
    "locality_now",
    "open_returns",
    "read_council",
    "rollup",
    "year_label",
]
