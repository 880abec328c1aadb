"""Rows as people and files make them: through the actions, on record.

What is not said is filled in plausibly; a team is a family team of North unless said otherwise.
"""

import datetime as dt
from typing import Any

import factory

from measures.framework import actions as framework
from measures.models import DataItem, Measure
from teams.actions import appoint, keep
from teams.authority import command_actor
from teams.models import Appointment, Council, Locality, Placement, Team, TeamType, User

PASSWORD = "a long enough password"


class Kept(factory.Factory):
    """A row that an action keeps, with what it takes beside the row's own fields."""

    _beside: tuple[str, ...] = ()
    _keep = staticmethod(keep)

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Any:
        beside = {name: fields.pop(name) for name in cls._beside}
        row = model_class(**fields)
        cls._keep(row, by=command_actor(), **beside)
        return row


class LocalityFactory(Kept):
    class Meta:
        model = Locality

    name = factory.Sequence("Locality {}".format)
    code = factory.LazyAttribute(lambda row: row.name.lower())
    position = factory.Sequence(int)


class TeamTypeFactory(Kept):
    class Meta:
        model = TeamType

    position = factory.Sequence(int)


class TeamFactory(Kept):
    class Meta:
        model = Team

    code = factory.Sequence("more-{}".format)
    name = factory.LazyAttribute(lambda row: row.code.replace("-", " ").capitalize())
    type = factory.LazyFunction(lambda: TeamType.objects.get(code="family"))
    locality = factory.LazyFunction(lambda: Locality.objects.get(code="north"))
    position = factory.Sequence(lambda at: 100 + at)


class PlacementFactory(Kept):
    class Meta:
        model = Placement


class DataItemFactory(Kept):
    _beside, _keep = ("team_types",), staticmethod(framework.keep_item)

    class Meta:
        model = DataItem

    definition = factory.LazyAttribute(lambda row: f"What counts as {row.name.lower()}.")


class MeasureFactory(Kept):
    _beside, _keep = ("denominators",), staticmethod(framework.keep_measure)

    class Meta:
        model = Measure

    definition = factory.LazyAttribute(lambda row: f"{row.name}, as the framework has it.")


class AppointmentFactory(factory.Factory):
    class Meta:
        model = Appointment

    starts = dt.date(2015, 4, 1)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Appointment:
        return appoint(**fields, by=command_actor())


class PersonFactory(factory.Factory):
    """Somebody who can sign in, with what they are ``appointed`` to."""

    class Meta:
        model = User

    name = factory.Sequence("Person {}".format)
    email = factory.LazyAttribute(
        lambda row: f"{row.name.lower().replace(' ', '.')}@testshire.example"
    )
    password = PASSWORD
    council = factory.LazyFunction(Council.objects.first)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Any:
        posts = fields.pop("appointed", [])
        person = model_class.objects.create_user(**fields)
        for post in posts:
            AppointmentFactory(person=person, **post)
        return person
