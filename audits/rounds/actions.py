"""Audit rounds: planned, their cases chosen and allocated, opened and closed."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from audits.models import CaseAudit, Draw, Round, SampledCase
from audits.permissions import AuditsPermission
from audits.querysets import TO_DO
from audits.responsible import locality_of
from audits.rounds import sampling
from audits.rounds.case_list import CaseLine
from audits.verbs import AuditsVerb
from audits.workflow import ROUND, NotAllowed, RoundAct, ToolState
from earlyhelp.core.actor import Route
from earlyhelp.core.change import Details, Entry, changing, create, lock, move, record, required
from earlyhelp.core.events.record import BATCH_SIZE
from teams.authority import Actor
from teams.models import Team
from teams.permissions import require

# What a performance officer writes about a round.
WRITTEN = (
    "theme",
    "period_name",
    "starts",
    "ends",
    "kind",
    "tool",
    "compares_with",
    "source_note",
)


def plan_round(audit_round: Round, *, by: Actor) -> Round:
    """A new round, being planned, as it was written. Raises ``Refused`` or ValidationError."""
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    note = audit_round.source_note
    _strip(audit_round)
    after = _plain(audit_round)
    return create(audit_round, AuditsVerb.ROUND_PLANNED, by, note=note, after=after)


def change_round(audit_round: Round, changed: Round, *, version: int, by: Actor) -> Round:
    """Change what a round is about to what ``changed`` says, while it is being planned.

    Its code stays what it is. Raises ``Refused``, ``NotAllowed``, ``Stale`` or ValidationError.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    details, note = Details(), changed.source_note
    verb = AuditsVerb.ROUND_CHANGED
    with changing(audit_round, verb, by, version=version, note=note, details=details) as current:
        ROUND.next(RoundAct.CHANGE, current.state)
        details.before = _plain(current)
        for name in WRITTEN:
            setattr(current, name, getattr(changed, name))
        _strip(current)
        details.after = _plain(current)
    return current


def _strip(audit_round: Round) -> None:
    for name in ("theme", "period_name", "source_note"):
        setattr(audit_round, name, getattr(audit_round, name).strip())


def _plain(audit_round: Round) -> dict[str, object]:
    return {
        "code": audit_round.code,
        "theme": audit_round.theme,
        "kind": audit_round.kind,
        "tool": audit_round.tool_id,
        "period": audit_round.period_name,
        "starts": audit_round.starts.isoformat(),
        "ends": audit_round.ends.isoformat(),
        "compares_with": audit_round.compares_with_id,
        "is_illustrative": audit_round.is_illustrative,
    }


# -- the sample -----------------------------------------------------------------------------


def add_cases(audit_round: Round, lines: Sequence[CaseLine], *, by: Actor) -> list[SampledCase]:
    """Add cases to the sample, chosen by hand or from a list; serials go on from the last.

    The locality is the team's on the round's last day. Raises ``Refused``, ``NotAllowed``, or
    ValidationError naming the lines that are in the round already or name no team.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    with transaction.atomic():
        return _add(lock(audit_round), lines, None, by)


def draw_cases(
    audit_round: Round, lines: Sequence[CaseLine], *, count: int, by: Actor, seed: str = ""
) -> tuple[Draw, list[SampledCase]]:
    """Draw ``count`` cases of a list by lot and add them to the sample, in the order drawn.

    The seed is made here, so that nobody chooses it, unless a command gives one for a sample
    that has to come out the same. What shows that the draw was fair is kept (``sampling``), the
    list is not. Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    if seed and by.route == Route.FORM:
        raise ValidationError("The seed of a draw is not chosen by hand")
    numbers = [sampling.plain_number(line.number) for line in lines]
    with transaction.atomic():
        audit_round = lock(audit_round)
        # A case of the round is refused wherever it stands in the list, not only when drawn.
        _refuse_repeated(audit_round, numbers)
        try:
            drawn = sampling.draw(numbers, count, seed or sampling.new_seed())
        except ValueError as error:
            raise ValidationError({"count": str(error)}) from error
        draw = Draw.objects.create(
            round=audit_round,
            population=drawn.population,
            drawn=len(drawn.numbers),
            seed=drawn.seed,
            list_digest=drawn.digest,
            drawn_at=by.now,
            drawn_by=by.person,
        )
        by_number = dict(zip(numbers, lines, strict=True))
        drawn_lines = [by_number[number] for number in drawn.numbers]
        return draw, _add(audit_round, drawn_lines, draw, by)


