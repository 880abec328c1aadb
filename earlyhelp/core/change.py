"""How something is done: one row changed under its lock, validated, saved and put on record.

What holds for every action is settled here. A change that says nothing new leaves no trace,
whatever version it was made from; what the same person did already is not done a second time;
a save made from an older version is ``Stale``; row and event are written in one transaction.

A model says what is its own: ``on_record`` names the fields whose values go on record (one
name: its bare value; several: by name; without it, the fields that changed),
``stale_message`` is what a person reads when somebody else was faster, and ``version_field``
the field that counts saves where it is not ``version``.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from earlyhelp.core.actor import AnyActor, Refused
from earlyhelp.core.events import record as log
from earlyhelp.core.events.record import Entry
from earlyhelp.core.events.verbs import Verb
from earlyhelp.core.workflow import ActT, Machine, NotAllowed, StateT

__all__ = [
    "Details",
    "DoneAlready",
    "Entry",
    "PartlySaved",
    "Stale",
    "changing",
    "compare_version",
    "create",
    "current_version",
    "lock",
    "move",
    "not_after_today",
    "record",
    "refuse",
    "required",
    "save_held",
    "validate",
    "with_one_line_end",
]

RowT = TypeVar("RowT", bound=models.Model)


class Stale(Exception):
    """A save made from an older version; ``current`` is the row as it stands now."""

    def __init__(self, current: models.Model) -> None:
        default = "Somebody else changed this while you were working on it."
        super().__init__(getattr(current, "stale_message", default))
        self.current: Any = current


class DoneAlready(NotAllowed):
    """This person did just this already: ``changing`` then changes nothing and goes on."""


@dataclass(frozen=True)
class PartlySaved(Generic[RowT]):
    """What became of a save that keeps what is valid: the row as it stands, and what was refused.

    ``refused`` has a sentence by the key of each part that was not saved; ``is_new`` is whether
    anything was written.
    """

    row: RowT
    refused: Mapping[Any, str]
    is_new: bool


@dataclass
class Details:
    """What goes on record besides the fields of the row; the body of ``changing`` fills it in.

    It says what hangs on the row, so that a change of that alone is a change.
    """

    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


def lock(row: RowT) -> RowT:
    """The row as it stands, locked until the transaction ends.

    What it points to is read after it, in statements of their own, so that a save that waited
    for a closing quarter sees it closed.
    """
    rows = type(row)._default_manager.select_related(None)
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


@contextmanager
def changing(
    row: RowT,
    verb: Verb,
    by: AnyActor,
    *,
    version: int | None = None,
    reason: str = "",
    note: str = "",
    about: models.Model | None = None,
    details: Details | None = None,
) -> Iterator[RowT]:
    """The locked row, to be changed in the body; then validated, saved and put on record.

    ``version`` is the one that the change was made from, where people can meet; ``about`` is
    the subject of the event where it is another row. Whatever the body raises takes everything
    back, but ``DoneAlready``, which takes it back and goes on. Raises ``Stale``.
    """
    details = details or Details()
    try:
        with transaction.atomic():
            found = with_one_line_end(lock(row))
            was = _values(found)
            yield found
            with_one_line_end(found)
            changed = changed_fields(found, was)
            if not changed and details.before == details.after:
                _restore(found, was)
                return
            if version is not None and version != was[_counter(row)]:
                raise Stale(lock(row))
            _save(found, changed, by)
            before, after = _on_record(found, was, changed, details)
            remarks = {"reason": reason, "note": note}
            record([Entry(verb, about or found, "", before, after, remarks)], by)
    except DoneAlready:
        if version is not None and version + 1 != was[_counter(row)]:
            raise
        _restore(found, was)


def _restore(row: models.Model, was: dict[str, Any]) -> None:
    for name, value in was.items():
        setattr(row, name, value)


def create(
    row: RowT,
    verb: Verb,
    by: AnyActor,
    *,
    reason: str = "",
    note: str = "",
    about: models.Model | None = None,
    after: Any = None,
) -> RowT:
    """Validate and save a new row and put it on record; raises ValidationError by field."""
    with transaction.atomic():
        validate(with_one_line_end(row))
        save_held(row)
        remarks = {"reason": reason, "note": note}
        record([Entry(verb, about or row, "", None, after, remarks)], by)
    return row


def with_one_line_end(row: RowT) -> RowT:
    """The row with one kind of line end: a browser sends another one than it was given."""
    for name, value in _values(row).items():
        if isinstance(value, str) and "\r\n" in value:
            setattr(row, name, value.replace("\r\n", "\n"))
    return row


def move(row: models.Model, machine: Machine[StateT, ActT], act: ActT, by: AnyActor) -> None:
    """Take a row to the state that ``act`` leads to, with who did it and when.

    Raises ``NotAllowed``, or ``DoneAlready`` where this person took it there.
    """
    state = row.state  # type: ignore[attr-defined]  # what has a workflow has a state
    try:
        row.state = machine.next(act, state)  # type: ignore[attr-defined]
    except NotAllowed as refusal:
        if by.person is not None and by.person.pk in _took_there(row, machine, act):
            raise DoneAlready(str(refusal)) from refusal
        raise
    stamp = machine.stamp(act, state)
    if stamp:
        setattr(row, f"{stamp}_at", by.now)
        setattr(row, f"{stamp}_by", by.person)


def _took_there(row: models.Model, machine: Machine[StateT, ActT], act: ActT) -> list[int]:
    """Who took a row to the state in which it is, where this act leads there."""
    return [
        getattr(row, f"{one.stamp}_by_id")
        for one in machine.moves
        if one.act == act and one.stamp and one.after == row.state  # type: ignore[attr-defined]
    ]


def record(entries: Iterable[Entry], by: AnyActor) -> None:
    """Put several things on record in one go, in order, in the transaction that did them."""
    log.write(entries, by=cast("Any", by.person), route=by.route, at=by.now)


def compare_version(row: models.Model, version: int) -> None:
    """Raise ``Stale`` where a locked row, not changed yet, is at another version.

    ``changing`` does so last; this is for a body that has to know before it goes on.
    """
    if current_version(row) != version:
        raise Stale(row)


def current_version(row: models.Model) -> int:
    """How often a row was saved, as saves name the version that they were made from."""
    return cast("int", getattr(row, _counter(row)))


def refuse(reason: str) -> None:
    """Raise ``Refused`` where there is a reason to."""
    if reason:
        raise Refused(reason)


def required(name: str, text: str, message: str) -> str:
    """The text without blanks around it; ValidationError at its field where there is none."""
    if not text.strip():
        raise ValidationError({name: message})
    return text.strip()


def not_after_today(name: str, day: dt.date, by: AnyActor, message: str) -> None:
    """Raise ValidationError at its field for a day still to come."""
    if day > by.today:
        raise ValidationError({name: message})


def _counter(row: models.Model) -> str:
    return getattr(type(row), "version_field", "version")


# -- what changed, and what of it goes on record --------------------------------------------


def _values(row: models.Model) -> dict[str, Any]:
    return {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}


def changed_fields(row: models.Model, was: dict[str, Any]) -> set[str]:
    """The fields that say something else, by attribute; none where only who and when would.

    Who and when come in pairs, ``<what>_by`` and ``<what>_at``: the same said again, by
    whomever, is no change.
    """
    now = _values(row)
    changed = {name for name in now if now[name] != was[name]}
    again = {name for name in changed & _stamps(now) if None not in (was[name], now[name])}
    return changed if changed - again else set()


def _stamps(names: Collection[str]) -> set[str]:
    stems = [name.removesuffix("_at") for name in names if name.endswith("_at")]
    pairs = [(f"{stem}_at", f"{stem}_by_id") for stem in stems]
    return {name for pair in pairs if pair[1] in names for name in pair}


def _save(row: models.Model, changed: set[str], by: AnyActor) -> None:
    """Validate what changed and save it, counted up where the model counts."""
    fields = row._meta.concrete_fields
    names = {one.name for one in fields if one.attname in changed}
    unchanged = {one.name for one in fields} - names
    row.full_clean(exclude=unchanged, validate_constraints=False)
    written = set(changed)
    counter = _counter(row)
    if counter in _values(row):
        setattr(row, counter, current_version(row) + 1)
        written.add(counter)
    save_held(row, [one.name for one in fields if one.attname in written])


def validate(row: models.Model) -> None:
    """Raise ValidationError by field for what is wrong in a row.

    Its constraints are left to the database (``save_held``).
    """
    try:
        row.full_clean(validate_constraints=False)
    except ValidationError:
        row.full_clean()  # everything that is wrong, at once
        raise


def save_held(row: models.Model, update_fields: Collection[str] | None = None) -> None:
    """Save a row; what the database refuses raises ValidationError in its constraint's own words.

    The database holds every constraint. To ask them all before is a query for each row that is
    right, and one that somebody else can come between.
    """
    try:
        with transaction.atomic():
            row.save(update_fields=update_fields)
    except IntegrityError:
        row.validate_constraints()
        raise


def _on_record(
    row: models.Model, was: dict[str, Any], changed: set[str], details: Details
) -> tuple[Any, Any]:
    """Before and after, for the record; None where there is nothing to say."""
    now = _values(row)
    names = getattr(type(row), "on_record", None)
    if isinstance(names, str):
        before, after = (plain(was[names]), plain(now[names])) if names in changed else (None, None)
        return _with(names, before, details.before), _with(names, after, details.after)
    if names is None:
        names = _plain_names(row, changed)
    before = {name: plain(was[name]) for name in names} | details.before
    after = {name: plain(now[name]) for name in names} | details.after
    return before or None, after or None


def _with(name: str, value: Any, details: dict[str, Any]) -> Any:
    if not details:
        return value
    return details if value is None else {name: value} | details


def _plain_names(row: models.Model, changed: set[str]) -> list[str]:
    """What changed, without the words that people wrote and without who and when."""
    stamps = _stamps(_values(row))
    return [
        one.attname
        for one in row._meta.concrete_fields
        if one.attname in changed
        and one.attname != _counter(row)
        and one.attname not in stamps
        and not (isinstance(one, models.TextField) and not one.choices)
    ]


def plain(value: Any) -> Any:
    """A value as the record keeps it; 85 and 85.0000 are the same number and read the same."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, dt.date) else value
