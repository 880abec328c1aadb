"""What an inadequate or unsafe case needs: somebody told, something done, by a day."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import CaseAudit, RemedialAction, SampledCase
from audits.permissions import finishes_remedies, sets_remedies
from audits.responsible import people_answering
from audits.verbs import AuditsVerb
from audits.workflow import NotAllowed
from earlyhelp.core import clock
from teams import record
from teams.models import Route, User
from teams.permissions import Refused, Standing


def people_to_tell(audit: CaseAudit, today: dt.date) -> list[User]:
    """The managers of the case's team and the heads of its locality; ``audit`` with its case."""
    return people_answering(audit.case.team_id, audit.case.locality_id, today)


def tell(
    audit: CaseAudit, *, by: User, today: dt.date, route: Route, at: dt.datetime
) -> tuple[User, ...]:
    """Put on record who has to know of this concern, and give them: whoever calls writes to them.

    Runs inside the action's transaction, so the mail (``audits.safety.emails``) waits for its end.
    """
    people = people_to_tell(audit, today)
    record.note(
        AuditsVerb.TOLD,
        audit,
        by=by,
        route=route,
        at=at,
        after={"people": [one.pk for one in people]},
    )
    return tuple(people)


def _lock(audit: CaseAudit) -> CaseAudit:
    found = CaseAudit.objects.select_for_update().get(pk=audit.pk)
    found.case = SampledCase.objects.select_related("round").get(pk=found.case_id)
    return found


def set_remedial(
    audit: CaseAudit,
    *,
    what: str,
    due_on: dt.date,
    by: User,
    standing: Standing,
    today: dt.date,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> RemedialAction:
    """Set something to be done about a case of concern, by a day.

    By the team's manager, its head, the director, a performance officer, or the auditor.
    Setting the same again while it is to be done gives what is there. Raises ``Refused``,
    ``NotAllowed`` or ValidationError by field.
    """
    at = at or clock.now()
    errors = {}
    if not what.strip():
        errors["what"] = "Say what has to be done"
    if due_on < today:
        errors["due_on"] = "Give a day from today on"
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        found = _lock(audit)
        if not sets_remedies(standing, found):
            raise Refused("You are not appointed to look after this case.")
        if not found.is_a_concern:
            raise NotAllowed("Only a case found inadequate or unsafe gets remedial actions.")
        same = RemedialAction.objects.open().filter(audit=found, what=what.strip(), due_on=due_on)
        if already := same.first():
            return already
        remedy = RemedialAction.objects.create(
            audit=found, what=what.strip(), due_on=due_on, set_at=at, set_by=by
        )
        record.note(
            AuditsVerb.REMEDIAL_ACTION_SET,
            found,
            by=by,
            route=route,
            at=at,
            reason=remedy.what,
            after={"remedial_action": remedy.pk, "due_on": due_on.isoformat()},
        )
    return remedy


def finish_remedial(
    remedy: RemedialAction,
    *,
    done_on: dt.date,
    by: User,
    standing: Standing,
    today: dt.date,
    note: str = "",
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> RemedialAction:
    """Say that a remedial action was done, and on which day; saying it again changes nothing.

    Raises ``Refused``, or ValidationError for a day still to come.
    """
    at = at or clock.now()
    if done_on > today:
        raise ValidationError({"done_on": "Give the day on which it was done, up to today"})
    with transaction.atomic():
        audit = _lock(remedy.audit)
        if not finishes_remedies(standing, audit):
            raise Refused("You are not appointed to look after this case.")
        found = RemedialAction.objects.select_for_update().get(pk=remedy.pk)
        if found.done_at is not None:
            return found
        found.done_on, found.done_at, found.done_by = done_on, at, by
        found.note = note.strip()
        found.save()
        record.note(
            AuditsVerb.REMEDIAL_ACTION_DONE,
            audit,
            by=by,
            route=route,
            at=at,
            reason=found.note,
            after={"remedial_action": found.pk, "done_on": done_on.isoformat()},
        )
    return found
