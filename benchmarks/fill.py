"""Building a council of any size in a few statements, past the actions."""

import datetime as dt
from io import StringIO

from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from benchmarks.councils import SAMPLE, SIZES, council_of, name
from measures.models import DataItem, Denominator, Measure, Question, ReportingQuarter, Return
from measures.workflow import QuarterState, ReturnState
from teams.actions import appoint
from teams.authority import command_actor
from teams.models import Appointment, Council, Locality, Team, TeamType, User
from teams.quarters import Quarter, span
from teams.roles import Role

LAST = Quarter.parse("2019-20 Q4")
# The day on which the sample's story is told.
SAMPLE_DAY = dt.date(2016, 7, 5)
ITEMS = 30
TEAMS_A_LOCALITY = 15
# One figure in so many could not be provided.
A_GAP_IN = 331


def prepare_sample() -> None:
    """Have the sample there, loading it when it is not."""
    _make_tables(SAMPLE)
    with council_of(SAMPLE), override_settings(BUSINESS_DATE=SAMPLE_DAY):
        if not Council.objects.exists():
            call_command("load_sample", stdout=StringIO())
            _settle()


def prepare(size: str) -> bool:
    """Have the council there, building it when it is not; gives whether it was built."""
    _make_tables(size)
    with council_of(size):
        is_new = not Council.objects.filter(code=name(size).replace("_", "-")).exists()
        if is_new:
            with transaction.atomic(using=size):
                _build(size)
            _settle()
    return is_new


def _make_tables(database: str) -> None:
    call_command("migrate", database=database, verbosity=0)
    call_command("createcachetable", database=database, verbosity=0)


def _build(size: str) -> None:
    shape = SIZES[size]
    kinds = [TeamType(code=code, name=code, position=n) for n, code in enumerate(["team", "city"])]
    TeamType.objects.bulk_create(kinds)
    localities = [
        Locality(code=f"locality-{n}", name=f"Locality {n}", position=n)
        for n in range(-(-shape.teams // TEAMS_A_LOCALITY))
    ]
    Locality.objects.bulk_create(localities)
    Team.objects.bulk_create(
        [
            *(
                Team(
                    code=f"team-{n}",
                    name=f"Team {n}",
                    type=kinds[0],
                    locality=localities[n // TEAMS_A_LOCALITY],
                    position=n,
                )
                for n in range(shape.teams)
            ),
            Team(code="desk", name="Performance team", type=kinds[1], position=shape.teams),
        ]
    )
    _framework(kinds)
    now = timezone.now()
    quarters = span(LAST - (shape.quarters - 1), LAST)
    ReportingQuarter.objects.bulk_create(
        ReportingQuarter(
            index=quarter.index,
            due_on=quarter.last_day + dt.timedelta(days=14),
            state=QuarterState.OPEN if quarter == LAST else QuarterState.CLOSED,
            opened_at=now,
            closed_at=None if quarter == LAST else now,
        )
        for quarter in quarters
    )
    items = list(DataItem.objects.prefetch_related("team_types"))
    Question.objects.bulk_create(
        Question(quarter_id=quarter.index, team_type=kind, item=item)
        for quarter in quarters
        for item in items
        for kind in item.team_types.all()
    )
    _returns_and_figures()
    council = Council(code=name(size).replace("_", "-"), name="Benchshire", area_name="Benchshire")
    council.save()
    _people(council)


def _framework(kinds: list[TeamType]) -> None:
    """Thirty questions (every third at quarter end) and thirty measures; two mix the timings."""
    items = [
        DataItem(
            code=f"item-{n}",
            name=f"Question {n}",
            group=f"Group {n // 6}",
            timing="snapshot" if n % 3 == 0 else "flow",
            definition="What counts.",
            counts="cases",
            position=n,
        )
        for n in range(ITEMS)
    ]
    care = DataItem(
        code="care", name="In care", group="City", timing="snapshot", definition="-", position=ITEMS
    )
    DataItem.objects.bulk_create([*items, care])
    for item in items:
        item.team_types.add(kinds[0])
    care.team_types.add(kinds[1])
    below: dict[int, list[DataItem]] = {}
    for n in range(10, 28):
        below[n] = [items[(n + 3) % ITEMS]]
    below[28], below[29] = [items[0], items[1]], [items[3], items[4]]
    measures = [
        Measure(
            code=f"measure-{n}",
            name=f"Measure {n}",
            heading=["how-much", "how-well", "impact"][n // 10],
            numerator=items[n],
            scale=100 if n in below else 1,
            decimals=1 if n in below else 0,
            good="higher" if n % 2 else "neither",
            position=n,
        )
        for n in range(ITEMS)
    ]
    Measure.objects.bulk_create(measures)
    Denominator.objects.bulk_create(
        Denominator(measure=measures[n], item=item, position=position)
        for n, divisors in below.items()
        for position, item in enumerate(divisors)
    )


def _returns_and_figures() -> None:
    """Every return signed off from a file but the first team's of the open quarter."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO measures_return (team_id, quarter_id, locality_id, team_type_id, state,
                   version, submitted_at, signed_off_at, signed_off_route, return_reason, response)
               SELECT t.id, q."index", t.locality_id, t.type_id, 'signed-off', 1, q.opened_at,
                   q.opened_at, 'import', '', ''
               FROM measures_reportingquarter q CROSS JOIN teams_team t
               ORDER BY q."index", t.position"""
        )
        cursor.execute(
            f"""INSERT INTO measures_figure (return_id, item_id, value, answer, note, explanation,
                   is_confirmed, is_queried, entered_at, entered_route)
               SELECT r.id, n.item_id,
                   CASE WHEN (r.id * 31 + n.item_id * 17) % {A_GAP_IN} = 0 THEN NULL
                        ELSE (r.id * 7919 + n.item_id * 10473) % 97 END,
                   CASE WHEN (r.id * 31 + n.item_id * 17) % {A_GAP_IN} = 0
                        THEN 'not-provided' ELSE '' END,
                   CASE WHEN (r.id * 31 + n.item_id * 17) % {A_GAP_IN} = 0
                        THEN 'The system was down' ELSE '' END,
                   '', {"true" if connection.vendor == "postgresql" else "1"},
                   {"false" if connection.vendor == "postgresql" else "0"}, r.submitted_at, 'import'
               FROM measures_return r JOIN measures_question n
                 ON n.quarter_id = r.quarter_id AND n.team_type_id = r.team_type_id
               ORDER BY r.id, n.item_id"""  # numbers of our own
        )
    Return.objects.filter(quarter=LAST.index, team__code="team-0").update(
        state=ReturnState.DRAFT,
        submitted_at=None,
        signed_off_at=None,
        signed_off_route="",
    )


def _people(council: Council) -> None:
    started = dt.date(2010, 4, 1)
    officer, manager = (
        User.objects.create_user(f"{name}@bench.example", name=name.title(), council=council)
        for name in ("officer", "manager")
    )
    appoint(person=officer, role=Role.PERFORMANCE_OFFICER, starts=started, by=command_actor())
    Appointment.objects.create(
        person=manager,
        role=Role.TEAM_MANAGER,
        team=Team.objects.get(code="team-0"),
        starts=started,
    )


def _settle() -> None:
    """What a database does by itself in time: count its rows, and mark what everybody sees."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
