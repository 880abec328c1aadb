"""What is about no database runs once for both (docs/decisions/0015): which tests those are."""

import os
from collections.abc import Iterator

import pytest

from teams.models import User
from tests.cast import Cast


@pytest.fixture(scope="module", autouse=True)
def run_on_a_server() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as set_to:
        set_to.setenv("DATABASE_URL", "postgres://nowhere/nothing")
        yield


def is_about_a_database(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("database") is not None


def test_what_asks_for_none_knows_of_none(request: pytest.FixtureRequest) -> None:
    assert not is_about_a_database(request)
    assert "DATABASE_URL" not in os.environ
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        User.objects.exists()


def test_what_asks_through_others_is_about_one(request: pytest.FixtureRequest, cast: Cast) -> None:
    assert is_about_a_database(request)
    assert "DATABASE_URL" in os.environ


@pytest.mark.django_db
def test_what_is_marked_is_about_one(request: pytest.FixtureRequest) -> None:
    assert is_about_a_database(request)
