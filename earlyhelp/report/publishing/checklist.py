"""The checklist before a report is approved: errors refuse, warnings are answered by name."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from audits.plan.timing import Status
from earlyhelp.report.assembly import Assembled, blocks_in, heading_of
from earlyhelp.report.content import section_digest
from earlyhelp.report.disclosure import NOT_YET, told_in_words
from earlyhelp.report.models import (
    BlockKind,
    ChecklistAnswer,
    Comment,
    Redaction,
    Report,
    Section,
    SectionSignature,
)
from earlyhelp.report.periods import ReportPeriod, parse_period, quarters_of, spoken, year_of
from earlyhelp.report.publishing.passages import paragraphs_of, passages_of
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tree import PlacedFigure
from earlyhelp.report.words import CheckedWords, checked_words, findings_in, undeclared_in
from measures.counting.comparison import TargetVerdict, against_target
from measures.counting.display import MISSING
from measures.models import Measure
from measures.releases import reading
from teams.quarters import FinancialYear

# A review of fewer cases is read by a person before it is published.
FEW = 10
# So many letters of a passage are shown.
_SHOWN = 80
# What the key of a number without a source begins with.
_NUMBER = "number:"


@dataclass(frozen=True)
class ChecklistItem:
    """One thing on the list; ``key`` is the same for the same thing on another day.

    ``section`` is where it is mended, ``other`` where the other number stands of two for one
    thing; ``answer`` is what was said of a warning.
    """

    key: str
    text: str
    section: Section | None = None
    answer: ChecklistAnswer | None = None
    other: Section | None = None

    @property
    def places(self) -> list[Section]:
        """The sections to look into."""
        both = (one for one in (self.section, self.other) if one is not None)
        return list(dict.fromkeys(both))

    @property
    def sentence(self) -> str:
        """What it says, with the mark at its end."""
        return self.text if self.text.endswith((".", "?", ".”")) else f"{self.text}."

    @property
    def is_without_source(self) -> bool:
        """Whether it is a number of a section that is neither placed nor declared."""
        return self.key.startswith(_NUMBER) and self.section is not None


@dataclass(frozen=True)
class UnreadSentence:
    """A sentence that could not be held to the data, with where it stands."""

    text: str
    section: Section | None


@dataclass(frozen=True)
class Checklist:
    """What stands against approving, and what has to be answered first.

    ``unread`` is for its reader to look at: nothing is said against it, and nothing for it.
    """

    errors: Sequence[ChecklistItem]
    warnings: Sequence[ChecklistItem]
    unread: Sequence[UnreadSentence] = ()

    @property
    def unanswered(self) -> list[ChecklistItem]:
        """The warnings that nobody has answered."""
        return [one for one in self.warnings if one.answer is None]

    @property
    def allows(self) -> bool:
        """Whether the report can be approved."""
        return not self.errors and not self.unanswered

    @property
    def why_not(self) -> str:
        """Why it cannot; empty where it can."""
        if self.errors:
            number = len(self.errors)
            things = "one thing has" if number == 1 else f"{number} things have"
            return f"This report cannot be approved yet: {things} to be put right first."
        if self.unanswered:
            return "This report cannot be approved yet: answer each warning first."
        return ""


@dataclass(frozen=True)
class FoundInReport:
    """What was found in a report's words and figures as they stand, and what was not understood."""

    errors: Sequence[ChecklistItem]
    warnings: Sequence[ChecklistItem]
    unread: Sequence[UnreadSentence]


def check_report(
    report: Report, sections: Sequence[Section], made: Assembled, outside: Assembled
) -> FoundInReport:
    """Hold a report to its figures that was put together for both audiences."""
    found = _Checks(report, sections, made, outside)
    errors, warnings = list(_once(found.errors())), list(_once(found.warnings()))
    return FoundInReport(errors, warnings, list(found.unread()))


def checklist_of(report: Report, sections: Sequence[Section], checked: FoundInReport) -> Checklist:
    """The list: what was found, who has still to read or write, and what was answered."""
    answers = {one.warning: one for one in report.answers.select_related("by")}
    found = list(checked.warnings)
    if report.next_report_on is None:
        found.append(ChecklistItem("next", "The report does not say when the next one is due."))
    warnings = [replace(one, answer=answers.get(one.key)) for one in found]
    errors = [*checked.errors, *_still_to_do(sections)]
    return Checklist(errors, warnings, checked.unread)


