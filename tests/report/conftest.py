"""What tests of the report share."""

import pytest

from earlyhelp.report import files


@pytest.fixture
def files_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file of an edition is its own text, for tests that read none: making all takes long."""
    monkeypatch.setattr(files, "build", lambda text, kind: text.encode())
