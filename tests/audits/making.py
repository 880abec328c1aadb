"""What the tests of audits share: a tool, a round under way, a plan, and who acts.

The round looks at six cases: 1 and 2 of North's family team, 3 of its centre, 4 and 5 of
South's family team, 6 of nobody known. The auditor audits all; South's head moderates North's.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from audits.allocation import actions as allocation
from audits.casework import actions as casework
from audits.casework.answers import CaseAnswer, Judgement
from audits.grades import IndicatorKind
from audits.models import CaseAudit, Indicator, Round, Tool
from audits.plan import action_changes
from audits.plan import actions as plan
from audits.plan import progress_actions as doing
from audits.plan.action_changes import By
from audits.plan.models import Action, Aim, Outcome, Plan
from audits.plan.timing import ActionTiming
from audits.plan.timing_words import parse
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.tools import actions as tools
from audits.tools.actions import IndicatorSpec
from teams.authority import actor_of
from teams.quarters import FinancialYear
from teams.roles import Role
from tests.cast import TODAY, Cast

DUE = dt.date(2016, 7, 20)
CANARY = "CASENO"
SOURCES = ["north-family", "north-family", "north-centre", "south-family", "south-family", ""]

ASKED = [
    IndicatorSpec("Assessment", grade_guidance={"good": "It says what life is like for the child"}),
    IndicatorSpec("Early Help plan", code="plan"),
    IndicatorSpec("Supervision in line with policy", IndicatorKind.YES_NO, code="supervision"),
    IndicatorSpec(
        "Issues", IndicatorKind.CHOICES, choices=("Neglect", "Behaviour", "Something else")
    ),
    IndicatorSpec("How long it was open", IndicatorKind.TEXT, code="duration"),
]
SOUND = {"assessment": "good", "plan": "requires-improvement", "supervision": "yes"}


def who(cast: Cast, name: str) -> dict[str, Any]:
    """``by`` of somebody, as actions take it."""
    return {"by": cast.actor(name)}


def on_day(cast: Cast, name: str, today: dt.date = TODAY) -> dict[str, Any]:
    """The same on another day."""
    return {"by": cast.actor(name, today=today)}


def make_tool(cast: Cast, name: str = "Casework", asked: list[IndicatorSpec] | None = None) -> Tool:
    """A tool in use."""
    officer = cast.actor("officer")
    made = tools.create_tool(name=name, indicators=asked or ASKED, by=officer)
    return tools.put_in_use(made, by=officer)


def planned(tool: Tool, code: str = "july", **changes: Any) -> Round:
    """What a round is about."""
    said: dict[str, Any] = {
        "code": code,
        "theme": "Under 11s casework",
        "tool": tool,
        "period_name": "July 2016",
        "starts": dt.date(2016, 7, 1),
        "ends": dt.date(2016, 7, 31),
    }
    return Round(**(said | changes))


@dataclass
class Casework:
    """A round under way with its cases allocated."""

    cast: Cast
    tool: Tool
    round: Round
    indicator: dict[str, Indicator] = field(default_factory=dict)

    def audit(self, serial: int, turn: int = 1) -> CaseAudit:
        """The audit of a case, fresh."""
        return CaseAudit.objects.for_pages().get(
            case__round=self.round, case__serial=serial, turn=turn, agency=""
        )

    def answers(self, **grades: str | CaseAnswer) -> dict[int, CaseAnswer]:
        """Answers by indicator id, from codes."""
        return {
            self.indicator[code].pk: grade
            if isinstance(grade, CaseAnswer)
            else CaseAnswer(
                grade, comment="So it is" if grade in ("inadequate", "not-found") else ""
            )
            for code, grade in grades.items()
        }

    def save(
        self,
        serial: int,
        judgement: Judgement | None = None,
        by: str = "auditor",
        turn: int = 1,
        **grades: str | CaseAnswer,
    ) -> CaseAudit:
        """Save some answers of a case."""
        audit = self.audit(serial, turn)
        return casework.save(
            audit, self.answers(**grades), judgement, version=audit.version, by=self.cast.actor(by)
        )

    def complete(
        self, serial: int, overall: str = "good", turn: int = 1, **grades: Any
    ) -> CaseAudit:
        """Answer everything, plausibly."""
        choice = self.indicator["issues"].choices.all()[0]
        everything: dict[str, Any] = {
            **SOUND,
            "issues": CaseAnswer(chosen=frozenset([choice.pk])),
            "duration": CaseAnswer(text="Eleven months"),
            **grades,
        }
        unsafe = overall == "unsafe"
        judgement = Judgement(
            overall="requires-improvement" if unsafe else overall,
            is_unsafe=unsafe,
            improvements="Nobody saw the child" if unsafe or overall == "inadequate" else "",
        )
        return self.save(serial, judgement, turn=turn, **everything)

    def submit(
        self,
        serial: int,
        overall: str = "good",
        turn: int = 1,
        today: dt.date = TODAY,
        **grades: Any,
    ) -> CaseAudit:
        """Answer everything and submit."""
        audit = self.complete(serial, overall, turn, **grades)
        auditor = actor_of(self.cast.person["auditor"], today=today)
        return casework.submit(audit, version=audit.version, by=auditor).audit


def make_casework(cast: Cast) -> Casework:
    """The round of this module's first lines, opened."""
    tool = make_tool(cast)
    officer = cast.actor("officer")
    made = rounds.plan_round(planned(tool), by=officer)
    lines = [CaseLine(f"{CANARY}{place}", team) for place, team in enumerate(SOURCES, 1)]
    cases = rounds.add_cases(made, lines, by=officer)
    common = {"auditor": cast.person["auditor"], "due_on": DUE, "by": officer}
    allocation.allocate(made, cases[:3], moderator=cast.person["other_head"], **common)
    allocation.allocate(made, cases[3:], **common)
    made = rounds.open_round(made, by=officer)
    return Casework(cast, tool, made, {one.code: one for one in tool.indicators.all()})


