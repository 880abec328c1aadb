"""``manage.py prepare``: an older database is refused in one sentence, and left as it is."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db


def test_a_database_of_before_the_first_version_is_refused_with_the_way_out() -> None:
    MigrationRecorder(connection).record_unapplied("events", "0001_initial")
    with pytest.raises(CommandError, match=r"before version 0\.1\.0.*load it there"):
        call_command("prepare")
    applied = MigrationRecorder(connection).applied_migrations()
    assert ("events", "0001_initial") not in applied
