"""Examples for the access table's rows of tools, rounds and their cases."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from audits.models import Round, SampledCase, Tool
from audits.rounds import actions as rounds
from audits.rounds import allocation
from audits.rounds.case_list import CaseLine
from audits.tools import actions as tools
from tests.audits.making import DUE, Casework, make_casework, make_tool, planned
from tests.cast import Cast
from tests.examples import Example

LIST = "AB1, north-family\nAB2, north-family\nAB3, south-family"


def day(name: str, number: int, month: int, year: int) -> dict[str, str]:
    """A day as its three boxes are posted."""
    return {f"{name}_0": str(number), f"{name}_1": str(month), f"{name}_2": str(year)}


def boxes(name: str = "Casework", *indicators: str) -> dict[str, Any]:
    """A tool's editing page as it is posted, with graded indicators of these names."""
    sent: dict[str, Any] = {"name": name, "row": [str(at) for at in range(1, len(indicators) + 1)]}
    for key, indicator in enumerate(indicators, 1):
        sent |= {f"name-{key}": indicator, f"kind-{key}": "graded"}
    return sent | {"then": "save"}


def about(tool: Tool, /, **changes: Any) -> dict[str, Any]:
    """A round as its form is posted."""
    return {
        "theme": "Management oversight",
        "period_name": "June 2016",
        **day("starts", 1, 6, 2016),
        **day("ends", 30, 6, 2016),
        "kind": "case-audit",
        "tool": tool.pk,
        "version": 0,
    } | changes


def plan_one(cast: Cast, numbers: int = 2) -> tuple[Round, list[SampledCase]]:
    """A round being planned, with some cases of North's family team that nobody audits yet."""
    made = rounds.plan_round(planned(make_tool(cast)), by=cast.actor("officer"))
    lines = [CaseLine(f"CASENO{at}", "north-family") for at in range(1, numbers + 1)]
    cases = rounds.add_cases(made, lines, by=cast.actor("officer")) if lines else []
    return made, cases


def _draft(cast: Cast) -> Tool:
    return tools.create_tool(
        name="Casework", indicators=[tools.Asked("Assessment")], by=cast.actor("officer")
    )


def _of_draft(cast: Cast) -> Example:
    return Example({"pk": _draft(cast).pk}, boxes("Casework", "Plan") | {"edits": "0"})


def _of_tool(cast: Cast) -> Example:
    return Example({"pk": make_tool(cast).pk})


def _new_tool(_: Cast) -> Example:
    return Example({}, boxes("Casework", "Assessment"))


def _new_round(cast: Cast) -> Example:
    return Example({}, about(make_tool(cast)))


def _planned(cast: Cast) -> Example:
    made, _ = plan_one(cast)
    return Example({"code": made.code}, about(made.tool, theme="Another theme"))


def _ready(cast: Cast) -> Example:
    made, cases = plan_one(cast)
    auditor = cast.person["auditor"]
    allocation.allocate(made, cases, auditor=auditor, due_on=DUE, by=cast.actor("officer"))
    return Example({"code": made.code})


def _under_way(cast: Cast) -> Example:
    made = make_casework(cast).round
    return Example({"code": made.code}, {"reason": "The report is due"})


def _listed(cast: Cast) -> Example:
    made, _ = plan_one(cast, 0)
    return Example({"code": made.code}, {"cases": LIST, "count": "2"})


def _file(cast: Cast) -> Example:
    made, _ = plan_one(cast, 0)
    return Example({"code": made.code}, {"file": SimpleUploadedFile("cases.csv", LIST.encode())})


def _draw(cast: Cast) -> Example:
    made, _ = plan_one(cast, 0)
    lines = [CaseLine(f"AB{at}", "north-family") for at in (1, 2, 3)]
    kept, _ = rounds.draw_cases(made, lines, count=2, by=cast.actor("officer"))
    return Example({"code": made.code, "pk": kept.pk}, {"cases": "AB3\nAB1\nAB2"})


def _case(cast: Cast) -> Example:
    made, cases = plan_one(cast)
    return Example({"code": made.code, "serial": cases[0].serial}, {"reason": "It moved away"})


def _to_allocate(cast: Cast) -> Example:
    made, cases = plan_one(cast)
    sent = {"cases": [one.pk for one in cases], "auditor": cast.person["auditor"].pk}
    return Example({"code": made.code}, sent | day("due_on", 20, 7, 2016))


def _to_share(cast: Cast) -> Example:
    made, _ = plan_one(cast)
    people = [cast.person[name].pk for name in ("auditor", "director")]
    return Example({"code": made.code}, {"auditors": people} | day("due_on", 20, 7, 2016))


def _reallocated(cast: Cast) -> Example:
    audit = make_casework(cast).audit(1)
    sent = {
        "auditor": cast.person["director"].pk,
        "version": audit.version,
        "reason": "Leave",
        **day("due_on", 25, 7, 2016),
    }
    return Example({"pk": audit.pk}, sent)


def _moderated(cast: Cast) -> Example:
    audit = make_casework(cast).audit(4)
    return Example({"pk": audit.pk}, {"moderator": cast.person["head"].pk})


def concern(cast: Cast) -> Casework:
    """A round whose first case was found inadequate."""
    made = make_casework(cast)
    made.submit(1, "inadequate")
    return made


def _again(cast: Cast) -> Example:
    sent = {"auditor": cast.person["auditor"].pk, **day("due_on", 25, 7, 2016)}
    return Example({"pk": concern(cast).audit(1).pk}, sent)


# By address name, and by name and method where the two differ.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "audit-tool": _of_tool,
    "audit-tool-new POST": _new_tool,
    "audit-tool-edit": _of_draft,
    "audit-tool-put-in-use": _of_draft,
    "audit-tool-retire": _of_tool,
    "audit-tool-new-version": _of_tool,
    "round": _under_way,
    "round-new POST": _new_round,
    "round-edit": _planned,
    "round-open": _ready,
    "round-close": _under_way,
    "round-add-cases": _listed,
    "round-load-cases": _file,
    "round-load-confirm": _file,
    "round-draw": _listed,
    "round-draw-check": _draw,
    "round-case-remove": _case,
    "round-allocate": _to_allocate,
    "round-share": _to_share,
    "audit-reallocate": _reallocated,
    "audit-moderator": _moderated,
    "audit-again": _again,
}
