"""The sample's case audits: tools, rounds from 2014-15 on, and one under way on its day.

``docs/sample.md`` says which of the counts are the report's. The files of ``derby/audits``
hold one row for each audit, its grades in short: O, G, RI and I, NF for *not found on file*,
NA, Y and N; ``G>RI`` was good to the auditor and requires improvement to the moderator.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from audits.allocation import actions as allocation
from audits.casework import actions as casework
from audits.casework.answers import CaseAnswer, GradeDecision, Judgement
from audits.findings import actions as findings
from audits.findings.actions import Found
from audits.grades import QUALITY, Grade, IndicatorKind
from audits.models import CaseAudit, Finding, FindingKind, Indicator, Round, RoundKind, Tool
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from audits.safety import actions as safety
from audits.tools import actions as tools
from audits.tools.actions import IndicatorSpec
from earlyhelp.sample.stage import Row, Stage, day, read, words

OFFICER = "officer"

_SHORT = {
    "O": Grade.OUTSTANDING,
    "G": Grade.GOOD,
    "RI": Grade.REQUIRES_IMPROVEMENT,
    "I": Grade.INADEQUATE,
    "NF": Grade.NOT_FOUND,
    "NA": Grade.NOT_APPLICABLE,
    "Y": Grade.YES,
    "N": Grade.NO,
}
_STRICTER = "The file shows less than the tool asks for at this grade."
_MILDER = "The record is there, in the part of the system that social care uses."

# The teams whose cases a list to draw from goes through, one after the other.
_LISTED_TEAMS = [
    f"{kind}-11s-locality-{place}" for place in range(1, 6) for kind in ("under", "over")
]


@dataclass
class Audits:
    """Makes tools and rounds with the sample's people, oldest first."""

    stage: Stage
    tools: dict[tuple[str, str], Tool] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)

    def make(self) -> None:
        """Everything of the audits up to the day on which the sample stands."""
        self._comments: dict[tuple[str, str], list[str]] = {}
        for row in read("audits/comments"):
            self._comments.setdefault((row["indicator"], row["grade"]), []).append(row["comment"])
        remedies, again = read("audits/remedies"), read("audits/again")
        for row in read("audits/rounds"):
            self._make_tools(row["planned_on"])
            made = self._make_round(row)
            self._put_right(made, [one for one in remedies if one["round"] == made.code])
            self._audit_again(made, [one for one in again if one["round"] == made.code])
        # The next version is being written.
        in_use = self.tools["Early Help casework", "3"]
        tools.new_version(in_use, by=self.stage.actor(OFFICER, "2016-07-04"))
        self._write_findings()

    # -- tools --------------------------------------------------------------------------

    def _make_tools(self, until: str) -> None:
        """The tools that came into use by a day, each new version in place of the last."""
        rows = read("audits/tools")
        for (name, version), asked in groupby(rows, lambda row: (row["tool"], row["version"])):
            listed = list(asked)
            on = listed[0]["in_use_on"]
            if on > until or (name, version) in self.tools:
                continue
            officer = self.stage.actor(OFFICER, on)
            indicators = [_asked(row) for row in listed]
            earlier = self.tools.get((name, str(int(version) - 1)))
            if earlier is None:
                tool = tools.create_tool(name=name, indicators=indicators, by=officer)
            else:
                tool = tools.new_version(earlier, by=officer)
                tool = tools.change_tool(
                    tool, name=name, indicators=indicators, edits=0, by=officer
                )
                tools.retire(earlier, by=officer)
            self.tools[name, version] = tools.put_in_use(tool, by=officer)

    # -- rounds -------------------------------------------------------------------------

    def _make_round(self, row: Row) -> Round:
        on = row["planned_on"]
        made = rounds.plan_round(
            Round(
                code=row["code"],
                theme=row["theme"],
                tool=self.tools[row["tool"], row["tool_version"]],
                period_name=row["period_name"],
                starts=day(row["starts"]),
                ends=day(row["ends"]),
                kind=RoundKind(row["kind"]),
                compares_with=self.rounds.get(row["compares_with"]),
                is_illustrative=row["illustrative"] == "yes",
                source_note=row["source_note"],
            ),
            by=self.stage.actor(OFFICER, on),
        )
        work = [one for each in read(f"audits/cases/{made.code}") for one in _each(each)]
        self._choose(made, row, work)
        self.rounds[made.code] = made
        if not row["opened_on"]:
            return made  # it is being planned
        audits = self._allocate(made, work, on)
        made = rounds.open_round(made, by=self.stage.actor(OFFICER, row["opened_on"], 9))
        indicators = {one.code: one for one in made.tool.indicators.prefetch_related("choices")}
        for audit, one in zip(audits, work, strict=True):
            self._do(audit, one, indicators)
        if row["closed_on"]:
            made = rounds.close_round(
                made,
                reason=row["closing_reason"],
                by=self.stage.actor(OFFICER, row["closed_on"], 16),
            )
        self.rounds[made.code] = made
        return made

    def _choose(self, made: Round, row: Row, work: list[Row]) -> None:
        """The cases: as the file lists them, or drawn by lot from a longer list."""
        officer = self.stage.actor(OFFICER, row["planned_on"], 11)
        cases = {one["case"]: one for one in work}
        if row["listed"]:
            listed = [
                CaseLine(f"{row['numbers']}{place + 1:03}", _LISTED_TEAMS[place % 10])
                for place in range(int(row["listed"]))
            ]
            rounds.draw_cases(made, listed, count=len(cases), seed=row["seed"], by=officer)
            return
        lines = [
            CaseLine(
                f"{row['numbers']}{int(serial):03}",
                one.get("team", ""),
                one.get("worker_role", ""),
            )
            for serial, one in cases.items()
        ]
        rounds.add_cases(made, lines, by=officer)

    def _allocate(self, made: Round, work: list[Row], on: str) -> list[CaseAudit]:
        """Each audit to its auditor; those alike together. Gives them in the file's order."""
        cases = {str(case.serial): case for case in made.cases.all()}
        alike: dict[tuple[str, str, str, str], list[Row]] = {}
        for one in work:
            auditor = one.get("first_auditor") or one["auditor"]
            key = auditor, one.get("moderator", ""), one["due_on"], one.get("agency", "")
            alike.setdefault(key, []).append(one)
        found: dict[tuple[str, str], CaseAudit] = {}
        for (auditor, moderator, due, agency), theirs in alike.items():
            audits = allocation.allocate(
                made,
                [cases[one["case"]] for one in theirs],
                auditor=self.stage.people[auditor],
                due_on=day(due),
                agency=agency,
                moderator=self.stage.people[moderator] if moderator else None,
                by=self.stage.actor(OFFICER, on, 14),
            )
            found |= {(str(audit.case.serial), agency): audit for audit in audits}
        return [found[one["case"], one.get("agency", "")] for one in work]

    # -- the work on one case -----------------------------------------------------------

    def _do(self, audit: CaseAudit, row: Row, indicators: dict[str, Indicator]) -> None:
        """What an auditor and a moderator did with one case, as far as they are."""
        if row.get("reallocated_on"):
            audit = allocation.reallocate(
                audit,
                auditor=self.stage.people[row["auditor"]],
                due_on=day(row["due_on"]),
                reason=row["reallocated_because"],
                version=audit.version,
                by=self.stage.actor(OFFICER, row["reallocated_on"], 12),
            )
        saved = row.get("saved_on") or row["submitted_on"]
        if not saved:
            return
        audit = casework.save(
            audit,
            {
                indicator.pk: self._answer(indicator, row)
                for code, indicator in indicators.items()
                if row[code]
            },
            _judgement(row),
            version=audit.version,
            by=self.stage.actor(row["auditor"], saved, 11),
        )
        if not row["submitted_on"]:
            return
        audit = casework.submit(
            audit,
            version=audit.version,
            by=self.stage.actor(row["auditor"], row["submitted_on"], 11, 30),
        ).audit
        if row.get("moderated_on"):
            self._moderate(audit, row, indicators)

    def _answer(self, indicator: Indicator, row: Row) -> CaseAnswer:
        cell = row[indicator.code]
        if indicator.kind == IndicatorKind.TEXT:
            return CaseAnswer(text=cell)
        if indicator.kind == IndicatorKind.CHOICES:
            codes = cell.split()
            chosen = [one.pk for one in indicator.choices.all() if one.code in codes]
            return CaseAnswer(chosen=frozenset(chosen))
        grade = _SHORT[cell.split(">")[0]]
        comments = self._comments.get((indicator.code, grade), [""])
        return CaseAnswer(grade, comments[int(row["case"]) % len(comments)])

    def _moderate(self, audit: CaseAudit, row: Row, indicators: dict[str, Indicator]) -> None:
        decisions = {}
        for code, indicator in indicators.items():
            first, _, counted = row[code].partition(">")
            if counted:
                order = [*QUALITY, Grade.NOT_FOUND]
                stricter = order.index(_SHORT[counted]) > order.index(_SHORT[first])
                why = _STRICTER if stricter else _MILDER
                decisions[indicator.pk] = GradeDecision(_SHORT[counted], why)
        casework.moderate(
            audit,
            decisions,
            overall=audit.overall,
            is_unsafe=audit.is_unsafe,
            version=audit.version,
            by=self.stage.actor(row["moderator"], row["moderated_on"], 15),
        )

    # -- cases of concern, and what was found -------------------------------------------

    def _put_right(self, made: Round, rows: Iterable[Row]) -> None:
        for row in rows:
            audit = CaseAudit.objects.get(case__round=made, case__serial=row["case"], turn=1)
            remedy = safety.set_remedial(
                audit,
                what=row["what"],
                due_on=day(row["due_on"]),
                by=self.stage.actor(row["set_by"], row["set_on"], 16),
            )
            if row["done_on"]:
                safety.finish_remedial(
                    remedy,
                    done_on=day(row["done_on"]),
                    note=row["note"],
                    by=self.stage.actor(row["done_by"], row["done_on"], 16, 30),
                )

    def _audit_again(self, made: Round, rows: Iterable[Row]) -> None:
        indicators = {one.code: one for one in made.tool.indicators.prefetch_related("choices")}
        for row in rows:
            first = CaseAudit.objects.get(case__round=made, case__serial=row["case"], turn=1)
            audit = allocation.audit_again(
                first,
                auditor=self.stage.people[row["auditor"]],
                due_on=day(row["due_on"]),
                by=self.stage.actor(OFFICER, row["asked_on"]),
            )
            self._do(audit, row, indicators)

    def _write_findings(self) -> None:
        for row in read("audits/findings"):
            made = self.rounds[row["round"]]
            codes = row["indicators"].split()
            self.findings[row["code"]] = findings.add_finding(
                made,
                Found(
                    kind=FindingKind(row["kind"]),
                    text=row["text"],
                    indicators=list(made.tool.indicators.filter(code__in=codes)),
                    cases=int(row["cases"]) if row["cases"] else None,
                    agency=row["agency"],
                    is_recommendation=row["recommendation"] == "yes",
                ),
                by=self.stage.actor(OFFICER, row["written_on"], 15),
            )


def _asked(row: Row) -> IndicatorSpec:
    return IndicatorSpec(
        name=row["name"],
        kind=IndicatorKind(row["kind"]),
        code=row["code"],
        guidance=row["guidance"],
        grade_guidance={
            grade: row[grade.replace("-", "_")] for grade in QUALITY if row[grade.replace("-", "_")]
        },
        choices=words(row["choices"]),
    )


def _each(row: Row) -> list[Row]:
    """A row that stands for several cases, once for each."""
    first = int(row["case"])
    return [{**row, "case": str(first + place)} for place in range(int(row.get("count") or 1))]


def _judgement(row: Row) -> Judgement:
    overall = row.get("overall", "")
    return Judgement(
        overall=_SHORT[overall] if overall else "",
        threshold=row.get("threshold", ""),
        is_unsafe=row.get("unsafe") == "yes",
        strengths=row.get("strengths", ""),
        improvements=row.get("improvements", ""),
    )
