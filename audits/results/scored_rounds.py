"""Results of rounds, read from the database and scored: by round, area, agency and year.

What is counted is the sample as it was drawn (first turns) that auditors submitted, by the
grade that counts. A round's page costs the same number of queries whatever its size, and
however many areas it is looked at in.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from audits import scoring
from audits.grades import Grade, IndicatorKind
from audits.models import CaseAudit, Given, Indicator, Round, RoundKind
from audits.querysets import DONE, CaseAuditQuerySet
from audits.scoring import (
    NO_GRADES,
    Agreement,
    Compared,
    Completion,
    GradeTally,
    Share,
    ShareChange,
)
from audits.workflow import RoundState
from teams.models import User
from teams.quarters import FinancialYear, Quarter


@dataclass(frozen=True)
class CaseArea:
    """Whose cases: the city's, or those of one locality, team or agency, told by its ``key``.

    ``level`` and ``code`` are what files and addresses call it.
    """

    level: str = "city"
    key: int | str | None = None
    name: str = ""
    code: str = ""

    @property
    def is_city(self) -> bool:
        """Whether it is the city as a whole."""
        return self.level == "city"

    @property
    def param(self) -> str:
        """What ``area=`` calls it; nothing for the city."""
        return "" if self.is_city else f"{self.level}:{self.code}"

    def query(self, **also: str) -> str:
        """The query of an address about it; nothing for the city alone."""
        asked = ({"area": self.param} if self.param else {}) | also
        return f"?{urlencode(asked)}" if asked else ""

    def covers(self, audit: CaseAudit) -> bool:
        """Whether this audit is of the area's cases; it comes with its case."""
        case = audit.case
        keys = {"locality": case.locality_id, "team": case.team_id, "agency": audit.agency}
        return self.is_city or keys[self.level] == self.key


CITY = CaseArea()


@dataclass(frozen=True)
class LabelledShare:
    """A choice, or a level of help: on how many of the cases."""

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
    tally: GradeTally
    compared: Compared
    agreement: Agreement
    choices: tuple[LabelledShare, ...]
    texts: int
    cases: int
    cases_before: int
    moderated: int
    several: int

    def shown_to_board(self, least: int) -> "IndicatorResult | None":
        """The same without what stands on fewer than ``least`` cases; None where it does itself."""
        if self.cases < least:
            return None
        compared, agreement = self.compared, self.agreement
        if compared.before and self.cases_before < least:
            compared = Compared(self.share, None, ShareChange.TOO_FEW)
        if self.moderated < least:
            agreement = scoring.agreement([])
        return replace(self, compared=compared, agreement=agreement)

    @property
    def share(self) -> Share:
        """What it is judged by: yes of yes and no, or good or better of all it applied to."""
        return _share(self.indicator, self.tally)

    @property
    def chosen(self) -> int:
        """How many choices were made in all."""
        return sum(choice.share.part for choice in self.choices)


@dataclass(frozen=True)
class RoundResults:
    """The results of one round in one area, indicators in the tool's order.

    ``audits`` counts the audits that speak, ``cases`` the different cases behind them.
    ``overall`` tallies the overall judgements (on ``judged`` cases), ``thresholds`` how often
    each level of help was judged right.
    """

    round: Round
    completion: Completion
    audits: int = 0
    cases: int = 0
    indicators: tuple[IndicatorResult, ...] = ()
    overall: GradeTally = NO_GRADES
    judged: int = 0
    unsafe: int = 0
    thresholds: Mapping[str, int] = field(default_factory=dict)

    def of_kind(self, kind: IndicatorKind) -> list[IndicatorResult]:
        """The indicators that are answered in this way."""
        return [one for one in self.indicators if one.indicator.kind == kind]

    def of(self, indicator: Indicator) -> IndicatorResult | None:
        """What was found for one indicator; None where it is not shown."""
        return next((one for one in self.indicators if one.indicator == indicator), None)

    @property
    def graded(self) -> GradeTally:
        """All answers to graded indicators together."""
        tallies = (one.tally for one in self.of_kind(IndicatorKind.GRADED))
        return sum(tallies, NO_GRADES)

    @property
    def ranked(self) -> list[IndicatorResult]:
        """Graded indicators by the share good or better, best first; equals in the tool's order."""
        return sorted(self.of_kind(IndicatorKind.GRADED), key=lambda one: one.tally.rank)

    @property
    def bases(self) -> list[int]:
        """The cases behind each percentage that is shown, for the warning."""
        if self.is_cohort:
            return [self.audits]
        shares = [one.share for one in self.indicators]
        shares += [choice.share for one in self.indicators for choice in one.choices]
        return [share.of for share in shares]

    @property
    def is_cohort(self) -> bool:
        """Whether it is a follow-up, in which outcomes overlap."""
        return self.round.kind == RoundKind.COHORT

    def outcome(self, one: IndicatorResult) -> Share:
        """A share as it is shown: in a cohort each outcome is one of all its cases.

        Outcomes may overlap and are never added up: of 163 cases 51 escalated, 30 to child in
        need, 10 to protection, 27 to care.
        """
        if self.is_cohort and one.indicator.kind == IndicatorKind.YES_NO:
            return Share(one.tally[Grade.YES], self.audits)
        return one.share

    def shown_to_board(self, least: int) -> "RoundResults | None":
        """The same without what stands on fewer than ``least`` cases; None for a small round.

        Different cases are counted: one that three agencies graded is one case.
        """
        if self.cases < least:
            return None
        shown = (one.shown_to_board(least) for one in self.indicators)
        return replace(
            self,
            indicators=tuple(one for one in shown if one is not None),
            overall=self.overall if self.judged >= least else NO_GRADES,
        )


