"""An auditor's work, and a moderator's: answers are saved, submitted, confirmed or changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from audits import workflow
from audits.casework import answers as rules
from audits.casework.answers import Answer, Decision, Errors, Judgement
from audits.models import CaseAudit, Given, Indicator
from audits.permissions import why_not_audit, why_not_moderate
from audits.safety.actions import people_to_tell, tell
from audits.verbs import AuditsVerb
from audits.workflow import CASE_AUDIT, CaseAct
from earlyhelp.core.change import (
    Details,
    Entry,
    changing,
    compare_version,
    lock,
    move,
    record,
    refuse,
)
from teams.authority import Actor
from teams.models import User

# The columns that an auditor's save writes, and a moderator's.
_GIVEN = ["grade", "comment", "text"]
_MODERATED = ["moderated_grade", "moderation_comment"]
_JUDGED = ["overall", "threshold", "is_unsafe", "strengths", "improvements"]


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
    given: Mapping[int, Answer],
    judgement: Judgement | None = None,
    *,
    version: int,
    by: Actor,
) -> CaseAudit:
    """Save what the auditor gave for some indicators, by id, and of the case as a whole.

    Only what differs is written, one event each. Saving what is there already changes nothing,
    whatever the version. Raises ``Refused``, ``NotAllowed``, ``AuditRefused`` or ``Stale``;
    then nothing is saved.
    """
    with transaction.atomic():
        audit = lock(audit)
        refuse(why_not_audit(by.authority, audit))
        rows = {row.indicator_id: row for row in Given.objects.of(audit)}
        changed = {
            pk: answer.tidied()
            for pk, answer in given.items()
            if answer.tidied() != (Answer.of(rows[pk]) if pk in rows else Answer())
        }
        before = Judgement.of(audit)
        after = before if judgement is None else judgement.tidied()
        if not changed and after == before:
            return audit
        workflow.refuse_unless_auditing(audit.case.round.state, turn=audit.turn)
        move(audit, CASE_AUDIT, CaseAct.SAVE, by)
        compare_version(audit, version)
        asked = indicators_of(audit)
        errors = rules.refusals(asked.values(), changed) | rules.refused_judgement(after)
        if errors:
            raise AuditRefused(errors)
        entries = _write_answers(audit, asked, rows, changed)
        entries += _write_judgement(audit, before, after)
        audit.version += 1
        audit.save(update_fields=["state", "version", *_JUDGED])
        record(entries, by)
    return audit


def indicators_of(audit: CaseAudit) -> dict[int, Indicator]:
    """What the audit asks, in the tool's order, by id, with choices; needs case and round."""
    return {
        indicator.pk: indicator
        for indicator in Indicator.objects.filter(tool=audit.case.round.tool_id)
        .prefetch_related("choices")
        .order_by("position", "code")
    }


def _write_answers(
    audit: CaseAudit,
    asked: Mapping[int, Indicator],
    rows: Mapping[int, Given],
    changed: Mapping[int, Answer],
) -> list[Entry]:
    """Write changed answers in one upsert, their choices where they differ; give the events."""
    entries = []
    codes = {choice.pk: choice.code for one in asked.values() for choice in one.choices.all()}
    written = []
    for pk, answer in changed.items():
        was = Answer.of(rows[pk]) if pk in rows else Answer()
        entries.append(
            Entry(
                verb=AuditsVerb.ANSWERED,
                subject=audit,
                part=asked[pk].code,
                before=_plain(was, codes),
                after=_plain(answer, codes),
                remarks={"note": answer.comment, "explanation": answer.text},
            )
        )
        written.append(
            Given(
                audit=audit,
                indicator_id=pk,
                grade=answer.grade,
                comment=answer.comment,
                text=answer.text,
            )
        )
    Given.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["audit", "indicator"],
        update_fields=_GIVEN,
    )
    choosing = {
        pk: answer.chosen
        for pk, answer in changed.items()
        if answer.chosen != (Answer.of(rows[pk]).chosen if pk in rows else frozenset())
    }
    if choosing:
        for row in Given.objects.filter(audit=audit, indicator__in=choosing):
            row.chosen.set(choosing[row.indicator_id])
    return entries


def _plain(answer: Answer, codes: Mapping[int, str]) -> dict[str, Any]:
    """An answer without its words, as the record keeps it."""
    plain: dict[str, Any] = {"grade": answer.grade}
    if answer.chosen:
        plain["chosen"] = sorted(codes[pk] for pk in answer.chosen)
    return plain


