"""What is to be looked at in a text that is being written, each with buttons that mend it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse

from earlyhelp.report.assembly import blocks_in
from earlyhelp.report.facts import gather_facts
from earlyhelp.report.models import ReportBlock, ReportSource, Section
from earlyhelp.report.permissions import WRITTEN_IN, why_not_write_block
from earlyhelp.report.placing import Passage, Placing
from earlyhelp.report.words import CheckedNumber, check_passages, undeclared_in
from earlyhelp.report.writing.likely import Likely, points_after
from earlyhelp.report.writing.places import TypedPlaces
from teams.authority import Actor

MOST_SOURCES = 3
CHANGED = "The text there says something else by now: look at it again."


@dataclass(frozen=True)
class Mend:
    """A button: what is put in the place of a stretch of the text. ``shows`` is what it reads as.

    Without ``put`` a source is given first, and its mark put after what was typed.
    """

    start: int
    end: int
    typed: str
    put: str
    label: str
    shows: str = ""

    @property
    def value(self) -> str:
        """As the button posts it."""
        return json.dumps([self.start, self.end, self.typed, self.put])

    @classmethod
    def parse(cls, value: str) -> "Mend":
        """What a button posted; ValidationError for what none does."""
        try:
            start, end, typed, put = json.loads(value)
            return cls(int(start), int(end), str(typed), str(put), "")
        except (ValueError, TypeError, RecursionError):
            raise ValidationError(CHANGED) from None

    def applied(self, text: str) -> str:
        """The text with it; ValidationError where something else stands there by now."""
        if not 0 <= self.start <= self.end or text[self.start : self.end] != self.typed:
            raise ValidationError(CHANGED)
        return f"{text[: self.start]}{self.put}{text[self.end :]}"

    def with_source(self, code: str) -> "Mend":
        """The same, with the mark of a source after what was typed."""
        put = f"{self.typed} {{{{source {code}}}}}"
        return Mend(self.start, self.end, self.typed, put, self.label)


@dataclass(frozen=True)
class TextRemark:
    """Something to look at: its kind, what it says, and what would mend it."""

    kind: str
    words: str
    mends: Sequence[Mend] = ()
    source: Mend | None = None
    block_id: int = 0
    is_sure: bool = False


@dataclass
class Remarks:
    """All that is to be looked at in the texts of some blocks.

    ``texts`` are what was typed, by block. Outsiders are told no number that they did not type:
    ``holds_to_data`` is whether the text is held to the data at all.
    """

    placing: Placing
    texts: Mapping[int, str]
    sources: Sequence[ReportSource]
    holds_to_data: bool = True
    _places: dict[int, TypedPlaces] = field(default_factory=dict)

    def listed(self) -> list[TextRemark]:
        """Tokens that name nothing, then numbers without a source, then words against the data."""
        placing = self.placing
        found = [
            TextRemark("Not a figure", f"Line {one.line}: {one.message}", block_id=one.block_id)
            for one in placing.problems
        ]
        checked: Sequence[CheckedNumber] = []
        likely = None
        if self.holds_to_data and placing.passages:
            facts = gather_facts()
            checked = check_passages(placing.passages, placing.resolver.period, facts)
            likely = Likely(placing.resolver, facts)
        return [*found, *self._of_numbers(checked, likely)]

    def _of_numbers(
        self, checked: Sequence[CheckedNumber], likely: Likely | None
    ) -> Iterator[TextRemark]:
        told = [one for one in checked if one.is_told]
        yield from (self._told(one, likely) for one in told)
        by_place = {_place(one.passage, one.start): one for one in checked}
        said = {_place(one.passage, one.start) for one in told if one.finding.typed}
        for one in undeclared_in(self.placing.passages):
            if _place(one.passage, one.start) not in said:
                yield self._undeclared(
                    one.passage, one.start, one.typed, one.sentence, by_place, likely
                )

    def _told(self, one: CheckedNumber, likely: Likely | None) -> TextRemark:
        finding = one.finding
        span = self._span(one.passage, one.start, finding.typed)
        if span is None or one.is_placed:
            return TextRemark("Look again", one.words, block_id=one.passage.block_id)
        mends = list(self._from_data(one, span, likely))
        if finding.replacement and finding.replacement != finding.typed:
            put = finding.replacement
            mends.append(Mend(*span, finding.typed, put, f"Type {put} instead"))
        return TextRemark(
            "Look again",
            one.words,
            mends,
            Mend(*span, finding.typed, "", "Give a source") if not one.has_source else None,
            one.passage.block_id,
        )

    def _undeclared(
        self,
        passage: Passage,
        start: int,
        typed: str,
        sentence: str,
        by_place: Mapping[tuple[int, int], CheckedNumber],
        likely: Likely | None,
    ) -> TextRemark:
        span = self._span(passage, start, typed)
        words = f"“{typed}” has no source, in “{sentence}”"
        if span is None:
            return TextRemark("No source", words, block_id=passage.block_id)
        mends = []
        known = by_place.get(_place(passage, start))
        if known is not None and known.finding.typed == typed:
            mends = list(self._from_data(known, span, likely))
        is_sure = bool(mends)
        for one in self.sources[:MOST_SOURCES]:
            mends.append(
                Mend(*span, typed, f"{typed} {{{{source {one.code}}}}}", f"Its source: {one.what}")
            )
        other = Mend(*span, typed, "", "Give another source" if self.sources else "Give a source")
        return TextRemark("No source", words, mends, other, passage.block_id, is_sure)

    def _from_data(
        self, one: CheckedNumber, span: tuple[int, int], likely: Likely | None
    ) -> Iterator[Mend]:
        figure = likely.figure(one.finding) if likely is not None else None
        if figure is None:
            return
        text = self.texts[one.passage.block_id]
        end = points_after(text, span[1]) if figure.takes_points else span[1]
        yield Mend(
            *(span[0], end, text[span[0] : end], figure.token, "From the data"),
            shows=f"{figure.token} shows {figure.shown.text}",
        )

    def _span(self, passage: Passage, start: int, typed: str) -> tuple[int, int] | None:
        text = self.texts.get(passage.block_id)
        if text is None or not typed:
            return None
        places = self._places.get(passage.block_id)
        if places is None:
            # What a block takes in from elsewhere in the system is not in its own text.
            own = [one for one in self.placing.passages if one.block_id == passage.block_id]
            places = self._places[passage.block_id] = TypedPlaces(text, own)
        return places.span(passage, start, typed)


def _place(passage: Passage, start: int) -> tuple[int, int]:
    return id(passage), start


def all_sure(text: str, remarks: Iterable[TextRemark]) -> str:
    """The text with every number that surely comes from the data placed, the last one first."""
    sure = [one.mends[0] for one in remarks if one.is_sure]
    for mend in sorted(sure, key=lambda one: one.start, reverse=True):
        text = mend.applied(text)
    return text


@dataclass(frozen=True)
class SectionRemark:
    """Something to look at in a block, and where its buttons post, for whoever may press them."""

    section: Section
    remark: TextRemark
    mend_url: str
    version: int

    @property
    def source_url(self) -> str:
        """Where its source is given."""
        place = urlencode({"for": self.remark.source.value}) if self.remark.source else ""
        return f"{self.mend_url.removesuffix('mend/')}source/?{place}"


def in_sections(
    sections: Sequence[Section], listed: Sequence[TextRemark], by: Actor
) -> list[SectionRemark]:
    """What is to be looked at in the texts of some sections, each with where it is mended."""
    found = {block.pk: (one, block) for one in sections for block in blocks_in(one)}
    return [_in_section(*found[one.block_id], one, by) for one in listed]


def _in_section(
    section: Section, block: ReportBlock, remark: TextRemark, by: Actor
) -> SectionRemark:
    """A remark with its buttons, where this person may press them."""
    report = section.report
    may = report.state in WRITTEN_IN and not why_not_write_block(by.authority, block)
    url = reverse("report-block-mend", args=[report.code, block.pk]) if may else ""
    return SectionRemark(section, remark, url, block.version)
