"""One submitted audit as a moderator looks at it: each grade confirmed or changed."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits.casework.answers import LONGEST, CaseAnswer, CaseDecision, GradeDecision
from audits.casework.indicators import (
    AnswerBox,
    IndicatorRow,
    options,
    overall_options,
    problems_of,
)
from audits.grades import Grade, judgement_label
from audits.models import CaseAudit, Indicator
from audits.moderation.forms import WHOLE_CASE, ModerationForm, write_snapshot
from audits.verbs import AuditsVerb
from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.versioned_edit import ConflictPage, Part, Side, compare, lead
from earlyhelp.core.pages.wording import saved_ago
from teams.personal_data import Noticed, Written, noticed


@dataclass(frozen=True)
class ModerationRow(IndicatorRow):
    """One indicator, with the auditor's answer; without a grade there is none to change."""

    decision: GradeDecision
    is_unsaved: bool

    @property
    def grades(self) -> list[AnswerBox]:
        """Its radio buttons."""
        ways = [(grade.value, grade.label) for grade in self.indicator.answers]
        return options(f"grade-{self.code}", ways, self.decision.grade)

    @property
    def error_box(self) -> str:
        """The id of the box that the error is about."""
        changes = self.decision.grade != self.answer.grade
        is_about_words = changes or len(self.decision.comment) > LONGEST
        return f"comment-{self.code}" if is_about_words else f"grade-{self.code}-1"


@dataclass(frozen=True)
class ModerationPage:
    """The page."""

    form: ModerationForm
    rows: Sequence[ModerationRow]
    overall: Sequence[AnswerBox]
    problems: Sequence[tuple[str, str]]
    noticed: Sequence[Noticed]
    saved: str


def moderation_page(
    form: ModerationForm, audit: CaseAudit, asked: Iterable[Indicator], now: dt.datetime
) -> ModerationPage:
    """The page for what stands in the boxes; ``asked`` come with choices and guidance."""
    rows = [
        ModerationRow(
            one,
            CaseAnswer.of(form.given.get(one.pk)),
            number,
            form.errors.get(one.pk, ""),
            form.decisions.get(one.pk, GradeDecision("")),
            one.pk in form.decisions and form.is_unsaved(one.code),
        )
        for number, one in enumerate(asked, start=1)
    ]
    return ModerationPage(
        form=form,
        rows=rows,
        overall=overall_options(form.judgement.overall) if audit.overall else [],
        problems=problems_of(rows, form.errors),
        noticed=noticed(written(form)),
        saved=_saved(audit, now),
    )


def _saved(audit: CaseAudit, now: dt.datetime) -> str:
    """When it was last saved and by whom, while it is not given; one query where it was."""
    if audit.draft_unsafe is None:
        return ""
    saves = Event.objects.about(audit).filter(verb=AuditsVerb.MODERATION_SAVED)
    last = saves.select_related("by").order_by("-id").first()
    return f"{saved_ago(last.at, now)} by {last.by}" if last else ""


def written(form: ModerationForm) -> list[Written]:
    """Everything that the moderator wrote."""
    return [
        Written(
            f"comment-{row.indicator.code}",
            row.indicator.name,
            form.decisions[row.indicator_id].comment,
        )
        for row in form.graded
    ] + [Written("comment", "Why the judgement changes", form.judgement.comment)]


def what_was_typed(form: ModerationForm) -> list[tuple[str, str, str]]:
    """What would have changed: the indicator, the grade, why; to be passed on."""
    labels = dict(Grade.choices)
    changes = [
        (row.indicator.name, labels.get(decision.grade, ""), decision.comment)
        for row in form.graded
        if (decision := form.decisions[row.indicator_id]) != GradeDecision(row.grade)
    ]
    said = form.judgement
    overall = judgement_label(
        said.overall if said.overall in labels else "", is_unsafe=said.is_unsafe
    )
    return [*changes, (_WHOLE, overall, said.comment)]


def conflict(audit: CaseAudit, form: ModerationForm) -> ConflictPage:
    """Compare what was typed with what is saved now, as the form was made from it."""
    names = {row.indicator.code: row.indicator.name for row in form.graded} | {WHOLE_CASE: _WHOLE}
    parts = [
        Part(name, names[name], form.was.get(name), form.now[name], mine)
        for name, mine in form.typed().items()
    ]
    differing = compare(parts, lambda _, said: _side(said), undecided=form.undecided)
    return ConflictPage(
        title="This audit was changed elsewhere while you were moderating it",
        caption=f"{audit.case.round} · {audit.name}",
        lead=lead(differing),
        crumbs=[("Audits", reverse("audits")), ("Your cases", reverse("auditing"))],
        action=reverse("audit-moderate", args=[audit.pk]),
        fields=[
            ("version", str(audit.version)),
            ("was", write_snapshot(form.now)),
            *form.as_fields(),
        ],
        differing=differing,
        buttons=[("then", "moderate", f"Moderate {audit.name}"), ("then", "leave", SAVE_AND_LEAVE)],
        sides=("As it is saved", "What I typed here"),
    )


SAVE_AND_LEAVE = "Save and leave"
_WHOLE = "The case as a whole"


def _side(said: GradeDecision | CaseDecision) -> Side:
    """One of the two decisions, as people read it."""
    labels = dict(Grade.choices)
    if isinstance(said, CaseDecision):
        shown = judgement_label(
            said.overall if said.overall in labels else "", is_unsafe=said.is_unsafe
        )
    else:
        shown = labels.get(said.grade, "")
    return Side(shown, [said.comment] if said.comment else [])
