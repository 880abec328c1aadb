"""Results of rounds, read from the database and scored: by round, area, agency and year.

What is counted is the sample as it was drawn (first turns) that auditors submitted, by the
grade that counts. A round's page costs the same number of queries whatever its size, and
however many areas it is looked at in.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audits import scoring
from audits.grades import Grade, IndicatorKind
from audits.models import CaseAudit, Choice, Given, Indicator, Round, RoundKind
from audits.querysets import DONE, CaseAuditQuerySet
from audits.scoring import Agreement, Allocated, Change, Compared, Completion, Share, Tally
from audits.workflow import RoundState
from teams.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class Area:
    """Whose cases: a team's, those that stood in some localities, or with neither the city's.

    ``agency`` takes one agency of a multi-agency round; None takes all of them.
    """

    team_id: int | None = None
    locality_ids: tuple[int, ...] = ()
    agency: str | None = None

    @property
    def is_city(self) -> bool:
        """Whether it is the city as a whole."""
        return self.team_id is None and not self.locality_ids

    def covers(self, audit: CaseAudit) -> bool:
        """Whether this audit is of the area's cases; it comes with its case."""
        if self.agency is not None and audit.agency != self.agency:
            return False
        if self.team_id is not None:
            return audit.case.team_id == self.team_id
        return not self.locality_ids or audit.case.locality_id in self.locality_ids


CITY = Area()


@dataclass(frozen=True)
class ChoiceResult:
    """One choice of an indicator: how many of the cases have it."""

    label: str
    share: Share


@dataclass(frozen=True)
class IndicatorResult:
    """What a round found for one indicator.

    ``compared`` is its share (good or better, or yes) beside the last round's, matched by
    code; ``agreement`` is the moderator's with the auditors; ``texts`` how many wrote about it.
    ``cases`` counts the different cases it applied to: in a multi-agency round several answers
    stand on one case; ``cases_before`` and ``moderated`` count those behind the last round's
    share and behind the agreement. ``several`` counts those for which more than one choice was
    made.
    """

    indicator: Indicator
    tally: Tally
    compared: Compared
    agreement: Agreement
    choices: tuple[ChoiceResult, ...] = ()
    texts: int = 0
    cases: int = 0
    cases_before: int = 0
    moderated: int = 0
    several: int = 0

    def shown_to_board(self, least: int) -> "IndicatorResult | None":
        """The same without what stands on fewer than ``least`` cases; None where it does itself."""
        if not scoring.is_shown_to_board(self.cases, least):
            return None
        shown = self
        if self.compared.before and not scoring.is_shown_to_board(self.cases_before, least):
            shown = replace(shown, compared=Compared(self.share, None, Change.TOO_FEW))
        if not scoring.is_shown_to_board(self.moderated, least):
            shown = replace(shown, agreement=scoring.agreement([]))
        return shown

    @property
    def share(self) -> Share:
        """What it is judged by: yes of yes and no, or good or better of all it applied to."""
        return _share(self.indicator, self.tally)


@dataclass(frozen=True)
class RoundResults:
    """The results of one round in one area, indicators in the tool's order.

    ``audits`` counts the audits that speak, ``cases`` the different cases behind them.
    ``overall`` tallies the overall judgements (on ``judged`` cases), ``thresholds`` how often
    each level of help was judged right.
    """

    round: Round
    area: Area
    completion: Completion
    audits: int
    cases: int
    indicators: tuple[IndicatorResult, ...]
    overall: Tally
    judged: int
    unsafe: int
    thresholds: Mapping[str, int]

    @property
    def graded(self) -> Tally:
        """All answers to graded indicators together."""
        total = Tally({})
        for one in self.indicators:
            if one.indicator.kind == IndicatorKind.GRADED:
                total += one.tally
        return total

    @property
    def ranked(self) -> list[IndicatorResult]:
        """Graded indicators by the share good or better, best first."""
        graded = {
            one.indicator.code: one
            for one in self.indicators
            if one.indicator.kind == IndicatorKind.GRADED
        }
        order = scoring.rank({code: one.tally for code, one in graded.items()})
        return [graded[code] for code in order]

    @property
    def bases(self) -> list[int]:
        """The cases behind each percentage that is shown."""
        shares = [one.share for one in self.indicators]
        shares += [choice.share for one in self.indicators for choice in one.choices]
        return [share.of for share in shares if share.of]

    @property
    def smallest_base(self) -> int | None:
        """The fewest cases behind a percentage that is shown, for the warning; None of none."""
        return min(self.bases, default=None)

    @property
    def largest_base(self) -> int | None:
        """The most cases behind a percentage that is shown; None of none."""
        return max(self.bases, default=None)

    def shown_to_board(self, least: int = scoring.LEAST_FOR_BOARD) -> "RoundResults | None":
        """The same without what stands on fewer than ``least`` cases; None for a small round.

        Different cases are counted: one that three agencies graded is one case.
        """
        if not scoring.is_shown_to_board(self.cases, least):
            return None
        shown = (one.shown_to_board(least) for one in self.indicators)
        kept = tuple(one for one in shown if one is not None)
        is_judged = scoring.is_shown_to_board(self.judged, least)
        return replace(self, indicators=kept, overall=self.overall if is_judged else Tally({}))


