"""A whole text against the figures: every sentence and table cell, then what they say together."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from earlyhelp.report.checker import sentence_rules, tables, whole_text
from earlyhelp.report.checker.claims import Around, Claims, JudgedNumber
from earlyhelp.report.checker.facts import CITY, CouncilFacts
from earlyhelp.report.checker.figures import Areas, Figures
from earlyhelp.report.checker.findings import Findings, NotUnderstood, TextFinding, Verdict
from earlyhelp.report.checker.layout import TextLayout, TextPassage, TextTable, lay_out
from earlyhelp.report.checker.naming import Namebook, NameMatch
from earlyhelp.report.checker.periods import Mention, Period, Spoken, find_periods
from earlyhelp.report.checker.places import Gazetteer
from earlyhelp.report.checker.reading import SentenceReading, Tools
from earlyhelp.report.checker.wording import finding_of
from earlyhelp.report.checker.words import tokens

# From such a match on a number, or a sentence, tells what the paragraph speaks of.
_SURE, _NAMED = 0.6, 0.75
# What a note below a paragraph begins with: it speaks of what that spoke of.
_NOTE = re.compile(r"\W*(?:note|base|based\son|source|i\.e\.|that\sis)\b", re.IGNORECASE)
# The marks of notes: where a note begins, and after a word that it is about.
_MARK = r"\[\^[\w-]+\]|\[[0-9]{1,2}\]|[¹²³⁴⁵†‡]|\*{1,3}"
_NOTE_MARK = re.compile(rf"\\?({_MARK}):?(?=\s)")
_NOTED = re.compile(rf"(?<=[\w.,;:%)])\\?({_MARK})(?!\w)")
# "Last year's figures are in brackets", "brackets show 2014-15".
_IN_BRACKETS = re.compile(
    r"([^.;\n]{0,60})\b(?:in|within)\s(?:round\s|square\s)?(?:brackets|parentheses)|\b(?:brackets|parentheses|bracketed)\b([^.;\n]{0,60})",
    re.IGNORECASE,
)
_TIME_UNITS = frozenset({"day", "days", "week", "weeks", "hour", "hours", "month", "months"})


@dataclass(frozen=True)
class Options:
    """What a text is about where it does not say so itself."""

    period: Period
    area: str = CITY


@dataclass
class Checked:
    """A number or a claim as it was judged, with the sentence it stands in."""

    judged: JudgedNumber
    finding: TextFinding
    claims: Claims
    section: int
    paragraph: int
    is_cell: bool = False
    # What arithmetic on the text's own numbers says that it is.
    worked: Fraction | None = None


@dataclass
class Progress:
    """What the reading of a text has come to: what the paragraph speaks of."""

    paragraph: int = -1
    latest: Period | None = None
    areas: Areas | None = None
    focus: Sequence[NameMatch] = ()


class Checking:
    """The checking of one text."""

    def __init__(self, text: str, facts: CouncilFacts, options: Options) -> None:
        self.text = text
        self.facts = facts
        self.options = options
        self.figures = Figures(facts)
        names = Namebook(facts)
        names.learn(text)
        self.tools = Tools(names, Gazetteer(facts), _counted(facts))
        self.layout: TextLayout = lay_out(text)
        self.found = Findings()
        self.checked: list[Checked] = []
        self._course = Progress()
        self._noted: dict[str, Progress] = {}

    def run(self) -> Findings:
        """Everything that was found, in the order of the text."""
        for part in self.layout.parts:
            if isinstance(part, TextTable):
                self._table(part)
            elif not part.is_heading:
                self._stretch(part)
        whole_text.check(self)
        self.found.rows.sort(key=lambda row: (row.start, row.end))
        return self.found

    # -- where things stand ---------------------------------------------------------------------

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for line in self.text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        return starts

    def line(self, place: int) -> int:
        """The line in which a place stands, from 1."""
        return bisect_right(self._line_starts, place)

    def wholes(self, section: int) -> list[Fraction]:
        """What shares in a section have been of so far."""
        found = []
        for row in self.checked:
            ratio = row.judged.ratio
            if row.section == section and ratio is not None and ratio.denominator == row.judged.at:
                found.append(row.judged.number.value)
        return list(dict.fromkeys(found))

    def section_text(self, section: int) -> str:
        """All that a section says, with notes that stand under no heading of their own."""
        return self.layout.texts[section]

    # -- reading --------------------------------------------------------------------------------

    def around(self, section: int, leads: Sequence[tuple[str, float]] = ()) -> Around:
        """What a sentence of a section stands in."""
        path = self.layout.heading_path(section)
        heading = self._heading_period(path)
        areas = self._heading_areas(path)
        weights = (0.55, 0.4, 0.2)
        headings = list(zip(path[:2], weights, strict=False))
        spoken = Spoken(self.options.period, heading, self._course.latest)
        own: Areas = (self.options.area,)
        course = self._course
        return Around(
            *(spoken, [*leads, *headings], own, areas, course.areas, course.focus),
            bracketed=self._bracketed(section, spoken),
        )

    def _bracketed(self, section: int, spoken: Spoken) -> Period | None:
        """The period that a section says its numbers in brackets are of."""
        if section not in self._in_brackets:
            found = _IN_BRACKETS.search(self.section_text(section))
            words = (found[1] or found[2] or "") if found else ""
            self._in_brackets[section] = next(reversed(find_periods(words)), None)
        mention = self._in_brackets[section]
        return None if mention is None else mention.resolve(replace(spoken, latest=None))[0]

    @cached_property
    def _in_brackets(self) -> dict[int, Mention | None]:
        return {}

    def _heading_period(self, path: Sequence[str]) -> Period | None:
        for heading in path[:2]:
            for mention in find_periods(heading):
                spoken = Spoken(self.options.period)
                if mention.period is not None or mention.relative == "part":
                    return mention.resolve(spoken)[0]
        return None

    def _heading_areas(self, path: Sequence[str]) -> Areas | None:
        for heading in path:
            found = self.tools.places.find(heading)
            if found:
                return found[0].codes
        return None

    def _stretch(self, part: TextPassage) -> None:
        is_new = part.paragraph != self._course.paragraph and not _NOTE.match(part.text)
        mark = _NOTE_MARK.match(part.text) if is_new else None
        if mark is not None and mark[1] in self._noted:
            self._course = replace(self._noted[mark[1]], paragraph=part.paragraph)
        elif is_new and not part.lead:
            self._course = Progress(part.paragraph)
        reading = SentenceReading(part.text, self.tools)
        leads = [(part.lead, 0.6)] if part.lead else []
        around = self.around(part.section, leads)
        if part.lead:
            around = self._led(around, part.lead)
        claims = Claims(reading, around, self.figures, self.tools)
        rows = self.add(claims, part.start, part.section, part.paragraph)
        sentence_rules.check(self, claims, rows, part)
        self._follow(claims)
        self._noted |= {found[1]: self._course for found in _NOTED.finditer(part.text)}
        self._say_not_understood(part, rows)

    def _led(self, around: Around, lead: str) -> Around:
        """A point of a list: what leads to the list names its period and area too."""
        reading = SentenceReading(lead, self.tools)
        spoken = around.spoken
        for mention in reading.periods[:1]:
            spoken = replace(spoken, latest=mention.resolve(spoken)[0])
        areas = reading.areas[0].codes if reading.areas else around.heading_areas
        return replace(around, spoken=spoken, heading_areas=areas)

    def _follow(self, claims: Claims) -> None:
        """Remember what the sentence spoke of."""
        if named := claims.named_periods():
            self._course.latest = max(named)
        if areas := claims.named_areas():
            self._course.areas = areas
        sure = {
            one.guess.measure.code: one.guess
            for one in claims.judged
            if one.guess is not None and one.guess.score >= _SURE
        }
        if sure:
            self._course.focus = [NameMatch(one.measure, one.score, 1.0) for one in sure.values()]
        elif not self._course.focus:
            matches = claims.matches_at((0, len(claims.reading.text)))
            self._course.focus = [one for one in matches[:2] if one.score >= _NAMED]

    def add(
        self,
        claims: Claims,
        start: int,
        section: int,
        paragraph: int,
        *,
        is_cell: bool = False,
    ) -> list[Checked]:
        """A row for each number of a sentence."""
        rows = []
        for one in claims.judged:
            at = start + one.number.start
            finding = finding_of(one, self.line(at), at)
            rows.append(Checked(one, finding, claims, section, paragraph, is_cell))
        self.checked += rows
        self.found.rows += [row.finding for row in rows]
        return rows

    def claim_without_number(
        self, part: TextPassage, verdict: Verdict, why: str, **about: str
    ) -> None:
        """A row for a claim that is false and names no number."""
        row = TextFinding(self.line(part.start), part.start, part.start + len(part.text), "")
        row.blame(verdict, why, about.pop("should_be", ""))
        for name, value in about.items():
            setattr(row, name, value)
        self.found.rows.append(row)

    def _table(self, part: TextTable) -> None:
        self._course = Progress()
        tables.check(self, part)

    def _say_not_understood(self, part: TextPassage, rows: Sequence[Checked]) -> None:
        unknown = [row for row in rows if row.finding.verdict is Verdict.UNKNOWN]
        if unknown or (not rows and sentence_rules.claims_something(part.text)):
            end = part.start + len(part.text)
            self.found.not_understood.append(
                NotUnderstood(self.line(part.start), part.start, end, part.text)
            )


def _counted(facts: CouncilFacts) -> frozenset[str]:
    """The units of time that the framework counts in."""
    said = {
        word.lower()
        for measure in facts.measures
        for item in measure.items
        for text in (item.counts,)
        for _, _, word in tokens(text)
    }
    return frozenset(said & _TIME_UNITS)
