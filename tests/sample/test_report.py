"""C5: the report of 2015-16 comes out of the data, and keeps its numbers when they change."""

import datetime as dt
import json

import pytest

from earlyhelp.core.events.models import Event
from earlyhelp.core.work.models import Job
from earlyhelp.report import files
from earlyhelp.report.checker import Verdict
from earlyhelp.report.models import Edition, Report, ReportBlock
from earlyhelp.report.placing import Passage
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.publishing import since, telling
from earlyhelp.report.publishing.passages import TAKEN_OUT
from earlyhelp.report.tokens.resolver import Resolver
from earlyhelp.report.tree import Document, canonical, digest, from_plain
from earlyhelp.report.verbs import ReportVerb
from earlyhelp.report.words import check_passages, findings_in
from earlyhelp.report.workflow import EditionState, ReportState
from earlyhelp.sample.report import AGAIN
from earlyhelp.sample.story import TODAY
from measures.querysets import Audience
from measures.workflow import CorrectionKind

# Says that the test database is needed; the sample is loaded once for this folder.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample")]

COHORT, UNDER_11S = "cohort cohort-2012-13", "round under-11s-december-2015"
DEEP, NEGLECT = "round escalated-2015-16", "round neglect-december-2015"
# By the line of the reference: what the report places, and what its parts come to when they are
# worked out again. Sums of quarter ends (F033, F099, F102, F106, F108) are given as averages.
PLACED = {
    "F003": [("open-cases", "633"), ("open-cases last year", "740"),
             ("change in open-cases since last year", "107"),
             ("percentage change in open-cases since last year", "14.5%")],
    "F005": [("spider-graphs-completed", "717"), ("spider-graphs-completed last year", "303"),
             ("change in spider-graphs-completed since last year", "414"),
             ("percentage change in spider-graphs-completed since last year", "136.6%")],
    "F006": [("surveys-received", "499"), ("surveys-received last year", "160"),
             ("change in surveys-received since last year", "339"),
             ("percentage change in surveys-received since last year", "211.9%")],
    "F007": [("assessments-completed", "603"), ("assessments-completed last year", "929"),
             ("change in assessments-completed since last year", "326"),
             ("percentage change in assessments-completed since last year", "35.1%")],
    "F008": [("assessments-completed-city", "413")],
    "F009": [("assessments-completed-city last year", "929")],
    "F010": [("parts of case-audit-completion", "133 of 138"), ("case-audit-completion", "96.4%")],
    "F012": [("cse-screened", "363")],
    "F013": [("number of cse-medium-or-high-share", "37"), ("cse-medium-or-high-share", "10.2%")],
    "F015": [("number of reopened-share", "66"), ("reopened-share", "5.0%"),
             ("base of reopened-share", "1,333")],
    "F016": [("reopened-share last year", "12.4%"),
             ("change in reopened-share since last year", "7.5 points")],
    "F017": [("treated-with-respect", "74.7%"), ("parts of treated-with-respect", "373 of 499")],
    "F018": [("treated-with-respect last year", "79.4%")],
    "F019": [("workers-listened", "74.1%"), ("parts of workers-listened", "370 of 499")],
    "F020": [("workers-listened last year", "80.6%")],
    "F021": [("cases-closed", "700"), ("cases-closed last year", "726"),
             ("change in cases-closed since last year", "26"),
             ("percentage change in cases-closed since last year", "3.6%")],
    "F022": [("spider-graphs-improving-share", "93.0%")],
    "F023": [("spider-graphs-improving-share last year", "66.0%")],
    "F024": [("parts of escalated-locality-teams", "212 of 700"),
             ("escalated-locality-teams", "30.3%")],
    "F026": [("parts of helped", "384 of 499"), ("helped", "77.0%")],
    "F027": [("helped last year", "80.0%")],
    "F028": [("change in treated-with-respect since last year", "4.6 points"),
             ("change in workers-listened since last year", "6.5 points"),
             ("change in helped since last year", "3.0 points")],
    "F029": [("families-feeding-back", "71.3%")],
    "F030": [("rest of families-feeding-back", "201")],
    "F032": [("change in spider-graphs-improving-share since last year", "27.0 points")],
    "F033": [("average of open-cases over 2015-16", "722.3"),
             ("average of open-cases over 2014-15", "711.8")],
    "F092": [("open-cases Q2", "791"), ("open-cases Q3", "699")],
    "F093": [("difference between level-2-cases Q2 and open-cases Q2", "240"),
             ("difference between level-2-cases Q3 and open-cases Q3", "315")],
    "F095": [("contacts Q3", "2,241")],
    "F096": [("child-in-need-cases-worked", "140"), ("child-protection-cases-worked", "37")],
    "F097": [("change in children-in-need Q4 since Q1", "246")],
    "F098": [("percentage change in children-in-need Q4 since Q1", "13.6%")],
    "F099": [("average of children-in-need over 2015-16", "1,709.5"),
             ("difference between average of children-in-need over 2015-16 and average of "
              "children-in-need over 2014-15 to 2 decimals", "53.25")],
    "F102": [("difference between average of child-protection-plans over 2015-16 and average of "
              "child-protection-plans over 2014-15 to 2 decimals", "6.75")],
    "F103": [("change in child-protection-plans Q3 since Q2", "27")],
    "F104": [("highest of child-protection-plans over 2014-15", "329"),
             ("child-protection-plans Q3", "329")],
    "F106": [("change in children-in-care since last year", "11"),
             ("difference between average of children-in-care over 2015-16 and average of "
              "children-in-care over 2014-15 to 2 decimals", "8.25")],
    "F107": [("highest of children-in-care over 2014-15 to 2015-16", "487")],
    "F108": [("difference between average of open-to-yos over 2015-16 and average of "
              "open-to-yos over 2014-15 to 2 decimals", "15.25")],
    "F109": [("change in open-to-yos Q2 since Q1", "8"), ("change in open-to-yos Q3 since Q2", "10"),
             ("change in open-to-yos Q4 since Q3", "34")],
    "F110": [("parts of escalated-whole-service", "399 of 1,501"),
             ("escalated-whole-service", "26.6%")],
    "F111": [("parts of escalated-whole-service last year", "187 of 1,199"),
             ("escalated-whole-service last year", "15.6%")],
    "F112": [("difference between number of escalated-whole-service and number of "
              "escalated-locality-teams as a share of difference between base of "
              "escalated-whole-service and base of escalated-locality-teams", "23.3%")],
    "F115": [("change in assessments-completed-city Q4 last year since Q1 last year", "95")],
    "F117": [(f"number for escalated in {COHORT}", "51"),
             (f"percentage for escalated in {COHORT}", "31.3%")],
    "F118": [(f"number without escalated in {COHORT}", "112"),
             (f"percentage without escalated in {COHORT}", "68.7%")],
    "F120": [(f"parts for child-in-need in {COHORT}", "30 of 163"),
             (f"percentage for child-in-need in {COHORT}", "18.4%")],
    "F121": [(f"percentage without child-in-need in {COHORT}", "81.6%")],
    "F122": [(f"percentage for child-protection in {COHORT}", "6.1%")],
    "F123": [(f"percentage without child-protection in {COHORT} to 2 decimals", "93.87%")],
    "F124": [(f"percentage for looked-after in {COHORT}", "16.6%")],
    "F125": [(f"percentage without looked-after in {COHORT}", "83.4%")],
    "F127": [(f"number choosing Child protection for escalated-to in {DEEP}", "3"),
             (f"number choosing Child in need for escalated-to in {DEEP}", "2"),
             (f"number choosing Looked after or custody for escalated-to in {DEEP}", "1")],
    "F129": [(f"number choosing 3 months or less for how-long in {DEEP}", "3")],
    "F130": [(f"parts yes for stepped-back in {DEEP}", "4 of 6")],
    "F131": [(f"parts yes for social-care-before in {DEEP}", "4 of 6"),
             (f"number yes for three-episodes in {DEEP}", "3"),
             (f"number yes for early-help-before in {DEEP}", "2")],
    "F142": [(f"percentage good for assessment in {UNDER_11S}", "30.0%"),
             (f"number not found for assessment in {UNDER_11S}", "6")],
    "F143": [(f"percentage good for plan in {UNDER_11S}", "20.0%"),
             (f"number not found for plan in {UNDER_11S}", "5")],
    "F144": [(f"percentage good for review in {UNDER_11S}", "35.3%")],
    "F145": [(f"percentage requires improvement for review in {UNDER_11S}", "41.2%")],
    "F146": [(f"percentage inadequate for review in {UNDER_11S}", "17.6%")],
    "F147": [(f"percentage not found for review in {UNDER_11S}", "5.9%")],
    "F153": [(f"cases of {NEGLECT}", "6")],
    "F154": [(f"number no for graded-care-profile in {NEGLECT}", "5")],
    "F155": [(f"number yes for disguised-compliance in {NEGLECT}", "5"),
             (f"parts yes for domestic-violence in {NEGLECT}", "5 of 6")],
    "F158": [("target of families-feeding-back next year", "75%")],
}  # fmt: skip
# F035 to F074 and F083 to F090: the table of quarters, by measure.
QUARTERS = {
    "level-2-cases": [683, 726, 698, 740, 766, 1031, 1014, 989],
    "children-in-need": [1813, 1705, 1524, 1583, 1813, 1705, 1753, 1567],
    "child-protection-plans": [327, 329, 324, 307, 316, 302, 329, 313],
    "children-in-care": [459, 448, 470, 470, 467, 467, 487, 459],
    "open-to-yos": [165, 183, 152, 125, 181, 173, 183, 149],
    "assessments-completed-city": [187, 206, 254, 282, 56, 79, 170, 108],
    "escalated-whole-service": [18.7, 14.4, 8.7, 18.5, 26.9, 26.8, 28.1, 24.7],
}


