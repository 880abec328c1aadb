"""What an inadequate or unsafe case needs: somebody told, something done, by a day."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from audits.models import CaseAudit, RemedialAction
from audits.permissions import finishes_remedies, sets_remedies
from audits.responsible import people_answering
from audits.verbs import AuditsVerb
from audits.workflow import NotAllowed
from earlyhelp.core.change import Details, Entry, changing, lock, not_after_today, record, refuse
from teams import notices
from teams.authority import Actor
from teams.models import User

NOT_RESPONSIBLE = "You are not appointed to look after this case."


def tell(audit: CaseAudit, by: Actor) -> tuple[User, ...]:
    """Tell who has to know of a concern, on record and by mail, and give them.

    The managers of the case's team and the heads of its locality; ``audit`` with its case. The
    mail says that something waits and where, and nothing of it.
    """
    people = people_answering(audit.case.team_id, audit.case.locality_id, by.today)
    record([Entry(AuditsVerb.TOLD, audit, after={"people": [one.pk for one in people]})], by)
    link = by.link(reverse("audit-case", args=[audit.pk]))
    notices.tell([one.email for one in people], "audits/mail/concern.txt", by, link=link)
    return tuple(people)


NO_CONCERN = "Only a case found inadequate or unsafe gets remedial actions."


def set_remedial(audit: CaseAudit, *, what: str, due_on: dt.date, by: Actor) -> RemedialAction:
    """Set something to be done about a case of concern, by a day.

    By the team's manager, its head, the director, a performance officer, or the auditor.
    Setting the same again while it is to be done gives what is there. Raises ``Refused``,
    ``NotAllowed`` or ValidationError by field.
    """
    what = what.strip()
    errors = {}
    if not what:
        errors["what"] = "Enter what has to be done"
    if due_on < by.today:
        errors["due_on"] = "Enter a day from today on"
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        audit = lock(audit)
        refuse("" if sets_remedies(by.authority, audit) else NOT_RESPONSIBLE)
        if not audit.is_a_concern:
            raise NotAllowed(NO_CONCERN)
        remedy, is_new = RemedialAction.objects.open().get_or_create(
            audit=audit,
            what=what,
            due_on=due_on,
            defaults={"set_at": by.now, "set_by": by.person},
        )
        if is_new:
            after = {"remedial_action": remedy.pk, "due_on": due_on.isoformat()}
            verb = AuditsVerb.REMEDIAL_ACTION_SET
            record([Entry(verb, audit, after=after, remarks={"reason": what})], by)
    return remedy


def finish_remedial(
    remedy: RemedialAction, *, done_on: dt.date, by: Actor, note: str = ""
) -> RemedialAction:
    """Say that a remedial action was done, and on which day; saying it again changes nothing.

    Raises ``Refused``, or ValidationError for a day still to come.
    """
    not_after_today("done_on", done_on, by, "Enter the day on which it was done, up to today")
    note = note.strip()
    with transaction.atomic():
        audit = lock(remedy.audit)
        refuse("" if finishes_remedies(by.authority, audit) else NOT_RESPONSIBLE)
        verb, details = AuditsVerb.REMEDIAL_ACTION_DONE, Details()
        with changing(remedy, verb, by, reason=note, about=audit, details=details) as remedy:
            if remedy.done_at is None:
                remedy.done_on, remedy.done_at, remedy.done_by = done_on, by.now, by.person
                remedy.note = note
                details.after = {"remedial_action": remedy.pk, "done_on": done_on.isoformat()}
    return remedy
