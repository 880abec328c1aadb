"""Random councils for the properties: drawn as the oracle's plain rows, then put into the database.

Everything that a roll-up depends on varies: teams that open, close, move, merge and follow one
another, several denominators, both timings, decimals, different people, questions that come and
go, quarters that were never opened, all four kinds of answer, returns in every state.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.utils import timezone

from earlyhelp.core.actor import Route
from measures import models
from measures.workflow import QuarterState, ReturnState
from teams.models import Council, Locality, Placement, Team, TeamType, User
from teams.quarters import Quarter
from tests import oracle
from tests.properties import st

FIRST = oracle.Quarter(2014, 3)
TYPES = ("family", "centre", "desk")
DECIMALS = (0, 0, 1, 2)
SCALES = (1, 100, 1000, 10000)


def quarters_from(first: oracle.Quarter, number: int) -> list[oracle.Quarter]:
    """So many quarters in time order."""
    found = [first]
    while len(found) < number:
        found.append(found[-1].next)
    return found


def as_quarter(quarter: oracle.Quarter) -> Quarter:
    """The oracle's quarter as the application's."""
    return Quarter.of(quarter.year, quarter.number)


@st.composite
def items(draw: st.DrawFn, span: list[oracle.Quarter]) -> oracle.Item:
    """A data item; its code is given by ``councils``."""
    starts, ends = draw(st.sampled_from([(None, None)] * 6 + [(span[1], None), (None, span[-2])]))
    return oracle.Item(
        code="",
        timing=draw(st.sampled_from(oracle.Timing)),
        team_types=tuple(
            draw(st.sampled_from([TYPES[:2], TYPES[:2], TYPES, TYPES[:1], TYPES[2:]]))
        ),
        decimals=draw(st.sampled_from(DECIMALS)),
        from_quarter=starts,
        to_quarter=ends,
        distinct=draw(st.integers(0, 5)) == 5,
    )


@st.composite
def figures(draw: st.DrawFn, given: oracle.Return, items: Mapping[str, oracle.Item]) -> None:
    """Answer a return's questions at random: mostly numbers, zero often among them."""
    mood = draw(st.integers(0, 3))
    noise = draw(st.binary(min_size=len(given.figures) * 2, max_size=len(given.figures) * 2))
    gap_from = (256, 240, 225, 120)[mood]
    for position, code in enumerate(given.figures):
        kind, size = noise[position * 2], noise[position * 2 + 1]
        if kind >= gap_from:
            given.figures[code] = oracle.Figure(list(oracle.Answer)[1 + kind % 3])
        elif given.figures[code].answer == oracle.Answer.UNANSWERED:
            units = 10**12 - 1 if size == 255 else size * (1 + kind % 5)
            given.figures[code] = oracle.Figure(
                oracle.Answer.NUMBER, Fraction(units, 10 ** items[code].decimals)
            )


@st.composite
def councils(draw: st.DrawFn) -> oracle.Council:
    """A whole council with its returns."""
    span = quarters_from(FIRST, draw(st.integers(3, 9)))
    localities = [
        oracle.Locality(f"loc-{n}", f"Locality {n}") for n in range(draw(st.integers(1, 3)))
    ]
    teams, placements = draw(_teams(span, [locality.code for locality in localities]))
    numbered = enumerate(draw(st.lists(items(span), min_size=2, max_size=6)))
    asked = [oracle.Item(**{**vars(item), "code": f"item-{number}"}) for number, item in numbered]
    made = oracle.Council(
        code="randomshire",
        area_name="Randomshire",
        localities=localities,
        teams=teams,
        placements=placements,
        quarters=draw(_states(span)),
        items=asked,
        measures=draw(_measures(asked)),
    )
    oracle.open_returns(made)
    by_code = {item.code: item for item in asked}
    for given in made.returns:
        draw(figures(given, by_code))
        given.state = draw(
            st.sampled_from(
                [oracle.ReturnState.SIGNED_OFF] * 4
                + [oracle.ReturnState.SUBMITTED] * 2
                + [oracle.ReturnState.DRAFT, oracle.ReturnState.RETURNED]
            )
        )
        closed = made.quarters[given.quarter] == oracle.QuarterState.CLOSED
        given.accepted_late = closed and draw(st.integers(0, 3)) == 3
    return made


@st.composite
def dated_councils(draw: st.DrawFn) -> oracle.Council:
    """One on a day of its own, which may fall within a quarter that was opened already."""
    made = draw(councils())
    made.today = draw(st.sampled_from([None, *(quarter.last_day for quarter in made.quarters)]))
    return made


