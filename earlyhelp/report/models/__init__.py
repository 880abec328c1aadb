"""Reports as they are written, and editions as they were approved."""

from earlyhelp.report.models.editions import (
    Edition,
    EditionFile,
    EditionOpening,
    EditionReader,
    FileKind,
    Redaction,
    ToldChange,
)
from earlyhelp.report.models.reports import (
    BlockKind,
    ChecklistAnswer,
    Comment,
    Report,
    ReportBlock,
    ReportSource,
    Section,
    SectionSignature,
)

__all__ = [
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
    "ReportBlock",
    "ReportSource",
    "Section",
    "SectionSignature",
    "ToldChange",
]
