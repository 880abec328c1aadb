"""A person's part of audits on the home page: concerns first, then cases to audit and moderate."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from audits.casework.pages.lists import (
    WaitingAudit,
    grading_rows,
    mine_to_audit,
    mine_to_moderate,
    moderating_rows,
)
from audits.permissions import AuditsPermission as P
from audits.querysets import CaseAuditQuerySet
from audits.safety.pages import Concerns, mine_to_put_right, my_concerns
from teams.permissions import Authority

# The home page shows so many cases; the rest stand on the person's own list.
MOST = 6


@dataclass(frozen=True)
class MyAudits:
    """What waits for a person; ``to_put_right`` is of their own teams and localities."""

    to_put_right: Concerns | None
    to_audit: Sequence[WaitingAudit]
    to_moderate: Sequence[WaitingAudit]

    @property
    def shown(self) -> Sequence[WaitingAudit]:
        """The cases to audit that the home page shows."""
        return self.to_audit[:MOST]

    @property
    def more(self) -> int:
        """How many it does not."""
        return len(self.to_audit) - len(self.shown)

    @property
    def late(self) -> int:
        """How many cases to audit are late."""
        return sum(bool(row.late) for row in self.to_audit)


def my_audits(authority: Authority, today: dt.date) -> MyAudits | None:
    """What waits for this person in audits; None where nothing does. Six queries at most."""
    found = MyAudits(
        to_put_right=my_concerns(authority, today) if authority.holds(P.REMEDY) else None,
        to_audit=grading_rows(authority, today, numbered=False) if authority.holds(P.AUDIT) else [],
        to_moderate=moderating_rows(authority),
    )
    waits = found.to_put_right or found.to_audit or found.to_moderate
    return found if waits else None


def what_waits(authority: Authority) -> list[CaseAuditQuerySet]:
    """What the navigation's badge counts: to put right, to audit, to moderate. No queries."""
    return [mine_to_put_right(authority), mine_to_audit(authority), mine_to_moderate(authority)]
