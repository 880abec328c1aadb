"""No hidden number can be worked out: tried by an outsider who shares no code with the solver."""

import pytest

from tests.measures.releases.random_releases import closings, narrowed, new_council


@pytest.mark.parametrize("seed", range(10))
def test_three_releases_give_nothing_away(seed: int) -> None:
    releases = closings(new_council(seed, 2 + seed % 4, 4 + seed % 5), 3)
    assert any(one.hidden for one in releases)
    assert all(one.mask.gap == 0 for one in releases)
    assert narrowed(releases) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_six_releases_give_nothing_away(seed: int) -> None:
    """Whatever was found when the time was over protects as well."""
    council = new_council(seed, 2 + seed % 4, 4 + seed % 5)
    assert narrowed(closings(council, 6, seconds=10.0)) == []
