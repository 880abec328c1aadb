"""What a performance page is asked to show: which period, on which basis, in which structure.

All of it stands in the address, so that a page can be kept, sent and gone back to.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse

from earlyhelp.core import clock
from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.files.writer import FileFormat
from measures.counting.areas import Structure
from measures.counting.display import year_name
from measures.counting.rollups import Period
from measures.models import ReportingQuarter, Return
from measures.permissions import audience_of, bases_seen
from measures.querysets import Audience, Basis
from measures.releases.reading import published
from measures.workflow import QuarterState
from teams.permissions import Authority, Refused
from teams.quarters import FinancialYear, Quarter, span

QUARTERS_SHOWN = 8
# The parts of an address that say which measures of the page are shown.
FILTERS = ("change", "target", "revised")


@dataclass(frozen=True)
class ChoiceLink:
    """One choice among several; ``unseen`` is read aloud after its text."""

    text: str
    url: str
    current: bool = False
    apart: bool = False
    unseen: str = ""


def slug_of(period: Period) -> str:
    """``2015-16`` or ``2015-16-q4``, as addresses write a period."""
    return period.slug


def period_of(slug: str) -> Period:
    """Read a period from an address; ValueError for anything else."""
    return (Quarter if "-q" in slug else FinancialYear).from_slug(slug)


@dataclass(frozen=True)
class Choices:
    """What was asked for, and what else could be, of the quarters and years shown to the reader.

    ``reported`` says of quarters that are not closed yet who has: ``10 of 15 teams``;
    ``compares`` whether the page holds a quarter against another.
    """

    path: str
    today: dt.date
    opened: Sequence[Quarter]
    closed: frozenset[Quarter]
    bases: Sequence[Basis]
    period: Period
    basis: Basis
    structure: Structure
    against_year: bool
    asked: Mapping[str, str]
    audience: Audience = Audience.INTERNAL
    years: Sequence[FinancialYear] = ()
    reported: Mapping[Quarter, str] = field(default_factory=dict)
    compares: bool = True

    def url(self, path: str | None = None, **changes: str | None) -> str:
        """An address that keeps what was asked for, but for ``changes``; None drops one."""
        asked = {**self.asked, **changes}
        if path is not None and path != self.path:
            # A filter is of the page that it stands on.
            asked |= dict.fromkeys(FILTERS)
        query = urlencode({key: value for key, value in asked.items() if value}, safe=":")
        return f"{self.path if path is None else path}{'?' if query else ''}{query}"

    @property
    def query(self) -> str:
        """What was asked for, as the pages of a list keep it in their addresses."""
        return self.url().partition("?")[2]

    def breakdown_url(self, code: str, area: str, **changes: str | None) -> str:
        """Where a measure's number opens into its parts."""
        asked = {"measure": code, "area": area, "period": slug_of(self.period), **changes}
        return self.url(reverse("performance-made-of"), **asked)

    def measure_url(self, code: str, area: str) -> str:
        """A measure's own page, for an area; outsiders read localities side by side."""
        if self.is_for_outsiders and area != "city":
            return self.url(reverse("performance-compare", args=[code]))
        shown = {"area": None if area == "city" else area, "period": self.asked.get("period")}
        return self.url(reverse("performance-measure", args=[code]), **shown)

    def downloads(
        self, name: str, asked: Mapping[str, str | None], formats: Iterable[FileFormat] = FileFormat
    ) -> list[ChoiceLink]:
        """The same figures as files; ``format`` stands where ``asked`` has it, or at the end."""
        return [
            ChoiceLink(str(form.label), self.url(reverse(name), **{**asked, "format": form.value}))
            for form in formats
        ]

    @property
    def is_for_outsiders(self) -> bool:
        """Whether they read releases."""
        return self.audience == Audience.EXTERNAL

    @property
    def has_localities(self) -> bool:
        """Whether the reader is shown localities: outsiders those of whole years."""
        return self.is_year or not self.is_for_outsiders

    @cached_property
    def is_year(self) -> bool:
        """Whether a financial year is asked for."""
        return isinstance(self.period, FinancialYear)

    @cached_property
    def is_so_far(self) -> bool:
        """Whether a quarter is asked for that is not closed: teams are still reporting."""
        return isinstance(self.period, Quarter) and self.period not in self.closed

    @property
    def not_closed(self) -> list[Quarter]:
        """The opened quarters in which teams are still reporting."""
        return [quarter for quarter in self.opened if quarter not in self.closed]

    @property
    def figures_are(self) -> str:
        """What a printed page stands on, in words that are so whether or not any is provisional."""
        if self.basis == Basis.SIGNED_OFF:
            return "Signed off figures"
        return "Signed off figures: what is not signed off yet is marked provisional"

    @property
    def is_now(self) -> bool:
        """Whether teams count in the locality in which they are now."""
        return self.structure == Structure.AS_NOW

    @cached_property
    def year(self) -> FinancialYear:
        """The financial year asked for, or the quarter's."""
        return self.period if isinstance(self.period, FinancialYear) else self.period.year

    @cached_property
    def quarters(self) -> list[Quarter]:
        """The quarters of the period that were opened; of a year those that are over (rule 2)."""
        if isinstance(self.period, Quarter):
            return [self.period]
        return self._over_in(self.period)

    @cached_property
    def compared(self) -> list[list[Quarter]]:
        """What is held against what: the quarters of both periods, put together.

        With a quarter stands the last one that was closed before it, whose teams say how much
        those that answered carry.
        """
        if isinstance(self.period, FinancialYear):
            return [[quarter, quarter - 4] for quarter in self.quarters]
        among = {self.period, self.period - (4 if self.against_year else 1)}
        earlier = [one for one in self.span if one in self.closed and one < self.period]
        return [sorted(among.union(earlier[-1:]))]

    @cached_property
    def span(self) -> list[Quarter]:
        """The eight quarters up to the period's last: enough for every comparison."""
        last = self.quarters[-1]
        return span(last - (QUARTERS_SHOWN - 1), last)

    @property
    def shown(self) -> list[Quarter]:
        """The quarters of which a page shows figures."""
        return [quarter for quarter in self.span if quarter in self.opened]

    @cached_property
    def before(self) -> Period:
        """What the period is held against."""
        if isinstance(self.period, FinancialYear):
            return self.period.previous
        return self.period - (4 if self.against_year else 1)

    @cached_property
    def period_name(self) -> str:
        """``2015-16``, ``2016-17 so far`` or ``Quarter 4, 2015-16``."""
        return f"{self.name_of(self.period)}{' so far' if self.is_so_far else ''}"

    @cached_property
    def before_name(self) -> str:
        """What the column of earlier figures is called."""
        before = self.before
        return before.short if isinstance(before, Quarter) else self.name_of(before)

    @cached_property
    def now_name(self) -> str:
        """What the column of this period's figures is called."""
        if isinstance(self.period, Quarter):
            return f"{self.period.short}{' so far' if self.is_so_far else ''}"
        return self.period_name

    def name_of(self, period: Period) -> str:
        """A period as a heading says it."""
        if isinstance(period, Quarter):
            return period.label
        is_over = period.quarters[3].last_day < self.today
        return year_name(period, self._over_in(period), is_over=is_over)

    def _over_in(self, year: FinancialYear) -> list[Quarter]:
        return [one for one in self._opened_in(year) if one.last_day < self.today]

    def _opened_in(self, year: FinancialYear) -> list[Quarter]:
        return [quarter for quarter in self.opened if quarter.year == year]

    def periods(self) -> list[ChoiceLink]:
        """Years, the closed quarters of the year asked for, and those still being reported."""
        found = [
            ChoiceLink(self.name_of(year), self.url(period=slug_of(year)), self.period == year)
            for year in self.years
        ]
        open_ones = self.not_closed
        quarters = [one for one in self._opened_in(self.year) if one not in open_ones]
        for among in (quarters, open_ones):
            found += [
                ChoiceLink(
                    self._so_far(quarter) if among is open_ones else f"Q{quarter.number}",
                    self.url(period=slug_of(quarter)),
                    self.period == quarter,
                    apart=quarter == among[0],
                    unseen="" if among is open_ones else f" {quarter.year}",
                )
                for quarter in among
            ]
        return found

    def _so_far(self, quarter: Quarter) -> str:
        name = quarter.short if len(self.not_closed) > 1 else f"Quarter {quarter.number}"
        return ": ".join(filter(None, [f"{name} so far", self.reported.get(quarter, "")]))

    @property
    def how(self) -> str:
        """How the figures are counted, in words; nothing where there is no choice."""
        ways = [self.against(), self.structures(), self.basis_links()]
        first, *others = [links for links in ways if links] or [[]]
        chosen = [link.text for link in first if link.current]
        # What is as it is without being asked for goes without saying.
        chosen += [link.text for links in others for link in links[1:] if link.current]
        return ", ".join([*chosen[:1], *(f"{one[0].lower()}{one[1:]}" for one in chosen[1:])])

    @property
    def chosen(self) -> str:
        """What is shown, in one line: ``Quarter 4, 2015-16, against the quarter before``."""
        how = self.how
        return ", ".join(filter(None, [self.period_name, f"{how[:1].lower()}{how[1:]}"]))

    def structures(self) -> list[ChoiceLink]:
        """In which locality a team's past counts; outsiders do not choose."""
        if self.audience == Audience.EXTERNAL:
            return []
        was, now = (str(one.label) for one in (Structure.AS_WAS, Structure.AS_NOW))
        return [
            ChoiceLink(was, self.url(structure=None), not self.is_now),
            ChoiceLink(now, self.url(structure="now"), self.is_now),
        ]

    def basis_links(self) -> list[ChoiceLink]:
        """Provisional or signed off, for those who may see both."""
        if len(self.bases) < 2:
            return []
        words = {Basis.SUBMITTED: "With provisional figures", Basis.SIGNED_OFF: "Signed off only"}
        return [
            ChoiceLink(words[one], self.url(basis=one.value), self.basis == one)
            for one in self.bases
        ]

    def against(self) -> list[ChoiceLink]:
        """What a quarter is compared with."""
        if self.is_year or not self.compares:
            return []
        return [
            ChoiceLink("Against the quarter before", self.url(against=None), not self.against_year),
            ChoiceLink(
                "Against the same quarter last year", self.url(against="year"), self.against_year
            ),
        ]


