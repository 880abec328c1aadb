"""Examples for the access table's rows of audits and of the action plan."""

from tests.audits.access import auditing, plan, results, rounds

EXAMPLES = {
    **rounds.EXAMPLES,
    **auditing.EXAMPLES,
    **results.EXAMPLES,
    **plan.EXAMPLES,
}
