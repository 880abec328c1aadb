"""The submitted audits that a manager, a head or the city reads, latest first, by round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.casework.pages.rows import COLOURS, found, name_of
from audits.models import CaseAudit, Round
from audits.querysets import CaseAuditQuerySet
from audits.workflow import CaseState
from teams.permissions import Scope


@dataclass(frozen=True)
class ReadRow:
    """One audit, with the judgement that counts and the auditor's where it was changed."""

    audit: CaseAudit
    name: str
    judged: str
    was: str
    state: str
    colour: str


@dataclass(frozen=True)
class ReadPage:
    """The page: the rounds that have audits to read, the one chosen, and its audits."""

    rounds: Sequence[Round]
    chosen: Round | None
    audits: CaseAuditQuerySet
    lead: str

    def rows(self, audits: Iterable[CaseAudit]) -> list[ReadRow]:
        """Rows for some of its audits."""
        return [_row(audit) for audit in audits]


def read_page(scope: Scope, code: str) -> ReadPage:
    """What is inside this scope, of the round with this code or of all. One query at once."""
    audits = CaseAudit.objects.within(scope).done()
    rounds = list(Round.objects.filter(pk__in=audits.values("case__round")))
    chosen = next((one for one in rounds if one.code == code), None)
    if chosen is not None:
        audits = audits.filter(case__round=chosen)
    return ReadPage(
        rounds=rounds,
        chosen=chosen,
        audits=audits.for_pages().order_by("-submitted_on", "-pk"),
        lead=(
            "What auditors submitted, about every team, latest first."
            if scope.everywhere
            else "What auditors submitted about your cases, latest first."
        ),
    )


def _row(audit: CaseAudit) -> ReadRow:
    given = found(audit.overall, is_unsafe=audit.is_unsafe)
    counted = found(audit.counted_overall, is_unsafe=audit.counted_unsafe)
    state = CaseState(audit.state)
    return ReadRow(
        audit=audit,
        name=name_of(audit),
        judged=counted,
        was="" if given == counted else given,
        state=state.label,
        colour=COLOURS[state],
    )
