"""What a file of figures would do, before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from measures.exchange.actions import Loaded
from measures.exchange.figures import Preview
from measures.models import Figure

# Enough to see that the right file was chosen; a page is no place for 100,000 rows.
MOST_SHOWN = 100


@dataclass(frozen=True)
class PreviewRow:
    """One line of the file, as people read it."""

    team: str
    quarter: str
    question: str
    answer: str
    note: str


@dataclass(frozen=True)
class PreviewPage:
    """What would change, and the first lines of the file."""

    name: str
    lead: str
    signed_off: bool
    loaded: Loaded
    rows: Sequence[PreviewRow]
    more: int


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def done(name: str, loaded: Loaded) -> str:
    """The sentence that says what was loaded."""
    return (
        f"{name}: {_counted(loaded.figures, 'figure')} loaded into "
        f"{_counted(loaded.returns, 'return')}, {loaded.unchanged} unchanged."
    )


def preview_page(name: str, found: Preview, *, signed_off: bool) -> PreviewPage:
    """The page that asks whether to load a file."""
    loaded = found.loaded
    if signed_off:
        newly = _counted(loaded.signed_off, "return")
        what = f"{newly} would become signed off by import."
    else:
        what = "They become drafts, for managers to confirm."
    if not loaded.figures and not loaded.signed_off:
        what = "Everything in it is here already: loading it changes nothing."
    return PreviewPage(
        name=name,
        lead=(
            f"{_counted(loaded.figures, 'figure')} in {_counted(loaded.returns, 'return')} "
            f"would change, {loaded.unchanged} would stay. {what}"
        ),
        signed_off=signed_off,
        loaded=loaded,
        rows=[
            PreviewRow(
                row.line.team.name,
                str(row.line.quarter),
                row.item.name,
                Figure(
                    item=row.item, value=row.line.answer.value, answer=row.line.answer.answer
                ).shown,
                row.line.answer.note,
            )
            for row in found.rows[:MOST_SHOWN]
        ],
        more=max(0, len(found.rows) - MOST_SHOWN),
    )
