"""What takes long is read, parsed and built before the transaction that writes.

While that is open everybody else waits, on SQLite for every write. What is done is found by
walking: every address that is posted to, and besides what no page does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial, wraps
from typing import Any

import pytest
from django.db import connection, transaction

from earlyhelp.core.pages.once import KEY
from tests import access
from tests.access import YES
from tests.acts import (
    ACTS,
    build_a_file,
    dispose,
    load_a_council,
    load_in_administration,
    release_by_job,
)
from tests.cast import Cast
from tests.planted import Fault, Replacing
from tests.test_access import CELLS
from tests.test_all_or_nothing import POSTED, Prepare, posting

pytestmark = pytest.mark.django_db

# What takes long: seconds for a large file, a long report or all that is on record.
TAKES_LONG = (
    "earlyhelp.core.files.reader.open_file",
    "earlyhelp.core.redaction.all_words",
    "earlyhelp.operations.disposal.look_for",
    "earlyhelp.report.assembly.assemble",
    "earlyhelp.report.formats.child.build_in_child",
    "earlyhelp.report.publishing.checklist.check_report",
    "earlyhelp.report.writing.word_back.word_differences",
    "earlyhelp.report.writing.word_in.read_word",
    "measures.counting.aggregates.take",
    "measures.exchange.actions.check_batches",
    "measures.exchange.council.read_folder",
    "measures.releases.draft.draft",
    "measures.releases.draft.hide",
    "teams.exchange.ActionResource.read",
)


# Posts that between them do each of these.
MEETING = ("report-approve", "report-word", "report-section-word", "import-figures")


def too_late(noted: dict[str, set[bool]]) -> list[str]:
    """Those that were done while a transaction was open that writes."""
    return [name for name, writes in noted.items() if True in writes]


@contextmanager
def noting() -> Iterator[dict[str, set[bool]]]:
    """Each of them that is done meanwhile, and whether a transaction was open that writes."""
    noted: dict[str, set[bool]] = {}
    depth = len(connection.savepoint_ids)

    def plant(name: str, names: pytest.MonkeyPatch) -> None:
        def by(old: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(old)
            def watched(*args: Any, **kwargs: Any) -> Any:
                noted.setdefault(name, set()).add(len(connection.savepoint_ids) > depth)
                return old(*args, **kwargs)

            return watched

        Fault("", "", "", name, by, ()).plant(names)

    with Replacing.context() as names:
        for one in TAKES_LONG:
            plant(one, names)
        yield noted


@pytest.mark.parametrize("name", POSTED)
def test_a_post_reads_what_takes_long_before_it_writes(
    name: str, cast: Cast, sessions: dict[str, str]
) -> None:
    """With the key of its form, which is kept in the transaction that did it."""
    with transaction.atomic():
        example = access.example_for(cast, name, "POST")
        who = next(who for who, word in CELLS[name, "POST"].items() if word == YES)
        sent = replace(example, data=example.data | {KEY: "of this page"})
        client = access.client_of(who, sessions)
        with noting() as noted:
            answer = access.send(client, "POST", name, sent)
        assert access.word_for(answer, client) == YES
        assert too_late(noted) == []
        transaction.set_rollback(True)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda prepare: prepare.__name__)
def test_what_takes_long_is_read_before_it_is_written(prepare: Prepare, cast: Cast) -> None:
    with transaction.atomic():
        act = prepare(cast)
        with noting() as noted:
            act()
        assert too_late(noted) == []
        transaction.set_rollback(True)


def test_each_that_takes_long_is_met(cast: Cast, sessions: dict[str, str]) -> None:
    """What is not done by any of these would be held by nothing."""
    met = set[str]()
    posted = [partial(posting, name, cast, sessions) for name in MEETING]
    done = [
        partial(prepare, cast)
        for prepare in (
            load_a_council,
            dispose,
            release_by_job,
            build_a_file,
            load_in_administration,
        )
    ]
    for prepare in [*posted, *done]:
        with transaction.atomic():
            act = prepare()
            with noting() as noted:
                act()
            met |= noted.keys()
            transaction.set_rollback(True)
    assert set(TAKES_LONG) - met == set()
