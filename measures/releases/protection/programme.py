"""An empty linear programme, quiet and on one thread."""

from typing import Any

from highspy import _core


def programme(**options: Any) -> Any:
    """A new programme of HiGHS; its Python wrapper would print a banner to standard output."""
    made = _core._Highs()
    for name, value in {"output_flag": False, "threads": 1, **options}.items():
        made.setOptionValue(name, value)
    return made
