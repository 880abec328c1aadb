"""Examples for the access table's rows of results and findings."""

from collections.abc import Callable

from audits.findings import actions as findings
from audits.findings.actions import Found
from audits.models import Finding, FindingKind, Round
from audits.rounds import actions as rounds
from tests.audits.making import ASKED, make_plan, make_round_of, make_tool, who
from tests.cast import TODAY, Cast
from tests.examples import Example


def closed_round(cast: Cast, cases: int = 6) -> Round:
    """A closed round of North's family team whose cases were all found good."""
    tool = make_tool(cast, asked=ASKED[:1])
    made = make_round_of(cast, tool, [{"assessment": "good"}] * cases, "june")
    return rounds.close_round(made, reason="", by=cast.actor("officer"))


def a_finding(cast: Cast, made: Round | None = None) -> Finding:
    """Something that the round found."""
    found = Found(FindingKind.IMPROVEMENT, "Plans do not say who does what by when", cases=6)
    return findings.add_finding(made or closed_round(cast), found, **who(cast, "officer"))


def _round(cast: Cast) -> Example:
    return Example({"code": closed_round(cast).code})


def _indicator(cast: Cast) -> Example:
    return Example({"code": closed_round(cast).code, "indicator": "assessment"})


def _year(cast: Cast) -> Example:
    closed_round(cast)
    return Example({"year": TODAY.year})


def _new_finding(cast: Cast) -> Example:
    said = {"kind": "strength", "text": "Assessments say what life is like for the child"}
    return Example({"code": closed_round(cast).code}, said)


def _finding(cast: Cast) -> Example:
    finding = a_finding(cast)
    said = {"kind": "improvement", "text": "Plans are not specific", "version": finding.version}
    return Example({"pk": finding.pk}, said)


def _action(cast: Cast) -> Example:
    outcome = make_plan(cast)[1]
    said = {
        "outcome": outcome.pk,
        "text": "Share an exemplar plan",
        "roles": ["team-manager"],
        "when": "1.9.16",
    }
    return Example({"pk": a_finding(cast).pk}, said)


# By address name, and by name and method where the two differ.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "round-results": _round,
    "round-indicator": _indicator,
    "round-results-export": _round,
    "audit-year": _year,
    "finding-new": _new_finding,
    "finding-edit": _finding,
    "finding-to-action": _action,
}
