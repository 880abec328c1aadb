"""From review to the public: approved and frozen, published, withdrawn, a passage taken out."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from earlyhelp.core.change import (
    Details,
    Entry,
    changing,
    create,
    lock,
    move,
    record,
    refuse,
    required,
)
from earlyhelp.core.consistent_read import consistent_read
from earlyhelp.core.work import jobs
from earlyhelp.report import files
from earlyhelp.report.assembly import Assembled, assemble, blocks_in, sections_of
from earlyhelp.report.content import content_digest, identity_of
from earlyhelp.report.kept import Moment, kept, last_moment
from earlyhelp.report.models import (
    ChecklistAnswer,
    Edition,
    EditionFile,
    EditionOpening,
    EditionReader,
    Redaction,
    Report,
    Section,
)
from earlyhelp.report.permissions import (
    ReportPermission,
    why_not_approve,
    why_not_publish,
)
from earlyhelp.report.publishing import passages, telling
from earlyhelp.report.publishing.checklist import (
    Checklist,
    ChecklistItem,
    FoundInReport,
    check_report,
    checklist_of,
)
from earlyhelp.report.tree import canonical, digest_of
from earlyhelp.report.verbs import ReportVerb
from earlyhelp.report.workflow import (
    EDITION,
    REPORT,
    EditionAct,
    EditionState,
    NotAllowed,
    ReportAct,
)
from earlyhelp.report.writing.mending import Remarks, TextRemark
from measures.querysets import Audience
from measures.workflow import CorrectionKind
from teams.authority import Actor, AnyActor
from teams.models import User
from teams.permissions import require_anywhere


@dataclass(frozen=True)
class Frozen:
    """What an approval would freeze: both documents, the checklist, and what was read."""

    internal: Assembled
    external: Assembled
    checklist: Checklist
    content: str

    @property
    def figures(self) -> str:
        """The digest of both documents: of every number as it stands in them."""
        return _figures_of(self.internal, self.external)


def _figures_of(internal: Assembled, external: Assembled) -> str:
    return digest_of("".join(canonical(one.document) for one in (internal, external)))


def prepare(report: Report, today: dt.date) -> Frozen:
    """Put a report together for both audiences as the next edition; only reads."""
    sections = sections_of(report)
    internal, external = _assembled(report, sections, today)
    checked = check_report(report, sections, internal, external)
    listed = checklist_of(report, sections, checked)
    return Frozen(internal, external, listed, content_digest(report, sections))


def _assembled(
    report: Report, sections: Sequence[Section], today: dt.date
) -> tuple[Assembled, Assembled]:
    number = report.editions.count() + 1
    inside = assemble(report, audience=Audience.INTERNAL, today=today, edition=number, of=sections)
    outside = assemble(
        report,
        audience=Audience.EXTERNAL,
        today=today,
        edition=number,
        of=sections,
        beside=inside,
    )
    return inside, outside


@dataclass(frozen=True)
class ReadChecklist:
    """A checklist to read, with the digests of the words and of the figures that it is of.

    ``without_source`` are the numbers of its ``sections`` that have none, with what would give it:
    all of them, or none where one could not be found in its text.
    """

    checklist: Checklist
    content: str
    figures: str
    sections: Sequence[Section]
    without_source: Sequence[TextRemark]

    @property
    def other_errors(self) -> list[ChecklistItem]:
        """What stands against approving besides these numbers."""
        errors = self.checklist.errors
        return [one for one in errors if not (self.without_source and one.is_without_source)]


def read_checklist(report: Report, today: dt.date) -> ReadChecklist:
    """The checklist of a report as it stands; what it takes long to find is kept until it moves."""
    sections = sections_of(report)
    content = content_digest(report, sections)

    def made() -> tuple[FoundInReport, str, list[TextRemark]]:
        inside, outside = _assembled(report, sections, today)
        checked = check_report(report, sections, inside, outside)
        figures = _figures_of(inside, outside)
        number = sum(one.is_without_source for one in checked.errors)
        if not number:
            return checked, figures, []
        texts = {one.pk: one.text for each in sections for one in blocks_in(each) if one.has_words}
        remarks = Remarks(inside.placing, texts, list(report.sources.order_by("-id"))).listed()
        found = [one for one in remarks if one.source is not None]
        return checked, figures, found if len(found) == number else []

    authors = tuple(report.authors.order_by("name").values_list("name", flat=True))
    of = (report.code, report.period_text, authors, report.editions.count(), today)
    key = ("checklist", content, identity_of(sections), of)
    checked, figures, without_source = kept(key, made)
    listed = checklist_of(report, sections, checked)
    return ReadChecklist(listed, content, figures, sections, without_source)


def answer_warnings(
    report: Report, answers: Mapping[str, str], *, checklist: Checklist, by: Actor
) -> None:
    """Answer warnings of the checklist by name, by their keys; another answer takes its place.

    ``checklist`` is what the person read. Raises ``Refused``, ``NotAllowed`` or ValidationError.
    """
    require_anywhere(by.authority, [ReportPermission.WRITE])
    warnings = {one.key: one.text for one in checklist.warnings}
    if not warnings.keys() >= answers.keys():
        raise NotAllowed("One of these warnings does not stand any more.")
    with transaction.atomic():
        lock(report)
        for key, text in answers.items():
            _answer(report, key, warnings[key], text, by)


def _answer(report: Report, key: str, said: str, text: str, by: Actor) -> None:
    text = required("text", text, "Say why this is as it should be")
    known = report.answers.filter(warning=key).first()
    if known is None:
        answer = ChecklistAnswer(
            report=report, warning=key, said=said, text=text, at=by.now, by=by.person
        )
        create(answer, ReportVerb.WARNING_ANSWERED, by, note=text, after=key)
        return
    with changing(known, ReportVerb.WARNING_ANSWERED, by, note=text) as found:
        found.text, found.said, found.at, found.by = text, said, by.now, by.person


def send_back(report: Report, *, reason: str, by: Actor) -> Report:
    """Give a report back to its writers, from review or from approved, saying why.

    What was approved is kept as an edition that was never published.
    """
    refuse(why_not_approve(by.authority))
    reason = required("reason", reason, "Say what has to change")
    with changing(report, ReportVerb.SENT_BACK, by, reason=reason) as found:
        move(found, REPORT, ReportAct.SEND_BACK, by)
        found.sent_back_why = reason
        for edition in found.editions.filter(state=EditionState.APPROVED):
            with changing(edition, ReportVerb.EDITION_SENT_BACK, by, reason=reason) as taken:
                move(taken, EDITION, EditionAct.SEND_BACK, by)
    return found


def approve(
    report: Report, *, content: str, by: Actor, kind: str = "", figures: str = ""
) -> Edition:
    """Freeze a report: its words and every number in it are what is published.

    ``content`` is the digest of the words that the approver has read, ``figures`` that of the
    numbers, where a page showed them. Where it takes the place of another edition, ``kind`` is what
    kind of change it is; without it, the one that was proposed. Raises ``Refused``, or
    ``NotAllowed`` where something moved meanwhile or the checklist does not allow it.
    """
    return look_to_approve(report, content=content, by=by, kind=kind, figures=figures)()


def look_to_approve(
    report: Report, *, content: str, by: Actor, kind: str = "", figures: str = ""
) -> Callable[[], Edition]:
    """Put together what an approval would freeze, and give what writes it; see ``approve``."""
    refuse(why_not_approve(by.authority))
    with consistent_read():
        moment, frozen = last_moment(), prepare(report, by.today)
    _refuse_where_moved(frozen.content != content, figures not in ("", frozen.figures))
    if not frozen.checklist.allows:
        raise NotAllowed(frozen.checklist.why_not)
    return partial(_write_approval, report, frozen, moment, kind, by)


def _write_approval(
    report: Report, frozen: Frozen, moment: Moment, kind: str, by: Actor
) -> Edition:
    with changing(report, ReportVerb.APPROVED, by) as found:
        _refuse_where_moved(content_digest(found) != frozen.content, last_moment() != moment)
        move(found, REPORT, ReportAct.APPROVE, by)
        found.figures_as_at = by.today
        replaces = found.last_published
        if replaces is not None:
            found.next_kind = _known_kind(kind or found.next_kind)
        return _freeze(found, frozen, replaces, by)
    # Approved by the same person in another window: that edition.
    return report.editions.get(state=EditionState.APPROVED)


def _refuse_where_moved(has_other_words: bool, has_other_figures: bool) -> None:
    """What is approved is what was read."""
    if has_other_words:
        raise NotAllowed("Somebody changed the report while you read it: read it again.")
    if has_other_figures:
        raise NotAllowed("Figures changed while you read the report: read it again.")


def _known_kind(kind: str) -> str:
    if kind not in CorrectionKind.values:
        raise NotAllowed("Say what kind of change the new edition is for: choose one.")
    return kind


def _freeze(report: Report, frozen: Frozen, replaces: Edition | None, by: Actor) -> Edition:
    kind, number = "", 0
    if replaces is not None:
        kind, number = report.next_kind, replaces.number
    internal, external = (
        canonical(
            replace(
                passages.with_day(one.document, by.today),
                replaces=number,
                replaces_for=CorrectionKind(kind).label.lower() if kind else "",
            )
        )
        for one in (frozen.internal, frozen.external)
    )
    digests = {"internal": digest_of(internal), "external": digest_of(external)}
    edition = create(
        Edition(
            report=report,
            number=frozen.internal.document.edition,
            internal=internal,
            external=external,
            internal_digest=digests["internal"],
            external_digest=digests["external"],
            approved_at=by.now,
            approved_by=by.person,
            kind=kind,
            why=report.next_why if kind else "",
        ),
        ReportVerb.APPROVED,
        by,
        after=digests | ({"kind": kind} if kind else {}),
    )
    files.have_built(edition)
    return edition


def set_publication(
    edition: Edition, *, publish_at: dt.datetime, readers: list[User], by: Actor
) -> Edition:
    """Have an approved edition published at a moment, and name who reads it until then."""
    refuse(why_not_publish(by.authority))
    if publish_at <= by.now:
        raise ValidationError({"publish_at": "The day and hour have to be still to come"})
    details = Details()
    with changing(edition, ReportVerb.READER_NAMED, by, details=details) as found:
        if found.state != EditionState.APPROVED:
            raise NotAllowed(EDITION.why_not(EditionAct.PUBLISH, found.state))
        found.publish_at = publish_at
        known = set(found.readers.values_list("person", flat=True))
        new = [one for one in readers if one.pk not in known]
        EditionReader.objects.bulk_create(
            EditionReader(edition=found, person=person) for person in new
        )
        details.after["readers"] = [one.pk for one in new]
        payload = {"edition": found.pk, "by": by.person.pk, "site": by.site}
        jobs.add(files.PUBLISH, payload, due_at=publish_at)
    return found


def publish(edition: Edition, *, by: Actor) -> Edition:
    """Publish what was approved, as it was approved; an earlier edition is replaced.

    Raises ``Refused`` or ``NotAllowed``.
    """
    refuse(why_not_publish(by.authority))
    report = edition.report
    with changing(report, ReportVerb.PUBLISHED, by) as found:
        move(found, REPORT, ReportAct.PUBLISH, by)
        for earlier in found.editions.filter(state=EditionState.PUBLISHED):
            with changing(earlier, ReportVerb.REPLACED, by) as replaced:
                move(replaced, EDITION, EditionAct.REPLACE, by)
            telling.tell_readers(replaced, "replaced", by=by, later=edition)
        with changing(edition, ReportVerb.PUBLISHED, by) as published:
            move(published, EDITION, EditionAct.PUBLISH, by)
        telling.watch(published, by.site)
    edition.refresh_from_db()
    return edition


def revise(report: Report, *, kind: str, reason: str, by: Actor) -> Report:
    """Open a published report for a new edition; the published one stands until then.

    ``kind`` is what kind of change it is for, which whoever approves it confirms.
    """
    require_anywhere(by.authority, [ReportPermission.KEEP_REPORTS])
    reason = required("reason", reason, "Say why there is to be a new edition")
    with changing(report, ReportVerb.REVISED, by, reason=reason) as found:
        move(found, REPORT, ReportAct.REVISE, by)
        found.next_kind, found.next_why = _known_kind(kind), reason
    return found


def withdraw(edition: Edition, *, reason: str, by: Actor) -> Edition:
    """Take a published edition back at once; readers see that, when and why."""
    require_anywhere(by.authority, [ReportPermission.WITHDRAW])
    reason = required("reason", reason, "Say why it is withdrawn: readers will see this")
    with changing(edition, ReportVerb.WITHDRAWN, by, reason=reason) as found:
        move(found, EDITION, EditionAct.WITHDRAW, by)
        found.withdrawn_why = reason
        telling.tell_readers(found, "withdrawn", by=by)
    return found


# -- a passage taken out ------------------------------------------------------------------------


def ask_redaction(edition: Edition, *, place: str, ground: str, by: Actor) -> Redaction:
    """Ask for a passage of a withdrawn edition to be taken out; somebody else agrees."""
    require_anywhere(by.authority, [ReportPermission.PUBLISH])
    ground = required("ground", ground, "Say on what ground the passage goes")
    with transaction.atomic():
        edition = lock(edition)
        EDITION.next(EditionAct.REDACT, edition.state)
        passage = passages.passage_at(edition.internal, place)
        if passage is None:
            raise ValidationError({"place": "There is no such passage in this edition"})
        redaction = Redaction(
            edition=edition,
            section=passage.where,
            place=place,
            passage_digest=passage.digest,
            ground=ground,
            internal_before=edition.internal_digest,
            external_before=edition.external_digest,
            asked_at=by.now,
            asked_by=by.person,
        )
        return create(redaction, ReportVerb.REDACTION_ASKED, by, reason=ground, after=place)


def redact(redaction: Redaction, *, by: Actor) -> Edition:
    """Agree to a redaction: the passage is overwritten in both documents and in every file.

    Raises ``Refused`` for who asked for it, or ``NotAllowed`` where the edition changed meanwhile.
    """
    require_anywhere(by.authority, [ReportPermission.PUBLISH])
    if redaction.asked_by_id == by.person.pk:
        refuse("You asked for it: somebody else has to agree.")
    with transaction.atomic():
        edition = lock(redaction.edition)
        if redaction.done_at is not None:
            return edition
        if redaction.internal_before != edition.internal_digest:
            raise NotAllowed("The edition changed since: ask for it again.")
        with changing(redaction, ReportVerb.REDACTED, by) as done:
            done.done_at, done.done_by = by.now, by.person
        details = Details(
            before={"internal": edition.internal_digest, "external": edition.external_digest}
        )
        with changing(edition, ReportVerb.REDACTED, by, details=details) as found:
            _overwrite(found, redaction)
            details.after = {"internal": found.internal_digest, "external": found.external_digest}
        EditionFile.objects.filter(edition=edition).delete()
        files.have_built(found)
        telling.tell_readers(found, "redacted", by=by)
    return found


def _overwrite(edition: Edition, redaction: Redaction) -> None:
    for name in ("internal", "external"):
        text = canonical(passages.without(getattr(edition, name), redaction.passage_digest))
        setattr(edition, name, text)
        setattr(edition, f"{name}_digest", digest_of(text))


# -- who read it --------------------------------------------------------------------------------


def note_opening(edition: Edition, form: str, *, by: AnyActor) -> None:
    """Put on record who opened or downloaded an edition, in which form.

    Before it is published each time is an event; afterwards the first of each form is kept, for
    readers to be told when figures change.
    """
    if by.person is None:
        return
    is_early = edition.published_at is None
    # A published one is mostly opened again: that takes no lock.
    with transaction.atomic() if is_early else nullcontext():
        if is_early:
            record([Entry(ReportVerb.OPENED, lock(edition), form)], by)
        EditionOpening.objects.get_or_create(
            edition=edition,
            person=by.person,
            form=form,
            is_before_publication=is_early,
            defaults={"at": by.now},
        )
