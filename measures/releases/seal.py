"""The seal of a release: a digest of all that it says, which is put on record with it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from measures.releases.models import ReleasedLine, ReleasedQuarter

# What a line says; of what it is, by the ids.
_SAID = (
    *("measure_id", "locality_id", "period", "numerator", "denominator"),
    *("answered", "expected", "not_provided", "last", "teams_answered", "teams_expected"),
    *("bears", "is_hidden", "why", "protects", "revised"),
)


def seal(
    lines: Iterable[ReleasedLine], quarters: Iterable[ReleasedQuarter], ground: Mapping[str, Any]
) -> str:
    """The SHA-256, in hexadecimal, of what a release says and of what it was worked out from."""
    said = [[getattr(line, name) for name in _SAID] for line in lines]
    said.sort(key=lambda line: (line[0], line[1] or 0, line[2]))
    asked = sorted(([one.quarter_id, one.asked] for one in quarters), key=lambda one: one[0])
    text = json.dumps([said, asked, ground], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
