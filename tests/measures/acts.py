"""Things that are done with figures, quarters and the framework, each ready to be done once."""

from collections.abc import Callable
from typing import Any

from earlyhelp.core.actor import Route
from measures.commentary import actions as commentary
from measures.corrections import actions as corrections
from measures.exchange import actions as loading
from measures.framework import actions as keeping
from measures.models import Target
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from teams.actions import keep
from teams.authority import command_actor
from tests.cast import HISTORY, OPEN, TODAY, Cast
from tests.measures.acting import answers, figure, reporting, who

Act = Callable[[], object]


def save(cast: Cast) -> Act:
    made = cast.fill_in("north-family")
    given = answers(
        cast, made, cases_closed=1, open_cases=GivenAnswer(answer="not-provided", note="x")
    )
    manager = who(cast, "manager")
    return lambda: entry.save_figures(made, given, version=made.version, **manager)


def confirm(cast: Cast) -> Act:
    load(cast)()
    made, manager = cast.made("north-family"), who(cast, "manager")
    return lambda: entry.confirm_figures(made, version=made.version, **manager)


def submit(cast: Cast) -> Act:
    made, manager = cast.fill_in("north-family"), who(cast, "manager")
    return lambda: entry.submit(made, version=made.version, response="So", **manager)


def sign_off(cast: Cast) -> Act:
    made, head = cast.submit("north-family"), {"by": cast.actor("head")}
    return lambda: review.sign_off(made, version=made.version, **head)


def send_back(cast: Cast) -> Act:
    made, head = cast.submit("north-family"), {"by": cast.actor("head")}
    items = [cast.item["cases-closed"].pk]
    return lambda: review.send_back(
        made, reason="Look", item_ids=items, version=made.version, **head
    )


def reopen(cast: Cast) -> Act:
    made, head = cast.sign_off("north-family"), {"by": cast.actor("head")}
    return lambda: review.reopen(made, reason="Look", version=made.version, **head)


def open_quarter(cast: Cast) -> Act:
    row = quarters.plan_quarter(OPEN + 1, due_on=TODAY.replace(month=10), by=command_actor())
    return lambda: quarters.open_quarter(row, by=cast.actor("officer"))


def close_quarter(cast: Cast) -> Act:
    return lambda: quarters.close_quarter(
        reporting(), reason="It is over", early=True, by=cast.actor("officer")
    )


def accept_late(cast: Cast) -> Act:
    made = cast.fill_in("north-family")
    close_quarter(cast)()
    return lambda: review.accept_late(made, reason="Ill", by=cast.actor("officer"))


def load(cast: Cast) -> Act:
    teams = [cast.team["north-family"], cast.team["south-family"]]
    lines = [
        loading.FigureLine(team, OPEN, cast.item[code].pk, GivenAnswer(number + 30))
        for team in teams
        for number, code in enumerate(["cases-closed", "open-cases"])
    ]
    officer = cast.actor("officer", route=Route.IMPORT)
    return lambda: loading.load_figures(lines, signed_off=False, by=officer)


def load_signed_off(cast: Cast) -> Act:
    line = loading.FigureLine(
        cast.team["north-family"], OPEN, cast.item["cases-closed"].pk, GivenAnswer(3)
    )
    return lambda: loading.load_figures([line], signed_off=True, by=command_actor())


def propose(cast: Cast) -> Act:
    changes = {
        figure(cast, team, "cases-closed", HISTORY[0]).pk: GivenAnswer(44)
        for team in ("north-family", "south-family")
    }
    return lambda: corrections.propose(changes, reason="Counted twice", by=cast.actor("officer"))


def countersign(cast: Cast) -> Act:
    proposed: Any = propose(cast)()
    return lambda: corrections.countersign(proposed, by=cast.actor("director"))


def decline(cast: Cast) -> Act:
    proposed: Any = propose(cast)()
    return lambda: corrections.decline(proposed, reason="It was right", by=cast.actor("director"))


def write(cast: Cast, text: str = "More families", version: int = 0) -> Act:
    head, where = {"by": cast.actor("head")}, cast.locality["north"]
    return lambda: commentary.write_commentary(
        measure=cast.measure["helped"],
        locality=where,
        quarter=OPEN,
        text=text,
        version=version,
        **head,
    )


def remove(cast: Cast) -> Act:
    write(cast)()
    return write(cast, "", 1)


def keep_measure(cast: Cast) -> Act:
    measure = cast.measure["helped"]
    measure.name = "Helped, of those who answered"
    denominators = [cast.item["cases-closed"], cast.item["surveys-received"]]
    return lambda: keeping.keep_measure(measure, denominators=denominators, by=command_actor())


def change_target(cast: Cast) -> Act:
    target = Target.objects.get(measure=cast.measure["helped"])
    target.target = 90
    return lambda: keeping.set_target(target, by=command_actor(), reason="The plan")


def keep_team(cast: Cast) -> Act:
    team = cast.team["north-family"]
    team.name = "North families"
    return lambda: keep(team, by=command_actor(), reason="Renamed")


ACTS = [
    save, confirm, submit, sign_off, send_back, reopen, open_quarter, close_quarter, accept_late,
    load, load_signed_off, propose, countersign, decline, write, remove, keep_measure,
    change_target, keep_team,
]  # fmt: skip
