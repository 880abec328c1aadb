"""L6: replaying the record of what was done rebuilds every figure."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core.actor import Route
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from measures.corrections import actions as corrections
from measures.exchange import actions as loading
from measures.exchange.actions import LoadRefused
from measures.models import Correction, Figure, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.actions import FiguresRefused
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import NotAllowed
from teams.actions import keep
from teams.authority import command_actor
from teams.permissions import Refused
from tests.cast import HISTORY, OPEN, TODAY, Cast, build_council
from tests.properties import HealthCheck, Phase, given, settings, st

NEXT = OPEN + 1
REFUSALS = (Refused, NotAllowed, FiguresRefused, Stale, ValidationError, LoadRefused)
PEOPLE = ["contributor", "manager", "other_manager", "head", "other_head", "officer", "director"]

Step = tuple[str, str, int, int, list[int]]


def replayed() -> dict[tuple[int, str], Any]:
    """What the record says of each figure in the end, by return and question.

    With the words of its last save, and for which value they were written: the one saved, unless
    the record names another.
    """
    events = Event.objects.filter(subject_type="return").exclude(part="")
    found: dict[tuple[int, str], Any] = {}
    for event in events.prefetch_related("remarks").order_by("id"):
        key = event.subject_id, event.part
        _, words, explained = found.get(key, (None, "", None))
        if event.verb == "figure saved":
            words = "".join(one.text for one in event.remarks.all() if one.kind == "explanation")
            after = event.after or {}
            explained = after.get("explained", after.get("value")) if words else None
        found[key] = event.after, words, explained
    return found


def as_they_are() -> dict[tuple[int, str], Any]:
    """Every figure, by return and question, as the database holds it."""
    return {
        (figure.return_made_id, figure.item.code): (
            GivenAnswer.of(figure).on_record,
            figure.explanation,
            figure.explained_value,
        )
        for figure in Figure.objects.select_related("item")
    }


def differing() -> dict[tuple[int, str], tuple[Any, Any]]:
    """Figures that the record would rebuild otherwise; those it never speaks of are empty."""
    rebuilt, there = replayed(), as_they_are()
    assert set(rebuilt) <= set(there)
    return {
        key: (rebuilt.get(key), held)
        for key, held in there.items()
        if rebuilt.get(key, (None, "", None)) != held
    }


def answer(number: int) -> GivenAnswer:
    """A number mostly; sometimes no answer, or one of the two in place of a number."""
    if number % 7 == 0:
        return GivenAnswer()
    if number % 7 == 1:
        return GivenAnswer(answer="not-provided", note="System down")
    if number % 7 == 2:
        return GivenAnswer(answer="not-applicable", note="Not here")
    words, about = ("It is so", number % 5) if number % 2 else ("", None)
    return GivenAnswer(number % 60, explanation=words, explained=about or None)


def do(cast: Cast, step: Step) -> None:
    """One thing that somebody tries."""
    what, name, team, quarter, numbers = step
    made = Return.objects.filter(quarter=(HISTORY[3] + quarter).index)[team : team + 1].first()
    if made is None:
        return
    figures = list(Figure.objects.of(made))
    actor, at = cast.actor(name), made.version
    now: dict[str, Any] = {"version": at, "by": actor}
    given = {
        figure.item_id: answer(number) for figure, number in zip(figures, numbers, strict=False)
    }
    if what == "save":
        entry.save_figures(made, given, **now)
    elif what == "fill in":
        everything = {figure.item_id: GivenAnswer(9, explanation="It is so") for figure in figures}
        entry.save_figures(made, everything, **now)
    elif what == "submit":
        explained = {
            figure.item_id: GivenAnswer(figure.value, explanation="It is so")
            for figure in figures
            if figure.value is not None
        }
        now["version"] = entry.save_figures(made, explained, **now).version
        entry.submit(made, **now)
    elif what == "say ready":
        entry.say_ready(made, **now)
    elif what == "confirm":
        entry.confirm_figures(made, **now)
    elif what == "sign off":
        review.sign_off(made, version=at, by=actor)
    elif what == "send back":
        review.send_back(made, reason="Look", item_ids=list(given)[:2], version=at, by=actor)
    elif what == "reopen":
        review.reopen(made, reason="Look", version=at, by=actor)
    elif what == "accept late":
        review.accept_late(made, reason="Ill", by=actor)
    elif what in ("load", "load signed off"):
        lines = [
            loading.FigureLine(
                made.team, made.quarter.quarter, item_id, GivenAnswer(value.value or 5)
            )
            for item_id, value in given.items()
        ]
        loading.load_figures(lines, signed_off=what != "load", by=actor.by_route(Route.IMPORT))
    elif what == "correct":
        changes = {
            figure.pk: answer(number) for figure, number in zip(figures, numbers, strict=False)
        }
        corrections.propose(changes, reason="Counted twice", by=actor)
    elif what == "countersign":
        for proposed in Correction.objects.waiting():
            corrections.countersign(proposed, by=actor)
    elif what == "close":
        quarters.close_quarter(made.quarter, reason="Over", early=True, by=actor)
    else:
        quarters.open_quarter(ReportingQuarter.objects.get(pk=NEXT.index), by=actor)


STEPS = [
    "save", "save", "fill in", "fill in", "say ready", "submit", "submit", "confirm", "sign off", "sign off",
    "send back", "reopen", "accept late", "load", "load signed off", "correct", "countersign",
    "close", "open",
]  # fmt: skip
steps = st.tuples(
    st.sampled_from(STEPS),
    st.sampled_from(PEOPLE),
    st.integers(0, 4),
    st.integers(0, 2),
    st.lists(st.integers(0, 200), min_size=1, max_size=6),
)


def with_a_team_that_closes(cast: Cast) -> None:
    """The next quarter is planned, and a team closes in the middle of it."""
    quarters.plan_quarter(NEXT, due_on=TODAY.replace(month=10), by=command_actor())
    team = cast.team["south-centre"]
    team.closed = NEXT.first_day
    keep(team, by=command_actor())


def play(cast: Cast, sequence: list[Step]) -> int:
    """Try every step; how many were done."""
    done = 0
    for step in sequence:
        try:
            with transaction.atomic():
                do(cast, step)
            done += 1
        except REFUSALS:
            continue
    return done


def sequences(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many random sequences of twelve to thirty steps."""
    quick = [HealthCheck.too_slow, HealthCheck.data_too_large]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        drawn = given(st.lists(steps, min_size=12, max_size=30))(test)
        return settings(
            max_examples=number,
            derandomize=number < 100,
            database=None,
            suppress_health_check=quick,
            phases=[Phase.generate, Phase.shrink],
        )(drawn)

    return decorate


