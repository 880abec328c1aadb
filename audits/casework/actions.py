"""An auditor's work, and a moderator's: answers are saved, submitted, confirmed or changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import transaction

from audits import workflow
from audits.casework import answers as rules
from audits.casework.answers import (
    PARTS,
    AnsweredIndicator,
    CaseAnswer,
    CaseDecision,
    Errors,
    GradeDecision,
    Judgement,
)
from audits.models import CaseAudit, Given
from audits.permissions import why_not_audit, why_not_moderate
from audits.safety.actions import tell
from audits.verbs import AuditsVerb
from audits.workflow import CASE_AUDIT, CaseAct
from earlyhelp.core.change import (
    Details,
    Entry,
    PartlySaved,
    changing,
    compare_version,
    lock,
    move,
    record,
    refuse,
)
from teams.authority import Actor
from teams.models import User

DecidedT = TypeVar("DecidedT")


class AuditRefused(Exception):
    """Answers break a rule; ``errors`` by indicator id, or field name for the case as a whole."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True)
class Submitted:
    """An audit that was submitted or moderated, and who was told of a concern, if it is one."""

    audit: CaseAudit
    told: tuple[User, ...] = ()


def save(
    audit: CaseAudit,
    given: Mapping[int, CaseAnswer],
    judgement: Judgement | None = None,
    *,
    version: int,
    by: Actor,
) -> CaseAudit:
    """Save all of what the auditor gave, or nothing; raises ``AuditRefused``, or as below."""
    with transaction.atomic():
        saved = save_valid(audit, given, judgement, version=version, by=by)
        if saved.refused:
            raise AuditRefused(dict(saved.refused))
    return saved.row


def save_valid(
    audit: CaseAudit,
    given: Mapping[int, CaseAnswer],
    judgement: Judgement | None = None,
    *,
    version: int,
    by: Actor,
) -> PartlySaved[CaseAudit]:
    """Save what is valid of what the auditor gave for some indicators, by id, and of the case.

    Only what differs is written, one event each. Saving what is there already changes nothing,
    whatever the version. Raises ``Refused``, ``NotAllowed`` or ``Stale``; then nothing is saved.
    """
    with transaction.atomic():
        audit = lock(audit)
        refuse(why_not_audit(by.authority, audit))
        rows = {row.indicator_id: row for row in Given.objects.of(audit)}
        was = {pk: CaseAnswer.of(rows.get(pk)) for pk in given}
        changed = {pk: new.tidied() for pk, new in given.items() if new.tidied() != was[pk]}
        before = Judgement.of(audit)
        after = before if judgement is None else judgement.tidied()
        if (changed, after) == ({}, before):
            return PartlySaved(audit, {}, is_new=False)
        workflow.refuse_unless_auditing(audit.case.round.state, turn=audit.turn)
        move(audit, CASE_AUDIT, CaseAct.SAVE, by)
        compare_version(audit, version)
        asked = {one.pk: one for one in rules.indicators_of(audit)}
        errors = rules.refusals(asked, changed) | rules.refused_judgement(after)
        kept, after = _valid(changed, errors), _valid_judgement(before, after, errors)
        if (kept, after) == ({}, before):
            return PartlySaved(lock(audit), errors, is_new=False)
        new = [AnsweredIndicator(asked[pk], answer) for pk, answer in kept.items()]
        entries = _write_answers(audit, new, was) + _write_judgement(audit, before, after)
        audit.version += 1
        audit.save(update_fields=["state", "version", *rules.PARTS])
        record(entries, by)
    return PartlySaved(audit, errors, is_new=True)


def _valid(changed: Mapping[int, DecidedT], errors: Errors) -> dict[int, DecidedT]:
    """What was not refused, by indicator id."""
    return {pk: decided for pk, decided in changed.items() if pk not in errors}


def _valid_judgement(before: Judgement, after: Judgement, errors: Errors) -> Judgement:
    """What was not refused over what was there."""
    return replace(after, **{part: getattr(before, part) for part in PARTS if part in errors})


