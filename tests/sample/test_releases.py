"""What hiding takes of the sample: no city figure, at most 1 locality's year in 10."""

import pytest

from measures.releases.models import Release, ReleasedLine

pytestmark = pytest.mark.usefixtures("sample")


def test_no_city_figure_is_hidden_and_few_of_the_localities() -> None:
    lines = ReleasedLine.objects.all()
    assert not lines.filter(locality=None, is_hidden=True).exists()
    localities = lines.exclude(locality=None)
    assert localities.count() > 150
    assert 0 < localities.filter(is_hidden=True).count() * 10 <= localities.count()
    made = Release.objects.get()
    assert made.cost == made.bound, "nothing cheaper protects"
