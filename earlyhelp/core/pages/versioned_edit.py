"""Two people changed one thing: what each of them changed, side by side, and nothing typed lost.

A form brings back the version that it was made from and what it said then. Where somebody else
saved first, the page compares what each of the two changed: what only one changed is kept without
asking, what both changed the person chooses. It posts everything typed to the form's own
address again, over what stands there now.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from earlyhelp.core.change import Stale, current_version
from earlyhelp.core.pages.forms import REFUSALS, Refusals, answer
from earlyhelp.core.pages.stale import own_save
from earlyhelp.core.pages.wording import number_of

MINE, THEIRS = "mine", "theirs"
DoneT = TypeVar("DoneT")


# -- comparing ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One thing that two people may have left differently, by the name that forms post.

    ``was`` is what it said when my page was made, None where nobody knows. ``by`` is who
    saved theirs.
    """

    name: str
    label: str
    was: Any
    theirs: Any
    mine: Any
    by: str = ""


@dataclass(frozen=True)
class Side:
    """What one of the two says: a short answer, and the words with it."""

    shown: str
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Difference:
    """A part on which the two differ; ``chosen`` is empty where both changed it."""

    name: str
    label: str
    theirs: Side
    mine: Side
    chosen: str
    by: str = ""
    problem: str = ""


def compare(
    parts: Iterable[Part],
    side: Callable[[Part, Any], Side],
    *,
    undecided: Collection[str] = (),
) -> list[Difference]:
    """The parts on which the two differ, as ``side`` shows them.

    ``undecided`` names those for which somebody was asked and did not choose: they are told.
    """
    return [
        Difference(
            name=part.name,
            label=part.label,
            theirs=side(part, part.theirs),
            mine=side(part, part.mine),
            chosen="" if part.name in undecided else _chosen(part),
            by=part.by,
            problem=f"Select which to keep for “{part.label}”" if part.name in undecided else "",
        )
        for part in parts
        if part.mine != part.theirs
    ]


def _chosen(part: Part) -> str:
    """Whose stands already: where only one of the two changed it."""
    if part.was is None:
        return ""
    if part.mine == part.was:
        return THEIRS
    return MINE if part.theirs == part.was else ""


# -- the page -------------------------------------------------------------------------------