def make_round_of(
    cast: Cast, tool: Tool, grades: list[dict[str, str]], code: str, **changes: Any
) -> Round:
    """A round whose cases, all of North's family team, were audited with these grades."""
    officer = cast.actor("officer")
    made = rounds.plan_round(planned(tool, code, **changes), by=officer)
    teams = ["north-family"] * len(grades)
    lines = [CaseLine(f"{code}{place}", team) for place, team in enumerate(teams, 1)]
    cases = rounds.add_cases(made, lines, by=officer)
    allocation.allocate(made, cases, auditor=cast.person["auditor"], due_on=DUE, by=officer)
    rounds.open_round(made, by=officer)
    ids = {one.code: one.pk for one in tool.indicators.all()}
    for case, given in zip(cases, grades, strict=True):
        audit = case.audits.get()
        answers = {ids[name]: CaseAnswer(grade, "So it is") for name, grade in given.items()}
        audit = casework.save(
            audit, answers, Judgement(overall="good"), version=0, by=cast.actor("auditor")
        )
        casework.submit(audit, version=audit.version, by=cast.actor("auditor"))
    return Round.objects.select_related("tool").get(pk=made.pk)


def make_plan(cast: Cast, year: int = 2016) -> tuple[Plan, Outcome]:
    """A plan with one theme and one outcome, 1.1."""
    officer = who(cast, "officer")
    made = plan.create_plan(year=FinancialYear(year), title="Early Help action plan", **officer)
    theme = plan.add_theme(made, name="Case audits", **officer)
    return made, plan.add_outcome(theme, text="Plans are clear", **officer)


def by_when(words: str, year: int = 2016) -> ActionTiming:
    """When something is due, as it was written on the first day of that year's plan."""
    return parse(words, FinancialYear(year), dt.date(year, 4, 1))


def make_action(cast: Cast, outcome: Outcome, words: str = "1.9.16", **changes: Any) -> Action:
    """An action that the team managers own."""
    said: dict[str, Any] = {
        "text": "Share an exemplar plan",
        "timing": by_when(words),
        "owners": [By(role=Role.TEAM_MANAGER)],
        **who(cast, "officer"),
    }
    return action_changes.add_action(outcome, **(said | changes))


def make_aim(cast: Cast, outcome: Outcome, **changes: Any) -> Aim:
    """An aim set by the officer: families feeding back from 71.2% to 75% in the city."""
    said: dict[str, Any] = {
        "measure": cast.measure["feedback"],
        "year": FinancialYear(2016),
        "start": Decimal("71.2"),
        "level": Decimal(75),
        **who(cast, "officer"),
    }
    return plan.add_aim(outcome, **(said | changes))


def claimed(cast: Cast, action: Action, by: str = "manager") -> Action:
    """The action, claimed complete."""
    return doing.claim(action, evidence="Sent to every team", **on_day(cast, by))
