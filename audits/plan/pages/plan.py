"""The plan as people know it from a committee paper: outcome, action, by whom, by when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from audits.plan.models import Action, Aim, Judged, Outcome, Plan, Theme
from audits.plan.pages.aims import AimEnded, AimSaid, aims_ended, aims_said
from audits.plan.pages.filters import KEEPS, Choice, ChoiceGroup, Shown, groups_of, shown_of
from audits.plan.pages.rows import ActionRow, for_rows, row_of
from audits.plan.permissions import PlanPermission, owns
from audits.plan.progress import Overall, Progress, overall
from audits.plan.timing import Status
from earlyhelp.core.compiled_queries import fetch
from measures.performance.choices import NavLink as Link
from teams.models import Appointment, Locality
from teams.permissions import Authority
from teams.quarters import FinancialYear, Quarter

# The formats that a plan is given out in, as downloads name them.
FORMATS = {"docx": "Word", "xlsx": "Excel", "ods": "OpenDocument", "csv": "CSV"}
_JUDGED_COLOURS = {Judged.ACHIEVED: "green", Judged.PARTLY: "yellow", Judged.NOT: "red"}


@dataclass(frozen=True)
class OutcomePart:
    """An outcome with its actions, what it aims (or aimed) at, and whether it was achieved."""

    outcome: Outcome
    rows: Sequence[ActionRow]
    aims: Sequence[AimSaid]
    ended: Sequence[AimEnded]
    judged: str
    judged_colour: str
    judged_why: str

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
    caption: str
    made_on: dt.date
    themes: Sequence[ThemePart]
    shown: Shown
    shown_words: str
    filters: Sequence[ChoiceGroup]
    stats: Sequence[tuple[str, int]]
    years: Sequence[Link]
    left_open: Sequence[Link]
    downloads: Sequence[Link]
    print_url: str
    keeps: bool
    judges: bool

    @property
    def rows(self) -> list[ActionRow]:
        """Every action shown, in the plan's order."""
        return [row for theme in self.themes for part in theme.outcomes for row in part.rows]


@dataclass(frozen=True)
class Listed:
    """An action with what the filters ask of it.

    ``here`` is how it stands wherever a filter shows it: in the whole city (None), and by the
    id of a locality.
    """

    stands: Overall
    here: Mapping[int | None, Progress]
    is_mine: bool

    @property
    def theme(self) -> int:
        """The number of its theme."""
        return self.stands.action.outcome.theme.number

    def shown_as(self, wanted: Shown) -> Progress | None:
        """How it stands where these filters show it; None where they do not."""
        here = self.here.get(wanted.locality_id)
        if here is None or wanted.theme not in (None, self.theme):
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
    kept: dict[int, list[ActionRow]] = defaultdict(list)
    for action in listed:
        if (here := action.shown_as(shown)) is not None:
            kept[here.action.outcome_id].append(row_of(action.stands, here, authority))
    aims: dict[int, list[AimSaid]] = defaultdict(list)
    aimed = _aims_of(plan)
    for said in aims_said([one for one in aimed if one.ended_at is None], authority):
        aims[said.outcome_id].append(said)
    ended: dict[int, list[AimEnded]] = defaultdict(list)
    for was in aims_ended(aimed):
        ended[was.outcome_id].append(was)
    parts = [
        _outcome(one, kept[one.pk], aims[one.pk], ended[one.pk])
        for one in outcomes
        if shown.is_all or kept[one.pk]
    ]

    def count(wanted: Shown) -> int:
        return sum(action.shown_as(wanted) is not None for action in listed)

    filters = groups_of(shown, path, themes, localities, count)
    return PlanPage(
        plan=plan,
        caption=str(plan.financial_year),
        made_on=today,
        themes=_by_theme(themes, parts, shown),
        shown=shown,
        shown_words=_in_words(filters, shown),
        filters=filters,
        stats=_stats([action.stands.whole for action in listed]),
        years=_years(plan),
        left_open=_left_open(plan),
        downloads=_downloads(plan, shown),
        print_url=_with(reverse("plan-print", args=[plan.year]), shown.query),
        keeps=authority.holds(PlanPermission.KEEP_PLAN),
        judges=authority.holds(PlanPermission.JUDGE_OUTCOMES),
    )


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
        here: dict[int | None, Progress] = {None: stands.whole}
        here |= {place.locality.pk: place.progress for place in stands.localities}
        if not action.for_every_locality:
            here |= dict.fromkeys(places[action.pk], stands.whole)
        listed.append(Listed(stands, here, owns(authority, action.owners.all())))
    return listed


