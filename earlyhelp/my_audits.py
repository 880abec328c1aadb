"""A person's part of audits on the home page: concerns first, then cases to audit and moderate."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audits.casework.pages.lists import (
    WaitingAudit,
    grading_rows,
    moderating_rows,
)
from audits.safety.pages import Concerns, my_concerns
from earlyhelp.waiting import IN_AUDITS
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


def my_audits(authority: Authority, today: dt.date, waiting: Counter[str]) -> MyAudits | None:
    """What waits for this person in audits, of which so much was counted; None where nothing does.

    Six queries at most.
    """
    if not any(waiting[kind] for kind in IN_AUDITS):
        return None
    return MyAudits(
        to_put_right=my_concerns(authority, today) if waiting["put right"] else None,
        to_audit=grading_rows(authority, today, numbered=False) if waiting["audit"] else [],
        to_moderate=moderating_rows(authority) if waiting["moderate"] else [],
    )
