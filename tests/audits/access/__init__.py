"""Examples for the access table's rows of audits and of the action plan."""

from typing import Any

from tests.audits.access import auditing, plan, results, rounds
from tests.audits.making import make_action, make_casework, make_plan
from tests.cast import Cast

EXAMPLES = {
    **rounds.EXAMPLES,
    **auditing.EXAMPLES,
    **results.EXAMPLES,
    **plan.EXAMPLES,
}


def a_row_of(kind: str, cast: Cast) -> Any:
    """A row of a kind that the administration pages show."""
    if kind in ("audits_tool", "audits_round"):
        made = make_casework(cast)
        return made.tool if kind == "audits_tool" else made.round
    plan_made, outcome = make_plan(cast)
    return plan_made if kind == "plan_plan" else make_action(cast, outcome)
