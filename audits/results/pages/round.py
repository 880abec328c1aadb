"""What a round found in an area: headline numbers, bars, numbers, choices, words, findings."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits import scoring
from audits.findings.rows import FindingRow
from audits.grades import Grade, IndicatorKind
from audits.models import Round, RoundKind
from audits.permissions import sees_small_results, sees_who_is_late
from audits.results.pages.areas import AreaLinks, Place, Places, address
from audits.results.pages.completion import CompletionRow, by_auditor, completion_row
from audits.results.pages.counted import (
    ChoiceTable,
    CountRow,
    GradeRow,
    TextLine,
    choice_table,
    grade_row,
    indicator_url,
    text_line,
    thresholds,
)
from audits.results.pages.headline import Stat, audits_of, headline, lead
from audits.results.pages.scored import (
    OF_QUALITY,
    OF_YES_NO,
    BarRow,
    Warned,
    bar_of,
    base,
    percent,
    row,
    warning,
)
from audits.results.scored_rounds import IndicatorResult, Reading, RoundResults
from audits.scoring import Tally
from audits.workflow import RoundState
from earlyhelp.core.files.writer import FileFormat
from teams.permissions import Authority


@dataclass(frozen=True)
class ResultsPage:
    """The page. ``held_back`` is the sentence in place of results of too few cases."""

    made: Round
    caption: str
    lead: str
    is_unfinished: bool
    place: Place
    areas: Sequence[AreaLinks]
    downloads: Sequence[tuple[str, str]]
    stats: Sequence[Stat]
    graded: Sequence[BarRow]
    overall: BarRow | None
    yes_no: Sequence[BarRow]
    is_cohort: bool
    has_before: bool
    before: Round | None
    has_agreement: bool
    warning: Warned | None
    counts: Sequence[GradeRow]
    choices: Sequence[ChoiceTable]
    texts: Sequence[TextLine]
    thresholds: Sequence[CountRow]
    unsafe: str
    places_done: Sequence[CompletionRow]
    people_done: Sequence[CompletionRow]
    findings: Sequence[FindingRow] = ()
    held_back: str = ""

    @property
    def shows_actions(self) -> bool:
        """Whether the reader sees what is done about the findings."""
        return any(one.shows_actions for one in self.findings)

    @property
    def strengths(self) -> list[FindingRow]:
        """What was found to be good."""
        return [one for one in self.findings if one.is_strength]

    @property
    def improvements(self) -> list[FindingRow]:
        """What was found to need improvement."""
        return [one for one in self.findings if not one.is_strength]

    @property
    def has_results(self) -> bool:
        """Whether anything was found here that the reader is shown."""
        return bool(self.graded or self.yes_no or self.choices or self.texts or self.overall)

    @property
    def overall_rows(self) -> list[BarRow]:
        """The overall judgements as the one row of their table."""
        return [self.overall] if self.overall else []

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The looks of the graded bars and what they mean."""
        return [(grade.value, grade.label) for grade in OF_QUALITY]


def held_back(least: int) -> str:
    """Why a board member is not shown a result."""
    return (
        f"Results that stand on fewer than {least} cases are not shown to board members, "
        "so that nobody can be recognised in them."
    )


def shown_to(authority: Authority, found: RoundResults, least: int) -> RoundResults | None:
    """What of the results this person is shown; None where they stand on too few cases."""
    return found if sees_small_results(authority) else found.shown_to_board(least)


