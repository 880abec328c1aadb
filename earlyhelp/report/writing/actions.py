"""Writing a report: sections, blocks, sources, comments, signatures. Every change is on record."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from earlyhelp.core.change import changing, create, lock, move, refuse, required
from earlyhelp.report.assembly import blocks_in, sections_of
from earlyhelp.report.content import section_digest, writers_of
from earlyhelp.report.models import (
    BlockKind,
    Comment,
    Report,
    ReportBlock,
    ReportSource,
    Section,
    SectionSignature,
)
from earlyhelp.report.periods import parse_period
from earlyhelp.report.permissions import (
    ReportPermission,
    why_not_remove_section,
    why_not_sign,
    why_not_write,
    why_not_write_block,
)
from earlyhelp.report.verbs import ReportVerb
from earlyhelp.report.workflow import REPORT, NotAllowed, ReportAct, ReportState
from earlyhelp.report.writing.mending import Mend
from earlyhelp.report.writing.word_back import word_differences
from earlyhelp.report.writing.word_in import WordParagraph
from teams import notices
from teams.authority import Actor
from teams.models import User
from teams.permissions import require_anywhere


def begin_report(
    *, code: str, period: str, title: str, marking: str = "OFFICIAL", by: Actor
) -> Report:
    """A new report without sections; raises ``Refused`` or ValidationError by field."""
    require_anywhere(by.authority, [ReportPermission.KEEP_REPORTS])
    try:
        found = parse_period(period)
    except ValueError as wrong:
        raise ValidationError({"period": str(wrong)}) from wrong
    report = Report(
        code=code.strip(),
        period_text=str(found),
        title=required("title", title, "Enter a title"),
        marking=required("marking", marking, "Enter the protective marking"),
        created_at=by.now,
        created_by=by.person,
    )
    return create(report, ReportVerb.BEGUN, by, after={"code": code, "period": str(found)})


def change_report(
    report: Report,
    *,
    title: str,
    marking: str,
    authors: list[User],
    next_report_on: dt.date | None,
    version: int,
    by: Actor,
) -> Report:
    """Give a report another title, marking, authors or date of the next one."""
    require_anywhere(by.authority, [ReportPermission.KEEP_REPORTS])
    title = required("title", title, "Enter a title")
    with changing(report, ReportVerb.CHANGED, by, version=version) as found:
        _refuse_unless_written(found)
        found.title, found.marking = title, required("marking", marking, "Enter the marking")
        found.next_report_on = next_report_on
        found.authors.set(authors)
    return found


def _refuse_unless_written(report: Report) -> None:
    REPORT.next(ReportAct.WRITE, report.state)


def lock_to_write(report: Report) -> Report:
    """The report, locked; raises ``NotAllowed`` where nothing is written in it any more."""
    found = lock(report)
    _refuse_unless_written(found)
    return found


# -- sections ---------------------------------------------------------------------------------


def add_section(
    report: Report,
    *,
    heading: str,
    level: int = 1,
    position: int | None = None,
    writer: User | None = None,
    reader: User | None = None,
    source: ReportSource | None = None,
    is_impact: bool = False,
    by: Actor,
) -> Section:
    """A section of its own heading, last unless a position is given."""
    require_anywhere(by.authority, [ReportPermission.KEEP_REPORTS])
    with transaction.atomic():
        report = lock_to_write(report)
        if position is None:
            last = report.sections.aggregate(last=Max("position"))["last"] or 0
            position = last + 10
        section = Section(
            report=report,
            position=position,
            level=level,
            heading=required("heading", heading, "Enter a heading"),
            writer=writer,
            reader=reader,
            source=source,
            is_impact=is_impact,
        )
        return create(section, ReportVerb.SECTION_ADDED, by, after={"report": report.code})


def change_section(
    section: Section, values: Mapping[str, Any], *, version: int, by: Actor
) -> Section:
    """Change what a section is called, where it stands, and who writes and reads it."""
    refuse(why_not_write(by.authority, section))
    with changing(section, ReportVerb.SECTION_CHANGED, by, version=version) as found:
        lock_to_write(found.report)
        for name, value in values.items():
            setattr(found, name, value)
        required("heading", found.heading, "Enter a heading")
    return found


def remove_section(section: Section, *, version: int, by: Actor) -> Section:
    """Take a section out of its report; it stays on record.

    Refused while words stand in it that are somebody else's own.
    """
    require_anywhere(by.authority, [ReportPermission.KEEP_REPORTS])
    refuse(why_not_remove_section(by.authority, section))
    with changing(section, ReportVerb.SECTION_REMOVED, by, version=version) as found:
        lock_to_write(found.report)
        found.removed_at = by.now
    return found


# -- blocks -----------------------------------------------------------------------------------


def add_block(
    section: Section,
    *,
    kind: str = BlockKind.TEXT,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    source: ReportSource | None = None,
    copied_from: str = "",
    copied_on: dt.date | None = None,
    only_by: User | None = None,
    position: int | None = None,
    verb: ReportVerb = ReportVerb.BLOCK_ADDED,
    by: Actor,
) -> ReportBlock:
    """A block of a section, last unless a position is given; who copies one has not written it."""
    refuse(why_not_write(by.authority, section))
    with transaction.atomic():
        lock_to_write(section.report)
        if position is None:
            last = section.blocks.aggregate(last=Max("position"))["last"] or 0
            position = last + 10
        block = ReportBlock(
            section=section,
            position=position,
            kind=kind,
            text=text.strip(),
            data=dict(data or {}),
            source=source,
            copied_from=copied_from,
            copied_on=copied_on,
            only_by=only_by,
        )
        return create(block, verb, by, note=text, after={"kind": block.kind})


def write_block(
    block: ReportBlock, values: Mapping[str, Any], *, version: int, by: Actor
) -> ReportBlock:
    """Change a block; raises ``Stale`` where somebody else did meanwhile."""
    refuse(why_not_write_block(by.authority, block))
    text = str(values.get("text", block.text))
    with changing(block, ReportVerb.BLOCK_CHANGED, by, version=version, note=text) as found:
        lock_to_write(found.section.report)
        for name, value in values.items():
            setattr(found, name, value)
        found.text = found.text.replace("\r\n", "\n").strip()
    return found


def look_to_take_words(
    report: Report, paragraphs: Sequence[WordParagraph], ticked: Collection[str], *, by: Actor
) -> Callable[[], int]:
    """Find the texts with what was ticked taken over of a draft that came back from Word.

    Gives what writes them, and says how many blocks changed.

    Raises ``NotAllowed`` where nothing was ticked, or words moved since they were read.
    """
    if not ticked:
        raise NotAllowed("Nothing was ticked, so nothing was taken over.")
    _refuse_unless_written(report)
    found = word_differences(report, paragraphs, by)
    _refuse_where_moved(bool(set(ticked) - {row.key for each in found for row in each.rows}))
    return partial(_write_taken, report, [one for each in found for one in each.taken(ticked)], by)


def _refuse_where_moved(is_moved: bool) -> None:
    if is_moved:
        raise NotAllowed("Somebody changed these words meanwhile: look at the draft again.")


def _write_taken(report: Report, taken: Sequence[tuple[int, int, str]], by: Actor) -> int:
    with transaction.atomic():
        found = lock_to_write(report)
        blocks = {one.pk: one for section in sections_of(found) for one in blocks_in(section)}
        _refuse_where_moved(
            any(key not in blocks or blocks[key].version != was for key, was, _ in taken)
        )
        for key, version, text in taken:
            write_block(blocks[key], {"text": text}, version=version, by=by)
    return len(taken)


def remove_block(block: ReportBlock, *, version: int, by: Actor) -> ReportBlock:
    """Take a block out of its section; it stays on record."""
    refuse(why_not_write(by.authority, block.section) or _somebody_s_own(block, by))
    with changing(block, ReportVerb.BLOCK_REMOVED, by, version=version) as found:
        lock_to_write(found.section.report)
        found.removed_at = by.now
    return found


def _somebody_s_own(block: ReportBlock, by: Actor) -> str:
    return why_not_write_block(by.authority, block) if block.only_by_id else ""


def ask_for_paragraph(
    section: Section,
    *,
    of: User,
    wanted: str,
    due_on: dt.date,
    is_own: bool = False,
    by: Actor,
) -> ReportBlock:
    """An empty text in a section that somebody is asked to write by a day, and is told of.

    With ``is_own`` the words are theirs alone (a scrutineer's, say): nobody else changes them.
    """
    refuse(why_not_write(by.authority, section))
    wanted = required("wanted", wanted, "Say what the paragraph is to be about")
    if due_on < by.today:
        raise ValidationError({"due_on": "The day has to be still to come"})
    with transaction.atomic():
        lock_to_write(section.report)
        last = section.blocks.aggregate(last=Max("position"))["last"] or 0
        block = ReportBlock(
            section=section,
            position=last + 10,
            asked_of=of,
            asked_for=wanted,
            due_on=due_on,
            only_by=of if is_own else None,
        )
        after = {"of": of.pk, "due_on": due_on.isoformat()}
        create(block, ReportVerb.PARAGRAPH_ASKED, by, note=wanted, after=after)
        if of != by.person:
            link = by.link(block.url)
            notices.tell([of.email], "report/mail/paragraph_asked.txt", by, asked=block, link=link)
    return block


# -- sources, comments, signatures ------------------------------------------------------------


def give_source(
    report: Report, *, code: str, what: str, when: str, who: str, by: Actor
) -> ReportSource:
    """A source for numbers that do not come from the data: what it is, of when, by whom."""
    require_anywhere(by.authority, [ReportPermission.WRITE])
    with transaction.atomic():
        report = lock_to_write(report)
        source = ReportSource(report=report, code=code, what=what, when=when, who=who)
        return create(source, ReportVerb.SOURCE_GIVEN, by, after={"code": code})


def give_source_for(
    block: ReportBlock, place: Mend, *, code: str, what: str, when: str, who: str, by: Actor
) -> ReportBlock:
    """A source for a number of a block, with its mark after the number; both or none."""
    refuse(why_not_write_block(by.authority, block))
    with transaction.atomic():
        source = give_source(block.section.report, code=code, what=what, when=when, who=who, by=by)
        text = place.with_source(source.code).applied(block.text)
        return write_block(block, {"text": text}, version=block.version, by=by)


def leave_comment(section: Section, *, text: str, by: Actor) -> Comment:
    """A remark on a section, to be resolved before the report is approved."""
    require_anywhere(by.authority, [ReportPermission.READ_DRAFTS])
    text = required("text", text, "Enter a comment")
    with transaction.atomic():
        lock_to_write(section.report)
        comment = Comment(section=section, text=text, at=by.now, by=by.person)
        return create(comment, ReportVerb.COMMENTED, by, note=text)


def resolve_comment(comment: Comment, *, by: Actor) -> Comment:
    """Say, by name, that a comment is dealt with."""
    refuse(
        ""
        if comment.by_id == by.authority.person_id
        else why_not_write(by.authority, comment.section)
    )
    with changing(comment, ReportVerb.COMMENT_RESOLVED, by) as found:
        if found.resolved_at is None:
            found.resolved_at, found.resolved_by = by.now, by.person
    return found


def sign_section(section: Section, *, digest: str, by: Actor) -> SectionSignature:
    """A reader's signature under what a section says; void once the section says something else.

    ``digest`` is of what the reader read. Raises ``Refused``, or ``NotAllowed`` where it changed.
    """
    refuse(why_not_sign(by.authority, section, writers_of(section)))
    with transaction.atomic():
        report = lock(section.report)
        if report.state != ReportState.IN_REVIEW:
            raise NotAllowed("A section is signed while its report is in review.")
        [now] = sections_of(report, section)
        if section_digest(now) != digest:
            raise NotAllowed("Somebody changed this section while you read it: read it again.")
        known = section.signatures.filter(by=by.person, digest=digest).first()
        if known is not None:
            return known
        signature = SectionSignature(section=section, by=by.person, at=by.now, digest=digest)
        return create(signature, ReportVerb.SECTION_SIGNED, by, after={"digest": digest})


def send_to_review(report: Report, *, by: Actor) -> Report:
    """Have the readers of its sections and the director read it."""
    require_anywhere(by.authority, [ReportPermission.KEEP_REPORTS])
    with changing(report, ReportVerb.SENT_TO_REVIEW, by) as found:
        move(found, REPORT, ReportAct.SEND_TO_REVIEW, by)
    return found
