"""What is still with the teams, and who of them can be reminded of it today."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from earlyhelp.core.pages.wording import long_date, number_of
from measures.models import Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns.owed import is_late, last_reminded, owed_within, who_submits
from measures.returns.status import late
from measures.workflow import WITH_THE_TEAM
from teams.models import User
from teams.permissions import Authority

REMINDED_TODAY = "Reminded today."


def why_not_remind(
    made: Return,
    people: Collection[User],
    last: dt.date | None,
    authority: Authority,
    today: dt.date,
) -> str:
    """Why this person cannot ask for a return by mail today; empty where they can.

    ``people`` submit it, and ``last`` is when they were last reminded.
    """
    if not on_return(authority, MeasuresPermission.REMIND, made):
        return "You are not appointed to remind this team."
    if made.state not in WITH_THE_TEAM:
        return "It is submitted, so there is nothing to remind anybody of."
    if last == today:
        return REMINDED_TODAY
    if not people:
        return "Nobody is appointed to submit it, so there is nobody to remind."
    if all(one.pk == authority.person_id for one in people):
        return "You submit it yourself."
    return ""


@dataclass(frozen=True)
class OwedRow:
    """A return that waits for its team; ``late`` says by how much, if it is.

    ``why_not`` says why it cannot be asked for by mail now, ``reminded`` when it was.
    """

    made: Return
    late: str
    answered: str
    reminded: str
    why_not: str


def owed_rows(returns: Sequence[Return], authority: Authority, today: dt.date) -> list[OwedRow]:
    """These returns as rows, late ones first; they come ``with_counts``. Two queries."""
    if not returns:
        return []
    people, reminded = who_submits(returns, today), last_reminded(returns)
    rows = []
    for made in returns:
        last = reminded.get(made.pk)
        why_not = why_not_remind(made, people[made.pk], last, authority, today)
        asked, answered = made.asked, made.answered  # type: ignore[attr-defined]  # with_counts
        rows.append(
            OwedRow(
                made=made,
                late=late(made, today),
                answered=f"{answered} of {asked}",
                reminded="" if last is None or last == today else f"Reminded {long_date(last)}.",
                why_not=why_not,
            )
        )
    return sorted(rows, key=lambda row: not row.late)


# So many stand on one page.
A_PAGE = 100


@dataclass(frozen=True)
class OwedPage:
    """The returns that are still with their teams, a page at a time; ``only_late`` of them."""

    listed: Page
    rows: Sequence[OwedRow]
    only_late: bool
    late: int
    number: int

    @property
    def title(self) -> str:
        """What the page is called."""
        return "Late returns" if self.only_late else "Still with the teams"

    @property
    def lead(self) -> str:
        """How many there are, in a sentence."""
        late = f"{number_of(self.late, 'return')} {'is' if self.late == 1 else 'are'} late"
        if self.only_late:
            return f"{late}." if self.late else "No return is late."
        if not self.number:
            return "No return is still with its team."
        where = "is still with its team" if self.number == 1 else "are still with their teams"
        beside = late if self.late else "none is late"
        return f"{number_of(self.number, 'return')} {where}; {beside}."

    @property
    def query(self) -> str:
        """What of the address its pages keep."""
        return "show=late" if self.only_late else ""

    @property
    def then(self) -> str:
        """Where a reminder leads back to."""
        return "late" if self.only_late else "owed"


def owed_page(
    authority: Authority, today: dt.date, *, only_late: bool, page_number: str | None
) -> OwedPage:
    """The returns that this person can remind teams of; the same queries for any number."""
    owed = owed_within(authority.scope(MeasuresPermission.REMIND))
    late = owed.filter(is_late(today)).count()
    number = owed.count()
    if only_late:
        owed = owed.filter(is_late(today))
    listed = Paginator(owed.for_pages().with_counts().in_order(), A_PAGE).get_page(page_number)
    rows = owed_rows(list(listed.object_list), authority, today)
    return OwedPage(listed, rows, only_late, late, number)
