"""The kinds of row that a framework is made of: how each is listed, typed and kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse

from measures.framework import actions
from measures.framework.forms import (
    KeptMeasureForm,
    KeptMoveForm,
    KeptNamedForm,
    KeptQuestionForm,
    KeptRowForm,
    KeptSeriesBreakForm,
    KeptTargetForm,
    KeptTeamForm,
)
from measures.framework.pages import measure_preview, question_preview, target_preview
from measures.framework.parts import broken_by_coming
from measures.models import DataItem, Measure, SeriesBreak, Target
from measures.permissions import MeasuresPermission
from teams.actions import keep, place_last
from teams.authority import AnyActor
from teams.models import Locality, Placement, Team, TeamType
from teams.models.organisation import Coded
from teams.permissions import Permission, TeamsPermission

Lists = Mapping[str, list[Any]]
Column = tuple[str, Callable[[Any], Any]]


def _keep(row: models.Model, lists: Lists, **about: Any) -> bool:
    return keep(row, **about)


def _no_warnings(row: Any) -> Sequence[str]:
    return ()


def _in_units(row: Target, value: Decimal, of_a_percentage: str) -> str:
    """``75%``, ``5 points``; without its unit where it is a count or an average."""
    unit = of_a_percentage if row.measure.scale == Measure.Scale.PERCENT else ""
    return f"{value.normalize():f}{unit}"


def _keep_item(row: DataItem, lists: Lists, **about: Any) -> bool:
    return actions.keep_item(row, team_types=lists["team_types"], **about)


def _keep_measure(row: Measure, lists: Lists, **about: Any) -> bool:
    return actions.keep_measure(row, denominators=lists["denominators"], **about)


def _set_target(row: Target, lists: Lists, **about: Any) -> bool:
    return actions.set_target(row, **about)


@dataclass(frozen=True)
class FrameworkKind:
    """One kind: what it is called, who keeps it, its form, and what its list says of a row.

    ``preview`` shows a row as it was typed, before it is saved: a template and its values;
    ``warnings`` names what on file breaks the rules of a row that is about to be kept.
    """

    slug: str
    title: str
    noun: str
    lead: str
    model: type[models.Model]
    form: type[KeptRowForm]
    columns: Sequence[Column]
    act: Callable[..., bool] = _keep
    related: Sequence[str] = ()
    order: Sequence[str] = ()
    preview: Callable[[Any, Lists], tuple[str, Mapping[str, Any]]] | None = None
    warnings: Callable[[Any], Sequence[str]] = _no_warnings

    @property
    def permission(self) -> Permission:
        """Who keeps it."""
        of_the_organisation = self.model.__module__.startswith("teams.")
        if of_the_organisation:
            return TeamsPermission.KEEP_ORGANISATION
        return MeasuresPermission.KEEP_FRAMEWORK

    @property
    def url(self) -> str:
        """Its list."""
        return reverse("framework-rows", args=[self.slug])

    @property
    def is_ordered(self) -> bool:
        """Whether its rows stand in an order that people choose."""
        return issubclass(self.model, Coded)

    def rows(self) -> models.QuerySet[Any]:
        """Every row, in order."""
        found = self.model._default_manager.select_related(*self.related)
        return found.order_by(*self.order) if self.order else found

    def new(self) -> Any:
        """A row that is not saved yet, after all others where they stand in an order."""
        row = self.model()
        place_last(row)
        return row

    def save(self, row: Any, lists: Lists, *, by: AnyActor, reason: str, version: int) -> bool:
        """Save a row through the action that keeps it; gives whether anything changed."""
        return self.act(row, lists, by=by, reason=reason, version=version)


def _span(item: DataItem) -> str:
    parts = [f"from {item.from_quarter}" if item.from_quarter else ""]
    parts.append(f"until {item.to_quarter}" if item.to_quarter else "")
    return " ".join(filter(None, parts))


def _open(team: Team) -> str:
    parts = [f"from {team.opened:%-d %B %Y}" if team.opened else ""]
    parts.append(f"until {team.closed:%-d %B %Y}" if team.closed else "")
    return " ".join(filter(None, parts))


KINDS = {
    kind.slug: kind
    for kind in [
        FrameworkKind(
            "questions", "Questions", "question",
            "What teams are asked, in the order of the return. Changes count from the next "
            "quarter that is opened.",
            DataItem, KeptQuestionForm,
            [
                ("Question", str), ("Part of the return", lambda row: row.group),
                ("Counted", lambda row: row.get_timing_display()), ("Asked", _span),
            ],
            act=_keep_item, preview=question_preview, warnings=broken_by_coming,
        ),
        FrameworkKind(
            "measures", "Measures", "measure",
            "How what was counted is reported, in the order of every page and report.",
            Measure, KeptMeasureForm,
            [
                ("Measure", str), ("Heading", lambda row: row.get_heading_display()),
                ("Which way is better", lambda row: row.get_good_display()),
            ],
            act=_keep_measure, preview=measure_preview,
        ),
        FrameworkKind(
            "targets", "Targets", "target",
            "What measures should reach in a year. Changing one keeps the old one on record.",
            Target, KeptTargetForm,
            [
                ("Measure", lambda row: row.measure), ("Year", lambda row: row.financial_year),
                ("Where", lambda row: row.locality or "The whole area"),
                ("Target", lambda row: _in_units(row, row.target, "%")),
                ("Close is within", lambda row: _in_units(row, row.close_within, " points")),
            ],
            act=_set_target, preview=target_preview, related=("measure", "locality"),
            order=("-year", "measure__position", "measure__code", "locality__position"),
        ),
        FrameworkKind(
            "breaks", "Series breaks", "series break",
            "Quarters from which a question's figures do not compare with earlier ones.",
            SeriesBreak, KeptSeriesBreakForm,
            [
                ("Question", lambda row: row.item), ("From", lambda row: row.quarter),
                ("Why", lambda row: row.reason),
            ],
            related=("item",), order=("-quarter", "item__position", "item__code"),
        ),
        FrameworkKind(
            "teams", "Teams", "team", "Teams that make returns.",
            Team, KeptTeamForm,
            [
                ("Team", str), ("Kind", lambda row: row.type),
                ("First locality", lambda row: row.locality or "The whole area"),
                ("Open", _open),
            ],
            related=("type", "locality"),
        ),
        FrameworkKind(
            "moves", "Moves of teams", "move",
            "From which quarter on a team stands in another locality. The past stays as it was.",
            Placement, KeptMoveForm,
            [
                ("Team", lambda row: row.team), ("Moves to", lambda row: row.locality),
                ("From", lambda row: row.from_quarter),
            ],
            related=("team", "locality"), order=("-from_quarter", "team__position", "team__code"),
        ),
        FrameworkKind(
            "localities", "Localities", "locality", "The parts of the area.",
            Locality, KeptNamedForm, [("Locality", str), ("Code", lambda row: row.code)],
        ),
        FrameworkKind(
            "team-types", "Kinds of team", "kind of team",
            "What kind a team is decides which questions it is asked.",
            TeamType, KeptNamedForm, [("Kind of team", str), ("Code", lambda row: row.code)],
        ),
    ]
}  # fmt: skip
