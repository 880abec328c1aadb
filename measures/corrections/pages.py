"""Corrections to closed quarters, as their proposer, their countersigner and the team read them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from measures.corrections.forms import CorrectionForm, TypedCorrection
from measures.models import Answer, CorrectedFigure, Correction, Figure, ReportingQuarter, Return
from measures.permissions import MeasuresPermission, returns_seen
from measures.querysets import ReturnQuerySet
from measures.returns.answers import Given
from measures.review.effect import CorrectionEffect, effect_of_correction
from measures.workflow import CorrectionState, QuarterState, ReturnState
from teams.models import Council
from teams.permissions import Authority
from teams.quarters import Quarter

_COLOURS = {
    CorrectionState.PROPOSED: "yellow",
    CorrectionState.COUNTERSIGNED: "green",
    CorrectionState.DECLINED: "",
}


@dataclass(frozen=True)
class Line:
    """One figure of a correction: was, becomes, as people read them."""

    made: Return
    quarter: Quarter
    item_code: str
    question: str
    was: str
    becomes: str
    note: str


@dataclass(frozen=True)
class CorrectionRow:
    """A correction with those of its figures that the reader may see."""

    correction: Correction
    state: str
    colour: str
    lines: Sequence[Line]

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided it yet."""
        return self.correction.state == CorrectionState.PROPOSED


def corrections_seen(
    authority: Authority, ids: Collection[int] | None = None
) -> list[CorrectionRow]:
    """The corrections that touch a return this person may see, latest first; two queries.

    Only the figures of those returns are among the lines. ``ids`` narrows to some.
    """
    seen = CorrectedFigure.objects.filter(
        figure__return_made__in=Return.objects.within(returns_seen(authority))
    ).select_related("figure__item", "figure__return_made__team", "figure__return_made__quarter")
    if ids is not None:
        seen = seen.filter(correction__in=ids)
    lines: dict[int, list[Line]] = {}
    for row in seen.order_by(
        "figure__return_made__quarter",
        "figure__return_made__team__position",
        "figure__item__position",
        "pk",
    ):
        lines.setdefault(row.correction_id, []).append(_line(row))
    found = (
        Correction.objects.filter(pk__in=list(lines))
        .select_related("proposed_by", "decided_by")
        .order_by("-proposed_at", "-pk")
    )
    return [
        CorrectionRow(
            correction,
            CorrectionState(correction.state).label,
            _COLOURS[CorrectionState(correction.state)],
            lines[correction.pk],
        )
        for correction in found
    ]


def _line(row: CorrectedFigure) -> Line:
    figure = row.figure
    return Line(
        made=figure.return_made,
        quarter=Quarter(figure.return_made.quarter_id),
        item_code=figure.item.code,
        question=figure.item.name,
        was=_shown(figure, row.before_value, row.before_answer),
        becomes=_shown(figure, row.after_value, row.after_answer),
        note=row.after_note,
    )


def _shown(figure: Figure, value: int | None, answer: str) -> str:
    return Figure(item=figure.item, value=value, answer=answer).shown


@dataclass(frozen=True)
class CorrectionPage:
    """One correction with what it does and what this person can do."""

    row: CorrectionRow
    effects: Sequence[CorrectionEffect]
    can_decide: bool
    why_not: str


def correction_page(authority: Authority, row: CorrectionRow) -> CorrectionPage:
    """What a correction does to localities and the city, while it waits, and who decides it.

    The effect is shown to those who propose and countersign: they see every area.
    """
    correction = row.correction
    countersigns = authority.holds(MeasuresPermission.COUNTERSIGN)
    involved = countersigns or authority.holds(MeasuresPermission.PROPOSE_CORRECTION)
    own = correction.proposed_by_id == authority.person_id
    why_not = ""
    if row.is_waiting and not (countersigns and not own):
        why_not = (
            "You proposed this correction, so somebody else has to countersign it."
            if own
            else "It waits for the service director’s countersignature."
        )
    return CorrectionPage(
        row=row,
        effects=_effects(correction) if row.is_waiting and involved else [],
        can_decide=row.is_waiting and countersigns and not own,
        why_not=why_not,
    )


def _effects(correction: Correction) -> list[CorrectionEffect]:
    becomes: dict[int, dict[int, Given]] = {}
    for line in correction.figures.select_related("figure"):
        becomes.setdefault(line.figure.return_made_id, {})[line.figure.item_id] = Given(
            line.after_value, line.after_answer, line.after_note
        )
    returns = list(Return.objects.filter(pk__in=list(becomes)))
    city = Council.objects.values_list("area_name", flat=True).first() or "The city"
    return effect_of_correction(becomes, returns, city=city)


def correctable(authority: Authority) -> ReturnQuerySet:
    """The signed-off returns of closed quarters that this person sees, with their names."""
    return (
        Return.objects.within(returns_seen(authority))
        .filter(state=ReturnState.SIGNED_OFF, quarter__state=QuarterState.CLOSED)
        .for_pages()
        .order_by("quarter", "team__position", "team__code")
    )


@dataclass(frozen=True)
class Choice:
    """One closed quarter's returns to choose from, and the other closed quarters."""

    quarter: Quarter | None
    returns: Sequence[Return]
    quarters: Sequence[tuple[Quarter, str]]


def choice(authority: Authority, wanted: Quarter | None) -> Choice:
    """The returns of ``wanted``, or of the latest closed quarter; two queries."""
    closed = [
        row.quarter
        for row in ReportingQuarter.objects.filter(state=QuarterState.CLOSED).order_by("-index")
    ]
    quarter = wanted or (closed[0] if closed else None)
    returns = correctable(authority).for_quarter(quarter) if quarter else []
    return Choice(quarter, list(returns), [(one, one.slug) for one in closed])


@dataclass(frozen=True)
class FigureBoxes:
    """One figure that could change, with what was typed and what is wrong with it."""

    figure: Figure
    typed: TypedCorrection
    error: str
    answers: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ReturnBoxes:
    """The figures of one return on the page that proposes."""

    made: Return
    quarter: Quarter
    rows: Sequence[FigureBoxes]


def boxes(returns: Sequence[Return], form: CorrectionForm) -> list[ReturnBoxes]:
    """The page that proposes a correction, return by return."""
    return [
        ReturnBoxes(
            made,
            Quarter(made.quarter_id),
            [
                FigureBoxes(
                    figure,
                    form.typed.get(figure.pk, TypedCorrection()),
                    form.errors.get(figure.pk, ""),
                    Answer.choices,
                )
                for figure in form.figures
                if figure.return_made_id == made.pk
            ],
        )
        for made in returns
    ]
