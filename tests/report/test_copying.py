"""Last year's report copied: its figures moved on a year, the old sentence beside new data."""

import pytest
from django.test import Client
from django.urls import reverse

from earlyhelp.report.models import BlockKind, Report, ReportBlock
from earlyhelp.report.publishing import actions as publishing
from earlyhelp.report.writing import actions as writing
from earlyhelp.report.writing.templates import begin_with, moved_on
from tests.cast import TODAY, Cast
from tests.pages import text
from tests.report import making


@pytest.mark.parametrize(
    ("was", "moved"),
    [
        ("{{open-cases}} in 2015-16", "{{open-cases}} in 2015-16"),
        ("{{open-cases in North in 2015-16 Q4}}", "{{open-cases in North in 2016-17 Q4}}"),
        (
            "{{highest of staff over 2014-15 to 2015-16}}",
            "{{highest of staff over 2015-16 to 2016-17}}",
        ),
        (
            "{{change in staff in 2015-16 since 2014-15}}",
            "{{change in staff in 2016-17 since 2015-16}}",
        ),
        ("{{cases of round under-11s-2015-16}}", "{{cases of round under-11s-2015-16}}"),
        ("{{overdue actions of plan 2016-17}}", "{{overdue actions of plan 2017-18}}"),
        ("{{helped last year}}", "{{helped last year}}"),
    ],
)
def test_tokens_move_on_and_words_stay(was: str, moved: str) -> None:
    assert moved_on(was, 1) == moved


@pytest.mark.django_db
def test_a_copy_shows_new_data_beside_the_old_sentence(council: Cast, client: Client) -> None:
    words = "In 2015-16 152 cases were open. {{open-cases in 2015-16 Q4}} at its end."
    earlier = making.begun(council, words)
    by = council.actor("officer")
    source = {"code": "diary", "what": "Diary", "when": "2016", "who": "The teams"}
    writing.give_source(earlier, **source, by=by)
    own = making.own_words(earlier, council)
    own = writing.write_block(
        own, {"text": "I saw good work."}, version=own.version, by=council.actor("board_member")
    )
    client.force_login(council.person["officer"])
    typed = {
        "code": "2016-17",
        "period": "2016-17",
        "title": "Next",
        "begins_with": f"report:{earlier.code}",
    }
    client.post(reverse("report-new"), typed)
    made = Report.objects.get(code="2016-17")
    first, theirs = ReportBlock.objects.filter(section__report=made)
    assert first.text == words.replace("2015-16 Q4", "2016-17 Q4")
    assert (theirs.text, theirs.only_by) == ("", council.person["board_member"])
    assert made.sources.get().code == "diary"
    assert earlier.sections.get().heading == made.sections.get().heading
    page = text(client.get(made.sections.get().url))
    assert "“152”" in page, "the old number is told, for it has no source"


@pytest.mark.django_db
def test_whoever_is_quoted_is_asked_again_before_a_copy_is_approved(council: Cast) -> None:
    by = council.actor("officer")
    earlier = making.begun(council)
    given = {"who": "A mother", "period": "May 2016", "consent": True}
    quote = {"kind": BlockKind.QUOTE, "text": "They asked us first.", "data": given}
    writing.add_block(making.section_of(earlier), **quote, by=by)
    shape = f"report:{earlier.code}"
    made = begin_with(shape, code="2016-17", period="2016-17", title="Next", by=by)
    copied = ReportBlock.objects.get(section__report=made, kind=BlockKind.QUOTE)
    assert copied.data == {"who": "A mother", "period": "May 2016"}
    errors = publishing.prepare(made, TODAY).checklist.errors
    assert f"consent:{copied.pk}" in [one.key for one in errors]
    assert ReportBlock.objects.get(section__report=earlier, kind=BlockKind.QUOTE).data == given


@pytest.mark.django_db
@pytest.mark.parametrize("is_copied", [True, False])
def test_who_copies_a_section_may_sign_it_until_they_write_in_it(
    is_copied: bool, council: Cast, client: Client
) -> None:
    """Who wrote in it reads why somebody else has to, where the button would be."""
    by = council.actor("officer")
    earlier = making.begun(council)
    people = {"writer": council.person["head"], "reader": council.person["officer"]}
    section = making.section_of(earlier)
    writing.change_section(section, people, version=section.version, by=by)
    shape = f"report:{earlier.code}"
    made = begin_with(shape, code="2016-17", period="2016-17", title="Next", by=by)
    if not is_copied:
        block = making.block_of(made)
        writing.write_block(block, {"text": "Another."}, version=block.version, by=by)
    writing.send_to_review(made, by=by)
    client.force_login(council.person["officer"])
    page = text(client.get(making.section_of(made).url))
    assert ("Sign this section as its reader" in page) == is_copied
    assert ("so somebody else has to read it" in page) != is_copied


@pytest.mark.django_db
@pytest.mark.parametrize("shape", ["", "annual"])
def test_the_sources_of_the_last_report_are_offered_again(shape: str, council: Cast) -> None:
    by = council.actor("officer")
    source = {"code": "diary", "what": "Diary", "when": "2016", "who": "The teams"}
    writing.give_source(making.begun(council, "Words."), **source, by=by)
    made = begin_with(shape, code="2016-17", period="2016-17", title="Next", by=by)
    assert [one.code for one in made.sources.all()] == ["diary"]