def _edition() -> Edition:
    return Edition.objects.get(report__code="2015-16", number=1)


def _document(text: str) -> Document:
    document: Document = from_plain(json.loads(text))
    return document


def test_every_number_that_can_be_recomputed_stands_at_its_recomputed_value() -> None:
    shown = {one.token: one.shown for one in _document(_edition().internal).figures}
    expected = {token: text for pairs in PLACED.values() for token, text in pairs}
    assert {token: shown.get(token) for token in expected} == expected


def test_a_denominator_of_several_items_stands_in_brackets() -> None:
    [figure] = [
        one for one in _document(_edition().internal).figures if one.token == "reopened-share"
    ]
    assert figure.formula.endswith(" 66 ÷ (Open cases + Cases closed) 1,333 × 100")


def test_the_table_of_quarters_is_the_published_one() -> None:
    shown = {one.token: one.shown for one in _document(_edition().internal).figures}
    periods = [f"{year} Q{number}" for year in ("2014-15", "2015-16") for number in range(1, 5)]
    for measure, values in QUARTERS.items():
        found = [shown[f"{measure} in {period}"] for period in periods]
        is_ratio = measure == "escalated-whole-service"
        assert found == [f"{one}%" if is_ratio else f"{one:,}" for one in values]


def test_the_edition_stays_when_a_correction_overturns_a_sentence() -> None:
    edition = _edition()
    frozen = _document(edition.internal)
    assert digest(frozen) == edition.internal_digest
    assert canonical(frozen) == edition.internal
    figures = {one.token: one.shown for one in frozen.figures}
    now = Resolver.load(Report.objects.get(code="2015-16").period, TODAY)
    first, third = (f"open-cases in Locality {place}" for place in (1, 3))
    assert (figures[first], figures[third]) == ("135", "133")
    assert (now.answer(first).text, now.answer(third).text) == ("133", "135")
    assert now.answer("open-cases").text == "633"


