"""One return as its reviewer reads it: the unusual first, then everything, then the decision."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse

from earlyhelp.core.workflow import Option
from measures.models import Commentary, Figure, Measure, Return
from measures.permissions import comments_on
from measures.returns.actions import refuse_if_locked
from measures.returns.status import status_line
from measures.review.actions import ONLY_CORRECTED
from measures.review.attention import Attention, Changed, Look, attention
from measures.review.effect import ReturnEffect, effect_of_return
from measures.review.signing import signing
from measures.workflow import RETURN, NotAllowed, ReturnAct, ReturnState
from teams.models import Council
from teams.permissions import Authority
from teams.quarters import Quarter


@dataclass(frozen=True)
class ReviewedFigure:
    """One figure beside its history, as people read it; ``look`` says why to look at it, if so."""

    figure: Figure
    last_year: str
    last_quarter: str
    not_comparable: str
    look: Look | None


@dataclass(frozen=True)
class ReviewDecision:
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

    @property
    def signs(self) -> bool:
        """Whether this person can sign it off now."""
        return bool(self.can.get("sign_off"))


@dataclass(frozen=True)
class ReviewPage:
    """Everything that the page prints."""

    made: Return
    area: str
    lead: str
    why_nothing: str
    sent_back: str
    changed: Sequence[Changed]
    rows: Sequence[ReviewedFigure]
    effects: Sequence[ReturnEffect]
    commentary: Sequence[Commentary]
    comment_links: Sequence[tuple[str, str]]
    decision: ReviewDecision

    @property
    def quarter(self) -> Quarter:
        """The quarter of the return."""
        return self.made.quarter.quarter

    @property
    def last_quarter(self) -> Quarter:
        """The quarter before."""
        return self.quarter - 1

    @property
    def last_year(self) -> Quarter:
        """The same quarter last year."""
        return self.quarter - 4

    @property
    def looks(self) -> list[ReviewedFigure]:
        """The figures to look at."""
        return [row for row in self.rows if row.look]

    @property
    def moved(self) -> list[ReturnEffect]:
        """The measures of the area that this return moves, as they are printed."""
        return [effect for effect in self.effects if effect.moves]

    @property
    def others(self) -> list[ReturnEffect]:
        """Those that it does not, or that cannot be compared."""
        return [effect for effect in self.effects if not effect.moves]

    @property
    def groups(self) -> dict[str, list[ReviewedFigure]]:
        """The figures by group, both in the framework's order."""
        groups: dict[str, list[ReviewedFigure]] = {}
        for row in self.rows:
            groups.setdefault(row.figure.item.group, []).append(row)
        return groups

    @property
    def questions(self) -> list[tuple[int, str]]:
        """Every question by id and name: what a reviewer can name."""
        return [(row.figure.item_id, row.figure.item.name) for row in self.rows]

    @property
    def takes_questions(self) -> bool:
        """Whether this person can give it back now, and name questions with it."""
        can = self.decision.can
        return not self.decision.not_yours and ("return" in can or "reopen" in can)


def review_page(made: Return, authority: Authority, today: dt.date) -> ReviewPage:
    """Read one return for its reviewer; ``made`` comes with its names (``for_pages``)."""
    found = attention([made])[made.pk]
    effects = effect_of_return(made, found.figures, found.history)
    answered = f"{found.answered} of {len(found.figures)} answered"
    return ReviewPage(
        made=made,
        area=_area(made),
        lead=f"{status_line(made)} {answered}; {_to_look_at(found)}.",
        why_nothing=_why_nothing(found),
        sent_back=_sent_back(made, found, authority),
        changed=found.changed,
        rows=_rows(made, found),
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


def _rows(made: Return, found: Attention) -> list[ReviewedFigure]:
    """Every figure beside last quarter's and the same quarter's last year."""
    quarter = Quarter(made.quarter_id)
    looks = {look.figure.pk: look for look in found.looks}
    return [
        ReviewedFigure(
            figure,
            last_year=_past(found, figure, quarter - 4),
            last_quarter=_past(found, figure, quarter - 1),
            not_comparable="; ".join(
                f"not comparable with quarters before {one.quarter.short}: {one.reason}"
                for one in found.history.breaks(figure.item_id)
                if quarter - 4 < one.quarter
            ),
            look=looks.get(figure.pk),
        )
        for figure in found.figures
    ]


def _past(found: Attention, figure: Figure, quarter: Quarter) -> str:
    value = found.history.value(figure.item_id, quarter)
    return "–" if value is None else Figure(item=figure.item, value=value).shown


def _area(made: Return) -> str:
    if made.locality is not None:
        return made.locality.name
    return Council.whole_area()


def _to_look_at(found: Attention) -> str:
    """What there is to look at; of a return without an answer nothing is said."""
    if not found.answered:
        return "nothing to look at yet"
    if not found.looks:
        return "nothing unusual" if found.is_whole else "nothing unusual so far"
    things = "thing" if len(found.looks) == 1 else "things"
    return f"{len(found.looks)} {things} to look at"


def _why_nothing(found: Attention) -> str:
    """The sentence in place of a list of what to look at."""
    if not found.answered:
        return "Nothing is answered yet, so there is nothing to look at."
    if found.is_whole:
        return "No figure is far from this team’s usual range, and none is missing."
    missing = len(found.figures) - found.answered
    questions = "question is" if missing == 1 else "questions are"
    return (
        f"No figure given so far is far from this team’s usual range; {missing} {questions} "
        "not answered yet."
    )


def _signs_for(found: Attention) -> str:
    """What the signature is for, in words: "You sign for all 18 figures: 3 things to look at"."""
    parts = [_to_look_at(found)]
    if found.not_provided:
        parts.append(f"{found.not_provided} not provided")
    return f"You sign for all {len(found.figures)} figures: {', '.join(parts)}."


def _decision(
    made: Return, found: Attention, authority: Authority, today: dt.date
) -> ReviewDecision:
    """What the state and the person allow; the actions ask again when it is done."""
    words = _signs_for(found)
    if made.state == ReturnState.SIGNED_OFF and made.quarter.is_closed:
        return ReviewDecision(words, closed_word=ONLY_CORRECTED)
    try:
        refuse_if_locked(made)
    except NotAllowed as locked:
        late = f"{locked} A performance officer can accept it late."
        return ReviewDecision(words, closed_word=late)
    if made.state not in (ReturnState.SUBMITTED, ReturnState.SIGNED_OFF):
        return ReviewDecision(words)
    whose = signing([made], today)[made.pk]
    not_yours = whose.why_not_return(authority)
    not_signed = not_yours or whose.why_not_sign(authority)
    acts = {
        ReturnAct.SIGN_OFF: Option(reverse("return-sign-off", args=[made.pk]), not_signed),
        ReturnAct.RETURN: Option(reverse("return-send-back", args=[made.pk]), not_yours),
        ReturnAct.REOPEN: Option(reverse("return-reopen", args=[made.pk]), not_yours),
    }
    can = RETURN.options(made.state, acts)
    why = whose.why_theirs(authority) if can.get("sign_off", True) else ""
    return ReviewDecision(words, can, why)


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
        (effect.measure.name, reverse("commentary-edit", args=[effect.measure.code, area, quarter]))
        for effect in effects
    ]