def _share(indicator: Indicator, tally: Tally) -> Share:
    return tally.yes if indicator.kind == IndicatorKind.YES_NO else tally.good_or_better


def results(made: Round, *, today: dt.date, area: Area = CITY) -> RoundResults:
    """What a round found in an area, beside the round that it is compared with."""
    return Reading(made).results(area, today)


# An auditor's grade, and the moderator's.
_Row = tuple[str, str]


class Reading:
    """All that a round's results are made of, read at once for any number of areas.

    ``made`` comes with its tool; five queries, or nine with a round to compare with.
    """

    def __init__(self, made: Round) -> None:
        self.round = made
        self.indicators = list(made.tool.indicators.prefetch_related("choices"))
        self.audits = _looked_at(made.pk)
        self._rows = _rows(made.pk)
        self._chosen = _chosen(made.pk, self.indicators)
        self.before = _before(made)
        self._before_audits = _looked_at(self.before.pk) if self.before else []
        self._before_rows = _rows(self.before.pk) if self.before else {}
        self._before_asked = list(self.before.tool.indicators.all()) if self.before else []

    def results(self, area: Area, today: dt.date) -> RoundResults:
        """What was found in an area; no queries."""
        audits = [audit for audit in self.audits if area.covers(audit)]
        done = [audit for audit in audits if audit.is_done]
        earlier = self._earlier(area)
        return RoundResults(
            round=self.round,
            area=area,
            completion=completion_of(audits, today),
            audits=len(done),
            cases=_different_cases(done),
            indicators=tuple(self._one(asked, done, earlier) for asked in self.indicators),
            overall=Tally.of(audit.counted_overall for audit in done),
            judged=_different_cases(audit for audit in done if audit.counted_overall),
            unsafe=sum(audit.counted_unsafe for audit in done),
            thresholds=Counter(audit.threshold for audit in done if audit.threshold),
        )

    def _one(
        self, asked: Indicator, done: Sequence[CaseAudit], earlier: Mapping[str, tuple[Share, int]]
    ) -> IndicatorResult:
        rows = self._rows.get(asked.pk, {})
        given = [(audit, rows[audit.pk]) for audit in done if audit.pk in rows]
        counted = [(audit, moderated or grade) for audit, (grade, moderated) in given]
        tally = Tally.of(grade for _, grade in counted)
        chosen = self._chosen.get(asked.pk, {})
        before, cases_before = earlier.get(asked.code, (None, 0))
        return IndicatorResult(
            indicator=asked,
            tally=tally,
            compared=scoring.compare(_share(asked, tally), before),
            agreement=scoring.agreement(pair for _, pair in given),
            choices=_choices(asked, [chosen.get(audit.pk, ()) for audit in done]),
            several=sum(len(chosen.get(audit.pk, ())) > 1 for audit in done),
            texts=sum(not grade for _, grade in counted) if asked.kind == IndicatorKind.TEXT else 0,
            cases=_different_cases(
                audit for audit, grade in counted if grade != Grade.NOT_APPLICABLE
            ),
            cases_before=cases_before,
            moderated=_different_cases(audit for audit, pair in given if all(pair)),
        )

    def _earlier(self, area: Area) -> dict[str, tuple[Share, int]]:
        """The shares of the round before in the same area, and on how many different cases.

        By indicator code.
        """
        done = [one for one in self._before_audits if one.is_done and area.covers(one)]
        found = {}
        for asked in self._before_asked:
            rows = self._before_rows.get(asked.pk, {})
            counted = [(one, rows[one.pk][1] or rows[one.pk][0]) for one in done if one.pk in rows]
            share = _share(asked, Tally.of(grade for _, grade in counted))
            applied = (one for one, grade in counted if grade != Grade.NOT_APPLICABLE)
            found[asked.code] = (share, _different_cases(applied))
        return found