@dataclass(frozen=True)
class ConflictPage:
    """The page; ``fields`` are everything typed, with the version and what it said.

    ``buttons`` have name, value and words; without any, nothing can be saved any more, and
    ``back`` says where it can be read. ``row`` is what was saved meanwhile: who saved it last may
    be the person who reads this.
    """

    title: str
    caption: str
    lead: str
    crumbs: Sequence[tuple[str, str]]
    action: str
    fields: Sequence[tuple[str, str]]
    differing: Sequence[Difference]
    buttons: Sequence[tuple[str, str, str]] = ()
    back: tuple[str, str] | None = None
    sides: tuple[str, str] = ("Theirs", "Mine")
    theirs_are: str = "of theirs"
    mine_are: str = "of yours"
    row: Any = None

    @property
    def asked(self) -> list[Difference]:
        """What both changed, to be chosen; everything, where nothing can be saved any more."""
        return [one for one in self.differing if not self.buttons or not one.chosen]

    @property
    def kept(self) -> list[Difference]:
        """What only one of the two changed."""
        return [one for one in self.differing if one not in self.asked]

    @property
    def kept_words(self) -> str:
        """``3 changes are kept: 2 of theirs, 1 of yours``, as one line."""
        numbers = Counter(one.chosen for one in self.kept)
        of = {THEIRS: self.theirs_are, MINE: self.mine_are}
        parts = [f"{numbers[side]} {words}" for side, words in of.items() if numbers[side]]
        other = "other " if self.asked else ""
        verb = "is" if len(self.kept) == 1 else "are"
        return f"{number_of(len(self.kept), f'{other}change')} {verb} kept: {', '.join(parts)}"

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What was not chosen, for the error summary."""
        return [(f"keep-{one.name}-theirs", one.problem) for one in self.differing if one.problem]


def show_conflict(request: HttpRequest, page: ConflictPage) -> HttpResponse:
    """The one page for two who met, or for one person who met themselves in another window."""
    own = own_save(page.row, request.user) if page.row is not None and page.buttons else ""
    if own:
        page = replace(
            page,
            title=own.rstrip("."),
            sides=("Saved in the other one", "What I typed here"),
            theirs_are="from the other tab or window",
            mine_are="from this one",
        )
    return render(request, "core/conflict.html", {"page": page}, status=409)


# -- forms of Django's ----------------------------------------------------------------------

# What a versioned form brings back, for its layout.
BROUGHT_BACK = ("version", "was")


class VersionedForm(forms.Form):
    """A form over a row that several people change; ``initial`` is the row as it stands now.

    ``undecided`` holds the fields for which the conflict page asked and nothing was chosen.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    was = forms.CharField(widget=forms.HiddenInput, required=False)
    # Fields that say nothing about the row.
    not_compared: ClassVar[Collection[str]] = (*BROUGHT_BACK, "keep_words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.undecided: set[str] = set()
        if self.is_bound:
            self._choose()
        else:
            self.initial["was"] = self.snapshot(self.initial)

    def _choose(self) -> None:
        """Put theirs into the boxes where the conflict page was told so."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
        for name in data.getlist("choose"):
            choice = data.get(f"keep-{name}")
            if name not in self.fields or choice == MINE:
                continue
            if choice != THEIRS:
                self.undecided.add(name)
                continue
            for box, values in self._boxes(name, self.initial.get(name)).items():
                data.setlist(box, values)
        self.data = data

    @property
    def compared(self) -> list[str]:
        """The fields that two people can leave differently."""
        return [name for name in self.fields if name not in self.not_compared]

    def snapshot(self, values: Mapping[str, Any]) -> str:
        """What the row says, for a page to bring back; what may be saved never hangs on it."""
        return json.dumps({name: self._boxes(name, values.get(name)) for name in self.compared})

    def typed(self) -> list[tuple[str, str]]:
        """Everything typed as fields of a form, to be posted again."""
        names = [name for name in self.fields if name not in BROUGHT_BACK]
        return [
            (box, value)
            for name in names
            for box in self._boxes(name, None)
            for value in self.data.getlist(box)  # type: ignore[attr-defined]
        ]

    def parts(self, now: Mapping[str, Any], by: str = "") -> list[Part]:
        """Each field as the page began, as it stands ``now`` and as it was typed."""
        was = self._read_was()
        return [
            Part(
                name=name,
                label=str(self[name].label),
                was=_normal(was.get(name)),
                theirs=_normal(self._boxes(name, now.get(name))),
                mine=_normal(
                    {
                        box: self.data.getlist(box)  # type: ignore[attr-defined]
                        for box in self._boxes(name, None)
                    }
                ),
                by=by,
            )
            for name in self.compared
        ]

    def side(self, part: Part, boxes: Mapping[str, Sequence[str]]) -> Side:
        """What stands in the boxes of a field, as people read it."""
        field = self.fields[part.name]
        values = [value for box in boxes.values() for value in box]
        if isinstance(field.widget, forms.Textarea):
            return Side("" if values else "Nothing", values)
        if isinstance(field, forms.BooleanField):
            return Side("Yes" if values else "No")
        if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
            choices: Any = field.choices
            labels = dict(_flat(choices))
            return Side(", ".join(labels.get(value, value) for value in values) or "Nothing")
        return Side(" ".join(values) or "Nothing")

    def _read_was(self) -> dict[str, Any]:
        try:
            was = json.loads(self.data.get("was", ""))
        except (ValueError, RecursionError):
            return {}
        return was if isinstance(was, dict) else {}

    def _boxes(self, name: str, value: Any) -> dict[str, list[str]]:
        """A value as the boxes of its field hold it, by the names that they post."""
        field = self.fields[name]
        widget: Any = field.widget
        if hasattr(widget, "widgets_names"):
            parts = widget.decompress(value) if value else []
            return {
                f"{name}{suffix}": [str(parts[number])] if number < len(parts) else [""]
                for number, suffix in enumerate(widget.widgets_names)
            }
        if isinstance(widget, forms.CheckboxInput):
            return {name: ["on"] if value else []}
        prepared = field.prepare_value(value)
        if isinstance(prepared, list | tuple | set | models.QuerySet):
            return {name: [str(one) for one in prepared]}
        return {name: [] if prepared is None else [str(prepared)]}


def _normal(boxes: Any) -> Any:
    """Boxes as they compare: without blanks around and with one kind of line end."""
    if not isinstance(boxes, dict):
        return None
    normal = {
        box: sorted(filter(None, (str(one).strip().replace("\r\n", "\n") for one in values)))
        for box, values in boxes.items()
        if isinstance(values, list)
    }
    return {box: values for box, values in normal.items() if values}


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Choices by what is posted, out of their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


def edit(
    request: HttpRequest,
    form: VersionedForm,
    act: Callable[[], DoneT],
    *,
    row: Any,
    initial: Callable[[Any], Mapping[str, Any]],
    caption: str,
    crumbs: Sequence[tuple[str, str]],
    show: Callable[[], HttpResponse],
    done: str | Callable[[DoneT], str],
    then: str | Callable[[DoneT], str],
    saved_by: Callable[[Any], str] = lambda _: "",
    refusals: Refusals = REFUSALS,
) -> HttpResponse:
    """The answer of a page with a versioned form over ``row``; see ``forms.answer``.

    ``initial`` gives what the boxes say of a row, as the form began with it, and ``saved_by``
    who saved it last. From the conflict page one can also go back to the form, with what was
    chosen in its boxes.
    """

    def conflict(current: Any) -> HttpResponse:
        now, by = initial(current), saved_by(current)
        differing = compare(form.parts(now, by), form.side, undecided=form.undecided)
        hidden = [("version", str(current_version(current))), ("was", form.snapshot(now))]
        page = ConflictPage(
            title=str(Stale(current)).rstrip("."),
            caption=caption,
            lead=lead(differing),
            crumbs=crumbs,
            action=request.get_full_path(),
            fields=[*hidden, *form.typed()],
            differing=differing,
            buttons=[("", "", "Save"), ("edit", "again", "Go back to the form")],
            row=current,
        )
        return show_conflict(request, page)

    if form.undecided:
        return conflict(row)
    if form.is_bound and "edit" in form.data:
        return show()
    return answer(
        request,
        form,
        act,
        show=show,
        done=done,
        then=then,
        conflict=conflict,
        refusals=refusals,
    )


def lead(differing: Sequence[Difference]) -> str:
    """What the page says first."""
    if not differing:
        then = "Both say the same, so there is nothing to choose."
    elif all(one.chosen for one in differing):
        then = "Each changed something else, so there is nothing to choose: save to keep both."
    else:
        then = "Select which to keep where both changed the same, then save."
    return f"Nothing is lost, and what you typed here is not saved yet. {then}"
