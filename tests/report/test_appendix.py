"""The appendix that a report writes itself: each figure as its reader knows it."""

import pytest

from earlyhelp.report.assembly import assemble
from earlyhelp.report.formats.matter import Layout
from earlyhelp.report.models import BlockKind
from earlyhelp.report.tree import TableBlock, TableRow
from earlyhelp.report.writing import actions as writing
from measures.querysets import Audience
from tests.cast import TODAY, Cast
from tests.report import making

pytestmark = pytest.mark.django_db


def _words(row: TableRow) -> list[str]:
    return ["".join(run.text for run in cell.runs) for cell in row.cells]


def test_areas_are_named_and_what_was_asked_ends_as_sentences_do(council: Cast) -> None:
    report = making.begun(council, "{{open-cases in north}} in North, and {{helped}} in all.")
    section = making.section_of(report)
    writing.add_block(section, kind=BlockKind.FIGURES, by=council.actor("officer"))
    document = assemble(report, audience=Audience.INTERNAL, today=TODAY).document
    blocks = document.sections[0].blocks
    made, counted = (one for one in blocks if isinstance(one, TableBlock))
    assert [_words(row)[3] for row in made.rows] == ["North", document.area]
    asked = [_words(row)[2] for row in counted.rows]
    assert asked and all(one.endswith(".") and ".;" not in one for one in asked), asked


@pytest.mark.parametrize("is_first", [True, False])
def test_a_figure_stands_in_its_sentence_and_not_in_the_appendix(
    is_first: bool, council: Cast
) -> None:
    """What files say around a figure; wherever the appendix that lists it stands."""
    report = making.begun(council, "We looked. There were {{open-cases}} open cases. We went on.")
    section, by = making.section_of(report), council.actor("officer")
    position = 5 if is_first else 50
    writing.add_block(section, kind=BlockKind.FIGURES, position=position, by=by)
    document = assemble(report, audience=Audience.INTERNAL, today=TODAY).document
    [figure] = document.figures
    words = Layout(document).places[figure.reference]
    assert words == f"There were {figure.shown} open cases."
