"""Audit rounds: planned, their cases chosen and allocated, opened and closed."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits import workflow
from audits.models import CaseAudit, Draw, Round, RoundKind, SampledCase, Tool
from audits.permissions import AuditsPermission
from audits.querysets import TO_DO
from audits.responsible import locality_of
from audits.rounds import sampling as drawing
from audits.rounds.case_list import CaseLine
from audits.stale import StaleRound
from audits.workflow import Act, NotAllowed, RoundState, ToolState
from earlyhelp.core import clock
from teams import record
from teams.models import Route, Team, User
from teams.permissions import Standing, require


@dataclass(frozen=True)
class Planned:
    """What a round is about, as a performance officer writes it."""

    code: str
    theme: str
    tool: Tool
    period_name: str
    starts: dt.date
    ends: dt.date
    kind: RoundKind = RoundKind.CASE_AUDIT
    compares_with: Round | None = None
    is_illustrative: bool = False
    source_note: str = ""


def plan_round(
    planned: Planned,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Round:
    """A new round, being planned. Raises ``Refused`` or ValidationError by field."""
    require(standing, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        made = Round()
        _fill(made, planned)
        made.save()
        record.write(
            [_entry("round planned", made, None, planned)],
            by=by,
            route=route,
            at=at or clock.now(),
        )
    return made


def change_round(
    made: Round,
    planned: Planned,
    *,
    version: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Round:
    """Change what a round is about, while it is being planned.

    Raises ``Refused``, ``NotAllowed``, ``StaleRound`` or ValidationError.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        found = lock(made)
        workflow.next_round(Act.CHANGE, found.state)
        if found.version != version:
            raise StaleRound(found)
        before = _plain(found)
        _fill(found, planned)
        found.version += 1
        found.save()
        record.write(
            [_entry("round changed", found, before, planned)],
            by=by,
            route=route,
            at=at or clock.now(),
        )
    return found


def lock(made: Round) -> Round:
    """The round as it stands, locked until the transaction ends."""
    return Round.objects.select_for_update().get(pk=made.pk)


def _fill(made: Round, planned: Planned) -> None:
    made.code, made.theme = planned.code, planned.theme.strip()
    made.kind, made.tool = planned.kind, planned.tool
    made.period_name = planned.period_name.strip()
    made.starts, made.ends = planned.starts, planned.ends
    made.compares_with = planned.compares_with
    made.is_illustrative, made.source_note = planned.is_illustrative, planned.source_note.strip()
    made.full_clean()
    before = planned.compares_with
    if before is not None and before.ends >= made.starts:
        raise ValidationError({"compares_with": f"“{before}” is not before this round"})


def _plain(made: Round) -> dict[str, object]:
    return {
        "code": made.code,
        "theme": made.theme,
        "kind": made.kind,
        "tool": made.tool_id,
        "period": made.period_name,
        "starts": made.starts.isoformat(),
        "ends": made.ends.isoformat(),
        "compares_with": made.compares_with_id,
        "is_illustrative": made.is_illustrative,
    }


def _entry(
    verb: str, made: Round, before: dict[str, object] | None, planned: Planned
) -> record.Entry:
    return record.Entry(
        verb, made, before=before, after=_plain(made), remarks={"note": planned.source_note}
    )


# -- the sample -----------------------------------------------------------------------------