def _write_judgement(audit: CaseAudit, said: Judgement, becomes: Judgement) -> list[Entry]:
    """Put the judgement on the audit and give an event for each part that differs."""
    entries = []
    for name in _JUDGED:
        before, after = getattr(said, name), getattr(becomes, name)
        if before == after:
            continue
        setattr(audit, name, after)
        words = name in ("strengths", "improvements")
        entries.append(
            Entry(
                verb=AuditsVerb.JUDGED,
                subject=audit,
                part=name,
                before=None if words else before,
                after=None if words else after,
                remarks={"note": after} if words else {},
            )
        )
    return entries


def what_is_missing(audit: CaseAudit) -> Errors:
    """Why this audit cannot be submitted yet, by indicator id or field; empty when it can."""
    given = {row.indicator_id: Answer.of(row) for row in Given.objects.of(audit)}
    return rules.what_is_missing(indicators_of(audit).values(), given, Judgement.of(audit))


def submit(audit: CaseAudit, *, version: int, by: Actor) -> Submitted:
    """Submit a complete audit; a concern tells the team's manager and head at once.

    Sending the same submission again changes nothing. Raises ``Refused``, ``NotAllowed``,
    ``AuditRefused`` (with what is missing) or ``Stale``.
    """
    told = None
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
            if audit.is_a_concern:
                told = people_to_tell(audit, by.today)
        if told is not None:
            tell(audit, told, by=by)
    return Submitted(audit, told or ())


def moderate(
    audit: CaseAudit,
    decisions: Mapping[int, Decision],
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
    told, details, comment = None, Details(), comment.strip()
    verb = AuditsVerb.MODERATED
    with transaction.atomic():
        with changing(audit, verb, by, version=version, note=comment, details=details) as audit:
            refuse(why_not_moderate(by.authority, audit))
            move(audit, CASE_AUDIT, CaseAct.MODERATE, by)
            compare_version(audit, version)
            rows = list(Given.objects.of(audit))
            errors = _refused_moderation(audit, rows, decisions, overall, is_unsafe, comment)
            if errors:
                raise AuditRefused(errors)
            was_a_concern = audit.is_a_concern
            record(_write_moderation(audit, rows, decisions), by)
            audit.moderated_overall, audit.moderated_unsafe = overall, is_unsafe
            audit.moderation_comment = comment
            details.before = {"overall": audit.overall, "is_unsafe": audit.is_unsafe}
            details.after = {"overall": overall, "is_unsafe": is_unsafe}
            if audit.is_a_concern and not was_a_concern:
                told = people_to_tell(audit, by.today)
        if told is not None:
            tell(audit, told, by=by)
    return Submitted(audit, told or ())


def _refused_moderation(
    audit: CaseAudit,
    rows: list[Given],
    decisions: Mapping[int, Decision],
    overall: str,
    is_unsafe: bool,
    comment: str,
) -> Errors:
    errors: Errors = {}
    by_indicator = {row.indicator_id: row for row in rows}
    for pk, decision in decisions.items():
        row = by_indicator.get(pk)
        if row is None or not row.grade:
            errors[pk] = "The auditor gave no grade here, so there is none to change"
        elif decision.grade not in row.indicator.answers:
            errors[pk] = f"Choose one of the answers to “{row.indicator.name}”"
        elif decision.grade != row.grade and not decision.comment.strip():
            errors[pk] = f"Say why the grade of “{row.indicator.name}” changes"
    errors |= rules.refused_judgement(Judgement(overall=overall))
    if bool(overall) != bool(audit.overall):
        errors["overall"] = "Confirm or change the overall judgement"
    elif (overall, is_unsafe) != (audit.overall, audit.is_unsafe) and not comment.strip():
        errors["comment"] = "Say why the judgement changes"
    return errors


def _write_moderation(
    audit: CaseAudit, rows: list[Given], decisions: Mapping[int, Decision]
) -> list[Entry]:
    """Put the grade that counts on every graded row; give an event for each that changed."""
    entries = []
    graded = [row for row in rows if row.grade]
    for row in graded:
        decision = decisions.get(row.indicator_id, Decision(row.grade))
        row.moderated_grade = decision.grade
        row.moderation_comment = decision.comment.strip()
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
    Given.objects.bulk_update(graded, _MODERATED)
    return entries