def _share(indicator: Indicator, tally: GradeTally) -> Share:
    return tally.yes if indicator.kind == IndicatorKind.YES_NO else tally.good_or_better


@dataclass(frozen=True)
class _Answers:
    """What was answered for one indicator: each audit with the auditor's and moderator's grade."""

    indicator: Indicator
    given: Sequence[tuple[CaseAudit, tuple[str, str]]]

    @cached_property
    def counted(self) -> list[tuple[CaseAudit, str]]:
        """Each audit with the grade that counts."""
        return [(audit, moderated or grade) for audit, (grade, moderated) in self.given]

    @cached_property
    def tally(self) -> GradeTally:
        return GradeTally.of(grade for _, grade in self.counted)

    @property
    def share(self) -> Share:
        return _share(self.indicator, self.tally)

    @property
    def cases(self) -> int:
        """The different cases that it applied to."""
        return _different_cases(
            audit for audit, grade in self.counted if grade != Grade.NOT_APPLICABLE
        )


class _Sample:
    """The audits of a round's sample, with what tells where they belong, and their answers.

    Two queries.
    """

    def __init__(self, round_id: int) -> None:
        self.first_look = CaseAudit.objects.first_look().filter(case__round=round_id)
        related = self.first_look.select_related("case__team", "case__locality", "auditor")
        self.audits = list(related)
        # By indicator id and audit id.
        self._grades: dict[int, dict[int, tuple[str, str]]] = defaultdict(dict)
        rows = Given.objects.filter(audit__in=self.first_look.done()).order_by()
        for indicator, audit, grade, moderated in rows.values_list(
            "indicator", "audit", "grade", "moderated_grade"
        ):
            self._grades[indicator][audit] = (grade, moderated)

    def within(self, area: CaseArea) -> list[CaseAudit]:
        """The audits of the area's cases."""
        return [audit for audit in self.audits if area.covers(audit)]

    def answers(self, indicator: Indicator, audits: Iterable[CaseAudit]) -> _Answers:
        """What was answered for an indicator on these audits, where anything was."""
        rows = self._grades[indicator.pk]
        given = [(audit, rows[audit.pk]) for audit in audits if audit.pk in rows]
        return _Answers(indicator, given)

    def chosen(self, indicators: Sequence[Indicator]) -> dict[int, dict[int, set[int]]]:
        """The choices made, by indicator id and audit id; a query where there are any to make."""
        found: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        if not any(indicator.kind == IndicatorKind.CHOICES for indicator in indicators):
            return found
        rows = Given.chosen.through.objects.filter(given__audit__in=self.first_look.done())
        for indicator, audit, choice in rows.values_list(
            "given__indicator", "given__audit", "choice"
        ):
            found[indicator][audit].add(choice)
        return found


