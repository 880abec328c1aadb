"""Measures one engine and writes the lines to standard output (``python -m benchmarks.measure``).

All promises, or those that are named (``p3 p5``).
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module

import django


def main() -> None:
    """Build what is missing, then measure."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    import_module("earlyhelp.wsgi")  # loads everything as a server does
    from benchmarks import files, fill, last_day, pages, rollups, saving
    from benchmarks.councils import SIZES
    from benchmarks.timing import Line

    for size in SIZES:
        begun = time.perf_counter()
        if fill.prepare(size):
            took = time.perf_counter() - begun
            print(f"built {size}: {SIZES[size].figures:,} figures in {took:.0f} s", file=sys.stderr)
    fill.prepare_sample()
    lines = []
    promises: tuple[Callable[[], Iterable[Line]], ...] = (
        *(rollups.p1, rollups.p2, pages.p3, pages.p3b, pages.sizes, pages.p4),
        *(saving.p5, files.p6, last_day.p7, rollups.p8, files.p9),
    )
    wanted = sys.argv[1:] or [measured.__name__ for measured in promises]
    for measured in (one for one in promises if one.__name__ in wanted):
        taken = [line.as_plain() for line in measured()]
        for line in taken:
            print(line, file=sys.stderr)
        lines += taken
        print(f"{measured.__name__} measured", file=sys.stderr)
    print(json.dumps(lines))


main()
