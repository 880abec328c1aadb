"""What can be checked of the data as a whole: each app says at start-up what it can vouch for.

A check reads, and gives a sentence for each thing that is not as it must be: which row, and what
is wrong with it, never a figure or a name. ``manage.py verify_data`` runs them all.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, OuterRef

from earlyhelp.core.events import triggers
from earlyhelp.core.events.chain import broken_chains
from earlyhelp.core.events.models import Event

Look = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class DataCheck:
    """A thing that holds of all data, as a sentence, and how to look for what breaks it."""

    name: str
    holds: str
    look: Look


_checks: dict[str, DataCheck] = {}


def register(name: str, holds: str, look: Look) -> None:
    """Have ``look`` run with the others; ``holds`` is true where it finds nothing."""
    _checks[name] = DataCheck(name, holds, look)


def checks() -> list[DataCheck]:
    """All that were registered, in that order."""
    return list(_checks.values())


# -- what holds of any app's data -----------------------------------------------------------


def orphans() -> Iterator[str]:
    """Rows that point to one that is not there."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                yield from _orphans_of(model, field)


def _orphans_of(
    model: type[models.Model], field: "models.ForeignKey[models.Model]"
) -> Iterator[str]:
    to = field.remote_field.model
    target = to._base_manager.filter(**{field.target_field.attname: OuterRef(field.attname)})
    found = model._base_manager.filter(~Exists(target), **{f"{field.attname}__isnull": False})
    for pk in found.order_by().values_list("pk", flat=True):
        yield f"{model._meta.label_lower} {pk}: its {field.name} is not there"


def lost_guards() -> Iterator[str]:
    """Constraints and indexes of ours that the database lacks, and triggers of the record."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            named = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
            if named:
                table = model._meta.db_table
                standing = connection.introspection.get_constraints(cursor, table)
                for name in sorted(named - set(standing)):
                    yield f"{model._meta.label_lower}: {name} is missing"
    for name in sorted(triggers.missing(connection)):
        yield f"the record of events: {name} is missing"


def chains() -> Iterator[str]:
    """Chains of events that do not hold."""
    for one in broken_chains():
        yield f"{one.subject_type} {one.subject_id}: event {one.sequence} is not what was written"


def states() -> Iterator[str]:
    """Rows that stand in another state than the last event that speaks of one left them in."""
    for model in apps.get_models():
        if getattr(model, "on_record", None) == "state":
            told = _last_states(str(model._meta.model_name))
            for pk, state in model._base_manager.values_list("pk", "state").iterator():
                if told.get(pk, state) != state:
                    yield f"{model._meta.label_lower} {pk}: its state is not the one on record"


def _last_states(kind: str) -> dict[int, str]:
    events = Event.objects.filter(subject_type=kind, part="", after__isnull=False)
    said = events.order_by("id").values_list("subject_id", "after")
    told = ((pk, after.get("state") if isinstance(after, dict) else after) for pk, after in said)
    return {pk: state for pk, state in told if isinstance(state, str)}


register("orphans", "What a row points to is there.", orphans)
register("guards", "The database has its constraints and triggers.", lost_guards)
register("record", "Events are as they were written.", chains)
register("states", "Everything is in the state that the record left it in.", states)
