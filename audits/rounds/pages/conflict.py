"""What two people wrote about one round, side by side."""

from dataclasses import dataclass

from audits.models import Round, RoundKind
from audits.rounds.actions import Planned
from earlyhelp.core.pages.wording import long_date


@dataclass(frozen=True)
class Difference:
    """One thing about a round that two people left differently."""

    name: str
    theirs: str
    mine: str


def differences(current: Round, mine: Planned) -> list[Difference]:
    """Where the round as it stands and what I typed differ, in the order of the form."""
    both = [
        ("Theme", current.theme, mine.theme.strip()),
        ("Period", current.period_name, mine.period_name.strip()),
        ("First day", long_date(current.starts), long_date(mine.starts)),
        ("Last day", long_date(current.ends), long_date(mine.ends)),
        ("Kind of look", current.get_kind_display(), RoundKind(mine.kind).label),
        ("Audit tool", str(current.tool), str(mine.tool)),
        ("Compared with", _or_none(current.compares_with), _or_none(mine.compares_with)),
        ("What readers should know", current.source_note, mine.source_note.strip()),
    ]
    return [
        Difference(name, left or "Nothing", right or "Nothing")
        for name, left, right in both
        if left != right
    ]


def _or_none(made: Round | None) -> str:
    return str(made) if made else "None"