@st.composite
def _states(
    draw: st.DrawFn, span: list[oracle.Quarter]
) -> dict[oracle.Quarter, oracle.QuarterState]:
    """Some never planned, some upcoming; at least one was opened."""
    kinds = [*list(oracle.QuarterState), oracle.QuarterState.CLOSED, oracle.QuarterState.OPEN, None]
    drawn = {quarter: draw(st.sampled_from(kinds)) for quarter in span}
    states = {quarter: state for quarter, state in drawn.items() if state is not None}
    if all(state == oracle.QuarterState.UPCOMING for state in states.values()):
        states[span[0]] = oracle.QuarterState.CLOSED
    return states


@st.composite
def _teams(
    draw: st.DrawFn, span: list[oracle.Quarter], localities: list[str]
) -> tuple[list[oracle.Team], list[oracle.Placement]]:
    days = [None, *(day for quarter in span for day in (quarter.first_day, quarter.last_day))]
    days.extend(quarter.first_day + dt.timedelta(days=40) for quarter in span)
    teams, placements = [], []
    number = draw(st.integers(1, 6))
    for position in range(number):
        is_city_wide = position == number - 1 and draw(st.booleans())
        opened, closed = draw(st.sampled_from(days)), draw(st.sampled_from(days))
        if draw(st.booleans()):
            opened = None
        if closed and (draw(st.booleans()) or (opened and closed < opened)):
            closed = None
        successor = ""
        if closed and position + 1 < number and draw(st.booleans()):
            successor = f"team-{draw(st.integers(position + 1, number - 1))}"
        code = f"team-{position}"
        teams.append(
            oracle.Team(
                code=code,
                name=f"Team {position}",
                type=draw(st.sampled_from(TYPES[2:] * 3 + TYPES if is_city_wide else TYPES[:2])),
                locality="" if is_city_wide else draw(st.sampled_from(localities)),
                opened=opened,
                closed=closed,
                successor=successor,
            )
        )
        if not is_city_wide:
            moves = draw(
                st.dictionaries(st.sampled_from(span), st.sampled_from(localities), max_size=2)
            )
            placements += [oracle.Placement(code, where, when) for when, where in moves.items()]
    return draw(st.permutations(teams)), placements


@st.composite
def _measures(draw: st.DrawFn, asked: list[oracle.Item]) -> list[oracle.Measure]:
    codes = [item.code for item in asked]
    found = []
    for number in range(draw(st.integers(1, 5))):
        numerator = draw(st.sampled_from(asked))
        below = draw(st.lists(st.sampled_from(codes), max_size=3, unique=True))
        found.append(
            oracle.Measure(
                code=f"measure-{number}",
                name=f"Measure {number}",
                heading=draw(st.sampled_from(models.Heading.values)),
                numerator=numerator.code,
                denominators=tuple(below),
                scale=draw(st.sampled_from(SCALES)) if below else 1,
                decimals=draw(st.integers(0, 4)) if below else numerator.decimals,
            )
        )
    return found


@dataclass
class Put:
    """The rows of a council in the database, by code."""

    locality: dict[str, Locality] = field(default_factory=dict)
    team: dict[str, Team] = field(default_factory=dict)
    type: dict[str, TeamType] = field(default_factory=dict)
    item: dict[str, models.DataItem] = field(default_factory=dict)


def put(council: oracle.Council) -> Put:
    """Write the council into the current database, past the actions, for speed."""
    done = Put()
    Council.objects.create(code=council.code, name=council.code, area_name=council.area_name)
    _put_organisation(council, done)
    now = timezone.now()
    models.ReportingQuarter.objects.bulk_create(
        models.ReportingQuarter(
            index=as_quarter(quarter).index,
            due_on=quarter.last_day,
            state=QuarterState(str(state)),
            opened_at=None if state == oracle.QuarterState.UPCOMING else now,
            closed_at=now if state == oracle.QuarterState.CLOSED else None,
        )
        for quarter, state in council.quarters.items()
    )
    _put_framework(council, done)
    _put_returns(council, done, now)
    return done


