"""Who reads what the record says of reports, sections and editions."""

from django.db.models import Model

from earlyhelp.core.events.scopes import Rows
from earlyhelp.report.models import (
    ChecklistAnswer,
    Comment,
    Edition,
    Redaction,
    Report,
    ReportBlock,
    ReportSource,
    Section,
    SectionSignature,
)
from earlyhelp.report.permissions import ReportPermission
from teams.authority import Actor


def _written(by: Actor) -> bool:
    return by.authority.holds(ReportPermission.READ_DRAFTS)


_KINDS: tuple[type[Model], ...] = (
    *(Report, Section, ReportBlock, ReportSource, Comment, SectionSignature, ChecklistAnswer),
    *(Edition, Redaction),
)
SEEN: dict[type[Model], Rows] = dict.fromkeys(_KINDS, _written)
