"""The database's own refusal to change or delete an event, on both engines (``core.guarded``)."""

from earlyhelp.core.guarded import insert_only

TABLE = "events_event"
GUARD = insert_only(
    TABLE,
    "The record of events",
    "events.W001",
    "the record of events is never changed",
    ("subject_type", "subject_id", "sequence"),
)
NAMES = GUARD.names
install, remove, missing = GUARD.install, GUARD.remove, GUARD.missing
check_event_triggers = GUARD.problems