def _still_to_do(sections: Sequence[Section]) -> Iterator[ChecklistItem]:
    """Comments to resolve, readers to be named and to sign, paragraphs to write; two queries."""
    open_ones = Comment.objects.filter(section__in=sections, resolved_at__isnull=True)
    commented = set(open_ones.order_by().values_list("section", flat=True))
    signatures = SectionSignature.objects.filter(section__in=sections)
    signed = set(signatures.values_list("section", "by", "digest"))
    for one in sections:
        if one.pk in commented:
            yield ChecklistItem(f"comment:{one.pk}", f"{one}: a comment is still open", one)
        if one.reader_id is None:
            text = f"{one}: nobody is asked to read it: name a reader, who signs it"
            yield ChecklistItem(f"reader:{one.pk}", text, one)
        elif (one.pk, one.reader_id, section_digest(one)) not in signed:
            text = f"{one}: {one.reader} has not signed it as it stands"
            yield ChecklistItem(f"unread:{one.pk}", text, one)
        for block in blocks_in(one):
            if block.asked_of_id and not block.text:
                text = f"{one}: a paragraph that was asked for is not written yet"
                yield ChecklistItem(f"asked:{block.pk}", text, one)
            if block.kind == BlockKind.QUOTE and not block.data_of.get("consent"):
                text = f"{one}: it is not said that whoever is quoted agreed to be printed in it"
                yield ChecklistItem(f"consent:{block.pk}", text, one)


def _once(items: Iterable[ChecklistItem]) -> Iterator[ChecklistItem]:
    yield from {one.key: one for one in items}.values()


