"""One return as its reviewer reads it: the unusual first, then everything, then the decision."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from earlyhelp.core.workflow import Option
from measures.models import Commentary, Figure, Measure, Return, SeriesBreak
from measures.permissions import comments_on
from measures.returns.actions import refuse_if_locked
from measures.returns.status import status_line
from measures.review.attention import Attention, Reason, attention
from measures.review.effect import ReturnEffect, effect_of_return
from measures.review.signing import hands_on, heads_by_locality, not_theirs, refusal, why_theirs
from measures.workflow import RETURN, NotAllowed, QuarterState, ReturnAct, ReturnState
from teams.models import Council
from teams.permissions import Authority
from teams.quarters import Quarter

# The tags that ask for attention; the others only inform.
CLOSED_AND_SIGNED = "This quarter is closed. A performance officer can propose a correction."
_LOUD = (Reason.UNUSUAL, Reason.ZERO, Reason.REPEATED, Reason.ASKED_AGAIN)


@dataclass(frozen=True)
class FigureRow:
    """One figure beside its history, as people read it."""

    item_id: int
    name: str
    group: str
    last_year: str
    last_quarter: str
    now: str
    is_number: bool
    note: str
    explanation: str
    not_comparable: str


@dataclass(frozen=True)
class LookRow:
    """A figure to look at, with the tag and the sentence that say why."""

    row: FigureRow
    tag: str
    colour: str
    text: str


@dataclass(frozen=True)
class ChangedRow:
    """A figure that changed since the return was sent back; ``said`` is the team's word on it."""

    name: str
    was: str
    now: str
    said: str


@dataclass(frozen=True)
class Decision:
    """What this person can do now: the acts that the state allows, by address or reason.

    ``closed_word`` says why nobody can do anything; ``why_theirs`` why it is theirs to decide.
    """

    signs_for: str
    can: Mapping[str, Option] = field(default_factory=dict)
    why_theirs: str = ""
    closed_word: str = ""

    @property
    def not_yours(self) -> str:
        """Why it is not this person's to decide; empty where it is."""
        return next((self.can[act].why_not for act in ("return", "reopen") if act in self.can), "")


@dataclass(frozen=True)
class ReviewPage:
    """Everything that the page prints."""

    made: Return
    quarter: Quarter
    area: str
    lead: str
    looks: Sequence[LookRow]
    sent_back: str
    changed: Sequence[ChangedRow]
    groups: Sequence[tuple[str, Sequence[FigureRow]]]
    effects: Sequence[ReturnEffect]
    commentary: Sequence[Commentary]
    comment_links: Sequence[tuple[str, str]]
    decision: Decision

    @property
    def last_quarter(self) -> Quarter:
        """The quarter before."""
        return self.quarter - 1

    @property
    def last_year(self) -> Quarter:
        """The same quarter last year."""
        return self.quarter - 4

    @property
    def figures(self) -> int:
        """How many questions the return has."""
        return sum(len(rows) for _, rows in self.groups)

    @property
    def questions(self) -> list[tuple[int, str]]:
        """Every question by id and name, those to look at first: what a reviewer can name."""
        first = {look.row.item_id: look.row.name for look in self.looks}
        everything = {row.item_id: row.name for _, rows in self.groups for row in rows}
        return list((first | everything).items())


def review_page(made: Return, authority: Authority, today: dt.date) -> ReviewPage:
    """Read one return for its reviewer; ``made`` comes with its names (``for_pages``)."""
    found = attention([made])[made.pk]
    quarter = Quarter(made.quarter_id)
    rows = figure_rows(made, found)
    effects = effect_of_return(made, found.figures)
    by_figure = {figure.pk: row for figure, row in zip(found.figures, rows, strict=True)}
    return ReviewPage(
        made=made,
        quarter=quarter,
        area=_area(made),
        lead=f"{status_line(made)} {_lead(found)}",
        looks=[
            LookRow(
                by_figure[look.figure.pk],
                look.reason.value,
                "yellow" if look.reason in _LOUD else "",
                look.text,
            )
            for look in found.looks
        ],
        sent_back=_sent_back(made, found, authority),
        changed=[
            ChangedRow(
                one.figure.item.name,
                one.was,
                one.now,
                one.figure.explanation or one.figure.note,
            )
            for one in found.changed
        ],
        groups=grouped(rows),
        effects=effects,
        commentary=_commentary(made, found.figures),
        comment_links=_comment_links(made, effects, authority),
        decision=_decision(made, found, authority, today),
    )


def _sent_back(made: Return, found: Attention, authority: Authority) -> str:
    """Who sent it back and how: "you returned it"; empty if nobody did, or it is with the team."""
    if not found.sent_back or made.state not in (ReturnState.SUBMITTED, ReturnState.SIGNED_OFF):
        return ""
    who = "you" if made.returned_by_id == authority.person_id else str(made.returned_by)
    return f"{who} {found.sent_back} it"


