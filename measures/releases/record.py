"""Who reads what the record says of releases: whoever sees every figure."""

from earlyhelp.core.events.scopes import Rows
from measures.permissions import MeasuresPermission
from measures.releases.models import (
    KnownNumber,
    LocalitiesLeftOut,
    Release,
    ReleasedLine,
    ReleasedQuarter,
    VoidedQuarter,
)
from teams.authority import Actor


def _seen(by: Actor) -> bool:
    return by.authority.holds(MeasuresPermission.SEE_RELEASES)


SEEN: dict[type, Rows] = dict.fromkeys(
    (Release, ReleasedLine, ReleasedQuarter, VoidedQuarter, LocalitiesLeftOut, KnownNumber), _seen
)
