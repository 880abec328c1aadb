"""Draw the house from the imports: rooms from the ground floor up, with what stands in each.

``python tools/draw_structure.py`` writes the drawing into docs/architecture.md between its two
marks; with ``--check`` it only compares, and exits with 1 where the drawing is stale.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from measure_code import Code

BEGIN, END = "<!-- the house: begin -->", "<!-- the house: end -->"
# Rooms from the ground floor up; a module belongs to the longest that begins its name.
ROOMS = {
    "earlyhelp.core": "ground floor",
    "teams": "who, and where",
    "measures": "what was counted",
    "audits.plan": "what is done about it",
    "audits": "how good the casework was",
    "earlyhelp.report": "what the board reads",
    "earlyhelp": "the site",
}


def room_of(module: str) -> str:
    """The room that a module of ours belongs to; empty for what stands beside the house."""
    rooms = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(rooms, key=len, default="")


def drawing(code: Code) -> str:
    """The house as a Mermaid flowchart; an arrow leads from a room to one that it imports."""
    folders: dict[str, set[str]] = defaultdict(set)
    arrows: set[tuple[str, str]] = set()
    for module, others in code.imports.items():
        room = room_of(module)
        folder, _, inside = module.removeprefix(room).strip(".").partition(".")
        if inside:
            folders[room].add(folder)
        arrows |= {(room, room_of(other)) for other in others}
    arrows = {(upper, lower) for upper, lower in arrows if upper and lower and upper != lower}
    lines = ["```mermaid", "flowchart BT"]
    for room, what in ROOMS.items():
        inside = ", ".join(sorted(folders[room] - {"", "management", "templatetags"}))
        label = f"<b>{room.replace('.', '/')}</b><br>{what}"
        lines.append(f'    {_id(room)}["{label}{f"<br><i>{inside}</i>" if inside else ""}"]')
    lines += [
        f"    {_id(upper)} --> {_id(lower)}"
        for upper, lower in sorted(_direct(arrows), key=lambda pair: list(ROOMS).index(pair[0]))
    ]
    return "\n".join([*lines, "```"])


def _id(room: str) -> str:
    return room.replace(".", "_")


def _direct(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows that no two others say together."""
    return {
        (upper, lower)
        for upper, lower in arrows
        if not any((upper, one) in arrows and (one, lower) in arrows for one in ROOMS)
    }


def main(arguments: list[str] | None = None) -> int:
    """Draw, or compare with ``--check``."""
    root = Path(__file__).parent.parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    given = parser.parse_args(arguments)
    page = root / "docs" / "architecture.md"
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        parser.error(f"{page.name} has no place for the drawing")
    fresh = f"{before}{BEGIN}\n{drawing(Code(root))}\n{END}{after}"
    if given.check:
        if fresh != text:
            print("The house in docs/architecture.md is stale: run python tools/draw_structure.py")
        return int(fresh != text)
    page.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
