"""What must hold of returns and their figures (``core.verification``)."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from earlyhelp.core.verification import register
from measures.models import Figure, Question, ReportingQuarter, Return
from measures.returns.answers import GivenAnswer
from measures.verbs import MeasuresVerb
from measures.workflow import QuarterState, ReturnState
from teams.models import Team
from teams.quarters import Quarter

_AT_ONCE = 2000
# What a figure says, by the code of its question.
Said = dict[str, dict[str, Any] | None]


def figures_off_the_record() -> Iterator[str]:
    """Figures that say something else than the last event about them; in one pass over both."""
    recorded = _recorded()
    about, said = next(recorded, (None, {}))
    for made, figures in _figures():
        while about is not None and about < made:
            yield from _differing(about, {}, said)
            about, said = next(recorded, (None, {}))
        yield from _differing(made, figures, said if about == made else {})
        if about == made:
            about, said = next(recorded, (None, {}))
    if about is not None:
        yield from _differing(about, {}, said)


def _differing(made: int, figures: Said, recorded: Said) -> Iterator[str]:
    for code in sorted(figures.keys() | recorded.keys()):
        if code not in figures:
            yield f"return {made}: {code} is on record and not there"
        elif figures[code] != recorded.get(code):
            yield f"return {made}: {code} is not what its last event says"


def _figures() -> Iterator[tuple[int, Said]]:
    figures = Figure.objects.select_related("item").order_by("return_made_id")
    rows = figures.iterator(chunk_size=_AT_ONCE)
    for made, some in groupby(rows, key=lambda figure: figure.return_made_id):
        yield made, {figure.item.code: GivenAnswer.of(figure).on_record for figure in some}


def _recorded() -> Iterator[tuple[int, Said]]:
    events = Event.objects.filter(subject_type=Return._meta.model_name).exclude(part="")
    rows = events.order_by("subject_id", "sequence").values_list("subject_id", "part", "after")
    for made, some in groupby(rows.iterator(chunk_size=_AT_ONCE), key=lambda row: row[0]):
        yield made, {part: after for _, part, after in some}


def figures_nobody_asked_for() -> Iterator[str]:
    """Questions of a return without a figure, and figures that answer no question."""
    asked = Question.objects.filter(
        quarter=OuterRef("return_made__quarter"),
        team_type=OuterRef("return_made__team_type"),
        item=OuterRef("item"),
    )
    unasked = Figure.objects.filter(~Exists(asked)).order_by()
    for made, code in unasked.values_list("return_made", "item__code"):
        yield f"return {made}: {code} was not asked"
    for quarter, kind, item in Question.objects.values_list("quarter", "team_type", "item"):
        due = Return.objects.filter(quarter=quarter, team_type=kind)
        there = Figure.objects.filter(return_made=OuterRef("pk"), item=item)
        for made in due.filter(~Exists(there)).order_by().values_list("pk", flat=True):
            yield f"return {made}: item {item} was asked and has no figure"


def returns_elsewhere() -> Iterator[str]:
    """Returns that stand in another locality, or are of another kind, than their team was then."""
    teams = {team.pk: team for team in Team.objects.prefetch_related("placements")}
    rows = Return.objects.order_by().values_list(
        "pk", "team", "quarter", "locality", "team_type", "quarter__state"
    )
    for pk, team_id, quarter, locality, kind, state in rows.iterator(chunk_size=_AT_ONCE):
        team = teams.get(team_id)
        if team is None:
            continue  # what points to nothing is another check's
        if locality != team.locality_id_in(Quarter(quarter)):
            yield f"return {pk}: its locality is not its team's in that quarter"
        if kind != team.type_id:
            yield f"return {pk}: its kind of team is not its team's"
        if state == QuarterState.UPCOMING:
            yield f"return {pk}: its quarter was never opened"


def sign_offs_without_submission() -> Iterator[str]:
    """Returns signed off without a submission before it, and signed off by who had a hand in it."""
    done = Event.objects.filter(subject_type=Return._meta.model_name, subject_id=OuterRef("pk"))
    submitted = done.filter(verb=MeasuresVerb.SUBMITTED, by=OuterRef("submitted_by"))
    signed = done.filter(verb=MeasuresVerb.SIGNED_OFF)
    by_import = Q(signed_off_route=Route.IMPORT)
    of_state = Return.objects.filter(state=ReturnState.SIGNED_OFF).order_by()
    for problem, wrong in (
        ("was never submitted", ~by_import & (~Exists(submitted) | Q(submitted_at=None))),
        ("has no sign-off on record", ~Exists(signed)),
        ("was signed off by who submitted it", Q(signed_off_by=F("submitted_by"))),
        ("was signed off before it was submitted", Q(signed_off_at__lt=F("submitted_at"))),
    ):
        for pk in of_state.filter(wrong).values_list("pk", flat=True):
            yield f"return {pk}: it is signed off and {problem}"


def quarters_without_returns() -> Iterator[str]:
    """Opened quarters in which a team that was asked something has no return."""
    asked = set(Question.objects.values_list("quarter", "team_type"))
    there = set(Return.objects.values_list("quarter", "team"))
    teams = list(Team.objects.all())
    for row in ReportingQuarter.objects.exclude(state=QuarterState.UPCOMING):
        for team in teams:
            is_due = team.is_open_in(row.quarter) and (row.pk, team.type_id) in asked
            if is_due and (row.pk, team.pk) not in there:
                yield f"quarter {row.pk}: team {team.pk} has no return"


def register_all() -> None:
    """Have all of this checked."""
    register("figures", "Every figure is what its last event says.", figures_off_the_record)
    register("questions", "Every question has its figure.", figures_nobody_asked_for)
    register("places", "A return stands where its team stood.", returns_elsewhere)
    register("sign-off", "What is signed off was submitted.", sign_offs_without_submission)
    register("returns", "Every team has its returns.", quarters_without_returns)