def test_outsiders_read_the_same_numbers_or_that_they_are_hidden() -> None:
    inside, outside = (_document(getattr(_edition(), name)) for name in ("internal", "external"))
    by_reference = {one.reference: one for one in inside.figures}
    period = Report.objects.get(code="2015-16").period
    released = Resolver.load(period, TODAY, Audience.EXTERNAL)
    for one in outside.figures:
        same = by_reference[one.reference]
        assert (one.token, one.missing) == (same.token, ())
        if not one.is_hidden and one.shown != same.shown:
            # Corrected before it was approved: outsiders read it as it was released.
            assert released.answer(one.token).text == one.shown
    assert not all(one.is_hidden for one in outside.figures)


def test_the_half_year_in_review_has_one_finding_of_each_kind() -> None:
    report = Report.objects.get(code="2015-16-h1")
    assert report.state == ReportState.IN_REVIEW
    found = publishing.prepare(report, TODAY)
    passages = found.internal.placing.passages
    kinds = {one.verdict for one in findings_in(check_passages(passages, report.period))}
    assert kinds == {one.value for one in Verdict if one.is_fault}
    told = [one.text for one in found.checklist.warnings if one.key.startswith("told:")]
    assert [one for one in told if "Cases closed, Locality 1, 2015-16 Q2" in one]
    assert any("has no source" in one.text for one in found.checklist.errors)
    assert any("comment is still open" in one.text for one in found.checklist.errors)
    assert any("asked for is not written yet" in one.text for one in found.checklist.errors)