KEPT = ("period", "basis", "structure", "against")


def choices_of(
    asked: Mapping[str, str], path: str, authority: Authority, *, also: Sequence[str] = ()
) -> Choices | None:
    """Read an address's query; None where no quarter was opened yet. One query, of outsiders four.

    Without a period it is the latest closed quarter; before any was closed, the latest opened
    one in which any return speaks. Raises
    ``Http404`` for what there is not, ``Refused`` for what this person may not read. ``also``
    names further parts of the query that links keep.
    """
    bases = _bases(authority)
    basis = _basis(asked.get("basis", ""), bases)
    audience = audience_of(authority)
    asked = _understood(asked, audience)
    rows = [(Quarter(index), speaks, state) for index, speaks, state in fetch(_opened, basis)]
    today = clock.today()
    opened = {quarter: speaks for quarter, speaks, _ in rows}
    years = {quarter.year for quarter in opened if quarter.last_day < today}
    if audience == Audience.EXTERNAL:
        told = published()
        opened = {quarter: speaks for quarter, speaks in opened.items() if quarter in told.quarters}
        years = set(told.years)
    if not opened:
        return None
    is_closed = {quarter: state == QuarterState.CLOSED for quarter, _, state in rows}
    return Choices(
        path=path,
        today=today,
        opened=list(opened),
        closed=frozenset(one for one, closed in is_closed.items() if closed),
        bases=bases,
        period=_period(asked.get("period", ""), opened, years, is_closed),
        basis=basis,
        structure=Structure.AS_NOW if asked.get("structure") else Structure.AS_WAS,
        against_year=asked.get("against") == "year",
        asked={key: asked[key] for key in (*KEPT, *also) if asked.get(key)},
        audience=audience,
        years=sorted(years),
    )


