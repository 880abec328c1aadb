"""A round under way and a plan, for the tests of audits."""

import pytest

from audits.plan.models import Outcome
from tests.audits.making import Casework, make_casework, make_plan
from tests.cast import Cast


@pytest.fixture
def casework(council: Cast) -> Casework:
    """A round of six cases, allocated and opened."""
    return make_casework(council)


@pytest.fixture
def outcome(council: Cast) -> Outcome:
    """Outcome 1.1 of the plan for 2016-17."""
    return make_plan(council)[1]