def test_findings_are_told_by_sentence_and_name() -> None:
    """Nobody counts the lines of a report, or knows its areas' codes."""
    report = Report.objects.get(code="2015-16-h1")
    texts = [
        "There were 45 courses for parents in the half year.",
        "There were 54 courses for parents in the half year.",
        "At the end of September 2015 Locality 4 had 137 open cases; Locality 1 had 174.",
        "At the end of September 2015 Locality 4 had the most open cases, 140; Locality 1 had 174.",
    ]
    passages = [Passage(number, 0, text) for number, text in enumerate(texts)]
    found = [one for one in check_passages(passages, report.period) if one.is_told]
    first, second, third, fourth = (one.words for one in found)
    assert f"in “{texts[0]}” is one of two numbers for one thing. “{texts[1]}” says 54" in first
    assert f"in “{texts[1]}” is one of two numbers for one thing. “{texts[0]}” says 45" in second
    assert "That is Locality 1, not Locality 4" in fourth
    assert [one.other for one in found[:2]] == [passages[1], passages[0]]
    assert third.endswith(
        "does not match the data. “Open cases” in 2015-16 Q2 is 140 (Locality 4)."
    )
    assert not [one.words for one in found if "Line " in one.words or "locality-" in one.words]


def test_the_scrutineers_words_are_theirs_alone() -> None:
    [block] = ReportBlock.objects.filter(only_by__isnull=False)
    assert block.only_by == block.asked_of
    assert block.text.startswith("I sat in on audits")
    assert [one.by for one in writes_of(block)] == [block.only_by]


def writes_of(block: ReportBlock) -> list[Event]:
    events = Event.objects.filter(subject_type="reportblock", subject_id=block.pk)
    return list(events.filter(verb=ReportVerb.BLOCK_CHANGED).select_related("by"))


def test_readers_were_told_of_the_correction_and_a_new_edition_is_due() -> None:
    [due] = telling.editions_due(TODAY)
    assert (due.edition, due.due_on, due.is_late) == (_edition(), dt.date(2016, 8, 2), False)
    changed = since.changed_since(_edition(), Audience.INTERNAL, TODAY)
    overturned = {sentence for one in changed for sentence in one.overturned}
    assert overturned == {
        "Of the localities Locality 1 had the most open cases, 135, just ahead of Locality 3 with 133."
    }


def test_the_short_report_shows_every_kind_of_edition() -> None:
    first, second = Edition.objects.filter(report__code="2014-15").order_by("number")
    assert (first.state, second.state) == (EditionState.WITHDRAWN, EditionState.PUBLISHED)
    assert (second.kind, second.why) == (CorrectionKind.REPORT, AGAIN)
    assert _document(second.internal).replaces == first.number
    [taken] = first.redactions.all()
    assert taken.asked_by != taken.done_by
    for name in ("internal", "external"):
        assert "I was asked what would help" not in getattr(first, name) + getattr(second, name)
        assert TAKEN_OUT in getattr(first, name)


def test_no_mail_waits_about_what_is_history() -> None:
    assert set(Job.objects.values_list("kind", flat=True)) == {files.BUILD, telling.WATCH}


def test_the_published_report_is_warned_of_what_can_be_mended() -> None:
    """The sentence that a correction overturned, and a copy of the plan with a digit cut."""
    report = Report.objects.get(code="2015-16")
    warnings = publishing.prepare(report, TODAY).checklist.warnings
    keys = [one.key.split(":")[2:4] for one in warnings if one.key.startswith("words:")]
    assert keys == [
        ["wrong", "133"],
        ["rounding", "71.2%"],
        ["contradicts", "75%"],
        ["contradicts", "85%"],
    ]
