"""The database's own refusal to change or delete an event, on both engines (``core.guarded``)."""

from earlyhelp.core.guarded import Guard

TABLE = "events_event"
NAMES = {
    "sqlite": {"events_event_no_update", "events_event_no_delete", "events_event_no_replace"},
    "postgresql": {"events_event_no_update", "events_event_no_delete", "events_event_no_truncate"},
}
_REFUSAL = "the record of events is never changed"

_SQLITE = [
    *(
        f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    # REPLACE takes a row out without asking the trigger for deletes.
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_replace BEFORE INSERT ON {TABLE} "
    f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) OR EXISTS ("
    f"SELECT 1 FROM {TABLE} WHERE subject_type = NEW.subject_type "
    f"AND subject_id = NEW.subject_id AND sequence = NEW.sequence) "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
]
_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
    *(
        f"CREATE OR REPLACE TRIGGER {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"FOR EACH {'STATEMENT' if verb == 'TRUNCATE' else 'ROW'} "
        f"EXECUTE FUNCTION {TABLE}_refuse()"
        for verb in ("UPDATE", "DELETE", "TRUNCATE")
    ),
]

GUARD = Guard(
    table=TABLE,
    label="The record of events",
    check_id="events.W001",
    names=NAMES,
    statements={"sqlite": _SQLITE, "postgresql": _POSTGRESQL},
)
install, remove, missing = GUARD.install, GUARD.remove, GUARD.missing
check_event_triggers = GUARD.problems
