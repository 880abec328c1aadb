"""The sample's board reports: 2015-16 as published, one published twice, and one in review.

``derby/report`` holds their words, a file for each: what the report is, then sections by heading
with who writes and who reads them, then blocks (``:: text`` and what it is made of).
"""

import datetime as dt
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from earlyhelp.core.work.models import Job
from earlyhelp.report import files
from earlyhelp.report.assembly import sections_of
from earlyhelp.report.content import content_digest, section_digest
from earlyhelp.report.models import (
    BlockKind,
    Edition,
    FileKind,
    Report,
    ReportBlock,
    ReportSource,
    Section,
)
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing import passages, telling
from earlyhelp.report.writing import actions as writing
from earlyhelp.sample.stage import FOLDER, Stage
from measures.corrections import actions as corrections
from measures.models import Figure
from measures.returns.answers import GivenAnswer
from teams.quarters import Quarter

PUBLISHED, IN_REVIEW, TWICE = "2015-16", "2015-16-h1", "2014-15"
OFFICER, DIRECTOR, BOARD = "officer", "director", "board"
WRITTEN, SENT, READ, APPROVED, OUT = (
    "2016-05-24",
    "2016-06-08",
    "2016-06-14",
    "2016-06-16",
    "2016-06-20",
)
# The two editions of the short report: sent, read, approved and published in the course of a day.
AGAIN = (
    "A family took back its consent to its words, and volunteers were counted in June, not in July."
)
FIRST, SECOND, TAKEN_OUT = "2016-06-01", "2016-06-22", "2016-06-23"
# What a correction of 1 July moves from one locality to another, which the report compares.
MOVED, MOVED_IN = 2, Quarter.parse("2015-16 Q4")
_SECTION = re.compile(r"(#{1,3}) ([^|]+)(?:\|(.*))?")


@dataclass
class _Block:
    kind: str
    data: dict[str, Any]
    lines: list[str] = field(default_factory=list)


@dataclass
class _Section:
    level: int
    heading: str
    options: dict[str, str]
    blocks: list[_Block] = field(default_factory=list)


@dataclass
class _Written:
    """A report's file, read."""

    facts: dict[str, str] = field(default_factory=dict)
    sources: list[list[str]] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)


