"""Reports as they are written, and editions as they were approved."""

from earlyhelp.report.models.editions import (
    Edition,
    EditionFile,
    EditionOpening,
    EditionReader,
    FileKind,
    Redaction,
)
from earlyhelp.report.models.reports import (
    Block,
    BlockKind,
    ChecklistAnswer,
    Comment,
    Report,
    ReportSource,
    Section,
    SectionSignature,
)

__all__ = [
    "Block",
    "BlockKind",
    "ChecklistAnswer",
    "Comment",
    "Edition",
    "EditionFile",
    "EditionOpening",
    "EditionReader",
    "FileKind",
    "Redaction",
    "Report",
    "ReportSource",
    "Section",
    "SectionSignature",
]
