"""Tokens about a year's action plan: how many actions there are, and how they stand."""

import datetime as dt
from fractions import Fraction
from functools import cached_property

from audits.plan.models import Action, Judged, Outcome, Plan
from audits.plan.progress import ActionProgress, overall
from audits.plan.timing import Status
from earlyhelp.report.tokens.grammar import PlanToken, TokenError
from earlyhelp.report.tokens.shown import ShownFigure
from teams.models import Locality
from teams.quarters import FinancialYear

_STATUS = {
    "complete actions": (Status.COMPLETE,),
    "overdue actions": (Status.OVERDUE,),
    "actions in progress": (Status.IN_PROGRESS, Status.CLAIMED),
    "actions not started": (Status.NOT_STARTED,),
    "actions no longer needed": (Status.NO_LONGER_NEEDED,),
}
_JUDGED = {
    "outcomes achieved": Judged.ACHIEVED,
    "outcomes partly achieved": Judged.PARTLY,
    "outcomes not achieved": Judged.NOT,
}


class YearPlan:
    """A year's plan on a day, in the plan's order; a handful of queries."""

    def __init__(self, plan: Plan, today: dt.date) -> None:
        self.plan = plan
        self._today = today

    @cached_property
    def actions(self) -> list[ActionProgress]:
        """Every action, with how it stands."""
        places = list(Locality.objects.all())
        actions = Action.objects.filter(outcome__theme__plan=self.plan).in_order().for_pages()
        return [overall(one, places, self._today) for one in actions]

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """Every outcome, with its theme."""
        outcomes = Outcome.objects.filter(theme__plan=self.plan).select_related("theme")
        return list(outcomes.order_by("theme__number", "number"))


class PlanTokens:
    """Answers tokens about plans; each plan is read once."""

    def __init__(self, today: dt.date) -> None:
        self._today = today
        self._known: dict[int, YearPlan] = {}

    def plan(self, year: str) -> YearPlan:
        """The plan of a year; TokenError where there is none."""
        start = FinancialYear.parse(year).start
        if start not in self._known:
            found = Plan.objects.filter(year=start).first()
            if found is None:
                raise TokenError(f"There is no action plan for {year}")
            self._known[start] = YearPlan(found, self._today)
        return self._known[start]

    def resolve(self, token: PlanToken) -> ShownFigure:
        """What a token about a plan shows."""
        plan, what = self.plan(token.year), token.what
        if what.startswith("outcomes"):
            judged = _JUDGED.get(what)
            count = sum(judged is None or one.judged == judged for one in plan.outcomes)
        else:
            wanted = _STATUS.get(what)
            count = sum(wanted is None or one.status in wanted for one in plan.actions)
        return ShownFigure(
            text=f"{count:,}",
            formula=f"{what.capitalize()} of the plan for {token.year}",
            exact=Fraction(count),
            period=token.year,
            numerator=str(count),
        )