def _put_organisation(council: oracle.Council, done: Put) -> None:
    for position, locality in enumerate(council.localities):
        done.locality[locality.code] = Locality(
            code=locality.code, name=locality.name, position=position
        )
    Locality.objects.bulk_create(done.locality.values())
    done.type = {code: TeamType(code=code, name=code) for code in TYPES}
    TeamType.objects.bulk_create(done.type.values())
    for position, team in enumerate(council.teams):
        done.team[team.code] = Team(
            code=team.code,
            name=team.name,
            type=done.type[team.type],
            locality=done.locality.get(team.locality),
            opened=team.opened,
            closed=team.closed,
            position=position,
        )
    Team.objects.bulk_create(done.team.values())
    followed = [team for team in council.teams if team.successor]
    for team in followed:
        done.team[team.code].successor = done.team[team.successor]
    Team.objects.bulk_update([done.team[team.code] for team in followed], ["successor"])
    Placement.objects.bulk_create(
        Placement(
            team=done.team[move.team],
            locality=done.locality[move.locality],
            from_quarter=as_quarter(move.from_quarter),
        )
        for move in council.placements
    )


def _put_framework(council: oracle.Council, done: Put) -> None:
    for position, item in enumerate(council.items):
        done.item[item.code] = models.DataItem(
            code=item.code,
            name=item.code,
            group="Random",
            timing=str(item.timing),
            decimals=item.decimals,
            definition="Random",
            distinct=item.distinct,
            position=position,
            from_quarter=as_quarter(item.from_quarter) if item.from_quarter else None,
            to_quarter=as_quarter(item.to_quarter) if item.to_quarter else None,
        )
    models.DataItem.objects.bulk_create(done.item.values())
    models.DataItem.team_types.through.objects.bulk_create(
        models.DataItem.team_types.through(
            dataitem_id=done.item[item.code].pk, teamtype_id=done.type[code].pk
        )
        for item in council.items
        for code in item.team_types
    )
    models.Question.objects.bulk_create(
        models.Question(
            quarter_id=as_quarter(quarter).index,
            team_type=done.type[code],
            item=done.item[item.code],
        )
        for quarter in council.opened
        for code in TYPES
        for item in council.items
        if oracle.asked(item, code, quarter)
    )
    rows = models.Measure.objects.bulk_create(
        models.Measure(
            code=measure.code,
            name=measure.name,
            heading=measure.heading,
            numerator=done.item[measure.numerator],
            scale=measure.scale,
            good="neither",
            decimals=measure.decimals or 0,
            position=position,
        )
        for position, measure in enumerate(council.measures)
    )
    models.Denominator.objects.bulk_create(
        models.Denominator(measure=row, item=done.item[code], position=position)
        for row, measure in zip(rows, council.measures, strict=True)
        for position, code in enumerate(measure.denominators)
    )


def _put_returns(council: oracle.Council, done: Put, now: dt.datetime) -> None:
    clerk, _ = User.objects.get_or_create(email="clerk@random.example", defaults={"name": "Clerk"})
    rows = models.Return.objects.bulk_create(
        models.Return(
            team=done.team[given.team],
            quarter_id=as_quarter(given.quarter).index,
            locality=done.locality.get(given.locality),
            team_type=done.team[given.team].type,
            accepted_late_at=now if given.accepted_late else None,
            accepted_late_by=clerk if given.accepted_late else None,
            **_state(given.state, clerk, now),
        )
        for given in council.returns
    )
    models.Figure.objects.bulk_create(
        (
            _figure(row, done.item[code], figure)
            for row, given in zip(rows, council.returns, strict=True)
            for code, figure in given.figures.items()
        ),
        batch_size=2000,
    )


def _state(state: oracle.ReturnState, clerk: User, now: dt.datetime) -> dict[str, Any]:
    """A return's columns in this state, as the constraints want them."""
    if state == oracle.ReturnState.SIGNED_OFF:
        imported = {"signed_off_at": now, "signed_off_route": Route.IMPORT, "submitted_at": now}
        return {"state": ReturnState.SIGNED_OFF, **imported}
    if state == oracle.ReturnState.SUBMITTED:
        return {"state": ReturnState.SUBMITTED, "submitted_at": now, "submitted_by": clerk}
    if state == oracle.ReturnState.RETURNED:
        back = {"returned_at": now, "returned_by": clerk, "return_reason": "Look again"}
        return {"state": ReturnState.RETURNED, **back}
    return {"state": ReturnState.DRAFT}


def _figure(row: models.Return, item: models.DataItem, figure: oracle.Figure) -> models.Figure:
    made = models.Figure(return_made=row, item=item)
    if figure.value is not None:
        units = figure.value * 10**item.decimals
        assert units.denominator == 1
        made.value = int(units)
    elif figure.answer != oracle.Answer.UNANSWERED:
        made.answer, made.note = str(figure.answer), "As drawn"
    return made