def _write_answers(
    audit: CaseAudit, changed: Sequence[AnsweredIndicator], was: Mapping[int, CaseAnswer]
) -> list[Entry]:
    """Write changed answers in one upsert, their choices where they differ; give the events."""
    columns = ["grade", "comment", "text"]
    Given.objects.bulk_create(
        [
            Given(
                audit=audit,
                indicator=new.indicator,
                **{name: getattr(new.answer, name) for name in columns},
            )
            for new in changed
        ],
        update_conflicts=True,
        unique_fields=["audit", "indicator"],
        update_fields=columns,
    )
    chosen = {
        new.indicator.pk: new.answer.chosen
        for new in changed
        if new.answer.chosen != was[new.indicator.pk].chosen
    }
    if chosen:
        for row in Given.objects.filter(audit=audit, indicator__in=chosen):
            row.chosen.set(chosen[row.indicator_id])
    return [
        Entry(
            verb=AuditsVerb.ANSWERED,
            subject=audit,
            part=new.code,
            before=_plain(AnsweredIndicator(new.indicator, was[new.indicator.pk])),
            after=_plain(new),
            remarks={"note": new.answer.comment, "explanation": new.answer.text},
        )
        for new in changed
    ]


def _plain(row: AnsweredIndicator) -> dict[str, Any]:
    """An answer without its words, as the record keeps it."""
    plain: dict[str, Any] = {"grade": row.answer.grade}
    if row.answer.chosen:
        choices = row.indicator.choices.all()
        plain["chosen"] = sorted(one.code for one in choices if one.pk in row.answer.chosen)
    return plain


def _write_judgement(audit: CaseAudit, before: Judgement, after: Judgement) -> list[Entry]:
    """Put the judgement on the audit and give an event for each part that differs."""
    entries = []
    for part in rules.PARTS:
        was, new = getattr(before, part), getattr(after, part)
        if was == new:
            continue
        setattr(audit, part, new)
        said = (None, None, {"note": new}) if part in rules.WORDS else (was, new, {})
        entries.append(Entry(AuditsVerb.JUDGED, audit, part, *said))
    return entries


def what_is_missing(audit: CaseAudit) -> Errors:
    """Why this audit cannot be submitted yet, by indicator id or field; empty when it can."""
    return rules.what_is_missing(rules.answered(audit), Judgement.of(audit))


def submit(audit: CaseAudit, *, version: int, by: Actor) -> Submitted:
    """Submit a complete audit; a concern tells the team's manager and head at once.

    Sending the same submission again changes nothing. Raises ``Refused``, ``NotAllowed``,
    ``AuditRefused`` (with what is missing) or ``Stale``.
    """
    is_new = False
    with transaction.atomic():
        with changing(audit, AuditsVerb.SUBMITTED, by, version=version) as audit:
            refuse(why_not_audit(by.authority, audit))
            move(audit, CASE_AUDIT, CaseAct.SUBMIT, by)
            workflow.refuse_unless_auditing(audit.case.round.state, turn=audit.turn)
            compare_version(audit, version)
            missing = what_is_missing(audit)
            if missing:
                raise AuditRefused(missing)
            audit.submitted_on = by.today
            is_new = audit.is_a_concern
        return Submitted(audit, tell(audit, by) if is_new else ())


def save_moderation(
    audit: CaseAudit,
    decisions: Mapping[int, GradeDecision],
    judgement: CaseDecision | None = None,
    *,
    version: int,
    by: Actor,
) -> PartlySaved[CaseAudit]:
    """Save what is valid of a moderation that is not given yet: it counts nowhere.

    A changed grade without its comment is kept on neither side, and so is a changed judgement.
    The record says that it was saved, and what it says once it is given. Raises ``Refused``,
    ``NotAllowed`` or ``Stale``; then nothing is saved.
    """
    with transaction.atomic():
        audit = lock(audit)
        refuse(why_not_moderate(by.authority, audit))
        graded = Given.objects.of(audit).exclude(grade="")
        rows = {row.indicator_id: row for row in graded}
        drafts = {pk: GradeDecision.draft_of(row) for pk, row in rows.items()}
        changed = {pk: new for pk, new in decisions.items() if new != drafts.get(pk)}
        before = CaseDecision.draft_of(audit)
        after = judgement or before
        if (changed, after) == ({}, before):
            return PartlySaved(audit, {}, is_new=False)
        CASE_AUDIT.next(CaseAct.MODERATE, audit.state)
        compare_version(audit, version)
        errors = _refused_moderation(audit, rows.values(), changed, after)
        kept = _valid(changed, errors)
        after = before if {"overall", "comment"} & set(errors) else after
        if (kept, after) == ({}, before):
            return PartlySaved(lock(audit), errors, is_new=False)
        _write_draft(audit, {rows[pk]: decision for pk, decision in kept.items()}, after)
        saved = {"decisions": len(kept)}
        record([Entry(AuditsVerb.MODERATION_SAVED, audit, after=saved)], by)
    return PartlySaved(audit, errors, is_new=True)