def figure_rows(made: Return, found: Attention) -> list[FigureRow]:
    """Every figure of a return beside last quarter's and the same quarter's last year."""
    quarter = Quarter(made.quarter_id)
    breaks: dict[int, list[SeriesBreak]] = {}
    for one in SeriesBreak.objects.filter(
        quarter__gt=quarter - 4, quarter__lte=quarter, item__in=[f.item_id for f in found.figures]
    ).order_by("quarter"):
        breaks.setdefault(one.item_id, []).append(one)
    return [
        FigureRow(
            item_id=figure.item_id,
            name=figure.item.name,
            group=figure.item.group,
            last_year=_past(found, figure, quarter - 4),
            last_quarter=_past(found, figure, quarter - 1),
            now=figure.shown,
            is_number=figure.value is not None,
            note=figure.note,
            explanation=figure.explanation,
            not_comparable="; ".join(
                f"not comparable with before {one.quarter.short}: {one.reason}"
                for one in breaks.get(figure.item_id, ())
            ),
        )
        for figure in found.figures
    ]


def grouped(rows: Sequence[FigureRow]) -> list[tuple[str, list[FigureRow]]]:
    """The rows in their groups, both in the framework's order."""
    groups: dict[str, list[FigureRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return list(groups.items())


def _past(found: Attention, figure: Figure, quarter: Quarter) -> str:
    value = found.earlier.get(figure.item_id, {}).get(quarter)
    return "–" if value is None else Figure(item=figure.item, value=value).shown


def _area(made: Return) -> str:
    if made.locality is not None:
        return made.locality.name
    return Council.objects.values_list("area_name", flat=True).first() or "the city"


def _lead(found: Attention) -> str:
    answered = f"{found.answered} of {len(found.figures)} answered"
    return f"{answered}; {_to_look_at(found) or 'nothing unusual'}."


def _to_look_at(found: Attention) -> str:
    if not found.looks:
        return ""
    return (
        "1 thing to look at" if len(found.looks) == 1 else f"{len(found.looks)} things to look at"
    )


def _signs_for(found: Attention) -> str:
    """What the signature is for, in words: "You sign for all 18 figures: 3 things to look at"."""
    parts = [_to_look_at(found) or "nothing unusual"]
    if found.not_provided:
        parts.append(f"{found.not_provided} not provided")
    return f"You sign for all {len(found.figures)} figures: {', '.join(parts)}."


def _decision(made: Return, found: Attention, authority: Authority, today: dt.date) -> Decision:
    """What the state and the person allow; the actions ask again when it is done."""
    words = _signs_for(found)
    try:
        refuse_if_locked(made)
    except NotAllowed as locked:
        correct = made.state == ReturnState.SIGNED_OFF
        return Decision(
            words,
            closed_word=(
                CLOSED_AND_SIGNED
                if correct
                else f"{locked} A performance officer can accept it late."
            ),
        )
    if made.state == ReturnState.SIGNED_OFF and made.quarter.state == QuarterState.CLOSED:
        return Decision(words, closed_word=CLOSED_AND_SIGNED)
    if made.state not in (ReturnState.SUBMITTED, ReturnState.SIGNED_OFF):
        return Decision(words)
    hands, heads = hands_on(made), heads_by_locality(today)
    not_yours = not_theirs(authority, made, hands, heads)
    not_signed = not_yours or refusal(authority, made, hands, heads)
    acts = {
        ReturnAct.SIGN_OFF: Option(reverse("return-sign-off", args=[made.pk]), not_signed),
        ReturnAct.RETURN: Option(reverse("return-send-back", args=[made.pk]), not_yours),
        ReturnAct.REOPEN: Option(reverse("return-reopen", args=[made.pk]), not_yours),
    }
    can = RETURN.options(made.state, acts)
    signs = can.get("sign_off")
    why = "" if signs is not None and not signs else why_theirs(authority, made, hands, heads)
    return Decision(words, can, why)


def _commentary(made: Return, figures: Sequence[Figure]) -> list[Commentary]:
    """What was written about the measures it feeds here, this quarter and last."""
    items = [figure.item_id for figure in figures]
    quarter = Quarter(made.quarter_id)
    fed = Measure.objects.filter(Q(numerator__in=items) | Q(denominators__in=items))
    return list(
        Commentary.objects.about([quarter - 1, quarter], [made.locality_id])
        .filter(measure__in=fed.values("pk"))
        .select_related("measure")
        .order_by("measure__position", "measure__code", "-quarter")
    )


def _comment_links(
    made: Return, effects: Sequence[ReturnEffect], authority: Authority
) -> list[tuple[str, str]]:
    """Where this person writes the story behind each measure that the return feeds."""
    if not comments_on(authority, made.locality_id):
        return []
    area = made.locality.code if made.locality else "city"
    quarter = Quarter(made.quarter_id).slug
    return [
        (effect.measure, reverse("commentary-edit", args=[effect.measure_code, area, quarter]))
        for effect in effects
    ]
