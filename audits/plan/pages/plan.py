"""The plan as people know it from a committee paper: outcome, action, by whom, by when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from audits.plan.models import Action, Aim, Outcome, Plan, Theme
from audits.plan.pages.aims import AimRow, EndedAim, aim_rows
from audits.plan.pages.filters import (
    KEEPS,
    FilterGroup,
    Show,
    Shown,
    groups_of,
    shown_of,
    shown_words,
)
from audits.plan.pages.rows import ActionRow, for_rows, row_of
from audits.plan.permissions import PlanPermission, owns
from audits.plan.progress import ActionProgress, overall
from audits.plan.timing import Status
from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.pages.wording import number_of
from measures.performance.choices import ChoiceLink
from teams.models import Appointment, Locality
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter

# The formats that a plan is given out in, as downloads name them.
FORMATS = {"docx": "Word", "xlsx": "Excel", "ods": "OpenDocument", "csv": "CSV"}


@dataclass(frozen=True)
class OutcomePart:
    """An outcome with its actions, and what it aims (or aimed) at."""

    outcome: Outcome
    rows: list[ActionRow] = field(default_factory=list)
    aims: list[AimRow] = field(default_factory=list)
    ended: list[EndedAim] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """How many rows of a table it takes."""
        return max(1, len(self.rows))


@dataclass(frozen=True)
class ThemePart:
    """A theme with its outcomes, and what was said of it when the year was over."""

    theme: Theme
    outcomes: Sequence[OutcomePart]


@dataclass(frozen=True)
class PlanPage:
    """The plan of a year, as somebody reads it on a day."""

    plan: Plan
    today: dt.date
    themes: Sequence[ThemePart]
    shown: Shown
    filters: Sequence[FilterGroup]
    stats: Sequence[tuple[str, int]]
    years: Sequence[ChoiceLink]
    left_open: Sequence[ChoiceLink]
    keeps: bool
    judges: bool
    edit: ChoiceLink | None

    @property
    def outcomes(self) -> list[OutcomePart]:
        """Every outcome shown, in the plan's order."""
        return [part for theme in self.themes for part in theme.outcomes]

    @property
    def rows(self) -> list[ActionRow]:
        """Every action shown, in the plan's order."""
        return [row for part in self.outcomes for row in part.rows]

    @property
    def by_date(self) -> list[ActionRow]:
        """A person's own actions, those that are due first on top; nothing for other choices."""
        if self.shown.show != Show.MINE:
            return []
        return sorted(self.rows, key=lambda row: row.here.due or dt.date.max)

    @property
    def shown_words(self) -> str:
        """What is shown where it is not the whole plan."""
        return shown_words(self.filters)

    @property
    def downloads(self) -> list[ChoiceLink]:
        """What is shown, as files."""
        address = reverse("plan-export", args=[self.plan.year])
        return [
            ChoiceLink(name, self.shown.to_read.url(f"{address}?format={form}"))
            for form, name in FORMATS.items()
        ]

    @property
    def print_url(self) -> str:
        """What is shown, to print."""
        return self.shown.to_read.url(reverse("plan-print", args=[self.plan.year]))


@dataclass(frozen=True)
class Listed:
    """An action with what the filters ask of it.

    ``here`` is how it stands wherever a filter shows it: in the whole city (None), and by the
    id of a locality.
    """

    stands: ActionProgress
    here: Mapping[int | None, ActionProgress]
    is_mine: bool

    def shown_as(self, wanted: Shown) -> ActionProgress | None:
        """How it stands where these filters show it; None where they do not."""
        here = self.here.get(wanted.locality_id)
        theme = self.stands.action.outcome.theme.number
        if here is None or wanted.theme not in (None, theme):
            return None
        return here if KEEPS[wanted.show](here, self.is_mine) else None


def plan_page(
    plan: Plan, authority: Authority, today: dt.date, asked: Mapping[str, str], path: str
) -> PlanPage:
    """Everything that a page or a file of the plan says; the same queries for any plan."""
    themes = list(plan.themes.order_by("number"))
    localities = list(Locality.objects.all())
    shown = shown_of(asked, themes, localities)
    outcomes = _outcomes_of(plan, themes)
    listed = _listed(plan, outcomes, authority, today, localities)
    parts = _parts(plan, outcomes, listed, shown, authority)

    keeps = authority.holds(PlanPermission.KEEP_PLAN)
    judges = authority.holds(PlanPermission.JUDGE_OUTCOMES)

    def count(wanted: Shown) -> int:
        return sum(action.shown_as(wanted) is not None for action in listed)

    return PlanPage(
        plan=plan,
        today=today,
        themes=_by_theme(themes, parts, shown),
        shown=shown,
        filters=groups_of(shown, path, themes, localities, count),
        stats=_stats([action.stands for action in listed]),
        years=_years(plan),
        left_open=_left_open(plan),
        keeps=keeps and shown.edit,
        judges=judges and shown.edit,
        edit=_edit_link(shown, path) if keeps or judges else None,
    )


