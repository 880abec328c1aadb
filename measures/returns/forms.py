"""What somebody typed into a return, question by question, and what it says.

A question has up to five boxes: ``value-<code>``, ``answer-<code>`` (why there is no number),
``note-<code>`` (the reason, or a note on the number) and ``why-<code>`` (the sentence that an
unusual figure takes). ``because-<code>`` are reasons that are ticked beside the sentence, and
``still-<code>`` is ticked where a sentence that was written about another number explains this one
too. What was typed is kept as it was typed, also when it cannot be read. On a sheet of several
teams every name begins with the team's own prefix.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from django.http import QueryDict

from earlyhelp.core.numbers import NotANumber, parse_units
from earlyhelp.core.pages.boxes import BoxesForm
from measures.models import Figure, Return
from measures.returns import reasons
from measures.returns.answers import ANSWERS, LONGEST, GivenAnswer, write_number


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes of one question."""

    value: str = ""
    answer: str = ""
    note: str = ""
    why: str = ""
    still: str = ""
    because: tuple[str, ...] = ()

    @classmethod
    def of(cls, figure: Figure) -> "Typed":
        """The boxes as they are before anybody types: what the figure says."""
        number = "" if figure.value is None else write_number(figure.value, figure.item.decimals)
        because, why = reasons.apart(figure.explanation)
        return cls(number, figure.answer, figure.note, why, because=because)

    @property
    def words(self) -> str:
        """The explanation: what is ticked and what is written."""
        return reasons.explanation(self.because, self.why)


@dataclass(frozen=True)
class BoxError:
    """A sentence at one of a question's boxes; ``box`` is ``value``, ``note`` or ``why``."""

    box: str
    text: str

    def __str__(self) -> str:
        return self.text


class FiguresForm(BoxesForm):
    """A return's questions as they were typed, read into answers.

    ``given`` holds what can be saved, by item id: only the questions that were posted, without
    those for which somebody chose to keep what a colleague saved. ``errors`` holds one
    sentence a question. ``asked`` are the codes of the questions whose page asked "Is this
    right?"; ``group_errors`` has a sentence by the key of a group; and ``was`` is what the return
    said when the page was made, by code (None when the page did not say).
    """

    def __init__(self, figures: Sequence[Figure], post: QueryDict | None = None) -> None:
        super().__init__(post)
        self.figures = figures
        self.typed = {figure.item_id: Typed.of(figure) for figure in figures}
        self.given: dict[int, GivenAnswer] = {}
        self.errors: dict[Any, BoxError] = {}
        self.asked: set[str] = set()
        self.group_errors: dict[str, str] = {}
        self.was = read_snapshot(self.post.get("was", ""))
        for figure in figures:
            code = figure.item.code
            if f"value-{code}" not in self.post or self.keeps_theirs(code):
                continue
            if f"why-{code}" in self.post:
                self.asked.add(code)
            names = ("value", "answer", "note", "why", "still")
            boxes = {name: self.text(f"{name}-{code}") for name in names}
            because = reasons.known(self.post.getlist(f"because-{code}"))
            self._take(figure, Typed(**boxes, because=because))

    def _take(self, figure: Figure, typed: Typed) -> None:
        """Read what stands in a question's boxes."""
        self.typed[figure.item_id] = typed
        self.errors.pop(figure.item_id, None)
        read = _read_one(figure, typed, was_asked=figure.item.code in self.asked)
        if isinstance(read, BoxError):
            self.errors[figure.item_id] = read
        else:
            self.given[figure.item_id] = read

    def use(self, figure: Figure, number: str) -> None:
        """Put an offered number into a question's box, as if it had been typed there."""
        self._take(figure, replace(self.typed[figure.item_id], value=number, answer=""))

    def say(self, figure: Figure, answer: str, note: str) -> None:
        """Answer a question without a number, as if it had been chosen there."""
        said = replace(self.typed[figure.item_id], value="", answer=answer, note=note)
        self._take(figure, said)

    def is_blank(self, figure: Figure) -> bool:
        """Whether nothing stands in a question's boxes that would answer it."""
        typed = self.typed[figure.item_id]
        return not typed.value and not typed.answer

    def refuse(self, errors: Mapping[Any, str]) -> None:
        """Take the sentences of an action that refused, at the boxes with the numbers."""
        self.errors |= {item_id: BoxError("value", text) for item_id, text in errors.items()}

    def with_errors_of(self, saved: Self) -> Self:
        """With what is wrong of whole groups as well."""
        self.group_errors |= saved.group_errors
        return super().with_errors_of(saved)

    def snapshot(self) -> str:
        """What the return says where this form saved it, for the page to bring back."""
        return write_snapshot(self.what_is_saved())

    def what_is_saved(self) -> dict[str, GivenAnswer]:
        """What the return says where this form saved it, by code."""
        was = as_it_is(self.figures) if self.was is None else self.was
        saved = {
            figure.item.code: self.given[figure.item_id]
            for figure in self.figures
            if figure.item_id in self.given and figure.item_id not in self.errors
        }
        return {**was, **saved}

    def bad_parts(self) -> list[str]:
        """The codes of the questions that are not saved."""
        return [figure.item.code for figure in self.figures if figure.item_id in self.errors]

    def saved_answers(self) -> int:
        """How many questions are answered, and saved."""
        answers = self.answers()
        return sum(answers[pk].is_answered for pk in answers if pk not in self.errors)

    def is_unsaved(self, figure: Figure) -> bool:
        """Whether what stands in a question's boxes is not what the return says."""
        given = self.given.get(figure.item_id, GivenAnswer.of(figure))
        return figure.item_id in self.errors or given != GivenAnswer.of(figure)

    def answers(self) -> dict[int, GivenAnswer]:
        """The return as it would be: what was given over what it says; nothing where unread."""
        unread = {item_id: GivenAnswer() for item_id in self.errors if item_id not in self.given}
        return (
            {figure.item_id: GivenAnswer.of(figure) for figure in self.figures}
            | self.given
            | unread
        )


