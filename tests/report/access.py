"""What requests of the access table ask for, about board reports."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile

from earlyhelp.report.assembly import sections_of
from earlyhelp.report.content import content_digest, section_digest
from earlyhelp.report.models import Edition, Report
from earlyhelp.report.writing import actions as writing
from tests.cast import Cast
from tests.examples import Example
from tests.report import making

DAY = {"0": "21", "1": "7", "2": "2016"}


class _SentAgain(SimpleUploadedFile):
    """A file that one person after the other sends."""

    def read(self, *_: int) -> bytes:
        """All of it, again."""
        return bytes(self.file.getvalue())


def _new(_: Cast) -> Example:
    return Example({}, {"code": "2016-17-h1", "period": "2016-17 H1", "title": "Half a year"})


def _begun(cast: Cast) -> Example:
    return Example({"code": making.begun(cast).code})


def _changed(cast: Cast) -> Example:
    report = making.begun(cast)
    data = {"title": "Another title", "marking": "OFFICIAL", "version": str(report.version)}
    return Example({"code": report.code}, data)


def _source(cast: Cast) -> Example:
    data = {"code": "census", "what": "Census", "when": "2011", "who": "Statistics office"}
    return Example({"code": making.begun(cast).code}, data)


def _new_section(cast: Cast) -> Example:
    data = {"heading": "Outlook", "level": "1", "position": "20"}
    return Example({"code": making.begun(cast).code}, data)


def _of_section(report: Report, data: dict[str, str]) -> Example:
    return Example({"code": report.code, "pk": making.section_of(report).pk}, data)


def _section(cast: Cast) -> Example:
    return _of_section(making.begun(cast), {})


def _changed_section(cast: Cast) -> Example:
    report = making.begun(cast)
    version = str(making.section_of(report).version)
    data = {"heading": "What we did", "level": "1", "position": "10", "version": version}
    return _of_section(report, data | {"reader": str(cast.person["head"].pk)})


def _signed(cast: Cast) -> Example:
    report = making.in_review(cast)
    [section] = sections_of(report)
    return _of_section(report, {"digest": section_digest(section)})


def _comment(cast: Cast) -> Example:
    return _of_section(making.begun(cast), {"text": "Is this the whole city?"})


def _resolved(cast: Cast) -> Example:
    report = making.begun(cast)
    comment = writing.leave_comment(making.section_of(report), text="Why?", by=cast.actor("head"))
    return Example({"code": report.code, "pk": comment.pk})


def _asked(cast: Cast) -> Example:
    data = {"of": str(cast.person["other_head"].pk), "wanted": "The joint audit"}
    day = {f"due_on_{part}": value for part, value in DAY.items()}
    return _of_section(making.begun(cast), data | day)


def _new_block(cast: Cast) -> Example:
    return _of_section(making.begun(cast), {"kind": "text", "text": "Teams met families."})


def _block(cast: Cast) -> Example:
    report = making.begun(cast)
    block = making.block_of(report)
    data = {"text": "Teams met families.", "position": "10", "version": str(block.version)}
    return Example({"code": report.code, "pk": block.pk}, data)


def _mended(cast: Cast) -> Example:
    report = making.begun(cast)
    block = making.block_of(report)
    press = 'mend:[0, 2, "At", "By"]'
    return Example(
        {"code": report.code, "pk": block.pk}, {"do": press, "version": str(block.version)}
    )


def _sourced(cast: Cast) -> Example:
    report = making.begun(cast)
    data = {"code": "census", "what": "Census", "when": "2011", "who": "Statistics office"}
    where = {"code": report.code, "pk": making.block_of(report).pk}
    return Example(where, data, query={"for": '[0, 2, "At", ""]'})


def _own(cast: Cast) -> Example:
    report = making.begun(cast)
    block = making.own_words(report, cast)
    data = {"text": "I saw good work.", "position": "20", "version": str(block.version)}
    return Example({"code": report.code, "pk": block.pk}, data)


def _word(cast: Cast) -> Example:
    file = _SentAgain("draft.docx", making.word("Teams met families."))
    return _of_section(making.begun(cast), {"file": file})


def _changed_in_word(cast: Cast) -> Example:
    report = making.begun(cast)
    back, key = making.changed_in_word(report, cast)
    return Example({"code": report.code}, {"words": back, "take": key})


def _draft(cast: Cast) -> Example:
    return Example({"code": making.begun(cast).code, "kind": "csv"})


def _in_review(cast: Cast) -> Example:
    report = making.in_review(cast)
    return Example({"code": report.code}, {"reason": "The figures of March are missing"})


def _answer(cast: Cast) -> Example:
    data = {"key": "next", "text": "It is not settled"}
    return Example({"code": making.in_review(cast).code}, data)


def _approving(cast: Cast) -> Example:
    report = making.signed(cast)
    return Example({"code": report.code}, {"content": content_digest(report)})


def _revising(cast: Cast) -> Example:
    edition = making.published(cast)
    return Example(
        {"code": edition.report.code}, {"kind": "report", "reason": "A sentence no longer holds"}
    )


def _of(edition: Edition, **more: object) -> dict[str, object]:
    return {"code": edition.report.code, "number": edition.number, **more}


def _published(cast: Cast) -> Example:
    data = {"reason": "A name stands in it"}
    return Example(_of(making.published(cast)), data)


def _file(cast: Cast) -> Example:
    return Example(_of(making.published(cast), kind="csv"))


def _figure(cast: Cast) -> Example:
    return Example(_of(making.published(cast), place="1"))


def _again(cast: Cast) -> Example:
    return Example({"code": making.published(cast).report.code})


def _approved(cast: Cast) -> Example:
    day = {f"day_{part}": value for part, value in DAY.items()}
    return Example(_of(making.approved(cast)), {**day, "hour": "10"})


def _withdrawn(cast: Cast) -> Example:
    data = {"find": "met at home", "ground": "A family can be recognised"}
    return Example(_of(making.withdrawn(cast)), data)


def _redaction(cast: Cast) -> Example:
    redaction = making.redaction(cast)
    return Example(_of(redaction.edition, pk=redaction.pk))


EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "report-new POST": _new,
    "report": _begun,
    "report-change": _changed,
    "report-send": _begun,
    "report-figures": _begun,
    "report-since": _again,
    "report-source-new": _source,
    "report-section-new": _new_section,
    "report-section": _section,
    "report-section-change": _changed_section,
    "report-section-remove": _changed_section,
    "report-section-sign": _signed,
    "report-comment": _comment,
    "report-comment-resolve": _resolved,
    "report-ask": _asked,
    "report-block-new": _new_block,
    "report-block": _block,
    "report-block?own=yes": _own,
    "report-section-word": _word,
    "report-word": _changed_in_word,
    "report-block-mend": _mended,
    "report-block-source": _sourced,
    "report-block-remove": _block,
    "report-draft": _draft,
    "report-checklist": _in_review,
    "report-answer": _answer,
    "report-approve": _approving,
    "report-send-back": _in_review,
    "report-revise": _revising,
    "edition": _published,
    "edition-file": _file,
    "edition-figure": _figure,
    "edition-publish": _approved,
    "edition-publish-now": _approved,
    "edition-withdraw": _published,
    "edition-redact": _withdrawn,
    "redaction-agree": _redaction,
}
# Buttons, without a box to type in.
BUTTONS = {
    "report-word",
    "report-block-mend",
    *("report-send", "report-section-sign", "report-comment-resolve", "report-block-remove"),
    "report-section-remove",
    *("report-answer", "report-approve", "edition-publish-now", "redaction-agree"),
}
