"""Audit tools as people read and compare them."""

import json
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from audits.models import Tool
from audits.tools.actions import specs_of
from audits.tools.forms import NAME, ORDER, ToolForm, parts_of, snapshot
from audits.workflow import TOOL, ToolAct, ToolState
from earlyhelp.core.change import Stale
from earlyhelp.core.pages.versioned_edit import ConflictPage, Part, Side, compare, lead
from earlyhelp.core.workflow import Option


def tool_options(tool: Tool, versions: Iterable[Tool]) -> dict[str, Option]:
    """What can be done with a tool now; ``versions`` are its others."""
    address = {
        ToolAct.CHANGE: "audit-tool-edit",
        ToolAct.PUT_IN_USE: "audit-tool-put-in-use",
        ToolAct.RETIRE: "audit-tool-retire",
    }
    acts = {act: Option(reverse(name, args=[tool.pk])) for act, name in address.items()}
    if not tool.indicators.all():
        del acts[ToolAct.PUT_IN_USE]
    can = TOOL.options(tool.state, acts)
    if all(version.state != ToolState.DRAFT for version in (tool, *versions)):
        can["new_version"] = Option(reverse("audit-tool-new-version", args=[tool.pk]))
    return can


# -- two people at one draft ----------------------------------------------------------------


def conflict_page(tool: Tool, form: ToolForm) -> ConflictPage:
    """What was typed beside the draft as it stands now, thing by thing."""
    address = reverse("audit-tool-edit", args=[tool.pk])
    specs = specs_of(tool)
    theirs, mine = parts_of(tool.name, specs), parts_of(form.name, form.specs())
    was = _read(form.was)
    common = set(theirs[ORDER]) & set(mine[ORDER])
    for values in filter(None, (theirs, mine, was)):
        values[ORDER] = [code for code in values.get(ORDER, ()) if code in common]
    labels = {NAME: "Name of the tool", ORDER: "Order of the indicators"}
    names = [*mine, *(name for name in theirs if name not in mine)]
    parts = [
        Part(
            name=name,
            label=labels.get(name) or (mine.get(name) or theirs[name])[0],
            was=was.get(name, []) if was else None,
            theirs=theirs.get(name, []),
            mine=mine.get(name, []),
        )
        for name in names
    ]
    differing = compare(parts, _side, undecided=form.undecided)
    return ConflictPage(
        title=str(Stale(tool)).rstrip("."),
        caption=f"Draft, version {tool.version}",
        lead=lead(differing),
        crumbs=[(tool.name, reverse("audit-tool", args=[tool.pk]))],
        action=address,
        fields=[("edits", str(tool.edits)), ("was", snapshot(tool.name, specs)), *form.fields()],
        differing=differing,
        buttons=[("then", "save", "Save"), ("then", "again", "Go back to the form")],
        row=tool,
    )


def _side(part: Part, lines: list[str]) -> Side:
    if not lines:
        return Side("Not in this version")
    return Side("", lines) if part.name == ORDER else Side(lines[0], lines[1:])


def _read(was: str) -> dict[str, Any]:
    """What the page brought back of the tool as it began; nothing where it did not."""
    try:
        parts = json.loads(was)
    except (ValueError, RecursionError):
        return {}
    return parts if isinstance(parts, dict) else {}