def _read_one(figure: Figure, typed: Typed, *, was_asked: bool) -> GivenAnswer | BoxError:
    """The answer that was typed, or what is wrong with it."""
    name = figure.item.name
    for box, text in (("note", typed.note), ("why", typed.words)):
        if len(text) > LONGEST:
            return BoxError(box, f"“{name}”: shorten your words to {LONGEST:,} characters")
    if typed.answer:
        return _read_answer(figure, typed, was_asked=was_asked)
    value: int | None = None
    if typed.value:
        try:
            value = parse_units(typed.value, figure.item.decimals)
        except NotANumber as wrong:
            return BoxError("value", f"{name} {wrong}")
    return _with_words(figure, typed, GivenAnswer(value, note=typed.note), was_asked=was_asked)


def _read_answer(figure: Figure, typed: Typed, *, was_asked: bool) -> GivenAnswer | BoxError:
    name = figure.item.name
    if typed.answer not in ANSWERS:
        return BoxError("note", f"“{name}”: choose why there is no number")
    if typed.value:
        return BoxError("value", f"“{name}”: give a number, or choose why there is none, not both")
    if not typed.note:
        return BoxError("note", f"“{name}”: say why there is no number")
    given = GivenAnswer(answer=typed.answer, note=typed.note)
    return _with_words(figure, typed, given, was_asked=was_asked)


def _with_words(
    figure: Figure, typed: Typed, given: GivenAnswer, *, was_asked: bool
) -> GivenAnswer:
    """The answer with its explanation, which belongs to the number that it was written for.

    The same words beside another number are about the one before, until somebody ticks that
    they explain this one or changes them.
    """
    words = typed.words if was_asked else figure.explanation
    is_ticked = was_asked and given.value is not None and _ticked(figure, typed) == given.value
    is_new = is_ticked or words != figure.explanation
    return replace(given, explanation=words, explained=None if is_new else figure.explained_value)


def _ticked(figure: Figure, typed: Typed) -> int | None:
    """The number for which it was ticked that the words still hold."""
    try:
        return parse_units(typed.still, figure.item.decimals)
    except NotANumber:
        return None


def as_it_is(figures: Sequence[Figure]) -> dict[str, GivenAnswer]:
    """What the return says now, by code."""
    return {figure.item.code: GivenAnswer.of(figure) for figure in figures}


def write_snapshot(was: Mapping[str, GivenAnswer]) -> str:
    """What the return said when a page was made, for the page to bring back with a save.

    It only helps to tell whose change is whose; what may be saved never depends on it.
    """
    return json.dumps({code: asdict(given) for code, given in was.items()})


def read_snapshot(text: str) -> dict[str, GivenAnswer] | None:
    """What ``write_snapshot`` wrote; None for anything else."""
    try:
        return {code: GivenAnswer(**parts) for code, parts in json.loads(text).items()}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def as_fields(form: FiguresForm) -> list[tuple[str, str]]:
    """Everything typed as fields of a form, to be posted again, also what could not be read."""
    fields = []
    for figure in form.figures:
        if figure.item_id not in form.given and figure.item_id not in form.errors:
            continue
        code, typed = figure.item.code, form.typed[figure.item_id]
        fields += [(f"value-{code}", typed.value), (f"note-{code}", typed.note)]
        fields.append((f"answer-{code}", typed.answer))
        if code in form.asked:
            fields += [(f"why-{code}", typed.why), (f"still-{code}", typed.still)]
            fields += [(f"because-{code}", one) for one in typed.because]
    return fields


def prefix_of(made: Return) -> str:
    """What the names of a return's boxes begin with on a sheet of several."""
    return f"t{made.pk}-"


def of_one(post: QueryDict, prefix: str) -> QueryDict:
    """What a sheet of several posted about one return, as its own page would have.

    What the conflict page asked about is named with the prefix inside.
    """
    own = QueryDict(mutable=True)
    for name in post:
        for before in ("", "keep-"):
            if name.startswith(before + prefix):
                own.setlist(before + name.removeprefix(before + prefix), post.getlist(name))
        if name.startswith("group-note-"):
            own.setlist(name, post.getlist(name))
    chosen = [name for name in post.getlist("choose") if name.startswith(prefix)]
    own.setlist("choose", [name.removeprefix(prefix) for name in chosen])
    return own