def _different_cases(audits: Iterable[CaseAudit]) -> int:
    return len({audit.case_id for audit in audits})


def _first_looks(rounds: Collection[int]) -> CaseAuditQuerySet:
    return CaseAudit.objects.first_look().filter(case__round__in=rounds)


def _looked_at(round_id: int) -> list[CaseAudit]:
    """The audits of a round's sample with what tells where they belong; one query."""
    return list(_first_looks([round_id]).select_related("case__team", "case__locality", "auditor"))


def _before(made: Round) -> Round | None:
    if made.compares_with_id is None:
        return None
    return Round.objects.select_related("tool").get(pk=made.compares_with_id)


def _rows(round_id: int) -> dict[int, dict[int, _Row]]:
    """The grades given in a round's sample, by indicator id and audit id; one query."""
    found: dict[int, dict[int, _Row]] = defaultdict(dict)
    for audit_id, indicator_id, grade, moderated in (
        Given.objects.filter(audit__in=_first_looks([round_id]).done())
        .values_list("audit", "indicator", "grade", "moderated_grade")
        .order_by()
    ):
        found[indicator_id][audit_id] = (grade, moderated)
    return found


def _chosen(round_id: int, asked: Sequence[Indicator]) -> dict[int, dict[int, set[int]]]:
    """The choices made in a round's sample, by indicator id and audit id."""
    found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    if not any(indicator.kind == IndicatorKind.CHOICES for indicator in asked):
        return found
    for audit_id, indicator_id, choice_id in Given.chosen.through.objects.filter(
        given__audit__in=_first_looks([round_id]).done()
    ).values_list("given__audit", "given__indicator", "choice"):
        found[indicator_id][audit_id].add(choice_id)
    return found


def _choices(indicator: Indicator, made: Sequence[Collection[int]]) -> tuple[ChoiceResult, ...]:
    offered: Iterable[Choice] = indicator.choices.all()
    return tuple(
        ChoiceResult(choice.label, Share(sum(choice.pk in chosen for chosen in made), len(made)))
        for choice in offered
    )


# -- completion -----------------------------------------------------------------------------


def completion_of(audits: Collection[CaseAudit], today: dt.date) -> Completion:
    """How much of these audits is done, on time, late, and by whom."""
    return scoring.completion(
        [Allocated(audit.auditor_id, audit.is_done, audit.days_late_on(today)) for audit in audits]
    )


# What completion and "cases audited" speak of. Joint audits are the safeguarding board's; a
# follow-up or a deep dive asks afterwards what became of cases.
PROGRAMME = (RoundKind.CASE_AUDIT,)


def audits_of_year(year: FinancialYear) -> list[CaseAudit]:
    """The year's programme: the samples of opened rounds whose period ends in it; one query."""
    first, last = year.quarters[0].first_day, year.quarters[3].last_day
    rounds = Round.objects.opened().filter(kind__in=PROGRAMME).ending_between(first, last)
    return list(
        CaseAudit.objects.first_look()
        .filter(case__round__in=rounds)
        .select_related("case__round", "case__team", "case__locality", "auditor")
    )


def completion_of_year(year: FinancialYear, *, today: dt.date, area: Area = CITY) -> Completion:
    """Done of allocated over the programme's rounds whose period ends in the year: 133 of 138."""
    return completion_of([audit for audit in audits_of_year(year) if area.covers(audit)], today)


def cases_audited(quarter: Quarter, *, team_id: int | None = None) -> int:
    """How many case audits were submitted in a quarter, of a team's cases or the city's.

    What a return's question "cases audited" can be offered; people put it in themselves.
    """
    audits = CaseAudit.objects.filter(
        state__in=DONE,
        submitted_on__range=(quarter.first_day, quarter.last_day),
        case__round__kind__in=PROGRAMME,
    ).exclude(case__round__state=RoundState.PLANNING)
    return (audits if team_id is None else audits.filter(case__team=team_id)).count()


def audits_due(quarter: Quarter, *, team_id: int | None = None) -> Share:
    """Of the case audits due in a quarter, those that were submitted: 133 of 138."""
    due = (
        CaseAudit.objects.first_look()
        .filter(
            due_on__range=(quarter.first_day, quarter.last_day),
            case__round__kind__in=PROGRAMME,
        )
        .exclude(case__round__state=RoundState.PLANNING)
    )
    if team_id is not None:
        due = due.filter(case__team=team_id)
    states = due.order_by().values_list("state", flat=True)
    return Share(sum(state in DONE for state in states), len(states))
