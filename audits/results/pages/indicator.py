"""One indicator of a round: what it asks, its bar, by area, what auditors wrote, findings."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from audits.findings.rows import FindingRow
from audits.grades import Grade, IndicatorKind
from audits.models import CaseAudit, Given, Indicator, Round, RoundKind
from audits.permissions import audits_seen
from audits.results.pages.areas import AreaLinks, Place, Places, address
from audits.results.pages.counted import CountRow, GradeCount, count_row, grade_count, indicator_url
from audits.results.pages.round import held_back, shown_to
from audits.results.pages.scored import (
    OF_QUALITY,
    OF_YES_NO,
    BarRow,
    Warned,
    bar_of,
    base,
    percent,
    row,
    score,
    warning,
)
from audits.results.scored_rounds import IndicatorResult, Reading
from audits.scoring import Share, Tally
from audits.workflow import RoundState
from teams.permissions import Authority


@dataclass(frozen=True)
class Comment:
    """What was written about one case; the case is named by its serial."""

    case: str
    team: str
    url: str
    answer: str
    words: str
    moderated: str


@dataclass(frozen=True)
class IndicatorPage:
    """The page. ``held_back`` is the sentence in place of a result of too few cases."""

    made: Round
    indicator: Indicator
    caption: str
    sentence: str
    is_unfinished: bool
    back: str
    areas: Sequence[AreaLinks]
    looks: Sequence[tuple[str, str]]
    row: BarRow | None
    counts: Sequence[GradeCount]
    choices: Sequence[CountRow]
    legend: Sequence[tuple[str, str]]
    warning: Warned | None
    places: Sequence[BarRow]
    comments: Sequence[Comment]
    reads_audits: bool
    findings: Sequence[FindingRow]
    has_before: bool
    before: Round | None
    held_back: str = ""

    @property
    def rows(self) -> list[BarRow]:
        """The bar as the one row of its table."""
        return [self.row] if self.row else []

    @property
    def share_name(self) -> str:
        """What the share is of: good or better, or yes."""
        return "Yes" if self.indicator.kind == IndicatorKind.YES_NO else "Good or better"

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


def indicator_page(
    reading: Reading,
    code: str,
    places: Places,
    place: Place,
    authority: Authority,
    today: dt.date,
    *,
    least: int,
    findings: Callable[[Indicator], Sequence[FindingRow]],
) -> IndicatorPage:
    """Everything the page says; "not found" for an indicator that the round did not ask."""
    made = reading.round
    asked = next((one for one in reading.indicators if one.code == code), None)
    if asked is None:
        raise Http404("This round did not ask about that")
    shown = shown_to(authority, reading.results(place.area, today), least)
    one = next((one for one in shown.indicators if one.indicator == asked), None) if shown else None
    grades = OF_YES_NO if asked.kind == IndicatorKind.YES_NO else OF_QUALITY
    has_bar = one is not None and asked.kind in (IndicatorKind.GRADED, IndicatorKind.YES_NO)
    comments = _comments(made, asked, place, authority) if one else []
    return IndicatorPage(
        made=made,
        indicator=asked,
        caption=f"{made.theme} · {made.period_name} · {place.name}",
        sentence=_sentence(one, made) if one else "",
        is_unfinished=made.state == RoundState.AUDITING,
        back=address(reverse("round-results", args=[made.code]), place.param),
        areas=places.links(reverse("round-indicator", args=[made.code, code]), place),
        looks=[(g.get_grade_display(), g.text) for g in asked.grade_guidance.all()],
        row=row(one, grades, "", has_before=reading.before is not None, kind=made.kind)
        if one and has_bar
        else None,
        counts=_counts(one.tally, asked) if one else [],
        choices=[count_row(choice.label, choice.share) for choice in one.choices] if one else [],
        legend=[(grade.value, grade.label) for grade in grades],
        warning=warning(one.share.of or None, one.share.of or None) if one and has_bar else None,
        places=_by_place(reading, asked, places, place, today) if one and has_bar else [],
        comments=comments,
        reads_audits=bool(audits_seen(authority)),
        findings=findings(asked) if one else [],
        has_before=reading.before is not None and made.kind != RoundKind.COHORT,
        before=reading.before,
        held_back="" if one else held_back(least),
    )


def _sentence(one: IndicatorResult, made: Round) -> str:
    """``9 of 17 cases good or better (52.9%). Average score 2.5 of 4, over 17 graded.``"""
    share = one.share
    if one.indicator.kind == IndicatorKind.GRADED:
        if not share.of:
            return "It applied to no case."
        words = f"{share} good or better ({share.percent})."
        if one.tally.graded:
            words += f" Average score {score(one.tally.average)} of 4, over {one.tally.graded}"
            words += f" graded; {one.tally[Grade.NOT_FOUND]} not found on file."
        return words
    if one.indicator.kind == IndicatorKind.YES_NO:
        return f"{share} yes ({share.percent})." if share.of else "It applied to no case."
    if one.indicator.kind == IndicatorKind.CHOICES:
        return "One case may be in several rows." if one.several else "One choice for each case."
    return f"Written about on {one.texts} case{'' if one.texts == 1 else 's'}."


def _counts(tally: Tally, asked: Indicator) -> list[GradeCount]:
    """The share and the actual number of each answer that can be given."""
    if asked.kind not in (IndicatorKind.GRADED, IndicatorKind.YES_NO):
        return [grade_count(grade, tally) for grade in asked.answers if tally[grade]]
    return [grade_count(grade, tally) for grade in asked.answers]


def _by_place(
    reading: Reading, asked: Indicator, places: Places, place: Place, today: dt.date
) -> list[BarRow]:
    """The localities, teams and agencies side by side, on the page of the whole."""
    if place.level != "city":
        return []
    grades = OF_YES_NO if asked.kind == IndicatorKind.YES_NO else OF_QUALITY
    rows = []
    for one in places.everything[1:]:
        found = next(
            each for each in reading.results(one.area, today).indicators if each.indicator == asked
        )
        share: Share = found.share
        rows.append(
            BarRow(
                name=one.name,
                url=indicator_url(reading.round, asked.code, one),
                bar=bar_of(found.tally, grades),
                percent=percent(share),
                base=base(share),
                is_small=share.is_small,
            )
        )
    return rows


def _comments(made: Round, asked: Indicator, place: Place, authority: Authority) -> list[Comment]:
    """What auditors and moderators wrote, of the audits that this person reads; two queries."""
    readable = (
        CaseAudit.objects.readable_by(authority, audits_seen(authority))
        .done()
        .first_look()
        .filter(case__round=made)
    )
    rows = (
        Given.objects.filter(indicator=asked, audit__in=readable)
        .exclude(comment="", text="", moderation_comment="")
        .select_related("audit__case__team")
        .order_by("audit__case__serial", "audit__agency")
    )
    return [_comment(one) for one in rows if place.area.covers(one.audit)]


def _comment(given: Given) -> Comment:
    team = given.audit.case.team
    moderated = ""
    if given.moderation_comment:
        was = Grade(given.grade).label.lower()
        changed = f"was {was}: " if given.moderated_grade != given.grade else ""
        moderated = f"{changed}{given.moderation_comment}"
    return Comment(
        case=given.audit.name,
        team=team.name if team else "",
        url=reverse("audit-case", args=[given.audit_id]),
        answer=given.get_counted_display() if given.counted else "",
        words="\n".join(filter(None, [given.text, given.comment])),
        moderated=moderated,
    )
