"""An audit was saved elsewhere meanwhile: both versions side by side, nothing typed lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audits.casework.answers import Answer
from audits.casework.forms import ABOUT, PARTS, WORDS, GradingForm, as_fields, key_of
from audits.grades import Grade, Threshold
from audits.models import Indicator
from earlyhelp.core.pages.versioned_edit import MINE, THEIRS

_NAMES = {
    "overall": "Overall judgement",
    "threshold": "Level of help",
    "is_unsafe": "Is the child unsafe?",
    **ABOUT,
}


@dataclass(frozen=True)
class Side:
    """What one of the two says: the answer, and the words with it."""

    shown: str
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Differing:
    """Something on which the two differ; ``chosen`` is empty where both changed it."""

    key: str
    name: str
    theirs: Side
    mine: Side
    chosen: str
    problem: str = ""


@dataclass(frozen=True)
class Conflict:
    """The page: what differs, and everything typed as fields to be posted again."""

    differing: Sequence[Differing]
    fields: Sequence[tuple[str, str]]
    problems: Sequence[tuple[str, str]]


def conflict(form: GradingForm, *, insisted: bool = False) -> Conflict:
    """Compare what was typed with what the audit says now, as the form was made from it.

    Where only one of the two changed something it is chosen already; where both did, or where
    nobody knows what the page began with, the person chooses. ``insisted`` says so at those
    for which they did not.
    """
    differing = []
    for one in form.indicators:
        mine, theirs = form.given.get(one.pk), form.now.answers[one.code]
        if mine is None or mine == theirs:
            continue
        was = form.was.answers.get(one.code) if form.was else None
        sides = (answer_side(theirs, one), answer_side(mine, one))
        differing.append(
            _differing(form, one.code, one.name, sides, _chosen(was, mine, theirs), insisted)
        )
    for part in PARTS:
        if part not in form.judged:
            continue
        mine_said, theirs_said = form.judged[part], getattr(form.now.judgement, part)
        if mine_said == theirs_said:
            continue
        was_said = getattr(form.was.judgement, part) if form.was else None
        sides = (part_side(part, theirs_said), part_side(part, mine_said))
        chosen = _chosen(was_said, mine_said, theirs_said)
        differing.append(_differing(form, key_of(part), _NAMES[part], sides, chosen, insisted))
    return Conflict(
        differing=differing,
        fields=as_fields(form),
        problems=[(f"keep-{one.key}-theirs", one.problem) for one in differing if one.problem],
    )


def _differing(
    form: GradingForm, key: str, name: str, sides: tuple[Side, Side], chosen: str, insisted: bool
) -> Differing:
    if insisted and key in form.undecided:
        return Differing(key, name, *sides, "", f"Choose which to keep for “{name}”")
    return Differing(key, name, *sides, chosen)


def _chosen(was: Any, mine: Any, theirs: Any) -> str:
    """Whose stands already: where only one of the two changed it."""
    if was is None:
        return ""
    if mine == was:
        return THEIRS
    return MINE if theirs == was else ""


def answer_side(answer: Answer, one: Indicator) -> Side:
    """One of the two answers to an indicator."""
    return Side(answer.label_for(one), [answer.comment] if answer.comment else [])


def part_side(part: str, said: Any) -> Side:
    """One of the two versions of a part of the judgement."""
    if part in WORDS:
        return Side("", [said]) if said else Side("Nothing written")
    if part == "is_unsafe":
        return Side("Yes, somebody must act today" if said else "No")
    if said in Grade.values:
        return Side(Grade(said).label)
    return Side(Threshold(said).label if said in Threshold.values else "Not judged")


def what_was_typed(form: GradingForm) -> list[tuple[str, Side]]:
    """Everything typed that says something, to be passed on where it can no longer be saved."""
    found = [
        (one.name, answer_side(answer, one))
        for one in form.indicators
        if (answer := form.given.get(one.pk)) is not None and answer != Answer()
    ]
    return found + [
        (_NAMES[part], part_side(part, said)) for part, said in form.judged.items() if said
    ]
