"""An audit was saved elsewhere meanwhile: both versions side by side, nothing typed lost."""

from typing import Any

from django.urls import reverse

from audits.casework.answers import Answer
from audits.casework.forms import (
    ABOUT,
    PARTS,
    WORDS,
    GradingForm,
    as_fields,
    key_of,
    snapshot,
)
from audits.grades import Grade, Threshold
from audits.models import CaseAudit, Indicator
from earlyhelp.core.pages.versioned_edit import ConflictPage, Part, Side, compare, lead

_NAMES = {
    "overall": "Overall judgement",
    "threshold": "Level of help",
    "is_unsafe": "Is the child unsafe?",
    **ABOUT,
}
_BUTTONS = [
    ("then", "stay", "Save and carry on"),
    ("then", "check", "Save and check answers"),
    ("then", "leave", "Save and leave"),
]


def conflict(audit: CaseAudit, form: GradingForm, by: str) -> ConflictPage:
    """Compare what was typed with what the audit says now, as the form was made from it.

    ``by`` is who saved it last, perhaps in another window.
    """
    indicators = {one.code: one for one in form.indicators}

    def side(part: Part, given: Any) -> Side:
        if part.name in indicators:
            return answer_side(given, indicators[part.name])
        return part_side(part.name.removeprefix(key_of("")), given)

    differing = compare(_parts(form, by), side, undecided=form.undecided)
    return ConflictPage(
        # Perhaps in another window of the same person.
        title="This audit was saved elsewhere while you were working on it",
        caption=f"{audit.case.round} · {audit.name}",
        lead=lead(differing),
        crumbs=[
            ("Audits", reverse("audits")),
            ("Your cases", reverse("auditing")),
        ],
        action=reverse("audit-grade", args=[audit.pk]),
        fields=[
            ("version", str(audit.version)),
            ("was", snapshot(form.now)),
            *as_fields(form),
        ],
        differing=differing,
        buttons=_BUTTONS,
        sides=("Saved meanwhile", "What I typed here"),
    )


def _parts(form: GradingForm, by: str) -> list[Part]:
    """Each answer, and each part of the judgement, that was posted."""
    answers = form.was.answers if form.was else {}
    parts = [
        Part(
            name=one.code,
            label=one.name,
            was=answers.get(one.code),
            theirs=form.now.answers[one.code],
            mine=form.given[one.pk],
            by=by,
        )
        for one in form.indicators
        if one.pk in form.given
    ]
    return parts + [
        Part(
            name=key_of(part),
            label=_NAMES[part],
            was=getattr(form.was.judgement, part) if form.was else None,
            theirs=getattr(form.now.judgement, part),
            mine=form.judged[part],
            by=by,
        )
        for part in PARTS
        if part in form.judged
    ]


def answer_side(answer: Answer, one: Indicator) -> Side:
    """One of the two answers to an indicator."""
    return Side(answer.label_for(one), [answer.comment] if answer.comment else [])


def part_side(part: str, value: Any) -> Side:
    """One of the two versions of a part of the judgement."""
    if part in WORDS:
        return Side("", [value]) if value else Side("Nothing written")
    if part == "is_unsafe":
        return Side("Yes, somebody must act today" if value else "No")
    if value in Grade.values:
        return Side(Grade(value).label)
    return Side(Threshold(value).label if value in Threshold.values else "Not judged")


def what_was_typed(form: GradingForm) -> list[tuple[str, Side]]:
    """Everything typed that says something, to be passed on where it can no longer be saved."""
    answers = [
        (one.name, answer_side(answer, one))
        for one in form.indicators
        if (answer := form.given.get(one.pk)) is not None and answer != Answer()
    ]
    return answers + [
        (_NAMES[part], part_side(part, value)) for part, value in form.judged.items() if value
    ]