def _edit_link(shown: Shown, path: str) -> ChoiceLink:
    """The way to the links that change the plan, or away from them: it reads like a paper."""
    text = "Back to reading" if shown.edit else "Change the plan"
    return ChoiceLink(text, replace(shown, edit=not shown.edit).url(path))


def _parts(
    plan: Plan,
    outcomes: Sequence[Outcome],
    listed: Sequence[Listed],
    shown: Shown,
    authority: Authority,
) -> list[OutcomePart]:
    """The outcomes with what is shown of each, those with nothing to show left out."""
    parts = {outcome.pk: OutcomePart(outcome) for outcome in outcomes}
    for action in listed:
        if (here := action.shown_as(shown)) is not None:
            parts[here.action.outcome_id].rows.append(row_of(action.stands, here, authority))
    aims = Aim.objects.filter(outcome__theme__plan=plan)
    rows, ended = aim_rows(list(aims.select_related("measure", "locality", "ended_by")), authority)
    for row in rows:
        parts[row.aim.outcome_id].aims.append(row)
    for was in ended:
        parts[was.aim.outcome_id].ended.append(was)
    return [part for part in parts.values() if shown.is_all or part.rows]


def _outcomes_of(plan: Plan, themes: Sequence[Theme]) -> list[Outcome]:
    """The plan's outcomes in their order, each with its theme; one query."""
    by_id = {theme.pk: theme for theme in themes}
    outcomes = list(Outcome.objects.filter(theme__plan=plan).order_by("theme__number", "number"))
    for outcome in outcomes:
        outcome.theme = by_id[outcome.theme_id]
    return outcomes


def _listed(
    plan: Plan,
    outcomes: Sequence[Outcome],
    authority: Authority,
    today: dt.date,
    localities: Sequence[Locality],
) -> list[Listed]:
    """Every action of the plan in its order; how each stands is worked out once."""
    by_id = {outcome.pk: outcome for outcome in outcomes}
    actions = list(for_rows(Action.objects.filter(outcome__theme__plan=plan).in_order()))
    places = _places_of_owners(actions, today)
    listed = []
    for action in actions:
        action.outcome = by_id[action.outcome_id]
        stands = overall(action, localities, today)
        here: dict[int | None, ActionProgress] = {None: stands}
        here |= {one.locality.pk: one for one in stands.localities if one.locality}
        if not action.for_every_locality:
            here |= dict.fromkeys(places[action.pk], stands)
        listed.append(Listed(stands, here, owns(authority, action.owners.all())))
    return listed


def _places_of_owners(actions: Iterable[Action], today: dt.date) -> dict[int, set[int]]:
    """The localities in which named owners hold a post, by action; two queries at most."""
    named: dict[int, set[int]] = defaultdict(set)
    for action in actions:
        for owner in action.owners.all():
            if owner.person_id is not None:
                named[owner.person_id].add(action.pk)
    quarter = Quarter.containing(today)
    places: dict[int, set[int]] = defaultdict(set)
    posts = (
        Appointment.objects.in_force(today)
        .filter(person__in=sorted(named))
        .select_related("team")
        .prefetch_related("team__placements")
    )
    for post in posts:
        where = post.locality_id
        if where is None and post.team is not None:
            where = post.team.locality_id_in(quarter)
        if where is not None:
            for action_id in named[post.person_id]:
                places[action_id].add(where)
    return places


def _by_theme(
    themes: Sequence[Theme], parts: Sequence[OutcomePart], shown: Shown
) -> list[ThemePart]:
    by_theme = [
        ThemePart(theme, [part for part in parts if part.outcome.theme_id == theme.pk])
        for theme in themes
    ]
    return [one for one in by_theme if one.outcomes or shown.is_all]


def _stats(stands: Sequence[ActionProgress]) -> list[tuple[str, int]]:
    return [
        ("actions", len(stands)),
        ("late", sum(one.is_late for one in stands)),
        ("waiting to be accepted", sum(one.status == Status.CLAIMED for one in stands)),
        ("complete", sum(one.status == Status.COMPLETE for one in stands)),
    ]


def _years(plan: Plan) -> list[ChoiceLink]:
    """The plans that there are, latest first."""
    years = list(Plan.objects.values_list("year", flat=True))
    if len(years) < 2:
        return []
    return [
        ChoiceLink(str(FinancialYear(year)), reverse("plan", args=[year]), year == plan.year)
        for year in years
    ]


def _left_open(plan: Plan) -> list[ChoiceLink]:
    """Earlier plans with unfinished actions: each is to be finished, or carried over."""
    return [
        ChoiceLink(
            f"{number_of(number, 'unfinished action')} of {FinancialYear(year)}",
            reverse("plan", args=[year]),
        )
        for year, number in fetch(_unfinished_before, plan.year)
    ]


def _unfinished_before(year: int) -> QuerySet[Action, Any]:
    """How many actions of each earlier plan are unfinished, oldest first."""
    earlier = Action.objects.unfinished().filter(outcome__theme__plan__year__lt=year)
    years = earlier.order_by("outcome__theme__plan__year").values("outcome__theme__plan__year")
    return years.annotate(number=Count("pk")).values_list("outcome__theme__plan__year", "number")
