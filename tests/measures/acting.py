"""What the tests of actions share: who acts, what the database holds, what goes on record."""

from collections.abc import Callable
from typing import Any

from django.apps import apps

from earlyhelp.core.events.models import Event
from measures.models import Figure, ReportingQuarter, Return
from measures.returns.answers import GivenAnswer
from teams.quarters import Quarter
from tests.cast import OPEN, Cast

# When somebody last signed in is not theirs to keep.
PASSING = {"last_login"}

Digest = dict[str, list[tuple[Any, ...]]]


def who(cast: Cast, name: str) -> dict[str, Any]:
    """``by`` of somebody, as actions take it."""
    return {"by": cast.actor(name)}


def digest() -> Digest:
    """Every row of ours, by table: two equal digests mean that nothing changed."""
    return {
        model._meta.db_table: sorted(
            model._base_manager.values_list(
                *(
                    field.attname
                    for field in model._meta.concrete_fields
                    if field.name not in PASSING
                )
            ),
            key=repr,
        )
        for label in ("events", "teams", "measures")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def unchanged_by(act: Callable[[], object], refusal: type[Exception], says: str) -> None:
    """The act is refused with a sentence that says so, and changes nothing at all."""
    before = digest()
    try:
        act()
    except refusal as refused:
        assert says in words_of(refused), words_of(refused)
    else:
        raise AssertionError(f"not refused: {says}")
    assert digest() == before


def words_of(refusal: Exception) -> str:
    """Everything that a refusal says."""
    errors = getattr(refusal, "errors", None)
    if isinstance(errors, dict):
        return "; ".join(str(sentence) for sentence in errors.values())
    return "; ".join(getattr(refusal, "messages", [str(refusal)]))


def verbs(made: object) -> list[str]:
    """What was done to a row, in order."""
    return [event.verb for event in Event.objects.about(made)]  # type: ignore[arg-type]


def answers(cast: Cast, made: Return, **values: GivenAnswer | int) -> dict[int, GivenAnswer]:
    """Answers by item id, from codes with - as _."""
    return {
        cast.item[code.replace("_", "-")].pk: value
        if isinstance(value, GivenAnswer)
        else GivenAnswer(value)
        for code, value in values.items()
    }


def figure(cast: Cast, team: str, code: str, quarter: Quarter = OPEN) -> Figure:
    """One figure, fresh, with its item."""
    return Figure.objects.select_related("item").get(
        return_made__team=cast.team[team], return_made__quarter=quarter.index, item__code=code
    )


def reporting(quarter: Quarter = OPEN) -> ReportingQuarter:
    """A quarter's row, fresh."""
    return ReportingQuarter.objects.get(pk=quarter.index)
