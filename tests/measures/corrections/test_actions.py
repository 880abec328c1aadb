"""A correction is proposed with a reason, countersigned by somebody else, and on record."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError

from earlyhelp.core.events.models import Event
from measures.corrections import actions as corrections
from measures.models import Correction
from measures.returns.actions import FiguresRefused
from measures.returns.answers import GivenAnswer
from measures.workflow import CorrectionState, NotAllowed
from teams.permissions import Refused
from teams.roles import Role
from tests.cast import HISTORY, Cast
from tests.factories import AppointmentFactory
from tests.measures.acting import digest, figure, unchanged_by, verbs

FIRST = HISTORY[0]


def propose(
    cast: Cast, changes: dict[int, GivenAnswer], person: str = "officer", reason: str = "Late"
) -> Correction:
    return corrections.propose(changes, reason=reason, by=cast.actor(person))


def test_a_correction_takes_effect_when_somebody_else_countersigns(council: Cast) -> None:
    one = figure(council, "north-family", "cases-closed", FIRST)
    two = figure(council, "south-family", "cases-closed", FIRST)
    changes = {one.pk: GivenAnswer(21), two.pk: GivenAnswer(answer="not-provided", note="Lost")}
    proposed = propose(council, changes, reason=" Found in a drawer ")
    assert (proposed.state, proposed.reason) == (CorrectionState.PROPOSED, "Found in a drawer")
    one.refresh_from_db()
    assert one.value == 20
    version = council.made("north-family", FIRST).version
    signed = corrections.countersign(proposed, by=council.actor("director"))
    assert (signed.state, signed.decided_by) == (
        CorrectionState.COUNTERSIGNED, council.person["director"],
    )  # fmt: skip
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.value, two.answer, two.note) == (21, "not-provided", "Lost")
    made = council.made("north-family", FIRST)
    assert made.version == version + 1
    event = Event.objects.about(made).filter(verb="figure saved").reverse()[0]
    assert (event.before, event.after) == ({"value": 20}, {"value": 21})
    assert verbs(signed) == ["correction proposed", "correction countersigned"]
    unchanged_by(
        lambda: corrections.countersign(proposed, by=council.actor("director")),
        NotAllowed,
        "decided already",
    )


def test_proposals_that_are_refused(council: Cast) -> None:
    pk = figure(council, "north-family", "cases-closed", FIRST).pk
    received = figure(council, "north-family", "surveys-received", FIRST).pk
    for person in ("manager", "head", "director", "administrator"):
        unchanged_by(
            partial(propose, council, {pk: GivenAnswer(9)}, person), Refused, "propose corrections"
        )
    unchanged_by(
        lambda: propose(council, {pk: GivenAnswer(9)}, reason=" "), ValidationError, "Say why"
    )
    unchanged_by(
        lambda: propose(council, {pk: GivenAnswer(20)}), ValidationError, "at least one figure"
    )
    unchanged_by(
        lambda: propose(council, {pk: GivenAnswer()}), FiguresRefused, "Give a number, or say"
    )
    nothing = GivenAnswer(answer="not-provided")
    unchanged_by(lambda: propose(council, {pk: nothing}), FiguresRefused, "Say why there is no")
    unchanged_by(
        lambda: propose(council, {received: GivenAnswer(1)}), FiguresRefused, "cannot be more"
    )
    draft = figure(council, "north-family", "cases-closed").pk
    unchanged_by(lambda: propose(council, {draft: GivenAnswer(9)}), NotAllowed, "is not signed off")
    council.sign_off("north-family")
    unchanged_by(lambda: propose(council, {draft: GivenAnswer(9)}), NotAllowed, "is still open")
    propose(council, {pk: GivenAnswer(9)})
    unchanged_by(lambda: propose(council, {pk: GivenAnswer(8)}), FiguresRefused, "waits already")


def test_nobody_countersigns_their_own(council: Cast) -> None:
    AppointmentFactory(person=council.person["officer"], role=Role.SERVICE_DIRECTOR)
    pk = figure(council, "north-family", "cases-closed", FIRST).pk
    proposed = propose(council, {pk: GivenAnswer(9)})
    unchanged_by(
        lambda: corrections.countersign(proposed, by=council.actor("officer")),
        Refused,
        "You proposed",
    )
    for person in ("manager", "head", "administrator"):
        unchanged_by(
            partial(corrections.countersign, proposed, by=council.actor(person)),
            Refused,
            "countersign corrections",
        )


def test_a_figure_that_changed_meanwhile_is_proposed_again(council: Cast) -> None:
    found = figure(council, "north-family", "cases-closed", FIRST)
    proposed = propose(council, {found.pk: GivenAnswer(9)})
    type(found).objects.filter(pk=found.pk).update(value=8)
    unchanged_by(
        lambda: corrections.countersign(proposed, by=council.actor("director")),
        NotAllowed,
        "changed since this correction was proposed",
    )


def test_a_correction_is_declined_with_a_reason(council: Cast) -> None:
    pk = figure(council, "north-family", "cases-closed", FIRST).pk
    proposed = propose(council, {pk: GivenAnswer(9)})
    unchanged_by(
        lambda: corrections.decline(proposed, reason=" ", by=council.actor("director")),
        ValidationError,
        "Say why",
    )
    declined = corrections.decline(proposed, reason="It was right", by=council.actor("director"))
    assert (declined.state, declined.decision_note) == (CorrectionState.DECLINED, "It was right")
    assert figure(council, "north-family", "cases-closed", FIRST).value == 20
    before = digest()
    with pytest.raises(NotAllowed):
        corrections.countersign(proposed, by=council.actor("director"))
    assert digest() == before
    assert propose(council, {pk: GivenAnswer(9)}).pk
