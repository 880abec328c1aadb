"""A round's cases as they come in, and what is said before it opens and closes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audits.models import CaseAudit, Draw, Round
from audits.querysets import TO_DO, CaseAuditQuerySet
from audits.rounds import sampling
from audits.rounds.case_list import CaseLine
from audits.workflow import ToolState
from earlyhelp.core.pages.wording import number_of
from teams.models import Team

# Enough to see that the right file was chosen.
MOST_SHOWN = 100


@dataclass(frozen=True)
class CasesPreview:
    """What a file would add: its cases with their teams, and whether they are in the round already.

    ``more`` cases are not shown, and ``repeated`` are in the round.
    """

    name: str
    lead: str
    teams: Sequence[tuple[str, int]]
    rows: Sequence[tuple[CaseLine, str, bool]]
    more: int
    repeated: int


def cases_preview(audit_round: Round, name: str, lines: Sequence[CaseLine]) -> CasesPreview:
    """The page that asks whether to add the cases of a file; two queries."""
    teams = dict(Team.objects.values_list("code", "name"))
    numbers = set(audit_round.cases.values_list("case_number", flat=True))
    counted = Counter(teams.get(line.team, "Team not known") for line in lines)
    return CasesPreview(
        name=name,
        lead=f"{number_of(len(lines), 'case')} would be added to {audit_round}.",
        teams=sorted(counted.items()),
        rows=[
            (line, teams.get(line.team, "Not known"), line.number in numbers)
            for line in lines[:MOST_SHOWN]
        ],
        more=max(0, len(lines) - MOST_SHOWN),
        repeated=sum(line.number in numbers for line in lines),
    )


# -- draws ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparison:
    """Whether a list is the one drawn from, and drawing again gives the round's cases."""

    is_same: bool
    sentence: str


def compare(draw: Draw, numbers: Sequence[str]) -> Comparison:
    """Draw again from ``numbers`` with the seed that was kept; one query.

    Cases taken out of the round since leave a gap in the draw and no doubt about it.
    """
    if sampling.digest_of(numbers) != draw.list_digest:
        return Comparison(
            False,
            f"This is not the list that was drawn from. The draw was from {draw.population:,} "
            f"cases; this list has {len(numbers):,}"
            + (", not the same ones." if len(numbers) == draw.population else "."),
        )
    again = sampling.draw(numbers, draw.drawn, draw.seed).numbers
    cases = list(draw.cases.order_by("serial").values_list("case_number", flat=True))
    kept = set(cases)
    if [number for number in again if number in kept] != cases:
        return Comparison(
            False,
            "This is the list that was drawn from, but drawing again gives other cases than the "
            "round holds.",
        )
    same = f"It is the same list, and drawing again gives the same {draw.drawn} cases"
    taken_out = draw.drawn - len(cases)
    if not taken_out:
        return Comparison(True, f"{same} in the same order.")
    return Comparison(
        True,
        f"{same}. {taken_out} of them {'was' if taken_out == 1 else 'were'} taken out of the round "
        "since, with a reason on record.",
    )


# -- opening and closing --------------------------------------------------------------------


@dataclass(frozen=True)
class OpeningPage:
    """What opening a round does, and what still stands in its way."""

    cases: int
    auditors: int
    obstacles: Sequence[str]


def opening_page(audit_round: Round) -> OpeningPage:
    """What an officer is told before a round is opened; two queries."""
    cases = list(audit_round.cases.values_list("serial", "audits__auditor"))
    serials = {serial for serial, _ in cases}
    unallocated = len({serial for serial, auditor in cases if auditor is None})
    obstacles = []
    if audit_round.tool.state != ToolState.IN_USE:
        obstacles.append(f"Its tool, {audit_round.tool}, is not in use.")
    if not serials:
        obstacles.append("It has no cases yet.")
    if unallocated:
        verb = "is" if unallocated == 1 else "are"
        obstacles.append(f"{number_of(unallocated, 'case')} {verb} still to be allocated.")
    auditors = {auditor for _, auditor in cases if auditor is not None}
    return OpeningPage(len(serials), len(auditors), obstacles)


def unfinished_audits(audit_round: Round) -> CaseAuditQuerySet:
    """The first audits that are not submitted, which closing leaves behind; one query."""
    audits = CaseAudit.objects.filter(case__round=audit_round, turn=1, state__in=TO_DO)
    return audits.select_related("case", "auditor").order_by("case__serial", "agency")
