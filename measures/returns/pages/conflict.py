"""Two people worked on one return: what each said, side by side, and nothing typed lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from measures.models import Answer, DataItem, Figure
from measures.returns.answers import Given, write_number
from measures.returns.forms import MINE, THEIRS, FiguresForm, as_fields


@dataclass(frozen=True)
class Side:
    """What one of the two said: the number or the answer, and the words with it."""

    shown: str
    words: Sequence[str]


@dataclass(frozen=True)
class Differing:
    """A question on which the two differ; ``chosen`` is empty where both changed it."""

    code: str
    name: str
    theirs: Side
    mine: Side
    by: str
    chosen: str
    problem: str = ""


@dataclass(frozen=True)
class Conflict:
    """The page: what differs, and everything typed as fields to be posted again."""

    differing: Sequence[Differing]
    fields: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str]] = ()

    @property
    def both_changed(self) -> int:
        """How many questions both of them changed."""
        return sum(not one.chosen for one in self.differing)


def conflict(figures: Sequence[Figure], form: FiguresForm, *, insisted: bool = False) -> Conflict:
    """Compare what was typed with the figures as they are now.

    Where only one of the two changed a figure, theirs or mine is chosen already; where both
    did, or where nobody knows what the page began with, the person chooses. ``insisted`` says
    so at the questions for which they did not.
    """
    differing = []
    for figure in figures:
        mine, theirs = form.given.get(figure.item_id), Given.of(figure)
        if mine is None or mine == theirs:
            continue
        code, name = figure.item.code, figure.item.name
        missed = insisted and code in form.undecided
        differing.append(
            Differing(
                code=code,
                name=name,
                theirs=_side(theirs, figure.item),
                mine=_side(mine, figure.item),
                by=str(figure.entered_by) if figure.entered_by else "",
                chosen="" if missed else _chosen(form, code, mine, theirs),
                problem=f"Choose which answer to keep for “{name}”" if missed else "",
            )
        )
    return Conflict(
        differing=differing,
        fields=as_fields(form),
        problems=[(f"keep-{one.code}", one.problem) for one in differing if one.problem],
    )


def _chosen(form: FiguresForm, code: str, mine: Given, theirs: Given) -> str:
    if form.was is None or code not in form.was:
        return ""
    was = form.was[code]
    if mine == was:
        return THEIRS
    return MINE if theirs == was else ""


def _side(given: Given, item: DataItem) -> Side:
    if given.value is not None:
        shown = write_number(given.value, item.decimals)
    elif given.answer:
        shown = Answer(given.answer).label
    else:
        shown = "Not answered"
    return Side(shown, [words for words in (given.note, given.explanation) if words])
