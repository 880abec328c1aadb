"""Enter a written report by a script, and count what became of its numbers.

::

    EARLYHELP_SAMPLE=true python tools/enter_report.py report.txt --year 2015-16

A heading (``# ``) begins a section. Nothing is kept: all of it is undone at the end.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "earlyhelp.settings")


def main() -> None:
    """Enter the file, print what became of its numbers, and undo it."""
    import django

    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("file", type=Path)
    asked.add_argument("--year", required=True)
    options = asked.parse_args()
    django.setup()
    from django.db import transaction

    from teams.authority import actor_of
    from teams.models import User
    from teams.roles import Role
    from tests.report import entering

    officers = User.objects.filter(appointments__role=Role.PERFORMANCE_OFFICER)
    text = options.file.read_text(encoding="utf-8-sig")
    with transaction.atomic():
        counts = entering.entered(text, options.year, actor_of(officers.order_by("pk")[0]))
        transaction.set_rollback(True)
    for name in entering.BECAME:
        print(f"{counts[name]:>5}  {name}")


if __name__ == "__main__":
    main()
