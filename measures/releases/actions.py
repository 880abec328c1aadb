"""Making releases, making them void, and what is decided beforehand.

The search for what to hide runs outside of any transaction. What it was for is read again under the
lock that writes the release: where anything changed meanwhile, it is done anew.
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import get_text_list

from earlyhelp.core.change import Entry, changing, create, lock, record, required
from earlyhelp.core.work import jobs
from earlyhelp.core.work.kinds import NeverPossible, Payload
from measures.models import Measure, ReportingQuarter
from measures.permissions import MeasuresPermission
from measures.releases import proposals
from measures.releases.draft import Draft, Hidden, draft, hide
from measures.releases.lines import Key
from measures.releases.models import (
    LocalitiesLeftOut,
    Release,
    ReleasedLine,
    ReleasedQuarter,
    VoidedQuarter,
)
from measures.releases.naming import LineNames
from measures.releases.seal import seal
from measures.releases.standing import standing
from measures.releases.verbs import ReleasesVerb
from measures.workflow import NotAllowed, QuarterState
from teams.authority import Actor, AnyActor, actor_of, command_actor
from teams.models import User
from teams.permissions import require

KIND = "release"
# So often a release is begun anew because figures changed while it was made.
_ATTEMPTS = 5


class CannotProtect(ValidationError):
    """Nothing that could be hidden protects some lines: nothing is released."""

    def __init__(self, keys: Collection[Key]) -> None:
        names = LineNames()
        listed = sorted(keys, key=lambda one: (one.period, one))
        named = get_text_list([f"“{names.of(key)}”" for key in listed], "and")
        super().__init__(
            "Nothing can be released: whatever else is hidden, these could be worked out from what "
            f"is known already: {named}."
        )


class _Changed(Exception):
    """Figures changed while the search ran."""


def schedule(quarter: ReportingQuarter) -> None:
    """Have the release of a quarter made once the transaction that closes it is committed."""
    jobs.add(KIND, {"quarter": quarter.index})


def have_made(quarter: ReportingQuarter, *, by: Actor) -> None:
    """Have the release of a closed quarter made that has none yet: nobody waits for the search."""
    require(by.authority, MeasuresPermission.RUN_QUARTERS)
    if why_not := why_not_make(quarter):
        raise NotAllowed(why_not)
    if not is_being_made(quarter):
        jobs.add(KIND, {"quarter": quarter.index, "by": by.person.pk})


def is_being_made(quarter: ReportingQuarter) -> bool:
    """Whether its release is being made, or waits to be; one query."""
    return jobs.is_under_way(KIND, quarter=quarter.index)


def run(payload: Payload) -> None:
    """Do such a job; nothing where the quarter is open again or has its release.

    Where nothing can be released, its page is to say which lines are in the way.
    """
    quarter = ReportingQuarter.objects.filter(pk=payload["quarter"]).first()
    if quarter is None or why_not_make(quarter):
        return
    asked_by = User.objects.get(pk=payload["by"]) if "by" in payload else None
    try:
        make(quarter, by=actor_of(asked_by) if asked_by else command_actor())
    except CannotProtect as none:
        proposals.ask(quarter)
        raise NeverPossible from none


def why_not_make(quarter: ReportingQuarter) -> str:
    """Why a quarter gets no release now; empty where it can be made. Three queries."""
    if quarter.state != QuarterState.CLOSED:
        return f"{quarter.quarter} is not closed."
    later = ReportingQuarter.objects.filter(state=QuarterState.CLOSED, index__gt=quarter.index)
    if later.exists():
        return "Releases are made at the closing of the latest quarter."
    voided = VoidedQuarter.objects.filter(quarter=quarter).aggregate(last=Max("up_to"))["last"]
    if Release.objects.filter(quarter=quarter, pk__gt=voided or 0).exists():
        return f"{quarter.quarter} is released. What changes is released at the next closing."
    return ""


def unreleased() -> ReportingQuarter | None:
    """The latest closed quarter, where it has no release that stands; four queries."""
    closed = ReportingQuarter.objects.filter(state=QuarterState.CLOSED)
    last = closed.order_by("-index").first()
    return last if last and not why_not_make(last) else None


def make(quarter: ReportingQuarter, *, by: AnyActor) -> Release | None:
    """Make the release of a closed quarter; None where nothing is new.

    Raises ``NotAllowed`` (``why_not_make``) or ``CannotProtect``.
    """
    if why_not := why_not_make(ReportingQuarter.objects.get(pk=quarter.pk)):
        raise NotAllowed(why_not)
    for _ in range(_ATTEMPTS):
        before = standing()
        made = draft()
        if made is None or made.is_empty:
            return None
        hidden = hide(made)
        if hidden.impossible:
            raise CannotProtect(hidden.impossible)
        try:
            return _write(quarter, made, hidden, before, by)
        except _Changed:
            continue
    raise NotAllowed("Figures change all the time: try again in a moment.")


def _write(
    quarter: ReportingQuarter, made: Draft, hidden: Hidden, before: tuple[Any, ...], by: AnyActor
) -> Release:
    with transaction.atomic():
        found = lock(quarter)
        if why_not := why_not_make(found):
            raise NotAllowed(why_not)
        if standing() != before:
            raise _Changed
        lines = _lines(made, hidden)
        quarters = [ReleasedQuarter(quarter_id=at, asked=kept) for at, kept in made.asked.items()]
        release = _unsaved(found, made, hidden, by)
        said = {"quarter": str(found.quarter), "lines": len(lines)}
        sealed = seal(lines, quarters, release.ground)
        create(release, ReleasesVerb.MADE, by, after=said | {"seal": sealed})
        for quarter_told in quarters:
            quarter_told.release = release
        for line in lines:
            line.release = release
        ReleasedQuarter.objects.bulk_create(quarters)
        ReleasedLine.objects.bulk_create(lines, batch_size=500)
    return release


def _unsaved(quarter: ReportingQuarter, made: Draft, hidden: Hidden, by: AnyActor) -> Release:
    codes = Measure.objects.filter(pk__in=made.left_out).values_list("code", flat=True)
    return Release(
        quarter=quarter,
        made_at=by.now,
        made_by=by.person,
        ground=made.ground.kept(),
        left_out=sorted(codes),
        cost=hidden.mask.cost,
        bound=hidden.mask.bound,
    )


def _lines(made: Draft, hidden: Hidden) -> list[ReleasedLine]:
    return [
        ReleasedLine(
            measure_id=key.measure,
            locality_id=key.locality or None,
            period=key.period,
            numerator=told.cell.numerator,
            denominator=told.cell.denominator,
            answered=told.cell.answered,
            expected=told.cell.expected,
            not_provided=told.cell.not_provided,
            last=told.cell.last.index if told.cell.last else None,
            teams_answered=told.teams[0],
            teams_expected=told.teams[1],
            bears=told.bears,
            is_hidden=hidden.hides(key),
            why=" ".join(hidden.whys.get(key, ())),
            protects=[list(other) for other in hidden.protects.get(key, ())],
            revised=[[day.isoformat(), kind] for day, kind in made.revised.get(key, ())],
        )
        for key, told in made.told.items()
    ]


def void(quarter: ReportingQuarter, *, by: AnyActor) -> None:
    """Make void what releases say of a quarter whose closing is undone; in that transaction."""
    last = Release.objects.order_by("-pk").first()
    if last is None or not ReleasedQuarter.objects.filter(quarter=quarter).exists():
        return
    _, is_new = VoidedQuarter.objects.get_or_create(
        quarter=quarter, up_to=last, defaults={"at": by.now, "by": by.person}
    )
    if is_new:
        held = lock(last)
        record([Entry(ReleasesVerb.VOIDED, held, after=str(quarter.quarter))], by)


# -- what is left out -----------------------------------------------------------------------------


def leave_out(measure: Measure, *, reason: str, by: Actor) -> LocalitiesLeftOut:
    """Leave the localities of a measure out of releases from now on, with a reason."""
    require(by.authority, MeasuresPermission.LEAVE_OUT)
    reason = required("reason", reason, "Say why the localities are left out")
    return create(
        LocalitiesLeftOut(measure=measure, reason=reason, decided_at=by.now, decided_by=by.person),
        ReleasesVerb.LEFT_OUT,
        by,
        reason=reason,
        after=measure.code,
    )


def take_in(left_out: LocalitiesLeftOut, *, by: Actor) -> LocalitiesLeftOut:
    """Have the localities of a measure released again, from the next release on."""
    require(by.authority, MeasuresPermission.LEAVE_OUT)
    with changing(left_out, ReleasesVerb.TAKEN_IN, by) as found:
        if found.ended_at is not None:
            raise NotAllowed("The localities of this measure are released again already.")
        found.ended_at, found.ended_by = by.now, by.person
    return found
