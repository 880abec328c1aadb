"""One file made in a process of its own, whose memory goes with it.

``python -m earlyhelp.report.building pdf`` reads a document's canonical text from standard input
and writes the bytes of the file to standard output.
"""

import json
import os
import sys

import django


def main() -> None:
    """Read a document, build it, write it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "earlyhelp.settings")
    django.setup()
    from earlyhelp.report.formats import build
    from earlyhelp.report.tree import from_plain

    document = from_plain(json.loads(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(build(document, sys.argv[1]))


if __name__ == "__main__":
    main()