def _write_draft(
    audit: CaseAudit, kept: Mapping[Given, GradeDecision], judgement: CaseDecision
) -> None:
    """Write what a moderator decided so far where no result reads it."""
    for row, decision in kept.items():
        is_new = decision != GradeDecision(row.grade)
        row.draft_grade, row.draft_comment = decision.grade if is_new else "", decision.comment
    Given.objects.bulk_update(kept, ["draft_grade", "draft_comment"])
    audit.draft_overall, audit.draft_unsafe = judgement.overall, judgement.is_unsafe
    audit.draft_comment = judgement.comment
    audit.version += 1
    audit.save(update_fields=["draft_overall", "draft_unsafe", "draft_comment", "version"])


def moderate(
    audit: CaseAudit,
    decisions: Mapping[int, GradeDecision],
    *,
    overall: str,
    is_unsafe: bool,
    version: int,
    by: Actor,
    comment: str = "",
) -> Submitted:
    """Confirm or change the grades of a submitted audit; both are kept, the moderator's counts.

    ``decisions`` holds a grade for the indicators (by id) that change; every other grade is
    confirmed. A changed grade, and a changed overall judgement or safety, needs a comment. A
    case that only the moderator finds of concern tells its manager and head now. Moderating
    again the same way changes nothing. Raises ``Refused``, ``NotAllowed``, ``AuditRefused``
    or ``Stale``.
    """
    is_new, details, comment = False, Details(), comment.strip()
    verb = AuditsVerb.MODERATED
    with transaction.atomic():
        with changing(audit, verb, by, version=version, note=comment, details=details) as audit:
            refuse(why_not_moderate(by.authority, audit))
            move(audit, CASE_AUDIT, CaseAct.MODERATE, by)
            compare_version(audit, version)
            rows = [row for row in Given.objects.of(audit) if row.grade]
            was_a_concern = audit.is_a_concern
            errors = _refused_moderation(
                audit, rows, decisions, CaseDecision(overall, is_unsafe, comment)
            )
            if errors:
                raise AuditRefused(errors)
            audit.moderated_overall, audit.moderated_unsafe = overall, is_unsafe
            audit.moderation_comment = comment
            audit.draft_overall, audit.draft_unsafe, audit.draft_comment = "", None, ""
            record(_write_moderation(audit, rows, decisions), by)
            details.before = {"overall": audit.overall, "is_unsafe": audit.is_unsafe}
            details.after = {"overall": overall, "is_unsafe": is_unsafe}
            is_new = audit.is_a_concern and not was_a_concern
        return Submitted(audit, tell(audit, by) if is_new else ())


def _refused_moderation(
    audit: CaseAudit,
    graded: Iterable[Given],
    decisions: Mapping[int, GradeDecision],
    judgement: CaseDecision,
) -> Errors:
    """What is wrong with these decisions, by indicator id, or by the box for the whole case."""
    errors: Errors = {}
    by_indicator = {row.indicator_id: row for row in graded}
    for pk, decision in decisions.items():
        row = by_indicator.get(pk)
        if row is None:
            errors[pk] = "The auditor gave no grade here, so there is none to change"
        elif decision.grade not in row.indicator.answers:
            errors[pk] = f"Select one of the answers to “{row.indicator.name}”"
        elif decision.grade != row.grade and not decision.comment.strip():
            errors[pk] = f"Enter why the grade of “{row.indicator.name}” changes"
    overall, is_unsafe = judgement.overall, judgement.is_unsafe
    errors |= rules.refused_judgement(Judgement(overall=overall))
    if bool(overall) != bool(audit.overall):
        errors["overall"] = "Confirm or change the overall judgement"
    elif (overall, is_unsafe) != (audit.overall, audit.is_unsafe) and not judgement.comment:
        errors["comment"] = "Enter why the judgement changes"
    return errors


def _write_moderation(
    audit: CaseAudit, graded: Sequence[Given], decisions: Mapping[int, GradeDecision]
) -> list[Entry]:
    """Put the grade that counts on every graded row; give an event for each that changed."""
    entries = []
    for row in graded:
        decision = decisions.get(row.indicator_id, GradeDecision(row.grade))
        row.moderated_grade = decision.grade
        row.moderation_comment = decision.comment.strip()
        row.draft_grade = row.draft_comment = ""
        if decision.grade != row.grade:
            entries.append(
                Entry(
                    verb=AuditsVerb.GRADE_CHANGED,
                    subject=audit,
                    part=row.indicator.code,
                    before={"grade": row.grade},
                    after={"grade": decision.grade},
                    remarks={"note": row.moderation_comment},
                )
            )
    columns = ["moderated_grade", "moderation_comment", "draft_grade", "draft_comment"]
    Given.objects.bulk_update(graded, columns)
    return entries
