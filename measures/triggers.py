"""The database forgets the sums it keeps of a closed quarter when anything in it changes.

Whatever writes, by whichever route, a figure or a return of a quarter: its ``KeptSum`` rows go
in the same transaction, so that a kept sum is true or is not there. On PostgreSQL the closed
quarter's row is locked first, as ``actions.sums`` does, so that nobody keeps sums beside a
change that they cannot see yet. An open quarter has none, and is not locked.
"""

from teams.triggers import Triggers

FIGURE, RETURN, KEPT = "measures_figure", "measures_return", "measures_keptsum"
_QUARTER = "measures_reportingquarter"
_VERBS = ("insert", "update", "delete")

# What of a row matters to a sum; SQLite is told, PostgreSQL's triggers on whole statements are not.
_COLUMNS = {
    FIGURE: "return_id, item_id, value",
    RETURN: "quarter_id, locality_id, team_type_id, state, accepted_late_at",
}


def _name(table: str, verb: str) -> str:
    return f"{table}_forgets_sums_on_{verb}"


def _on_sqlite(table: str, verb: str) -> str:
    rows = {"insert": ["NEW"], "update": ["OLD", "NEW"], "delete": ["OLD"]}[verb]
    when = f"UPDATE OF {_COLUMNS[table]}" if verb == "update" else verb.upper()
    quarters = [
        f"{row}.quarter_id"
        if table == RETURN
        else f"(SELECT quarter_id FROM {RETURN} WHERE id = {row}.return_id)"
        for row in rows
    ]
    return (
        f"CREATE TRIGGER IF NOT EXISTS {_name(table, verb)} AFTER {when} ON {table} "
        f"BEGIN DELETE FROM {KEPT} WHERE quarter_id IN ({', '.join(quarters)}); END"
    )


def _on_postgresql(table: str, verb: str) -> list[str]:
    rows = {"insert": ["new"], "update": ["old", "new"], "delete": ["old"]}[verb]
    named = " ".join(f"{row.upper()} TABLE AS {row}_rows" for row in rows)
    changed = " UNION ".join(
        f"SELECT quarter_id FROM {row}_rows"
        if table == RETURN
        else f"SELECT quarter_id FROM {RETURN} WHERE id IN (SELECT return_id FROM {row}_rows)"
        for row in rows
    )
    name = _name(table, verb)
    return [
        f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE changed smallint[];
            BEGIN
                SELECT array_agg(found."index") INTO changed FROM (
                    SELECT "index" FROM {_QUARTER}
                    WHERE state = 'closed' AND "index" IN ({changed})
                    ORDER BY "index" FOR NO KEY UPDATE
                ) found;
                IF changed IS NOT NULL THEN
                    DELETE FROM {KEPT} WHERE quarter_id = ANY(changed);
                END IF;
                RETURN NULL;
            END $$""",
        f"CREATE OR REPLACE TRIGGER {name} AFTER {verb.upper()} ON {table} "
        f"REFERENCING {named} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


_ALL = [(table, verb) for table in (FIGURE, RETURN) for verb in _VERBS]
SUMS = Triggers(
    names={
        engine: {_name(table, verb): table for table, verb in _ALL}
        for engine in ("sqlite", "postgresql")
    },
    statements={
        "sqlite": [_on_sqlite(table, verb) for table, verb in _ALL],
        "postgresql": [one for table, verb in _ALL for one in _on_postgresql(table, verb)],
    },
    without="Sums kept of closed quarters can be out of date",
)
