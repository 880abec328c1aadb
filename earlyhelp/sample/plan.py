"""The sample's action plans: 2015-16 with what became of it, and 2016-17 as of its day.

``docs/sample.md`` says what in them is the report's. The files of ``derby/plan`` hold the
plans part by part; ``doings.csv`` is what people reported, claimed and accepted, in time
order.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from audits.findings import actions as findings
from audits.models import Finding
from audits.plan import action_changes as changes
from audits.plan import actions as plan
from audits.plan import progress_actions as progress
from audits.plan.action_changes import By
from audits.plan.models import Action, Judged, Occurrence, Outcome, Plan, Source
from audits.plan.timing import ActionTiming, Every, given
from audits.plan.timing_words import parse
from earlyhelp.sample.stage import Row, Stage, day, read, words
from measures.models import Measure
from teams.authority import Actor
from teams.models import Locality
from teams.quarters import FinancialYear
from teams.roles import Role

OFFICER = "officer"


@dataclass
class Plans:
    """Makes the plans with the sample's people; findings by their code in ``findings.csv``."""

    stage: Stage
    findings: Mapping[str, Finding]
    outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)
    actions: dict[tuple[str, str, str], Action] = field(default_factory=dict)
    _doings: list[Row] = field(default_factory=list)

    def make(self, until: str) -> None:
        """Each year's plan, what was done in it by a day, and what was said when it was over."""
        self._doings = read("plan/doings")
        for row in read("plan/plans"):
            made = self._make_plan(row)
            self._go_on(row["year"], until)
            if row["closed_on"]:
                self._close(made, row)

    def go_on(self, until: str) -> None:
        """What was done in the plans since, by a later day."""
        for row in read("plan/plans"):
            self._go_on(row["year"], until)

    def _go_on(self, year: str, until: str) -> None:
        due = [row for row in self._doings if row["year"] == year and row["on"] <= until]
        for one in due:
            self._do(one)
            self._doings.remove(one)

    # -- what is planned ----------------------------------------------------------------

    def _make_plan(self, row: Row) -> Plan:
        year = FinancialYear.parse(row["year"])
        officer = self.stage.actor(OFFICER, row["made_on"])
        made = plan.create_plan(year=year, title=row["title"], by=officer)
        themes = {
            one["number"]: plan.add_theme(
                made, name=one["name"], number=int(one["number"]), by=officer
            )
            for one in _of(year, "themes")
        }
        for one in _of(year, "outcomes"):
            theme, number = one["ref"].split(".")
            self.outcomes[str(year), one["ref"]] = plan.add_outcome(
                themes[theme], text=one["text"], number=int(number), by=officer
            )
        for one in _of(year, "aims"):
            plan.add_aim(
                self.outcomes[str(year), one["ref"]],
                measure=Measure.objects.get(code=one["measure"]),
                year=year,
                start=Decimal(one["start"]) if one["start"] else None,
                level=Decimal(one["level"]),
                by=officer,
            )
        moved = {_key(one): one for one in _of(year, "moved")}
        for one in _of(year, "actions"):
            self._add_action(one, year, moved.get(_key(one)), officer)
        return made

    def _add_action(self, row: Row, year: FinancialYear, moved: Row | None, officer: Actor) -> None:
        """An action as it was first planned; where its date was moved, that follows."""
        outcome, timing = self.outcomes[row["year"], row["ref"]], _timing(row, year, officer.today)
        if row["carried_from"]:
            last, ref, letter = row["carried_from"].split()
            self.actions[_key(row)] = changes.carry_over(
                self.actions[last, ref, letter], outcome, timing=timing, by=officer
            )
            return
        said: dict[str, Any] = {
            "text": row["text"],
            "timing": parse(moved["first_by_when"], year, officer.today) if moved else timing,
            "owners": [self._owner(one) for one in words(row["owners"])],
            "rationale": row["rationale"],
            "for_every_locality": row["every_locality"] == "yes",
            "by": officer,
        }
        if row["finding"]:
            action = findings.to_action(self.findings[row["finding"]], outcome, **said)
        else:
            measure = Measure.objects.get(code=row["measure"]) if row["measure"] else None
            action = changes.add_action(
                outcome, source=Source(row["source"]), measure=measure, **said
            )
        if moved:
            action = changes.move_date(
                action,
                timing=timing,
                reason=moved["reason"],
                version=action.version,
                by=self.stage.actor(OFFICER, moved["moved_on"]),
            )
        self.actions[_key(row)] = action

    def _owner(self, text: str) -> By:
        kind, _, name = text.partition(":")
        if kind == "role":
            return By(role=Role(name))
        if kind == "person":
            return By(person=self.stage.people[name])
        return By(body=name)

    # -- what is done -------------------------------------------------------------------

    def _do(self, row: Row) -> None:
        """One thing that somebody did about an action."""
        action = self.actions[_key(row)]
        by = self.stage.actor(row["who"], row["on"], 14)
        where = Locality.objects.get(code=row["locality"]) if row["locality"] else None
        match row["what"]:
            case "report":
                progress.report(action, text=row["text"], locality=where, by=by)
            case "time":
                time = Occurrence.objects.get(action=action, due_on=row["due"], locality=where)
                progress.do_occurrence(time, done_on=by.today, note=row["text"], by=by)
            case "claim":
                progress.claim(action, evidence=row["text"], by=by)
            case "accept":
                progress.accept(action, by=by)
            case "decline":
                progress.decline(action, reason=row["text"], by=by)
            case "stop":
                progress.stop(action, reason=row["text"], by=by)
            case other:
                raise ValueError(f"Nobody does “{other}” to an action")

    def _close(self, made: Plan, row: Row) -> None:
        """What was said of a plan when its year was over: outcomes judged, themes closed."""
        year = made.financial_year
        for one in _of(year, "outcomes"):
            outcome = self.outcomes[str(year), one["ref"]]
            plan.judge_outcome(
                outcome,
                judged=Judged(one["judged"]),
                why=one["why"],
                version=outcome.version,
                by=self.stage.actor(one["judged_by"], one["judged_on"]),
            )
        officer = self.stage.actor(OFFICER, row["closed_on"])
        by_number = {one["number"]: one["closing_statement"] for one in _of(year, "themes")}
        for theme in made.themes.all():
            text = by_number[str(theme.number)]
            plan.write_closing(theme, text=text, version=theme.version, by=officer)
        plan.write_closing(made, text=row["closing_statement"], version=made.version, by=officer)


def _of(year: FinancialYear, name: str) -> list[Row]:
    return [row for row in read(f"plan/{name}") if row["year"] == str(year)]


def _key(row: Row) -> tuple[str, str, str]:
    return row["year"], row["ref"], row["letter"]


def _timing(row: Row, year: FinancialYear, added: dt.date) -> ActionTiming:
    """When an action is due: read from its words, or from the columns beside them."""
    if not row["every"]:
        return parse(row["by_when"], year, added)
    return given(
        row["by_when"],
        starts=day(row["starts"]),
        due=day(row["due"]),
        every=Every(row["every"]),
    )