class ScoredRound:
    """All that a round's results are made of, read at once for any number of areas.

    ``audit_round`` comes with its tool; five queries, or nine with a round to compare with.
    """

    def __init__(self, audit_round: Round) -> None:
        self.round = audit_round
        self.indicators = list(audit_round.tool.indicators.prefetch_related("choices"))
        self._sample = _Sample(audit_round.pk)
        self._chosen = self._sample.chosen(self.indicators)
        self.before: Round | None = None
        if audit_round.compares_with_id is not None:
            self.before = Round.objects.select_related("tool").get(pk=audit_round.compares_with_id)
            self._sample_before = _Sample(self.before.pk)
            self._indicators_before = list(self.before.tool.indicators.all())

    @property
    def audits(self) -> list[CaseAudit]:
        """The audits of the sample, done or not."""
        return self._sample.audits

    def results(self, area: CaseArea, today: dt.date) -> RoundResults:
        """What was found in an area, beside the round that it is compared with; no queries."""
        audits = self._sample.within(area)
        done = [audit for audit in audits if audit.is_done]
        before = self._before(area)
        return RoundResults(
            round=self.round,
            completion=completion_of(audits, today),
            audits=len(done),
            cases=_different_cases(done),
            indicators=tuple(
                self._result(indicator, done, before.get(indicator.code))
                for indicator in self.indicators
            ),
            overall=GradeTally.of(audit.counted_overall for audit in done),
            judged=_different_cases(audit for audit in done if audit.counted_overall),
            unsafe=sum(audit.counted_unsafe for audit in done),
            thresholds=Counter(audit.threshold for audit in done if audit.threshold),
        )

    def _result(
        self, indicator: Indicator, done: Sequence[CaseAudit], before: _Answers | None
    ) -> IndicatorResult:
        answers = self._sample.answers(indicator, done)
        pairs = [pair for _, pair in answers.given]
        chosen = [self._chosen[indicator.pk][audit.pk] for audit in done]
        is_text = indicator.kind == IndicatorKind.TEXT
        return IndicatorResult(
            indicator=indicator,
            tally=answers.tally,
            compared=scoring.compare(answers.share, before.share if before else None),
            agreement=scoring.agreement(pairs),
            choices=_choices(indicator, chosen),
            texts=sum(is_text and not grade for _, grade in answers.counted),
            cases=answers.cases,
            cases_before=before.cases if before else 0,
            moderated=_different_cases(audit for audit, pair in answers.given if all(pair)),
            several=sum(len(choices) > 1 for choices in chosen),
        )

    def _before(self, area: CaseArea) -> dict[str, _Answers]:
        """What the round before found in the same area, by the code of the indicator."""
        if self.before is None:
            return {}
        sample = self._sample_before
        done = [audit for audit in sample.within(area) if audit.is_done]
        return {
            indicator.code: sample.answers(indicator, done) for indicator in self._indicators_before
        }


def _different_cases(audits: Iterable[CaseAudit]) -> int:
    return len({audit.case_id for audit in audits})


def _choices(indicator: Indicator, chosen: Sequence[Collection[int]]) -> tuple[LabelledShare, ...]:
    return tuple(
        LabelledShare(choice.label, Share(sum(choice.pk in each for each in chosen), len(chosen)))
        for choice in indicator.choices.all()
    )


# -- completion -----------------------------------------------------------------------------


def completion_of(audits: Iterable[CaseAudit], today: dt.date) -> Completion:
    """How much of these audits is done, on time and late."""
    return Completion.of((audit.is_done, audit.days_late_on(today)) for audit in audits)


def completion_by_auditor(
    audits: Iterable[CaseAudit], today: dt.date
) -> list[tuple[User, Completion]]:
    """Each auditor's, those who are overdue first; audits come with their auditor."""
    theirs: dict[User, list[CaseAudit]] = defaultdict(list)
    for audit in audits:
        theirs[audit.auditor].append(audit)
    rows = [(person, completion_of(each, today)) for person, each in theirs.items()]
    return sorted(rows, key=lambda row: (-row[1].overdue, row[0].name))


# What completion and "cases audited" speak of. Joint audits are the safeguarding board's; a
# follow-up or a deep dive asks afterwards what became of cases.
PROGRAMME = (RoundKind.CASE_AUDIT,)


def _programme(team_id: int | None = None) -> CaseAuditQuerySet:
    """The audits of the programme's rounds, once they are opened: of a team's cases or all."""
    audits = CaseAudit.objects.filter(case__round__kind__in=PROGRAMME)
    opened = audits.exclude(case__round__state=RoundState.PLANNING)
    return opened if team_id is None else opened.filter(case__team=team_id)


def audits_of_year(year: FinancialYear) -> list[CaseAudit]:
    """The year's programme: the samples of opened rounds whose period ends in it; one query."""
    days = (year.quarters[0].first_day, year.quarters[3].last_day)
    audits = _programme().first_look().filter(case__round__ends__range=days)
    return list(audits.select_related("case__round", "case__team", "case__locality", "auditor"))


def cases_audited(quarter: Quarter, *, team_id: int | None = None) -> int:
    """How many case audits were submitted in a quarter, of a team's cases or the city's.

    What a return's question "cases audited" can be offered; people put it in themselves.
    """
    days = (quarter.first_day, quarter.last_day)
    return _programme(team_id).filter(state__in=DONE, submitted_on__range=days).count()


def audits_due(quarter: Quarter, *, team_id: int | None = None) -> Share:
    """Of the case audits due in a quarter, those that were submitted: 133 of 138."""
    due = (
        _programme(team_id).first_look().filter(due_on__range=(quarter.first_day, quarter.last_day))
    )
    states = due.order_by().values_list("state", flat=True)
    return Share(sum(state in DONE for state in states), len(states))
