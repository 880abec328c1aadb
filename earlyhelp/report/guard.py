"""The database's own refusal to change an edition or its files, on both engines.

Of an edition only its state may change, as the acts on it do, and what is stamped with it is
stamped once. Its content is overwritten where a redaction that two people agreed on names the
digest that is overwritten; only then may the files made from it be deleted, to be built again.
What a redaction that is done says of the passage stays.
"""

from earlyhelp.core.guarded import Guard
from earlyhelp.report.workflow import EDITION, EditionState

_FROZEN: tuple[str, ...] = ("id", "report_id", "number", "internal", "external")
_FROZEN += ("internal_digest", "external_digest", "approved_at", "approved_by_id")
_FIXED = ("id", "report_id", "number", "approved_at", "approved_by_id", "kind", "why")
# What is stamped once, and what says that it was.
_STAMPED = {
    "OLD.published_at IS NOT NULL": ("published_at", "published_by_id"),
    "OLD.withdrawn_at IS NOT NULL": ("withdrawn_at", "withdrawn_by_id", "withdrawn_why"),
    f"OLD.state <> '{EditionState.APPROVED}'": ("publish_at",),
}
_MOVES = " OR ".join(
    f"(OLD.state = '{before}' AND NEW.state = '{move.after}')"
    for move in EDITION.moves
    if move.after
    for before in move.before
)
_REFUSAL = "an edition is never changed"
_AGREED = (
    "EXISTS (SELECT 1 FROM report_redaction WHERE report_redaction.edition_id = OLD.id "
    "AND report_redaction.done_at IS NOT NULL "
    "AND report_redaction.internal_before = OLD.internal_digest "
    "AND report_redaction.external_before = OLD.external_digest) AND OLD.state = 'withdrawn'"
)
_FILE_AGREED = (
    "EXISTS (SELECT 1 FROM report_redaction WHERE report_redaction.edition_id = OLD.edition_id "
    "AND report_redaction.done_at IS NOT NULL "
    "AND OLD.document_digest IN (internal_before, external_before))"
)
_DONE = "OLD.done_at IS NOT NULL"


def _differs(columns: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"NEW.{column} {operator} OLD.{column}" for column in columns)


def _changed(operator: str) -> str:
    """Whether an update changes what is frozen, and nobody agreed that it may; or leads back."""
    refused = [
        _differs(_FIXED, operator),
        f"({_differs(_FROZEN, operator)}) AND NOT ({_AGREED})",
        f"NEW.state <> OLD.state AND NOT ({_MOVES})",
        *(f"{when} AND ({_differs(what, operator)})" for when, what in _STAMPED.items()),
    ]
    return f"({' OR '.join(f'({one})' for one in refused)})"


def _sqlite(name: str, when: str, condition: str = "") -> str:
    guarded = f"WHEN {condition} " if condition else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when} {guarded}"
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _postgresql(table: str, name: str, events: str, condition: str) -> list[str]:
    raising = f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';"
    row = "RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;"
    return [
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF {condition} THEN {raising} END IF; {row} END $$""",
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {events} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _truncate(table: str, name: str) -> list[str]:
    return [
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        f"CREATE OR REPLACE TRIGGER {name} BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


EDITIONS = Guard(
    table="report_edition",
    label="A published edition",
    check_id="report.W001",
    names={
        "sqlite": {f"report_edition_no_{what}" for what in ("change", "delete", "replace")},
        "postgresql": {f"report_edition_no_{what}" for what in ("change", "delete", "truncate")},
    },
    statements={
        "sqlite": [
            _sqlite("report_edition_no_change", "UPDATE ON report_edition", _changed("IS NOT")),
            _sqlite("report_edition_no_delete", "DELETE ON report_edition"),
            # REPLACE takes a row out without asking the trigger for deletes.
            _sqlite(
                "report_edition_no_replace",
                "INSERT ON report_edition",
                "EXISTS (SELECT 1 FROM report_edition WHERE id = NEW.id "
                "OR (report_id = NEW.report_id AND number = NEW.number))",
            ),
        ],
        "postgresql": [
            *_postgresql(
                *("report_edition", "report_edition_no_change", "UPDATE"),
                _changed("IS DISTINCT FROM"),
            ),
            *_postgresql("report_edition", "report_edition_no_delete", "DELETE", "TRUE"),
            *_truncate("report_edition", "report_edition_no_truncate"),
        ],
    },
)
FILES = Guard(
    table="report_editionfile",
    label="A file of a published edition",
    check_id="report.W002",
    names={
        "sqlite": {f"report_editionfile_no_{what}" for what in ("change", "delete", "replace")},
        "postgresql": {
            f"report_editionfile_no_{what}" for what in ("change", "delete", "truncate")
        },
    },
    statements={
        "sqlite": [
            _sqlite("report_editionfile_no_change", "UPDATE ON report_editionfile"),
            _sqlite(
                "report_editionfile_no_delete",
                "DELETE ON report_editionfile",
                f"NOT ({_FILE_AGREED})",
            ),
            _sqlite(
                "report_editionfile_no_replace",
                "INSERT ON report_editionfile",
                "EXISTS (SELECT 1 FROM report_editionfile WHERE id = NEW.id OR (edition_id = "
                "NEW.edition_id AND audience = NEW.audience AND kind = NEW.kind))",
            ),
        ],
        "postgresql": [
            *_postgresql("report_editionfile", "report_editionfile_no_change", "UPDATE", "TRUE"),
            *_postgresql(
                *("report_editionfile", "report_editionfile_no_delete", "DELETE"),
                f"NOT ({_FILE_AGREED})",
            ),
            *_truncate("report_editionfile", "report_editionfile_no_truncate"),
        ],
    },
)
REDACTIONS = Guard(
    table="report_redaction",
    label="What was said of a passage that was taken out",
    check_id="report.W003",
    names={
        "sqlite": {f"report_redaction_no_{what}" for what in ("change", "delete", "replace")},
        "postgresql": {f"report_redaction_no_{what}" for what in ("change", "delete", "truncate")},
    },
    statements={
        "sqlite": [
            _sqlite("report_redaction_no_change", "UPDATE ON report_redaction", _DONE),
            _sqlite("report_redaction_no_delete", "DELETE ON report_redaction"),
            _sqlite(
                "report_redaction_no_replace",
                "INSERT ON report_redaction",
                "EXISTS (SELECT 1 FROM report_redaction WHERE id = NEW.id)",
            ),
        ],
        "postgresql": [
            *_postgresql("report_redaction", "report_redaction_no_change", "UPDATE", _DONE),
            *_postgresql("report_redaction", "report_redaction_no_delete", "DELETE", "TRUE"),
            *_truncate("report_redaction", "report_redaction_no_truncate"),
        ],
    },
)
