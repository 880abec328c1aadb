"""What a page does when the replica fails it in the middle; tests/running has a real one."""

from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from earlyhelp.core import replica
from earlyhelp.core.consistent_read import reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def left_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mock]:
    """The database stands in for a replica that is as new as anybody could want it."""
    monkeypatch.setattr(replica, "new_enough", lambda request: True)
    monkeypatch.setattr(replica, "ALIAS", "default")
    left = Mock()
    monkeypatch.setattr(replica, "leave_alone", left)
    yield left
    assert replica.reads_from() == "default"


def page_after(error: Exception) -> str:
    """What is read where the first reading raises this, and whatever comes of it."""
    view = Mock(side_effect=[error, HttpResponse("read")], __name__="view")
    return reading(view)(HttpRequest()).content.decode()


@pytest.mark.parametrize("error", [OperationalError("conflict with recovery"), InterfaceError()])
def test_a_page_that_the_replica_breaks_off_is_read_again(
    left_alone: Mock, error: Exception
) -> None:
    assert page_after(error) == "read"
    left_alone.assert_called_once_with()


def test_what_the_replica_has_not_got_yet_is_looked_for(left_alone: Mock) -> None:
    assert page_after(Http404()) == "read"
    left_alone.assert_not_called()


def test_any_other_error_is_one(left_alone: Mock) -> None:
    with pytest.raises(ZeroDivisionError):
        page_after(ZeroDivisionError())