def _understood(asked: Mapping[str, str], audience: Audience) -> Mapping[str, str]:
    """The query, refused where a word in it means nothing; outsiders choose no structure."""
    if asked.get("structure", "") not in ("", "now"):
        raise Http404("Teams count as they were then, or as they are today (structure=now)")
    if asked.get("against", "") not in ("", "year"):
        raise Http404("A quarter is held against the one before, or the year before")
    if audience == Audience.EXTERNAL:
        # A release is as it was.
        return {key: value for key, value in asked.items() if key != "structure"}
    return asked


def _opened(basis: Basis) -> QuerySet[ReportingQuarter, Any]:
    """Every quarter that was opened, in time order: whether any return speaks in it, its state."""
    speaks = Exists(Return.objects.meeting(basis).filter(quarter=OuterRef("pk")))
    opened = ReportingQuarter.objects.opened().order_by("index")
    return opened.values_list("index", speaks, "state")


def _bases(authority: Authority) -> Sequence[Basis]:
    """What this person may read figures on; refused where there is nothing."""
    bases = bases_seen(authority)
    if not bases:
        raise Refused("Your appointments do not include reading the figures of areas.")
    return bases


def _basis(asked: str, bases: Sequence[Basis]) -> Basis:
    if not asked:
        return bases[0]
    if asked not in Basis.values:
        raise Http404("Figures are “signed-off” or “submitted”")
    if Basis(asked) not in bases:
        raise Refused("You read signed-off figures; these are provisional.")
    return Basis(asked)


def _period(
    asked: str,
    opened: Mapping[Quarter, bool],
    years: Collection[FinancialYear],
    is_closed: Mapping[Quarter, bool],
) -> Period:
    quarters = list(opened)
    if not asked:
        closed = [quarter for quarter in quarters if is_closed[quarter]]
        if closed:
            return closed[-1]
        speaking = [quarter for quarter, speaks in opened.items() if speaks]
        return speaking[-1] if speaking else quarters[-1]
    try:
        period = period_of(asked)
    except ValueError as wrong:
        raise Http404(f"{wrong}; in an address, like 2015-16-q4") from None
    if period not in quarters and period not in years:
        raise Http404(f"There are no figures for {asked}: nothing was opened in it that is over")
    return period