def add_cases(
    made: Round,
    lines: Sequence[CaseLine],
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> list[SampledCase]:
    """Add cases to the sample, chosen by hand or from a list; serials go on from the last.

    The locality is the team's on the round's last day. Raises ``Refused``, ``NotAllowed``, or
    ValidationError naming the lines that are in the round already or name no team.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        found = lock(made)
        return _add(found, lines, None, by=by, route=route, at=at or clock.now())


def draw_cases(
    made: Round,
    lines: Sequence[CaseLine],
    *,
    count: int,
    by: User,
    standing: Standing,
    seed: str = "",
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> tuple[Draw, list[SampledCase]]:
    """Draw ``count`` cases of a list by lot and add them to the sample, in the order drawn.

    The seed is made here, so that nobody chooses it, unless a command gives one for a sample
    that has to come out the same. What shows that the draw was fair is kept (``drawing``), the
    list is not. Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    at = at or clock.now()
    if seed and route == Route.FORM:
        raise ValidationError("The seed of a draw is not chosen by hand")
    with transaction.atomic():
        found = lock(made)
        # A case of the round is refused wherever it stands in the list, not only when drawn.
        _refuse_again(found, [drawing.plain_number(line.number) for line in lines])
        try:
            drawn = drawing.draw([line.number for line in lines], count, seed or drawing.new_seed())
        except ValueError as wrong:
            raise ValidationError({"count": str(wrong)}) from wrong
        kept = Draw.objects.create(
            round=found,
            population=drawn.population,
            drawn=len(drawn.numbers),
            seed=drawn.seed,
            list_digest=drawn.digest,
            drawn_at=at,
            drawn_by=by,
        )
        by_number = {drawing.plain_number(line.number): line for line in lines}
        cases = _add(
            found, [by_number[number] for number in drawn.numbers], kept, by=by, route=route, at=at
        )
    return kept, cases


def _add(
    made: Round,
    lines: Sequence[CaseLine],
    drawn: Draw | None,
    *,
    by: User,
    route: Route,
    at: dt.datetime,
) -> list[SampledCase]:
    workflow.next_round(Act.CHANGE, made.state)
    if not lines:
        raise ValidationError({"cases": "Give at least one case"})
    teams = _teams(lines)
    numbers = [drawing.plain_number(line.number) for line in lines]
    _refuse_again(made, numbers)
    if not all(numbers):
        raise ValidationError({"cases": "Every case needs its number"})
    last = made.cases.aggregate(last=Max("serial"))["last"] or 0
    cases = [
        SampledCase(
            round=made,
            serial=serial,
            case_number=number,
            team=teams.get(line.team),
            locality_id=locality_of(teams.get(line.team), made.ends),
            worker_role=line.worker_role.strip(),
            draw=drawn,
        )
        for serial, (number, line) in enumerate(zip(numbers, lines, strict=True), last + 1)
    ]
    for case in cases:
        case.clean_fields()
    SampledCase.objects.bulk_create(cases, batch_size=record.BATCH_SIZE)
    after: dict[str, object] = {
        "serials": [cases[0].serial, cases[-1].serial],
        "teams": [line.team for line in lines],
    }
    if drawn is not None:
        after |= {
            "drawn": drawn.drawn,
            "of": drawn.population,
            "seed": drawn.seed,
            "digest": drawn.list_digest,
        }
    record.note(
        "cases added" if drawn is None else "cases drawn",
        made,
        by=by,
        route=route,
        at=at,
        after=after,
    )
    return list(made.cases.filter(serial__gt=last))


def _refuse_again(made: Round, numbers: Sequence[str]) -> None:
    """Raise ValidationError naming the cases that are in the round, or in the list, already."""
    there = Counter(made.cases.values_list("case_number", flat=True)) + Counter(numbers)
    again = sorted({number for number in numbers if number and there[number] > 1})
    if again:
        raise ValidationError(
            {"cases": [f"Case {number} is in this round already" for number in again]}
        )


def _teams(lines: Iterable[CaseLine]) -> dict[str, Team]:
    """The teams that the lines name, by code; a line may name none."""
    codes = {line.team for line in lines if line.team}
    teams = {
        team.code: team
        for team in Team.objects.filter(code__in=codes).prefetch_related("placements")
    }
    missing = sorted(codes - set(teams))
    if missing:
        raise ValidationError({"cases": [f"There is no team “{code}”" for code in missing]})
    return teams


def remove_case(
    case: SampledCase,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> None:
    """Take a case out of the sample while the round is being planned.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    if not reason.strip():
        raise ValidationError({"reason": "Say why this case is taken out"})
    with transaction.atomic():
        found = lock(case.round)
        workflow.next_round(Act.CHANGE, found.state)
        record.note(
            "case taken out",
            found,
            by=by,
            route=route,
            at=at or clock.now(),
            reason=reason.strip(),
            before={"serial": case.serial},
        )
        CaseAudit.objects.filter(case=case).delete()
        case.delete()


# -- opening and closing --------------------------------------------------------------------


def open_round(
    made: Round,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Round:
    """Let the auditors begin: the tool is in use and every case is allocated.

    Raises ``Refused`` or ``NotAllowed``, saying what is missing.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    at = at or clock.now()
    with transaction.atomic():
        found = lock(made)
        after = workflow.next_round(Act.OPEN, found.state)
        tool = Tool.objects.get(pk=found.tool_id)
        if tool.state != ToolState.IN_USE:
            raise NotAllowed(f"You cannot open this round now: {tool} is not in use.")
        if not found.cases.exists():
            raise NotAllowed("You cannot open this round now: it has no cases yet.")
        unallocated = list(found.cases.filter(audits__isnull=True).values_list("serial", flat=True))
        if unallocated:
            listed = ", ".join(str(serial) for serial in unallocated[:10])
            more = f" and {len(unallocated) - 10} more" if len(unallocated) > 10 else ""
            raise NotAllowed(
                f"You cannot open this round now: nobody audits case {listed}{more} yet."
            )
        found.state, found.opened_at, found.opened_by = after, at, by
        found.version += 1
        found.save()
        record.note(
            "round opened",
            found,
            by=by,
            route=route,
            at=at,
            before=RoundState.PLANNING,
            after=after,
        )
    return found


def close_round(
    made: Round,
    *,
    reason: str,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Round:
    """Close a round: its first audits can no longer be changed.

    While some are not submitted a reason is needed; they count as allocated and not done.
    Raises ``Refused``, ``NotAllowed``, or ValidationError without the reason.
    """
    require(standing, AuditsPermission.RUN_ROUNDS)
    at = at or clock.now()
    with transaction.atomic():
        found = lock(made)
        after = workflow.next_round(Act.CLOSE, found.state)
        # Every audit is locked, so that a save in flight ends before the round does.
        audits = list(CaseAudit.objects.select_for_update().filter(case__round=found, turn=1))
        undone = sum(audit.state in TO_DO for audit in audits)
        if undone and not reason.strip():
            audit = "audit is" if undone == 1 else "audits are"
            raise ValidationError(
                {"reason": f"{undone} {audit} not submitted: say why the round closes without"}
            )
        found.state, found.closed_at, found.closed_by = after, at, by
        found.closing_reason = reason.strip()
        found.version += 1
        found.save()
        record.note(
            "round closed",
            found,
            by=by,
            route=route,
            at=at,
            reason=found.closing_reason,
            before=RoundState.AUDITING,
            after={"state": after, "not_submitted": undone},
        )
    return found