class _Checks:
    def __init__(
        self, report: Report, sections: Sequence[Section], made: Assembled, outside: Assembled
    ) -> None:
        self._report = report
        self._sections = sections
        self._made = made
        self._outside = outside
        self._by_id = {one.pk: one for one in sections}
        self._by_heading = {heading_of(one): one for one in sections}

    @cached_property
    def _names(self) -> dict[str, str]:
        """What measures are called, by code; one query."""
        return dict(Measure.objects.values_list("code", "name"))

    def _said(self, one: PlacedFigure) -> str:
        """A number as a reader finds it: where it stands, what it shows and what it is of."""
        name = self._names.get(one.measure)
        return (
            f"{one.section}: {one.shown} ({f'{name}, {spoken(one.period)}' if name else one.token})"
        )

    # -- errors -------------------------------------------------------------------------------

    def errors(self) -> Iterator[ChecklistItem]:
        """What refuses."""
        placing = self._made.placing
        for problem in placing.problems:
            section = self._by_id.get(problem.section_id)
            where = f"{section}, line {problem.line}" if section else ""
            yield ChecklistItem(
                f"token:{problem.block_id}:{problem.token}",
                f"{where}: {problem.message}.",
                section,
            )
        for one in undeclared_in(placing.passages):
            section = self._by_id.get(one.passage.section_id)
            where = str(section or "The report's title")
            yield ChecklistItem(
                f"{_NUMBER}{one.passage.section_id}:{one.passage.block_id}:{one.start}:{one.typed}",
                f"{where}: “{one.typed}” has no source, in “{one.sentence}”",
                section,
            )
        yield from self._without_figure()
        yield from self._without_impact()

    def _without_figure(self) -> Iterator[ChecklistItem]:
        """Figures placed by a writer that say nothing: nobody has signed them off."""
        for reference, shown in self._made.placing.shown.items():
            if shown.text == MISSING:
                words = f"{self._names.get(shown.measure, shown.measure)}, {spoken(shown.period)}"
                yield ChecklistItem(
                    f"unsigned:{shown.measure}:{shown.area}:{shown.period}",
                    f"{reference} shows no figure that is signed off yet: {words}",
                )

    def _without_impact(self) -> Iterator[ChecklistItem]:
        """A section on impact needs an impact measure, an audit, a cohort or a family's voice."""
        placing = self._made.placing
        for section in self._sections:
            if not section.is_impact:
                continue
            kinds = {block.kind for block in blocks_in(section)}
            placed = [
                placing.shown[one.reference]
                for one in placing.figures
                if one.section.endswith(f" {section.heading}")
            ]
            said = any(_says_why_not_yet(block.text) for block in blocks_in(section))
            if kinds & {BlockKind.AUDIT, BlockKind.QUOTE} or said:
                continue
            if not any(one.is_impact for one in placed):
                yield ChecklistItem(
                    f"impact:{section.pk}",
                    f"{section}: place an impact measure, an audit or a family's words, or write "
                    "“We have no evidence of impact yet, because ...; we expect it by ...”",
                    section,
                )

    # -- warnings -----------------------------------------------------------------------------

    def warnings(self) -> Iterator[ChecklistItem]:
        """What has to be answered by name."""
        placing = self._made.placing
        for one in placing.figures:
            for caution in placing.shown[one.reference].cautions:
                what = f"{one.measure} {one.area} {one.period}".strip() or one.token
                key = f"caution:{what}:{caution}"[:200]
                section = self._by_heading.get(one.section)
                yield ChecklistItem(key, f"{self._said(one)}: {caution}", section)
        for finding in findings_in(self._checked.numbers):
            section = self._by_id.get(finding.passage.section_id)
            # An answer is to one sentence: another with the same number asks anew.
            sentence = hashlib.sha256(finding.sentence.encode()).hexdigest()[:12]
            about = f"{finding.verdict}:{finding.typed}"[:100]
            key = f"words:{finding.passage.block_id}:{about}:{sentence}"
            where = str(section or "The report's title")
            other = self._by_id.get(finding.other.section_id) if finding.other else None
            yield ChecklistItem(key, f"{where}: {finding.words}", section, other=other)
        yield from self._overdue()
        yield from self._missed()
        yield from self._few_cases()
        yield from self._for_outsiders()
        yield from self._told_in_words()
        yield from self._taken_out()

    @cached_property
    def _checked(self) -> CheckedWords:
        """Every number of the words, held to the data."""
        return checked_words(self._made.placing.passages, self._report.period)

    def unread(self) -> Iterator[UnreadSentence]:
        """The sentences that the checker says nothing of, for it did not understand them."""
        for passage, text in self._checked.unread:
            yield UnreadSentence(text, self._by_id.get(passage.section_id))

    def _overdue(self) -> Iterator[ChecklistItem]:
        """Overdue actions of the plan that nobody has said anything about."""
        try:
            plan = self._made.placing.resolver.plans.plan(str(year_of(self._report.period)))
        except TokenError:
            return
        for one in plan.actions:
            if one.status == Status.OVERDUE and not one.updates:
                text = f"Action {one.action.ref} is overdue, and nobody has reported on it"
                yield ChecklistItem(f"overdue:{one.action.pk}", text)

    def _missed(self) -> Iterator[ChecklistItem]:
        """Missed targets of measures of which nothing is said."""
        period, spoken = self._report.period, self._spoken()
        counts = self._made.placing.resolver.counts
        for code, measure in counts.measures.items():
            target = counts.target(measure, (), period)
            if code in spoken or target is None or measure.good == Measure.Good.NEITHER:
                continue
            cell = counts.cell(measure, (), period)
            if against_target(cell, target) == TargetVerdict.MISSED:
                text = f"{measure.name} missed its target, and the report does not speak of it"
                yield ChecklistItem(f"missed:{code}", text)

    def _spoken(self) -> set[str]:
        """The measures that are placed in a sentence or shown in detail: a table says nothing."""
        runs = (one for each in paragraphs_of(self._made.document) for one in each.runs)
        said = {one.figure for one in runs}
        placed = self._made.placing.figures
        return self._in_detail() | {one.measure for one in placed if one.reference in said}

    def _in_detail(self) -> set[str]:
        """The measures that are shown with their chart, localities and commentary."""
        blocks = (one for each in self._sections for one in blocks_in(each))
        found = (one.data_of.get("measures") for one in blocks if one.kind == BlockKind.MEASURE)
        return {code for codes in found if codes for code in codes}

    def _few_cases(self) -> Iterator[ChecklistItem]:
        """Reviews of so few cases that somebody has to say that nobody can be recognised."""
        for code, results in self._made.placing.resolver.audits.read.items():
            if 0 < results.cases < FEW:
                text = (
                    f"{results.round} looked at fewer than {FEW} cases: say that you have read "
                    "what the report says of it, and that nobody can be recognised"
                )
                yield ChecklistItem(f"few:{code}", text)

    def _for_outsiders(self) -> Iterator[ChecklistItem]:
        """What readers outside are shown otherwise than those inside, for another reason than size.

        Their copy is made from the releases, and is frozen with this one.
        """
        inside = {one.reference: one.shown for one in self._made.document.figures}
        otherwise = [
            one
            for one in self._outside.document.figures
            if one.measure and inside.get(one.reference, one.shown) != one.shown
        ]
        for one in filter(lambda one: not one.is_hidden, otherwise):
            text = f"readers outside are shown {one.shown}, as it was released"
            key = f"released:{one.measure} {one.area} {one.period}:{one.shown}"
            said = self._said(replace(one, shown=inside[one.reference]))
            yield ChecklistItem(key[:200], f"{said}: {text}", self._by_heading.get(one.section))
        for name in _waiting({one.period for one in otherwise if one.is_hidden}):
            text = f"{name} is not released yet: the copy for readers outside hides its figures"
            yield ChecklistItem(f"unreleased:{name}", text)

    def _taken_out(self) -> Iterator[ChecklistItem]:
        """Words that two people took out of an edition, and that stand in the report again."""
        done = Redaction.objects.filter(done_at__isnull=False).select_related("edition__report")
        gone = {one.passage_digest: one for one in done}
        for one in passages_of(self._made.document) if gone else ():
            if (earlier := gone.get(one.digest)) is not None:
                text = f"{one.section}: {_shortened(one.text)} was taken out of {earlier.edition}"
                section = self._by_heading.get(one.section)
                yield ChecklistItem(f"again:{one.digest}", f"{text}: “{earlier.ground}”", section)

    def _told_in_words(self) -> Iterator[ChecklistItem]:
        """Typed numbers that tell readers outside what a release does not."""
        counts = self._made.placing.resolver.counts
        outside = {one.text for one in self._outside.placing.passages}
        checked = (
            one
            for one in self._checked.numbers
            if not one.passage.is_copied or one.passage.text in outside
        )
        for one, how in told_in_words(checked, counts.measures):
            found, section = one.finding, self._by_id.get(one.passage.section_id)
            where = str(section or "The report's title")
            about = f"{found.measure}:{found.area}:{found.period}:{found.typed}"
            key = f"told:{one.passage.block_id}:{about}"
            period = spoken(found.period)
            what = f"{self._names[found.measure]}, {counts.names(found.area)}, {period}"
            said = f"“{found.typed}” {how} ({what}), and the copy for readers outside says it"
            if how == NOT_YET:
                key = f"told:{found.period}"
                said = f"{period} {how}, and the copy for readers outside has it in words"
            text = f"{where}: {said}: “{one.around}”"
            yield ChecklistItem(key[:200], text, section)


def _shortened(text: str) -> str:
    return f"“{text}”" if len(text) <= _SHOWN else f"“{text[: _SHOWN - 3]}...”"


def _says_why_not_yet(text: str) -> bool:
    """Whether a text says that there is no evidence of impact yet, why, and when it is expected.

    The dots of a template are to be filled in.
    """
    words = text.lower()
    parts = ("no evidence of impact yet", "because", "expect it by")
    return all(part in words for part in parts) and "..." not in words


def _waiting(periods: Iterable[str]) -> list[str]:
    """The years and the quarters of these periods that no release tells of yet."""
    told, found = reading.published(), set()
    for words in periods:
        period = _parsed(words)
        if isinstance(period, FinancialYear):
            found |= {words} - {str(year) for year in told.years}
        elif period is not None:
            found |= {str(at) for at in quarters_of(period) if at not in told.quarters}
    return sorted(found)


def _parsed(words: str) -> ReportPeriod | None:
    try:
        return parse_period(words)
    except ValueError:
        return None  # a span of quarters