def _aims_of(plan: Plan) -> list[Aim]:
    """What the outcomes aim at, and aimed at before; one query."""
    aims = Aim.objects.filter(outcome__theme__plan=plan)
    return list(aims.select_related("measure", "locality", "ended_by"))


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


def _outcome(
    outcome: Outcome,
    rows: Sequence[ActionRow],
    aims: Sequence[AimSaid],
    ended: Sequence[AimEnded],
) -> OutcomePart:
    judged = Judged(outcome.judged) if outcome.judged else None
    return OutcomePart(
        outcome=outcome,
        rows=rows,
        aims=aims,
        ended=ended,
        judged=judged.label if judged else "",
        judged_colour=_JUDGED_COLOURS[judged] if judged else "",
        judged_why=outcome.judged_why,
    )


def _by_theme(
    themes: Sequence[Theme], parts: Sequence[OutcomePart], shown: Shown
) -> list[ThemePart]:
    found = [
        ThemePart(theme, [part for part in parts if part.outcome.theme_id == theme.pk])
        for theme in themes
    ]
    return [one for one in found if one.outcomes or shown.is_all]


def _in_words(filters: Sequence[ChoiceGroup], shown: Shown) -> str:
    """What is shown where it is not the whole plan: ``Late; North``."""
    chosen: list[Choice] = [one for group in filters for one in group.choices if one.current]
    whole = ("All", "All themes", "All localities")
    words = [one.text for one in chosen if one.text not in whole]
    return "; ".join(words) if not shown.is_all else ""


def _stats(stands: Sequence[Progress]) -> list[tuple[str, int]]:
    return [
        ("actions", len(stands)),
        ("late", sum(one.is_late for one in stands)),
        ("waiting to be accepted", sum(one.status == Status.CLAIMED for one in stands)),
        ("complete", sum(one.status == Status.COMPLETE for one in stands)),
    ]


def _years(plan: Plan) -> list[Link]:
    """The plans that there are, latest first."""
    years = list(Plan.objects.values_list("year", flat=True))
    if len(years) < 2:
        return []
    return [
        Link(str(FinancialYear(year)), reverse("plan", args=[year]), year == plan.year)
        for year in years
    ]


def _left_open(plan: Plan) -> list[Link]:
    """Earlier plans with unfinished actions: each is to be finished, or carried over."""
    return [
        Link(
            f"{number} unfinished action{'' if number == 1 else 's'} of {FinancialYear(year)}",
            reverse("plan", args=[year]),
        )
        for year, number in fetch(_unfinished_before, plan.year)
    ]


def _unfinished_before(year: int) -> QuerySet[Action, Any]:
    """How many actions of each earlier plan are unfinished, oldest first."""
    earlier = Action.objects.unfinished().filter(outcome__theme__plan__year__lt=year)
    years = earlier.order_by("outcome__theme__plan__year").values("outcome__theme__plan__year")
    return years.annotate(number=Count("pk")).values_list("outcome__theme__plan__year", "number")


def _downloads(plan: Plan, shown: Shown) -> list[Link]:
    address = reverse("plan-export", args=[plan.year])
    return [
        Link(name, _with(f"{address}?format={form}", shown.query)) for form, name in FORMATS.items()
    ]


def _with(url: str, query: str) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"
