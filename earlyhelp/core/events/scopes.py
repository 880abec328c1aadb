"""Who reads what the record says of a row: whoever may see the row itself.

The record holds what its rows held: grades, figures, words. Each app registers at start-up, for
each of its models, the rows that somebody may see; of a kind that nobody registered nobody
reads anything.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from earlyhelp.core.actor import Actor

# The rows of one model that somebody may see: some of them, or all (True) or none (False).
Seen = models.QuerySet[Any] | bool
Rows = Callable[[Actor[Any, Any]], Seen]

_rows: dict[str, Rows] = {}


def register(rows: Mapping[type[models.Model], Rows]) -> None:
    """Say by model which rows somebody may see."""
    _rows.update({str(model._meta.model_name): of_model for model, of_model in rows.items()})


def is_known(model: type[models.Model]) -> bool:
    """Whether somebody said who sees the rows of this model."""
    return model._meta.model_name in _rows


def about_what_is_seen(by: Actor[Any, Any], kinds: Iterable[str] | None = None) -> Q:
    """The condition on events: about a row that ``by`` may see, of these kinds or of any."""
    whole, condition = [], Q(pk__in=[])
    for kind in _rows if kinds is None else kinds:
        seen = _rows[kind](by) if kind in _rows else False
        if seen is True:
            whole.append(kind)
        elif seen is not False:
            condition |= Q(subject_type=kind, subject_id__in=seen.order_by().values("pk"))
    return condition | Q(subject_type__in=whole)
