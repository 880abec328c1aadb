"""What can be done with the action plan, and by which roles."""

from collections.abc import Collection

from audits.plan.models import Owner
from teams.permissions import Authority, Permission, grant
from teams.roles import Role


class PlanPermission(Permission):
    """The verbs of the action plan."""

    KEEP_PLAN = "keep the action plan"
    SEE_PLAN = "see the action plan"
    UPDATE_ACTIONS = "report on actions"
    ACCEPT_COMPLETION = "accept that an action is complete"
    JUDGE_OUTCOMES = "judge whether an outcome was achieved"


P = PlanPermission

grant(Role.TEAM_MANAGER, P.SEE_PLAN, P.UPDATE_ACTIONS)
for role in (Role.HEAD_OF_SERVICE, Role.SERVICE_DIRECTOR):
    grant(role, P.SEE_PLAN, P.UPDATE_ACTIONS, P.ACCEPT_COMPLETION, P.JUDGE_OUTCOMES)
grant(Role.PERFORMANCE_OFFICER, P.KEEP_PLAN, P.SEE_PLAN, P.UPDATE_ACTIONS)


def owns(authority: Authority, owners: Collection[Owner]) -> bool:
    """Whether the action is this person's: by name, or by a role that they hold."""
    return any(
        (owner.person_id is not None and owner.person_id == authority.person_id)
        or (owner.role and Role(owner.role) in authority.roles)
        for owner in owners
    )


def why_not_report(
    authority: Authority,
    owners: Collection[Owner],
    *,
    locality_id: int | None = None,
    stands_in: Collection[int] = (),
) -> str:
    """Why this person cannot report on an action; empty when they can.

    Its owners report, and a performance officer for those without a sign-in. For one
    locality it is somebody who stands there (``stands_in``: where the person is appointed), or
    an owner whose appointment is city-wide.
    """
    if authority.holds(P.KEEP_PLAN):
        return ""
    if not authority.holds(P.UPDATE_ACTIONS) or not owns(authority, owners):
        return "This action has other owners, and they report on it."
    if locality_id is None or authority.is_city_wide or locality_id in stands_in:
        return ""
    return "You are not appointed in this locality, so somebody there reports on it."


def why_not_accept(authority: Authority, claimed_by_id: int | None) -> str:
    """Why this person cannot accept a claim; empty when they can."""
    if not authority.holds(P.ACCEPT_COMPLETION):
        return "A head of service accepts that an action is complete."
    if claimed_by_id == authority.person_id:
        return "You claimed this action complete, so somebody else has to accept it."
    return ""