def results_page(
    reading: Reading,
    places: Places,
    place: Place,
    authority: Authority,
    today: dt.date,
    *,
    least: int,
    findings: Callable[[], Sequence[FindingRow]],
) -> ResultsPage:
    """Everything the page says; one query for the year, and those of ``findings``."""
    made = reading.round
    whole = reading.results(place.area, today)
    found = shown_to(authority, whole, least)
    path = reverse("round-results", args=[made.code])
    seen = found or _nothing_of(whole)
    graded = [one for one in seen.ranked if one.tally.applied]
    has_before = reading.before is not None
    is_cohort = made.kind == RoundKind.COHORT
    return ResultsPage(
        made=made,
        caption=f"{made.get_kind_display()} round · {made.period_name}",
        lead=lead(reading, place, whole),
        is_unfinished=made.state == RoundState.AUDITING,
        place=place,
        areas=places.links(path, place),
        downloads=_downloads(made, place) if found else [],
        stats=headline(seen, today, is_shown=found is not None),
        graded=[_bar_row(one, made, place, has_before) for one in graded],
        overall=_overall(seen),
        yes_no=_yes_no(seen, made, place, has_before=has_before and not is_cohort),
        is_cohort=is_cohort,
        has_before=has_before,
        before=reading.before,
        has_agreement=any(one.agreement.agreed.of for one in seen.indicators),
        warning=_warning(seen, is_cohort=is_cohort),
        counts=[grade_row(one.indicator.name, one.tally) for one in graded],
        choices=[choice_table(one, made, place) for one in _of_kind(seen, IndicatorKind.CHOICES)],
        texts=[text_line(one, made, place) for one in _of_kind(seen, IndicatorKind.TEXT)],
        thresholds=thresholds(seen) if sees_small_results(authority) else [],
        unsafe=_unsafe(seen) if sees_small_results(authority) else "",
        places_done=_by_place(reading, places, place, today, path),
        people_done=by_auditor(audits_of(reading, place), today)
        if sees_who_is_late(authority)
        else [],
        findings=findings() if found else (),
        held_back="" if found else held_back(least),
    )


def _nothing_of(found: RoundResults) -> RoundResults:
    """The same round without anything that was found: only how far it is."""
    return RoundResults(
        found.round, found.area, found.completion, 0, 0, (), Tally({}), 0, 0, thresholds={}
    )


def _of_kind(found: RoundResults, kind: IndicatorKind) -> list[IndicatorResult]:
    return [one for one in found.indicators if one.indicator.kind == kind]


def _bar_row(one: IndicatorResult, made: Round, place: Place, has_before: bool) -> BarRow:
    url = indicator_url(made, one.indicator.code, place)
    grades = OF_YES_NO if one.indicator.kind == IndicatorKind.YES_NO else OF_QUALITY
    return row(one, grades, url, has_before=has_before, kind=made.kind)


def _overall(found: RoundResults) -> BarRow | None:
    """The overall judgements of the cases, where the tool asked for them."""
    share = found.overall.good_or_better
    if not share.of:
        return None
    return BarRow(
        name="The case as a whole",
        url="",
        bar=bar_of(found.overall, OF_QUALITY),
        percent=percent(share),
        base=base(share),
        is_small=share.is_small,
    )


def _yes_no(
    found: RoundResults, made: Round, place: Place, *, has_before: bool
) -> Sequence[BarRow]:
    """Yes of yes and no; in a cohort, of all its cases, since its outcomes may overlap."""
    rows = []
    for one in _of_kind(found, IndicatorKind.YES_NO):
        shown = _bar_row(one, made, place, has_before)
        if made.kind == RoundKind.COHORT:
            [share] = scoring.overlapping(
                found.audits, {one.indicator.code: one.tally[Grade.YES]}
            ).values()
            rest = found.audits - share.part
            counts = Tally({Grade.YES: share.part, Grade.NO: rest})
            shown = BarRow(
                name=shown.name,
                url=shown.url,
                bar=bar_of(counts, OF_YES_NO),
                percent=percent(share),
                base=base(share),
                is_small=share.is_small,
            )
        rows.append(shown)
    return rows


def _warning(found: RoundResults, *, is_cohort: bool) -> Warned | None:
    if is_cohort:
        return warning(found.audits or None, found.audits or None)
    return warning(found.smallest_base, found.largest_base)


def _unsafe(found: RoundResults) -> str:
    if not found.overall.applied:
        return ""
    number = found.unsafe or "No"
    return f"{number} case{'' if found.unsafe == 1 else 's'} judged unsafe."


def _downloads(made: Round, place: Place) -> list[tuple[str, str]]:
    path = reverse("round-results-export", args=[made.code])
    return [(form.label, address(path, place.param, format=form.value)) for form in FileFormat]


def _by_place(
    reading: Reading, places: Places, place: Place, today: dt.date, path: str
) -> list[CompletionRow]:
    """Completion by locality on the city's page, where the reader sees localities."""
    if place.level != "city":
        return []
    return [
        completion_row(one.name, audits_of(reading, one), today, url=address(path, one.param))
        for one in places.localities
    ]
