"""One return as everybody who sees it reads it: figures, words, history and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass

from measures.models import CorrectedFigure, DataItem, Figure, Return
from measures.returns.answers import GivenAnswer
from measures.returns.pages.fill_in import when_counted
from measures.returns.pages.percentages import WorkedOut
from measures.returns.pages.sheet import Past, Sheet, as_given
from measures.review.attention import in_words
from measures.workflow import CorrectionState


@dataclass(frozen=True)
class Corrected:
    """A correction as it stands beside the number: was 41, now 44, because ..."""

    was: str
    now: str
    reason: str
    who: str


@dataclass(frozen=True)
class ReadRow:
    """One figure with what was said of it."""

    figure: Figure
    when: str
    year_ago: Past
    last_quarter: Past
    break_note: str
    corrections: Sequence[Corrected]


@dataclass(frozen=True)
class ReadGroup:
    """Figures that stand together, and the percentages that they feed."""

    name: str
    rows: Sequence[ReadRow]
    worked: Sequence[WorkedOut]


@dataclass(frozen=True)
class Reading:
    """The page."""

    groups: Sequence[ReadGroup]
    columns: tuple[str, str]


def reading(sheet: Sheet) -> Reading:
    """Read one return; one query more than its sheet."""
    corrected = corrections_of(sheet.made)
    worked = sheet.worked_out_after(as_given(sheet.figures))
    year_ago, last_quarter = sheet.columns
    return Reading(
        groups=[
            ReadGroup(
                name,
                [
                    ReadRow(
                        figure,
                        when_counted(figure.item, sheet.quarter),
                        sheet.past(figure, year_ago),
                        sheet.past(figure, last_quarter),
                        sheet.break_note(figure),
                        corrected.get(figure.item_id, ()),
                    )
                    for figure in figures
                ],
                [one for figure in figures for one in worked.get(figure.item_id, ()) if one.shown],
            )
            for name, figures in sheet.groups()
        ],
        columns=(year_ago.short, last_quarter.short),
    )


def corrections_of(made: Return, item: DataItem | None = None) -> dict[int, list[Corrected]]:
    """The countersigned corrections of a return's figures by item id, oldest first; one query."""
    lines = CorrectedFigure.objects.filter(
        figure__return_made=made, correction__state=CorrectionState.COUNTERSIGNED
    )
    if item is not None:
        lines = lines.filter(figure__item=item)
    found: dict[int, list[Corrected]] = {}
    for line in lines.select_related(
        "figure__item", "correction__proposed_by", "correction__decided_by"
    ).order_by("correction__decided_at", "pk"):
        correction, asked = line.correction, line.figure.item
        found.setdefault(asked.pk, []).append(
            Corrected(
                was=in_words(GivenAnswer(line.before_value, line.before_answer).counted, asked),
                now=in_words(GivenAnswer(line.after_value, line.after_answer).counted, asked),
                reason=correction.reason,
                who=f"Proposed by {correction.proposed_by}, "
                f"countersigned by {correction.decided_by}",
            )
        )
    return found
