"""What years of use leave in a database, as statements that every released version takes."""

# Ended sessions, a superuser without an appointment, people who left, words on numbers that were
# changed since, a number that was explained and never given, and letters from everywhere.
STATEMENTS = [
    "INSERT INTO django_session (session_key, session_data, expire_date) "
    "VALUES ('broken', 'not a session at all', '2015-01-01 00:00:00')",
    "UPDATE teams_user SET is_superuser = {true} WHERE email = 'administrator@derby.example'",
    "UPDATE teams_user SET is_superuser = {true}, is_active = {false} "
    "WHERE email = 'former-manager@derby.example'",
    "UPDATE teams_user SET is_superuser = {true} WHERE email = 'officer@derby.example'",
    "UPDATE teams_user SET name = 'Zoë  O’Brien-Łuczak \U0001f600', email = 'Police@Derby.Example' "
    "WHERE email = 'police@derby.example'",
    "UPDATE teams_appointment SET ends = starts WHERE role = 'board-member'",
    "UPDATE measures_figure SET explanation = 'Nobody counted' "
    "WHERE id = (SELECT min(id) FROM measures_figure WHERE value IS NULL AND answer <> '')",
    "UPDATE measures_dataitem SET definition = '', \"group\" = '   ' WHERE code = 'contacts'",
    "UPDATE plan_action SET evidence = 'Done; see the folder' WHERE evidence <> ''",
    "INSERT INTO earlyhelp_cache (cache_key, value, expires) "
    "VALUES ('of another time', 'gASV', '2015-01-01 00:00:00')",
]
# 0.1.0 did not say for which number words were written, nor was that on record.
WORDS_OF_NO_NUMBER = (
    "UPDATE measures_figure SET explanation = 'Twice as many: “two teams”\n\n=1+1' "
    "WHERE id = (SELECT min(id) FROM measures_figure WHERE value IS NOT NULL AND explanation = '')"
)


def statements(engine: str, version: str) -> list[str]:
    """The same for one kind of database, as far as a version can hold it."""
    words = (
        {"true": "1", "false": "0"} if engine == "sqlite" else {"true": "true", "false": "false"}
    )
    found = [*STATEMENTS, WORDS_OF_NO_NUMBER] if version == "0.1.0" else STATEMENTS
    return [one.format(**words) for one in found]
