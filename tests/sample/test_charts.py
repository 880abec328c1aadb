"""Every chart of the sample, in every size: no word's box crosses a line or another word."""

import datetime as dt

import pytest

from measures.counting.catalogue import load_measures
from measures.performance.charts import LAYOUTS
from measures.performance.choices import choices_of
from measures.performance.measure import measure_page
from measures.performance.places import city_of, locality_place
from teams.authority import authority_of
from teams.models import Locality, User
from tests.measures.performance.drawn import crossings, overlaps

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("sample")
def test_no_word_of_a_chart_crosses_a_line() -> None:
    person = User.objects.get(email="officer@derby.example")
    authority = authority_of(person, dt.date(2016, 7, 5))
    measures = load_measures()
    places = [city_of(person), *map(locality_place, Locality.objects.all())]
    found, drawn = {}, 0
    for place in places:
        for period in ({}, {"period": "2016-17-q1"}):
            choices = choices_of(period, place.path, authority)
            assert choices is not None
            for measure in measures:
                page = measure_page(place, choices, measure, authority, person)
                assert [chart.layout for chart in page.charts] == list(LAYOUTS)
                for chart in page.charts:
                    drawn += len(chart.dots)
                    if wrong := [*crossings(chart), *overlaps(chart)]:
                        found[place.area.name, measure.name, chart.layout.name] = wrong
    assert drawn > 1000
    assert found == {}