def _read(code: str) -> _Written:
    found = _Written()
    text = (FOLDER / "report" / f"{code}.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        _take(found, line)
    return found


def _take(found: _Written, line: str) -> None:
    """One line of a report's file: a heading has bars or stands before the first block."""
    heading = _SECTION.fullmatch(line)
    sections = found.sections
    if heading and (heading[3] is not None or not sections):
        options = _options(shlex.split(heading[3] or ""))
        sections.append(_Section(len(heading[1]), heading[2].strip(), options))
    elif line.startswith(":: "):
        kind, _, rest = line[3:].partition(" ")
        sections[-1].blocks.append(_Block(kind, _data(rest)))
    elif sections:
        if sections[-1].blocks:
            sections[-1].blocks[-1].lines.append(line)
    elif line.startswith("source:"):
        found.sources.append([part.strip() for part in line[7:].split("|")])
    elif ":" in line:
        name, _, value = line.partition(":")
        found.facts[name] = value.strip()


def _options(words: Iterable[str]) -> dict[str, str]:
    return {name: value for name, _, value in (word.partition("=") for word in words)}


def _data(rest: str) -> dict[str, Any]:
    """``measures=a,b title=All of it``: names with what follows them up to the next name."""
    parts = re.split(r"(?:^| )(?:\| )?([a-z]+)=", rest)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    found: dict[str, Any] = {name: value.strip(" |") for name, value in pairs}
    if "measures" in found:
        found["measures"] = found["measures"].split(",")
    return found


@dataclass
class Reports:
    """Makes the reports with the sample's people, on the days on which they did it."""

    stage: Stage

    def publish(self) -> None:
        """The report of 2015-16, from the first word to the day on which it came out."""
        report = self._write(PUBLISHED, WRITTEN)
        self._bring_out(report, (SENT, READ, APPROVED, OUT), early=BOARD)

    def publish_twice(self) -> None:
        """A short report, corrected by a second edition; the first withdrawn, its quote taken out.

        A family took back its consent, and a number was of another month than was printed.
        """
        report = self._write(TWICE, FIRST)
        first = self._bring_out(report, (FIRST, FIRST, FIRST, FIRST))
        officer = self.stage.actor(OFFICER, SECOND)
        report = publishing.revise(report, kind="report", reason=AGAIN, by=officer)
        quote = _block(report, BlockKind.QUOTE)
        writing.remove_block(quote, version=quote.version, by=officer)
        text = _block(report, BlockKind.TEXT)
        words = {"text": text.text.replace("In July", "In June")}
        writing.write_block(text, words, version=text.version, by=officer)
        self._bring_out(report, (SECOND, SECOND, SECOND, SECOND))
        self._take_out(first, quote.text)

    def _bring_out(
        self, report: Report, days: tuple[str, str, str, str], *, early: str = ""
    ) -> Edition:
        """Send a report to review, have it read, approved and published, each on its day.

        ``early`` reads it from its approval on.
        """
        sent, read, approved, out = days
        report.refresh_from_db()
        report = writing.send_to_review(report, by=self.stage.actor(OFFICER, sent))
        self._sign(report, read)
        self._answer(report, read)
        director = self.stage.actor(DIRECTOR, approved, 17)
        edition = publishing.approve(report, content=content_digest(report), by=director)
        publisher = self.stage.actor(OFFICER, out, 18)
        if early:
            self._read_early(edition, early, approved, publisher.now)
        edition.refresh_from_db()
        return publishing.publish(edition, by=publisher)

    def _read_early(self, edition: Edition, who: str, on: str, publish_at: dt.datetime) -> None:
        """Name somebody who reads an edition before it is published, and does: page and PDF."""
        officer, reader = self.stage.actor(OFFICER, on, 18), self.stage.actor(who, on, 20)
        named = [self.stage.people[who]]
        publishing.set_publication(edition, publish_at=publish_at, readers=named, by=officer)
        for form in ("page", FileKind.PDF.value):
            publishing.note_opening(edition, form, by=reader)
        Job.objects.filter(kind=files.PUBLISH).delete()  # it was done on the day

    def _take_out(self, edition: Edition, words: str) -> None:
        """Withdraw an edition and have a passage of it taken out, by two people."""
        edition.refresh_from_db()
        edition = publishing.withdraw(
            edition,
            reason="It holds words that a family does not agree to any more: read edition 2.",
            by=self.stage.actor(DIRECTOR, SECOND, 19),
        )
        found = passages.passages_of(passages.document_of(edition.internal))
        [place] = [one.place for one in found if one.text.startswith(words)]
        asked = publishing.ask_redaction(
            edition,
            place=place,
            ground="Consent to these words was taken back on 21 June 2016.",
            by=self.stage.actor(OFFICER, TAKEN_OUT),
        )
        publishing.redact(asked, by=self.stage.actor(DIRECTOR, TAKEN_OUT, 11))

    def correct(self) -> None:
        """The correction of 1 July, after which a sentence of the report no longer holds."""
        figures = [
            Figure.objects.get(
                return_made__team__code=f"over-11s-locality-{place}",
                return_made__quarter=MOVED_IN.index,
                item__code="open-cases",
            )
            for place in (1, 3)
        ]
        values = [one.value or 0 for one in figures]
        proposed = corrections.propose(
            {
                figures[0].pk: GivenAnswer(value=values[0] - MOVED),
                figures[1].pk: GivenAnswer(value=values[1] + MOVED),
            },
            reason="Two cases had moved house and were counted where they lived before.",
            by=self.stage.actor(OFFICER, "2016-06-30"),
        )
        corrections.countersign(proposed, by=self.stage.actor(DIRECTOR, "2016-07-01"))
        edition = Edition.objects.get(report__code=PUBLISHED)
        telling.note_changes(edition, by=self.stage.actor(OFFICER, "2016-07-02", telling.HOUR))

    def begin(self) -> None:
        """The draft of April to September 2015, in review, with something to find in it."""
        report = self._write(IN_REVIEW, "2016-06-27")
        how_much = report.sections.get(heading="How much")
        writing.leave_comment(
            how_much,
            text="Where do the 340 closures come from? The framework says something else.",
            by=self.stage.actor("head-1-5", "2016-07-04"),
        )
        writing.send_to_review(report, by=self.stage.actor(OFFICER, "2016-07-04"))

    # -- writing ------------------------------------------------------------------------------

    def _write(self, code: str, on: str) -> Report:
        written, officer = _read(code), self.stage.actor(OFFICER, on)
        facts = written.facts
        report = writing.begin_report(
            code=facts["code"], period=facts["period"], title=facts["title"], by=officer
        )
        report = writing.change_report(
            report,
            title=facts["title"],
            marking=report.marking,
            authors=[self.stage.people[name] for name in facts["authors"].split()],
            next_report_on=dt.date.fromisoformat(facts["next"]) if "next" in facts else None,
            version=report.version,
            by=officer,
        )
        sources = {
            code: writing.give_source(report, code=code, what=what, when=when, who=who, by=officer)
            for code, what, when, who in written.sources
        }
        for one in written.sections:
            self._add(report, one, sources, on)
        return report

    def _add(
        self, report: Report, one: _Section, sources: Mapping[str, ReportSource], on: str
    ) -> None:
        options, people = one.options, self.stage.people
        section = writing.add_section(
            report,
            heading=one.heading,
            level=one.level,
            writer=people[options["writer"]],
            reader=people[options["reader"]],
            source=sources.get(options.get("source", "")),
            is_impact="impact" in options,
            by=self.stage.actor(OFFICER, on),
        )
        by = self.stage.actor(options["writer"], on, 14)
        for block in one.blocks:
            if "asked" in block.data:
                self._ask(section, block, on)
                continue
            writing.add_block(
                section,
                kind=block.kind,
                text="\n".join(block.lines),
                data={key: value for key, value in block.data.items() if key != "source"},
                source=sources.get(block.data.get("source", "")),
                by=by,
            )

    def _ask(self, section: Section, block: _Block, on: str) -> None:
        """A paragraph of somebody (theirs ``only``, say): it is written a week later, if at all."""
        name = block.data.get("only") or block.data["of"]
        asked = writing.ask_for_paragraph(
            section,
            of=self.stage.people[name],
            wanted=block.data["asked"],
            due_on=dt.date.fromisoformat(block.data["due"]),
            is_own="only" in block.data,
            by=self.stage.actor(OFFICER, on, 15),
        )
        text = "\n".join(block.lines).strip()
        if text:
            by = self.stage.actor(name, str(dt.date.fromisoformat(on) + dt.timedelta(days=7)))
            writing.write_block(asked, {"text": text}, version=asked.version, by=by)

    # -- review -------------------------------------------------------------------------------

    def _sign(self, report: Report, on: str) -> None:
        for section in sections_of(report):
            reader = self._called(section)
            writing.sign_section(
                section, digest=section_digest(section), by=self.stage.actor(reader, on, 12)
            )

    def _called(self, section: Section) -> str:
        names = {person.pk: name for name, person in self.stage.people.items()}
        return names[section.reader_id or 0]

    def _answer(self, report: Report, on: str) -> None:
        officer = self.stage.actor(OFFICER, on, 16)
        checklist = publishing.prepare(report, officer.today).checklist
        answers = {one.key: _answer_to(one.text) for one in checklist.warnings}
        publishing.answer_warnings(report, answers, checklist=checklist, by=officer)


def _block(report: Report, kind: BlockKind) -> ReportBlock:
    """The first block of a kind in a report."""
    found = ReportBlock.objects.filter(section__report=report, kind=kind, removed_at=None)
    return found.select_related("section__report").order_by("section__position", "position")[0]


_ANSWERS = {
    "not like for like": "The text beside it says that the two are not comparable.",
    "reported": "The text and the note below the table say who reported.",
    "fewer than 10 cases": "Read by quality assurance: nobody can be recognised.",
    "as it was released": "The next release brings readers outside the corrected figure.",
    "overdue": "The action was given up, as the plan's closing words say.",
}


def _answer_to(warning: str) -> str:
    found: Iterator[str] = (text for words, text in _ANSWERS.items() if words in warning)
    return next(found, "Looked at again with the figures beside it: the words stand as they are.")
