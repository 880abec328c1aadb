"""Two people worked on one return: what each said, side by side, and nothing typed lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.urls import reverse

from earlyhelp.core.pages.versioned_edit import ConflictPage, Part, Side, compare, lead
from measures.models import Answer, Figure, Return
from measures.returns.answers import GivenAnswer, write_number
from measures.returns.forms import FiguresForm, as_fields, as_it_is, prefix_of, write_snapshot

_BUTTONS = [("then", "check", "Save and check answers"), ("then", "leave", "Save and leave")]


def conflict(
    made: Return, figures: Sequence[Figure], form: FiguresForm, *, locked: str = ""
) -> ConflictPage:
    """Compare what was typed with the figures as they are now.

    ``locked`` says why nothing can be saved any more.
    """
    items = {figure.item.code: figure.item for figure in figures}

    def side(part: Part, given: GivenAnswer) -> Side:
        if given.value is not None:
            shown = write_number(given.value, items[part.name].decimals)
        else:
            shown = Answer(given.answer).label if given.answer else "Not answered"
        return Side(shown, [words for words in (given.note, given.explanation) if words])

    differing = compare(_parts(figures, form), side, undecided=form.undecided)
    brought_back = [("version", str(made.version)), ("was", write_snapshot(as_it_is(figures)))]
    return ConflictPage(
        title="This return can no longer be changed" if locked else made.stale_message.rstrip("."),
        caption=f"{made.team} · {made.quarter.quarter.label}",
        lead=f"{locked} What you typed was not saved. It stands below beside what the return "
        "says, so that you can pass it on."
        if locked
        else lead(differing),
        crumbs=[
            ("Returns", reverse("returns")),
            (f"{made.team}, {made.quarter.quarter.short}", reverse("return", args=[made.pk])),
        ],
        action=reverse("return-fill-in", args=[made.pk]),
        fields=[*brought_back, *as_fields(form)],
        differing=differing,
        buttons=() if locked else _BUTTONS,
        back=("See this return", reverse("return", args=[made.pk])),
        row=made,
    )


def conflict_on_sheet(
    made: Return,
    figures: Sequence[Figure],
    form: FiguresForm,
    others: Mapping[str, FiguresForm],
    address: str,
) -> ConflictPage:
    """The same for one return of a sheet, with what was typed for the ``others``, by prefix."""
    page, prefix = conflict(made, figures, form), prefix_of(made)
    fields = [(f"{prefix}{name}", value) for name, value in page.fields]
    for before, other in others.items():
        brought_back = [("version", str(other.version)), ("was", other.snapshot())]
        fields += [(f"{before}{name}", value) for name, value in brought_back + as_fields(other)]
    return replace(
        page,
        title=f"{made.team}: {page.title[0].lower()}{page.title[1:]}",
        action=address,
        fields=fields,
        differing=[replace(one, name=f"{prefix}{one.name}") for one in page.differing],
    )


def _parts(figures: Sequence[Figure], form: FiguresForm) -> list[Part]:
    """What was typed beside what is saved, for each question that was posted."""
    was = form.was or {}
    return [
        Part(
            name=figure.item.code,
            label=figure.item.name,
            was=was.get(figure.item.code),
            theirs=GivenAnswer.of(figure),
            mine=form.given[figure.item_id],
            by=str(figure.entered_by or ""),
        )
        for figure in figures
        if figure.item_id in form.given
    ]
