"""Who reads what the record says of the plan: whoever reads the plan."""

from audits.plan.models import Action, Outcome, Plan, Theme
from audits.plan.permissions import PlanPermission
from earlyhelp.core.events.scopes import Rows
from teams.authority import Actor


def _plan(by: Actor) -> bool:
    return by.authority.holds(PlanPermission.SEE_PLAN)


SEEN: dict[type, Rows] = dict.fromkeys((Plan, Theme, Outcome, Action), _plan)
