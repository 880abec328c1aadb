"""Examples for the access table's rows of the action plan.

The action is the team managers': "Share an exemplar plan", by 1 September 2016.
"""

from collections.abc import Callable
from typing import Any

from audits.plan import progress_actions as doing
from audits.plan.models import Action
from tests.audits.making import claimed, make_action, make_aim, make_plan, on_day, who
from tests.cast import Cast
from tests.examples import Example

DAY = {"0": "5", "1": "7", "2": "2016"}


def day(name: str) -> dict[str, str]:
    """The three boxes of a day, filled in with today."""
    return {f"{name}_{part}": value for part, value in DAY.items()}


def _nothing_yet(_: Cast) -> Example:
    return Example({}, {"year": "2016", "title": "Action plan"})


def _plan(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    make_action(cast, outcome)
    return Example({"year": 2016}, {"text": "It went well", "version": "0", "name": "Training"})


def _current(cast: Cast) -> Example:
    _plan(cast)
    return Example()


def _theme(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    return Example({"pk": outcome.theme_id}, {"text": "Plans say who does what", "version": "0"})


def _outcome(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    data: dict[str, Any] = {"text": "Plans say who does what", "version": "0"}
    return Example({"pk": outcome.pk}, data | {"judged": "partly", "why": "Half of them do"})


def _aim(cast: Cast) -> Example:
    made = _outcome(cast)
    made.data = {"measure": cast.measure["feedback"].pk, "level": "75", "year": "2016"}
    return made


def _set_aim(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    made = make_aim(cast, outcome)
    data: dict[str, Any] = {"measure": made.measure_id, "level": "80", "year": "2016"}
    return Example({"pk": made.pk}, data | {"reason": "Asked too little"})


def _new_action(cast: Cast) -> Example:
    made = _outcome(cast)
    made.data = {
        "text": "Share a plan",
        "roles": "team-manager",
        "when": "1.9.16",
        "source": "other",
    }
    return made


def _action(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    made = make_action(cast, outcome)
    data = {
        "text": "Share two plans",
        "roles": "team-manager",
        "version": "0",
        "when": "1.12.16",
        "reason": "Nobody is free before",
        "evidence": "Every team has it",
        **day("on"),
    }
    return Example({"pk": made.pk}, data)


def _times(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    made = make_action(cast, outcome, "every quarter until 1.4.17")
    first = made.occurrences.all()[0]
    return Example({"pk": first.pk}, {**day("done_on"), "note": "7 of 8"})


def _update(cast: Cast) -> Example:
    _, outcome = make_plan(cast)
    made = make_action(cast, outcome)
    update = doing.report(made, text="A first draft", **on_day(cast, "manager"))
    return Example({"pk": update.pk}, {"reason": "A name"})


def _claimed(cast: Cast) -> Example:
    made = _action(cast)
    claimed(cast, Action.objects.get(pk=made.kwargs["pk"]))
    return made


def _complete(cast: Cast) -> Example:
    made = _claimed(cast)
    doing.accept(Action.objects.get(pk=made.kwargs["pk"]), **who(cast, "head"))
    return made


def _carried(cast: Cast) -> Example:
    made = _action(cast)
    _, later = make_plan(cast, 2017)
    made.data = {"outcome": later.pk}
    return made


# By address name, and by name and method where the two differ.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "actions": _current,
    "plan": _plan,
    "plan-print": _plan,
    "plan-export": _plan,
    "plan-new": _nothing_yet,
    "plan-closing": _plan,
    "theme-new": _plan,
    "theme-closing": _theme,
    "outcome-new": _theme,
    "outcome-edit": _outcome,
    "outcome-judge": _outcome,
    "aim-new": _aim,
    "aim-edit": _set_aim,
    "aim-remove": _set_aim,
    "action-new": _new_action,
    "action": _action,
    "action-edit": _action,
    "action-date": _action,
    "action-report": _action,
    "action-claim": _action,
    "action-stop": _action,
    "action-accept": _claimed,
    "action-decline": _claimed,
    "action-reopen": _complete,
    "action-carry-over": _carried,
    "action-occurrence": _times,
    "update-take-out": _update,
}
