"""One case as an auditor grades it: indicator by indicator, checked, or beside another's save."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from audits import workflow
from audits.casework import answers as rules
from audits.casework.answers import LONGEST, WORDS, AnsweredIndicator, CaseAnswer, Errors, Judgement
from audits.casework.forms import GradingForm, as_fields, key_of, write_snapshot
from audits.casework.indicators import (
    AnswerBox,
    IndicatorRow,
    options,
    overall_options,
    problems_of,
)
from audits.grades import Grade, IndicatorKind, Threshold
from audits.models import CaseAudit
from audits.permissions import why_not_audit
from audits.verbs import SAVES
from audits.workflow import CASE_AUDIT, CaseAct, NotAllowed
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.versioned_edit import ConflictPage, Part, Side, compare, lead
from earlyhelp.core.pages.wording import saved_ago
from teams.permissions import Authority
from teams.personal_data import Noticed, Written, noticed

# What the first of the radio buttons says where a list or a few words are the answer.
_ANSWERED = {IndicatorKind.CHOICES: "As ticked above", IndicatorKind.TEXT: "As written above"}
_PARTS = {
    "overall": "Overall judgement",
    "threshold": "Level of help",
    "is_unsafe": "Is the child unsafe?",
    **WORDS,
}


def last_save(audit: CaseAudit) -> Event | None:
    """The last save of an answer or a judgement; one query."""
    saves = Event.objects.about(audit).filter(verb__in=SAVES).select_related("by")
    return saves.order_by("-id").first()


def why_closed(authority: Authority, audit: CaseAudit) -> str:
    """Why this person cannot grade this case now; empty when they can."""
    refusal = why_not_audit(authority, audit)
    if refusal:
        return refusal
    try:
        CASE_AUDIT.next(CaseAct.SAVE, audit.state)
        workflow.refuse_unless_auditing(audit.case.round.state, turn=audit.turn)
    except NotAllowed as not_now:
        return str(not_now)
    return ""


# -- the page of a case ---------------------------------------------------------------------


@dataclass(frozen=True)
class _CasePage:
    """A case before it is submitted, and what in it looks like a person."""

    rows: Sequence[AnsweredIndicator]
    judgement: Judgement
    noticed: Sequence[Noticed]

    @property
    def answered(self) -> int:
        """How many indicators are answered."""
        return sum(row.is_answered for row in self.rows)

    @property
    def grades_quality(self) -> bool:
        """Whether the tool judges quality, so that there is an overall judgement."""
        return rules.grades_quality(row.indicator for row in self.rows)


@dataclass(frozen=True)
class GradedRow(IndicatorRow):
    """One indicator as it is graded."""

    is_unsaved: bool

    @property
    def grades(self) -> list[AnswerBox]:
        """Its radio buttons; a list or a few words can be the answer instead."""
        kind, chosen = IndicatorKind(self.indicator.kind), self.answer.grade or None
        ways = [(grade.value, grade.label) for grade in self.indicator.answers]
        if kind in _ANSWERED:
            ways.insert(0, ("", _ANSWERED[kind]))
            chosen = self.answer.grade
        return options(f"grade-{self.code}", ways, chosen)

    @property
    def choices(self) -> list[AnswerBox]:
        """The tick boxes of its list."""
        is_list = self.indicator.kind == IndicatorKind.CHOICES
        name, chosen = f"choice-{self.code}", self.answer.chosen
        return [
            AnswerBox(f"{name}-{place}", str(one.pk), one.label, one.pk in chosen)
            for place, one in enumerate(self.indicator.choices.all() if is_list else [], start=1)
        ]

    @property
    def is_comment_wrong(self) -> bool:
        """Whether the error is about the comment."""
        return bool(self.error) and len(self.answer.comment) > LONGEST

    @property
    def error_box(self) -> str:
        """The id of the box that the error is about."""
        return f"comment-{self.code}" if self.is_comment_wrong else self.box


@dataclass(frozen=True)
class GradePage(_CasePage):
    """The page; ``saved`` says when it was saved last."""

    overall: Sequence[AnswerBox]
    threshold: Sequence[AnswerBox]
    problems: Sequence[tuple[str, str]]
    errors: Errors
    is_case_unsaved: bool
    saved: str


def grade_page(form: GradingForm, audit: CaseAudit, now: dt.datetime) -> GradePage:
    """The page for what stands in the boxes, which need not be saved yet. Four queries at most.

    The form's indicators come with choices and guidance.
    """
    rows = [
        GradedRow(
            row.indicator,
            row.answer,
            number,
            form.errors.get(row.indicator.pk, ""),
            form.is_unsaved(row),
        )
        for number, row in enumerate(form.rows, start=1)
    ]
    last = last_save(audit)
    return GradePage(
        rows=rows,
        judgement=form.judgement,
        noticed=noticed(_written(rows, form.judgement)),
        overall=overall_options(form.judgement.overall),
        threshold=options("threshold", Threshold.choices, form.judgement.threshold),
        problems=problems_of(rows, form.errors),
        errors=form.errors,
        is_case_unsaved=form.is_case_unsaved,
        saved=saved_ago(last.at, now) if last else "",
    )


def _written(rows: Iterable[AnsweredIndicator], judgement: Judgement) -> list[Written]:
    """Everything that an auditor wrote about a case in their own words, box by box."""
    words = [
        Written(f"{box}-{row.code}", row.indicator.name, getattr(row.answer, box))
        for row in rows
        for box in ("text", "comment")
    ]
    return words + [Written(part, name, getattr(judgement, part)) for part, name in WORDS.items()]


# -- check what you found -------------------------------------------------------------------


@dataclass(frozen=True)
class CaseCheck(_CasePage):
    """The page; ``missing`` has the box to go to and the sentence for each."""

    missing: Sequence[tuple[str, str]]


def check(audit: CaseAudit) -> CaseCheck:
    """Everything that would be submitted, what is missing, and what looks like a person.

    Four queries, and five where there are words.
    """
    rows = rules.answered(audit)
    judgement = Judgement.of(audit)
    boxes: dict[int | str, str] = {"overall": "overall-1"}
    boxes |= {row.indicator.pk: _box(row) for row in rows}
    return CaseCheck(
        rows=rows,
        judgement=judgement,
        missing=[
            (boxes.get(key, str(key)), text)
            for key, text in rules.what_is_missing(rows, judgement).items()
        ],
        noticed=noticed(_written(rows, judgement)),
    )


def _box(row: AnsweredIndicator) -> str:
    """The box that has still to be filled in."""
    return f"comment-{row.code}" if row.is_answered else row.box


# -- saved elsewhere, or by now somebody else's ---------------------------------------------


def conflict(audit: CaseAudit, form: GradingForm) -> ConflictPage:
    """Compare what was typed with what the audit says now, as the form was made from it."""
    last = last_save(audit)
    by = str(last.by or "") if last else ""
    indicators = {one.code: one for one in form.indicators}
    posted: dict[str, tuple[str, Any]] = {
        row.code: (row.indicator.name, row.answer) for row in form.posted
    }
    posted |= {key_of(part): (_PARTS[part], value) for part, value in form.judged.items()}
    parts = [
        Part(name, label, form.was.get(name), form.now[name], mine, by)
        for name, (label, mine) in posted.items()
    ]

    def side(part: Part, given: Any) -> Side:
        if part.name in indicators:
            return _answer_side(AnsweredIndicator(indicators[part.name], given))
        return _part_side(part.name.removeprefix(key_of("")), given)

    differing = compare(parts, side, undecided=form.undecided)
    return ConflictPage(
        # Perhaps in another window of the same person.
        title="This audit was saved elsewhere while you were working on it",
        caption=f"{audit.case.round} · {audit.name}",
        lead=lead(differing),
        crumbs=[("Audits", reverse("audits")), ("Your cases", reverse("auditing"))],
        action=reverse("audit-grade", args=[audit.pk]),
        fields=[
            ("version", str(audit.version)),
            ("was", write_snapshot(form.now)),
            *as_fields(form),
        ],
        differing=differing,
        buttons=[
            ("then", "stay", "Save and carry on"),
            ("then", "check", "Save and check answers"),
            ("then", "leave", "Save and leave"),
        ],
        sides=("Saved meanwhile", "What I typed here"),
        row=audit,
    )


def _answer_side(row: AnsweredIndicator) -> Side:
    """One of the two answers to an indicator."""
    return Side(row.shown, [row.answer.comment] if row.answer.comment else [])


def _part_side(part: str, value: Any) -> Side:
    """One of the two versions of a part of the judgement."""
    if part in WORDS:
        return Side("", [value]) if value else Side("Nothing written")
    if part == "is_unsafe":
        return Side("Yes, somebody must act today" if value else "No")
    labels = dict([*Grade.choices, *Threshold.choices])
    return Side(labels.get(value, "Not judged"))


def what_was_typed(form: GradingForm) -> list[tuple[str, Side]]:
    """Everything typed that says something, to be passed on where it can no longer be saved."""
    answers = [
        (row.indicator.name, _answer_side(row)) for row in form.posted if row.answer != CaseAnswer()
    ]
    return answers + [
        (_PARTS[part], _part_side(part, value)) for part, value in form.judged.items() if value
    ]