@contextmanager
def played(cast: Cast, sequence: list[Step]) -> Iterator[int]:
    with transaction.atomic():
        yield play(cast, sequence)
        transaction.set_rollback(True)


def replays(number: int) -> None:
    """Build the council once, then play that many sequences, each rolled back."""
    cast = build_council()
    with_a_team_that_closes(cast)
    assert differing() == {}
    total = 0

    @sequences(number)
    def check(sequence: list[Step]) -> None:
        nonlocal total
        with played(cast, sequence) as done:
            total += done
            assert differing() == {}

    check()
    assert total > number


@pytest.mark.django_db
def test_replaying_the_record_rebuilds_every_figure(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY
    replays(20)


@pytest.mark.long
@pytest.mark.django_db
def test_replaying_500_random_sequences(settings: Any) -> None:
    settings.BUSINESS_DATE = TODAY
    replays(500)


def test_what_a_quarter_is_opened_with_is_on_record(council: Cast) -> None:
    """A team that closed before the last day has answers that nobody gave."""
    with_a_team_that_closes(council)
    row = ReportingQuarter.objects.get(pk=NEXT.index)
    quarters.open_quarter(row, by=council.actor("officer"))
    made = council.made("south-centre", NEXT)
    assert Figure.objects.filter(return_made=made, answer="not-applicable").count() == 2
    assert differing() == {}


def test_for_which_number_words_were_written_is_on_record(council: Cast) -> None:
    item, made = council.item["open-cases"].pk, council.made("north-family")
    for said in (
        GivenAnswer(78, explanation="A flood"),
        GivenAnswer(18, explanation="A flood", explained=78),
        GivenAnswer(explanation="A flood", explained=78),
        GivenAnswer(18, explanation="A flood", explained=78),
        GivenAnswer(18, explanation="A flood"),
    ):
        made = entry.save_figures(
            made, {item: said}, version=made.version, by=council.actor("manager")
        )
        assert differing() == {}, said