def _add(
    audit_round: Round, lines: Sequence[CaseLine], draw: Draw | None, by: Actor
) -> list[SampledCase]:
    """Add cases to a locked round."""
    ROUND.next(RoundAct.CHANGE, audit_round.state)
    if not lines:
        raise ValidationError({"cases": "Enter at least one case"})
    teams = _teams(lines)
    numbers = [sampling.plain_number(line.number) for line in lines]
    _refuse_repeated(audit_round, numbers)
    if not all(numbers):
        raise ValidationError({"cases": "Every case needs its number"})
    last = audit_round.cases.aggregate(last=Max("serial"))["last"] or 0
    cases = [
        SampledCase(
            round=audit_round,
            serial=serial,
            case_number=number,
            team=teams.get(line.team),
            locality_id=locality_of(teams.get(line.team), audit_round.ends),
            worker_role=line.worker_role.strip(),
            draw=draw,
        )
        for serial, (number, line) in enumerate(zip(numbers, lines, strict=True), last + 1)
    ]
    for case in cases:
        case.clean_fields()
    SampledCase.objects.bulk_create(cases, batch_size=BATCH_SIZE)
    serials = [cases[0].serial, cases[-1].serial]
    after = {"serials": serials, "teams": [line.team for line in lines], **_how_drawn(draw)}
    verb = AuditsVerb.CASES_DRAWN if draw else AuditsVerb.CASES_ADDED
    record([Entry(verb, audit_round, after=after)], by)
    return list(audit_round.cases.filter(serial__gt=last))


def _how_drawn(draw: Draw | None) -> dict[str, object]:
    if draw is None:
        return {}
    return {
        "drawn": draw.drawn,
        "of": draw.population,
        "seed": draw.seed,
        "digest": draw.list_digest,
    }


def _refuse_repeated(audit_round: Round, numbers: Sequence[str]) -> None:
    """Raise ValidationError naming the cases that are in the round, or in the list, already."""
    counted = Counter(audit_round.cases.values_list("case_number", flat=True)) + Counter(numbers)
    repeated = sorted({number for number in numbers if number and counted[number] > 1})
    if repeated:
        raise ValidationError(
            {"cases": [f"Case {number} is in this round already" for number in repeated]}
        )


def _teams(lines: Iterable[CaseLine]) -> dict[str, Team]:
    """The teams that the lines name, by code; a line may name none."""
    codes = {line.team for line in lines if line.team}
    teams = Team.objects.prefetch_related("placements").in_bulk(codes, field_name="code")
    missing = sorted(codes - set(teams))
    if missing:
        raise ValidationError({"cases": [f"There is no team “{code}”" for code in missing]})
    return teams


def remove_case(case: SampledCase, *, reason: str, by: Actor) -> None:
    """Take a case out of the sample while the round is being planned.

    Raises ``Refused``, ``NotAllowed``, or ValidationError without a reason.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    reason = required("reason", reason, "Enter why this case is taken out")
    with transaction.atomic():
        audit_round = lock(case.round)
        ROUND.next(RoundAct.CHANGE, audit_round.state)
        verb, before = AuditsVerb.CASE_TAKEN_OUT, {"serial": case.serial}
        record([Entry(verb, audit_round, "", before, remarks={"reason": reason})], by)
        CaseAudit.objects.filter(case=case).delete()
        case.delete()


# -- opening and closing --------------------------------------------------------------------


def open_round(audit_round: Round, *, by: Actor) -> Round:
    """Let the auditors begin: the tool is in use and every case is allocated.

    Raises ``Refused`` or ``NotAllowed``, saying what is missing.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    with changing(audit_round, AuditsVerb.ROUND_OPENED, by) as current:
        move(current, ROUND, RoundAct.OPEN, by)
        missing = _missing(current)
        if missing:
            raise NotAllowed(f"You cannot open this round now: {missing}.")
    return current


def _missing(audit_round: Round) -> str:
    if audit_round.tool.state != ToolState.IN_USE:
        return f"{audit_round.tool} is not in use"
    if not audit_round.cases.exists():
        return "it has no cases yet"
    unallocated = audit_round.cases.filter(audits__isnull=True)
    serials = [str(serial) for serial in unallocated.values_list("serial", flat=True)]
    if serials:
        more = f" and {len(serials) - 10} more" if len(serials) > 10 else ""
        return f"nobody audits case {', '.join(serials[:10])}{more} yet"
    return ""


def close_round(audit_round: Round, *, reason: str, by: Actor) -> Round:
    """Close a round: its first audits can no longer be changed.

    While some are not submitted a reason is needed; they count as allocated and not done.
    Raises ``Refused``, ``NotAllowed``, or ValidationError without the reason.
    """
    require(by.authority, AuditsPermission.RUN_ROUNDS)
    details, reason = Details(), reason.strip()
    with changing(
        audit_round, AuditsVerb.ROUND_CLOSED, by, reason=reason, details=details
    ) as current:
        move(current, ROUND, RoundAct.CLOSE, by)
        # Every audit is locked, so that a save in flight ends before the round does.
        audits = CaseAudit.objects.select_for_update().filter(case__round=current, turn=1)
        undone = sum(audit.state in TO_DO for audit in audits)
        if undone and not reason:
            audit = "audit is" if undone == 1 else "audits are"
            raise ValidationError(
                {"reason": f"{undone} {audit} not submitted: say why the round closes without"}
            )
        current.closing_reason = reason
        details.after["not_submitted"] = undone
    return current
