"""The table of cases that holds the two readers of numbers, Python and script, to one grammar.

A case is what was typed, how many decimals there may be, and either the units of the last decimal
that it comes to or what it must be instead.
"""

import json
from pathlib import Path
from typing import Any

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
