"""Somebody else saved meanwhile: what every action raises, with the row as it stands now."""

from audits.models import Action, Aim, CaseAudit, Finding, Outcome, Plan, Round, Theme, Tool


class Stale(Exception):
    """A save was made from an older version; ``current`` is the row as it stands now."""

    current: Action | Aim | CaseAudit | Finding | Outcome | Plan | Round | Theme | Tool


class StaleAudit(Stale):
    """A case audit that somebody else saved meanwhile."""

    current: CaseAudit

    def __init__(self, current: CaseAudit) -> None:
        super().__init__("Somebody else saved this audit while you were working on it.")
        self.current = current


class StaleFinding(Stale):
    """A finding that somebody else saved meanwhile."""

    current: Finding

    def __init__(self, current: Finding) -> None:
        super().__init__("Somebody else changed this finding while you were working on it.")
        self.current = current


class StalePlan(Stale):
    """A plan, a theme or an outcome that somebody else saved meanwhile."""

    current: Plan | Theme | Outcome

    def __init__(self, current: Plan | Theme | Outcome) -> None:
        super().__init__("Somebody else changed this part of the plan meanwhile.")
        self.current = current


class StaleAim(Stale):
    """An aim that somebody else changed meanwhile; ``current`` is the one in its place."""

    current: Aim

    def __init__(self, current: Aim) -> None:
        super().__init__("Somebody else changed this aim while you were working on it.")
        self.current = current


class StaleAction(Stale):
    """An action that somebody else changed meanwhile."""

    current: Action

    def __init__(self, current: Action) -> None:
        super().__init__("Somebody else changed this action while you were working on it.")
        self.current = current
