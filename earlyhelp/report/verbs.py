"""What is done to reports and editions, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class ReportVerb(Verb):
    """Sentences have ``{who}``; what people wrote stands beside the record."""

    BEGUN = "report begun"
    CHANGED = "report changed"
    SECTION_ADDED = "section added"
    SECTION_CHANGED = "section changed"
    SECTION_REMOVED = "section removed"
    BLOCK_ADDED = "block added"
    BLOCK_CHANGED = "block changed"
    BLOCK_REMOVED = "block removed"
    SOURCE_GIVEN = "source given"
    PARAGRAPH_ASKED = "paragraph asked for"
    COMMENTED = "commented"
    COMMENT_RESOLVED = "comment resolved"
    SECTION_SIGNED = "section signed"
    SENT_TO_REVIEW = "sent to review"
    SENT_BACK = "sent back"
    WARNING_ANSWERED = "warning answered"
    APPROVED = "approved"
    EDITION_SENT_BACK = "approval taken back"
    PUBLISHED = "published"
    REPLACED = "replaced"
    REVISED = "new edition begun"
    WITHDRAWN = "withdrawn"
    READERS_TOLD = "readers told"
    READER_NAMED = "reader named"
    REDACTION_ASKED = "redaction asked for"
    REDACTED = "passage taken out"
